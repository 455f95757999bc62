"""Converts inline lifecycle rules to a lifecycle configuration."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from iacfix.edit import Inputs, Keep, New, When
from iacfix.model import Entry, Fields, Items, Null, Number, Value, literal
from iacfix_aws._buckets.literals import (
    NotMovable,
    copied,
    definite,
    fields_of,
    in_place,
    is_empty,
    is_off,
    items_of,
    switch,
)
from iacfix_aws._tables import reasons

LONGEST = 64
"""Characters of a prefix in an id; S3 allows ids of 255 characters."""


def lifecycle(type: str, value: Value) -> Mapping[str, New] | str:
    rules = items_of(value, "lifecycle")
    if not rules:
        return "the empty list of lifecycle rules is dropped"
    taken = {given for rule in rules if isinstance(rule, Fields) and (given := literal(rule.get("id"))) is not None}
    return {"rules": in_place(value, [in_place(rule, _lifecycle_rule(type, rule, taken)) for rule in rules])}


def waits_for_versioning(value: Value) -> bool:
    """A rule applies to noncurrent versions."""
    return any(
        isinstance(rule, Fields)
        and (rule.has("noncurrentVersionExpiration") or rule.has("noncurrentVersionTransitions"))
        for rule in items_of(value, "lifecycle")
    )


def told_ids(value: Value) -> str:
    given = [rule.get("id") if isinstance(rule, Fields) else None for rule in items_of(value, "lifecycle")]
    if all(id is not None and not isinstance(id, Null) for id in given):
        return ""
    return "a lifecycle rule without an id gets one, in place of a random one"


def _lifecycle_rule(type: str, value: Value, taken: set[str]) -> Inputs:
    rule = fields_of(
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
        raise NotMovable(reasons.RULE_WITHOUT_ENABLED)
    if any(isinstance(days, Number) and days.number == 0 for days in _ages(rule)):
        raise NotMovable(reasons.ZERO_DAYS)
    definite(rule, "lifecycle", "id", "prefix", "tags", "abortIncompleteMultipartUploadDays")
    given = rule.get("id")
    fields: dict[str, New] = {
        "id": Keep(given) if given is not None else _rule_id(rule, taken),
        "status": When(switch(enabled, "a lifecycle rule"), "Enabled", "Disabled", "enabled", is_required=True),
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
    """The filter that the provider stored for the inline form: an empty prefix for all objects, `and` where there are
    tags."""
    prefix, tags = rule.get("prefix"), rule.get("tags")
    if tags is None or is_empty(tags):
        return Inputs(type, {"prefix": Keep(prefix) if prefix is not None else ""})
    both: dict[str, New] = {"prefix": Keep(prefix)} if prefix is not None else {}
    return Inputs(type, {"and": Inputs(f"{type}And", {**both, "tags": Keep(tags)})})


def _action(type: str, entry: Entry) -> tuple[str, New] | None:
    value = entry.value
    match entry.key:
        case _ if isinstance(value, Items) and is_empty(value):
            return None
        case "abortIncompleteMultipartUploadDays":
            days = Inputs(f"{type}AbortIncompleteMultipartUpload", {"daysAfterInitiation": Keep(value)})
            return "abortIncompleteMultipartUpload", days
        case "expiration":
            return entry.key, in_place(value, _expiration(f"{type}Expiration", value))
        case "noncurrentVersionExpiration":
            fields = _noncurrent(fields_of(value, "lifecycle", "days"))
            made = Inputs(f"{type}NoncurrentVersionExpiration", copied(fields, days="noncurrentDays"), fields)
            return entry.key, in_place(value, made)
        case "noncurrentVersionTransitions":
            return entry.key, in_place(value, _noncurrent_transitions(f"{type}NoncurrentVersionTransition", value))
        case "transitions":
            return entry.key, in_place(value, _transitions(f"{type}Transition", value))
        case _:
            return None


def _expiration(type: str, value: Value) -> Inputs:
    """The expiration: the provider used the date, else the days, else the marker."""
    known = ("days", "date", "expiredObjectDeleteMarker")
    fields = definite(fields_of(value, "lifecycle", *known), "lifecycle", *known)
    used = next((key for key in ("date", "days", "expiredObjectDeleteMarker") if fields.has(key)), None)
    if used is None:
        raise NotMovable(reasons.EMPTY_EXPIRATION)
    if not all(is_off(entry.value) for entry in fields.entries if entry.key != used):
        raise NotMovable(reasons.SEVERAL_EXPIRATIONS)
    return Inputs(type, {key: new for key, new in copied(fields).items() if key == used}, fields)


def _transitions(type: str, value: Value) -> list[New]:
    known = ("days", "date", "storageClass")
    transitions = [fields_of(item, "lifecycle", *known) for item in items_of(value, "lifecycle")]
    return [in_place(fields, Inputs(type, copied(fields), fields)) for fields in transitions]


def _noncurrent_transitions(type: str, value: Value) -> list[New]:
    known = ("days", "storageClass")
    transitions = [_noncurrent(fields_of(item, "lifecycle", *known)) for item in items_of(value, "lifecycle")]
    return [in_place(fields, Inputs(type, copied(fields, days="noncurrentDays"), fields)) for fields in transitions]


def _noncurrent(fields: Fields) -> Fields:
    """The same fields. Raises NotMovable without `days`, which the new resource requires."""
    definite(fields, "lifecycle", "days")
    if not fields.has("days"):
        raise NotMovable(reasons.NONCURRENT_WITHOUT_DAYS)
    return fields


def _rule_id(rule: Fields, taken: set[str]) -> str:
    """An id that describes the rule, instead of the provider's random one."""
    base = next(_id_words(rule), f"rule{_of(rule, '-')}")
    name, count = base, 2
    while name in taken:
        name, count = f"{base}-{count}", count + 1
    taken.add(name)
    return name


def _id_words(rule: Fields) -> Iterator[str]:
    """Descriptions of the rule's actions; the first one is used."""
    if (expiration := _nonempty(rule, "expiration")) is not None:
        yield _ending(rule, expiration)
    if (transitions := _nonempty(rule, "transitions")) is not None:
        yield f"transition{_of(rule, '-')}{_to(transitions)}"
    if (noncurrent := _nonempty(rule, "noncurrentVersionExpiration")) is not None:
        yield f"expire-noncurrent-versions{_of(rule, '-of-')}{_when(noncurrent, 'days')}"
    if (noncurrent := _nonempty(rule, "noncurrentVersionTransitions")) is not None:
        yield f"transition-noncurrent-versions{_of(rule, '-of-')}{_to(noncurrent)}"
    if _nonempty(rule, "abortIncompleteMultipartUploadDays") is not None:
        yield f"abort-incomplete-uploads{_of(rule, '-of-')}{_when(rule, 'abortIncompleteMultipartUploadDays')}"


def _ending(rule: Fields, expiration: Value) -> str:
    marker, date = rule.at("expiration", "expiredObjectDeleteMarker"), _slug(rule.at("expiration", "date"))
    if marker is not None and not is_off(marker):
        return f"remove-expired-delete-markers{_of(rule, '-of-')}"
    return f"expire{_of(rule, '-')}{f'-on-{date}' if date else _when(expiration, 'days')}"


def _nonempty(rule: Fields, key: str) -> Value | None:
    value = rule.get(key)
    return value if value is not None and not is_empty(value) else None


def _of(rule: Fields, link: str) -> str:
    """The prefix as part of an id."""
    slug = _slug(rule.get("prefix"))
    return f"{link}{slug}" if slug else ""


def _when(value: Value, key: str) -> str:
    match value.get(key) if isinstance(value, Fields) else None:
        case Number(number=days) as found if found.is_direct:
            return f"-after-{days}-{'day' if days == 1 else 'days'}"
        case _:
            return ""


def _to(value: Value) -> str:
    """The storage classes of transitions, and the days of a single one."""
    steps = value.elements if isinstance(value, Items) else ()
    classes = [_slug(step.get("storageClass")) if isinstance(step, Fields) else "" for step in steps]
    target = f"-to-{'-and-'.join(classes)}" if all(classes) else ""
    return f"{target}{_when(steps[0], 'days')}" if len(steps) == 1 else target


def _slug(value: Value | None) -> str:
    """A literal as a part of an id."""
    written = literal(value) if value is not None and value.is_direct else None
    return re.sub(r"[\W_]+", "-", written or "")[:LONGEST].strip("-").lower()
