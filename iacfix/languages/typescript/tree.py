"""The syntax tree of a TypeScript file: parsing, and walking it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import tree_sitter_typescript
from tree_sitter import Language, Node, Parser, Tree

FUNCTIONS = frozenset(
    {
        "arrow_function",
        "function_declaration",
        "function_expression",
        "generator_function",
        "generator_function_declaration",
        "method_definition",
    }
)
ASSERTIONS = frozenset({"as_expression", "satisfies_expression"})
WRAPPERS = ASSERTIONS | {"parenthesized_expression", "non_null_expression", "type_assertion"}
"""Expressions that are what they hold, but for their type."""


@cache
def _parser(*, jsx: bool) -> Parser:
    language = tree_sitter_typescript.language_tsx() if jsx else tree_sitter_typescript.language_typescript()
    return Parser(Language(language))


def parse(data: bytes, *, jsx: bool) -> Tree:
    return _parser(jsx=jsx).parse(data)


def below(node: Node) -> Iterator[Node]:
    """Every node inside one, itself first, in source order."""
    stack = [node]
    while stack:
        found = stack.pop()
        yield found
        stack.extend(reversed(found.children))


def inside(node: Node, *kinds: str) -> list[Node]:
    """Every node of these kinds inside one."""
    return [found for found in below(node) if found.type in kinds]


def ancestors(node: Node) -> Iterator[Node]:
    """The node's parents, the nearest first."""
    while (parent := node.parent) is not None:
        yield parent
        node = parent


def is_wrapper(node: Node) -> bool:
    """The node is what it holds, but for its type; the grammar reads `x as a.b.C` as `(x as a.b).C`."""
    if node.type in WRAPPERS:
        return True
    if node.type not in ("member_expression", "instantiation_expression") or not node.named_children:
        return False
    first = node.named_children[0]
    return first.type in ASSERTIONS or (first.type == "member_expression" and is_wrapper(first))


def unwrapped(node: Node) -> Node:
    """The expression inside brackets and type assertions."""
    while is_wrapper(node) and (held := entries(node)):
        node = held[-1] if node.type == "type_assertion" else held[0]
    return node


def entries(node: Node) -> list[Node]:
    """The named children that are code: comments aside."""
    return [child for child in node.named_children if child.type != "comment"]


def first_error(node: Node) -> Node | None:
    """The first place that does not parse."""
    if not node.has_error:
        return None
    return next((found for found in below(node) if found.is_error or found.is_missing), node)
