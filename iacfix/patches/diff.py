"""Exact unified diffs in git's form, and the proof that one applies."""

from __future__ import annotations

import re
import sys
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import accumulate, groupby

from iacfix.errors import PatchError
from iacfix.patches.patch import NO_NEWLINE, SERIES, apply_hunks, lines_of, read_patch, recounted
from iacfix.result import Outcome, Step, TouchedLines
from iacfix.rewrite import Change, changed, common_prefix, ordered, utf8

Difference = tuple[int, int, int, int]
"""Lines `i1:i2` of the old text, counted from 0, become lines `j1:j2` of the new one."""

_NEEDS_QUOTES = re.compile(r'[\x00-\x1f\x7f"\\\udc80-\udcff]')
_ESCAPES = dict(zip('\a\b\t\n\v\f\r"\\', 'abtnvfr"\\', strict=True))
_WORD = re.compile(r"\w")
_LONG = 400
"""The number of lines without an anchor above which difflib may ignore frequent ones to stay fast."""


def unified(name: str, before: str, after: str, context: int = 3, touched: Sequence[TouchedLines] = ()) -> str:
    """The diff of one file as `git apply` and `patch -p1` take it; empty where the texts are equal.

    `name` is relative to the root of the run, with forward slashes. The rules that `touched` the lines of a hunk stand
    in its header, where git has the name of the function.
    """
    if before == after:
        return ""
    old, new = lines_of(before), lines_of(after)
    a, b = _quoted(f"a/{name}"), _quoted(f"b/{name}")
    tab = "\t" if " " in name else ""  # without it a reader takes what follows the space for a date
    head = f"diff --git {a} {b}\n--- {a}{tab}\n+++ {b}{tab}\n"
    groups = _groups(_changes(old, new), context)
    return head + "".join(_hunk(old, new, group, context, _rules_of(old, new, group, touched)) for group in groups)


def _rules_of(
    old: Sequence[str], new: Sequence[str], group: Iterable[Difference], touched: Sequence[TouchedLines]
) -> str:
    """The ids of the rules that a hunk is the work of, joined by commas; empty where one of its changes has no rule."""
    rules = set[str]()
    for change in group if touched else ():
        first, last = _reach(old, new, *change)
        mine = {each.rule for each in touched if each.first <= last and first <= each.last}
        if not mine:
            return ""
        rules |= mine
    return "" if "" in rules else ", ".join(sorted(rules))


def _reach(old: Sequence[str], new: Sequence[str], i1: int, i2: int, j1: int, j2: int) -> tuple[int, int]:
    """The range of lines, from 1, in which a rule may have asked for a difference. It begins at the line above, and
    includes adjacent lines that are blank or equal to the inserted or deleted ones, since a diff may show those
    instead."""
    moved = old[i1:i2] if j1 == j2 else new[j1:j2] if i1 == i2 else ()
    above, below = i1, i2
    while above and (not old[above - 1].strip() or _recurs(moved, above - i1 - 1, old[above - 1])):
        above -= 1
    while below < len(old) and (not old[below].strip() or _recurs(moved, below - i2, old[below])):
        below += 1
    return above, below + (i1 == i2)


def _recurs(moved: Sequence[str], at: int, line: str) -> bool:
    """The lines, repeated without end, have this one at an index."""
    return bool(moved) and moved[at % len(moved)] == line


@dataclass(frozen=True)
class LineEdit:
    """Replaces the lines `start:end` of a text, counted from 0, by `lines`."""

    start: int
    end: int
    lines: tuple[str, ...]

    @property
    def keeps_count(self) -> bool:
        """Each line is replaced by one line."""
        return self.end - self.start == len(self.lines)


@dataclass(frozen=True)
class Replacement:
    """Text that takes the place of a region; lines end at "\\n", columns count characters, both from 1, the end is
    exclusive."""

    start: tuple[int, int]
    end: tuple[int, int]
    text: str


class Original:
    """A text whose changes are turned into edits of lines, in time that grows with the changes and not the text."""

    def __init__(self, text: str) -> None:
        self.lines = lines_of(text)
        self._starts = [0, *accumulate(len(utf8(line)) for line in self.lines)]

    def edited(self, changes: Iterable[Change]) -> Iterator[LineEdit]:
        """The edits of lines in a diff of these changes alone, each as far down as possible."""
        windows = [*self._windows(changes)]
        for at, (start, end, new) in enumerate(windows):
            limit = windows[at + 1][0] if at + 1 < len(windows) else len(self.lines)
            come, reach = lines_of(new), 1
            while end < limit and _slides(self.lines[start:end], come):
                more = self.lines[end : min(end + reach, limit)]
                come, end, reach = lines_of("".join((*come, *more))), end + len(more), 2 * reach
            for i1, i2, j1, j2 in _changes(self.lines[start:end], come):
                yield LineEdit(start + i1, start + i2, tuple(come[j1:j2]))

    def replacements(self, changes: Iterable[Change]) -> Iterator[Replacement]:
        """The same as regions, each reduced to the characters that differ."""
        for edited in self.edited(changes):
            gone, come = "".join(self.lines[edited.start : edited.end]), "".join(edited.lines)
            head = common_prefix(gone, come)
            tail = common_prefix(gone[head:][::-1], come[head:][::-1])
            stop, above = len(gone) - tail, edited.start
            yield Replacement(_position(gone, head, above), _position(gone, stop, above), come[head : len(come) - tail])

    def _windows(self, changes: Iterable[Change]) -> Iterator[tuple[int, int, str]]:
        """Ranges of whole lines with their new text; changes that share a line are in one range."""
        waiting: tuple[int, int, list[Change]] | None = None
        for change in ordered(changes):
            first, last = self._line(change.start), self._line(change.stop)
            if waiting is not None and first < waiting[1]:
                waiting = waiting[0], max(waiting[1], last + 1), [*waiting[2], change]
                continue
            if waiting is not None:
                yield self._window(*waiting)
            waiting = first, last + 1, [change]
        if waiting is not None:
            yield self._window(*waiting)

    def _window(self, start: int, end: int, changes: Iterable[Change]) -> tuple[int, int, str]:
        end = min(end, len(self.lines))
        at = self._starts[start]
        moved = [Change(change.start - at, change.stop - at, change.text) for change in changes]
        return start, end, changed("".join(self.lines[start:end]), moved)

    def _line(self, at: int) -> int:
        """The line that contains a byte offset; after the last line end there is an empty line."""
        return min(bisect_right(self._starts, at) - 1, len(self.lines) - (not self._ends))

    @property
    def _ends(self) -> bool:
        """The text is empty or ends with a line end."""
        return not self.lines or self.lines[-1].endswith("\n")


class LineMap:
    """Maps lines of a newer text to lines of an older one, both from 1."""

    def __init__(self, old: str, new: str) -> None:
        self._changes = list(_changes(lines_of(old), lines_of(new)))
        self._ends = [change[3] for change in self._changes]

    def of(self, first: int, last: int) -> tuple[int, int]:
        """The lines that a range comes from, or else the lines that it replaced or was inserted below."""
        return self._place(first)[0], self._place(last)[1]

    def _place(self, line: int) -> tuple[int, int]:
        at = bisect_left(self._ends, line)
        if at < len(self._changes) and self._changes[at][2] < line:
            first, last, _, _ = self._changes[at]
            return (first + 1, last) if first < last else (first, first)
        shift = self._changes[at - 1][1] - self._changes[at - 1][3] if at else 0
        return line + shift, line + shift


class RewrittenLines:
    """The edits of lines that a rewrite made, to test whether others are among them."""

    def __init__(self, edited: Iterable[LineEdit] = ()) -> None:
        self._edited = frozenset(edited)
        self._from = {each.start: each for each in self._edited}
        self._to = {each.end: each for each in self._edited}
        self._in_place = {
            each.start + at: line for each in self._edited if each.keeps_count for at, line in enumerate(each.lines)
        }
        """The replacements of single lines."""

    def include(self, edited: Iterable[LineEdit]) -> bool:
        """The rewrite made all these edits; inserted lines may be among others at the same place."""
        return all(each in self._edited or self._includes_partly(each) for each in edited)

    def _includes_partly(self, edited: LineEdit) -> bool:
        start, end, lines = edited.start, edited.end, edited.lines
        if start == end:
            return start in self._from and _stand(lines, self._from[start].lines)
        if edited.keeps_count and all(self._in_place.get(start + at) == line for at, line in enumerate(lines)):
            return True
        first, last = self._from.get(start), self._to.get(end)
        begins = first is not None and end < first.end and first.lines[: len(lines)] == lines != first.lines
        ends = last is not None and last.start < start and last.lines[-len(lines) :] == lines != last.lines
        return bool(lines) and (begins or ends)


def _stand(lines: tuple[str, ...], among: tuple[str, ...]) -> bool:
    """The lines occur in `among` in a row."""
    return any(among[at : at + len(lines)] == lines for at in range(len(among) - len(lines) + 1))


def _slides(old: Sequence[str], new: Sequence[str]) -> bool:
    """Lines are only inserted or only deleted, and the lines that follow may be equal to them."""
    room = min(len(old), len(new))
    return len(old) != len(new) and all(old[at] == new[at] for at in range(room))


def hunks(edited: Iterable[LineEdit], context: int = 3) -> list[list[LineEdit]]:
    """The edits of each hunk that a diff of them prints."""
    groups: list[list[LineEdit]] = []
    for each in edited:
        if groups and each.start - groups[-1][-1].end <= 2 * context:
            groups[-1].append(each)
        else:
            groups.append([each])
    return groups


def _position(text: str, at: int, lines_above: int) -> tuple[int, int]:
    return lines_above + text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at)


def checked(name: str, before: str, after: str, text: str) -> str:
    """The diff `text`, once it is proven to turn `before` into `after`; raises ValueError otherwise."""
    try:
        patches = read_patch(text)
        result = before
        for patch in patches:
            result = apply_hunks(result, patch)
        counts = [row for _, row in recounted(text, "patch") if row.startswith("@@ ")]
    except PatchError as error:
        raise ValueError(f"the diff of {name} does not apply: {error}") from error
    if any(patch.name != name for patch in patches):
        raise ValueError(f"the diff of {name} names {patches[0].name}")
    if [_full(row) for row in text.split("\n") if row.startswith("@@ ")] != counts:
        raise ValueError(f"the diff of {name} counts its lines wrongly")
    if result != after:
        raise ValueError(f"the diff of {name} does not give the new text")
    return text


def by_rule(outcomes: Iterable[Outcome], title: Callable[[str], str]) -> list[tuple[str, str]]:
    """The fixes as a series: (rule, patch) pairs that apply one after another, each patch under a comment line.

    Each step has to be one rule's. A rule comes up again only where another one has to run between its two shares of a
    file.
    Joined or as one file a rule they suit `git apply` (with --check too) and `patch -p1`, which both take several
    patches to one file from one input; only `patch --dry-run`, which keeps nothing between them, needs single files.
    """
    waiting = {outcome.path: _runs(outcome.steps) for outcome in outcomes if outcome.changed}
    series: list[tuple[str, str]] = []
    while heads := [steps[0][0] for steps in waiting.values() if steps]:
        later = {rule for steps in waiting.values() for rule, _, _ in steps[1:]}
        rule = next((head for head in heads if head not in later), heads[0])
        ready = [(path, steps.pop(0)) for path, steps in waiting.items() if steps and steps[0][0] == rule]
        whole = (TouchedLines(rule, 0, sys.maxsize),)
        patch = "".join(unified(path, before, after, touched=whole) for path, (_, before, after) in ready)
        series.append((rule, f"{SERIES}{rule} — {title(rule)}\n{patch}"))
    return series


def _runs(steps: Iterable[Step]) -> list[tuple[str, str, str]]:
    """The rule of each step that changes the text, and the texts; those of one rule in a row are one."""
    runs = [(rule, list(run)) for (rule,), run in groupby(steps, lambda step: step.rules)]
    whole = [(rule, run[0].before, run[-1].after) for rule, run in runs]
    return [(rule, before, after) for rule, before, after in whole if before != after]


def _changes(old: Sequence[str], new: Sequence[str], i: int = 0, j: int = 0) -> Iterator[Difference]:
    """What differs, in order, counted from `i` and `j`.

    Lines that come once on each side are matched first: difflib alone takes minutes for a long file of similar
    resources. Blank lines and lone brackets decide only where no other line does.
    """
    room = min(len(old), len(new))
    top = next((at for at in range(room) if old[at] != new[at]), room)
    tail = next((at for at in range(room - top) if old[-1 - at] != new[-1 - at]), room - top)
    old, new, i, j = old[top : len(old) - tail], new[top : len(new) - tail], i + top, j + top
    if anchors := _anchors(old, new):
        left = right = 0
        for a, b in [*anchors, (len(old), len(new))]:
            yield from _changes(old[left:a], new[right:b], i + left, j + right)
            left, right = a + 1, b + 1
        return
    matcher = SequenceMatcher(lambda line: not _WORD.search(line), old, new, autojunk=len(old) > _LONG)
    for kind, i1, i2, j1, j2 in matcher.get_opcodes():
        if kind == "replace" and i2 - i1 == j2 - j1:
            for at, end in _unlike(old[i1:i2], new[j1:j2]):
                yield i + i1 + at, i + i1 + end, j + j1 + at, j + j1 + end
        elif kind == "replace":
            yield from _around_brackets(old[i1:i2], new[j1:j2], i + i1, j + j1)
        elif kind != "equal":
            yield i + i1, i + i2, j + j1, j + j2


def _around_brackets(old: Sequence[str], new: Sequence[str], i: int, j: int) -> Iterator[Difference]:
    """What differs where no line with a word stays: closing brackets in a row stay together, and the line that comes
    first on one side is where the other has it, so that what is put in before a bracket is all that comes."""
    matcher = SequenceMatcher(None, old, new, autojunk=len(old) > _LONG)
    a = b = 0
    for start, other, size in matcher.get_matching_blocks():
        if size == 1:
            continue
        if a < start and old[a] in new[b:other]:
            at = new.index(old[a], b, other)
            if at > b:
                yield i + a, i + a, j + b, j + at
            a, b = a + 1, at + 1
        if (a, b) != (start, other):
            yield i + a, i + start, j + b, j + other
        a, b = start + size, other + size


def _anchors(old: Sequence[str], new: Sequence[str]) -> list[tuple[int, int]]:
    """The longest run of lines in the same order among those that come once on each side."""
    theirs = _once(new)
    ends: list[int] = []
    chains: list[tuple[tuple[int, int], int]] = []  # each pair with the chain it goes on from
    heads: list[int] = []
    for line, a in _once(old).items():
        if (b := theirs.get(line)) is None:
            continue
        at = bisect_left(ends, b)
        ends[at : at + 1] = [b]
        chains.append(((a, b), heads[at - 1] if at else -1))
        heads[at : at + 1] = [len(chains) - 1]
    run: list[tuple[int, int]] = []
    link = heads[-1] if heads else -1
    while link >= 0:
        pair, link = chains[link]
        run.append(pair)
    return run[::-1]


def _once(lines: Sequence[str]) -> dict[str, int]:
    counts = Counter(lines)
    return {line: at for at, line in enumerate(lines) if counts[line] == 1 and _WORD.search(line)}


def _unlike(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[int, int]]:
    """The runs that differ where as many lines come as go: what stays between them is context."""
    for stays, run in groupby(range(len(old)), lambda at: old[at] == new[at]):
        at, *rest = run
        if not stays:
            yield at, at + len(rest) + 1


def _groups(changes: Iterable[Difference], context: int) -> Iterator[list[Difference]]:
    """The changes of each hunk: those whose context touches."""
    group: list[Difference] = []
    for change in changes:
        if group and change[0] - group[-1][1] > 2 * context:
            yield group
            group = []
        group.append(change)
    yield group


def _hunk(old: Sequence[str], new: Sequence[str], group: Sequence[Difference], context: int, rules: str) -> str:
    first, last = group[0], group[-1]
    lead, trail = min(context, first[0]), min(context, len(old) - last[1])
    rows: list[str] = []
    done = first[0] - lead
    for i1, i2, j1, j2 in group:
        rows += _signed(" ", old[done:i1]) + _signed("-", old[i1:i2]) + _signed("+", new[j1:j2])
        done = i2
    rows += _signed(" ", old[done : done + trail])
    header = f"@@ -{_range(first[0] - lead, last[1] + trail)} +{_range(first[2] - lead, last[3] + trail)} @@"
    return f"{header} {rules}".rstrip() + "\n" + "".join(rows)


def _signed(sign: str, lines: Sequence[str]) -> list[str]:
    return [sign + (line if line.endswith("\n") else f"{line}\n{NO_NEWLINE}\n") for line in lines]


def _range(start: int, end: int) -> str:
    count = end - start
    place = start + 1 if count else start
    return f"{place}" if count == 1 else f"{place},{count}"


def _full(header: str) -> str:
    """A hunk header with the counts of 1 that may be left out."""
    return re.sub(r"(?<=[-+])(\d+)(?= )", r"\1,1", header)


def _quoted(name: str) -> str:
    """The name as git prints it with core.quotePath off: in C-style quotes where a reader would stumble."""
    if not _NEEDS_QUOTES.search(name):
        return name

    def escaped(character: re.Match[str]) -> str:
        mark = character[0]
        return "\\" + (_ESCAPES.get(mark) or f"{mark.encode('utf-8', 'surrogateescape')[0]:03o}")

    return f'"{_NEEDS_QUOTES.sub(escaped, name)}"'
