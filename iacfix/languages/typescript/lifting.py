"""A call inside a larger expression that can be taken into a statement of its own, above the one it is part of."""

from __future__ import annotations

from iacfix import reasons
from iacfix.errors import CannotFix
from iacfix.languages.shared.nodes import Node
from iacfix.languages.typescript.definitions import Definitions
from iacfix.languages.typescript.determinism import Determinism
from iacfix.languages.typescript.tree import is_wrapper

EAGER = frozenset(
    {
        "arguments",
        "array",
        "assignment_expression",
        "await_expression",
        "binary_expression",
        "call_expression",
        "member_expression",
        "new_expression",
        "object",
        "pair",
        "spread_element",
        "subscript_expression",
        "template_string",
        "template_substitution",
        "unary_expression",
    }
)
"""What carries out all that it holds, once and in the order in which it is written."""

DECLARED = frozenset({"variable_declarator", "lexical_declaration", "variable_declaration"})
STATEMENTS = frozenset({"expression_statement", "return_statement", "export_statement"})
LAZY = ("&&", "||", "??")


def lifted_from(definitions: Definitions, call: Node) -> Node:
    """The statement above which the call can go, or the body of an arrow function that can become a block; raises
    CannotFix where the call may not be carried out, or where something would be carried out later for it."""
    constructor = call.child_by_field_name("constructor")
    if constructor is not None and call.children[0].end_point[0] < constructor.start_point[0]:
        raise CannotFix(reasons.NEW_AT_LINE_END)
    node, earlier = call, list[Node]()
    while node.type not in STATEMENTS and not (node.type in DECLARED and node.type != "variable_declarator"):
        around = node.parent
        if around is None:
            raise CannotFix(reasons.NESTED_RESOURCE)
        if around.type == "arrow_function" and around.child_by_field_name("body") == node:
            break
        if around.type == "public_field_definition":
            raise CannotFix(reasons.CLASS_FIELD)
        known = around.type in EAGER or around.type in DECLARED or around.type in STATEMENTS or is_wrapper(around)
        if not known or _is_lazy(around):
            raise CannotFix(reasons.NESTED_RESOURCE)
        if around.type in ("lexical_declaration", "variable_declaration") and len(around.entries) > 1:
            raise CannotFix(reasons.DECLARED_TOGETHER)
        if around.type not in DECLARED:
            earlier += [part for part in around.entries if part.end_byte <= node.start_byte]
        node = around
    if node.parent is not None and node.parent.type == "export_statement":
        node = node.parent
    given = call.child_by_field_name("arguments")
    if not all(
        Determinism(definitions).is_steady(part) for part in (*earlier, *([given] if given is not None else []))
    ):
        raise CannotFix(reasons.NESTED_REORDERED)
    return node


def _is_lazy(node: Node) -> bool:
    """What the node holds may not be carried out."""
    if node.operator in LAZY:
        return True
    return (node.type == "call_expression" and bool(node.children[0].inside("optional_chain"))) or any(
        child.type == "optional_chain" for child in node.children
    )
