"""What a value is made of, followed backwards as far as the file shows it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from iacfix.languages.python import syntax
from iacfix.languages.python.documents import ResourceAt, results, returned
from iacfix.languages.python.names import assigned_value
from iacfix.languages.python.provider_names import ProviderNames
from iacfix.languages.python.scopes import Assignment
from iacfix.model import Origins, Resource, Value

STACK = "pulumi.StackReference"
STACK_OUTPUTS = frozenset({"get_output", "get_output_details", "require_output", "require_output_details"})
TAKEN = frozenset({"get", "pop"})
Path = tuple[str | int | None, ...]
"""The members that are read of an expression, the first first; None for one that is computed."""
Steps = Iterator[tuple[syntax.Node, Path]]


@dataclass
class Trace:
    """One walk back from a value."""

    provider: ProviderNames
    resource_at: ResourceAt
    given_options: Callable[[syntax.Call], Value | None]
    """The options of what makes something and names a provider."""

    resources: dict[syntax.Node, Resource] = field(default_factory=dict[syntax.Node, Resource])
    options: list[Value] = field(default_factory=list[Value])
    literals: set[str] = field(default_factory=set[str])
    imported: set[tuple[str, ...]] = field(default_factory=set[tuple[str, ...]])
    of_stack: bool = False
    ends: list[tuple[syntax.Node, Path]] = field(default_factory=list[tuple[syntax.Node, Path]])
    """Where the walk goes no further, with the members that are read of what is there."""
    is_open: bool = False
    """Something else may be handed in, in a way that the file does not show."""

    _apart: Path = ()
    """The members that are read of what something is made of: which of them is what is read of it, nobody knows."""

    def results(self, read: syntax.Node, member: str) -> Iterator[tuple[syntax.Node, bool]]:
        """The calls of the provider whose result has this member that is read, and whether nothing else may be read."""
        self._apart = (None,)
        self._walk(read)
        calls = [node for node, path in self.ends if path == (member,) and self._asks(node)]
        is_certain = len(calls) == len(self.ends) and not self.is_open
        yield from ((call, is_certain) for call in calls)

    def _asks(self, node: syntax.Node) -> bool:
        return isinstance(node, syntax.Call) and self.provider.function_of(node) is not None

    def _walk(self, start: syntax.Node) -> None:
        waiting: list[tuple[syntax.Node, Path]] = [(start, ())]
        seen: set[tuple[syntax.Node, Path]] = set()
        while waiting:
            found = waiting.pop()
            if found not in seen:
                seen.add(found)
                steps = list(self._step(*found))
                waiting.extend(steps)
                self.ends += [] if steps else [found]

    def origins(self, start: syntax.Node) -> Origins:
        self._walk(start)
        return Origins(
            resources=tuple(self.resources.values()),
            options=tuple(self.options),
            literals=frozenset(self.literals),
            imported=frozenset(self.imported),
            of_stack=self.of_stack,
        )

    def _step(self, node: syntax.Node, path: Path) -> Steps:
        match node:
            case syntax.Name():
                yield from self._named(node, path)
            case syntax.Attribute():
                yield from self._member(node, path)
            case syntax.Subscript(value=value, slice=[syntax.SubscriptElement(slice=syntax.Index(value=key))]):
                yield value, (self._key(key), *path)
            case syntax.Call():
                yield from self._called(node, path)
            case syntax.SimpleString() | syntax.ConcatenatedString() if isinstance(text := node.evaluated_value, str):
                self.literals.add(text)
            case syntax.Integer():
                self.literals.add(node.value)
            case syntax.Dict() | syntax.List() | syntax.Tuple():
                yield from self._part(node, path)
            case syntax.IfExp(body=body, orelse=otherwise):
                yield body, path
                yield otherwise, path
            case syntax.BooleanOperation(left=left, right=right):
                yield left, path
                yield right, path
            case syntax.Await(expression=expression):
                yield expression, path
            case syntax.Comparison() | syntax.Lambda():
                pass
            case _:
                yield from ((child, self._apart) for child in node.children())

    @staticmethod
    def _key(key: syntax.BaseExpression) -> str | int | None:
        match key:
            case syntax.SimpleString() if isinstance(key.evaluated_value, str):
                return key.evaluated_value
            case syntax.Integer():
                return key.evaluated_value
            case _:
                return None

    def _part(self, node: syntax.Dict | syntax.List | syntax.Tuple, path: Path) -> Steps:
        """The member that is read, all of them where that cannot be told."""
        first = path[0] if path else None
        if isinstance(node, syntax.Dict):
            keyed = [(element, self._literal(element)) for element in node.elements]
            mine = [element for element, key in keyed if key == first and first is not None]
        else:
            plain = all(isinstance(element, syntax.Element) for element in node.elements)
            mine = (
                [node.elements[first]]
                if isinstance(first, int) and plain and -len(node.elements) <= first < len(node.elements)
                else []
            )
        for element in mine or node.elements:
            yield element.value, path[1:] if mine else self._apart

    def _literal(self, element: syntax.BaseDictElement) -> str | int | None:
        return self._key(element.key) if isinstance(element, syntax.DictElement) else None

    # names

    def _named(self, name: syntax.Name, path: Path) -> Steps:
        """What binds a name; of several bindings any may be meant."""
        for bound in self.provider.definitions.names.scope(name)[name.value]:
            if not isinstance(bound, Assignment):
                continue
            node = bound.node
            if isinstance(node, syntax.Import | syntax.ImportFrom | syntax.ImportAlias):
                self._is_imported(name, path)
            elif (value := assigned_value(node)) is not None:
                yield value, path
            else:
                given = list(self._bound(node, path))
                self.is_open |= not given
                yield from given

    def _is_imported(self, name: syntax.Name, path: Path) -> None:
        dotted = self.provider.qualified(name) or name.value
        members = [part for part in path if isinstance(part, str)]
        self.imported.add((dotted, *members))
        self.is_open = True

    def _bound(self, node: syntax.Node, path: Path) -> Steps:
        """What a parameter, a loop or an unpacking gives to its name."""
        parent = node.parent
        if isinstance(node, syntax.Param):
            yield from self._given(node, path)
        elif isinstance(parent, syntax.Param):
            yield from self._given(parent, path)
        elif isinstance(parent, syntax.For | syntax.CompFor):
            yield parent.iter, (None, *path)
        elif isinstance(parent, syntax.Element) and isinstance(listed := parent.parent, syntax.Tuple | syntax.List):
            index = list(listed.elements).index(parent)
            around = listed.parent
            if isinstance(around, syntax.For | syntax.CompFor):
                yield around.iter, (None, index, *path)
            elif (value := assigned_value(listed)) is not None:
                yield value, (index, *path)

    def _given(self, param: syntax.Param, path: Path) -> Steps:
        """A parameter's default, and what the calls of the file hand to it."""
        if param.default is not None:
            yield param.default, path
        names = self.provider.definitions.names
        function = next(
            (node for node in names.ancestors(param) if isinstance(node, syntax.Lambda | syntax.FunctionDef)), None
        )
        if function is None:
            return
        uses = [function] if isinstance(function, syntax.Lambda) else names.uses_of_function(function)
        params = [*function.params.posonly_params, *function.params.params]
        self.is_open |= not uses
        for use in uses:
            parent = use.parent
            if isinstance(parent, syntax.Arg):
                call = parent.parent
                if (
                    isinstance(call, syntax.Call)
                    and isinstance(call.func, syntax.Attribute)
                    and call.func.attr.value == "apply"
                ):
                    yield call.func.value, path
                    continue
            self.is_open = True
            if isinstance(parent, syntax.Call) and parent.func is use:
                index = params.index(param) if param in params else -1
                plain = [arg.value for arg in parent.args if arg.keyword is None and not arg.star]
                yield from ((value, path) for value in plain[index : index + 1] if index >= 0)
                yield from (
                    (arg.value, path)
                    for arg in parent.args
                    if arg.keyword is not None and arg.keyword.value == param.name.value
                )

    def _member(self, node: syntax.Attribute, path: Path) -> Steps:
        if (resource := self.resource_at(node)) is not None:
            self.resources[resource.node] = resource
        elif isinstance(node.value, syntax.Name) and node.value.value == "self":
            value = self.provider.definitions.field(node, node.attr.value)
            if value is not None:
                yield value, path
        else:
            yield node.value, (node.attr.value, *path)

    # calls

    def _called(self, call: syntax.Call, path: Path) -> Steps:
        name = self.provider.qualified(call.func) or ""
        if (resource := self.resource_at(call)) is not None:
            self.resources[resource.node] = resource
            return
        method = call.func.attr.value if isinstance(call.func, syntax.Attribute) else ""
        if name == STACK or method in STACK_OUTPUTS:
            self.of_stack = True
            return
        if self.provider.function_of(call):
            return
        if (options := self.given_options(call)) is not None:
            self.options.append(options)
        function = self.provider.definitions.names.function(call.func)
        if function is not None and (given := results(function)):
            yield from ((result, path) for result in given)
        elif isinstance(call.func, syntax.Attribute) and name in ("", f"pulumi.{method}"):
            yield from self._of_method(call, call.func, method, path)
        elif name == "pulumi.Output.all":
            yield from self._of_all(call, path)
        else:
            kept = path if name.startswith("pulumi.Output.") and len(call.args) == 1 else ()
            yield from ((arg.value, kept) for arg in call.args)
            yield call.func, ()

    def _of_method(self, call: syntax.Call, func: syntax.Attribute, method: str, path: Path) -> Steps:
        if method == "apply" and call.args:
            result, _ = returned(self.provider.definitions.names, call.args[0].value)
            yield (result, path) if result is not None else (func.value, ())
        elif method in TAKEN and call.args:
            yield func.value, (self._key(call.args[0].value), *path)
            yield from ((arg.value, path) for arg in call.args[1:])
        else:
            yield func.value, ()
            yield from ((arg.value, self._apart) for arg in call.args)

    @staticmethod
    def _of_all(call: syntax.Call, path: Path) -> Steps:
        """The one that is read of several outputs, all of them where that cannot be told."""
        first = path[0] if path else None
        named = [arg for arg in call.args if arg.keyword is not None and arg.keyword.value == first]
        plain = [arg for arg in call.args if arg.keyword is None and not arg.star]
        if isinstance(first, int) and len(plain) == len(call.args):
            named = plain[first : first + 1] if first >= 0 else plain[first:][:1]
        for arg in named or call.args:
            yield arg.value, path[1:] if named else ()
