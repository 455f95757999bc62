"""What the shared half asks of a tree of HCL."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from iacfix.languages.shared.nodes import Node
from iacfix.languages.shared.syntax import Kind, Row
from iacfix.languages.terraform.tree import TEXTS, chain, unwrapped

KINDS = {
    **dict.fromkeys(TEXTS, Kind.TEXT),
    "numeric_lit": Kind.NUMBER,
    "bool_lit": Kind.FLAG,
    "null_lit": Kind.NULL,
    "object": Kind.OBJECT,
    "tuple": Kind.LIST,
    "for_object_expr": Kind.MADE_OBJECT,
    "for_tuple_expr": Kind.MADE_LIST,
    "function_call": Kind.CALL,
    "variable_expr": Kind.NAME,
    "conditional": Kind.CHOICE,
}
TESTS = frozenset({"==", "!=", "<", ">", "<=", ">=", "&&", "||", "!"})
ESCAPES = {"n": "\n", "t": "\t", "r": "\r"}


class Questions:
    """The answers for one module."""

    def unwrapped(self, node: Node) -> Node:
        node = unwrapped(node)
        return unwrapped(node.entries[0]) if node.type == "for_expr" else node

    def kind(self, node: Node) -> Kind:
        match node.type:
            case "operation":
                sign = operator(node)
                is_number = sign == "-" and unwrapped(node.entries[0].entries[0]).type == "numeric_lit"
                return Kind.BOOLEAN if sign in TESTS else Kind.NUMBER if is_number else Kind.OPERATION
            case "expression" if chain(node):
                return Kind.MEMBER
            case kind:
                return KINDS.get(kind, Kind.OTHER)

    def number(self, node: Node) -> int | float | None:
        code = node.text.replace(" ", "")
        try:
            return int(code) if re.fullmatch(r"-?\d+", code) else float(code)
        except ValueError:
            return None

    def is_true(self, node: Node) -> bool:
        return node.text == "true"

    def callee(self, call: Node) -> Node | None:
        return call.entries[0]

    def method(self, call: Node) -> str:
        return ""

    def owner(self, member: Node) -> Node | None:
        return None

    def sides(self, node: Node) -> Sequence[Node]:
        return node.entries[1:] if node.type == "conditional" else node.entries

    def rows(self, node: Node) -> Iterator[Row[Node]]:
        for child in node.entries:
            if child.type == "object_elem":
                key, value = child.entries[:2]
                yield Row(child, key_of(key), value if key_of(key) is not None else key)

    def elements(self, node: Node) -> tuple[Sequence[Node], bool]:
        return [child for child in node.entries if child.type == "expression"], False


def operator(node: Node) -> str:
    """The sign of an operation."""
    inner = node.entries[0]
    return next((child.text for child in inner.children if not child.is_named and child.text not in "()"), "")


def key_of(key: Node) -> str | None:
    """The key of an entry of an object, where it is written out."""
    node = unwrapped(key)
    if key.text.startswith("("):
        return None
    if node.type == "variable_expr":
        return node.text
    if node.type in ("numeric_lit", "bool_lit"):
        return node.text
    if node.type in TEXTS and not node.inside("template_interpolation", "template_directive"):
        return unescaped(node.text[1:-1])
    return None


def unescaped(raw: str) -> str:
    """What the text between quotes says."""
    raw = raw.replace("$${", "${").replace("%%{", "%{")
    if "\\" not in raw:
        return raw

    def one(match: re.Match[str]) -> str:
        code = match[1]
        return chr(int(code[1:], 16)) if code[0] in "uU" else ESCAPES.get(code, code)

    return re.sub(r"\\(u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|.)", one, raw)
