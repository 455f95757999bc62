"""How each inline setting of a bucket becomes a resource of its own.

One function a setting: it answers what the new resource takes, or raises `Unseen` with the reason why the bucket has to
stay as it is. Field by field this follows what the provider itself stored for the inline form.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

from iacfix.edit import Inputs, Join, Keep, New, When
from iacfix.model import Entry, Fields, Flag, Items, Null, Number, Opaque, Text, Value, literal


class Unseen(Exception):
    """The setting cannot be moved; the text says why."""


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
    fields = _fields(value, "versioning", "enabled", "mfaDelete")
    mfa, enabled = fields.get("mfaDelete"), fields.get("enabled")
    if mfa is not None and not _is_off(mfa):
        raise Unseen("MFA delete needs the owner's device, which no program holds")
    if enabled is None or _is_off(enabled):
        return "versioning is off and gets no resource; a bucket that was versioned once should be set to Suspended"
    status = When(_boolean(enabled, "versioning"), "Enabled", "Suspended")
    return {"versioningConfiguration": Inputs(f"{type}VersioningConfiguration", {"status": status}, fields)}


def _encryption(type: str, value: Value) -> Mapping[str, New] | str:
    outer = _fields(value, "encryption", "rule")
    known = ("applyServerSideEncryptionByDefault", "bucketKeyEnabled", "blockedEncryptionTypes")
    rule = _fields(outer.get("rule"), "encryption", *known)
    inner = rule.get("applyServerSideEncryptionByDefault")
    default = _fields(inner, "encryption", "sseAlgorithm", "kmsMasterKeyId")
    if not default.has("sseAlgorithm"):
        raise Unseen("its encryption names no algorithm")
    applied = Inputs(f"{type}RuleApplyServerSideEncryptionByDefault", _kept(default), default)
    fields = {entry.key: applied if entry.value is inner else Keep(entry.value) for entry in rule.entries}
    return {"rules": [Inputs(f"{type}Rule", fields, rule)]}


def _lifecycle(type: str, value: Value) -> Mapping[str, New] | str:
    rules = _items(value, "lifecycle")
    if not rules:
        return "the empty list of lifecycle rules is dropped"
    taken = {given for rule in rules if isinstance(rule, Fields) and (given := literal(rule.get("id"))) is not None}
    return {"rules": [_lifecycle_rule(type, rule, taken) for rule in rules]}


def _told_ids(value: Value) -> str:
    given = [rule.get("id") if isinstance(rule, Fields) else None for rule in _items(value, "lifecycle")]
    if all(id is not None and not isinstance(id, Null) for id in given):
        return ""
    return "a lifecycle rule without an id gets one, in place of a random one"


def _lifecycle_rule(type: str, value: Value, taken: set[str]) -> Inputs:
    rule = _fields(
        value,
        "lifecycle",
        "id",
        "enabled",
        "prefix",
        "tags",
        "abortIncompleteMultipartUploadDays",
        "expiration",
        "noncurrentVersionExpiration",
        "noncurrentVersionTransitions",
        "transitions",
    )
    enabled = rule.get("enabled")
    if enabled is None:
        raise Unseen("a lifecycle rule does not say whether it is enabled")
    if any(isinstance(days, Number) and days.number == 0 for days in _ages(rule)):
        raise Unseen("a lifecycle rule counts 0 days, which was ignored until now")
    given = rule.get("id")
    fields: dict[str, New] = {
        "id": Keep(given) if given is not None else _rule_id(rule, taken),
        "status": When(_boolean(enabled, "a lifecycle rule"), "Enabled", "Disabled"),
        "filter": _filter(f"{type}RuleFilter", rule),
    }
    for entry in rule.entries:
        if (action := _action(f"{type}Rule", entry)) is not None:
            fields[action[0]] = action[1]
    if len(fields) == 3:
        fields["expiration"] = Inputs(f"{type}RuleExpiration", {"expiredObjectDeleteMarker": False})
    return Inputs(f"{type}Rule", fields, rule)


def _ages(rule: Fields) -> tuple[Value | None, ...]:
    return (
        rule.get("abortIncompleteMultipartUploadDays"),
        rule.at("expiration", "days"),
        rule.at("noncurrentVersionExpiration", "days"),
    )


def _filter(type: str, rule: Fields) -> Inputs:
    """The stored filter of the inline form: an empty prefix for all objects, `and` wherever there are tags."""
    prefix, tags = rule.get("prefix"), rule.get("tags")
    if tags is None or _is_empty(tags):
        return Inputs(type, {"prefix": Keep(prefix) if prefix is not None else ""})
    both: dict[str, New] = {"prefix": Keep(prefix)} if prefix is not None else {}
    return Inputs(type, {"and": Inputs(f"{type}And", {**both, "tags": Keep(tags)})})


def _action(type: str, entry: Entry) -> tuple[str, New] | None:
    value = entry.value
    match entry.key:
        case _ if isinstance(value, Items) and _is_empty(value):
            return None
        case "abortIncompleteMultipartUploadDays":
            days = Inputs(f"{type}AbortIncompleteMultipartUpload", {"daysAfterInitiation": Keep(value)})
            return "abortIncompleteMultipartUpload", days
        case "expiration":
            return entry.key, _expiration(f"{type}Expiration", value)
        case "noncurrentVersionExpiration":
            fields = _noncurrent(_fields(value, "lifecycle", "days"))
            return entry.key, Inputs(f"{type}NoncurrentVersionExpiration", _kept(fields, days="noncurrentDays"), fields)
        case "noncurrentVersionTransitions":
            return entry.key, _noncurrent_transitions(f"{type}NoncurrentVersionTransition", value)
        case "transitions":
            return entry.key, _transitions(f"{type}Transition", value)
        case _:
            return None


def _expiration(type: str, value: Value) -> Inputs:
    """Only one of the three was ever used: the date, else the days, else the marker."""
    fields = _fields(value, "lifecycle", "days", "date", "expiredObjectDeleteMarker")
    used = next((key for key in ("date", "days", "expiredObjectDeleteMarker") if fields.has(key)), None)
    if used is None:
        raise Unseen("a lifecycle rule has an empty expiration")
    if not all(_is_off(entry.value) for entry in fields.entries if entry.key != used):
        raise Unseen("a lifecycle rule has an expiration of several kinds, of which only one counts")
    return Inputs(type, {key: new for key, new in _kept(fields).items() if key == used}, fields)


def _transitions(type: str, value: Value) -> list[New]:
    known = ("days", "date", "storageClass")
    transitions = [_fields(item, "lifecycle", *known) for item in _items(value, "lifecycle")]
    return [Inputs(type, _kept(fields), fields) for fields in transitions]


def _noncurrent_transitions(type: str, value: Value) -> list[New]:
    known = ("days", "storageClass")
    transitions = [_noncurrent(_fields(item, "lifecycle", *known)) for item in _items(value, "lifecycle")]
    return [Inputs(type, _kept(fields, days="noncurrentDays"), fields) for fields in transitions]


def _noncurrent(fields: Fields) -> Fields:
    """What happens to noncurrent versions; the new resource has to be told after how many days."""
    if not fields.has("days"):
        raise Unseen("a lifecycle rule does not say after how many days noncurrent versions are meant")
    return fields


def _rule_id(rule: Fields, taken: set[str]) -> str:
    """A readable id from what the rule does; the provider's own was random."""
    base = next(_told(rule), "rule")
    prefix = rule.get("prefix")
    written = literal(prefix) if prefix is not None and prefix.is_direct else None
    if (prefix := re.sub(r"\W+", "-", written or "").strip("-").lower()) != "":
        base = f"{base}-{prefix}"
    name, count = base, 2
    while name in taken:
        name, count = f"{base}-{count}", count + 1
    taken.add(name)
    return name


def _told(rule: Fields) -> Iterator[str]:
    match rule.at("expiration", "days"):
        case Number(number=days) as value if value.is_direct:
            yield f"expire-after-{days}-{'day' if days == 1 else 'days'}"
        case _:
            pass
    for key, name in (
        ("expiration", "expire"),
        ("transitions", "transition"),
        ("noncurrentVersionExpiration", "expire-noncurrent-versions"),
        ("noncurrentVersionTransitions", "transition-noncurrent-versions"),
        ("abortIncompleteMultipartUploadDays", "abort-incomplete-uploads"),
    ):
        if (action := rule.get(key)) is not None and not _is_empty(action):
            yield name


def _logging(_: str, value: Value) -> Mapping[str, New] | str:
    if isinstance(value, Items):
        items = _items(value, "logging")
        if len(items) > 1:
            raise Unseen("only one of several loggings was ever used")
        if not items:
            return "the empty list of loggings is dropped"
        (value,) = items
    fields = _fields(value, "logging", "targetBucket", "targetPrefix")
    target, prefix = fields.get("targetBucket"), fields.get("targetPrefix")
    if target is None:
        raise Unseen("its logging names no target bucket")
    return {"targetBucket": Keep(target), "targetPrefix": Keep(prefix) if prefix is not None else ""}


def _cors(type: str, value: Value) -> Mapping[str, New] | str:
    names = ("allowedHeaders", "allowedMethods", "allowedOrigins", "exposeHeaders", "maxAgeSeconds")
    rules = [_fields(item, "CORS", *names) for item in _items(value, "CORS")]
    if not rules:
        return "the empty list of CORS rules is dropped"
    return {"corsRules": [Inputs(f"{type}CorsRule", _kept(rule), rule) for rule in rules]}


def _website(type: str, value: Value) -> Mapping[str, New] | str:
    fields = _fields(value, "website", "indexDocument", "errorDocument", "redirectAllRequestsTo", "routingRules")
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
    "lifecycleRules": Setting("lifecycle", "BucketLifecycleConfiguration", "lifecycle", _lifecycle, _told_ids),
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


# shapes


def _fields(value: Value | None, word: str, *known: str) -> Fields:
    """An object of these keys and no others, written out at the place; what is given as nothing is left out."""
    if not isinstance(value, Fields) or not value.is_direct or value.is_open:
        raise Unseen(f"its {word} is not written out as a whole")
    for entry in value.entries:
        if entry.key not in known:
            raise Unseen(f"{entry.key} is not a known part of its {word}")
    return replace(value, entries=tuple(entry for entry in value.entries if not isinstance(entry.value, Null)))


def _items(value: Value, word: str) -> tuple[Value, ...]:
    if not isinstance(value, Items) or not value.is_direct or value.is_open:
        raise Unseen(f"its {word} is not written out as a whole")
    return value.elements


def _kept(fields: Fields, **renamed: str) -> dict[str, New]:
    """The same fields, some under a new name; a date becomes the timestamp the new resource asks for."""
    return {
        renamed.get(entry.key, entry.key): _timestamp(entry.value) if entry.key == "date" else Keep(entry.value)
        for entry in fields.entries
    }


def _timestamp(value: Value) -> New:
    date = literal(value)
    if date is None:
        raise Unseen("a lifecycle date is computed")
    return Join(Keep(value), "T00:00:00Z") if re.fullmatch(r"\d{4}-\d\d-\d\d", date) else Keep(value)


def _is_empty(value: Value) -> bool:
    match value:
        case Items(elements=(), is_open=False) | Fields(entries=(), is_open=False):
            return True
        case _:
            return False


def _is_off(value: Value) -> bool:
    """It says false at the place itself; a variable may be switched later."""
    return isinstance(value, Flag) and value.is_direct and not value.flag


def _boolean(value: Value, word: str) -> Value:
    if isinstance(value, Flag) or (isinstance(value, Opaque) and value.kind == "boolean"):
        return value
    raise Unseen(f"whether {word} is enabled is computed, and may be an output")
