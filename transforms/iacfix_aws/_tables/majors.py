"""What depends on the major of the provider: names of classes and fields, and what gives a major away."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, NamedTuple, TypeVar

from iacfix.registry import Upgrade

if TYPE_CHECKING:
    from iacfix.model import Program

MAJORS = (6, 7)

Fact = TypeVar("Fact")


@dataclass(frozen=True)
class Since(Generic[Fact]):
    """A fact that changed with a major: by the first major that each is right for; the first holds before too."""

    facts: Mapping[int, Fact]

    def __getitem__(self, major: int) -> Fact:
        return self.facts[max((since for since in self.facts if since <= major), default=min(self.facts))]


class Life(NamedTuple):
    """The majors that have something: from the first to the last, where they are known."""

    since: int = 0
    until: int | None = None

    @property
    def majors(self) -> tuple[int, ...]:
        last = MAJORS[-1] if self.until is None else self.until
        return tuple(major for major in MAJORS if self.since <= major <= last)


UPGRADES = {
    7: Upgrade(
        rules=(
            "outdated-input",
            "implicit-stage",
            "suffixed-bucket-resource",
            "outdated-region-name",
            "inline-bucket-config",
        ),
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
"""Resources whose classes have an ending, as long as an older class without one is there too."""

SIDE_ENDING = Since({6: "V2", 7: ""})

LIVES = {
    **{f"aws.s3.{name}": Life(since=7) for name in SIDE_RESOURCES},
    "aws.s3.Bucket.logging": Life(since=7),
    "aws.s3.Bucket.region": Life(since=7),
    "aws.s3.Bucket.loggings": Life(until=6),
    "aws.cloudwatch.MetricAlarm.region": Life(since=7),
}
"""Types and inputs that not all majors have."""

TOLD_BY = {name: life.majors[0] for name, life in LIVES.items() if len(life.majors) == 1}
"""Those that exist in one major only, and give it away."""

REGION_FIELD = Since({6: "name", 7: "region"})
"""The field of what getRegion answers that holds the region; 7 still has the one of 6, deprecated."""

OUTDATED_RESULTS: Since[Mapping[str, Mapping[str, str]]] = Since(
    {0: {}, 7: {"aws.getRegion": {"name": REGION_FIELD[7], "id": REGION_FIELD[7]}}}
)
"""Results of functions that have another name now, which says the same."""

BUCKET_CLASS = Since({6: "aws.s3.BucketV2", 7: "aws.s3.Bucket"})
"""The bucket that side resources belong to."""

BUCKET_INPUTS = Since(
    {
        6: frozenset({"bucket", "bucketPrefix", "forceDestroy", "tags", "objectLockEnabled"}),
        7: frozenset(
            {"bucket", "bucketPrefix", "forceDestroy", "tags", "region", "bucketNamespace", "objectLockEnabled"}
        ),
    }
)
"""What is no setting of a bucket and stays on it."""

COMPUTED_INPUTS = Since(
    {6: frozenset({"arn", "hostedZoneId", "websiteDomain", "websiteEndpoint"}), 7: frozenset[str]()}
)
"""What `aws.s3.Bucket` takes as inputs, though the provider knows better; `pulumi import` writes some."""


def side_class(program: Program, name: str) -> str:
    """The class of a bucket's side resource in the program's major."""
    ending = SIDE_ENDING[program.provider.major] if name in SIDE_RESOURCES else ""
    return f"aws.s3.{name}{ending}"
