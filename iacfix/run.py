"""One run over many files: which are worth reading, what is asked of each, and in how many processes."""

from __future__ import annotations

import os
import shlex
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from mmap import ACCESS_READ, mmap
from pathlib import Path

from iacfix.build_output import build_output
from iacfix.errors import IacfixError, UsageError
from iacfix.ignores import WORD
from iacfix.languages import language_name
from iacfix.limits import Limits
from iacfix.project import candidate, find_root, survey
from iacfix.provider_version import aliases
from iacfix.registry import packs, rules
from iacfix.result import Accept, Fix, Outcome, Plan, Reported, Step
from iacfix.rule import Rule
from iacfix.settings import Settings, did_you_mean, settings_for
from iacfix.source import Source, from_bytes, read_bytes
from iacfix.workers import Task, examined, lost, shared_out

SHARE = 10
"""Findings that one process tries by themselves; each share reads its file once more."""
SEARCHED = 100_000_000
"""Bytes of a file that is searched for a provider's name though it is too large to be read."""
GLANCED_AT = 200
"""Files of a folder that is not visited which are looked at to say so."""
Watch = Callable[[Iterator[Outcome], int], Iterable[Outcome]]


@dataclass(frozen=True)
class Request:
    """What the command line asks for; None leaves a choice to the settings."""

    paths: tuple[str, ...] = ()
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    unsafe: bool | None = None
    major: int | None = None
    jobs: int | None = None


@dataclass(frozen=True)
class LeftAlone:
    """A file that uses a provider and is no program to fix."""

    path: str
    why: str


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
    def fixable(self) -> frozenset[Reported]:
        """The findings that this run may fix."""
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
        not_taken = {finding for outcome in self.outcomes for finding in outcome.not_taken}
        return frozenset(each for each in self.fixable if each.path in changed and each not in not_taken)


def _argument(path: str) -> str:
    """A path as a command takes it."""
    return f"-- {shlex.quote(path)}" if path.startswith("-") else shlex.quote(path)


def known_rule(name: str) -> Rule:
    """A rule by its id; an unknown one is a usage error with a suggestion."""
    known = rules()
    if name in known:
        return known[name]
    raise UsageError(f"unknown rule '{name}'{did_you_mean(name, known) or '; see iacfix rules'}")


def checked(request: Request) -> Request:
    """The same request; raises where it names a rule or a provider major that does not exist."""
    for name in (*request.select, *request.ignore):
        known_rule(name)
    if request.major is not None and (wrong := _unknown_major(request.major)):
        raise UsageError(wrong)
    return request


def _unknown_major(major: int) -> str | None:
    majors = sorted({major for pack in packs() for major in pack.provider.majors})
    return (
        None if major in majors else f"no rule knows provider version {major}; choose {' or '.join(map(str, majors))}"
    )


def run(
    request: Request,
    *,
    watch: Watch = lambda outcomes, _: outcomes,
    accept: Accept | None = None,
    only: Callable[[str], bool] = lambda _: True,
) -> Run:
    """Examine every file below the paths. `accept` is asked for each fix, one file at a time; `only` says by name which
    files count."""
    root = root_of(request.paths)
    paths = [Path(path) for path in request.paths] or [Path()]
    there = survey(paths, root, rules())
    looked = _Looked(root, request)
    named = [(found, os.path.relpath(found, root).replace(os.sep, "/")) for found in there.files]
    mine = [(found, name) for found, name in named if only(name)]
    for found, name in mine:
        looked.at(found, name)
    for folder in there.unvisited:
        looked.past(folder, only)
    outcomes = tuple(watch(_outcomes(looked.tasks, request.jobs, accept), len(looked.tasks)))
    errors = [*map(str, there.errors), *looked.errors, *(line for outcome in outcomes for line in outcome.errors)]
    is_missing = not (errors or looked.programs or len(mine) < len(named)) and any(path.is_dir() for path in paths)
    return Run(
        root,
        tuple(looked.tasks),
        outcomes,
        tuple(errors),
        len(mine),
        looked.visited,
        bool(request.select or request.ignore),
        jobs=request.jobs,
        programs=looked.programs,
        left_alone=tuple(looked.left_alone),
        missing=_missing(there.kinds) if is_missing else None,
    )


def _missing(kinds: Mapping[str, int]) -> str:
    """What stands there instead of a program, the most first."""
    titles = " or ".join(pack.provider.title or pack.provider.name for pack in packs())
    number = sum(kinds.values())
    counts = sorted(((count, kind) for kind, count in kinds.items() if kind), key=lambda each: (-each[0], each[1]))
    what = [f"{number} file" if number == 1 else f"{number or 'no'} files", *(f"{n} of {kind}" for n, kind in counts)]
    return f"no Pulumi {titles} program here: {', '.join(what)}"


@dataclass
class _Looked:
    """The files of a run, each looked at once: what is asked of it, or why it is left alone."""

    root: Path
    request: Request
    tasks: list[Task] = field(default_factory=list[Task])
    errors: list[str] = field(default_factory=list[str])
    visited: dict[str, frozenset[str]] = field(default_factory=dict[str, frozenset[str]])
    left_alone: list[LeftAlone] = field(default_factory=list[LeftAlone])
    programs: int = 0

    def at(self, found: Path, name: str) -> None:
        try:
            settings = settings_for(found, self.root, rules())
            plan = _plan(settings, self.request)
            if _is_foreign(found, settings.max_file_size):
                self.visited[name] = frozenset(plan.rules)
                return
            data = read_bytes(found, name, max_size=settings.max_file_size)
            by_alias = not _uses_provider(data) and _uses_alias(found, data, plan, self.root)
            is_program = by_alias or _uses_provider(data)
            why = build_output(found, data, _packages()) if is_program else None
            if why is None:
                self.programs += is_program
                if by_alias or _worth_reading(data, plan):
                    source = from_bytes(data, name, path=found)
                    self.tasks.append(Task(source, plan, self.root, limits=_limits(settings)))
            elif _worth_reading(data, plan):
                self.left_alone.append(LeftAlone(name, f"{why}; fix its source"))
            self.visited[name] = frozenset(plan.rules)
        except IacfixError as error:
            if str(error) not in self.errors:  # a wrong setting is one error, however many files it holds for
                self.errors.append(str(error))

    def past(self, folder: Path, only: Callable[[str], bool]) -> None:
        """Say what a run would have looked at in a folder that it did not visit."""
        shown = os.path.relpath(folder, self.root).replace(os.sep, "/")
        for found in survey([folder], self.root, rules()).files[:GLANCED_AT]:
            name = os.path.relpath(found, self.root).replace(os.sep, "/")
            if not only(name):
                continue
            try:
                settings = settings_for(found, self.root, rules())
                data = read_bytes(found, name, max_size=settings.max_file_size)
                if _worth_reading(data, _plan(settings, self.request)):
                    why = build_output(found, data, _packages())
                    remedy = "fix its source" if why else f"iacfix check {_argument(shown)} visits it"
                    self.left_alone.append(
                        LeftAlone(name, f"{why or f'{shown} is visited where it is named'}; {remedy}")
                    )
            except IacfixError:
                continue


def each_alone(done: Run) -> tuple[Outcome, ...]:
    """The outcomes with each rule's share of the fix as if it were the only rule: from the file's text to its own."""
    return tuple(_each_alone(task, outcome) for task, outcome in zip(done.tasks, done.outcomes, strict=True))


def _each_alone(task: Task, outcome: Outcome) -> Outcome:
    steps = list[Step]()
    for rule in dict.fromkeys(step.rule for step in outcome.steps):
        mine = examined(replace(task, plan=replace(task.plan, rules=(rule,))))
        steps.append(Step(rule, mine.before, mine.after))
    return replace(outcome, steps=tuple(steps))


def repairs(done: Run) -> dict[Reported, str]:
    """What fixing each finding by itself would make of its file, for those that this run may fix."""
    found = shared_out(_each_repair, list(_shares(done)), done.jobs, lambda _: {})
    return {finding: text for each in found for finding, text in each.items()}


def _shares(done: Run) -> Iterator[Task]:
    """The fixable findings of each file, a few at a time: a file with many is not left to one process."""
    fixable = done.fixable
    for task, outcome in zip(done.tasks, done.outcomes, strict=True):
        mine = [finding for finding in outcome.findings if finding in fixable]
        for start in range(0, len(mine), SHARE):
            yield replace(task, kept=frozenset(mine[start : start + SHARE]))


def _each_repair(task: Task) -> dict[Reported, str]:
    """All fixes are declined, so that each is asked about on the text as it was read."""
    asked = dict[Reported, str]()

    def declined(finding: Reported, _before: str, after: str) -> bool:
        asked[finding] = after
        return False

    examined(task, declined)
    return asked


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
    task = task_of(from_bytes(data, shown), request, root)
    outcome = examined(task)
    visited = {shown: frozenset(task.plan.rules)}
    return Run(root, (task,), (outcome,), outcome.errors, 1, visited, bool(request.select or request.ignore))


def task_of(source: Source, request: Request, root: Path) -> Task:
    """What is asked of one source, by the settings that hold where it stands."""
    settings = settings_for(root / source.name, root, rules())
    return Task(source, _plan(settings, request), root, limits=_limits(settings))


def _limits(settings: Settings) -> Limits:
    return Limits(settings.max_seconds, settings.max_memory)


def _packages() -> list[bytes]:
    return [name.encode() for pack in packs() for name in pack.provider.packages.values()]


def _uses_provider(data: bytes) -> bool:
    return any(package in data for package in _packages())


def _is_foreign(path: Path, limit: int) -> bool:
    """A file that is too large to be read, such as a bundled tool, and names no provider."""
    try:
        if not limit < path.stat().st_size < SEARCHED or not path.is_file():
            return False
        with path.open("rb") as file, mmap(file.fileno(), 0, access=ACCESS_READ) as held:
            return all(held.find(package) < 0 for package in _packages())
    except OSError:
        return False


def _uses_alias(path: Path, data: bytes, plan: Plan, root: Path) -> bool:
    """It would be worth reading, and names a provider's package as a manifest calls it; triggers are rarer."""
    language = language_name(path)
    if language is None or not any(trigger in data for trigger in _triggers(plan)):
        return False
    return any(
        alias.encode() in data
        for provider in (pack.provider for pack in packs() if language in pack.provider.packages)
        for alias in aliases(path.parent, root, provider.distributions[language], provider.majors)
    )


def _worth_reading(data: bytes, plan: Plan) -> bool:
    return candidate(data, _packages(), _triggers(plan))


def _triggers(plan: Plan) -> list[bytes]:
    known = rules()
    return [*(trigger for rule in plan.rules for trigger in known[rule].triggers), WORD.encode()]


def _plan(settings: Settings, request: Request) -> Plan:
    """The command line goes before the settings."""
    if settings.provider_version is not None and (wrong := _unknown_major(settings.provider_version)):
        raise settings.wrong("provider-version", wrong)
    return Plan(
        rules=_chosen(request, settings, rules()),
        unsafe=settings.unsafe_fixes if request.unsafe is None else request.unsafe,
        major=request.major or settings.provider_version,
        options=_options(settings),
    )


def _options(settings: Settings) -> Mapping[str, Mapping[str, bool]]:
    for rule, options in settings.options.items():
        known = known_rule(rule).options
        for name in options:
            if name not in known:
                hint = did_you_mean(name, known) or (f", it has {', '.join(known)}" if known else ", it has none")
                raise settings.wrong(name, f"{rule} has no option '{name}'{hint}")
    return settings.options


def _chosen(request: Request, settings: Settings, known: Mapping[str, Rule]) -> tuple[str, ...]:
    """`--select` is final; without it `--ignore` adds to what the settings leave out."""
    taken = request.select or (known if settings.select is None else settings.select)
    left = set(request.ignore) if request.select else {*request.ignore, *settings.ignore}
    return tuple(rule for rule in known if rule in taken and rule not in left)


def _outcomes(tasks: Sequence[Task], jobs: int | None, accept: Accept | None) -> Iterator[Outcome]:
    if accept:
        return (examined(task, accept) for task in tasks)
    return shared_out(examined, tasks, jobs, lost)
