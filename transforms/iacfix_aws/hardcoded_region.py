"""Hardcoded region in place of the deployment's own.

*Why* A region inside an ARN, an endpoint, a dashboard or a console link ties the program to that region: in any other
region it refers to things that do not exist.

*Impact*
- Enables multi-region deployments
- Prevents deployment failures in other regions
- Makes infrastructure more portable
- Follows 12-factor app principles

*Lesson* Look up the region with `getRegion` where the deployment's own region is meant.

*Left alone* Provider settings and options; resource names; defaults, parameters and comparisons; constants that nothing
else reads; lists and maps of regions; a bare region as an argument or an input; tags, descriptions, messages and
comments; variables that name another region on purpose (replica, primary, target); global services, which use one fixed
region, and their metrics; variables that Lambda reserves, which `reserved-lambda-variable` covers.

*Reported only* Places that refer to another region by nature: one end of a copy or a replication, values next to
another region setting, another event bus, what CloudFront and its functions use. Strings about another stack, account
or provider, or used with one, in other files too; constants of a module that creates no resources itself. Availability
zones; a region that is exported, or kept in a constant that not every reader demonstrably uses as the stack's own; ARNs
with a literal account, of certificates or of layers; endpoints of a literal bucket or API, or of a bucket that is
looked up; hosts and names made of more than the region; keys, templates, choices and arguments of functions; widgets
with metrics from another place; scripts and JSON in strings; anything that may refer to another resource in a file
whose resources set their own regions; everything in a file with several literal regions, unless the others clearly
belong to a provider, a peer or a global service; anything that may refer to an explicit provider for the same region,
or to a provider of another file that resources of this file use; anything in a file that imports one whose resources
set that region, or which sets up a provider for it. In a file that does not use the provider, everything but stack
outputs.

*On a deployed stack* Nothing changes in a stack that is deployed to the hardcoded region.

https://www.pulumi.com/registry/packages/aws/api-docs/getregion/
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from iacfix.edit import Replace
from iacfix.model import HOLE, Program, Text, Use, Where
from iacfix.rule import Finding, rule
from iacfix_aws._regions.constants import constant
from iacfix_aws._regions.named import is_meant, regions_named
from iacfix_aws._regions.own import region, why_not_own
from iacfix_aws._regions.partial import part_of
from iacfix_aws._regions.whole import A_CONSTANT, whole
from iacfix_aws._tables import reasons
from iacfix_aws._tables.regions import DIRECTIONS, INSIDE, LETTERED, OTHER_PARTITIONS, REGION, ZONE


@rule(
    severity="medium",
    category="Configuration Management",
    service="Multiple",
    triggers=DIRECTIONS,
)
def hardcoded_region(program: Program) -> Iterator[Finding]:
    named = regions_named(program)
    zones = set[object]()
    for text in program.texts():
        zone, found = ZONE.search(text.pattern), INSIDE.search(text.pattern)
        if zone is None and found is None:
            continue
        where = program.where(text)
        if is_meant(where):
            continue
        zone = zone or _before_a_letter(text, where)
        if zone is None and found is not None:
            yield from _judged(program, text, where, found[0], named)
        elif zone is not None and where.use is not Use.KEY and (where.use is Use.VALUE or zone[0] == text.pattern):
            place = where.resource.node if where.resource else text.line
            if place not in zones and text.line - 1 not in zones:
                shown = text.shown if HOLE in zone[0] else zone[0]
                yield Finding(text, f"hardcoded availability zone {shown}", reason=reasons.ZONES)
            zones |= {place, text.line}


def _before_a_letter(text: Text, where: Where) -> re.Match[str] | None:
    """The zone that a text names whose letter is computed."""
    is_zone = not where.path or where.path[-1] in ("availabilityZone", "availabilityZones")
    return LETTERED.fullmatch(text.pattern) if is_zone else None


def _judged(program: Program, text: Text, where: Where, name: str, named: frozenset[str]) -> Iterator[Finding]:
    written = whole(text, where) if REGION.fullmatch(text.pattern) else part_of(text, where)
    reads = program.read_by(text) if written.what == A_CONSTANT else None
    if reads and all(is_meant(read.where) for read in reads):
        return
    if reads:
        written = constant(program, text, reads, named)
    reason = written.reason
    if name.startswith(OTHER_PARTITIONS):
        reason = reasons.REGION_OF_OTHER_PARTITION
    elif written.spans and not reads:
        reason = reason or why_not_own(program, text, where, name, named)
    message = f"hardcoded region {name} in {written.what}"
    if written.what and reason is not None:
        yield Finding(text, message, reason=reason)
    elif written.spans:
        readers = tuple(read.where.resource for read in reads or ())
        looked_up = replace(region(program, next(filter(None, readers), where.resource)), readers=readers)
        yield Finding(text, message, tuple(Replace(span, looked_up) for span in written.spans))
