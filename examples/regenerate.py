"""Rewrites each example's `fixed` program and `review.diff` from its `weak` one: make examples."""

from __future__ import annotations

from pathlib import Path

from iacfix.patches.diff import unified
from iacfix.languages import SUFFIXES
from iacfix.engine.examine import Plan, examine
from iacfix.registry import rules
from iacfix.result import Outcome
from iacfix.files.source import load

ROOT = Path(__file__).parents[1]
WEAK = sorted(path for path in (ROOT / "examples").glob("*/*/weak.*") if path.suffix in SUFFIXES)


def rewritten(program: Path) -> Outcome:
    """The program after every rule, with the fixes that have to assume something."""
    name = program.relative_to(ROOT).as_posix()
    return examine(load(program, name), Plan(tuple(rules()), unsafe=True, major=None), ROOT)


def review(outcome: Outcome) -> str:
    """What a reviewer gets to see of it."""
    return unified(outcome.path, outcome.before, outcome.after)


def main() -> None:
    for program in WEAK:
        outcome = rewritten(program)
        program.with_stem("fixed").write_text(outcome.after, encoding="utf-8", newline="")
        program.with_name("review.diff").write_text(review(outcome), encoding="utf-8", newline="")


if __name__ == "__main__":
    main()
