"""Bucket configured through deprecated inline settings.

*Why* The inline settings of `aws.s3.Bucket` are deprecated: each has a resource of its own, which can be changed, imported
and removed by itself and whose drift is seen. Mixing both forms for one setting makes them overwrite each other.

*Impact*
- Prevents deprecation warnings during deployment
- Follows AWS provider best practices
- Improves resource management and explicit dependencies

*Lesson* Give every setting of a bucket a resource of its own.

*Left alone* Buckets without inline settings.

*Reported only* Buckets whose settings are not wholly written out (variables, spreads, computed switches); that have a policy,
replication, object lock, grants or an ACL other than private inline; that have a resource for one of the settings already;
that are built inside another expression; whose options cannot be copied. A bucket is split as a whole or not at all.

*On a deployed stack* Under major 7 the preview shows new resources only, and the bucket unchanged. Under major 6 the bucket
changes its class, and users saw replacements: this is an unsafe fix there. Upgrade to major 7 first, then split.
A versioning that is off gets no resource, an ACL `private` is dropped (it is the default), a lifecycle rule without an id
gets one: all are said in the finding.

https://www.pulumi.com/registry/packages/aws/api-docs/s3/bucket/
"""

from __future__ import annotations

from collections.abc import Iterator

from iacfix.edit import AddResource, DropField, Edit, Keep, New, RefTo, Retype
from iacfix.model import Fields, Items, Null, Program, Resource, Value, literal
from iacfix.rule import Finding, Safety, rule
from iacfix_aws._buckets import KEPT, NOT_MOVED, SETTINGS, Part, Unseen
from iacfix_aws._majors import BUCKET_CLASS, SIDE_RESOURCES, side_class

WEBSITE_OUTPUTS = ("websiteEndpoint", "websiteDomain")
CHANGED_OUTPUTS = ("versioning", "serverSideEncryptionConfiguration", "replicationConfiguration", "website")
"""Outputs that have another shape on the bucket class of major 6."""

NOTES = {
    6: "on a deployed stack upgrade to pulumi-aws 7 first, then split: under 6 the bucket changes its class and may be replaced",
    7: "the preview must show new resources only and the bucket unchanged",
}


@rule(
    severity="high",
    category="Resource Configuration",
    service="S3",
    triggers=("Bucket",),
)
def inline_bucket_config(program: Program) -> Iterator[Finding]:
    major = program.provider.major
    for bucket in program.resources("aws.s3.Bucket"):
        inline = [key for key in bucket.args.keys if key in SETTINGS or key in NOT_MOVED]
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
        note = "; ".join([*said, NOTES[major]])
        yield Finding(bucket, message, edits, safety=Safety.UNSAFE if major == 6 else Safety.SAFE, note=note)


def _part(program: Program, bucket: Resource, key: str) -> Part:
    """The resource that one setting becomes; raises Unseen where the bucket has to stay as it is."""
    if bucket.args.is_open:
        raise Unseen("some of its inputs are not written here")
    if key in NOT_MOVED:
        raise Unseen(f"its {NOT_MOVED[key]} would have to move too, which this rule does not do")
    setting = SETTINGS[key]
    value = bucket.args.get(key)
    if value is None:
        raise Unseen(f"its {setting.word} is given twice")
    return setting.part(side_class(program, setting.type), value)


def _edits(program: Program, bucket: Resource, parts: dict[str, Part]) -> Iterator[Edit]:
    major = program.provider.major
    unknown = [key for key in bucket.args.keys if key not in parts and key not in KEPT[major]]
    if unknown:
        raise Unseen(f"{unknown[0]} is no input of a bucket in major {major}")
    _refuse_company(program, bucket)
    _refuse_ignored(bucket.options, parts)
    if BUCKET_CLASS[major] != bucket.type:
        if any(True for output in CHANGED_OUTPUTS for _ in program.reads(bucket, output)):
            raise Unseen("the program reads an output that has another shape on the new class")
        yield Retype(bucket, BUCKET_CLASS[major])
    for key in parts:
        yield DropField(bucket.args, key)
    for key, part in parts.items():
        if part.inputs is not None:
            yield _added(program, bucket, key, part)
    if "website" not in parts and any(True for output in WEBSITE_OUTPUTS for _ in program.reads(bucket, output)):
        raise Unseen("the program reads its website outputs, but it has no website")


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


def _refuse_company(program: Program, bucket: Resource) -> None:
    """A second resource for the same setting would overwrite the first."""
    classes = [f"aws.s3.{name}{ending}" for name in SIDE_RESOURCES for ending in ("", "V2")]
    for side in program.resources(*classes):
        owner = side.args.get("bucket")
        if owner is not None and program.referent(owner) is bucket:
            raise Unseen(f"{side.label} sets a part of it already")


def _refuse_ignored(options: Value | None, parts: dict[str, Part]) -> None:
    """Changes that are ignored on the bucket would not be ignored on the new resources."""
    ignored = options.get("ignoreChanges") if isinstance(options, Fields) else None
    if ignored is None or isinstance(ignored, Null):
        return
    names = [literal(name) for name in ignored.elements] if isinstance(ignored, Items) and not ignored.is_open else [None]
    squeezed = {key.lower() for key in parts}
    for name in names:
        if name is None or name.replace("_", "").lower().partition(".")[0].partition("[")[0] in squeezed:
            raise Unseen("changes to a setting that would move are ignored")


def _listing(words: list[str]) -> str:
    unique = list(dict.fromkeys(words))
    return unique[0] if len(unique) == 1 else f"{', '.join(unique[:-1])} and {unique[-1]}"
