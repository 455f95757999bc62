"""Python source as a `Program`: resources, values, texts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Any

from iacfix.languages import ALONE, Comment
from iacfix.languages.python import constants, documents, syntax
from iacfix.languages.python.comments import comments_of
from iacfix.languages.python.definitions import Definitions
from iacfix.languages.python.indirect import handed
from iacfix.languages.python.names import Names, camel, last_name, snake
from iacfix.languages.python.nullability import whence
from iacfix.languages.python.origins import Trace
from iacfix.languages.python.parsed import parsed
from iacfix.languages.python.provider_names import ProviderNames
from iacfix.languages.python.scopes import ImportAssignment
from iacfix.languages.python.shapes import Shapes
from iacfix.languages.python.tree import inside
from iacfix.languages.shared.inputs import inputs
from iacfix.languages.shared.touched import EXTENDED
from iacfix.model import (
    Caller,
    Document,
    Fields,
    Hidden,
    Input,
    Invoke,
    Neighbours,
    Null,
    Origins,
    Provider,
    Read,
    Resource,
    Spelling,
    Text,
    Value,
    Where,
)
from iacfix.registry import ProviderPackage

HOPS = 8
"""More hops than any real program has between a value and the resource it is read from."""
UNREAD = (syntax.Annotation, syntax.ImportFrom, syntax.Import)
DOCSTRING = (syntax.SimpleString, syntax.ConcatenatedString)
TEXTUAL = (syntax.BaseString, syntax.BinaryOperation, syntax.Call)


class PythonProgram:
    """One parsed file; the values it hands out point into its tree."""

    def __init__(
        self, text: str, module: syntax.Module, package: ProviderPackage, provider: Provider, neighbours: Neighbours
    ) -> None:
        self.text = text
        self._neighbours = neighbours
        self.module = module
        self.package = package
        self.names = Names(module)
        self.definitions = Definitions(self.names)
        self._provider = provider
        self.provider_names = ProviderNames(self.definitions, package)
        self.shapes = Shapes(self.definitions, self.provider_names, self)
        self.value, self.shape, self.keywords = self.shapes.value, self.shapes.shape, self.shapes.keywords
        self.qualified, self.function_of = self.provider_names.qualified, self.provider_names.function_of
        self.type_of, self.type_named = self.provider_names.type_of, self.provider_names.type_named
        self._python = package.packages["python"]
        self._known_results: dict[str, list[tuple[syntax.Node, Value]]] = {}

    @property
    def neighbours(self) -> Neighbours:
        return self._neighbours

    @property
    def provider(self) -> Provider:
        return self._provider

    @property
    def is_beside(self) -> bool:
        return self._python not in self.text

    @cached_property
    def deploys(self) -> bool:
        """Importing the module needs Pulumi's engine already: it makes or asks something, or hands something over."""
        if self.neighbours.is_entry:
            return True
        atoms = (call for call in self.calls if self.names.is_at_import(call))
        return any(self._needs_engine(call) for call in atoms)

    def _needs_engine(self, call: syntax.Call) -> bool:
        if call in self._resources or self.function_of(call) is not None:
            return True
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
        return any(made in self.names.ancestors(resource) for resource in self._resources)

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

    def whence(self, place: Any) -> str:
        return whence(self.definitions, place)

    def indent_of(self, node: syntax.Node) -> str:
        """The white space the line of a node begins with."""
        line = self.lines[self.line(node) - 1]
        return line[: len(line) - len(line.lstrip())]

    def texts(self) -> Iterator[Text]:
        return iter(self._texts)

    def where(self, text: Text) -> Where:
        return documents.where(self.shapes, self.resource_at, text.node)

    @cached_property
    def _texts(self) -> list[Text]:
        """The outermost expressions that are text, docstrings and annotations aside."""
        found: list[Text] = []
        stack: list[syntax.Node] = [self.module]
        while stack:
            node = stack.pop()
            if isinstance(node, syntax.Annotation | syntax.ImportFrom | syntax.Import | syntax.ParamStar):
                continue
            if isinstance(node, syntax.Expr) and isinstance(
                node.value, syntax.SimpleString | syntax.ConcatenatedString
            ):
                continue
            if isinstance(node, TEXTUAL) and (text := self.shapes.text(node, node)) is not None:
                found.append(text)
                stack += [chunk.value.place for chunk in reversed(text.chunks) if chunk.value is not None]
            else:
                stack += reversed(node.children())
        return found

    @cached_property
    def parts(self) -> dict[syntax.Node, tuple[Text, int]]:
        """The computed parts of texts: the text, and where in its pattern the part is."""
        return {chunk.value.place: (text, at) for text in self._texts for chunk, at in text.placed if chunk.value}

    def read_by(self, text: Text) -> list[Read] | None:
        return constants.read_by(self.definitions, self.neighbours, text, self._read)

    def _read(self, node: syntax.Node) -> Read:
        text, at = self.parts.get(node, (None, 0))
        return Read(documents.where(self.shapes, self.resource_at, text.node if text is not None else node), text, at)

    # names

    def untouched(self, node: syntax.Node) -> str | None:
        """Why nothing is edited there: the node lies in a call that constructs a resource through a class of the file,
        or that does not call the resource's class."""
        around = [found for found in (node, *self.names.ancestors(node)) if found in self._built]
        if any(isinstance(call, syntax.Call) and self._is_extended(call) for call in around):
            return EXTENDED
        return self._built[around[0]].untouched if around else None

    def _is_extended(self, call: syntax.Call) -> bool:
        return call in self._resources and self.type_named(call.func) is None

    def invokes(self, *functions: str) -> Iterator[Invoke]:
        for call in self.calls:
            function = self.function_of(call)
            if function is not None and (not functions or function in functions):
                yield Invoke(node=call, place=call, reader=self, function=function, args=self.keywords(call))

    def named(self) -> Iterator[tuple[str, Value]]:
        for root in inside(self.module, syntax.Name):
            node: syntax.BaseExpression = root
            name = self.qualified(root) if self._is_imported(root) else None
            while isinstance(parent := node.parent, syntax.Attribute) and parent.value is node:
                if (longer := self.qualified(parent)) is None:
                    break
                node, name = parent, longer
            if name is not None and name.startswith(f"{self._python}."):
                *modules, last = name.split(".")[1:]
                last = camel(last.removesuffix("_output")) if last[:1].islower() else last
                path = (self.package.name, *(module.rstrip("_") for module in modules), last)
                yield ".".join(path), self.shapes.opaque(node, "expression")

    def _is_imported(self, root: syntax.Name) -> bool:
        """An import gives the name its value, and this is a place that reads it."""
        parent = root.parent
        is_part = (isinstance(parent, syntax.Attribute) and parent.value is not root) or (
            isinstance(parent, syntax.Arg) and parent.keyword is root
        )
        if is_part or isinstance(parent, syntax.ImportAlias):
            return False
        return any(isinstance(bound, ImportAssignment) for bound in self.names.scope(root)[root.value])

    @cached_property
    def calls(self) -> list[syntax.Call]:
        """Every call, in source order."""
        return inside(self.module, syntax.Call)

    @cached_property
    def _resources(self) -> dict[syntax.Call, Resource]:
        return {call: self.resource(call, type) for call in self.calls if (type := self.type_of(call))}

    @cached_property
    def _all(self) -> list[Resource]:
        """The resources with those whose class is chosen or handed on."""
        others = list(handed(self.shapes, self.resource))
        both = [*self._resources.values(), *others]
        return sorted(both, key=lambda found: (found.line, found.column)) if others else both

    @cached_property
    def _built(self) -> dict[syntax.Node, Resource]:
        return {found.node: found for found in self._all}

    def resources(self, *types: str) -> Iterator[Resource]:
        return (found for found in self._all if not types or found.type in types)

    def resource(self, call: syntax.Call, type: str) -> Resource:
        """What a call constructs, as an instance of a type."""
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
        for spread in spreads:
            if not isinstance(spread, Fields):
                return self.shapes.opaque(spread.place, "options")
            own = spread.get("opts")
            found = self.options(own.place) if own is not None else self._spread_options(spread.spreads)
            if found is not None:
                return found
        return None

    def resource_at(self, node: syntax.BaseExpression) -> Resource | None:
        """The resource an expression stands for: the call itself, a variable or `self.x` that holds it."""
        definition = self.definitions.of(node) or node
        return self._resources.get(definition) if isinstance(definition, syntax.Call) else None

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

    def callers(self, name: str) -> Iterator[Caller]:
        for node in inside(self.module, syntax.Name):
            parent = node.parent
            is_bound = isinstance(parent, syntax.ImportAlias | syntax.FunctionDef | syntax.ClassDef | syntax.Param)
            if node.value == name and not is_bound and not (isinstance(parent, syntax.Arg) and parent.keyword is node):
                yield self._caller(node)

    def _caller(self, node: syntax.Name) -> Caller:
        for call in self.names.ancestors(node):
            if isinstance(call, syntax.FunctionDef | syntax.ClassDef):
                break
            if not isinstance(call, syntax.Call):
                continue
            if (resource := self._resources.get(call)) is not None:
                return Caller(resource, resource.options)
            if (options := self.given_options(call)) is not None:
                return Caller(None, options)
        return Caller()

    def given_options(self, call: syntax.Call) -> Value | None:
        """The options of a call that makes something, but for what another package's provider makes."""
        name = self.qualified(call.func) or ""
        if name.startswith("pulumi_") and not name.startswith(self._python):
            return Null(node=call, place=call, reader=self)
        given = (arg.value for arg in call.args if arg.keyword is not None and arg.keyword.value == "opts")
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
            yield from (text for text in self.texts() if text.literal == wanted)

    def _results(self, member: str) -> list[tuple[syntax.Node, Value]]:
        """The calls of the provider of whose result something is read by this name, each with the place."""
        if member not in self._known_results:
            self._known_results[member] = [
                (call, self.shapes.opaque(node, "output" if is_certain else "expression"))
                for node in self._accesses.get(member, ())
                for call, is_certain in self._trace().results(node, member)
            ]
        return self._known_results[member]

    @cached_property
    def _accesses(self) -> dict[str, list[syntax.Attribute]]:
        """Where something is read by its name."""
        found = dict[str, list[syntax.Attribute]]()
        for node in inside(self.module, syntax.Attribute):
            found.setdefault(node.attr.value, []).append(node)
        return found

    def at(self, *places: tuple[str, str]) -> Iterator[Input | Hidden]:
        for type, path in places:
            yield from inputs(self.resources(type), path)

    def documents(self, *places: tuple[str, str]) -> Iterator[Document | Hidden]:
        return (
            found if isinstance(found, Hidden) else documents.behind(self.shapes, found) for found in self.at(*places)
        )

    def comments(self) -> Iterator[Comment]:
        """Every comment of the text, in source order."""
        return iter(self._comments)

    @cached_property
    def _comments(self) -> list[Comment]:
        return list(comments_of(self.module.source))

    def told_major(self) -> tuple[int, str] | None:
        """A type or a `type.input` in use that exists in one major of the provider only; None where two disagree."""
        told: dict[int, str] = {}
        for resource in self.resources():
            for name in (resource.type, *(f"{resource.type}.{key}" for key in resource.args.keys)):
                if (major := self.package.told_by.get(name)) is not None:
                    told.setdefault(major, name)
        return next(iter(told.items())) if len(told) == 1 else None


def read(text: str, package: ProviderPackage, provider: Provider, neighbours: Neighbours = ALONE) -> PythonProgram:
    """Parse a file; raises SourceError where it does not parse, with the line, or nests too deep."""
    return PythonProgram(text, parsed(text), package, provider, neighbours)
