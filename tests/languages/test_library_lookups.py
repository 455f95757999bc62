"""A module that others import, maybe where Pulumi does not run, looks nothing up when it is imported."""

from __future__ import annotations

from pathlib import Path

import pytest

from iacfix.engine.examine import Plan, examine
from iacfix.files.source import load
from iacfix.reasons import LIBRARY_FILE, OUTPUT_RETURNED
from iacfix.result import Outcome

PYTHON = "import pulumi\nimport pulumi_aws as aws\n\n"
TYPESCRIPT = 'import * as aws from "@pulumi/aws";\nimport * as pulumi from "@pulumi/pulumi";\n\n'


def examined(folder: Path, name: str, text: str, **files: str) -> Outcome:
    """The outcome of one file of a folder; other files' names have two underscores for a dot."""
    (folder / name).write_text(text)
    for key, other in files.items():
        (folder / key.replace("__", ".")).write_text(other)
    return examine(load(folder / name, name), Plan(("hardcoded-region",), unsafe=True, major=7), folder)


def added(outcome: Outcome) -> list[str]:
    """The lines that are new, as they are indented."""
    before = outcome.before.splitlines()
    return [line for line in outcome.after.splitlines() if line not in before and line.strip()]


LOOKUP = "current_region = aws.get_region()"


@pytest.mark.parametrize(
    "made",
    [
        'aws.sns.Topic("alerts")',
        "account = aws.get_caller_identity().account_id",
        'media = pulumi.StackReference("acme/media/prod")',
        'size = pulumi.Config().require("size")',
        'pulumi.export("size", 3)',
        'alerts = Alerts("alerts", opts=pulumi.ResourceOptions(protect=True))',
        'def deploy():\n    aws.sns.Topic("alerts")\n\n\ndeploy()',
    ],
)
def test_a_module_that_needs_pulumi_anyway(tmp_path: Path, made: str) -> None:
    text = f'{PYTHON}LOGS = "arn:aws:logs:us-east-1:*:*"\n{made}\n'
    outcome = examined(tmp_path, "queues.py", text)
    assert added(outcome) == [LOOKUP, 'LOGS = f"arn:aws:logs:{current_region.region}:*:*"']


@pytest.mark.parametrize(
    "made",
    [
        'new aws.sns.Topic("alerts");',
        "const identity = aws.getCallerIdentityOutput();",
        'const media = new pulumi.StackReference("acme/media/prod");',
        'const size = new pulumi.Config().require("size");',
        'new Alerts("alerts", {});',
        'function deploy() {\n  new aws.sns.Topic("alerts");\n}\ndeploy();',
        '["a", "b"].forEach((name) => new aws.sns.Topic(name));',
        'const topics = ["a", "b"].map(function (name) {\n  return new aws.sns.Topic(name);\n});',
        'void (async () => {\n  new aws.sns.Topic("alerts");\n})();',
        'class Alerts {\n  static readonly topic = new aws.sns.Topic("alerts");\n}',
    ],
)
def test_a_typescript_module_that_needs_pulumi_anyway(tmp_path: Path, made: str) -> None:
    policy = '  new aws.iam.Policy("logs", { policy: "arn:aws:logs:us-east-1:*:*" });'
    text = f"{TYPESCRIPT}{made}\nexport function logs() {{\n{policy}\n}}\n"
    outcome = examined(tmp_path, "queues.ts", text)
    assert added(outcome)[0] == "const currentRegion = aws.getRegionOutput({});"


@pytest.mark.parametrize(
    ("name", "project"),
    [
        ("__main__.py", "name: p\n"),
        ("infra.py", "name: p\nmain: infra.py\n"),
        ("infra.py", "name: p\nmain: './infra.py'\n"),
    ],
)
def test_what_pulumi_runs_is_no_library(tmp_path: Path, name: str, project: str) -> None:
    outcome = examined(tmp_path, name, PYTHON + 'LOGS = "arn:aws:logs:us-east-1:*:*"\n', Pulumi__yaml=project)
    assert added(outcome)[0] == LOOKUP


def test_functions_look_up_for_themselves(tmp_path: Path) -> None:
    text = '''"""Names shared by the stacks and by the tests."""
from pulumi_aws import iam


def queue_arn(account: str, name: str) -> str:
    """The queue of an account."""
    return f"arn:aws:sqs:us-east-1:{account}:{name}"


class Names:
    def logs(self, name: str) -> list[str]:
        def one(part: str) -> str:
            return f"arn:aws:logs:us-east-1:*:log-group:{name}/{part}"

        return [one("a"), f"arn:aws:logs:us-east-1:*:log-group:{name}/b"]


def role_for(name: str) -> iam.Role:
    return iam.Role(name, assume_role_policy="{}")
'''
    outcome = examined(tmp_path, "arns.py", text)
    assert (
        outcome.after
        == '''"""Names shared by the stacks and by the tests."""
from pulumi_aws import get_region, iam


def queue_arn(account: str, name: str) -> str:
    """The queue of an account."""

    current_region = get_region()

    return f"arn:aws:sqs:{current_region.region}:{account}:{name}"


class Names:
    def logs(self, name: str) -> list[str]:
        current_region = get_region()
        def one(part: str) -> str:
            return f"arn:aws:logs:{current_region.region}:*:log-group:{name}/{part}"

        return [one("a"), f"arn:aws:logs:{current_region.region}:*:log-group:{name}/b"]


def role_for(name: str) -> iam.Role:
    return iam.Role(name, assume_role_policy="{}")
'''
    )


def test_a_function_that_looks_up_already(tmp_path: Path) -> None:
    text = PYTHON + (
        'def logs():\n    region = aws.get_region().region\n    return f"arn:aws:logs:us-east-1:*:{region}"\n'
    )
    assert added(examined(tmp_path, "arns.py", text)) == ['    return f"arn:aws:logs:{region}:*:{region}"']


def test_typescript_functions_look_up_for_themselves(tmp_path: Path) -> None:
    text = """export function logs(name: string) {
  return new aws.iam.Policy(name, { policy: "arn:aws:logs:us-east-1:*:*" });
}

export class Queues {
  endpoint(vpcId: string) {
    const name = "sqs";
    return new aws.ec2.VpcEndpoint(name, { serviceName: "com.amazonaws.us-east-1.s3" });
  }
}
"""
    outcome = examined(tmp_path, "queues.ts", TYPESCRIPT + text)
    assert (
        outcome.after
        == TYPESCRIPT
        + """export function logs(name: string) {
  const currentRegion = aws.getRegionOutput({});

  return new aws.iam.Policy(name, { policy: pulumi.interpolate`arn:aws:logs:${currentRegion.region}:*:*` });
}

export class Queues {
  endpoint(vpcId: string) {
    const currentRegion = aws.getRegionOutput({});

    const name = "sqs";
    return new aws.ec2.VpcEndpoint(name, { serviceName: pulumi.interpolate`com.amazonaws.${currentRegion.region}.s3` });
  }
}
"""
    )


@pytest.mark.parametrize(
    "text",
    [
        'LOGS = "arn:aws:logs:us-east-1:*:*"\n',
        'LOGS = {"all": ["arn:aws:logs:us-east-1:*:*"]}\n',
        'class Settings:\n    logs = "arn:aws:logs:us-east-1:*:*"\n',
        'logs = lambda name: f"arn:aws:logs:us-east-1:*:{name}"\n',
        'def made():\n    return aws.sns.Topic("alerts")\n\n\nLOGS = "arn:aws:logs:us-east-1:*:*"\n',
    ],
)
def test_what_is_computed_on_import_is_reported(tmp_path: Path, text: str) -> None:
    outcome = examined(tmp_path, "constants.py", PYTHON + text)
    assert not outcome.changed
    assert [finding.reason for finding in outcome.findings] == [LIBRARY_FILE]


@pytest.mark.parametrize(
    "made",
    [
        "const topics = (names: string[]) => names.map((name) => new aws.sns.Topic(name));",
        'class Alerts {\n  topic = new aws.sns.Topic("alerts");\n}',
        'onStart(() => new aws.sns.Topic("alerts"));',
    ],
)
def test_what_a_typescript_library_makes_later(tmp_path: Path, made: str) -> None:
    policy = '  new aws.iam.Policy("logs", { policy: "arn:aws:logs:us-east-1:*:*" });'
    outcome = examined(tmp_path, "queues.ts", f"{TYPESCRIPT}{made}\nexport function logs() {{\n{policy}\n}}\n")
    assert added(outcome)[0] == "  const currentRegion = aws.getRegionOutput({});"


def test_what_typescript_computes_on_import_is_reported(tmp_path: Path) -> None:
    text = TYPESCRIPT + (
        'const logs = "arn:aws:logs:us-east-1:*:*";\n'
        "export const policy = (name: string) => new aws.iam.Policy(name, { policy: logs });\n"
    )
    outcome = examined(tmp_path, "constants.ts", text)
    assert not outcome.changed
    assert [finding.reason for finding in outcome.findings] == [LIBRARY_FILE]


OUTPUTS = """\
import * as aws from "@pulumi/aws";
export = async () => {
  new aws.sns.Topic("alerts");
  return { link: "https://console.aws.amazon.com/sns/home?region=us-east-1" };
};
"""
LINK = "  return { link: pulumi.interpolate`https://console.aws.amazon.com/sns/home?region=${currentRegion.region}` };"


def test_the_function_of_a_file_that_another_imports_gives_text(tmp_path: Path) -> None:
    user = 'const made = require("./alerts");\nmade().then(({ link }) => console.log(link.toUpperCase()));\n'
    outcome = examined(tmp_path, "alerts.ts", OUTPUTS, Pulumi__yaml="name: p\n", index__js=user)
    assert not outcome.changed
    assert [finding.reason for finding in outcome.findings] == [OUTPUT_RETURNED]


@pytest.mark.parametrize("name", ["alerts.ts", "index.ts"])
def test_the_function_of_a_program_gives_outputs(tmp_path: Path, name: str) -> None:
    files = {"test__ts": 'import program = require("./index");\n', "Pulumi__yaml": "name: p\n"}
    outcome = examined(tmp_path, name, OUTPUTS, **files)
    assert LINK in added(outcome)
