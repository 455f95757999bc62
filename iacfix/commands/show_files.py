"""The files that a run with these paths would check."""

from __future__ import annotations

from pathlib import Path

from iacfix.commands.terminal import DONE, FAILED, complain, write_lines
from iacfix.engine.candidates import Looked
from iacfix.engine.request import Request, checked
from iacfix.engine.run import root_of
from iacfix.errors import UsageError
from iacfix.files.discovery import survey
from iacfix.registry import rule_ids


def show_files(request: Request) -> int:
    """One path a line, from the root of the repository; what is no program or is left out is not among them."""
    if "-" in request.paths:
        raise UsageError("--show-files lists files; name them instead of -")
    checked(request)
    root = root_of(request.paths)
    there = survey([Path(path) for path in request.paths] or [Path()], root, rule_ids(), request.given)
    looked = Looked(root, request)
    for path in there.paths:
        looked.at(path, there.name(path))
    looked.close()
    write_lines(sorted(task.source.name for task in looked.tasks))
    errors = [*map(str, there.errors), *looked.errors]
    for error in errors:
        complain(error)
    return FAILED if errors else DONE
