"""Layout as `terraform fmt` has it: the signs of a run of attributes stand in one column, where they did before."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate

from iacfix.languages.shared.lines import indent_at, line_start
from iacfix.languages.shared.nodes import Node
from iacfix.languages.terraform.tree import body_of, parsed, unwrapped
from iacfix.rewrite import Change, ordered, spliced, utf8

STEP = "  "
"""How much deeper the lines of a block stand, unless those that it has stand otherwise."""
HOLDERS = frozenset({"object", "tuple"})
NAME, SIGN = re.compile(rb"[\w-]+"), re.compile(rb"[ \t]*=(?!=)")
"""An argument, and what stands behind it."""


@dataclass(frozen=True)
class Cell:
    """An attribute or an entry of an object that begins its line and ends on it: the bytes between name and sign, and
    how wide the line is up to there."""

    start: int
    stop: int
    width: int

    @property
    def gap(self) -> int:
        return self.stop - self.start


def aligned(data: bytes, changes: Sequence[Change]) -> tuple[Change, ...]:
    """The changes with what they make of the lines around them."""
    made = list(ordered(changes))
    text = spliced(data, made)
    cells = _cells(parsed(text), text)
    touched = _touched(text, made)
    closed = _closed(data, text, made)
    fixes: dict[int, tuple[Change, list[int]]] = {}
    for row in sorted((touched | closed.keys()) & cells.keys()):
        run = _run(cells, row)
        old = [cells[each] for each in run if each not in touched]
        is_aligned = closed.get(row) or _is_aligned(old)
        if not is_aligned and not _is_named(text, made, cells[row]):
            continue
        column = max(cells[each].width for each in run) + 1
        for each in run if is_aligned else [row]:
            cell = cells[each]
            wanted = column if is_aligned else _beside(old, cell)
            if cell.width + cell.gap != wanted:
                fixes[cell.start] = Change(cell.start, cell.stop, " " * (wanted - cell.width)), run
    return tuple(_composed(made, list(_asked([fixes[at] for at in sorted(fixes)], text, made))))


def step_of(data: bytes, node: Node) -> str:
    """How much deeper than the line of a node the lines inside of it stand, or those of what is around it."""
    for around in (node, *node.ancestors()):
        rows = body_of(around) if around.type == "block" else around.entries if around.type in HOLDERS else []
        below = next((each for each in rows if each.start_point[0] > around.start_point[0]), around)
        outer, inner = indent_at(data, around.start_byte), indent_at(data, below.start_byte)
        if inner != outer and inner.startswith(outer):
            return inner[len(outer) :]
    return STEP


def _asked(fixes: Sequence[tuple[Change, list[int]]], text: bytes, made: Sequence[Change]) -> Iterator[Change]:
    """The fixes of lines that are aligned with each other, as asked by what changed among them."""
    placed, ends = (list(_placed(made)), _ends(text)) if fixes else ([], [])
    first = [bisect_left(ends, start) for start, _, _ in placed]
    last = [bisect_left(ends, stop) for _, stop, _ in placed]
    for fix, run in fixes:
        near = made[bisect_left(last, run[0] - 1) : bisect_right(first, run[-1] + 1)]
        asked = [share.edits for change in near for share in change.shares]
        yield fix.attributed_to(frozenset[int]().union(*asked) if all(asked) else ())


def _is_aligned(run: Sequence[Cell]) -> bool:
    widest = max(cell.width for cell in run) if run else 0
    return all(cell.width + cell.gap == widest + 1 for cell in run)


def _closed(data: bytes, text: bytes, made: Sequence[Change]) -> dict[int, bool]:
    """The lines of the new text between which others left, or that got another name, and whether the old lines there
    were aligned."""
    found: dict[int, bool] = {}
    before, after = _ends(data), _ends(text)
    cells: dict[int, Cell] | None = None
    for change, (start, _, _) in zip(made, _placed(made), strict=True):
        is_renamed = bool(NAME.fullmatch(data, change.start, change.stop) and SIGN.match(data, change.stop))
        if not is_renamed and (change.text or b"\n" not in data[change.start : change.stop]):
            continue
        cells = _cells(parsed(data), data) if cells is None else cells
        first, row = bisect_left(before, change.start), bisect_left(after, start)
        if is_renamed:
            found[row] = first in cells and _is_aligned([cells[each] for each in _run(cells, first)])
            continue
        last = first + data.count(b"\n", change.start, change.stop)
        sides = [each for each in (first - 1, first, last - 1, last) if each in cells]
        is_aligned = all(_is_aligned([cells[each] for each in _run(cells, side)]) for side in sides)
        found[row - 1] = is_aligned and found.get(row - 1, True)
        found[row] = is_aligned
    return found


def _beside(old: Sequence[Cell], cell: Cell) -> int:
    """The column that all the others have, where there is one and the name leaves it free."""
    columns = {each.width + each.gap for each in old}
    column = columns.pop() if len(columns) == 1 else 0
    return max(column, cell.width + 1)


def _run(cells: dict[int, Cell], row: int) -> list[int]:
    """The lines around a line that are aligned with it."""
    first = last = row
    while first - 1 in cells:
        first -= 1
    while last + 1 in cells:
        last += 1
    return list(range(first, last + 1))


def _cells(root: Node, text: bytes) -> dict[int, Cell]:
    found: dict[int, Cell] = {}
    for node in root.inside("attribute", "object_elem"):
        row, column = node.start_point
        line = node.start_byte - column
        sign = next((child for child in node.children if not child.is_named and child.text == "="), None)
        if sign is None or sign.start_point[0] != row or text[line : node.start_byte].strip():
            continue
        is_heredoc = unwrapped(node.named_children[-1]).type == "heredoc_template"
        if node.end_point[0] == row or (is_heredoc and unwrapped(node.named_children[-1]).start_point[0] == row):
            name = node.named_children[0]
            if text[name.end_byte : sign.start_byte].strip():
                continue  # a comment stands there
            width = len(text[line : name.end_byte].decode("utf-8"))
            found[row] = Cell(name.end_byte, sign.start_byte, width)
    return found


def _touched(text: bytes, made: Sequence[Change]) -> set[int]:
    """The lines of the new text that the changes wrote."""
    rows, ends = set[int](), _ends(text)
    for start, stop, _ in _placed(made):
        first = bisect_left(ends, start)
        inside = text[start:stop]
        if inside.startswith((b"\n", b"\r\n")):  # the line in front only ends there
            first += 1
        rows |= set(range(first, bisect_left(ends, stop) + 1))
    return rows


def _is_named(text: bytes, made: Sequence[Change], cell: Cell) -> bool:
    """A change wrote the name of the attribute, or what is between that and its sign."""
    line = line_start(text, cell.start)
    return any(start < cell.stop and stop > line for start, stop, _ in _placed(made))


def _ends(text: bytes) -> list[int]:
    """Where the lines end; the row of a place is the number of ends before it."""
    return [at - 1 for at in accumulate(len(line) + 1 for line in text.split(b"\n")[:-1])]


def _placed(made: Sequence[Change]) -> Iterator[tuple[int, int, int]]:
    """Where each change is in the new text, and how much longer that is from there on."""
    shift = 0
    for change in made:
        length = len(utf8(change.text))
        start = change.start + shift
        shift += length - (change.stop - change.start)
        yield start, start + length, shift


def _composed(made: Sequence[Change], fixes: Sequence[Change]) -> Iterator[Change]:
    """Fixes are of the new text: those inside what a change wrote become a part of it, the others are of the old."""
    left = list(fixes)
    shift = 0
    for change, (start, stop, after) in zip(made, _placed(made), strict=True):
        while left and left[0].stop <= start and left[0].start < start:
            fix = left.pop(0)
            yield _of_old(fix, shift)
        inner = list[Change]()
        while left and left[0].start >= start and left[0].stop <= stop:
            fix = left.pop(0)
            inner.append(Change(fix.start - start, fix.stop - start, fix.text))
        written = spliced(utf8(change.text), inner).decode("utf-8") if inner else change.text
        yield replace(change, text=written)
        shift = after
    for fix in left:
        yield _of_old(fix, shift)


def _of_old(fix: Change, shift: int) -> Change:
    """A fix of the new text as one of the old, which is shorter by that much up to there."""
    edits = frozenset[int]().union(*(share.edits for share in fix.shares))
    return Change(fix.start - shift, fix.stop - shift, fix.text).attributed_to(edits)
