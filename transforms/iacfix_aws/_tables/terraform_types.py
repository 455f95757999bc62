"""The names of resources and data sources, as Terraform knows them, and those that people write for them.

`terraform_types.txt` has those of versions 4.67, 5.100 and 6.69, one a line, with the majors behind it where not all
have it; `transforms/regenerate_terraform.py` writes it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

NEWEST = {4: "4.67", 5: "5.100", 6: "6.69"}
"""The version of each major whose names are known."""

GATEWAY = (
    "account",
    "api_key",
    "authorizer",
    "deployment",
    "domain_name",
    "integration",
    "integration_response",
    "method",
    "method_response",
    "model",
    "resource",
    "rest_api",
    "stage",
    "usage_plan",
    "usage_plan_key",
    "vpc_link",
)
MEANT: Mapping[str, str] = {
    **{f"aws_apigateway_{name}": f"aws_api_gateway_{name}" for name in GATEWAY},
    **{f"aws_elbv2_{name}": f"aws_lb_{name}" for name in ("listener", "listener_rule", "target_group")},
    **{f"aws_rds_{name}": f"aws_db_{name}" for name in ("instance", "option_group", "parameter_group", "subnet_group")},
    **{f"aws_secrets_manager_{name}": f"aws_secretsmanager_{name}" for name in ("secret", "secret_version")},
    **{f"aws_eventbridge_{name}": f"aws_cloudwatch_event_{name}" for name in ("bus", "rule", "target")},
    **{f"aws_cloudwatch_events_{name}": f"aws_cloudwatch_event_{name}" for name in ("bus", "rule", "target")},
    **{f"aws_vpc_{name}": f"aws_{name}" for name in ("internet_gateway", "nat_gateway", "route_table", "subnet")},
    **{f"aws_ec2_{name}": f"aws_{name}" for name in ("instance", "launch_template", "security_group")},
    "aws_application_autoscaling_policy": "aws_appautoscaling_policy",
    "aws_application_autoscaling_target": "aws_appautoscaling_target",
    "aws_cloudwatch_alarm": "aws_cloudwatch_metric_alarm",
    "aws_cloudwatch_logs_group": "aws_cloudwatch_log_group",
    "aws_cognito_userpool": "aws_cognito_user_pool",
    "aws_cognito_userpool_client": "aws_cognito_user_pool_client",
    "aws_elastic_ip": "aws_eip",
    "aws_elbv2": "aws_lb",
    "aws_lambda_event_source": "aws_lambda_event_source_mapping",
    "aws_log_group": "aws_cloudwatch_log_group",
    "aws_s3_bucket_cors": "aws_s3_bucket_cors_configuration",
    "aws_s3_bucket_encryption": "aws_s3_bucket_server_side_encryption_configuration",
    "aws_s3_bucket_lifecycle": "aws_s3_bucket_lifecycle_configuration",
    "aws_s3_bucket_replication": "aws_s3_bucket_replication_configuration",
    "aws_s3_bucket_server_side_encryption": "aws_s3_bucket_server_side_encryption_configuration",
    "aws_s3_bucket_website": "aws_s3_bucket_website_configuration",
    "aws_step_functions_state_machine": "aws_sfn_state_machine",
    "aws_stepfunctions_state_machine": "aws_sfn_state_machine",
}
"""Names that no version has, and those that are meant; nothing else is called so."""


@cache
def known(major: int) -> frozenset[str]:
    """What a major has; data sources begin with `data.`."""
    rows = (line.partition(" ") for line in _lines())
    return frozenset(name for name, _, majors in rows if not majors or str(major) in majors)


def last_with(name: str, majors: Iterable[int]) -> int | None:
    """The last of these majors that has a name."""
    return max((major for major in majors if name in known(major)), default=None)


@cache
def _lines() -> list[str]:
    text = Path(__file__).with_name("terraform_types.txt").read_text(encoding="utf-8")
    return text.splitlines()
