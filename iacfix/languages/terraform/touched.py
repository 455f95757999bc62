"""The parts of a module that changes touch: whole blocks, before and after, so that only these are parsed again."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from iacfix.languages.shared.lines import line_start, next_line
from iacfix.languages.shared.nodes import Node
from iacfix.languages.terraform.comments import text_of
from iacfix.languages.terraform.tree import outermost, parsed
from iacfix.rewrite import Change, Placed, placed, spliced, utf8

APART = frozenset({"block", "comment"})
"""What stands in a module beside each other; a run of lines that holds some of it whole is parsed by itself alike."""


@dataclass(frozen=True)
class Piece:
    """A run of lines that holds whole blocks: its text, and where that begins in what the nodes were parsed of."""

    nodes: Sequence[Node]
    text: bytes
    at: int

    def inside(self, *kinds: str) -> list[Node]:
        return [found for node in self.nodes for found in node.inside(*kinds)]


@dataclass(frozen=True)
class Touched:
    """A run of lines and the changes in it, which count from its beginning; `shift` leads from there to the new text
    of the module."""

    before: Piece
    changes: Sequence[Change]
    shift: int

    @cached_property
    def after(self) -> Piece:
        text = spliced(self.before.text, self.changes)
        return Piece([parsed(text).root], text, 0)

    @property
    def keeps_comments(self) -> bool:
        """The new text has each comment as often as the old one."""
        had, has = (Counter(map(text_of, each.inside("comment"))) for each in (self.before, self.after))
        return had == has

    @cached_property
    def places(self) -> list[Placed]:
        return list(placed(self.changes))


def touched(root: Node, data: bytes, changes: Sequence[Change]) -> Iterator[Touched]:
    """The runs of lines that ordered changes touch, from the top on."""
    shift = 0
    for nodes, start, stop, among in _runs(root, data, changes):
        yield Touched(Piece(nodes, data[start:stop], start), [change.moved(-start) for change in among], start + shift)
        shift += sum(len(utf8(change.text)) - (change.stop - change.start) for change in among)


_Run = tuple[Sequence[Node], int, int, list[Change]]
"""Whole blocks, where the lines that hold them begin and end, and the changes there."""


def _runs(root: Node, data: bytes, changes: Sequence[Change]) -> Iterator[_Run]:
    nodes = outermost(root)
    if any(node.type not in APART for node in nodes):
        yield nodes, 0, len(data), list(changes)
        return
    starts, ends = [node.start_byte for node in nodes], [node.end_byte for node in nodes]
    start = stop = -1
    among: list[Change] = []
    for change in changes:
        first, last = _widened(starts, ends, data, change.start, change.stop)
        if among and data[stop:first].strip():
            yield nodes[bisect_right(ends, start) : bisect_left(starts, stop)], start, stop, among
            among = []
        start, stop = (start if among else first), max(stop, last)
        among.append(change)
    if among:
        yield nodes[bisect_right(ends, start) : bisect_left(starts, stop)], start, stop, among


def _widened(starts: Sequence[int], ends: Sequence[int], data: bytes, start: int, stop: int) -> tuple[int, int]:
    """A range with the whole lines of all nodes that it touches."""
    first, last = bisect_left(ends, start), bisect_right(starts, stop)
    while True:
        if first < last:
            start, stop = min(start, starts[first]), max(stop, ends[last - 1])
        wider = line_start(data, start), _lines_end(data, stop)
        if wider == (start, stop):
            return wider
        start, stop = wider
        first, last = bisect_right(ends, start), bisect_left(starts, stop)


def _lines_end(data: bytes, at: int) -> int:
    """The end of the line that a range ends on, with what ends it."""
    return at if data[at - 1 : at] == b"\n" else next_line(data, at)
