"""The way from an argument to the JSON document behind it, and back from a string to the place it serves."""

from __future__ import annotations

from collections.abc import Callable

from iacfix import reasons
from iacfix.languages.shared import documents
from iacfix.languages.shared.nodes import Node
from iacfix.languages.typescript.names import member_of
from iacfix.languages.typescript.questions import written_key
from iacfix.languages.typescript.shapes import Shapes
from iacfix.languages.typescript.tree import FUNCTIONS, arguments, is_wrapper, method, unwrapped
from iacfix.model import Document, Fields, Hidden, Input, Items, Resource, Spelling, Text, Use, Where

SERIALISERS = frozenset({"JSON.stringify", "@pulumi/pulumi.jsonStringify"})
LIFTED = frozenset({"@pulumi/pulumi.output", "@pulumi/pulumi.secret"})
CHAINED = frozenset({"apply", "then"})

ResourceAt = Callable[[Node], Resource | None]
"""Which resource an expression stands for."""


def behind(shapes: Shapes, given: Input) -> Document | Hidden:
    """The document that an input receives, wherever it is built."""
    return documents.behind(given, lambda node: _step(shapes, unwrapped(node)), shapes.shape)


def _step(shapes: Shapes, node: Node) -> Node | Fields | Items | Text | str:
    """One hop towards the document: the next expression, the document itself, or why there is no way on."""
    match node.type:
        case "object" | "array":
            return documents.root(shapes, node)
        case "string" | "template_string":
            text = shapes.shape(node, node, Spelling.DATA)
            return text if isinstance(text, Text) else reasons.NOT_TEXT
        case "call_expression":
            return _through_call(shapes, node)
        case "member_expression" if node.entries[-1].text in shapes.provider.document_fields:
            owner = unwrapped(node.entries[0])
            return shapes.definitions.of(owner) or owner
        case "identifier" | "member_expression" | "shorthand_property_identifier":
            defined = shapes.definitions.of(node)
            return reasons.UNTRACED if defined is None else defined
        case "await_expression":
            return node.entries[0]
        case _:
            return reasons.FROM_EXPRESSION


def _through_call(shapes: Shapes, node: Node) -> Node | Fields | Items | Text | str:
    name, given = shapes.provider.called(node), arguments(node)
    if name in SERIALISERS:
        return documents.root(shapes, given[0]) if given else reasons.EMPTY_TEXT
    if name in LIFTED and given:
        return given[0]
    if shapes.provider.function_of(node) in shapes.provider.package.documents:
        return documents.root(shapes, given[0], Spelling.INPUT) if given else reasons.EMPTY_TEXT
    func = node.child_by_field_name("function")
    if func is not None and method(node) in CHAINED and given:
        return _applied(shapes, unwrapped(func.entries[0]), given[0])
    if (text := shapes.text(node, node)) is not None:
        return text
    return reasons.FROM_FUNCTION


def serialised(shapes: Shapes, node: Node) -> Node:
    """What a serialiser is given, or the expression itself."""
    is_call = node.type == "call_expression" and shapes.provider.called(node) in SERIALISERS
    return next(iter(arguments(node)), node) if is_call else node


def _applied(shapes: Shapes, before: Node, callback: Node) -> Node | str:
    """What an `apply` gives: the result of its callback; a serialiser as callback gives what it is applied to."""
    if callback.text == "JSON.stringify" or shapes.provider.qualified(callback) in SERIALISERS:
        return before
    function = shapes.definitions.names.function(callback)
    result = returned(function) if function is not None else None
    if function is None or result is None:
        return reasons.FROM_FUNCTION
    result = unwrapped(result)
    first = parameters(function)[:1]
    if result.type == "call_expression" and shapes.provider.called(result) in SERIALISERS:
        given = arguments(result)
        if given and first and given[0].text == first[0].text:
            return before
    fields = shapes.provider.document_fields
    if result.text in fields and first and first[0].type == "object_pattern":
        named = [part.text for part in first[0].entries]
        return before if result.text in named else reasons.FROM_FUNCTION
    if first and member_of(result) in fields and result.entries[0].text == first[0].text:
        return before
    return result


def parameters(function: Node) -> list[Node]:
    """The patterns of a function's parameters."""
    single = function.child_by_field_name("parameter")
    if single is not None:
        return [single]
    listed = function.child_by_field_name("parameters")
    found = [child.child_by_field_name("pattern") for child in listed.entries] if listed is not None else []
    return [pattern for pattern in found if pattern is not None]


def returned(function: Node) -> Node | None:
    """The one expression a function gives."""
    given = results(function)
    return given[0] if len(given) == 1 else None


def results(function: Node) -> list[Node | None]:
    """What a function gives where it returns, None for nothing; what is inside other functions aside."""
    body = function.child_by_field_name("body")
    if body is None or body.type != "statement_block":
        return [body]
    return [
        next(iter(node.entries), None)
        for node in body.inside("return_statement")
        if node.around(*FUNCTIONS) == function
    ]


def where(shapes: Shapes, resource_at: ResourceAt, node: Node) -> Where:
    """What a string is there for: up through objects, callbacks and a constant one step away to the place it serves."""
    return _Climb(shapes, resource_at, *shapes.definitions.names.holders(node)).where(node)


class _Climb(documents.Climb[Node, Shapes]):
    def _look(self, node: Node, parent: Node) -> Use | Node | None:
        match parent.type:
            case "pair":
                return self._in_object(node, parent)
            case "array":
                self.in_list = self.in_list or (not self.path and self.siblings is None)
            case "computed_property_name" | "enum_assignment" | "switch_case" | "literal_type":
                return Use.CONDITION if parent.type == "switch_case" else Use.KEY
            case "subscript_expression":
                return Use.KEY if parent.entries[-1] == node else Use.OTHER
            case "binary_expression":
                return self._in_operation(parent)
            case "required_parameter" | "optional_parameter" | "assignment_pattern" | "object_assignment_pattern":
                return Use.DEFAULT
            case "ternary_expression":
                return Use.CONDITION if parent.child_by_field_name("condition") == node else Use.CHOICE
            case "arguments":
                return self._in_call(node, parent)
            case "arrow_function":
                return self._applied(parent)
            case "return_statement":
                return self._returned(parent)
            case "variable_declarator" | "assignment_expression" | "public_field_definition":
                return self._assigned(node, parent)
            case "export_statement" if _gives_outputs(parent):
                return self._as_outputs()
            case "member_expression" | "statement_block" | "expression_statement" | "throw_statement":
                return Use.OTHER
            case _:
                pass
        return None

    def _in_operation(self, parent: Node) -> Use | None:
        sign = parent.operator
        if sign in ("||", "??"):
            return Use.DEFAULT
        return None if sign == "+" else Use.CONDITION

    def _in_object(self, node: Node, parent: Node) -> Use | None:
        key = written_key(parent)
        if key is None or node == key:
            return Use.KEY
        if parent.parent is not None:
            self._entered(parent.parent, key.text.strip("\"'"))
        return None

    def _in_call(self, node: Node, given: Node) -> Use | Node | None:
        call = given.parent
        assert call is not None
        provider = self.shapes.provider
        if call.type == "new_expression":
            resource = self.resource_at(call)
            if resource is None:
                return Use.ARGUMENT
            self.resource = resource
            position = given.entries.index(node)
            return (Use.NAME, Use.VALUE, Use.OPTION)[min(position, 2)]
        name = provider.called(call)
        if (call.child_by_field_name("function") or call).text == "this.registerOutputs":
            return Use.EXPORT
        if provider.function_of(call):
            return Use.INVOKE if provider.function_of(call) not in provider.package.documents else call
        if (call.child_by_field_name("function") or call).text == "Promise.resolve":
            return call
        if name in SERIALISERS | LIFTED | {"@pulumi/pulumi.concat", "@pulumi/pulumi.all"}:
            return call
        return Use.ARGUMENT

    def _applied(self, callback: Node) -> Use | Node:
        given = callback.parent
        call = given.parent if given is not None else None
        if call is not None and call.type == "call_expression" and method(call) in CHAINED:
            return call
        return self._exported(callback)

    def _exported(self, function: Node) -> Use:
        """Out of a function that the program exports as what gives its outputs, be it called there or by Pulumi."""
        node, around = function, function.parent
        while around is not None and (is_wrapper(around) or around.child_by_field_name("function") == node):
            node, around = around, around.parent
        if around is not None and around.type == "variable_declarator" and node == function:
            name = around.child_by_field_name("name")
            uses = self._uses(name) if name is not None else []
            return self._exported(uses[0]) if len(uses) == 1 else Use.OTHER
        return self._as_outputs() if around is not None and _gives_outputs(around) else Use.OTHER

    def _as_outputs(self) -> Use:
        """A stack output, whose name is the first key."""
        self.path = self.path[1:]
        return Use.EXPORT

    def _uses(self, name: Node) -> list[Node]:
        names = self.shapes.definitions.names
        bound = names.binding(name) if name.type == "identifier" else None
        return names.uses(bound) if bound is not None else []

    def _returned(self, statement: Node) -> Use | Node:
        """Out of a function that is the callback of one `apply`."""
        function = statement.around(*FUNCTIONS)
        if function is None:
            return Use.OTHER
        if function.type in ("arrow_function", "function_expression"):
            return self._applied(function)
        name = function.child_by_field_name("name")
        uses = self._uses(name) if name is not None else []
        return self._applied(uses[0] if len(uses) == 1 else function)

    def _assigned(self, node: Node, parent: Node) -> Use | Node:
        """Out of a constant that is read in one place; a string that is the whole constant is one."""
        target = parent.child_by_field_name("name") or parent.entries[0]
        if node == target:
            return Use.OTHER
        if _gives_outputs(parent):
            return self._as_outputs()
        if not self.path and not self.in_list:
            self.variable = self.variable or target.text
        if not self.path and not self.in_list and node.type in ("string", "template_string"):
            self.is_constant = self.shapes.text(node, node) is not None and "${" not in node.text
            self.path = [target.text] if self.is_constant else self.path
        if _is_export(parent):
            return Use.EXPORT
        uses = self._uses(target) if not self.followed else []
        self.followed = True
        return uses[0] if len(uses) == 1 else Use.OTHER


def _is_export(declarator: Node) -> bool:
    declaration = declarator.parent
    return declaration is not None and declaration.parent is not None and declaration.parent.type == "export_statement"


def _gives_outputs(node: Node) -> bool:
    """What stands in it is the module: all of the program's outputs, or what gives them."""
    if node.type == "assignment_expression":
        return node.entries[0].text == "module.exports"
    return node.type == "export_statement" and any(child.type in ("default", "=") for child in node.children)
