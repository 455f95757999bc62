"""What an expression may stand for while the program runs."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

ANY = "*"
"""Stands in a dotted name for a part that is computed."""
CALLED = "()"
"""Stands in a path for the result of a call."""
MOST = 200
"""More steps than any real program has between a choice and what is chosen."""
Path = tuple[str | int | None, ...]
"""The members that are read of an expression, the first first; None for one that is computed."""
CallT = TypeVar("CallT")


@dataclass
class Choices(Generic[CallT]):
    """The dotted names that are `imported` for it, the `literals` it may be, the `calls` that make it elsewhere and
    the functions and classes that it came `through`; `is_open` where the file does not show all of it."""

    imported: set[str] = field(default_factory=set[str])
    literals: set[str] = field(default_factory=set[str])
    calls: list[CallT] = field(default_factory=list[CallT])
    through: set[Any] = field(default_factory=set[Any])
    is_open: bool = False
