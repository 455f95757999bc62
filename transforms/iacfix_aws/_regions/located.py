"""Texts that a region is part of: ARNs, endpoints, console links, and those whose region is part of their name."""

from __future__ import annotations

import re

from iacfix_aws._tables.regions import REGION
from iacfix_aws._tables.services import GLOBAL_SERVICES
from iacfix_aws._views.arns import regional_arns

ANY = "[a-z0-9-]{1,63}"
"""A label of a host, which has no more letters; without a limit a long word is read anew from each of its letters."""
VPC_ENDPOINT = re.compile(rf"(?:com\.amazonaws|aws\.sagemaker)\.(?P<region>{ANY})\.")
CONSOLE = re.compile(rf"[?&]region=(?P<region>{ANY})|https://(?P<host>{ANY})\.console\.aws\.amazon\.com")
DOMAIN = r"(?:amazonaws\.com|amazoncognito\.com|amazonses\.com|api\.aws|on\.aws)"
ENDPOINT = re.compile(rf"(?:(?P<service>{ANY})\.|[@/]|^)(?P<region>{ANY})\.{DOMAIN}(?P<suffix>\.cn)?")
KINDS = ((VPC_ENDPOINT, "a service name"), (CONSOLE, "a console link"), (ENDPOINT, "an endpoint"))
GLOBAL_CONSOLE = re.compile(r"console\.aws\.amazon\.com/(?P<service>[a-z0-9-]+)/")
IN_ONE_REGION = re.compile(r"arn:[^:]*:wafv2:.*:global/|:log-group:/aws/route53/")


def located(pattern: str) -> dict[tuple[int, int], str]:
    """Where a text names a region, and what it names there."""
    arns = (arn for arn in regional_arns(pattern) if REGION.fullmatch(arn.region))
    found = {(arn.region_at, arn.account_at - 1): "an ARN" for arn in arns}
    for expression, what in KINDS:
        for match in expression.finditer(pattern):
            for group in ("region", "host"):
                if group in expression.groupindex and REGION.fullmatch(match[group] or ""):
                    found[match.span(group)] = what
    return found


def stays(pattern: str) -> bool:
    """What is named has one region only."""
    services = {arn.service for arn in regional_arns(pattern)}
    services |= {match["service"] for kind in (ENDPOINT, GLOBAL_CONSOLE) for match in kind.finditer(pattern)}
    return bool(GLOBAL_SERVICES & services) or IN_ONE_REGION.search(pattern) is not None
