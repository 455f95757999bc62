"""What a run is asked and what it says of a file: plain data that travels between processes and into every report."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum

from iacfix.model import Provider
from iacfix.rule import Severity


class Fix(Enum):
    """What is done about a finding."""

    SAFE = "safe"  # fixed by `apply`
    UNSAFE = "unsafe"  # fixed with `--unsafe-fixes`
    NONE = "none"  # reported only


@dataclass(frozen=True)
class Reported:
    """A finding at a place of the file as it was read. Lines and columns count from 1, columns in characters."""

    rule: str
    severity: Severity
    path: str
    line: int
    column: int
    message: str
    fix: Fix
    reason: str | None = None
    note: str | None = None


@dataclass(frozen=True)
class Step:
    """One rule's share of a fix."""

    rule: str
    before: str
    after: str


@dataclass(frozen=True)
class Outcome:
    """A file after its rules: `before` is its text as read, `after` the verified text, equal where nothing changes.

    `path` is relative to the root of the run, with forward slashes. `errors` are failures, one line each.
    """

    path: str
    before: str
    after: str
    findings: tuple[Reported, ...] = ()
    steps: tuple[Step, ...] = ()
    provider: Provider | None = None
    errors: tuple[str, ...] = ()

    @property
    def changed(self) -> bool:
        return self.before != self.after


Accept = Callable[[Reported, str, str], bool]
"""Asked for each fix with the finding and the text before and after; False leaves the finding as it is."""


@dataclass(frozen=True)
class Plan:
    """What a run is asked to do: rules by id in their order, whether to take unsafe fixes, a major that is forced,
    and the options of rules by their ids."""

    rules: tuple[str, ...]
    unsafe: bool = False
    major: int | None = None
    options: Mapping[str, Mapping[str, bool]] = field(default_factory=dict[str, Mapping[str, bool]])
