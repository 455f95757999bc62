"""Python source as a `Program`: resources, values, texts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Any

from iacfix.languages import NO_NEIGHBOURS, Comment
from iacfix.languages.python import constants, documents, syntax
from iacfix.languages.python.choices import function_of
from iacfix.languages.python.comments import comments_of
from iacfix.languages.python.definitions import Definitions
from iacfix.languages.python.indirect import handed
from iacfix.languages.python.names import Names, camel, dotted, last_name, snake
from iacfix.languages.python.nullability import provenance
from iacfix.languages.python.origins import Trace
from iacfix.languages.python.outputs import Outputs
from iacfix.languages.python.parsed import parsed
from iacfix.languages.python.provider_names import ProviderNames
from iacfix.languages.python.shapes import Shapes
from iacfix.languages.python.tree import inside
from iacfix.languages.shared.natures import unresolved
from iacfix.languages.shared.program import SourceProgram
from iacfix.model import (
    Document,
    Fields,
    Hidden,
    Input,
    Invoke,
    Neighbours,
    Null,
    Origins,
    Provider,
    Resource,
    Spelling,
    Text,
    Unresolved,
    Value,
    Where,
)
from iacfix.registry import ProviderPackage

HOPS = 8
"""More hops than any real program has between a value and the resource it is read from."""
UNREAD = (syntax.Annotation, syntax.ImportFrom, syntax.Import, syntax.ParamStar)
DOCSTRING = (syntax.SimpleString, syntax.ConcatenatedString)
TEXTUAL = (syntax.BaseString, syntax.BinaryOperation, syntax.Call)


class PythonProgram(SourceProgram[syntax.Node]):
    """One parsed Python file."""

    def __init__(
        self, text: str, module: syntax.Module, package: ProviderPackage, provider: Provider, neighbours: Neighbours
    ) -> None:
        self.module = module
        self.names = Names(module)
        self.definitions = Definitions(self.names)
        self.provider_names = ProviderNames(self.definitions, package, neighbours)
        self.shapes = Shapes(self.definitions, self.provider_names, self)
        self.keywords = self.shapes.keywords
        self._known_results: dict[str, list[tuple[syntax.Node, Value]]] = {}
        super().__init__(text, package, provider, neighbours, self.shapes)

    @property
    def _root(self) -> syntax.Module:
        return self.module

    def _is_at_import(self, call: syntax.Node) -> bool:
        return self.names.is_at_import(call)

    def _named_in(self, node: syntax.Node) -> Iterator[syntax.Node]:
        for part in inside(node, (syntax.Call, syntax.Name)):
            if isinstance(part, syntax.Call):
                found = function_of(self.definitions, part)
            else:
                found = self.names.function(part) or self.definitions.of(part)
            if found is not None:
                yield found

    def _needs_engine(self, call: syntax.Node) -> bool:
        assert isinstance(call, syntax.Call)
        method = call.func.attr.value if isinstance(call.func, syntax.Attribute) else ""
        name = self.qualified(call.func) or ""
        if name in ("pulumi.export", "pulumi.StackReference") or (not name and method.startswith("require")):
            return True
        if any(arg.keyword is not None and arg.keyword.value == "opts" for arg in call.args):
            return True
        bound = self.names.assignment(call.func) if isinstance(call.func, syntax.Name) else None
        made = bound.node if bound is not None else None
        if not isinstance(made, syntax.FunctionDef | syntax.ClassDef):
            return False
        return any(made in self.names.ancestors(call) for call in self._types)

    # where things are

    @cached_property
    def lines(self) -> list[str]:
        return self.text.replace("\r\n", "\n").replace("\r", "\n").split("\n")

    def code(self, node: Any) -> str:
        return self.module.code(node)

    def line(self, node: Any) -> int:
        return self.module.line(node)

    def end_line(self, node: Any) -> int:
        return self.module.end_line(node)

    def column(self, node: Any) -> int:
        return self.module.column(node)

    def is_sole(self, place: Any) -> bool:
        if not self.definitions.is_sole(place):
            return False
        bound = self.names.bound_at(place.value, place)
        is_global = bound is not None and self.names.outer_function(bound) is None
        return not is_global or not self.neighbours.may_import(place.value)

    def provenance(self, place: Any) -> str:
        return provenance(self.definitions, place)

    def is_given(self, place: Any) -> bool:
        return super().is_given(documents.serialised(self.shapes, place))

    def indent_of(self, node: syntax.Node) -> str:
        """The white space the line of a node begins with."""
        line = self.lines[self.line(node) - 1]
        return line[: len(line) - len(line.lstrip())]

    @cached_property
    def outputs(self) -> Outputs:
        return Outputs(self.provider_names, self.resource_at)

    def unresolved(self) -> Iterator[Unresolved]:
        return unresolved(self.outputs.unresolved(), self.outputs.nature, self.shapes.opaque)

    def resource_at(self, node: syntax.Node) -> Resource | None:
        above = self.names.set_above(node) if isinstance(node, syntax.Name) else None
        return super().resource_at(node if above is None else above)

    def _where(self, node: syntax.Node) -> Where:
        return documents.where(self.shapes, self.resource_at, node)

    def _is_textual(self, node: syntax.Node) -> bool:
        return isinstance(node, TEXTUAL)

    def _inner(self, node: syntax.Node) -> list[syntax.Node]:
        is_documentation = isinstance(node, syntax.Expr) and isinstance(node.value, DOCSTRING)
        return [] if is_documentation or isinstance(node, UNREAD) else node.children()

    def _reads(self, text: Text) -> list[syntax.Node] | None:
        return constants.reads(self.definitions, self.neighbours, text)

    # names

    def _arguments(self, call: syntax.Node) -> Fields:
        assert isinstance(call, syntax.Call)
        return self.keywords(call)

    def named(self) -> Iterator[tuple[str, Value]]:
        for root in inside(self.module, syntax.Name):
            node: syntax.BaseExpression = root
            name = self.definitions.qualified(root) if self._is_imported(root) else None
            while isinstance(parent := node.parent, syntax.Attribute) and parent.value is node:
                if (longer := self.definitions.qualified(parent)) is None:
                    break
                node, name = parent, longer
            if name is not None and name.startswith(f"{self.provider_names.spelled}."):
                *modules, last = name.split(".")[1:]
                last = camel(last.removesuffix("_output")) if last[:1].islower() else last
                path = (self.package.name, *(module.rstrip("_") for module in modules), last)
                yield ".".join(path), self.shapes.opaque(node, "expression")

    def imported(self) -> Iterator[tuple[str, Value]]:
        for module, place in self._imported():
            name = ".".join(map(dotted, (module, place) if module is not None else (place,)))
            if name.startswith(f"{self.provider_names.spelled}."):
                path = (part.rstrip("_") for part in name.split(".")[1:])
                yield ".".join((self.package.name, *path)), self.shapes.opaque(place, "expression")

    def _imported(self) -> Iterator[tuple[syntax.BaseExpression | None, syntax.BaseExpression]]:
        """What every import names, and the module that it is taken from."""
        yield from ((None, one.name) for statement in inside(self.module, syntax.Import) for one in statement.names)
        for statement in inside(self.module, syntax.ImportFrom):
            if statement.module is None:
                continue
            if isinstance(statement.names, syntax.ImportStar):
                yield None, statement.module
            else:
                yield from ((statement.module, one.name) for one in statement.names)

    def _is_imported(self, root: syntax.Name) -> bool:
        """An import gives the name its value, and this is a place that reads it."""
        parent = root.parent
        is_part = (isinstance(parent, syntax.Attribute) and parent.value is not root) or (
            isinstance(parent, syntax.Arg) and parent.keyword is root
        )
        if is_part or isinstance(parent, syntax.ImportAlias):
            return False
        return self.names.may_be_imported(root)

    def _calls(self) -> list[syntax.Call]:
        return inside(self.module, syntax.Call)

    def _handed(self) -> Iterator[Resource]:
        return handed(self.shapes, self.resource)

    def resource(self, call: syntax.Node, type: str) -> Resource:
        assert isinstance(call, syntax.Call)
        positional = [arg.value for arg in call.args if arg.keyword is None and not arg.star]
        named = {arg.keyword.value: arg.value for arg in call.args if arg.keyword is not None}
        name = positional[0] if positional else named.get("resource_name")
        options = named.get("opts") or (positional[2] if len(positional) > 2 else None)
        args = self.keywords(call, builds=True)
        starred = args.spreads[: sum(bool(arg.star) for arg in call.args)]
        if len(positional) > 1 or "args" in named:
            given = self.value(positional[1] if len(positional) > 1 else named["args"], Spelling.INPUT)
            if isinstance(given, Fields):
                args = given
            elif isinstance(given.place, syntax.BaseExpression) and (
                self._is_options(given.place) or (isinstance(given, Null) and len(positional) == 2)
            ):
                options = given.place
            else:
                args = self.shapes.unseen(call, given)
        return Resource(
            node=call,
            place=call,
            reader=self,
            type=type,
            name=self.value(name, Spelling.DATA) if name is not None else None,
            args=args,
            options=self.options(options) if options is not None else self._spread_options(starred),
            binding=self._binding(call),
        )

    def _binding(self, call: syntax.Call) -> str | None:
        around = call.parent
        target = around.targets[-1].target if isinstance(around, syntax.Assign) else getattr(around, "target", None)
        return last_name(target)

    def _is_options(self, node: syntax.BaseExpression) -> bool:
        node = self.definitions.of(node) or node
        return isinstance(node, syntax.Call) and self.qualified(node.func) == "pulumi.ResourceOptions"

    def options(self, place: syntax.BaseExpression) -> Value:
        """Resource or invoke options as fields, where they are written as a `...Options(...)` call."""
        node = self.definitions.of(place) or place
        if isinstance(node, syntax.Call) and self.qualified(node.func) in {
            "pulumi.ResourceOptions",
            "pulumi.InvokeOptions",
        }:
            return self.keywords(node, place)
        return (
            Null(node=place, place=place, reader=self)
            if isinstance(node, syntax.Name) and node.value == "None"
            else self.shapes.opaque(place, "options")
        )

    def _spread_options(self, spreads: Sequence[Value]) -> Value | None:
        """The options that come, or may come, with inputs that are spread in the call."""
        seen = set[syntax.Node]()
        waiting = [*reversed(spreads)]
        while waiting:
            spread = waiting.pop()
            if not isinstance(spread, Fields):
                return self.shapes.opaque(spread.place, "options")
            if spread.place in seen:
                continue
            seen.add(spread.place)
            own = spread.get("opts")
            if own is not None:
                return self.options(own.place)
            waiting += reversed(spread.spreads)
        return None

    def referent(self, value: Value) -> Resource | None:
        node = value.place
        if isinstance(node, syntax.FormattedString) and len(node.parts) == 1:
            (part,) = node.parts
            node = part.expression if isinstance(part, syntax.FormattedStringExpression) else node
        for _ in range(HOPS):
            if (found := self.resource_at(node)) is not None:
                return found
            match node:
                case syntax.Attribute(value=syntax.Name(value="self")) | syntax.Name():
                    defined = self.definitions.of(node)
                case syntax.Attribute(value=owner):
                    defined = owner
                case syntax.Call(func=syntax.Attribute(value=owner, attr=syntax.Name(value="apply"))):
                    defined = owner
                case _:
                    defined = None
            if defined is None:
                return None
            node = defined
        return None

    def _used(self, name: str) -> Iterator[syntax.Name]:
        for node in inside(self.module, syntax.Name):
            parent = node.parent
            is_bound = isinstance(parent, syntax.ImportAlias | syntax.FunctionDef | syntax.ClassDef | syntax.Param)
            if node.value == name and not is_bound and not (isinstance(parent, syntax.Arg) and parent.keyword is node):
                yield node

    def _is_apart(self, node: syntax.Node) -> bool:
        return isinstance(node, syntax.FunctionDef | syntax.ClassDef)

    def given_options(self, node: syntax.Node) -> Value | None:
        if not isinstance(node, syntax.Call):
            return None
        name = self.qualified(node.func) or ""
        if name.startswith("pulumi_") and not name.startswith(self.provider_names.spelled):
            return Null(node=node, place=node, reader=self)
        given = (arg.value for arg in node.args if arg.keyword is not None and arg.keyword.value == "opts")
        options = next(given, None)
        return self.options(options) if options is not None else None

    def origins(self, value: Value) -> Origins:
        return self._trace().origins(value.place)

    def _trace(self) -> Trace:
        return Trace(self.provider_names, self.resource_at, self.given_options)

    def reads(self, made: Resource | Invoke | None, output: str, binding: str = "") -> Iterator[Value]:
        wanted = snake(output)
        if isinstance(made, Invoke):
            yield from (read for call, read in self._results(wanted) if call is made.node)
            return
        for node in self._accesses.get(wanted, ()):
            if self.resource_at(node.value) is made and (not binding or last_name(node.value) == binding):
                yield self.shapes.opaque(node, "output")
        if made is None and not binding:
            yield from self.spelled(wanted)

    def _results(self, member: str) -> list[tuple[syntax.Node, Value]]:
        """The calls of the provider of whose result something is read by this name, each with the place."""
        if member not in self._known_results:
            self._known_results[member] = [
                (call, self.shapes.opaque(node, "expression" if may_be_another else "output"))
                for node in self._accesses.get(member, ())
                for call, is_certain in self._trace().results(node, member)
                for may_be_another in [not is_certain or self._is_inspected(node)]
            ]
        return self._known_results[member]

    def _is_inspected(self, read: syntax.Attribute) -> bool:
        """The program asks what the object has before it reads, so that more than one may be meant."""
        return self.code(read.value) in self._inspected

    @cached_property
    def _inspected(self) -> set[str]:
        """The objects that are asked for what they have, as they are written."""
        calls = (call for call in inside(self.module, syntax.Call) if self.code(call.func) in ("getattr", "hasattr"))
        return {self.code(call.args[0].value) for call in calls if call.args}

    @cached_property
    def _accesses(self) -> dict[str, list[syntax.Attribute]]:
        """Where something is read by its name."""
        found = dict[str, list[syntax.Attribute]]()
        for node in inside(self.module, syntax.Attribute):
            found.setdefault(node.attr.value, []).append(node)
        return found

    def _document(self, given: Input) -> Document | Hidden:
        return documents.behind(self.shapes, given)

    def comments(self) -> Iterator[Comment]:
        """Every comment of the text, in source order."""
        return iter(self._comments)

    @cached_property
    def _comments(self) -> list[Comment]:
        return list(comments_of(self.module.source))


def read(
    text: str, package: ProviderPackage, provider: Provider, neighbours: Neighbours = NO_NEIGHBOURS
) -> PythonProgram:
    """Parse a file; raises SourceError where it does not parse, with the line, or nests too deep."""
    return PythonProgram(text, parsed(text), package, provider, neighbours)
