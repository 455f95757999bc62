"""What the shared half asks of a Python tree."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from iacfix.languages.python import syntax
from iacfix.languages.shared.syntax import Kind, Row

KINDS: dict[type[syntax.Node], Kind] = {
    syntax.SimpleString: Kind.TEXT,
    syntax.ConcatenatedString: Kind.TEXT,
    syntax.FormattedString: Kind.TEXT,
    syntax.BinaryOperation: Kind.OPERATION,
    syntax.Integer: Kind.NUMBER,
    syntax.Float: Kind.NUMBER,
    syntax.Name: Kind.NAME,
    syntax.Dict: Kind.OBJECT,
    syntax.List: Kind.LIST,
    syntax.Tuple: Kind.LIST,
    syntax.ListComp: Kind.MADE_LIST,
    syntax.GeneratorExp: Kind.MADE_LIST,
    syntax.DictComp: Kind.MADE_OBJECT,
    syntax.Call: Kind.CALL,
    syntax.Comparison: Kind.BOOLEAN,
    syntax.IfExp: Kind.CHOICE,
    syntax.Subscript: Kind.INDEX,
    syntax.Attribute: Kind.MEMBER,
}
PLAIN = re.compile(r"\"[^\"\\\r\n\0]*\"|'[^'\\\r\n\0]*'")
"""A string literal that says what stands between its quotes; nearly all of a program are such."""
CONSTANTS = {"True": Kind.FLAG, "False": Kind.FLAG, "None": Kind.NULL}


@dataclass(frozen=True)
class Questions:
    """The answers for one module."""

    module: syntax.Module

    def unwrapped(self, node: syntax.Node) -> syntax.Node:
        return node

    def kind(self, node: syntax.Node) -> Kind:
        match node:
            case syntax.Name():
                return CONSTANTS.get(node.value, Kind.NAME)
            case syntax.UnaryOperation(operator=syntax.Minus()):
                return Kind.NUMBER
            case syntax.UnaryOperation(operator=syntax.Not()):
                return Kind.BOOLEAN
            case syntax.BooleanOperation():
                return Kind.EITHER if isinstance(node.operator, syntax.Or) else Kind.BOTH
            case _:
                return KINDS.get(type(node), Kind.OTHER)

    def number(self, node: syntax.Node) -> int | float | None:
        try:
            return ast.literal_eval(f"({self.module.code(node)})")  # it may have comments, and so several lines
        except (ValueError, SyntaxError):
            return None

    def is_true(self, node: syntax.Node) -> bool:
        return isinstance(node, syntax.Name) and node.value == "True"

    def callee(self, call: syntax.Node) -> syntax.Node | None:
        return call.func if isinstance(call, syntax.Call) else None

    def method(self, call: syntax.Node) -> str:
        func = self.callee(call)
        return func.attr.value if isinstance(func, syntax.Attribute) else ""

    def owner(self, member: syntax.Node) -> syntax.Node | None:
        return member.value if isinstance(member, syntax.Attribute) else None

    def sides(self, node: syntax.Node) -> Sequence[syntax.Node]:
        match node:
            case syntax.BooleanOperation():
                return (node.left, node.right)
            case syntax.IfExp():
                return (node.body, node.orelse)
            case _:
                return ()

    def rows(self, node: syntax.Node) -> Iterator[Row[syntax.Node]]:
        for element in node.elements if isinstance(node, syntax.Dict) else ():
            if isinstance(element, syntax.DictElement):
                key = _key(element.key)
                yield Row(element, key, element.value if key is not None else element.key)
            else:
                yield Row(element, None, element.value, is_spread=True)

    def elements(self, node: syntax.Node) -> tuple[Sequence[syntax.Node], bool]:
        listed = node.elements if isinstance(node, syntax.List | syntax.Tuple) else ()
        plain = [element.value for element in listed if isinstance(element, syntax.Element)]
        return plain, len(plain) < len(listed)


def _key(node: syntax.Node) -> str | None:
    return evaluated(node.value) if isinstance(node, syntax.SimpleString) else None


def evaluated(code: str) -> str | None:
    """The text a literal expression denotes."""
    if PLAIN.fullmatch(code):
        return code[1:-1]
    try:
        found = ast.literal_eval(code.strip())
    except (ValueError, SyntaxError, TypeError):
        return _joined(code)
    return found if isinstance(found, str) else None


def _joined(code: str) -> str | None:
    """The text of literals joined by `+`."""

    def text(node: ast.expr) -> str | None:
        match node:
            case ast.Constant(value=str(value)):
                return value
            case ast.BinOp(left=left, op=ast.Add(), right=right):
                first, second = text(left), text(right)
                return first + second if first is not None and second is not None else None
            case ast.JoinedStr(values=[ast.Constant(value=str(value))]):
                return value
            case _:
                return None

    try:
        return text(ast.parse(code.strip(), mode="eval").body)
    except SyntaxError:
        return None
