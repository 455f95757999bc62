"""Programs whose provider major is not certain: what differs between the majors is no safe fix."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from alarms import ALARM, FIXED

from iacfix.engine.run import Request, run
from iacfix.result import Fix, Outcome

PYTHON = 'import pulumi_aws as aws\nb = aws.s3.Bucket("b", versioning={"enabled": True})\n'
TYPESCRIPT = (
    'import * as aws from "@pulumi/aws";\nconst b = new aws.s3.Bucket("b", { versioning: { enabled: true } });\n'
)
KEY = """import json

import pulumi_aws as aws

key = aws.kms.Key("logs", policy=json.dumps({
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"Service": "logs.us-east-1.amazonaws.com"}, "Resource": "*"}],
}), enable_key_rotation=True)
"""
PNPM_LOCK = """lockfileVersion: '9.0'

importers:

  apps/a:
    dependencies:
      '@pulumi/aws':
        specifier: catalog:aws6
        version: 6.83.0

  apps/b:
    dependencies:
      '@pulumi/aws':
        specifier: catalog:aws7
        version: 7.8.0
"""
CATALOGS = 'catalogs:\n  aws6:\n    "@pulumi/aws": ^6.83.0\n  aws7:\n    "@pulumi/aws": ^7.8.0\n'
ASSUMED = "no pin found, the newest major 7 is assumed"


def examined(root: Path, files: dict[str, str | bytes], *, major: int | None = None) -> dict[str, Outcome]:
    """What a run says of the programs, by their paths."""
    (root / ".git").mkdir(exist_ok=True)
    (root / "iacfix.toml").write_text('ignore = ["unblocked-bucket"]\n')
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(text.encode() if isinstance(text, str) else text)
    return {outcome.path: outcome for outcome in run(Request((str(root),), jobs=1, major=major)).outcomes}


def one(root: Path, files: dict[str, str | bytes], *, major: int | None = None) -> Outcome:
    (outcome,) = examined(root, files, major=major).values()
    return outcome


def told(outcome: Outcome) -> tuple[int, tuple[int, ...], str]:
    assert outcome.provider is not None
    return outcome.provider.major, outcome.provider.others, outcome.provider.why


@pytest.mark.parametrize(
    ("files", "why"),
    [
        (
            {"requirements.txt": "-c constraints.txt\npulumi-aws\n", "constraints.txt": "pulumi-aws==6.83.0\n"},
            "constraints.txt pins pulumi-aws==6.83.0",
        ),
        (
            {"requirements.txt": "-r deps/base.txt\n", "deps/base.txt": "pulumi-aws==6.83.0\n"},
            "deps/base.txt pins pulumi-aws==6.83.0",
        ),
        (
            {"requirements.txt": "pulumi==3.150.0\r\npulumi_aws==6.83.0\r\n".encode("utf-16")},
            "requirements.txt pins pulumi_aws==6.83.0",
        ),
    ],
    ids=["a constraints file", "an included file", "UTF-16"],
)
def test_a_python_program_for_6_is_read_as_such(tmp_path: Path, files: dict[str, str | bytes], why: str) -> None:
    outcome = one(tmp_path, {"__main__.py": PYTHON, **files})
    assert told(outcome) == (6, (), why)
    assert [(finding.rule, finding.fix) for finding in outcome.findings] == [("inline-bucket-config", Fix.UNSAFE)]
    assert outcome.after == PYTHON


@pytest.mark.parametrize(
    ("files", "why"),
    [
        (
            {
                "index.ts": TYPESCRIPT,
                "package.json": '{"dependencies": {"@pulumi/aws": "catalog:"}}',
                "pnpm-workspace.yaml": 'catalog:\n  "@pulumi/aws": ^6.83.0\n',
            },
            "pnpm-workspace.yaml pins @pulumi/aws ^6.83.0",
        ),
        (
            {
                "index.ts": TYPESCRIPT,
                "package.json": '{"dependencies": {"@pulumi/aws": "latest"}}',
                "bun.lock": '{"packages": {"@pulumi/aws": ["@pulumi/aws@6.83.0", "", {}, "sha512-x"],}}',
            },
            "bun.lock pins @pulumi/aws 6.83.0",
        ),
    ],
    ids=["a catalog without a lock", "bun.lock"],
)
def test_a_typescript_program_for_6_is_read_as_such(tmp_path: Path, files: dict[str, str | bytes], why: str) -> None:
    outcome = one(tmp_path, files)
    assert told(outcome) == (6, (), why)
    assert outcome.after == TYPESCRIPT


def test_two_catalogs_serve_two_majors(tmp_path: Path) -> None:
    done = examined(
        tmp_path,
        {
            "pnpm-workspace.yaml": CATALOGS,
            "pnpm-lock.yaml": PNPM_LOCK,
            "apps/a/package.json": '{"dependencies": {"@pulumi/aws": "catalog:aws6"}}',
            "apps/b/package.json": '{"dependencies": {"@pulumi/aws": "catalog:aws7"}}',
            "apps/a/index.ts": TYPESCRIPT,
            "apps/b/index.ts": TYPESCRIPT,
        },
    )
    assert {path: told(outcome)[:2] for path, outcome in done.items()} == {
        "apps/a/index.ts": (6, ()),
        "apps/b/index.ts": (7, ()),
    }
    assert done["apps/a/index.ts"].after == TYPESCRIPT
    assert "new aws.s3.BucketVersioning(" in done["apps/b/index.ts"].after


@pytest.mark.parametrize(
    ("files", "why"),
    [
        ({"__main__.py": PYTHON}, ASSUMED),
        ({"__main__.py": PYTHON, "requirements.txt": "pulumi-aws\n"}, ASSUMED),
        (
            {"__main__.py": PYTHON, "requirements.txt": "pulumi-aws>=6\n"},
            "requirements.txt allows pulumi-aws>=6, the newest major 7 is assumed",
        ),
        (
            {
                "__main__.py": PYTHON,
                "requirements.txt": "pulumi-aws==6.83.0\n",
                "requirements-dev.txt": "pulumi-aws==7.1.0\n",
            },
            "requirements.txt pins pulumi-aws==6.83.0, requirements-dev.txt pins pulumi-aws==7.1.0",
        ),
        (
            {
                "index.ts": TYPESCRIPT,
                "package.json": '{"peerDependencies": {"@pulumi/aws": "^6.0.0 || ^7.0.0"}, '
                '"devDependencies": {"@pulumi/aws": "^7.1.0"}}',
            },
            "package.json promises @pulumi/aws ^6.0.0 || ^7.0.0",
        ),
    ],
    ids=["no pin", "no version", "an open range", "a contradiction", "a promise of both"],
)
def test_a_fix_that_differs_between_the_majors_is_unsafe_and_says_why(
    tmp_path: Path, files: dict[str, str | bytes], why: str
) -> None:
    outcome = one(tmp_path, files)
    assert outcome.after == outcome.before
    (finding,) = outcome.findings
    assert finding.fix is Fix.UNSAFE
    assert finding.note == (
        "the preview must show new resources only and the bucket unchanged; the major of aws is uncertain "
        f"({why}), and the fix differs under 6: pin the version or set --provider-version"
    )


def test_a_major_that_is_set_is_certain(tmp_path: Path) -> None:
    outcome = one(tmp_path, {"__main__.py": PYTHON}, major=7)
    assert told(outcome) == (7, (), "as set")
    assert "aws.s3.BucketVersioning(" in outcome.after


def test_a_fix_that_is_the_same_under_all_majors_stays_safe(tmp_path: Path) -> None:
    outcome = one(tmp_path, {"__main__.py": ALARM})
    assert told(outcome) == (7, (6,), ASSUMED)
    assert outcome.after == FIXED


def test_of_two_fixes_only_the_one_that_differs_is_unsafe(tmp_path: Path) -> None:
    outcome = one(tmp_path, {"__main__.py": ALARM + PYTHON.partition("\n")[2]})
    assert {finding.rule: finding.fix for finding in outcome.findings} == {
        "unset-missing-data": Fix.SAFE,
        "inline-bucket-config": Fix.UNSAFE,
    }
    assert 'treat_missing_data="notBreaching"' in outcome.after
    assert "BucketVersioning" not in outcome.after


def test_the_majors_of_a_module_differ_in_what_it_writes_only(tmp_path: Path) -> None:
    bucket = (
        'resource "aws_s3_bucket" "data" {\n  bucket = "data"\n\n  versioning {\n    enabled = true\n  }\n\n'
        '  logging {\n    target_bucket = "logs"\n  }\n}\n'
    )
    key = (
        'resource "aws_kms_key" "logs" {\n  enable_key_rotation = true\n  policy = jsonencode({\n    Statement = [{\n'
        '      Effect    = "Allow"\n      Principal = { Service = "logs.us-east-1.amazonaws.com" }\n'
        '      Action    = "kms:Encrypt"\n      Resource  = "*"\n'
        '      Condition = { ArnLike = { "kms:EncryptionContext:aws:logs:arn" = "arn:aws:logs:*:*:log-group:a" } }\n'
        "    }]\n  })\n}\n"
    )
    files: dict[str, str | bytes] = {"main.tf": bucket + key}
    outcome = one(tmp_path, files)
    assert told(outcome) == (7, (6,), "no pin found, the newest major 6 is assumed")
    assert {finding.rule: finding.fix for finding in outcome.findings} == {
        "inline-bucket-config": Fix.SAFE,
        "hardcoded-region": Fix.UNSAFE,
    }


def test_a_lookup_whose_field_has_another_name_is_unsafe(tmp_path: Path) -> None:
    outcome = one(tmp_path, {"__main__.py": KEY})
    assert [(finding.rule, finding.fix) for finding in outcome.findings] == [("hardcoded-region", Fix.UNSAFE)]
    assert outcome.after == KEY


TOLD = 'aws.s3.BucketVersioning("v", bucket="x", versioning_configuration={"status": "Enabled"})\n'


@pytest.mark.parametrize("requirements", [None, "pulumi-aws>=6\n", "pulumi-aws==6.83.0\npulumi-aws==7.1.0\n"])
def test_a_name_that_exists_in_one_major_only_makes_it_certain(tmp_path: Path, requirements: str | None) -> None:
    files: dict[str, str | bytes] = {"__main__.py": PYTHON + TOLD}
    files |= {"requirements.txt": requirements} if requirements else {}
    outcome = one(tmp_path, files)
    assert told(outcome) == (7, (), "aws.s3.BucketVersioning exists in 7 only")
    assert outcome.after.count("aws.s3.BucketVersioning(") == 2


def test_names_that_exist_in_different_majors_decide_nothing(tmp_path: Path) -> None:
    old = 'aws.s3.Bucket("old", loggings=[{"target_bucket": "x"}])\n'
    outcome = one(tmp_path, {"__main__.py": PYTHON + TOLD + old})
    assert told(outcome) == (7, (6,), ASSUMED)
    assert outcome.after == outcome.before


def test_a_major_that_no_rule_knows_may_be_among_them(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {"__main__.py": ALARM, "requirements.txt": "pulumi-aws==5.1\npulumi-aws==7.1\n"}
    outcome = one(tmp_path, files)
    assert told(outcome)[:2] == (7, (5,))
    assert outcome.after == ALARM


def fixes(outcome: Outcome) -> Iterator[Fix]:
    yield from (finding.fix for finding in outcome.findings)


def test_unsafe_fixes_are_made_for_the_newest(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {"__main__.py": PYTHON}
    one(tmp_path, files)
    (outcome,) = run(Request((str(tmp_path),), jobs=1, unsafe=True)).outcomes
    assert "aws.s3.BucketVersioning(" in outcome.after
    assert list(fixes(outcome)) == [Fix.UNSAFE]
