"""Which rules hold for Terraform modules: each has cases there, and the documentation names them all."""

from __future__ import annotations

import re
from pathlib import Path

from cases_of import cases

from iacfix.registry import packs, rules
from iacfix.rule import Rule

DOCUMENT = Path(__file__).parent.parent / "docs" / "terraform.md"


def _rules() -> frozenset[str]:
    (pack,) = packs()
    assert pack.provider.vocabulary is not None
    return pack.provider.vocabulary.rules


def test_each_has_cases_and_none_has_cases_that_does_not_hold() -> None:
    assert {case.rule for case in cases() if case.language == "hcl"} == _rules()
    assert _rules() <= set(rules())


def test_the_others_say_why_they_do_not_hold() -> None:
    others = {id: rule for id, rule in rules().items() if id not in _rules()}
    assert [id for id, rule in rules().items() if "Terraform modules, wh" in _left_alone(rule)] == list(others)


def _left_alone(rule: Rule) -> str:
    return " ".join(rule.sections["Left alone"].split())


def test_the_documentation_names_them() -> None:
    paragraph = re.search(r"These rules check modules.*?\n\n", DOCUMENT.read_text(encoding="utf-8"), re.DOTALL)
    assert paragraph is not None
    assert frozenset(re.findall(r"`([\w-]+)`", paragraph[0])) == _rules()
