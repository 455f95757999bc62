"""A resource of whose inputs nothing can be seen: a rule reports it, or its documentation says that it does not."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from iacfix.engine.run import Request, run
from iacfix.registry import rule_ids, rules

NOT_ABOUT_INPUTS = {
    "hardcoded-region",
    "outdated-region-name",
    "unknown-output",
    "unknown-resource",
    "unresolved-output",
}
"""Rules about texts, names and results."""
TOLD = re.compile(
    r"not\s+literal|cannot\s+be\s+(?:seen|read)|(?:are|is)\s+spread|spread\s+values|unknown\s+(?:rules|policy)"
)
REPORTED: Mapping[str, str] = {
    "endless-log-group": "cloudwatch.LogGroup",
    "inline-bucket-config": "s3.Bucket",
    "optional-metadata-token": "ec2.Instance",
    "suffixed-bucket-resource": "s3.BucketV2",
    "unblocked-bucket": "s3.Bucket",
    "unencrypted-queue": "sqs.Queue",
    "unencrypted-storage": "rds.Instance",
    "unplaced-widget": "cloudwatch.Dashboard",
    "unrecoverable-table": "dynamodb.Table",
    "unrotated-key": "kms.Key",
    "unset-missing-data": "cloudwatch.MetricAlarm",
    "untyped-build-variable": "codebuild.Project",
    "wildcard-grant": "iam.Policy",
}
LEFT_ALONE: Mapping[str, str] = {
    "breaking-change": "elasticache.ReplicationGroup",
    "implicit-stage": "apigateway.Deployment",
    "invalid-value": "dynamodb.Table",
    "misplaced-dimension": "cloudwatch.Dashboard",
    "misplaced-option": "s3.Bucket",
    "missing-bucket-reads": "iam.RolePolicy",
    "open-ingress": "ec2.SecurityGroup",
    "outdated-input": "ec2.Eip",
    "reserved-lambda-variable": "lambda.Function",
    "unconditioned-logs-grant": "kms.Key",
    "unfiltered-lifecycle-rule": "s3.BucketLifecycleConfiguration",
    "ungranted-log-key": "cloudwatch.LogGroup",
    "unknown-input": "s3.Bucket",
    "unknown-managed-policy": "iam.RolePolicyAttachment",
    "unknown-nested-input": "s3.Bucket",
}


def reasons(folder: Path, name: str, program: str, rule: str) -> list[str | None]:
    (folder / name).write_text(program)
    found = run(Request(paths=(str(folder),), select=(rule,), major=7, jobs=1))
    return [finding.reason for finding in found.findings]


def forms(type: str) -> Mapping[str, str]:
    """A resource of the type by inputs of another file, in a program that every rule reads."""
    python = f'aws.{type.replace("lambda.", "lambda_.")}("one", **settings)\n'
    return {
        "program.py": f"import pulumi_aws as aws\nfrom acme import settings\n\n{python}# {TRIGGERS}\n",
        "program.ts": f'import * as aws from "@pulumi/aws";\nimport {{ settings }} from "acme";\n\n'
        f'new aws.{type}("one", settings);\n// {TRIGGERS}\n',
        "spread.ts": f'import * as aws from "@pulumi/aws";\nimport {{ settings }} from "acme";\n\n'
        f'new aws.{type}("one", {{ ...settings }});\n// {TRIGGERS}\n',
    }


TRIGGERS = "s3:ListBucket AWS_REGION iam::aws:policy/"


def test_each_rule_is_here() -> None:
    told = [*NOT_ABOUT_INPUTS, *LEFT_ALONE, *REPORTED]
    assert sorted(told) == sorted(rule_ids())


@pytest.mark.parametrize("rule", LEFT_ALONE)
def test_what_is_left_alone_is_documented(tmp_path: Path, rule: str) -> None:
    found = {name: reasons(tmp_path, name, text, rule) for name, text in forms(LEFT_ALONE[rule]).items()}
    assert not any(found.values())
    assert TOLD.search(rules()[rule].sections["Left alone"])


@pytest.mark.parametrize("rule", REPORTED)
@pytest.mark.parametrize("name", ["program.py", "program.ts", "spread.ts"])
def test_what_is_not_set_or_certainly_there_is_reported_once(tmp_path: Path, name: str, rule: str) -> None:
    (reason,) = reasons(tmp_path, name, forms(REPORTED[rule])[name], rule)
    assert reason is not None
