"""`BucketV2`'s deprecated inputs, where every object is a list of one, as `Bucket` spells them."""

from __future__ import annotations

from graph.mocked_cloud import Json, Object

DESTINATION = "replicationConfigurations.rules.destinations"
CRITERIA = "replicationConfigurations.rules.sourceSelectionCriterias"
SINGULAR = {
    "versionings": "versioning",
    "websites": "website",
    "loggings": "logging",
    "serverSideEncryptionConfigurations": "serverSideEncryptionConfiguration",
    "serverSideEncryptionConfigurations.rules": "rule",
    "serverSideEncryptionConfigurations.rules.applyServerSideEncryptionByDefaults": (
        "applyServerSideEncryptionByDefault"
    ),
    "lifecycleRules.expirations": "expiration",
    "lifecycleRules.noncurrentVersionExpirations": "noncurrentVersionExpiration",
    "objectLockConfiguration.rules": "rule",
    "objectLockConfiguration.rules.defaultRetentions": "defaultRetention",
    "replicationConfigurations": "replicationConfiguration",
    "replicationConfigurations.rules.filters": "filter",
    DESTINATION: "destination",
    f"{DESTINATION}.accessControlTranslations": "accessControlTranslation",
    f"{DESTINATION}.metrics": "metrics",
    f"{DESTINATION}.replicationTimes": "replicationTime",
    CRITERIA: "sourceSelectionCriteria",
    f"{CRITERIA}.sseKmsEncryptedObjects": "sseKmsEncryptedObjects",
}
"""By their path, which names the lists it goes through."""


def unlisted(inputs: Object) -> Object:
    """Inputs of a bucket of either class, as `Bucket` of major 7 takes them; what is null is left out."""
    return _object(inputs, "")


def _object(value: Object, path: str) -> Object:
    made: Object = {}
    for key, inner in value.items():
        place = f"{path}.{key}" if path else key
        match inner:
            case None:
                continue
            case list() if place in SINGULAR:
                if len(inner) > 1:
                    raise ValueError(f"{place} has several entries, of which a bucket takes one")
                made |= {SINGULAR[place]: _value(inner[0], place)} if inner else {}
            case _:
                made[key] = _value(inner, place)
    return made


def _value(value: Json, path: str) -> Json:
    match value:
        case dict():
            return _object(value, path)
        case list():
            return [_value(each, path) for each in value]
        case _:
            return value
