"""All that must hold of rules and their cases, one after the other, for a person to read."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from iacfix.registry import rules_named
from iacfix.rule import Rule
from iacfix.rule_cases.cases import Case, case_files, cases_in, rule_of
from iacfix.rule_cases.invariants import INVARIANTS, enough_cases
from iacfix.rule_cases.naming import unknown_names


@dataclass(frozen=True)
class Failure:
    """What does not hold, of a case or of a rule as a whole; `lines` tell it."""

    path: Path
    line: int | None
    what: str
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Tried:
    """A rule with the number of its cases, and what failed of them."""

    rule: str
    cases: int
    failures: tuple[Failure, ...]


def tried(ids: Collection[str], folder: Path) -> Iterator[Tried]:
    """Each of these rules, with the cases that a folder has of it; raises RuleError and SourceError."""
    for id, rule in sorted(rules_named(ids).items()):
        cases = list(cases_in(folder, id)) if folder.is_dir() else []
        yield Tried(id, len(cases), (*_of_rule(rule, cases, folder), *_of_cases(cases)))


def strays(known: Collection[str], folder: Path) -> Iterator[Failure]:
    """Case files of rules that there are not."""
    for path in case_files(folder) if folder.is_dir() else ():
        if (rule := rule_of(path, folder)) not in known:
            yield Failure(path, None, f"there is no rule {rule}", ())


def _of_rule(rule: Rule, cases: list[Case], folder: Path) -> Iterator[Failure]:
    for line in (*enough_cases(rule.id, cases), *unknown_names(rule, cases)):
        yield Failure(folder / f"{rule.id}.md", None, line, ())


def _of_cases(cases: list[Case]) -> Iterator[Failure]:
    for case in cases:
        for what, broken in INVARIANTS.items():
            if lines := tuple(broken(case)):
                yield Failure(case.path, case.line, f"{case.title} ({case.language}): not so: {what}", lines)
