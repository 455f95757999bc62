"""Comments where nobody puts them: between the parts of a name, of a call, of an entry. Each is kept once."""

from __future__ import annotations

from pathlib import Path

import pytest

from iacfix.engine.examine import examine
from iacfix.files.source import from_bytes
from iacfix.registry import rules
from iacfix.result import Outcome, Plan

AWS = 'import * as aws from "@pulumi/aws";\n'
RULES = tuple(rule for rule in rules() if rule != "unblocked-bucket")
"""Without the one that finds every bucket."""


def examined(name: str, text: str, major: int = 7) -> Outcome:
    return examine(from_bytes(text.encode(), name), Plan(RULES, unsafe=True, major=major), Path("/nowhere"))


VERSIONING = """
new aws.s3.BucketVersioning("logs-versioning", {
  bucket: %s,
  versioningConfiguration: { status: "Enabled" },
});
"""


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            'const logs = new aws./* in a name */s3.Bucket("logs", { versioning: { enabled: true } });\n',
            'const logs = new aws./* in a name */s3.Bucket("logs", {});\n' + VERSIONING % "logs.id",
        ),
        (
            'const logs = new aws // in a name\n  .s3.Bucket("logs", { versioning: { enabled: true } });\n',
            'const logs = new aws // in a name\n  .s3.Bucket("logs", {});\n' + VERSIONING % "logs.id",
        ),
        (
            'const logs = new aws.s3.Bucket("logs", { versioning: { enabled: true } },'
            ' { ignoreChanges: ["versioning"] } /* behind options */);\n',
            'const logs = new aws.s3.Bucket("logs", {}, {} /* behind options */);\n'
            + VERSIONING.replace("});", '}, { ignoreChanges: ["versioningConfiguration"] });') % "logs.id",
        ),
    ],
    ids=["block in a name", "line in a name", "behind options that go"],
)
def test_it_stays_where_it_is(before: str, after: str) -> None:
    outcome = examined("a.ts", AWS + before)
    assert (outcome.errors, outcome.after) == ((), AWS + after)


def test_one_in_the_name_of_a_class_that_moves_to_another_module_is_kept() -> None:
    text = AWS + 'new aws/* of lambda */.apigateway.Permission("p", { action: "a", function: "f", principal: "x" });\n'
    outcome = examined("a.ts", text)
    assert (outcome.errors, outcome.after) == ((), text)
    assert [found.reason for found in outcome.findings if found.rule == "unknown-resource"] == [
        "a comment is inside the name of its class"
    ]


def test_two_behind_one_entry_do_not_become_one() -> None:
    outcome = examined(
        "a.ts",
        AWS
        + 'const data = new aws.s3.Bucket("data", { grants: [{ type: "Group", uri: "u", permissions: ["WRITE" // one\n'
        + ', // two\n"READ_ACP"] }] });\n',
    )
    assert outcome.errors == ()
    assert '        // one\n        permission: "WRITE", // two\n' in outcome.after


def test_it_stays_in_a_list_of_no_parameters() -> None:
    before = 'export const jobs = pulumi.all([a.arn]).apply((/* none */) => "arn:aws:logs:us-east-1:*:*");\n'
    text = AWS + 'import * as pulumi from "@pulumi/pulumi";\nimport { a } from "./a";\n' + before
    outcome = examined("a.ts", text)
    assert outcome.errors == ()
    assert "apply((/* none */[" in outcome.after


def test_it_stays_where_an_entry_went_that_became_nothing() -> None:
    before = 'new aws.s3.Bucket("logs", {\n  acl: /* none */ undefined,\n  versioning: { enabled: true },\n});\n'
    outcome = examined("a.ts", AWS + before)
    assert outcome.errors == ()
    assert outcome.after.count("/* none */") == 1
    assert "BucketVersioning" in outcome.after


def test_one_in_front_of_a_comma_that_goes_is_not_lost() -> None:
    text = AWS + 'const logs = new aws.s3.Bucket("logs", { tags: {}, acl: "private" /* ours */, // alone\n});\n'
    outcome = examined("a.ts", text)
    assert (outcome.errors, outcome.after) == ((), text)
    reason = "a comment could not be kept next to its code"
    assert [found.reason for found in outcome.findings] == [reason]


def test_a_name_over_two_lines_does_not_leave_its_brackets() -> None:
    text = 'import pulumi_aws as aws\n\nall = [aws.s3# why\n.Bucket("logs", versioning={"enabled": True})]\n'
    outcome = examined("a.py", text)
    assert (outcome.errors, outcome.after) == ((), text)
    reason = "the resource is created inside a larger expression, and the name of its class spans lines"
    assert [found.reason for found in outcome.findings] == [reason]


def test_one_in_a_name_in_python_stays() -> None:
    text = 'import pulumi_aws as aws\n\nlogs = (aws.s3# why\n.Bucket("logs", versioning={"enabled": True}))\n'
    outcome = examined("a.py", text)
    assert outcome.errors == ()
    assert "\naws.s3.BucketVersioning(" in outcome.after
    assert outcome.after.count("# why") == 1


def test_a_number_over_two_lines_is_a_number() -> None:
    text = 'import pulumi_aws as aws\n\naws.cloudwatch.MetricAlarm("a", threshold=-# below\n1)\n'
    assert examined("a.py", text).errors == ()


def test_a_lookup_is_not_put_into_a_statement_on_the_line_of_an_import() -> None:
    text = AWS + 'import * as pulumi from "@pulumi/pulumi";f(\n);\n'
    text += 'export const jobs = pulumi.all([a.arn]).apply(() => "arn:aws:logs:us-east-1:*:*");\n'
    outcome = examined("a.ts", text)
    assert (outcome.errors, outcome.after) == ((), text)
    assert [found.reason for found in outcome.findings] == ["several statements are on its line"]


def test_a_file_that_awaits_its_imports_is_given_no_require() -> None:
    text = 'const { default: aws } = await import("@pulumi/aws");\n\n'
    text += 'const data = new aws.s3.Bucket("data", { versioning: { enabled: given } });\n'
    outcome = examined("a.ts", text, 6)
    assert (outcome.errors, outcome.after) == ((), text)
    reason = "the file uses dynamic imports (`await import`)"
    assert [found.reason for found in outcome.findings] == [reason]


def test_it_goes_along_with_what_moves() -> None:
    before = 'import pulumi_aws as aws\n\nlogs = aws.s3.Bucket("logs", versioning=# of it\n  {"enabled": True})\n'
    outcome = examined("a.py", before)
    assert outcome.errors == ()
    assert outcome.after == (
        'import pulumi_aws as aws\n\nlogs = aws.s3.Bucket("logs")\n\n'
        "# of it\n"
        'aws.s3.BucketVersioning(\n  "logs-versioning",\n  bucket=logs.id,\n'
        '  versioning_configuration={"status": "Enabled"},\n)\n'
    )


@pytest.mark.parametrize(
    ("name", "text"),
    [
        (
            "a.py",
            "import pulumi\nimport pulumi_aws as aws\n\n"
            'site = aws.s3.Bucket("site", website={"index_document": "index.html"})\n'
            'pulumi.export("url", site.  # of it\n  website_endpoint)\n',
        ),
        (
            "a.ts",
            AWS + 'const site = new aws.s3.Bucket("site", { website: { indexDocument: "index.html" } });\n'
            "export const url = site // of it\n  .websiteEndpoint;\n",
        ),
    ],
    ids=["py", "ts"],
)
def test_one_inside_a_read_of_an_output_that_moves_is_not_lost(name: str, text: str) -> None:
    outcome = examined(name, text)
    assert (outcome.errors, outcome.after) == ((), text)
    assert [found.reason for found in outcome.findings] == ["a comment could not be kept next to its code"]


def test_one_in_an_import_that_takes_another_module_is_not_lost() -> None:
    text = 'const { events: /* ours */ ev } = require("@pulumi/aws");\n'
    text += 'new ev.Rule("r", { scheduleExpression: "rate(1 day)" });\n'
    outcome = examined("a.ts", text)
    assert (outcome.errors, outcome.after) == ((), text)
    assert [found.reason for found in outcome.findings if found.rule == "unknown-resource"] == [
        "a comment could not be kept next to its code"
    ]


def test_new_at_the_end_of_a_line_is_said() -> None:
    alone = examined("a.ts", AWS + 'const logs = new\n  aws.s3.Bucket("logs", { versioning: { enabled: true } });\n')
    said = "new stands where a name does here, or at the end of a line, which is read as a statement"
    assert alone.errors == (f"a.ts:2: {said}; put its class behind it",)
    inside = examined("a.ts", AWS + 'export const all = [new // why\n  aws.s3.Bucket("logs", { policy: "{}" })];\n')
    assert inside.errors == ()
    assert [found.reason for found in inside.findings] == [
        "`new` is at the end of a line and its class on the next one"
    ]


def test_a_program_of_one_line_without_an_end_is_an_ordinary_refusal() -> None:
    text = 'import * as aws from "@pulumi/aws"; import * as pulumi from "@pulumi/pulumi"; '
    text += 'export const jobs = pulumi.all([1]).apply(() => "arn:aws:logs:us-east-1:*:*");'
    outcome = examined("a.ts", text)
    assert (outcome.errors, outcome.after) == ((), text)
    assert [found.reason for found in outcome.findings] == ["several statements are on its line"]


def test_a_fix_that_was_in_the_way_of_another_is_not_for_the_next_run() -> None:
    text = AWS + (
        'const role = new aws.iam.Role("r", { assumeRolePolicy: "{}" });\n'
        'const copy = new aws.s3.Bucket("copy", { versioning: { enabled: true } });\n'
        'const data = new aws.s3.Bucket("data", {\n'
        "  versioning: { enabled: true },\n"
        '  replicationConfiguration: { role: role.arn, rules: [{ id: "all", status: "Enabled"\n'
        "    , destination: { bucket: copy.arn } }] },\n"
        "});\n"
    )
    outcome = examined("a.ts", text, 6)
    assert outcome.errors == ()
    assert examined("a.ts", outcome.after, 6).after == outcome.after
