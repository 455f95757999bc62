"""What an inline replication becomes."""

from __future__ import annotations

from graph.mocked_cloud import Json, Object
from graph.registered import objects

SAME_IN_RULES = ("id", "status", "priority")
SAME_IN_DESTINATIONS = ("bucket", "storageClass", "accessControlTranslation")
MINUTES = 15
"""What the provider sent for a threshold that was not written."""


def replication(value: Json) -> Object | None:
    if not isinstance(value, dict):
        return None
    return {"role": value["role"], "rules": [_rule(rule) for rule in objects(value["rules"])]}


def _rule(rule: Object) -> Json:
    destination = rule["destination"]
    assert isinstance(destination, dict)
    made: Object = {key: rule[key] for key in SAME_IN_RULES if key in rule}
    made["destination"] = _destination(destination)
    if criteria := rule.get("sourceSelectionCriteria"):
        made["sourceSelectionCriteria"] = _criteria(criteria)
    match rule.get("filter"):
        case dict() as chosen if chosen:
            status = rule.get("deleteMarkerReplicationStatus") or "Disabled"
            return made | {"filter": _filter(chosen), "deleteMarkerReplication": {"status": status}}
        case _:  # a rule of version 1, which knows no delete markers
            return made | {"prefix": rule.get("prefix", "")}


def _filter(chosen: Object) -> Json:
    prefix = chosen.get("prefix", "")
    if not chosen.get("tags"):
        return {"prefix": prefix}
    return {"and": {"tags": chosen["tags"]} | ({"prefix": prefix} if prefix else {})}


def _destination(given: Object) -> Json:
    made: Object = {key: given[key] for key in SAME_IN_DESTINATIONS if key in given}
    if "accountId" in given:
        made["account"] = given["accountId"]
    if "replicaKmsKeyId" in given:
        made["encryptionConfiguration"] = {"replicaKmsKeyId": given["replicaKmsKeyId"]}
    match given.get("metrics"):
        case dict() as metrics:
            made["metrics"] = {"status": _status(metrics), "eventThreshold": _minutes(metrics)}
        case _:
            pass
    match given.get("replicationTime"):
        case dict() as time:
            made["replicationTime"] = {"status": _status(time), "time": _minutes(time)}
        case _:
            pass
    return made


def _status(given: Object) -> Json:
    return given.get("status", "Enabled")


def _minutes(given: Object) -> Json:
    return {"minutes": given.get("minutes", MINUTES)}


def _criteria(given: Json) -> Json:
    match given:
        case {"sseKmsEncryptedObjects": {"enabled": enabled}}:
            return {"sseKmsEncryptedObjects": {"status": "Enabled" if enabled else "Disabled"}}
        case _:
            return given
