"""A syntax tree in plain Python objects, copied from tree-sitter in one walk, as its own nodes are slow to query."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterator
from functools import cache
from itertools import chain
from operator import attrgetter
from sys import intern
from typing import Any

from tree_sitter import Language, Point, Tree
from tree_sitter import Node as Parsed

from iacfix.languages.shared.lines import begins_line, column
from iacfix.model import Reader

INDEX = attrgetter("index")
BROKEN = 65535
"""The type id of an ERROR node in tree-sitter."""

LEAF: list[Node] = []
"""The shared children of nodes without any; never changed."""


class Node:
    """A node with the names that tree-sitter gives its parts. The named ones are made at once; what is between them,
    as commas and keywords, when `children` is asked for. A node equals itself and no other."""

    __slots__ = (
        "_children",
        "_entries",
        "_parsed",
        "_text",
        "_whole",
        "end_byte",
        "field",
        "index",
        "last",
        "named_children",
        "parent",
        "start_byte",
        "type",
    )

    def __init__(
        self, parsed: Parsed, parent: Node | None, type: str, field: str | None, index: int, whole: _Whole
    ) -> None:
        self.type = type
        self.parent = parent
        self.field = field
        """The name of the field it is of its parent; None where it is none."""
        self.start_byte = parsed.start_byte
        self.end_byte = parsed.end_byte
        self.named_children = LEAF
        self.index = self.last = index
        """Its number in source order, and that of the last node inside it."""
        self._parsed = parsed
        self._whole = whole

    def __repr__(self) -> str:
        return f"<{self.type} {self.text[:40]!r}>"

    @property
    def text(self) -> str:
        try:
            return self._text
        except AttributeError:
            self._text = self._whole.between(self.start_byte, self.end_byte)
            return self._text

    def between(self, start: int, stop: int) -> str:
        """The text between two byte offsets of the file."""
        return self._whole.between(start, stop)

    @property
    def start_point(self) -> Point:
        return self._parsed.start_point

    @property
    def end_point(self) -> Point:
        return self._parsed.end_point

    @property
    def line(self) -> int:
        """Its first line, counted from 1."""
        return self.start_point[0] + 1

    @property
    def end_line(self) -> int:
        """The line of its last character, counted from 1."""
        row, column = self.end_point
        return row + (column > 0 or self.end_byte == self.start_byte)

    @property
    def column(self) -> int:
        """The column of its first character, counted from 1."""
        return column(self._whole.data, self.start_byte)

    @property
    def begins_line(self) -> bool:
        """Only white space precedes it on its line."""
        return begins_line(self._whole.data, self.start_byte)

    @property
    def is_named(self) -> bool:
        return self._parsed.is_named

    @property
    def children(self) -> list[Node]:
        """All children, including commas, brackets and keywords."""
        try:
            return self._children
        except AttributeError:
            named = iter(self.named_children)
            parts = self._parsed.children if self.type not in self._whole.leaves else ()
            self._children = [
                next(named) if found.is_named else Node(found, self, found.type, None, self.index, self._whole)
                for found in parts
            ]
            return self._children

    @property
    def entries(self) -> list[Node]:
        """The named children without comments."""
        try:
            return self._entries
        except AttributeError:
            self._entries = [child for child in self.named_children if child.type != "comment"]
            return self._entries

    def run(self, first: int, stop: int) -> Node:
        """A run of its entries as a node between them and it, for grammars that have none of its own there."""
        held = self.entries[first:stop]
        made = Node(held[0]._parsed, self, "expression", None, held[0].index, self._whole)
        made.end_byte, made.last = held[-1].end_byte, held[-1].last
        made.named_children = made._children = held
        for each in held:
            each.parent = made
        return made

    def child_by_field_name(self, name: str) -> Node | None:
        """The first named child that is the field; None where there is none."""
        for child in self.named_children:
            if child.field == name:
                return child
        return None

    @property
    def operator(self) -> str:
        """The text of the field `operator`, which is no named child; empty where there is none."""
        sign = self._parsed.child_by_field_name("operator")
        return self._whole.between(sign.start_byte, sign.end_byte) if sign is not None else ""

    @property
    def prev_sibling(self) -> Node | None:
        return self._sibling(-1)

    @property
    def next_sibling(self) -> Node | None:
        return self._sibling(1)

    def _sibling(self, step: int) -> Node | None:
        beside = self.parent.children if self.parent is not None else [self]
        at = beside.index(self) + step
        return beside[at] if 0 <= at < len(beside) else None

    @property
    def next_named_sibling(self) -> Node | None:
        following = self.parent.named_children if self.parent is not None else [self]
        return next(iter(following[following.index(self) + 1 :]), None)

    def ancestors(self) -> Iterator[Node]:
        """The nodes that contain it, the innermost first."""
        around = self.parent
        while around is not None:
            yield around
            around = around.parent

    def around(self, *kinds: str) -> Node | None:
        """The innermost node of these kinds that contains it; None where there is none."""
        return next((each for each in self.ancestors() if each.type in kinds), None)

    def below(self) -> list[Node]:
        """Every named node inside, itself first, in source order."""
        return self._whole.nodes[self.index : self.last + 1] if self.is_named else [self]

    def inside(self, *kinds: str) -> list[Node]:
        """Every named node of these kinds inside, in source order."""
        if not self.named_children:
            return [self] if self.type in kinds else []
        found = [self._among(nodes) for kind in kinds if (nodes := self._whole.by_type.get(kind))]
        return found[0] if len(found) == 1 else sorted(chain(*found), key=INDEX)

    def _among(self, nodes: list[Node]) -> list[Node]:
        start = bisect_left(nodes, self.index, key=INDEX)
        return nodes[start : bisect_right(nodes, self.last, start, key=INDEX)]

    def release(self) -> None:
        """Break the reference cycles of the whole tree: nodes keep their parents and lose their children."""
        nodes = self._whole.nodes
        for node in nodes:
            node.named_children = node._children = node._entries = LEAF
        nodes.clear()
        self._whole.by_type.clear()

    def leaves(self) -> Iterator[Node]:
        """The nodes inside without children, in source order."""
        stack: list[Node] = [self]
        while stack:
            found = stack.pop()
            if found.children:
                stack.extend(reversed(found.children))
            else:
                yield found


class NodeReader(Reader):
    """Source text and positions of values whose nodes are in such a tree."""

    def code(self, node: Any) -> str:
        return node.text

    def line(self, node: Any) -> int:
        return node.line

    def end_line(self, node: Any) -> int:
        return node.end_line

    def column(self, node: Any) -> int:
        return node.column


class _Whole:
    """The named nodes of one tree, in source order, and by their types."""

    def __init__(self, data: bytes, leaves: Collection[str]) -> None:
        self.data = data
        self.leaves = leaves
        self.ascii = data.decode("ascii") if data.isascii() else None
        self.nodes: list[Node] = []
        self.by_type = defaultdict[str, list[Node]](list)

    def between(self, start: int, end: int) -> str:
        return self.ascii[start:end] if self.ascii is not None else self.data[start:end].decode("utf-8")


@cache
def _names(language: Language) -> tuple[dict[int, str], dict[int, str]]:
    """The names of a language's types of nodes, and of its fields: one text each, however many nodes there are."""
    kinds = {number: intern(language.node_kind_for_id(number) or "") for number in range(language.node_kind_count)}
    fields = {number: language.field_name_for_id(number) or "" for number in range(1, language.field_count + 1)}
    return {**kinds, BROKEN: "ERROR"}, fields


def grown(tree: Tree, data: bytes, leaves: Collection[str] = ()) -> Node:
    """Copy a parsed tree and return its root. Nodes of the types in `leaves` get no children."""
    cursor = tree.walk()
    down, along, up = cursor.goto_first_child, cursor.goto_next_sibling, cursor.goto_parent
    kinds, fields = _names(tree.language)
    whole, around = _Whole(data, leaves), None
    nodes, by_type = whole.nodes, whole.by_type
    while True:
        parsed = cursor.node
        assert parsed is not None
        if parsed.is_named:
            kind = kinds[parsed.kind_id]
            node = Node(parsed, around, kind, fields.get(cursor.field_id or 0), len(nodes), whole)
            nodes.append(node)
            by_type[kind].append(node)
            if around is not None:
                around.named_children.append(node)
            if kind not in leaves and down():
                around, node.named_children = node, []
                continue
        while not along():
            if around is None or not up():
                return nodes[0]
            around.last = len(nodes) - 1
            around = around.parent
