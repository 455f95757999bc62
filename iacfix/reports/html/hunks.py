"""The diff of a file as hunks that are accepted one by one, each with the findings that it fixes."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import groupby, islice, takewhile

from iacfix.engine.run import Run
from iacfix.patches.diff import LineEdit, Original, unified
from iacfix.patches.patch import NO_NEWLINE
from iacfix.result import Repair, RepairByPath, Repairs, Reported

BOM = "\ufeff"

_WORD = re.compile(r"\w")
_HEADER = re.compile(r"@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@[^\n]*\n")


@dataclass(frozen=True)
class Row:
    """A line of a hunk without its end; `old` and `new` are its line numbers, None on a side that lacks it. `ends`
    where a line end follows."""

    sign: str
    text: str
    old: int | None
    new: int | None
    ends: bool = True


@dataclass(frozen=True)
class HunkView:
    """A hunk. `number` counts all hunks of the page from 1; `printed` is its text in the diff."""

    number: int
    printed: str
    rows: tuple[Row, ...]
    findings: tuple[Reported, ...] = ()

    @property
    def header(self) -> str:
        return self.printed.partition("\n")[0]

    @cached_property
    def first(self) -> int:
        """The first line in the old text, from 1."""
        return next((row.old for row in self.rows if row.old is not None), 1)

    @cached_property
    def last(self) -> int:
        return max((row.old for row in self.rows if row.old is not None), default=1)

    @cached_property
    def added(self) -> frozenset[str]:
        return frozenset(row.text for row in self.rows if row.sign == "+")

    @cached_property
    def removed(self) -> frozenset[str]:
        return frozenset(row.text for row in self.rows if row.sign == "-")

    @property
    def changes(self) -> Iterator[tuple[int, int]]:
        """The ranges `start:end` of changed lines of the old text, from 0; empty ones for insertions."""
        at = self.first - 1
        for changed, run in groupby(self.rows, lambda row: row.sign != " "):
            old = sum(row.old is not None for row in run)
            if changed:
                yield at, at + old
            at += old


@dataclass(frozen=True)
class FileView:
    """A file of the run with its texts as on disk; `heading` is the text of the patch before its hunks.

    `fixed` maps each finding that the hunks fix to its hunks by number, and these to the numbers of its changes: a
    change that several findings share has one number, unlike separate edits in one hunk. `left` are the other findings.
    `majors` are the possible majors of the provider, empty where unknown.
    """

    name: str
    before: str
    after: str
    heading: str
    hunks: tuple[HunkView, ...]
    fixed: Mapping[Reported, Mapping[int, frozenset[int]]]
    left: tuple[Reported, ...]
    majors: frozenset[int] = frozenset()


def files_of(done: Run, repairs: Repairs) -> tuple[FileView, ...]:
    """The files with findings or hunks, in the order of the run."""
    files: list[FileView] = []
    printed: dict[str, tuple[str, list[HunkView]]] = {}
    shares: dict[str, _Shares] = {}
    seen: dict[object, int] = {}
    count = 0
    for task, outcome in zip(done.tasks, done.outcomes, strict=True):
        mark = BOM if task.source.bom else ""
        before, after = mark + outcome.before, mark + outcome.after
        heading, hunks = _printed(unified(outcome.path, before, after, touched=outcome.touched), count)
        printed[outcome.path] = heading, hunks
        shares[outcome.path] = _Shares(outcome.path, Original(outcome.before), hunks, seen)
        count += len(hunks)
    all_fixed = {
        finding: _shared(finding, repairs.by_path(finding), shares)
        for outcome in done.outcomes
        for finding in outcome.findings
        if finding in done.fixed
    }
    owners = defaultdict[int, list[Reported]](list)
    for finding, parts in all_fixed.items():
        for number in parts:
            owners[number].append(finding)
    for task, outcome in zip(done.tasks, done.outcomes, strict=True):
        mark = BOM if task.source.bom else ""
        heading, hunks = printed[outcome.path]
        left = tuple(finding for finding in outcome.findings if finding not in all_fixed)
        fixed = {finding: all_fixed[finding] for finding in outcome.findings if finding in all_fixed}
        owned = tuple(replace(hunk, findings=tuple(owners[hunk.number])) for hunk in hunks)
        if outcome.findings or hunks:
            known = outcome.provider
            majors = frozenset((known.major, *known.others)) if known else frozenset[int]()
            before, after = mark + outcome.before, mark + outcome.after
            files.append(FileView(outcome.path, before, after, heading, owned, fixed, left, majors))
    return tuple(files)


def _shared(
    finding: Reported, repair_by_path: RepairByPath, shares: Mapping[str, _Shares]
) -> dict[int, frozenset[int]]:
    """The hunks of all files that a fix changes; without a repair, the hunk nearest to the finding's line."""
    parts: dict[int, frozenset[int]] = {}
    for path, repair in repair_by_path.items():
        parts |= shares[path].of(repair)
    return dict(sorted((parts or shares[finding.path].nearest(finding)).items()))


def patch_of(files: Sequence[FileView]) -> list[dict[str, object]]:
    """The pieces that the script assembles a patch from: headings, and hunks split at the one number that changes.

    Without some of the hunks above, a hunk starts at another new line; `grows` is by how many lines each moves it.
    """
    return [{"heading": file.heading, "hunks": [_pieces(hunk) for hunk in file.hunks]} for file in files if file.hunks]


def _pieces(hunk: HunkView) -> dict[str, object]:
    header = _parsed(hunk.printed)
    grows = sum((row.sign == "+") - (row.sign == "-") for row in hunk.rows)
    return {
        "number": hunk.number,
        "before": hunk.printed[: header.start(3)],
        "line": int(header[3]),
        "behind": hunk.printed[header.end(3) :],
        "grows": grows,
    }


def _printed(diff: str, count: int) -> tuple[str, list[HunkView]]:
    """The heading and the hunks of a printed diff; `count` hunks came before. Lines of a hunk never begin with @."""
    heading, *printed = re.split(r"(?m)^(?=@@ )", diff)
    return heading, [HunkView(number, text, tuple(_rows(text))) for number, text in enumerate(printed, count + 1)]


def _rows(printed: str) -> Iterator[Row]:
    header = _parsed(printed)
    old, new = int(header[1]) + (header[2] == "0"), int(header[3]) + (header[4] == "0")
    lines = printed[header.end() :].split("\n")[:-1]
    for line, below in zip(lines, [*lines[1:], ""], strict=True):
        if line == NO_NEWLINE:
            continue
        sign = line[0]
        here = (old if sign != "+" else None, new if sign != "-" else None)
        yield Row(sign, line[1:], *here, ends=below != NO_NEWLINE)
        old, new = old + (sign != "+"), new + (sign != "-")


def _parsed(printed: str) -> re.Match[str]:
    header = _HEADER.match(printed)
    assert header is not None, f"not the header of a hunk: {printed[:80]!r}"
    return header


class _Shares:
    """Finds the hunks of one file that contain the changes of a repair."""

    def __init__(self, path: str, before: Original, hunks: Sequence[HunkView], seen: dict[object, int]) -> None:
        self._path = path
        self._before = before
        self._hunks = hunks
        self._spans = [(start, end, hunk) for hunk in hunks for start, end in hunk.changes]
        self._seen = seen
        """The numbers of changes of all files, in the order of their first occurrence."""

    def of(self, repair: Repair) -> dict[int, frozenset[int]]:
        """The hunks that contain changes of a repair of this file, with the numbers of these changes."""
        parts: dict[int, frozenset[int]] = {}
        for edited in self._before.edited(repair):
            edit = _Edit(self._before.lines, edited)
            change = self._seen.setdefault((self._path, edit.known_by), len(self._seen))
            for number in self._made_by(edit):
                parts[number] = parts.get(number, frozenset()) | {change}
        return parts

    def nearest(self, finding: Reported) -> dict[int, frozenset[int]]:
        """The hunk nearest to a finding's line; none in a file that does not change."""
        if not self._hunks:
            return {}
        below = bisect_left(self._hunks, finding.line, key=lambda hunk: hunk.last)
        found = min(
            self._hunks[max(below - 1, 0) : below + 1],
            key=lambda hunk: max(hunk.first - finding.line, finding.line - hunk.last, 0),
        )
        return {found.number: frozenset({self._seen.setdefault(finding, len(self._seen))})}

    def _made_by(self, edit: _Edit) -> list[int]:
        """The numbers of the hunks that show an edit, at its own lines or at others where it can be shown."""
        up, down = edit.slides
        words = {text for line in edit.moved if _WORD.search(text := line.removesuffix("\n"))}
        slid = [
            hunk.number
            for hunk in (self._changing(edit.start - up, edit.end + down) if up or down else ())
            if 2 * len(words & (hunk.added if edit.new else hunk.removed)) > len(words)
        ]
        return slid or self._touching(edit.start, edit.end)

    def _touching(self, start: int, end: int) -> list[int]:
        """The hunks with a change at these lines; where the diff is aligned differently, those that show the lines."""
        touching = [hunk.number for hunk in self._changing(start, end)]
        if touching:
            return touching
        first = bisect_left(self._hunks, start, key=lambda hunk: hunk.last)
        showing = takewhile(lambda hunk: hunk.first - 1 <= end, self._hunks[first:])
        return [hunk.number for hunk in showing]

    def _changing(self, start: int, end: int) -> Iterable[HunkView]:
        """The hunks with a change at or next to these lines."""
        first = bisect_left(self._spans, start, key=lambda span: span[1])
        here = takewhile(lambda span: span[0] <= end, islice(self._spans, first, None))
        return {hunk.number: hunk for _, _, hunk in here}.values()


@dataclass(frozen=True)
class _Edit:
    """An edit of lines.

    Where lines are only inserted or only deleted next to equal ones, a diff can show the same edit at several
    positions; which one it shows depends on the other edits.
    """

    old: Sequence[str]
    edited: LineEdit

    @property
    def start(self) -> int:
        return self.edited.start

    @property
    def end(self) -> int:
        return self.edited.end

    @property
    def new(self) -> Sequence[str]:
        return self.edited.lines

    @cached_property
    def slides(self) -> tuple[int, int]:
        """By how many lines up and down the edit can be shifted."""
        if self.new and self.start < self.end:
            return 0, 0
        lines = self.moved
        up = next(
            (at for at in range(self.start) if self.old[self.start - 1 - at] != lines[-1 - at % len(lines)]), self.start
        )
        room = len(self.old) - self.end
        down = next((at for at in range(room) if self.old[self.end + at] != lines[at % len(lines)]), room)
        return up, down

    @property
    def moved(self) -> Sequence[str]:
        """The inserted lines, else the deleted ones."""
        return self.new or self.old[self.start : self.end]

    @property
    def known_by(self) -> tuple[object, ...]:
        """A key that is equal for the same edit at any position."""
        up, _ = self.slides
        turn = up % len(self.moved)
        lines = [*self.moved[len(self.moved) - turn :], *self.moved[: len(self.moved) - turn]]
        return (self.start - up, self.end - up, *(lines if self.new else ()))
