"""Texts of one word without an end: what is looked for in them is looked for once."""

from __future__ import annotations

import time

import pytest
from iacfix_aws._regions.located import located, stays

from iacfix.languages.typescript.widths import measured

SECONDS = 5
"""Far more than a look takes; starting anew at each letter took minutes."""


@pytest.mark.parametrize("word", ["us-east-1", "a", "com.amazonaws.", "a.b-"])
def test_a_long_word_is_searched_for_regions_in_time(word: str) -> None:
    text = word * (90_000 // len(word))
    start = time.process_time()
    located(text)
    stays(text)
    assert time.process_time() - start < SECONDS


def test_a_long_chain_is_measured_in_time() -> None:
    start = time.process_time()
    assert measured("a" + ".b" * 45_000) == 90_001
    assert time.process_time() - start < SECONDS


def test_a_tag_and_what_is_looked_up_count_as_in_python() -> None:
    assert measured("pulumi.interpolate`${region.name}`") == len("`         `")


def test_a_region_is_found_behind_a_label_of_any_length() -> None:
    for length in (1, 63, 64, 200):
        host = f"https://{'x' * length}.us-east-1.amazonaws.com"
        at = host.index("us-east-1")
        assert located(host) == {(at, at + len("us-east-1")): "an endpoint"}
