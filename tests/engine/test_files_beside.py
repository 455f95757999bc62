"""A file of a Pulumi program that names nothing of the provider is read where its project uses the provider."""

from __future__ import annotations

from pathlib import Path

import pytest

from iacfix.engine.run import Request, Run, run
from iacfix.files.discovery import candidate
from iacfix.result import Fix, Reported

STACK_PY = 'import pulumi_aws as aws\n\ntopic = aws.sns.Topic("alerts")\n'
STACK_TS = 'import * as aws from "@pulumi/aws";\n\nexport const topic = new aws.sns.Topic("alerts");\n'
LINK = "https://console.aws.amazon.com/sns/home?region=us-east-1#/topics"
ENTRY_PY = f'import pulumi\nfrom lib.stack import topic\n\npulumi.export("link", "{LINK}")\n'
ENTRY_TS = (
    'import * as pulumi from "@pulumi/pulumi";\nimport { topic } from "../lib/stack";\n\n'
    f"export const link = pulumi.interpolate`{LINK}/${{topic.name}}`;\n"
)
PROJECT = {"Pulumi.yaml": "name: p\n", "lib/stack.py": STACK_PY, "lib/stack.ts": STACK_TS}


def ran(folder: Path, files: dict[str, str]) -> Run:
    """A run over a folder with these files."""
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return run(Request(paths=(str(folder),), select=("hardcoded-region",), major=7, jobs=1))


def found(folder: Path, files: dict[str, str]) -> list[Reported]:
    return ran(folder, files).findings


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("views.py", 'import boto3\n\nQUEUES = "https://sqs.us-east-1.amazonaws.com"\n'),
        ("views.py", '# deployed by pulumi\nQUEUES = "https://sqs.us-east-1.amazonaws.com"\n'),
        ("views.py", 'from pulumilike import x\n\nQUEUES = "https://sqs.us-east-1.amazonaws.com"\n'),
        ("lambda/index.ts", 'export const queues = () => "https://sqs.us-east-1.amazonaws.com";\n'),
        ("tests/test_stack.py", ENTRY_PY),
        ("test_stack.py", ENTRY_PY),
        ("test/stack.ts", ENTRY_TS),
        ("bin/tap.test.ts", ENTRY_TS),
        ("ec2tests.ts", f"{ENTRY_TS}pulumi.runtime.setMocks({{}});\n"),
    ],
)
def test_what_is_no_part_of_the_program(tmp_path: Path, name: str, text: str) -> None:
    assert found(tmp_path, {**PROJECT, name: text}) == []


@pytest.mark.parametrize(
    "text",
    [
        'import os\nimport pulumi\n\nregion = os.getenv("AWS_REGION", "us-east-1")\npulumi.export("region", region)\n',
        'import pulumi\nfrom lib.stack import Tap\n\nTap("tap", tags={"Region": "us-east-1"}, region="us-east-1")\n',
        'import pulumi\n\nregion = pulumi.Config("aws").get("region") or "us-east-1"\n',
    ],
)
def test_defaults_tags_and_arguments_stay(tmp_path: Path, text: str) -> None:
    assert found(tmp_path, {**PROJECT, "tap.py": text}) == []


def test_defaults_tags_and_arguments_stay_in_typescript(tmp_path: Path) -> None:
    text = """import * as pulumi from "@pulumi/pulumi";
import { Tap } from "../lib/stack";

const region = process.env.AWS_REGION || "us-east-1";
const tags = { Region: "us-east-1", Environment: "dev" };
new Tap("tap", { tags, region, awsRegion: "us-east-1" });
"""
    assert (
        found(tmp_path, {**PROJECT, "bin/tap.ts": text.replace("defaultTags =", "tags =").replace(": defaultTags", "")})
        == []
    )


@pytest.mark.parametrize(
    "text", [ENTRY_PY, ENTRY_PY.replace("import pulumi\n", "from pulumi import export\nimport pulumi\n")]
)
def test_a_program_of_another_cloud(tmp_path: Path, text: str) -> None:
    assert found(tmp_path, {"Pulumi.yaml": "name: p\n", "tap.py": text}) == []


def test_the_entry_gains_the_import_and_the_lookup(tmp_path: Path) -> None:
    (outcome,) = [each for each in ran(tmp_path, {**PROJECT, "__main__.py": ENTRY_PY}).outcomes if each.changed]
    assert outcome.after == (
        "import pulumi\nimport pulumi_aws as aws\nfrom lib.stack import topic\n\ncurrent_region = aws.get_region()\n\n"
        'pulumi.export("link", f"https://console.aws.amazon.com/sns/home?region={current_region.region}#/topics")\n'
    )


def test_the_typescript_entry_gains_the_import_and_the_lookup(tmp_path: Path) -> None:
    main = {"Pulumi.yaml": "name: p\nmain: bin/tap.ts\n"}
    (outcome,) = [each for each in ran(tmp_path, {**PROJECT, **main, "bin/tap.ts": ENTRY_TS}).outcomes if each.changed]
    assert outcome.after == (
        'import * as pulumi from "@pulumi/pulumi";\nimport { topic } from "../lib/stack";\n'
        'import { getRegionOutput } from "@pulumi/aws";\n\nconst currentRegion = getRegionOutput({});\n\n'
        "export const link = pulumi.interpolate`https://console.aws.amazon.com/sns/home?region=${currentRegion.region}"
        "#/topics/${topic.name}`;\n"
    )


def test_a_manifest_names_the_provider(tmp_path: Path) -> None:
    (finding,) = found(
        tmp_path, {"Pulumi.yaml": "name: p\n", "requirements.txt": "pulumi-aws>=7\n", "tap.py": ENTRY_PY}
    )
    assert finding.fix is Fix.SAFE


@pytest.mark.parametrize(
    "other",
    [
        'import pulumi_aws as aws\n\nus = aws.Provider("us", region="us-east-1")\n',
        'import pulumi_aws as aws\n\njobs = aws.sqs.Queue("jobs", region="us-east-1")\n',
    ],
)
def test_the_project_sets_up_a_provider(tmp_path: Path, other: str) -> None:
    (finding,) = found(tmp_path, {**PROJECT, "tap.py": ENTRY_PY, "lib/us.py": other})
    assert finding.reason == "lib/us.py gives resources a provider or a region of their own"


def test_the_stack_is_told_its_region(tmp_path: Path) -> None:
    text = 'import pulumi\nfrom lib.stack import Tap\n\ntap = Tap("tap", region="us-east-1")\n'
    text += f'pulumi.export("link", tap.name.apply(lambda name: f"{LINK}/{{name}}"))\n'
    (finding,) = found(tmp_path, {**PROJECT, "tap.py": text})
    assert finding.reason == "what it is about is given the region us-east-1"


@pytest.mark.parametrize(
    "text",
    [
        'LOGS = "arn:aws:logs:us-east-1:*:*"\nconfig = pulumi.Config()\n',
        'def logs(name: str) -> str:\n    return f"arn:aws:logs:us-east-1:*:{name}"\n',
        'def env():\n    return [{"name": "AWS_REGION", "value": "us-east-1"}]\n',
    ],
)
def test_all_but_outputs_is_reported(tmp_path: Path, text: str) -> None:
    (finding,) = found(tmp_path, {**PROJECT, "settings.py": f"import pulumi\n\n{text}"})
    assert finding.reason == "the file does not use the provider, so it is unknown whose region is meant"


def test_the_import_stands_before_those_of_names(tmp_path: Path) -> None:
    text = ENTRY_PY.replace("import pulumi\n", "from pulumi import export\n").replace("pulumi.export", "export")
    (outcome,) = [each for each in ran(tmp_path, {**PROJECT, "__main__.py": text}).outcomes if each.changed]
    assert outcome.after.startswith("import pulumi_aws as aws\nfrom pulumi import export\nfrom lib.stack")


@pytest.mark.parametrize(
    ("data", "worth"),
    [
        (b"import pulumi\nx = 'us-east-1'", True),
        (b"    from pulumi import export\nx = 'us-east-1'", True),
        (b'import * as pulumi from "@pulumi/pulumi";\n"us-east-1"', True),
        (b"const pulumi = require('@pulumi/pulumi');\n'us-east-1'", True),
        (b"import pulumi\n", False),
        (b"import pulumi_gcp\nx = 'us-east-1'", False),
        (b"# import pulumi\nx = 'us-east-1'", False),
        (b'import "@pulumi/gcp"; "us-east-1"', False),
    ],
)
def test_what_is_worth_parsing(data: bytes, *, worth: bool) -> None:
    assert candidate(data, [b"pulumi_aws", b"@pulumi/aws"], [b"-east-"]) is worth
