"""What depends on the major of the provider: names of classes and fields, and what gives a major away."""

from __future__ import annotations

from typing import TYPE_CHECKING

from iacfix.registry import Upgrade

if TYPE_CHECKING:
    from iacfix.model import Program

MAJORS = (6, 7)

UPGRADES = {
    7: Upgrade(
        rules=("inline-bucket-config",),
        checklist="breaking-change",
        versions={"python": "7.51.1", "typescript": "7.48.0"},
    )
}
"""Rules that programs need on the way to a major; the versions are those that the tests install."""

SIDE_RESOURCES = (
    "BucketAccelerateConfiguration",
    "BucketAcl",
    "BucketCorsConfiguration",
    "BucketLifecycleConfiguration",
    "BucketLogging",
    "BucketObjectLockConfiguration",
    "BucketRequestPaymentConfiguration",
    "BucketServerSideEncryptionConfiguration",
    "BucketVersioning",
    "BucketWebsiteConfiguration",
)
"""Resources that major 6 knows with the ending V2 only."""

TOLD_BY = {
    **{f"aws.s3.{name}": 7 for name in SIDE_RESOURCES},
    "aws.s3.Bucket.logging": 7,
    "aws.s3.Bucket.region": 7,
    "aws.s3.Bucket.loggings": 6,
    "aws.cloudwatch.MetricAlarm.region": 7,
}
"""Types and inputs that exist in one major only."""

REGION_FIELD = {6: "name", 7: "region"}
"""The field of what getRegion answers that holds the region; 7 still has the one of 6, deprecated."""

BUCKET_CLASS = {6: "aws.s3.BucketV2", 7: "aws.s3.Bucket"}
"""The bucket that side resources belong to."""


def side_class(program: Program, name: str) -> str:
    """The class of a bucket's side resource in the program's major."""
    is_suffixed = program.provider.major == 6 and name in SIDE_RESOURCES
    return f"aws.s3.{name}V2" if is_suffixed else f"aws.s3.{name}"
