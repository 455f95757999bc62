"""Which edits ask for which change, while several are written together."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field

NOBODY = frozenset[int]()


@dataclass
class Attribution:
    """The indices of the edits that are being written, `current`, and of those that asked for what is written later."""

    current: frozenset[int] = NOBODY
    _by: dict[Hashable, frozenset[int]] = field(default_factory=dict[Hashable, frozenset[int]])

    def record(self, *things: Hashable) -> None:
        """Attribute these things to the current edits, too."""
        for thing in things:
            self._by[thing] = self._by.get(thing, NOBODY) | self.current

    def of(self, *things: Hashable) -> frozenset[int]:
        """The edits that asked for any of these; none at all where one is attributed to nobody."""
        found = [self._by.get(thing, NOBODY) for thing in things]
        return NOBODY.union(*found) if all(found) else NOBODY
