"""How each inline setting of a bucket becomes a resource of its own.

One function a setting: it answers what the new resource takes, or raises `Unseen` with the reason why the bucket has to
stay as it is. Field by field this follows what the provider itself stored for the inline form.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from iacfix.edit import Inputs, Keep, New, When
from iacfix.model import Items, Text, Value, literal
from iacfix_aws._lifecycles import lifecycle, told_ids
from iacfix_aws._written import Unseen, boolean, fields_of, is_off, items_of, kept


@dataclass(frozen=True)
class Part:
    """The resource that takes a setting: its class, the ending of its name, its inputs without the bucket.

    `inputs` is None where nothing has to be kept; `said` is what the finding says of it.
    """

    type: str
    name: str
    inputs: Mapping[str, New] | None
    said: str = ""


@dataclass(frozen=True)
class Setting:
    """An inline setting: the resource that takes it and how; `tell` says what a reader should know of the move."""

    word: str
    type: str
    name: str
    convert: Callable[[str, Value], Mapping[str, New] | str]
    tell: Callable[[Value], str] = lambda _: ""

    def part(self, type: str, value: Value) -> Part:
        """The new resource; `type` is its class in the program's major."""
        if not value.is_direct:
            raise Unseen(f"its {self.word} is kept in a variable")
        converted = self.convert(type, value)
        if isinstance(converted, str):
            return Part(type, self.name, None, converted)
        return Part(type, self.name, converted, self.tell(value))


# settings


def _versioning(type: str, value: Value) -> Mapping[str, New] | str:
    fields = fields_of(value, "versioning", "enabled", "mfaDelete")
    mfa, enabled = fields.get("mfaDelete"), fields.get("enabled")
    if mfa is not None and not is_off(mfa):
        raise Unseen("MFA delete needs the owner's device, which no program holds")
    if enabled is None or is_off(enabled):
        return "versioning is off and gets no resource; a bucket that was versioned once should be set to Suspended"
    status = When(boolean(enabled, "versioning"), "Enabled", "Suspended")
    return {"versioningConfiguration": Inputs(f"{type}VersioningConfiguration", {"status": status}, fields)}


def _encryption(type: str, value: Value) -> Mapping[str, New] | str:
    outer = fields_of(value, "encryption", "rule")
    known = ("applyServerSideEncryptionByDefault", "bucketKeyEnabled", "blockedEncryptionTypes")
    rule = fields_of(outer.get("rule"), "encryption", *known)
    inner = rule.get("applyServerSideEncryptionByDefault")
    default = fields_of(inner, "encryption", "sseAlgorithm", "kmsMasterKeyId")
    if not default.has("sseAlgorithm"):
        raise Unseen("its encryption names no algorithm")
    applied = Inputs(f"{type}RuleApplyServerSideEncryptionByDefault", kept(default), default)
    fields = {entry.key: applied if entry.value is inner else Keep(entry.value) for entry in rule.entries}
    return {"rules": [Inputs(f"{type}Rule", fields, rule)]}


def _logging(_: str, value: Value) -> Mapping[str, New] | str:
    if isinstance(value, Items):
        items = items_of(value, "logging")
        if len(items) > 1:
            raise Unseen("only one of several loggings was ever used")
        if not items:
            return "the empty list of loggings is dropped"
        (value,) = items
    fields = fields_of(value, "logging", "targetBucket", "targetPrefix")
    target, prefix = fields.get("targetBucket"), fields.get("targetPrefix")
    if target is None:
        raise Unseen("its logging names no target bucket")
    return {"targetBucket": Keep(target), "targetPrefix": Keep(prefix) if prefix is not None else ""}


def _cors(type: str, value: Value) -> Mapping[str, New] | str:
    names = ("allowedHeaders", "allowedMethods", "allowedOrigins", "exposeHeaders", "maxAgeSeconds")
    rules = [fields_of(item, "CORS", *names) for item in items_of(value, "CORS")]
    if not rules:
        return "the empty list of CORS rules is dropped"
    return {"corsRules": [Inputs(f"{type}CorsRule", kept(rule), rule) for rule in rules]}


def _website(type: str, value: Value) -> Mapping[str, New] | str:
    fields = fields_of(value, "website", "indexDocument", "errorDocument", "redirectAllRequestsTo", "routingRules")
    if not fields.entries:
        raise Unseen("its website says nothing")
    made: dict[str, New] = {}
    for entry in fields.entries:
        match entry.key:
            case "indexDocument":
                made[entry.key] = Inputs(f"{type}IndexDocument", {"suffix": Keep(entry.value)})
            case "errorDocument":
                made[entry.key] = Inputs(f"{type}ErrorDocument", {"key": Keep(entry.value)})
            case "redirectAllRequestsTo":
                made[entry.key] = _redirect(f"{type}RedirectAllRequestsTo", entry.value)
            case _:
                if not isinstance(entry.value, Text) and (type not in ONE_TEXT or isinstance(entry.value, Items)):
                    raise Unseen("its routing rules may be a list, not one JSON text")
                made["routingRuleDetails"] = Keep(entry.value)
    return made


def _redirect(type: str, value: Value) -> Inputs:
    target = literal(value)
    if target is None or not value.is_direct:
        raise Unseen("the target of its redirect is computed")
    scheme, found, rest = target.partition("://")
    both: dict[str, New] = {"hostName": rest, "protocol": scheme} if found else {"hostName": target}
    return Inputs(type, both)


def _acl(_: str, value: Value) -> Mapping[str, New] | str:
    if literal(value) != "private" and not re.search(r"\bCannedAcl\.private$", value.code, re.IGNORECASE):
        shown = literal(value) or value.code
        raise Unseen(f"the ACL {shown} needs ownership controls and a decision on public access")
    return "the ACL private is the default and is dropped"


def _renamed(key: str, word: str) -> Callable[[str, Value], Mapping[str, New] | str]:
    def convert(_: str, value: Value) -> Mapping[str, New] | str:
        if not isinstance(value, Text):
            raise Unseen(f"its {word} is computed, and may be nothing at all")
        return {key: Keep(value)}

    return convert


SETTINGS = {
    "versioning": Setting("versioning", "BucketVersioning", "versioning", _versioning),
    "serverSideEncryptionConfiguration": Setting(
        "encryption", "BucketServerSideEncryptionConfiguration", "encryption", _encryption
    ),
    "lifecycleRules": Setting("lifecycle", "BucketLifecycleConfiguration", "lifecycle", lifecycle, told_ids),
    "logging": Setting("logging", "BucketLogging", "logging", _logging),
    "loggings": Setting("logging", "BucketLogging", "logging", _logging),
    "corsRules": Setting("CORS", "BucketCorsConfiguration", "cors", _cors),
    "website": Setting("website", "BucketWebsiteConfiguration", "website", _website),
    "acl": Setting("ACL", "BucketAcl", "acl", _acl),
    "accelerationStatus": Setting(
        "acceleration", "BucketAccelerateConfiguration", "acceleration", _renamed("status", "acceleration")
    ),
    "requestPayer": Setting(
        "request payer", "BucketRequestPaymentConfiguration", "request-payment", _renamed("payer", "request payer")
    ),
}

NOT_MOVED = {
    "policy": "policy",
    "replicationConfiguration": "replication",
    "objectLockConfiguration": "object lock",
    "grants": "grants",
}
"""Inline settings that this rule does not move."""

ONE_TEXT = frozenset({"aws.s3.BucketWebsiteConfiguration"})
"""Where the routing rules of the inline form are always one JSON text; under major 6 they may be a list of texts."""

KEPT = {
    6: frozenset({"bucket", "bucketPrefix", "forceDestroy", "tags"}),
    7: frozenset({"bucket", "bucketPrefix", "forceDestroy", "tags", "region", "bucketNamespace", "objectLockEnabled"}),
}
"""What stays on the bucket, by major."""
