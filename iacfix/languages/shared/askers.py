"""Which edits ask for what, while they are written together."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field

NOBODY = frozenset[int]()


@dataclass
class Askers:
    """The edits by their numbers: those that are written `now`, and who asked for a thing that is written later."""

    now: frozenset[int] = NOBODY
    _by: dict[Hashable, frozenset[int]] = field(default_factory=dict[Hashable, frozenset[int]])

    def note(self, *things: Hashable) -> None:
        """What is written now asks for these."""
        for thing in things:
            self._by[thing] = self._by.get(thing, NOBODY) | self.now

    def of(self, *things: Hashable) -> frozenset[int]:
        """All that asked for any of these; nobody where that is not known of one."""
        found = [self._by.get(thing, NOBODY) for thing in things]
        return NOBODY.union(*found) if all(found) else NOBODY
