"""Another class for a resource: the type annotations that go with it, and where its type leaves the file."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain
from weakref import WeakKeyDictionary

from iacfix import reasons
from iacfix.errors import CannotFix
from iacfix.languages.shared.nodes import INDEX, Node
from iacfix.languages.shared.retyped import module_of, parts, refuse_re_exported, refuse_unseen
from iacfix.languages.typescript.layout import Splice
from iacfix.languages.typescript.moved_imports import Moved
from iacfix.languages.typescript.names import CLASSES, is_this_field
from iacfix.languages.typescript.read import TypeScriptProgram
from iacfix.languages.typescript.tree import FUNCTIONS, is_wrapper, unwrapped
from iacfix.model import Resource

INPUTS = "types.input"
"""Where a package has the types of what inputs hold."""

TYPES = ("nested_type_identifier", "type_identifier")

OWNING = frozenset({"parent", "dependsOn", "deletedWith"})
"""Options that take any resource."""


_Class = tuple[str, tuple[str, ...] | None, str]
"""The type of a resource, the ends of the dotted name of its class, and the last word that it is written with."""


@dataclass
class _Known:
    """What was found for one resource of a program and holds for the others; nodes only, which do not keep it."""

    mentions: dict[_Class, _Mentions] = field(default_factory=dict["_Class", "_Mentions"])
    lost: dict[str, Mapping[Node | None, Node]] = field(default_factory=dict[str, Mapping["Node | None", Node]])
    """By the type: the first call of a method of the old class on each resource; None stands for what is unknown."""
    others: dict[str, list[Node]] = field(default_factory=dict[str, list[Node]])
    """By their names: the members of what is neither `this` nor a resource."""
    returned: dict[Node, frozenset[Node]] = field(default_factory=dict[Node, frozenset[Node]])
    """By the function: the resources that it returns."""


@dataclass(frozen=True)
class _Mentions:
    """The places that name a class: those that go with resources, by these, and the first one that does not."""

    of: Mapping[Node, list[Node]]
    stray: Node | None


_known: WeakKeyDictionary[TypeScriptProgram, _Known] = WeakKeyDictionary()


class Retyping:
    """Where a file names the class of a resource, or hands the resource on."""

    def __init__(self, program: TypeScriptProgram) -> None:
        self.program = program
        self._known = _known.setdefault(program, _Known())

    def places(self, host: Resource, type: str, gone: Collection[Node]) -> Iterator[Splice | Moved]:
        """What becomes of the class, the types of its inputs and the annotations that go with it; raises CannotFix
        where others name it too. What is `gone` leaves the resource with other edits."""
        refuse_re_exported(self.program.re_exporting_file(host))
        constructor = host.node.child_by_field_name("constructor")
        if constructor is None or constructor.type != "member_expression" or not self._leads(constructor, host.type):
            raise CannotFix(reasons.CLASS_BY_NAME)
        yield self._spelled(constructor, host.type, type)
        refuse_unseen(host)
        yield from self._inputs(host, type, gone)
        self._refuse_leaving(host)
        self._refuse_assertion(host)
        mentions = self._mentioned(host.type, constructor)
        stray = mentions.stray
        for node in sorted([*mentions.of.get(host.node, ()), *([stray] if stray is not None else ())], key=INDEX):
            if node is stray:
                is_value = node.type == "member_expression"
                reason = reasons.CLASS_AS_VALUE if is_value else reasons.TYPE_ANNOTATION
                raise CannotFix(reason.of(name=node.text))
            yield self._spelled(node, host.type, type)

    def _mentioned(self, type: str, constructor: Node) -> _Mentions:
        """What names the class, as annotations of the resources that hold one, and otherwise."""
        wanted, written = _ends(self.program.definitions.qualified(constructor)), constructor.entries[-1].text
        key = type, wanted, written
        if key not in self._known.mentions:
            owners, of, stray = dict[Node, list[Node]](), dict[Node, list[Node]](), None
            for resource in self.program.resources(type):
                for kind in self._owned(resource):
                    for node in dict.fromkeys((kind, *kind.below())):
                        owners.setdefault(node, []).append(resource.node)
            for node in self._mentions(wanted, written):
                for owner in dict.fromkeys(owners.get(node, ())):
                    of.setdefault(owner, []).append(node)
                stray = node if stray is None and node not in owners else stray
            self._known.mentions[key] = _Mentions(of, stray)
        return self._known.mentions[key]

    def _spelled(self, node: Node, old: str, new: str, inside: str = "", ending: str = "") -> Splice | Moved:
        """Another name where one stands: its last part, or all of it where the module is another one too."""
        is_type = node.type in TYPES
        if module_of(old) == module_of(new) and node.type != "type_identifier":
            last = node.entries[-1] if node.entries else node
            return Splice(last.start_byte, last.end_byte, new.rpartition(".")[2] + ending)
        if next(iter(node.inside("comment")), None) is not None:
            raise CannotFix(reasons.COMMENT_IN_CLASS_NAME)
        return Moved(node, inside + new.removeprefix(f"{self.program.package.name}.") + ending, is_type)

    def _inputs(self, host: Resource, type: str, gone: Collection[Node]) -> Iterator[Splice | Moved]:
        """The types of its inputs, which begin with its name, where the call says them."""
        for node in host.node.inside(*TYPES):
            ending = self._ending(node, host.type)
            if ending is not None and not _is_in(node, gone):
                yield self._spelled(node, host.type, type, *ending)
        for value in parts(host.args):
            bound = None if value.is_direct or _is_in(value.place, gone) else self.program.names.binding(value.place)
            declared = bound.target.parent if bound is not None else None
            if declared is not None and any(self._ending(node, host.type) for node in declared.inside(*TYPES)):
                raise CannotFix(reasons.ARGUMENTS_OF_OLD_CLASS)

    def _ending(self, node: Node, type: str) -> tuple[str, str] | None:
        """Where a type of inputs lies in the package, and what its name has behind that of the resource's class."""
        around = node.parent
        if around is not None and around.type == "nested_type_identifier":
            return None
        package = self.program.package
        name = (self.program.definitions.qualified(node) or "").removeprefix(f"{package.packages['typescript']}.")
        for place in (f"{INPUTS}.", ""):
            begin = place + type.removeprefix(f"{package.name}.")
            ending = name.removeprefix(begin)
            if name.startswith(begin) and ending[:1].isupper() and (place or ending == "Args"):
                return place, ending
        return None

    def _leads(self, constructor: Node, type: str) -> bool:
        """The class is reached through its module, which has its siblings too."""
        package, path = self.program.package, type.rpartition(".")[0].removeprefix(self.program.package.name)
        return self.program.qualified(constructor.entries[0]) == package.packages["typescript"] + path

    def _mentions(self, wanted: tuple[str, ...] | None, written: str) -> Iterator[Node]:
        """The places that name the class, calls of it and of its static methods aside."""
        for node in self.program.root.inside("nested_type_identifier", "type_identifier", "member_expression"):
            around = node.parent
            if around is None or around.type == "new_expression":
                continue
            if around.type in ("nested_type_identifier", "member_expression") and around.entries[0] != node:
                continue
            if node.type == "member_expression" and around.type == "member_expression" and not is_wrapper(around):
                continue
            if is_wrapper(node) and node.type == "member_expression":
                if node.entries[-1].text == written:
                    yield node
            elif _ends(self.program.definitions.qualified(node)) == wanted:
                yield node

    def _owned(self, resource: Resource) -> list[Node]:
        """The annotations of what holds the resource."""
        parent = resource.node.parent
        if parent is None:
            return []
        if parent.type == "variable_declarator":
            kind = parent.child_by_field_name("type")
            return [kind] if kind is not None else []
        if parent.type == "assignment_expression" and is_this_field(parent.entries[0]):
            kinds = (node.child_by_field_name("type") for node in self._fields(resource.node, parent.entries[0]))
            return [kind for kind in kinds if kind is not None]
        return []

    def _fields(self, near: Node, target: Node) -> list[Node]:
        """The declaration of `this.x` in the class around a place."""
        owner = self.program.names.owner(near)
        fields = owner.inside("public_field_definition") if owner is not None else []
        name = target.entries[-1].text
        return [node for node in fields if (node.child_by_field_name("name") or node).text == name]

    # where its type leaves the file

    @staticmethod
    def _refuse_assertion(host: Resource) -> None:
        """`{...} as cloud.storage.BucketArgs`: the inputs of the new class are of another type."""
        for node in host.args.node.ancestors():
            if not is_wrapper(node):
                return
            if node.type == "as_expression" and node.children[-1].text != "const":
                raise CannotFix(reasons.ARGUMENTS_OF_OLD_CLASS)

    def _refuse_leaving(self, host: Resource) -> None:
        statement = self.program.statement(host.node)
        if statement.type == "export_statement":
            raise CannotFix(reasons.EXPORTED_RESOURCE)
        function = host.node.around(*FUNCTIONS)
        if statement.type == "return_statement" or (function is not None and host.node in self._returned(function)):
            raise CannotFix(reasons.RETURNED_RESOURCE)
        lost = self._lost(host.type)
        if calls := [lost[owner] for owner in (host.node, None) if owner in lost]:
            raise CannotFix(reasons.METHOD_OF_OLD_CLASS.of(method=min(calls, key=INDEX).entries[-1].text))
        target = self._target(host)
        if target is None:
            self._refuse_use(host.node)
        if target is not None and is_this_field(target):
            self._refuse_public(host, target)
        if target is not None:
            for use in self._uses(target):
                self._refuse_use(use)

    @staticmethod
    def _target(host: Resource) -> Node | None:
        """The name or the field that holds the resource."""
        node = host.node
        while node.parent is not None and is_wrapper(node.parent):
            node = node.parent
        parent = node.parent
        if parent is not None and parent.type == "variable_declarator":
            return parent.child_by_field_name("name")
        if parent is not None and parent.type == "assignment_expression" and parent.entries[-1] == node:
            return parent.entries[0]
        return None

    def _uses(self, target: Node) -> Iterator[Node]:
        """Where what holds the resource is read."""
        names = self.program.names
        if target.type == "identifier":
            for bound in names.lookup(target.text, target):
                yield from names.uses(bound)
            if target.text in names.exported:
                raise CannotFix(reasons.EXPORTED_RESOURCE)
        elif is_this_field(target):
            name, owner = target.entries[-1].text, names.owner(target)
            fields = names.uses_of_field(owner or names.root, name)
            mine = [node for node in fields if node != target and names.owner(node) == owner]
            yield from sorted([*mine, *self._others(name)], key=INDEX)

    def _others(self, name: str) -> list[Node]:
        """The members of a name of what is neither `this` nor a resource."""
        known = self._known.others
        if name not in known:
            owners = self.program.members(name)
            known[name] = [
                node for node, owner in owners if owner.type != "this" and self.program.resource_at(owner) is None
            ]
        return known[name]

    def _lost(self, type: str) -> Mapping[Node | None, Node]:
        """The first call of a method that the new class has not on each resource; None stands for what is unknown."""
        known = self._known.lost
        if type not in known:
            names = self.program.package.lost_members.get(type, ())
            known[type] = found = dict[Node | None, Node]()
            calls = [call for name in names for call in self.program.members(name)]
            for node, owner in sorted(calls, key=lambda call: call[0].index):
                resource = self.program.resource_at(owner)
                found.setdefault(resource.node if resource is not None else None, node)
        return known[type]

    def _refuse_use(self, use: Node) -> None:
        """The resource may be asked for its outputs, and own or precede other resources."""
        node = use
        while node.parent is not None and is_wrapper(node.parent):
            node = node.parent
        around = node.parent
        if around is None or (around.type == "member_expression" and around.entries[0] == node):
            return
        if around.type in ("expression_statement", "unary_expression", "await_expression"):
            return
        if around.type == "assignment_expression" and around.entries[0] == node:
            return
        if around.type == "export_statement":
            raise CannotFix(reasons.EXPORTED_RESOURCE)
        if around.type == "arguments" and around.parent is not None:
            called = around.parent.child_by_field_name("function")
            if called is not None and (self._is_open(called) or self.program.names.function(called) is not None):
                return
        pair = around.parent if around.type == "array" else around
        if pair is not None and pair.type == "pair" and (pair.child_by_field_name("key") or pair).text in OWNING:
            return
        if self._is_registered(node):
            return
        raise CannotFix(reasons.PASSED_RESOURCE)

    def _is_open(self, called: Node) -> bool:
        """The function takes values of any type."""
        name = self.program.qualified(called) or ""
        return name.startswith("@pulumi/pulumi.") or called.text.startswith("console.")

    @staticmethod
    def _is_registered(node: Node) -> bool:
        """The resource is among the outputs that a component registers."""
        calls = [around for around in node.ancestors() if around.type == "call_expression"]
        return any((call.child_by_field_name("function") or call).text.endswith(".registerOutputs") for call in calls)

    def _refuse_public(self, host: Resource, target: Node) -> None:
        owner = self.program.names.owner(host.node)
        if owner is None or not self._is_exported(owner):
            return
        for node in self._fields(host.node, target):
            access = [child.text for child in node.children if child.type == "accessibility_modifier"]
            if access != ["private"] and not target.entries[-1].text.startswith("#"):
                raise CannotFix(reasons.PUBLIC_ATTRIBUTE)

    def _is_exported(self, owner: Node) -> bool:
        if owner.type not in CLASSES or (owner.parent is not None and owner.parent.type == "export_statement"):
            return True
        name = (owner.child_by_field_name("name") or owner).text
        exported = self.program.root.inside("export_specifier")
        exported += [node.entries[0] for node in self.program.root.inside("export_statement") if node.entries]
        return any(node.text.split(" ")[0] == name for node in exported)

    def _returned(self, function: Node) -> frozenset[Node]:
        """The resources that a function returns."""
        known = self._known.returned
        if function not in known:
            given = [unwrapped(node.entries[0]) for node in function.inside("return_statement") if node.entries]
            made = [self.program.resource_at(node) for node in given]
            known[function] = frozenset(resource.node for resource in made if resource is not None)
        return known[function]


def _is_in(node: Node, gone: Collection[Node]) -> bool:
    return any(around in gone for around in chain((node,), node.ancestors()))


def _ends(name: str | None) -> tuple[str, ...] | None:
    """The package, the module and the class of a dotted name, however deep the path between them is."""
    parts = name.split(".") if name is not None else []
    return (parts[0], parts[1], parts[-1]) if len(parts) > 2 else None
