"""iacfix check: findings in every format that is asked for, or suppressions for them."""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

from iacfix.commands.runs import display_of, exit_code, run_of, say_notes
from iacfix.commands.terminal import Terminal, write
from iacfix.commands.writing import undoable
from iacfix.engine.request import Request
from iacfix.engine.run import Run
from iacfix.engine.scope import narrowed
from iacfix.errors import UsageError
from iacfix.files.output import prepared
from iacfix.reports.delivery import delivered, summarise_job
from iacfix.reports.formats import DOCUMENTS, Output, default_format, outputs, with_repairs

if TYPE_CHECKING:
    from iacfix.files.source import Source


def check(
    request: Request,
    terminal: Terminal,
    *,
    add_ignores: bool = False,
    reason: str | None = None,
    statistics: bool = False,
    exit_zero: bool = False,
) -> int:
    """Report the findings, in one format on stdout and in any others to files. With `add_ignores` they are suppressed
    by comments instead, which give the `reason`. With `exit_zero` only failures make the exit code non-zero."""
    if reason is not None and not add_ignores:
        raise UsageError("--reason goes with --add-ignores")
    because = _because(reason) if add_ignores else None
    if because and "-" in request.paths:
        raise UsageError("--add-ignores writes files; name files instead of -")
    wanted = outputs(terminal.formats)
    if all(output.file for output in wanted):
        wanted.append(Output("text" if statistics else default_format(os.environ, at_terminal=sys.stdout.isatty())))
    elif statistics and any(output.format in DOCUMENTS for output in wanted if not output.file):
        raise UsageError("--statistics prints a table to stdout; give the other format a file as FORMAT=FILE")
    done = run_of(replace(request, repairs=with_repairs(wanted)), terminal)
    done, commented = _ignored(done, because) if because else (done, [])
    printed, files = delivered(done, wanted, display_of(done, terminal)._replace(statistics=statistics))
    with prepared(files), undoable(done.root, "check --add-ignores", commented):
        if commented:
            from iacfix.files.source import write_all

            write_all(commented)
    write(printed)
    if any(output.format == "github" for output in wanted):
        summarise_job(done, os.environ)
    say_notes(done, terminal)
    return exit_code(done, [] if exit_zero else done.findings)


def _because(reason: str | None) -> str:
    from iacfix.engine.suppressions import one_line

    return one_line(reason)


def _ignored(done: Run, reason: str) -> tuple[Run, list[tuple[Source, str]]]:
    """The run without what comments silence, and the texts with these comments."""
    from iacfix.engine.add_ignores import notes, suppressed

    added = suppressed(done, reason)
    left = narrowed(done, [finding for finding in done.findings if finding not in added.silenced])
    return replace(left, notes=(*done.notes, *notes(added))), [(task.source, new) for task, new in added.texts]
