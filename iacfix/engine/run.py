"""One run over many files: they are listed, their tasks are carried out, and the outcomes are collected."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING

from iacfix.engine.request import Request
from iacfix.files.discovery import Survey, find_root, survey
from iacfix.files.evidence import tell_from
from iacfix.registry import packs, rule_ids

if TYPE_CHECKING:
    from iacfix.engine.candidates import NotExamined
    from iacfix.engine.workers import Task
    from iacfix.result import Outcome, Repairs, Reported

Watch = Callable[[Iterator["Outcome"], int], Iterable["Outcome"]]


@dataclass(frozen=True)
class Run:
    """The result of a run. Tasks and outcomes correspond one to one and are in the order of their paths.

    `files` counts the files that were listed, `programs` those that use a provider. `visited` has the rules that each
    file was considered for, by name; `selective` is true where the command line selected or ignored rules. `errors` are
    failures, `notes` remarks for the terminal, one line each. `jobs` is the number of processes, None for one per CPU.
    `not_examined` are files that use a provider and were skipped. `missing` is a warning where folders were searched
    and no file in them uses a provider.
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
    not_examined: tuple[NotExamined, ...] = ()
    missing: str | None = None

    @property
    def findings(self) -> list[Reported]:
        return [finding for outcome in self.outcomes for finding in outcome.findings]

    @property
    def suppressed(self) -> list[Reported]:
        """The findings that a comment of another scanner suppresses."""
        return [finding for outcome in self.outcomes for finding in outcome.suppressed]

    @cached_property
    def fixable(self) -> frozenset[Reported]:
        """The findings with a fix that this run applies, including unsafe ones where those are asked for."""
        from iacfix.result import Fix

        return frozenset(
            finding
            for task, outcome in zip(self.tasks, self.outcomes, strict=True)
            for finding in outcome.findings
            if finding.fix is Fix.SAFE or (finding.fix is Fix.UNSAFE and task.plan.unsafe)
        )

    @cached_property
    def fixed(self) -> frozenset[Reported]:
        """The fixable findings that the new texts no longer have; a fix may resolve other findings too."""
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
    """Examine the files below the paths of the request whose names satisfy `only`. `watch` receives the outcomes as
    they come, with their number, and passes them on."""
    root = root_of(request.paths)
    tell_from(str(root) if request.shared else None, wanted=request.cache or bool(request.shared))
    there = surveyed(request, root)
    files = list(there.files())
    mine = [(path, name) for path, name in files if only(name)]
    is_selective = bool(request.select or request.ignore)
    errors = tuple(map(str, there.errors))
    done = Run(root, (), (), errors, len(mine), selective=is_selective, jobs=request.jobs)
    if mine or there.unvisited:  # only a folder with programs loads what looks at them
        done = _examined(done, mine, there.unvisited, request, watch, only)
    if done.errors or done.programs or len(mine) < len(files):
        return done
    is_search = any(Path(path).is_dir() for path in request.paths or (".",))
    return replace(done, missing=_missing(there.kinds)) if is_search else done


def surveyed(request: Request, root: Path) -> Survey:
    """The source files below the paths of a request; the current folder where it names none."""
    return survey([Path(path) for path in request.paths] or [Path()], root, rule_ids(), request.given)


def _examined(
    done: Run,
    files: Iterable[tuple[str, str]],
    unvisited: Iterable[Path],
    request: Request,
    watch: Watch,
    only: Callable[[str], bool],
) -> Run:
    """The run with the outcomes of these files, given by path and name."""
    from iacfix.engine.candidates import candidates

    found = candidates(done.root, request, files)
    for folder in unvisited:
        found.note_unvisited(str(folder), only)
    outcomes = tuple(watch(_outcomes(found.tasks, request, done.root), len(found.tasks)))
    return replace(
        done,
        tasks=tuple(found.tasks),
        outcomes=outcomes,
        errors=(*done.errors, *found.errors, *(line for outcome in outcomes for line in outcome.errors)),
        visited=found.visited,
        programs=found.programs,
        not_examined=tuple(found.not_examined),
    )


def _missing(kinds: Mapping[str, int]) -> str:
    """The warning that no program was found, with the numbers of the files that are there by kind."""
    titles = " or ".join(pack.provider.title or pack.provider.name for pack in packs())
    number = sum(kinds.values())
    counts = sorted(((count, kind) for kind, count in kinds.items() if kind), key=lambda each: (-each[0], each[1]))
    what = [f"{number} file" if number == 1 else f"{number or 'no'} files", *(f"{n} of {kind}" for n, kind in counts)]
    return f"no {titles} program here: {', '.join(what)}"


def each_alone(done: Run) -> tuple[Outcome, ...]:
    """The outcomes with one step for each rule that fixed something: what it would change if it were the only one."""
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
    """The changes that fix each fixable finding alone. Files whose tasks did not ask for repairs are examined again."""
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
    """The root of the repository that contains all the paths. A symbolic link counts where it is, not where it points,
    if it is in a repository."""
    if not paths:
        return find_root(Path.cwd())
    place = os.path.commonpath([os.path.abspath(path) for path in paths])
    root = find_root(Path(place))
    around = find_root(Path(os.path.dirname(place))) if os.path.islink(place) else root
    return root if (root / ".git").exists() and not (around / ".git").exists() else around


def run_text(data: bytes, name: str, request: Request) -> Run:
    """Examine one text that is not a file, as if it were the file `name`."""
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
