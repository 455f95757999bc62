"""What commands share: running a request, printing summary and notes, and the exit code."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from iacfix.commands.terminal import DONE, FAILED, REMAINS, Terminal, note, print_error
from iacfix.engine.request import Request, checked
from iacfix.engine.run import Run, run_text
from iacfix.engine.scope import scoped, without_known
from iacfix.errors import UsageError
from iacfix.reports.delivery import Display
from iacfix.reports.progress import watched

if TYPE_CHECKING:
    from iacfix.files.source import Source
    from iacfix.result import Outcome, Reported


def run_of(request: Request, terminal: Terminal) -> Run:
    checked(request)
    if "-" not in request.paths:
        return scoped(request, terminal.scope, watch=watched)
    if len(request.paths) > 1:
        raise UsageError("- is stdin and cannot be combined with files; name one or the other")
    if terminal.scope.since is not None:
        raise UsageError("--since compares files with git; stdin has no history")
    return without_known(run_text(sys.stdin.buffer.read(), terminal.stdin_name or "stdin.py", request), terminal.scope)


def must_be_files(request: Request, command: str) -> None:
    """Raises UsageError for a command that cannot read its program from stdin."""
    if "-" in request.paths:
        raise UsageError(f"{command} reads programs from files; name them instead of -")


def display_of(done: Run, terminal: Terminal) -> Display:
    return Display(terminal.paint, from_here(done), sys.stdout.isatty(), terminal.quiet, terminal.width)


def from_here(done: Run) -> Callable[[str], str]:
    """A function from names to paths relative to the current folder."""
    if done.root == Path.cwd():
        return str
    return lambda name: os.path.relpath(done.root / name)


def as_on_disk(done: Run) -> list[Outcome]:
    """The outcomes with texts as they are on disk, with a byte order mark for instance: a diff needs every byte."""
    return [_as_on_disk(task.source, outcome) for task, outcome in zip(done.tasks, done.outcomes, strict=True)]


def _as_on_disk(source: Source, outcome: Outcome) -> Outcome:
    if not source.bom and source.encoding == "utf-8":
        return outcome
    from iacfix.files.source import on_disk

    steps = tuple(
        replace(step, before=on_disk(source, step.before), after=on_disk(source, step.after)) for step in outcome.steps
    )
    before, after = (on_disk(source, text) for text in (outcome.before, outcome.after))
    return replace(outcome, before=before, after=after, steps=steps)


def summary(done: Run, fixed: frozenset[Reported], verb: str, terminal: Terminal, *, is_all: bool = False) -> None:
    """Print how many findings were fixed and, unless `is_all` that was asked for, how many remain."""
    if not terminal.quiet and not done.missing:
        from iacfix.reports import text

        files = len({finding.path for finding in fixed})
        note(text.fixed_line(verb, fixed, done.fixable, [*fixed] if is_all else done.findings, files))
    say_needs(done, fixed, terminal)


def preface(done: Run, terminal: Terminal) -> None:
    """Print what the diff that follows contains, and what it does not."""
    if not terminal.quiet and not done.missing:
        from iacfix.reports import text

        note(text.preface(done.fixed, done.fixable, done.findings))


def say_needs(done: Run, fixed: frozenset[Reported], terminal: Terminal) -> None:
    """Print what a deployed stack needs for these fixes, and the notes of the run."""
    if not terminal.quiet and not done.missing:
        from iacfix.reports import text

        for line in text.notes(fixed):
            note(line)
    say_notes(done, terminal)


def say_notes(done: Run, terminal: Terminal) -> None:
    if not terminal.quiet:
        if done.missing:
            note(f"iacfix: warning: {done.missing}")
        for line in (*_not_examined(done), *_suppressed(done), *done.notes):
            note(f"iacfix: {line}")


def _not_examined(done: Run) -> Iterable[str]:
    if not done.not_examined:
        return ()
    from iacfix.reports import text

    return text.not_examined(done.not_examined)


def _suppressed(done: Run) -> Iterable[str]:
    if not (found := done.suppressed):
        return ()
    from iacfix.reports import text

    return text.suppressed(found)


def exit_code(done: Run, left: Iterable[object]) -> int:
    for line in done.errors:
        print_error(line)
    if done.errors:
        return FAILED
    return REMAINS if any(left) else DONE
