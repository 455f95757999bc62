"""What each inline setting of a bucket becomes: the inputs of a resource of its own, or None for no resource."""

from __future__ import annotations

from graph.mocked_cloud import Json, Object
from graph.registered import objects

ACTIONS = {
    "expiration",
    "transitions",
    "noncurrentVersionExpiration",
    "noncurrentVersionTransitions",
    "abortIncompleteMultipartUploadDays",
}
SUSPENDED: Object = {"versioningConfiguration": {"status": "Suspended"}}


def versioning(value: Json) -> Object | None:
    if not isinstance(value, dict):
        return None
    status: Object = {"status": "Enabled" if value.get("enabled") else "Suspended"}
    return {"versioningConfiguration": status | ({"mfaDelete": "Enabled"} if value.get("mfaDelete") else {})}


def encryption(value: Json) -> Object | None:
    return {"rules": [value["rule"]]} if isinstance(value, dict) else None


def logging(value: Json) -> Object | None:
    return {"targetPrefix": "", **value} if isinstance(value, dict) else None


def cors(value: Json) -> Object | None:
    return {"corsRules": value} if value else None


def acceleration(value: Json) -> Object | None:
    return {"status": value}


def payer(value: Json) -> Object | None:
    return {"payer": value}


def policy(value: Json) -> Object | None:
    return {"policy": value}


def canned(value: Json) -> Object | None:
    return None if value == "private" else {"acl": value}


def granted(value: Json, owner: str) -> Object | None:
    """One grant a permission; what is granted to whom has no order."""
    grants: list[Json] = []
    for grant in objects(value):
        grantee: Object = {key: inner for key, inner in grant.items() if key != "permissions"}
        permissions = grant["permissions"]
        assert isinstance(permissions, list)
        for permission in permissions:
            grants.append({"permission": permission, "grantee": grantee})
    return {"accessControlPolicy": {"grants": grants, "owner": {"id": owner}}} if grants else None


def object_lock(value: Json) -> Object | None:
    return {"rule": value["rule"]} if isinstance(value, dict) and "rule" in value else None


def website(value: Json) -> Object | None:
    if not isinstance(value, dict):
        return None
    made: Object = {}
    if "indexDocument" in value:
        made["indexDocument"] = {"suffix": value["indexDocument"]}
    if "errorDocument" in value:
        made["errorDocument"] = {"key": value["errorDocument"]}
    if "routingRules" in value:
        rules = value["routingRules"]
        made |= {"routingRules": _camel(rules)} if isinstance(rules, list) else {"routingRuleDetails": rules}
    if "redirectAllRequestsTo" in value:
        protocol, _, host = f"{value['redirectAllRequestsTo']}".rpartition("://")
        redirect: Object = {"hostName": host, "protocol": protocol}
        made["redirectAllRequestsTo"] = {key: part for key, part in redirect.items() if part}
    return made


def _camel(value: Json) -> Json:
    """Rules as objects, whose keys the new resource spells as inputs."""
    match value:
        case dict():
            return {key[:1].lower() + key[1:]: _camel(inner) for key, inner in value.items()}
        case list():
            return [_camel(inner) for inner in value]
        case _:
            return value


def lifecycle(value: Json) -> Object | None:
    rules: list[Json] = [_rule(rule) for rule in objects(value)]
    return {"rules": rules} if rules else None


def _rule(rule: Object) -> Object:
    given = {key: value for key, value in rule.items() if value not in ([], {}) or key == "expiration"}
    made: Object = {"status": "Enabled" if given.get("enabled") else "Disabled", "filter": _filter(given)}
    for key, value in given.items():
        match key, value:
            case (("enabled" | "prefix" | "tags"), _):
                continue
            case "abortIncompleteMultipartUploadDays", _:
                made["abortIncompleteMultipartUpload"] = {"daysAfterInitiation": value}
            case "noncurrentVersionExpiration", dict():
                made[key] = _noncurrent(value)
            case "noncurrentVersionTransitions", list():
                made[key] = [_noncurrent(each) for each in objects(value)]
            case "expiration", dict():
                made[key] = _expiration(value)
            case "transitions", list():
                made[key] = [_dated(each) for each in objects(value)]
            case _:
                made[key] = value
    if not ACTIONS & given.keys():
        made["expiration"] = {"expiredObjectDeleteMarker": False}
    return made


def _filter(rule: Object) -> Json:
    prefix = rule.get("prefix", "")
    if "tags" not in rule:
        return {"prefix": prefix}
    return {"and": {"tags": rule["tags"]} | ({"prefix": prefix} if prefix else {})}


def _noncurrent(value: Object) -> Json:
    return {"noncurrentDays" if key == "days" else key: inner for key, inner in value.items()}


def _expiration(value: Object) -> Json:
    """The provider sent the first of the three that says something."""
    for key in ("date", "days"):
        if value.get(key):
            return _dated({key: value[key]})
    return {"expiredObjectDeleteMarker": value.get("expiredObjectDeleteMarker", False)}


def _dated(value: Object) -> Json:
    return {key: f"{inner}T00:00:00Z" if key == "date" else inner for key, inner in value.items()}
