"""Bucket resource whose class ends in V2.

*Why* Major 7 gave the classes of buckets and their settings their plain names back. Classes that end in V2 are
deprecated and will be removed in the next major.

*Impact*
- Uses the class that will stay
- Makes programs of major 7 consistent

*Lesson* With major 7, use `BucketVersioning`, not `BucketVersioningV2`.

*Left alone* Programs of major 6, where the plain names have another meaning or none; a bucket with inline settings,
which `inline-bucket-config` splits; Terraform modules, which have no such classes.

*Reported only* Resources that are passed on or annotated elsewhere; inputs in an input class, whose name differs; a
bucket whose inputs cannot be read statically, or whose settings are read.

*On a deployed stack* Each plain class has the V2 class as an alias: the next deployment changes only the state.

https://www.pulumi.com/registry/packages/aws/how-to-guides/7-0-migration/
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from iacfix.edit import Retype
from iacfix.model import Program, Resource
from iacfix.rule import Finding, rule
from iacfix_aws._tables import reasons
from iacfix_aws._tables.majors import SIDE_RESOURCES

BUCKET = "aws.s3.BucketV2"
SUFFIXED = (BUCKET, *(f"aws.s3.{name}V2" for name in SIDE_RESOURCES))
ALIKE = frozenset({"bucket", "bucketPrefix", "forceDestroy", "objectLockEnabled", "region", "tags"})
"""Inputs that both classes of buckets take in the same shape."""
OTHER_SHAPE = (
    "loggings",
    "objectLockConfiguration",
    "replicationConfigurations",
    "serverSideEncryptionConfigurations",
    "versionings",
    "websites",
    "lifecycleRules",
)
"""Outputs that have another name or shape on the plain class."""


@rule(severity="medium", category="Upgrade", service="S3", triggers=("V2",))
def suffixed_bucket_resource(program: Program) -> Iterator[Finding]:
    if program.provider.major < 7:
        return
    for host in program.resources(*SUFFIXED):
        message = f"{host.label} is a {host.type}, which major 7 calls {host.type.removesuffix('V2')}"
        if host.type == BUCKET and any(key not in ALIKE for key in (*host.args.keys, *host.args.spread_keys)):
            continue  # it is split, or says what the plain class says otherwise
        reason = _reason(program, host)
        if reason is not None:
            yield Finding(host, message, reason=reason)
        else:
            yield Finding(host, message, (Retype(host, host.type.removesuffix("V2")),))


def _reason(program: Program, host: Resource) -> str | None:
    """Why the class has to stay."""
    name = host.type.rpartition(".")[2]
    if host.args.mention(re.compile(rf"\b{name}Args\b")) is not None:
        return reasons.ARGS_OF_OTHER_NAME.of(name=name)
    if host.type != BUCKET:
        return None
    read = next((output for output in OTHER_SHAPE for _ in program.reads(host, output)), None)
    return reasons.READ_OF_OTHER_SHAPE.of(output=read) if read is not None else None
