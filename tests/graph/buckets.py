"""What splitting a bucket should give: an oracle of its own, written from the provider's documentation."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass
from typing import TypedDict

from graph.mocked_cloud import Json, Object, resource_id

LEGACY = "aws:s3/bucket:Bucket"
BUCKET = {6: "aws:s3/bucketV2:BucketV2", 7: LEGACY}


class Registered(TypedDict):
    type: str
    name: str
    urn: str
    parent: str
    provider: str
    inputs: Object
    dependencies: list[str]
    options: Object


class Invoked(TypedDict):
    function: str
    args: Object
    provider: str


class Graph(TypedDict):
    """What a program registers."""

    major: int
    resources: list[Registered]
    invokes: list[Invoked]
    exports: Object


@dataclass(frozen=True)
class Part:
    """A resource that takes over inline inputs of a bucket; `made` gives its inputs, or None for no resource."""

    suffix: str
    kind: str
    inputs: tuple[str, ...]
    made: Callable[[Json], Object | None]

    def token(self, major: int) -> str:
        kind = self.kind + ("V2" if major == 6 else "")
        return f"aws:s3/{kind[0].lower()}{kind[1:]}:{kind}"


def split(before: Graph, after: Graph) -> tuple[Graph, dict[str, str]]:
    """`before` with each bucket split that `after` has split, and the bucket's urn for the urn of each part."""
    expected = deepcopy(before)
    present = {resource["urn"]: resource for resource in after["resources"]}
    owners: dict[str, str] = {}
    renamed: dict[str, str] = {}
    for bucket in [each for each in expected["resources"] if each["type"] == LEGACY and _inline(each)]:
        urn = bucket["urn"].replace(f"{LEGACY}::", f"{BUCKET[before['major']]}::")
        if urn not in present or _inline(present[urn]):
            continue
        renamed[bucket["urn"]] = urn
        for part in list(_parts(bucket, before["major"])):
            if part["urn"] in present or part["inputs"].get("versioningConfiguration") != {"status": "Suspended"}:
                owners[part["urn"]] = urn
                expected["resources"].append(part)
        kept = {key: value for key, value in bucket["inputs"].items() if key not in INLINE}
        bucket.update(type=BUCKET[before["major"]], urn=urn, inputs=kept)
    for resource in expected["resources"]:
        resource["dependencies"] = [renamed.get(urn, urn) for urn in resource["dependencies"]]
        resource["parent"] = renamed.get(resource["parent"], resource["parent"])
    return expected, owners


CAREFUL = ("protect", "retainOnDelete")
"""Options that a bucket's parts have in common with it."""


def _inline(bucket: Registered) -> frozenset[str]:
    return INLINE & bucket["inputs"].keys()


def _parts(bucket: Registered, major: int) -> Iterator[Registered]:
    for part in PARTS:
        for key in part.inputs:
            made = part.made(bucket["inputs"][key]) if key in bucket["inputs"] else None
            if made is not None:
                token = part.token(major)
                name = f"{bucket['name']}-{part.suffix}"
                chain = bucket["urn"].rsplit("::", 1)[0].removesuffix(LEGACY)
                yield Registered(
                    type=token,
                    name=name,
                    urn=f"{chain}{token}::{name}",
                    parent=bucket["parent"],
                    provider=bucket["provider"],
                    inputs={"bucket": resource_id(bucket["name"]), **made},
                    dependencies=[bucket["urn"]],
                    options={key: value for key, value in bucket["options"].items() if key in CAREFUL},
                )


def _versioning(value: Json) -> Object | None:
    if not isinstance(value, dict):
        return None
    status: Object = {"status": "Enabled" if value.get("enabled") else "Suspended"}
    return {"versioningConfiguration": status | ({"mfaDelete": "Enabled"} if value.get("mfaDelete") else {})}


def _encryption(value: Json) -> Object | None:
    return {"rules": [value["rule"]]} if isinstance(value, dict) else None


def _logging(value: Json) -> Object | None:
    only = value[0] if isinstance(value, list) else value
    return {"targetPrefix": "", **only} if isinstance(only, dict) else None


def _website(value: Json) -> Object | None:
    if not isinstance(value, dict):
        return None
    made: Object = {}
    if "indexDocument" in value:
        made["indexDocument"] = {"suffix": value["indexDocument"]}
    if "errorDocument" in value:
        made["errorDocument"] = {"key": value["errorDocument"]}
    if "routingRules" in value:
        made["routingRuleDetails"] = value["routingRules"]
    if "redirectAllRequestsTo" in value:
        protocol, _, host = f"{value['redirectAllRequestsTo']}".rpartition("://")
        redirect: Object = {"hostName": host, "protocol": protocol}
        made["redirectAllRequestsTo"] = {key: part for key, part in redirect.items() if part}
    return made


def _lifecycle(value: Json) -> Object | None:
    return {"rules": [_rule(rule) for rule in value if isinstance(rule, dict)]} if isinstance(value, list) else None


ACTIONS = {
    "expiration",
    "transitions",
    "noncurrentVersionExpiration",
    "noncurrentVersionTransitions",
    "abortIncompleteMultipartUploadDays",
}


def _rule(rule: Object) -> Json:
    made: Object = {"status": "Enabled" if rule.get("enabled") else "Disabled", "filter": _filter(rule)}
    for key, value in rule.items():
        match key, value:
            case (("enabled" | "prefix" | "tags"), _):
                continue
            case "abortIncompleteMultipartUploadDays", _:
                made["abortIncompleteMultipartUpload"] = {"daysAfterInitiation": value}
            case "noncurrentVersionExpiration", dict():
                made[key] = _noncurrent(value)
            case "noncurrentVersionTransitions", list():
                made[key] = [_noncurrent(each) for each in value if isinstance(each, dict)]
            case "expiration", dict():
                made[key] = _dated(value)
            case "transitions", list():
                made[key] = [_dated(each) for each in value if isinstance(each, dict)]
            case _:
                made[key] = value
    if not ACTIONS & rule.keys():
        made["expiration"] = {"expiredObjectDeleteMarker": False}
    return made


def _filter(rule: Object) -> Json:
    prefix = rule.get("prefix", "")
    if "tags" not in rule:
        return {"prefix": prefix}
    return {"and": {"tags": rule["tags"]} | ({"prefix": prefix} if "prefix" in rule else {})}


def _noncurrent(value: Object) -> Json:
    return {"noncurrentDays" if key == "days" else key: inner for key, inner in value.items()}


def _dated(value: Object) -> Json:
    return {key: f"{inner}T00:00:00Z" if key == "date" else inner for key, inner in value.items()}


PARTS = (
    Part("versioning", "BucketVersioning", ("versioning",), _versioning),
    Part("encryption", "BucketServerSideEncryptionConfiguration", ("serverSideEncryptionConfiguration",), _encryption),
    Part("lifecycle", "BucketLifecycleConfiguration", ("lifecycleRules",), _lifecycle),
    Part("logging", "BucketLogging", ("logging", "loggings"), _logging),
    Part("cors", "BucketCorsConfiguration", ("corsRules",), lambda value: {"corsRules": value}),
    Part("website", "BucketWebsiteConfiguration", ("website",), _website),
    Part("acceleration", "BucketAccelerateConfiguration", ("accelerationStatus",), lambda value: {"status": value}),
    Part("request-payment", "BucketRequestPaymentConfiguration", ("requestPayer",), lambda value: {"payer": value}),
    Part("acl", "BucketAcl", ("acl",), lambda value: None if value == "private" else {"acl": value}),
)
INLINE = frozenset(key for part in PARTS for key in part.inputs)
