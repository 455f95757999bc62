"""Converts each inline setting of a bucket to a separate resource.

One function for each setting returns the inputs of the new resource, or raises `NotMovable`. The conversion follows
what the provider stored for the inline form, field by field.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial

from iacfix.edit import Inputs, Keep, New, When
from iacfix.model import Fields, Flag, Items, Opaque, Text, Value, literal
from iacfix_aws._buckets.acl import acl, grants
from iacfix_aws._buckets.lifecycle import lifecycle, told_ids, waits_for_versioning
from iacfix_aws._buckets.literals import (
    NotMovable,
    copied,
    definite,
    fields_of,
    in_place,
    inline_only,
    is_off,
    items_of,
    switch,
)
from iacfix_aws._buckets.replication import replication
from iacfix_aws._buckets.website import website
from iacfix_aws._tables import reasons

DOCUMENT = re.compile(r"\.json$")
"""The output of getPolicyDocument with the document."""
EMPTY = re.compile(r"""(?<![\w"'])(?:""|''|null|None|undefined)(?![\w"'])""")
"""An empty branch of a conditional."""


@dataclass(frozen=True)
class SideResource:
    """The resource that takes a setting: its class, the suffix of its name, its inputs without the bucket.

    `inputs` is None where none is needed; `said` is a note for the finding; `assumes` is a note about what the fix
    assumes, which makes it unsafe; `waits` where it depends on versioning.
    """

    type: str
    name: str
    inputs: Mapping[str, New] | None
    said: str = ""
    assumes: str = ""
    waits: bool = False


@dataclass(frozen=True)
class Setting:
    """An inline setting: its name in messages (`word`), the class and name suffix of the resource that takes it, and
    the conversion. `tell` returns a note, `assume` a note that makes the fix unsafe; `waits` tells whether versioning
    comes first."""

    word: str
    type: str
    name: str
    convert: Callable[[str, Value], Mapping[str, New] | str]
    tell: Callable[[Value], str] = lambda _: ""
    assume: Callable[[Value], str] = lambda _: ""
    waits: Callable[[Value], bool] = lambda _: False

    def part(self, type: str, value: Value) -> SideResource:
        """The new resource; `type` is its class in the program's major. Raises NotMovable."""
        converted = self.convert(type, value)
        if isinstance(converted, str):
            return SideResource(type, self.name, None, converted, self.assume(value))
        return SideResource(type, self.name, converted, self.tell(value), self.assume(value), self.waits(value))


KMS = frozenset({"aws:kms", "aws:kms:dsse"})


def setting_of(key: str, *, bucket_key: bool) -> Setting:
    """The inline setting of this name; `bucket_key` enables S3 bucket keys for KMS encryption."""
    if key == "serverSideEncryptionConfiguration" and bucket_key:
        return replace(SETTINGS[key], convert=partial(_encryption, bucket_key=True), tell=_tell_key)
    return SETTINGS[key]


# settings


def _versioning(type: str, value: Value) -> Mapping[str, New] | str:
    fields = fields_of(value, "versioning", "enabled", "mfaDelete")
    mfa, enabled = fields.get("mfaDelete"), fields.get("enabled")
    if mfa is not None and not (isinstance(mfa, Flag) and mfa.is_direct):
        raise NotMovable(reasons.MFA_COMPUTED)
    if enabled is None or is_off(enabled):
        if mfa is not None and not is_off(mfa):
            raise NotMovable(reasons.MFA_WITHOUT_VERSIONING)
        return "versioning is off and gets no resource; a bucket that was versioned once should be set to Suspended"
    made: dict[str, New] = {"status": When(switch(enabled, "versioning"), "Enabled", "Suspended", "enabled")}
    if mfa is not None and not is_off(mfa):
        made["mfaDelete"] = "Enabled"
    return {"versioningConfiguration": in_place(value, Inputs(f"{type}VersioningConfiguration", made, fields))}


def _told_status(value: Value) -> str:
    enabled = value.get("enabled") if isinstance(value, Fields) else None
    if not isinstance(enabled, Opaque):
        return ""
    return "where versioning turns out to be off it is Suspended, which a bucket that never had it does not mind"


def _needs_device(value: Value) -> str:
    mfa = value.get("mfaDelete") if isinstance(value, Fields) else None
    if mfa is None or is_off(mfa):
        return ""
    return "MFA delete is only set with the owner's device: import the versioning instead of creating it"


def _encryption(type: str, value: Value, *, bucket_key: bool = False) -> Mapping[str, New] | str:
    outer = fields_of(value, "encryption", "rule")
    known = ("applyServerSideEncryptionByDefault", "bucketKeyEnabled", "blockedEncryptionTypes")
    rule = fields_of(outer.get("rule"), "encryption", *known)
    inner = rule.get("applyServerSideEncryptionByDefault")
    default = fields_of(inner, "encryption", "sseAlgorithm", "kmsMasterKeyId")
    if not default.has("sseAlgorithm"):
        raise NotMovable(reasons.NO_ALGORITHM)
    applied = Inputs(f"{type}RuleApplyServerSideEncryptionByDefault", copied(default), default)
    fields: dict[str, New] = {
        entry.key: in_place(default, applied) if entry.value is inner else Keep(entry.value) for entry in rule.entries
    }
    if bucket_key and literal(default.get("sseAlgorithm")) in KMS and not rule.has("bucketKeyEnabled"):
        fields["bucketKeyEnabled"] = True
    return {"rules": in_place(outer, [in_place(rule, Inputs(f"{type}Rule", fields, rule))])}


def _tell_key(value: Value) -> str:
    """The note about an S3 bucket key, where one is enabled."""
    rule = value.get("rule") if isinstance(value, Fields) else None
    algorithm = rule.at("applyServerSideEncryptionByDefault", "sseAlgorithm") if isinstance(rule, Fields) else None
    if literal(algorithm) not in KMS or not isinstance(rule, Fields) or rule.has("bucketKeyEnabled"):
        return ""
    return (
        "an S3 bucket key is switched on: the encryption context becomes the arn of the bucket, so key policies that "
        "ask for the arn of an object no longer match"
    )


def _logging(_: str, value: Value) -> Mapping[str, New] | str:
    if isinstance(value, Items):
        items = items_of(value, "logging")
        if len(items) > 1:
            raise NotMovable(reasons.SEVERAL_LOGGINGS)
        if not items:
            return "the empty list of loggings is dropped"
        value = inline_only(items[0], "logging")
    fields = fields_of(value, "logging", "targetBucket", "targetPrefix")
    definite(fields, "logging", "targetPrefix")
    target, prefix = fields.get("targetBucket"), fields.get("targetPrefix")
    if target is None:
        raise NotMovable(reasons.NO_TARGET_BUCKET)
    return {"targetBucket": Keep(target), "targetPrefix": Keep(prefix) if prefix is not None else ""}


def _cors(type: str, value: Value) -> Mapping[str, New] | str:
    names = ("allowedHeaders", "allowedMethods", "allowedOrigins", "exposeHeaders", "maxAgeSeconds")
    rules = [fields_of(item, "CORS", *names) for item in items_of(value, "CORS")]
    if not rules:
        return "the empty list of CORS rules is dropped"
    return {
        "corsRules": in_place(value, [in_place(rule, Inputs(f"{type}CorsRule", copied(rule), rule)) for rule in rules])
    }


def _object_lock(type: str, value: Value) -> Mapping[str, New] | str:
    lock = fields_of(value, "object lock", "objectLockEnabled", "rule")
    enabled = lock.get("objectLockEnabled")
    if enabled is not None and literal(enabled) != "Enabled":
        raise NotMovable(reasons.LOCK_COMPUTED)
    given = lock.get("rule")
    if given is None:
        return "its object lock has no rule and gets no resource"
    rule = fields_of(given, "object lock", "defaultRetention")
    inner = rule.get("defaultRetention")
    retention = fields_of(inner, "object lock", "mode", "days", "years")
    made = Inputs(f"{type}RuleDefaultRetention", copied(retention), retention)
    return {"rule": in_place(given, Inputs(f"{type}Rule", {"defaultRetention": in_place(retention, made)}, rule))}


def _needs_flag(_: Value) -> str:
    return "object lock becomes a flag of the bucket: the preview must not replace it"


def _policy(_: str, value: Value) -> Mapping[str, New]:
    if literal(value) == "":
        raise NotMovable(reasons.EMPTY_POLICY)
    is_document = isinstance(value, Text | Fields) or (
        value.mention(DOCUMENT) is not None and value.mention(EMPTY) is None
    )
    if not is_document and not (isinstance(value, Opaque) and value.kind == "call"):
        raise NotMovable(reasons.SETTING_MAY_BE_NULL.of(word="policy"))
    return {"policy": Keep(value)}


def _renamed(key: str, word: str) -> Callable[[str, Value], Mapping[str, New] | str]:
    def convert(_: str, value: Value) -> Mapping[str, New] | str:
        if not isinstance(value, Text):
            raise NotMovable(reasons.SETTING_MAY_BE_NULL.of(word=word))
        return {key: Keep(value)}

    return convert


def _always(_: Value) -> bool:
    return True


SETTINGS = {
    "versioning": Setting("versioning", "BucketVersioning", "versioning", _versioning, _told_status, _needs_device),
    "serverSideEncryptionConfiguration": Setting(
        "encryption", "BucketServerSideEncryptionConfiguration", "encryption", _encryption
    ),
    "lifecycleRules": Setting(
        "lifecycle", "BucketLifecycleConfiguration", "lifecycle", lifecycle, told_ids, waits=waits_for_versioning
    ),
    "logging": Setting("logging", "BucketLogging", "logging", _logging),
    "loggings": Setting("logging", "BucketLogging", "logging", _logging),
    "corsRules": Setting("CORS", "BucketCorsConfiguration", "cors", _cors),
    "website": Setting("website", "BucketWebsiteConfiguration", "website", website),
    "acl": Setting("ACL", "BucketAcl", "acl", acl),
    "grants": Setting("grants", "BucketAcl", "acl", grants),
    "policy": Setting("policy", "BucketPolicy", "policy", _policy),
    "replicationConfiguration": Setting(
        "replication", "BucketReplicationConfig", "replication", replication, waits=_always
    ),
    "objectLockConfiguration": Setting(
        "object lock", "BucketObjectLockConfiguration", "object-lock", _object_lock, assume=_needs_flag, waits=_always
    ),
    "accelerationStatus": Setting(
        "acceleration", "BucketAccelerateConfiguration", "acceleration", _renamed("status", "acceleration")
    ),
    "requestPayer": Setting(
        "request payer", "BucketRequestPaymentConfiguration", "request-payment", _renamed("payer", "request payer")
    ),
}
