"""Whose region a text means may be said in another file of the project."""

from __future__ import annotations

from pathlib import Path

import pytest

from iacfix.pipeline import Plan, examine
from iacfix.result import Outcome
from iacfix.source import load

PYTHON = """import pulumi
import pulumi_aws as aws
from queues import jobs

account = aws.get_caller_identity().account_id
aws.ssm.Parameter("jobs", type="String", value=jobs.name.apply(lambda name: f"https://sqs.us-east-1.amazonaws.com/{name}"))
"""
TYPESCRIPT = """import * as queues from "./queues";
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

export const url = pulumi.interpolate`https://sqs.us-east-1.amazonaws.com/${queues.jobs.name}`;
"""


def examined(folder: Path, name: str, files: dict[str, str]) -> Outcome:
    """The outcome of one file of a project."""
    for path, text in {"Pulumi.yaml": "name: p\n", **files}.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    return examine(load(folder / name, name), Plan(("hardcoded-region",), unsafe=True, major=7), folder)


def reasons(outcome: Outcome) -> list[str | None]:
    return [finding.reason for finding in outcome.findings]


def queues_py(options: str) -> str:
    return (
        f'import pulumi\nimport pulumi_aws as aws\nfrom providers import us\n\njobs = aws.sqs.Queue("jobs"{options})\n'
    )


def queues_ts(arguments: str) -> str:
    return (
        'import * as aws from "@pulumi/aws";\nimport { us } from "./providers";\n\n'
        f'export const jobs = new aws.sqs.Queue("jobs", {arguments});\n'
    )


@pytest.mark.parametrize("options", ["", ", opts=pulumi.ResourceOptions(protect=True)"])
def test_a_resource_of_another_file_with_the_default_provider(tmp_path: Path, options: str) -> None:
    assert examined(tmp_path, "__main__.py", {"__main__.py": PYTHON, "queues.py": queues_py(options)}).changed


@pytest.mark.parametrize("arguments", ["{}", "{}, { protect: true }"])
def test_a_resource_of_another_typescript_file_with_the_default_provider(tmp_path: Path, arguments: str) -> None:
    assert examined(tmp_path, "index.ts", {"index.ts": TYPESCRIPT, "queues.ts": queues_ts(arguments)}).changed


def test_a_resource_of_the_same_name_in_a_file_that_is_not_imported(tmp_path: Path) -> None:
    files = {"__main__.py": PYTHON, "queues.py": queues_py(""), "old.py": queues_py(', region="us-east-1"')}
    assert examined(tmp_path, "__main__.py", files).changed


@pytest.mark.parametrize("options", [', region="us-east-1"', ", opts=pulumi.ResourceOptions(provider=us)"])
def test_a_resource_gets_its_provider_in_another_file(tmp_path: Path, options: str) -> None:
    outcome = examined(tmp_path, "__main__.py", {"__main__.py": PYTHON, "queues.py": queues_py(options)})
    assert reasons(outcome) == ["it is about jobs, which queues.py gives a provider or a region of its own"]


@pytest.mark.parametrize("arguments", ['{ region: "us-east-1" }', "{}, { provider: us }"])
def test_a_resource_gets_its_provider_in_another_typescript_file(tmp_path: Path, arguments: str) -> None:
    outcome = examined(tmp_path, "index.ts", {"index.ts": TYPESCRIPT, "queues.ts": queues_ts(arguments)})
    assert reasons(outcome) == ["it is about jobs, which queues.ts gives a provider or a region of its own"]
