"""The commands, as a person runs them: text in, text and exit code out."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tomllib
from dataclasses import replace
from pathlib import Path

import pytest
from alarms import BUILDS as ALARM
from alarms import BUILDS_FIXED as FIXED
from typer.testing import CliRunner, Result

import iacfix
from iacfix.cli import program
from iacfix.commands.fast_path import run_without_typer
from iacfix.engine import fixing
from iacfix.engine.run import Request, repairs, run
from iacfix.registry import rules
from iacfix.reports import catalogue
from iacfix.reports.color import plain as colourless
from iacfix.reports.questions import HELP, QUESTION
from iacfix.rewrite import changed

REPOSITORY = Path(__file__).parents[2]
FOR_A_PERSON = ALARM.replace("FailedBuilds", "StatusCheckFailed").replace("AWS/CodeBuild", "AWS/EC2")
TWO_RULES = (
    ALARM
    + """
key = aws.kms.Key(
    "key",
    enable_key_rotation=True,
    policy=pulumi.Output.json_dumps({
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Service": "logs.us-east-1.amazonaws.com"},
                "Action": "kms:Encrypt",
                "Resource": "*",
            },
        ],
    }),
)
"""
).replace("import pulumi_aws", "import pulumi\nimport pulumi_aws", 1)
"""The region goes with the fix of the logs grant."""
DIFF = """diff --git a/alarm.py b/alarm.py
--- a/alarm.py
+++ b/alarm.py
@@ -8,4 +8,5 @@ unset-missing-data
     namespace="AWS/CodeBuild",
     statistic="Sum",
     threshold=1,
+    treat_missing_data="notBreaching",
 )
"""
BOTH_FIXED = """fixed 2 findings in 2 files
  unset-missing-data  2
  a.py                1
  b.py                1
"""
THREE_FIXED = """fixed 3 findings in 1 file
  hardcoded-region          1
  unconditioned-logs-grant  1
  unset-missing-data        1
  program.py                3
"""
FOUND = "medium unset-missing-data alarm failures does not set treat_missing_data"
TABLE = """           total  fixable  needs --unsafe-fixes  not fixed
high           0        0                     0          0
medium         {0}        {0}                     0          0
low            0        0                     0          0
total          {0}        {0}                     0          0
"""


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty repository that pins the provider, and is the current folder."""
    subprocess.run(["git", "init", "-q", tmp_path], check=True)
    (tmp_path / "requirements.txt").write_text("pulumi-aws==7.1.0\n")
    monkeypatch.chdir(tmp_path)
    for name in ("NO_COLOR", "FORCE_COLOR", "GITHUB_ACTIONS", "GITHUB_STEP_SUMMARY"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


def iacfix_(*arguments: str, stdin: str | bytes = b"") -> Result:
    return CliRunner().invoke(program(), list(arguments), input=stdin)


def said(result: Result) -> tuple[int, str, str]:
    return result.exit_code, result.stdout, result.stderr


# what is left alone, and what fails


def test_nothing_to_look_at() -> None:
    warning = "iacfix: warning: no AWS program here: 1 file\n"
    for command in ("check", "diff", "apply"):
        assert said(iacfix_(command)) == (0, "", warning)


def test_a_folder_without_a_program_says_what_it_has(project: Path) -> None:
    for name in ("main.tf", "net.tf", "vars.tf", "deep/more.tf"):
        (project / name).parent.mkdir(exist_ok=True)
        (project / name).touch()
    (project / "tool.py").write_text("print(1)\n")
    (project / "tool.js").write_text("console.log(1);\n")
    said_of_it = "no AWS program here: 7 files, 4 of Terraform, 1 of JavaScript/TypeScript, 1 of Python"
    assert said(iacfix_("check")) == (0, "", f"iacfix: warning: {said_of_it}\n")
    assert said(iacfix_("check", "--quiet")) == (0, "", "")
    document = json.loads(iacfix_("check", "--output-format", "json").stdout)
    assert (document["files"], document["programs"], document["findings"]) == (6, 0, [])
    result = iacfix_("report")
    assert said(result)[::2] == (0, f"iacfix: warning: {said_of_it}\n")
    assert "/10" not in result.stdout
    assert said_of_it[1:] in result.stdout
    iacfix_("check", "--output-format", "html=page.html", "--output-format", "text=found.txt")
    assert (project / "found.txt").read_text() == f"{said_of_it}\n"
    page = (project / "page.html").read_text()
    assert "Readiness" not in page.partition("<body")[2]
    assert said_of_it[1:] in page


def test_nothing_is_missing_where_files_are_named_or_programs_are_clean(project: Path) -> None:
    (project / "tool.py").write_text("print(1)\n")
    assert said(iacfix_("check", "tool.py")) == (0, "nothing found in 1 file\n", "")
    (project / "clean.py").write_text("import pulumi_aws\n")
    assert said(iacfix_("check")) == (0, "nothing found in 2 files\n", "")
    (project / "clean.py").write_text("import pulumi_aws as aws\naws.cloudwatch.MetricAlarm(\n")
    assert "here" not in iacfix_("check").stderr


@pytest.mark.parametrize(
    ("name", "text", "error"),
    [
        (
            "iacfix.toml",
            "ignore = []\nprovider-version = 99\n",
            "iacfix.toml:2: no rule knows provider version 99; choose 4, 5, 6 or 7",
        ),
        (
            "pyproject.toml",
            "[project]\nname = 'x'\n\n[tool.iacfix.inline-bucket-config]\nbucket-kye = true\n",
            "pyproject.toml:5: inline-bucket-config has no option 'bucket-kye', did you mean 'bucket-key'?",
        ),
        ("iacfix.toml", "selct = []\n", "iacfix.toml:1: unknown key 'selct', did you mean 'select'?"),
    ],
)
def test_a_wrong_setting_is_told_once_with_its_line(project: Path, name: str, text: str, error: str) -> None:
    (project / name).write_text(text)
    for number in range(3):
        (project / f"alarm{number}.py").write_text(ALARM)
    assert said(iacfix_("check")) == (2, "", f"iacfix: error: {error}\n")


def test_a_folder_that_is_not_visited_is_named_as_a_command_takes_it(project: Path) -> None:
    for folder in (".a; touch b", "--select=x/build"):
        (project / folder).mkdir(parents=True)
        (project / folder / "alarm.py").write_text(ALARM)
    notes = iacfix_("check").stderr
    assert "iacfix check '.a; touch b' visits it" in notes
    assert "iacfix check -- --select=x/build visits it" in notes


@pytest.mark.parametrize(
    ("cookie", "encoding"), [("latin-1", "latin-1"), ("cp1252", "cp1252"), ("utf-8-sig", "utf-8"), ("UTF8", "utf-8")]
)
def test_a_program_in_an_encoding_of_its_own(project: Path, cookie: str, encoding: str) -> None:
    head = f"# -*- coding: {cookie} -*-\n# für alle Fälle\n"
    for name in ("alarm.py", "other.py"):
        (project / name).write_bytes((head + ALARM).encode(encoding))
    assert iacfix_("diff", "-o", "review.diff").exit_code == 1
    assert subprocess.run(["git", "apply", "--include=other.py", "review.diff"], check=False).returncode == 0
    assert iacfix_("apply", "alarm.py").exit_code == 0
    assert (project / "alarm.py").read_bytes() == (head + FIXED).encode(encoding)
    assert (project / "other.py").read_bytes() == (head + FIXED).encode(encoding)
    for name in ("alarm.py", "other.py"):
        (project / name).write_bytes((head + ALARM).encode(encoding))
    assert said(iacfix_("patch", "review.diff")) == (0, "patched 2 files\n", "")
    assert (project / "alarm.py").read_bytes() == (head + FIXED).encode(encoding)


@pytest.mark.parametrize("cookie", ["utf-16", "klingon", "hex"])
def test_an_encoding_that_no_program_has_costs_no_other_file(project: Path, cookie: str) -> None:
    (project / "alarm.py").write_text(ALARM)
    (project / "bad.py").write_text(f"# coding: {cookie}\n{ALARM}")
    result = iacfix_("apply")
    error = f"bad.py:1: names the encoding {cookie}, which source cannot have; correct it"
    assert result.exit_code == 2
    assert f"iacfix: error: {error}\n" in result.stderr
    assert (project / "alarm.py").read_text() == FIXED


def test_build_output_is_left_alone_and_named(project: Path) -> None:
    code = (
        'const aws = require("@pulumi/aws");\nnew aws.cloudwatch.MetricAlarm("a", {});\n//# sourceMappingURL=a.js.map\n'
    )
    for name in ("dist/a.js", "lib/a.js"):
        (project / name).parent.mkdir()
        (project / name).write_text(code)
    (project / "build").mkdir()
    (project / "build" / "alarm.py").write_text(ALARM)
    (project / "clean.py").write_text(FIXED)
    made = "compiled, it has a source map; fix its source"
    notes = [
        f"left alone: lib/a.js: {made}",
        "left alone: build/alarm.py: build is visited where it is named; iacfix check build visits it",
        f"left alone: dist/a.js: {made}",
    ]
    told = "".join(f"iacfix: {note}\n" for note in notes)
    assert said(iacfix_("check")) == (0, "nothing found in 2 files\n", told)
    assert said(iacfix_("apply")) == (0, "", f"nothing to fix\n{told}")
    assert (project / "lib" / "a.js").read_text() == code
    document = json.loads(iacfix_("check", "--output-format", "json").stdout)
    assert [file["path"] for file in document["left_alone"]] == ["lib/a.js", "build/alarm.py", "dist/a.js"]
    assert said(iacfix_("check", "dist/a.js"))[2] == f"iacfix: left alone: dist/a.js: {made}\n"
    assert FOUND in iacfix_("check", "build").stdout


def test_a_clean_program(project: Path) -> None:
    (project / "alarm.py").write_text(FIXED)
    assert said(iacfix_("check")) == (0, "nothing found in 1 file\n", "")
    assert said(iacfix_("diff")) == (0, "", "nothing to fix\n")
    assert said(iacfix_("apply")) == (0, "", "nothing to fix\n")
    assert (project / "alarm.py").read_text() == FIXED


def test_a_rule_that_is_ignored(project: Path) -> None:
    (project / "alarm.py").write_text(ALARM)
    assert said(iacfix_("diff", "-q", "--ignore", "unset-missing-data")) == (0, "", "")


def test_the_command_line_goes_before_the_settings(project: Path) -> None:
    (project / "alarm.py").write_text(ALARM)
    (project / "iacfix.toml").write_text('ignore = ["unset-missing-data"]\n')
    assert said(iacfix_("diff", "-q")) == (0, "", "")
    assert said(iacfix_("diff", "-q", "--select", "unset-missing-data,unset-missing-data")) == (1, DIFF, "")


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        (["check", "nowhere"], "nowhere: does not exist"),
        (
            ["check", "--select", "unset-mising-data"],
            "unknown rule 'unset-mising-data', did you mean 'unset-missing-data'?",
        ),
        (["check", "--ignore", "xyz"], "unknown rule 'xyz'; see iacfix rules"),
        (["check", "--provider-version", "3"], "no rule knows provider version 3; choose 4, 5, 6 or 7"),
        (["check", "-", "alarm.py"], "- is stdin and cannot be combined with files; name one or the other"),
        (["apply", "--interactive", "-"], "--interactive reads its answers from stdin; name files instead of -"),
        (["apply", "--interactive", "--select", "xyz"], "unknown rule 'xyz'; see iacfix rules"),
        (["explain", "unset-mising-data"], "unknown rule 'unset-mising-data', did you mean 'unset-missing-data'?"),
        (
            ["patch", "no.patch"],
            "no.patch: cannot be read: No such file or directory; name a patch that iacfix diff wrote",
        ),
        (["diff", "-q", "-o", "."], ".: is a folder; name a file"),
        (["diff", "--by-rule", "-q", "-o", "."], ".: exists and is not an empty folder; name a new one for the series"),
    ],
)
def test_what_a_person_can_get_wrong(arguments: list[str], error: str) -> None:
    assert said(iacfix_(*arguments)) == (2, "", f"iacfix: error: {error}\n")


def test_an_option_that_does_not_exist() -> None:
    assert iacfix_("check", "--nope").exit_code == 2


def test_what_cannot_be_read_is_named_and_the_rest_is_done(project: Path) -> None:
    (project / "alarm.py").write_text(ALARM)
    (project / "latin.py").write_bytes(ALARM.encode() + b"# \xe9\n")
    result = iacfix_("apply")
    assert said(result) == (
        2,
        "",
        "fixed 1 finding in 1 file\niacfix: error: latin.py:12: is not UTF-8; save it as UTF-8 or exclude it\n",
    )
    assert (project / "alarm.py").read_text() == FIXED


def test_a_file_that_does_not_parse_comes_back_from_stdin_as_it_was() -> None:
    result = iacfix_("apply", "-", stdin="import pulumi_aws\nMetricAlarm(\n")
    assert (result.exit_code, result.stdout) == (2, "import pulumi_aws\nMetricAlarm(\n")


# check


def test_check(project: Path) -> None:
    (project / "alarm.py").write_text(ALARM)
    (project / "z.py").write_text(FOR_A_PERSON)
    assert said(iacfix_("check")) == (
        1,
        f"alarm.py:3:9: {FOUND}\n"
        "    fixable: iacfix apply\n"
        "\n"
        f"z.py:3:9: {FOUND}\n"
        "    not fixed: StatusCheckFailed is published all the time, so missing data may be the failure; "
        "set notBreaching if missing data is normal, breaching if it is the failure\n"
        "\n"
        "           total  fixable  needs --unsafe-fixes  not fixed\n"
        "high           0        0                     0          0\n"
        "medium         2        1                     0          1\n"
        "low            0        0                     0          0\n"
        "total          2        1                     0          1\n"
        "provider aws 7 in 2 files: requirements.txt pins pulumi-aws==7.1.0\n",
        "",
    )


def test_check_in_a_subfolder_names_files_from_there(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (project / "alarm.py").write_text(ALARM)
    (project / "inner").mkdir()
    monkeypatch.chdir(project / "inner")
    assert said(iacfix_("check", "--quiet", "..")) == (
        1,
        f"../alarm.py:3:9: {FOUND}\n    fixable: iacfix apply\n\n",
        "",
    )


def test_check_reads_stdin_as_the_file_it_is_told() -> None:
    result = iacfix_("check", "-", "--stdin-filename", "infra/alarm.py", "--provider-version", "6", stdin=ALARM)
    assert said(result) == (
        1,
        f"infra/alarm.py:3:9: {FOUND}\n    fixable: iacfix apply\n\n"
        f"{TABLE.format(1)}provider aws 6 in 1 file: as set\n",
        "",
    )


def test_control_characters_are_written_out(project: Path) -> None:
    (project / "new\nline\x1b[31m.py").write_text(ALARM.replace("failures", "fail\x9bures"))
    place = r"new\nline\x1b[31m.py"
    found = FOUND.replace("failures", r"fail\x9bures")
    marked = found.replace("data alarm", "data [*] alarm")
    assert said(iacfix_("check", "-q", "--output-format", "concise")) == (1, f"{place}:3:9: {marked}\n", "")
    assert iacfix_("check").stdout.startswith(f"{place}:3:9: {found}\n    fixable")
    iacfix_("baseline", "write")
    (project / "new\nline\x1b[31m.py").unlink()
    assert f"iacfix: stale in iacfix-baseline.json: {place} " in iacfix_("check").stderr


def test_processes_make_no_difference(project: Path) -> None:
    for number in range(4):
        (project / f"alarm{number}.py").write_text(ALARM)
    alone, together = (said(iacfix_("check", "--jobs", jobs)) for jobs in "13")
    assert alone == together
    assert alone[1].endswith(
        f"alarm3.py:3:9: {FOUND}\n    fixable: iacfix apply\n\n"
        f"{TABLE.format(4)}provider aws 7 in 4 files: requirements.txt pins pulumi-aws==7.1.0\n"
    )


def test_the_repairs_of_a_file_are_the_same_whenever_they_are_asked_for(project: Path) -> None:
    body = ALARM.partition("\n")[2]
    text = ALARM + "".join(body.replace("alarm =", f"alarm{number} =") for number in range(3))
    (project / "alarm.py").write_text(text)
    found = repairs(run(Request(jobs=1, repairs=True)))
    assert found == repairs(run(Request(jobs=2)))
    assert len(found) == 4
    for finding, repair in found.items():
        lines = text.splitlines(keepends=True)
        lines.insert(finding.end_line - 1, '    treat_missing_data="notBreaching",\n')
        assert changed(text, repair) == "".join(lines)


def test_repairs_that_are_part_of_the_fix_are_proved_with_it(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    proved: list[object] = []
    monkeypatch.setattr(fixing, "failed_check", lambda *given: proved.append(given[-1]))
    inputs = 'metricName: "Errors", namespace: "AWS/Lambda", comparisonOperator: "GreaterThanThreshold", threshold: 1'
    alarm = f'new aws.cloudwatch.MetricAlarm("{{}}", {{{{\n  {inputs},\n}}}});\n'
    text = 'import * as aws from "@pulumi/aws";\n' + "".join(map(alarm.format, "abcd"))
    (project / "alarm.ts").write_text(text)
    done = run(Request(jobs=1, repairs=True))
    assert len(repairs(done)) == 4
    assert proved == [done.outcomes[0].after]


def test_repairs_inside_one_statement_are_proved_with_the_fix_of_all(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    proved: list[object] = []
    monkeypatch.setattr(fixing, "failed_check", lambda *given: proved.append(given[-1]))
    widget = """        {{
            "type": "metric",
            "x": 0,
            "y": {},
            "width": 12,
            "height": 6,
            "properties": {{
                "metrics": [["AWS/Lambda", "Errors", {{"label": "Errors"}}]],
                "title": "Errors",
            }},
        }},
"""
    widgets = "".join(widget.format(6 * number) for number in range(4))
    (project / "dashboard.py").write_text(
        "import json\n\nimport pulumi_aws as aws\n\n"
        'aws.cloudwatch.Dashboard(\n    "d",\n    dashboard_name="d",\n'
        f'    dashboard_body=json.dumps({{"widgets": [\n{widgets}    ]}}),\n)\n'
    )
    done = run(Request(select=("unplaced-widget",), jobs=1, repairs=True))
    assert len(repairs(done)) == 4
    assert proved == [done.outcomes[0].after]


def test_a_file_too_large_to_be_read_is_told_only_where_it_names_the_provider(project: Path) -> None:
    (project / "iacfix.toml").write_text("max-file-size = 200\n")
    (project / "yarn.cjs").write_text("// a bundled tool\n" * 20)
    assert run(Request(jobs=1)).errors == ()
    (project / "alarm.cjs").write_text('require("@pulumi/aws");\n' * 20)
    assert run(Request(jobs=1)).errors == ("alarm.cjs: is too large (480 bytes); exclude it or raise max-file-size",)


# diff and patch


def test_diff(project: Path) -> None:
    (project / "alarm.py").write_text(ALARM)
    assert said(iacfix_("diff")) == (1, DIFF, "would fix 1 finding in 1 file\n")
    assert (project / "alarm.py").read_text() == ALARM


def test_a_diff_says_first_how_much_of_how_many_rules_it_shows(project: Path) -> None:
    (project / "alarm.py").write_text(ALARM + '\naws.kms.Key("key")\naws.sqs.Queue("jobs")\n')
    command = [sys.executable, "-m", "iacfix", "diff"]
    both = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False).stdout
    assert both.startswith("would fix 3 findings in 1 file by 3 rules\ndiff --git ")
    subprocess.run(["git", "apply", "--check"], input=both, text=True, check=True)


def test_diff_in_colour(project: Path) -> None:
    (project / "alarm.py").write_text(ALARM)
    coloured = iacfix_("diff", "--color", "always").stdout
    assert '\x1b[32m+    treat_missing_data="notBreaching",\x1b[0m\n' in coloured


@pytest.mark.parametrize(
    "data",
    [
        ALARM.encode(),
        ALARM.replace("\n", "\r\n").encode(),
        ALARM.rstrip().encode(),
        b"\xef\xbb\xbf" + "import pulumi_aws as aws; {}".format(ALARM.partition("\n\n")[2]).encode(),
    ],
    ids=["plain", "crlf", "no-final-newline", "bom"],
)
@pytest.mark.parametrize("tool", [["git", "apply"], ["patch", "-sp1", "--binary", "-i"], ["iacfix", "patch"]])
def test_the_diff_applies_from_the_root(
    project: Path, monkeypatch: pytest.MonkeyPatch, data: bytes, tool: list[str]
) -> None:
    folder = project / "a folder" / "für"
    folder.mkdir(parents=True)
    (folder / "alarm.py").write_bytes(data)
    monkeypatch.chdir(folder)
    assert said(iacfix_("diff", "-o", "../review.diff", "-q")) == (1, "", "")
    monkeypatch.chdir(project)
    if tool[0] == "iacfix":
        assert said(iacfix_("patch", "a folder/review.diff")) == (0, "patched 1 file\n", "")
    else:
        subprocess.run([*tool, "a folder/review.diff"], check=True)
    applied = (folder / "alarm.py").read_bytes()
    (folder / "alarm.py").write_bytes(data)
    assert said(iacfix_("apply", "-q")) == (0, "", "")
    assert (folder / "alarm.py").read_bytes() == applied != data


def test_a_series_is_a_file_a_rule(project: Path) -> None:
    (project / "alarm.py").write_text(ALARM)
    assert said(iacfix_("diff", "--by-rule", "-q", "-o", "series")) == (1, "", "")
    head = "# iacfix: unset-missing-data — Alarm that does not set how to treat missing data\n"
    written = {path.name: path.read_text() for path in (project / "series").iterdir()}
    assert written == {"0001-unset-missing-data.patch": head + DIFF}
    assert said(iacfix_("diff", "--by-rule", "-q")) == (1, head + DIFF, "")


def test_a_reviewed_patch_that_does_not_fit_writes_nothing(project: Path) -> None:
    (project / "alarm.py").write_text(ALARM)
    (project / "other.py").write_text(ALARM.replace("threshold=1", "threshold=2"))
    result = iacfix_("patch", "-", stdin=DIFF + DIFF.replace("alarm.py", "other.py"))
    assert said(result) == (
        2,
        "",
        "iacfix: error: stdin:13: other.py: hunk 1 does not fit: line 10:"
        " expected '    threshold=1,', found '    threshold=2,'\n",
    )
    assert (project / "alarm.py").read_text() == ALARM


def test_a_reviewed_patch_is_applied_as_it_was_edited(project: Path) -> None:
    (project / "alarm.py").write_text(ALARM)
    assert said(iacfix_("patch", "-", "--quiet", stdin=DIFF.replace("notBreaching", "ignore"))) == (0, "", "")
    assert (project / "alarm.py").read_text() == FIXED.replace("notBreaching", "ignore")


@pytest.mark.parametrize("outside", ["link.py", "folder/alarm.py", "hook.py"])
def test_a_reviewed_patch_follows_no_link_out_of_the_project(
    project: Path, outside: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folders = (project, project / ".git", tmp_path_factory.mktemp("outside"))
    for folder in folders:
        (folder / "alarm.py").write_text(ALARM)
    (project / "link.py").symlink_to(folders[2] / "alarm.py")
    (project / "folder").symlink_to(folders[2])
    (project / "hook.py").symlink_to(".git/alarm.py")
    (project / "inside.py").symlink_to("alarm.py")
    error = f"stdin: {outside} is a link out of the project; take its hunks out of the patch"
    both = DIFF + DIFF.replace("alarm.py", outside)
    assert said(iacfix_("patch", "-", stdin=both)) == (2, "", f"iacfix: error: {error}\n")
    assert [(folder / "alarm.py").read_text() for folder in folders] == [ALARM] * 3
    assert said(iacfix_("patch", "-q", "-", stdin=DIFF.replace("alarm.py", "inside.py"))) == (0, "", "")
    assert ((project / "alarm.py").read_text(), (project / "inside.py").is_symlink()) == (FIXED, True)


# apply


def test_apply(project: Path) -> None:
    (project / "alarm.py").write_text(ALARM)
    assert said(iacfix_("apply")) == (0, "", "fixed 1 finding in 1 file\n")
    assert (project / "alarm.py").read_text() == FIXED


def test_apply_says_what_remains(project: Path) -> None:
    (project / "alarm.py").write_text(FOR_A_PERSON)
    assert said(iacfix_("apply")) == (1, "", "fixed nothing; 1 remains: 1 not fixed, see iacfix check\n")


def test_apply_prints_the_new_text_of_stdin() -> None:
    assert said(iacfix_("apply", "-", stdin=ALARM)) == (0, FIXED, "")
    crlf = b"\xef\xbb\xbf" + ALARM.replace("\n", "\r\n").encode()
    fixed = b"\xef\xbb\xbf" + FIXED.replace("\n", "\r\n").encode()
    assert iacfix_("apply", "-", stdin=crlf).stdout_bytes == fixed


@pytest.mark.parametrize(
    ("answers", "written", "summary", "code"),
    [
        ("y\ny\n", [FIXED, FIXED], BOTH_FIXED, 0),
        ("a\n", [FIXED, FIXED], BOTH_FIXED, 0),
        ("n\ny\n", [ALARM, FIXED], "fixed 1 finding in 1 file; 1 remains: 1 fixable\n", 1),
        ("y\nq\n", [FIXED, ALARM], "fixed 1 finding in 1 file; 1 remains: 1 fixable\n", 1),
        ("y\n", [FIXED, ALARM], "fixed 1 finding in 1 file; 1 remains: 1 fixable\n", 1),
        ("", [ALARM, ALARM], "fixed nothing; 2 remain: 2 fixable\n", 1),
    ],
)
def test_apply_asks(
    project: Path, monkeypatch: pytest.MonkeyPatch, answers: str, written: list[str], summary: str, code: int
) -> None:
    monkeypatch.setenv("COLUMNS", "100")
    for name in ("a.py", "b.py"):
        (project / name).write_text(ALARM)
    result = iacfix_("apply", "--interactive", stdin=answers)
    assert (result.exit_code, result.stderr) == (code, summary)
    assert [(project / name).read_text() for name in ("a.py", "b.py")] == written
    hunk = DIFF.partition("+++ b/alarm.py\n")[2].replace(" @@ unset-missing-data", " @@")
    assert result.stdout.startswith(f"a.py\n1 of 2, line 3: {FOUND}\n{hunk}{QUESTION}")


@pytest.mark.parametrize(
    ("answers", "written"),
    [
        ("n\nb\ny\ny\n", [FIXED, FIXED]),
        ("y\nb\nn\ny\n", [ALARM, FIXED]),
        ("b\ny\nn\n", [FIXED, ALARM]),
        ("y\nb\nb\nq\n", [ALARM, ALARM]),
        ("y\nb\nq\n", [ALARM, ALARM]),
    ],
)
def test_an_answer_is_taken_back(project: Path, answers: str, written: list[str]) -> None:
    for name in ("a.py", "b.py"):
        (project / name).write_text(ALARM)
    result = iacfix_("apply", "--interactive", stdin=answers)
    assert [(project / name).read_text() for name in ("a.py", "b.py")] == written
    assert "Traceback" not in result.output
    assert result.stdout.count(QUESTION) == answers.count("\n")


def test_an_answer_is_taken_back_within_a_file_and_those_before_it_stay(project: Path) -> None:
    more = ALARM.replace("import pulumi_aws as aws\n", "")
    texts = [more.replace("alarm =", f"{name} =").replace("fail", name) for name in ("one", "two")]
    (project / "a.py").write_text(ALARM + "".join(texts))
    result = iacfix_("apply", "--interactive", stdin="y\ny\nb\nn\ny\n")
    applied = (project / "a.py").read_text()
    assert applied.count("treat_missing_data") == 2
    assert texts[0] in applied
    assert re.findall(r"\d of \d", result.stdout) == ["1 of 3", "2 of 3", "3 of 3", "2 of 3", "3 of 3"]


def test_an_answer_is_taken_back_beside_a_baseline(project: Path) -> None:
    (project / "a.py").write_text(ALARM)
    iacfix_("baseline", "write")
    (project / "b.py").write_text(ALARM)
    (project / "c.py").write_text(ALARM)
    iacfix_("apply", "--interactive", stdin="y\nb\nn\ny\n")
    assert [(project / name).read_text() for name in ("a.py", "b.py", "c.py")] == [ALARM, ALARM, FIXED]


@pytest.mark.parametrize("answers", ["f\nn\n", "?\nf\n", "f\n"])
def test_all_of_a_file_is_taken_with_one_answer_and_no_other(project: Path, answers: str) -> None:
    two = ALARM + ALARM.replace("import pulumi_aws as aws\n", "").replace("alarm =", "other =").replace("fail", "fall")
    (project / "a.py").write_text(two)
    (project / "b.py").write_text(ALARM)
    result = iacfix_("apply", "--interactive", stdin=answers)
    assert (result.exit_code, result.stderr) == (
        1,
        "fixed 2 findings in 1 file; 1 remains: 1 fixable\n  unset-missing-data  2\n  a.py                2\n",
    )
    assert ((project / "a.py").read_text().count("treat_missing_data"), (project / "b.py").read_text()) == (2, ALARM)
    assert (HELP in result.stdout) == answers.startswith("?")


def test_a_fix_that_was_declined_is_edited_as_the_help_says(project: Path) -> None:
    for name in ("a.py", "b.py"):
        (project / name).write_text(ALARM)
    asked = iacfix_("apply", "--interactive", stdin="?\nn\ny\n")
    assert "iacfix diff -o FILE, iacfix patch FILE" in asked.stdout
    assert [(project / name).read_text() for name in ("a.py", "b.py")] == [ALARM, FIXED]
    iacfix_("diff", "-o", "fixes.diff")
    edited = (project / "fixes.diff").read_text().replace("notBreaching", "missing")
    (project / "fixes.diff").write_text(edited)
    assert iacfix_("patch", "fixes.diff").exit_code == 0
    assert (project / "a.py").read_text() == FIXED.replace("notBreaching", "missing") != FIXED
    assert (project / "b.py").read_text() == FIXED


def test_a_finding_that_goes_with_the_fix_of_another_is_fixed(project: Path) -> None:
    (project / "program.py").write_text(TWO_RULES)
    assert "hardcoded-region" in iacfix_("check").stdout
    result = iacfix_("apply", "--interactive", stdin="y\ny\n")
    assert (result.exit_code, result.stderr) == (0, THREE_FIXED)
    applied = (project / "program.py").read_text()
    (project / "program.py").write_text(TWO_RULES)
    assert said(iacfix_("apply")) == (0, "", THREE_FIXED)
    assert (project / "program.py").read_text() == applied


# the rest


def test_report(project: Path) -> None:
    (project / "alarm.py").write_text(ALARM)
    result = iacfix_("report")
    assert (result.exit_code, result.stderr) == (1, "")
    assert "## Summary\n\n- **Total Improvements**: 1\n- **High Severity**: 0\n" in result.stdout
    before, after = (text.partition("\n\n")[2] for text in (ALARM, FIXED))
    assert (
        f"**Before** (`alarm.py`):\n```python\n{before}```\n\n**After** (`alarm.py`):\n```python\n{after}```\n"
        in result.stdout
    )


def test_a_report_goes_to_a_file_but_replaces_no_program(project: Path) -> None:
    (project / "alarm.py").write_text(ALARM)
    printed = iacfix_("report").stdout
    assert said(iacfix_("report", "-o", "out/report.md")) == (1, "", "wrote out/report.md\n")
    assert said(iacfix_("report", "-o", "quiet.md", "-q")) == (1, "", "")
    assert (project / "out" / "report.md").read_text() == printed
    assert iacfix_("report", "-o", "alarm.py").exit_code == 2
    assert (project / "alarm.py").read_text() == ALARM


@pytest.mark.parametrize(("example", "readiness"), [("pipeline", "3/10 to 9/10"), ("clean", "9/10 to 9/10")])
def test_readiness_of_whole_programs(project: Path, example: str, readiness: str) -> None:
    (project / "program.py").write_bytes((REPOSITORY / "examples" / "python" / example / "weak.py").read_bytes())
    assert f"- **Readiness**: {readiness}\n" in iacfix_("report").stdout


def test_a_series_applies_one_after_another(project: Path) -> None:
    for name in ("a.py", "b.py"):
        (project / name).write_text(TWO_RULES)
    assert iacfix_("diff", "--by-rule", "-q", "-o", "series").exit_code == 1
    patches = sorted((project / "series").iterdir())
    assert [path.name for path in patches] == ["0001-unconditioned-logs-grant.patch", "0002-unset-missing-data.patch"]
    for path in patches:
        subprocess.run(["git", "apply", path], check=True)
    applied = (project / "a.py").read_text()
    assert (project / "b.py").read_text() == applied
    (project / "a.py").write_text(TWO_RULES)
    assert iacfix_("apply", "-q", "a.py").exit_code == 0
    assert (project / "a.py").read_text() == applied


def test_rules_and_explain() -> None:
    assert "unset-missing-data        medium    safe    CloudWatch Alarms\n" in iacfix_("rules").stdout
    page = iacfix_("explain", "unset-missing-data")
    assert page.exit_code == 0
    assert page.stdout.startswith(
        "unset-missing-data\nAlarm that does not set how to treat missing data\n\nSeverity: medium\n"
    )


def test_the_rules_are_listed_for_programs() -> None:
    listed = {each["id"]: each for each in json.loads(iacfix_("rules", "--json").stdout)}
    assert list(listed) == list(rules())
    assert {key: listed["open-ingress"][key] for key in ("severity", "fix", "options")} == {
        "severity": "high",
        "fix": "none",
        "options": [],
    }
    assert listed["inline-bucket-config"]["options"] == ["bucket-key"]
    assert listed["unrotated-key"]["checks"]["checkov"] == ["CKV_AWS_7"]
    assert listed["unrotated-key"]["page"]["Lesson"] == rules()["unrotated-key"].sections["Lesson"]


def test_a_rule_says_what_others_call_it() -> None:
    known = replace(rules()["unset-missing-data"], checks={"fsbp": ("CloudWatch.1",), "checkov": ("CKV_1", "CKV_2")})
    listed = list(catalogue.rules([known], colourless))
    assert listed[-1] == "    Monitoring Configuration: fsbp CloudWatch.1, checkov CKV_1 CKV_2"
    page = list(catalogue.page(known, None, colourless))
    assert "Checks:   fsbp CloudWatch.1, checkov CKV_1 CKV_2" in page


def test_the_version_is_the_one_that_is_packaged() -> None:
    assert tomllib.loads((REPOSITORY / "pyproject.toml").read_text())["project"]["version"] == iacfix.__version__
    assert said(iacfix_("--version")) == (0, f"iacfix {iacfix.__version__}\n", "")


# processes of their own

LOADED = """
import atexit, sys
from iacfix.__main__ import main
heavy = {"libcst", "rich", "typer", "multiprocessing", "concurrent", "iacfix.result"}
atexit.register(lambda: print(*sorted(heavy.intersection(sys.modules)), file=sys.stderr))
main()
"""


@pytest.mark.parametrize(
    ("arguments", "loaded"),
    [
        (["--version"], ""),
        (["check"], ""),
        (["check", "-q", "--select", "unset-missing-data", "--jobs", "1"], ""),
        (["check", "--color", "never"], "typer"),
        (["check", "other.py"], "iacfix.result"),
        (["check", "alarm.py"], "iacfix.result"),
        (["check", "weak.py"], "iacfix.result libcst"),
    ],
)
def test_only_what_a_run_needs_is_imported(project: Path, arguments: list[str], loaded: str) -> None:
    if "other.py" in arguments:
        (project / "other.py").write_text("import pulumi_aws\n")
    if "alarm.py" in arguments:
        (project / "alarm.py").write_text(FIXED)
    if "weak.py" in arguments:
        (project / "weak.py").write_text(ALARM)
    result = subprocess.run([sys.executable, "-c", LOADED, *arguments], capture_output=True, text=True, check=False)
    assert (result.returncode, result.stderr.splitlines()[-1]) == (int("weak.py" in arguments), loaded)


@pytest.mark.parametrize("command", ["check", "diff", "apply"])
@pytest.mark.parametrize(
    "words",
    [
        (),
        ("a.py",),
        ("a.py", "b c"),
        ("",),
        ("-q", "a=b"),
        ("a.py", "--quiet", "--no-cache", "b.py"),
        ("--unsafe-fixes",),
        ("--unsafe-fixes", "--no-unsafe-fixes"),
        ("--select", "hardcoded-region, unset-missing-data", "--select=unplaced-widget", "."),
        ("--ignore=hardcoded-region,", "--ignore", "unplaced-widget"),
        ("--jobs", "2", "--jobs=3"),
    ],
)
def test_usual_words_are_what_typer_makes_of_them(
    command: str, words: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[object] = []
    monkeypatch.setattr(
        f"iacfix.commands.{command}.{command}", lambda *given, **options: asked.append((given, options)) or 7
    )
    # its defaults
    check = {"add_ignores": False, "reason": None, "statistics": False, "exit_zero": False}
    given = {"check": check, "apply": {"fix_only": False}}.get(command, {})
    assert run_without_typer([command, *words]) == iacfix_(command, *words).exit_code == 7
    plainly, typed = asked
    assert plainly == (typed[0], {name: value for name, value in typed[1].items() if name not in given})


def test_formats_are_what_typer_makes_of_them(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[object] = []
    monkeypatch.setattr("iacfix.commands.check.check", lambda *given, **_: asked.append(given) or 0)
    words = ("check", "--output-format", "json", "--output-format=sarif=a.sarif", ".")
    assert run_without_typer(words) == iacfix_(*words).exit_code == 0
    plainly, typed = asked
    assert plainly == typed


@pytest.mark.parametrize(
    "words",
    [
        ("--jobs", "0"),
        ("--jobs", "many"),
        ("--jobs",),
        ("--select",),
        ("--select", "--jobs"),
        ("--quiet=1",),
        ("-qi",),
        ("--", "a.py"),
        ("-",),
        ("--color", "never"),
        ("--help",),
    ],
)
@pytest.mark.parametrize("command", ["check", "diff", "apply"])
def test_what_is_unusual_or_wrong_is_for_typer(command: str, words: tuple[str, ...]) -> None:
    assert run_without_typer([command, *words]) is None


def test_what_a_command_does_not_have_is_for_typer() -> None:
    assert run_without_typer(["apply", "--output-format", "json"]) is None
    assert run_without_typer(["rules"]) is None
    assert run_without_typer([]) is None


@pytest.mark.parametrize(
    ("command", "code", "error"),
    [
        ("check >&-", 1, ""),
        ("check -q --output-format json=new >&- 2>&-", 1, ""),
        ("diff -q -o new >&-", 1, ""),
        ("diff -q - <&-", 0, ""),
        ("baseline write --baseline new >&-", 0, ""),
        (
            "baseline write --baseline new > /dev/full",
            2,
            "stdout cannot be written (No space left on device), but this is done: recorded 1 finding in new",
        ),
        (
            "patch new.diff > /dev/full",
            2,
            "stdout cannot be written (No space left on device), but this is done: patched 1 file",
        ),
        ("apply 2>/dev/full", 0, ""),
        ("apply nowhere.py 2>/dev/full", 2, ""),
    ],
)
def test_streams_that_are_closed_or_full(project: Path, command: str, code: int, error: str) -> None:
    (project / "alarm.py").write_text(ALARM)
    (project / "new.diff").write_text(DIFF)
    script = f"{sys.executable} -m iacfix {command}"
    done = subprocess.run(["sh", "-c", script], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (code, f"iacfix: error: {error}\n" if error else "")
    assert (project / "new").exists() == (" new" in command.replace("new.diff", "").replace("json=", " "))
    assert (project / "alarm.py").read_text() == (FIXED if command.startswith(("apply 2", "patch")) else ALARM)


def test_a_reader_that_leaves_ends_it_quietly(project: Path) -> None:
    (project / "alarm.py").write_text(ALARM)
    read, write = os.pipe()
    os.close(read)
    result = subprocess.run(
        [sys.executable, "-m", "iacfix", "check"], stdout=write, stderr=subprocess.PIPE, text=True, check=False
    )
    os.close(write)
    assert (result.returncode, result.stderr) == (141, "")


BUCKET = """import pulumi_aws as aws

data = aws.s3.Bucket("data", server_side_encryption_configuration={
    "rule": {"apply_server_side_encryption_by_default": {"sse_algorithm": "aws:kms"}},
})
"""


@pytest.mark.parametrize(("settings", "count"), [("", 0), ("[inline-bucket-config]\nbucket-key = true\n", 1)])
def test_an_option_of_a_rule(project: Path, settings: str, count: int) -> None:
    (project / "data.py").write_text(BUCKET)
    (project / "iacfix.toml").write_text(settings)
    assert iacfix_("diff", "-q").stdout.count('+            "bucket_key_enabled": True,\n') == count


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            "[inline-bucket-config]\nbucket-keys = true\n",
            "inline-bucket-config has no option 'bucket-keys', did you mean 'bucket-key'?",
        ),
        ("[unset-missing-data]\nloud = true\n", "unset-missing-data has no option 'loud', it has severity only"),
    ],
)
def test_an_unknown_option_of_a_rule_is_told(project: Path, text: str, told: str) -> None:
    (project / "alarm.py").write_text(ALARM)
    (project / "iacfix.toml").write_text(text)
    assert said(iacfix_("check", "-q")) == (2, "", f"iacfix: error: iacfix.toml:2: {told}\n")


def test_the_summary_says_what_a_deployed_stack_must_show(project: Path) -> None:
    (project / "data.py").write_text(
        BUCKET + BUCKET.replace("data", "logs").replace("import pulumi_aws as aws\n\n", "")
    )
    assert iacfix_("diff", "--select", "inline-bucket-config").stderr == (
        "would fix 2 findings in 1 file\n"
        "  2 findings: the preview must show new resources only and the bucket unchanged\n"
    )


@pytest.mark.parametrize(
    ("runtime", "written"),
    [
        ("runtime: nodejs", "treatMissingData: 'notBreaching'"),
        ("runtime:\n  name: nodejs", "treatMissingData: 'notBreaching'"),
        ("runtime: python", 'treat_missing_data="notBreaching"'),
        ("runtime: go", 'treat_missing_data="notBreaching"'),
        (None, 'treat_missing_data="notBreaching"'),
    ],
)
def test_the_example_of_a_rule_is_in_the_language_of_the_project(
    project: Path, monkeypatch: pytest.MonkeyPatch, runtime: str | None, written: str
) -> None:
    if runtime:
        (project / "Pulumi.yaml").write_text(f"name: a\n{runtime}\n")
    (project / "infra").mkdir(exist_ok=True)
    monkeypatch.chdir(project / "infra")
    page = iacfix_("explain", "unset-missing-data").stdout
    example = page[page.index("\nExample  (") :]
    assert any(line.startswith("    +") and written in line for line in example.splitlines())
