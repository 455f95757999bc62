"""Suppressions in comments."""

from __future__ import annotations

import pytest

from iacfix.engine.suppressions import InvalidSuppression, Suppression, covers, parse
from iacfix.languages import Comment

RULES = ("hardcoded-region", "unset-missing-data")


def _one(text: str, line: int = 3, *, alone: bool = False) -> Suppression:
    (ignore,), problems = parse([Comment(text, line, alone)], RULES)
    assert problems == []
    return ignore


@pytest.mark.parametrize(
    "text",
    [
        "# a remark",
        "# noqa: E501",
        "# iacfix rewrites this file",
        "# iacfix: fixed by hand",
        "# write `iacfix: ignore[rule-id]` here",
        "# myiacfix: ignore[hardcoded-region]",
    ],
)
def test_other_comments_say_nothing(text: str):
    assert parse([Comment(text, 1, True)], RULES) == ([], [])


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("# iacfix: ignore", "name the rule: iacfix: ignore[rule-id]"),
        ("# iacfix: ignore because I say so", "name the rule: iacfix: ignore[rule-id]"),
        ("# iacfix: ignore[]", "name the rule: iacfix: ignore[rule-id]"),
        ("# iacfix: ignore[hardcoded-region", "name the rule: iacfix: ignore[rule-id]"),
        ("// iacfix: ignore-file", "name the rule: iacfix: ignore-file[rule-id]"),
        ("# iacfix: ignore[hardcoded-regon]", "unknown rule 'hardcoded-regon', did you mean 'hardcoded-region'?"),
        ("# iacfix: ignore[zzz]", "unknown rule 'zzz'"),
        ("# iacfix: ingore[hardcoded-region]", "unknown word 'ingore', write iacfix: ignore[rule-id]"),
    ],
)
def test_what_suppresses_nothing_is_a_problem(text: str, message: str):
    assert parse([Comment(text, 4, False)], RULES) == ([], [InvalidSuppression(4, message)])


def test_a_known_rule_beside_an_unknown_one_still_counts():
    ignores, problems = parse([Comment("# iacfix: ignore[zzz, hardcoded-region]", 4, False)], RULES)
    assert [ignore.rules for ignore in ignores] == [frozenset({"hardcoded-region"})]
    assert problems == [InvalidSuppression(4, "unknown rule 'zzz'")]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("# iacfix: ignore[hardcoded-region]", ""),
        ("#iacfix:ignore[hardcoded-region]  only there", "only there"),
        ("// iacfix: ignore [ hardcoded-region, ] only there", "only there"),
        ("/* iacfix: ignore[hardcoded-region] only there */", "only there"),
        ("# noqa: E501  # iacfix: ignore[hardcoded-region] see [1]", "see [1]"),
    ],
)
def test_the_ways_to_write_it(text: str, reason: str):
    assert _one(text) == Suppression(frozenset({"hardcoded-region"}), 3, False, False, reason, 3)


def test_several_rules():
    assert _one("# iacfix: ignore[hardcoded-region,unset-missing-data]").rules == frozenset(RULES)


def test_a_trailing_comment_covers_its_own_line_only():
    ignore = _one("# iacfix: ignore[hardcoded-region]")
    assert covers(ignore, "hardcoded-region", [1, 3])
    assert not covers(ignore, "hardcoded-region", [2, 4])
    assert not covers(ignore, "unset-missing-data", [3])


def test_a_comment_alone_covers_the_next_line():
    ignore = _one("# iacfix: ignore[hardcoded-region]", alone=True)
    assert covers(ignore, "hardcoded-region", [4])
    assert not covers(ignore, "hardcoded-region", [3, 5])


def test_comments_stacked_above_each_other_cover_the_same_line():
    comments = [
        Comment("# iacfix: ignore[hardcoded-region]", 3, True),
        Comment("# the console's own region", 4, True),
        Comment("# iacfix: ignore[unset-missing-data]", 5, True),
        Comment("# a remark behind code", 6, False),
    ]
    ignores, _ = parse(iter(comments), RULES)
    assert [(ignore.line, ignore.target) for ignore in ignores] == [(3, 6), (5, 6)]


def test_a_whole_file():
    ignore = _one("# iacfix: ignore-file[hardcoded-region] one region for ever", 9, alone=True)
    assert covers(ignore, "hardcoded-region", [1])
    assert not covers(ignore, "unset-missing-data", [1])
