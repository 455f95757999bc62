"""What the languages share about changing the class of a resource."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from iacfix import reasons
from iacfix.errors import CannotFix
from iacfix.model import Fields, Items, Resource, Value


def refuse_re_exported(by: str | None) -> None:
    """Raises CannotFix where another file, `by`, re-exports the class."""
    if by is not None:
        raise CannotFix(reasons.REEXPORTED_CLASS.of(path=by))


def refuse_unseen(host: Resource) -> None:
    """Raises CannotFix where some of the arguments cannot be seen."""
    if host.args.hidden is not None:
        raise CannotFix(reasons.UNREADABLE_ARGUMENTS)


def parts(value: Value) -> Iterator[Value]:
    """A value and the values nested in it, as far as they are literals; what stands at one place comes once."""
    seen = set[Any]()
    waiting = [value]
    while waiting:
        found = waiting.pop()
        if found.place in seen:
            continue
        seen.add(found.place)
        yield found
        if isinstance(found, Fields):
            waiting += reversed((*(entry.value for entry in found.entries), *found.spreads))
        elif isinstance(found, Items):
            waiting += reversed(found.elements)


def module_of(type: str) -> str:
    return type.rpartition(".")[0]
