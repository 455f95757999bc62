"""Resources that leave an input to its default."""

from __future__ import annotations

from collections.abc import Iterator

from iacfix.edit import Edit, New, Replace, SetField
from iacfix.model import Fields, Hidden, Null, Program, Resource, Value, literal
from iacfix_aws._tables.renames import misspelt


def unset(program: Program, input: str, *types: str) -> Iterator[tuple[Resource, str | None]]:
    """Resources of these types that do not set the input, each with the reason why it cannot be set there, if any.

    Resources that ignore changes to the input are skipped: it is set outside of the program.
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
    """The input is not set, or is an empty string, which the provider treats alike."""
    return value is None or isinstance(value, Null) or literal(value) == ""


def setting(args: Fields, input: str, new: New) -> Edit:
    """The edit that sets an input which is missing or null."""
    written = args.entry(input)
    return SetField(args, input, new) if written is None else Replace(written.value, new)
