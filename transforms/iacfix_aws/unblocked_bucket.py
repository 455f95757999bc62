"""Bucket whose public access is not blocked.

*Why* A single wrong policy or ACL makes a bucket public. A public access block rejects both, whoever writes them. New
buckets have one by default, but that is not visible in the program, and older buckets have none.

*Impact*
- A wrong policy no longer makes stored data public
- Makes the block part of the program, so that drift is detected
- Meets what security standards require of every bucket

*Lesson* Give every bucket a `BucketPublicAccessBlock` with all four settings, and serve public content through
CloudFront.

*Left alone* Buckets with a block, whatever its settings; all buckets of a file that blocks public access for the
account with all four settings.

*Reported only* Buckets that may be public on purpose: websites; an ACL, grants, an object's ACL, or a policy that is
public or cannot be read; buckets that CloudFront reads without an identity of its own; buckets that another file of the
project may make public, or in Terraform a module that gets the bucket as an input, or the caller of a module that
outputs it. Buckets that may have a block already, whose inputs cannot be read statically, or that are imported; those
with inline settings, which get their block once these are separate resources.

*On a deployed stack* One resource is created, the bucket is unchanged. It takes effect at once: public access that was
granted outside of the program stops.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html
"""

from __future__ import annotations

from collections.abc import Iterator

from iacfix.edit import AddResource, New, RefTo
from iacfix.model import Flag, Hidden, Program, Resource
from iacfix.rule import Finding, rule
from iacfix_aws._buckets.dependents import BUCKETS, blocks, refuse_second
from iacfix_aws._buckets.literals import NotMovable
from iacfix_aws._buckets.openness import openness
from iacfix_aws._buckets.settings import SideResource
from iacfix_aws._buckets.split import inline_settings
from iacfix_aws._tables import reasons

BLOCK, ACCOUNT = "aws.s3.BucketPublicAccessBlock", "aws.s3.AccountPublicAccessBlock"
ALL: dict[str, New] = dict.fromkeys(
    ("blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets"), True
)
PART = SideResource(BLOCK, "public-access-block", ALL)


@rule(
    severity="medium",
    category="Security / Access",
    service="S3",
    triggers=("Bucket",),
    checks={
        "fsbp": "S3.8",
        "checkov": "CKV_AWS_53 CKV_AWS_54 CKV_AWS_55 CKV_AWS_56 CKV2_AWS_6",
        "trivy": "AWS-0086 AWS-0087 AWS-0091 AWS-0093 AWS-0094",
        "tfsec": (
            "aws-s3-block-public-acls aws-s3-block-public-policy aws-s3-ignore-public-acls aws-s3-no-public-buckets "
            "aws-s3-specify-public-access-block AWS073 AWS074 AWS075 AWS076 AWS098"
        ),
    },
)
def unblocked_bucket(program: Program) -> Iterator[Finding]:
    if any(_closes(block) for block in program.resources(ACCOUNT)):
        return
    hidden = {
        found.host: found.reason
        for found in program.at(*((type, key) for type in BUCKETS for key in ("acl", "website")))
        if isinstance(found, Hidden) and found.is_input
    }
    for bucket in program.resources(*BUCKETS):
        if blocks(program, bucket):
            continue
        message = f"public access of bucket {bucket.label} is not blocked"
        reason = hidden.get(bucket) or _second(program, bucket) or openness(program, bucket)
        reason = reason or bucket.imported or (reasons.SPLIT_FIRST if inline_settings(bucket) else None)
        if reason := reason or (reasons.MOVE_FIRST if any(not bucket.args.lacks(key) for key in ALL) else None):
            yield Finding(bucket, message, reason=reason)
        else:
            block = AddResource(bucket, BLOCK, PART.name, {"bucket": RefTo(bucket, "id"), **ALL}, is_new=True)
            yield Finding(bucket, message, (block,))


def _closes(block: Resource) -> bool:
    """It has all four settings, for the whole account."""
    given = (block.args.get(key) for key in ALL)
    return all(isinstance(value, Flag) and value.flag for value in given)


def _second(program: Program, bucket: Resource) -> str | None:
    """Why a block may be there already."""
    try:
        refuse_second(program, bucket, PART)
    except NotMovable as unseen:
        return unseen.reason
    return None
