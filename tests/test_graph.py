"""Every example runs under Pulumi's mocks, and its fixed form registers what the weak one did but for the promises."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
from graph.buckets import Graph
from graph.compare import compare
from graph.programs import EXAMPLES, major_of, run
from graph.promises import PROMISES

NAMES = [example.name for example in EXAMPLES]


@cache
def graphs(major: int) -> dict[Path, Graph]:
    """All the examples of a major, run in one process."""
    chosen = [example for example in EXAMPLES if major_of(example) == major]
    return run([example / name for example in chosen for name in ("weak.py", "fixed.py")], major)


@pytest.mark.parametrize("example", EXAMPLES, ids=NAMES)
def test_a_fixed_program_keeps_everything_but_what_its_rules_promise(example: Path) -> None:
    ran = graphs(major_of(example))
    assert compare(ran[example / "weak.py"], ran[example / "fixed.py"], PROMISES) == []


@pytest.mark.parametrize("example", [each for each in EXAMPLES if each.name != "clean"], ids=lambda path: path.name)
def test_a_fixed_program_differs_from_the_weak_one(example: Path) -> None:
    ran = graphs(major_of(example))
    assert compare(ran[example / "weak.py"], ran[example / "fixed.py"], ()) != []


def test_the_pipeline_needs_every_rule() -> None:
    ran = graphs(7)
    pipeline = next(example for example in EXAMPLES if example.name == "pipeline")
    for rule in PROMISES:
        others = PROMISES.keys() - {rule}
        found = compare(ran[pipeline / "weak.py"], ran[pipeline / "fixed.py"], others)
        assert found != [], f"nothing in the pipeline is due to {rule}"
