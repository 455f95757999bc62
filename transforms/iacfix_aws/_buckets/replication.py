"""Converts the inline replication of a bucket to a separate resource."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from iacfix.edit import Inputs, Keep, New, When
from iacfix.model import Fields, Value
from iacfix_aws._buckets.literals import NotMovable, copied, definite, fields_of, in_place, is_empty, items_of, switch
from iacfix_aws._tables import reasons

WORD = "replication"
MINUTES = 15
"""The inline form's default minutes of metrics and replication time."""

RULE = (
    "id",
    "status",
    "priority",
    "prefix",
    "filter",
    "deleteMarkerReplicationStatus",
    "destination",
    "sourceSelectionCriteria",
)
DESTINATION = (
    "bucket",
    "storageClass",
    "accountId",
    "replicaKmsKeyId",
    "accessControlTranslation",
    "metrics",
    "replicationTime",
)


def replication(type: str, value: Value) -> Mapping[str, New]:
    fields = fields_of(value, WORD, "role", "rules")
    role, rules = fields.get("role"), fields.get("rules")
    if role is None or rules is None or is_empty(rules):
        raise NotMovable(reasons.REPLICATION_INCOMPLETE)
    made = [in_place(rule, _rule(f"{type}Rule", rule)) for rule in items_of(rules, WORD)]
    return {"role": Keep(role), "rules": in_place(rules, made)}


def _rule(type: str, value: Value) -> Inputs:
    rule = definite(fields_of(value, WORD, *RULE), WORD, "deleteMarkerReplicationStatus")
    destination, status = rule.get("destination"), rule.get("status")
    if destination is None or status is None:
        raise NotMovable(reasons.REPLICATION_RULE_INCOMPLETE)
    if rule.has("filter") and rule.has("prefix"):
        raise NotMovable(reasons.FILTER_AND_PREFIX)
    return Inputs(type, dict(_rule_fields(type, rule)), rule)


def _rule_fields(type: str, rule: Fields) -> Iterator[tuple[str, New]]:
    """The fields of a rule. Without a filter it is of schema version 1, which has a prefix and no delete markers; with
    one, delete markers were not replicated by default."""
    chosen = rule.get("filter")
    is_first = chosen is None or is_empty(chosen)
    for entry in rule.entries:
        value = entry.value
        match entry.key:
            case "filter" | "deleteMarkerReplicationStatus" if is_first:
                continue
            case "filter":
                yield "filter", in_place(value, _filter(f"{type}Filter", value))
            case "deleteMarkerReplicationStatus":
                made = Inputs(f"{type}DeleteMarkerReplication", {"status": Keep(value)})
                yield "deleteMarkerReplication", made
            case "destination":
                yield "destination", in_place(value, _destination(f"{type}Destination", value))
            case "sourceSelectionCriteria":
                yield entry.key, in_place(value, _selection(f"{type}SourceSelectionCriteria", value))
            case key:
                yield key, Keep(value)
    if is_first and not rule.has("prefix"):
        yield "prefix", ""
    if not is_first and not rule.has("deleteMarkerReplicationStatus"):
        yield "deleteMarkerReplication", Inputs(f"{type}DeleteMarkerReplication", {"status": "Disabled"})


def _filter(type: str, value: Value) -> Inputs:
    fields = fields_of(value, WORD, "prefix", "tags")
    prefix, tags = fields.get("prefix"), fields.get("tags")
    if tags is None or is_empty(tags):
        return Inputs(type, {"prefix": Keep(prefix) if prefix is not None else ""}, fields)
    return Inputs(type, {"and": Inputs(f"{type}And", copied(fields))}, fields)


def _destination(type: str, value: Value) -> Inputs:
    fields = definite(fields_of(value, WORD, *DESTINATION), WORD, "replicaKmsKeyId")
    if not fields.has("bucket"):
        raise NotMovable(reasons.NO_DESTINATION_BUCKET)
    made: dict[str, New] = {}
    for entry in fields.entries:
        match entry.key:
            case "accountId":
                made["account"] = Keep(entry.value)
            case "replicaKmsKeyId":
                encrypted = Inputs(f"{type}EncryptionConfiguration", {"replicaKmsKeyId": Keep(entry.value)})
                made["encryptionConfiguration"] = encrypted
            case "accessControlTranslation":
                owner = fields_of(entry.value, WORD, "owner")
                made[entry.key] = in_place(entry.value, Inputs(f"{type}AccessControlTranslation", copied(owner), owner))
            case "metrics":
                made[entry.key] = _timed(f"{type}Metrics", entry.value, "eventThreshold")
            case "replicationTime":
                made[entry.key] = _timed(f"{type}ReplicationTime", entry.value, "time")
            case key:
                made[key] = Keep(entry.value)
    return Inputs(type, made, fields)


def _timed(type: str, value: Value, key: str) -> New:
    """A block with status and minutes, which move one level down; both have defaults."""
    fields = definite(fields_of(value, WORD, "status", "minutes"), WORD, "status", "minutes")
    status, minutes = fields.get("status"), fields.get("minutes")
    inner: dict[str, New] = {"minutes": Keep(minutes) if minutes is not None else MINUTES}
    made: dict[str, New] = {
        "status": Keep(status) if status is not None else "Enabled",
        key: Inputs(f"{type}{key[:1].upper()}{key[1:]}", inner),
    }
    return in_place(value, Inputs(type, made, fields))


def _selection(type: str, value: Value) -> Inputs:
    fields = fields_of(value, WORD, "sseKmsEncryptedObjects")
    objects = fields_of(fields.get("sseKmsEncryptedObjects"), WORD, "enabled")
    enabled = objects.get("enabled")
    if enabled is None:
        raise NotMovable(reasons.ENCRYPTED_OBJECTS_UNKNOWN)
    status = When(
        switch(enabled, "the replication of encrypted objects"), "Enabled", "Disabled", "enabled", is_required=True
    )
    inner = Inputs(f"{type}SseKmsEncryptedObjects", {"status": status}, objects)
    return Inputs(type, {"sseKmsEncryptedObjects": in_place(objects, inner)}, fields)
