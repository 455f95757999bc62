"""Regions and accounts: how they are looked up, what they look like, and when the stack's own is not what is meant."""

from __future__ import annotations

import re

from iacfix.edit import Lookup
from iacfix.model import Program, Resource
from iacfix_aws._majors import REGION_FIELD

NAME = (
    r"(?:us-gov|us-iso[bef]?|us|eu|eusc|ap|sa|ca|me|af|il|mx|cn)(?:-de|-isoe)?"
    r"-(?:north|south|east|west|central|northeast|northwest|southeast|southwest)-[1-9]"
)
REGION = re.compile(rf"(?<![A-Za-z0-9-]){NAME}(?![A-Za-z0-9])")
ZONE = re.compile(rf"(?<![A-Za-z0-9-]){NAME}[a-f](?![A-Za-z0-9])")
INSIDE = re.compile(rf"(?<![A-Za-z0-9]){NAME}(?![A-Za-z0-9])")
"""A region inside a longer word, as in `s3-us-east-1`."""

OTHER_PARTITIONS = ("cn-", "us-gov-", "us-iso", "eusc-")


def region(program: Program, host: Resource | None) -> Lookup:
    """The region that the host is deployed in."""
    return Lookup("aws.getRegion", REGION_FIELD[program.provider.major], "currentRegion", host, ("name", "id", "region"))


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


def unsettled(program: Program, host: Resource | None) -> str | None:
    """Why the region of the default provider may not be the one that is meant at the host."""
    if len(named := regions_named(program)) > 1:
        return f"the file names several regions ({', '.join(sorted(named))})"
    if host is not None and host.args.has("region"):
        return "the resource sets a region of its own"
    has_provider = any(True for _ in program.resources("aws.Provider"))
    names_provider = host is not None and host.options is not None and "provider" in host.options.code
    if has_provider and not names_provider:
        return "the file sets up a provider of its own, so the default region may not be meant"
    return None
