"""The way from an argument to the JSON document behind it, and back from a string to the place it serves."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from iacfix.languages.python.names import camel
from iacfix.languages.python.tree import children
from iacfix.model import Document, Fields, Hidden, Input, Items, Resource, Spelling, Text, Use, Where

if TYPE_CHECKING:
    from iacfix.languages.python.read import PythonProgram

SERIALISERS = frozenset({"json.dumps", "pulumi.Output.json_dumps"})
LIFTED = frozenset({"pulumi.Output.from_input", "pulumi.Output.secret"})
STEPS = 12
"""More hops than any real program has between an argument and its document."""


def behind(program: PythonProgram, given: Input) -> Document | Hidden:
    """The document that an input receives, wherever it is built."""
    place: cst.BaseExpression = given.value.place

    def hidden(reason: str, text: Text | None = None) -> Hidden:
        return Hidden(program.shape(place, place, Spelling.DATA), reason, given.host, given.path, text=text)

    node = place
    for _ in range(STEPS):
        match found := _step(program, node):
            case Fields() | Items():
                return Document(found, given.host, given.path)
            case Text():
                return hidden("it is JSON written as text", found)
            case str():
                return hidden(found)
            case _:
                node = found
    return hidden("it is handed on too many times")


def _step(program: PythonProgram, node: cst.BaseExpression) -> cst.BaseExpression | Fields | Items | Text | str:
    """One hop towards the document: the next expression, the document itself, or why there is no way on."""
    match node:
        case cst.Dict() | cst.List():
            return _root(program, node)
        case cst.SimpleString() | cst.ConcatenatedString() | cst.FormattedString():
            text = program.shape(node, node, Spelling.DATA)
            return text if isinstance(text, Text) else "it is not text"
        case cst.Call(func=func, args=args) if program.qualified(func) in SERIALISERS:
            given = next(
                (arg.value for arg in args if not arg.star and (arg.keyword is None or arg.keyword.value == "obj")),
                None,
            )
            return _root(program, given) if given is not None else "what is serialised is not written there"
        case cst.Call(func=func, args=args) if program.qualified(func) in LIFTED and args:
            return args[0].value
        case cst.Call(func=cst.Attribute(attr=cst.Name("apply")), args=[cst.Arg(value=callback)]):
            return _applied(program, node, callback)
        case cst.Call() if program.function_of(node) in program.package.documents:
            return program.keywords(node)
        case cst.Call():
            return "it is built by a function"
        case cst.Attribute(value=value, attr=cst.Name("json")):
            return program.names.definition(value) or value
        case cst.Name() | cst.Attribute():
            defined = program.names.definition(node)
            return "it cannot be followed to where it is built" if defined is None else defined
        case _:
            return "it is built by an expression"


def _root(program: PythonProgram, node: cst.BaseExpression) -> Fields | Items | str:
    match program.value(node, Spelling.DATA):
        case Fields() | Items() as root:
            return root
        case _:
            return "what is serialised cannot be followed to where it is built"


def _applied(
    program: PythonProgram, call: cst.Call, callback: cst.BaseExpression
) -> cst.BaseExpression | Fields | Items | str:
    """What an `apply` gives: the result of its callback; a serialiser as callback gives what it is applied to."""
    assert isinstance(call.func, cst.Attribute)
    before = call.func.value
    if program.qualified(callback) in SERIALISERS:
        return before
    result, parameter = returned(program, callback)
    match result:
        case None:
            return "it is built by a function"
        case cst.Attribute(value=cst.Name(name), attr=cst.Name("json")) if name == parameter:
            return program.names.definition(before) or before
        case cst.Call(func=func, args=[cst.Arg(value=cst.Name(name)), *_]) if name == parameter:
            return before if program.qualified(func) in SERIALISERS else result
        case _:
            return result


def returned(program: PythonProgram, callback: cst.BaseExpression) -> tuple[cst.BaseExpression | None, str | None]:
    """The one expression a callback returns, and the name of its first parameter."""
    if isinstance(callback, cst.Lambda):
        params = callback.params.params
        return callback.body, params[0].name.value if params else None
    function = program.names.function(callback)
    if function is None or function.decorators:
        return None, None
    params = [param for param in function.params.params if param.name.value != "self"]
    given = results(function)
    return (given[0] if len(given) == 1 else None), params[0].name.value if params else None


def results(function: cst.FunctionDef) -> list[cst.BaseExpression]:
    """What a function returns, functions inside it aside."""
    found: list[cst.BaseExpression] = []
    stack: list[cst.CSTNode] = [function.body]
    while stack:
        node = stack.pop()
        if isinstance(node, cst.Return) and node.value is not None:
            found.append(node.value)
        elif not isinstance(node, cst.FunctionDef | cst.BaseExpression):
            stack.extend(children(node))
    return found


def where(program: PythonProgram, node: cst.CSTNode) -> Where:
    """What a string is there for: up through objects, callbacks and a variable one step away to the place it serves."""
    climb = _Climb(program)
    use = climb.up(node)
    found = (use, climb.resource, tuple(climb.path), climb.siblings, climb.in_list, climb.variable)
    return Where(*found, program.names.holder(node))


class _Climb:
    """The walk from a string outwards; collects the path on its way."""

    def __init__(self, program: PythonProgram) -> None:
        self.program = program
        self.resource: Resource | None = None
        self.path: list[str] = []
        self.siblings: Fields | None = None
        self.in_list = False
        self.followed = False
        self.constant = False
        self.variable = ""

    def up(self, start: cst.CSTNode) -> Use:
        node, parent = start, self.program.names.parents[start]
        while True:
            found = self._look(node, parent)
            if isinstance(found, Use):
                return Use.CONSTANT if self.constant else found
            node = found or parent
            if node not in self.program.names.parents:
                return Use.CONSTANT if self.constant else Use.OTHER
            parent = self.program.names.parents[node]

    def _look(self, node: cst.CSTNode, parent: cst.CSTNode) -> Use | cst.CSTNode | None:
        """The answer, another node to go on from, or None to go on upwards."""
        match parent:
            case cst.DictElement():
                return self._in_mapping(node, parent)
            case cst.Element():
                self.in_list = self.in_list or (not self.path and self.siblings is None)
            case cst.SubscriptElement() | cst.Index() | cst.Slice():
                return Use.KEY
            case cst.MatchMappingElement():
                return Use.KEY
            case cst.Comparison() | cst.ComparisonTarget() | cst.MatchValue():
                return Use.CONDITION
            case cst.BooleanOperation():
                return Use.DEFAULT
            case cst.Param():
                return Use.DEFAULT
            case cst.IfExp():
                return Use.CONDITION if node is parent.test else Use.CHOICE
            case cst.BinaryOperation(operator=cst.Modulo()):
                return Use.FORMAT
            case cst.Attribute():
                return Use.FORMAT
            case cst.Arg():
                return self._in_call(parent)
            case cst.Lambda():
                return self._applied(parent)
            case cst.Return():
                return self._returned(parent)
            case cst.Assign() | cst.AnnAssign():
                return self._assigned(node, parent)
            case cst.BaseStatement() | cst.BaseSmallStatement():
                return Use.OTHER
            case _:
                pass
        return None

    def _in_mapping(self, node: cst.CSTNode, parent: cst.DictElement) -> Use | None:
        if node is parent.key:
            return Use.KEY
        holder = self.program.names.parents[parent]
        assert isinstance(holder, cst.Dict)
        if self.siblings is None:
            found = self.program.shape(holder, holder, Spelling.DATA)
            self.siblings = found if isinstance(found, Fields) else None
        key = self.program.value(parent.key, Spelling.DATA)
        self.path.insert(0, key.literal or "*" if isinstance(key, Text) else "*")
        return None

    def _in_call(self, arg: cst.Arg) -> Use | cst.CSTNode | None:
        program = self.program
        call = program.names.parents[arg]
        assert isinstance(call, cst.Call)
        keyword = arg.keyword.value if arg.keyword else None
        name = program.qualified(call.func) or ""
        if resource := program.resource_at(call) if program.type_of(call) else None:
            return self._input(resource, call, arg, keyword)
        if program.function_of(call):
            return Use.INVOKE if program.function_of(call) not in program.package.documents else call
        if name in {"pulumi.ResourceOptions", "pulumi.InvokeOptions"} or keyword == "opts":
            return Use.OPTION
        if name == "pulumi.export":
            return Use.NAME if arg is call.args[0] else Use.EXPORT
        if program.code(call.func) == "self.register_outputs":
            return Use.EXPORT
        if name == "pulumi.Output.format":
            return Use.FORMAT if arg is call.args[0] else call
        if name in SERIALISERS | LIFTED | {"pulumi.Output.concat", "pulumi.Output.all"}:
            return call
        inputs = program.shape(call, call, Spelling.INPUT)
        if isinstance(inputs, Fields) and keyword:
            self.siblings = self.siblings or inputs
            self.path.insert(0, camel(keyword))
            return call
        return Use.ARGUMENT

    def _input(self, resource: Resource, call: cst.Call, arg: cst.Arg, keyword: str | None) -> Use:
        self.resource = resource
        if keyword == "opts":
            return Use.OPTION
        if keyword == "resource_name" or (keyword is None and arg is call.args[0]):
            return Use.NAME
        if keyword:
            self.siblings = self.siblings or resource.args
            self.path.insert(0, camel(keyword))
        return Use.VALUE

    def _applied(self, callback: cst.Lambda) -> Use | cst.CSTNode:
        arg = self.program.names.parents[callback]
        call = self.program.names.parents[arg]
        if isinstance(call, cst.Call) and isinstance(call.func, cst.Attribute) and call.func.attr.value == "apply":
            return call
        return Use.OTHER

    def _returned(self, statement: cst.Return) -> Use | cst.CSTNode:
        """Out of a function that is the callback of one `apply`."""
        names = self.program.names
        function = next((node for node in names.ancestors(statement) if isinstance(node, cst.FunctionDef)), None)
        uses = names.uses_of_function(function) if function else []
        if len(uses) != 1 or not isinstance(arg := names.parents[uses[0]], cst.Arg):
            return Use.OTHER
        call = names.parents[arg]
        if isinstance(call, cst.Call) and isinstance(call.func, cst.Attribute) and call.func.attr.value == "apply":
            return call
        return Use.OTHER

    def _assigned(self, node: cst.CSTNode, parent: cst.Assign | cst.AnnAssign) -> Use | cst.CSTNode:
        """Out of a variable that is read in one place; a string that is the whole variable is a constant."""
        target = parent.target if isinstance(parent, cst.AnnAssign) else parent.targets[0].target
        if not self.path and not self.in_list:
            self.variable = self.variable or self.program.code(target)
        if not self.path and not self.in_list and isinstance(node, cst.SimpleString):
            self.constant = True
            self.path.insert(0, self.program.code(target))
        if self.followed or not isinstance(target, cst.Name):
            return Use.OTHER
        uses = self.program.names.uses(target)
        self.followed = True
        return uses[0] if len(uses) == 1 else Use.OTHER
