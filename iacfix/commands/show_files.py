"""The files that a run with these paths would check."""

from __future__ import annotations

from iacfix.commands.terminal import DONE, FAILED, complain, write_lines
from iacfix.engine.candidates import candidates
from iacfix.engine.request import Request, checked
from iacfix.engine.run import root_of, surveyed
from iacfix.errors import UsageError


def show_files(request: Request) -> int:
    """One path a line, from the root of the repository; what is no program or is left out is not among them."""
    if "-" in request.paths:
        raise UsageError("--show-files lists files; name them instead of -")
    checked(request)
    root = root_of(request.paths)
    there = surveyed(request, root)
    found = candidates(root, request, there.files())
    write_lines(sorted(task.source.name for task in found.tasks))
    errors = [*map(str, there.errors), *found.errors]
    for error in errors:
        complain(error)
    return FAILED if errors else DONE
