"""What a value is made of, followed backwards as far as the file shows it."""

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
    """One walk back from a value."""

    provider: ProviderT
    resource_at: Callable[[NodeT], Resource | None]
    given_options: Callable[[NodeT], Value | None]
    """The options of what makes something and names a provider."""

    resources: dict[NodeT, Resource] = field(default_factory=dict[NodeT, Resource])
    options: list[Value] = field(default_factory=list[Value])
    literals: set[str] = field(default_factory=set[str])
    imported: set[tuple[str, ...]] = field(default_factory=set[tuple[str, ...]])
    of_stack: bool = False
    ends: list[tuple[NodeT, Path]] = field(default_factory=list[tuple[NodeT, Path]])
    """Where the walk goes no further, with the members that are read of what is there."""
    is_open: bool = False
    """Something else may be handed in, in a way that the file does not show."""

    _apart: Path = ()
    """The members that are read of what something is made of: which of them is what is read of it, nobody knows."""

    def results(self, read: NodeT, member: str) -> Iterator[tuple[NodeT, bool]]:
        """The calls of the provider whose result has this member that is read, and whether nothing else may be read."""
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
        """What an expression is made of, with the members that are read of each; what ends the walk is kept."""

    def _is_imported(self, name: str, path: Path) -> None:
        self.imported.add((name, *(part for part in path if isinstance(part, str))))
        self.is_open = True

    def _is_resource(self, node: NodeT) -> bool:
        resource = self.resource_at(node)
        if resource is not None:
            self.resources[resource.node] = resource
        return resource is not None
