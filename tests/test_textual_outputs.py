"""Outputs that are joined as they are hold text, in every class of both SDKs."""

from __future__ import annotations

import re

import pytest
from graph.programs import environment
from iacfix_aws._tables.texts import TEXTUAL

GETTER = re.compile(r"def (\w+)\(self\) -> pulumi\.Output\[(.+)\]:$", re.MULTILINE)
NUMBER = re.compile(r"\b(?:int|float|bool)\b")


@pytest.mark.parametrize("major", [6, 7])
def test_no_output_of_these_names_is_a_number(major: int) -> None:
    (sdk,) = environment(major).parents[1].glob("lib/python*/site-packages/pulumi_aws")
    found = [pair for path in sdk.rglob("*.py") for pair in GETTER.findall(path.read_text(encoding="utf-8"))]
    named = [(name, type) for name, type in found if TEXTUAL.search(f".{name}")]
    assert len(named) > 4000
    assert sorted({name for name, type in named if NUMBER.search(type)}) == []
