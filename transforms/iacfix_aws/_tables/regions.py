"""Regions: what they look like, and what belongs to none or to a certain one."""

from __future__ import annotations

import re
from collections.abc import Iterator

from iacfix.model import Value

NAME = (
    r"(?:us-gov|us-iso[bef]?|us|eu|eusc|ap|sa|ca|me|af|il|mx|cn)(?:-de|-isoe)?"
    r"-(?:north|south|east|west|central|northeast|northwest|southeast|southwest)-[1-9]"
)
REGION = re.compile(rf"(?<![A-Za-z0-9-]){NAME}(?![A-Za-z0-9])")
ZONE = re.compile(rf"(?<![A-Za-z0-9-]){NAME}[a-f](?![A-Za-z0-9])")
INSIDE = re.compile(rf"(?<![A-Za-z0-9]){NAME}(?![A-Za-z0-9])")
"""A region inside a longer word, as in `s3-us-east-1`."""

OTHER_PARTITIONS = ("cn-", "us-gov-", "us-iso", "eu-isoe-", "eusc-")

GLOBAL_SERVICES = frozenset(
    {
        "bcm-data-exports",
        "budgets",
        "ce",
        "cloudfront",
        "cost-optimization-hub",
        "cur",
        "ecr-public",
        "globalaccelerator",
        "health",
        "iam",
        "networkmanager",
        "organizations",
        "pricing",
        "route53",
        "route53domains",
        "savingsplans",
        "shield",
        "support",
        "waf",
    }
)
"""Services whose only region is part of their name, in ARNs, hosts and console links."""

GLOBAL_MODULES = (
    "aws.budgets.",
    "aws.cloudfront.",
    "aws.costexplorer.",
    "aws.cur.",
    "aws.ecrpublic.",
    "aws.globalaccelerator.",
    "aws.networkmanager.",
    "aws.organizations.",
    "aws.route53.",
    "aws.route53domains.",
    "aws.shield.",
    "aws.waf.",
)
"""Resources that belong to no region; what they are given may have to be in a certain one."""

HOME_OF_METRICS = {
    "AWS/Billing": "us-east-1",
    "AWS/CloudFront": "us-east-1",
    "AWS/DDoSProtection": "us-east-1",
    "AWS/GlobalAccelerator": "us-west-2",
    "AWS/Route53": "us-east-1",
}
"""Namespaces whose metrics are kept in one region, wherever the stack is."""


def homes_of(metrics: Value) -> Iterator[tuple[str, str]]:
    """Such namespaces that metrics are of, with the region that keeps them."""
    return (kept for kept in HOME_OF_METRICS.items() if metrics.mention(re.compile(rf"{kept[0]}\b")))
