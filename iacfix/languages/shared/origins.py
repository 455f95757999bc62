"""What a value is computed from, traced backwards as far as the file shows it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from iacfix.languages.shared.choices import Path
from iacfix.languages.shared.provider_names import ProviderNames
from iacfix.languages.shared.syntax import NodeT
from iacfix.model import Origins, Resource, Value

ProviderT = TypeVar("ProviderT", bound=ProviderNames[Any])


@dataclass
class Trace(ABC, Generic[NodeT, ProviderT]):
    """One backward trace from a value."""

    provider: ProviderT
    resource_at: Callable[[NodeT], Resource | None]
    given_options: Callable[[NodeT], Value | None]
    """The options of a call that creates something and may select a provider."""

    resources: dict[NodeT, Resource] = field(default_factory=dict[NodeT, Resource])
    options: list[Value] = field(default_factory=list[Value])
    literals: set[str] = field(default_factory=set[str])
    imported: set[tuple[str, ...]] = field(default_factory=set[tuple[str, ...]])
    of_stack: bool = False
    ends: list[tuple[NodeT, Path]] = field(default_factory=list[tuple[NodeT, Path]])
    """The expressions where the trace ends, with the members that are read of each."""
    is_open: bool = False
    """The value may have a source that the file does not show."""

    _apart: Path = ()
    """The members read of the parts of a computed value, where it is unknown which part a member comes from."""

    def results(self, read: NodeT, member: str) -> Iterator[tuple[NodeT, bool]]:
        """The provider function calls whose result has this member, and whether the expression certainly reads it
        there."""
        self._apart = (None,)
        self._walk(read)
        calls = [node for node, path in self.ends if path == (member,) and self.provider.function_of(node) is not None]
        is_certain = len(calls) == len(self.ends) and not self.is_open
        yield from ((call, is_certain) for call in calls)

    def origins(self, start: NodeT) -> Origins:
        self._walk(start)
        return Origins(
            resources=tuple(self.resources.values()),
            options=tuple(self.options),
            literals=frozenset(self.literals),
            imported=frozenset(self.imported),
            of_stack=self.of_stack,
            functions=frozenset(name for node, _ in self.ends if (name := self.provider.function_of(node)) is not None),
        )

    def _walk(self, start: NodeT) -> None:
        waiting: list[tuple[NodeT, Path]] = [(start, ())]
        seen: set[tuple[NodeT, Path]] = set()
        while waiting:
            found = waiting.pop()
            if found not in seen:
                seen.add(found)
                steps = list(self._step(*found))
                waiting.extend(steps)
                self.ends += [] if steps else [found]

    @abstractmethod
    def _step(self, node: NodeT, path: Path) -> Iterable[tuple[NodeT, Path]]:
        """The expressions that one is computed from, each with the members read of it; none where the trace ends."""

    def _is_imported(self, name: str, path: Path) -> None:
        self.imported.add((name, *(part for part in path if isinstance(part, str))))
        self.is_open = True

    def _is_resource(self, node: NodeT) -> bool:
        resource = self.resource_at(node)
        if resource is not None:
            self.resources[resource.node] = resource
        return resource is not None
