"""What the shared half asks of a TypeScript tree."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from iacfix.languages.shared.nodes import Node
from iacfix.languages.shared.syntax import Kind, Row
from iacfix.languages.typescript.tree import method, unwrapped

KINDS = {
    "string": Kind.TEXT,
    "template_string": Kind.TEXT,
    "number": Kind.NUMBER,
    "true": Kind.FLAG,
    "false": Kind.FLAG,
    "null": Kind.NULL,
    "undefined": Kind.NULL,
    "object": Kind.OBJECT,
    "array": Kind.LIST,
    "call_expression": Kind.CALL,
    "new_expression": Kind.NEW,
    "identifier": Kind.NAME,
    "shorthand_property_identifier": Kind.NAME,
    "member_expression": Kind.MEMBER,
    "subscript_expression": Kind.INDEX,
    "non_null_expression": Kind.INDEX,
    "ternary_expression": Kind.CHOICE,
}
OPERATIONS = {
    **dict.fromkeys(("==", "===", "!=", "!==", "<", ">", "<=", ">="), Kind.BOOLEAN),
    "??": Kind.EITHER,
    "||": Kind.EITHER,
    "&&": Kind.BOTH,
}
ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "v": "\v", "0": "\0"}


class Questions:
    """The answers for one file."""

    def unwrapped(self, node: Node) -> Node:
        return unwrapped(node)

    def kind(self, node: Node) -> Kind:
        match node.type:
            case "binary_expression":
                return OPERATIONS.get(node.operator, Kind.OPERATION)
            case "unary_expression" if node.text.startswith("-"):
                return Kind.NUMBER
            case "unary_expression" if node.text.startswith("!"):
                return Kind.BOOLEAN
            case kind:
                return KINDS.get(kind, Kind.OTHER)

    def number(self, node: Node) -> int | float | None:
        code = node.text.replace("_", "").replace(" ", "")
        try:
            return int(code, 0) if re.fullmatch(r"-?(0[xob])?[0-9a-fA-F]+", code) else float(code)
        except ValueError:
            return None

    def is_true(self, node: Node) -> bool:
        return node.type == "true"

    def callee(self, call: Node) -> Node | None:
        return call.child_by_field_name("function") or call.child_by_field_name("constructor")

    def method(self, call: Node) -> str:
        return method(call)

    def owner(self, member: Node) -> Node | None:
        is_certain = member.type == "member_expression" and "?." not in member.text
        return member.entries[0] if is_certain else None

    def sides(self, node: Node) -> Sequence[Node]:
        return node.entries[1:] if node.type == "ternary_expression" else node.entries

    def rows(self, node: Node) -> Iterator[Row[Node]]:
        for child in node.entries:
            key, value = written_key(child), child.child_by_field_name("value")
            if child.type == "shorthand_property_identifier":
                yield Row(child, child.text, child)
            elif child.type == "spread_element":
                yield Row(child, None, child.entries[0], is_spread=True)
            elif child.type != "pair" or key is None or value is None or key.type == "computed_property_name":
                yield Row(child, None, _named(child))
            else:
                yield Row(child, evaluated(key) if key.type == "string" else key.text, value)

    def elements(self, node: Node) -> tuple[Sequence[Node], bool]:
        plain = [child for child in node.entries if child.type != "spread_element"]
        return plain, len(plain) < len(node.entries)


def written_key(child: Node) -> Node | None:
    """The key of an entry; `["name"]` is the key that it holds."""
    key = child.child_by_field_name("key")
    is_written = key is not None and key.type == "computed_property_name" and key.entries[0].type == "string"
    return key.entries[0] if key is not None and is_written else key


def _named(child: Node) -> Node:
    """What names an entry that is not plain: the expression of a computed key, the name of a method."""
    key = child.child_by_field_name("key") or child.child_by_field_name("name") or child
    return key.entries[0] if key.type == "computed_property_name" else key


def evaluated(node: Node) -> str:
    """The text of a string literal."""
    return unescaped(node.text[1:-1])


def unescaped(raw: str) -> str:
    if "\\" not in raw:
        return raw

    def one(match: re.Match[str]) -> str:
        code = match[1]
        if code[0] in "ux":
            return chr(int(code[1:].strip("{}"), 16))
        return "" if code == "\n" else ESCAPES.get(code, code)

    return re.sub(r"\\(u\{[0-9a-fA-F]+\}|u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|\r\n|.|\n)", one, raw, flags=re.DOTALL)
