"""One run over many files: which are worth reading, what is asked of each, and in how many processes."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from iacfix.engine.request import Request
from iacfix.files.discovery import find_root, survey
from iacfix.files.evidence import tell_from
from iacfix.registry import packs, rule_ids

if TYPE_CHECKING:
    from iacfix.engine.candidates import LeftAlone
    from iacfix.engine.workers import Task
    from iacfix.result import Outcome, Repairs, Reported

Watch = Callable[[Iterator["Outcome"], int], Iterable["Outcome"]]


@dataclass(frozen=True)
class Run:
    """What came of it, in the order of the paths. `files` counts those that were looked at.

    `visited` has the rules each file was looked at for; `selective` says that the command line chose among the rules;
    `notes` are lines for people that are no failures; `jobs` is how many processes were asked for. `programs` counts
    the files that use a provider; `missing` says that folders were looked through and none does.
    """

    root: Path
    tasks: tuple[Task, ...]
    outcomes: tuple[Outcome, ...]
    errors: tuple[str, ...]
    files: int
    visited: Mapping[str, frozenset[str]] = field(default_factory=dict[str, frozenset[str]])
    selective: bool = False
    notes: tuple[str, ...] = ()
    jobs: int | None = None
    programs: int = 0
    left_alone: tuple[LeftAlone, ...] = ()
    missing: str | None = None

    @property
    def findings(self) -> list[Reported]:
        return [finding for outcome in self.outcomes for finding in outcome.findings]

    @property
    def suppressed(self) -> list[Reported]:
        """What comments of other scanners leave out."""
        return [finding for outcome in self.outcomes for finding in outcome.suppressed]

    @property
    def fixable(self) -> frozenset[Reported]:
        """The findings that this run may fix."""
        from iacfix.result import Fix

        return frozenset(
            finding
            for task, outcome in zip(self.tasks, self.outcomes, strict=True)
            for finding in outcome.findings
            if finding.fix is Fix.SAFE or (finding.fix is Fix.UNSAFE and task.plan.unsafe)
        )

    @property
    def fixed(self) -> frozenset[Reported]:
        """The findings that the new texts no longer have; some go with the fix of another."""
        changed = {outcome.path for outcome in self.outcomes if outcome.changed}
        changed |= {  # a fix may change other files of the module, and not the finding's own
            task.source.name for task in self.tasks if any(part.source.name in changed for part in task.module)
        }
        not_taken = {finding for outcome in self.outcomes for finding in outcome.not_taken}
        return frozenset(each for each in self.fixable if each.path in changed and each not in not_taken)


def run(
    request: Request,
    *,
    watch: Watch = lambda outcomes, _: outcomes,
    only: Callable[[str], bool] = lambda _: True,
) -> Run:
    """Examine every file below the paths; `only` says by name which files count."""
    root = root_of(request.paths)
    tell_from(str(root) if request.shared else None)
    paths = [Path(path) for path in request.paths] or [Path()]
    there = survey(paths, root, rule_ids(), request.given)
    named = [(found, there.name(found)) for found in there.paths]
    mine = [(found, name) for found, name in named if only(name)]
    is_selective = bool(request.select or request.ignore)
    errors = tuple(map(str, there.errors))
    done = Run(root, (), (), errors, len(mine), selective=is_selective, jobs=request.jobs)
    if mine or there.unvisited:  # only a folder with programs loads what looks at them
        done = _looked_at(done, mine, there.unvisited, request, watch, only)
    is_missing = not (done.errors or done.programs or len(mine) < len(named)) and any(path.is_dir() for path in paths)
    return replace(done, missing=_missing(there.kinds)) if is_missing else done


def _looked_at(
    done: Run,
    mine: Iterable[tuple[str, str]],
    unvisited: Iterable[Path],
    request: Request,
    watch: Watch,
    only: Callable[[str], bool],
) -> Run:
    """The run with what came of the files, which are paths and names."""
    from iacfix.engine.candidates import Looked

    looked = Looked(done.root, request)
    for found, name in mine:
        looked.at(found, name)
    looked.close()
    for folder in unvisited:
        looked.past(str(folder), only)
    outcomes = tuple(watch(_outcomes(looked.tasks, request, done.root), len(looked.tasks)))
    return replace(
        done,
        tasks=tuple(looked.tasks),
        outcomes=outcomes,
        errors=(*done.errors, *looked.errors, *(line for outcome in outcomes for line in outcome.errors)),
        visited=looked.visited,
        programs=looked.programs,
        left_alone=tuple(looked.left_alone),
    )


def _missing(kinds: Mapping[str, int]) -> str:
    """What stands there instead of a program, the most first."""
    titles = " or ".join(pack.provider.title or pack.provider.name for pack in packs())
    number = sum(kinds.values())
    counts = sorted(((count, kind) for kind, count in kinds.items() if kind), key=lambda each: (-each[0], each[1]))
    what = [f"{number} file" if number == 1 else f"{number or 'no'} files", *(f"{n} of {kind}" for n, kind in counts)]
    return f"no {titles} program here: {', '.join(what)}"


def each_alone(done: Run) -> tuple[Outcome, ...]:
    """The outcomes with each rule's share of the fix as if it were the only rule: from the file's text to its own."""
    return tuple(_each_alone(task, outcome) for task, outcome in zip(done.tasks, done.outcomes, strict=True))


def _each_alone(task: Task, outcome: Outcome) -> Outcome:
    from iacfix.engine.workers import run_task
    from iacfix.result import Step

    steps = list["Step"]()
    for rule in dict.fromkeys(rule for step in outcome.steps for rule in step.rules):
        mine = run_task(replace(task, plan=replace(task.plan, rules=(rule,))))
        steps.append(Step((rule,), mine.before, mine.after))
    return replace(outcome, steps=tuple(steps))


def repairs(done: Run) -> Repairs:
    """What fixing each finding by itself changes, for those that this run may fix.

    Files that were examined without that question are examined once more.
    """
    from iacfix.result import Repairs

    fixable = done.fixable
    known = {outcome.path: outcome for outcome in done.outcomes}
    missing = [
        replace(task, plan=replace(task.plan, repairs=True))
        for task in done.tasks
        if not task.plan.repairs and not fixable.isdisjoint(known[task.source.name].findings)
    ]
    if missing:
        from iacfix.engine.workers import crashed, map_tasks, run_task

        known |= {outcome.path: outcome for outcome in map_tasks(run_task, missing, done.jobs, crashed)}
    return Repairs(
        {finding: repair for each in known.values() for finding, repair in each.repairs.items() if finding in fixable},
        {
            finding: repair
            for each in known.values()
            for finding, repair in each.module_repairs.items()
            if finding in fixable and repair.keys() <= known.keys()
        },
    )


def root_of(paths: Sequence[str]) -> Path:
    """The root of the repository that holds all the paths. A link is judged from where it stands, if that is in one."""
    if not paths:
        return find_root(Path.cwd())
    place = os.path.commonpath([os.path.abspath(path) for path in paths])
    root = find_root(Path(place))
    around = find_root(Path(os.path.dirname(place))) if os.path.islink(place) else root
    return root if (root / ".git").exists() and not (around / ".git").exists() else around


def run_text(data: bytes, name: str, request: Request) -> Run:
    """Examine one text that is not a file, as if it stood at `name`."""
    root = find_root(Path.cwd())
    path = Path(os.path.abspath(name))
    shown = path.relative_to(root).as_posix() if path.is_relative_to(root) else name
    from iacfix.engine.candidates import task_of
    from iacfix.engine.workers import run_task
    from iacfix.files.source import from_bytes

    task = task_of(from_bytes(data, shown), request, root)
    outcome = run_task(task)
    visited = {shown: frozenset(task.plan.rules)}
    return Run(root, (task,), (outcome,), outcome.errors, 1, visited, bool(request.select or request.ignore))


def _outcomes(tasks: Sequence[Task], request: Request, root: Path) -> Iterator[Outcome]:
    if not tasks:
        return iter(())
    from iacfix.engine.workers import crashed, crashed_with_evidence, map_tasks, run_task, run_task_with_evidence

    if request.cache or request.shared:
        from iacfix.engine import cache

        shared = request.shared
        if (kept := cache.open_shared(Path(shared)) if shared else cache.open_cache(root, os.environ)) is not None:
            made = partial(map_tasks, run_task_with_evidence, jobs=request.jobs, crashed=crashed_with_evidence)
            return iter(cache.with_cache(tasks, kept, made))
    return map_tasks(run_task, tasks, request.jobs, crashed)
