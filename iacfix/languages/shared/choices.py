"""Which values an expression may have at run time."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from iacfix.languages.shared.syntax import NodeT

ANY = "*"
"""A computed part of a dotted name."""
CALLED = "()"
"""The result of a call, in a path."""
MOST = 200
"""The most steps of one walk, more than any real program needs."""
Path = tuple[str | int | None, ...]
"""The members that are read of an expression, outermost last; None for a computed one."""
CallT = TypeVar("CallT")
DefinitionsT = TypeVar("DefinitionsT")


@dataclass
class Choices(Generic[CallT]):
    """The possible values of an expression: dotted names that are `imported`, string `literals`, `calls`, and what is
    read of the result of a call. `through` are the functions and classes on the way; `is_open` where the file does not
    show every value."""

    imported: set[str] = field(default_factory=set[str])
    literals: set[str] = field(default_factory=set[str])
    calls: list[CallT] = field(default_factory=list[CallT])
    reads: list[tuple[CallT, Path]] = field(default_factory=list[tuple[CallT, Path]])
    through: set[Any] = field(default_factory=set[Any])
    is_open: bool = False


class Walk(ABC, Generic[NodeT, CallT, DefinitionsT]):
    """The walk from expressions of one file back to their possible values, as far as the file shows them."""

    def __init__(self, definitions: DefinitionsT) -> None:
        self.definitions = definitions
        self._literals: dict[NodeT, tuple[str, ...]] = {}

    def choices(self, *starts: tuple[NodeT, Path]) -> Choices[CallT]:
        found = Choices[CallT]()
        waiting = list(starts)
        seen: set[tuple[NodeT, Path]] = set()
        while waiting and len(seen) < MOST:
            step = waiting.pop()
            if step not in seen:
                seen.add(step)
                waiting.extend(self._on(*step, found))
        found.is_open = found.is_open or bool(waiting)
        return found

    @abstractmethod
    def _on(self, node: NodeT, path: Path, found: Choices[CallT], /) -> Iterable[tuple[NodeT, Path]]:
        """The next steps of the walk; where it ends, the value is added to `found`."""

    def _keys(self, key: NodeT) -> tuple[str | int | None, ...]:
        """The possible keys of a subscript; None for an unknown one."""
        if key not in self._literals:
            self._literals[key] = ()  # ends a cycle
            seen = self.choices((key, ()))
            self._literals[key] = () if seen.is_open or seen.reads else tuple(sorted(seen.literals))
        return self._literals[key] or (None,)


def shown(path: Path) -> Iterable[str]:
    """The path as parts of a dotted name."""
    return (key if isinstance(key, str) else ANY for key in path)
