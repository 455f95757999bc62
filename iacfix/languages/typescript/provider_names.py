"""Which class or function of the provider's package an expression names."""

from __future__ import annotations

from dataclasses import dataclass

from iacfix.languages.shared.nodes import Node
from iacfix.languages.typescript.classes import extended
from iacfix.languages.typescript.definitions import Definitions
from iacfix.languages.typescript.tree import unwrapped
from iacfix.registry import ProviderPackage


@dataclass(frozen=True)
class ProviderNames:
    """The provider's names as one program spells them."""

    definitions: Definitions
    package: ProviderPackage

    @property
    def spelled(self) -> str:
        """The package as programs import it."""
        return self.package.packages["typescript"]

    @property
    def document_fields(self) -> frozenset[str]:
        """The fields that hold a document in what a function of the provider answers."""
        return frozenset(self.package.documents.values())

    def qualified(self, node: Node | None) -> str | None:
        return self.definitions.qualified(unwrapped(node)) if node is not None else None

    def called(self, call: Node) -> str:
        """The dotted name of what a call calls; a global keeps its own."""
        func = call.child_by_field_name("function")
        if func is None:
            return ""
        return self.qualified(func) or (func.text if func.text == "JSON.stringify" else "")

    def type_of(self, node: Node) -> str | None:
        """The schema type that a `new` expression or a call of `super` constructs."""
        classes = (node.child_by_field_name("constructor"), *extended(self.definitions, node))
        return next((type for found in classes if (type := self.type_named(found)) is not None), None)

    def type_named(self, node: Node | None) -> str | None:
        """The schema type whose class an expression names."""
        path = self._path(node)
        return ".".join((self.package.name, *path)) if path and path[-1][:1].isupper() else None

    def function_of(self, node: Node) -> str | None:
        """The schema name of the provider function a call invokes; its `Output` form has the same name."""
        path = self._path(node.child_by_field_name("function")) if node.type == "call_expression" else None
        if not path or not path[-1][:1].islower():
            return None
        return ".".join((self.package.name, *path[:-1], path[-1].removesuffix("Output")))

    def _path(self, node: Node | None) -> list[str] | None:
        """`["storage", "Bucket"]` for whatever way the class of the package is reached."""
        name = self.qualified(node)
        if name is None or not name.startswith(f"{self.spelled}."):
            return None
        module, *rest = name.removeprefix(f"{self.spelled}.").split(".")
        if rest and rest[-1].removesuffix("Output") == module:  # a function's own file
            return rest[-1:]
        return [module, rest[-1]] if rest else [module]
