"""iacfix apply: write the fixes to the files, all of them or those that a person accepts."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from iacfix.commands.runs import exit_code, run_of, summary
from iacfix.commands.terminal import Terminal, note, write_bytes
from iacfix.commands.terminal import write as write_out
from iacfix.commands.writing import looking, undoable
from iacfix.engine.request import Request
from iacfix.engine.run import Run
from iacfix.errors import IacfixError, UsageError
from iacfix.files.changed import uncommitted
from iacfix.files.modules import is_named
from iacfix.files.source import Source, encode, write_all
from iacfix.files.staging import sweep
from iacfix.reports.text import by_rule_and_file, named

if TYPE_CHECKING:
    from iacfix.result import Outcome, Reported

LISTED = 20
"""How many files are listed one by one."""


def apply(request: Request, terminal: Terminal, *, interactive: bool, fix_only: bool = False) -> int:
    """Write the fixes. With `interactive` each is confirmed first. With `fix_only` remaining findings are neither
    reported nor counted for the exit code."""
    if interactive:
        return _apply_asking(request, terminal, fix_only=fix_only)
    with looking():
        done = run_of(request, terminal)
    if request.paths == ("-",):
        write_bytes(encode(done.tasks[0].source, done.outcomes[0].after))
        left = [] if fix_only else [finding for finding in done.findings if finding not in done.fixed]
        return exit_code(done, left)
    return _written(done, done.fixed, terminal, fix_only=fix_only)


def _apply_asking(request: Request, terminal: Terminal, *, fix_only: bool) -> int:
    from iacfix.engine.interactive import confirmed
    from iacfix.reports.questions import Questions

    if "-" in request.paths:
        raise UsageError("--interactive reads its answers from stdin; name files instead of -")
    with looking():
        done = run_of(request, terminal)
        done = confirmed(done, Questions(input, write_out, terminal.paint, len(done.fixed), terminal.width))
    return _written(done, done.fixed, terminal, fix_only=fix_only)


def _written(done: Run, fixed: frozenset[Reported], terminal: Terminal, *, fix_only: bool) -> int:
    """Write the changed files. Where one cannot be written, its findings remain and the others are still written."""
    errors = list(done.errors)
    for folder in {task.source.path.parent for task in done.tasks if task.source.path is not None}:
        sweep(folder)
    changes = [
        (task.source, outcome) for task, outcome in zip(done.tasks, done.outcomes, strict=True) if outcome.changed
    ]
    if changes and not terminal.quiet:
        _warn_of_mixed(done.root, {source.name for source, _ in changes})
    with undoable(done.root, "apply", [(source, outcome.after) for source, outcome in changes]):
        for program in _programs(changes):
            try:
                write_all([(source, outcome.after) for source, outcome in program])
            except IacfixError as error:
                errors.append(str(error))
                fixed = fixed.difference(*(outcome.findings for _, outcome in program))
    done = replace(done, errors=tuple(errors))
    summary(done, fixed, "fixed", terminal, is_all=fix_only)
    if len(fixed) > 1 and not terminal.quiet:
        for line in by_rule_and_file(fixed, LISTED):
            note(line)
    return exit_code(done, [] if fix_only else [finding for finding in done.findings if finding not in fixed])


def _warn_of_mixed(root: Path, names: Collection[str]) -> None:
    """Warn of files with uncommitted changes, which git diff will show together with the fixes."""
    if mixed := sorted(uncommitted(root).intersection(names)):
        note(f"iacfix: warning: {named(mixed)} had changes that are not committed, which git diff shows as well")


def _programs(changes: Sequence[tuple[Source, Outcome]]) -> Iterable[Sequence[tuple[Source, Outcome]]]:
    """The changed files in groups that are written completely or not at all: the files of a module, else a single
    file."""
    programs: dict[str, list[tuple[Source, Outcome]]] = {}
    for source, outcome in changes:
        program = f"{os.path.dirname(source.name)}/" if is_named(source.name) else source.name
        programs.setdefault(program, []).append((source, outcome))
    return programs.values()
