"""Python source as a `Program`: resources, values, texts."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

import libcst as cst
from libcst.metadata import MetadataWrapper, PositionProvider

from iacfix.errors import SourceError
from iacfix.languages import Comment
from iacfix.languages.python import documents
from iacfix.languages.python.names import Names, camel, snake
from iacfix.languages.python.tree import children, inside
from iacfix.model import (
    Chunk,
    Document,
    Entry,
    Fields,
    Flag,
    Items,
    Null,
    Number,
    Opaque,
    Provider,
    Resource,
    Spelling,
    Text,
    Unreachable,
    Value,
    Where,
)
from iacfix.registry import ProviderPackage

OPTIONS = frozenset({"opts", "__props__", "resource_name", "__opts__"})
SECRET_CALLS = frozenset({"require_secret", "get_secret", "require_secret_object", "get_secret_object"})
TEXTUAL = (cst.BaseString, cst.BinaryOperation, cst.Call)
BOOLEAN_CALLS = frozenset({"get_bool", "require_bool", "startswith", "endswith"})


class PythonProgram:
    """One parsed file; the values it hands out point into its tree."""

    def __init__(self, text: str, module: cst.Module, package: ProviderPackage, provider: Provider) -> None:
        self.text = text
        self.module = module
        self.package = package
        self.names = Names(module)
        self._provider = provider
        self._followed = set[cst.CSTNode]()
        self._python = package.packages["python"]

    @property
    def provider(self) -> Provider:
        return self._provider

    # where things are

    @cached_property
    def _positions(self) -> Mapping[cst.CSTNode, Any]:
        return MetadataWrapper(self.module, unsafe_skip_copy=True).resolve(PositionProvider)

    @cached_property
    def lines(self) -> list[str]:
        return self.text.replace("\r\n", "\n").replace("\r", "\n").split("\n")

    def code(self, node: Any) -> str:
        return self.module.code_for_node(node)

    def line(self, node: Any) -> int:
        return self._positions[node].start.line

    def column(self, node: Any) -> int:
        return self._positions[node].start.column + 1

    def indent_of(self, node: cst.CSTNode) -> str:
        """The white space the line of a node begins with."""
        line = self.lines[self.line(node) - 1]
        return line[: len(line) - len(line.lstrip())]

    # what things are

    def value(self, place: cst.BaseExpression, spelling: Spelling) -> Value:
        """What stands at a place; a variable or `self.x` that is set once is followed one step."""
        node = self.names.definition(place)
        if node is None or node in self._followed:
            return self.shape(place, place, spelling)
        self._followed.add(node)
        found = self.shape(node, place, spelling)
        self._followed.discard(node)
        return self._opaque(place, found.kind) if isinstance(found, Opaque) else found

    def shape(self, node: cst.BaseExpression, place: cst.BaseExpression, spelling: Spelling) -> Value:
        """The shape of an expression that is not followed any further."""
        match node:
            case cst.SimpleString() | cst.ConcatenatedString() | cst.FormattedString() | cst.BinaryOperation():
                return self._text(node, place) or self._opaque(place, "operation")
            case cst.Integer() | cst.Float() | cst.UnaryOperation(operator=cst.Minus()):
                return self._number(node, place)
            case cst.Name("True" | "False"):
                return Flag(node=node, place=place, reader=self, flag=node.value == "True")
            case cst.Name("None"):
                return Null(node=node, place=place, reader=self)
            case cst.Dict():
                return self._mapping(node, place, spelling)
            case cst.List() | cst.Tuple():
                return self._items(node, place, spelling)
            case cst.ListComp() | cst.GeneratorExp():
                return Items(node=node, place=place, reader=self, elements=(), is_open=True)
            case cst.DictComp():
                return Fields(node=node, place=place, reader=self, entries=(), spelling=spelling, is_open=True)
            case cst.Call():
                return self._call(node, place)
            case cst.Name() if self.names.is_boolean(node):
                return self._opaque(place, "boolean")
            case cst.Comparison() | cst.BooleanOperation() | cst.UnaryOperation(operator=cst.Not()):
                return self._opaque(place, "boolean")
            case _:
                return self._opaque(place, "expression")

    def _opaque(self, place: cst.CSTNode, kind: str) -> Opaque:
        return Opaque(node=place, place=place, reader=self, kind=kind)

    def _number(self, node: cst.BaseExpression, place: cst.BaseExpression) -> Value:
        try:
            number = ast.literal_eval(self.code(node).strip("() "))
        except ValueError:
            return self._opaque(place, "expression")
        return Number(node=node, place=place, reader=self, number=number)

    def _call(self, node: cst.Call, place: cst.BaseExpression) -> Value:
        if self._is_inputs(node):
            return self.keywords(node, place)
        if (joined := self._text(node, place)) is not None:
            return joined
        name = self.qualified(node.func) or ""
        method = node.func.attr.value if isinstance(node.func, cst.Attribute) else ""
        if name == "pulumi.Output.secret" or method in SECRET_CALLS:
            return self._opaque(place, "secret")
        if method in BOOLEAN_CALLS or name == "bool":
            return self._opaque(place, "boolean")
        return self._opaque(place, "resource" if self.type_of(node) else "call")

    def _mapping(self, node: cst.Dict, place: cst.BaseExpression, spelling: Spelling) -> Fields:
        entries: list[Entry] = []
        is_open = False
        for element in node.elements:
            key = _literal_key(element)
            if key is None:
                is_open = True
            else:
                name = camel(key) if spelling is Spelling.INPUT else key
                entries.append(Entry(name, self.value(element.value, spelling), element))
        keys = [entry.key for entry in entries]
        return Fields(
            node=node,
            place=place,
            reader=self,
            entries=tuple(entries),
            spelling=spelling,
            is_open=is_open or len(set(keys)) < len(keys),
        )

    def _items(self, node: cst.List | cst.Tuple, place: cst.BaseExpression, spelling: Spelling) -> Items:
        plain = [element for element in node.elements if isinstance(element, cst.Element)]
        return Items(
            node=node,
            place=place,
            reader=self,
            elements=tuple(self.value(element.value, spelling) for element in plain),
            is_open=len(plain) < len(node.elements),
        )

    def keywords(self, node: cst.Call, place: cst.BaseExpression | None = None) -> Fields:
        """The keyword arguments of a call as inputs; open where `*` or `**` or a positional one hides some."""
        args = [arg for arg in node.args if arg.keyword is not None and arg.keyword.value not in OPTIONS]
        skipped = 2 if self.type_of(node) else 0
        hidden = any(arg.star for arg in node.args) or sum(arg.keyword is None for arg in node.args) > skipped
        entries = tuple(
            Entry(camel(arg.keyword.value), self.value(arg.value, Spelling.INPUT), arg) for arg in args if arg.keyword
        )
        return Fields(
            node=node, place=place or node, reader=self, entries=entries, spelling=Spelling.INPUT, is_open=hidden
        )

    # text

    def _text(self, node: cst.BaseExpression, place: cst.BaseExpression) -> Text | None:
        chunks = tuple(self._chunks(node) or ())
        if not chunks or all(chunk.value is not None for chunk in chunks) and not isinstance(node, cst.FormattedString):
            return None
        literal = None
        if all(chunk.value is None for chunk in chunks):
            literal = _evaluated(self.code(node)) if not isinstance(node, cst.Call) else None
        return Text(node=node, place=place, reader=self, chunks=chunks, literal=literal)

    def _chunks(self, node: cst.BaseExpression) -> Sequence[Chunk] | None:
        """The literal and computed parts of an expression that is text, None where it is not plainly text."""
        match node:
            case cst.SimpleString() if "b" not in node.prefix:
                return [Chunk(node, node.raw_value)]
            case cst.FormattedString():
                return [self._chunk(part) for part in node.parts] or [Chunk(node, "")]
            case cst.ConcatenatedString():
                left, right = self._chunks(node.left), self._chunks(node.right)
                return [*left, *right] if left is not None and right is not None else None
            case cst.BinaryOperation(operator=cst.Add()):
                sides = [self._chunks(node.left), self._chunks(node.right)]
                if sides == [None, None]:
                    return None
                holes = [Chunk(node.left, "", self._opaque(node.left, "part")), Chunk(node.right, "", self._opaque(node.right, "part"))]
                return [*(sides[0] or [holes[0]]), *(sides[1] or [holes[1]])]
            case cst.Call() if self.qualified(node.func) == "pulumi.Output.concat" and not any(arg.star for arg in node.args):
                return [
                    chunk
                    for arg in node.args
                    for chunk in self._chunks(arg.value) or [Chunk(arg.value, "", self._opaque(arg.value, "part"))]
                ]
            case _:
                return None

    def _chunk(self, part: cst.BaseFormattedStringContent) -> Chunk:
        if isinstance(part, cst.FormattedStringText):
            return Chunk(part, part.value)
        assert isinstance(part, cst.FormattedStringExpression)
        return Chunk(part, "", self._opaque(part.expression, "part"))

    def texts(self) -> Iterator[Text]:
        return iter(self._texts)

    def where(self, text: Text) -> Where:
        return documents.where(self, text.node)

    @cached_property
    def _texts(self) -> list[Text]:
        """The outermost expressions that are text, docstrings and annotations aside."""
        found: list[Text] = []
        stack: list[cst.CSTNode] = [self.module]
        while stack:
            node = stack.pop()
            if isinstance(node, cst.Annotation | cst.ImportFrom | cst.Import | cst.BaseParenthesizableWhitespace):
                continue
            if isinstance(node, cst.Expr) and isinstance(node.value, cst.SimpleString | cst.ConcatenatedString):
                continue
            if isinstance(node, TEXTUAL) and (text := self._text(node, node)) is not None:
                found.append(text)
                stack += [chunk.value.place for chunk in reversed(text.chunks) if chunk.value is not None]
            else:
                stack += reversed(list(children(node)))
        return found

    # names

    def qualified(self, node: cst.CSTNode) -> str | None:
        return self.names.qualified(node)

    def _provider_name(self, func: cst.BaseExpression) -> list[str] | None:
        """`["s3", "Bucket"]` for whatever way `<package>.s3.Bucket` is reached."""
        name = self.qualified(func)
        if name is None or not name.startswith(f"{self._python}."):
            return None
        module, *rest = name.split(".")[1:]
        return [module.rstrip("_"), rest[-1]] if rest else [module]

    def type_of(self, call: cst.Call) -> str | None:
        """The schema type a call constructs."""
        path = self._provider_name(call.func)
        if path is None or not path[-1][:1].isupper() or path[-1].endswith(("Args", "ArgsDict")):
            return None
        return ".".join((self.package.name, *path))

    def function_of(self, call: cst.Call) -> str | None:
        """The schema name of the provider function a call invokes; its `_output` form has the same name."""
        path = self._provider_name(call.func)
        if path is None or not path[-1][:1].islower():
            return None
        return ".".join((self.package.name, *path[:-1], camel(path[-1].removesuffix("_output"))))

    def _is_inputs(self, call: cst.Call) -> bool:
        path = self._provider_name(call.func)
        return path is not None and path[-1].endswith(("Args", "ArgsDict"))

    @cached_property
    def calls(self) -> list[cst.Call]:
        """Every call, in source order."""
        return inside(self.module, cst.Call)

    @cached_property
    def _resources(self) -> dict[cst.Call, Resource]:
        return {call: self._resource(call, type) for call in self.calls if (type := self.type_of(call))}

    def resources(self, *types: str) -> Iterator[Resource]:
        return (found for found in self._resources.values() if not types or found.type in types)

    def _resource(self, call: cst.Call, type: str) -> Resource:
        positional = [arg.value for arg in call.args if arg.keyword is None and not arg.star]
        named = {arg.keyword.value: arg.value for arg in call.args if arg.keyword is not None}
        name = positional[0] if positional else named.get("resource_name")
        options = named.get("opts") or (positional[2] if len(positional) > 2 else None)
        args = self.keywords(call)
        if len(positional) > 1 or "args" in named:
            given = self.value(positional[1] if len(positional) > 1 else named["args"], Spelling.INPUT)
            if isinstance(given, Fields):
                args = given
            elif isinstance(given.place, cst.BaseExpression) and self._is_options(given.place):
                options = given.place
            else:
                args = Fields(node=call, place=call, reader=self, entries=(), spelling=Spelling.INPUT, is_open=True)
        return Resource(
            node=call,
            place=call,
            reader=self,
            type=type,
            name=self.value(name, Spelling.DATA) if name is not None else None,
            args=args,
            options=self.options(options) if options is not None else None,
        )

    def _is_options(self, node: cst.BaseExpression) -> bool:
        node = self.names.definition(node) or node
        return isinstance(node, cst.Call) and self.qualified(node.func) == "pulumi.ResourceOptions"

    def options(self, place: cst.BaseExpression) -> Value:
        """Resource or invoke options as fields, where they are written as a `...Options(...)` call."""
        node = self.names.definition(place) or place
        if isinstance(node, cst.Call) and self.qualified(node.func) in {"pulumi.ResourceOptions", "pulumi.InvokeOptions"}:
            return self.keywords(node, place)
        return Null(node=place, place=place, reader=self) if isinstance(node, cst.Name) and node.value == "None" else self._opaque(place, "options")

    def resource_at(self, node: cst.BaseExpression) -> Resource | None:
        """The resource an expression stands for: the call itself, a variable or `self.x` that holds it."""
        definition = self.names.definition(node) or node
        return self._resources.get(definition) if isinstance(definition, cst.Call) else None

    def referent(self, value: Value) -> Resource | None:
        node = value.place
        if isinstance(node, cst.FormattedString) and len(node.parts) == 1:
            (part,) = node.parts
            node = part.expression if isinstance(part, cst.FormattedStringExpression) else node
        while True:
            if (found := self.resource_at(node)) is not None:
                return found
            if isinstance(node, cst.Attribute):
                node = node.value
            elif isinstance(node, cst.Call) and isinstance(node.func, cst.Attribute) and node.func.attr.value == "apply":
                node = node.func.value
            else:
                return None

    def reads(self, resource: Resource | None, output: str) -> Iterator[Value]:
        wanted = snake(output)
        for node in inside(self.module, cst.Attribute):
            if node.attr.value == wanted and self.resource_at(node.value) is resource:
                yield self._opaque(node, "output")

    def documents(self, *places: tuple[str, str]) -> Iterator[Document | Unreachable]:
        for type, argument in places:
            for host in self.resources(type):
                if (entry := host.args.entry(argument)) is not None:
                    yield documents.behind(self, host, argument, entry.value.place)


    def comments(self) -> Iterator[Comment]:
        """Every comment, in source order."""
        found = {self.line(node): node for node in inside(self.module, cst.Comment)}
        for line, node in sorted(found.items()):
            yield Comment(node.value, line, self.lines[line - 1].lstrip().startswith("#"))

    def told_major(self) -> tuple[int, str] | None:
        """A type or a `type.input` in use that exists in one major of the provider only."""
        for resource in self.resources():
            for name in (resource.type, *(f"{resource.type}.{key}" for key in resource.args.keys)):
                if (major := self.package.told_by.get(name)) is not None:
                    return major, name
        return None


def read(text: str, package: ProviderPackage, provider: Provider) -> PythonProgram:
    """Parse a file; raises SourceError with the line where it does not parse."""
    try:
        module = cst.parse_module(text)
    except cst.ParserSyntaxError as error:
        message = f"does not parse as Python: {error.message}; left alone"
        raise SourceError(message.replace("\n", " "), line=error.raw_line) from error
    return PythonProgram(text, module, package, provider)


def _literal_key(element: cst.BaseDictElement) -> str | None:
    if isinstance(element, cst.DictElement) and isinstance(element.key, cst.SimpleString):
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
