"""Which options of a resource carry over to the resources that are added beside it."""

from __future__ import annotations

from iacfix.errors import CannotFix
from iacfix.model import Entry, Fields, Null, Value

COPIED = frozenset({"parent", "provider", "providers", "dependsOn", "protect", "retainOnDelete", "transformations"})
LEFT = frozenset(
    {
        "aliases",
        "import",
        "ignoreChanges",
        "deleteBeforeReplace",
        "customTimeouts",
        "additionalSecretOutputs",
        "replaceOnChanges",
        "id",
    }
)
"""Options that are about the one resource they are given to."""


UNSEEN = "{} has to wait for a new resource, and its options cannot be seen"
HIDDEN = "the options of {} cannot be seen"


def carried(options: Value | None) -> list[Entry]:
    """The options that a new resource has in common with the one beside it; raises CannotFix where they are hidden."""
    if options is None or isinstance(options, Null):
        return []
    if not isinstance(options, Fields) or options.is_open:
        raise CannotFix("the options of the resource cannot be seen")
    unknown = [key for key in options.keys if key not in COPIED | LEFT]
    if unknown:
        raise CannotFix(f"the option {unknown[0]} is not known to carry over")
    return [entry for entry in options.entries if entry.key in COPIED]
