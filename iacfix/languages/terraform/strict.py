"""What Terraform refuses and the grammar takes: attributes that are set twice, and ends of lines that are missing or
too many."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from iacfix.languages.shared.nodes import Node
from iacfix.languages.terraform.questions import unescaped
from iacfix.languages.terraform.tree import body_of, bracket_of, kind_of


def sets_twice(root: Node) -> bool:
    """An attribute is set twice in one block, or a key in one object."""
    objects = ([each for each in found.entries if each.type == "object_elem"] for found in root.inside("object"))
    keys = ([unescaped(row.entries[0].text.strip('"')) for row in rows] for rows in objects)
    return any(map(_sets_twice, root.inside("body"))) or any(len(set(each)) < len(each) for each in keys)


def is_refused(block: Node) -> bool:
    """Terraform does not take a block of the module as it is written, or where it begins or ends."""
    around = block.parent.entries if block.parent is not None else [block]
    at = around.index(block)
    return (
        _share_a_line(around[max(at - 1, 0) : at + 2])
        or any(map(_is_refused, (block, *block.inside("block"))))
        or any(map(_sets_twice, block.inside("body")))
        or any(map(_lacks_comma, block.inside("object")))
    )


def _is_refused(block: Node) -> bool:
    held, bracket, end = body_of(block), bracket_of(block), block.children[-1]
    if bracket.line > block.line:
        return True
    if any(child.type == "attribute" and child.entries[-1].line > child.line for child in held):
        return True
    if held and held[0].line == bracket.line:  # a block of one line holds one attribute
        return len(held) > 1 or held[0].type != "attribute" or end.line > held[0].end_line
    return _share_a_line([*held, end]) if held else False


def _share_a_line(nodes: Sequence[Node]) -> bool:
    return any(other.line <= one.end_line for one, other in pairwise(nodes))


def _sets_twice(body: Node) -> bool:
    names = [kind_of(child) for child in body.entries if child.type == "attribute"]
    return len(set(names)) < len(names)


def _lacks_comma(held: Node) -> bool:
    rows = [child for child in held.children if child.type != "comment"]
    return any(one.type == other.type == "object_elem" and other.line <= one.end_line for one, other in pairwise(rows))
