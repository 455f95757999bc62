"""What names mean: imports, constants one step away, fields of `this`, and what is bound where."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from iacfix.languages.nodes import Node
from iacfix.languages.typescript.bindings import Binding, bindings, dotted, required
from iacfix.languages.typescript.changes import ASSIGNING, CHANGEABLE, Changes
from iacfix.languages.typescript.tree import FUNCTIONS, WRAPPERS, unwrapped

SCOPES = FUNCTIONS | {
    "program",
    "statement_block",
    "class_body",
    "for_statement",
    "for_in_statement",
    "catch_clause",
    "switch_body",
}
OF_VAR = FUNCTIONS | {"program"}
CLASSES = frozenset({"class_declaration", "abstract_class_declaration"})
SHAPES = frozenset({"object", "pair", "array", "string", "template_string"})
DEEP = 4
"""More steps than any real program has between a choice and what is chosen."""
EACH = frozenset({"forEach", "map", "flatMap"})
NAMED = frozenset({"identifier", "type_identifier", "shorthand_property_identifier"})
REFERENCES = frozenset(
    {"identifier", "member_expression", "subscript_expression", "call_expression", "await_expression"}
)
TYPES = frozenset({"nested_type_identifier", "type_query"})
NAMING = ("identifier", "type_identifier", "shorthand_property_identifier", "shorthand_property_identifier_pattern")


class Names:
    """Lexical name resolution for one file."""

    def __init__(self, root: Node) -> None:
        self.root = root
        self.changes = Changes(self)
        self._bound: dict[str, dict[Node, list[Binding]]] = {}
        """What binds each name, by the scopes that have it."""
        self._imported: dict[Node, str | None] = {}
        self._following: set[Node] = set()
        for binding in bindings(root):
            scopes = self._bound.setdefault(binding.target.text, {})
            scopes.setdefault(self._scope_of(binding), []).append(binding)

    @staticmethod
    def _scope_of(binding: Binding) -> Node:
        around = binding.target.ancestors()
        if binding.kind in ("function", "class"):
            next(around)
        kinds = OF_VAR if binding.kind == "var" else SCOPES
        return next(node for node in around if node.type in kinds)

    def lookup(self, name: str, at: Node) -> list[Binding]:
        """What binds a name as seen from a place, in the nearest scope that has it."""
        bound, around = self._bound.get(name), at.parent
        while bound is not None and around is not None:
            if (found := bound.get(around)) is not None:
                return found
            around = around.parent
        return []

    def binding(self, node: Node) -> Binding | None:
        """The one thing an identifier stands for, or None where there are more or none."""
        found = self.lookup(node.text, node)
        return found[0] if len(found) == 1 else None

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
        bound = self.binding(node) if node.type in NAMED else None
        head = self.imported(bound) if bound is not None else required(node)
        return dotted(head, path) if head is not None else None

    def _member(self, owner: Node, key: str) -> Node | None:
        """What a field of `this` or an entry of an object that is kept in a constant is once and for all."""
        if owner.type == "this":
            field = self.field(owner, key)
            return field if field is not None and field.type in REFERENCES else None
        bound = self.binding(owner) if owner.type == "identifier" else None
        kept = bound is not None and bound.value is not None and unwrapped(bound.value).type == "object"
        held = self.definition(owner) if kept else None
        found = [value for name, value in pairs(held) if name == key] if held is not None else []
        return found[0] if len(found) == 1 else None

    def imported(self, bound: Binding) -> str | None:
        """The dotted name a binding stands for: its own, or that of what it is once and for all taken from."""
        if bound.imported is not None or bound.source is None:
            return bound.imported
        if bound.target not in self._imported:
            self._imported[bound.target] = None
            head = None if self._is_reassigned(bound) else self.qualified(bound.source)
            self._imported[bound.target] = dotted(head, bound.path) if head is not None else None
        return self._imported[bound.target]

    def choices(self, node: Node, deep: int = DEEP) -> Iterator[Node]:
        """The expressions one of which a place stands for, as far as they are written; itself where it has none."""
        node = unwrapped(node)
        others = [found for found in self._others(node) if found != node] if deep else []
        if not others:
            yield node
        for found in others:
            yield from self.choices(found, deep - 1)

    def _others(self, node: Node) -> Iterator[Node]:
        match node.type:
            case "ternary_expression":
                yield from node.entries[1:]
            case "binary_expression" if node.operator in ("||", "??"):
                yield from node.entries
            case "subscript_expression":
                yield from self._elements(node.entries[0])
            case "identifier":
                bound = self.binding(node)
                if bound is not None and bound.kind in ("loop", "parameter"):
                    yield from self._iterated(bound)
                elif bound is not None and bound.value is not None:
                    yield from (bound.value, *self._assigned(bound))
            case _:
                pass

    def _assigned(self, bound: Binding) -> Iterator[Node]:
        """What a variable is set to later."""
        found = self.root.inside("assignment_expression") if bound.kind != "const" else []
        return (node.entries[-1] for node in found if self.binding(node.entries[0]) == bound)

    def _elements(self, node: Node) -> Iterator[Node]:
        """The elements of a list or the values of an object, in a constant or at the place."""
        node = unwrapped(node)
        held = node if node.type in ("object", "array") else self.definition(node)
        for child in held.entries if held is not None and held.type in ("object", "array") else ():
            yield child.child_by_field_name("value") or child

    def _iterated(self, bound: Binding) -> Iterator[Node]:
        """What a loop, or a callback of a list's method, goes through."""
        around = list(bound.target.ancestors())
        loop = next((found for found in around if found.type == "for_in_statement"), None)
        call = next((found for found in around if found.type == "call_expression"), None)
        func = call.child_by_field_name("function") if call is not None and bound.kind == "parameter" else None
        through = loop.child_by_field_name("right") if loop is not None and bound.kind == "loop" else None
        if func is not None and func.type == "member_expression" and func.entries[-1].text in EACH:
            through = func.entries[0]
        if through is not None and through.type == "call_expression":
            called, given = through.child_by_field_name("function"), through.child_by_field_name("arguments")
            is_object = called is not None and called.text in ("Object.values", "Object.entries")
            through = given.entries[0] if is_object and given is not None and given.entries else None
        for element in self._elements(through) if through is not None else ():
            yield from element.entries if element.type == "array" else [element]

    def definition(self, node: Node) -> Node | None:
        """What a constant or `this.x` is set to, where it is set once and its shape is not changed later."""
        node = unwrapped(node)
        if node.type in ("identifier", "shorthand_property_identifier"):
            bound = self.binding(node)
            if bound is None or bound.value is None or self._is_reassigned(bound) or self.changes.sets_fields(bound):
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
        owner = self.owner(near)
        if owner is None:
            return None
        values = [
            value
            for node in owner.inside("assignment_expression", "public_field_definition")
            for value in [_field_value(node, name)]
            if value is not None
        ]
        return unwrapped(values[0]) if len(values) == 1 else None

    @staticmethod
    def holder(node: Node) -> str:
        """The name of the outermost function or class around a node, nothing where that extends another class."""
        around = [found for found in node.ancestors() if found.type in {*CLASSES, *FUNCTIONS}]
        if not around or any(child.type == "class_heritage" for child in around[-1].children):
            return ""
        parent = around[-1].parent
        is_held = parent is not None and parent.type == "variable_declarator"
        name = (parent if is_held and parent is not None else around[-1]).child_by_field_name("name")
        return name.text if name is not None else ""

    @staticmethod
    def owner(node: Node) -> Node | None:
        """The class around a node."""
        return next((found for found in node.ancestors() if found.type in {*CLASSES, "class"}), None)

    def function(self, node: Node) -> Node | None:
        """The function of this file that a name stands for, or the function that is written at the place."""
        node = unwrapped(node)
        if node.type in FUNCTIONS:
            return node
        bound = self.binding(node) if node.type == "identifier" else None
        if bound is None:
            return None
        if bound.kind == "function":
            return bound.target.parent
        value = unwrapped(bound.value) if bound.value is not None else None
        return value if value is not None and value.type in FUNCTIONS else None

    def all_bindings(self) -> Iterator[Binding]:
        """Every binding of the file, in source order."""
        return iter(self._all_bindings)

    @cached_property
    def _all_bindings(self) -> list[Binding]:
        found = [bound for scopes in self._bound.values() for bounds in scopes.values() for bound in bounds]
        return sorted(found, key=lambda bound: bound.target.start_byte)

    def imports(self, *, types: bool = False) -> Iterator[Binding]:
        """What is imported for the whole file: values, with `types` what is imported as a type only too."""
        found = (bound for bound in self.all_bindings() if bound.imported is not None and (types or not bound.is_type))
        return (bound for bound in found if self._scope_of(bound) == self.root)

    def uses(self, bound: Binding) -> list[Node]:
        """Every place that reads a binding."""
        name = bound.target.text
        return [
            node
            for node in self._identifiers.get(name, [])
            if node != bound.target and not _is_target(node) and self.binding(node) == bound
        ]

    @cached_property
    def _identifiers(self) -> dict[str, list[Node]]:
        found: dict[str, list[Node]] = {}
        for node in self.root.inside("identifier", "type_identifier", "shorthand_property_identifier"):
            found.setdefault(node.text, []).append(node)
        return found

    def is_used(self, name: str, within: Node) -> bool:
        """The name stands anywhere inside a node, as more than a key or a member."""
        return any(node.text == name for node in within.inside(*NAMING))

    def changes_name(self, name: Node) -> bool:
        """The name stands for more than one thing, or for another one later."""
        found = self.lookup(name.text, name)
        return len(found) > 1 or any(self._is_reassigned(bound) for bound in found)

    def is_boolean(self, name: Node) -> bool:
        """The name is a parameter of the plain type `boolean`."""
        bound = self.binding(name)
        if bound is None or bound.kind != "parameter" or bound.target.parent is None:
            return False
        kind = bound.target.parent.child_by_field_name("type")
        return kind is not None and kind.text.lstrip(": ") == "boolean"

    def is_sole(self, name: Node) -> bool:
        """The name is the only one to read its constant, which no annotation describes and no other file sees."""
        bound = self.binding(name) if name.type in ("identifier", "shorthand_property_identifier") else None
        declared = bound.target.parent if bound is not None else None
        if bound is None or bound.value is None or declared is None or declared.type != "variable_declarator":
            return False
        around = declared.parent.parent if declared.parent is not None else None
        exported = around is not None and around.type == "export_statement"
        exported = exported or any(node.entries[0].text == name.text for node in self.root.inside("export_specifier"))
        typed = declared.child_by_field_name("type") is not None or bound.value != unwrapped(bound.value)
        return not exported and not typed and self.uses(bound) == [name]

    def is_shared(self, node: Node) -> bool:
        """The node is part of a list or object kept in a constant that more than one place reads."""
        for around in node.ancestors():
            if around.type == "variable_declarator":
                name = around.child_by_field_name("name")
                bound = self.binding(name) if name is not None and name.type == "identifier" else None
                return bound is not None and len(self.uses(bound)) > 1
            if around.type not in SHAPES and around.type not in WRAPPERS:
                return False
        return False

    def unbound(self) -> frozenset[str]:
        """Names that are used as values and bound nowhere, or to a type only."""
        return frozenset(
            name
            for name, nodes in self._identifiers.items()
            if not self._is_known(name)
            for node in nodes
            if node.type != "type_identifier" and not _is_target(node) and self._is_unbound(name, node)
        )

    def _is_known(self, name: str) -> bool:
        """The whole file sees a value of the name."""
        found = self._bound.get(name, {}).get(self.root, ())
        return any(not bound.is_type for bound in found)

    def _is_unbound(self, name: str, node: Node) -> bool:
        found = self.lookup(name, node)
        declared = any(bound.target == node for bound in found)
        return all(bound.is_type for bound in found) and not declared and not (found and _is_in_type(node))

    def _is_reassigned(self, bound: Binding) -> bool:
        if bound.kind == "const":
            return False
        return bound.target.text in self._assigned_names

    @cached_property
    def _assigned_names(self) -> frozenset[str]:
        return frozenset(node.entries[0].text for node in self.root.inside(*ASSIGNING))


def member_of(node: Node) -> str | None:
    """The key that an expression or a type reads of another: `b` of `a.b` and `a["b"]`."""
    if node.type in ("member_expression", "nested_type_identifier", "nested_identifier"):
        return node.entries[-1].text
    if node.type == "subscript_expression" and node.entries[-1].type == "string":
        return node.entries[-1].text[1:-1]
    return None


def pairs(node: Node) -> Iterator[tuple[str, Node]]:
    """The plain entries of an object; none where a spread or a computed key may hide others."""
    written = node.entries if node.type == "object" else []
    keys = [found.child_by_field_name("key") or found for found in written]
    if any(key.type not in ("property_identifier", "string", "shorthand_property_identifier") for key in keys):
        return
    for key, found in zip(keys, written, strict=True):
        yield key.text.strip("\"'"), found.child_by_field_name("value") or found


def is_this_field(node: Node) -> bool:
    """`this.x`"""
    return node.type == "member_expression" and node.entries[0].type == "this"


def _field_value(node: Node, name: str) -> Node | None:
    left = node.entries[0]
    if node.type == "assignment_expression":
        return node.entries[-1] if is_this_field(left) and left.entries[-1].text == name else None
    named = node.child_by_field_name("name")
    return node.child_by_field_name("value") if named is not None and named.text == name else None


def _is_in_type(node: Node) -> bool:
    """The name stands in a type: `cloud` in `x: cloud.storage.Bucket` and in `typeof cloud`."""
    return any(around.type in TYPES for around in node.ancestors())


def _is_target(node: Node) -> bool:
    """The identifier names something else than a variable: a label, a key, a declared name."""
    parent = node.parent
    return parent is not None and parent.type in (
        "import_specifier",
        "export_specifier",
        "labeled_statement",
        "enum_declaration",
    )
