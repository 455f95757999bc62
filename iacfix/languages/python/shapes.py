"""Expressions as values: what a rule sees of a piece of Python."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass, field

from iacfix.languages.python import syntax
from iacfix.languages.python.definitions import Definitions
from iacfix.languages.python.names import camel
from iacfix.languages.python.nullability import kind_of_bound, may_give_nothing
from iacfix.languages.python.provider_names import ProviderNames
from iacfix.model import (
    Chunk,
    Entry,
    Fields,
    Flag,
    Items,
    Null,
    Number,
    Opaque,
    Reader,
    Spelling,
    Text,
    Value,
    is_boolean,
    may_be_nothing,
)

OPTIONS = frozenset({"opts", "__props__", "resource_name", "__opts__"})
SECRET_CALLS = frozenset({"require_secret", "get_secret", "require_secret_object", "get_secret_object"})
OPTIONAL_CALLS = frozenset({"get", "get_object", "pop"})
BOOLEAN_CALLS = frozenset({"get_bool", "require_bool", "startswith", "endswith"})


@dataclass
class Shapes:
    """The shapes of one program's expressions."""

    definitions: Definitions
    provider: ProviderNames
    reader: Reader
    """What the values point back through."""

    _followed: set[syntax.Node] = field(default_factory=set[syntax.Node])

    def value(self, place: syntax.BaseExpression, spelling: Spelling) -> Value:
        """What stands at a place; a variable or `self.x` that is set once is followed one step."""
        node = self.definitions.of(place)
        if node is None or node in self._followed:
            return self.shape(place, place, spelling)
        self._followed.add(node)
        found = self.shape(node, place, spelling)
        self._followed.discard(node)
        return self.opaque(place, found.kind) if isinstance(found, Opaque) else found

    def shape(self, node: syntax.BaseExpression, place: syntax.BaseExpression, spelling: Spelling) -> Value:
        """The shape of an expression that is not followed any further."""
        match node:
            case (
                syntax.SimpleString()
                | syntax.ConcatenatedString()
                | syntax.FormattedString()
                | syntax.BinaryOperation()
            ):
                return self.text(node, place) or self.opaque(place, "operation")
            case syntax.Integer() | syntax.Float() | syntax.UnaryOperation(operator=syntax.Minus()):
                return self._number(node, place)
            case syntax.Name(value="True" | "False"):
                return Flag(node=node, place=place, reader=self.reader, flag=node.value == "True")
            case syntax.Name(value="None"):
                return Null(node=node, place=place, reader=self.reader)
            case syntax.Dict():
                return self._mapping(node, place, spelling)
            case syntax.List() | syntax.Tuple():
                return self._items(node, place, spelling)
            case syntax.ListComp() | syntax.GeneratorExp():
                return Items(node=node, place=place, reader=self.reader, elements=(), is_open=True)
            case syntax.DictComp():
                return Fields(node=node, place=place, reader=self.reader, entries=(), spelling=spelling, is_open=True)
            case syntax.Call():
                return self._call(node, place)
            case syntax.Name() if self.definitions.names.is_boolean(node):
                return self.opaque(place, "boolean")
            case syntax.Comparison() | syntax.UnaryOperation(operator=syntax.Not()):
                return self.opaque(place, "boolean")
            case syntax.BooleanOperation():
                sides = [self.value(side, spelling) for side in (node.left, node.right)]
                if all(map(is_boolean, sides)):
                    return self.opaque(place, "boolean")
                sure = isinstance(node.operator, syntax.Or) and not may_be_nothing(sides[1])
                return self.opaque(place, "given" if sure else "optional")
            case syntax.IfExp():
                sides = [self.value(side, spelling) for side in (node.body, node.orelse)]
                return self.opaque(place, "optional" if any(map(may_be_nothing, sides)) else "given")
            case syntax.Subscript():
                return self.opaque(place, "item")
            case syntax.Name() | syntax.Attribute():
                return self.opaque(place, self._kind(node))
            case _:
                return self.opaque(place, "expression")

    def _kind(self, node: syntax.Name | syntax.Attribute) -> str:
        """What is known of a name or an attribute whose definition is not followed."""
        names = self.definitions.names
        root: syntax.BaseExpression = node
        while isinstance(root, syntax.Attribute):
            root = root.value
            made = self.definitions.of(root)
            if isinstance(made, syntax.Call) and (self.provider.type_of(made) or self.provider.function_of(made)):
                return "output"
        return kind_of_bound(names, root) if isinstance(root, syntax.Name) and root is node else "expression"

    def opaque(self, place: syntax.Node, kind: str) -> Opaque:
        return Opaque(node=place, place=place, reader=self.reader, kind=kind)

    def _number(self, node: syntax.BaseExpression, place: syntax.BaseExpression) -> Value:
        try:
            number = ast.literal_eval(f"({self.reader.code(node)})")  # it may have comments, and so several lines
        except (ValueError, SyntaxError):
            return self.opaque(place, "expression")
        return Number(node=node, place=place, reader=self.reader, number=number)

    def _call(self, node: syntax.Call, place: syntax.BaseExpression) -> Value:
        if self.provider.is_inputs(node):
            return self.keywords(node, place)
        if (joined := self.text(node, place)) is not None:
            return joined
        name = self.provider.qualified(node.func) or ""
        method = node.func.attr.value if isinstance(node.func, syntax.Attribute) else ""
        if name == "pulumi.Output.secret" or method in SECRET_CALLS:
            return self.opaque(place, "secret")
        if method in BOOLEAN_CALLS or name == "bool":
            return self.opaque(place, "boolean")
        if method in OPTIONAL_CALLS:
            return self.opaque(place, "optional")
        if (function := self.definitions.names.function(node.func)) is not None and may_give_nothing(function):
            return self.opaque(place, "optional")
        return self.opaque(place, "resource" if self.provider.type_of(node) else "call")

    def _mapping(self, node: syntax.Dict, place: syntax.BaseExpression, spelling: Spelling) -> Fields:
        entries: list[Entry] = []
        spreads: list[Value] = []
        for element in node.elements:
            key = _literal_key(element)
            if isinstance(element, syntax.StarredDictElement):
                spreads.append(self.spread(element.value, spelling))
            elif key is None:
                spreads.append(self.opaque(element.key, "key"))
            else:
                name = camel(key) if spelling is Spelling.INPUT else key
                entries.append(Entry(name, self.value(element.value, spelling), element))
        keys = [entry.key for entry in entries]
        return Fields(
            node=node,
            place=place,
            reader=self.reader,
            entries=tuple(entries),
            spelling=spelling,
            is_open=bool(spreads) or len(set(keys)) < len(keys),
            spreads=tuple(spreads),
        )

    def spread(self, place: syntax.BaseExpression, spelling: Spelling) -> Value:
        """What is spread: a mapping as its fields, be it written in brackets or made by `dict`."""
        definitions = self.definitions
        bound = definitions.names.assignment(place) if isinstance(place, syntax.Name) else None
        is_changed = definitions.changes.of(bound) if bound is not None else False
        if isinstance(place, syntax.Attribute):
            is_changed = definitions.changes.of_field(place.attr.value)
        node = place if is_changed else definitions.of(place) or place
        match node:
            case syntax.Call(func=syntax.Name(value="dict")) if spelling is Spelling.INPUT and self._is_builtin(node):
                self._followed.add(node)
                found = self.keywords(node, place)
                self._followed.discard(node)
                return found
            case _:
                return self.value(place, spelling)

    def _is_builtin(self, call: syntax.Call) -> bool:
        is_plain = not any(arg.keyword is not None and arg.keyword.value in OPTIONS for arg in call.args)
        return is_plain and call not in self._followed and not self.definitions.names.count_bound("dict")

    def unseen(self, node: syntax.Call, given: Value) -> Fields:
        """Inputs that are all in what is given for them."""
        return Fields(
            node=node,
            place=node,
            reader=self.reader,
            entries=(),
            spelling=Spelling.INPUT,
            is_open=True,
            spreads=() if isinstance(given, Null) else (given,),
        )

    def _items(self, node: syntax.List | syntax.Tuple, place: syntax.BaseExpression, spelling: Spelling) -> Items:
        plain = [element for element in node.elements if isinstance(element, syntax.Element)]
        return Items(
            node=node,
            place=place,
            reader=self.reader,
            elements=tuple(self.value(element.value, spelling) for element in plain),
            is_open=len(plain) < len(node.elements),
        )

    def keywords(
        self, node: syntax.Call, place: syntax.BaseExpression | None = None, *, builds: bool = False
    ) -> Fields:
        """The keyword arguments of a call as inputs; open where `*` or `**` or a positional one hides some. One that
        `builds` a resource has a name and inputs in front."""
        args = [arg for arg in node.args if arg.keyword is not None and arg.keyword.value not in OPTIONS]
        skipped = 2 if builds or self.provider.type_of(node) else 0
        hiding = [arg for arg in node.args if arg.star] + [
            arg for arg in node.args if arg.keyword is None and not arg.star
        ][skipped:]
        entries = tuple(
            Entry(camel(arg.keyword.value), self.value(arg.value, Spelling.INPUT), arg) for arg in args if arg.keyword
        )
        return Fields(
            node=node,
            place=place or node,
            reader=self.reader,
            entries=entries,
            spelling=Spelling.INPUT,
            is_open=bool(hiding),
            spreads=tuple(
                self.spread(arg.value, Spelling.INPUT) if arg.star == "**" else self.opaque(arg.value, "arguments")
                for arg in hiding
            ),
        )

    # text

    def text(self, node: syntax.BaseExpression, place: syntax.BaseExpression) -> Text | None:
        chunks = tuple(self._chunks(node) or ())
        if not chunks or (
            all(chunk.value is not None for chunk in chunks) and not isinstance(node, syntax.FormattedString)
        ):
            return None
        literal = None
        if all(chunk.value is None for chunk in chunks):
            literal = _evaluated(self.reader.code(node)) if not isinstance(node, syntax.Call) else None
        return Text(node=node, place=place, reader=self.reader, chunks=chunks, literal=literal)

    def _chunks(self, node: syntax.BaseExpression) -> Sequence[Chunk] | None:
        """The literal and computed parts of an expression that is text, None where it is not plainly text."""
        match node:
            case syntax.SimpleString() if "b" not in node.prefix:
                return [Chunk(node, node.raw_value)]
            case syntax.FormattedString():
                return [self._chunk(part) for part in node.parts] or [Chunk(node, "")]
            case syntax.ConcatenatedString():
                left, right = self._chunks(node.left), self._chunks(node.right)
                return [*left, *right] if left is not None and right is not None else None
            case syntax.BinaryOperation(operator=syntax.Add()):
                sides = [self._chunks(node.left), self._chunks(node.right)]
                if sides == [None, None]:
                    return None
                holes = [
                    Chunk(node.left, "", self.opaque(node.left, "part")),
                    Chunk(node.right, "", self.opaque(node.right, "part")),
                ]
                return [*(sides[0] or [holes[0]]), *(sides[1] or [holes[1]])]
            case syntax.Call() if self.provider.qualified(node.func) == "pulumi.Output.concat" and not any(
                arg.star for arg in node.args
            ):
                return [
                    chunk
                    for arg in node.args
                    for chunk in self._chunks(arg.value) or [Chunk(arg.value, "", self.opaque(arg.value, "part"))]
                ]
            case _:
                return None

    def _chunk(self, part: syntax.FormattedStringText | syntax.FormattedStringExpression) -> Chunk:
        if isinstance(part, syntax.FormattedStringText):
            return Chunk(part, part.value)
        assert isinstance(part, syntax.FormattedStringExpression)
        return Chunk(part, "", self.opaque(part.expression, "part"))


def _literal_key(element: syntax.BaseDictElement) -> str | None:
    if isinstance(element, syntax.DictElement) and isinstance(element.key, syntax.SimpleString):
        return _evaluated(element.key.value)
    return None


def _evaluated(code: str) -> str | None:
    """The text a literal expression denotes."""
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
