"""Every case of every rule, and what must hold for all of them."""

from __future__ import annotations

from pathlib import Path

import pytest
from cases_of import CASES, Case, cases, rule_of
from comments_of import comments

from iacfix.engine.examine import Plan, examine
from iacfix.files.source import from_bytes
from iacfix.patches.diff import unified
from iacfix.patches.patch import apply_hunks, read_patch
from iacfix.registry import rules
from iacfix.result import Fix, Outcome

ALL = list(cases())
NAMES = {"py": "program.py", "ts": "program.ts", "hcl": "main.tf"}


def examined(case: Case, text: str, *ids: str) -> Outcome:
    source = from_bytes(text.encode(), NAMES[case.language])
    options = {case.rule: dict.fromkeys(case.options, True)}
    return examine(source, Plan(ids or (case.rule,), unsafe=True, major=case.major, options=options), Path("/nowhere"))


@pytest.mark.parametrize("rule", sorted(rules()))
def test_a_rule_has_cases_and_half_of_them_are_left_alone(rule: str) -> None:
    mine = list(cases(rule))
    alone = [case for case in mine if case.before == case.after]
    assert mine, f"tests/cases/{rule}.md is missing"
    assert len(alone) * 2 >= len(mine), f"{len(alone)} of {len(mine)} cases are left alone"


def test_every_case_file_belongs_to_a_rule() -> None:
    assert {rule_of(path) for path in CASES.rglob("*.md")} == set(rules())


@pytest.mark.parametrize("case", ALL, ids=lambda case: case.id)
def test_case(case: Case) -> None:
    outcome = examined(case, case.before)
    assert outcome.errors == ()
    assert outcome.after == case.after
    reasons = {found.reason for found in outcome.findings if found.fix is Fix.NONE}
    assert reasons == set(case.reasons)
    notes = [found.note or "" for found in outcome.findings if found.fix is Fix.UNSAFE]
    assert [note for note in notes if not any(words in note for words in case.unsafe)] == []
    assert [words for words in case.unsafe if not any(words in note for note in notes)] == []
    if case.before == case.after and not case.reasons:
        assert outcome.findings == ()


@pytest.mark.parametrize("case", ALL, ids=lambda case: case.id)
def test_a_second_run_changes_nothing(case: Case) -> None:
    outcome = examined(case, case.after)
    assert outcome.after == case.after
    assert [found for found in outcome.findings if found.fix is not Fix.NONE] == []


@pytest.mark.parametrize("case", ALL, ids=lambda case: case.id)
def test_comments_are_the_same(case: Case) -> None:
    assert comments(case.language, case.before) == comments(case.language, case.after)


def test_the_comments_of_typescript_are_told_from_texts() -> None:
    text = """a('// no', "/* no */", `// no ${b /* yes */ + `/* no ${{ c: 1 } /* also */}`} // no`); // end
const d = /[/]*\\/\\/ no/.test(e) ? f / 2 : 1; /* over
two lines */ // 'last"""
    assert list(comments("ts", text)) == ["/* yes */", "/* also */", "// end", "/* over\ntwo lines */", "// 'last"]


@pytest.mark.parametrize("case", ALL, ids=lambda case: case.id)
def test_the_diff_applies(case: Case) -> None:
    diff = unified(NAMES[case.language], case.before, case.after)
    patches = read_patch(diff)
    assert [apply_hunks(case.before, patch) for patch in patches] == ([case.after] if diff else [])


@pytest.mark.parametrize("case", ALL, ids=lambda case: case.id)
def test_line_ends_stay(case: Case) -> None:
    assert examined(case, case.before.replace("\n", "\r\n")).after == case.after.replace("\n", "\r\n")
    assert examined(case, case.before.rstrip("\n")).after == case.after.rstrip("\n")


@pytest.mark.parametrize("case", ALL, ids=lambda case: case.id)
def test_the_order_of_rules_never_shows(case: Case) -> None:
    ids = tuple(rules())
    orders = [ids, ids[::-1], (*ids[3:], *ids[:3])]
    first, *others = [examined(case, case.before, *order) for order in orders]
    assert first.errors == ()
    assert {other.after for other in others} == {first.after}
    again = examined(case, first.after, *ids)
    assert again.after == first.after
