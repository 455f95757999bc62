"""What leaves a block or an object, with its lines: blank ones close up, and comments that went nowhere stay."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence

from iacfix import reasons
from iacfix.errors import CannotFix
from iacfix.languages.shared.attribution import Attribution
from iacfix.languages.shared.lines import indent_at, line_end, line_start, next_line
from iacfix.languages.shared.nodes import Node
from iacfix.languages.terraform.comments import Comments
from iacfix.languages.terraform.tree import Group, body_of, bracket_of, kind_of
from iacfix.model import Value
from iacfix.rewrite import Change


class Removals:
    """What leaves the blocks of one module."""

    def __init__(self, data: bytes, comments: Comments, attribution: Attribution) -> None:
        self._data, self.comments, self._attribution = data, comments, attribution
        self._gone: list[Node] = []
        """Attributes, nested blocks and entries of objects."""
        self._among: set[Node] = set()
        self._set_to: dict[Value, list[Node]] = {}
        """The same by what they were set to."""

    def drop(self, node: Node | Group, value: Value) -> None:
        for each in node.nodes if isinstance(node, Group) else (node,):
            around = each.around("block")
            is_all = around is not None and kind_of(around) == "lifecycle" and len(body_of(around)) == 1
            gone = around if around is not None and is_all else each
            self._gone.append(gone)
            self._among.add(gone)
            self._set_to.setdefault(value, []).append(gone)
            self._attribution.record(gone)

    def leaves(self, node: Node) -> bool:
        """It is a part of what leaves, or all of it."""
        return node in self._among or any(around in self._among for around in node.ancestors())

    def about(self, value: Value) -> list[Node]:
        """The comments above, inside and behind what was set to a value."""
        return [comment for node in self._set_to.get(value, ()) for comment in self._of(node)]

    def _of(self, node: Node) -> list[Node]:
        behind = self.comments.behind(node)
        inside = self.comments.inside(node.start_byte, node.end_byte)
        return [*self.comments.above(node), *inside, *([behind] if behind is not None else [])]

    def changes(self) -> Iterator[Change]:
        held: dict[Node, list[Node]] = {}
        for node in self._gone:
            around = node.parent if node.type == "object_elem" else node.around("block")
            if around is not None:
                held.setdefault(around, []).append(node)
        for holder, nodes in held.items():
            yield from self._closed(holder, nodes)

    def _closed(self, block: Node, nodes: list[Node]) -> Iterator[Change]:
        """The lines of one block or object without these."""
        is_object = block.type == "object"
        body = [each for each in block.entries if each.type == "object_elem"] if is_object else body_of(block)
        opened = block.start_byte + 1 if is_object else bracket_of(block).end_byte
        held = self.comments.inside(block.start_byte, block.end_byte)
        if len(nodes) == len(body) and self.comments.moved.issuperset(held):
            whole = Change(opened, block.end_byte - 1, "")
            yield whole.attributed_to(self._attribution.of(*nodes))
            return
        first, last = block.start_point[0], block.end_point[0]
        rows: dict[int, str] = {}
        for node in nodes:
            rows |= self._rows(node)
        if rows.keys() & {first, last}:
            raise CannotFix(reasons.SHARED_LINES)
        lines = self._lines(block)
        rows |= dict.fromkeys(self._left_blank(first, last, rows, lines), "")
        nodes = sorted(nodes, key=lambda node: node.start_byte)
        for row in sorted(rows):
            start, stop = lines[row]
            newline = "\r\n" if self._data[start:stop].endswith(b"\r\n") else "\n"
            made = Change(start, stop, rows[row] and f"{rows[row]}{newline}")
            yield made.attributed_to(self._attribution.of(_nearest(nodes, start, stop)))

    def _left_blank(
        self, first: int, last: int, rows: Mapping[int, str], lines: Mapping[int, tuple[int, int]]
    ) -> Iterator[int]:
        """The blank lines around what leaves, but for one that goes on to part what stays."""
        blank: list[int] = []
        above, is_closed = first, False
        for row in range(first + 1, last + 1):
            if rows.get(row) == "":
                is_closed = True
            elif row not in rows and not self._data[slice(*lines[row])].strip():
                blank.append(row)
            else:
                if is_closed:
                    yield from blank if above == first or row == last else blank[1:]
                above, blank, is_closed = row, [], False

    def _rows(self, node: Node) -> dict[int, str]:
        """The lines of what leaves, with what is left of each."""
        above = [comment for comment in self.comments.above(node) if comment in self.comments.moved]
        start = above[0].start_point[0] if above else node.start_point[0]
        if above and self.comments.above(node)[-len(above) :] != above:
            raise CannotFix(reasons.SOME_COMMENTS_MOVE)
        behind = self.comments.behind(node)
        end = behind.start_byte if behind is not None else line_end(self._data, node.end_byte)
        if not node.begins_line or self._data[node.end_byte : end].strip() not in (b"", b","):
            raise CannotFix(reasons.SHARED_LINES)
        indent = indent_at(self._data, node.start_byte)
        rows = dict.fromkeys(range(start, (behind or node).end_point[0] + 1), "")
        inside = self.comments.inside(node.start_byte, node.end_byte)
        for comment in [*inside, *([behind] if behind is not None else [])]:
            if comment not in self.comments.moved:
                row = comment.start_point[0]
                rows[row] = f"{indent}{comment.text.rstrip()}"
        return rows

    def _lines(self, block: Node) -> dict[int, tuple[int, int]]:
        """Where the lines of a block begin and end, with what ends them."""
        found: dict[int, tuple[int, int]] = {}
        at = line_start(self._data, block.start_byte)
        for row in range(block.start_point[0], block.end_point[0] + 1):
            found[row] = at, next_line(self._data, at)
            at = found[row][1]
        return found


def _nearest(nodes: Sequence[Node], start: int, stop: int) -> Node:
    """The one of some nodes, which are in source order, that stands on a line or nearest to it."""
    at = bisect_right(nodes, stop, key=lambda node: node.start_byte)
    return min(nodes[max(at - 2, 0) : at + 1], key=lambda node: max(node.start_byte - stop, start - node.end_byte))
