"""Which class or function of the provider's package an expression names."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from iacfix.languages.python import syntax
from iacfix.languages.python.classes import extended
from iacfix.languages.python.definitions import Definitions
from iacfix.languages.python.names import camel, snake
from iacfix.registry import ProviderPackage


@dataclass(frozen=True)
class ProviderNames:
    """The provider's names as one program spells them."""

    definitions: Definitions
    package: ProviderPackage

    @property
    def spelled(self) -> str:
        """The package as programs import it."""
        return self.package.packages["python"]

    @property
    def document_fields(self) -> frozenset[str]:
        """The fields that hold a document in what a function of the provider answers."""
        return frozenset(map(snake, self.package.documents.values()))

    def qualified(self, node: syntax.Node) -> str | None:
        return self.definitions.qualified(node)

    def type_of(self, call: syntax.BaseExpression) -> str | None:
        """The schema type a call constructs."""
        if not isinstance(call, syntax.Call):
            return None
        classes = (call.func, *extended(self.definitions, call))
        return next((type for node in classes if (type := self.type_named(node)) is not None), None)

    def type_named(self, node: syntax.BaseExpression) -> str | None:
        """The schema type whose class an expression names."""
        path = self._path(node)
        if path is None or not path[-1][:1].isupper() or path[-1].endswith(("Args", "ArgsDict")):
            return None
        return ".".join((self.package.name, *path))

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

    def function_of(self, call: syntax.BaseExpression) -> str | None:
        """The schema name of the provider function a call invokes; its `_output` form has the same name."""
        path = self._path(call.func) if isinstance(call, syntax.Call) else None
        if path is None or not path[-1][:1].islower():
            return None
        return ".".join((self.package.name, *path[:-1], camel(path[-1].removesuffix("_output"))))

    def is_inputs(self, call: syntax.Call) -> bool:
        """The call makes inputs of a resource, of whatever package of Pulumi."""
        name = self.qualified(call.func) or ""
        return name.startswith("pulumi_") and name.endswith(("Args", "ArgsDict"))

    def _path(self, func: syntax.BaseExpression) -> list[str] | None:
        """`["storage", "Bucket"]` for whatever way `<package>.storage.Bucket` is reached."""
        name = self.qualified(func)
        if name is None or not name.startswith(f"{self.spelled}."):
            return None
        module, *rest = name.split(".")[1:]
        if rest and rest[-1].removesuffix("_output") == module:  # a function's own file
            return rest[-1:]
        return [module.rstrip("_"), rest[-1]] if rest else [module]
