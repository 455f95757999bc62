"""Fixes written to the files, all of them or those that a person accepts."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from iacfix.commands.runs import exit_code, run_of, summary
from iacfix.commands.terminal import Terminal, write_bytes
from iacfix.commands.terminal import write as write_out
from iacfix.commands.writing import looking, undoable
from iacfix.engine.request import Request
from iacfix.engine.run import Run
from iacfix.engine.scope import scoped
from iacfix.errors import IacfixError, UsageError
from iacfix.files.source import encode, write
from iacfix.files.staging import sweep
from iacfix.reports.progress import watched

if TYPE_CHECKING:
    from iacfix.result import Reported


def apply(request: Request, terminal: Terminal, *, interactive: bool) -> int:
    """The same, written."""
    if interactive:
        return _apply_asking(request, terminal)
    with looking():
        done = run_of(request, terminal)
    if request.paths == ("-",):
        write_bytes(encode(done.tasks[0].source, done.outcomes[0].after))
        return exit_code(done, [finding for finding in done.findings if finding not in done.fixed])
    return _written(done, done.fixed, terminal)


def _apply_asking(request: Request, terminal: Terminal) -> int:
    from iacfix.reports.questions import Questions

    if "-" in request.paths:
        raise UsageError("--interactive reads its answers from stdin; name files instead of -")
    questions = Questions(input, write_out, terminal.paint)
    with looking():
        done = scoped(request, terminal.scope, watch=watched, accept=questions)
    return _written(done, done.fixed, terminal)


def _written(done: Run, fixed: frozenset[Reported], terminal: Terminal) -> int:
    """Write what changed; a file that cannot be written keeps its findings, the others are written all the same."""
    errors = list(done.errors)
    for folder in {task.source.path.parent for task in done.tasks if task.source.path is not None}:
        sweep(folder)
    changed = [
        (task.source, outcome) for task, outcome in zip(done.tasks, done.outcomes, strict=True) if outcome.changed
    ]
    with undoable(done.root, "apply", [(source, outcome.after) for source, outcome in changed]):
        for source, outcome in changed:
            try:
                write(source, outcome.after)
            except IacfixError as error:
                errors.append(str(error))
                fixed -= set(outcome.findings)
    done = replace(done, errors=tuple(errors))
    summary(done, fixed, "fixed", terminal)
    return exit_code(done, [finding for finding in done.findings if finding not in fixed])
