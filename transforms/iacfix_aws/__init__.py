"""Rules for AWS programs."""

import sys

from iacfix.registry import ProviderPackage, pack_of
from iacfix_aws._schema import Schema
from iacfix_aws._tables.imports import IMPORTS
from iacfix_aws._tables.majors import MAJORS, TOLD_BY, UPGRADES
from iacfix_aws._tables.terraform import NUMBERING, PREFIX, Terraform

PROVIDER = ProviderPackage(
    name="aws",
    packages={"python": "pulumi_aws", "typescript": "@pulumi/aws", "terraform": PREFIX},
    distributions={"python": "pulumi-aws", "typescript": "@pulumi/aws", "terraform": "hashicorp/aws"},
    majors=MAJORS,
    told_by=TOLD_BY,
    documents={"aws.iam.getPolicyDocument": "json"},
    open_types=("PolicyDocument",),
    lost_members={"aws.s3.Bucket": frozenset({"onObjectCreated", "onObjectRemoved", "onEvent"})},
    takes_outputs={
        "@pulumi/awsx": ("environment.value", "logConfiguration.options"),
        "@pulumi/kubernetes": ("env.value",),
    },
    makers=("eks",),
    imports=IMPORTS,
    upgrades=UPGRADES,
    title="AWS",
    numbering={"terraform": NUMBERING},
    vocabulary=Terraform(),
    schema=Schema(),
)

PACK = pack_of(sys.modules[__name__], PROVIDER)
