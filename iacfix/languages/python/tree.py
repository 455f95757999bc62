"""The nodes of a tree as plain lists."""

from __future__ import annotations

from collections import defaultdict
from functools import lru_cache
from itertools import chain
from typing import TypeVar, cast

from iacfix.languages.python.syntax import Module, Node, below

NodeT = TypeVar("NodeT", bound=Node)


def inside(node: Node, kind: type[NodeT] | tuple[type[NodeT], ...]) -> list[NodeT]:
    """Every node of a kind, or of several, inside one."""
    if not isinstance(node, Module):
        return [found for found in below(node) if isinstance(found, kind)]
    found = [nodes for made, nodes in _by_class(node).items() if issubclass(made, kind)]
    if len(found) == 1:
        return cast("list[NodeT]", found[0].copy())
    order = _order(node)
    return cast("list[NodeT]", sorted(chain(*found), key=order.__getitem__))


@lru_cache(maxsize=2)
def _order(module: Module) -> dict[Node, int]:
    """A module's nodes by their places among all."""
    return {node: at for at, node in enumerate(_every(module))}


@lru_cache(maxsize=2)
def _by_class(module: Module) -> dict[type[Node], list[Node]]:
    """A module's nodes by their kinds."""
    found = defaultdict[type[Node], list[Node]](list)
    for node in _every(module):
        found[type(node)].append(node)
    return found


@lru_cache(maxsize=2)
def _every(module: Module) -> list[Node]:
    """A module's nodes, walked once: the text before a step and the one after it."""
    return below(module)
