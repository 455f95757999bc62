"""Where in the file as it was read the code of a newer text comes from."""

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
"""Comparisons that are worth a careful look; between longer stretches without a landmark the next equal pair counts."""
_WINDOW = 60
_GRAM = 3
"""Words in a row that are the same code at another place."""


class Position(NamedTuple):
    """Line and column, both from 1."""

    line: int
    column: int


class Kind(IntEnum):
    """How code of a newer text belongs to the place it is said to come from."""

    COPIED = 0  # it stands there, letter by letter
    REPLACED = 1  # it begins where something else stood
    INSIDE = 2  # it is new; the place is the nearest one


@dataclass(frozen=True)
class Origin:
    """A place of the original; `gap` is the stretch that was rewritten there."""

    place: Position
    kind: Kind = Kind.COPIED
    gap: tuple[Position, Position] | None = None


class Block(NamedTuple):
    """A stretch of the newer text that is copied from the older one."""

    new: int
    old: int
    size: int


@dataclass(frozen=True)
class Origins:
    """The places of one text as places of the original."""

    text: str
    original: str
    blocks: tuple[Block, ...]
    """In the order of the text; code that was moved is in them."""

    @staticmethod
    def same(text: str) -> Origins:
        return Origins(text, text, (Block(0, 0, len(text)),))

    def after(self, text: str) -> Origins:
        """Those of the next text; only what changed in this step is compared."""
        if text == self.text:
            return self
        return Origins(text, self.original, tuple(_composed(sorted(copied(self.text, text)), self.blocks)))

    def of(self, line: int, column: int) -> Origin:
        """Where the code at a place comes from; always a place that the original has."""
        if self.text == self.original:
            return Origin(Position(line, column))
        at = self._starts[min(line, len(self._starts)) - 1] + column - 1
        index = bisect_right(self.blocks, at, key=lambda block: block.new) - 1
        if index >= 0 and at < self.blocks[index].new + self.blocks[index].size:
            return Origin(self._place(self.blocks[index].old + at - self.blocks[index].new))
        return self._between(at, index)

    def line(self, line: int) -> int:
        """The line of the original that a line comes from."""
        if self.text == self.original:
            return line
        start = self._starts[min(line, len(self._starts)) - 1]
        code = re.compile(r"[^\S\n]*").match(self.text, start)
        return self.of(line, (code.end() if code else start) - start + 1).place.line

    def _between(self, at: int, index: int) -> Origin:
        """New code behind the block of that index: what stood between it and the next one was rewritten."""
        new_start = self.blocks[index].new + self.blocks[index].size if index >= 0 else 0
        old_start = self.blocks[index].old + self.blocks[index].size if index >= 0 else 0
        follows = self.blocks[index + 1].old if index + 1 < len(self.blocks) else len(self.original)
        old_end = max(old_start, follows)
        if at == new_start and not self.original[old_start : old_start + 1].isspace():
            return Origin(self._place(old_start), Kind.REPLACED)
        if old_end > old_start and not self.text[new_start:at].strip():
            space = len(self.original[old_start:old_end]) - len(self.original[old_start:old_end].lstrip())
            return Origin(self._place(old_start + space), Kind.REPLACED)
        nearest = old_start - 1
        while nearest > 0 and self.original[nearest].isspace():
            nearest -= 1
        nearest = max(nearest, 0)
        return Origin(self._place(nearest), Kind.INSIDE, (self._place(old_start), self._place(old_end)))

    def _place(self, at: int) -> Position:
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


def _composed(blocks: Iterable[Block], earlier: Sequence[Block]) -> Iterator[Block]:
    """Blocks whose old places are in a text of which the earlier ones say where it comes from."""
    for new, old, size in blocks:
        index = max(bisect_right(earlier, old, key=lambda block: block.new) - 1, 0)
        while index < len(earlier) and earlier[index].new < old + size:
            start = max(old, earlier[index].new)
            stop = min(old + size, earlier[index].new + earlier[index].size)
            if start < stop:
                yield Block(new + start - old, earlier[index].old + start - earlier[index].new, stop - start)
            index += 1


def copied(old: str, new: str) -> Iterator[Block]:
    """What the new text has from the old one: first whole lines, then words, then words that were moved."""
    old_lines, new_lines = old.splitlines(keepends=True), new.splitlines(keepends=True)
    old_at, new_at = _offsets(old_lines), _offsets(new_lines)
    removed, added = list[_Token](), list[_Token]()
    i = j = 0
    for start_i, start_j, size in (*_shared(old_lines, new_lines), (len(old_lines), len(new_lines), 0)):
        gone = _tokens(old, old_at[i], old_at[start_i])
        come = _tokens(new, new_at[j], new_at[start_j])
        yield from _words(gone, come, removed, added)
        if size:
            yield Block(new_at[start_j], old_at[start_i], new_at[start_j + size] - new_at[start_j])
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


def _words(old: list[_Token], new: list[_Token], removed: list[_Token], added: list[_Token]) -> Iterator[Block]:
    """What two stretches share, in its order; the rest is removed and added."""
    i = j = 0
    shared = _shared([token.text for token in old], [token.text for token in new])
    for start_i, start_j, size in (*shared, (len(old), len(new), 0)):
        is_edge = (start_i, start_j) == (0, 0) or (start_i + size, start_j + size) == (len(old), len(new))
        if not is_edge and sum(not token.text.isspace() for token in old[start_i : start_i + size]) < _GRAM:
            continue  # a word that the old and the new code have by chance
        removed += (token for token in old[i:start_i] if not token.text.isspace())
        added += (token for token in new[j:start_j] if not token.text.isspace())
        i, j = start_i + size, start_j + size
        if size:
            yield Block(new[start_j].at, old[start_i].at, new[j - 1].at + len(new[j - 1].text) - new[start_j].at)


def _moved(removed: Sequence[_Token], added: Sequence[_Token]) -> Iterator[Block]:
    """Each longest run of added words that was removed elsewhere, from the nearest such place behind the last one."""
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
            yield Block(added[j].at, removed[i].at, len(added[j].text))
            i, j = i + 1, j + 1


def _nearest(removed: Sequence[_Token], candidates: Sequence[int], at: int) -> int:
    index = bisect_right(candidates, at, key=lambda candidate: removed[candidate].at)
    around = candidates[max(index - 1, 0) : index + 1]
    return min(around, key=lambda candidate: abs(removed[candidate].at - at))


Excerpt = tuple[int, int, int]
"""Where it begins in both, and how long it is."""


def _shared(old: Sequence[str], new: Sequence[str]) -> list[Excerpt]:
    """Equal stretches in their order, in a time that grows with the length: lines that both have once are landmarks."""
    found = list[Excerpt]()
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
    """What both stretches have exactly once, as far as it is in the same order in both."""
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


def _next_pairs(old: Sequence[str], new: Sequence[str], i: int, i_end: int, j: int, j_end: int) -> Iterator[Excerpt]:
    """Equal pairs from the top on, each the nearest behind the one before."""
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
