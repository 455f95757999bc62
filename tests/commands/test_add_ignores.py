"""Comments that ignore what is there today: where they go, and that they do nothing else."""

from __future__ import annotations

import errno
import subprocess
from pathlib import Path

import pytest
from typer.testing import CliRunner

from iacfix.cli import program

ARGUMENTS = """    comparison_operator="GreaterThanThreshold",
    evaluation_periods=2,
    metric_name="FailedBuilds",
    namespace="AWS/CodeBuild",
    statistic="Sum",
    threshold=1,
"""
ALARM = f'import pulumi_aws as aws\n\nalarm = aws.cloudwatch.MetricAlarm(\n    "failures",\n{ARGUMENTS})\n'
ADD = ("check", "--add-ignores", "--reason", "known since May", "--output-format", "concise")


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty repository that pins the provider, and is the current folder."""
    subprocess.run(["git", "init", "-q", "-b", "main", tmp_path], check=True)
    (tmp_path / "requirements.txt").write_text("pulumi-aws==7.1.0\n")
    (tmp_path / "package.json").write_text('{"dependencies": {"@pulumi/aws": "7.1.0"}}\n')
    monkeypatch.chdir(tmp_path)
    for name in ("NO_COLOR", "FORCE_COLOR", "GITHUB_ACTIONS"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


def said(*arguments: str) -> tuple[int, str, str]:
    result = CliRunner().invoke(program(), list(arguments))
    return result.exit_code, result.stdout, result.stderr


def ignored(path: Path, text: str) -> str:
    """The text with its comments, of which a second run adds none."""
    path.write_bytes(text.encode())
    assert said(*ADD)[:2] == (0, "nothing new found in 1 file\n")
    new = path.read_bytes()
    assert said(*ADD) == (0, "nothing found in 1 file\n", "")
    assert path.read_bytes() == new
    return new.decode()


def test_a_comment_above_the_resource(project: Path) -> None:
    comment = "# iacfix: ignore[unset-missing-data] known since May\n"
    assert ignored(project / "a.py", ALARM) == ALARM.replace("alarm =", f"{comment}alarm =")


@pytest.mark.parametrize(
    "variant",
    [
        lambda text: text.replace("\n", "\r\n"),
        lambda text: "\ufeff" + text,
        lambda text: text.rstrip("\n"),
        lambda text: text.replace("alarm =", "# a remark\nalarm ="),
        lambda text: text.replace("import pulumi_aws as aws\n\n", "import pulumi_aws as aws; "),
    ],
    ids=["crlf", "bom", "no-final-newline", "below-a-remark", "first-line"],
)
def test_layout_stays(project: Path, variant) -> None:
    text = variant(ALARM)
    end = "\r\n" if "\r\n" in text else "\n"
    comment = f"# iacfix: ignore[unset-missing-data] known since May{end}"
    start = "import" if "; alarm" in text else "alarm ="
    assert ignored(project / "a.py", text) == text.replace(start, comment + start)


def test_indentation_and_several_rules_on_one_line(project: Path) -> None:
    text = """import pulumi
import pulumi_aws as aws


def keys():
\treturn aws.kms.Key(
\t\t"key",
\t\tenable_key_rotation=True,
\t\tpolicy=pulumi.Output.json_dumps({
\t\t\t"Version": "2012-10-17",
\t\t\t"Statement": [{
\t\t\t\t"Effect": "Allow",
\t\t\t\t"Principal": {"Service": "logs.us-east-1.amazonaws.com"},
\t\t\t\t"Action": "kms:Encrypt",
\t\t\t\t"Resource": "*",
\t\t\t}],
\t\t}),
\t)
"""
    comment = "\t\t\t\t# iacfix: ignore[hardcoded-region, unconditioned-logs-grant] known since May\n"
    assert ignored(project / "a.py", text) == text.replace('\t\t\t\t"Principal"', f'{comment}\t\t\t\t"Principal"')


def test_inside_a_string_the_statement_gets_the_comment(project: Path) -> None:
    text = '''import pulumi_aws as aws

policy = aws.iam.Policy(
    "logs",
    policy="""{
  "Statement": [{
    "Effect": "Allow",
    "Action": "logs:PutLogEvents",
    "Resource": "arn:aws:logs:us-east-1:123456789012:*"
  }]
}""",
)
'''
    comment = "    # iacfix: ignore[hardcoded-region] known since May\n"
    assert ignored(project / "a.py", text) == text.replace('    policy="""', f'{comment}    policy="""')


def test_behind_a_backslash_the_statement_gets_the_comment(project: Path) -> None:
    text = ALARM.replace("alarm = aws", "alarm = \\\n    aws")
    comment = "# iacfix: ignore[unset-missing-data] known since May\n"
    assert ignored(project / "a.py", text) == text.replace("alarm =", f"{comment}alarm =")


TYPESCRIPT = """import * as aws from "@pulumi/aws";

// eslint-disable-next-line no-new
new aws.cloudwatch.MetricAlarm("failures", {
    comparisonOperator: "GreaterThanThreshold",
    evaluationPeriods: 2,
    metricName: "FailedBuilds",
    namespace: "AWS/CodeBuild",
    statistic: "Sum",
    threshold: 1,
});

export function url(name: string) {
    return `
        https://console.aws.amazon.com/${name}?region=us-east-1
    `;
}
"""


def test_typescript_keeps_comments_that_speak_of_the_next_line(project: Path) -> None:
    assert ignored(project / "a.ts", TYPESCRIPT) == TYPESCRIPT.replace(
        "// eslint", "// iacfix: ignore[unset-missing-data] known since May\n// eslint"
    ).replace("    return `", "    // iacfix: ignore[hardcoded-region] known since May\n    return `")


def test_what_the_machine_says_itself_is_left(project: Path) -> None:
    text = f"# iacfix: ignore[hardcoded-region] nothing there\n{ALARM}"
    (project / "a.py").write_text(text)
    left = "a.py:1:1: low unused-ignore unused suppression ignore[hardcoded-region]\n"
    left += "1 finding in 1 file: 1 not fixed\n"
    why = "iacfix: not ignored: a.py:1 unused-ignore: it is about the program or a comment, and cannot be suppressed\n"
    assert said(*ADD) == (1, left, f"iacfix: 1 ignored by comments in 1 file\n{why}")
    comment = "# iacfix: ignore[unset-missing-data] known since May\n"
    assert (project / "a.py").read_text() == text.replace("alarm =", f"{comment}alarm =")
    assert said(*ADD) == (1, left, why)


def test_only_what_is_in_scope_is_ignored(project: Path) -> None:
    two = ALARM + ALARM.partition("\n")[2].replace("failures", "faults").replace("alarm =", "other =")
    (project / "a.py").write_text(two)
    for command in (["add", "-A"], ["-c", "user.name=x", "-c", "user.email=x@example.org", "commit", "-qm", "x"]):
        subprocess.run(["git", *command], check=True)
    changed = two.replace("threshold=1,\n)\n\nother", "threshold=2,\n)\n\nother")
    (project / "a.py").write_text(changed)
    assert said(*ADD, "--since", "main", "--lines") == (
        0,
        "nothing new found in 1 file\n",
        "iacfix: 1 ignored by comments in 1 file\n",
    )
    comment = "# iacfix: ignore[unset-missing-data] known since May\n"
    assert (project / "a.py").read_text() == changed.replace("alarm =", f"{comment}alarm =")


def test_a_comment_that_would_ignore_more_is_not_written(project: Path) -> None:
    text = f"""import pulumi_aws as aws

one, other = aws.cloudwatch.MetricAlarm(
    "failures",
{ARGUMENTS}), aws.cloudwatch.MetricAlarm(
    "faults",
{ARGUMENTS})
"""
    (project / "a.py").write_text(text)
    assert said("baseline", "write", "-q")[0] == 0
    (project / "a.py").write_text(text.replace("faults", "troubles"))
    assert said(*ADD) == (
        1,
        "a.py:11:4: medium unset-missing-data [*] alarm troubles does not set treat_missing_data\n"
        "1 finding in 1 file: 1 fixable\n"
        "[*] fixable: iacfix apply\n",
        "iacfix: 1 finding is in iacfix-baseline.json; --no-baseline reports all\n"
        "iacfix: stale in iacfix-baseline.json: a.py unset-missing-data aws.cloudwatch.MetricAlarm faults\n"
        "iacfix: iacfix baseline write removes stale entries\n"
        "iacfix: not ignored: a.py:11 unset-missing-data: a comment cannot suppress it without suppressing more\n",
    )
    assert (project / "a.py").read_text() == text.replace("faults", "troubles")


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        (["--add-ignores"], "--add-ignores needs --reason TEXT: the comments say why"),
        (["--add-ignores", "--reason", "  "], "--add-ignores needs --reason TEXT: the comments say why"),
        (
            ["--add-ignores", "--reason", "a\nb"],
            "--reason goes into a comment: give one line of plain text",
        ),
        (["--reason", "x"], "--reason goes with --add-ignores"),
        (["--add-ignores", "--reason", "x", "-"], "--add-ignores writes files; name files instead of -"),
    ],
)
def test_what_a_person_can_get_wrong(project: Path, arguments: list[str], error: str) -> None:
    (project / "a.py").write_text(ALARM)
    assert said("check", *arguments) == (2, "", f"iacfix: error: {error}\n")
    assert (project / "a.py").read_text() == ALARM


@pytest.mark.parametrize(
    ("output", "error"),
    [("folder", "is a folder; name a file"), ("/dev/full", "cannot be written: No space left on device")],
)
def test_where_an_output_cannot_be_written_no_comment_is(project: Path, output: str, error: str) -> None:
    (project / "a.py").write_text(ALARM)
    (project / "folder").mkdir()
    code, _, errors = said(*ADD, "--output-format", f"json={output}")
    assert (code, errors.partition(": error: ")[2].startswith(f"{output}: {error}")) == (2, True)
    assert (project / "a.py").read_text() == ALARM


def test_where_a_comment_cannot_be_written_no_output_is(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(path: Path) -> None:
        raise PermissionError(errno.EACCES, "Permission denied", str(path))

    (project / "a.py").write_text(ALARM)
    monkeypatch.setattr("iacfix.files.source.must_be_writable", refused)
    assert said(*ADD, "--output-format", "json=new/a")[0] == 2
    assert ((project / "a.py").read_text(), (project / "new").exists()) == (ALARM, False)


@pytest.mark.parametrize(
    "example",
    sorted(Path(__file__).parents[2].glob("examples/*/*/weak.*")),
    ids=lambda path: "-".join(path.parts[-3:-1]),
)
def test_whole_programs_only_gain_comments(project: Path, example: Path) -> None:
    text = example.read_text()
    (project / example.name).write_text(text)
    code, out, _ = said(*ADD)
    assert (code, out.partition(" ")[0]) == (0, "nothing")
    lines = (project / example.name).read_text().splitlines(keepends=True)
    mark = "#" if example.suffix == ".py" else "//"
    added = [line for line in lines if line.lstrip().startswith(f"{mark} iacfix: ignore[")]
    assert "".join(line for line in lines if line not in added) == text
    assert said(*ADD) == (0, "nothing found in 1 file\n", "")
