"""What names stand for: what a constant or `this.x` is set to, where that is all it has, and the import it leads to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from iacfix.languages.shared.nodes import Node
from iacfix.languages.typescript.bindings import Binding, dotted, required
from iacfix.languages.typescript.changes import CHANGEABLE, Changes
from iacfix.languages.typescript.names import NAMED, Names, is_this_field, member_of, pairs
from iacfix.languages.typescript.tree import PERHAPS, WRAPPERS, unwrapped

SHAPES = frozenset({"object", "pair", "array", "string", "template_string"})
REFERENCES = frozenset(
    {"identifier", "member_expression", "subscript_expression", "call_expression", "await_expression"}
)
READING = PERHAPS | {"subscript_expression"}
"""What stands around a name of which a member is read."""
LEADING = REFERENCES | {"nested_identifier", "object"}
"""What a name may be taken from that leads to an import."""


class Definitions:
    """Follows the names of one file."""

    def __init__(self, names: Names) -> None:
        self.names = names
        self.changes = Changes(names, self.qualified)
        self._imported: dict[Node, str | None] = {}
        self._following: set[Node] = set()
        self._set: dict[Node, dict[str, list[Node]]] = {}
        """What fields of `this` are set to, by the classes."""

    def of(self, node: Node) -> Node | None:
        """What a constant or `this.x` is set to, where it is set once and its shape is not changed later."""
        node = unwrapped(node)
        if node.type in ("identifier", "shorthand_property_identifier"):
            bound = self.names.binding(node)
            if (
                bound is None
                or bound.value is None
                or self.names.is_reassigned(bound)
                or self.changes.sets_fields(bound)
            ):
                return None
            value = unwrapped(bound.value)
            return None if value.type in CHANGEABLE and self.changes.of(bound) else value
        if is_this_field(node):
            name = node.entries[-1].text
            value = self.field(node, name)
            changed = value is not None and value.type in CHANGEABLE and self.changes.of_field(node, name)
            return None if changed else value
        return None

    def field(self, near: Node, name: str) -> Node | None:
        """What `this.name` is set to in the class around a place, where it is set once."""
        owner = self.names.owner(near)
        values = self.field_values(owner, name) if owner is not None else ()
        return unwrapped(values[0]) if len(values) == 1 else None

    def field_values(self, owner: Node, name: str) -> Sequence[Node]:
        """What `this.name` is set to, in the body of a class or by its methods."""
        if owner not in self._set:
            self._set[owner] = _fields_set(owner)
        return self._set[owner].get(name, [])

    def qualified(self, node: Node) -> str | None:
        """The dotted name an expression or type is imported by: `@pulumi/cloud.storage.Bucket`."""
        path: list[str] = []
        node = unwrapped(node)
        while (key := member_of(node)) is not None:
            owner = unwrapped(node.entries[0])
            if (named := self._member(owner, key)) is not None:
                if named in self._following:
                    return None
                self._following.add(named)
                head = self.qualified(named)
                self._following.discard(named)
                return dotted(head, path) if head is not None else None
            path.insert(0, key)
            node = owner
        bound = self.names.binding(node) if node.type in NAMED else None
        head = self.imported(bound) if bound is not None else required(node)
        return dotted(head, path) if head is not None else None

    def heads(self) -> Iterator[Node]:
        """What expressions begin with that may lead to an import: a name, a field, or a call that loads a module."""
        root = self.names.root
        yield from (node for node in root.inside("this") if node.parent is not None and node.parent.type in READING)
        yield from (call for call in root.inside("call_expression", "await_expression") if required(call) is not None)
        for bound in self.names.all_bindings():
            source = unwrapped(bound.source) if bound.source is not None else None
            if bound.imported is not None or (source is not None and source.type in LEADING):
                yield from self.names.uses(bound)

    def _member(self, owner: Node, key: str) -> Node | None:
        """What a field of `this` or an entry of an object that is kept in a constant is once and for all."""
        if owner.type == "this":
            field = self.field(owner, key)
            return field if field is not None and field.type in REFERENCES else None
        bound = self.names.binding(owner) if owner.type == "identifier" else None
        kept = bound is not None and bound.value is not None and unwrapped(bound.value).type == "object"
        held = self.of(owner) if kept else None
        found = [value for name, value in pairs(held) if name == key] if held is not None else []
        return found[0] if len(found) == 1 else None

    def imported(self, bound: Binding) -> str | None:
        """The dotted name a binding stands for: its own, or that of what it is once and for all taken from."""
        if bound.imported is not None or bound.source is None:
            return bound.imported
        if bound.target not in self._imported:
            self._imported[bound.target] = None
            head = None if self.names.is_reassigned(bound) else self.qualified(bound.source)
            self._imported[bound.target] = dotted(head, bound.path) if head is not None else None
        return self._imported[bound.target]

    def is_sole(self, name: Node) -> bool:
        """The name is the only one to read its constant, which no annotation describes and no other file sees."""
        bound = self.names.binding(name) if name.type in ("identifier", "shorthand_property_identifier") else None
        declared = bound.target.parent if bound is not None else None
        if bound is None or bound.value is None or declared is None or declared.type != "variable_declarator":
            return False
        around = declared.parent.parent if declared.parent is not None else None
        exported = around is not None and around.type == "export_statement"
        exported = exported or name.text in self.names.exported
        typed = declared.child_by_field_name("type") is not None or bound.value != unwrapped(bound.value)
        return not exported and not typed and self.names.uses(bound) == [name]

    def is_shared(self, node: Node) -> bool:
        """The node is part of a list or object kept in a constant that more than one place reads."""
        for around in node.ancestors():
            if around.type == "variable_declarator":
                name = around.child_by_field_name("name")
                bound = self.names.binding(name) if name is not None and name.type == "identifier" else None
                return bound is not None and len(self.names.uses(bound)) > 1
            if around.type not in SHAPES and around.type not in WRAPPERS:
                return False
        return False


def _fields_set(owner: Node) -> dict[str, list[Node]]:
    """What the fields of `this` are set to in a class."""
    found: dict[str, list[Node]] = {}
    for node in owner.inside("assignment_expression", "public_field_definition"):
        if node.type == "public_field_definition":
            name, value = node.child_by_field_name("name"), node.child_by_field_name("value")
        else:
            left = node.entries[0]
            name, value = (left.entries[-1] if is_this_field(left) else None), node.entries[-1]
        if name is not None and value is not None:
            found.setdefault(name.text, []).append(value)
    return found
