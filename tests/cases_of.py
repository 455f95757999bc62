"""The cases of this repository's rules; `iacfix/rule_cases/cases.py` tells their format."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from iacfix.rule_cases.cases import Case, cases_in

CASES = Path(__file__).parent / "cases"


def cases(rule: str | None = None) -> Iterator[Case]:
    """All cases, or those of one rule."""
    return cases_in(CASES, rule)
