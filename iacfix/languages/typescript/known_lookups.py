"""Lookups that are there already: constants and fields of `this` that hold what a provider function answers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import IntEnum

from iacfix.languages.shared.lookups import Context
from iacfix.languages.shared.nodes import Node
from iacfix.languages.typescript import documents
from iacfix.languages.typescript.bindings import uncommented
from iacfix.languages.typescript.names import is_this_field
from iacfix.languages.typescript.read import TypeScriptProgram
from iacfix.languages.typescript.tree import FUNCTIONS, arguments, is_static, method, unwrapped
from iacfix.model import Fields

STEPS = 4
"""More hops than there are between a constant and the lookup it holds."""


class Form(IntEnum):
    """How an answer is held, the handiest first."""

    PLAIN = 0
    OUTPUT = 1
    PROMISE = 2


@dataclass(frozen=True)
class Answer:
    """What an expression holds of a provider function's answer: all of it, or one field."""

    function: str
    form: Form
    context: Context
    field: str | None = None


@dataclass(frozen=True)
class Held:
    """An answer and the name it is read by."""

    code: str
    answer: Answer


@dataclass(frozen=True)
class KnownLookups:
    """The answers that one program holds."""

    program: TypeScriptProgram

    def held(self, function: str, context: Context, at: Node) -> list[Held]:
        """KnownLookups of a function that are set before a place and can be read there, the handiest first."""
        found = [*self._constants(function, context, at), *self._fields(function, context, at)]
        return sorted(found, key=lambda held: held.answer.form)

    def _constants(self, function: str, context: Context, at: Node) -> Iterator[Held]:
        names = self.program.names
        for binding in names.all_bindings():
            if binding.kind != "const" or binding.value is None or binding.target.start_byte > at.start_byte:
                continue
            answer = self.of(binding.value)
            if answer is None or answer.function != function or not self.matches(answer, binding.target, context, at):
                continue
            if names.lookup(binding.target.text, at) == [binding] and at not in binding.value.inside(at.type):
                yield Held(binding.target.text, answer)

    def _fields(self, function: str, context: Context, at: Node) -> Iterator[Held]:
        """Fields of `this` that the constructor sets before the place is reached."""
        owner, method = self.program.names.owner(at), own_method(at)
        if owner is None or method is None or is_static(method) or self.program.names.owner(method) != owner:
            return
        for node in owner.inside("assignment_expression"):
            target, setter = node.entries[0], own_method(node)
            if not is_this_field(target) or setter is None or not self._is_set_before(node, setter, at, method):
                continue
            answer = self.of(node.entries[-1])
            if answer is not None and answer.function == function and self.matches(answer, node, context, at):
                yield Held(uncommented(target), answer)

    def _is_set_before(self, node: Node, setter: Node, at: Node, method: Node) -> bool:
        """The field is set once, and no place that reads it is reached before."""
        names, body = self.program.names, setter.child_by_field_name("body")
        statement, owner = node.parent, names.owner(node)
        if statement is None or statement.parent != body or body is None or owner is None:
            return False
        if self.program.definitions.field(node, node.entries[0].entries[-1].text) is None:
            return False
        if setter == method:
            return node.end_byte <= at.start_byte
        before = [call for call in body.inside("call_expression") if call.start_byte < node.start_byte]
        is_called = any(is_this_field(call.entries[0]) for call in before)
        return is_constructor(setter) and not is_called and (_heritage(owner) is None or extends_component(owner))

    def matches(self, answer: Answer, held: Node, context: Context, at: Node) -> bool:
        """The answer is of the provider that is asked for; in a component an author may leave out the parent."""
        if answer.context == context:
            return self._is_same_name(context, held, at)
        own = self.program.names.owner(held)
        is_left_out = answer.context == Context() and context == Context("parent", "this")
        return is_left_out and own is not None and own == self.program.names.owner(at)

    def _is_same_name(self, context: Context, one: Node, other: Node) -> bool:
        """What the provider is named by means the same at both places."""
        names, root = self.program.names, re.split(r"\W", context.code, maxsplit=1)[0]
        if root == "this":
            return names.owner(one) == names.owner(other)
        return names.lookup(root, one) == names.lookup(root, other)

    def of(self, node: Node, steps: int = STEPS) -> Answer | None:
        """The answer that an expression holds, through names, fields, `await`, `pulumi.output` and `apply`."""
        node = unwrapped(node)
        if steps == 0:
            return None
        match node.type:
            case "identifier":
                bound = self.program.names.binding(node)
                value = bound.value if bound is not None and bound.kind == "const" else None
                return self.of(value, steps - 1) if value is not None else None
            case "member_expression" if is_this_field(node):
                value = self.program.definitions.field(node, node.entries[-1].text)
                return self.of(value, steps - 1) if value is not None else None
            case "member_expression":
                found = self.of(node.entries[0], steps)
                is_read = found is not None and found.field is None and found.form is not Form.PROMISE
                return replace(found, field=node.entries[-1].text) if found is not None and is_read else None
            case "await_expression":
                found = self.of(node.entries[0], steps)
                return replace(found, form=Form.PLAIN) if found is not None and found.form is Form.PROMISE else None
            case "call_expression":
                return self._called(node, steps)
            case _:
                return None

    def _called(self, call: Node, steps: int) -> Answer | None:
        given, func = arguments(call), call.child_by_field_name("function")
        function = self.program.function_of(call)
        if function is not None and func is not None:
            context = self._context(given)
            form = Form.OUTPUT if func.text.endswith("Output") else Form.PROMISE
            return Answer(function, form, context) if context is not None else None
        if self.program.provider_names.called(call) == "@pulumi/pulumi.output" and len(given) == 1:
            found = self.of(given[0], steps)
            return replace(found, form=Form.OUTPUT) if found is not None else None
        if func is None or method(call) not in documents.CHAINED or len(given) != 1:
            return None
        found, name = self.of(func.entries[0], steps), _picked(given[0])
        if found is None or found.field is not None or name is None or found.form is Form.PLAIN:
            return None
        return replace(found, field=name)

    def _context(self, given: list[Node]) -> Context | None:
        """Whom a call asks, None where its arguments ask for something else."""
        if given and (given[0].type != "object" or given[0].entries) and given[0].text != "undefined":
            return None
        if len(given) < 2:
            return Context()
        options = self.program.options(given[1])
        if not isinstance(options, Fields) or len(options.entries) != 1 or options.is_open:
            return None
        (entry,) = options.entries
        return Context(entry.key, entry.value.code) if entry.key in ("parent", "provider") else None


def _picked(callback: Node) -> str | None:
    """The field that `found => found.field` picks."""
    given, body = documents.parameters(callback), callback.child_by_field_name("body")
    if callback.type != "arrow_function" or len(given) != 1 or body is None or body.type != "member_expression":
        return None
    owner, last = body.entries
    return last.text if owner.text == given[0].text else None


def own_method(node: Node) -> Node | None:
    """The method whose `this` a place sees."""
    functions = (found for found in node.ancestors() if found.type in FUNCTIONS and found.type != "arrow_function")
    function = next(functions, None)
    return function if function is not None and is_method(function) else None


def is_method(function: Node) -> bool:
    """The function is a method of a class, not of an object."""
    around = function.parent
    return function.type == "method_definition" and around is not None and around.type == "class_body"


def is_constructor(method: Node) -> bool:
    name = method.child_by_field_name("name")
    return name is not None and name.text == "constructor"


def extends_component(owner: Node) -> bool:
    """The class is a component, by its own base class."""
    heritage = _heritage(owner)
    return heritage is not None and "ComponentResource" in heritage.text


def _heritage(owner: Node) -> Node | None:
    return next((child for child in owner.children if child.type == "class_heritage"), None)
