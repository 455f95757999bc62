"""The resources that configure a bucket already, and those that depend on its settings."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from iacfix.model import HOLE, Fields, Flag, Items, Program, Resource, Text, Value, literal, may_be_nothing
from iacfix_aws._buckets.acl import ENABLED, is_public
from iacfix_aws._buckets.literals import NotMovable
from iacfix_aws._buckets.settings import SideResource
from iacfix_aws._buckets.website import OUTPUTS
from iacfix_aws._tables import reasons

OWNER = re.compile(r"(\w+)\W+\w+\W*$")
"""The object of the last member access in an expression."""

LOGGING = frozenset({"aws.s3.BucketLogging", "aws.s3.BucketLoggingV2"})
BY_ACL = LOGGING | {"aws.cloudfront.Distribution", "aws.ec2.SpotDatafeedSubscription"}
BY_POLICY = LOGGING | {
    "aws.alb.LoadBalancer",
    "aws.bcmdata.Export",
    "aws.bedrockmodel.InvocationLoggingConfiguration",
    "aws.cfg.DeliveryChannel",
    "aws.cloudtrail.Trail",
    "aws.cur.ReportDefinition",
    "aws.ec2.FlowLog",
    "aws.elb.LoadBalancer",
    "aws.guardduty.PublishingDestination",
    "aws.lb.LoadBalancer",
    "aws.macie2.ClassificationExportConfiguration",
    "aws.networkfirewall.LoggingConfiguration",
    "aws.redshift.Cluster",
    "aws.redshift.Logging",
    "aws.route53.ResolverQueryLogConfig",
    "aws.s3.AnalyticsConfiguration",
    "aws.s3.Inventory",
    "aws.ses.ReceiptRule",
    "aws.ssm.ResourceDataSync",
    "aws.vpclattice.AccessLogSubscription",
    "aws.wafv2.WebAclLoggingConfiguration",
}
"""Resources whose service writes into a bucket, which requires its policy."""

WRITERS = {"policy": BY_POLICY, "acl": BY_ACL, "grants": BY_ACL}
"""Resources that cannot write into a bucket before it has this setting."""

USERS = {**WRITERS, "versioning": frozenset({"aws.s3.BucketReplicationConfig"})}
"""Resources that fail before a bucket has this setting; so do other buckets with inline settings that use it."""

BUCKETS = ("aws.s3.Bucket", "aws.s3.BucketV2")
OBJECTS = ("aws.s3.BucketObject", "aws.s3.BucketObjectv2", "aws.s3.ObjectCopy")
INTO_OTHERS = {
    **dict.fromkeys(WRITERS, ("logging", "loggings")),
    "versioning": ("replicationConfiguration", "replicationConfigurations"),
}

ACCESS_BLOCK = "aws.s3.BucketPublicAccessBlock"

TELLING = frozenset(
    {
        "accelerationStatus",
        "corsRules",
        "lifecycleRules",
        "objectLockConfiguration",
        "replicationConfiguration",
        "requestPayer",
        "serverSideEncryptionConfiguration",
        "versioning",
    }
)
"""Outputs that few other resources have."""

CONFIGURATION = ("args", "cfg", "conf", "config", "input", "inputs", "opts", "options", "params", "props", "settings")
"""Endings of names of configuration objects."""


def refuse_second(program: Program, bucket: Resource, part: SideResource) -> None:
    """Raises NotMovable where a resource for the setting, or one of the same name, exists or may exist."""
    word = part.name.replace("-", " ")
    own, name = literal(bucket.args.get("bucket")), _shape(bucket.name)
    types = (part.type.removesuffix("V2"), f"{part.type.removesuffix('V2')}V2")
    for side, owner, known in _sides(program, types).about(bucket, own, f"{name}-{part.name}"):
        if known is bucket or (own is not None and literal(owner) == own):
            raise NotMovable(reasons.SET_BESIDE.of(resource=side.label, word=word))
        if known is None and literal(owner) is None and not _is_of_another(program, side, bucket, part):
            raise NotMovable(reasons.MAY_BE_SET_BESIDE.of(resource=side.label, word=word))
        namesake = known is not None and _shape(known.name) == _shape(bucket.name) and known.type == bucket.type
        if name != HOLE and not namesake and _shape(side.name) == f"{name}-{part.name}":
            raise NotMovable(reasons.NAMESAKE.of(word=word, resource=side.label))
    if name != HOLE and _bucket_names(program).get(name, frozenset()) - {bucket.type}:
        raise NotMovable(reasons.BUCKET_NAMESAKE)
    for path, other in program.neighbours.programs(*(type.rpartition(".")[2] for type in types)):
        for side in other.resources(*types):
            owner = side.args.get("bucket")
            known = other.referent(owner) if owner is not None else None
            is_copy = known is not None and _shape(known.name) == name
            if name != HOLE and not is_copy and _shape(side.name) == f"{name}-{part.name}":
                raise NotMovable(reasons.NAMESAKE_ELSEWHERE.of(word=word, resource=side.label, path=path))
            if known is not None or (literal(owner) is None and _is_of_another(other, side, bucket, part)):
                continue
            if literal(owner) is None or literal(owner) == own:
                said = reasons.MAY_BE_SET_BESIDE_ELSEWHERE if literal(owner) is None else reasons.SET_BESIDE_ELSEWHERE
                raise NotMovable(said.of(resource=side.label, path=path, word=word))


def _is_of_another(program: Program, side: Resource, bucket: Resource, part: SideResource) -> bool:
    """The name of a resource whose bucket is unknown begins with that of another bucket of the file."""
    name, ending = _shape(side.name), f"-{part.name}"
    owner = name.removesuffix(ending)
    return name.endswith(ending) and owner != _shape(bucket.name) and owner in _bucket_names(program)


@lru_cache(maxsize=8)  # asked for every bucket and every resource beside one
def _bucket_names(program: Program) -> Mapping[str, frozenset[str]]:
    """The names of the file's buckets, with their types."""
    types = defaultdict[str, frozenset[str]](frozenset)
    for bucket in program.resources(*BUCKETS):
        types[_shape(bucket.name)] |= {bucket.type}
    return dict(types)


_Side = tuple[Resource, Value | None, Resource | None]
"""A resource for a setting, its `bucket` input, and the bucket of the file that this refers to."""


@dataclass(frozen=True)
class _Sides:
    """The resources for a setting, indexed by bucket, bucket name and own name, and those whose bucket is unknown."""

    all: tuple[_Side, ...]
    places: Mapping[Resource | str, tuple[int, ...]]
    unknown: tuple[int, ...]

    def about(self, bucket: Resource, own: str | None, name: str) -> Iterator[_Side]:
        """The resources that may belong to the bucket or have this name."""
        keys = (bucket, f"bucket {own}", f"name {name}")
        places = {*self.unknown, *(place for key in keys for place in self.places.get(key, ()))}
        return (self.all[place] for place in sorted(places))


@lru_cache(maxsize=32)  # asked for every bucket and each of its settings
def _sides(program: Program, types: tuple[str, ...]) -> _Sides:
    found: list[_Side] = []
    places = defaultdict[Resource | str, list[int]](list)
    unknown: list[int] = []
    for place, side in enumerate(program.resources(*types)):
        owner = side.args.get("bucket")
        known = program.referent(owner) if owner is not None else None
        found.append((side, owner, known))
        text = literal(owner)
        if known is None and text is None:
            unknown.append(place)
        for key in (known, f"bucket {text}", f"name {_shape(side.name)}"):
            if key is not None:
                places[key].append(place)
    return _Sides(tuple(found), {key: tuple(each) for key, each in places.items()}, tuple(unknown))


def _shape(name: Value | None) -> str:
    return name.pattern if isinstance(name, Text) else HOLE


def refuse_reads(program: Program, bucket: Resource, moved: list[str]) -> None:
    """Raises NotMovable where an output for a moved setting is read, or may be: it is empty after the split."""
    for output in moved:
        for read in program.reads(bucket, output):
            if may_be_nothing(read):
                raise NotMovable(reasons.ALL_OUTPUTS_READ.of(output=output))
            raise NotMovable(reasons.OUTPUT_READ.of(output=output))
    outputs = [*moved, *(OUTPUTS if {"website", "websites"} & set(moved) else ())]
    spellings = [spelling for output in outputs for spelling in (output, _snake(output))]
    for path, other in [("the program", program), *program.neighbours.programs(*spellings)]:
        for output in outputs:
            _refuse_read(path, other, bucket, output)


def _refuse_read(path: str, program: Program, bucket: Resource, output: str) -> None:
    """Raises NotMovable where the output is read of something that may be the bucket."""
    if bucket.binding and any(True for _ in program.reads(None, output, bucket.binding)):
        raise NotMovable(reasons.OUTPUT_READ_ELSEWHERE.of(path=path, bucket=bucket.binding, output=output))
    for read in program.reads(None, output):
        if output in OUTPUTS:
            raise NotMovable(reasons.WEBSITE_OUTPUT_READ.of(path=path))
        owner = read.mention(OWNER)
        if output in TELLING and owner and not owner[1].lower().endswith(CONFIGURATION):
            raise NotMovable(reasons.VALUE_READ_ELSEWHERE.of(path=path, code=read.shown))


def _snake(name: str) -> str:
    return re.sub(r"([A-Z])", r"_\1", name).lower()


def versioning_of(program: Program, bucket: Resource) -> Resource | None:
    """The existing versioning resource of the bucket."""
    return _beside(program, bucket, "aws.s3.BucketVersioning", "aws.s3.BucketVersioningV2")


def openings(program: Program, bucket: Resource, acl: Value | None) -> list[Resource]:
    """The resources that an ACL depends on, ownership controls first. Raises NotMovable where they forbid it."""
    ownership = _beside(program, bucket, "aws.s3.BucketOwnershipControls")
    if ownership is not None and literal(ownership.args.at("rule", "objectOwnership")) not in ENABLED:
        raise NotMovable(reasons.OWNERSHIP_UNKNOWN.of(resource=ownership.label))
    found = [ownership] if ownership is not None else []
    block = _beside(program, bucket, ACCESS_BLOCK)
    if block is not None and acl is not None and is_public(acl):
        keys = ("blockPublicAcls", "ignorePublicAcls")
        if any(not _is_false(block.args.get(key)) and not block.args.lacks(key) for key in keys):
            raise NotMovable(reasons.PUBLIC_ACLS_BLOCKED.of(resource=block.label))
        found.append(block)
    return found


def blocks(program: Program, bucket: Resource) -> bool:
    """The bucket has a public access block in this file."""
    own = literal(bucket.args.get("bucket"))
    return (own is not None and own in _blocked(program)) or _beside(program, bucket, ACCESS_BLOCK) is not None


@lru_cache(maxsize=8)  # asked for every bucket of a file
def _blocked(program: Program) -> frozenset[str | None]:
    """The literal bucket names of public access blocks."""
    return frozenset(literal(side.args.get("bucket")) for side in program.resources(ACCESS_BLOCK))


def opened_block(program: Program, bucket: Resource) -> Resource | None:
    """The public access block that allows public policies, on which a public policy depends."""
    block = _beside(program, bucket, ACCESS_BLOCK)
    return block if block is not None and _is_false(block.args.get("blockPublicPolicy")) else None


def has_objects(program: Program, bucket: Resource) -> bool:
    """The program creates objects in the bucket."""
    return any(_names(program, found.args, bucket) for found in program.resources(*OBJECTS))


def _is_false(value: Value | None) -> bool:
    return isinstance(value, Flag) and not value.flag


def _beside(program: Program, bucket: Resource, *types: str) -> Resource | None:
    return _by_bucket(program, types).get(bucket)


@lru_cache(maxsize=8)  # asked for every bucket of a file
def _by_bucket(program: Program, types: tuple[str, ...]) -> dict[Resource, Resource]:
    """The first resource of these types for each bucket."""
    found: dict[Resource, Resource] = {}
    for side in program.resources(*types):
        owner = side.args.get("bucket")
        if owner is not None and (bucket := program.referent(owner)) is not None:
            found.setdefault(bucket, side)
    return found


def writers(program: Program, bucket: Resource, types: frozenset[str]) -> list[Resource]:
    """The resources of these types whose service writes into the bucket, and the buckets that log into it."""
    found = [other for other in program.resources(*types) if _writes(program, other, bucket)]
    return found + [
        other
        for other in program.resources(*BUCKETS)
        for key in ("logging", "loggings")
        if other is not bucket and (logging := other.args.get(key)) is not None and _names(program, logging, bucket)
    ]


def doubtful(program: Program, bucket: Resource, key: str) -> Iterator[str]:
    """The labels of resources that fail before their bucket has this setting, and whose bucket is unknown."""
    here, elsewhere = _users_of_unknown(program, key)
    for other in here:
        if other is not bucket and not _writes(program, other, bucket):
            yield other.label
    yield from elsewhere


@lru_cache(maxsize=8)  # asked for every bucket of a file, and the same for all of them
def _users_of_unknown(program: Program, key: str) -> tuple[list[Resource], list[str]]:
    """The resources of the file with an unknown bucket that needs this setting, and the labels of those in other
    files."""
    types = (*sorted(USERS[key]), *BUCKETS)
    here = [other for other in program.resources(*types) if _uses_unknown(program, other, key)]
    words = sorted({type.rpartition(".")[2] for type in types})
    return here, [
        f"{other.label} in {path}"
        for path, beyond in program.neighbours.programs(*words)
        for other in beyond.resources(*types)
        if _uses_unknown(beyond, other, key)
    ]


def _uses_unknown(program: Program, other: Resource, key: str) -> bool:
    if other.type not in BUCKETS:
        return _is_unknown(program, other.args)
    inline = [other.args.get(setting) for setting in INTO_OTHERS[key]]
    return any(value is not None and _is_unknown(program, value) for value in inline)


def _writes(program: Program, other: Resource, bucket: Resource) -> bool:
    """It refers to the bucket, or depends on it."""
    waits = other.options.get("dependsOn") if isinstance(other.options, Fields) else None
    return _names(program, other.args, bucket) or (waits is not None and _names(program, waits, bucket))


def _is_unknown(program: Program, value: Value, key: str = "") -> bool:
    """A bucket is given by an expression that refers to no resource of the file."""
    match value:
        case Fields():
            return any(_is_unknown(program, entry.value, entry.key) for entry in value.entries)
        case Items():
            return any(_is_unknown(program, element, key) for element in value.elements)
        case _:
            is_bucket = "bucket" in key.lower() or key == "logDestination"
            return is_bucket and literal(value) is None and program.referent(value) is None


def waiting_for_versions(program: Program, bucket: Resource) -> Iterator[Resource]:
    """The resources that need the bucket's versioning: replications, also inline ones of other buckets, and pipelines.
    Raises NotMovable where an inline replication is not visible."""
    for pipeline in program.resources("aws.codepipeline.Pipeline"):
        if (stages := pipeline.args.get("stages")) is not None and _names(program, stages, bucket):
            yield pipeline
    for other in program.resources("aws.s3.BucketReplicationConfig"):
        if _names(program, other.args, bucket):
            yield other
    for other, value in _replications(program):
        if other is bucket:
            continue
        if isinstance(value, Fields | Items):
            if _names(program, value, bucket):
                yield other
        elif not value.is_nothing:
            raise NotMovable(reasons.REPLICATION_MAY_WAIT.of(resource=other.label))


@lru_cache(maxsize=8)  # asked for every bucket of a file
def _replications(program: Program) -> tuple[tuple[Resource, Value], ...]:
    """The buckets with an inline replication."""
    keys = ("replicationConfiguration", "replicationConfigurations")
    found = ((bucket, bucket.args.get(key)) for bucket in program.resources(*BUCKETS) for key in keys)
    return tuple((bucket, value) for bucket, value in found if value is not None)


def _names(program: Program, value: Value, bucket: Resource) -> bool:
    """A value refers to the bucket."""
    return bucket in named_in(program, value)


def named_in(program: Program, value: Value) -> frozenset[Resource]:
    """The resources that a value refers to."""
    return _named(program, value, _seen(program))


@lru_cache(maxsize=4)  # what resources are given is asked for every bucket of a file
def _seen(program: Program) -> dict[Value, frozenset[Resource]]:  # noqa: ARG001 (its key)
    """A cache of `named_in` for the program's values."""
    return {}


def _named(program: Program, value: Value, seen: dict[Value, frozenset[Resource]]) -> frozenset[Resource]:
    if value not in seen:
        seen[value] = frozenset[Resource]().union(*(_named(program, part, seen) for part in _parts(value)))
        if not isinstance(value, Fields | Items | Text) and (named := program.referent(value)) is not None:
            seen[value] = frozenset({named})
    return seen[value]


def _parts(value: Value) -> Iterator[Value]:
    match value:
        case Fields():
            yield from (entry.value for entry in value.entries)
        case Items():
            yield from value.elements
        case Text():
            yield from (chunk.value for chunk in value.chunks if chunk.value is not None)
        case _:
            pass
