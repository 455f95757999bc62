"""Converts the inline ACL and grants of a bucket to a separate resource."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from iacfix.edit import Inputs, Keep, Lookup, New
from iacfix.model import Resource, Text, Value, literal
from iacfix_aws._buckets.literals import NotMovable, fields_of, inline_only, items_of
from iacfix_aws._tables import reasons

CONSTANT = re.compile(r"\b(?:CannedAcl\.(?P<member>\w+)|(?P<name>[A-Z]\w+)Acl)$")
PUBLIC = frozenset({"publicread", "publicreadwrite"})
ENABLED = "ObjectWriter", "BucketOwnerPreferred"
"""The object ownerships that allow ACLs."""


def acl(_: str, value: Value) -> Mapping[str, New] | str:
    name = _canned(value)
    if name is None:
        raise NotMovable(reasons.ACL_COMPUTED.of(code=value.shown))
    return "the ACL private is the default and is dropped" if name == "private" else {"acl": Keep(value)}


def is_public(value: Value) -> bool:
    return _canned(value) in PUBLIC


def _canned(value: Value) -> str | None:
    """The canned ACL that a string or a constant names, in lower case without dashes; None where it is computed."""
    constant = value.mention(CONSTANT)
    name = literal(value) or (constant["member"] or constant["name"] if constant else None)
    return re.sub("[-_]", "", name).lower() if name else None


def grants(type: str, value: Value) -> Mapping[str, New] | str:
    """One grant for each permission of each grantee."""
    items = items_of(value, "grants")
    if not items:
        return "the empty list of grants is dropped"
    policy = f"{type}AccessControlPolicy"
    made = [grant for item in items for grant in _grants(f"{policy}Grant", item)]
    return {"accessControlPolicy": Inputs(policy, {"grants": made})}


def owned(inputs: Mapping[str, New], bucket: Resource) -> dict[str, New]:
    """Grants with the bucket's owner, which the new resource requires."""
    policy = inputs["accessControlPolicy"]
    assert isinstance(policy, Inputs)
    user = Lookup("aws.s3.getCanonicalUserId", "id", "currentUser", bucket, bare=True)
    owner = Inputs(f"{policy.type}Owner", {"id": user})
    return {"accessControlPolicy": Inputs(policy.type, {**policy.fields, "owner": owner})}


def _grants(type: str, value: Value) -> Iterator[Inputs]:
    grant = fields_of(inline_only(value, "grants"), "grants", "id", "type", "permissions", "uri")
    permissions = grant.get("permissions")
    if permissions is None or not grant.has("type"):
        raise NotMovable(reasons.GRANT_INCOMPLETE)
    grantee: dict[str, New] = {entry.key: Keep(entry.value) for entry in grant.entries if entry.key != "permissions"}
    for permission in items_of(inline_only(permissions, "grants"), "grants"):
        if not isinstance(permission, Text):
            raise NotMovable(reasons.PERMISSIONS_COMPUTED)
        yield Inputs(type, {"grantee": Inputs(f"{type}Grantee", grantee), "permission": Keep(permission)})
