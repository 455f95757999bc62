"""What is bound where: lexical scopes, and the functions and classes around a node."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cached_property
from math import inf

from iacfix.languages.shared.nodes import INDEX, Node
from iacfix.languages.typescript.bindings import Binding, bindings, sources
from iacfix.languages.typescript.tree import FUNCTIONS, unwrapped

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
ASSIGNING = frozenset({"assignment_expression", "augmented_assignment_expression", "update_expression"})
BLOCKS = frozenset({"program", "statement_block"})
RERUN = frozenset({"for_statement", "for_in_statement", "while_statement", "do_statement", "try_statement"})
"""Statements of which any part may have run before any other."""
NAMED = frozenset({"identifier", "type_identifier", "shorthand_property_identifier"})
TYPES = frozenset({"nested_type_identifier", "type_query"})
NAMING = ("identifier", "type_identifier", "shorthand_property_identifier", "shorthand_property_identifier_pattern")

_Set = tuple[set[Node | None], dict[Node, list[Node]]]
"""The functions in which a name is set, and the places that set it inside each node."""
Seen = tuple[list[int], list[list[Binding]]]
"""What binds a name, by stretches of nodes that see the same: the numbers of their first nodes, and what each sees."""


class Names:
    """Lexical name resolution for one file."""

    def __init__(self, root: Node) -> None:
        self.root = root
        self._bound: dict[str, dict[Node, list[Binding]]] = {}
        """What binds each name, by the scopes that have it."""
        for binding in bindings(root):
            scopes = self._bound.setdefault(binding.target.text, {})
            scopes.setdefault(self._scope_of(binding), []).append(binding)
        self._seen: dict[str, Seen] = {}
        self._uses: dict[str, dict[Node, list[Node]]] = {}
        """What reads each name, by the targets of the bindings."""
        self._fields: dict[Node, dict[str, list[Node]]] = {}
        """What reads each field of `this`, by the classes."""
        self._set: dict[str, _Set] = {}
        """Where the names that were asked about are set."""

    @cached_property
    def sources(self) -> dict[str, str]:
        """The modules that the file names, by the heads of the dotted names of what is in them."""
        return sources(self.root)

    @staticmethod
    def _scope_of(binding: Binding) -> Node:
        around = binding.target.ancestors()
        if binding.kind in ("function", "class"):
            next(around)
        kinds = OF_VAR if binding.kind == "var" else SCOPES
        return next(node for node in around if node.type in kinds)

    def lookup(self, name: str, at: Node) -> list[Binding]:
        """What binds a name as seen from a named node, in the nearest scope around it that has it."""
        if name not in self._seen:
            self._seen[name] = _stretches(self._bound.get(name, {}))
        starts, found = self._seen[name]
        return found[bisect_right(starts, at.index) - 1]

    def lookup_inside(self, name: str, scope: Node) -> list[Binding]:
        """What binds a name as seen from what stands in a scope itself."""
        return self._bound.get(name, {}).get(scope) or self.lookup(name, scope)

    def binding(self, node: Node) -> Binding | None:
        """The one thing an identifier stands for, or None where there are more or none."""
        found = self.lookup(node.text, node)
        return found[0] if len(found) == 1 else None

    @staticmethod
    def holders(node: Node) -> tuple[str, ...]:
        """The names of the functions around a node, and of the outermost function or class, which comes last; nothing
        where that extends another class."""
        around = [found for found in node.ancestors() if found.type in {*CLASSES, *FUNCTIONS}]
        if not around or any(child.type == "class_heritage" for child in around[-1].children):
            return ()
        inner = [found for found in around[:-1] if found.type in FUNCTIONS and found.type != "method_definition"]
        return tuple(filter(None, map(_name_of, (*inner, around[-1]))))

    @staticmethod
    def owner(node: Node) -> Node | None:
        """The class around a node."""
        return node.around(*CLASSES, "class")

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
        if name not in self._uses:
            uses = self._uses[name] = {}
            for node in self._identifiers.get(name, []):
                read = self.binding(node)
                if read is not None and node != read.target and not _is_target(node):
                    uses.setdefault(read.target, []).append(node)
        return self._uses[name].get(bound.target, [])

    def uses_of_field(self, owner: Node, name: str) -> list[Node]:
        """Every `this.name` in a class."""
        if owner not in self._fields:
            reads = self._fields[owner] = {}
            for node in filter(is_this_field, owner.inside("member_expression")):
                reads.setdefault(node.entries[-1].text, []).append(node)
        return self._fields[owner].get(name, [])

    @cached_property
    def _identifiers(self) -> dict[str, list[Node]]:
        found: dict[str, list[Node]] = {}
        for node in self.root.inside("identifier", "type_identifier", "shorthand_property_identifier"):
            found.setdefault(node.text, []).append(node)
        return found

    def is_used(self, name: str, within: Node) -> bool:
        """The name stands anywhere inside a node, as more than a key or a member."""
        nodes = self._named.get(name, [])
        first = bisect_left(nodes, within.index, key=INDEX)
        return first < len(nodes) and nodes[first].index <= within.last

    @cached_property
    def _named(self) -> dict[str, list[Node]]:
        """Where each name stands as more than a key or a member."""
        found: dict[str, list[Node]] = {}
        for node in self.root.inside(*NAMING):
            found.setdefault(node.text, []).append(node)
        return found

    @cached_property
    def exported(self) -> frozenset[str]:
        """What `export { .. }` names."""
        return frozenset(node.entries[0].text for node in self.root.inside("export_specifier"))

    def changes_name(self, name: Node) -> bool:
        """The name stands for more than one thing, or for another one later."""
        found = self.lookup(name.text, name)
        return len(found) > 1 or any(self.is_reassigned(bound) for bound in found)

    def is_boolean(self, name: Node) -> bool:
        """The name is a parameter of the plain type `boolean`."""
        bound = self.binding(name)
        if bound is None or bound.kind != "parameter" or bound.target.parent is None:
            return False
        kind = bound.target.parent.child_by_field_name("type")
        return kind is not None and kind.text.lstrip(": ") == "boolean"

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

    def set_above(self, name: Node) -> Node | None:
        """What a variable that is set in several places is set to where it is read: the nearest statement above sets
        it, in the same block or one around it, and nothing between the two may."""
        bound = self.binding(name)
        if bound is None or not self.is_reassigned(bound):
            return None
        functions, within = self._set_by(name.text)
        if functions != {name.around(*FUNCTIONS)}:
            return None
        for node in (name, *name.ancestors()):
            if node.type in RERUN and node in within:
                return None
            if (block := node.parent) is not None and block.type in BLOCKS:
                for above in reversed(block.entries[: block.entries.index(node)]):
                    if mine := within.get(above):
                        is_plain = above.type == "expression_statement" and mine[0].type == "assignment_expression"
                        return mine[0].entries[-1] if is_plain and len(mine) == 1 else None
        return None

    def _set_by(self, name: str) -> _Set:
        if name not in self._set:
            places = self._assignments.get(name, [])
            within = defaultdict[Node, list[Node]](list)
            for place in places:
                for around in place.ancestors():
                    within[around].append(place)
            self._set[name] = {place.around(*FUNCTIONS) for place in places}, within
        return self._set[name]

    def is_reassigned(self, bound: Binding) -> bool:
        if bound.kind == "const":
            return False
        return bound.target.text in self._assignments

    @cached_property
    def _assignments(self) -> dict[str, list[Node]]:
        """What sets a name or place again, by its text."""
        found: dict[str, list[Node]] = {}
        for node in self.root.inside(*ASSIGNING):
            found.setdefault(node.entries[0].text, []).append(node)
        return found


def _stretches(scopes: Mapping[Node, list[Binding]]) -> Seen:
    """The stretches in which a name means the same, by the scopes that have it: the inner one wins."""
    starts, found = [0], [list[Binding]()]
    around: list[Node] = []

    def close(before: float) -> None:
        while around and around[-1].last < before:
            starts.append(around.pop().last + 1)
            found.append(scopes[around[-1]] if around else [])

    for scope in sorted(scopes, key=INDEX):
        close(scope.index)
        around.append(scope)
        starts.append(scope.index + 1)
        found.append(scopes[scope])
    close(inf)
    return starts, found


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


def _name_of(function: Node) -> str:
    """The name of a function or class, or of the variable that is set to it."""
    parent = function.parent
    is_held = parent is not None and parent.type == "variable_declarator"
    name = (parent if is_held and parent is not None else function).child_by_field_name("name")
    return name.text if name is not None else ""
