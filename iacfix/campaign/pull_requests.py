"""The fixes of a repository as pull requests: one a rule, independent where possible, or one for all rules."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations

from iacfix.engine.run import Run
from iacfix.engine.workers import Task, run_task
from iacfix.errors import PatchError
from iacfix.files.source import on_disk
from iacfix.patches.diff import unified
from iacfix.patches.patch import apply_hunks, read_patch
from iacfix.registry import rules
from iacfix.reports.json_document import encodable
from iacfix.reports.literal import code, escaped
from iacfix.reports.markdown import comment
from iacfix.reports.text import counted, why_not
from iacfix.result import Fix, Outcome, Reported

ALL = "all"
"""The name of the pull request with the fixes of all rules."""
ROOM = 60_000
"""Bytes of a body; the limit of GitHub is 65,536 characters."""
NAMED = 100
"""Findings that a body lists; the rest is a number."""


@dataclass(frozen=True)
class PullRequest:
    """`patch` is a unified diff against the repository, or against the result of the pull request of the rule
    `behind`."""

    rule: str
    title: str
    body: str
    patch: str
    behind: str | None = None


def in_one(done: Run) -> list[PullRequest]:
    """One pull request with all fixes; an empty list where nothing is fixed."""
    patch = "".join(
        _patch(task, outcome.before, outcome.after) for task, outcome in zip(done.tasks, done.outcomes, strict=True)
    )
    if not patch:
        return []
    title = f"iacfix: {counted(len(done.fixed), 'finding')} fixed"
    return [PullRequest(ALL, title, comment(done, ROOM), patch)]


def by_rule(done: Run) -> list[PullRequest]:
    """One pull request for each rule that fixes something. Those that change the same lines form a series."""
    changed = [(task, outcome) for task, outcome in zip(done.tasks, done.outcomes, strict=True) if outcome.changed]
    files = [_File(task, outcome) for task, outcome in changed]
    names = [name for name in rules() if any(name in file.rules for file in files)]
    return list(_written(done, files, _series(names, files)))


@dataclass
class _File:
    """A file with changes, and its text after the fixes of some rules only."""

    task: Task
    outcome: Outcome
    _texts: dict[frozenset[str], str] = field(default_factory=dict[frozenset[str], str])

    @property
    def rules(self) -> frozenset[str]:
        return frozenset(rule for step in self.outcome.steps for rule in step.rules)

    def after(self, chosen: frozenset[str]) -> str:
        """The text after the fixes of these rules alone."""
        mine = chosen & self.rules
        if mine == self.rules:
            return self.outcome.after
        if not mine:
            return self.outcome.before
        if mine not in self._texts:
            plan = self.task.plan
            only = tuple(rule for rule in plan.rules if rule in mine)
            self._texts[mine] = run_task(replace(self.task, plan=replace(plan, rules=only, repairs=False))).after
        return self._texts[mine]

    def joined(self, groups: Iterable[Iterable[str]]) -> str | None:
        """The text after the patches of the groups, each applied to the result of those before; None where one does not
        apply."""
        before = text = self.outcome.before
        try:
            for group in groups:
                for patch in read_patch(unified(self.task.source.name, before, self.after(frozenset(group)))):
                    text = apply_hunks(text, patch)
        except PatchError:
            return None
        return text


def _series(names: Sequence[str], files: Sequence[_File]) -> list[list[str]]:
    """The rules in groups: pull requests of one group are stacked, those of different groups merge in any order.

    Groups are joined until their patches, each made alone, apply after each other in every file, and together give
    the result of all rules.
    """
    groups = [[name] for name in names]
    while parts := next((parts for file in files if (parts := _apart(groups, file))), None):
        joined = [name for name in names if any(name in part for part in parts)]
        at = min(groups.index(part) for part in parts)
        groups[at] = joined
        groups = [group for group in groups if group is joined or group not in parts]
    return groups


def _apart(groups: Sequence[list[str]], file: _File) -> list[list[str]]:
    """Groups that cannot be two in this file; none where all can."""
    here = [group for group in groups if not file.rules.isdisjoint(group)]
    for pair in combinations(here, 2):
        if file.joined(pair) is None or file.joined(reversed(pair)) is None:
            return list(pair)
    return [] if file.joined(here) == file.outcome.after else here


def _written(done: Run, files: Sequence[_File], groups: Sequence[Sequence[str]]) -> Iterator[PullRequest]:
    for group in groups:
        behind: str | None = None
        for number, name in enumerate(group):
            before, after = frozenset(group[:number]), frozenset(group[: number + 1])
            patch = "".join(_patch(file.task, file.after(before), file.after(after)) for file in files)
            if patch:
                fixed = [finding for finding in done.findings if finding.rule == name and finding in done.fixed]
                yield PullRequest(name, _title(name), _body(name, done, fixed, behind), patch, behind)
                behind = name


def _patch(task: Task, before: str, after: str) -> str:
    return unified(task.source.name, on_disk(task.source, before), on_disk(task.source, after))


def _title(name: str) -> str:
    return f"iacfix {name}: {rules()[name].title[:1].lower()}{rules()[name].title[1:]}"


def _body(name: str, done: Run, fixed: Sequence[Reported], behind: str | None) -> str:
    rule, sections = rules()[name], rules()[name].sections
    left = [finding for finding in done.findings if finding.rule == name and finding not in done.fixed]
    lines = [" ".join([f"{rule.title}.", *sections.get("Why", "").split()]), ""]
    if "Impact" in sections:
        lines += [sections["Impact"], ""]
    if behind:
        lines += [
            f"Based on the pull request of `{behind}`, which changes the same lines: merge that one first.",
            "",
        ]
    lines += [f"**Fixed here ({len(fixed)})**", "", *_named(fixed)]
    if left:
        lines += [f"**Not fixed ({len(left)})**", "", *_named(left)]
    if "On a deployed stack" in sections:
        lines += ["**On a deployed stack**", "", " ".join(sections["On a deployed stack"].split()), ""]
    lines += [f"Made by iacfix; `iacfix explain {name}` prints the documentation of the rule.", ""]
    return encodable(_cut("\n".join(lines)))


def _named(findings: Sequence[Reported]) -> Iterator[str]:
    for finding in findings[:NAMED]:
        said = f"{finding.message}: {about}" if (about := _about(finding)) else finding.message
        yield f"- {code(f'{finding.path}:{finding.line}')} {escaped(said)}"
    if len(findings) > NAMED:
        yield f"- and {len(findings) - NAMED} more"
    yield ""


def _about(finding: Reported) -> str | None:
    match finding.fix:
        case Fix.NONE:
            return why_not(finding)
        case Fix.UNSAFE:
            return finding.note or finding.reason
        case Fix.SAFE:
            return finding.note


def _cut(body: str) -> str:
    data = encodable(body).encode()
    return body if len(data) <= ROOM else data[:ROOM].decode("utf-8", "ignore").rpartition("\n")[0] + "\n\n(cut)\n"


def tally(done: Run) -> Mapping[str, Mapping[str, int]]:
    """The numbers "found" and "fixed" of each rule."""
    fixed = done.fixed
    counts: dict[str, dict[str, int]] = {}
    for finding in done.findings:
        mine = counts.setdefault(finding.rule, {"found": 0, "fixed": 0})
        mine["found"] += 1
        mine["fixed"] += finding in fixed
    return dict(sorted(counts.items()))
