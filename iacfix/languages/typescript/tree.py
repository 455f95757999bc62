"""The syntax tree of a TypeScript file: parsing, and walking it."""

from __future__ import annotations

from functools import cache

import tree_sitter_typescript
from tree_sitter import Language, Parser, Tree

from iacfix.languages.shared.nodes import Node

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
LEAVES = frozenset({"string"})
"""What is read as a whole."""

ASSERTIONS = frozenset({"as_expression", "satisfies_expression"})
WRAPPERS = ASSERTIONS | {"parenthesized_expression", "non_null_expression", "type_assertion"}
"""Expressions that are what they hold, but for their type."""

PERHAPS = WRAPPERS | {"member_expression", "instantiation_expression"}
"""Those, and what the grammar takes some of them for."""


@cache
def _parser(*, jsx: bool) -> Parser:
    language = tree_sitter_typescript.language_tsx() if jsx else tree_sitter_typescript.language_typescript()
    return Parser(Language(language))


def parse(data: bytes, *, jsx: bool) -> Tree:
    return _parser(jsx=jsx).parse(data)


def is_wrapper(node: Node) -> bool:
    """The node is what it holds, but for its type; the grammar reads `x as a.b.C` as `(x as a.b).C`."""
    if node.type in WRAPPERS:
        return True
    if node.type not in PERHAPS or not node.named_children:
        return False
    first = node.named_children[0]
    return first.type in ASSERTIONS or (first.type == "member_expression" and is_wrapper(first))


def unwrapped(node: Node) -> Node:
    """The expression inside brackets and type assertions."""
    while node.type in PERHAPS and is_wrapper(node) and (held := node.entries):
        node = held[-1] if node.type == "type_assertion" else held[0]
    return node


def arguments(call: Node) -> list[Node]:
    given = call.child_by_field_name("arguments")
    return given.entries if given is not None and given.type == "arguments" else []


def method(call: Node) -> str:
    """The name of the method that a call calls."""
    func = call.child_by_field_name("function")
    return func.entries[-1].text if func is not None and func.type == "member_expression" else ""


def is_static(member: Node) -> bool:
    """The member of a class is the class's own."""
    return any(child.type == "static" for child in member.children)


def first_error(tree: Tree) -> int | None:
    """The row of the first place that does not parse."""
    stack = [tree.root_node] if tree.root_node.has_error else []
    while stack:
        found = stack.pop()
        if found.is_error or found.is_missing:
            return found.start_point[0]
        stack.extend(reversed(found.children))
    return tree.root_node.start_point[0] if tree.root_node.has_error else None
