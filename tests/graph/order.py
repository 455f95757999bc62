"""What has to wait for which part of a split bucket, written from the provider's documentation."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from graph.buckets import Divided, controls_ownership
from graph.changes import Path, at
from graph.mocked_cloud import Object
from graph.registered import Graph, Registered, objects

NAMED_POLICY: dict[str, tuple[Path, ...]] = {
    "aws:cloudtrail/trail:Trail": (("s3BucketName",),),
    "aws:lb/loadBalancer:LoadBalancer": (("accessLogs", "bucket"), ("connectionLogs", "bucket")),
    "aws:alb/loadBalancer:LoadBalancer": (("accessLogs", "bucket"), ("connectionLogs", "bucket")),
    "aws:elb/loadBalancer:LoadBalancer": (("accessLogs", "bucket"),),
    "aws:cfg/deliveryChannel:DeliveryChannel": (("s3BucketName",),),
    "aws:s3/inventory:Inventory": (("destination", "bucket", "bucketArn"),),
    "aws:s3/analyticsConfiguration:AnalyticsConfiguration": (
        ("storageClassAnalysis", "dataExport", "destination", "s3BucketDestination", "bucketArn"),
    ),
    "aws:ec2/flowLog:FlowLog": (("logDestination",),),
    "aws:ssm/resourceDataSync:ResourceDataSync": (("s3Destination", "bucketName"),),
    "aws:guardduty/publishingDestination:PublishingDestination": (("destinationArn",),),
    "aws:cur/reportDefinition:ReportDefinition": (("s3Bucket",),),
}
"""Services that write into a bucket on their own and are refused without its policy: where they name the bucket."""

NAMED_ACL: dict[str, tuple[Path, ...]] = {
    "aws:s3/bucketLogging:BucketLogging": (("targetBucket",),),
    "aws:s3/bucketLoggingV2:BucketLoggingV2": (("targetBucket",),),
    "aws:s3/bucket:Bucket": (("logging", "targetBucket"), ("loggings", 0, "targetBucket")),
    "aws:s3/bucketV2:BucketV2": (("loggings", 0, "targetBucket"),),
    "aws:cloudfront/distribution:Distribution": (("loggingConfig", "bucket"),),
}
"""Those that are refused where the bucket's ACL does not let the log delivery group in."""

Edge = tuple[str, str]
"""A resource and one that has to be there before it, by their urns."""


def order(graph: Graph, divided: Sequence[Divided]) -> Iterator[Edge]:
    """What has to come before what in a graph whose buckets are split."""
    for each in divided:
        for part in each.parts.values():
            yield part["urn"], each.bucket["urn"]
        yield from _within(graph, each)
        yield from _replicas(divided, each)
        yield from _waiting(graph, each, NAMED_POLICY, "policy")
        yield from _waiting(graph, each, NAMED_ACL, "acl")


def _within(graph: Graph, each: Divided) -> Iterator[Edge]:
    parts = each.parts
    if "acl" in parts:
        controls = [other for other in graph["resources"] if controls_ownership(other, each.bucket)]
        yield from ((parts["acl"]["urn"], other["urn"]) for other in controls)
    for versioning in _versioning(graph, each):
        if "lifecycle" in parts and _noncurrent(parts["lifecycle"]["inputs"]):
            yield parts["lifecycle"]["urn"], versioning["urn"]
        yield from ((parts[suffix]["urn"], versioning["urn"]) for suffix in LATE if suffix in parts)


def _versioning(graph: Graph, each: Divided) -> Iterator[Registered]:
    """What sets the versioning of a bucket: a part of it, or a resource that the program had before."""
    if "versioning" in each.parts:
        yield each.parts["versioning"]
        return
    for resource in graph["resources"]:
        if resource["type"] in VERSIONING and resource["inputs"].get("bucket") in each.names:
            yield resource


VERSIONING = frozenset(
    {"aws:s3/bucketVersioning:BucketVersioning", "aws:s3/bucketVersioningV2:BucketVersioningV2"},
)
LATE = ("object-lock", "replication")


def _noncurrent(inputs: Object) -> bool:
    return any(key.startswith("noncurrentVersion") for rule in objects(inputs["rules"]) for key in rule)


def _replicas(divided: Sequence[Divided], source: Divided) -> Iterator[Edge]:
    if "replication" not in source.parts:
        return
    replication = source.parts["replication"]
    for rule in objects(replication["inputs"]["rules"]):
        for other in divided:
            if at(rule, ("destination", "bucket")) in other.names and "versioning" in other.parts:
                yield replication["urn"], other.parts["versioning"]["urn"]


def _waiting(graph: Graph, each: Divided, kinds: dict[str, tuple[Path, ...]], suffix: str) -> Iterator[Edge]:
    """Those that waited for the whole bucket before and name it where the part counts."""
    if suffix not in each.parts:
        return
    for resource in graph["resources"]:
        places = kinds.get(resource["type"], ())
        if _awaits(graph, resource, each) and any(at(resource["inputs"], place) in each.names for place in places):
            yield resource["urn"], each.parts[suffix]["urn"]


def _awaits(graph: Graph, resource: Registered, each: Divided) -> bool:
    """A part of another bucket waits for what that bucket waited for."""
    bucket = each.bucket["urn"]
    others = [other for other in graph["resources"] if other["urn"] in resource["dependencies"]]
    return bucket in resource["dependencies"] or any(bucket in other["dependencies"] for other in others)


def guarded(graph: Graph, divided: Sequence[Divided]) -> Iterator[Edge]:
    """What may come first: a public policy or ACL is refused while the bucket's access block forbids it."""
    for each in divided:
        for resource in graph["resources"]:
            if resource["type"] == ACCESS_BLOCK and resource["inputs"].get("bucket") in each.names:
                yield from ((part["urn"], resource["urn"]) for part in each.parts.values())


ACCESS_BLOCK = "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock"


def precedes(graph: Graph, edge: Edge) -> bool:
    """The first of the edge waits for the second, directly or through others."""
    needs = {resource["urn"]: resource["dependencies"] for resource in graph["resources"]}
    seen: set[str] = set()
    ahead = list(needs.get(edge[0], ()))
    while ahead:
        if (urn := ahead.pop()) not in seen:
            seen.add(urn)
            ahead += needs.get(urn, ())
    return edge[1] in seen
