"""Twice as many of one kind in a file take about twice the work: what takes the square is found here, by counting."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType

import pytest

from iacfix.engine.run import Run
from iacfix.engine.workers import Task, run_task
from iacfix.files.limits import Limits
from iacfix.files.modules import ModuleFile
from iacfix.files.source import from_bytes
from iacfix.registry import rules
from iacfix.result import Plan

FEW, MANY = 60, 120
MOST = 2.3
"""How much more work the double may be: a little is left for what grows with the logarithm."""
HEADS = {
    "py": "import json\nimport pulumi_aws as aws\n",
    "ts": 'import * as aws from "@pulumi/aws";\n',
    "tf": "",
    "tf.json": "",
}
Shape = Callable[[int], str]


def lines(each: str) -> Shape:
    return lambda count: "".join(each.replace("%", str(number)) + "\n" for number in range(count))


def on_one_line(each: str) -> Shape:
    return lambda count: " ".join(each.replace("%", str(number)) for number in range(count)) + "\n"


def within(before: str, each: str, after: str, between: str = "\n") -> Shape:
    return lambda count: f"{before}{between.join(each.replace('%', str(number)) for number in range(count))}{after}\n"


def chained(first: str, each: str, last: str) -> Shape:
    """`each` names the one before it as `a@`."""

    def text(count: int) -> str:
        links = (each.replace("@", str(number)).replace("%", str(number + 1)) for number in range(count))
        return "\n".join([first, *links, last.replace("%", str(count))]) + "\n"

    return text


SHAPES: dict[str, dict[str, Shape]] = {
    "py": {
        "alarms": lines(
            'aws.cloudwatch.MetricAlarm("a%", comparison_operator="LessThanThreshold", evaluation_periods=1)'
        ),
        "alarms on one line": on_one_line('aws.cloudwatch.MetricAlarm("a%", comparison_operator="LessThanThreshold");'),
        "buckets": lines('aws.s3.Bucket("b%", versioning={"enabled": True})'),
        "buckets on one line": on_one_line('aws.s3.Bucket("b%", versioning={"enabled": True});'),
        "buckets with a name": lines('b% = aws.s3.Bucket("b%", versioning={"enabled": True})'),
        "buckets with one name": lines('b = aws.s3.Bucket("b%", versioning={"enabled": True})'),
        "uses of one bucket": within('b = aws.s3.Bucket("b", versioning={"enabled": True})\n', "print(b.id, %)", ""),
        "functions": lines('def f%():\n    aws.s3.Bucket("b%", versioning={"enabled": True})'),
        "widgets": within(
            'aws.cloudwatch.Dashboard("d", dashboard_name="d", dashboard_body=json.dumps({"widgets": [',
            '{"type": "metric", "properties": {"metrics": [["AWS/Lambda", "Errors", "FunctionName", "f%"]]}},',
            "]}))",
        ),
        "policy statements": within(
            'aws.kms.Key("k", policy=json.dumps({"Version": "2012-10-17", "Statement": [',
            '{"Effect": "Allow", "Principal": {"Service": "logs.us-east-1.amazonaws.com"}, '
            '"Action": "kms:*", "Resource": "*", "Sid": "s%"},',
            "]}))",
        ),
        "ARNs": within(
            "arns = [", '    "arn:aws:s3:us-east-1:123456789012:b%",', '\n]\naws.sqs.Queue("q", tags={"a": arns[0]})'
        ),
        "ARNs on one line": within(
            'aws.iam.Policy("p", policy=json.dumps({"Statement": [{"Effect": "Allow", "Action": "sqs:*", "Resource": [',
            '"arn:aws:sqs:us-east-1:123456789012:q%"',
            "]}]}))",
            ", ",
        ),
        "assignments of one name": within("", 'zone = "us-east-1%"', '\naws.sqs.Queue("q", name=zone)'),
        "a chain of names": chained('a0 = "us-east-1"', "a% = a@", 'aws.sqs.Queue("q", name=a%)'),
        "unused ignores": lines("x% = %  # iacfix: ignore[hardcoded-region]"),
        "used ignores": lines(
            'aws.s3.Bucket("b%", versioning={"enabled": True})  # iacfix: ignore[inline-bucket-config] so'
        ),
        "stacked ignores": within("", "# iacfix: ignore[hardcoded-region] %", '\naws.sqs.Queue("q")'),
        "continued lines": within("x = 1 \\\n", "    + % \\", '\n    + 1\naws.sqs.Queue("q", delay_seconds=x)'),
        "sums of strings": within('x = "a" ', '+ "us-east-1%" ', '\naws.sqs.Queue("q", name=x)', ""),
        "placeholders": within('aws.sqs.Queue("q", name=f"', "{a%} us-east-1", '")', ""),
        "branches": within(
            'if x == "":\n    pass\n', 'elif x == %:\n    aws.s3.Bucket("b", versioning={"enabled": True})', ""
        ),
        "comments in a call": within('aws.s3.Bucket("b",\n', "    # note %", '\n    versioning={"enabled": True},\n)'),
        "imports": within("", "import m%", '\naws.s3.Bucket("b", versioning={"enabled": True})'),
        "tags": within('aws.s3.Bucket("b", versioning={"enabled": True}, tags={', '"k%": "us-east-1",', "})"),
        "build roles": lines(
            'r% = aws.iam.Role("r%", assume_role_policy="{}")\n'
            'aws.codebuild.Project("p%", service_role=r%.arn, environment={"type": "LINUX_CONTAINER"})'
        ),
    },
    "ts": {
        "alarms": lines(
            'new aws.cloudwatch.MetricAlarm("a%", { comparisonOperator: "LessThanThreshold", evaluationPeriods: 1 });'
        ),
        "alarms on one line": on_one_line(
            'new aws.cloudwatch.MetricAlarm("a%", { comparisonOperator: "LessThanThreshold" });'
        ),
        "buckets": lines('new aws.s3.Bucket("b%", { versioning: { enabled: true } });'),
        "buckets on one line": on_one_line('new aws.s3.Bucket("b%", { versioning: { enabled: true } });'),
        "buckets with a name": lines('const b% = new aws.s3.Bucket("b%", { versioning: { enabled: true } });'),
        "buckets with one name": within(
            "let b;\n", 'b = new aws.s3.Bucket("b%", { versioning: { enabled: true } });', ""
        ),
        "buckets with types": lines(
            'const b%: aws.s3.Bucket = new aws.s3.Bucket("b%", { versioning: { enabled: true } });'
        ),
        "uses of one bucket": within(
            'const b = new aws.s3.Bucket("b", { versioning: { enabled: true } });\n', "console.log(b.id, %);", ""
        ),
        "functions": lines('function f%() {\n  new aws.s3.Bucket("b%", { versioning: { enabled: true } });\n}'),
        "cases of a switch": within(
            "switch (x) {\n", 'case %: new aws.s3.Bucket("b", { versioning: { enabled: true } }); break;', "}"
        ),
        "links of a chain": within(
            'const b = new aws.s3.Bucket("b", { versioning: { enabled: true } });\nconst x = fetch("a")',
            ".then((r) => r.json(b.id, %))",
            ";",
            "",
        ),
        "fields of a class": within(
            "class A {\n  constructor() {\n",
            '    this.b% = new aws.s3.Bucket("b%", { versioning: { enabled: true } });',
            "\n  }\n}",
        ),
        "widgets": within(
            'new aws.cloudwatch.Dashboard("d", { dashboardName: "d", dashboardBody: JSON.stringify({ widgets: [',
            '{ type: "metric", properties: { metrics: [["AWS/Lambda", "Errors", "FunctionName", "f%"]] } },',
            "] }) });",
        ),
        "ARNs": within(
            "const arns = [",
            '    "arn:aws:s3:us-east-1:123456789012:b%",',
            '\n];\nnew aws.sqs.Queue("q", { tags: { a: arns[0] } });',
        ),
        "ARNs on one line": within(
            'new aws.iam.Policy("p", { policy: JSON.stringify({ Statement: [{ Action: "sqs:*", Resource: [',
            '"arn:aws:sqs:us-east-1:123456789012:q%"',
            "] }] }) });",
            ", ",
        ),
        "assignments of one name": within(
            "let zone;\n", 'zone = "us-east-1%";', '\nnew aws.sqs.Queue("q", { name: zone });'
        ),
        "a chain of names": chained(
            'const a0 = "us-east-1";', "const a% = a@;", 'new aws.sqs.Queue("q", { name: a% });'
        ),
        "unused ignores": lines("const x% = %; // iacfix: ignore[hardcoded-region]"),
        "used ignores": lines(
            'new aws.s3.Bucket("b%", { versioning: { enabled: true } }); // iacfix: ignore[inline-bucket-config] so'
        ),
        "sums of strings": within('const x = "a" ', '+ "us-east-1%" ', ';\nnew aws.sqs.Queue("q", { name: x });', ""),
        "placeholders": within('new aws.sqs.Queue("q", { name: `', "${a%} us-east-1", "` });", ""),
        "branches": within(
            'if (x == "") {\n}\n',
            'else if (x == %) {\n  new aws.s3.Bucket("b", { versioning: { enabled: true } });\n}',
            "",
        ),
        "comments in a call": within(
            'new aws.s3.Bucket("b", {\n', "    // note %", "\n    versioning: { enabled: true },\n});"
        ),
        "imports": within(
            "", 'import * as m% from "m%";', '\nnew aws.s3.Bucket("b", { versioning: { enabled: true } });'
        ),
        "tags": within('new aws.s3.Bucket("b", { versioning: { enabled: true }, tags: {', 'k%: "us-east-1",', "} });"),
        "build roles": lines(
            'const r% = new aws.iam.Role("r%", { assumeRolePolicy: "{}" });\n'
            'new aws.codebuild.Project("p%", { serviceRole: r%.arn, '
            'environment: { environmentVariables: [{ name: "A", value: "b" }] } });'
        ),
    },
    "tf": {
        "alarms": lines(
            'resource "aws_cloudwatch_metric_alarm" "a%" {\n  comparison_operator = "LessThanThreshold"\n}\n'
        ),
        "buckets": lines('resource "aws_s3_bucket" "b%" {\n  versioning {\n    enabled = true\n  }\n}\n'),
        "uses of one bucket": within(
            'resource "aws_s3_bucket" "b" {\n  versioning {\n    enabled = true\n  }\n}\n',
            'output "o%" {\n  value = aws_s3_bucket.b.id\n}',
            "",
        ),
        "widgets": within(
            'resource "aws_cloudwatch_dashboard" "d" {\n  dashboard_body = jsonencode({ widgets = [\n',
            '    { type = "metric", properties = { metrics = [["AWS/Lambda", "Errors", "FunctionName", "f%"]] } },',
            "\n  ] })\n}",
        ),
        "ARNs on one line": within(
            'resource "aws_iam_policy" "p" {\n  policy = jsonencode({ Statement = [{ Resource = [',
            '"arn:aws:sqs:us-east-1:123456789012:q%"',
            "] }] })\n}",
            ", ",
        ),
        "a chain of locals": chained(
            'locals {\n  a0 = "us-east-1"', "  a% = local.a@", '}\nresource "aws_sqs_queue" "q" {\n  name = local.a%\n}'
        ),
        "unused ignores": lines("locals {\n  x% = % # iacfix: ignore[hardcoded-region]\n}"),
        "keys and logs": lines(
            'resource "aws_cloudwatch_log_group" "g%" {\n  kms_key_id = aws_kms_key.k%.arn\n}\n'
            'resource "aws_kms_key" "k%" {\n  policy = jsonencode({ Statement = [{ Effect = "Allow", Action = "kms:*", '
            'Principal = { Service = "logs.us-east-1.amazonaws.com" }, Resource = "*" }] })\n}\n'
        ),
        "outputs of resources": lines(
            'resource "aws_s3_bucket" "b%" {\n}\noutput "o%" {\n  value = [local.a%, aws_s3_bucket.b%.arn]\n}\n'
            "locals {\n  a% = aws_s3_bucket.b%.id\n}\n"
        ),
        "blocks that leave": within(
            'resource "aws_s3_bucket" "b" {\n',
            '  lifecycle_rule {\n    id = "r%"\n    enabled = true\n    expiration {\n      days = 30\n    }\n  }',
            "\n}",
        ),
        "used ignores": lines(
            'resource "aws_s3_bucket" "b%" { # iacfix: ignore[inline-bucket-config] so\n  acl = "private"\n}\n'
        ),
        "variables": lines('variable "v%" {\n  default = "us-east-1"\n}\n'),
        "modules": lines('module "m%" {\n  source = "./m"\n  region = "us-east-1"\n}\n'),
    },
    "tf.json": {
        "buckets": within('{"resource": {"aws_s3_bucket": {', '"b%": {"versioning": {"enabled": true}}', "}}}", ", "),
    },
}


@pytest.mark.parametrize(("ending", "title"), [(ending, title) for ending in SHAPES for title in SHAPES[ending]])
def test_twice_as_many_take_twice_the_work(ending: str, title: str, tmp_path: Path) -> None:
    shape = SHAPES[ending][title]
    _, few, many = (_calls(HEADS[ending] + shape(count), ending, tmp_path) for count in (2, FEW, MANY))
    assert many <= MOST * few, f"{many / few:.2f} times the work"


def _calls(text: str, ending: str, root: Path) -> int:
    """How many functions are called to examine such a program."""
    source = from_bytes(text.encode(), f"main.{ending}")
    calls = 0

    def count(_frame: FrameType, event: str, _given: object) -> None:
        nonlocal calls
        calls += event in ("call", "c_call")

    module = (ModuleFile(source, asked=True),) if ending.startswith("tf") else ()
    task = Task(source, Plan(tuple(rules()), unsafe=True, major=6), root, limits=Limits(300), module=module)
    before = sys.getprofile()
    sys.setprofile(count)
    try:
        outcome = run_task(task)
    finally:
        sys.setprofile(before)
    assert not outcome.errors
    return calls


def test_what_a_run_fixes_is_collected_once_however_often_a_format_asks(tmp_path: Path) -> None:
    source = from_bytes((HEADS["ts"] + SHAPES["ts"]["buckets"](1)).encode(), "main.ts")
    task = Task(source, Plan(tuple(rules()), unsafe=True, major=6), tmp_path)
    done = Run(tmp_path, (task,), (run_task(task),), (), 1)
    assert done.fixed
    assert done.fixable is done.fixable
    assert done.fixed is done.fixed
