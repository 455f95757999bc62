"""Which comments are about a piece of a module, and which of them have moved along with it."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator

from iacfix.languages.shared.lines import line_end
from iacfix.languages.shared.nodes import Node
from iacfix.languages.shared.pragmas import refuse_moved


class Comments:
    """The comments of one module; each moves once."""

    def __init__(self, root: Node, data: bytes) -> None:
        self._data = data
        self._all = root.inside("comment")
        self._by_row = {node.start_point[0]: node for node in self._all}
        self._ends = {_last_row(node): node for node in self._all}
        self.moved: set[Node] = set()

    def above(self, node: Node) -> list[Node]:
        """Those that have the lines right above it to themselves."""
        found: list[Node] = []
        row = node.start_point[0]
        while (comment := self._ends.get(row - 1)) is not None and self._is_alone(comment):
            found.insert(0, comment)
            row = comment.start_point[0]
        return found

    def behind(self, node: Node) -> Node | None:
        """The one at the end of its last line."""
        found = self._by_row.get(node.end_point[0])
        return found if found is not None and found.start_byte >= node.end_byte else None

    def inside(self, start: int, stop: int) -> list[Node]:
        """Those between two places."""
        first = bisect_left(self._all, start, key=lambda node: node.start_byte)
        last = bisect_left(self._all, stop, key=lambda node: node.start_byte)
        return self._all[first:last]

    def line_end(self, at: int) -> int:
        """The end of the line of a place; of the last one where a comment goes on over several."""
        end = line_end(self._data, at)
        inside = self.inside(at, end)
        return self.line_end(inside[-1].end_byte) if inside and "\n" in inside[-1].text.rstrip() else end

    def take(self, *nodes: Node) -> Iterator[str]:
        """The text of those that have not moved yet, which they do now; raises CannotFix for one that a tool reads."""
        for node in nodes:
            if node not in self.moved:
                refuse_moved([node.text])
                self.moved.add(node)
                yield text_of(node)

    def _is_alone(self, comment: Node) -> bool:
        return comment.begins_line and "\x1d" not in comment.text


def text_of(comment: Node) -> str:
    """What it says, wherever its lines end."""
    return comment.text.rstrip().replace("\r\n", "\n")


def _last_row(comment: Node) -> int:
    row, column = comment.end_point
    return row - (column == 0)
