"""The examples are what the tool makes of them, byte for byte."""

from __future__ import annotations

from pathlib import Path

import pytest
from graph.programs import EXAMPLES, ROOT

from iacfix.diff import unified
from iacfix.pipeline import Plan, examine
from iacfix.registry import rules
from iacfix.result import Outcome
from iacfix.source import load

every_example = pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.name)


def rewritten(program: Path) -> Outcome:
    name = program.relative_to(ROOT).as_posix()
    return examine(load(program, name), Plan(tuple(rules()), unsafe=True, major=None), ROOT)


def text(path: Path) -> str:
    return path.read_bytes().decode()


def test_a_clean_program_is_left_alone() -> None:
    clean = ROOT / "examples" / "python" / "clean"
    assert text(clean / "fixed.py") == text(clean / "weak.py")
    assert text(clean / "review.diff") == ""


@every_example
def test_a_fixed_program_is_left_alone(example: Path) -> None:
    outcome = rewritten(example / "fixed.py")
    assert outcome.errors == ()
    assert outcome.after == text(example / "fixed.py")


@every_example
def test_a_weak_program_becomes_the_fixed_one(example: Path) -> None:
    outcome = rewritten(example / "weak.py")
    assert outcome.errors == ()
    assert outcome.after == text(example / "fixed.py")


@every_example
def test_the_review_shows_the_rewrite(example: Path) -> None:
    before, after = text(example / "weak.py"), text(example / "fixed.py")
    name = (example / "weak.py").relative_to(ROOT).as_posix()
    assert unified(name, before, after) == text(example / "review.diff")
