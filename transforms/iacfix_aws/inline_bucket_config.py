"""Bucket configured through deprecated inline settings.

*Why* The inline settings of `aws.s3.Bucket` are deprecated: each has a resource of its own, which can be changed,
imported and removed by itself and whose drift is seen. Mixing both forms for one setting makes them overwrite each
other.

*Impact*
- Prevents deprecation warnings during deployment
- Follows AWS provider best practices
- Improves resource management and explicit dependencies

*Lesson* Give every setting of a bucket a resource of its own.

*Left alone* Buckets without inline settings, or with nothing (`None`) for all of them.

*Reported only* Buckets whose settings are not wholly written out (variables, spreads, computed switches); that have a
policy, replication, object lock, grants or an ACL other than private inline; that have a resource for one of the
settings already, or may have one; whose versioning a replication waits for; that are built inside another expression;
whose options cannot be copied or ignore changes of a setting. A bucket is split as a whole or not at all.

*On a deployed stack* Under major 7 the preview shows new resources only, and the bucket unchanged. Under major 6 the
bucket changes its class, and users saw replacements: this is an unsafe fix there. Upgrade to major 7 first, then split.
A versioning that is off gets no resource, an ACL `private` is dropped (it is the default), a lifecycle rule without an
id gets one: all are said in the finding.

https://www.pulumi.com/registry/packages/aws/api-docs/s3/bucket/
"""

from __future__ import annotations

from collections.abc import Iterator

from iacfix.edit import AddResource, DropField, Edit, Keep, New, RefTo, Retype
from iacfix.model import HOLE, Fields, Items, Null, Program, Resource, Text, Value, literal
from iacfix.rule import Finding, Safety, rule
from iacfix_aws._buckets import KEPT, NOT_MOVED, SETTINGS, Part
from iacfix_aws._majors import BUCKET_CLASS, side_class
from iacfix_aws._written import Unseen

WEBSITE_OUTPUTS = ("websiteEndpoint", "websiteDomain")
CHANGED_OUTPUTS = ("versioning", "serverSideEncryptionConfiguration", "replicationConfiguration", "website")
"""Outputs that have another shape on the bucket class of major 6."""

NOTES = {
    6: "on a deployed stack upgrade to major 7 of the provider first, then split: "
    "under 6 the bucket changes its class and may be replaced",
    7: "the preview must show new resources only and the bucket unchanged",
}

UNCHANGED = "the preview must show the bucket unchanged"


@rule(
    severity="high",
    category="Resource Configuration",
    service="S3",
    triggers=("Bucket",),
)
def inline_bucket_config(program: Program) -> Iterator[Finding]:
    major = program.provider.major
    for bucket in program.resources("aws.s3.Bucket"):
        inline = [key for key in _movable(bucket) if not isinstance(bucket.args.get(key), Null)]
        if not inline:
            if bucket.args.is_open:
                message = f"bucket {bucket.label} may have settings inline"
                yield Finding(bucket, message, reason="some of its inputs are not written here")
            continue
        words = [SETTINGS[key].word if key in SETTINGS else NOT_MOVED[key] for key in inline]
        message = f"bucket {bucket.label} sets {_listing(words)} inline"
        try:
            parts = {key: _part(program, bucket, key) for key in inline}
            edits = tuple(_edits(program, bucket, parts))
        except Unseen as unseen:
            yield Finding(bucket, message, reason=str(unseen))
            continue
        said = [part.said for part in parts.values() if part.said]
        is_retyped = any(isinstance(edit, Retype) for edit in edits)
        is_split = any(isinstance(edit, AddResource) for edit in edits)
        note = "; ".join([*said, NOTES[major] if is_retyped or is_split else UNCHANGED])
        yield Finding(bucket, message, edits, safety=Safety.UNSAFE if is_retyped else Safety.SAFE, note=note)


def _movable(bucket: Resource) -> list[str]:
    return [key for key in bucket.args.keys if key in SETTINGS or key in NOT_MOVED]


def _part(program: Program, bucket: Resource, key: str) -> Part:
    """The resource that one setting becomes; raises Unseen where the bucket has to stay as it is."""
    if bucket.args.is_open:
        raise Unseen("some of its inputs are not written here")
    if not bucket.args.is_direct:
        raise Unseen("its inputs are kept in a variable")
    if key in NOT_MOVED:
        raise Unseen(f"its {NOT_MOVED[key]} would have to move too, which this rule does not do")
    setting = SETTINGS[key]
    value = bucket.args.get(key)
    if value is None:
        raise Unseen(f"its {setting.word} is given twice")
    return setting.part(side_class(program, setting.type), value)


def _edits(program: Program, bucket: Resource, parts: dict[str, Part]) -> Iterator[Edit]:
    major = program.provider.major
    movable = _movable(bucket)
    unknown = [key for key in bucket.args.keys if key not in movable and key not in KEPT[major]]
    if unknown:
        raise Unseen(f"{unknown[0]} is no input of a bucket in major {major}")
    for part in parts.values():
        if part.inputs is not None:
            _refuse_company(program, bucket, part)
    _refuse_waiting(program, bucket, parts)
    _refuse_ignored(bucket.options, parts)
    if BUCKET_CLASS[major] != bucket.type and set(parts) != {"acl"}:
        if any(True for output in CHANGED_OUTPUTS for _ in program.reads(bucket, output)):
            raise Unseen("the program reads an output that has another shape on the new class")
        yield Retype(bucket, BUCKET_CLASS[major])
    for key in movable:
        yield DropField(bucket.args, key)
    for key, part in parts.items():
        if part.inputs is not None:
            yield _added(program, bucket, key, part)


def _added(program: Program, bucket: Resource, key: str, part: Part) -> AddResource:
    assert part.inputs is not None
    args: dict[str, New] = {"bucket": RefTo(bucket, "id")}
    if (region := bucket.args.get("region")) is not None:
        args["region"] = Keep(region)
    reads: list[tuple[Value, str]] = []
    if key == "website":
        if any(True for output in WEBSITE_OUTPUTS for _ in program.reads(None, output)):
            raise Unseen("the program reads a website output, and it cannot be told of which bucket")
        reads = [(read, output) for output in WEBSITE_OUTPUTS for read in program.reads(bucket, output)]
    return AddResource(bucket, part.type, part.name, {**args, **part.inputs}, bucket.args.get(key), reads)


def _refuse_company(program: Program, bucket: Resource, part: Part) -> None:
    """A second resource for one setting would overwrite the first; two of one name cannot be told apart."""
    word = part.name.replace("-", " ")
    own = literal(bucket.args.get("bucket"))
    name = literal(bucket.name)
    for side in program.resources(part.type.removesuffix("V2"), f"{part.type.removesuffix('V2')}V2"):
        owner = side.args.get("bucket")
        known = program.referent(owner) if owner is not None else None
        if known is bucket or (own is not None and literal(owner) == own):
            raise Unseen(f"{side.label} sets its {word} already")
        if known is None and literal(owner) is None and not _is_of_another(program, side, bucket, part):
            raise Unseen(f"{side.label} may set its {word} already")
        namesake = known is not None and literal(known.name) == name
        if name and not namesake and literal(side.name) == f"{name}-{part.name}":
            raise Unseen(f"the {word} of another bucket is called {side.label} already")


def _is_of_another(program: Program, side: Resource, bucket: Resource, part: Part) -> bool:
    """It is named after another bucket of the file, though it cannot be told which one it belongs to."""
    others = {_shape(other.name) for other in program.resources("aws.s3.Bucket", "aws.s3.BucketV2")}
    return any(_shape(side.name) == f"{other}-{part.name}" for other in others - {_shape(bucket.name)})


def _shape(name: Value | None) -> str:
    return name.pattern if isinstance(name, Text) else HOLE


def _refuse_waiting(program: Program, bucket: Resource, parts: dict[str, Part]) -> None:
    """Replication needs the versioning of both buckets first, which has no order once it is a resource of its own."""
    versioning = parts.get("versioning")
    if versioning is None or versioning.inputs is None:
        return
    replications: list[tuple[Resource, Value]] = [
        (found, found.args) for found in program.resources("aws.s3.BucketReplicationConfig")
    ]
    for other in program.resources("aws.s3.Bucket"):
        inline = other.args.get("replicationConfiguration")
        if inline is not None and not isinstance(inline, Null):
            replications.append((other, inline))
    for replication, value in replications:
        if _names(program, value, bucket) or not isinstance(value, Fields):
            raise Unseen(f"the replication {replication.label} would have to wait for its versioning")


def _names(program: Program, value: Value, bucket: Resource) -> bool:
    match value:
        case Fields():
            return any(_names(program, entry.value, bucket) for entry in value.entries)
        case Items():
            return any(_names(program, element, bucket) for element in value.elements)
        case _:
            return program.referent(value) is bucket


def _refuse_ignored(options: Value | None, parts: dict[str, Part]) -> None:
    """Changes that are ignored on the bucket would not be ignored on the new resources."""
    ignored = options.get("ignoreChanges") if isinstance(options, Fields) else None
    if ignored is None or isinstance(ignored, Null):
        return
    names = [literal(name) for name in ignored] if isinstance(ignored, Items) and not ignored.is_open else [None]
    squeezed = {key.lower() for key in parts} | {"*"}
    for name in names:
        if name is None or name.replace("_", "").lower().partition(".")[0].partition("[")[0] in squeezed:
            raise Unseen("changes to a setting that would move are ignored")


def _listing(words: list[str]) -> str:
    unique = list(dict.fromkeys(words))
    return unique[0] if len(unique) == 1 else f"{', '.join(unique[:-1])} and {unique[-1]}"
