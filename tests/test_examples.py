"""The examples are what the tool makes of them, byte for byte."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from graph.programs import EXAMPLES, ROOT, Example

from iacfix.engine.examine import Plan, examine
from iacfix.files.source import load
from iacfix.patches.diff import unified
from iacfix.registry import rules
from iacfix.result import Outcome

BOTH_LANGUAGES = [example for example in EXAMPLES if example.folder.name == "pipeline"]
every_example = pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.name)


def rewritten(program: Path, *ids: str) -> Outcome:
    """The program after every rule, or after these."""
    name = program.relative_to(ROOT).as_posix()
    return examine(load(program, name), Plan(ids or tuple(rules()), unsafe=True, major=None), ROOT)


def text(path: Path) -> str:
    return path.read_bytes().decode()


def test_a_clean_program_is_left_alone() -> None:
    clean = ROOT / "examples" / "python" / "clean"
    assert text(clean / "fixed.py") == text(clean / "weak.py")
    assert text(clean / "review.diff") == ""


@every_example
def test_a_fixed_program_is_left_alone(example: Example) -> None:
    outcome = rewritten(example.fixed)
    assert outcome.errors == ()
    assert outcome.after == text(example.fixed)


@every_example
def test_a_weak_program_becomes_the_fixed_one(example: Example) -> None:
    outcome = rewritten(example.weak)
    assert outcome.errors == ()
    assert outcome.after == text(example.fixed)


@every_example
def test_rules_that_fix_together_give_what_they_give_one_after_another(example: Example) -> None:
    name = example.weak.relative_to(ROOT).as_posix()
    plan = Plan(tuple(rules()), unsafe=True, by_rule=True)
    outcome = examine(load(example.weak, name), plan, ROOT)
    assert outcome.errors == ()
    assert outcome.after == text(example.fixed)


@every_example
def test_the_review_shows_the_rewrite(example: Example) -> None:
    shown, outcome = text(example.folder / "review.diff"), rewritten(example.weak)
    assert unified(outcome.path, outcome.before, text(example.fixed), touched=outcome.touched) == shown


SEVEN = """\
## Summary

- **Total Improvements**: 7
- **High Severity**: 2
- **Medium Severity**: 3
- **Low Severity**: 2
- **Readiness**: 3/10 to 9/10
"""


@pytest.mark.parametrize(
    "example",
    [example for example in EXAMPLES if example.folder.name.startswith("pipeline")],
    ids=lambda example: example.name,
)
def test_the_pipeline_has_all_seven_improvements(example: Example) -> None:
    command = [sys.executable, "-m", "iacfix", "report", "--unsafe-fixes", example.weak]
    ended = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    summary = ended.stdout[ended.stdout.index("## Summary") :].split("\n---\n")[0]
    assert summary == SEVEN


MODULES = sorted((ROOT / "examples" / "terraform").glob("*/weak"))
every_module = pytest.mark.parametrize("weak", MODULES, ids=lambda weak: weak.parent.name)


def applied(folder: Path, target: Path) -> dict[str, str]:
    """The files of a module after every rule."""
    shutil.copytree(folder, target)
    command = [sys.executable, "-m", "iacfix", "apply", "--unsafe-fixes", target]
    subprocess.run(command, capture_output=True, check=True, cwd=target)
    return texts(target)


def texts(folder: Path) -> dict[str, str]:
    return {path.name: text(path) for path in sorted(folder.glob("*.tf"))}


@every_module
def test_a_weak_module_becomes_the_fixed_one(weak: Path, tmp_path: Path) -> None:
    fixed = weak.with_name("fixed")
    assert applied(weak, tmp_path / "weak") == texts(fixed)
    assert applied(fixed, tmp_path / "fixed") == texts(fixed)


@every_module
def test_the_review_of_a_module_shows_the_rewrite(weak: Path) -> None:
    command = [sys.executable, "-m", "iacfix", "diff", "--unsafe-fixes", weak]
    ended = subprocess.run(command, capture_output=True, check=False, cwd=ROOT)
    assert ended.stdout.decode() == text(weak.with_name("review.diff"))


def hunks_of(diff: str) -> list[tuple[set[str], list[str]]]:
    """The rules in the header of each hunk, and the lines that change."""
    hunks = (hunk.split("\n") for hunk in re.split(r"(?m)^(?=@@ )", diff)[1:])
    return [
        ({*header.split(" @@ ")[1].split(", ")}, [row for row in rows if row[:1] in ("+", "-")])
        for header, *rows in hunks
    ]


@pytest.mark.parametrize("example", BOTH_LANGUAGES, ids=lambda example: example.name)
def test_a_hunk_names_the_rules_without_which_it_would_be_another_one(example: Example) -> None:
    outcome = rewritten(example.weak)
    diff = unified("x", outcome.before, outcome.after, touched=outcome.touched)
    hunks = hunks_of(diff)
    for rule in {rule for step in outcome.steps for rule in step.rules}:
        without = rewritten(example.weak, *({*rules()} - {rule}))
        rows = {*unified("x", without.before, without.after).split("\n")}
        for named, changed in hunks:
            assert rule in named or rows.issuperset(changed)


@every_module
def test_a_module_has_all_seven_improvements(weak: Path) -> None:
    command = [sys.executable, "-m", "iacfix", "report", "--unsafe-fixes", weak]
    ended = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    assert ended.stdout[ended.stdout.index("## Summary") :].split("\n---\n")[0] == SEVEN


def test_the_readme_shows_a_real_diff() -> None:
    shown = text(ROOT / "README.md").partition("```diff\n")[2].partition("```")[0]
    assert shown
    assert shown in text(ROOT / "examples" / "python" / "pipeline" / "review.diff")
