"""The way of programs to the next major of a provider: their rewritten texts, the pins, and what is left to people."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from difflib import SequenceMatcher
from functools import partial
from pathlib import Path, PurePath

from iacfix.engine.request import Request
from iacfix.engine.run import Run, Watch, run
from iacfix.engine.workers import Task, crashed, map_tasks, run_task
from iacfix.errors import UsageError
from iacfix.files.provider_version import imported, pinned
from iacfix.files.provider_version.raising import Left, Raising, Wanted
from iacfix.files.settings import settings_in
from iacfix.files.source import Source, encode, from_bytes
from iacfix.files.suffixes import language_name
from iacfix.registry import ProviderPackage, Upgrade, packs, rule_ids
from iacfix.result import Fix, Outcome, Reported


@dataclass(frozen=True)
class Upgraded:
    """The result of an upgrade.

    `done` are the programs, with the findings of the rules; `texts` every file that changes. `checklist` has what no
    rule rewrites, at its lines of the files as they were read, or as they are `after`.
    """

    major: int
    done: Run
    texts: Sequence[tuple[Source, str]]
    left: Sequence[Left]
    to_run: Mapping[str, str]
    checklist: Sequence[Reported]
    after: Sequence[Reported]

    @property
    def is_done(self) -> bool:
        """Nothing has to be written and nothing decided."""
        return not (self.texts or self.left or self.checklist)


@dataclass
class _UpgradeRun:
    """The state of one upgrade."""

    request: Request
    major: int
    packages: Sequence[tuple[ProviderPackage, Upgrade]]
    raising: Raising
    left: list[Left] = field(default_factory=list[Left])

    def is_met(self, task: Task) -> bool:
        """The program uses the previous major, or already the new one, under the provider's own name; otherwise that is
        added to `left`."""
        source = task.source
        language = language_name(source.name) or ""
        for package, _ in self.packages:
            if language not in package.packages or language in package.numbering or source.path is None:
                continue
            own, folder = package.distributions[language], source.path.parent
            names = imported(folder, task.root, own, package.majors, source.text)
            if names != (own,):
                other = next(name for name in names if name != own)
                self._leave(source, other, "is an alias that stays on its version; take the file over by hand")
                return False
            said = pinned(source.path, task.root, own, package.name, package.majors, source.text)
            if said.majors and not {self.major, self.major - 1} & set(said.majors):
                why = f"iacfix upgrades from {self.major - 1} to {self.major} only ({said.why})"
                self._leave(source, f"{package.name} {said.majors[-1]}", why)
                return False
        return True

    def wanted(self, source: Source) -> Iterator[Wanted]:
        """The versions that the manifests of a program must require."""
        language = language_name(source.name) or ""
        for package, upgrade in self.packages:
            own = package.distributions.get(language)
            if own is not None and language in upgrade.versions and package.packages[language] in source.text:
                yield Wanted(self.major, upgrade.versions[language], own, package.name, package.majors)

    def look_at_settings(self, source: Source) -> None:
        """Add settings that pin the programs to the previous major to `left`."""
        if source.path is None:
            return
        settings = settings_in(source.path.parent, self.raising.root, rule_ids(), self.request.given)
        if settings.provider_version == self.major - 1:
            place = settings.wrong(f"set it to {self.major}, or take it out", "provider-version")
            what = f"provider-version = {settings.provider_version}"
            left = Left(str(place.path), place.line or 1, what, place.message)
            if left not in self.left:
                self.left.append(left)

    def unpinned(self, source: Source, wanted: Wanted) -> None:
        """Add to `left`, once per folder, that no manifest pins the provider."""
        why = f"no manifest pins it; install version {wanted.major}"
        folder = PurePath(source.name).parent
        if not any(
            (PurePath(each.path).parent, each.what, each.why) == (folder, wanted.distribution, why)
            for each in self.left
        ):
            self._leave(source, wanted.distribution, why)

    def shared(self) -> Iterator[Left]:
        """Raised manifests outside of the named paths: they also apply to programs that were not examined."""
        named = [Path(os.path.realpath(path)) for path in self.request.paths or (".",)]
        for path, (source, text) in self.raising.texts.items():
            if text != source.text and not any(Path(os.path.realpath(path)).is_relative_to(each) for each in named):
                what = "raised, and outside of the paths that were named"
                yield Left(source.name, 1, what, "upgrade its other programs as well")

    def _leave(self, source: Source, what: str, why: str) -> None:
        self.left.append(Left(source.name, 1, what, why))


def upgraded(request: Request, major: int, watch: Watch) -> Upgraded:
    """The upgrade of all programs below the paths; raises UsageError where no pack upgrades to this major."""
    if "-" in request.paths:
        raise UsageError("upgrade reads programs from files; name them instead of -")
    packages = [(pack.provider, pack.provider.upgrades[major]) for pack in packs() if major in pack.provider.upgrades]
    if not packages:
        known = sorted({each for pack in packs() for each in pack.provider.upgrades})
        raise UsageError(f"no pack upgrades to {major}; choose {' or '.join(map(str, known))}")
    lists = {upgrade.checklist for _, upgrade in packages}
    chosen = request.select or tuple(id for _, upgrade in packages for id in upgrade.rules)
    done = run(replace(request, select=(*chosen, *lists), major=major), watch=watch)
    way = _UpgradeRun(request, major, packages, Raising(done.root))
    pairs = [
        (task, _without(outcome, lists) if way.is_met(task) else None)
        for task, outcome in zip(done.tasks, done.outcomes, strict=True)
    ]
    met = [(task, outcome) for task, outcome in pairs if outcome is not None]
    texts = [_with_pins(way, task.source, outcome) for task, outcome in met]
    outcomes = tuple(outcome for _, outcome in met)
    checked = list(map_tasks(run_task, [_again(*each, lists) for each in met], request.jobs, crashed))
    after = [found for outcome in checked for found in outcome.findings if found.rule in lists]
    done = replace(done, tasks=tuple(task for task, _ in met), outcomes=outcomes)
    return Upgraded(
        major,
        done,
        [pair for pair in (*texts, *way.raising.texts.values()) if pair[0].text != pair[1]],
        [*way.left, *way.raising.left, *way.shared()],
        way.raising.to_run,
        _before(after, outcomes),
        after,
    )


def _without(outcome: Outcome, rules: set[str]) -> Outcome:
    return replace(outcome, findings=tuple(found for found in outcome.findings if found.rule not in rules))


def _with_pins(way: _UpgradeRun, source: Source, outcome: Outcome) -> tuple[Source, str]:
    """The new text of a program, with pins inside of it raised; the manifests around it are raised as well."""
    text = outcome.after
    way.look_at_settings(source)
    for wanted in way.wanted(source):
        if source.path is not None and not way.raising.raise_pins(source.path, source.text, wanted):
            way.unpinned(source, wanted)
        text = way.raising.raised_in(source, text, wanted)
    return source, text


def _again(task: Task, outcome: Outcome, lists: set[str]) -> Task:
    """A task that examines the new text of a program for the checklist."""
    source = from_bytes(encode(task.source, outcome.after), task.source.name, path=task.source.path)
    return replace(task, source=source, plan=replace(task.plan, rules=tuple(sorted(lists))))


def _before(after: Sequence[Reported], outcomes: Sequence[Outcome]) -> list[Reported]:
    """The findings in new texts at their lines in the original texts."""
    lines = {outcome.path: partial(_line_before, outcome) for outcome in outcomes if outcome.changed}
    return [replace(found, line=lines[found.path](found.line)) if found.path in lines else found for found in after]


def _line_before(outcome: Outcome, line: int) -> int:
    old, new = outcome.before.splitlines(), outcome.after.splitlines()
    for kind, i1, _, j1, j2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if j1 < line <= j2:
            return i1 + (line - j1 if kind == "equal" else 1)
    return line


def decisions(upgraded: Upgraded, *, as_written: bool) -> list[Reported]:
    """The findings that a person has to decide about: those that are not fixed, and the checklist."""
    refused = [found for found in upgraded.done.findings if found.fix is Fix.NONE or found not in upgraded.done.fixed]
    checklist = upgraded.after if as_written else upgraded.checklist
    return sorted((*refused, *checklist), key=lambda found: (found.path, found.line, found.column, found.message))
