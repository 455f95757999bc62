"""Maps positions of a rewritten text back to the file as it was read, by comparing the two."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import IntEnum
from functools import cached_property
from typing import NamedTuple

_TOKEN = re.compile(r"\w+|\s+|[^\w\s]")
_CAREFUL = 10_000
"""The most comparisons that difflib is asked to make; longer stretches without a landmark are paired greedily."""
_WINDOW = 60
"""How many lines or words ahead the greedy pairing looks."""
_GRAM = 3
"""How many equal words in a row count as the same code at another position."""


class Position(NamedTuple):
    """Line and column, both from 1."""

    line: int
    column: int


class OriginKind(IntEnum):
    """How code of the newer text relates to its position in the original."""

    COPIED = 0  # the original has the same characters there
    REPLACED = 1  # it begins where other code began
    INSIDE = 2  # it is new; the position is the nearest code before it


@dataclass(frozen=True)
class Origin:
    """A position in the original; `gap` is the range that was rewritten there, the end excluded, for new code."""

    position: Position
    kind: OriginKind = OriginKind.COPIED
    gap: tuple[Position, Position] | None = None


class CopiedBlock(NamedTuple):
    """A run of `size` characters that the newer text copies from the older one, by offsets in both."""

    new: int
    old: int
    size: int


@dataclass(frozen=True)
class SourceMap:
    """From positions of `text` to positions of `original`."""

    text: str
    original: str
    blocks: tuple[CopiedBlock, ...]
    """In the order of `text`; moved code is among them."""

    @staticmethod
    def identity(text: str) -> SourceMap:
        return SourceMap(text, text, (CopiedBlock(0, 0, len(text)),))

    def after(self, text: str) -> SourceMap:
        """The map of the next text: it is compared with this one's, and the two maps are composed."""
        if text == self.text:
            return self
        return SourceMap(text, self.original, tuple(_composed(sorted(copied(self.text, text)), self.blocks)))

    def of(self, line: int, column: int) -> Origin:
        """The origin of the code at a position, always within the original."""
        if self.text == self.original:
            return Origin(Position(line, column))
        at = self._starts[min(line, len(self._starts)) - 1] + column - 1
        index = bisect_right(self.blocks, at, key=lambda block: block.new) - 1
        if index >= 0 and at < self.blocks[index].new + self.blocks[index].size:
            return Origin(self._position(self.blocks[index].old + at - self.blocks[index].new))
        return self._between(at, index)

    def line(self, line: int) -> int:
        """The line of the original that the first code of a line comes from."""
        if self.text == self.original:
            return line
        start = self._starts[min(line, len(self._starts)) - 1]
        code = re.compile(r"[^\S\n]*").match(self.text, start)
        return self.of(line, (code.end() if code else start) - start + 1).position.line

    def _between(self, at: int, index: int) -> Origin:
        """The origin of new code after the block of that index (-1: before all): the original between that block and
        the next one was rewritten."""
        new_start = self.blocks[index].new + self.blocks[index].size if index >= 0 else 0
        old_start = self.blocks[index].old + self.blocks[index].size if index >= 0 else 0
        follows = self.blocks[index + 1].old if index + 1 < len(self.blocks) else len(self.original)
        old_end = max(old_start, follows)
        if at == new_start and not self.original[old_start : old_start + 1].isspace():
            return Origin(self._position(old_start), OriginKind.REPLACED)
        if old_end > old_start and not self.text[new_start:at].strip():
            space = len(self.original[old_start:old_end]) - len(self.original[old_start:old_end].lstrip())
            return Origin(self._position(old_start + space), OriginKind.REPLACED)
        nearest = old_start - 1
        while nearest > 0 and self.original[nearest].isspace():
            nearest -= 1
        nearest = max(nearest, 0)
        return Origin(self._position(nearest), OriginKind.INSIDE, (self._position(old_start), self._position(old_end)))

    def _position(self, at: int) -> Position:
        line = bisect_right(self._original_starts, at)
        return Position(line, at - self._original_starts[line - 1] + 1)

    @cached_property
    def _starts(self) -> list[int]:
        return _line_starts(self.text)

    @cached_property
    def _original_starts(self) -> list[int]:
        return _line_starts(self.original)


def _line_starts(text: str) -> list[int]:
    end = "\n" if "\n" in text else "\r"
    return [0, *(found.end() for found in re.finditer(end, text))]


def _composed(blocks: Iterable[CopiedBlock], earlier: Sequence[CopiedBlock]) -> Iterator[CopiedBlock]:
    """The blocks with the old offsets mapped through the earlier blocks; parts without an origin are dropped."""
    for new, old, size in blocks:
        index = max(bisect_right(earlier, old, key=lambda block: block.new) - 1, 0)
        while index < len(earlier) and earlier[index].new < old + size:
            start = max(old, earlier[index].new)
            stop = min(old + size, earlier[index].new + earlier[index].size)
            if start < stop:
                yield CopiedBlock(new + start - old, earlier[index].old + start - earlier[index].new, stop - start)
            index += 1


def copied(old: str, new: str) -> Iterator[CopiedBlock]:
    """The blocks that `new` copies from `old`: equal lines first, then words between them, then moved words."""
    old_lines, new_lines = old.splitlines(keepends=True), new.splitlines(keepends=True)
    old_at, new_at = _offsets(old_lines), _offsets(new_lines)
    removed, added = list[_Token](), list[_Token]()
    i = j = 0
    for start_i, start_j, size in (*_shared(old_lines, new_lines), (len(old_lines), len(new_lines), 0)):
        gone = _tokens(old, old_at[i], old_at[start_i])
        come = _tokens(new, new_at[j], new_at[start_j])
        yield from _words(gone, come, removed, added)
        if size:
            yield CopiedBlock(new_at[start_j], old_at[start_i], new_at[start_j + size] - new_at[start_j])
        i, j = start_i + size, start_j + size
    yield from _moved(removed, added)


class _Token(NamedTuple):
    text: str
    at: int


def _offsets(lines: Iterable[str]) -> list[int]:
    offsets = [0]
    for line in lines:
        offsets.append(offsets[-1] + len(line))
    return offsets


def _tokens(text: str, start: int, stop: int) -> list[_Token]:
    return [_Token(found.group(), found.start()) for found in _TOKEN.finditer(text, start, stop)]


def _words(old: list[_Token], new: list[_Token], removed: list[_Token], added: list[_Token]) -> Iterator[CopiedBlock]:
    """The blocks of equal words in order; the other words are appended to `removed` and `added`."""
    i = j = 0
    shared = _shared([token.text for token in old], [token.text for token in new])
    for start_i, start_j, size in (*shared, (len(old), len(new), 0)):
        is_edge = (start_i, start_j) == (0, 0) or (start_i + size, start_j + size) == (len(old), len(new))
        if not is_edge and sum(not token.text.isspace() for token in old[start_i : start_i + size]) < _GRAM:
            continue  # equal by chance
        removed += (token for token in old[i:start_i] if not token.text.isspace())
        added += (token for token in new[j:start_j] if not token.text.isspace())
        i, j = start_i + size, start_j + size
        if size:
            yield CopiedBlock(new[start_j].at, old[start_i].at, new[j - 1].at + len(new[j - 1].text) - new[start_j].at)


def _moved(removed: Sequence[_Token], added: Sequence[_Token]) -> Iterator[CopiedBlock]:
    """The longest runs of added words that were removed elsewhere, each from the nearest such position."""
    known = defaultdict[tuple[str, ...], list[int]](list)
    for index in range(len(removed) - _GRAM + 1):
        known[tuple(token.text for token in removed[index : index + _GRAM])].append(index)
    j = 0
    while j <= len(added) - _GRAM:
        gram = tuple(token.text for token in added[j : j + _GRAM])
        candidates = known.get(gram)
        if not candidates or not any(len(word) > 1 for word in gram):
            j += 1
            continue
        i = _nearest(removed, candidates, added[j].at)
        while i < len(removed) and j < len(added) and removed[i].text == added[j].text:
            yield CopiedBlock(added[j].at, removed[i].at, len(added[j].text))
            i, j = i + 1, j + 1


def _nearest(removed: Sequence[_Token], candidates: Sequence[int], at: int) -> int:
    index = bisect_right(candidates, at, key=lambda candidate: removed[candidate].at)
    around = candidates[max(index - 1, 0) : index + 1]
    return min(around, key=lambda candidate: abs(removed[candidate].at - at))


EqualRun = tuple[int, int, int]
"""Indices in both sequences, and the length."""


def _shared(old: Sequence[str], new: Sequence[str]) -> list[EqualRun]:
    """The equal runs of two sequences in order, in about linear time: items that are unique in both are landmarks."""
    found = list[EqualRun]()
    waiting = [(0, len(old), 0, len(new))]
    while waiting:
        i, i_end, j, j_end = waiting.pop()
        size = 0
        while i + size < i_end and j + size < j_end and old[i + size] == new[j + size]:
            size += 1
        found.append((i, j, size))
        i, j, size = i + size, j + size, 0
        while i_end - size > i and j_end - size > j and old[i_end - size - 1] == new[j_end - size - 1]:
            size += 1
        i_end, j_end = i_end - size, j_end - size
        found.append((i_end, j_end, size))
        if i == i_end or j == j_end:
            continue
        landmarks = _landmarks(old, new, i, i_end, j, j_end)
        if landmarks:
            for next_i, next_j in (*landmarks, (i_end, j_end)):
                waiting.append((i, next_i, j, next_j))
                i, j = next_i, next_j
        elif (i_end - i) * (j_end - j) <= _CAREFUL:
            blocks = SequenceMatcher(None, old[i:i_end], new[j:j_end], autojunk=False).get_matching_blocks()
            found += ((i + block.a, j + block.b, block.size) for block in blocks)
        else:
            found += _next_pairs(old, new, i, i_end, j, j_end)
    return sorted(stretch for stretch in found if stretch[2])


def _landmarks(old: Sequence[str], new: Sequence[str], i: int, i_end: int, j: int, j_end: int) -> list[tuple[int, int]]:
    """The longest increasing chain of items that are unique in both ranges (patience diff)."""
    mine, theirs = _once(old, i, i_end), _once(new, j, j_end)
    pairs = sorted((at, theirs[item]) for item, at in mine.items() if item in theirs)
    ends, last, before = list[int](), list[int](), list[int]()
    for index, (_, at) in enumerate(pairs):
        length = bisect_right(ends, at)
        before.append(last[length - 1] if length else -1)
        ends[length : length + 1] = [at]
        last[length : length + 1] = [index]
    chain = list[tuple[int, int]]()
    index = last[-1] if last else -1
    while index >= 0:
        chain.append(pairs[index])
        index = before[index]
    return chain[::-1]


def _once(items: Sequence[str], start: int, stop: int) -> dict[str, int]:
    found = dict[str, int]()
    for index in range(start, stop):
        found[items[index]] = -1 if items[index] in found else index
    return {item: index for item, index in found.items() if index >= 0}


def _next_pairs(old: Sequence[str], new: Sequence[str], i: int, i_end: int, j: int, j_end: int) -> Iterator[EqualRun]:
    """Equal pairs from the top, each the nearest after the one before."""
    while i < i_end and j < j_end:
        if old[i] == new[j]:
            yield i, j, 1
            i, j = i + 1, j + 1
            continue
        ahead = dict[str, int]()
        for index in range(i, min(i + _WINDOW, i_end)):
            ahead.setdefault(old[index], index)
        near = [
            (ahead[new[index]] - i + index - j, ahead[new[index]], index)
            for index in range(j, min(j + _WINDOW, j_end))
            if new[index] in ahead
        ]
        _, i, j = min(near, default=(0, i + _WINDOW, j + _WINDOW))
