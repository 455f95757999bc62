"""A run over part of what is there: files and lines that changed."""

from __future__ import annotations

import os
from collections.abc import Collection
from dataclasses import dataclass, replace

from iacfix.errors import UsageError
from iacfix.result import Accept, Outcome, Reported
from iacfix.run import Request, Run, Task, Watch, checked, examined, root_of, run
from iacfix.since import changed_since


@dataclass(frozen=True)
class Scope:
    """What a run is limited to: files changed since a revision, and of these the changed `lines`."""

    since: str | None = None
    lines: bool = False


def scoped(request: Request, scope: Scope, *, watch: Watch, accept: Accept | None = None) -> Run:
    """The run as if only what is in scope were there: the rest is neither reported nor fixed."""
    checked(request)
    if scope.lines and not scope.since:
        raise UsageError("--lines needs --since REV")
    if not scope.since:
        return run(request, watch=watch, accept=accept)
    changed = changed_since(root_of(request.paths), scope.since, os.environ)
    if not scope.lines:
        return run(request, watch=watch, accept=accept, only=changed.holds)
    done = run(request, watch=watch, only=changed.holds)
    return narrowed(done, {finding for finding in done.findings if changed.touches(finding)}, accept)


def narrowed(done: Run, kept: Collection[Reported], accept: Accept | None = None) -> Run:
    """The run with these findings only, and with their fixes only."""
    pairs = zip(done.tasks, done.outcomes, strict=True)
    return replace(done, outcomes=tuple(_narrowed(task, outcome, kept, accept) for task, outcome in pairs))


def _narrowed(task: Task, outcome: Outcome, kept: Collection[Reported], accept: Accept | None) -> Outcome:
    left = tuple(finding for finding in outcome.findings if finding in kept)
    if accept is None and len(left) == len(outcome.findings):
        return outcome
    if not left or not outcome.changed:
        return replace(outcome, findings=left, after=outcome.before, steps=())

    def wanted(finding: Reported, before: str, after: str) -> bool:
        return finding in kept and (accept is None or accept(finding, before, after))

    return replace(examined(task, wanted), findings=left)
