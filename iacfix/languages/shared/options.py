"""Which options of a resource carry over to the resources that are added beside it."""

from __future__ import annotations

from iacfix import reasons
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


def carried(options: Value | None) -> list[Entry]:
    """The options that a new resource has in common with the one beside it; raises CannotFix where they are hidden."""
    if options is None or isinstance(options, Null):
        return []
    if not isinstance(options, Fields) or options.is_open:
        raise CannotFix(reasons.UNREADABLE_OPTIONS)
    unknown = [key for key in options.keys if key not in COPIED | LEFT]
    if unknown:
        raise CannotFix(reasons.UNKNOWN_OPTION.of(option=unknown[0]))
    return [entry for entry in options.entries if entry.key in COPIED]
