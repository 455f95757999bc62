"""What a value is made of, followed backwards as far as the file shows it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import libcst as cst
from libcst.metadata import Assignment

from iacfix.languages.python.documents import results, returned
from iacfix.languages.python.names import assigned_value
from iacfix.languages.python.tree import children
from iacfix.model import Origins, Resource, Value

if TYPE_CHECKING:
    from iacfix.languages.python.read import PythonProgram

STACK = "pulumi.StackReference"
STACK_OUTPUTS = frozenset({"get_output", "get_output_details", "require_output", "require_output_details"})
TAKEN = frozenset({"get", "pop"})
Path = tuple[str | int | None, ...]
"""The members that are read of an expression, the first first; None for one that is computed."""
Steps = Iterator[tuple[cst.CSTNode, Path]]


@dataclass
class Trace:
    """One walk back from a value."""

    program: PythonProgram
    resources: dict[cst.CSTNode, Resource] = field(default_factory=dict[cst.CSTNode, Resource])
    options: list[Value] = field(default_factory=list[Value])
    literals: set[str] = field(default_factory=set[str])
    imported: set[tuple[str, ...]] = field(default_factory=set[tuple[str, ...]])
    of_stack: bool = False

    def origins(self, start: cst.CSTNode) -> Origins:
        waiting: list[tuple[cst.CSTNode, Path]] = [(start, ())]
        seen: set[tuple[cst.CSTNode, Path]] = set()
        while waiting:
            found = waiting.pop()
            if found not in seen:
                seen.add(found)
                waiting.extend(self._step(*found))
        return Origins(
            resources=tuple(self.resources.values()),
            options=tuple(self.options),
            literals=frozenset(self.literals),
            imported=frozenset(self.imported),
            of_stack=self.of_stack,
        )

    def _step(self, node: cst.CSTNode, path: Path) -> Steps:
        match node:
            case cst.Name():
                yield from self._named(node, path)
            case cst.Attribute():
                yield from self._member(node, path)
            case cst.Subscript(value=value, slice=[cst.SubscriptElement(slice=cst.Index(value=key))]):
                yield value, (self._key(key), *path)
            case cst.Call():
                yield from self._called(node, path)
            case cst.SimpleString() | cst.ConcatenatedString() if isinstance(text := node.evaluated_value, str):
                self.literals.add(text)
            case cst.Integer():
                self.literals.add(node.value)
            case cst.Dict() | cst.List() | cst.Tuple():
                yield from self._part(node, path)
            case cst.IfExp(body=body, orelse=otherwise):
                yield body, path
                yield otherwise, path
            case cst.BooleanOperation(left=left, right=right):
                yield left, path
                yield right, path
            case cst.Await(expression=expression):
                yield expression, path
            case cst.Comparison() | cst.Lambda():
                pass
            case _:
                yield from ((child, ()) for child in children(node))

    @staticmethod
    def _key(key: cst.BaseExpression) -> str | int | None:
        match key:
            case cst.SimpleString() if isinstance(key.evaluated_value, str):
                return key.evaluated_value
            case cst.Integer():
                return key.evaluated_value
            case _:
                return None

    def _part(self, node: cst.Dict | cst.List | cst.Tuple, path: Path) -> Steps:
        """The member that is read, all of them where that cannot be told."""
        first = path[0] if path else None
        if isinstance(node, cst.Dict):
            keyed = [(element, self._literal(element)) for element in node.elements]
            mine = [element for element, key in keyed if key == first and first is not None]
        else:
            plain = all(isinstance(element, cst.Element) for element in node.elements)
            mine = (
                [node.elements[first]]
                if isinstance(first, int) and plain and -len(node.elements) <= first < len(node.elements)
                else []
            )
        for element in mine or node.elements:
            yield element.value, path[1:] if mine else ()

    def _literal(self, element: cst.BaseDictElement) -> str | int | None:
        return self._key(element.key) if isinstance(element, cst.DictElement) else None

    # names

    def _named(self, name: cst.Name, path: Path) -> Steps:
        """What binds a name; of several bindings any may be meant."""
        for bound in self.program.names.scope(name)[name.value]:
            if not isinstance(bound, Assignment):
                continue
            node = bound.node
            if isinstance(node, cst.Import | cst.ImportFrom | cst.ImportAlias):
                self._is_imported(name, path)
            elif (value := assigned_value(self.program.names.parents, node)) is not None:
                yield value, path
            else:
                yield from self._bound(node, path)

    def _is_imported(self, name: cst.Name, path: Path) -> None:
        dotted = self.program.qualified(name) or name.value
        members = [part for part in path if isinstance(part, str)]
        self.imported.add((dotted, *members))

    def _bound(self, node: cst.CSTNode, path: Path) -> Steps:
        """What a parameter, a loop or an unpacking gives to its name."""
        parents = self.program.names.parents
        parent = parents.get(node)
        if isinstance(node, cst.Param):
            yield from self._given(node, path)
        elif isinstance(parent, cst.Param):
            yield from self._given(parent, path)
        elif isinstance(parent, cst.For | cst.CompFor):
            yield parent.iter, (None, *path)
        elif isinstance(parent, cst.Element) and isinstance(listed := parents[parent], cst.Tuple | cst.List):
            index = list(listed.elements).index(parent)
            around = parents[listed]
            if isinstance(around, cst.For | cst.CompFor):
                yield around.iter, (None, index, *path)
            elif (value := assigned_value(parents, listed)) is not None:
                yield value, (index, *path)

    def _given(self, param: cst.Param, path: Path) -> Steps:
        """A parameter's default, and what the calls of the file hand to it."""
        if param.default is not None:
            yield param.default, path
        names = self.program.names
        function = next(
            (node for node in names.ancestors(param) if isinstance(node, cst.Lambda | cst.FunctionDef)), None
        )
        if function is None:
            return
        uses = [function] if isinstance(function, cst.Lambda) else names.uses_of_function(function)
        params = [*function.params.posonly_params, *function.params.params]
        for use in uses:
            parent = names.parents[use]
            if isinstance(parent, cst.Arg):
                call = names.parents[parent]
                if (
                    isinstance(call, cst.Call)
                    and isinstance(call.func, cst.Attribute)
                    and call.func.attr.value == "apply"
                ):
                    yield call.func.value, path
            elif isinstance(parent, cst.Call) and parent.func is use:
                index = params.index(param) if param in params else -1
                plain = [arg.value for arg in parent.args if arg.keyword is None and not arg.star]
                yield from ((value, path) for value in plain[index : index + 1] if index >= 0)
                yield from (
                    (arg.value, path)
                    for arg in parent.args
                    if arg.keyword is not None and arg.keyword.value == param.name.value
                )

    def _member(self, node: cst.Attribute, path: Path) -> Steps:
        if (resource := self.program.resource_at(node)) is not None:
            self.resources[resource.node] = resource
        elif isinstance(node.value, cst.Name) and node.value.value == "self":
            value = self.program.names.attribute(node, node.attr.value)
            if value is not None:
                yield value, path
        else:
            yield node.value, (node.attr.value, *path)

    # calls

    def _called(self, call: cst.Call, path: Path) -> Steps:
        program, name = self.program, self.program.qualified(call.func) or ""
        if (resource := program.resource_at(call)) is not None:
            self.resources[resource.node] = resource
            return
        method = call.func.attr.value if isinstance(call.func, cst.Attribute) else ""
        if name == STACK or method in STACK_OUTPUTS:
            self.of_stack = True
            return
        if program.function_of(call):
            return
        if (options := program.given_options(call)) is not None:
            self.options.append(options)
        function = program.names.function(call.func)
        if function is not None and (given := results(function)):
            yield from ((result, path) for result in given)
        elif isinstance(call.func, cst.Attribute) and name in ("", f"pulumi.{method}"):
            yield from self._of_method(call, call.func, method, path)
        elif name == "pulumi.Output.all":
            yield from self._of_all(call, path)
        else:
            kept = path if name.startswith("pulumi.Output.") and len(call.args) == 1 else ()
            yield from ((arg.value, kept) for arg in call.args)
            yield call.func, ()

    def _of_method(self, call: cst.Call, func: cst.Attribute, method: str, path: Path) -> Steps:
        if method == "apply" and call.args:
            result, _ = returned(self.program, call.args[0].value)
            yield (result, path) if result is not None else (func.value, ())
        elif method in TAKEN and call.args:
            yield func.value, (self._key(call.args[0].value), *path)
            yield from ((arg.value, path) for arg in call.args[1:])
        else:
            yield func.value, ()
            yield from ((arg.value, ()) for arg in call.args)

    @staticmethod
    def _of_all(call: cst.Call, path: Path) -> Steps:
        """The one that is read of several outputs, all of them where that cannot be told."""
        first = path[0] if path else None
        named = [arg for arg in call.args if arg.keyword is not None and arg.keyword.value == first]
        plain = [arg for arg in call.args if arg.keyword is None and not arg.star]
        if isinstance(first, int) and len(plain) == len(call.args):
            named = plain[first : first + 1] if first >= 0 else plain[first:][:1]
        for arg in named or call.args:
            yield arg.value, path[1:] if named else ()
