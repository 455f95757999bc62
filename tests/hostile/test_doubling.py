"""Small programs whose values double with each line: each is looked at a number of times that grows with its length."""

from __future__ import annotations

import sys
from pathlib import Path
from types import FrameType

import pytest

from iacfix.engine.workers import Task, run_task
from iacfix.files.limits import Limits
from iacfix.files.source import from_bytes
from iacfix.registry import rules
from iacfix.result import Plan

LINES = 40
MOST = 5_000_000
"""Calls of functions that one such program may take; a doubling takes billions."""
USES = {
    "py": """aws.s3.BucketV2("b", tags=a40, **a40)
aws.sqs.Queue("q", policy=a40)
""",
    "ts": """new aws.s3.BucketV2("b", { tags: a40, ...a40 });
new aws.sqs.Queue("q", { policy: a40 });
""",
    "tf": """resource "aws_s3_bucket" "b" {
  tags = local.a40
}
""",
}
HEADS = {"py": "import pulumi_aws as aws\n", "ts": 'import * as aws from "@pulumi/aws";\n', "tf": "locals {\n"}


class _TooMuch(Exception):
    pass


@pytest.mark.parametrize(
    ("ending", "first", "line"),
    [
        ("py", 'a0 = {"k": 1}\n', "a%d = {**a%d, **a%d}\n"),
        ("py", 'a0 = {"k": 1}\n', "a%d = dict(**a%d, **a%d)\n"),
        ("py", 'a0 = {"k": 1}\n', 'a%d = {"x": a%d, "y": a%d}\n'),
        ("py", 'a0 = ["k"]\n', "a%d = [a%d, a%d]\n"),
        ("py", 'a0 = ["k"]\n', "a%d = [*a%d, *a%d]\n"),
        ("py", 'a0 = {"k": 1}\n', "a%d = a%d | a%d\n"),
        ("py", 'a0 = {"k": 1}\n', "a%d = a%d if odd else a%d\n"),
        ("py", 'a0 = {"k": 1}\n', "a%d = a%d or a%d\n"),
        ("py", 'a0 = "k"\n', "a%d = a%d + a%d\n"),
        ("py", 'a0 = "k"\n', 'a%d = f"{a%d}{a%d}"\n'),
        ("py", 'a0 = "k"\n', "a%d = both(a%d, a%d)\n"),
        ("ts", "const a0 = { k: 1 };\n", "const a%d = { ...a%d, ...a%d };\n"),
        ("ts", "const a0 = { k: 1 };\n", "const a%d = { x: a%d, y: a%d };\n"),
        ("ts", 'const a0 = ["k"];\n', "const a%d = [a%d, a%d];\n"),
        ("ts", 'const a0 = ["k"];\n', "const a%d = [...a%d, ...a%d];\n"),
        ("ts", "const a0 = { k: 1 };\n", "const a%d = odd ? a%d : a%d;\n"),
        ("ts", "const a0 = { k: 1 };\n", "const a%d = a%d ?? a%d;\n"),
        ("ts", 'const a0 = "k";\n', "const a%d = a%d + a%d;\n"),
        ("ts", 'const a0 = "k";\n', "const a%d = `${a%d}${a%d}`;\n"),
        ("ts", 'const a0 = "k";\n', "const a%d = both(a%d, a%d);\n"),
        ("tf", "a0 = { k = 1 }\n", "a%d = merge(local.a%d, local.a%d)\n"),
        ("tf", "a0 = [1]\n", "a%d = concat(local.a%d, local.a%d)\n"),
        ("tf", "a0 = [1]\n", "a%d = [local.a%d, local.a%d]\n"),
        ("tf", "a0 = 1\n", 'a%d = "${local.a%d}${local.a%d}"\n'),
    ],
)
def test_what_doubles_with_each_line_is_read_once(ending: str, first: str, line: str, tmp_path: Path) -> None:
    lines = "".join(line % (number + 1, number, number) for number in range(LINES))
    _examined(tmp_path, ending, first + lines)


@pytest.mark.parametrize(
    ("ending", "first", "line"),
    [
        ("py", 'a0 = {"k": 1}\nb0 = {"l": 1}\n', "{0}{2} = {{**a{1}, **b{1}}}\n"),
        ("ts", "const a0 = { k: 1 };\nconst b0 = { l: 1 };\n", "const {0}{2} = {{ ...a{1}, ...b{1} }};\n"),
    ],
)
def test_two_that_double_each_other_are_followed_to_a_limit(ending: str, first: str, line: str, tmp_path: Path) -> None:
    lines = (line.format(name, number, number + 1) for number in range(LINES) for name in "ab")
    _examined(tmp_path, ending, first + "".join(lines))


def _examined(root: Path, ending: str, text: str) -> None:
    """Examine such a program, which is stopped where it takes too many calls."""
    text = HEADS[ending] + text + ("}\n" if ending == "tf" else "") + USES[ending]
    source = from_bytes(text.encode(), f"main.{ending}")
    calls = 0

    def count(_frame: FrameType, event: str, _given: object) -> None:
        nonlocal calls
        calls += event == "call"
        if calls > MOST:
            raise _TooMuch

    plan = Plan(tuple(rules()), major=7)
    before = sys.getprofile()
    sys.setprofile(count)
    try:
        outcome = run_task(Task(source, plan, root, limits=Limits(60)))
    finally:
        sys.setprofile(before)
    assert (calls <= MOST, outcome.errors) == (True, ())
    assert ending == "tf" or outcome.findings
