"""Which class or function of the provider's package an expression names."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from functools import cached_property

from iacfix.languages.python import syntax
from iacfix.languages.python.classes import extended
from iacfix.languages.python.definitions import Definitions
from iacfix.languages.python.exports import exported
from iacfix.languages.python.names import camel, dotted, last_name, snake
from iacfix.languages.python.scopes import ImportAssignment
from iacfix.languages.python.tree import inside
from iacfix.languages.shared import provider_names
from iacfix.languages.shared.choices import ANY

LOADING = frozenset({"import_module", "__import__", "globals"})
KNOWN = sys.stdlib_module_names | {"builtins"}
"""Modules that no file of a project is."""


class ProviderNames(provider_names.ProviderNames[syntax.Node]):
    """The names of one module."""

    language = "python"
    output = "_output"
    inputs = ("Args", "ArgsDict")
    padding = "_"

    definitions: Definitions

    @property
    def document_fields(self) -> frozenset[str]:
        """The fields that hold a document in what a function of the provider answers."""
        return frozenset(map(snake, self.package.documents.values()))

    def _classes(self, call: syntax.Node) -> Iterable[syntax.Node]:
        return (call.func, *extended(self.definitions, call)) if isinstance(call, syntax.Call) else ()

    @cached_property
    def has_indirect_uses(self) -> bool:
        """A class or a module of the package stands somewhere else than where it is called, or its type is meant; or
        something else is bound to its name, or modules come from more than import statements."""
        module = self.definitions.names.module
        if any(last_name(call.func) in LOADING for call in inside(module, syntax.Call)):
            return True
        if any(dotted(node) == "sys.modules" for node in inside(module, syntax.Attribute)):
            return True
        imports = (
            bound
            for scope in self.definitions.names.scopes
            for bound in scope.assignments
            if isinstance(bound, ImportAssignment)
        )
        return any(
            self._is_of_package(bound, access.node)
            and (not _is_called(access.node) or self.qualified(access.node) is None)
            for bound in imports
            for access in bound.references
            if not access.is_annotation
        )

    def _is_of_package(self, bound: ImportAssignment, use: syntax.Node) -> bool:
        """What is read of an import there is the package, or a part of it."""
        names = {name.name for name in bound.qualified(bound.name)}
        if any(self._is_of_pulumi(name) for name in names):
            return any(name.partition(".")[0] == self.spelled for name in names)
        return f"{self.qualified(_whole(use))}.".startswith(f"{self.spelled}.")

    def types_in(self, node: syntax.BaseExpression) -> str | None:
        """The schema type of a class that is computed, of the module of the package that an expression names."""
        name = self.qualified(node) or ""
        is_module = name.count(".") < 2 and not name.rpartition(".")[2][:1].isupper()
        return self.type_by(f"{name}.{ANY}") if is_module else None

    def types_by_stars(self, func: syntax.BaseExpression) -> Iterator[str]:
        """The schema types that an expression may name, where several star imports may give its first name."""
        path, root = list[str](), func
        while isinstance(root, syntax.Attribute):
            path.insert(0, root.attr.value)
            root = root.value
        if isinstance(root, syntax.Name) and not self.definitions.names.scope(root)[root.value]:
            for module in self.definitions.stars_of(root.value):
                name = ".".join([module, root.value, *path])
                if (
                    name.startswith(f"{self.spelled}.")
                    and name.count(".") > 1
                    and name.rpartition(".")[2][:1].isupper()
                ):
                    yield name.replace(self.spelled, self.package.name, 1)

    def function_of(self, call: syntax.Node) -> str | None:
        path = self._path(self.qualified(call.func)) if isinstance(call, syntax.Call) else None
        if path is None or not path[-1][:1].islower():
            return None
        return ".".join((self.package.name, *path[:-1], camel(path[-1].removesuffix(self.output))))

    def is_inputs(self, call: syntax.Call) -> bool:
        """The call makes inputs of a resource, of whatever package of Pulumi."""
        name = self.qualified(call.func) or ""
        return name.startswith("pulumi_") and name.endswith(self.inputs)

    @cached_property
    def imports_files(self) -> bool:
        """Something is imported that may be of the project."""
        return any(
            self._is_of_file(name.name)
            for scope in self.definitions.names.scopes
            for bound in scope.assignments
            if isinstance(bound, ImportAssignment)
            for name in bound.qualified(bound.name)
        )

    def _is_of_file(self, name: str) -> bool:
        return name.partition(".")[0] not in KNOWN and not self._is_of_pulumi(name)

    def _exported(self, path: tuple[str, ...]) -> Iterable[str]:
        return exported(self.definitions, path)

    def _is_of_pulumi(self, name: str) -> bool:
        module = name.partition(".")[0]
        return module in ("pulumi", self.spelled) or module.startswith("pulumi_")

    def _ways(self, name: str) -> Iterator[tuple[str, tuple[str, ...]]]:
        begin = len(name) - len(name.lstrip("."))
        parts = name[begin:].split(".")
        if self._is_of_file(name):
            for stop in range(len(parts), -1 if begin else 0, -1):
                yield name[:begin] + ".".join(parts[:stop]), tuple(parts[stop:])


def _is_called(node: syntax.Node) -> bool:
    """The name, with the members that are read of it, is what a call calls."""
    node = _whole(node)
    return isinstance(node.parent, syntax.Call) and node.parent.func is node


def _whole(node: syntax.Node) -> syntax.Node:
    """The name with the members that are read of it."""
    while isinstance(parent := node.parent, syntax.Attribute) and parent.value is node:
        node = parent
    return node
