"""Interactive runs: each fix is applied only where a person accepts it."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from iacfix.engine.run import Run
from iacfix.result import Accept, AnswerWithdrawn

if TYPE_CHECKING:
    from iacfix.engine.workers import Task
    from iacfix.result import Outcome


def confirmed(done: Run, accept: Accept) -> Run:
    """The run with only those of its fixes that `accept` accepts.

    Where it raises AnswerWithdrawn, it is asked again from the first file that is examined with the file of the
    withdrawn answer; `accept` itself remembers the answers that stay.
    """
    outcomes: list[Outcome] = []
    changed = {outcome.path for outcome in done.outcomes if outcome.changed}
    asking = partial(accept)
    while len(outcomes) < len(done.tasks):
        task, outcome = done.tasks[len(outcomes)], done.outcomes[len(outcomes)]
        try:
            outcomes.append(outcome if changed.isdisjoint(task.together) else _confirmed(task, outcome, asking))
        except AnswerWithdrawn as back:
            first = next(at for at, each in enumerate(done.tasks) if back.path in each.together)
            del outcomes[first:]
            asking = partial(accept)  # a new object, so that the outcome of a module is not reused
    errors = dict.fromkeys((*done.errors, *(error for outcome in outcomes for error in outcome.errors)))
    return replace(done, outcomes=tuple(outcomes), errors=tuple(errors))


def _confirmed(task: Task, outcome: Outcome, accept: Accept) -> Outcome:
    from iacfix.engine.workers import run_task

    again = run_task(task, accept)
    if task.selected is None:
        return again
    left = frozenset(outcome.findings)
    gone = set(again.findings) - again.not_taken
    return replace(again, findings=outcome.findings, not_taken=left - gone)
