"""The nodes of a tree as plain lists."""

from __future__ import annotations

from functools import lru_cache
from typing import TypeVar

from iacfix.languages.python.syntax import Module, Node, below

NodeT = TypeVar("NodeT", bound=Node)


def inside(node: Node, kind: type[NodeT]) -> list[NodeT]:
    """Every node of a kind inside one."""
    nodes = _whole(node) if isinstance(node, Module) else below(node)
    return [found for found in nodes if isinstance(found, kind)]


@lru_cache(maxsize=2)
def _whole(module: Module) -> tuple[Node, ...]:
    """A module's nodes, walked once: the text before a step and the one after it."""
    return tuple(below(module))
