"""A rule: a generator function that takes a program and yields findings, with its metadata."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from inspect import signature
from typing import TypeVar

from iacfix.edit import Edit
from iacfix.model import Program, Resource, Value


class Severity(Enum):
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"

    @property
    def rank(self) -> int:
        """0 for the most severe."""
        return list(Severity).index(self)


class Safety(Enum):
    """`SAFE`: the next deployment changes at most what the finding names, in place. `UNSAFE`: a resource may be
    replaced, state needs a step, or the rule had to assume something."""

    SAFE = "safe"
    UNSAFE = "unsafe"


@dataclass(frozen=True)
class Finding:
    """A weak pattern at a value, with the `edits` that fix it, which are applied together or not at all, or the
    `reason` why it is not fixed.

    `safety` overrides that of the rule; `note` says what a deployed stack needs for the fix, in one text or several.
    """

    at: Value
    message: str
    edits: tuple[Edit, ...] = ()
    reason: str | None = None
    safety: Safety | None = None
    note: str | tuple[str, ...] | None = None
    schema_message: str | None = None
    """The message with the input names of the schema, where `message` has those of a language."""

    @property
    def notes(self) -> tuple[str, ...]:
        return (self.note,) if isinstance(self.note, str) else self.note or ()

    def __post_init__(self) -> None:
        if bool(self.edits) == bool(self.reason):
            raise ValueError("a finding has edits or a reason, never both and never neither")


Subject = TypeVar("Subject")


def first_reason(subject: Subject, reasons: Iterable[tuple[Callable[[Subject], object], str]]) -> str | None:
    """The reason that follows the first test of a table which is true for the subject; None where none is."""
    return next((reason for holds, reason in reasons if holds(subject)), None)


Check = Callable[..., Iterator[Finding]]
"""Takes the program, and the options of the rule as keyword arguments that are false by default."""


@dataclass(frozen=True)
class Rule:
    """A check with its metadata; its documentation is the docstring of the check's module.

    `checks` are the ids of the same check in scanners and standards: `{"checkov": ("CKV_AWS_7",)}`. A file is examined
    only if it contains one of the `triggers`.
    """

    id: str
    severity: Severity
    category: str
    service: str
    safety: Safety
    triggers: tuple[bytes, ...]
    check: Check = field(compare=False)
    checks: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]], compare=False)
    only_reports: bool = False
    """None of its findings has edits."""

    @property
    def title(self) -> str:
        """The weak pattern as a noun phrase."""
        return self._doc.split("\n", 1)[0].strip().rstrip(".")

    @property
    def sections(self) -> dict[str, str]:
        """The docstring's sections by heading: Why, Impact, Lesson, Left alone, Reported only, On a deployed stack,
        and Options where it has some."""
        pieces = re.split(r"^\*([A-Z][^*\n]+)\*\s*", self._doc, flags=re.MULTILINE)[1:]
        return {heading: text.strip() for heading, text in zip(pieces[::2], pieces[1::2], strict=True)}

    @property
    def options(self) -> tuple[str, ...]:
        """The names of its options, all of them switches."""
        parameters = signature(self.check).parameters.values()
        return tuple(given.name.replace("_", "-") for given in parameters if given.kind is given.KEYWORD_ONLY)

    def findings(self, program: Program, options: Mapping[str, bool]) -> Iterator[Finding]:
        """The findings with these options. A finding about a resource that must not be edited loses its edits."""
        for found in self.check(program, **{name.replace("-", "_"): value for name, value in options.items()}):
            reason = found.at.untouched if isinstance(found.at, Resource) else None
            yield replace(found, edits=(), reason=reason, safety=None, note=None) if reason else found

    @property
    def known_as(self) -> str:
        """Its checks on one line, as `checkov CKV_AWS_7, trivy AWS-0065`; empty where there are none."""
        return ", ".join(f"{catalogue} {' '.join(ids)}" for catalogue, ids in self.checks.items())

    @property
    def link(self) -> str:
        """The URL of the official page, at the end of the docstring; empty where there is none."""
        last = self._doc.split()[-1:]
        return last[0] if last and last[0].startswith("https://") else ""

    @property
    def _doc(self) -> str:
        return sys.modules[self.check.__module__].__doc__ or ""


def rule(
    *,
    severity: str,
    category: str,
    service: str,
    triggers: tuple[str, ...],
    safety: str = "safe",
    checks: Mapping[str, str] | None = None,
    only_reports: bool = False,
) -> Callable[[Check], Rule]:
    """A decorator that makes a rule of a check; its id is the name of the function with dashes.

    A file is examined only if it contains one of `triggers`. `checks` are the ids of the same check by catalogue,
    separated by blanks. `only_reports` declares that no finding has edits.
    """

    def made(check: Check) -> Rule:
        return Rule(
            id=check.__name__.replace("_", "-"),
            severity=Severity(severity),
            category=category,
            service=service,
            safety=Safety(safety),
            triggers=tuple(trigger.encode() for trigger in triggers),
            check=check,
            checks={catalogue: tuple(ids.split()) for catalogue, ids in (checks or {}).items()},
            only_reports=only_reports,
        )

    return made
