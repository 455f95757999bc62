"""What a value is made of, followed backwards as far as the file shows it."""

from __future__ import annotations

from collections.abc import Iterator

from iacfix.languages.shared import origins
from iacfix.languages.shared.choices import Path
from iacfix.languages.shared.nodes import Node
from iacfix.languages.typescript.bindings import Binding
from iacfix.languages.typescript.documents import CHAINED, results
from iacfix.languages.typescript.names import is_this_field
from iacfix.languages.typescript.provider_names import ProviderNames
from iacfix.languages.typescript.tree import FUNCTIONS, arguments, method, unwrapped

STACK = "@pulumi/pulumi.StackReference"
STACK_OUTPUTS = frozenset({"getOutput", "getOutputValue", "getOutputDetails", "requireOutput", "requireOutputValue"})
WHOLE = frozenset({"@pulumi/pulumi.output", "@pulumi/pulumi.secret"})
PATTERNS = frozenset(
    {"array_pattern", "object_pattern", "pair_pattern", "assignment_pattern", "object_assignment_pattern"}
)
Steps = Iterator[tuple[Node, Path]]


class Trace(origins.Trace[Node, ProviderNames]):
    def _step(self, node: Node, path: Path) -> Steps:
        held = unwrapped(node)
        if held is not node:
            yield held, path
            return
        match node.type:
            case "identifier" | "shorthand_property_identifier" | "shorthand_property_identifier_pattern":
                yield from self._named(node, path)
            case "member_expression":
                yield from self._member(node, path)
            case "subscript_expression":
                owner, key = node.entries[0], node.entries[-1]
                yield owner, (_key(key), *path)
            case "new_expression":
                yield from self._constructed(node)
            case "call_expression":
                yield from self._called(node, path)
            case "string":
                self.literals.add(node.text[1:-1])
            case "number":
                self.literals.add(node.text)
            case "template_string":
                parts = [part for part in node.entries if part.type == "template_substitution"]
                yield from ((part, self._apart) for part in parts)
                if not parts:
                    self.literals.add(node.text[1:-1])
            case "object" | "array":
                yield from _part(node, path, self._apart)
            case "ternary_expression":
                yield from ((part, path) for part in node.entries[1:])
            case "binary_expression" | "await_expression":
                yield from ((part, path) for part in node.entries)
            case _ if node.type in FUNCTIONS:
                pass
            case _:
                yield from ((part, self._apart) for part in node.entries)

    # names

    def _named(self, name: Node, path: Path) -> Steps:
        """What binds a name; of several bindings any may be meant."""
        for bound in self.provider.definitions.names.lookup(name.text, name):
            if bound.imported is not None:
                self._is_imported(bound.imported, path)
                continue
            self.is_open |= self.provider.definitions.names.is_reassigned(bound)
            if bound.value is not None:
                yield bound.value, path
            elif bound.source is not None:
                yield bound.source, (*bound.path, *path)
            else:
                given = list(self._bound(bound, path))
                self.is_open |= not given
                yield from given

    def _bound(self, bound: Binding, path: Path) -> Steps:
        """What a parameter, a loop or a pattern gives to its name."""
        node = bound.target
        for around in bound.target.ancestors():
            match around.type:
                case "object_pattern":
                    path = (_member_of(node), *path)
                case "array_pattern":
                    path = (around.entries.index(node), *path)
                case "assignment_pattern" | "object_assignment_pattern":
                    yield around.entries[-1], path
                case "variable_declarator":
                    value = around.child_by_field_name("value")
                    if value is not None:
                        yield value, path
                    return
                case "for_in_statement":
                    given = around.child_by_field_name("right")
                    if given is not None:
                        yield given, (None, *path)
                    return
                case "required_parameter" | "optional_parameter" | "arrow_function":
                    yield from self._given(around, node, path)
                    return
                case kind if kind not in PATTERNS and kind != "rest_pattern":
                    return
                case _:
                    pass
            node = around

    def _given(self, parameter: Node, pattern: Node, path: Path) -> Steps:
        """A parameter's default, and what the calls of the file hand to it."""
        default = parameter.child_by_field_name("value") if parameter.type != "arrow_function" else None
        if default is not None:
            yield default, path
        function = next((node for node in (parameter, *parameter.ancestors()) if node.type in FUNCTIONS), None)
        if function is None:
            return
        listed = function.child_by_field_name("parameters")
        index = listed.entries.index(parameter) if listed is not None and parameter != function else 0
        uses = self._uses(function)
        self.is_open |= not uses
        for use in uses:
            around = use.parent
            call = around.parent if around is not None and around.type == "arguments" else around
            func = call.child_by_field_name("function") if call is not None else None
            self.is_open |= call is None or method(call) not in CHAINED
            if call is None or call.type != "call_expression" or func is None:
                continue
            if func == use:
                yield from ((value, path) for value in arguments(call)[index : index + 1])
            elif func.type == "member_expression":
                is_each = method(call) not in CHAINED
                yield func.entries[0], (None, *path) if is_each else path

    def _uses(self, function: Node) -> list[Node]:
        """Where the function stands as a callback, or is called or handed on by its name."""
        if function.parent is not None and function.parent.type == "arguments":
            return [function]
        name = function.child_by_field_name("name")
        if name is None and function.parent is not None and function.parent.type == "variable_declarator":
            name = function.parent.child_by_field_name("name")
        bound = (
            self.provider.definitions.names.binding(name) if name is not None and name.type == "identifier" else None
        )
        return self.provider.definitions.names.uses(bound) if bound is not None else []

    def _member(self, node: Node, path: Path) -> Steps:
        if self._is_resource(node):
            return
        if is_this_field(node):
            value = self.provider.definitions.field(node, node.entries[-1].text)
            if value is not None:
                yield value, path
        else:
            yield node.entries[0], (node.entries[-1].text, *path)

    # calls

    def _constructed(self, node: Node) -> Steps:
        if self._is_resource(node):
            return
        if self.provider.qualified(node.child_by_field_name("constructor")) == STACK:
            self.of_stack = True
        else:
            if (options := self.given_options(node)) is not None:
                self.options.append(options)
            made = node.child_by_field_name("constructor")
            yield from ((value, self._apart) for value in (*arguments(node), *([made] if made is not None else [])))

    def _called(self, call: Node, path: Path) -> Steps:
        name, called = self.provider.called(call), method(call)
        func = call.child_by_field_name("function")
        if called in STACK_OUTPUTS:
            self.of_stack = True
            return
        if self.provider.function_of(call) or func is None:
            return
        given, is_chained = arguments(call), called in CHAINED
        function = self.provider.definitions.names.function(given[0] if is_chained and given else func)
        found = [result for result in results(function) if result is not None] if function is not None else []
        if given and (name == "@pulumi/pulumi.all" or name in WHOLE):
            yield given[0], path
        elif found:
            yield from ((result, path) for result in found)
        else:
            template = call.child_by_field_name("arguments")
            parts = [template] if template is not None and template.type == "template_string" else given
            yield from ((part, self._apart) for part in parts)
            if func.type == "member_expression" and not name:
                yield func.entries[0], self._apart
            elif name and not name.startswith("@pulumi/"):
                yield func, self._apart


def _part(node: Node, path: Path, apart: Path) -> Steps:
    """The member that is read of an object or an array, all of them where that cannot be told."""
    first, found = path[0] if path else None, node.entries
    mine: list[Node] = []
    if node.type == "object":
        mine = [part for part in found if first is not None and _member_of(part) == first]
    elif isinstance(first, int) and not any(part.type == "spread_element" for part in found):
        mine = found[first : first + 1]
    for part in mine or found:
        value = part.child_by_field_name("value") if part.type == "pair" else part
        if value is not None:
            yield value, path[1:] if mine else apart


def _key(node: Node) -> str | int | None:
    match node.type:
        case "string":
            return node.text[1:-1]
        case "number" if node.text.isdigit():
            return int(node.text)
        case _:
            return None


def _member_of(node: Node) -> str | None:
    """The key that an entry of an object or a pattern is about."""
    match node.type:
        case "shorthand_property_identifier" | "shorthand_property_identifier_pattern":
            return node.text
        case "pair" | "pair_pattern":
            key = node.child_by_field_name("key")
            return key.text.strip("\"'") if key is not None and key.type != "computed_property_name" else None
        case "object_assignment_pattern":
            return node.entries[0].text
        case _:
            return None
