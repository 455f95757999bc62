"""Whether an object or a list that a constant was made with is still what the constant holds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from iacfix.languages.shared.nodes import Node
from iacfix.languages.typescript.bindings import Binding
from iacfix.languages.typescript.names import ASSIGNING, Names
from iacfix.languages.typescript.tree import is_wrapper

CHANGEABLE = frozenset({"object", "array"})
MEMBERS = frozenset({"member_expression", "subscript_expression"})
MUTATORS = frozenset({"push", "unshift", "splice", "pop", "shift", "sort", "reverse", "fill", "copyWithin"})
REACHING = frozenset({"at", "find", "filter", "slice", "concat", "flat", "values", "entries", "map"})
"""Methods whose answer holds the same elements."""

HARMLESS = ("super", "console.", "JSON.", "Object.freeze", "this.registerOutputs")


@dataclass
class Changes:
    """Looks at every use of a name for one that changes what it holds."""

    names: Names
    qualified: Callable[[Node], str | None]
    """The dotted name an expression is imported by."""

    _known: dict[Node, bool] = field(default_factory=dict[Node, bool])
    _setting: dict[Node, bool] = field(default_factory=dict[Node, bool])
    """Whether a part of what a name holds is set, by the target of its binding."""
    _fields: dict[tuple[Node, str], bool] = field(default_factory=dict[tuple[Node, str], bool])

    def of(self, bound: Binding) -> bool:
        """Some use of the name changes it; one that is being looked at already tells nothing new."""
        key = bound.target
        if key not in self._known:
            self._known[key] = False
            self._known[key] = any(self._changes(use) for use in self.names.uses(bound))
        return self._known[key]

    def sets_fields(self, bound: Binding) -> bool:
        """`x.field = ...`: what the name was made with is not all it has."""
        key = bound.target
        if key not in self._setting:
            self._setting[key] = any(self._is_set(*self._reached(use), use) for use in self.names.uses(bound))
        return self._setting[key]

    def of_field(self, near: Node, name: str) -> bool:
        owner = self.names.owner(near)
        if owner is None:
            return False
        if (owner, name) not in self._fields:
            uses = self.names.uses_of_field(owner, name)
            self._fields[owner, name] = any(map(self._changes, uses))
        return self._fields[owner, name]

    def _reached(self, access: Node) -> tuple[Node, Node | None]:
        """The part that an access reaches by members, indices and methods, and what stands around it."""
        node, parent = access, access.parent
        while parent is not None:
            around = parent.parent
            passes = is_wrapper(parent) or parent.type in MEMBERS or _method(node) in REACHING
            listed = parent.type == "array" and around is not None and around.type in MEMBERS
            if not listed and (not passes or parent.type == "arguments" or parent.entries[0] != node):
                break
            node, parent = parent, around
        return node, parent

    @staticmethod
    def _is_set(node: Node, parent: Node | None, access: Node) -> bool:
        """A part of what is accessed is assigned or deleted there."""
        if parent is None or node == access:
            return False
        deletes = parent.type == "unary_expression" and parent.text.startswith("delete")
        return deletes or (parent.type in ASSIGNING and parent.entries[0] == node)

    def _changes(self, access: Node) -> bool:
        """What is held is changed in place here, or handed to something that can only be there to change it."""
        node, parent = self._reached(access)
        if parent is None or self._is_set(node, parent, access):
            return parent is not None
        if self._changes_elements(access, node):
            return True
        match parent.type:
            case "call_expression" if parent.entries[0] == node:
                return _method(node) in MUTATORS
            case "variable_declarator" if parent.child_by_field_name("value") == node:
                return self._is_any_changed(parent.child_by_field_name("name"))
            case "for_in_statement" if parent.child_by_field_name("right") == node:
                return self._is_any_changed(parent.child_by_field_name("left"))
            case "arguments":
                return self._hands_over(node, parent)
            case _:
                return False

    def _changes_elements(self, access: Node, reached: Node) -> bool:
        """A callback of `rows.forEach(row => ...)` changes what it is given."""
        node = access
        for around in access.ancestors():
            if around.type == "call_expression" and _method(node) and around.entries[0] == node:
                callbacks = [self.names.function(given) for given in _arguments(around)[:1]]
                if any(self._is_any_changed(_parameter(one, 0)) for one in callbacks if one is not None):
                    return True
            if around == reached.parent:
                return False
            node = around
        return False

    def _is_any_changed(self, pattern: Node | None) -> bool:
        """Something that a pattern binds is changed."""
        names = pattern.inside("identifier", "shorthand_property_identifier_pattern") if pattern is not None else []
        bounds = [bound for name in names for bound in self.names.lookup(name.text, name)]
        return any(self.of(bound) for bound in bounds)

    def _hands_over(self, node: Node, arguments: Node) -> bool:
        """A call that may change what it is given: its answer is not used, or it is this file's own and does."""
        call = arguments.parent
        called = call.child_by_field_name("function") if call is not None else None
        if call is None or called is None:
            return False
        index = arguments.entries.index(node)
        if called.text == "Object.assign":
            return index == 0
        if (own := self.names.function(called)) is not None:
            return self._is_any_changed(_parameter(own, index))
        around = call.parent
        if around is None or around.type != "expression_statement" or called.text.startswith(HARMLESS):
            return False
        return not (self.qualified(called) or "").startswith("@pulumi/")


def _method(node: Node) -> str:
    return node.entries[-1].text if node.type == "member_expression" else ""


def _arguments(call: Node) -> list[Node]:
    given = call.child_by_field_name("arguments")
    return given.entries if given is not None else []


def _parameter(function: Node, index: int) -> Node | None:
    """What a function binds its argument to."""
    single = function.child_by_field_name("parameter")
    listed = function.child_by_field_name("parameters")
    patterns = [single] if single is not None else listed.entries if listed is not None else []
    node = patterns[index] if index < len(patterns) else None
    return node.child_by_field_name("pattern") or node if node is not None else None
