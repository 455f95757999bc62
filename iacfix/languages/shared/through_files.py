"""What the names of a file lead to through the other files of its project."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Set

from iacfix.model import HandedOn, Neighbours


class ThroughFiles(ABC):
    """The names of one file, followed through what other files hand on."""

    neighbours: Neighbours
    _beyond: dict[str, HandedOn | None]
    _kept: dict[str, tuple[HandedOn, ...]]

    @abstractmethod
    def _is_of_pulumi(self, name: str) -> bool:
        """The dotted name is of one of Pulumi's packages."""

    @abstractmethod
    def _ways(self, name: str) -> Iterator[tuple[str, tuple[str, ...]]]:
        """The modules of the project that a dotted name may be of, and the names in them."""

    @abstractmethod
    def _exported(self, path: tuple[str, ...]) -> Iterable[str]:
        """The dotted names of what others import of the file at a path of names."""

    def beyond(self, name: str) -> HandedOn | None:
        """What another file of the project hands on by a dotted name."""
        if name not in self._beyond:
            self._beyond[name] = self._asked_beyond(name)
        return self._beyond[name]

    def _asked_beyond(self, name: str) -> HandedOn | None:
        return self.neighbours.handed_on(self._ways(name))

    def leads_to(self, name: str) -> str:
        """The name by which another file of the project imports what it hands on by a dotted name, else that."""
        found = self.beyond(name)
        return found.name if found is not None else name

    def handed_on(self, path: tuple[str, ...]) -> str | None:
        """The name in one of Pulumi's packages of what others import of the file at a path of names."""
        for name in self._exported(path):
            if self._is_of_pulumi(name):
                return name
            if (found := self._asked_beyond(name)) is not None:  # asked each time: another program may rest on it
                return found.name
        return None

    def of_pulumi(self, names: Set[str]) -> tuple[str, ...]:
        """Those of dotted names that are in one of Pulumi's packages, or lead there through another file."""
        mine = {name for name in names if self._is_of_pulumi(name)}
        beyond = {found.name for name in names if name not in mine and (found := self._asked_beyond(name)) is not None}
        return tuple(sorted(mine | beyond))

    def may_be(self, name: str) -> tuple[HandedOn, ...]:
        """What another file of the project may keep by a dotted name."""
        if name not in self._kept:
            self._kept[name] = self.neighbours.may_hand_on(self._ways(name))
        return self._kept[name]
