"""Known findings: what is recorded, what is new, what is stale."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from iacfix.cli import program
from iacfix.engine import fixing
from iacfix.engine.fingerprints import digest, normalised

ALARM = """import pulumi_aws as aws

{0} = aws.cloudwatch.MetricAlarm(
    "{0}",
    comparison_operator="GreaterThanThreshold",
    evaluation_periods=2,
    metric_name="FailedBuilds",
    namespace="AWS/CodeBuild",
    statistic="Sum",
    threshold=1,
)
"""
FIRST, SECOND = ALARM.format("first"), ALARM.format("second")
PROJECT = """import pulumi_aws as aws

build = aws.codebuild.Project(
    "build",
    environment=aws.codebuild.ProjectEnvironmentArgs(
        environment_variables=[
            {"name": "ONE", "value": "1"},  # the first
            {"name": "TWO", "value": "2"},
        ],
    ),
)
"""


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with two programs, as the current folder."""
    subprocess.run(["git", "init", "-q", tmp_path], check=True)
    (tmp_path / "requirements.txt").write_text("pulumi-aws==7.1.0\n")
    (tmp_path / "a.py").write_text(FIRST)
    (tmp_path / "b.py").write_text(PROJECT)
    monkeypatch.chdir(tmp_path)
    for name in ("NO_COLOR", "FORCE_COLOR", "GITHUB_ACTIONS"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


def iacfix_(*arguments: str, stdin: str = "") -> Result:
    return CliRunner().invoke(program(), list(arguments), input=stdin)


def said(*arguments: str) -> tuple[int, str, str]:
    result = iacfix_(*arguments)
    return result.exit_code, result.stdout, result.stderr


def found(*arguments: str) -> list[str]:
    result = iacfix_("check", "-q", "--output-format", "concise", *arguments)
    assert (result.exit_code, result.stderr) == (1 if result.stdout else 0, "")
    return [":".join(line.split(":")[:2]) for line in result.stdout.splitlines()]


def entry(rule: str, path: str, resource: str, text: str, count: int = 1) -> str:
    return json.dumps({"rule": rule, "path": path, "resource": resource, "text": digest(text), "count": count})


def test_what_is_recorded(project: Path) -> None:
    assert said("baseline", "write") == (0, "recorded 3 findings in iacfix-baseline.json\n", "")
    entries = [
        entry(
            "unset-missing-data",
            "a.py",
            "aws.cloudwatch.MetricAlarm first",
            "alarm first does not set treatMissingData",
        ),
        *sorted(
            entry(
                "untyped-build-variable",
                "b.py",
                "aws.codebuild.Project build",
                f'{{"name":"{name}","value":"{value}"}}',
            )
            for name, value in (("ONE", "1"), ("TWO", "2"))
        ),
    ]
    lines = ",\n".join(f"    {line}" for line in entries)
    assert (project / "iacfix-baseline.json").read_text() == f'{{\n  "version": 1,\n  "findings": [\n{lines}\n  ]\n}}\n'


def test_what_is_known_is_not_reported_and_not_fixed(project: Path) -> None:
    assert said("baseline", "write", "-q") == (0, "", "")
    known = "iacfix: 3 findings are in iacfix-baseline.json; --no-baseline reports all\n"
    assert said("check") == (0, "nothing new found in 2 files\n", known)
    assert said("diff") == (0, "", f"nothing to fix\n{known}")
    assert found("--no-baseline") == ["a.py:3", "b.py:7", "b.py:8"]
    (project / "a.py").write_text(FIRST + SECOND.partition("\n")[2])
    assert found() == ["a.py:13"]
    assert said("apply", "-q") == (0, "", "")
    fixed = SECOND.replace("threshold=1,\n", 'threshold=1,\n    treat_missing_data="notBreaching",\n')
    assert (project / "a.py").read_text() == FIRST + fixed.partition("\n")[2]
    assert (project / "b.py").read_text() == PROJECT


def test_what_is_new_is_tried_together_and_nothing_else(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tried = list[str]()
    real = fixing.failed_check

    def failed_check(*given: Any) -> str | None:
        tried.append(given[-1])
        return real(*given)

    monkeypatch.setattr(fixing, "failed_check", failed_check)
    iacfix_("baseline", "write")
    more = '            {"name": "THREE", "value": "3"},\n            {"name": "FOUR", "value": "4"},\n'
    text = PROJECT.replace("        ],\n", f"{more}        ],\n")
    (project / "b.py").write_text(text)
    tried.clear()
    assert said("apply", "-q", "--jobs", "1", "b.py") == (0, "", "")
    typed = text
    for name in ("THREE", "FOUR"):
        typed = re.sub(rf'("name": "{name}".*?)\}}', r'\1, "type": "PLAINTEXT"}', typed)
    assert (project / "b.py").read_text() == typed
    assert len(tried) == 2  # all of the file, to know what is found, then what is new
    assert tried[1] == typed


def test_a_comment_shows_the_diff_of_what_is_new(project: Path) -> None:
    iacfix_("baseline", "write")
    (project / "a.py").write_text(FIRST + SECOND.partition("\n")[2])
    assert iacfix_("check", "--output-format", "markdown").stdout.count("\n+    treat_missing_data") == 1


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("import", "# a remark\n\n\nimport"),
        ('    "first",\n', '    # a remark\n    "first",\n'),
        ("threshold=1,", "threshold=2,"),
        ('"first"', "'first'"),
    ],
    ids=["lines", "comment", "another-input", "quotes"],
)
def test_a_known_resource_stays_known(project: Path, old: str, new: str) -> None:
    iacfix_("baseline", "write")
    (project / "a.py").write_text(FIRST.replace(old, new))
    assert found() == []


@pytest.mark.parametrize(
    ("old", "new", "lines"),
    [
        ('{"name": "ONE", "value": "1"},  # the first', "{'name':  'ONE',\n 'value': '1',  # one\n},", []),
        ("  # the first\n", "\n\n\n", []),
        ('{"name": "ONE", "value": "1"}', '{"name": "ONE", "value": "3"}', ["b.py:7"]),
        ('"build"', '"other"', ["b.py:7", "b.py:8"]),
    ],
    ids=["layout", "comment", "value", "resource"],
)
def test_a_known_place_is_known_by_its_text(project: Path, old: str, new: str, lines: list[str]) -> None:
    iacfix_("baseline", "write")
    (project / "b.py").write_text(PROJECT.replace(old, new))
    assert found() == lines


def test_equal_findings_are_counted(project: Path) -> None:
    (project / "a.py").write_text(FIRST + FIRST.partition("\n")[2])
    iacfix_("baseline", "write")
    assert found() == []
    (project / "a.py").write_text(FIRST + FIRST.partition("\n")[2] * 2)
    assert found() == ["a.py:23"]


def test_another_file_is_another_finding(project: Path) -> None:
    iacfix_("baseline", "write")
    (project / "a.py").rename(project / "c.py")
    assert found() == ["c.py:3"]


QUEUE = """resource "aws_sqs_queue" "{0}" {{
  name                    = "{0}"
  sqs_managed_sse_enabled = false
}}
"""
VERSIONS = """terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5.0"
    }
  }
}
"""


def test_a_resource_in_another_file_of_its_module_is_the_same(project: Path) -> None:
    for name in ("a.py", "b.py"):
        (project / name).unlink()
    (project / "versions.tf").write_text(VERSIONS)
    (project / "main.tf").write_text(QUEUE.format("one") + "\n" + QUEUE.format("two"))
    iacfix_("baseline", "write")
    (project / "main.tf").write_text(QUEUE.format("two"))
    (project / "queues.tf").write_text(QUEUE.format("one"))
    known = "iacfix: 2 findings are in iacfix-baseline.json; --no-baseline reports all\n"
    assert (found(), said("check")[2]) == ([], known)
    (project / "queues.tf").write_text(QUEUE.format("three"))
    assert found() == ["queues.tf:3"]
    (project / "inner").mkdir()
    (project / "queues.tf").unlink()
    (project / "inner" / "queues.tf").write_text(VERSIONS + QUEUE.format("one"))
    assert found() == ["inner/queues.tf:11"]


STALE = "iacfix: stale in iacfix-baseline.json: a.py unset-missing-data aws.cloudwatch.MetricAlarm first\n"
TAKE_OUT = "iacfix: iacfix baseline write removes stale entries\n"


@pytest.mark.parametrize("text", [FIRST.replace("threshold=1", 'treat_missing_data="missing"'), "", None])
def test_stale_entries_are_said_and_taken_out(project: Path, text: str | None) -> None:
    iacfix_("baseline", "write")
    (project / "a.py").unlink()
    if text is not None:
        (project / "a.py").write_text(text)
    code, _, errors = said("check", "--output-format", "concise")
    known = "iacfix: 2 findings are in iacfix-baseline.json; --no-baseline reports all\n"
    assert (code, errors) == (0, known + STALE + TAKE_OUT)
    iacfix_("baseline", "write")
    assert said("check", "--output-format", "concise")[2] == known


def test_what_a_run_does_not_look_at_is_neither_stale_nor_taken_out(project: Path) -> None:
    iacfix_("baseline", "write")
    whole = (project / "iacfix-baseline.json").read_text()
    (project / "a.py").write_text("x = 1\n")
    assert STALE not in said("check", "b.py")[2]
    assert STALE not in said("check", "--select", "untyped-build-variable")[2]
    assert said("baseline", "write", "b.py")[:2] == (0, "recorded 2 findings in iacfix-baseline.json\n")
    assert iacfix_("baseline", "write", "--ignore", "unset-missing-data").exit_code == 0
    assert (project / "iacfix-baseline.json").read_text() == whole
    (project / "a.py").write_text("import pulumi_aws\nMetricAlarm(\n")
    assert iacfix_("baseline", "write").exit_code == 2
    assert (project / "iacfix-baseline.json").read_text() == whole


def test_a_baseline_elsewhere_and_in_a_folder_below(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (project / "inner").mkdir()
    monkeypatch.chdir(project / "inner")
    assert said("baseline", "write", "..")[1] == "recorded 3 findings in ../iacfix-baseline.json\n"
    assert found("..") == []
    assert said("baseline", "write", "--baseline", "own.json", "..")[1] == "recorded 3 findings in own.json\n"
    assert (project / "inner" / "own.json").read_text() == (project / "iacfix-baseline.json").read_text()
    (project / "iacfix-baseline.json").unlink()
    assert found("..", "--baseline", "own.json") == []
    assert len(found("..")) == 3


def test_stdin_is_compared_too(project: Path) -> None:
    iacfix_("baseline", "write")
    for text, code in ((FIRST, 0), (SECOND, 1)):
        result = iacfix_("apply", "-q", "-", "--stdin-filename", "a.py", stdin=text)
        assert (result.exit_code, result.stdout == text) == (0, code == 0)
    assert (project / "a.py").read_text() == FIRST


def test_a_baseline_is_not_of_stdin(project: Path) -> None:
    result = iacfix_("baseline", "write", "-", stdin=FIRST)
    why = "baseline write reads programs from files; name them instead of -"
    assert (result.exit_code, result.stderr) == (2, f"iacfix: error: {why}\n")
    assert not (project / "iacfix-baseline.json").exists()


def test_fixes_after_questions(project: Path) -> None:
    iacfix_("baseline", "write")
    (project / "a.py").write_text(FIRST + SECOND.partition("\n")[2])
    result = iacfix_("apply", "-i", "-q", stdin="y\n")
    assert (result.exit_code, result.stdout.count("fix this?")) == (0, 1)
    assert "first" not in result.stdout.partition("alarm")[2].partition("\n")[0]
    assert (project / "a.py").read_text().startswith(FIRST)


OTHER = '{"version": 2, "findings": []}'


@pytest.mark.parametrize(
    ("text", "error"),
    [
        (
            OTHER,
            "is a baseline of version 2, and this iacfix knows version 1; remove it and run iacfix baseline write",
        ),
        ("", "is not a baseline: not JSON; remove it and run iacfix baseline write"),
        ("[]", "is not a baseline: it has no version; remove it and run iacfix baseline write"),
        ("[" * 100_000, "is not a baseline: not JSON; remove it and run iacfix baseline write"),
        (
            '{"version": true, "findings": []}',
            "is a baseline of version true, and this iacfix knows version 1; remove it and run iacfix baseline write",
        ),
        (
            '{"version": "1", "findings": []}',
            'is a baseline of version "1", and this iacfix knows version 1; remove it and run iacfix baseline write',
        ),
        (
            '{"version": 1, "findings": {}}',
            "is not a baseline: an entry is broken; remove it and run iacfix baseline write",
        ),
        ('{"version": 1}', "is not a baseline: an entry is broken; remove it and run iacfix baseline write"),
        (
            '{"version": 1, "findings": [{"rule": 1}]}',
            "is not a baseline: an entry is broken; remove it and run iacfix baseline write",
        ),
    ],
)
def test_a_baseline_that_cannot_be_read(project: Path, text: str, error: str) -> None:
    file = project / "iacfix-baseline.json"
    file.write_text(text)
    for arguments in (["check"], ["diff"], ["apply"], ["baseline", "write"]):
        assert said(*arguments) == (2, "", f"iacfix: error: {file}: {error}\n")
    assert (file.read_text(), (project / "a.py").read_text()) == (text, FIRST)


def test_a_baseline_with_a_merge_conflict(project: Path) -> None:
    file = project / "iacfix-baseline.json"
    file.write_text('{\n  "version": 1,\n<<<<<<< HEAD\n  "findings": []\n=======\n>>>>>>> other\n}\n')
    error = f"iacfix: error: {file}:3: has a merge conflict; keep the entries of both sides\n"
    assert said("check") == said("baseline", "write") == (2, "", error)


@pytest.mark.parametrize("name", ["/dev/null", "."])
def test_a_baseline_that_is_no_file(name: str) -> None:
    error = f"iacfix: error: {name}: is not a file; name a baseline that iacfix baseline write made\n"
    for arguments in (["check"], ["baseline", "write"]):
        assert said(*arguments, "--baseline", name) == (2, "", error)


def test_a_baseline_from_a_pipe(project: Path) -> None:
    iacfix_("baseline", "write")
    (project / "iacfix-baseline.json").rename(project / "elsewhere.json")
    command = f"cat elsewhere.json | {sys.executable} -m iacfix check --baseline /dev/stdin"
    assert subprocess.run(["sh", "-c", command], capture_output=True, check=False).returncode == 0


def test_a_baseline_that_is_not_there_and_one_that_cannot_be_written() -> None:
    assert said("check", "--baseline", "no.json") == (
        2,
        "",
        "iacfix: error: no.json: cannot be read: No such file or directory; iacfix baseline write makes one\n",
    )
    assert said("baseline", "write", "--baseline", "a.py/no.json") == (
        2,
        "",
        "iacfix: error: a.py/no.json: cannot be written: its folder is a file; name another file\n",
    )


def test_normalised_code() -> None:
    assert normalised("f(\n  'a', [1, 2, ],\n)") == normalised('f("a",[1,2])') == 'f("a",[1,2])'
