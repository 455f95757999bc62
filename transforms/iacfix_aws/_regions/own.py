"""The region and the account that a resource is deployed in: how they are looked up, and where they are meant."""

from __future__ import annotations

from iacfix.edit import Edit, Join, Keep, Lookup, New, Replace
from iacfix.model import Program, Resource, Text, Use, Where
from iacfix_aws._regions.elsewhere import elsewhere, of_callers, of_others, of_project
from iacfix_aws._regions.named import regions_named, unsettled
from iacfix_aws._tables.majors import REGION_FIELD
from iacfix_aws._tables.regions import REGION
from iacfix_aws._views.principals import SUFFIX, ServicePrincipal

OF_HOST = (("serviceName",), ("Service",), ("awslogs-region",))
"""Where a region can only be that of the resource which holds the text."""


def region(program: Program, host: Resource | None) -> Lookup:
    """The region that the host is deployed in."""
    return Lookup(
        "aws.getRegion", REGION_FIELD[program.provider.major], "currentRegion", host, ("name", "id", "region")
    )


def account(host: Resource | None) -> Lookup:
    """The account that the host is deployed in."""
    return Lookup("aws.getCallerIdentity", "accountId", "currentIdentity", host, ("id",))


def why_not_own(program: Program, text: Text, where: Where, written: str, named: frozenset[str]) -> str | None:
    """Why a hardcoded region in a text may be another than its host is deployed in."""
    is_hosts = where.path[-1:] in OF_HOST and where.use is not Use.INVOKE
    origin = None if is_hosts else elsewhere(program, text, where) or of_others(program, text, where)
    origin = origin or unsettled(program, where.resource, written, named, is_hosts=is_hosts)
    return origin or of_callers(program, where) or of_project(program, where)


def region_served(program: Program, host: Resource, service: ServicePrincipal) -> tuple[New, tuple[Edit, ...]]:
    """The region whose service a policy of the host names, and the edit that looks it up there where it is written
    out or left open."""
    looked_up, written = region(program, host), service.region
    if service.region_value is not None:
        return Keep(service.region_value), ()
    if written is None:
        return looked_up, (Replace(service.name, Join(f"{service.service}.", looked_up, f".{SUFFIX}")),)
    if not REGION.fullmatch(written) or unsettled(program, host, written, regions_named(program)) is not None:
        return written, ()
    return looked_up, (Replace(service.span, looked_up),)
