"""Resource classes that are passed to other code instead of called: the inputs passed with them, and to what."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from iacfix.model import Entry, Fields, Null, Opaque, Resource, Spelling, Text, Value

CHOSEN = "chosen at run time"
REBOUND = "called by a name with several bindings"
BESIDE = "kept in a table beside its inputs"
ENVELOPE = re.compile(
    r"args|arguments|config|inputs?|kwargs|params|parameters|props|properties|settings|spec|\w+(?:Args|Inputs|Props)"
)
"""Keys under which all inputs of a resource are passed as one object."""
BUILDING = re.compile(r"add|build|construct|create|declare|define|deploy|instantiate|make|new|provision", re.IGNORECASE)
ASKING = re.compile(
    r"(?:assert|cast$|expect|filter|find|get|has|is[A-Z_]|isinstance|issubclass|list|log|mock|Mock|MagicMock|patch|print"
    r"|spy|to[A-Z])"
)
"""Beginnings of the names of functions that query a class and create nothing."""
CALLING = frozenset({"construct", "map", "starmap", "submit"})
"""Functions that call their argument."""
NAMES = frozenset({"name", "resourceName"})
NAMING = re.compile(r"(?:name|id|key|label|title|prefix|parent)$", re.IGNORECASE)
"""Keys that are passed with a class and are no inputs."""


@dataclass(frozen=True)
class Given:
    """The inputs that can be seen beside a class, and its name; `is_open` where others are not written there."""

    entries: tuple[Entry, ...] = ()
    is_open: bool = False
    name: Value | None = None


def builds(callee: str) -> bool:
    """A function of this name may create resources of a class it is passed."""
    return not ASKING.match(callee) or bool(BUILDING.search(callee))


def given_to(callee: str, given: Iterable[tuple[str | None, Value]], *, hides: bool = False) -> Given | None:
    """What a call hands on beside a class, by key or, where that is None, by position; None where nothing says that it
    builds a resource. It `hides` what it spreads. A name beside a class is enough: it is built without inputs."""
    seen: list[Given] = []
    name: Value | None = None
    hidden = hides
    for key, value in given:
        if key is not None and not ENVELOPE.fullmatch(key):
            seen.append(Given((Entry(key, value, value.place),)))
        elif isinstance(value, Fields):
            seen.append(_flat(value))
        elif key is not None and not isinstance(value, Null):
            seen.append(Given(is_open=True))
        else:
            name = name or (value if isinstance(value, Text) else None)
            hidden = hidden or (isinstance(value, Opaque) and not NAMING.search(value.code))
    if not seen:
        is_hidden = hidden and BUILDING.search(callee) is not None
        is_built = is_hidden or callee in CALLING or (callee and name is not None)
        return Given(is_open=is_hidden, name=name) if is_built else None
    joined = _joined(seen)
    return replace(joined, is_open=joined.is_open or hides, name=name)


def given_beside(entries: Iterable[Entry]) -> Given | None:
    """What an object holds beside a class: inputs under a key of their own; None where there are none."""
    found = [entry.value for entry in entries if ENVELOPE.fullmatch(entry.key)]
    seen = [_flat(value) if isinstance(value, Fields) else Given(is_open=True) for value in found]
    return _joined(seen) if seen else None


def _joined(seen: Sequence[Given]) -> Given:
    return Given(tuple(entry for each in seen for entry in each.entries), any(each.is_open for each in seen))


def _flat(fields: Fields) -> Given:
    """The entries of an object, and of those that its entries hold as inputs."""
    parts = [Given(is_open=fields.is_open)]
    for entry in fields.entries:
        holds = ENVELOPE.fullmatch(entry.key) is not None
        if holds and isinstance(entry.value, Fields):
            parts.append(_flat(entry.value))
        else:
            parts.append(Given((entry,), holds and isinstance(entry.value, Opaque)))
    return _joined(parts)


def resource(like: Value, type: str, given: Given, indirect: str) -> Resource:
    """A resource of which no more is known than what is given beside its class."""
    names = [entry.value for entry in given.entries if entry.key in NAMES]
    return Resource(
        node=like.node,
        place=like.place,
        reader=like.reader,
        type=type,
        name=given.name or next((value for value in names if isinstance(value, Text)), None),
        args=Fields(
            node=like.node,
            place=like.place,
            reader=like.reader,
            entries=given.entries,
            spelling=Spelling.INPUT,
            is_open=given.is_open,
        ),
        options=like,
        indirect=indirect,
    )
