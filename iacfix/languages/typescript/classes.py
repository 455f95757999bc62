"""Classes of a file that extend others, and the calls that hand inputs on to those."""

from __future__ import annotations

from collections.abc import Iterator

from iacfix.languages.shared.nodes import Node
from iacfix.languages.typescript.definitions import Definitions
from iacfix.languages.typescript.names import CLASSES
from iacfix.languages.typescript.tree import unwrapped

DEEP = 8
"""More classes than any real program has between one and the provider's."""


def extended(definitions: Definitions, call: Node) -> Iterator[Node]:
    """The classes whose inputs a call of `super` or of a class without a constructor gives."""
    func = call.child_by_field_name("function") or call.child_by_field_name("constructor")
    if func is not None and func.type == "super":
        yield from _bases(definitions, definitions.names.owner(call), DEEP)
    elif func is not None and call.type == "new_expression":
        yield from _bases(definitions, _plain(definitions, func), DEEP)


def plain_bases(definitions: Definitions, owner: Node) -> Iterator[Node]:
    """The classes that one extends whose constructor is that of its base."""
    if not _has_constructor(owner):
        yield from _bases(definitions, owner, DEEP)


def _bases(definitions: Definitions, owner: Node | None, deep: int) -> Iterator[Node]:
    heritage = [child for child in owner.children if child.type == "class_heritage"] if owner is not None else []
    for clause in heritage[0].entries if heritage and deep else []:
        if clause.type == "extends_clause" and (base := clause.child_by_field_name("value")) is not None:
            yield base
            yield from _bases(definitions, _plain(definitions, base), deep - 1)


def _plain(definitions: Definitions, node: Node) -> Node | None:
    """The class of the file that a name stands for, where its constructor is that of its base."""
    bound = definitions.names.binding(node) if node.type == "identifier" else None
    found = bound.target.parent if bound is not None and bound.kind == "class" else definitions.of(node)
    found = found or unwrapped(node)
    return None if found.type not in {*CLASSES, "class"} or _has_constructor(found) else found


def _has_constructor(owner: Node) -> bool:
    body = owner.child_by_field_name("body")
    methods = (child.child_by_field_name("name") for child in body.entries) if body is not None else ()
    return any(name is not None and name.text == "constructor" for name in methods)
