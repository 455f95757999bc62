"""What `iacfix check` shows at a terminal: findings of a kind together, each with its line of the source."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from iacfix.cli import program

ALARM = """import pulumi_aws as aws

{name} = aws.cloudwatch.MetricAlarm(
    "{name}",
    comparison_operator="GreaterThanThreshold",
    evaluation_periods=2,
    metric_name="{metric}",
    namespace="{namespace}",
    statistic="Sum",
    threshold=1,
)
"""
BUILD, STATUS = ("FailedBuilds", "AWS/CodeBuild"), ("StatusCheckFailed", "AWS/EC2")
SAYS = "does not set treat_missing_data"
WHY = "not fixed: StatusCheckFailed is published all the time, so missing data may be the failure"
REMEDY = "help: set notBreaching if missing data is normal, breaching if it is the failure"


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty repository that pins the provider, and is the current folder."""
    subprocess.run(["git", "init", "-q", tmp_path], check=True)
    (tmp_path / "requirements.txt").write_text("pulumi-aws==7.1.0\n")
    monkeypatch.chdir(tmp_path)
    for name in ("NO_COLOR", "FORCE_COLOR", "GITHUB_ACTIONS", "IACFIX_OUTPUT_FORMAT"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("COLUMNS", "100")
    return tmp_path


def alarm(file: str, name: str, metric: tuple[str, str]) -> None:
    Path(file).write_text(ALARM.format(name=name, metric=metric[0], namespace=metric[1]))


def iacfix_(*arguments: str) -> Result:
    return CliRunner().invoke(program(), list(arguments))


def test_the_fixable_come_first_and_equal_reasons_are_told_once() -> None:
    alarm("a.py", "one", STATUS)
    alarm("b.py", "two", STATUS)
    alarm("c.py", "three", BUILD)
    result = iacfix_("check", "--output-format", "full")
    assert (result.exit_code, result.stderr) == (1, "")
    assert result.stdout == (
        f"c.py:3:9: medium unset-missing-data [*] alarm three {SAYS}\n"
        " 3 | three = aws.cloudwatch.MetricAlarm(\n"
        "   |         ^\n"
        "\n"
        f"a.py:3:7: medium unset-missing-data alarm one {SAYS}\n"
        " 3 | one = aws.cloudwatch.MetricAlarm(\n"
        "   |       ^\n"
        f"b.py:3:7: medium unset-missing-data alarm two {SAYS}\n"
        " 3 | two = aws.cloudwatch.MetricAlarm(\n"
        "   |       ^\n"
        f"  = all 2: {WHY.removesuffix(' failure')}\n"
        "    failure\n"
        f"  = {REMEDY}\n"
        "\n"
        "                           total  fixable  needs --unsafe-fixes  not fixed\n"
        "medium unset-missing-data      3        1                     0          2\n"
        "\n"
        "provider aws 7 in 3 files: requirements.txt pins pulumi-aws==7.1.0\n"
        "3 findings in 3 files: 1 fixable, 2 not fixed\n"
        "[*] fixable: iacfix apply\n"
    )


def test_no_more_than_three_of_a_kind_show_their_source_and_all_are_named() -> None:
    for number in range(7):
        alarm(f"a{number}.py", f"alarm{number}", BUILD)
    shown = iacfix_("check", "-q", "--output-format", "full").stdout
    assert [f"a{number}.py:3:10: " in shown for number in range(7)] == [True] * 7
    assert shown.count(" | ") == 6
    assert "== " not in shown


def test_a_long_list_has_a_heading_for_each_rule() -> None:
    for number in range(16):
        alarm(f"a{number}.py", f"alarm{number}", BUILD)
        alarm(f"b{number}.py", f"alarm{number}", STATUS)
    lines = iacfix_("check", "-q", "--output-format", "full").stdout.splitlines()
    headings = [at for at, line in enumerate(lines) if line.startswith("== ")]
    assert [lines[at] for at in headings] == [
        "== medium unset-missing-data: 16 fixable",
        "== medium unset-missing-data: 16 not fixed",
    ]
    assert [lines[at - 1 : at] + lines[at + 1 : at + 2] for at in headings] == [[""], ["", ""]]
    wide = iacfix_("check", "-q", "--unsafe-fixes", "--statistics").stdout
    assert "medium unset-missing-data     32" in wide


def test_a_narrow_terminal_breaks_between_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    alarm("a.py", "one", STATUS)
    lines = iacfix_("check", "--output-format", "full").stdout.splitlines()
    said = [line[4:] for line in lines[2:] if line.startswith(("  = ", "    ")) and line[4] != " "]
    assert " ".join(said) == f"{WHY} {REMEDY}"
    assert max(map(len, said)) <= 56
    assert lines[:2] == ["a.py:3:7: medium unset-missing-data alarm one does not set", "    treat_missing_data"]
    assert "medium unset-missing-data: 1" in lines
    assert "       1 not fixed" in lines


def test_a_path_is_never_broken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    folder = Path("a folder", "with-a-name-that-is-longer-than-the-whole-terminal")
    folder.mkdir(parents=True)
    alarm(str(folder / "a.py"), "one", BUILD)
    lines = iacfix_("check", "-q", "--output-format", "full", "--color", "always").stdout.splitlines()
    assert lines[:3] == [
        f"\x1b[1m{folder / 'a.py'}:3:7\x1b[0m:",
        "    \x1b[33mmedium\x1b[0m \x1b[1munset-missing-data\x1b[0m \x1b[36m[*]\x1b[0m alarm",
        "    one does not set treat_missing_data",
    ]


def test_a_long_line_is_cut_around_its_caret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    call = 'aws.cloudwatch.MetricAlarm("a", metric_name="FailedBuilds", namespace="AWS/CodeBuild", threshold=1)'
    Path("a.py").write_text(f'import pulumi_aws as aws\n\n\t\nwide = {{"größe東京": {" " * 80}"x"}}; a = {call}\n')
    lines = iacfix_("check", "-q", "--output-format", "full").stdout.splitlines()
    source, caret = next((line, lines[at + 1]) for at, line in enumerate(lines) if line.startswith(" 4 | "))
    assert max(map(len, lines[1:])) <= 60
    assert source[caret.index("^") :].startswith("aws.cloudwatch")


def test_control_characters_of_the_source_are_written_out() -> None:
    alarm("a.py", "one", BUILD)
    text = Path("a.py").read_text()
    Path("a.py").write_text(text.replace('MetricAlarm(\n    "one"', 'MetricAlarm("one\x1b[31m"'))
    shown = iacfix_("check", "-q", "--output-format", "full").stdout
    assert "\x1b" not in shown
    assert '"one\\x1b[31m"' in shown


def test_statistics_are_the_table_alone() -> None:
    alarm("a.py", "one", BUILD)
    result = iacfix_("check", "--statistics")
    assert (result.exit_code, result.stdout) == (
        1,
        "                           total  fixable  needs --unsafe-fixes  not fixed\n"
        "medium unset-missing-data      1        1                     0          0\n"
        "1 finding in 1 file: 1 fixable\n"
        "[*] fixable: iacfix apply\n",
    )
    wrong = iacfix_("check", "--statistics", "--output-format", "json")
    error = "--statistics prints a table to stdout; give the other format a file as FORMAT=FILE"
    assert (wrong.exit_code, wrong.stdout, wrong.stderr) == (2, "", f"iacfix: error: {error}\n")


def test_findings_need_not_fail_a_step_but_errors_do() -> None:
    alarm("a.py", "one", BUILD)
    assert iacfix_("check", "--exit-zero").exit_code == 0
    Path("broken.py").write_text("import pulumi_aws as aws\naws.cloudwatch.MetricAlarm(\n")
    result = iacfix_("check", "--exit-zero", "--output-format", "full")
    assert result.exit_code == 2
    assert "1 error: not everything was checked\n" in result.stdout


def test_the_format_may_be_set_for_all_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    alarm("a.py", "one", BUILD)
    monkeypatch.setenv("IACFIX_OUTPUT_FORMAT", "concise")
    assert iacfix_("check", "-q").stdout == f"a.py:3:7: medium unset-missing-data [*] alarm one {SAYS}\n"
    assert iacfix_("check", "--output-format", "json").stdout.startswith("{")
    monkeypatch.setenv("IACFIX_OUTPUT_FORMAT", "concies")
    result = iacfix_("check")
    error = "IACFIX_OUTPUT_FORMAT: unknown format 'concies', did you mean 'concise'?"
    assert (result.exit_code, result.stderr) == (2, f"iacfix: error: {error}\n")
