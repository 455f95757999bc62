"""Rewrites each example's `fixed.py` and `review.diff` from its `weak.py`: make examples."""

from __future__ import annotations

from pathlib import Path

from iacfix.diff import unified
from iacfix.pipeline import Plan, examine
from iacfix.registry import rules
from iacfix.result import Outcome
from iacfix.source import load

ROOT = Path(__file__).parents[1]
EXAMPLES = sorted(path.parent for path in (ROOT / "examples" / "python").glob("*/weak.py"))


def rewritten(program: Path) -> Outcome:
    """The program after every rule, with the fixes that have to assume something."""
    name = program.relative_to(ROOT).as_posix()
    return examine(load(program, name), Plan(tuple(rules()), unsafe=True, major=None), ROOT)


def review(outcome: Outcome) -> str:
    """What a reviewer gets to see of it."""
    return unified(outcome.path, outcome.before, outcome.after)


def main() -> None:
    for example in EXAMPLES:
        outcome = rewritten(example / "weak.py")
        (example / "fixed.py").write_text(outcome.after, encoding="utf-8", newline="")
        (example / "review.diff").write_text(review(outcome), encoding="utf-8", newline="")


if __name__ == "__main__":
    main()
