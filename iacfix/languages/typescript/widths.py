"""Lines that new entries would make too long: which brackets on them are laid out over several."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from iacfix.languages.shared.lines import indent_at, line_end, line_start
from iacfix.languages.shared.nodes import Node
from iacfix.languages.typescript import layout
from iacfix.languages.typescript.layout import LONG, Splice
from iacfix.languages.typescript.render import WIDE, Renderer
from iacfix.languages.typescript.tree import is_wrapper

BRACKETS = ("object", "array")
SHORT = 9
"""About what is looked up, in characters."""
LOOKED_UP = re.compile(r"(?<![\w$.])[\w$.]++(?=`)|(?P<hole>\$\{[\w$]+(?:\.[\w$]+)+\})")


@dataclass(frozen=True)
class Spread:
    """A bracket that is laid out with every entry on a line of its own; `indent` is that of its own line."""

    node: Node
    indent: str
    comma: bool


Insertions = Mapping[Node, Mapping[int, Sequence[str]]]
"""New entries by their bracket's node, and the index of the one that they stand behind."""


def spreads(renderer: Renderer, inserted: Insertions, others: Sequence[Splice]) -> Mapping[Node, Spread]:
    """The brackets that are spread for their new entries, by their nodes; a line that was too long before
    stays one, and one that other changes lay out."""
    return {spread.node: spread for spread in _Widths(renderer, inserted, others).spreads()}


def measured(code: str) -> int:
    """The length of code as if what its templates hold were written out, so that it is the same before a lookup."""
    return len(LOOKED_UP.sub(lambda found: " " * SHORT if found["hole"] else "", code))


class _Widths:
    def __init__(self, renderer: Renderer, inserted: Insertions, others: Sequence[Splice]) -> None:
        self.renderer, self.program, self.data = renderer, renderer.program, renderer.program.data
        self.others = others
        self._broken: dict[Node, frozenset[str]] = {}
        self.added = {
            node: sum(len(code) + len(", ") for codes in new.values() for code in codes)
            for node, new in inserted.items()
            if node.start_point[0] == node.end_point[0]
        }

    def spreads(self) -> Iterator[Spread]:
        by_row: dict[int, list[Node]] = {}
        for node in self.added:
            by_row.setdefault(node.start_point[0], []).append(node)
        for row, nodes in by_row.items():
            length = self._length(nodes[0])
            grown = length + sum(self.added[node] for node in nodes)
            for node in dict.fromkeys(self._outermost(node, None) for node in nodes):
                limit = self._limit(node)
                if length <= LONG and grown > limit and not self._is_bound(node, row):
                    yield from self._spread(node, indent_at(self.data, node.start_byte), limit, nodes)

    def _spread(self, node: Node, indent: str, limit: int, near: Sequence[Node]) -> Iterator[Spread]:
        """A bracket, and those inside it that are too long for the lines they get."""
        yield Spread(node, indent, self._has_commas(node))
        deeper = indent + self.renderer.step(node)
        for item in layout.read(node).items:
            grown = [inner for inner in near if inner == item or item in inner.ancestors()]
            length = measured(item.text) + sum(self.added[inner] for inner in grown)
            if grown and len(deeper) + length + len(",") > limit:
                yield from self._spread(self._outermost(grown[0], node), deeper, limit, grown)

    def _outermost(self, node: Node, below: Node | None) -> Node:
        """The object or array around all that stands on the line of a bracket, below another node."""
        found, row = node, node.start_point[0]
        for around in node.ancestors():
            if around == below or around.start_point[0] != row or around.end_point[0] != row:
                break
            found = around if around.type in BRACKETS else found
        return found

    def _limit(self, node: Node) -> int:
        """Less where another entry of its kind around it is laid out over several lines."""
        holder = self._holder(node)
        return WIDE if holder is not None and node.type in self._broken_in(holder) else LONG

    def _broken_in(self, holder: Node) -> frozenset[str]:
        """The kinds of its entries that are laid out over several lines."""
        if holder not in self._broken:
            items = layout.read(holder).items
            self._broken[holder] = frozenset(each.type for each in items if each.start_point[0] < each.end_point[0])
        return self._broken[holder]

    def _holder(self, node: Node) -> Node | None:
        """The bracket that one is an entry of."""
        around = next((around for around in node.ancestors() if not is_wrapper(around) and around.type != "pair"), None)
        return around if around is not None and around.type in BRACKETS else None

    def _has_commas(self, node: Node) -> bool:
        """The last entry gets a comma, unless the bracket around has none."""
        holder = self._holder(node)
        bracket = layout.read(holder) if holder is not None else None
        return bracket is None or not bracket.breaks or bracket.closing_comma

    def _length(self, node: Node) -> int:
        start, end = line_start(self.data, node.start_byte), line_end(self.data, node.start_byte)
        return measured(self.data[start:end].decode("utf-8"))

    def _is_bound(self, node: Node, row: int) -> bool:
        """The line has to stay one: it is shared by statements, a comment may be about it, or another change is."""
        statement = self.program.statement(node)
        beside = [
            near for near in (statement.prev_sibling, statement.next_sibling) if near is not None and near.is_named
        ]
        if any(near.start_point[0] == row or near.end_point[0] == row for near in beside):
            return True
        items = layout.read(node).items
        for splice in self.others:
            touches = node.start_byte < splice.stop and splice.start < node.end_byte
            if touches and not any(item.start_byte <= splice.start and splice.stop <= item.end_byte for item in items):
                return True
        return not self._commented.isdisjoint((row, row - 1))

    @cached_property
    def _commented(self) -> set[int]:
        """The rows that a comment ends on."""
        return {found.end_point[0] for found in self.program.root.inside("comment")}
