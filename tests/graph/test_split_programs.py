"""The oracle against programs that were split by hand: the right ones pass, and each small slip in them is seen."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from graph.compare import compare
from graph.programs import run
from graph.registered import Graph

BEFORE_PY = """\
import pulumi
import pulumi_aws as aws

eu = aws.Provider("eu", region="eu-west-1")
role = aws.iam.Role("role", assume_role_policy="{}")
copies = aws.s3.Bucket("copies", versioning={"enabled": True})
lake = aws.s3.Bucket(
    "lake",
    versioning={"enabled": True},
    policy="{}",
    replication_configuration={
        "role": role.arn,
        "rules": [{"status": "Enabled", "filter": {"prefix": "raw/"}, "destination": {"bucket": copies.arn}}],
    },
    object_lock_configuration={"object_lock_enabled": "Enabled"},
    opts=pulumi.ResourceOptions(protect=True, ignore_changes=["policy"]),
)
share = aws.s3.Bucket(
    "share",
    grants=[{"type": "CanonicalUser", "id": "partner", "permissions": ["READ", "WRITE"]}],
    opts=pulumi.ResourceOptions(provider=eu),
)
trail = aws.cloudtrail.Trail("audit", s3_bucket_name=lake.id)
"""

AFTER_PY = """\
import pulumi
import pulumi_aws as aws

eu = aws.Provider("eu", region="eu-west-1")
role = aws.iam.Role("role", assume_role_policy="{}")
copies = aws.s3.Bucket{V2}("copies")
copies_versioning = aws.s3.BucketVersioning{V2}(
    "copies-versioning",
    bucket=copies.id,
    versioning_configuration={"status": "Enabled"},
)
lake = aws.s3.Bucket{V2}("lake", object_lock_enabled=True, opts=pulumi.ResourceOptions(protect=True))
lake_versioning = aws.s3.BucketVersioning{V2}(
    "lake-versioning",
    bucket=lake.id,
    versioning_configuration={"status": "Enabled"},
    opts=pulumi.ResourceOptions(protect=True),
)
lake_policy = aws.s3.BucketPolicy(
    "lake-policy",
    bucket=lake.id,
    policy="{}",
    opts=pulumi.ResourceOptions(protect=True, ignore_changes=["policy"]),
)
aws.s3.BucketReplicationConfig(
    "lake-replication",
    bucket=lake.id,
    role=role.arn,
    rules=[{
        "status": "Enabled",
        "filter": {"prefix": "raw/"},
        "delete_marker_replication": {"status": "Disabled"},
        "destination": {"bucket": copies.arn},
    }],
    opts=pulumi.ResourceOptions(protect=True, depends_on=[lake_versioning, copies_versioning]),
)
share = aws.s3.Bucket{V2}("share", opts=pulumi.ResourceOptions(provider=eu))
share_ownership = aws.s3.BucketOwnershipControls(
    "share-ownership",
    bucket=share.id,
    rule={"object_ownership": "BucketOwnerPreferred"},
    opts=pulumi.ResourceOptions(provider=eu),
)
owner = aws.s3.get_canonical_user_id(opts=pulumi.InvokeOptions(provider=eu))
aws.s3.BucketAcl{V2}(
    "share-acl",
    bucket=share.id,
    access_control_policy={
        "owner": {"id": owner.id},
        "grants": [
            {"permission": "READ", "grantee": {"type": "CanonicalUser", "id": "partner"}},
            {"permission": "WRITE", "grantee": {"type": "CanonicalUser", "id": "partner"}},
        ],
    },
    opts=pulumi.ResourceOptions(provider=eu, depends_on=[share_ownership]),
)
trail = aws.cloudtrail.Trail("audit", s3_bucket_name=lake.id, opts=pulumi.ResourceOptions(depends_on=[lake_policy]))
"""

BEFORE_TS = """\
import * as aws from "@pulumi/aws";

const eu = new aws.Provider("eu", { region: "eu-west-1" });
const role = new aws.iam.Role("role", { assumeRolePolicy: "{}" });
const copies = new aws.s3.Bucket("copies", { versioning: { enabled: true } });
const lake = new aws.s3.Bucket("lake", {
    versioning: { enabled: true },
    policy: "{}",
    replicationConfiguration: {
        role: role.arn,
        rules: [{ status: "Enabled", filter: { prefix: "raw/" }, destination: { bucket: copies.arn } }],
    },
    objectLockConfiguration: { objectLockEnabled: "Enabled" },
}, { protect: true, ignoreChanges: ["policy"] });
const share = new aws.s3.Bucket("share", {
    grants: [{ type: "CanonicalUser", id: "partner", permissions: ["READ", "WRITE"] }],
}, { provider: eu });
const trail = new aws.cloudtrail.Trail("audit", { s3BucketName: lake.id });
"""

AFTER_TS = """\
import * as aws from "@pulumi/aws";

const eu = new aws.Provider("eu", { region: "eu-west-1" });
const role = new aws.iam.Role("role", { assumeRolePolicy: "{}" });
const copies = new aws.s3.Bucket{V2}("copies");
const copiesVersioning = new aws.s3.BucketVersioning{V2}("copies-versioning", {
    bucket: copies.id,
    versioningConfiguration: { status: "Enabled" },
});
const lake = new aws.s3.Bucket{V2}("lake", { objectLockEnabled: true }, { protect: true });
const lakeVersioning = new aws.s3.BucketVersioning{V2}("lake-versioning", {
    bucket: lake.id,
    versioningConfiguration: { status: "Enabled" },
}, { protect: true });
const lakePolicy = new aws.s3.BucketPolicy("lake-policy", {
    bucket: lake.id,
    policy: "{}",
}, { protect: true, ignoreChanges: ["policy"] });
new aws.s3.BucketReplicationConfig("lake-replication", {
    bucket: lake.id,
    role: role.arn,
    rules: [{
        status: "Enabled",
        filter: { prefix: "raw/" },
        deleteMarkerReplication: { status: "Disabled" },
        destination: { bucket: copies.arn },
    }],
}, { protect: true, dependsOn: [lakeVersioning, copiesVersioning] });
const share = new aws.s3.Bucket{V2}("share", {}, { provider: eu });
const shareOwnership = new aws.s3.BucketOwnershipControls("share-ownership", {
    bucket: share.id,
    rule: { objectOwnership: "BucketOwnerPreferred" },
}, { provider: eu });
const owner = aws.s3.getCanonicalUserIdOutput({ provider: eu });
new aws.s3.BucketAcl{V2}("share-acl", {
    bucket: share.id,
    accessControlPolicy: {
        owner: { id: owner.id },
        grants: [
            { permission: "READ", grantee: { type: "CanonicalUser", id: "partner" } },
            { permission: "WRITE", grantee: { type: "CanonicalUser", id: "partner" } },
        ],
    },
}, { provider: eu, dependsOn: [shareOwnership] });
const trail = new aws.cloudtrail.Trail("audit", { s3BucketName: lake.id }, { dependsOn: [lakePolicy] });
"""

SIDES = {"py": (BEFORE_PY, AFTER_PY), "ts": (BEFORE_TS, AFTER_TS)}
SLIPS = {
    "py": [
        ("s3_bucket_name=lake.id, opts=pulumi.ResourceOptions(depends_on=[lake_policy])", "s3_bucket_name=lake.id"),
        ("[lake_versioning, copies_versioning]", "[lake_versioning]"),
        ("[lake_versioning, copies_versioning]", "[copies_versioning]"),
        ("provider=eu, depends_on=[share_ownership]", "provider=eu"),
        ("opts=pulumi.InvokeOptions(provider=eu)", ""),
        ("opts=pulumi.ResourceOptions(provider=eu, depends", "opts=pulumi.ResourceOptions(depends"),
        ('protect=True, ignore_changes=["policy"]', "protect=True"),
        ('protect=True, ignore_changes=["policy"]', 'ignore_changes=["policy"]'),
        ("object_lock_enabled=True, opts", "opts"),
        ("bucket=lake.id,\n    policy", "bucket=copies.id,\n    policy"),
        ('"delete_marker_replication": {"status": "Disabled"},', ""),
        ('"owner": {"id": owner.id},', '"owner": {"id": "partner"},'),
        ('"lake-versioning",', '"lake-versions",'),
    ],
    "ts": [
        ("{ s3BucketName: lake.id }, { dependsOn: [lakePolicy] }", "{ s3BucketName: lake.id }"),
        ("[lakeVersioning, copiesVersioning]", "[lakeVersioning]"),
        ("[lakeVersioning, copiesVersioning]", "[copiesVersioning]"),
        ("{ provider: eu, dependsOn: [shareOwnership] }", "{ provider: eu }"),
        ("getCanonicalUserIdOutput({ provider: eu })", "getCanonicalUserIdOutput()"),
        ("{ provider: eu, dependsOn: [shareOwnership] }", "{ dependsOn: [shareOwnership] }"),
        ('{ protect: true, ignoreChanges: ["policy"] }', "{ protect: true }"),
        ('{ protect: true, ignoreChanges: ["policy"] }', '{ ignoreChanges: ["policy"] }'),
        ("{ objectLockEnabled: true }", "{}"),
        ("bucket: lake.id,\n    policy", "bucket: copies.id,\n    policy"),
        ('deleteMarkerReplication: { status: "Disabled" },', ""),
        ("owner: { id: owner.id },", 'owner: { id: "partner" },'),
        ('("lake-versioning",', '("lake-versions",'),
    ],
}
Key = tuple[str, int]
"""A language and the place of a slip; 0 for the right program, -1 for the one before it was split."""
KEYS = [(language, place) for language, slips in SLIPS.items() for place in range(1, len(slips) + 1)]
RULE = ["inline-bucket-config"]


def text(language: str, place: int, major: int) -> str:
    before, after = SIDES[language]
    old, new = SLIPS[language][place - 1] if place > 0 else ("", "")
    assert old in after
    chosen = before if place < 0 else after.replace(old, new, 1) if place else after
    return chosen.replace("{V2}", "V2" if major == 6 else "")


@cache
def graphs(major: int) -> dict[Key, Graph]:
    """All of a major, run in one process a language."""
    with TemporaryDirectory() as folder:
        paths: dict[Key, Path] = {}
        for language, slips in SLIPS.items():
            for place in range(-1, len(slips) + 1):
                path = paths[language, place] = Path(folder, f"{place}.{language}")
                path.write_text(text(language, place, major), encoding="utf-8")
        ran = run(list(paths.values()), major)
    return {key: ran[path] for key, path in paths.items()}


@pytest.mark.parametrize("major", [6, 7])
@pytest.mark.parametrize("language", SIDES)
def test_a_program_that_was_split_by_hand_passes(language: str, major: int) -> None:
    ran = graphs(major)
    assert compare(ran[language, -1], ran[language, 0], RULE) == []


@pytest.mark.parametrize("major", [6, 7])
@pytest.mark.parametrize(("language", "place"), KEYS)
def test_a_slip_is_seen(language: str, place: int, major: int) -> None:
    ran = graphs(major)
    assert compare(ran[language, -1], ran[language, place], RULE) != []
