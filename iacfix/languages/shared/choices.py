"""What an expression may stand for while the program runs."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from iacfix.languages.shared.syntax import NodeT

ANY = "*"
"""Stands in a dotted name for a part that is computed."""
CALLED = "()"
"""Stands in a path for the result of a call."""
MOST = 200
"""More steps than any real program has between a choice and what is chosen."""
Path = tuple[str | int | None, ...]
"""The members that are read of an expression, the first first; None for one that is computed."""
CallT = TypeVar("CallT")
DefinitionsT = TypeVar("DefinitionsT")


@dataclass
class Choices(Generic[CallT]):
    """The dotted names that are `imported` for it, the `literals` it may be, the `calls` that make it elsewhere and
    the functions and classes that it came `through`; `is_open` where the file does not show all of it."""

    imported: set[str] = field(default_factory=set[str])
    literals: set[str] = field(default_factory=set[str])
    calls: list[CallT] = field(default_factory=list[CallT])
    through: set[Any] = field(default_factory=set[Any])
    is_open: bool = False


class Walk(ABC, Generic[NodeT, CallT, DefinitionsT]):
    """The way from places of one file to what they may stand for, as far as the file shows it."""

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
        """The next steps; what the way ends at is found."""

    def _keys(self, key: NodeT) -> tuple[str | int | None, ...]:
        """The keys that a subscript may have; None for one that cannot be seen."""
        if key not in self._literals:
            self._literals[key] = ()  # a key that leads back to itself has no others
            seen = self.choices((key, ()))
            self._literals[key] = () if seen.is_open else tuple(sorted(seen.literals))
        return self._literals[key] or (None,)


def shown(path: Path) -> Iterable[str]:
    """The members as parts of a dotted name."""
    return (key if isinstance(key, str) else ANY for key in path)
