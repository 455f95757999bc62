"""Where entries and their comments sit between brackets, and the splices that put one in or take one out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tree_sitter import Node

from iacfix.languages.typescript.names import text_of
from iacfix.languages.typescript.tree import entries


@dataclass(frozen=True)
class Splice:
    """Bytes that take the place of `data[start:stop]`."""

    start: int
    stop: int
    text: str


@dataclass(frozen=True)
class Bracket:
    """The inside of an object, an array or an argument list."""

    node: Node
    items: tuple[Node, ...]
    commas: tuple[Node, ...]

    @property
    def breaks(self) -> bool:
        """Some entry begins a line."""
        at = self.node.start_point[0]
        return any(item.start_point[0] > at for item in self.items)

    @property
    def closing_comma(self) -> bool:
        return len(self.commas) == len(self.items) > 0

    @property
    def closes_alone(self) -> bool:
        """The closing bracket has its line to itself."""
        return bool(self.items) and self.node.end_point[0] > self.items[-1].end_point[0]

    def index(self, item: Node) -> int:
        return self.items.index(item)

    def end_of(self, index: int) -> int:
        """The byte behind an entry and its comma."""
        return self.commas[index].end_byte if index < len(self.commas) else self.items[index].end_byte

    def own_comments(self, index: int) -> tuple[list[Node], Node | None]:
        """The comments above an entry, up to a blank line, and the one behind it on its line."""
        children = self.node.children
        item = self.items[index]
        above: list[Node] = []
        row = item.start_point[0]
        for child in reversed(children[: children.index(item)]):
            if child.type != "comment" or child.end_point[0] not in (row - 1, row) or self._is_behind(child):
                break
            above.insert(0, child)
            row = child.start_point[0]
        last = self.commas[index] if index < len(self.commas) else item
        behind = [
            child
            for child in children[children.index(last) + 1 :]
            if child.type == "comment" and child.start_point[0] == item.end_point[0]
        ]
        between = children[children.index(item) + 1 : children.index(last)]
        behind = [*(child for child in between if child.type == "comment"), *behind]
        following = self.items[index + 1] if index + 1 < len(self.items) else None
        if following is not None and following.start_point[0] == item.end_point[0]:
            behind = []
        return above, behind[0] if behind else None

    def _is_behind(self, comment: Node) -> bool:
        """The comment stands behind code of its line."""
        return any(
            child.end_point[0] == comment.start_point[0] and child.end_byte <= comment.start_byte
            for child in self.node.children
            if child.type != "comment"
        )


def read(node: Node) -> Bracket:
    commas = tuple(child for child in node.children if child.type == ",")
    return Bracket(node, tuple(entries(node)), commas)


def indent_at(data: bytes, at: int) -> str:
    """The white space that the line of a byte begins with."""
    start = data.rfind(b"\n", 0, at) + 1
    line = data[start:].split(b"\n", 1)[0].decode("utf-8")
    return line[: len(line) - len(line.lstrip())]


def line_start(data: bytes, at: int) -> int:
    return data.rfind(b"\n", 0, at) + 1


def line_end(data: bytes, at: int) -> int:
    """The byte of the line end behind `at`, before a carriage return."""
    found = data.find(b"\n", at)
    found = len(data) if found < 0 else found
    return found - 1 if found > at and data[found - 1 : found] == b"\r" else found


def item_indent(data: bytes, bracket: Bracket, index: int, unit: str) -> str:
    """The indentation of the entries around one."""
    for item in reversed(bracket.items[: index + 1]):
        if not data[line_start(data, item.start_byte) : item.start_byte].strip():
            return indent_at(data, item.start_byte)
    return indent_at(data, bracket.node.start_byte) + unit


def inserted(data: bytes, bracket: Bracket, after: int, codes: Sequence[str], unit: str, newline: str) -> list[Splice]:
    """Entries behind `items[after]`, in front of all where -1; they look like the one before them."""
    node, comma = bracket.node, bracket.closing_comma
    if not bracket.items:
        pad = " " if node.type == "object" else ""
        return [
            Splice(node.start_byte, node.end_byte, f"{text_of(node)[0]}{pad}{', '.join(codes)}{pad}{text_of(node)[-1]}")
        ]
    if after < 0:
        first = bracket.items[0]
        gap = newline + indent_at(data, first.start_byte) if bracket.breaks else " "
        return [Splice(first.start_byte, first.start_byte, "".join(f"{code},{gap}" for code in codes))]
    is_last = after == len(bracket.items) - 1
    end = bracket.end_of(after)
    splices: list[Splice] = []
    if not bracket.breaks:
        lead = "" if (is_last and comma) or not is_last else ","
        joined = ", ".join(codes)
        text = f"{lead} {joined}" + ("," if (is_last and comma) or not is_last else "")
        return [Splice(end, end, text)]
    if is_last and not comma:
        splices.append(Splice(end, end, ","))
    _, behind = bracket.own_comments(after)
    at = behind.end_byte if behind is not None and behind.start_byte >= end else end
    indent = item_indent(data, bracket, after, unit)
    closing = "," if comma or not is_last else ""
    lines = [f"{newline}{indent}{code}" for code in codes]
    return [*splices, Splice(at, at, ",".join(lines) + closing)]


def taken_out(data: bytes, bracket: Bracket, gone: Sequence[int]) -> list[Splice]:
    """Splices that remove entries with their own comments."""
    if len(gone) == len(bracket.items):
        return [Splice(bracket.node.start_byte, bracket.node.end_byte, "{}")]
    splices = [_removal(data, bracket, index) for index in gone]
    last = len(bracket.items) - 1
    if last in gone and not bracket.closing_comma:
        kept = max(index for index in range(last) if index not in gone)
        comma = bracket.commas[kept]
        splices.append(Splice(comma.start_byte, comma.end_byte, ""))
    return splices


def _removal(data: bytes, bracket: Bracket, index: int) -> Splice:
    item = bracket.items[index]
    above, behind = bracket.own_comments(index)
    start = above[0].start_byte if above else item.start_byte
    stop = max(bracket.end_of(index), behind.end_byte if behind is not None else 0)
    begins = not data[line_start(data, start) : start].strip()
    ends = not data[stop : line_end(data, stop)].strip()
    if begins and ends:
        newline = data.find(b"\n", stop)
        return Splice(line_start(data, start), newline + 1, "")
    if index < len(bracket.commas):
        while data[stop : stop + 1] in (b" ", b"\t"):
            stop += 1
        return Splice(start, stop, "")
    while data[start - 1 : start] in (b" ", b"\t"):
        start -= 1
    return Splice(start, stop, "")


def spliced(data: bytes, splices: Sequence[Splice]) -> bytes:
    """The data with every splice carried out; at one place the first that was asked for comes first."""
    out, at = b"", 0
    for splice in sorted(splices, key=lambda splice: splice.start):
        out += data[at : splice.start] + splice.text.encode("utf-8")
        at = max(at, splice.stop)
    return out + data[at:]
