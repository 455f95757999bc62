"""Bucket configured through deprecated inline settings.

*Why* The inline settings of `aws.s3.Bucket` are deprecated: each has a resource of its own, which can be changed,
imported and removed separately and whose drift is detected. If both forms are used for one setting, they overwrite each
other.

*Impact*
- Prevents deprecation warnings during deployment
- Follows AWS provider best practices
- Improves resource management and explicit dependencies

*Lesson* Use a separate resource for every setting of a bucket.

*Left alone* Buckets without inline settings, or with `None` for all of them.

*Reported only* Buckets whose settings are not completely literal (spreads that are unknown or hold a setting, shared
variables, computed values that may be null); that have, or may have, a resource for one of the settings already, or
whose outputs for a setting are read, in this file or another one of the project; that are created inside a larger
expression where they may not be created at all, or where the order of evaluation would change; that are created through
a subclass; whose class is chosen at run time or passed on; whose options cannot be copied. A bucket is split completely
or not at all.

*Options* `bucket-key` adds an S3 bucket key where a key of KMS encrypts and nothing is said of one: fewer and cheaper
calls of the key, but the encryption context becomes the arn of the bucket, so a key policy that asks for the arn of an
object no longer matches.

*On a deployed stack* Under major 7 the preview shows new resources only, and the bucket unchanged. Under major 6 the
bucket changes its class, and users saw replacements: this is an unsafe fix there, so upgrade to 7 first, then split.
`iacfix migrate` writes what a deployed stack needs.

Unsafe under both are an ACL or grants, which need ownership controls, MFA delete, object lock, settings whose changes
were ignored, and what in another file may have to wait for a setting. A versioning that is off gets no resource, an ACL
`private` is dropped (it is the default), a lifecycle rule without an id gets one that says what it does, as
`expire-logs-after-90-days`, which replaces its random one in place: all are said in the finding.

https://www.pulumi.com/registry/packages/aws/api-docs/s3/bucket/
"""

from __future__ import annotations

from collections.abc import Iterator

from iacfix.edit import AddResource, Retype
from iacfix.model import Hidden, Program, Resource
from iacfix.rule import Finding, Safety, rule
from iacfix_aws._buckets.bucket_v2 import SINGLE
from iacfix_aws._buckets.dependents import BUCKETS
from iacfix_aws._buckets.literals import NotMovable
from iacfix_aws._buckets.settings import SETTINGS
from iacfix_aws._buckets.split import BucketSplit, inline_settings, split
from iacfix_aws._views.wording import enumerated

UPGRADE_FIRST = (
    "on a deployed stack upgrade to major 7 of the provider first, then split: "
    "under 6 the bucket changes its class and may be replaced"
)
CREATES_ONLY = "the preview must show new resources only and the bucket unchanged"
UNCHANGED = "the preview must show the bucket unchanged"


@rule(
    severity="high",
    category="Resource Configuration",
    service="S3",
    triggers=("Bucket",),
)
def inline_bucket_config(program: Program, *, bucket_key: bool = False) -> Iterator[Finding]:
    # What logs or replicates into a bucket stands behind it, and is split first: it can wait for the other's parts.
    unseen = program.at(*((type, key) for type in BUCKETS for key in SETTINGS))
    hidden = {found.host: found.reason for found in unseen if isinstance(found, Hidden) and found.is_input}
    for bucket in reversed(list(program.resources(*BUCKETS))):
        inline = inline_settings(bucket)
        if not inline:
            if bucket in hidden and bucket.type == "aws.s3.Bucket":
                message = f"bucket {bucket.label} may have settings inline"
                yield Finding(bucket, message, reason=hidden[bucket])
            continue
        words = dict.fromkeys(SETTINGS[SINGLE.get(key, (key,))[0]].word for key in inline)
        message = f"bucket {bucket.label} sets {enumerated(list(words))} inline"
        if bucket in hidden:
            yield Finding(bucket, message, reason=hidden[bucket])
            continue
        try:
            yield _finding(bucket, message, split(program, bucket, inline, bucket_key=bucket_key))
        except NotMovable as unseen:
            yield Finding(bucket, message, reason=unseen.reason)


def _finding(bucket: Resource, message: str, made: BucketSplit) -> Finding:
    is_retyped = any(isinstance(edit, Retype) for edit in made.edits)
    is_split = any(isinstance(edit, AddResource) for edit in made.edits)
    expected = UPGRADE_FIRST if is_retyped else CREATES_ONLY if is_split else UNCHANGED
    return Finding(
        bucket,
        message,
        made.edits,
        safety=Safety.UNSAFE if is_retyped or made.assumed else Safety.SAFE,
        note=(*made.said, *made.assumed, expected),
    )
