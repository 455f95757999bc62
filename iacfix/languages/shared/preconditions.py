"""Preconditions of edits that are the same in every language."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any

from iacfix import reasons
from iacfix.edit import (
    AddResource,
    Append,
    DropField,
    Edit,
    Keep,
    Rename,
    Replace,
    Reread,
    Resolve,
    Retype,
    SetField,
    SetOption,
)
from iacfix.errors import CannotFix
from iacfix.model import Entry, Resource, Span


def refuse_untouched(edits: Sequence[Edit], why: Callable[[Any], str | None]) -> None:
    """Raises CannotFix where an edit concerns a node for which `why` gives a reason not to edit it."""
    for edit in edits:
        for reason in filter(None, map(why, _nodes(edit))):
            raise CannotFix(reason)
        others = [*edit.before, *edit.after] if isinstance(edit, AddResource) else []
        for other in (other for other in others if isinstance(other, Resource)):
            if reason := why(other.node):
                raise CannotFix(reasons.NEW_RESOURCE_OF.of(resource=other.label, why=reason))


def refuse_reordered(edits: Sequence[Edit], is_steady: Callable[[Any], bool]) -> None:
    """Raises CannotFix where expressions with side effects would be evaluated in another order than before: arguments
    that move into a new resource are evaluated after all that stay."""
    groups = defaultdict[int, list[DropField | AddResource | SetOption]](list)
    for edit in edits:
        match edit:
            case DropField(fields=fields):
                groups[id(fields)].append(edit)
            case AddResource(beside=resource) | SetOption(resource=resource):
                groups[id(resource.args)].append(edit)
            case _:
                pass
    if any(map(partial(_reorders, is_steady), groups.values())):
        raise CannotFix(reasons.REORDERED_CALLS)


def _reorders(is_steady: Callable[[Any], bool], edits: Sequence[DropField | AddResource | SetOption]) -> bool:
    """Edits that concern the same fields change the order in which expressions with side effects are evaluated."""
    drops = [edit for edit in edits if isinstance(edit, DropField)]
    if not drops:
        return False
    fields, moved = drops[0].fields, {edit.key for edit in drops}
    adds = [edit for edit in edits if isinstance(edit, AddResource)]
    options = [add.beside.options.place for add in adds[:1] if add.beside.options is not None]
    origins = [add.origin.place for add in adds if add.origin is not None]
    set_ = [edit for edit in edits if isinstance(edit, SetOption)]
    origins += [edit.new.value.place for edit in set_ if isinstance(edit.new, Keep)]
    options += [edit.resource.options.place for edit in set_[:1] if edit.resource.options is not None]
    stays = [entry.value.place for entry in fields.entries if entry.key not in moved]
    goes = [entry.value.place for entry in fields.entries if entry.key in moved and entry.value.place in origins]
    before = [place for entry in fields.entries if (place := entry.value.place) in (*stays, *goes)]
    after = [*stays, *options, *sorted(goes, key=origins.index)]
    return [place for place in (*before, *options) if not is_steady(place)] != [
        place for place in after if not is_steady(place)
    ]


def renamed_entry(edit: Rename) -> Entry:
    """The entry to rename; raises CannotFix where there is not exactly one, or where the new key may exist."""
    entry = edit.fields.entry(edit.old)
    if entry is None:
        raise CannotFix(reasons.NOT_SET_ONCE.of(key=edit.old))
    if edit.fields.has(edit.new):
        raise CannotFix(reasons.SET_TWICE.of(new=edit.new, old=edit.old))
    if not edit.fields.lacks(edit.new):
        raise CannotFix(reasons.MAY_BE_SET.of(key=edit.new))
    return entry


def _nodes(edit: Edit) -> Iterator[Any]:
    match edit:
        case SetField(fields=fields) | DropField(fields=fields) | Rename(fields=fields):
            yield fields.node
        case Append(items):
            yield items.node
        case Replace(at=at):
            yield at.text.node if isinstance(at, Span) else at.place
        case Reread(read=read):
            yield read.place
        case Resolve(value=value):
            yield value.place
        case Retype(resource=resource) | SetOption(resource=resource):
            yield resource.node
        case AddResource():
            yield edit.beside.node
