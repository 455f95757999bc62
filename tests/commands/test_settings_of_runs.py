"""What settings make of a run: by file, by rule, from the command line, with the cache and in workers."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from pathlib import Path

import pytest
from alarms import BUILDS as ALARM
from typer.testing import CliRunner

from iacfix.cli import program
from iacfix.files.evidence import forget


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    root = tmp_path / "project"
    (root / ".git").mkdir(parents=True)
    (root / "requirements.txt").write_text("pulumi-aws==7.1.0\n")
    (root / "alarm.py").write_text(ALARM)
    monkeypatch.chdir(root)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    for name in ("NO_COLOR", "FORCE_COLOR", "GITHUB_ACTIONS", "GITHUB_STEP_SUMMARY"):
        monkeypatch.delenv(name, raising=False)
    return root


def ran(*words: str) -> tuple[int, list[str], str]:
    """Exit code, what is printed, and what is said beside it, as of a process that begins."""
    forget()
    done = CliRunner().invoke(program(), list(words), prog_name="iacfix")
    return done.exit_code, done.stdout.splitlines(), done.stderr


def found(*words: str) -> list[str]:
    """The findings, a line each."""
    lines = ran("check", "-q", "--output-format", "text", *words)[1]
    return [line for line in lines if line.startswith(("alarm.py:", "app/", "table.py:"))]


def severities(*words: str) -> list[str]:
    return [line.split()[1] for line in found(*words)]


def test_a_severity_is_in_findings_and_in_the_report(project: Path):
    assert severities() == ["medium"]
    (project / "iacfix.toml").write_text("[unset-missing-data]\nseverity = 'high'\n")
    assert severities() == ["high"]
    report = ran("report")[1]
    assert "**Severity**: HIGH\\" in report
    assert "- **High Severity**: 1" in report
    assert "## MEDIUM SEVERITY ISSUES" not in report


def test_a_fix_that_settings_call_unsafe_is_taken_only_where_unsafe_fixes_are(project: Path):
    (project / "iacfix.toml").write_text("extend-unsafe-fixes = ['unset-missing-data']\n")
    assert ran("diff", "-q")[:2] == (1, [])
    assert any("treat_missing_data" in line for line in ran("diff", "-q", "--unsafe-fixes")[1])
    assert ran("apply", "-q")[0] == 1
    assert (project / "alarm.py").read_text() == ALARM


def test_a_fix_that_settings_call_safe_is_taken(project: Path):
    load = ALARM.replace("FailedBuilds", "CPUUtilization").replace("CodeBuild", "EC2")
    (project / "alarm.py").write_text(load)
    assert ran("diff", "-q")[:2] == (1, [])
    (project / "iacfix.toml").write_text("extend-safe-fixes = ['unset-missing-data']\n")
    assert any("treat_missing_data" in line for line in ran("diff", "-q")[1])


def test_a_safe_fix_stays_unsafe_where_the_major_of_the_provider_decides(project: Path):
    """The settings judge the rule; which major the program meets they do not know."""
    bucket = 'import pulumi_aws as aws\n\nlogs = aws.s3.Bucket("logs", versioning={"enabled": True})\n'
    (project / "alarm.py").write_text(bucket)
    (project / "requirements.txt").write_text("pulumi-aws>=6\n")
    (project / "iacfix.toml").write_text("extend-safe-fixes = ['inline-bucket-config']\n")
    assert ran("diff", "-q", "--select", "inline-bucket-config")[:2] == (1, [])
    (project / "requirements.txt").write_text("pulumi-aws==7.1.0\n")
    assert ran("diff", "-q", "--select", "inline-bucket-config")[1] != []


def test_rules_are_left_out_of_files(project: Path):
    (project / "app").mkdir()
    (project / "app" / "alarm.py").write_text(ALARM)
    (project / "iacfix.toml").write_text("[per-file-ignores]\n'app/' = ['unset-missing-data']\n")
    assert [line.split(":")[0] for line in found()] == ["alarm.py"]
    assert found("--select", "unset-missing-data", "app") == []
    assert [line.split(":")[0] for line in found("--isolated")] == ["alarm.py", "app/alarm.py"]


def test_an_ignore_of_a_rule_that_the_file_is_left_out_of_is_not_called_unused(project: Path):
    (project / "alarm.py").write_text(ALARM + "# iacfix: ignore-file[unset-missing-data] as before\n")
    (project / "iacfix.toml").write_text("[per-file-ignores]\n'alarm.py' = ['unset-missing-data']\n")
    assert found() == []


def test_workers_see_the_settings(project: Path):
    (project / "more.py").write_text(ALARM)
    (project / "iacfix.toml").write_text("[unset-missing-data]\nseverity = 'low'\n")
    assert severities("--jobs", "2", "--no-cache") == ["low"]
    assert severities("--jobs", "2", "--no-cache", "--config", "unset-missing-data.severity='high'") == ["high"]


@pytest.mark.parametrize(
    ("settings", "words", "expected"),
    [
        ("[unset-missing-data]\nseverity = 'low'\n", [], ["low"]),
        ("[per-file-ignores]\n'alarm.py' = ['unset-missing-data']\n", [], []),
        ("", ["--config", "unset-missing-data.severity='high'"], ["high"]),
        ("", ["--config", "ignore=['unset-missing-data']"], []),
        ("broken", ["--isolated"], ["medium"]),
    ],
)
def test_what_is_kept_of_earlier_runs_is_of_the_same_settings(
    project: Path, settings: str, words: Sequence[str], expected: list[str]
):
    assert severities() == ["medium"]
    (project / "iacfix.toml").write_text(settings)
    assert severities(*words) == expected
    (project / "iacfix.toml").unlink()
    assert severities() == ["medium"]


def test_a_change_of_what_is_extended_is_seen(project: Path):
    (project / "base.toml").write_text("[unset-missing-data]\nseverity = 'low'\n")
    (project / "iacfix.toml").write_text("extend = 'base.toml'\n")
    assert severities() == ["low"]
    (project / "base.toml").write_text("[unset-missing-data]\nseverity = 'high'\n")
    assert severities() == ["high"]


def test_a_wrong_setting_is_told_once(project: Path):
    for folder in ("a", "b", "c"):
        (project / folder).mkdir()
        (project / folder / "alarm.py").write_text(ALARM)
    assert ran("check", "-q", "--config", "max-second=1")[::2] == (
        2,
        "iacfix: error: --config max-second=1: unknown key 'max-second', did you mean 'max-seconds'?\n",
    )
    (project / "iacfix.toml").write_text("\nextend = 'no.toml'\n")
    assert ran("check", "-q")[::2] == (2, "iacfix: error: iacfix.toml:2: there is no no.toml to extend\n")


def test_exclude_of_an_extended_file_is_of_its_folder(project: Path):
    for folder in ("shared/old", "old"):
        (project / folder).mkdir(parents=True)
        (project / folder / "alarm.py").write_text(ALARM)
    (project / "shared" / "base.toml").write_text("exclude = ['old/']\n")
    (project / "iacfix.toml").write_text("extend = 'shared/base.toml'\n")
    names = [line.split(":")[0] for line in ran("check", "-q", "--output-format", "text")[1] if "unset" in line]
    assert [name for name in names if name.endswith(".py")] == ["alarm.py", "old/alarm.py"]


def test_the_settings_are_shown_with_where_each_comes_from(project: Path):
    (project / "app").mkdir()
    (project / "app" / "alarm.py").write_text(ALARM)
    (project / "base.toml").write_text(
        "ignore = ['open-ingress']\n[hardcoded-region]\nseverity = 'low'\n[per-file-ignores]\n"
        "'alarm.py' = ['open-ingress']\n"
    )
    (project / "pyproject.toml").write_text(
        "[project]\nname = 'x'\n\n[tool.iacfix]\nextend = 'base.toml'\nignore = ['unplaced-widget']\n"
        "[tool.iacfix.inline-bucket-config]\nbucket-key = true\n"
    )
    words = ("--config", "max-seconds=3", "--ignore", "unrotated-key", "--no-unsafe-fixes", "--provider-version", "6")
    code, shown, said = ran("check", "--show-settings", "app/alarm.py", *words)
    assert (code, said) == (0, "")
    assert shown == [
        "# the settings of app/alarm.py",
        "packs = []  # default",
        "# select: every rule",
        'ignore = ["open-ingress", "unplaced-widget", "unrotated-key"]  # base.toml:1, pyproject.toml:6, --ignore',
        "exclude = []  # default",
        "unsafe-fixes = false  # --no-unsafe-fixes",
        "extend-safe-fixes = []  # default",
        "extend-unsafe-fixes = []  # default",
        "provider-version = 6  # --provider-version",
        "max-file-size = 2000000  # default",
        "max-seconds = 3  # --config max-seconds=3",
        "max-memory = 4096  # default",
        "",
        "[per-file-ignores]  # base.toml:4",
        '"alarm.py" = ["open-ingress"]',
        "",
        "[hardcoded-region]",
        'severity = "low"  # base.toml:3',
        "",
        "[inline-bucket-config]",
        "bucket-key = true  # pyproject.toml:8",
        "# per-file-ignores leave out of app/alarm.py: open-ingress",
    ]
    assert tomllib.loads("\n".join(shown))["inline-bucket-config"] == {"bucket-key": True}


def test_shown_settings_of_several_paths_follow_each_other(project: Path):
    (project / "app").mkdir()
    (project / "app" / "iacfix.toml").write_text("select = ['open-ingress']\n")
    shown = ran("check", "--show-settings", ".", "app")[1]
    assert [line for line in shown if line.startswith(("# the", "select", "# select"))] == [
        "# the settings of .",
        "# select: every rule",
        "# the settings of app",
        'select = ["open-ingress"]  # app/iacfix.toml:1',
    ]


def test_fix_only_reports_nothing_of_what_remains(project: Path):
    (project / "left.py").write_text(
        ALARM.replace("FailedBuilds", "StatusCheckFailed").replace("AWS/CodeBuild", "AWS/EC2")
    )
    code, _, said = ran("apply", "--fix-only")
    assert (code, said.splitlines()[0]) == (0, "fixed 1 finding in 1 file")
    assert "treat_missing_data" in (project / "alarm.py").read_text()
    code, _, said = ran("apply", "--fix-only")
    assert (code, said.splitlines()[0]) == (0, "nothing to fix")
    assert ran("apply")[0] == 1
    (project / "left.py").write_text("import pulumi_aws as aws\naws.cloudwatch.MetricAlarm(\n")
    assert ran("apply", "--fix-only")[0] == 2


def test_the_files_of_a_run_are_shown_and_nothing_is_checked(project: Path):
    (project / "app").mkdir()
    (project / "app" / "more.py").write_text(ALARM)
    (project / "plain.py").write_text("print(1)\n")
    (project / "table.py").write_text(ALARM)
    (project / "iacfix.toml").write_text("exclude = ['table.py']\n")
    assert ran("check", "--show-files") == (0, ["alarm.py", "app/more.py"], "")
    assert ran("check", "--show-files", "app") == (0, ["app/more.py"], "")
    assert ran("check", "--show-files", "-")[0] == 2
    assert ran("check", "--show-files", "nowhere")[0] == 2


@pytest.mark.parametrize("command", ["check", "diff", "apply", "report"])
def test_a_major_may_name_its_provider(command: str, project: Path):
    plain = ran(command, "--provider-version", "6")
    (project / "alarm.py").write_text(ALARM)
    assert ran(command, "--provider-version", "aws=6") == plain


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("azure=6", "no rule knows the provider 'azure'; choose aws"),
        ("=6", "no rule knows the provider ''; choose aws"),
        ("aws=", "'aws=' is not a major such as 6 or NAME=6"),
        ("aws=6.1", "'aws=6.1' is not a major such as 6 or NAME=6"),
        ("x", "'x' is not a major such as 6 or NAME=6"),
        ("aws=99", "no rule knows provider version 99; choose 4, 5, 6 or 7"),
    ],
)
def test_a_major_that_is_none_is_an_error_that_says_what_there_is(given: str, said: str):
    code, lines, error = ran("check", "--provider-version", given)
    assert (code, lines) == (2, [])
    assert said in error
