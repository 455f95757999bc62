"""The differences between two values, one `Change` for each place; documents are compared as the JSON they hold."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from itertools import zip_longest
from typing import TypeAlias

from graph.mocked_cloud import Json

DOCUMENT = "$json"
"""Stands in a path where a string is opened as a document."""


class Missing(Enum):
    MISSING = "nothing"


MISSING = Missing.MISSING
Side: TypeAlias = "Json | Missing"
Path: TypeAlias = "tuple[str | int, ...]"


@dataclass(frozen=True)
class Change:
    """One place that differs. `old` and `new` are the whole values it lies in, documents opened."""

    kind: str
    path: Path
    before: Side
    after: Side
    old: Json
    new: Json

    def around(self, *keys: str) -> tuple[Path, Side, Side] | None:
        """The innermost place at or above this one that ends in `keys`, or in `keys` and an index."""
        for stop in range(len(self.path), 0, -1):
            path = self.path[:stop]
            named = path[:-1] if isinstance(path[-1], int) else path
            if named[-len(keys) :] == keys:
                return path, at(self.old, path), at(self.new, path)
        return None

    def __str__(self) -> str:
        place = ".".join(str(part) for part in self.path if part != DOCUMENT)
        return f"{place} changes from {_shown(self.before)} to {_shown(self.after)}"


def changes(kind: str, before: Json, after: Json) -> Iterator[Change]:
    old, new = opened(before), opened(after)
    for path, left, right in _differences((), old, new):
        yield Change(kind, path, left, right, old, new)


def at(value: Side, path: Path) -> Side:
    """What lies at a path of an opened value."""
    found = value
    for part in path:
        match found, part:
            case dict(), str() if part in found:
                found = found[part]
            case list(), int() if part < len(found):
                found = found[part]
            case _:
                return MISSING
    return found


def opened(value: Json) -> Json:
    """The value with every JSON document in it opened."""
    match value:
        case dict():
            return {key: opened(inner) for key, inner in value.items()}
        case list():
            return [opened(inner) for inner in value]
        case str() if value.lstrip()[:1] in ("{", "["):
            try:
                return {DOCUMENT: json.loads(value)}
            except ValueError:
                return value
        case _:
            return value


def _differences(path: Path, before: Side, after: Side) -> Iterator[tuple[Path, Side, Side]]:
    match before, after:
        case dict(), dict():
            for key in sorted(before.keys() | after.keys()):
                yield from _differences((*path, key), before.get(key, MISSING), after.get(key, MISSING))
        case list(), list():
            for index, (left, right) in enumerate(zip_longest(before, after, fillvalue=MISSING)):
                yield from _differences((*path, index), left, right)
        case _:
            if type(before) is not type(after) or before != after:
                yield path, before, after


def _shown(side: Side) -> str:
    return side.value if isinstance(side, Missing) else json.dumps(side)
