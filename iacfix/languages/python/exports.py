"""What other files import of a file, by the names that the file itself imports it by."""

from __future__ import annotations

from collections.abc import Iterator

from iacfix.languages.python.definitions import Definitions
from iacfix.languages.python.names import assigned_value
from iacfix.languages.python.scopes import ImportAssignment


def exported(definitions: Definitions, path: tuple[str, ...]) -> Iterator[str]:
    """The dotted names of what stands at a path of names; several where star imports may give it."""
    if not path:
        return
    first, *rest = path
    found = definitions.names.of_module(first)
    imported = [bound for bound in found if isinstance(bound, ImportAssignment)]
    if not found:
        yield from (".".join([module, *path]) for module in definitions.stars_of(first))
    elif imported:
        yield from sorted({name.name for bound in imported for name in bound.qualified(".".join(path))})
    elif len(found) == 1 and (value := assigned_value(found[0].node)) is not None:
        head = definitions.qualified(value)
        yield from [".".join([head, *rest])] if head is not None else []
