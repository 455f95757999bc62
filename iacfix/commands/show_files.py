"""check --show-files: the files that a run with these paths would examine."""

from __future__ import annotations

from iacfix.commands.terminal import DONE, FAILED, print_error, write_lines
from iacfix.engine.candidates import candidates
from iacfix.engine.request import Request, checked
from iacfix.engine.run import root_of, surveyed
from iacfix.errors import UsageError


def show_files(request: Request) -> int:
    """Print one path per line, relative to the root of the repository, of each file that would be examined."""
    if "-" in request.paths:
        raise UsageError("--show-files lists files; name them instead of -")
    checked(request)
    root = root_of(request.paths)
    there = surveyed(request, root)
    found = candidates(root, request, there.files())
    write_lines(sorted(task.source.name for task in found.tasks))
    errors = [*map(str, there.errors), *found.errors]
    for error in errors:
        print_error(error)
    return FAILED if errors else DONE
