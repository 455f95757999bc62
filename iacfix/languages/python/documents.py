"""The way from an argument to the JSON document behind it, and back from a string to the place it serves."""

from __future__ import annotations

from collections.abc import Callable

from iacfix import reasons
from iacfix.languages.python import syntax
from iacfix.languages.python.names import Names, camel
from iacfix.languages.python.shapes import Shapes
from iacfix.languages.shared import documents
from iacfix.model import Document, Fields, Hidden, Input, Items, Resource, Spelling, Text, Use, Where

SERIALISERS = frozenset({"json.dumps", "pulumi.Output.json_dumps"})
LIFTED = frozenset({"pulumi.Output.from_input", "pulumi.Output.secret"})

ResourceAt = Callable[[syntax.Node], Resource | None]
"""Which resource an expression stands for."""


def behind(shapes: Shapes, given: Input) -> Document | Hidden:
    """The document that an input receives, wherever it is built."""
    return documents.behind(given, lambda node: _step(shapes, node), shapes.shape)


def _step(shapes: Shapes, node: syntax.BaseExpression) -> syntax.BaseExpression | Fields | Items | Text | str:
    """One hop towards the document: the next expression, the document itself, or why there is no way on."""
    match node:
        case syntax.Dict() | syntax.List():
            return documents.root(shapes, node)
        case syntax.SimpleString() | syntax.ConcatenatedString() | syntax.FormattedString():
            text = shapes.shape(node, node, Spelling.DATA)
            return text if isinstance(text, Text) else reasons.NOT_TEXT
        case syntax.Call(func=func, args=args) if shapes.provider.qualified(func) in SERIALISERS:
            given = next(
                (arg.value for arg in args if not arg.star and (arg.keyword is None or arg.keyword.value == "obj")),
                None,
            )
            return documents.root(shapes, given) if given is not None else reasons.SERIALISED_ELSEWHERE
        case syntax.Call(func=func, args=args) if shapes.provider.qualified(func) in LIFTED and args:
            return args[0].value
        case syntax.Call(func=syntax.Attribute(attr=syntax.Name(value="apply")), args=[syntax.Arg(value=callback)]):
            return _applied(shapes, node, callback)
        case syntax.Call() if shapes.provider.function_of(node) in shapes.provider.package.documents:
            return shapes.keywords(node)
        case syntax.Call():
            return reasons.FROM_FUNCTION
        case syntax.Attribute(value=value, attr=syntax.Name(value=attr)) if attr in shapes.provider.document_fields:
            return shapes.definitions.of(value) or value
        case syntax.Name() | syntax.Attribute():
            defined = shapes.definitions.of(node)
            return reasons.UNTRACED if defined is None else defined
        case _:
            return reasons.FROM_EXPRESSION


def serialised(shapes: Shapes, node: syntax.Node) -> syntax.Node:
    """What a serialiser is given, or the expression itself."""
    match node:
        case syntax.Call(func=func, args=[syntax.Arg(value=value), *_]) if (
            shapes.provider.qualified(func) in SERIALISERS
        ):
            return value
        case _:
            return node


def _applied(
    shapes: Shapes, call: syntax.Call, callback: syntax.BaseExpression
) -> syntax.BaseExpression | Fields | Items | str:
    """What an `apply` gives: the result of its callback; a serialiser as callback gives what it is applied to."""
    assert isinstance(call.func, syntax.Attribute)
    before = call.func.value
    if shapes.provider.qualified(callback) in SERIALISERS:
        return before
    result, parameter = returned(shapes.definitions.names, callback)
    match result:
        case None:
            return reasons.FROM_FUNCTION
        case syntax.Attribute(value=syntax.Name(value=name), attr=syntax.Name(value=attr)) if (
            name == parameter and attr in shapes.provider.document_fields
        ):
            return shapes.definitions.of(before) or before
        case syntax.Call(func=func, args=[syntax.Arg(value=syntax.Name(value=name)), *_]) if name == parameter:
            return before if shapes.provider.qualified(func) in SERIALISERS else result
        case _:
            return result


def returned(names: Names, callback: syntax.BaseExpression) -> tuple[syntax.BaseExpression | None, str | None]:
    """The one expression a callback returns, and the name of its first parameter."""
    if isinstance(callback, syntax.Lambda):
        params = callback.params.params
        return callback.body, params[0].name.value if params else None
    function = names.function(callback)
    if function is None or function.decorators:
        return None, None
    params = [param for param in function.params.params if param.name.value != "self"]
    given = results(function)
    return (given[0] if len(given) == 1 else None), params[0].name.value if params else None


def results(function: syntax.FunctionDef) -> list[syntax.BaseExpression]:
    """What a function returns, functions inside it aside."""
    found: list[syntax.BaseExpression] = []
    stack: list[syntax.Node] = [function.body]
    while stack:
        node = stack.pop()
        if isinstance(node, syntax.Return) and node.value is not None:
            found.append(node.value)
        elif not isinstance(node, syntax.FunctionDef | syntax.BaseExpression):
            stack.extend(node.children())
    return found


def where(shapes: Shapes, resource_at: ResourceAt, node: syntax.Node) -> Where:
    """What a string is there for: up through objects, callbacks and a variable one step away to the place it serves."""
    return _Climb(shapes, resource_at, *shapes.definitions.names.holders(node)).where(node)


class _Climb(documents.Climb[syntax.Node, Shapes]):
    def _look(self, node: syntax.Node, parent: syntax.Node) -> Use | syntax.Node | None:
        match parent:
            case syntax.DictElement():
                return self._in_mapping(node, parent)
            case syntax.Element():
                self.in_list = self.in_list or (not self.path and self.siblings is None)
            case syntax.SubscriptElement() | syntax.Index() | syntax.Slice():
                return Use.KEY
            case syntax.MatchMappingElement():
                return Use.KEY
            case syntax.Comparison() | syntax.ComparisonTarget() | syntax.MatchValue():
                return Use.CONDITION
            case syntax.BooleanOperation():
                return Use.DEFAULT
            case syntax.Param():
                return Use.DEFAULT
            case syntax.IfExp():
                return Use.CONDITION if node is parent.test else Use.CHOICE
            case syntax.BinaryOperation(operator=syntax.Modulo()):
                return Use.FORMAT
            case syntax.Attribute():
                return Use.FORMAT
            case syntax.Arg():
                return self._in_call(parent)
            case syntax.Lambda():
                return self._applied(parent)
            case syntax.Return():
                return self._returned(parent)
            case syntax.Assign() | syntax.AnnAssign():
                return self._assigned(node, parent)
            case syntax.BaseStatement() | syntax.BaseSmallStatement():
                return Use.OTHER
            case _:
                pass
        return None

    def _in_mapping(self, node: syntax.Node, parent: syntax.DictElement) -> Use | None:
        if node is parent.key:
            return Use.KEY
        holder = parent.parent
        assert isinstance(holder, syntax.Dict)
        key = self.shapes.value(parent.key, Spelling.DATA)
        self._entered(holder, key.literal or "*" if isinstance(key, Text) else "*")
        return None

    def _in_call(self, arg: syntax.Arg) -> Use | syntax.Node | None:
        shapes = self.shapes
        call = arg.parent
        assert isinstance(call, syntax.Call)
        keyword = arg.keyword.value if arg.keyword else None
        name = shapes.provider.qualified(call.func) or ""
        if resource := self.resource_at(call) if shapes.provider.type_of(call) else None:
            return self._input(resource, call, arg, keyword)
        if shapes.provider.function_of(call):
            return Use.INVOKE if shapes.provider.function_of(call) not in shapes.provider.package.documents else call
        if name in {"pulumi.ResourceOptions", "pulumi.InvokeOptions"} or keyword == "opts":
            return Use.OPTION
        if name == "pulumi.export":
            return Use.NAME if arg is call.args[0] else Use.EXPORT
        if shapes.reader.code(call.func) == "self.register_outputs":
            return Use.EXPORT
        if name == "pulumi.Output.format":
            return Use.FORMAT if arg is call.args[0] else call
        if name in SERIALISERS | LIFTED | {"pulumi.Output.concat", "pulumi.Output.all"}:
            return call
        inputs = shapes.shape(call, call, Spelling.INPUT)
        if isinstance(inputs, Fields) and keyword:
            self.siblings = self.siblings or inputs
            self.path.insert(0, camel(keyword))
            return call
        return Use.ARGUMENT

    def _input(self, resource: Resource, call: syntax.Call, arg: syntax.Arg, keyword: str | None) -> Use:
        self.resource = resource
        if keyword == "opts":
            return Use.OPTION
        if keyword == "resource_name" or (keyword is None and arg is call.args[0]):
            return Use.NAME
        if keyword:
            self.siblings = self.siblings or resource.args
            self.path.insert(0, camel(keyword))
        return Use.VALUE

    def _applied(self, callback: syntax.Lambda) -> Use | syntax.Node:
        call = callback.around.parent
        if (
            isinstance(call, syntax.Call)
            and isinstance(call.func, syntax.Attribute)
            and call.func.attr.value == "apply"
        ):
            return call
        return Use.OTHER

    def _returned(self, statement: syntax.Return) -> Use | syntax.Node:
        """Out of a function that is the callback of one `apply`."""
        names = self.shapes.definitions.names
        function = next((node for node in names.ancestors(statement) if isinstance(node, syntax.FunctionDef)), None)
        uses = names.uses_of_function(function) if function else []
        if len(uses) != 1 or not isinstance(arg := uses[0].parent, syntax.Arg):
            return Use.OTHER
        call = arg.parent
        if (
            isinstance(call, syntax.Call)
            and isinstance(call.func, syntax.Attribute)
            and call.func.attr.value == "apply"
        ):
            return call
        return Use.OTHER

    def _assigned(self, node: syntax.Node, parent: syntax.Assign | syntax.AnnAssign) -> Use | syntax.Node:
        """Out of a variable that is read in one place; a string that is the whole variable is a constant."""
        target = parent.target if isinstance(parent, syntax.AnnAssign) else parent.targets[0].target
        if not self.path and not self.in_list:
            self.variable = self.variable or self.shapes.reader.code(target)
        if not self.path and not self.in_list and isinstance(node, syntax.SimpleString):
            self.is_constant = True
            self.path.insert(0, self.shapes.reader.code(target))
        if self.followed or not isinstance(target, syntax.Name):
            return Use.OTHER
        uses = self.shapes.definitions.names.uses(target)
        self.followed = True
        return uses[0] if len(uses) == 1 else Use.OTHER
