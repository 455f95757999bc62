"""Converts the inline website of a bucket to a separate resource."""

from __future__ import annotations

from collections.abc import Mapping

from iacfix.edit import Inputs, Keep, New
from iacfix.model import Fields, Items, Text, Value, literal
from iacfix_aws._buckets.literals import NotMovable, definite, fields_of, inline_only, items_of
from iacfix_aws._tables import reasons

WORD = "website"
OUTPUTS = ("websiteEndpoint", "websiteDomain")
"""Outputs of the bucket that the new resource has instead."""

KEYS = ("indexDocument", "errorDocument", "redirectAllRequestsTo", "routingRules")
CONDITION = {"HttpErrorCodeReturnedEquals": "httpErrorCodeReturnedEquals", "KeyPrefixEquals": "keyPrefixEquals"}
REDIRECT = {
    "HostName": "hostName",
    "HttpRedirectCode": "httpRedirectCode",
    "Protocol": "protocol",
    "ReplaceKeyPrefixWith": "replaceKeyPrefixWith",
    "ReplaceKeyWith": "replaceKeyWith",
}
ONE_TEXT = frozenset({"aws.s3.BucketWebsiteConfiguration"})
"""Classes whose inline routing rules are always a JSON string; under major 6 they may be a list, too."""


def website(type: str, value: Value) -> Mapping[str, New]:
    fields = fields_of(value, WORD, *KEYS)
    if not fields.entries:
        raise NotMovable(reasons.EMPTY_WEBSITE)
    definite(fields, WORD, "indexDocument", "errorDocument")
    made: dict[str, New] = {}
    for entry in fields.entries:
        match entry.key:
            case "indexDocument":
                made[entry.key] = Inputs(f"{type}IndexDocument", {"suffix": Keep(entry.value)})
            case "errorDocument":
                made[entry.key] = Inputs(f"{type}ErrorDocument", {"key": Keep(entry.value)})
            case "redirectAllRequestsTo":
                made[entry.key] = _redirect(f"{type}RedirectAllRequestsTo", entry.value)
            case _ if isinstance(entry.value, Items):
                made["routingRules"] = _routing_rules(f"{type}RoutingRule", entry.value)
            case _:
                if not isinstance(entry.value, Text) and type not in ONE_TEXT and not entry.value.is_serialised:
                    raise NotMovable(reasons.ROUTING_RULES_MAYBE_LIST)
                made["routingRuleDetails"] = Keep(entry.value)
    return made


def _redirect(type: str, value: Value) -> Inputs:
    target = literal(value)
    if target is None or not value.is_direct:
        raise NotMovable(reasons.REDIRECT_COMPUTED)
    scheme, found, rest = target.partition("://")
    both: dict[str, New] = {"hostName": rest, "protocol": scheme} if found else {"hostName": target}
    return Inputs(type, both)


def _routing_rules(type: str, value: Items) -> list[New]:
    """Literal routing rules, whose keys are spelled as in S3's own documents."""
    return [_routing_rule(type, item) for item in items_of(inline_only(value, "website"), "routing rules")]


def _routing_rule(type: str, value: Value) -> Inputs:
    parts = {_capital(entry.key): entry.value for entry in _written(value, ("Condition", "Redirect")).entries}
    if "Redirect" not in parts:
        raise NotMovable(reasons.ROUTING_RULE_INCOMPLETE)
    made: dict[str, New] = {}
    for key, names in (("Condition", CONDITION), ("Redirect", REDIRECT)):
        if key in parts:
            inner = _written(parts[key], names)
            fields: dict[str, New] = {names[_capital(entry.key)]: _text(entry.value) for entry in inner.entries}
            made[key.lower()] = Inputs(f"{type}{key}", fields, inner)
    return Inputs(type, made, value)


def _written(value: Value, known: Mapping[str, str] | tuple[str, ...]) -> Fields:
    if not isinstance(value, Fields) or value.is_open or not value.is_direct:
        raise NotMovable(reasons.ROUTING_RULES_NOT_LITERAL)
    if unknown := [entry.key for entry in value.entries if _capital(entry.key) not in known]:
        raise NotMovable(reasons.UNKNOWN_ROUTING_PART.of(key=unknown[0]))
    return value


def _capital(key: str) -> str:
    return key[:1].upper() + key[1:]


def _text(value: Value) -> New:
    if not isinstance(value, Text):
        raise NotMovable(reasons.ROUTING_PART_COMPUTED)
    return Keep(value)
