"""Whose region a text means may be said in another file of the project."""

from __future__ import annotations

from pathlib import Path

import pytest

from iacfix.engine.examine import Plan, examine
from iacfix.files.source import load
from iacfix.result import Outcome

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


ARN_PY = """import pulumi_aws as aws
import %s

aws.iam.Policy("send", policy="arn:aws:sqs:us-east-1:*:jobs")
"""
ARN_TS = """import * as aws from "@pulumi/aws";
import "./%s";

new aws.iam.Policy("send", { policy: "arn:aws:sqs:us-east-1:*:jobs" });
"""


@pytest.mark.parametrize("module", ["queues", "stacks"])
def test_an_imported_file_deploys_to_another_region(tmp_path: Path, module: str) -> None:
    files = {"__main__.py": ARN_PY % module, "stacks.py": "import pulumi\nimport queues\n"}
    for options in ("", ', region="eu-west-1"'):
        own = {**files, "queues.py": queues_py(options), "old.py": queues_py(', region="us-east-1"')}
        assert examined(tmp_path / f"a{len(options)}", "__main__.py", own).changed
    outcome = examined(tmp_path / "b", "__main__.py", {**files, "queues.py": queues_py(', region="us-east-1"')})
    assert reasons(outcome) == ["queues.py gives resources a provider or a region of their own"]


@pytest.mark.parametrize("module", ["queues", "stacks"])
def test_an_imported_typescript_file_deploys_to_another_region(tmp_path: Path, module: str) -> None:
    files = {"index.ts": ARN_TS % module, "stacks.ts": 'export * from "./queues";\n'}
    for arguments in ("{}", '{ region: "eu-west-1" }'):
        own = {**files, "queues.ts": queues_ts(arguments), "old.ts": queues_ts('{ region: "us-east-1" }')}
        assert examined(tmp_path / f"a{len(arguments)}", "index.ts", own).changed
    outcome = examined(tmp_path / "b", "index.ts", {**files, "queues.ts": queues_ts('{ region: "us-east-1" }')})
    assert reasons(outcome) == ["queues.ts gives resources a provider or a region of their own"]


@pytest.mark.parametrize(("region", "changed"), [('"eu-west-1"', True), ('"us-east-1"', False), ("REGION", False)])
def test_an_imported_file_sets_up_a_provider(tmp_path: Path, region: str, changed: bool) -> None:
    made = f'import pulumi_aws as aws\nfrom config import REGION\n\nus = aws.Provider("us", region={region})\n'
    files = {"__main__.py": ARN_PY % "providers", "providers.py": made}
    assert examined(tmp_path, "__main__.py", files).changed == changed


MAKERS_PY = """import pulumi
import pulumi_aws as aws
from providers import us

QUEUES = {"jobs": aws.sqs.Queue("jobs"%s)}


def make(name):
    return aws.sqs.Queue(name%s)


class Queues(pulumi.ComponentResource):
    def __init__(self, name, opts=None):
        super().__init__("acme:Queues", name, None, opts)
        self.jobs = aws.sqs.Queue(name%s)
"""
MAKERS_TS = """import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { us } from "./providers";

export const kept = { jobs: new aws.sqs.Queue("jobs"%s) };
export const make = (name: string) => new aws.sqs.Queue(name%s);

export class Queues extends pulumi.ComponentResource {
  jobs: aws.sqs.Queue;

  constructor(name: string, opts?: pulumi.ComponentResourceOptions) {
    super("acme:Queues", name, {}, opts);
    this.jobs = new aws.sqs.Queue(name%s);
  }
}
"""


def of_makers(folder: Path, made: str, options: str) -> Outcome:
    """A Python file that is about a queue which another file makes or keeps."""
    main = PYTHON.replace("from queues import jobs", "import queues").replace("jobs.name.apply", f"{made}.name.apply")
    return examined(folder, "__main__.py", {"__main__.py": main, "queues.py": MAKERS_PY % ((options,) * 3)})


def of_typescript_makers(folder: Path, made: str, options: str) -> Outcome:
    """A TypeScript file that is about a queue which another file makes or keeps."""
    main = TYPESCRIPT.replace("queues.jobs.name", f"{made}.name") + 'new aws.sns.Topic("alerts");\n'
    return examined(folder, "index.ts", {"index.ts": main, "queues.ts": MAKERS_TS % ((options,) * 3)})


@pytest.mark.parametrize("made", ['queues.make("jobs")', 'queues.QUEUES["jobs"]', 'queues.Queues("jobs").jobs'])
def test_what_another_file_makes_or_keeps_gets_a_provider_there(tmp_path: Path, made: str) -> None:
    assert of_makers(tmp_path / "a", made, "").changed
    outcome = of_makers(tmp_path / "b", made, ", opts=pulumi.ResourceOptions(provider=us)")
    assert not outcome.changed
    assert "which queues.py gives a provider or a region of its own" in (reasons(outcome)[0] or "")


@pytest.mark.parametrize("made", ['queues.make("jobs")', "queues.kept.jobs", 'new queues.Queues("jobs").jobs'])
def test_what_another_typescript_file_makes_or_keeps_gets_a_provider_there(tmp_path: Path, made: str) -> None:
    assert of_typescript_makers(tmp_path / "a", made, "").changed
    outcome = of_typescript_makers(tmp_path / "b", made, ", {}, { provider: us }")
    assert not outcome.changed
    assert "which queues.ts gives a provider or a region of its own" in (reasons(outcome)[0] or "")


@pytest.mark.parametrize(("manifest", "changed"), [("package.json", False), ("notes.txt", True)])
def test_a_project_begins_where_its_packages_are_listed(tmp_path: Path, manifest: str, changed: bool) -> None:
    main = TYPESCRIPT.replace("./queues", "./lib/queues") + 'new aws.sns.Topic("alerts");\n'
    files = {"index.ts": main, "lib/queues.ts": queues_ts("{}, { provider: us }"), manifest: "{}\n"}
    for path, text in files.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    outcome = examine(load(tmp_path / "index.ts", "index.ts"), Plan(("hardcoded-region",), major=7), tmp_path)
    assert outcome.changed == changed


HELPER_PY = """import pulumi_aws as aws


def queue_policy(account: str) -> str:
    return f"arn:aws:sqs:us-east-1:{account}:jobs"
"""
HELPER_TS = """import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

export function queuePolicy(account: pulumi.Input<string>) {
  return pulumi.interpolate`arn:aws:sqs:us-east-1:${account}:jobs`;
}
"""
MAIN_PY = """import pulumi
import pulumi_aws as aws
from helpers import queue_policy

us = aws.Provider("us", region="us-east-1")
aws.acm.Certificate("edge", domain_name="example.com", opts=pulumi.ResourceOptions(provider=us))
"""
MAIN_TS = """import { queuePolicy } from "./helpers";
import * as aws from "@pulumi/aws";

const us = new aws.Provider("us", { region: "us-east-1" });
new aws.acm.Certificate("edge", { domainName: "example.com" }, { provider: us });
"""


@pytest.mark.parametrize(
    "use",
    [
        "",
        'aws.sqs.QueuePolicy("jobs", policy=queue_policy("1"))\n',
        'aws.sqs.QueuePolicy("jobs", policy=queue_policy("1"), opts=pulumi.ResourceOptions(protect=True))\n',
    ],
)
def test_callers_of_the_default_provider(tmp_path: Path, use: str) -> None:
    assert examined(tmp_path, "helpers.py", {"helpers.py": HELPER_PY, "__main__.py": MAIN_PY + use}).changed


@pytest.mark.parametrize(
    "use", ["", 'new aws.sqs.QueuePolicy("jobs", { policy: queuePolicy("1") }, { protect: true });\n']
)
def test_typescript_callers_of_the_default_provider(tmp_path: Path, use: str) -> None:
    assert examined(tmp_path, "helpers.ts", {"helpers.ts": HELPER_TS, "index.ts": MAIN_TS + use}).changed


@pytest.mark.parametrize(
    "use",
    [
        'aws.sqs.QueuePolicy("jobs", policy=queue_policy("1"), opts=pulumi.ResourceOptions(provider=us))\n',
        'aws.sqs.QueuePolicy("jobs", policy=queue_policy("1"), region="us-east-1")\n',
        'Policies("jobs", queue_policy("1"), opts=pulumi.ResourceOptions(providers=[us]))\n',
        'made = queue_policy("1")\naws.sqs.QueuePolicy("jobs", policy=made, opts=pulumi.ResourceOptions(provider=us))',
        'queue_policy("1", us)\n',
    ],
)
def test_a_caller_of_another_provider(tmp_path: Path, use: str) -> None:
    outcome = examined(tmp_path, "helpers.py", {"helpers.py": HELPER_PY, "__main__.py": MAIN_PY + use})
    assert reasons(outcome) == ["__main__.py uses queue_policy where another provider or region may be meant"]


@pytest.mark.parametrize(
    "use",
    [
        'new aws.sqs.QueuePolicy("jobs", { policy: queuePolicy("1") }, { provider: us });\n',
        'new aws.sqs.QueuePolicy("jobs", { policy: queuePolicy("1"), region: "us-east-1" });\n',
        'new Policies("jobs", { policy: queuePolicy("1") }, { providers: [us] });\n',
        'const policy = queuePolicy("1");\n',
    ],
)
def test_a_typescript_caller_of_another_provider(tmp_path: Path, use: str) -> None:
    outcome = examined(tmp_path, "helpers.ts", {"helpers.ts": HELPER_TS, "index.ts": MAIN_TS + use})
    assert reasons(outcome) == ["index.ts uses queuePolicy where another provider or region may be meant"]


def test_a_caller_in_the_same_file(tmp_path: Path) -> None:
    use = '\n\nPolicies("jobs", queue_policy("1"), opts=pulumi.ResourceOptions(provider=providers.us))\n'
    outcome = examined(tmp_path, "helpers.py", {"helpers.py": f"import pulumi\nimport providers\n{HELPER_PY}{use}"})
    assert reasons(outcome) == ["this file uses queue_policy where another provider or region may be meant"]


def test_the_provider_of_another_package_says_nothing(tmp_path: Path) -> None:
    text = """import pulumi
import pulumi_aws as aws
import pulumi_fastly as fastly

aws.sns.Topic("alerts")
account = aws.get_caller_identity().account_id
host = f"{account}.s3.us-east-1.amazonaws.com"
fastly.ServiceVcl("site", backends=[{"address": host}], opts=pulumi.ResourceOptions(provider=fastly.Provider("x")))
"""
    assert examined(tmp_path, "__main__.py", {"__main__.py": text}).changed


def test_a_component_asks_its_own_provider_whoever_makes_it(tmp_path: Path) -> None:
    component = """import pulumi
import pulumi_aws as aws


class Queues(pulumi.ComponentResource):
    def __init__(self, name, opts=None):
        super().__init__("acme:Queues", name, None, opts)
        self.url = "https://sqs.us-east-1.amazonaws.com"
"""
    main = MAIN_PY + 'from queues import Queues\n\nQueues("jobs", opts=pulumi.ResourceOptions(provider=us))\n'
    outcome = examined(tmp_path, "queues.py", {"queues.py": component, "__main__.py": main})
    assert "aws.get_region(opts=pulumi.InvokeOptions(parent=self))" in outcome.after


HELD = 'import pulumi_aws as aws\n\nREGION = "us-east-1"\naws.iam.Policy("logs", policy=f"arn:aws:logs:{REGION}:*:*")\n'
KEPT = """import pulumi
import pulumi_aws as aws


class Site(pulumi.ComponentResource):
    def __init__(self, name):
        super().__init__("acme:Site", name)
        self.region = "us-east-1"
        pulumi.export("link", f"https://console.aws.amazon.com/sns/home?region={self.region}")
"""
SHARED = "a constant may be used as a default, in a comparison or for a provider"


def test_a_constant_that_another_file_imports_stays(tmp_path: Path) -> None:
    files = {"__main__.py": HELD, "other.py": "from __main__ import REGION\n\nprint(REGION)\n"}
    assert not examined(tmp_path / "a", "__main__.py", files).changed
    files = {"site.py": KEPT, "__main__.py": 'from site import Site\n\nsite = Site("a")\nprint(site.region)\n'}
    assert reasons(examined(tmp_path / "b", "site.py", files)) == [SHARED]


def test_a_constant_that_is_read_in_its_own_file_only(tmp_path: Path) -> None:
    files = {"__main__.py": HELD, "other.py": 'REGION = "eu-west-1"\n\nprint(REGION)\n'}
    assert examined(tmp_path / "a", "__main__.py", files).changed
    files = {"site.py": KEPT, "__main__.py": 'from site import Site\n\nsite = Site("a")\nprint(site.urn)\n'}
    assert examined(tmp_path / "b", "site.py", files).changed
