"""What the other files of a project hold counts as well."""

from __future__ import annotations

from pathlib import Path

import pytest

from iacfix.engine import project_files
from iacfix.engine.examine import Plan, examine
from iacfix.files.source import Source, from_bytes, load
from iacfix.result import Fix, Outcome

PYTHON = 'import pulumi_aws as aws\n\ndata = aws.s3.Bucket("data", bucket="acme-data", versioning={"enabled": True})\n'
TYPESCRIPT = """import * as aws from "@pulumi/aws";

export const data = new aws.s3.Bucket("data", { bucket: "acme-data", versioning: { enabled: true } });
"""


def examined(folder: Path, name: str, **files: str) -> Outcome:
    """The outcome of one file beside others, whose names have two underscores for a dot and three for a slash."""
    for key, text in files.items():
        path = folder / key.replace("___", "/").replace("__", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return examine(load(folder / name, name), Plan(("inline-bucket-config",), unsafe=True, major=7), folder)


def reasons(outcome: Outcome) -> list[str | None]:
    return [finding.reason for finding in outcome.findings if finding.fix is Fix.NONE]


def versioning(bucket: str) -> str:
    """A Python file that sets the versioning of a bucket."""
    return f"import pulumi_aws as aws\n\n{bucket}\n"


def test_a_program_alone_is_split(tmp_path: Path) -> None:
    assert examined(tmp_path, "program.py", program__py=PYTHON).changed


def test_another_file_sets_the_setting_by_the_name_of_the_bucket(tmp_path: Path) -> None:
    other = versioning('aws.s3.BucketVersioning("old", bucket="acme-data", versioning_configuration={})')
    outcome = examined(tmp_path, "program.py", program__py=PYTHON, other__py=other)
    assert reasons(outcome) == ["old in other.py already sets its versioning"]


def test_another_file_may_set_the_setting(tmp_path: Path) -> None:
    other = versioning(
        'def secured(bucket):\n    return aws.s3.BucketVersioning("old", bucket=bucket.id, versioning_configuration={})'
    )
    outcome = examined(tmp_path, "program.py", program__py=PYTHON, Pulumi__yaml="name: p\n", lib___other__py=other)
    assert reasons(outcome) == ["old in lib/other.py may already set its versioning"]


def test_another_typescript_file_may_set_the_setting(tmp_path: Path) -> None:
    other = """import * as aws from "@pulumi/aws";
import { data } from "./index";

new aws.s3.BucketVersioning("old", { bucket: data.id, versioningConfiguration: { status: "Enabled" } });
"""
    outcome = examined(tmp_path, "index.ts", index__ts=TYPESCRIPT, other__ts=other)
    assert reasons(outcome) == ["old in other.ts may already set its versioning"]


@pytest.mark.parametrize(
    "other",
    [
        versioning(
            'mine = aws.s3.Bucket("mine")\naws.s3.BucketVersioning("old", bucket=mine.id, versioning_configuration={})'
        ),
        versioning('aws.s3.BucketVersioning("old", bucket="acme-other", versioning_configuration={})'),
        versioning('aws.s3.BucketLogging("old", bucket="acme-data", target_bucket="x", target_prefix="")'),
        "import pulumi_aws as aws\nBucketVersioning = ((\n",
        "BucketVersioning = 1\n",
    ],
    ids=["of a bucket of its own", "of another name", "another setting", "broken", "another class"],
)
def test_another_file_has_nothing_to_do_with_it(tmp_path: Path, other: str) -> None:
    assert examined(tmp_path, "program.py", program__py=PYTHON, other__py=other).changed


def test_a_file_of_another_project_is_no_neighbour(tmp_path: Path) -> None:
    other = versioning('aws.s3.BucketVersioning("old", bucket="acme-data", versioning_configuration={})')
    projects = {"one___Pulumi__yaml": "name: one\n", "two___Pulumi__yaml": "name: two\n"}
    assert examined(tmp_path, "one/a.py", one___a__py=PYTHON, two___b__py=other, **projects).changed


def test_without_a_project_only_the_own_folder_counts(tmp_path: Path) -> None:
    other = versioning('aws.s3.BucketVersioning("old", bucket="acme-data", versioning_configuration={})')
    assert examined(tmp_path, "a.py", a__py=PYTHON, two___b__py=other).changed


def test_the_website_is_read_in_another_file(tmp_path: Path) -> None:
    site = 'import pulumi_aws as aws\n\nsite = aws.s3.Bucket("site", website={"index_document": "index.html"})\n'
    other = "import pulumi\nfrom site_bucket import site\n\npulumi.export('url', site.website_endpoint)\n"
    outcome = examined(tmp_path, "site_bucket.py", site_bucket__py=site, other__py=other)
    assert reasons(outcome) == ["other.py reads site.website_endpoint, which may be empty after the split"]


RULES = """import pulumi_aws as aws

rules = [{"id": "old", "enabled": True, "expiration": {"days": 3}}]
data = aws.s3.Bucket("data", lifecycle_rules=rules)
"""


def test_a_variable_that_another_file_may_import_stays(tmp_path: Path) -> None:
    outcome = examined(tmp_path, "data.py", data__py=RULES, other__py="from data import rules\n\nprint(rules)\n")
    assert reasons(outcome) == ["its lifecycle is in a variable that other code may read, or that has a declared type"]


def test_a_variable_of_that_name_in_a_file_that_does_not_know_this_one(tmp_path: Path) -> None:
    assert examined(tmp_path, "data.py", data__py=RULES, other__py="rules = []\n\nprint(rules)\n").changed


@pytest.mark.parametrize(
    "read",
    [
        "from program import data\n\nprint(data.versioning)\n",
        "import program\n\nprint(program.data.versioning.enabled)\n",
        "def told(data):\n    return data.versioning\n",
    ],
    ids=["by its name", "by its module", "of a parameter of that name"],
)
def test_another_file_reads_what_the_bucket_would_no_longer_tell(tmp_path: Path, read: str) -> None:
    outcome = examined(tmp_path, "program.py", program__py=PYTHON, other__py=read)
    assert reasons(outcome) == ["other.py reads data.versioning, which may be empty after the split"]


@pytest.mark.parametrize(
    "read",
    [
        "console.log(data.versioning);",
        "console.log(storage.data.versioning);",
        "const { versioning } = data;",
        "console.log(data!.versioning);",
    ],
    ids=["by its name", "by its module", "taken apart", "asserted"],
)
def test_another_typescript_file_reads_it(tmp_path: Path, read: str) -> None:
    other = f'import * as storage from "./index";\nimport {{ data }} from "./index";\n\n{read}\n'
    outcome = examined(tmp_path, "index.ts", index__ts=TYPESCRIPT, other__ts=other)
    assert reasons(outcome) == ["other.ts reads data.versioning, which may be empty after the split"]


FIELD = """import pulumi_aws as aws


class Storage:
    def __init__(self):
        self.data = aws.s3.Bucket("data", versioning={"enabled": True})


storage = Storage()
"""


def test_the_same_file_reads_it_from_outside_the_class(tmp_path: Path) -> None:
    read = f"{FIELD}print(storage.data.versioning)\n"
    outcome = examined(tmp_path, "program.py", program__py=read)
    assert reasons(outcome) == ["the program reads data.versioning, which may be empty after the split"]


@pytest.mark.parametrize(
    "read",
    [
        "import pulumi_aws as aws\n\ndata = aws.s3.BucketV2('mine')\nprint(data.versioning)\n",
        "from program import data\n\nprint(data.arn, settings.versioning, settings.data)\n",
        "data.versioning = ((\n",
    ],
    ids=["of a bucket of its own", "of something else", "broken"],
)
def test_another_file_reads_something_else(tmp_path: Path, read: str) -> None:
    assert examined(tmp_path, "program.py", program__py=PYTHON, other__py=read).changed


TRAILED = """import pulumi_aws as aws

logs = aws.s3.Bucket("logs", policy='{"Version": "2012-10-17", "Statement": []}')
"""


def told(outcome: Outcome) -> tuple[Fix, bool]:
    """How its only finding is fixed, and whether a trail is named that would have to wait."""
    (finding,) = outcome.findings
    waits = "audit in trail.py may use the bucket, and would have to wait for its new policy"
    return finding.fix, waits in (finding.note or "")


def test_what_another_file_has_written_into_the_bucket_may_have_to_wait(tmp_path: Path) -> None:
    trail = (
        "import pulumi_aws as aws\nfrom program import logs\n\naws.cloudtrail.Trail('audit', s3_bucket_name=logs.id)\n"
    )
    outcome = examined(tmp_path, "program.py", program__py=TRAILED, trail__py=trail)
    assert told(outcome) == (Fix.UNSAFE, True)


@pytest.mark.parametrize(
    "bucket",
    ['"acme-elsewhere"', 'aws.s3.Bucket("mine").id'],
    ids=["named, which never waited", "of a bucket of its own"],
)
def test_what_another_file_has_written_elsewhere_does_not_wait(tmp_path: Path, bucket: str) -> None:
    trail = f"import pulumi_aws as aws\n\naws.cloudtrail.Trail('audit', s3_bucket_name={bucket})\n"
    outcome = examined(tmp_path, "program.py", program__py=TRAILED, trail__py=trail)
    assert told(outcome) == (Fix.SAFE, False)


def test_a_replication_in_another_file_may_have_to_wait_for_the_versioning(tmp_path: Path) -> None:
    other = """import * as aws from "@pulumi/aws";
import { data } from "./index";

new aws.s3.BucketReplicationConfig("copies", { bucket: data.id, role: "r", rules: [] });
"""
    (finding,) = examined(tmp_path, "index.ts", index__ts=TYPESCRIPT, other__ts=other).findings
    assert finding.fix is Fix.UNSAFE
    assert "copies in other.ts may use the bucket, and would have to wait for its new versioning" in finding.note


def test_another_file_reads_it_by_a_name_of_its_own(tmp_path: Path) -> None:
    read = "from program import data as d\n\nprint(d.versioning.enabled)\n"
    outcome = examined(tmp_path, "program.py", program__py=PYTHON, other__py=read)
    assert reasons(outcome) == ["other.py reads d.versioning, which may be empty after the split"]


@pytest.mark.parametrize("read", ["print(args.versioning)", "print(self.config.versioning)", "print(versioning)"])
def test_what_another_file_is_told_is_no_bucket(tmp_path: Path, read: str) -> None:
    assert examined(tmp_path, "program.py", program__py=PYTHON, other__py=f"{read}\n").changed


COPIED = """import pulumi_aws as aws
from program import data

aws.s3.Bucket("source", replication_configuration={"role": "r", "rules": [{"destination": {"bucket": data.arn}}]})
"""


def test_an_inline_replication_in_another_file_may_have_to_wait_as_well(tmp_path: Path) -> None:
    (finding,) = examined(tmp_path, "program.py", program__py=PYTHON, other__py=COPIED).findings
    assert finding.fix is Fix.UNSAFE
    assert "source in other.py may use the bucket, and would have to wait for its new versioning" in (
        finding.note or ""
    )


def test_another_file_has_the_name_of_the_new_resource(tmp_path: Path) -> None:
    new = 'aws.s3.BucketVersioning("data-versioning", bucket=mine.id, versioning_configuration={})'
    other = versioning(f'mine = aws.s3.Bucket("mine")\n{new}')
    outcome = examined(tmp_path, "program.py", program__py=PYTHON, other__py=other)
    assert reasons(outcome) == ["the versioning of another bucket is already called data-versioning, in other.py"]


def test_what_another_file_was_given_by_a_split_stands_in_nobodys_way(tmp_path: Path) -> None:
    """The bucket of the other file is one of two, so that its versioning leads to none of them."""
    other = """import pulumi_aws as aws

if one:
    held = aws.s3.Bucket("one")
else:
    held = aws.s3.Bucket("other")
aws.s3.BucketVersioning("one-versioning", bucket=held.id, versioning_configuration={"status": "Enabled"})
"""
    assert examined(tmp_path, "program.py", program__py=PYTHON, other__py=other).changed


def test_a_copy_of_the_program_that_is_split_already_is_another_program(tmp_path: Path) -> None:
    split = examined(tmp_path / "one", "program.py", program__py=PYTHON).after
    assert examined(tmp_path / "two", "program.py", program__py=PYTHON, fixed__py=split).changed


def test_the_files_of_a_project_are_read_once_for_all_its_programs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = [f"program_{number}.py" for number in range(100)]
    (tmp_path / "Pulumi.yaml").write_text("name: shop\nruntime: python\n")
    for number, name in enumerate(names):
        (tmp_path / name).write_text(PYTHON.replace('"data"', f'"data-{number}"'))
    read = list[str]()

    def noted(data: bytes, name: str) -> Source:
        read.append(name)
        return from_bytes(data, name)

    monkeypatch.setattr(project_files, "from_bytes", noted)
    for name in names[:3]:
        examined(tmp_path, name)
    assert sorted(read) == sorted(names)


def test_what_there_is_no_room_for_is_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(project_files, "ROOM", len(PYTHON))
    other = versioning('aws.s3.BucketVersioning("data", bucket=name)')
    files = {"program__py": PYTHON, "other__py": PYTHON, "third__py": other}
    assert reasons(examined(tmp_path, "program.py", **files)) == reasons(examined(tmp_path, "program.py", **files))


def test_an_import_that_another_file_may_take_stays_and_is_reported(tmp_path: Path) -> None:
    (tmp_path / "__main__.py").write_text('from schedules import Rule\n\nRule("hourly")\n')
    path = tmp_path / "schedules.py"
    path.write_text('from pulumi_aws.events import Rule\n\nRule("nightly", schedule_expression="rate(1 day)")\n')
    outcome = examine(load(path, path.name), Plan(("unknown-resource",), major=7), tmp_path)
    assert outcome.after.startswith("from pulumi_aws.cloudwatch import EventRule\nfrom pulumi_aws.events import Rule\n")
    assert reasons(outcome) == ["aws.cloudwatch.EventRule is meant"]
