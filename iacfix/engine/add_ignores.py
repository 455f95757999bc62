"""Adds suppressions for existing findings, each proven to suppress its finding and no other."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from iacfix import registry
from iacfix.engine.run import Run
from iacfix.engine.suppressions import MARKS, directive
from iacfix.engine.workers import Task, run_task
from iacfix.errors import SourceError
from iacfix.languages import Comment, language, language_name
from iacfix.patches.patch import lines_of
from iacfix.result import Identity, Outcome, Reported

_ABOUT_THE_NEXT_LINE = re.compile(r"\s*(?:#|//|/\*).*(?:-next|@ts-|prettier-ignore)")
"""Comments that other tools apply to the line below, so that no line may be inserted after them."""
_NO_PLACE = "a comment cannot suppress it without suppressing more"
_NO_COMMENTS = "JSON has no comments"
_OWN = "it is about the program or a comment, and cannot be suppressed"

Key = tuple[Identity, str]
Marks = Mapping[int, frozenset[str]]
"""The rules to suppress, by the line above which the comment is added."""


@dataclass(frozen=True)
class AddedSuppressions:
    """The new texts, the findings that their comments suppress, and the reasons why others cannot be."""

    texts: tuple[tuple[Task, str], ...]
    silenced: frozenset[Reported]
    refused: tuple[tuple[Reported, str], ...]


def suppressed(done: Run, reason: str) -> AddedSuppressions:
    """Add a comment for every finding of the run that a comment can suppress."""
    texts: list[tuple[Task, str]] = []
    silenced = set[Reported]()
    refused: list[tuple[Reported, str]] = []
    for task, outcome in zip(done.tasks, done.outcomes, strict=True):
        mine = [finding for finding in outcome.findings if finding.rule in registry.rules()]
        refused += [(finding, _OWN) for finding in outcome.findings if finding.rule not in registry.rules()]
        if task.source.name.endswith(".json"):
            refused += [(finding, _NO_COMMENTS) for finding in mine]
        elif mine:
            text, left = _File(replace(task, selected=None), reason, mine).text()
            silenced |= set(mine) - set(left)
            refused += [(finding, _NO_PLACE) for finding in left]
            if text != task.source.text:
                texts.append((task, text))
    return AddedSuppressions(tuple(texts), frozenset(silenced), tuple(refused))


@dataclass
class _File:
    """One file to which suppressions are added."""

    task: Task
    reason: str
    wanted: Sequence[Reported]
    marks: dict[int, frozenset[str]] = field(default_factory=dict[int, frozenset[str]])

    def __post_init__(self) -> None:
        self.lines = lines_of(self.task.source.text)
        self.kind = language_name(self.task.source.name) or ""
        found = run_task(self.task)
        self.before = _keys(found.findings)
        self.errors = found.errors
        self.comments = self._comments(found, self.task.source.text)

    def text(self) -> tuple[str, list[Reported]]:
        """The text with the comments, and the findings that none can suppress. All are tried at once, then one by
        one."""
        others = self.before - _keys(self.wanted)
        at_once = dict[int, frozenset[str]]()
        for finding in self.wanted:
            at_once[finding.line] = at_once.get(finding.line, frozenset()) | {finding.rule}
        if self._left(at_once) == others:
            return self._written(at_once)[0], []
        left: list[Reported] = []
        now = self.before
        for finding in self.wanted:
            key = _key(finding)
            if now[key] <= others[key]:
                continue  # suppressed by an earlier comment
            after = self._silenced(finding, now, others)
            if after is None:
                left.append(finding)
            else:
                now = after
        return self._written(self.marks)[0], left

    def _silenced(self, finding: Reported, now: Counter[Key], others: Counter[Key]) -> Counter[Key] | None:
        """The remaining findings after a comment for this one is added; None where that would suppress others too."""
        for line in dict.fromkeys((finding.line, finding.location.statement)):
            if not 1 <= line <= len(self.lines):
                continue
            marks = {**self.marks, line: self.marks.get(line, frozenset()) | {finding.rule}}
            after = self._left(marks)
            if after is not None and others <= after <= now and after[_key(finding)] < now[_key(finding)]:
                self.marks = marks
                return after
        return None

    def _left(self, marks: Marks) -> Counter[Key] | None:
        """The findings with these comments in the text; None where they are not comments there, or break something."""
        text, added = self._written(marks)
        if not language(self.kind).accepts(text) and language(self.kind).accepts(self.task.source.text):
            return None
        found = run_task(replace(self.task, source=replace(self.task.source, text=text)))
        if found.errors != self.errors:
            return None
        comments = self._comments(found, text)
        if _texts(comments) != _texts(self.comments) + _texts(added):
            return None
        alone = {comment.line: comment.text for comment in comments if comment.alone}
        if any(alone.get(comment.line) != comment.text for comment in added):
            return None
        return _keys(found.findings)

    def _written(self, marks: Marks) -> tuple[str, list[Comment]]:
        """The text with a comment above each of these lines, and the comments with their lines."""
        places = {self._above(line): line for line in sorted(marks)}
        rows: list[str] = []
        added: list[Comment] = []
        for number, line in enumerate(self.lines, start=1):
            if number in places:
                target = self.lines[places[number] - 1]
                text = directive(MARKS[self.kind], marks[places[number]], self.reason)
                indent = target[: len(target) - len(target.lstrip(" \t"))]
                added.append(Comment(text, len(rows) + 1, True))
                rows.append(f"{indent}{text}{self._line_end(target)}")
            rows.append(line)
        return "".join(rows), added

    def _above(self, line: int) -> int:
        while line > 1 and _ABOUT_THE_NEXT_LINE.match(self.lines[line - 2]):
            line -= 1
        return line

    def _line_end(self, target: str) -> str:
        like = target if target.endswith("\n") else self.lines[0]
        return "\r\n" if like.endswith("\r\n") else "\n"

    def _comments(self, found: Outcome, text: str) -> list[Comment]:
        for pack in registry.packs():
            if found.provider and pack.provider.name == found.provider.name:
                own = language(self.kind)
                try:
                    return list(own.comments(own.read(text, pack.provider, found.provider)))
                except SourceError:
                    return []
        return []


def _keys(found: Iterable[Reported]) -> Counter[Key]:
    return Counter(map(_key, found))


def _key(finding: Reported) -> Key:
    return finding.identity, finding.message


def _texts(comments: Iterable[Comment]) -> Counter[str]:
    return Counter(comment.text.rstrip("\r") for comment in comments)


def notes(done: AddedSuppressions) -> Iterator[str]:
    """Lines about what was suppressed and what was not."""
    files = len(done.texts)
    if done.silenced:
        yield f"{len(done.silenced)} ignored by comments in {files} file{'' if files == 1 else 's'}"
    for finding, why in done.refused:
        yield f"not ignored: {finding.path}:{finding.line} {finding.rule}: {why}"
