"""`iacfix upgrade`: whole folders with their manifests, the diff, what is written, and the checklist."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from iacfix.cli import program
from iacfix.files.evidence import forget
from iacfix.registry import packs

PYTHON = """import pulumi
import pulumi_aws as aws

logs = aws.s3.Bucket("logs", versioning={"enabled": True})
db = aws.ec2.Instance("db", user_data="echo", instance_type="t3.micro")
pulumi.export("bucket", logs.id)
"""
PYTHON_7 = """import pulumi
import pulumi_aws as aws

logs = aws.s3.Bucket("logs")

aws.s3.BucketVersioning(
    "logs-versioning",
    bucket=logs.id,
    versioning_configuration={"status": "Enabled"},
)

db = aws.ec2.Instance("db", user_data="echo", instance_type="t3.micro")
pulumi.export("bucket", logs.id)
"""
TYPESCRIPT = """import * as aws from "@pulumi/aws";

const logs = new aws.s3.Bucket("logs", { versioning: { enabled: true } });
const db = new aws.ec2.Instance("db", { userData: "echo", instanceType: "t3.micro" });
export const bucket = logs.id;
"""
TYPESCRIPT_7 = """import * as aws from "@pulumi/aws";

const logs = new aws.s3.Bucket("logs", {});

new aws.s3.BucketVersioning("logs-versioning", {
  bucket: logs.id,
  versioningConfiguration: { status: "Enabled" },
});

const db = new aws.ec2.Instance("db", { userData: "echo", instanceType: "t3.micro" });
export const bucket = logs.id;
"""
PROJECTS = {
    "python": ("__main__.py", PYTHON, PYTHON_7, "requirements.txt", "pulumi>=3\npulumi-aws>={},<{}\n"),
    "typescript": (
        "index.ts",
        TYPESCRIPT,
        TYPESCRIPT_7,
        "package.json",
        '{{\n  "dependencies": {{ "@pulumi/aws": ">={} <{}" }}\n}}\n',
    ),
}


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    subprocess.run(["git", "init", "-q", tmp_path], check=True)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NO_COLOR", "1")
    return tmp_path


def iacfix(*arguments: str) -> Result:
    """A run of its own, which remembers no file of an earlier one."""
    forget()
    return CliRunner().invoke(program(), [*arguments])


def written(files: dict[str, str]) -> None:
    for name, text in files.items():
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).write_bytes(text.encode())


def texts(*names: str) -> dict[str, str]:
    return {name: Path(name).read_bytes().decode() for name in names}


def weak(language: str, folder: str = "", end: str = "\n") -> tuple[dict[str, str], dict[str, str]]:
    """A project on 6, and the same on 7."""
    name, before, after, manifest, pins = PROJECTS[language]
    old = {f"{folder}{name}": before, f"{folder}{manifest}": pins.format(6, 7)}
    new = {f"{folder}{name}": after, f"{folder}{manifest}": pins.format(7, 8)}
    return tuple({file: text.replace("\n", end) for file, text in each.items()} for each in (old, new))


# what stays


def test_a_project_that_is_there_is_left_alone() -> None:
    clean = PYTHON_7.replace('user_data="echo", ', "")
    written({"__main__.py": clean, "requirements.txt": "pulumi-aws>=7,<8\n"})
    for arguments in ((), ("--apply",)):
        result = iacfix("upgrade", "7", *arguments)
        assert (result.exit_code, result.stdout) == (0, "")
        assert result.stderr == "nothing is left of the upgrade to 7\n"
    assert texts("__main__.py") == {"__main__.py": clean}


def test_a_program_that_uses_an_alias_is_left_alone_and_named() -> None:
    files = {
        "index.ts": TYPESCRIPT.replace('"@pulumi/aws"', '"aws6"'),
        "package.json": '{"dependencies": {"aws6": "npm:@pulumi/aws@^6.0.0"}}',
    }
    written(files)
    result = iacfix("upgrade", "7", "--apply")
    assert result.exit_code == 1
    assert "index.ts:1: aws6: is an alias that stays on its version; take the file over by hand" in result.stderr
    assert texts(*files) == files


def test_a_program_of_an_older_major_is_left_alone_and_named() -> None:
    files = {"__main__.py": PYTHON, "requirements.txt": "pulumi-aws==5.4.0\n"}
    written(files)
    result = iacfix("upgrade", "7", "--apply")
    assert result.exit_code == 1
    why = "iacfix upgrades from 6 to 7 only (requirements.txt pins pulumi-aws==5.4.0)"
    assert f"__main__.py:1: aws 5: {why}" in result.stderr
    assert texts(*files) == files


def test_a_sibling_is_another_program_s_affair() -> None:
    old, new = weak("python", "app/")
    other, _ = weak("python", "other/")
    written({**old, **other})
    assert iacfix("upgrade", "7", "app", "--apply").exit_code == 1
    assert texts(*old) == new
    assert texts(*other) == other


def test_a_manifest_that_others_share_is_raised_and_named() -> None:
    old, new = weak("python")
    written({f"app/{name}" if name.endswith(".py") else name: text for name, text in old.items()})
    result = iacfix("upgrade", "7", "app", "--apply")
    said = "requirements.txt:1: raised, and outside of the paths that were named: upgrade its other programs as well\n"
    assert said in result.stderr
    assert texts("requirements.txt") == {"requirements.txt": new["requirements.txt"]}
    assert said not in iacfix("upgrade", "7", "app").stderr


def test_nothing_is_written_where_a_program_cannot_be_read() -> None:
    old, _ = weak("python")
    broken = {**old, "broken.py": "import pulumi_aws as aws\naws.s3.Bucket(versioning=\n"}
    written(broken)
    result = iacfix("upgrade", "7", "--apply")
    assert result.exit_code == 2
    assert "nothing is written: an upgrade is written as a whole" in result.stderr
    assert texts(*broken) == broken


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["6"], "no pack upgrades to 6; choose 7"),
        (["7", "-"], "upgrade reads programs from files; name them instead of -"),
        (["7", "--ignore", "no-such-rule"], "unknown rule 'no-such-rule'"),
    ],
)
def test_what_cannot_be_asked_is_said(arguments: list[str], message: str) -> None:
    result = iacfix("upgrade", *arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert message in result.stderr


# what changes


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("language", PROJECTS)
def test_programs_and_pins_get_to_the_major_together(language: str, end: str) -> None:
    old, new = weak(language, end=end)
    written(old)
    result = iacfix("upgrade", "7", "--apply")
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith("upgrade to 7: wrote 1 program and 1 manifest; 1 manual step left\n")
    assert texts(*old) == new


@pytest.mark.parametrize("language", PROJECTS)
def test_the_diff_is_what_git_applies(language: str) -> None:
    old, new = weak(language, "infra/")
    written(old)
    result = iacfix("upgrade", "7")
    assert texts(*old) == old
    subprocess.run(["git", "apply", "--check", "-"], input=result.stdout.encode(), check=True)
    subprocess.run(["git", "apply", "-"], input=result.stdout.encode(), check=True)
    assert texts(*old) == new


@pytest.mark.parametrize("language", PROJECTS)
def test_a_second_run_does_nothing_and_no_upgrade_finding_is_left(language: str) -> None:
    old, new = weak(language)
    written(old)
    iacfix("upgrade", "7", "--apply")
    again = iacfix("upgrade", "7")
    assert again.stdout == ""
    assert again.stderr.startswith("upgrade to 7: would write 0 programs and 0 manifests; 1 manual step left\n")
    rules = [rule for pack in packs() for upgrade in pack.provider.upgrades.values() for rule in upgrade.rules]
    result = iacfix("check", "--provider-version", "7", "--select", ",".join(rules))
    assert (result.exit_code, result.stdout) == (0, "nothing found in 1 file\n")
    assert texts(*old) == new


def test_every_rule_of_the_upgrade_takes_part() -> None:
    text = 'import pulumi_aws as aws\n\nip = aws.ec2.Eip("ip", vpc=True)\nlogs = aws.s3.BucketV2("logs")\n'
    text += "print(aws.get_region().name)\n"
    written({"__main__.py": text, "requirements.txt": "pulumi-aws>=6,<7\n"})
    result = iacfix("upgrade", "7", "--apply")
    assert (result.exit_code, "manual step" in result.stderr) == (0, True)
    new = text.replace("vpc=True", 'domain="vpc"').replace("BucketV2", "Bucket").replace(".name", ".region")
    assert texts("__main__.py") == {"__main__.py": new}


def test_a_half_written_upgrade_is_finished_by_the_next_run() -> None:
    old, new = weak("python")
    written({**old, "__main__.py": PYTHON_7})
    assert iacfix("upgrade", "7", "--apply").exit_code == 1
    assert texts(*old) == new


def test_a_rule_that_is_ignored_leaves_its_findings() -> None:
    old, new = weak("python")
    written(old)
    iacfix("upgrade", "7", "--apply", "--ignore", "inline-bucket-config")
    assert texts(*old) == {**new, "__main__.py": PYTHON}


def test_the_block_of_a_script_is_raised_with_its_program() -> None:
    head = '# /// script\n# dependencies = ["pulumi-aws{}"]\n# ///\n'
    written({"__main__.py": head.format("~=6.83") + PYTHON})
    iacfix("upgrade", "7", "--apply")
    assert texts("__main__.py") == {"__main__.py": head.format("~=7.0") + PYTHON_7}


@pytest.mark.parametrize(
    ("file", "before"),
    [("iacfix.toml", "provider-version = 6\n"), ("pyproject.toml", "[tool.iacfix]\nprovider-version = 6\n")],
)
def test_a_major_in_the_settings_is_named(file: str, before: str) -> None:
    old, new = weak("python")
    written({**old, file: before})
    result = iacfix("upgrade", "7", "--apply")
    line = before.count("\n")
    assert f"{file}:{line}: provider-version = 6: set it to 7, or take it out\n" in result.stderr
    assert texts(*old) == new


# the checklist


def test_the_checklist_names_lines_of_the_file_that_the_reader_has() -> None:
    old, _ = weak("python")
    written(old)
    line = "breaking-change: user_data of aws.ec2.Instance is treated differently"
    assert f"__main__.py:5:39: {line}\n    7 keeps it in clear in the state" in iacfix("upgrade", "7").stderr
    assert f"__main__.py:12:39: {line}\n" in iacfix("upgrade", "7", "--apply").stderr


def test_what_a_rule_refuses_is_told_once() -> None:
    text = "import pulumi_aws as aws\n\n\ndef named(region=None):\n    return (region or aws.get_region()).name\n"
    written({"__main__.py": text, "requirements.txt": "pulumi-aws>=6,<7\n"})
    result = iacfix("upgrade", "7")
    assert "1 manual step left" in result.stderr
    assert result.stderr.count("__main__.py:5:12: outdated-region-name: ") == 1


def test_the_checklist_is_written_as_markdown() -> None:
    old, _ = weak("typescript")
    lock = '{"packages": {"node_modules/@pulumi/aws": {"version": "6.83.4"}}}'
    manifest = '{"dependencies": {"@pulumi/aws": "^5 || ^6"}}'
    written({**old, "package.json": manifest, "package-lock.json": lock})
    result = iacfix("upgrade", "7", "-q", "-o", "upgrade.md")
    assert result.stderr == ""
    assert texts("upgrade.md")["upgrade.md"] == (
        "# Upgrade to 7\n"
        "\n"
        "upgrade to 7: would write 1 program and 0 manifests; 2 manual steps left.\n"
        "\n"
        "- 1 finding: the preview must show new resources only and the bucket unchanged\n"
        "\n"
        "## To decide\n"
        "\n"
        "- [ ] `index.ts:4`: userData of aws.ec2.Instance is treated differently. 7 keeps it in clear in the state, no "
        "longer as a hash: take secrets out of it; on a deployed stack: the preview shows an update\n"
        "\n"
        "## Not edited\n"
        "\n"
        "- [ ] `package.json:1`: `@pulumi/aws ^5 || ^6` names several versions\n"
        "\n"
        "## Then\n"
        "\n"
        "- [ ] `package-lock.json`: `npm install`\n"
        "- [ ] On a deployed stack run `pulumi up --refresh --run-program` once, so that its state is read with the "
        "new provider; `iacfix migrate --stack-export FILE` writes the runbook for what a fix splits or renames\n"
    )


def test_a_program_without_a_manifest_is_told_what_to_install() -> None:
    written({"__main__.py": PYTHON, "more.py": PYTHON})
    result = iacfix("upgrade", "7")
    assert result.stderr.count("no manifest") == 1
    assert "__main__.py:1: pulumi-aws: no manifest pins it; install version 7\n" in result.stderr


def test_a_comment_ticks_an_entry_off() -> None:
    comment = "  # iacfix: ignore[breaking-change] renamed by hand in the next commit\n"
    text = PYTHON_7.replace('micro")\n', f'micro"){comment}')
    written({"__main__.py": text, "requirements.txt": "pulumi-aws>=7,<8\n"})
    assert iacfix("upgrade", "7").exit_code == 0


def test_the_checklist_is_asked_by_check_only_where_it_is_selected() -> None:
    written({"__main__.py": PYTHON_7, "requirements.txt": "pulumi-aws>=7,<8\n"})
    assert "breaking-change" not in iacfix("check").stdout
    assert "breaking-change" in iacfix("check", "--select", "breaking-change").stdout
