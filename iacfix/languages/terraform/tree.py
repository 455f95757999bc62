"""The syntax tree of a module: parsing, and walking it."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import NamedTuple

import tree_sitter_hcl
from tree_sitter import Language, Parser, Tree

from iacfix.files.modules import SEAM
from iacfix.languages.shared.nodes import Node, grown

WRAPPERS = frozenset({"expression", "literal_value", "collection_value", "template_expr"})
"""What the grammar puts around an expression."""
TEXTS = frozenset({"quoted_template", "heredoc_template", "string_lit"})
MEMBERS = frozenset({"get_attr", "index", "splat"})
"""What stands behind an expression and reads a part of it."""
IDENTIFIER = re.compile(r"[^\W\d][\w-]*")

Name = tuple[str, ...]
"""`("local", "name")`, `("data", "type", "name")`, `("type", "name")`."""


@cache
def _parser() -> Parser:
    return Parser(Language(tree_sitter_hcl.language()))


class Parsed(NamedTuple):
    """The tree of a text, and the row of the first place that does not parse."""

    root: Node
    broken: int | None


@lru_cache(1)
def parsed(data: bytes) -> Parsed:
    """A text parsed; for what is being written several ask, one after the other."""
    tree = _parser().parse(data)
    return Parsed(grown(tree, data), first_error(tree))


def first_error(tree: Tree) -> int | None:
    """The row of the first place that does not parse."""
    if not tree.root_node.has_error:
        return None
    cursor = tree.walk()
    while True:
        node = cursor.node
        assert node is not None
        if node.is_error or node.is_missing:
            return node.start_point[0]
        if node.has_error and cursor.goto_first_child():
            continue
        while not cursor.goto_next_sibling():
            if not cursor.goto_parent():
                return 0


def outermost(root: Node) -> list[Node]:
    """The blocks of the module and the comments between them, in the order of its files."""
    held = (child.named_children if child.type == "body" else [child] for child in root.named_children)
    return list(itertools.chain.from_iterable(held))


def blocks(root: Node) -> Iterator[Node]:
    """The blocks of the module, in the order of its files."""
    return (child for child in outermost(root) if child.type == "block")


def seams(root: Node) -> int:
    """How many ends of files stand between blocks, and not inside of one."""
    comment = SEAM.strip("\n")
    return sum(child.type == "comment" and child.text == comment for child in outermost(root))


def body_of(block: Node) -> list[Node]:
    """The attributes and blocks inside a block."""
    found = next((child for child in block.named_children if child.type == "body"), None)
    return [child for child in found.named_children if child.type != "comment"] if found is not None else []


def kind_of(block: Node) -> str:
    """`resource`, `dynamic`, `environment`."""
    return block.named_children[0].text


def label_nodes(block: Node) -> list[Node]:
    return [child for child in block.named_children[1:] if child.type in ("string_lit", "identifier")]


def labels_of(block: Node) -> Name:
    """What stands between the kind of a block and its bracket, as text."""
    return tuple(label.text.strip('"') for label in label_nodes(block))


def address_of(block: Node) -> Name:
    """By which names a block of the module is read: of a resource its labels alone."""
    match kind_of(block):
        case "resource":
            return labels_of(block)
        case "variable":
            return "var", *labels_of(block)
        case kind:
            return kind, *labels_of(block)


def read_as(block: Node) -> str | None:
    """The code that reads a block by its address; None where a name of it is none that code can have."""
    names = address_of(block)
    return ".".join(names) if all(IDENTIFIER.fullmatch(name) for name in names) else None


def argument_of(block: Node) -> str:
    """The argument that a nested block is: its kind, of a `dynamic` one the kind of those that it makes."""
    kind, labels = kind_of(block), labels_of(block)
    return labels[0] if kind == "dynamic" and labels else kind


def bracket_of(block: Node) -> Node:
    """What opens a block."""
    return next(child for child in block.named_children if child.type == "block_start")


def statement(node: Node | Group) -> Node:
    """The block of the module that holds a node; what stands between blocks is its own."""
    inner = node.nodes[0] if isinstance(node, Group) else node
    return [inner, *(each for each in inner.ancestors() if each.type == "block")][-1]


def attribute(block: Node, name: str) -> Node | None:
    """The expression that an attribute of the block is set to."""
    for child in body_of(block):
        if child.type == "attribute" and kind_of(child) == name:
            return child.named_children[-1]
    return None


def unwrapped(node: Node) -> Node:
    """The expression inside brackets and what the grammar puts around it."""
    while node.type in WRAPPERS and len(held := node.entries) == 1:
        node = held[0]
    return node


def arguments(call: Node) -> list[Node]:
    listed = next((child for child in call.entries if child.type == "function_arguments"), None)
    return listed.entries if listed is not None else []


def chain(node: Node) -> tuple[str, ...]:
    """The names of `a.b.c`, with a star for each index; nothing for what is no such chain."""
    if node.type == "variable_expr":
        return (node.text,)
    held = node.entries if node.type in ("expression", "unary_operation", "binary_operation") else []
    if len(held) < 2 or held[0].type != "variable_expr" or any(each.type not in MEMBERS for each in held[1:]):
        return ()
    names = [held[0].text]
    for each in held[1:]:
        names.append(each.entries[0].text if each.type == "get_attr" else "*")
        if each.type == "splat":
            break
    return tuple(names)


def operand(root: Node, around: Node) -> Node:
    """What is read by a name that stands in an expression: of an operation, in which the grammar has the names of both
    sides in one row, its own side."""
    if around.type != "binary_operation":
        return around
    first = around.entries.index(root)
    behind = enumerate(around.entries[first + 1 :], first + 1)
    return around.run(first, next((at for at, each in behind if each.type not in MEMBERS), len(around.entries)))


def members(node: Node) -> list[Node]:
    """The names that are read along `a.b[0].c`, behind stars too."""
    return [each.entries[0] for each in node.inside("get_attr") if each.parent is node or _is_splat(each, node)]


def _is_splat(member: Node, node: Node) -> bool:
    around = member.parent
    return around is not None and around.type in ("attr_splat", "full_splat") and node in around.ancestors()


@dataclass(frozen=True)
class Group:
    """Blocks of one kind, or attributes about one thing, that stand for one value; nodes as far as a reader asks."""

    nodes: tuple[Node, ...]
    type: str = "group"

    @property
    def start_byte(self) -> int:
        return self.nodes[0].start_byte

    @property
    def end_byte(self) -> int:
        return self.nodes[-1].end_byte

    @property
    def line(self) -> int:
        return self.nodes[0].line

    @property
    def end_line(self) -> int:
        return self.nodes[-1].end_line

    @property
    def column(self) -> int:
        return self.nodes[0].column

    @property
    def text(self) -> str:
        return "\n".join(node.text for node in self.nodes)
