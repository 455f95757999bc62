"""Every case of every rule, and what must hold for all of them."""

from __future__ import annotations

import pytest
from cases_of import CASES, cases

from iacfix.registry import rules
from iacfix.rule_cases.cases import Case, case_files, rule_of
from iacfix.rule_cases.comments import comments
from iacfix.rule_cases.invariants import INVARIANTS, enough_cases
from iacfix.rule_cases.naming import unknown_names

ALL = list(cases())
COMBINED = frozenset({"inline-bucket-config", "unblocked-bucket"})
"""They ask for all classes beside a bucket by both endings, of which some never had one."""


@pytest.mark.parametrize("rule", sorted(rules()))
def test_a_rule_has_cases_and_half_of_them_are_left_alone(rule: str) -> None:
    assert list(enough_cases(rule, list(cases(rule)))) == []


@pytest.mark.parametrize("rule", sorted(rules()))
def test_a_rule_that_rewrites_nothing_says_so(rule: str) -> None:
    assert rules()[rule].only_reports == all(case.before == case.after for case in cases(rule))


@pytest.mark.parametrize("rule", sorted(rules().keys() - COMBINED))
def test_a_rule_names_types_and_inputs_that_there_are(rule: str) -> None:
    assert list(unknown_names(rules()[rule], list(cases(rule)))) == []


def test_every_case_file_belongs_to_a_rule() -> None:
    assert {rule_of(path, CASES) for path in case_files(CASES)} == set(rules())


@pytest.mark.parametrize("invariant", INVARIANTS)
@pytest.mark.parametrize("case", ALL, ids=lambda case: case.id)
def test_case(case: Case, invariant: str) -> None:
    assert list(INVARIANTS[invariant](case)) == []


def test_the_comments_of_typescript_are_told_from_texts() -> None:
    text = """a('// no', "/* no */", `// no ${b /* yes */ + `/* no ${{ c: 1 } /* also */}`} // no`); // end
const d = /[/]*\\/\\/ no/.test(e) ? f / 2 : 1; /* over
two lines */ // 'last"""
    assert list(comments("ts", text)) == ["/* yes */", "/* also */", "// end", "/* over\ntwo lines */", "// 'last"]
