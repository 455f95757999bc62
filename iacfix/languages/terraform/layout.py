"""Layout as `terraform fmt` has it: the signs of a run of attributes stand in one column, where they did before."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

from iacfix.languages.shared.lines import indent_at
from iacfix.languages.shared.nodes import Node
from iacfix.languages.terraform.touched import Piece, Touched
from iacfix.languages.terraform.tree import body_of
from iacfix.rewrite import Change, Placed

STEP = "  "
"""How much deeper the lines of a block stand, unless those that it has stand otherwise."""
HOLDERS = frozenset({"object", "tuple"})


@dataclass(frozen=True)
class Cell:
    """An attribute or an entry of an object that begins its line and ends on it: its line, where it begins, the bytes
    between name and sign, and how wide the line is up to there."""

    row: int
    begin: int
    start: int
    stop: int
    width: int

    @property
    def column(self) -> int:
        """How wide the line is up to the sign."""
        return self.width + self.stop - self.start


def aligned(touched: Iterable[Touched]) -> Iterator[Change]:
    """What aligns the lines around changes, as changes of the new text: a run of lines is aligned if each line that it
    kept was in such a run, else a new line takes the column that the others share."""
    for each in touched:
        yield from (fix.moved(each.shift) for fix in _fixes(each))


def _fixes(touched: Touched) -> Iterator[Change]:
    before = {cell.begin: _is_aligned(run) for run in _runs(touched.before, _ends(touched.before)) for cell in run}
    ends = _ends(touched.after)
    for run in _runs(touched.after, ends):
        was = {cell: before.get(_old(touched.places, cell.begin)) for cell in run}
        kept = [cell for cell in run if was[cell] is not None]
        is_aligned = all(was[cell] for cell in kept)
        column = max(cell.width for cell in run) + 1 if is_aligned else _shared(kept)
        for cell in run:
            wanted = max(column, cell.width + 1)
            if cell.column != wanted and (is_aligned or was[cell] is None):
                asked = _fixes_of(touched, ends, run)
                yield Change(cell.start, cell.stop, " " * (wanted - cell.width)).attributed_to(asked)


def step_of(data: bytes, node: Node) -> str:
    """How much deeper than the line of a node the lines inside of it stand, or those of what is around it."""
    for around in (node, *node.ancestors()):
        rows = body_of(around) if around.type == "block" else around.entries if around.type in HOLDERS else []
        below = next((each for each in rows if each.start_point[0] > around.start_point[0]), around)
        outer, inner = indent_at(data, around.start_byte), indent_at(data, below.start_byte)
        if inner != outer and inner.startswith(outer):
            return inner[len(outer) :]
    return STEP


def _fixes_of(touched: Touched, ends: Sequence[int], run: Sequence[Cell]) -> frozenset[int]:
    """What asks for a fix of lines that are aligned with each other: what changed among them."""
    first = bisect_left(touched.places, run[0].row - 1, key=lambda place: bisect_left(ends, place.stop))
    last = bisect_right(touched.places, run[-1].row + 1, key=lambda place: bisect_left(ends, place.start))
    asked = [share.edits for change in touched.changes[first:last] for share in change.shares]
    return frozenset[int]().union(*asked) if all(asked) else frozenset()


def _is_aligned(run: Sequence[Cell]) -> bool:
    widest = max(cell.width for cell in run)
    return all(cell.column == widest + 1 for cell in run)


def _shared(cells: Sequence[Cell]) -> int:
    """The column that all of them have, where there is one."""
    columns = {cell.column for cell in cells}
    return columns.pop() if len(columns) == 1 else 0


def _old(places: Sequence[Placed], at: int) -> int:
    """Where a byte of the new text was in the old one; before all of it where a change wrote the byte."""
    index = bisect_right(places, at, key=lambda place: place.start) - 1
    if index < 0:
        return at
    return -1 if at < places[index].stop else at - places[index].shift


def _runs(piece: Piece, ends: Sequence[int]) -> Iterator[list[Cell]]:
    """The cells of a text, those of neighbouring lines together."""
    run: list[Cell] = []
    for cell in sorted(_cells(piece, ends), key=lambda cell: cell.row):
        if run and cell.row != run[-1].row + 1:
            yield run
            run = []
        run.append(cell)
    if run:
        yield run


def _cells(piece: Piece, ends: Sequence[int]) -> Iterator[Cell]:
    text, at = piece.text, piece.at
    for node in piece.inside("attribute", "object_elem"):
        start, stop = node.start_byte - at, node.end_byte - at
        row = bisect_left(ends, start)
        line = ends[row - 1] + 1 if row else 0
        if text[line:start].strip() or bisect_left(ends, stop) != row:
            continue
        name = node.named_children[0].end_byte - at
        sign = next((child for child in node.children if not child.is_named and child.text == "="), None)
        if sign is not None and not text[name : sign.start_byte - at].strip():  # no comment stands there
            yield Cell(row, start, name, sign.start_byte - at, len(text[line:name].decode("utf-8")))


def _ends(piece: Piece) -> list[int]:
    """Where the lines end, of which a comment and a heredoc are on the one that they begin on; the row of a place is
    the number of ends before it."""
    ends = [at - 1 for at in accumulate(len(line) + 1 for line in piece.text.split(b"\n")[:-1])]
    for node in reversed(piece.inside("comment", "heredoc_template")):
        start, stop = bisect_left(ends, node.start_byte - piece.at), bisect_left(ends, node.end_byte - piece.at)
        del ends[start:stop]
    return ends
