"""Access to literal settings; NotMovable is raised for anything else."""

from __future__ import annotations

import re
from dataclasses import replace

from iacfix.edit import Join, Keep, New, Rewritten
from iacfix.model import Fields, Flag, Items, Null, Opaque, Value, literal, may_be_nothing
from iacfix.reasons import Reason
from iacfix_aws._tables import reasons


class NotMovable(Exception):
    """The setting cannot be moved; the reason says why."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason = reason


def fields_of(value: Value | None, word: str, *known: str) -> Fields:
    """A literal object with these keys only, without null entries. Raises NotMovable."""
    if not isinstance(value, Fields) or value.is_open:
        raise NotMovable(reasons.SETTING_NOT_LITERAL.of(word=word))
    _refuse_shared(value, word)
    for entry in value.entries:
        if entry.key not in known:
            raise NotMovable(reasons.UNKNOWN_PART.of(key=entry.key, word=word))
    return replace(value, entries=tuple(entry for entry in value.entries if not isinstance(entry.value, Null)))


def items_of(value: Value, word: str) -> tuple[Value, ...]:
    if not isinstance(value, Items) or value.is_open:
        raise NotMovable(reasons.SETTING_NOT_LITERAL.of(word=word))
    _refuse_shared(value, word)
    return value.elements


def _refuse_shared(value: Value, word: str) -> None:
    if not value.is_own:
        raise NotMovable(reasons.SETTING_SHARED.of(word=word))


def inline_only(value: Value, word: str) -> Value:
    """The same value; raises NotMovable where it is kept in a variable of its own inside a setting that is taken
    apart."""
    if not value.is_direct:
        raise NotMovable(reasons.SETTING_IN_VARIABLE.of(word=word))
    return value


def in_place(value: Value, new: New) -> New:
    """The expression for a value; where that is in a variable, the variable is rewritten."""
    return new if value.is_direct else Rewritten(value, new)


def definite(fields: Fields, word: str, *keys: str) -> Fields:
    """The same fields. Raises NotMovable where one of these keys is computed and may be null."""
    for key in keys:
        value = fields.get(key)
        if value is not None and may_be_nothing(value):
            raise NotMovable(reasons.PART_MAY_BE_NULL.of(key=key, word=word))
    return fields


def copied(fields: Fields, **renamed: str) -> dict[str, New]:
    """The fields, some with new names; a date becomes a timestamp, which the new resource requires."""
    return {
        renamed.get(entry.key, entry.key): _timestamp(entry.value) if entry.key == "date" else Keep(entry.value)
        for entry in fields.entries
    }


def _timestamp(value: Value) -> New:
    date = literal(value)
    if date is None:
        raise NotMovable(reasons.DATE_COMPUTED)
    return Join(Keep(value), "T00:00:00Z") if re.fullmatch(r"\d{4}-\d\d-\d\d", date) else Keep(value)


def is_empty(value: Value) -> bool:
    match value:
        case Items(elements=(), is_open=False) | Fields(entries=(), is_open=False):
            return True
        case _:
            return False


def is_off(value: Value) -> bool:
    """It is a literal false in place; a variable may change."""
    return isinstance(value, Flag) and value.is_direct and not value.flag


def switch(value: Value, word: str) -> Value:
    """A boolean value, also a computed one. Raises NotMovable for others."""
    if isinstance(value, Flag | Opaque):
        return value
    raise NotMovable(reasons.SWITCH_NOT_BOOLEAN.of(word=word))
