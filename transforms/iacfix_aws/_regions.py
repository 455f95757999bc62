"""Regions and accounts: how they are looked up, what they look like, and when the stack's own is not what is meant."""

from __future__ import annotations

import re

from iacfix.edit import Lookup
from iacfix.model import Fields, Null, Program, Resource, literal
from iacfix_aws._majors import REGION_FIELD

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


def region(program: Program, host: Resource | None) -> Lookup:
    """The region that the host is deployed in."""
    return Lookup(
        "aws.getRegion", REGION_FIELD[program.provider.major], "currentRegion", host, ("name", "id", "region")
    )


def account(host: Resource | None) -> Lookup:
    """The account that the host is deployed in."""
    return Lookup("aws.getCallerIdentity", "accountId", "currentIdentity", host, ("id",))


def regions_named(program: Program) -> frozenset[str]:
    """Every region the program writes out, those of availability zones included."""
    found = set[str]()
    for text in program.texts():
        found |= {match[0] for match in INSIDE.finditer(text.pattern)}
        found |= {match[0][:-1] for match in ZONE.finditer(text.pattern)}
    return frozenset(found)


def unsettled(program: Program, host: Resource | None, named: frozenset[str], *, is_hosts: bool = False) -> str | None:
    """Why a lookup may not give the region that is written out at the host; `named` are the regions of the program.

    With `is_hosts` it can only be that of the host itself.
    """
    if len(named) > 1:
        return f"the file names several regions ({', '.join(sorted(named))})"
    if host is not None:
        if host.args.has("region"):
            return "the resource sets a region of its own"
        if names_provider(host):
            return None
    if not is_hosts and any(_sets_region(found, named) for found in program.resources()):
        return "resources of the file set a region of their own, so the default region may not be meant"
    if any(True for _ in program.resources("aws.Provider")):
        return "the file sets up a provider of its own, so the default region may not be meant"
    if host is None and any(names_provider(resource) for resource in program.resources()):
        return "resources of the file name a provider, so the default region may not be meant"
    return None


def _sets_region(resource: Resource, named: frozenset[str]) -> bool:
    """The resource sets a region that may be the one that is written out."""
    region = resource.args.get("region") if resource.type != "aws.Provider" else None
    return region is not None and (literal(region) is None or literal(region) in named)


def names_provider(resource: Resource) -> bool:
    """The resource's options are seen to name a provider."""
    options = resource.options
    provider = options.get("provider") if isinstance(options, Fields) else None
    return provider is not None and not isinstance(provider, Null)
