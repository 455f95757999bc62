"""Resources that leave an input to its default."""

from __future__ import annotations

import re
from collections.abc import Iterator

from iacfix.edit import Edit, New, Replace, SetField
from iacfix.model import Fields, Hidden, Null, Program, Resource, Value
from iacfix_aws._tables.renames import misspelt

IMPORTED = re.compile(r"\bimport(?:_?[\"']?\s*[=:]|\s*\{)")
"""A resource that is being imported: its inputs have to be what the cloud has."""


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
        if not _is_ignored(resource.options, input):
            yield resource, hidden.get(resource) or imported(resource.options)


def setting(args: Fields, input: str, new: New) -> Edit:
    """Set an input that is not set, or is plainly none."""
    written = args.entry(input)
    return SetField(args, input, new) if written is None else Replace(written.value, new)


def _is_ignored(options: Value | None, input: str) -> bool:
    ignored = options.at("ignoreChanges") if isinstance(options, Fields) else options
    words = re.sub(r"([A-Z])", r"_?\1", input)
    return ignored is not None and ignored.mention(re.compile(rf"\b{words}\b", re.IGNORECASE)) is not None


def imported(options: Value | None) -> str | None:
    """Why nothing is added to a resource with these options, where that is so."""
    is_imported = options is not None and options.mention(IMPORTED) is not None
    return "it is being imported, and its inputs have to be what the cloud has" if is_imported else None
