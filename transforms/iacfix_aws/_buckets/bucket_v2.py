"""The inline inputs of `BucketV2`, which are lists of one element where `Bucket` has an object."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TypeAlias

from iacfix.model import Entry, Fields, Items, Value
from iacfix_aws._buckets.literals import NotMovable
from iacfix_aws._tables import reasons

Names: TypeAlias = "Mapping[str, tuple[str, Names]]"
"""The name of such a key in the older class, and the same for the keys below it."""

_DESTINATION: Names = {
    "accessControlTranslations": ("accessControlTranslation", {}),
    "replicationTimes": ("replicationTime", {}),
    "metrics": ("metrics", {}),
}
_RULE: Names = {
    "filters": ("filter", {}),
    "destinations": ("destination", _DESTINATION),
    "sourceSelectionCriterias": (
        "sourceSelectionCriteria",
        {"sseKmsEncryptedObjects": ("sseKmsEncryptedObjects", {})},
    ),
}
_LIFECYCLE: Names = {
    "expirations": ("expiration", {}),
    "noncurrentVersionExpirations": ("noncurrentVersionExpiration", {}),
}
_DEFAULT: Names = {"applyServerSideEncryptionByDefaults": ("applyServerSideEncryptionByDefault", {})}
_LOCK: Names = {"rules": ("rule", {"defaultRetentions": ("defaultRetention", {})})}

SINGLE: Names = {
    "versionings": ("versioning", {}),
    "websites": ("website", {}),
    "loggings": ("logging", {}),
    "serverSideEncryptionConfigurations": ("serverSideEncryptionConfiguration", {"rules": ("rule", _DEFAULT)}),
    "replicationConfigurations": ("replicationConfiguration", {}),
}
"""Inputs that are a list of one element."""


def older(key: str, value: Value) -> tuple[str, Value]:
    """An input of `BucketV2` in the form of the older class. Raises NotMovable."""
    if key in SINGLE:
        key, names = SINGLE[key]
        value = _renamed(_only(value, key), names)
    match key, value:
        case ("lifecycleRules", Items(elements=elements)):
            return key, replace(value, elements=tuple(_renamed(element, _LIFECYCLE) for element in elements))
        case ("replicationConfiguration", Fields(entries=entries)):
            return key, replace(value, entries=tuple(_with_rules(entry) for entry in entries))
        case ("objectLockConfiguration", Fields()):
            return key, _renamed(value, _LOCK)
        case _:
            return key, value


def _with_rules(entry: Entry) -> Entry:
    if entry.key != "rules" or not isinstance(entry.value, Items):
        return entry
    rules = tuple(_renamed(rule, _RULE) for rule in entry.value.elements)
    return Entry(entry.key, replace(entry.value, elements=rules), entry.node)


def _renamed(value: Value, names: Names) -> Value:
    """An object in the form of the older class: lists of one element are unwrapped and renamed."""
    if not isinstance(value, Fields):
        return value
    entries: list[Entry] = []
    for entry in value.entries:
        if entry.key in names:
            key, inner = names[entry.key]
            entries.append(Entry(key, _renamed(_only(entry.value, key), inner), entry.node))
        else:
            entries.append(entry)
    return replace(value, entries=tuple(entries))


def _only(value: Value, word: str) -> Value:
    match value:
        case Items(elements=[only], is_open=False) if value.is_direct:
            return only
        case _:
            raise NotMovable(reasons.NOT_A_LIST_OF_ONE.of(word=word))
