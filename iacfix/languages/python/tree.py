"""The syntax tree as plain lists: every node once, with its parent; LibCST's visitors copy as they go."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from functools import cache, lru_cache
from typing import TypeVar

import libcst as cst


@cache
def _field_names(kind: type[cst.CSTNode]) -> tuple[str, ...]:
    return tuple(field.name for field in fields(kind) if not field.name.startswith("__"))


def children(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    """The nodes right below one."""
    for name in _field_names(type(node)):
        value = getattr(node, name)
        if isinstance(value, cst.CSTNode):
            yield value
        elif isinstance(value, list | tuple):
            for item in value:  # pyright: ignore[reportUnknownVariableType]
                if isinstance(item, cst.CSTNode):
                    yield item


def below(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    """Every node inside one, itself first, in the order of their parents."""
    stack = [node]
    while stack:
        found = stack.pop()
        yield found
        stack.extend(reversed(list(children(found))))


Node = TypeVar("Node", bound=cst.CSTNode)


def inside(node: cst.CSTNode, kind: type[Node]) -> list[Node]:
    """Every node of a kind inside one."""
    nodes = _whole(node) if isinstance(node, cst.Module) else below(node)
    return [found for found in nodes if isinstance(found, kind)]


def parents_of(module: cst.Module) -> dict[cst.CSTNode, cst.CSTNode]:
    """The parent of every node."""
    return {child: node for node in _whole(module) for child in children(node)}


@lru_cache(maxsize=2)
def _whole(module: cst.Module) -> tuple[cst.CSTNode, ...]:
    """A module's nodes, walked once: the text before a step and the one after it."""
    return tuple(below(module))
