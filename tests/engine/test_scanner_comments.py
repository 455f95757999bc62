"""Comments for other scanners: which findings they leave out, and how that is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from iacfix.commands.runs import say_notes
from iacfix.commands.terminal import Terminal
from iacfix.engine.request import Request
from iacfix.engine.run import Run, run

KEY = """resource "aws_kms_key" "data" {{
  description = "data"{inside}
}}
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / ".git").mkdir()
    return tmp_path


def _run(root: Path, text: str, name: str = "main.tf") -> Run:
    (root / name).write_text(text, encoding="utf-8", newline="")
    return run(Request((str(root),), select=("unrotated-key",), jobs=1))


def _told(done: Run) -> list[tuple[int, str | None]]:
    return [(found.line, found.reason) for found in done.suppressed]


@pytest.mark.parametrize(
    "comment",
    [
        "# checkov:skip=CKV_AWS_70: another check, whose id begins alike",
        "# checkov:skip=CKV_AWS_8,CKV_AWS_9: other checks",
        "# checkov does not skip=CKV_AWS_7",
        "# trivy:ignore:AVD-AWS-0064",
        "# trivy:ignore:CKV_AWS_7",
        "# tfsec:ignore:aws-kms-auto-rotate-keys-not",
        "# tfsec:ignored:aws-kms-auto-rotate-keys",
        "# nosemgrep: aws-kms-no-rotation",
    ],
)
def test_what_is_about_something_else_suppresses_nothing(root: Path, comment: str):
    done = _run(root, f"{comment}\n{KEY.format(inside='')}")
    assert ([found.line for found in done.findings], _told(done)) == ([2], [])


def test_a_comment_of_one_block_is_not_about_another(root: Path):
    inside = "\n  # checkov:skip=CKV_AWS_7: old"
    done = _run(root, KEY.format(inside=inside) + "\n" + KEY.format(inside="").replace('"data" {', '"other" {'))
    assert [found.line for found in done.findings] == [6]
    assert _told(done) == [(1, "suppressed by checkov:skip=CKV_AWS_7")]


def test_a_string_is_no_comment(root: Path):
    done = _run(root, KEY.format(inside="").replace('"data"\n', '"see #checkov:skip=CKV_AWS_7"\n'))
    assert ([found.line for found in done.findings], _told(done)) == ([1], [])


@pytest.mark.parametrize(
    ("comment", "written"),
    [
        ("#checkov:skip=CKV_AWS_7:rotated by hand", "checkov:skip=CKV_AWS_7"),
        ("// checkov:skip=CKV_AWS_7", "checkov:skip=CKV_AWS_7"),
        ("/* checkov:skip=CKV_AWS_7 */", "checkov:skip=CKV_AWS_7"),
        ("# bridgecrew:skip=CKV_AWS_5,CKV_AWS_7: several", "bridgecrew:skip=CKV_AWS_7"),
    ],
)
def test_checkov_is_told_anywhere_in_a_block(root: Path, comment: str, written: str):
    done = _run(root, KEY.format(inside=f"\n\n  tags = {{}} {comment}"))
    assert (done.findings, _told(done)) == ([], [(1, f"suppressed by {written}")])
    assert [outcome.after for outcome in done.outcomes] == [outcome.before for outcome in done.outcomes]


@pytest.mark.parametrize(
    ("comment", "written"),
    [
        ("#trivy:ignore:AVD-AWS-0065", "trivy:ignore:AVD-AWS-0065"),
        ("#trivy:ignore:avd-aws-0065", "trivy:ignore:avd-aws-0065"),
        ("# trivy:ignore:AWS-0065:exp:2020-01-01", "trivy:ignore:AWS-0065"),
        ("# trivy:ignore:aws-kms-auto-rotate-keys", "trivy:ignore:aws-kms-auto-rotate-keys"),
        ("// tfsec:ignore:aws-kms-auto-rotate-keys[description=data]", "tfsec:ignore:aws-kms-auto-rotate-keys"),
        ("#tfsec:ignore:AWS002 tfsec:ignore:AWS019:ws:dev", "tfsec:ignore:AWS019"),
        ("# trivy:ignore:*", "trivy:ignore:*"),
        ("#checkov:skip=CKV_AWS_7", "checkov:skip=CKV_AWS_7"),
    ],
)
def test_a_scanner_is_told_above_a_block_or_on_its_first_line(root: Path, comment: str, written: str):
    for text in (
        f"{comment}\n# a key\n{KEY.format(inside='')}",
        KEY.format(inside="").replace("{\n", f"{{ {comment}\n"),
    ):
        done = _run(root, text)
        assert (done.findings, [reason for _, reason in _told(done)]) == ([], [f"suppressed by {written}"])


def test_lines_are_those_of_the_file_in_a_module_of_several(root: Path):
    (root / "a.tf").write_text("locals {\n  a = 1\n}\n", encoding="utf-8")
    done = _run(root, "# tfsec:ignore:AWS019\n" + KEY.format(inside=""))
    assert [(found.path, found.line) for found in done.suppressed] == [("main.tf", 2)]


def test_a_run_tells_the_first_and_counts_the_others(root: Path, capsys: pytest.CaptureFixture[str]):
    keys = [KEY.format(inside=" # checkov:skip=CKV_AWS_7").replace('"data" {', f'"k{each}" {{') for each in range(7)]
    say_notes(_run(root, "\n".join(keys)), Terminal())
    told = capsys.readouterr().err.splitlines()
    assert told[0] == "iacfix: main.tf:1 unrotated-key suppressed by checkov:skip=CKV_AWS_7"
    assert (len(told), told[-1]) == (6, "iacfix: suppressed: 2 more; --output-format json names all")


def test_a_finding_whose_fix_is_a_block_is_suppressed_too(root: Path):
    table = 'resource "aws_dynamodb_table" "t" {\n  name = "t" # tfsec:ignore:aws-dynamodb-enable-recovery\n}\n'
    (root / "main.tf").write_text(table, encoding="utf-8")
    done = run(Request((str(root),), select=("unrecoverable-table",), jobs=1))
    assert (done.findings, done.errors) == ([], ())
    assert _told(done) == [(1, "suppressed by tfsec:ignore:aws-dynamodb-enable-recovery")]


@pytest.mark.parametrize(
    ("rule", "comment", "block"),
    [
        ("unblocked-bucket", "checkov:skip=CKV2_AWS_6", 'resource "aws_s3_bucket" "b" {\n  bucket = "b"\n}\n'),
        (
            "unencrypted-storage",
            "trivy:ignore:AVD-AWS-0131",
            'resource "aws_instance" "i" {\n  root_block_device {}\n}\n',
        ),
        (
            "wildcard-grant",
            "trivy:ignore:AVD-AWS-0057",
            'resource "aws_iam_policy" "p" {\n'
            '  policy = jsonencode({ Statement = [{ Effect = "Allow", Action = "*", Resource = "*" }] })\n}\n',
        ),
    ],
)
def test_the_same_check_of_another_rule_is_respected(root: Path, rule: str, comment: str, block: str):
    (root / "main.tf").write_text(f"#{comment}\n{block}", encoding="utf-8")
    done = run(Request((str(root),), select=(rule,), jobs=1))
    assert (done.findings, [reason for _, reason in _told(done)]) == ([], [f"suppressed by {comment}"])
