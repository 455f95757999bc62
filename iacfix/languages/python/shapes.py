"""Expressions as values: what a rule sees of a piece of Python."""

from __future__ import annotations

from collections.abc import Sequence

from iacfix.languages.python import syntax
from iacfix.languages.python.definitions import Definitions
from iacfix.languages.python.names import camel
from iacfix.languages.python.nullability import kind_of_bound, may_give_nothing
from iacfix.languages.python.provider_names import ProviderNames
from iacfix.languages.python.questions import Questions, evaluated
from iacfix.languages.shared import shapes
from iacfix.languages.shared.syntax import Kind
from iacfix.model import Chunk, Entry, Fields, Null, Reader, Spelling, Value, is_boolean

OPTIONS = frozenset({"opts", "__props__", "resource_name", "__opts__"})


class Shapes(shapes.Shapes[syntax.Node]):
    """The shapes of one program's expressions."""

    calls = shapes.Calls(
        secret=frozenset(
            {"pulumi.Output.secret", "require_secret", "get_secret", "require_secret_object", "get_secret_object"}
        ),
        optional=frozenset({"get", "get_object", "pop"}),
        boolean=frozenset({"get_bool", "require_bool", "startswith", "endswith"}),
    )

    def __init__(self, definitions: Definitions, provider: ProviderNames, reader: Reader) -> None:
        super().__init__(Questions(definitions.names.module), definitions, provider, reader)
        self.definitions, self.provider = definitions, provider

    def schema_name(self, key: str) -> str:
        return camel(key)

    def declared(self, node: syntax.Node, root: syntax.Node) -> str:
        names = self.definitions.names
        if not isinstance(root, syntax.Name) or root is not node:
            return "expression"
        return "boolean" if names.is_boolean(root) else kind_of_bound(names, root)

    def may_give_nothing(self, call: syntax.Node) -> bool:
        function = self.definitions.names.function(call.func) if isinstance(call, syntax.Call) else None
        return function is not None and may_give_nothing(function)

    def inputs(self, call: syntax.Node, place: syntax.Node) -> Fields | None:
        if not isinstance(call, syntax.Call) or not self.provider.is_inputs(call):
            return None
        return self.keywords(call, place)

    def _joined(self, kind: Kind, sides: Sequence[Value]) -> str:
        return "boolean" if all(map(is_boolean, sides)) else super()._joined(kind, sides)

    def spread(self, place: syntax.Node, spelling: Spelling) -> Value:
        """What is spread: a mapping as its fields, be it written in brackets or made by `dict`."""
        definitions = self.definitions
        bound = definitions.names.assignment(place) if isinstance(place, syntax.Name) else None
        is_changed = definitions.changes.of(bound) if bound is not None else False
        if isinstance(place, syntax.Attribute):
            is_changed = definitions.changes.of_field(place.attr.value)
        node = place if is_changed else definitions.of(place) or place
        match node:
            case syntax.Call(func=syntax.Name(value="dict")) if spelling is Spelling.INPUT and self._is_builtin(node):
                return self.followed(place, node, spelling, lambda: self.keywords(node, place), is_spread=True)
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

    def keywords(self, node: syntax.Call, place: syntax.Node | None = None, *, builds: bool = False) -> Fields:
        """The keyword arguments of a call as inputs; open where `*` or `**` or a positional one hides some. One that
        `builds` a resource has a name and inputs in front."""
        args = [arg for arg in node.args if arg.keyword is not None and arg.keyword.value not in OPTIONS]
        skipped = 2 if builds or self.provider.type_of(node) else 0
        hiding = [arg for arg in node.args if arg.star] + [
            arg for arg in node.args if arg.keyword is None and not arg.star
        ][skipped:]
        entries = tuple(
            Entry(camel(arg.keyword.value), self.later(arg.value, Spelling.INPUT), arg) for arg in args if arg.keyword
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

    def is_template(self, node: syntax.Node) -> bool:
        return isinstance(node, syntax.FormattedString)

    def literal(self, node: syntax.Node, chunks: Sequence[Chunk]) -> str | None:
        return evaluated(self.reader.code(node))

    def chunks(self, node: syntax.Node) -> Sequence[Chunk] | None:
        """The literal and computed parts of an expression that is text, None where it is not plainly text."""
        match node:
            case syntax.SimpleString() if "b" not in node.prefix:
                return [Chunk(node, node.raw_value)]
            case syntax.FormattedString():
                return [self._chunk(part) for part in node.parts] or [Chunk(node, "")]
            case syntax.ConcatenatedString():
                left, right = self.chunks(node.left), self.chunks(node.right)
                return [*left, *right] if left is not None and right is not None else None
            case syntax.BinaryOperation(operator=syntax.Add()):
                sides = [self.chunks(node.left), self.chunks(node.right)]
                if sides == [None, None]:
                    return None
                holes = [
                    self.hole(node.left),
                    self.hole(node.right),
                ]
                return [*(sides[0] or [holes[0]]), *(sides[1] or [holes[1]])]
            case syntax.Call() if self.provider.qualified(node.func) == "pulumi.Output.concat" and not any(
                arg.star for arg in node.args
            ):
                return [chunk for arg in node.args for chunk in self.chunks(arg.value) or [self.hole(arg.value)]]
            case _:
                return None

    def _chunk(self, part: syntax.FormattedStringText | syntax.FormattedStringExpression) -> Chunk:
        if isinstance(part, syntax.FormattedStringText):
            return Chunk(part, part.value)
        assert isinstance(part, syntax.FormattedStringExpression)
        return Chunk(part, "", self.opaque(part.expression, "part"))
