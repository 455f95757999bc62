"""The edits that split a bucket: inline settings are removed, and resources for them are added after it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from iacfix.edit import AddResource, DropField, Edit, Inputs, Keep, New, RefTo, Replace, Retype, SetField
from iacfix.model import Fields, Items, Null, Opaque, Program, Resource, Value, literal
from iacfix_aws._buckets.acl import is_public, owned
from iacfix_aws._buckets.bucket_v2 import SINGLE, older
from iacfix_aws._buckets.dependents import (
    USERS,
    WRITERS,
    doubtful,
    has_objects,
    opened_block,
    openings,
    refuse_reads,
    refuse_second,
    versioning_of,
    waiting_for_versions,
    writers,
)
from iacfix_aws._buckets.literals import NotMovable
from iacfix_aws._buckets.settings import SETTINGS, SideResource, setting_of
from iacfix_aws._buckets.website import OUTPUTS
from iacfix_aws._tables import reasons
from iacfix_aws._tables.majors import BUCKET_CLASS, BUCKET_INPUTS, COMPUTED_INPUTS, MAJORS, side_class

CHANGED_OUTPUTS = ("versioning", "serverSideEncryptionConfiguration", "replicationConfiguration", "website")
"""Outputs with another shape on the newer class of major 6."""

BEFORE_OBJECTS = ("versioning", "serverSideEncryptionConfiguration", "objectLockConfiguration")
SPREAD = frozenset({"bucket", "bucketPrefix", "forceDestroy", "tags"})
"""Inputs that may come from a spread, because the split does not touch them."""
OWNERSHIP = "aws.s3.BucketOwnershipControls"
IGNORED = "changes to its {} were ignored until now: import the new resource, or it writes what the program says"


@dataclass(frozen=True)
class Inline:
    """An inline setting: its input as written, its name in the older class, and the resource that it becomes."""

    written: str
    key: str
    value: Value
    part: SideResource


@dataclass(frozen=True)
class BucketSplit:
    """The edits, notes about them, and notes about what they assume, which makes the fix unsafe."""

    edits: tuple[Edit, ...]
    said: tuple[str, ...]
    assumed: tuple[str, ...]


def inline_settings(bucket: Resource) -> list[str]:
    """The inputs that are settings and not null."""
    known = {*SETTINGS, *SINGLE} if bucket.type == "aws.s3.BucketV2" else SETTINGS.keys()
    keys = (*bucket.args.keys, *bucket.args.spread_keys)
    return [key for key in keys if key in known and not isinstance(bucket.args.get(key), Null)]


def split(program: Program, bucket: Resource, written: Sequence[str], *, bucket_key: bool) -> BucketSplit:
    """The edits that move these inputs. Raises NotMovable."""
    settings = [_inline(program, bucket, name, bucket_key) for name in written]
    _refuse_unknown(program, bucket, written)
    made = [inline.part.name for inline in settings if inline.part.inputs is not None]
    if twice := [name for name in made if made.count(name) > 1]:
        raise NotMovable(reasons.TWO_SETTINGS_ONE_RESOURCE.of(name=twice[0]))
    for inline in settings:
        if inline.part.inputs is not None:
            refuse_second(program, bucket, inline.part)
    refuse_reads(program, bucket, [inline.written for inline in settings])
    ignored = _ignored(bucket.options, written)
    edits = [
        *_retyped(program, bucket, settings),
        *(DropField(bucket.args, name) for name in _given(program, bucket, written)),
        *_flagged(bucket, settings),
        *_no_longer_ignored(bucket.options, ignored),
        *_Parts(program, bucket, settings, ignored).added(),
    ]
    return BucketSplit(
        tuple(edits),
        tuple(_notes(program, bucket, settings)),
        tuple(_assumed(program, bucket, settings, ignored)),
    )


def _notes(program: Program, bucket: Resource, settings: list[Inline]) -> Iterator[str]:
    yield from (inline.part.said for inline in settings if inline.part.said)
    if computed := _computed(program, bucket):
        yield f"no longer written out, since the provider finds it: {', '.join(computed)}"
    if has_objects(program, bucket) and any(inline.key in BEFORE_OBJECTS for inline in settings):
        yield "objects that the program puts into a new bucket no longer wait for its settings"


def _assumed(program: Program, bucket: Resource, settings: list[Inline], ignored: list[str]) -> Iterator[str]:
    yield from (inline.part.assumes for inline in settings if inline.part.assumes)
    moved = [inline for inline in settings if inline.part.inputs is not None]
    for inline in moved:
        yield from _opening(program, bucket, inline)
    yield from (IGNORED.format(SETTINGS[inline.key].word) for inline in moved if inline.written in ignored)
    for inline in moved:
        for label in doubtful(program, bucket, inline.key) if inline.key in USERS else ():
            yield f"{label} may use the bucket, and would have to wait for its new {inline.part.name}"


def _inline(program: Program, bucket: Resource, name: str, bucket_key: bool) -> Inline:
    if moved := [key for key in bucket.args.spread_keys if key not in SPREAD]:
        raise NotMovable(reasons.SETTING_SPREAD.of(key=moved[0]))
    if not bucket.args.is_direct:
        raise NotMovable(reasons.INPUTS_IN_VARIABLE)
    value = bucket.args.get(name)
    if value is None:
        raise NotMovable(reasons.SETTING_TWICE.of(name=name))
    key, value = older(name, value) if bucket.type == "aws.s3.BucketV2" else (name, value)
    setting = setting_of(key, bucket_key=bucket_key)
    return Inline(name, key, value, setting.part(side_class(program, setting.type), value))


def _given(program: Program, bucket: Resource, written: Sequence[str]) -> list[str]:
    """The inputs that are removed from the bucket, in order, null ones included."""
    gone = {*written, *_computed(program, bucket)}
    return [key for key in bucket.args.keys if key in gone or _is_nothing(bucket, key)]


def _computed(program: Program, bucket: Resource) -> list[str]:
    """The inputs that the newer class does not have, because the provider computes them."""
    known = COMPUTED_INPUTS[program.provider.major] if bucket.type == "aws.s3.Bucket" else ()
    return [key for key in bucket.args.keys if key in known]


def _is_nothing(bucket: Resource, key: str) -> bool:
    return isinstance(bucket.args.get(key), Null) and key not in BUCKET_INPUTS[MAJORS[-1]]


def _refuse_unknown(program: Program, bucket: Resource, written: Sequence[str]) -> None:
    major = program.provider.major
    known = {*written, *BUCKET_INPUTS[major], *_computed(program, bucket)}
    for key in bucket.args.keys:
        if key not in known and not _is_nothing(bucket, key):
            raise NotMovable(reasons.NO_BUCKET_INPUT.of(key=key, major=program.provider.number))


def _retyped(program: Program, bucket: Resource, settings: list[Inline]) -> Iterator[Edit]:
    """The change to the newer class under major 6, where the older one would delete settings that it no longer has."""
    newer = BUCKET_CLASS[program.provider.major]
    is_split = any(inline.key != "acl" or inline.part.inputs is not None for inline in settings)
    if bucket.type == "aws.s3.BucketV2" or bucket.type == newer or not is_split:
        return
    if any(True for output in CHANGED_OUTPUTS for _ in program.reads(bucket, output)):
        raise NotMovable(reasons.OUTPUT_CHANGES_SHAPE)
    yield Retype(bucket, newer)


def _flagged(bucket: Resource, settings: list[Inline]) -> Iterator[Edit]:
    """The edit that enables object lock, which is a flag of the bucket."""
    lock = next((inline for inline in settings if inline.key == "objectLockConfiguration"), None)
    if lock is None:
        return
    enabled = isinstance(lock.value, Fields) and lock.value.has("objectLockEnabled")
    if bucket.args.lacks("objectLockEnabled"):
        if not enabled:
            raise NotMovable(reasons.LOCK_NOT_ENABLED)
        yield SetField(bucket.args, "objectLockEnabled", True, after=lock.written)
    elif enabled:
        raise NotMovable(reasons.LOCK_ENABLED_TWICE)


def _opening(program: Program, bucket: Resource, inline: Inline) -> Iterator[str]:
    """Notes about what an ACL requires that the program does not have."""
    if inline.part.name != "acl":
        return
    types = {resource.type for resource in openings(program, bucket, inline.value)}
    if OWNERSHIP not in types:
        yield (
            "an ACL only works with ownership controls, which are added: "
            "with BucketOwnerPreferred the bucket's owner may come to own what others upload"
        )
    if is_public(inline.value) and "aws.s3.BucketPublicAccessBlock" not in types:
        yield "a new bucket takes no public ACL before a public access block lets it, which is not added"
    if inline.key == "grants":
        yield "whoever deploys has to be allowed s3:ListAllMyBuckets, which tells the bucket's owner"


# ignored changes


def _ignored(options: Value | None, written: Sequence[str]) -> list[str]:
    """The settings in `ignoreChanges`. Raises NotMovable where that is not literal."""
    entry = options.get("ignoreChanges") if isinstance(options, Fields) else None
    if entry is None or isinstance(entry, Null):
        return []
    names = [literal(name) for name in entry] if isinstance(entry, Items) and not entry.is_open else [None]
    found: list[str] = []
    for name in names:
        if name is None or name == "*":
            raise NotMovable(reasons.MAY_IGNORE_CHANGES)
        key = next((key for key in written if _squeezed(key) == _squeezed(name)), None)
        if key is None:
            continue
        if name.replace("_", "").lower() != key.lower():
            raise NotMovable(reasons.IGNORES_PART.of(name=name))
        found.append(key)
    if found and isinstance(options, Fields) and not (options.is_direct and entry.is_direct):
        raise NotMovable(reasons.OPTIONS_IN_VARIABLE)
    return found


def _squeezed(name: str) -> str:
    """The first input of a property path, in lower case without underscores."""
    return name.replace("_", "").lower().partition(".")[0].partition("[")[0]


def _no_longer_ignored(options: Value | None, ignored: list[str]) -> Iterator[Edit]:
    if not ignored or not isinstance(options, Fields):
        return
    entry = options.get("ignoreChanges")
    assert isinstance(entry, Items)
    gone = {key.lower() for key in ignored}
    left = [name for name in entry if _squeezed(literal(name) or "") not in gone]
    yield Replace(entry, [Keep(name) for name in left]) if left else DropField(options, "ignoreChanges")


# new resources


class _Parts:
    """Builds the resources for a bucket's settings, in the order of their dependencies."""

    def __init__(self, program: Program, bucket: Resource, settings: list[Inline], ignored: list[str]) -> None:
        self.program, self.bucket, self.ignored = program, bucket, ignored
        waits = any(inline.part.waits for inline in settings)
        self.settings = sorted(settings, key=lambda inline: waits and inline.key != "versioning")
        self.settings.sort(key=lambda inline: inline.part.name == "logging" and self._logs_into_itself(inline))
        self.made: dict[str, AddResource] = {}

    def added(self) -> Iterator[AddResource]:
        for inline in self.settings:
            if inline.part.inputs is None:
                continue
            yield from self._opened(inline)
            yield self._add(inline)

    def _add(self, inline: Inline) -> AddResource:
        part, program, bucket = inline.part, self.program, self.bucket
        assert part.inputs is not None
        inputs = owned(part.inputs, bucket) if inline.key == "grants" else part.inputs
        reads: list[tuple[Value, str]] = []
        if inline.key == "website":
            reads = [(read, output) for output in OUTPUTS for read in program.reads(bucket, output)]
        before: list[Resource] = []
        if (types := WRITERS.get(inline.key)) is not None:
            before = writers(program, bucket, types)
        elif inline.key == "versioning":
            before = list(waiting_for_versions(program, bucket))
        made = self.made[part.name] = AddResource(
            bucket,
            part.type,
            part.name,
            {**self._about_bucket(), **inputs},
            bucket.args.get(inline.written),
            reads,
            after=self._after(inline),
            before=before,
            ignored=tuple(part.inputs) if inline.written in self.ignored else (),
        )
        return made

    def _about_bucket(self) -> dict[str, New]:
        region = self.bucket.args.get("region")
        if isinstance(region, Opaque) and region.kind in ("call", "optional"):
            raise NotMovable(reasons.REGION_FROM_CALL)
        own: dict[str, New] = {"bucket": RefTo(self.bucket, "id")}
        return own if region is None else {**own, "region": Keep(region)}

    def _after(self, inline: Inline) -> list[Resource | AddResource]:
        if inline.part.name == "acl":
            opened = openings(self.program, self.bucket, inline.value)
            return [*opened, *([self.made["ownership"]] if "ownership" in self.made else [])]
        if inline.key == "policy":
            block = opened_block(self.program, self.bucket)
            return [block] if block is not None else []
        if inline.part.name == "logging" and "acl" in self.made and self._logs_into_itself(inline):
            return [self.made["acl"]]
        if not inline.part.waits:
            return []
        versioning = self.made.get("versioning") or versioning_of(self.program, self.bucket)
        return [versioning] if versioning is not None else []

    def _logs_into_itself(self, inline: Inline) -> bool:
        """The bucket logs into itself: the target is its own name."""
        own, target = self.bucket.args.get("bucket"), (inline.part.inputs or {}).get("targetBucket")
        return isinstance(target, Keep) and own is not None and target.value.shown == own.shown

    def _opened(self, inline: Inline) -> Iterator[AddResource]:
        """Ownership controls for an ACL, where the program has none. Raises NotMovable."""
        if inline.part.name != "acl":
            return
        types = {resource.type for resource in openings(self.program, self.bucket, inline.value)}
        if OWNERSHIP in types:
            return
        refuse_second(self.program, self.bucket, SideResource(OWNERSHIP, "ownership", {}))
        rule = Inputs(f"{OWNERSHIP}Rule", {"objectOwnership": "BucketOwnerPreferred"})
        inputs = {**self._about_bucket(), "rule": rule}
        made = AddResource(self.bucket, OWNERSHIP, "ownership", inputs, self.bucket.args.get(inline.written))
        self.made["ownership"] = made
        yield made
