"""What a module is handed by whoever calls it, as far as its own text shows that."""

from __future__ import annotations

from collections.abc import Iterator

from iacfix.languages.shared.nodes import Node
from iacfix.languages.terraform.documents import is_document
from iacfix.languages.terraform.shapes import Shapes
from iacfix.languages.terraform.tree import Name, argument_of, attribute, body_of, kind_of, unwrapped

FILES = frozenset({"file", "templatefile"})
"""Functions that read what stands in no module."""


def is_given(shapes: Shapes, place: Node) -> bool:
    """What cannot be seen of an expression comes from variables: what else it is made of is written in the module."""
    read = set[Name]()
    return _is_given(shapes, place, read) and any(name[0] == "var" for name in read)


def _is_given(shapes: Shapes, node: Node, read: set[Name]) -> bool:
    """The same, or it reads nothing at all; adds what it reads."""
    if any(call.entries[0].text in FILES for call in node.inside("function_call")):
        return False
    own = set(_own(node))
    for name in shapes.names.read_in(node):
        if name in read or name[0] in own:
            continue
        read.add(name)
        behind = _behind(shapes, name, node)
        if behind is None or not all(_is_given(shapes, each, read) for each in behind):
            return False
    return True


def _behind(shapes: Shapes, name: Name, node: Node) -> list[Node] | None:
    """What else may be in what a name stands for; None where that is not for the module to see."""
    match name[0]:
        case "var" | "count":
            return []
        case "each":
            around = [each for each in node.ancestors() if each.type == "block"]
            over = attribute(around[-1], "for_each") if around else None
            return [over] if over is not None else None
        case "local":
            local = shapes.names.only(name)
            return [local.named_children[-1]] if local is not None else None
        case "data" if is_document(shapes, name[1]):
            block = shapes.names.only(name)
            return list(_joined(shapes, block)) if block is not None else None
        case _:
            return None


def _joined(shapes: Shapes, source: Node) -> Iterator[Node]:
    """What a data source that builds a document joins, and what it repeats a part for."""
    for child in body_of(source):
        if kind_of(child) in shapes.vocabulary.joins:
            yield child.named_children[-1]
        elif kind_of(child) == "dynamic" and (over := attribute(child, "for_each")) is not None:
            yield over


def _own(node: Node) -> Iterator[str]:
    """Names that `for` and `dynamic` give, in an expression and around it."""
    for intro in node.inside("for_intro"):
        yield from (each.text for each in intro.entries)
    for block in (node, *node.ancestors(), *node.inside("block")):
        if block.type == "block" and kind_of(block) == "dynamic":
            named = attribute(block, "iterator")
            yield unwrapped(named).text if named is not None else argument_of(block)
