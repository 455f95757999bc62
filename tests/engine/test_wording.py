"""Inputs are named as the language of the program spells them; what a finding is known by stays the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from iacfix.engine.examine import examine
from iacfix.files.source import from_bytes
from iacfix.result import Plan, Reported

FOLDER = Path(__file__).parent
"""Nothing beside the text belongs to its program."""
PYTHON = """import pulumi_aws as aws

aws.cloudwatch.MetricAlarm("{name}", comparison_operator="LessThanThreshold", evaluation_periods=1)
"""
TYPESCRIPT = """import * as aws from "@pulumi/aws";

new aws.cloudwatch.MetricAlarm("{name}", {{ comparisonOperator: "LessThanThreshold", evaluationPeriods: 1 }});
"""
TERRAFORM = """resource "aws_cloudwatch_metric_alarm" "{name}" {{
  comparison_operator = "LessThanThreshold"
  evaluation_periods  = 1
}}
"""


def found(text: str, name: str, rule: str = "unset-missing-data") -> Reported:
    (only,) = examine(from_bytes(text.encode(), name), Plan((rule,)), FOLDER).findings
    return only


@pytest.mark.parametrize(
    ("text", "name", "spelled"),
    [
        (PYTHON, "main.py", "treat_missing_data"),
        (TYPESCRIPT, "main.ts", "treatMissingData"),
        (TERRAFORM, "main.tf", "treat_missing_data"),
    ],
)
def test_an_input_is_named_as_the_language_spells_it(text: str, name: str, spelled: str) -> None:
    assert found(text.format(name="a"), name).message == f"alarm a does not set {spelled}"


@pytest.mark.parametrize(("text", "name"), [(PYTHON, "main.py"), (TERRAFORM, "main.tf")])
def test_a_value_stays_as_it_is(text: str, name: str) -> None:
    finding = found(text.format(name="a"), name)
    assert finding.remedy == "set notBreaching if missing data is normal, breaching if it is the failure"


@pytest.mark.parametrize(("text", "name"), [(PYTHON, "main.py"), (TERRAFORM, "main.tf")])
def test_what_the_program_names_is_quoted(text: str, name: str) -> None:
    finding = found(text.format(name="evaluationPeriods"), name)
    assert finding.message == "alarm evaluationPeriods does not set treat_missing_data"


def test_reasons_and_remedies_are_worded_too() -> None:
    finding = found(
        """import pulumi_aws as aws

aws.ec2.Instance("i", ami="a", metadata_options={"http_tokens": "optional"})
""",
        "main.py",
        "optional-metadata-token",
    )
    assert (finding.reason, finding.remedy) == ("http_tokens is optional explicitly", "set http_tokens to required")


def test_a_finding_is_known_by_the_words_of_the_schema() -> None:
    """A baseline that was written before still knows it."""
    finding = found(PYTHON.format(name="a"), "main.py")
    assert finding.identity == (
        "unset-missing-data",
        "main.py",
        "aws.cloudwatch.MetricAlarm a",
        "alarm a does not set treatMissingData",
    )
