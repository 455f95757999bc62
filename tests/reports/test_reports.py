"""What people read: whole reports over outcomes that are written down here."""

from __future__ import annotations

import io
import re
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from textwrap import dedent

import pytest

from iacfix.model import Provider
from iacfix.reports import catalogue, score, text
from iacfix.reports.color import paint_diff, paint_for, painted, plain
from iacfix.reports.excerpts import Excerpt, changed
from iacfix.reports.improvements import document
from iacfix.reports.questions import FIRST, HELP, QUESTION, SHORT_QUESTION, UNKNOWN, Questions
from iacfix.result import AnswerWithdrawn, Fix, Outcome, Reported, Step
from iacfix.rule import Rule, Severity

MODULE = '''"""Alarm that does not set how to treat missing data.

*Why* Missing data keeps the alarm in its old state, so a stopped job looks healthy for as long as nobody
looks at it.

*Impact*
- fewer false alarms in quiet periods
- alarms that say what silence means, for every reader of the program and for
  every operator

*Lesson* Say what silence means.

*Left alone* Alarms that set `treatMissingData`.

    alarm = MetricAlarm(treat_missing_data="ignore")
"""

from iacfix.rule import rule

@rule(severity="medium", category="Monitoring", service="Alarms", triggers=("MetricAlarm",))
def silent_alarm(program):
    yield from ()
'''

CASES = """# silent-alarm

## is set already

```py
MetricAlarm("a", treat_missing_data="ignore")
```

## a plain alarm
major: 6

```diff py
 MetricAlarm(
     "a",
+    treat_missing_data="notBreaching",
 )

-old()
+new()
```
"""


@pytest.fixture
def silent_alarm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Rule]:
    """A rule of an installed pack, with its cases."""
    package = tmp_path / "sample_pack"
    (package / "cases").mkdir(parents=True)
    (package / "__init__.py").touch()
    (package / "silent_alarm.py").write_text(MODULE)
    (package / "cases" / "silent-alarm.md").write_text(CASES)
    monkeypatch.setattr("sys.path", [str(tmp_path), *sys.path])
    yield import_module("sample_pack.silent_alarm").silent_alarm
    for name in ("sample_pack", "sample_pack.silent_alarm"):
        del sys.modules[name]


BEFORE = 'a = 1\n\n\ndef f():\n    MetricAlarm(\n        "a",\n    )\n\n\nb = 2\n'
AFTER = BEFORE.replace('"a",\n', '"a",\n        treat_missing_data="notBreaching",\n')
SAFE = Reported("silent-alarm", Severity.MEDIUM, "infra/a.py", 5, 5, "alarm is silent on missing data", Fix.SAFE)
UNSAFE = replace(SAFE, line=9, fix=Fix.UNSAFE, notes=("the alarm is replaced",))
LEFT = replace(SAFE, path="b.py", line=2, fix=Fix.NONE, reason="its arguments are built elsewhere")
OUTCOMES = (
    Outcome(
        "infra/a.py",
        BEFORE,
        AFTER,
        (SAFE, UNSAFE),
        (Step(("silent-alarm",), BEFORE, AFTER),),
        Provider("aws", 7, "requirements.txt pins 7.1.0"),
    ),
    Outcome("b.py", "", "", (LEFT,), (), Provider("aws", 6, "iacfix.toml says so")),
)
FOUND = [SAFE, UNSAFE, LEFT]


def test_nothing_found_has_an_empty_table() -> None:
    assert list(text.findings([], plain, str)) == []
    assert "\n".join(text.table([], plain)) == (
        "           total  fixable  needs --unsafe-fixes  not fixed\n"
        "high           0        0                     0          0\n"
        "medium         0        0                     0          0\n"
        "low            0        0                     0          0\n"
        "total          0        0                     0          0"
    )


def test_findings_say_how_they_are_fixed() -> None:
    assert "\n".join(text.findings(FOUND, plain, lambda path: f"../{path}")) == (
        "../infra/a.py:5:5: medium silent-alarm alarm is silent on missing data\n"
        "    fixable: iacfix apply\n"
        "../infra/a.py:9:5: medium silent-alarm alarm is silent on missing data\n"
        "    needs --unsafe-fixes: the alarm is replaced\n"
        "\n"
        "../b.py:2:5: medium silent-alarm alarm is silent on missing data\n"
        "    not fixed: its arguments are built elsewhere\n"
    )


def test_the_table_counts_by_severity_and_fix() -> None:
    found = [*FOUND, replace(SAFE, severity=Severity.HIGH)]
    assert "\n".join(text.table(found, plain)) == (
        "           total  fixable  needs --unsafe-fixes  not fixed\n"
        "high           1        1                     0          0\n"
        "medium         3        1                     1          1\n"
        "low            0        0                     0          0\n"
        "total          4        2                     1          1"
    )


def test_each_provider_major_is_named_once() -> None:
    assert list(text.providers([OUTCOMES[0], *OUTCOMES])) == [
        "provider aws 7 in 2 files: requirements.txt pins 7.1.0",
        "provider aws 6 in 1 file: iacfix.toml says so",
    ]


def test_what_is_fixed_is_counted_by_rule_and_by_file() -> None:
    found = [replace(SAFE, path=f"{name}.py") for name in ("b", "a", "b", "c")]
    assert list(text.by_rule_and_file(found, 2)) == [
        f"  {SAFE.rule}  4",
        f"  {'a.py':{len(SAFE.rule)}}  1",
        f"  {'b.py':{len(SAFE.rule)}}  2",
        "  and 1 more file",
    ]


def test_a_fixing_run_says_what_is_left() -> None:
    assert text.fixed_line("fixed", [], [], [], 0) == "nothing to fix"
    assert text.fixed_line("fixed", [SAFE], [SAFE], [SAFE], 1) == "fixed 1 finding in 1 file"
    assert text.fixed_line("fixed", [], [SAFE], FOUND, 0) == (
        "fixed nothing; 3 remain: 1 fixable, 1 needs --unsafe-fixes, 1 not fixed, see iacfix check"
    )


@pytest.mark.parametrize(
    ("high", "medium", "low", "points", "why"),
    [
        (0, 0, 0, 9, "10, no open findings; at most 9, because nothing automatic gives 10"),
        (0, 0, 1, 9, "10 - (1 low × 0.5) = 9.5; at most 9, because nothing automatic gives 10"),
        (2, 3, 2, 3, "10 - (2 high × 1.5 + 3 medium × 1 + 2 low × 0.5) = 3"),
        (1, 0, 0, 8, "10 - (1 high × 1.5) = 8.5; at most 8 while a high finding is open"),
        (1, 0, 1, 8, "10 - (1 high × 1.5 + 1 low × 0.5) = 8"),
        (0, 1, 1, 9, "10 - (1 medium × 1 + 1 low × 0.5) = 8.5, rounded to 9"),
        (9, 0, 0, 1, "10 - (9 high × 1.5) = -3.5; at least 1"),
    ],
)
def test_readiness(high: int, medium: int, low: int, points: int, why: str) -> None:
    rules = Counter({Severity.HIGH: high, Severity.MEDIUM: medium, Severity.LOW: low})
    assert score.readiness(rules) == points
    assert score.explained(rules) == why


def test_a_rule_counts_once_however_many_places_it_finds() -> None:
    assert score.open_rules(FOUND) == Counter({Severity.MEDIUM: 1})


def test_the_improvements_of_a_clean_program(silent_alarm: Rule) -> None:
    assert document([Outcome("a.py", "", "")], frozenset(), {"silent-alarm": silent_alarm}) == (
        "# Improvements\n\n"
        "Each improvement is one weak pattern, however many places have it. Before and after are taken from the\n"
        "rewrite of this program.\n\n"
        "## Summary\n\n"
        "- **Total Improvements**: 0\n"
        "- **High Severity**: 0\n"
        "- **Medium Severity**: 0\n"
        "- **Low Severity**: 0\n"
        "- **Readiness**: 9/10 to 9/10\n\n"
        "---\n\n"
        "## Readiness\n\n"
        "A program starts at 10. Each rule with an open finding costs 1.5 (high), 1 (medium), 0.5 (low),\n"
        "however many places it finds. The result is rounded half up and lies between 1 and 9:\n"
        "nothing automatic gives 10. While a high finding is open it is at most 8.\n\n"
        "- **Before**: 9/10: 10, no open findings; at most 9, because nothing automatic gives 10\n"
        "- **After**: 9/10: 10, no open findings; at most 9, because nothing automatic gives 10\n"
    )


def test_no_program_has_no_score(silent_alarm: Rule) -> None:
    known = {"silent-alarm": silent_alarm}
    assert document([], frozenset(), known, missing="no AWS program here: 2 files, 2 of Terraform") == (
        "# Improvements\n\nNo AWS program here: 2 files, 2 of Terraform. There is nothing to score.\n"
    )


def test_what_is_not_checked_is_not_scored(silent_alarm: Rule) -> None:
    known, errors = {"silent-alarm": silent_alarm}, ["b.py:2: does not parse as Python; not checked"]
    told = "## Not checked\n\n- b.py:2: does not parse as Python; not checked\n"
    broken = Outcome("b.py", "", "", errors=tuple(errors))
    alone = document([broken], frozenset(), known, errors=errors)
    assert "- **Readiness**: none, because nothing could be checked\n\n" + told in alone
    beside = document([broken, Outcome("a.py", "", "")], frozenset(), known, errors=errors)
    assert "- **Readiness**: 9/10 to 9/10, without what is not checked\n" in beside
    assert beside.endswith(told)


def test_the_improvements_of_a_program(silent_alarm: Rule) -> None:
    written = document(OUTCOMES, frozenset([SAFE]), {"silent-alarm": silent_alarm})
    assert written[written.index("---") : written.index("## Readiness")] == (
        "---\n\n"
        "## MEDIUM SEVERITY ISSUES\n\n"
        "### 1. Alarm that does not set how to treat missing data\n\n"
        "**Severity**: MEDIUM\\\n"
        "**Category**: Monitoring\\\n"
        "**Service**: Alarms\\\n"
        "**Rule**: `silent-alarm`\n\n"
        "**Issue**: Missing data keeps the alarm in its old state, so a stopped job looks healthy for as long as"
        " nobody\nlooks at it.\n\n"
        "- `infra/a.py:5` alarm is silent on missing data\n"
        "- `infra/a.py:9` alarm is silent on missing data"
        " (needs --unsafe-fixes: the alarm is replaced)\n"
        "- `b.py:2` alarm is silent on missing data (not fixed: its arguments are built elsewhere)\n\n"
        "**Before** (`infra/a.py`):\n"
        '```python\nMetricAlarm(\n    "a",\n)\n```\n\n'
        "**After** (`infra/a.py`):\n"
        '```python\nMetricAlarm(\n    "a",\n    treat_missing_data="notBreaching",\n)\n```\n\n'
        "**Impact**:\n\n"
        "- fewer false alarms in quiet periods\n"
        "- alarms that say what silence means, for every reader of the program and for\n"
        "  every operator\n\n"
        "**Lesson**: Say what silence means.\n\n"
        "---\n\n"
    )
    assert written.endswith(
        "- **After**: 9/10: 10 - (1 medium × 1) = 9\n\n"
        "## Not fixed\n\n"
        "- `infra/a.py:9` `silent-alarm` alarm is silent on missing data;"
        " needs --unsafe-fixes: the alarm is replaced\n"
        "- `b.py:2` `silent-alarm` alarm is silent on missing data; not fixed: its arguments are built elsewhere\n"
    )


NESTED = """def f():
    first()
    Alarm(
        "a",
        tags={
            "k": 1,

            "l": 2,
        },
        period=3,
    )
    last()
"""


@pytest.mark.parametrize(
    ("old", "new", "before", "after"),
    [
        ("    first()", "    second()", "first()", "second()"),
        ('"k": 1,', '"k": 9,', 'tags={\n    "k": 1,\n\n    "l": 2,\n},', 'tags={\n    "k": 9,\n\n    "l": 2,\n},'),
        ("last()\n", "last()", "", ""),
    ],
)
def test_a_stretch_is_what_changed_with_the_brackets_around_it(old: str, new: str, before: str, after: str) -> None:
    text = NESTED.replace(old, new)
    outcome = Outcome("a.py", NESTED, text, (), (Step(("r",), NESTED, text), Step(("other",), text, NESTED)))
    assert list(changed(outcome, "r")) == [Excerpt("a.py", before, after)]


def test_changes_inside_the_same_brackets_are_one_stretch() -> None:
    text = NESTED.replace('"a"', '"b"').replace("period=3", "period=4")
    whole = NESTED.partition("first()\n")[2].partition("    last")[0]
    assert list(changed(Outcome("a.py", NESTED, text, (), (Step(("r",), NESTED, text),)), "r")) == [
        Excerpt(
            "a.py", dedent(whole).strip(), dedent(whole.replace('"a"', '"b"').replace("period=3", "period=4")).strip()
        )
    ]


def test_stretches_of_a_file_share_a_block_and_many_are_cut_short(silent_alarm: Rule) -> None:
    apart = "\n" + "same\n" * 5
    before = apart.join(f"old{number}" for number in range(5))
    after = "lookup\n" + before.replace("old", "new")
    outcome = Outcome("a.py", before, after, (SAFE,), (Step(("silent-alarm",), before, after),))
    written = document([outcome], frozenset([SAFE]), {"silent-alarm": silent_alarm})
    assert written[written.index("**Before**") : written.index("**Impact**")] == (
        "**Before** (`a.py`):\n```python\nold0\n\nold1\n\nold2\n```\n\n"
        "**After** (`a.py`):\n```python\nlookup\nnew0\n\nnew1\n\nnew2\n```\n\n"
        "2 more: `iacfix diff --select silent-alarm`\n\n"
    )


def test_a_fence_is_longer_than_the_backticks_inside(silent_alarm: Rule) -> None:
    outcome = Outcome("a.py", "x\n", "````\n", (SAFE,), (Step(("silent-alarm",), "x\n", "````\n"),))
    written = document([outcome], frozenset([SAFE]), {"silent-alarm": silent_alarm})
    assert "**After** (`a.py`):\n`````python\n````\n`````\n" in written


def test_the_list_of_rules(silent_alarm: Rule) -> None:
    assert "\n".join(catalogue.rules([silent_alarm], plain)) == (
        "RULE                      SEVERITY  FIX     SERVICE\n"
        "silent-alarm              medium    safe    Alarms\n"
        "    Alarm that does not set how to treat missing data\n"
        "    Monitoring"
    )


def test_a_rule_without_fixes_says_so_and_its_checks_fill_the_page(silent_alarm: Rule) -> None:
    ids = tuple(f"CKV_AWS_{number}" for number in range(10, 16))
    told = replace(silent_alarm, only_reports=True, checks={"checkov": ids})
    assert next(line for line in catalogue.rules([told], plain) if "silent-alarm" in line).split()[2] == "none"
    assert "\n".join(catalogue.page(told, None, plain)).startswith(
        "silent-alarm\n"
        "Alarm that does not set how to treat missing data\n\n"
        "Severity: medium\n"
        "Category: Monitoring\n"
        "Service:  Alarms\n"
        "Fix:      none, it only reports\n"
        "Checks:   checkov CKV_AWS_10 CKV_AWS_11 CKV_AWS_12 CKV_AWS_13 CKV_AWS_14\n"
        "          CKV_AWS_15\n\n"
    )


def test_the_page_of_a_rule_is_its_docstring_and_its_first_rewriting_case(silent_alarm: Rule) -> None:
    assert "\n".join(catalogue.page(silent_alarm, catalogue.example(silent_alarm), plain)) == (
        "silent-alarm\n"
        "Alarm that does not set how to treat missing data\n\n"
        "Severity: medium\n"
        "Category: Monitoring\n"
        "Service:  Alarms\n"
        "Fix:      safe\n\n"
        "Why\n"
        "    Missing data keeps the alarm in its old state, so a stopped job looks\n"
        "    healthy for as long as nobody looks at it.\n\n"
        "Impact\n"
        "    - fewer false alarms in quiet periods\n"
        "    - alarms that say what silence means, for every reader of the program and\n"
        "      for every operator\n\n"
        "Lesson\n"
        "    Say what silence means.\n\n"
        "Left alone\n"
        "    Alarms that set `treatMissingData`.\n\n"
        '        alarm = MetricAlarm(treat_missing_data="ignore")\n\n'
        "Example  (a plain alarm)\n"
        '     MetricAlarm(\n         "a",\n    +    treat_missing_data="notBreaching",\n     )\n'
        "\n    -old()\n    +new()"
    )


def test_a_rule_without_a_rewriting_case_has_no_example(silent_alarm: Rule, tmp_path: Path) -> None:
    (tmp_path / "sample_pack" / "cases" / "silent-alarm.md").write_text("## nothing\n\n```py\nx\n```\n")
    assert catalogue.example(silent_alarm) is None
    (tmp_path / "sample_pack" / "cases" / "silent-alarm.md").unlink()
    assert catalogue.example(silent_alarm) is None


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("choice", "stream", "environment", "coloured"),
    [
        ("auto", io.StringIO(), {}, False),
        ("auto", _Terminal(), {}, True),
        ("auto", _Terminal(), {"TERM": "dumb"}, False),
        ("auto", _Terminal(), {"NO_COLOR": "1", "FORCE_COLOR": "1"}, False),
        ("auto", io.StringIO(), {"FORCE_COLOR": "1"}, True),
        ("never", _Terminal(), {"FORCE_COLOR": "1"}, False),
        ("always", io.StringIO(), {"NO_COLOR": "1"}, True),
    ],
)
def test_colour(choice: str, stream: io.StringIO, environment: dict[str, str], coloured: bool) -> None:
    assert (paint_for(choice, stream, environment) is painted) is coloured


def test_a_coloured_diff_keeps_every_byte_of_the_plain_one() -> None:
    diff = "diff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -1,2 +1,2 @@\n-a\r\n+b\x0cc\r\n \u2028d\n"
    assert paint_diff(diff, plain) == diff
    assert paint_diff(diff, painted) == (
        "\x1b[1mdiff --git a/x b/x\x1b[0m\n\x1b[1m--- a/x\x1b[0m\n"
        "\x1b[1m+++ b/x\x1b[0m\n\x1b[36m@@ -1,2 +1,2 @@\x1b[0m\n"
        "\x1b[31m-a\x1b[0m\r\n\x1b[32m+b\x0cc\x1b[0m\r\n \u2028d\n"
    )


def asked(*answers: str, width: int = 100) -> tuple[Questions, list[str]]:
    """Questions to somebody who gives these answers and then leaves."""
    shown: list[str] = []
    left = list(answers)

    def ask(prompt: str) -> str:
        shown.append(prompt)
        if not left:
            raise EOFError
        return left.pop(0)

    return Questions(ask, shown.append, plain, 3, width), shown


OTHER = replace(SAFE, rule="loud-alarm")


def test_a_question_shows_the_hunk() -> None:
    questions, shown = asked("what", "y")
    assert questions(UNSAFE, "a\n", "b\n")
    assert "".join(shown) == (
        "infra/a.py\n"
        "1 of 3, line 9: medium silent-alarm alarm is silent on missing data\n"
        "    the alarm is replaced\n"
        f"@@ -1 +1 @@\n-a\n+b\n{QUESTION}{UNKNOWN}{QUESTION}"
    )


def test_a_narrow_terminal_breaks_between_words() -> None:
    questions, shown = asked("?", "y", width=40)
    assert questions(UNSAFE, "a\n", "b\n")
    text = "".join(shown)
    assert text.startswith(
        "infra/a.py\n"
        "1 of 3, line 9: medium silent-alarm\n"
        "    alarm is silent on missing data\n"
        "    the alarm is replaced\n"
        f"@@ -1 +1 @@\n-a\n+b\n{SHORT_QUESTION}"
        "y  fix this\n"
        "n  leave this; to edit it afterwards:\n"
        "   iacfix diff -o FILE, iacfix patch\n"
        "   FILE\n"
    )
    assert max(map(len, text.splitlines())) <= 40


def test_an_interrupt_ends_the_line_of_the_question() -> None:
    def interrupted(_prompt: str) -> str:
        raise KeyboardInterrupt

    shown: list[str] = []
    with pytest.raises(KeyboardInterrupt):
        Questions(interrupted, shown.append, plain, 3)(SAFE, "a\n", "b\n")
    assert shown[-1] == "\n"


def test_a_question_shows_what_changes_of_other_files() -> None:
    questions, shown = asked("y")
    assert questions(SAFE, "a\n", "b\n", [("infra/b.py", "c\n", "d\n")])
    assert "".join(shown).endswith(f"@@ -1 +1 @@\n-a\n+b\nand in infra/b.py:\n@@ -1 +1 @@\n-c\n+d\n{QUESTION}")


@pytest.mark.parametrize(
    ("answers", "taken"),
    [
        ((), [False, False, False]),
        (("n", "y", "n"), [False, True, False]),
        (("a", "n"), [True, True, False]),
        (("y", "q"), [True, False, False]),
        (("YES ", "No", "all"), [True, False, True]),
    ],
)
def test_answers(answers: tuple[str, ...], taken: list[bool]) -> None:
    questions, _ = asked(*answers)
    findings = [SAFE, UNSAFE, OTHER]
    assert [questions(finding, "a\n", "b\n") for finding in findings] == taken


def test_questions_are_counted_and_a_file_has_a_heading_once() -> None:
    questions, shown = asked("y", "f", "y", "y")
    there = replace(SAFE, path="infra/b.py")
    for finding in (SAFE, UNSAFE, OTHER, there):
        questions(finding, "a\n", "b\n")
    lines = [line for line in "".join(shown).replace(QUESTION, "").split("\n") if line[:1] not in ("@", "-", "+", " ")]
    assert [line.partition(":")[0] for line in lines] == [
        *("infra/a.py", f"1 of 3, line {SAFE.line}", f"2 of 3, line {UNSAFE.line}"),
        *("", "infra/b.py", f"4 of 4, line {SAFE.line}", ""),
    ]


def test_back_takes_back_the_last_answer_and_what_followed_from_it() -> None:
    questions, shown = asked("n", "f", "b", "y", "n", "y")
    there = replace(SAFE, path="infra/b.py")
    all = [SAFE, UNSAFE, OTHER, there]
    assert [questions(finding, "a\n", "b\n") for finding in all[:3]] == [False, True, True]
    with pytest.raises(AnswerWithdrawn) as back:
        questions(there, "a\n", "b\n")
    assert back.value.path == UNSAFE.path
    del shown[:]
    assert [questions(finding, "a\n", "b\n") for finding in all] == [False, True, False, True]
    assert "".join(shown).count(QUESTION) == 3
    assert "".join(shown).startswith(f"\ninfra/a.py\n2 of 3, line {UNSAFE.line}: ")


def test_there_is_nothing_before_the_first_question() -> None:
    questions, shown = asked("b", "y")
    assert questions(SAFE, "a\n", "b\n")
    assert "".join(shown).endswith(f"{QUESTION}{FIRST}{QUESTION}")


def test_the_help_has_every_answer_of_the_question() -> None:
    assert [line[0] for line in HELP.splitlines()] == re.findall(r"\[(.)\]", QUESTION)
    assert [line[0] for line in HELP.splitlines()] == SHORT_QUESTION[11:-3].split(",")
