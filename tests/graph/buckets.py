"""What splitting a bucket should give: an oracle of its own, written from the provider's documentation."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass, field
from typing import cast

from graph import settings
from graph.listed import SINGULAR, unlisted
from graph.mocked_cloud import Json, Object, canonical_user, resource_id
from graph.registered import Graph, Registered, placed
from graph.replication import replication

LEGACY = "aws:s3/bucket:Bucket"
V2 = "aws:s3/bucketV2:BucketV2"
OWNERSHIP = "aws:s3/bucketOwnershipControls:BucketOwnershipControls"
PREFERRED: Object = {"rule": {"objectOwnership": "BucketOwnerPreferred"}}

CAREFUL = ("protect", "retainOnDelete")
"""Options that a bucket's parts have in common with it."""
ONLY_LEGACY = ("arn", "hostedZoneId", "websiteDomain", "websiteEndpoint")
"""Inputs of major 6 that never did anything and that `BucketV2` does not have."""


@dataclass(frozen=True)
class Setting:
    """Inline inputs of a bucket that one resource takes over; `made` gives its inputs, or None for no resource."""

    suffix: str
    kind: str
    inputs: tuple[str, ...]
    made: Callable[[Json], Object | None]
    suffixed: bool = True

    def token(self, major: int) -> str:
        kind = self.kind + ("V2" if major == 6 and self.suffixed else "")
        return f"aws:s3/{kind[0].lower()}{kind[1:]}:{kind}"


SETTINGS = (
    Setting("versioning", "BucketVersioning", ("versioning",), settings.versioning),
    Setting(
        "encryption",
        "BucketServerSideEncryptionConfiguration",
        ("serverSideEncryptionConfiguration",),
        settings.encryption,
    ),
    Setting("lifecycle", "BucketLifecycleConfiguration", ("lifecycleRules",), settings.lifecycle),
    Setting("logging", "BucketLogging", ("logging",), settings.logging),
    Setting("cors", "BucketCorsConfiguration", ("corsRules",), settings.cors),
    Setting("website", "BucketWebsiteConfiguration", ("website",), settings.website),
    Setting("acceleration", "BucketAccelerateConfiguration", ("accelerationStatus",), settings.acceleration),
    Setting("request-payment", "BucketRequestPaymentConfiguration", ("requestPayer",), settings.payer),
    Setting("policy", "BucketPolicy", ("policy",), settings.policy, suffixed=False),
    Setting("replication", "BucketReplicationConfig", ("replicationConfiguration",), replication, suffixed=False),
    Setting("object-lock", "BucketObjectLockConfiguration", ("objectLockConfiguration",), settings.object_lock),
)
ACL = Setting("acl", "BucketAcl", ("acl",), settings.canned)
INLINE = frozenset(key for setting in SETTINGS for key in setting.inputs) | {
    "acl",
    "grants",
    *(key for key in SINGULAR if "." not in key),
}


ONE_A_BUCKET = frozenset(setting.token(major) for setting in (*SETTINGS, ACL) for major in (6, 7)) | {OWNERSHIP}
"""The types of which a bucket can have one."""


@dataclass
class Divided:
    """A bucket that was split: as it is left, with the resources that took over its settings, by their suffix."""

    bucket: Registered
    parts: dict[str, Registered] = field(default_factory=dict)

    @property
    def names(self) -> tuple[Json, ...]:
        """What other resources may call it by."""
        identity = resource_id(self.bucket["name"])
        inputs = self.bucket["inputs"]
        return identity, inputs.get("bucket", identity), f"arn:aws:s3:::{identity}", f"{identity}.s3.amazonaws.com"


@dataclass(frozen=True)
class Split:
    """A graph with its buckets split as they should be."""

    graph: Graph
    divided: list[Divided]

    @property
    def owners(self) -> dict[str, str]:
        """The urn of the bucket for the urn of each part."""
        return {part["urn"]: each.bucket["urn"] for each in self.divided for part in each.parts.values()}


def split(before: Graph, after: Graph, *, bucket_keys: bool = False) -> Split:
    """`before` with each bucket split that `after` has split; `bucket_keys` as the setting of the rule."""
    expected = deepcopy(before)
    present = {resource["urn"]: resource for resource in after["resources"]}
    renamed: dict[str, str] = {}
    divided: list[Divided] = []
    for bucket in [each for each in expected["resources"] if inline(each)]:
        parts = {suffix: part for suffix, part in _parts(bucket, before) if _wanted(part, present)}
        kind = V2 if before["major"] == 6 and _needs_v2(parts, bucket, present) else bucket["type"]
        urn = placed(bucket["urn"], kind, bucket["name"])
        if urn not in present or inline(present[urn]):
            continue
        renamed[bucket["urn"]] = urn
        made = Divided(bucket, parts)
        _strip(bucket, kind, made, present[urn])
        if bucket_keys and "encryption" in parts:
            _add_bucket_keys(parts["encryption"]["inputs"])
        divided.append(made)
    for made in divided:
        expected["resources"] += made.parts.values()
    return Split(*_moved(expected, divided, renamed))


def inline(resource: Registered) -> frozenset[str]:
    """What a bucket has inline; of any other resource nothing."""
    return INLINE & resource["inputs"].keys() if resource["type"] in (LEGACY, V2) else frozenset()


def _wanted(part: Registered, present: dict[str, Registered]) -> bool:
    """Versioning that is off needs no resource; a computed switch has one either way."""
    given = {key: value for key, value in part["inputs"].items() if key not in ("bucket", "region")}
    return given != settings.SUSPENDED or part["urn"] in present


def _needs_v2(parts: dict[str, Registered], bucket: Registered, present: dict[str, Registered]) -> bool:
    """The class changes where a resource takes over a setting; where all were dropped it may stay."""
    return bool(parts) or bucket["urn"] not in present


def _parts(bucket: Registered, graph: Graph) -> Iterator[tuple[str, Registered]]:
    major, inputs = graph["major"], unlisted(bucket["inputs"])
    for setting in SETTINGS:
        for key in setting.inputs:
            if key in inputs and (made := setting.made(inputs[key])) is not None:
                yield setting.suffix, _part(bucket, setting.token(major), setting.suffix, made)
    acl = settings.canned(inputs.get("acl", "private"))
    made = acl or settings.granted(inputs.get("grants"), canonical_user(bucket["provider"]))
    if made is None:
        return
    if not any(controls_ownership(each, bucket) for each in graph["resources"]):
        yield "ownership", _part(bucket, OWNERSHIP, "ownership", PREFERRED)
    yield "acl", _part(bucket, ACL.token(major), "acl", made)


def controls_ownership(resource: Registered, bucket: Registered) -> bool:
    """The program has ownership controls of its own for the bucket."""
    return resource["type"] == OWNERSHIP and resource["inputs"].get("bucket") in Divided(bucket).names


def _part(bucket: Registered, token: str, suffix: str, made: Object) -> Registered:
    name = f"{bucket['name']}-{suffix}"
    region = {key: value for key, value in bucket["inputs"].items() if key == "region"}
    options = {key: value for key, value in bucket["options"].items() if key in CAREFUL}
    ignored = bucket["options"].get("ignoreChanges")
    if isinstance(ignored, list) and set(ignored) & set(TAKEN[suffix]):
        options["ignoreChanges"] = [key for key in made if key != "bucket"]
    return Registered(
        type=token,
        name=name,
        urn=placed(bucket["urn"], token, name),
        parent=bucket["parent"],
        provider=bucket["provider"],
        inputs={"bucket": resource_id(bucket["name"]), **region, **made},
        dependencies=[bucket["urn"]],
        options=options,
    )


TAKEN: dict[str, tuple[str, ...]] = {
    setting.suffix: (*setting.inputs, *(key for key, name in SINGULAR.items() if name in setting.inputs))
    for setting in SETTINGS
} | {"acl": ("acl", "grants"), "ownership": ()}
"""The inputs of either class that each part takes over."""


def _strip(bucket: Registered, kind: str, made: Divided, left: Registered) -> None:
    """Takes off the bucket what its parts have; an ignored input that needed no part may stay ignored."""
    gone = inline(bucket)
    lock = bucket["inputs"].get("objectLockConfiguration")
    kept = {key: value for key, value in bucket["inputs"].items() if key not in gone}
    if isinstance(lock, dict) and lock.get("objectLockEnabled") == "Enabled":
        kept["objectLockEnabled"] = True
    if kind != bucket["type"]:
        kept = {key: value for key, value in kept.items() if key not in ONLY_LEGACY}
    options = dict(bucket["options"])
    ignored, still = options.pop("ignoreChanges", None), left["options"].get("ignoreChanges")
    if isinstance(ignored, list):
        moved = {key for suffix in made.parts for key in TAKEN[suffix]} & gone
        unneeded = [key for key in gone - moved if not isinstance(still, list) or key not in still]
        if kept_ignored := [key for key in ignored if key not in moved and key not in unneeded]:
            options["ignoreChanges"] = kept_ignored
    bucket.update(type=kind, inputs=kept, options=options)


def _add_bucket_keys(inputs: Object) -> None:
    for rule in cast("list[Object]", inputs["rules"]):
        match rule.get("applyServerSideEncryptionByDefault"):
            case {"sseAlgorithm": "aws:kms" | "aws:kms:dsse"}:
                rule.setdefault("bucketKeyEnabled", True)
            case _:
                pass


def _moved(expected: Graph, divided: list[Divided], renamed: dict[str, str]) -> tuple[Graph, list[Divided]]:
    """All with the new urns of the buckets, and of what hangs below them."""
    for resource in expected["resources"]:
        parent = renamed.get(resource["parent"])
        if parent is not None and parent != resource["parent"] and resource["urn"] not in renamed:
            chain = parent.rsplit("::", 2)[1]
            stem = resource["urn"].rsplit("::", 2)[0]
            renamed[resource["urn"]] = f"{stem}::{chain}${resource['type']}::{resource['name']}"
    text = json.dumps([expected, [[each.bucket["urn"], each.bucket["name"]] for each in divided]])
    for old, new in renamed.items():
        text = text.replace(json.dumps(old), json.dumps(new))
    graph = cast(Graph, json.loads(text)[0])
    by_urn = {resource["urn"]: resource for resource in graph["resources"]}
    return graph, [
        Divided(
            by_urn[renamed[each.bucket["urn"]]],
            {suffix: by_urn[renamed.get(part["urn"], part["urn"])] for suffix, part in each.parts.items()},
        )
        for each in divided
    ]
