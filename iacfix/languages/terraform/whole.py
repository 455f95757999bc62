"""What is read of resources that an expression names as a whole: by `each.value`, or by the name that `for` gives."""

from __future__ import annotations

from collections.abc import Iterator

from iacfix.languages.shared.nodes import Node
from iacfix.languages.terraform.tree import WRAPPERS, attribute, kind_of, members, operand, statement

COPYING = frozenset({"merge", "values"})
"""Functions that give the resources as they get them."""


def read_through(made: Node, node: Node) -> frozenset[str] | None:
    """The attributes that are read of the resources of a block, where an expression names all of them; None where more
    of them may be read than can be seen."""
    if attribute(made, "count") is None and attribute(made, "for_each") is None:  # of one its attributes are gone over
        return None
    over = _copied(node)
    around = over.parent
    if around is None:
        return None
    if around.type == "for_intro" and around.parent is not None:
        given = [each.text for each in around.entries if each.type == "identifier"]
        return _attributes(around.parent, given[-1:])
    if around.type == "attribute" and kind_of(around) == "for_each":
        block = statement(around)
        return _attributes(block, ["each", "value"]) if around.around("block") is block else None
    if around.type == "expression" and around.entries[0] is over:
        read = members(around)
        return frozenset({read[0].text}) if read else None
    return None


def _copied(node: Node) -> Node:
    """The expression that gives all of the resources, out of brackets and the functions that only copy them."""
    while (around := node.parent) is not None:
        if around.type in WRAPPERS and len(around.entries) == 1:
            node = around
        elif around.type == "function_arguments" and around.parent is not None and _copies(around.parent):
            node = around.parent
        else:
            break
    return node


def _copies(call: Node) -> bool:
    return call.entries[0].text in COPYING


def _attributes(scope: Node, given: list[str]) -> frozenset[str] | None:
    """What is read behind a name within a scope; None where it is read itself."""
    first, *rest = given
    found: set[str] = set()
    for chain in _chains(scope, first):
        if chain[: len(rest)] != rest:  # each.key
            continue
        if len(chain) == len(rest):
            return None
        found.add(chain[len(rest)])
    return frozenset(found)


def _chains(scope: Node, name: str) -> Iterator[list[str]]:
    """What stands behind each use of a name, as far as it is written with dots."""
    for root in scope.inside("variable_expr"):
        around = root.parent
        if root.text != name or around is None:
            continue
        around = operand(root, around)
        behind: list[str] = []
        for each in around.entries[around.entries.index(root) + 1 :]:
            if each.type != "get_attr":
                break
            behind.append(each.entries[0].text)
        yield behind
