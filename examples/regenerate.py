"""Rewrites each example's `fixed` program and `review.diff` from its `weak` one: make examples.

A Terraform module is a folder, so `weak` and `fixed` are folders there.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from iacfix.patches.diff import unified
from iacfix.languages import SUFFIXES
from iacfix.engine.examine import Plan, examine
from iacfix.registry import rules
from iacfix.result import Outcome
from iacfix.files.source import load

ROOT = Path(__file__).parents[1]
WEAK = sorted(path for path in (ROOT / "examples").glob("*/*/weak.*") if path.suffix in SUFFIXES)
MODULES = sorted((ROOT / "examples").glob("terraform/*/weak"))


def rewritten(program: Path) -> Outcome:
    """The program after every rule, with the fixes that have to assume something."""
    name = program.relative_to(ROOT).as_posix()
    return examine(load(program, name), Plan(tuple(rules()), unsafe=True, major=None), ROOT)


def review(outcome: Outcome) -> str:
    """What a reviewer gets to see of it."""
    return unified(outcome.path, outcome.before, outcome.after, touched=outcome.touched)


def rewrite_module(weak: Path, fixed: Path) -> None:
    """The module after every rule, as another folder."""
    shutil.rmtree(fixed, ignore_errors=True)
    shutil.copytree(weak, fixed)
    command = [sys.executable, "-m", "iacfix", "apply", "--unsafe-fixes", "--quiet", str(fixed)]
    subprocess.run(command, check=True, cwd=ROOT)


def module_review(weak: Path) -> bytes:
    """What a reviewer gets to see of a module."""
    command = [sys.executable, "-m", "iacfix", "diff", "--unsafe-fixes", "--quiet", str(weak)]
    return subprocess.run(command, check=False, capture_output=True, cwd=ROOT).stdout


def main() -> None:
    for weak in MODULES:
        fixed = weak.with_name("fixed")
        rewrite_module(weak, fixed)
        weak.with_name("review.diff").write_bytes(module_review(weak))
    for program in WEAK:
        outcome = rewritten(program)
        program.with_stem("fixed").write_text(outcome.after, encoding="utf-8", newline="")
        program.with_name("review.diff").write_text(review(outcome), encoding="utf-8", newline="")


if __name__ == "__main__":
    main()
