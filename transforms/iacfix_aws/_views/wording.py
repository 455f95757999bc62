"""Words of messages that several rules have."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from difflib import get_close_matches


def closest(name: str, known: Iterable[str], likeness: float = 0.6) -> str:
    """`; the closest is NAME` for the known name that is most like another one; empty where none is as like, from 0
    to 1."""
    found = get_close_matches(name, sorted(known), 1, likeness)
    return f"; the closest is {found[0]}" if found else ""


def enumerated(names: Sequence[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
