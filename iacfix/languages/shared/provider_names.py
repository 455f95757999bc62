"""Resolves expressions to classes and functions of the provider, including re-exports by other files."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass, field
from typing import ClassVar, Generic, Protocol

from iacfix.languages.shared.choices import ANY
from iacfix.languages.shared.shapes import OfT
from iacfix.languages.shared.syntax import NodeT
from iacfix.model import Neighbours, ReExport
from iacfix.registry import ProviderPackage


class Imported(Protocol[OfT]):
    """The imports of one file."""

    def qualified(self, node: OfT, /) -> str | None: ...


@dataclass(frozen=True, eq=False)
class ProviderNames(ABC, Generic[NodeT]):
    """The names of the provider in one program, resolved through imports and re-exports of the project's files."""

    language: ClassVar[str]
    output: ClassVar[str]
    """The suffix of functions that take outputs."""
    inputs: ClassVar[tuple[str, ...]] = ()
    """The suffixes of input classes."""
    padding: ClassVar[str] = ""
    """The suffix of modules whose name would be a keyword."""

    definitions: Imported[NodeT]
    package: ProviderPackage
    neighbours: Neighbours
    _re_exports: dict[str, ReExport | None] = field(default_factory=dict[str, "ReExport | None"])
    _possible: dict[str, tuple[ReExport, ...]] = field(default_factory=dict[str, "tuple[ReExport, ...]"])
    _types: dict[NodeT, str | None] = field(default_factory=dict[NodeT, "str | None"])

    @property
    def spelled(self) -> str:
        """The package name that programs import."""
        return self.package.packages[self.language]

    def qualified(self, node: NodeT | None) -> str | None:
        """The dotted name of an imported expression, re-exports resolved; None where it is not imported."""
        name = self.definitions.qualified(node) if node is not None else None
        return self.leads_to(name) if name is not None else None

    def type_of(self, call: NodeT) -> str | None:
        """The schema type that a call constructs."""
        if call not in self._types:
            named = map(self.type_named, self._classes(call))
            self._types[call] = next((type for type in named if type is not None), None)
        return self._types[call]

    def type_named(self, node: NodeT | None) -> str | None:
        """The schema type whose class an expression names."""
        return self.type_by(self.qualified(node))

    def type_by(self, name: str | None) -> str | None:
        """The schema type of the class with a dotted name, in which `*` stands for a computed class."""
        path = self._path(name)
        if path is None or not (path[-1][:1].isupper() or path[-1] == ANY):
            return None
        return None if path[-1].endswith(self.inputs) else ".".join((self.package.name, *path))

    def _path(self, name: str | None) -> list[str] | None:
        """`["storage", "Bucket"]` for every dotted name of `<package>.storage.Bucket`; None for a member of a class."""
        name = self.leads_to(name) if name is not None else None
        if name is None or not name.startswith(f"{self.spelled}."):
            return None
        module, *rest = name.removeprefix(f"{self.spelled}.").split(".")
        if any(part[:1].isupper() for part in (module, *rest)[:-1]):
            return None
        if rest and rest[-1].removesuffix(self.output) == module:  # a function's own file
            return rest[-1:]
        return [module.rstrip(self.padding), rest[-1]] if rest else [module]

    def re_exporting_file(self, node: NodeT | None) -> str | None:
        """The path of the other file that re-exports what an expression names."""
        name = self.definitions.qualified(node) if node is not None else None
        found = self.re_export_of(name) if name is not None else None
        return found.path if found is not None else None

    @abstractmethod
    def function_of(self, call: NodeT, /) -> str | None:
        """The schema name of the provider function a call invokes; the form that takes outputs has the same name."""

    @abstractmethod
    def _classes(self, call: NodeT) -> Iterable[NodeT | None]:
        """The classes that a call may construct, the one it names first."""

    @abstractmethod
    def _is_of_pulumi(self, name: str) -> bool:
        """The dotted name is of one of Pulumi's packages."""

    @abstractmethod
    def _ways(self, name: str) -> Iterator[tuple[str, tuple[str, ...]]]:
        """The modules of the project that a dotted name may refer to, each with the path of names in it."""

    @abstractmethod
    def _exported(self, path: tuple[str, ...]) -> Iterable[str]:
        """The dotted names of what the file exports at a path of names."""

    def re_export_of(self, name: str) -> ReExport | None:
        """What another file of the project re-exports by a dotted name."""
        if name not in self._re_exports:
            self._re_exports[name] = self._find_re_export(name)
        return self._re_exports[name]

    def _find_re_export(self, name: str) -> ReExport | None:
        return self.neighbours.re_export(self._ways(name))

    def leads_to(self, name: str) -> str:
        """A dotted name with re-exports of other files resolved."""
        found = self.re_export_of(name)
        return found.name if found is not None else name

    def re_export(self, path: tuple[str, ...]) -> str | None:
        """The dotted name in a Pulumi package of what the file exports at a path of names, None for its own code."""
        for name in self._exported(path):
            if self._is_of_pulumi(name):
                return name
            if (found := self._find_re_export(name)) is not None:  # asked each time: another program may rest on it
                return found.name
        return None

    def of_pulumi(self, names: Set[str]) -> tuple[str, ...]:
        """The dotted names that are in a Pulumi package, re-exports resolved."""
        mine = {name for name in names if self._is_of_pulumi(name)}
        others = (self._find_re_export(name) for name in names - mine)
        return tuple(sorted(mine | {found.name for found in others if found is not None}))

    def keeps_output(self, name: str) -> bool:
        """Another file of the project keeps an output under a dotted name."""
        return self.neighbours.keep_output(self._ways(name))

    def possible_re_exports(self, name: str) -> tuple[ReExport, ...]:
        """What another file of the project may store or extend under a dotted name."""
        if name not in self._possible:
            self._possible[name] = self.neighbours.possible_re_exports(self._ways(name))
        return self._possible[name]
