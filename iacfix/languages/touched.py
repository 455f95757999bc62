"""What edits touch, in whatever language."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from iacfix.edit import AddResource, Append, DropField, Edit, Replace, Retype, SetField
from iacfix.errors import CannotFix
from iacfix.model import Resource, Span

EXTENDED = "it is configured through a class that extends its own"
SETS = "a value that would move sets a variable on its way"


def refuse_extended(edits: Sequence[Edit], is_extended: Callable[[Any], bool]) -> None:
    """Raises CannotFix where an edit touches a call that gives the inputs of a class to one that it is extended by."""
    for edit in edits:
        if any(is_extended(node) for node in _nodes(edit)):
            raise CannotFix(EXTENDED)
        others = [*edit.before, *edit.after] if isinstance(edit, AddResource) else []
        for other in (other for other in others if isinstance(other, Resource)):
            if is_extended(other.node):
                raise CannotFix(f"a new resource would go with {other.label}, and {EXTENDED}")


def _nodes(edit: Edit) -> Iterator[Any]:
    match edit:
        case SetField(fields=fields) | DropField(fields=fields):
            yield fields.node
        case Append(items):
            yield items.node
        case Replace(at=at):
            yield at.text.node if isinstance(at, Span) else at.place
        case Retype(resource):
            yield resource.node
        case AddResource():
            yield edit.beside.node
