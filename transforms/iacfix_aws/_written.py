"""Inputs that are wholly written out, and the refusal where they are not."""

from __future__ import annotations

import re
from dataclasses import replace

from iacfix.edit import Join, Keep, New
from iacfix.model import Fields, Flag, Items, Null, Opaque, Value, literal


class Unseen(Exception):
    """The setting cannot be moved; the text says why."""


def fields_of(value: Value | None, word: str, *known: str) -> Fields:
    """An object of these keys and no others, written out at the place; what is given as nothing is left out."""
    if not isinstance(value, Fields) or not value.is_direct or value.is_open:
        raise Unseen(f"its {word} is not written out as a whole")
    for entry in value.entries:
        if entry.key not in known:
            raise Unseen(f"{entry.key} is not a known part of its {word}")
    return replace(value, entries=tuple(entry for entry in value.entries if not isinstance(entry.value, Null)))


def items_of(value: Value, word: str) -> tuple[Value, ...]:
    if not isinstance(value, Items) or not value.is_direct or value.is_open:
        raise Unseen(f"its {word} is not written out as a whole")
    return value.elements


def kept(fields: Fields, **renamed: str) -> dict[str, New]:
    """The same fields, some under a new name; a date becomes the timestamp the new resource asks for."""
    return {
        renamed.get(entry.key, entry.key): _timestamp(entry.value) if entry.key == "date" else Keep(entry.value)
        for entry in fields.entries
    }


def _timestamp(value: Value) -> New:
    date = literal(value)
    if date is None:
        raise Unseen("a lifecycle date is computed")
    return Join(Keep(value), "T00:00:00Z") if re.fullmatch(r"\d{4}-\d\d-\d\d", date) else Keep(value)


def is_empty(value: Value) -> bool:
    match value:
        case Items(elements=(), is_open=False) | Fields(entries=(), is_open=False):
            return True
        case _:
            return False


def is_off(value: Value) -> bool:
    """It says false at the place itself; a variable may be switched later."""
    return isinstance(value, Flag) and value.is_direct and not value.flag


def boolean(value: Value, word: str) -> Value:
    if isinstance(value, Flag) or (isinstance(value, Opaque) and value.kind == "boolean"):
        return value
    raise Unseen(f"whether {word} is enabled is computed, and may be an output")
