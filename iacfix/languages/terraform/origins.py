"""What a value is made of: the names that its expression reads, through locals."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from iacfix.languages.shared.nodes import Node
from iacfix.languages.terraform.names import Names
from iacfix.languages.terraform.shapes import Shapes
from iacfix.languages.terraform.tree import TEXTS
from iacfix.model import Origins, Resource, Value


def origins(
    names: Names,
    shapes: Shapes,
    place: Any,
    resource_of: Callable[[Node], Resource | None],
    options: Callable[[Node], Value | None],
) -> Origins:
    """Resources it is an output of, data sources with their options, literals, and what modules hand each other."""
    resources: dict[Resource, None] = {}
    given: list[Value] = []
    literals: set[str] = set()
    imported: set[tuple[str, ...]] = set()
    waiting, seen = [place], set[Any]()
    of_stack = False
    while waiting:
        node = waiting.pop()
        if node in seen or not isinstance(node, Node):
            continue
        seen.add(node)
        for text in node.inside(*TEXTS):
            if (found := shapes.text_of(text)) is not None and found.literal is not None:
                literals.add(found.literal)
        for name in names.read_in(node):
            block = names.only(name)
            if name[0] == "local" and block is not None:
                waiting.append(block.named_children[-1])
            elif name[0] in ("module", "var"):
                imported.add(name)
            elif name[0] == "data":
                of_stack = of_stack or name[1] == "terraform_remote_state"
                if block is not None and (said := options(block)) is not None:
                    given.append(said)
            elif block is not None and (made := resource_of(block)) is not None:
                resources.setdefault(made)
    return Origins(tuple(resources), tuple(given), frozenset(literals), frozenset(imported), of_stack)
