"""What stands at an input of a resource, or what hides it and why."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from iacfix.model import Fields, Hidden, Input, Items, Null, Resource, Value


def inputs(hosts: Iterable[Resource], path: str) -> Iterator[Input | Hidden]:
    """The values at a path of every resource; nothing where it is certainly absent."""
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
            if value.is_open:
                yield Hidden(value, f"its {_before(path, keys)} is put together by code", host, path)
        case _:
            yield Hidden(value, f"its {_before(path, keys)} comes from {_whence(value)}", host, path)


def _hidden(host: Resource, fields: Fields, path: str, keys: Sequence[str]) -> Hidden:
    """What hides the first of the keys."""
    before = _before(path, keys)
    hidden = fields.hidden or fields
    twice = next((key for key in fields.keys if fields.keys.count(key) > 1), None)
    if hidden is fields and twice is not None:
        return Hidden(fields, f"its {twice} is given twice", host, path, is_input=not before)
    if isinstance(hidden, Fields):
        reason = f"a part of its {before} is not written here" if before else "some of its inputs are not written here"
    else:
        part = f"a part of its {before} comes" if before else "some of its inputs come"
        reason = f"{part} from {_whence(hidden)}"
    return Hidden(_place(fields), reason, host, path, is_input=not before)


def _before(path: str, keys: Sequence[str]) -> str:
    """The key that leads to the first of these; nothing for an input itself."""
    seen = path.split(".")[: -len(keys)]
    return seen[-1] if seen else ""


def _whence(value: Value) -> str:
    return f"{value.reader.whence(value.place)} and cannot be seen"


def _place(fields: Fields) -> Value:
    """What is spread there, where that is done at the place itself."""
    unseen = (spread for spread in fields.spreads if not isinstance(spread, Fields) or spread.hidden is not None)
    return next(unseen, fields) if fields.is_direct else fields
