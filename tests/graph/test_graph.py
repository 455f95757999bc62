"""Every example runs under Pulumi's mocks, and its fixed form registers what the weak one did but for the promises."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from graph.compare import compare
from graph.programs import BROKEN, STARTING, Example, attempt, run
from graph.promises import PROMISES
from graph.registered import Graph

PIPELINE = (
    "inline-bucket-config",
    "unconditioned-logs-grant",
    "hardcoded-region",
    "unset-missing-data",
    "missing-bucket-reads",
    "unplaced-widget",
    "untyped-build-variable",
)
"""What the pipelines lack; all that is weak in other ways is set in them already."""
SERVICE = (
    "invalid-value",
    "reserved-lambda-variable",
    "unknown-managed-policy",
    "optional-metadata-token",
    "unrecoverable-table",
    "unblocked-bucket",
    "unrotated-key",
    "endless-log-group",
    "unencrypted-queue",
)
"""What the service lacks."""


def each(examples: list[Example]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("example", examples, ids=lambda example: example.name)


@cache
def graphs(major: int) -> dict[Path, Graph]:
    """All the examples of a major, run in one process a language."""
    chosen = [example for example in STARTING if example.major == major]
    return run([path for example in chosen for path in (example.weak, example.fixed)], major)


@each(STARTING)
def test_a_fixed_program_keeps_everything_but_what_its_rules_promise(example: Example) -> None:
    ran = graphs(example.major)
    assert compare(ran[example.weak], ran[example.fixed], PROMISES) == []


@each([example for example in STARTING if example.folder.name != "clean"])
def test_a_fixed_program_differs_from_the_weak_one(example: Example) -> None:
    ran = graphs(example.major)
    assert compare(ran[example.weak], ran[example.fixed], ()) != []


@each([example for example in STARTING if example.folder.name.startswith("pipeline")])
def test_the_pipeline_needs_its_seven_rules(example: Example) -> None:
    ran = graphs(example.major)
    for rule in PIPELINE:
        others = PROMISES.keys() - {rule}
        found = compare(ran[example.weak], ran[example.fixed], others)
        assert found != [], f"nothing in {example.name} is due to {rule}"
    assert compare(ran[example.weak], ran[example.fixed], PIPELINE) == []


@each([example for example in STARTING if example.folder.name == "orders-service"])
def test_the_service_needs_its_rules(example: Example) -> None:
    ran = graphs(example.major)
    for rule in SERVICE:
        found = compare(ran[example.weak], ran[example.fixed], PROMISES.keys() - {rule})
        assert found != [], f"nothing in {example.name} is due to {rule}"


@each(BROKEN)
def test_a_program_that_does_not_start_does_when_it_is_fixed(example: Example) -> None:
    if example.suffix == ".py":  # what Node does not start ends its runner; the type checker refuses both
        assert isinstance(attempt([example.weak], example.major)[example.weak], str)
    assert len(run([example.fixed], example.major)[example.fixed]["resources"]) == 16
