"""Limits a run to changed files or lines, and to findings that are not in a baseline."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from iacfix.engine.request import Request, checked
from iacfix.engine.run import Run, Watch, root_of, run
from iacfix.errors import UsageError

if TYPE_CHECKING:
    from iacfix.engine.baseline import Baseline
    from iacfix.engine.workers import Task
    from iacfix.files.changed import Changed
    from iacfix.result import Outcome, Reported

BASELINE = "iacfix-baseline.json"
"""The name of the baseline at the root of the repository."""
LISTED = 10
"""How many stale entries are listed; of the others only the number."""


class RunScope(NamedTuple):
    """What a run is limited to: files that changed since the revision `since`, in these to the changed `lines`, and
    findings that the file `baseline` does not have. Without one the baseline at the root applies if it exists, unless
    `all_known` includes known findings."""

    since: str | None = None
    lines: bool = False
    baseline: str | None = None
    all_known: bool = False


def scoped(request: Request, scope: RunScope, *, watch: Watch) -> Run:
    """A run with the findings and fixes in scope only."""
    checked(request)
    if scope.lines and scope.since is None:
        raise UsageError("--lines needs --since REV")
    root = root_of(request.paths)
    file = baseline_file(root, scope)
    known = _read(file) if file else None
    changed = _changed(root, scope.since) if scope.since is not None else None
    only: Callable[[str], bool] = changed.holds if changed else lambda _: True
    done = run(request, watch=watch, only=only)
    if known is None and not scope.lines:
        return done
    return _limited(done, changed if scope.lines else None, file, known)


def _read(file: Path) -> Baseline:
    from iacfix.engine import baseline

    return baseline.read(file)


def _changed(root: Path, since: str) -> Changed:
    from iacfix.files.changed import changed_since

    return changed_since(root, since, os.environ)


def without_known(done: Run, scope: RunScope) -> Run:
    """The run without the findings of the baseline."""
    file = baseline_file(done.root, scope)
    return _limited(done, None, file, _read(file)) if file else done


def baseline_file(root: Path, scope: RunScope) -> Path | None:
    if scope.all_known:
        return None
    if scope.baseline is not None:
        return Path(scope.baseline)
    usual = root / BASELINE
    return usual if usual.is_file() else None  # to read a device may never end


def _limited(done: Run, changed: Changed | None, file: Path | None, known: Baseline | None) -> Run:
    """The run without known findings, and without those on unchanged lines. The baseline is applied first, since it
    counts equal findings in the whole file."""
    from iacfix.engine import baseline

    found, left = baseline.compared(done.findings, known or baseline.Baseline())
    new = set(found)
    kept = {finding for finding in new if changed is None or changed.touches(finding)}
    gone = baseline.stale(left, done)
    notes = tuple(_notes(file.name, gone, len(done.findings) - len(new))) if file else ()
    return replace(narrowed(done, kept), notes=notes)


def _notes(name: str, gone: Baseline, hidden: int) -> Iterator[str]:
    if hidden:
        counted = "1 finding is" if hidden == 1 else f"{hidden} findings are"
        yield f"{counted} in {name}; --no-baseline reports all"
    for entry in sorted(gone)[:LISTED]:
        times = f" ({gone[entry]} times)" if gone[entry] > 1 else ""
        yield f"stale in {name}: {entry.path} {entry.rule} {entry.resource}".rstrip() + times
    if gone:
        more = f"{len(gone) - LISTED} more are stale; " if len(gone) > LISTED else ""
        yield f"{more}iacfix baseline write removes stale entries"


def narrowed(done: Run, kept: Collection[Reported]) -> Run:
    """The run with these findings only, and only their fixes."""
    left = [tuple(finding for finding in outcome.findings if finding in kept) for outcome in done.outcomes]
    of_file = {task.source.name: mine for task, mine in zip(done.tasks, left, strict=True)}
    tasks = [
        replace(task, selected=frozenset(each for name in task.together for each in of_file.get(name, ())))
        for task in done.tasks
    ]
    dropped = {one.path for one, mine in zip(done.outcomes, left, strict=True) if len(mine) < len(one.findings)}
    is_same = [dropped.isdisjoint(task.together) for task in tasks]
    outcomes = map(_narrowed, tasks, done.outcomes, left, is_same)
    return replace(done, tasks=tuple(tasks), outcomes=tuple(outcomes))


def _narrowed(task: Task, outcome: Outcome, left: tuple[Reported, ...], is_same: bool) -> Outcome:
    """The outcome with the findings that are left; examined again with only their fixes, unless `is_same`: no finding
    of the files that were examined together is left out."""
    if is_same:
        return outcome
    if not task.selected or not outcome.changed:
        return replace(outcome, findings=left, after=outcome.before, steps=())
    from iacfix.engine.workers import run_task

    return replace(run_task(task), findings=left, not_taken=frozenset())
