"""Python texts that LibCST does not give back byte for byte: fixed where what is lost is elsewhere, else kept."""

from __future__ import annotations

from pathlib import Path

import pytest
from alarms import ALARM, FIXED

from iacfix.engine.examine import Plan, examine
from iacfix.files.source import from_bytes
from iacfix.languages import language
from iacfix.model import Provider
from iacfix.registry import packs
from iacfix.result import Fix, Outcome

GIVEN = 'VERSIONING = {"enabled": given}\n'
REASON = "LibCST does not reproduce this file byte for byte"


def examined(text: str) -> Outcome:
    return examine(from_bytes(text.encode(), "a.py"), Plan(("unset-missing-data",), major=7), Path("/nowhere"))


@pytest.mark.parametrize(
    ("start", "end"),
    [("", "  # one\n  # two\n"), ("", "  # one\n  \n"), ("\f", ""), ("", "\fx = 1\n")],
    ids=["two comments indented at the end", "one with blank lines behind it", "form feed first", "form feed last"],
)
def test_what_would_be_lost_beside_a_fix_stays(start: str, end: str) -> None:
    assert examined(start + ALARM + end).after == start + FIXED + end


def test_a_statement_that_would_lose_something_is_reported_and_kept() -> None:
    text = ALARM.replace("aws.cloudwatch", "\faws.cloudwatch")
    outcome = examined(text)
    assert outcome.errors == ()
    assert outcome.after == text
    assert [(found.fix, found.reason) for found in outcome.findings] == [(Fix.NONE, REASON)]


@pytest.mark.parametrize("end", [" \n \n", "\n\n\n", "\t\n", " \n\t", "   ", "\r"], ids=repr)
def test_blank_lines_at_the_end_stay(end: str) -> None:
    assert examined(ALARM + end).after == FIXED + end


def test_blank_lines_at_the_end_keep_their_line_ends() -> None:
    text = (ALARM + " \n \n").replace("\n", "\r\n")
    assert examined(text).after == (FIXED + " \n \n").replace("\n", "\r\n")


def test_comments_are_counted_on_the_text() -> None:
    python, package = language("python"), packs()[0].provider
    text = "x = '# no'\n  # one\n  # two\n"
    program = python.read(text, package, Provider(package.name, 7, ""))
    assert [(found.text, found.line, found.alone) for found in python.comments(program)] == [
        ("# one", 2, True),
        ("# two", 3, True),
    ]


def test_comments_of_newer_syntax_than_the_tokenizer_knows_are_those_of_the_tree() -> None:
    python, package = language("python"), packs()[0].provider
    text = "x = f\"{a['#']}\"  # one\ny = '''\n\n# no\n'''\n"
    program = python.read(text, package, Provider(package.name, 7, ""))
    assert [found.text for found in python.comments(program)] == ["# one"]


@pytest.mark.parametrize(
    "text",
    [
        GIVEN + 'import pulumi\nimport pulumi_aws as aws\n\ndata = aws.s3.Bucket("data", versioning=VERSIONING)\n',
        GIVEN + 'import pulumi_aws as aws\n\ndata = aws.s3.Bucket("data", versioning=VERSIONING)\n',
        'data = Bucket("data", versioning={"enabled": True})\nfrom pulumi_aws.s3 import *\n',
    ],
    ids=["an import below", "an import to add below", "a star below"],
)
def test_code_above_the_imports_that_it_would_need_is_left_alone(text: str) -> None:
    outcome = examine(from_bytes(text.encode(), "a.py"), Plan(("inline-bucket-config",), major=7), Path("/nowhere"))
    assert (outcome.errors, outcome.after) == ((), text)
    assert [found.reason for found in outcome.findings] == ["the code runs before the imports that it would need"]
