"""A stage, or a public access block, may stand in another file of the project."""

from __future__ import annotations

from pathlib import Path

from iacfix.engine.examine import Plan, examine
from iacfix.files.source import load

DEPLOYMENT = 'import pulumi_aws as aws\n\naws.apigateway.Deployment("d", rest_api="a", stage_name="live")\n'
BUCKET = 'import pulumi_aws as aws\n\ndata = aws.s3.Bucket("data", block_public_acls=True)\n'
OTHER = (
    "import pulumi_aws as aws\nfrom program import data\n\n"
    'aws.apigateway.Stage("s", rest_api="a", deployment="d", stage_name="live")\n'
    'aws.s3.BucketPublicAccessBlock("b", bucket=data.id)\n'
)


def reasons(folder: Path, rule: str, text: str) -> list[str | None]:
    for name, written in {"Pulumi.yaml": "name: p\n", "program.py": text, "other.py": OTHER}.items():
        (folder / name).write_text(written)
    outcome = examine(load(folder / "program.py", "program.py"), Plan((rule,), unsafe=True, major=7), folder)
    assert outcome.after == text
    return [finding.reason for finding in outcome.findings]


def test_a_stage_of_another_file_may_be_the_deployments(tmp_path: Path) -> None:
    assert reasons(tmp_path, "implicit-stage", DEPLOYMENT) == [
        "other.py has a stage that may belong to this deployment"
    ]


def test_a_block_of_another_file_may_be_the_buckets(tmp_path: Path) -> None:
    said = "it belongs in aws.s3.BucketPublicAccessBlock, and other.py may set one for the bucket already"
    assert reasons(tmp_path, "unknown-input", BUCKET) == [said]
