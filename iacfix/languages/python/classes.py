"""Classes of a file that extend others, and the calls that hand inputs on to those."""

from __future__ import annotations

from collections.abc import Iterator

from iacfix.languages.python import syntax
from iacfix.languages.python.definitions import Definitions

DEEP = 8
"""More classes than any real program has between one and the provider's."""


def extended(definitions: Definitions, call: syntax.Call) -> Iterator[syntax.BaseExpression]:
    """The classes whose inputs a call of `super().__init__` or of a class without a constructor gives."""
    match call.func:
        case syntax.Attribute(value=syntax.Call(func=syntax.Name(value="super")), attr=syntax.Name(value="__init__")):
            yield from _bases(definitions, definitions.names.owner(call), DEEP)
        case syntax.Name():
            yield from _bases(definitions, _plain(definitions, call.func), DEEP)
        case _:
            pass


def plain_bases(definitions: Definitions, owner: syntax.ClassDef) -> Iterator[syntax.BaseExpression]:
    """The classes that one extends whose constructor is that of its base."""
    if not _has_constructor(owner):
        yield from _bases(definitions, owner, DEEP)


def _bases(definitions: Definitions, owner: syntax.ClassDef | None, deep: int) -> Iterator[syntax.BaseExpression]:
    for base in owner.bases if owner is not None and deep else ():
        yield base.value
        yield from _bases(definitions, _plain(definitions, base.value), deep - 1)


def _plain(definitions: Definitions, node: syntax.BaseExpression) -> syntax.ClassDef | None:
    """The class of the file that a name stands for, where its constructor is that of its base."""
    bound = definitions.names.assignment(node) if isinstance(node, syntax.Name) else None
    found = bound.node if bound is not None else None
    if not isinstance(found, syntax.ClassDef):
        return None
    return None if _has_constructor(found) else found


def _has_constructor(owner: syntax.ClassDef) -> bool:
    methods = (line.name.value for line in owner.body.body if isinstance(line, syntax.FunctionDef))
    return bool({"__init__", "__new__"} & set(methods))
