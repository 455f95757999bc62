"""What `pulumi import` knows the bucket and its side resources by.

A region behind the name exists in major 7 only, where a resource may live in another region than its provider's. The
account of an expected owner is never needed: no inline form had one.
"""

from iacfix.registry import Imports
from iacfix_aws._tables.majors import SIDE_RESOURCES

UNSUFFIXED = ("BucketOwnershipControls", "BucketPolicy", "BucketReplicationConfig")
"""Side resources that are called the same in both majors."""

BUCKETS = ("aws.s3.Bucket", "aws.s3.BucketV2")

_NAME = "{bucket}[@{region}]"
_ACL = "{bucket}[,{acl}][@{region}]"

IMPORTS = Imports(
    ids={
        "aws.apigateway.Stage": "{restApi}/{stageName}[@{region}]",
        **dict.fromkeys(BUCKETS, _NAME),
        **{f"aws.s3.{name}": _NAME for name in UNSUFFIXED},
        **{
            f"aws.s3.{name}{v2}": _ACL if name == "BucketAcl" else _NAME for name in SIDE_RESOURCES for v2 in ("", "V2")
        },
    },
    named_by=dict.fromkeys(BUCKETS, "bucket"),
    unread=frozenset({"forceDestroy"}),
    renamed="the input `loggings` of a bucket, a list of one, becomes `logging`, the object alone",
)
