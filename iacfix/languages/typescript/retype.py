"""Another class for a resource: the type annotations that go with it, and where its type leaves the file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from iacfix import reasons
from iacfix.errors import CannotFix
from iacfix.languages.shared.nodes import Node
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


class Retyping:
    """Where a file names the class of a resource, or hands the resource on."""

    def __init__(self, program: TypeScriptProgram) -> None:
        self.program = program

    def places(self, host: Resource, type: str, gone: Sequence[Node]) -> Iterator[Splice | Moved]:
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
        owned = {resource.node: self._owned(resource) for resource in self.program.resources(host.type)}
        for node in self._mentions(constructor):
            kind = node.type != "member_expression"
            mine = [
                key for key, types in owned.items() if any(node in [found, *found.inside(node.type)] for found in types)
            ]
            if not mine and kind:
                raise CannotFix(reasons.TYPE_ANNOTATION.of(name=node.text))
            if not mine:
                raise CannotFix(reasons.CLASS_AS_VALUE.of(name=node.text))
            if host.node in mine:
                yield self._spelled(node, host.type, type)

    def _spelled(self, node: Node, old: str, new: str, inside: str = "", ending: str = "") -> Splice | Moved:
        """Another name where one stands: its last part, or all of it where the module is another one too."""
        is_type = node.type in TYPES
        if module_of(old) == module_of(new) and node.type != "type_identifier":
            last = node.entries[-1] if node.entries else node
            return Splice(last.start_byte, last.end_byte, new.rpartition(".")[2] + ending)
        if next(iter(node.inside("comment")), None) is not None:
            raise CannotFix(reasons.COMMENT_IN_CLASS_NAME)
        return Moved(node, inside + new.removeprefix(f"{self.program.package.name}.") + ending, is_type)

    def _inputs(self, host: Resource, type: str, gone: Sequence[Node]) -> Iterator[Splice | Moved]:
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

    def _mentions(self, constructor: Node) -> Iterator[Node]:
        """The places that name the class, calls of it and of its static methods aside."""
        wanted = _ends(self.program.definitions.qualified(constructor))
        for node in self.program.root.inside("nested_type_identifier", "type_identifier", "member_expression"):
            around = node.parent
            if around is None or around.type == "new_expression":
                continue
            if around.type in ("nested_type_identifier", "member_expression") and around.entries[0] != node:
                continue
            if node.type == "member_expression" and around.type == "member_expression" and not is_wrapper(around):
                continue
            if is_wrapper(node) and node.type == "member_expression":
                if node.entries[-1].text == constructor.entries[-1].text:
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
        functions = [node for node in host.node.ancestors() if node.type in FUNCTIONS]
        if statement.type == "return_statement" or (functions and self._is_returned(host, functions[0])):
            raise CannotFix(reasons.RETURNED_RESOURCE)
        lost = self.program.package.lost_members.get(host.type, ())
        for node in self.program.root.inside("member_expression") if lost else ():
            method, owner = node.entries[-1].text, self.program.resource_at(node.entries[0])
            if method in lost and (owner is host or owner is None):
                raise CannotFix(reasons.METHOD_OF_OLD_CLASS.of(method=method))
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
            for node in self.program.root.inside("export_specifier"):
                if node.entries[0].text == target.text:
                    raise CannotFix(reasons.EXPORTED_RESOURCE)
        elif is_this_field(target):
            name = target.entries[-1].text
            for node in self.program.root.inside("member_expression"):
                if node.entries[-1].text == name and node != target:
                    mine = is_this_field(node) and names.owner(node) == names.owner(target)
                    theirs = self.program.resource_at(node.entries[0]) is not None or node.entries[0].type == "this"
                    if mine or not theirs:
                        yield node

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

    def _is_returned(self, host: Resource, function: Node) -> bool:
        return any(
            self.program.resource_at(unwrapped(node.entries[0])) is host
            for node in function.inside("return_statement")
            if node.entries
        )


def _is_in(node: Node, gone: Sequence[Node]) -> bool:
    return any(each.start_byte <= node.start_byte and node.end_byte <= each.end_byte for each in gone)


def _ends(name: str | None) -> tuple[str, ...] | None:
    """The package, the module and the class of a dotted name, however deep the path between them is."""
    parts = name.split(".") if name is not None else []
    return (parts[0], parts[1], parts[-1]) if len(parts) > 2 else None
