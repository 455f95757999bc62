"""Resources that leave an input to its default."""

from __future__ import annotations

from collections.abc import Iterator

from iacfix.edit import Edit, New, Replace, SetField
from iacfix.model import Fields, Hidden, Null, Program, Resource, Value, literal
from iacfix_aws._tables.renames import misspelt


def unset(program: Program, input: str, *types: str) -> Iterator[tuple[Resource, str | None]]:
    """Resources of these types that do not set the input, each with the reason why it cannot be set there, if any.

    Left out is one that ignores changes of it: whoever runs the program sets it elsewhere.
    """
    hidden = {
        found.host: found.reason
        for found in program.at(*((type, input) for type in types))
        if isinstance(found, Hidden)
    }
    for resource in program.resources(*types):
        args = resource.args
        if not isinstance(args.get(input), Null | None) or (args.has(input) and args.get(input) is None):
            continue
        if any(args.has(wrong) for wrong in misspelt(resource.type, input)):
            continue  # it is set under a name that another rule corrects
        if not resource.ignores(input):
            yield resource, hidden.get(resource) or resource.imported


def is_empty(value: Value | None) -> bool:
    """Nothing is set, or an empty text, which the provider takes for nothing."""
    return value is None or isinstance(value, Null) or literal(value) == ""


def setting(args: Fields, input: str, new: New) -> Edit:
    """Set an input that is not set, or is plainly none."""
    written = args.entry(input)
    return SetField(args, input, new) if written is None else Replace(written.value, new)
