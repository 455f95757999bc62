"""Reasons why a bucket may be public on purpose, in the program and the other files of the project."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from iacfix.model import Fields, Hidden, Null, Program, Resource, Value, literal
from iacfix_aws._buckets.dependents import BUCKETS, OBJECTS, named_in, refuse_reads
from iacfix_aws._buckets.literals import NotMovable
from iacfix_aws._tables import reasons
from iacfix_aws._views.policies import Policy, Statement, listed, policies

PRIVATE = frozenset(
    {"private", "log-delivery-write", "bucket-owner-read", "bucket-owner-full-control", "aws-exec-read"}
)
"""Canned ACLs that AWS does not treat as public."""
PUBLIC = ("public-read", "public-read-write", "authenticated-read")
PRIVATE_MEMBER = re.compile(r"CannedAcl\.(?:PRIVATE|Private|LOG_DELIVERY_WRITE|LogDeliveryWrite)$")
WEBSITES = ("aws.s3.BucketWebsiteConfiguration", "aws.s3.BucketWebsiteConfigurationV2")
ACLS = ("aws.s3.BucketAcl", "aws.s3.BucketAclV2")
POLICY, DISTRIBUTION = "aws.s3.BucketPolicy", "aws.cloudfront.Distribution"
NAMELESS = ("arn", "hostedZoneId", "region", "tags", "tagsAll")
"""Outputs that cannot be used to make the bucket public: an ARN is used in policies of others."""
OPENING = (*WEBSITES, *ACLS, *OBJECTS, POLICY, DISTRIBUTION)
ANYONE = re.compile(r"[\"'`]\*[\"'`]|AllPrincipal")
SIGNED = re.compile(r"origin_?access_?(?:control|identity)", re.IGNORECASE)
OF_S3 = re.compile(r"\bs3\b")


@dataclass(frozen=True, eq=False)
class _Opening:
    """Something that makes a bucket public; `owner` is the value that names the bucket, None where it may be any."""

    program: Program
    owner: Value | None
    reason: str

    def may_be_of(self, bucket: Resource) -> bool:
        if self.owner is None or isinstance(self.owner, Resource):
            return self.owner in (None, bucket)
        if named := named_in(self.program, self.owner):
            return bucket in named
        text, own = literal(self.owner), literal(bucket.args.get("bucket"))
        if text is None:
            return True
        if own is not None:
            return own in text
        return not bucket.args.lacks("bucket") and ("." not in text or OF_S3.search(text) is not None)


def openness(program: Program, bucket: Resource) -> str | None:
    """Why the bucket may be public on purpose."""
    return next(_reasons(program, bucket), None)


def _reasons(program: Program, bucket: Resource) -> Iterator[str]:
    if any(not isinstance(bucket.args.get(key), Null | None) for key in ("website", "websites")):
        yield reasons.SERVES_WEBSITE
    if not isinstance(bucket.args.get("grants"), Null | None):
        yield reasons.GRANTS_OPEN
    if not _is_private(bucket.args.get("acl")):
        yield reasons.ACL_OPEN
    if _may_serve(program, bucket):
        yield reasons.ENDPOINT_READ
    yield from (reasons.HANDED_TO.of(name=name) for name in program.handed_to(bucket, *NAMELESS))
    yield from (opening.reason for opening in _openings(program) if opening.may_be_of(bucket))
    yield from (opening.reason for opening in _openings_elsewhere(program) if opening.may_be_of(bucket))


def _may_serve(program: Program, bucket: Resource) -> bool:
    try:
        refuse_reads(program, bucket, ["website"])
    except NotMovable:
        return True
    return False


@lru_cache(maxsize=4)  # asked for every bucket of a file
def _openings(program: Program) -> tuple[_Opening, ...]:
    return tuple(_found(program))


@lru_cache(maxsize=4)  # asked for every bucket of a file
def _openings_elsewhere(program: Program) -> tuple[_Opening, ...]:
    """What makes buckets public in other files of the project."""
    words = (*(type.rpartition(".")[2] for type in OPENING), *PUBLIC)
    return tuple(
        _Opening(other, found.owner, reasons.OPENED_ELSEWHERE.of(why=found.reason, path=path))
        for path, other in program.neighbours.programs(*words)
        for found in _found(other)
    )


def _found(program: Program) -> Iterator[_Opening]:
    for policy in policies(program, (POLICY, "policy"), *((type, "policy") for type in BUCKETS)):
        for reason in _of_policy(policy):
            is_own = policy.host.type in BUCKETS
            yield _Opening(program, policy.host if is_own else policy.host.args.get("bucket"), reason)
    for side in program.resources(*WEBSITES):
        reason = reasons.SIDE_WEBSITE.of(resource=side.label)
        yield _Opening(program, side.args.get("bucket"), reason)
    for side in program.resources(*ACLS, *OBJECTS):
        if not _is_private(side.args.get("acl")) or side.args.has("accessControlPolicy"):
            yield _Opening(program, side.args.get("bucket"), reasons.SIDE_OPEN.of(resource=side.label))
    for side in program.resources(DISTRIBUTION):
        for origin in listed(side.args.get("origins") or side.args.hidden):
            if origin.mention(SIGNED) is None:
                domain = origin.get("domainName") if isinstance(origin, Fields) else None
                yield _Opening(program, domain, reasons.READ_ANONYMOUSLY.of(resource=side.label))
    for text in program.texts():
        if text.literal in PUBLIC and program.where(text).resource is None:
            yield _Opening(program, None, reasons.TOLD_PUBLIC.of(acl=text.literal))


def _of_policy(policy: Policy | Hidden) -> Iterator[str]:
    name = "its policy" if policy.host.type in BUCKETS else policy.host.label
    if isinstance(policy, Hidden):
        yield reasons.OPENING_POLICY_UNKNOWN.of(name=name, why=policy.reason)
    elif not policy.is_whole or policy.unseen is not None or any(map(_is_public, policy.statements)):
        yield reasons.SIDE_OPEN.of(resource=name)


def _is_public(statement: Statement) -> bool:
    """Its principal may be anybody. Conditions are ignored: AWS decides which of them are narrow enough."""
    principal = statement.fields.get("Principal" if statement.is_json else "principals")
    if not statement.may_allow:
        return False
    if principal is None or not listed(principal) or any(statement.hidden_principals):
        return True
    return principal.mention(ANYONE) is not None


def _is_private(acl: Value | None) -> bool:
    if acl is None or acl.is_nothing:
        return True
    return literal(acl) in PRIVATE or acl.mention(PRIVATE_MEMBER) is not None
