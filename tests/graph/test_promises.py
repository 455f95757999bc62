"""What each rule may change inside an input, and what it may not."""

from __future__ import annotations

import json

import pytest

from graph.changes import changes
from graph.mocked_cloud import Json
from graph.promises import PROMISES

LOGS = "kms:EncryptionContext:aws:logs:arn"
OURS = "arn:aws:logs:eu-central-1:123456789012:log-group:*"

KEY, POLICY, PROJECT, DASHBOARD, TOPIC, PROVIDER = (
    "aws:kms/key:Key",
    "aws:iam/policy:Policy",
    "aws:codebuild/project:Project",
    "aws:cloudwatch/dashboard:Dashboard",
    "aws:sns/topic:Topic",
    "pulumi:providers:aws",
)


def kept(rule: str, kind: str, before: Json, after: Json) -> bool:
    """Something changes, and all of it is what the rule promises."""
    found = list(changes(kind, before, after))
    return found != [] and all(PROMISES[rule](change) for change in found)


def policy(statement: dict[str, Json]) -> Json:
    return {"policy": json.dumps({"Version": "2012-10-17", "Statement": [statement]})}


def logs(service: Json, condition: Json = None) -> Json:
    given: dict[str, Json] = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "kms:*"}
    return policy(given | ({"Condition": condition} if condition else {}))


@pytest.mark.parametrize(
    ("kind", "before", "after", "promised"),
    [
        (KEY, logs("logs.us-east-1.amazonaws.com"), logs("logs.eu-central-1.amazonaws.com"), True),
        (KEY, logs("logs.us-east-1.amazonaws.com"), logs("logs.eu-west-1.amazonaws.com"), False),
        (KEY, logs("s3.amazonaws.com"), logs("logs.eu-central-1.amazonaws.com"), False),
        (KEY, logs("logs.amazonaws.com"), logs("logs.amazonaws.com", {"ArnLike": {LOGS: OURS}}), True),
        (POLICY, logs("logs.amazonaws.com"), logs("logs.amazonaws.com", {"ArnLike": {LOGS: OURS}}), False),
        (KEY, logs("logs.amazonaws.com"), logs("logs.amazonaws.com", {"StringEquals": {LOGS: OURS}}), False),
        (KEY, logs("logs.amazonaws.com"), logs("logs.amazonaws.com", {"ArnLike": {LOGS: "*"}}), False),
        (KEY, logs(["logs.amazonaws.com", "s3.amazonaws.com"]), logs("logs.amazonaws.com"), False),
        (
            KEY,
            logs("logs.amazonaws.com", {"Bool": {"aws:SecureTransport": "true"}}),
            logs("logs.amazonaws.com", {"ArnLike": {LOGS: OURS}}),
            False,
        ),
    ],
)
def test_a_logs_grant_gets_the_context_of_this_account(kind: str, before: Json, after: Json, promised: bool) -> None:
    assert kept("unconditioned-logs-grant", kind, before, after) is promised


def reads(*actions: str, effect: str = "Allow", resource: str = "arn:aws:s3:::b") -> Json:
    return policy({"Effect": effect, "Action": list(actions), "Resource": resource})


@pytest.mark.parametrize(
    ("before", "after", "promised"),
    [
        (reads("s3:ListBucket"), reads("s3:ListBucket", "s3:GetBucketLocation", "s3:GetBucketVersioning"), True),
        (reads("s3:ListBucket"), reads("s3:ListBucket", "s3:DeleteBucket"), False),
        (reads("s3:ListBucket"), reads("s3:GetBucketLocation", "s3:ListBucket"), False),
        (reads("s3:GetObject"), reads("s3:GetObject", "s3:GetBucketLocation"), False),
        (
            reads("s3:ListBucket", effect="Deny"),
            reads("s3:ListBucket", "s3:GetBucketLocation", effect="Deny"),
            False,
        ),
        (
            reads("s3:ListBucket", resource="arn:aws:s3:::b/*"),
            reads("s3:ListBucket", "s3:GetBucketLocation", resource="arn:aws:s3:::b/*"),
            False,
        ),
        (reads("s3:ListBucket"), reads("s3:ListBucket", resource="arn:aws:s3:::c"), False),
    ],
)
def test_a_build_role_gets_reads_beside_its_list(before: Json, after: Json, promised: bool) -> None:
    assert kept("missing-bucket-reads", POLICY, before, after) is promised


def variable(**given: str) -> Json:
    return {"environment": {"environmentVariables": [{"name": "A", "value": "b", **given}]}}


@pytest.mark.parametrize(
    ("before", "after", "promised"),
    [
        (variable(), variable(type="PLAINTEXT"), True),
        (variable(), variable(type="PARAMETER_STORE"), False),
        (variable(type="SECRETS_MANAGER"), variable(type="PLAINTEXT"), False),
        (variable(), variable(value="c"), False),
    ],
)
def test_a_build_variable_gets_a_type(before: Json, after: Json, promised: bool) -> None:
    assert kept("untyped-build-variable", PROJECT, before, after) is promised


@pytest.mark.parametrize(
    ("kind", "before", "after", "promised"),
    [
        (TOPIC, {"policy": "arn:aws:sns:us-east-1:1:t"}, {"policy": "arn:aws:sns:eu-central-1:1:t"}, True),
        (TOPIC, {"policy": "in us-east-1a"}, {"policy": "in eu-central-1a"}, False),
        (TOPIC, {"policy": "in us-east-1"}, {"policy": "of eu-central-1"}, False),
        (TOPIC, {"policy": "in us-east-1"}, {"policy": None}, False),
        (TOPIC, {"name": "t-us-east-1"}, {"name": "t-eu-central-1"}, False),
        (PROVIDER, {"region": "us-east-1"}, {"region": "eu-central-1"}, False),
        ("export", {"name": "us-east-1"}, {"name": "eu-central-1"}, True),
    ],
)
def test_only_a_region_changes_within_a_text(kind: str, before: Json, after: Json, promised: bool) -> None:
    assert kept("hardcoded-region", kind, before, after) is promised


@pytest.mark.parametrize(
    ("rule", "kind", "input", "value"),
    [
        ("unrotated-key", KEY, "enableKeyRotation", True),
        ("unencrypted-queue", "aws:sqs/queue:Queue", "sqsManagedSseEnabled", True),
        ("unrecoverable-table", "aws:dynamodb/table:Table", "pointInTimeRecovery", {"enabled": True}),
        ("endless-log-group", "aws:cloudwatch/logGroup:LogGroup", "retentionInDays", 30),
        (
            "optional-metadata-token",
            "aws:ec2/instance:Instance",
            "metadataOptions",
            {"httpEndpoint": "enabled", "httpTokens": "required"},
        ),
    ],
)
def test_an_input_that_was_not_there_is_set(rule: str, kind: str, input: str, value: Json) -> None:
    assert kept(rule, kind, {"name": "a"}, {"name": "a", input: value})
    assert not kept(rule, TOPIC, {"name": "a"}, {"name": "a", input: value})
    assert not kept(rule, kind, {"name": "a"}, {"name": "a", input: False})
    assert not kept(rule, kind, {"name": "a", input: False}, {"name": "a", input: value})
    assert not kept(rule, kind, {"name": "a"}, {"name": "a", "other": value})


@pytest.mark.parametrize(
    ("kind", "before", "after", "promised"),
    [
        ("aws:dynamodb/table:Table", "ON_DEMAND", "PAY_PER_REQUEST", True),
        ("aws:dynamodb/table:Table", "ON_DEMAND", "PROVISIONED", False),
        ("aws:ec2/flowLog:FlowLog", "all", "ALL", True),
        ("aws:ec2/flowLog:FlowLog", 300, 600, False),
        ("aws:codepipeline/pipeline:Pipeline", True, "true", True),
        ("aws:codepipeline/pipeline:Pipeline", True, "false", False),
        ("aws:codebuild/project:Project", True, "true", False),
    ],
)
def test_a_word_is_one_that_aws_knows(kind: str, before: Json, after: Json, promised: bool) -> None:
    assert kept("invalid-value", kind, {"mode": before}, {"mode": after}) is promised


def test_a_function_no_longer_says_which_region_it_is_in() -> None:
    def given(**variables: Json) -> Json:
        return {"environment": {"variables": variables}}

    def dropped(*sides: Json) -> bool:
        return kept("reserved-lambda-variable", "aws:lambda/function:Function", *sides)

    assert dropped(given(A="b", AWS_REGION="eu-central-1"), given(A="b"))
    assert not dropped(given(A="b", AWS_REGION="eu-central-1"), given(AWS_REGION="eu-central-1"))
    assert not dropped(given(AWS_REGION="eu-central-1"), given(AWS_REGION="us-east-1"))


@pytest.mark.parametrize(
    ("before", "after", "promised"),
    [
        ("policy/AWSLambdaBasicExecutionRole", "policy/service-role/AWSLambdaBasicExecutionRole", True),
        ("policy/service-role/ConfigRole", "policy/service-role/AWS_ConfigRole", True),
        ("policy/ConfigRole", "policy/AdministratorAccess", False),
    ],
)
def test_a_managed_policy_keeps_its_words(before: str, after: str, promised: bool) -> None:
    attached, arn = "aws:iam/rolePolicyAttachment:RolePolicyAttachment", "arn:aws:iam::aws:"
    given = {"policyArn": arn + before}, {"policyArn": arn + after}
    assert kept("unknown-managed-policy", attached, *given) is promised
    assert not kept("unknown-managed-policy", TOPIC, *given)


def board(*widgets: dict[str, Json]) -> Json:
    return {"dashboardBody": json.dumps({"widgets": [{"type": "metric", **widget} for widget in widgets]})}


def placed(x: int, y: int) -> dict[str, Json]:
    return {"x": x, "y": y, "width": 12, "height": 6}


def metrics(*entries: list[Json]) -> Json:
    return board({"properties": {"metrics": list(entries)}})


@pytest.mark.parametrize(
    ("before", "after", "promised"),
    [
        (board({}, {}, {}), board(placed(0, 0), placed(12, 0), placed(0, 6)), True),
        (board({}, {}), board(placed(0, 0), placed(6, 0)), False),
        (board({}, {}), board(placed(0, 0), placed(18, 0)), False),
        (board({}, {}), board(placed(0, 0), {}), False),
        (board(placed(0, 0)), board(placed(12, 0)), False),
        (board({"properties": {}}), board({"properties": {"view": "timeSeries", "stacked": False}}), True),
        (board({"properties": {}}), board({"properties": {"view": "table"}}), False),
        (
            board({"type": "text", "properties": {}}),
            board({"type": "text", "properties": {"view": "timeSeries"}}),
            False,
        ),
        (metrics(["N", "M", "D", "d"]), metrics(["N", "M", "D", "d", {"label": "M"}]), True),
        (metrics(["N", "M", "D", "d", {"label": "m"}]), metrics(["N", "M", "D", "d", {"label": "M"}]), False),
        (metrics(["N", "M", {"D": "d", "stat": "Sum"}]), metrics(["N", "M", "D", "d", {"stat": "Sum"}]), True),
        (metrics(["N", "M", {"D": "d"}]), metrics(["N", "M", {"D": "d", "label": "M"}]), False),
        (metrics(["N", "M", "D", "d"]), metrics(["N", "M", "D", "e"]), False),
        (
            metrics(["N", "M", {"D": "d"}], [".", "O", {"D": "d"}]),
            metrics(["N", "M", "D", "d"], [".", "O", ".", ".", {"label": "O"}]),
            True,
        ),
        (
            metrics(["N", "M", {"stat": "Sum"}, {"D": "d"}], ["...", {"D": "e"}]),
            metrics(["N", "M", "D", "d", {"stat": "Sum"}], [".", ".", "D", "e"]),
            True,
        ),
        (
            metrics(["N", "M", "D", "d"], ["...", {"stat": "Sum"}, {"D": "e"}]),
            metrics(["N", "M", "D", "d"], ["...", {"stat": "Sum"}, "D", "e"]),
            False,
        ),
        (metrics(["N", "M", {"D": "d"}, {"stat": "Sum"}]), metrics(["N", "M", {"stat": "Sum"}, "D", "d"]), False),
        (
            metrics(["N", "M", "D", "d"], ["...", "e"]),
            metrics(["N", "M", "D", "d"], ["...", "e", {"label": "e"}]),
            True,
        ),
        (metrics(["N", "M"], [".", "O"]), metrics([".", "O"], ["N", "M"]), False),
        (metrics(["N", "M"], ["N", "O"]), metrics(["N", "M"]), False),
    ],
)
def test_widgets_are_placed_and_labelled(before: Json, after: Json, promised: bool) -> None:
    assert kept("unplaced-widget", DASHBOARD, before, after) is promised


@pytest.mark.parametrize(
    ("before", "after", "promised"),
    [
        (metrics(["N", "M", {"D": "d", "stat": "Sum"}]), metrics(["N", "M", "D", "d", {"stat": "Sum"}]), True),
        (metrics(["N", "M", {"D": "d"}]), metrics(["N", "M", "D", "e"]), False),
        (metrics(["N", "M", {"D": "d"}]), metrics(["N", "M", "D", "d", {"label": "M"}]), False),
        (metrics(["N", "M", {"stat": "Sum"}, "D", "d"]), metrics(["N", "M", "D", "d", {"stat": "Sum"}]), True),
        (board({"properties": {}}), board({"properties": {"view": "timeSeries"}}), False),
    ],
)
def test_dimensions_move_in_front_of_the_options(before: Json, after: Json, promised: bool) -> None:
    assert kept("misplaced-dimension", DASHBOARD, before, after) is promised
