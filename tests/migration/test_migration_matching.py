"""Which deployed resources a program's split is about: gaps first, then what is found."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from stacks import BUCKET, CIPHERTEXT, DEFAULT_6, SECRET, Entry, bucket, by, export, provider, resource, urn

from iacfix.engine.run import Request, run
from iacfix.migration.plan import Migration, Procedure, planned
from iacfix.migration.runbook import gap_line
from iacfix.migration.state import read_stack
from iacfix.registry import packs

HEAD = "import pulumi\nimport pulumi_aws as aws\n\n"
LOGS = HEAD + 'aws.s3.Bucket("logs", versioning={"enabled": True})\n'
VERSIONING = "aws:s3/bucketVersioning:BucketVersioning"
STORE = "acme:index:Store"
COMPONENT = (
    HEAD
    + """class Store(pulumi.ComponentResource):
    def __init__(self, name):
        super().__init__("acme:index:Store", name)
        aws.s3.Bucket(
            f"{name}-data",
            versioning={"enabled": True},
            opts=pulumi.ResourceOptions(parent=self),
        )
"""
)
NOT_THERE = "the state has no such resource: it is not deployed in this stack, or under another name"

MigrationOf = Callable[..., Migration]


@pytest.fixture
def plan_of(tmp_path: Path) -> MigrationOf:
    """Migration for the files, each a name and a text, and the entries of a stack."""

    def plan_of(
        *entries: Entry,
        major: int = 7,
        procedure: Procedure = Procedure.UPGRADE,
        pending: tuple[Entry, ...] = (),
        **files: str,
    ) -> Migration:
        (tmp_path / ".git").mkdir()
        (tmp_path / "requirements.txt").write_text(f"pulumi-aws=={major}.1.0\n")
        (tmp_path / "Pulumi.yaml").write_text("name: shop\nruntime: python\n")
        for name, text in files.items():
            path = tmp_path / name.replace("__", "/").replace("_ts", ".ts").replace("_py", ".py")
            path.parent.mkdir(exist_ok=True)
            path.write_text(text)
        stack = read_stack(export(*entries, pending=pending).encode(), "stack.json")
        done = run(Request(paths=(str(tmp_path),), unsafe=True, jobs=1, sites=True))
        assert done.errors == ()
        packages = {pack.provider.name: pack.provider for pack in packs()}
        return planned(done.outcomes, done.root, stack, packages, procedure, None)

    return plan_of


def gaps(plan: Migration) -> list[str]:
    return [gap_line(gap) for gap in plan.gaps]


def new(plan: Migration) -> dict[str, str]:
    """Urns and ids of all that the state would gain."""
    return {str(each.urn): each.id for move in plan.moves for each in move.new}


# gaps


def test_a_bucket_that_is_not_deployed(plan_of: MigrationOf) -> None:
    plan = plan_of(bucket("other", "other-1"), app_py=LOGS)
    assert (new(plan), gaps(plan)) == ({}, [f"`app.py:4` Bucket logs: {NOT_THERE}"])


def test_a_bucket_that_waits_for_its_deletion(plan_of: MigrationOf) -> None:
    plan = plan_of(bucket("logs", "logs-1", delete=True), app_py=LOGS)
    assert (new(plan), gaps(plan)) == ({}, [f"`app.py:4` Bucket logs: {NOT_THERE}"])


def test_a_resource_of_another_type_is_no_candidate(plan_of: MigrationOf) -> None:
    plan = plan_of(resource("aws:s3/bucketV2:BucketV2", "logs", "logs-1"), app_py=LOGS)
    assert (new(plan), gaps(plan)) == ({}, [f"`app.py:4` Bucket logs: {NOT_THERE}"])


def test_a_name_that_is_computed(plan_of: MigrationOf) -> None:
    text = HEAD + 'for name in names():\n    aws.s3.Bucket(name, versioning={"enabled": True})\n'
    plan = plan_of(bucket("logs", "logs-1"), app_py=text)
    reason = "its logical name is computed, so its resources in the state cannot be identified"
    assert (new(plan), gaps(plan)) == ({}, [f"`app.py:5` Bucket \\*: {reason}"])


def test_two_of_one_name_in_the_state(plan_of: MigrationOf) -> None:
    other = bucket("logs", "logs-2", parents=f"{STORE}$", parent=urn(STORE, "a"))
    plan = plan_of(bucket("logs", "logs-1"), other, app_py=LOGS)
    reason = f"the state has 2 resources of this name: `{urn(BUCKET, 'logs')}` and `{urn(f'{STORE}${BUCKET}', 'logs')}`"
    assert (new(plan), gaps(plan)) == ({}, [f"`app.py:4` Bucket logs: {reason}"])


def test_the_only_one_of_the_name_belongs_to_a_component(plan_of: MigrationOf) -> None:
    plan = plan_of(bucket("logs", "logs-2", parents=f"{STORE}$", parent=urn(STORE, "a")), app_py=LOGS)
    assert (new(plan), gaps(plan)) == ({}, [f"`app.py:4` Bucket logs: {NOT_THERE}"])


def test_two_places_that_could_make_it(plan_of: MigrationOf) -> None:
    """The other one needs no fix, and counts all the same."""
    other = HEAD + 'for kind in kinds():\n    aws.s3.Bucket(f"{kind}s")\n'
    plan = plan_of(bucket("logs", "logs-1"), app_py=LOGS, more_py=other)
    reason = "other code may create it, too: `more.py:5`"
    assert (new(plan), gaps(plan)) == ({}, [f"`app.py:4` Bucket logs, `{urn(BUCKET, 'logs')}`: {reason}"])


def test_a_place_with_a_computed_name_could_make_anything(plan_of: MigrationOf) -> None:
    other = HEAD + "def make(name):\n    return aws.s3.Bucket(name)\n"
    plan = plan_of(bucket("logs", "logs-1"), app_py=LOGS, more_py=other)
    reason = "other code may create it, too: `more.py:5`"
    assert (new(plan), gaps(plan)) == ({}, [f"`app.py:4` Bucket logs, `{urn(BUCKET, 'logs')}`: {reason}"])


def test_two_branches_make_one_bucket(plan_of: MigrationOf) -> None:
    call = 'aws.s3.Bucket("logs", versioning={"enabled": True})'
    plan = plan_of(bucket("logs", "logs-1"), app_py=f"{HEAD}if big:\n    {call}\nelse:\n    {call}\n")
    where = f"Bucket logs, `{urn(BUCKET, 'logs')}`"
    assert (new(plan), gaps(plan)) == (
        {},
        [
            f"`app.py:5` {where}: other code may create it, too: `app.py:7`",
            f"`app.py:7` {where}: other code may create it, too: `app.py:5`",
        ],
    )


def test_a_program_of_another_project(plan_of: MigrationOf) -> None:
    """Its places claim nothing either."""
    plan = plan_of(
        bucket("logs", "logs-1"), app_py=LOGS, other__app_py=LOGS, **{"other__Pulumi.yaml": "name: office # not shop\n"}
    )
    reason = "it belongs to the project `office`, the export is of shop; pass the export of its own stack"
    assert gaps(plan) == [f"`other/app.py:4` Bucket logs: {reason}"]
    assert new(plan) == {urn(VERSIONING, "logs-versioning"): "logs-1"}


def test_a_state_older_than_the_program(plan_of: MigrationOf) -> None:
    plan = plan_of(bucket("logs", "logs-1", inputs={"bucket": "logs-1"}), app_py=LOGS)
    reason = "the state does not have its versioning: it is older than the program; run pulumi up first"
    assert (new(plan), gaps(plan)) == ({}, [f"`app.py:4` Bucket logs, `{urn(BUCKET, 'logs')}`: {reason}"])


def test_a_state_of_another_major(plan_of: MigrationOf) -> None:
    plan = plan_of(bucket("logs", "logs-1", of=DEFAULT_6), app_py=LOGS)
    reason = (
        "the state was written by version 6.83.4 of the provider, but the program is read as one for 7 "
        "(requirements.txt pins pulumi-aws==7.1.0); run pulumi up --refresh --run-program first, or set "
        "--provider-version"
    )
    assert (new(plan), gaps(plan)) == ({}, [f"`app.py:4` Bucket logs, `{urn(BUCKET, 'logs')}`: {reason}"])


def test_a_bucket_in_trouble(plan_of: MigrationOf) -> None:
    entry = bucket("logs", "logs-1")
    plan = plan_of(entry, pending=(entry,), app_py=LOGS)
    reason = "an operation on it was interrupted; run pulumi refresh first"
    assert (new(plan), gaps(plan)) == ({}, [f"`app.py:4` Bucket logs, `{urn(BUCKET, 'logs')}`: {reason}"])


def test_a_bucket_whose_provider_is_gone(plan_of: MigrationOf) -> None:
    plan = plan_of(bucket("logs", "logs-1", of=provider("eu", "7.1.0")), app_py=LOGS)
    reason = f"the state does not have its provider `{urn('pulumi:providers:aws', 'eu')}`; repair the state first"
    assert (new(plan), gaps(plan)) == ({}, [f"`app.py:4` Bucket logs, `{urn(BUCKET, 'logs')}`: {reason}"])


def test_the_state_has_the_new_resource_already(plan_of: MigrationOf) -> None:
    plan = plan_of(bucket("logs", "logs-1"), resource(VERSIONING, "logs-versioning", "logs-1"), app_py=LOGS)
    reason = f"`{urn(VERSIONING, 'logs-versioning')}` is already in the state"
    assert (new(plan), gaps(plan)) == ({}, [f"`app.py:4` Bucket logs, `{urn(BUCKET, 'logs')}`: {reason}"])


def test_another_resource_has_the_setting_already(plan_of: MigrationOf) -> None:
    plan = plan_of(bucket("logs", "logs-1"), resource(VERSIONING, "theirs", "logs-1"), app_py=LOGS)
    reason = (
        f"`{urn(VERSIONING, 'theirs')}` has the id of `{urn(VERSIONING, 'logs-versioning')}` already, "
        "and two would overwrite each other"
    )
    assert (new(plan), gaps(plan)) == ({}, [f"`app.py:4` Bucket logs, `{urn(BUCKET, 'logs')}`: {reason}"])


@pytest.mark.parametrize(
    ("inputs", "outputs", "name"),
    [
        ({"versioning": {}, "bucket": SECRET}, {"id": "hidden"}, "bucket"),
        ({"versioning": {}}, {"id": "hidden", "bucket": SECRET}, "bucket"),
        ({"versioning": {}, "region": SECRET}, {"id": "hidden"}, "region"),
    ],
)
def test_an_id_that_would_show_a_secret(plan_of: MigrationOf, inputs: Entry, outputs: Entry, name: str) -> None:
    plan = plan_of({**bucket("logs", "hidden", inputs=inputs), "outputs": outputs}, app_py=LOGS)
    reason = f"its {name} is a secret in the state, and the id would show it"
    assert (new(plan), gaps(plan)) == ({}, [f"`app.py:4` Bucket logs, `{urn(BUCKET, 'logs')}`: {reason}"])
    assert CIPHERTEXT not in repr(plan.gaps)


def test_a_name_with_escapes_is_not_read_as_it_stands(plan_of: MigrationOf) -> None:
    plan = plan_of(
        bucket("a-{b}-logs", "a-1"), app_py=HEAD + 'aws.s3.Bucket(f"{a}-{{b}}-logs", versioning={"enabled": True})\n'
    )
    reason = "its logical name is computed, so its resources in the state cannot be identified"
    assert (new(plan), gaps(plan)) == ({}, [f"`app.py:4` Bucket \\*: {reason}"])


# gaps of the procedures


def test_the_state_lets_go_of_nothing_that_others_refer_to(plan_of: MigrationOf) -> None:
    policy = resource("aws:s3/bucketPolicy:BucketPolicy", "p", "logs-1", dependencies=[urn(BUCKET, "logs")])
    entry = bucket("logs", "logs-1", of=DEFAULT_6)
    plan = plan_of(entry, policy, app_py=LOGS, major=6, procedure=Procedure.IMPORT)
    reason = (
        "pulumi state delete refuses while other resources refer to the old URN: "
        f"`{policy['urn']}`; use --procedure retain or upgrade"
    )
    assert (new(plan), gaps(plan)) == ({}, [f"`app.py:4` Bucket logs, `{urn(BUCKET, 'logs')}`: {reason}"])
    assert plan.document is None


@pytest.mark.parametrize("field", ["parent", "deletedWith"])
def test_a_reference_of_any_kind_counts(plan_of: MigrationOf, field: str) -> None:
    other = resource("a:b:C", "c", "c-1", **{field: urn(BUCKET, "logs")})
    plan = plan_of(bucket("logs", "logs-1", of=DEFAULT_6), other, app_py=LOGS, major=6, procedure=Procedure.IMPORT)
    assert new(plan) == {}
    assert [str(other["urn"]) in line for line in gaps(plan)] == [True]


def test_a_parent_cannot_change_its_class_under_another_name(plan_of: MigrationOf) -> None:
    child = resource(f"{BUCKET}$a:b:C", "c", "c-1", parent=urn(BUCKET, "logs"))
    plan = plan_of(bucket("logs", "logs-1", of=DEFAULT_6), child, app_py=LOGS, major=6, procedure=Procedure.RETAIN)
    reason = f"it is the parent of `{child['urn']}`, whose URN would change with its class; use --procedure upgrade"
    assert (new(plan), gaps(plan)) == ({}, [f"`app.py:4` Bucket logs, `{urn(BUCKET, 'logs')}`: {reason}"])


def test_a_place_that_makes_several_has_no_one_name_to_write(plan_of: MigrationOf) -> None:
    entries = [
        bucket(f"{name}-data", f"{name}-1", parents=f"{STORE}$", parent=urn(STORE, name), of=DEFAULT_6) for name in "ab"
    ]
    plan = plan_of(*entries, app_py=COMPONENT, major=6, procedure=Procedure.RETAIN)
    reason = (
        "the code there creates more than one resource, or one with a computed name, and each would need its own "
        "name and `import` option; use --procedure import or upgrade"
    )
    assert (new(plan), gaps(plan)) == (
        {},
        [f"`app.py:7` Bucket \\*-data, `{urn(f'{STORE}${BUCKET}', f'{name}-data')}`: {reason}" for name in "ab"],
    )


def test_a_place_moves_with_all_that_it_makes(plan_of: MigrationOf) -> None:
    """The rewrite of the one place would reach the other bucket too."""
    entries = [
        bucket(f"{name}-data", f"{name}-1", parents=f"{STORE}$", parent=urn(STORE, name), of=DEFAULT_6) for name in "ab"
    ]
    user = resource("a:b:C", "c", "c-1", dependencies=[entries[1]["urn"]])
    plan = plan_of(*entries, user, app_py=COMPONENT, major=6, procedure=Procedure.IMPORT)
    where = f"`app.py:7` Bucket \\*-data, `{urn(f'{STORE}${BUCKET}', '{0}-data')}`: "
    assert (new(plan), gaps(plan)) == (
        {},
        [
            where.format("a")
            + "another resource that the same code creates cannot be migrated, and the rewrite would change both",
            where.format("b")
            + "pulumi state delete refuses while other resources refer to the old URN: "
            + f"`{user['urn']}`; use --procedure retain or upgrade",
        ],
    )


@pytest.mark.parametrize("inputs", [{"versioning": {}}, {"versioning": {}, "bucket": "x", "__defaults": ["bucket"]}])
def test_names_that_pulumi_chose_cannot_be_written_at_a_place_that_makes_several(
    plan_of: MigrationOf, inputs: Entry
) -> None:
    entry = bucket("a-data", "a-1", parents=f"{STORE}$", parent=urn(STORE, "a"), of=DEFAULT_6, inputs=inputs)
    plan = plan_of(entry, app_py=COMPONENT, major=6, procedure=Procedure.IMPORT)
    reason = (
        "Pulumi generated its name in the cloud, which the program has to set after an import, but the code there "
        "creates more than one resource, or one with a computed name; use --procedure upgrade"
    )
    where = f"`app.py:7` Bucket \\*-data, `{urn(f'{STORE}${BUCKET}', 'a-data')}`"
    assert (new(plan), gaps(plan)) == ({}, [f"{where}: {reason}"])


def test_the_name_that_the_procedure_needs_is_taken(plan_of: MigrationOf) -> None:
    taken = resource("aws:s3/bucketV2:BucketV2", "logs-v2", "other-1")
    plan = plan_of(bucket("logs", "logs-1", of=DEFAULT_6), taken, app_py=LOGS, major=6, procedure=Procedure.RETAIN)
    reason = f"the URN it would get, `{taken['urn']}`, is already in the state; use --procedure upgrade"
    assert (new(plan), gaps(plan)) == ({}, [f"`app.py:4` Bucket logs, `{urn(BUCKET, 'logs')}`: {reason}"])


# what is found


def test_a_plain_bucket(plan_of: MigrationOf) -> None:
    plan = plan_of(bucket("logs", "logs-1"), bucket("logs-old", "logs-2"), app_py=LOGS)
    assert (new(plan), gaps(plan)) == ({urn(VERSIONING, "logs-versioning"): "logs-1"}, [])


def test_a_program_without_a_project_name_may_be_of_any(plan_of: MigrationOf) -> None:
    plan = plan_of(bucket("logs", "logs-1"), app_py=LOGS, **{"Pulumi.yaml": "runtime: python\n"})
    assert (new(plan), gaps(plan)) == ({urn(VERSIONING, "logs-versioning"): "logs-1"}, [])


def test_a_bucket_in_typescript(plan_of: MigrationOf, tmp_path: Path) -> None:
    text = """import * as aws from "@pulumi/aws";

for (const kind of kinds) {
    const bucket = new aws.s3.Bucket(`${kind}-logs`, { versioning: { enabled: true } });
}
"""
    (tmp_path / "package.json").write_text('{"dependencies": {"@pulumi/aws": "7.1.0"}}')
    plan = plan_of(bucket("a-logs", "a-1"), bucket("b-logs", "b-1"), bucket("c-log", "c-1"), index_ts=text)
    assert (new(plan), gaps(plan)) == (
        {urn(VERSIONING, "a-logs-versioning"): "a-1", urn(VERSIONING, "b-logs-versioning"): "b-1"},
        [],
    )


def test_a_component_used_twice(plan_of: MigrationOf) -> None:
    entries = [bucket(f"{name}-data", f"{name}-1", parents=f"{STORE}$", parent=urn(STORE, name)) for name in "ab"]
    plan = plan_of(*entries, app_py=COMPONENT)
    assert (new(plan), gaps(plan)) == (
        {urn(f"{STORE}${VERSIONING}", f"{name}-data-versioning"): f"{name}-1" for name in "ab"},
        [],
    )


def test_one_name_below_two_parents(plan_of: MigrationOf) -> None:
    """With a parent given, both are meant."""
    text = (
        HEAD
        + """def make(parent):
    aws.s3.Bucket("data", versioning={"enabled": True}, opts=pulumi.ResourceOptions(parent=parent))
"""
    )
    entries = [
        bucket("data", f"{kind}-1", parents=f"acme:index:{kind}$", parent=urn(f"acme:index:{kind}", "x"))
        for kind in ("Shop", "Store")
    ]
    plan = plan_of(*entries, app_py=text)
    assert (new(plan), gaps(plan)) == (
        {urn(f"acme:index:{kind}${VERSIONING}", "data-versioning"): f"{kind}-1" for kind in ("Shop", "Store")},
        [],
    )


def test_a_place_without_a_parent_does_not_claim_what_has_one(plan_of: MigrationOf) -> None:
    """Nor the other way round: a component makes nothing at the top."""
    text = COMPONENT + '\n\naws.s3.Bucket("top-data", versioning={"enabled": True})\n'
    inner = bucket("a-data", "a-1", parents=f"{STORE}$", parent=urn(STORE, "a"))
    plan = plan_of(inner, bucket("top-data", "top-1"), app_py=text)
    assert (new(plan), gaps(plan)) == (
        {
            urn(f"{STORE}${VERSIONING}", "a-data-versioning"): "a-1",
            urn(VERSIONING, "top-data-versioning"): "top-1",
        },
        [],
    )


@pytest.mark.parametrize(
    ("region", "own", "id"),
    [
        (None, "eu-west-1", "logs-1"),
        ("eu-west-1", "eu-west-1", "logs-1"),
        ("us-east-1", "eu-west-1", "logs-1@us-east-1"),
        ("eu-west-1", None, "logs-1@eu-west-1"),
        ("eu-west-1", SECRET, "logs-1@eu-west-1"),
    ],
)
def test_a_region_of_its_own_stands_behind_the_id(
    plan_of: MigrationOf, region: str | None, own: object, id: str
) -> None:
    """Wherever it is not known to be the provider's."""
    regions = provider("regions", "7.1.0", own)
    inputs = {"versioning": {}} | ({"region": region} if region else {})
    text = HEAD + 'aws.s3.Bucket("logs", region=REGION, versioning={"enabled": True})\n'
    plan = plan_of(regions, bucket("logs", "logs-1", of=regions, inputs=inputs), app_py=text)
    assert (new(plan), gaps(plan)) == ({urn(VERSIONING, "logs-versioning"): id}, [])


def test_lines_that_other_fixes_moved_are_those_of_the_file_as_it_was(plan_of: MigrationOf) -> None:
    alarm = """aws.cloudwatch.MetricAlarm(
    "failures",
    comparison_operator="GreaterThanThreshold",
    evaluation_periods=2,
    metric_name="FailedBuilds",
    namespace="AWS/CodeBuild",
    statistic="Sum",
    threshold=1,
)
"""
    first = 'aws.s3.Bucket("first", versioning={"enabled": True})\n'
    plan = plan_of(bucket("first", "first-1"), app_py=HEAD + first + alarm + LOGS.removeprefix(HEAD))
    assert gaps(plan) == [f"`app.py:14` Bucket logs: {NOT_THERE}"]
    assert [move.split.site.line for move in plan.moves] == [4]


def test_under_the_old_major_the_bucket_changes_its_class(plan_of: MigrationOf) -> None:
    plan = plan_of(bucket("logs", "logs-1", of=DEFAULT_6), app_py=LOGS, major=6, procedure=Procedure.IMPORT)
    assert (new(plan), gaps(plan)) == (
        {
            urn("aws:s3/bucketV2:BucketV2", "logs"): "logs-1",
            urn("aws:s3/bucketVersioningV2:BucketVersioningV2", "logs-versioning"): "logs-1",
        },
        [],
    )
    assert by(DEFAULT_6).startswith(str(plan.moves[0].deployed.provider[0]))  # type: ignore[index]


SITE = 'aws.s3.Bucket("site", acl="public-read", policy="{}")\n'
ACL = "aws:s3/bucketAcl:BucketAcl"


def test_an_acl_is_part_of_its_id(plan_of: MigrationOf) -> None:
    """The ownership controls it needs are no setting of the bucket, and have the bucket's name alone."""
    entry = bucket("site", "site-1", inputs={"acl": "public-read", "policy": SECRET, "region": "us-east-1"})
    plan = plan_of(entry, app_py=HEAD + SITE)
    assert (new(plan), gaps(plan)) == (
        {
            urn("aws:s3/bucketOwnershipControls:BucketOwnershipControls", "site-ownership"): "site-1@us-east-1",
            urn(ACL, "site-acl"): "site-1,public-read@us-east-1",
            urn("aws:s3/bucketPolicy:BucketPolicy", "site-policy"): "site-1@us-east-1",
        },
        [],
    )


@pytest.mark.parametrize(
    ("acl", "reason"),
    [
        (SECRET, "its acl is a secret in the state, and the id would show it"),
        (None, "the state does not have its acl: it is older than the program; run pulumi up first"),
    ],
)
def test_an_acl_that_cannot_be_told(plan_of: MigrationOf, acl: object, reason: str) -> None:
    plan = plan_of(bucket("site", "site-1", inputs={"acl": acl, "policy": "{}"}), app_py=HEAD + SITE)
    assert (new(plan), gaps(plan)) == ({}, [f"`app.py:4` Bucket site, `{urn(BUCKET, 'site')}`: {reason}"])


def test_grants_are_imported_without_an_acl(plan_of: MigrationOf) -> None:
    text = 'aws.s3.Bucket("site", grants=[{"id": "x", "type": "CanonicalUser", "permissions": ["READ"]}])\n'
    plan = plan_of(bucket("site", "site-1", inputs={"grants": [{}]}), app_py=HEAD + text)
    assert gaps(plan) == []
    assert new(plan)[urn(ACL, "site-acl")] == "site-1"


@pytest.mark.parametrize("procedure", list(Procedure))
def test_what_keeps_its_class_goes_along_with_what_changes_it(plan_of: MigrationOf, procedure: Procedure) -> None:
    modern = "aws:s3/bucketV2:BucketV2"
    entries = [
        bucket("logs", "logs-1", of=DEFAULT_6),
        resource(modern, "data", "data-1", inputs={"versionings": [{"enabled": True}]}),
        resource("a:b:C", "c", "c-1", dependencies=[urn(modern, "data")]),
    ]
    text = LOGS + 'aws.s3.BucketV2("data", versionings=[{"enabled": True}])\n'
    plan = plan_of(*entries, app_py=text, major=6, procedure=procedure)
    side = "aws:s3/bucketVersioningV2:BucketVersioningV2"
    assert plan.procedure is procedure
    assert (new(plan), gaps(plan)) == (
        {
            urn(modern, "logs"): "logs-1",
            urn(side, "logs-versioning"): "logs-1",
            urn(side, "data-versioning"): "data-1",
        },
        [],
    )
    assert [move.deployed.urn.name for move in plan.retyped] == ["logs"]
