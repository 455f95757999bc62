"""Which options of a resource carry over to the resources that are added beside it."""

from __future__ import annotations

from collections.abc import Sequence

from iacfix import reasons
from iacfix.edit import Keep, New
from iacfix.errors import CannotFix
from iacfix.model import Entry, Fields, Items, Null, Program, Value

COPIED = frozenset({"parent", "provider", "providers", "dependsOn", "protect", "retainOnDelete"})
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
"""Options that apply to the one resource only."""


def carried(options: Value | None) -> list[Entry]:
    """The options of a resource that a resource added beside it copies; raises CannotFix where they are not a
    literal."""
    if options is None or isinstance(options, Null):
        return []
    if not isinstance(options, Fields) or options.is_open:
        raise CannotFix(reasons.UNREADABLE_OPTIONS)
    unknown = [key for key in options.keys if key not in COPIED | LEFT]
    if unknown:
        raise CannotFix(reasons.UNKNOWN_OPTION.of(option=unknown[0]))
    return [entry for entry in options.entries if entry.key in COPIED]


def awaited(new: New, program: Program) -> Sequence[Value]:
    """The resources in a `dependsOn` value; raises CannotFix where it is neither a literal list nor a resource."""
    match new:
        case Keep(Items(elements=elements, is_open=False) as value) if value.is_direct:
            return elements
        case Keep(value) if program.referent(value) is not None:
            return (value,)
        case _:
            raise CannotFix(reasons.DEPENDS_ON_NOT_LITERAL)
