"""What a value is made of, followed backwards as far as the file shows it."""

from __future__ import annotations

from collections.abc import Iterator

from iacfix.languages.python import syntax
from iacfix.languages.python.documents import results, returned
from iacfix.languages.python.names import assigned_value
from iacfix.languages.python.provider_names import ProviderNames
from iacfix.languages.python.scopes import Assignment
from iacfix.languages.shared import origins
from iacfix.languages.shared.choices import Path

STACK = "pulumi.StackReference"
STACK_OUTPUTS = frozenset({"get_output", "get_output_details", "require_output", "require_output_details"})
TAKEN = frozenset({"get", "pop"})
Steps = Iterator[tuple[syntax.Node, Path]]


class Trace(origins.Trace[syntax.Node, ProviderNames]):
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
                self._is_imported(self.provider.qualified(name) or name.value, path)
            elif (value := assigned_value(node)) is not None:
                yield value, path
            else:
                given = list(self._bound(node, path))
                self.is_open |= not given
                yield from given

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
        if self._is_resource(node):
            return
        if isinstance(node.value, syntax.Name) and node.value.value == "self":
            value = self.provider.definitions.field(node, node.attr.value)
            if value is not None:
                yield value, path
        else:
            yield node.value, (node.attr.value, *path)

    # calls

    def _called(self, call: syntax.Call, path: Path) -> Steps:
        name = self.provider.qualified(call.func) or ""
        if self._is_resource(call):
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
