"""Values at an input path of resources, or what hides them and why."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from iacfix import reasons
from iacfix.model import Fields, Hidden, Input, Items, Null, Opaque, Resource, Value


def inputs(hosts: Iterable[Resource], path: str) -> Iterator[Input | Hidden]:
    """The value at a path of each resource, or why it cannot be seen; nothing where it is certainly not set."""
    for host in hosts:
        yield from _at(host, host.args, path, path.split("."))


def _at(host: Resource, value: Value, path: str, keys: Sequence[str]) -> Iterator[Input | Hidden]:
    match value:
        case Null():
            return
        case _ if not keys:
            yield Input(value, host, path)
        case Fields():
            inner = value.get(keys[0])
            if inner is not None:
                yield from _at(host, inner, path, keys[1:])
            elif not value.lacks(keys[0]):
                yield _hidden(host, value, path, keys)
        case Items():
            for element in value:
                yield from _at(host, element, path, keys)
            if value.is_open and not any(isinstance(element, Opaque) for element in value):
                yield Hidden(value, reasons.INPUT_BUILT_BY_CODE.of(input=_before(path, keys)), host, path)
        case _:
            reason = reasons.INPUT_UNKNOWN.of(input=_before(path, keys), origin=_origin(value))
            yield Hidden(value, reason, host, path, is_given=value.is_given)


def _hidden(host: Resource, fields: Fields, path: str, keys: Sequence[str]) -> Hidden:
    """Why the first of the keys cannot be seen: it is set twice, or may be in a spread or a variable."""
    before = _before(path, keys)
    hidden = fields.hidden or fields
    twice = next((key for key in fields.keys if fields.keys.count(key) > 1), None)
    if hidden is fields and twice is not None:
        return Hidden(fields, reasons.INPUT_SET_TWICE.of(input=twice), host, path, is_input=not before)
    if isinstance(hidden, Fields):
        reason = reasons.PART_NOT_LITERAL.of(input=before) if before else reasons.INPUTS_NOT_LITERAL
    else:
        reason = reasons.PART_UNKNOWN if before else reasons.INPUTS_UNKNOWN
        reason = reason.of(input=before, origin=_origin(hidden))
    is_given = not isinstance(hidden, Fields) and hidden.is_given
    return Hidden(_place(fields), reason, host, path, is_input=not before, is_given=is_given)


def _before(path: str, keys: Sequence[str]) -> str:
    """The key that precedes `keys` in the path; empty for an input itself."""
    seen = path.split(".")[: -len(keys)]
    return seen[-1] if seen else ""


def _origin(value: Value) -> str:
    return value.reader.provenance(value.place)


def _place(fields: Fields) -> Value:
    """What is spread there, where that is done at the place itself."""
    unseen = (spread for spread in fields.spreads if not isinstance(spread, Fields) or spread.hidden is not None)
    return next(unseen, fields) if fields.is_direct else fields
