"""Which class or function of the provider's package an expression names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property

from iacfix.languages.shared import provider_names
from iacfix.languages.shared.choices import ANY
from iacfix.languages.shared.nodes import Node
from iacfix.languages.typescript.bindings import Binding, computed_module, loaded
from iacfix.languages.typescript.classes import extended
from iacfix.languages.typescript.definitions import Definitions
from iacfix.languages.typescript.exports import exported


class ProviderNames(provider_names.ProviderNames[Node]):
    """The names of one file."""

    language = "typescript"
    output = "Output"

    definitions: Definitions

    @property
    def document_fields(self) -> frozenset[str]:
        """The fields that hold a document in what a function of the provider answers."""
        return frozenset(self.package.documents.values())

    def called(self, call: Node) -> str:
        """The dotted name of what a call calls; a global keeps its own."""
        func = call.child_by_field_name("function")
        if func is None:
            return ""
        return self.qualified(func) or (func.text if func.text == "JSON.stringify" else "")

    def _classes(self, call: Node) -> Iterable[Node | None]:
        return (call.child_by_field_name("constructor"), *extended(self.definitions, call))

    def types_in(self, node: Node) -> str | None:
        """The schema type of a class that is computed, of the module of the package that an expression names."""
        name = (self.qualified(node) or "").removeprefix(self.spelled)
        is_module = name.count(".") < 2 and not name.rpartition(".")[2][:1].isupper()
        return self.type_by(f"{self.spelled}{name}.{ANY}") if is_module and self.qualified(node) else None

    @cached_property
    def has_indirect_uses(self) -> bool:
        """A class or a module of the package stands somewhere else than where it is called, or a module is loaded by a
        call."""
        calls = self.definitions.names.root.inside("call_expression")
        return any(computed_module(call) is not None or self._is_loaded(call) for call in calls) or any(
            self._is_of_package(bound, use) and not _is_called(use)
            for bound in self.definitions.names.all_bindings()
            if bound.imported is not None
            for use in self.definitions.names.uses(bound)
            if use.type != "type_identifier"
        )

    def _is_loaded(self, call: Node) -> bool:
        """The call loads a module, and not as the declaration of a constant does that."""
        required = loaded(call, "require")
        if required is None or not f"{required}.".startswith(f"{self.spelled}."):
            return loaded(call, "import") is not None
        whole = _whole(call)
        return whole.parent is None or whole.parent.type != "variable_declarator"

    def _is_of_package(self, bound: Binding, use: Node) -> bool:
        """What is read of an import there is the package, or a part of it."""
        name = bound.imported or ""
        if self._is_of_pulumi(name):
            return f"{name}.".startswith(f"{self.spelled}.")
        return f"{self.qualified(_whole(use))}.".startswith(f"{self.spelled}.")

    def function_of(self, node: Node) -> str | None:
        path = (
            self._path(self.qualified(node.child_by_field_name("function"))) if node.type == "call_expression" else None
        )
        if not path or not path[-1][:1].islower():
            return None
        return ".".join((self.package.name, *path[:-1], path[-1].removesuffix(self.output)))

    @cached_property
    def imports_files(self) -> bool:
        """Something is imported that may be of the project."""
        imports = (bound.imported for bound in self.definitions.names.all_bindings())
        return any(name is not None and not self._is_of_pulumi(name) for name in imports)

    def _exported(self, path: tuple[str, ...]) -> Iterable[str]:
        return exported(self.definitions, path)

    def _is_of_pulumi(self, name: str) -> bool:
        return f"{name}.".startswith(("@pulumi/", f"{self.spelled}."))

    def _ways(self, name: str) -> Iterator[tuple[str, tuple[str, ...]]]:
        if not self._is_of_pulumi(name):
            known = self.definitions.names.sources
            heads = [head for head in known if f"{name}.".startswith(f"{head}.")]
            for head in sorted(heads, key=len, reverse=True):
                yield known[head], tuple(filter(None, name.removeprefix(head).removeprefix(".").split(".")))


def _is_called(node: Node) -> bool:
    """The name, with the members that are read of it, is what is called or constructed, or a type."""
    node = _whole(node)
    parent = node.parent
    if parent is None or parent.type in ("nested_type_identifier", "nested_identifier", "type_query"):
        return True
    return node in (parent.child_by_field_name("function"), parent.child_by_field_name("constructor"))


def _whole(node: Node) -> Node:
    """The name with the members that are read of it."""
    while (parent := node.parent) is not None and parent.type == "member_expression" and parent.entries[0] == node:
        node = parent
    return node
