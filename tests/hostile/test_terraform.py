"""Mutated modules: cut short, with other line ends and letters, nested deep, a comment wherever one may stand."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from random import Random

import pytest
from cases_of import cases

from iacfix.engine.workers import Task, run_task
from iacfix.files.limits import Limits
from iacfix.files.source import encode, from_bytes
from iacfix.languages import language
from iacfix.patches.diff import unified
from iacfix.patches.patch import apply_hunks, read_patch
from iacfix.registry import rules
from iacfix.result import Fix, Outcome, Plan

NAME = "main.tf"
IDS = tuple(rules())
STEP, CUT = 50, 120
"""Bytes between the places where a module is cut, and how many of such modules are tried."""
HEREDOC = r"<<-?(?P<end>\w+)\n.*?\n[ \t]*(?P=end)(?=\r?\n)"
STRING = r'"(?:\$\{(?:[^{}"]|"[^"]*")*\}|\\.|[^"\\\n])*"'
TOKEN = re.compile(rf"{HEREDOC}|{STRING}|(?:#|//)[^\r\n]*|/\*.*?\*/|[\w-]+|[=!<>]=|&&|\|\||=>|[ \t]+|.", re.DOTALL)
NUMBERED = re.compile(r"\bnote\d+\b")


@cache
def modules() -> tuple[str, ...]:
    """The modules of the cases; those that are edited stand first."""
    known = [case for case in cases() if case.language == "hcl"]
    return tuple(case.before for case in sorted(known, key=lambda case: case.before == case.after))


def outcome_of(data: bytes) -> Outcome:
    source = from_bytes(data, NAME)
    return run_task(Task(source, Plan(IDS, unsafe=True, major=6), Path("/nowhere"), limits=Limits(20)))


def broken_promises(text: str) -> Iterator[str]:
    """What goes wrong with a module, in words."""
    data = text.encode()
    outcome = outcome_of(data)
    yield from (error for error in outcome.errors if "please report it" in error)
    before, after = outcome.before, outcome.after
    if before == after:
        return
    if not language("terraform").accepts(before):
        yield "a module that does not parse is edited"
    if not language("terraform").accepts(after):
        yield "the new text does not parse"
    if sorted(NUMBERED.findall(before)) != sorted(NUMBERED.findall(after)):
        yield "a comment is lost or doubled"
    if "\n" not in before.replace("\r\n", "") and "\n" in after.replace("\r\n", ""):
        yield "a line ends otherwise"
    if [apply_hunks(before, patch) for patch in read_patch(unified(NAME, before, after))] != [after]:
        yield "the diff does not apply"
    source = from_bytes(data, NAME)
    written = encode(source, after)
    if source.bom and not written.startswith(b"\xef\xbb\xbf"):
        yield "the mark at its start is lost"
    again = outcome_of(written)
    if again.after != after or any(found.fix is not Fix.NONE for found in again.findings):
        yield "a second run changes it"


def _windows(text: str) -> str:
    return text.replace("\n", "\r\n")


def _marked(text: str) -> str:
    return "\ufeff" + text


def _tabbed(text: str) -> str:
    return re.sub("^(?:  )+", lambda found: "\t" * (len(found[0]) // 2), text, flags=re.MULTILINE)


def _foreign(text: str) -> str:
    """Names and strings in letters of several bytes, and of two units."""
    named = re.sub(r'^(resource|data) "(\w+)" "(\w+)"', r'\1 "\2" "größe_\3"', text, flags=re.MULTILINE)
    named = re.sub(r"\b(aws_\w+)\.(\w+)", r"\1.größe_\2", named)
    return "# 𝔘nd → note1\n" + named


def _unclosed(text: str) -> str:
    return text + 'resource "aws_sns_topic" "last" {\n  policy = <<-EOT\n    {}\n'


def _nested(text: str) -> str:
    held = "[" * 60 + "1" + "]" * 60
    blocks = "a {\n" * 60 + "}\n" * 60
    return f'{text}\nlocals {{\n  deep = {held}\n}}\n\nresource "aws_sns_topic" "deep" {{\n{blocks}}}\n'


def _unended(text: str) -> str:
    return text.rstrip("\n")


def _line_comments(text: str) -> str:
    """One behind every line and one in front of it, strings of several lines aside."""
    made, number = list[str](), 0
    for part in _tokens(text):
        if part == "\n":
            number += 2
            made.append(f" # note{number}\n// note{number + 1}\n")
        else:
            made.append(part)
    return "".join(made)


def _all_comments(text: str) -> str:
    """One between any two tokens."""
    made = list[str]()
    for number, part in enumerate(_tokens(text)):
        made.append(part if part.isspace() or part.startswith(("#", "//")) else f"{part}/* note{number} */")
    return "".join(made)


def _tokens(text: str) -> list[str]:
    return [found[0] for found in TOKEN.finditer(text)]


MUTATIONS = (
    _windows,
    _marked,
    _tabbed,
    _foreign,
    _unclosed,
    _nested,
    _unended,
    _line_comments,
    _all_comments,
)


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda mutation: mutation.__name__.lstrip("_"))
def test_a_mutated_module_breaks_no_promise(mutation: Callable[[str], str]) -> None:
    said = {text: list(broken_promises(mutation(text))) for text in modules()}
    assert {text: broken for text, broken in said.items() if broken} == {}


def test_a_module_that_ends_anywhere_breaks_no_promise() -> None:
    cut = [text.encode()[:at] for text in modules() for at in range(STEP, len(text.encode()), STEP)]
    tried = Random("cut").sample(cut, CUT)
    said = {data: list(broken_promises(data.decode("utf-8", "ignore"))) for data in tried}
    assert {data: broken for data, broken in said.items() if broken} == {}


@pytest.mark.parametrize(
    "block",
    [
        'resource "aws_vpc_endpoint" "s3" {\n  service_name = "com.amazonaws.us-east-1.s3" vpc_id = "a"\n}\n',
        'resource "aws_vpc_endpoint" "s3" { service_name = "com.amazonaws.us-east-1.s3"\n  vpc_id = "a"\n}\n',
        'resource "aws_vpc_endpoint" "s3" {\n  service_name = "com.amazonaws.us-east-1.s3" }\n',
        'resource "aws_vpc_endpoint" "s3" {\n  service_name =\n    "com.amazonaws.us-east-1.s3"\n}\n',
        'resource "aws_vpc_endpoint" "s3" {\n  service_name = "com.amazonaws.us-east-1.s3"\n  a = 1\n  a = 2\n}\n',
        'resource "aws_vpc_endpoint" "s3"\n{\n  service_name = "com.amazonaws.us-east-1.s3"\n}\n',
        'resource "aws_vpc_endpoint" "s3" {\n  service_name = "com.amazonaws.us-east-1.s3"\n} locals {}\n',
        'resource "aws_vpc_endpoint" "s3" {\n  service_name = "com.amazonaws.us-east-1.s3"\n  t { a = 1 b = 2 }\n}\n',
        'resource "aws_vpc_endpoint" "s3" {\n  service_name = "com.amazonaws.us-east-1.s3"\n  a = { b = 1 c = 2 }\n}\n',
    ],
    ids=["shared", "opened", "closed", "broken", "twice", "bracket", "behind", "inner", "object"],
)
def test_a_block_that_terraform_does_not_accept_is_reported_and_kept(block: str) -> None:
    outcome = outcome_of(block.encode())
    assert (outcome.errors, outcome.after) == ((), block)
    assert [found.reason for found in outcome.findings if found.rule == "hardcoded-region"] == [
        "Terraform does not accept its block: an attribute is set twice, or a line does not end where it has to"
    ]


def test_the_lines_of_blocks_and_objects_that_terraform_accepts() -> None:
    lines = ["a = {", "  b = 1, c = 2", "  d = 3 }", "tags { e = [", "  1] }", "f = <<-EOT", "  g", "EOT", "h {}"]
    block = 'resource "aws_vpc_endpoint" "s3" {\n  service_name = "com.amazonaws.us-east-1.s3"\n  %s\n}\n'
    text = block % "\n  ".join(lines)
    outcome = outcome_of(text.encode())
    assert outcome.errors == ()
    expected = text.replace("us-east-1", "${data.aws_region.current.region}")
    assert outcome.after == 'data "aws_region" "current" {}\n\n' + expected


def test_what_no_code_can_read_by_its_name_is_not_read() -> None:
    text = 'resource "aws_s3_bucket" "a → b" {\n  versioning {\n    enabled = true\n  }\n}\n'
    text += '\ndata "aws_region" "a → b" {}\n'
    text += '\nresource "aws_vpc_endpoint" "s3" {\n  service_name = "com.amazonaws.us-east-1.s3"\n}\n'
    outcome = outcome_of(text.encode())
    assert outcome.errors == ()
    expected = text.replace("us-east-1", "${data.aws_region.current.region}")
    assert outcome.after == 'data "aws_region" "current" {}\n\n' + expected
    assert "no code can read a → b by this name" in [found.reason for found in outcome.findings]


def test_the_last_line_ends_as_the_one_above() -> None:
    text = 'resource "aws_sqs_queue" "jobs" { /* of\r\n them */ }'
    outcome = outcome_of(text.encode())
    assert outcome.errors == ()
    assert outcome.after == (
        'resource "aws_sqs_queue" "jobs" { /* of\r\n them */\r\n  sqs_managed_sse_enabled = true\r\n}'
    )


def test_a_provider_that_is_no_name_is_not_written_elsewhere() -> None:
    for provider in ("merge(aws)", '"aws.west"'):
        text = f'resource "aws_vpc_endpoint" "s3" {{\n  provider     = {provider}\n'
        text += '  service_name = "com.amazonaws.us-east-1.s3"\n}\n'
        outcome = outcome_of(text.encode())
        assert (outcome.errors, outcome.after) == ((), text)
        assert [found.reason for found in outcome.findings if found.rule == "hardcoded-region"] == [
            f"the provider is an expression: {provider}"
        ]
