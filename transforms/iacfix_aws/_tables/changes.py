"""What a major of the provider changes that a program may meet, as `upgrade_7.json` has it.

The table holds, for types and functions, rows of `[what, path, advice, note, shape]`, and for further names of the
package what to do about them. `transforms/regenerate_upgrade.py` writes what the SDKs of both majors declare, and keeps
what is written by hand: what to do about it, and what no SDK declares.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cache
from pathlib import Path


class ChangeKind(Enum):
    """What the newer major does."""

    RESOURCE = "resource"  # lacks the class
    GONE = "gone"  # lacks the input
    TYPE = "type"  # takes another shape for it
    REQUIRED = "required"  # wants the input
    DEPRECATED = "deprecated"  # takes it still
    OUTPUT = "output"  # lacks the output, or gives it another shape
    ABSENT = "absent"  # takes something else where the input is not set
    SEEN = "seen"  # does something else with the input
    WITH = "with"  # wants another input beside it


@dataclass(frozen=True)
class BreakingChange:
    """One difference: `path` leads to the input or output; `shape` is the other input that is wanted, or what a changed
    one is now; `note` says what a deployed stack will see."""

    what: ChangeKind
    path: str
    advice: str
    note: str
    shape: str


@dataclass(frozen=True)
class BreakingChanges:
    """All differences of two majors, by the names of types, functions and what else the package has."""

    resources: Mapping[str, tuple[BreakingChange, ...]]
    functions: Mapping[str, tuple[BreakingChange, ...]]
    names: Mapping[str, str]


@cache
def changes(major: int) -> BreakingChanges | None:
    """The differences from the major before, where there is a table."""
    file = Path(__file__).with_name(f"upgrade_{major}.json")
    if not file.exists():
        return None
    table = json.loads(file.read_text(encoding="utf-8"))
    return BreakingChanges(_rows(table["resources"]), _rows(table["functions"]), table["names"])


def _rows(table: Mapping[str, list[list[str]]]) -> dict[str, tuple[BreakingChange, ...]]:
    return {
        name: tuple(
            BreakingChange(ChangeKind(what), path, advice, note, shape) for what, path, advice, note, shape in rows
        )
        for name, rows in table.items()
    }
