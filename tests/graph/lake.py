"""A lake with its log bucket, its copy and a share, as graphs: with inline settings, and split by hand."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from copy import deepcopy

from graph.mocked_cloud import Json, Object
from graph.registered import Graph, Registered

STACK = "urn:pulumi:dev::proj::pulumi:pulumi:Stack::proj-dev"
BUCKET = "aws:s3/bucket:Bucket"
BUCKET_V2 = "aws:s3/bucketV2:BucketV2"
EU = "urn:pulumi:dev::proj::pulumi:providers:aws::eu"
POLICY = json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:PutObject"}]})
GROUP = "http://acs.amazonaws.com/groups/s3/LogDelivery"


def urn(kind: str, name: str) -> str:
    return f"urn:pulumi:dev::proj::{kind}::{name}"


def registered(kind: str, name: str, inputs: Object, needs: Sequence[str] = (), **options: Json) -> Registered:
    return Registered(
        type=kind,
        name=name,
        urn=urn(kind, name),
        parent=STACK,
        provider=EU,
        inputs=inputs,
        dependencies=list(needs),
        options=options,
    )


def graph(major: int, resources: Sequence[Registered]) -> Graph:
    return Graph(major=major, resources=deepcopy(list(resources)), invokes=[], exports={"lake": "lake-id"})


def part(major: int, kind: str, name: str, inputs: Object, *needs: str, **options: Json) -> Registered:
    """A resource that configures a bucket; its type has a suffix under major 6, its region is repeated under 7."""
    kind += "V2" if major == 6 and kind not in UNSUFFIXED else ""
    region: Object = {"region": "eu-west-1"} if major == 7 and name.startswith("lake") else {}
    return registered(f"aws:s3/{kind[0].lower()}{kind[1:]}:{kind}", name, region | inputs, needs, **options)


UNSUFFIXED = ("BucketPolicy", "BucketReplicationConfig", "BucketOwnershipControls", "BucketPublicAccessBlock")


def inline(major: int, kind: str = BUCKET) -> Graph:
    """Everything inline, in buckets of one class."""
    shape: Callable[[Object], Object] = listed if kind == BUCKET_V2 else (lambda inputs: inputs)
    kept: Object = {"tags": {"Team": "data"}} | ({"region": "eu-west-1"} if major == 7 else {})
    logging: Object = {"targetBucket": "logs-id", "targetPrefix": "lake/"}
    logged: Object = {"logging": logging} if major == 7 or kind == BUCKET_V2 else {"loggings": [logging]}
    lake = registered(
        kind,
        "lake",
        kept | shape(LAKE | logged),
        [urn(kind, "logs"), urn(kind, "copies")],
        protect=True,
        ignoreChanges=["tags", "lifecycleRules"],
    )
    return graph(
        major,
        [
            registered(kind, "logs", {"acl": "log-delivery-write"}),
            registered(kind, "copies", shape({"versioning": {"enabled": True}})),
            registered(kind, "share", shape({"grants": GRANTS})),
            lake,
            trail(urn(kind, "lake")),
        ],
    )


GRANTS: Json = [
    {"type": "CanonicalUser", "id": "partner", "permissions": ["READ", "READ_ACP"]},
    {"type": "Group", "uri": GROUP, "permissions": ["WRITE"]},
]
LAKE: Object = {
    "policy": POLICY,
    "versioning": {"enabled": True, "mfaDelete": True},
    "serverSideEncryptionConfiguration": {
        "rule": {
            "applyServerSideEncryptionByDefault": {"sseAlgorithm": "aws:kms", "kmsMasterKeyId": "key-id"},
        }
    },
    "lifecycleRules": [
        {
            "id": "old",
            "enabled": True,
            "prefix": "raw/",
            "tags": {"class": "raw"},
            "noncurrentVersionExpiration": {"days": 30},
        }
    ],
    "objectLockConfiguration": {
        "objectLockEnabled": "Enabled",
        "rule": {"defaultRetention": {"mode": "GOVERNANCE", "days": 7}},
    },
    "replicationConfiguration": {
        "role": "role-arn",
        "rules": [
            {
                "id": "all",
                "status": "Enabled",
                "priority": 1,
                "filter": {"prefix": "raw/"},
                "sourceSelectionCriteria": {"sseKmsEncryptedObjects": {"enabled": True}},
                "destination": {
                    "bucket": "arn:aws:s3:::copies-id",
                    "storageClass": "STANDARD_IA",
                    "accountId": "210987654321",
                    "accessControlTranslation": {"owner": "Destination"},
                    "replicaKmsKeyId": "copies-key",
                    "metrics": {"status": "Enabled", "minutes": 15},
                    "replicationTime": {"minutes": 15},
                },
            },
            {"status": "Disabled", "destination": {"bucket": "arn:aws:s3:::elsewhere"}},
        ],
    },
}


def listed(inputs: Object) -> Object:
    """The inputs as `BucketV2` takes them, each object a list of one."""
    return {LISTED.get(key, key): _listed(key, value) for key, value in inputs.items()}


def _listed(key: str, value: Json) -> Json:
    match value:
        case dict():
            inner = value if key == "tags" else listed(value)
            return [inner] if key in LISTED else inner
        case list():
            return [listed(each) if isinstance(each, dict) else each for each in value]
        case _:
            return value


LISTED = {
    "metrics": "metrics",
    "sourceSelectionCriteria": "sourceSelectionCriterias",
    "sseKmsEncryptedObjects": "sseKmsEncryptedObjects",
} | {
    name: f"{name}s"
    for name in (
        "versioning",
        "website",
        "logging",
        "serverSideEncryptionConfiguration",
        "applyServerSideEncryptionByDefault",
        "rule",
        "defaultRetention",
        "expiration",
        "noncurrentVersionExpiration",
        "replicationConfiguration",
        "filter",
        "destination",
        "accessControlTranslation",
        "replicationTime",
    )
}


def trail(*needs: str) -> Registered:
    return registered("aws:cloudtrail/trail:Trail", "audit", {"s3BucketName": "lake-id"}, needs)


def divided(major: int, kind: str = BUCKET) -> Graph:
    """The same, each setting in a resource of its own."""
    kind = BUCKET_V2 if major == 6 else kind
    kept: Object = {"tags": {"Team": "data"}, "objectLockEnabled": True}
    kept |= {"region": "eu-west-1"} if major == 7 else {}
    buckets = [
        registered(kind, "logs", {}),
        registered(kind, "copies", {}),
        registered(kind, "share", {}),
        registered(kind, "lake", kept, [urn(kind, "logs"), urn(kind, "copies")], protect=True, ignoreChanges=["tags"]),
    ]
    parts = [*_acl(major, kind), *_lake(major, kind)]
    policy = next(each["urn"] for each in parts if each["name"] == "lake-policy")
    return graph(major, [*buckets, *parts, trail(urn(kind, "lake"), policy)])


def _acl(major: int, kind: str) -> list[Registered]:
    made: list[Registered] = []
    for name, acl in {"logs": {"acl": "log-delivery-write"}, "share": SHARED}.items():
        bucket: Object = {"bucket": f"{name}-id"}
        preferred: Object = {"rule": {"objectOwnership": "BucketOwnerPreferred"}}
        controls = part(major, "BucketOwnershipControls", f"{name}-ownership", bucket | preferred, urn(kind, name))
        made += [
            controls,
            part(major, "BucketAcl", f"{name}-acl", bucket | acl, urn(kind, name), controls["urn"]),
        ]
    return made


SHARED: Object = {
    "accessControlPolicy": {
        "owner": {"id": "canonical-eu"},
        "grants": [
            {"grantee": {"type": "CanonicalUser", "id": "partner"}, "permission": "READ"},
            {"grantee": {"type": "CanonicalUser", "id": "partner"}, "permission": "READ_ACP"},
            {"grantee": {"type": "Group", "uri": GROUP}, "permission": "WRITE"},
        ],
    }
}


def _lake(major: int, kind: str) -> list[Registered]:
    lake, logs, copies = (urn(kind, name) for name in ("lake", "logs", "copies"))
    of_lake: Object = {"bucket": "lake-id"}
    copied = part(
        major,
        "BucketVersioning",
        "copies-versioning",
        {"bucket": "copies-id", "versioningConfiguration": {"status": "Enabled"}},
        copies,
    )
    versioned = part(
        major,
        "BucketVersioning",
        "lake-versioning",
        of_lake | {"versioningConfiguration": {"status": "Enabled", "mfaDelete": "Enabled"}},
        lake,
        protect=True,
    )
    rest = [
        ("BucketServerSideEncryptionConfiguration", "lake-encryption", ENCRYPTION, ()),
        ("BucketLifecycleConfiguration", "lake-lifecycle", LIFECYCLE, (versioned["urn"],)),
        ("BucketObjectLockConfiguration", "lake-object-lock", LOCK, (versioned["urn"],)),
        ("BucketReplicationConfig", "lake-replication", REPLICATION, (versioned["urn"], copied["urn"], copies)),
        ("BucketPolicy", "lake-policy", {"policy": POLICY}, ()),
        ("BucketLogging", "lake-logging", LOGGING, (logs, part(major, "BucketAcl", "logs-acl", {})["urn"])),
    ]
    ignored: dict[str, Json] = {"ignoreChanges": ["rules"]}
    made = [
        part(major, name, called, of_lake | inputs, lake, *needs, protect=True, **(ignored if "Life" in name else {}))
        for name, called, inputs, needs in rest
    ]
    return [copied, versioned, *made]


ENCRYPTION: Object = {
    "rules": [{"applyServerSideEncryptionByDefault": {"sseAlgorithm": "aws:kms", "kmsMasterKeyId": "key-id"}}]
}
LIFECYCLE: Object = {
    "rules": [
        {
            "id": "old",
            "status": "Enabled",
            "filter": {"and": {"prefix": "raw/", "tags": {"class": "raw"}}},
            "noncurrentVersionExpiration": {"noncurrentDays": 30},
        }
    ]
}
LOCK: Object = {"rule": {"defaultRetention": {"mode": "GOVERNANCE", "days": 7}}}
LOGGING: Object = {"targetBucket": "logs-id", "targetPrefix": "lake/"}
REPLICATION: Object = {
    "role": "role-arn",
    "rules": [
        {
            "id": "all",
            "status": "Enabled",
            "priority": 1,
            "filter": {"prefix": "raw/"},
            "deleteMarkerReplication": {"status": "Disabled"},
            "sourceSelectionCriteria": {"sseKmsEncryptedObjects": {"status": "Enabled"}},
            "destination": {
                "bucket": "arn:aws:s3:::copies-id",
                "storageClass": "STANDARD_IA",
                "account": "210987654321",
                "accessControlTranslation": {"owner": "Destination"},
                "encryptionConfiguration": {"replicaKmsKeyId": "copies-key"},
                "metrics": {"status": "Enabled", "eventThreshold": {"minutes": 15}},
                "replicationTime": {"status": "Enabled", "time": {"minutes": 15}},
            },
        },
        {"status": "Disabled", "prefix": "", "destination": {"bucket": "arn:aws:s3:::elsewhere"}},
    ],
}
