"""Texts that a region is part of: ARNs, endpoints, console links, and those whose region is part of their name."""

from __future__ import annotations

import re
from collections.abc import Iterator

from iacfix.model import HOLE
from iacfix_aws._tables.regions import REGION
from iacfix_aws._tables.services import GLOBAL_SERVICES

ANY = "[a-z0-9-]+"
ARN = re.compile(
    rf"arn:(?:aws[a-z-]*|\*|{HOLE}):(?P<service>[a-z0-9-]*|\*|{HOLE}):(?P<region>{ANY})"
    rf"(?::(?P<account>[^:{HOLE}]*{HOLE}?)(?::|$)|$)"
)
VPC_ENDPOINT = re.compile(rf"(?:com\.amazonaws|aws\.sagemaker)\.(?P<region>{ANY})\.")
CONSOLE = re.compile(rf"[?&]region=(?P<region>{ANY})|https://(?P<host>{ANY})\.console\.aws\.amazon\.com")
DOMAIN = r"(?:amazonaws\.com|amazoncognito\.com|amazonses\.com|api\.aws|on\.aws)"
ENDPOINT = re.compile(rf"(?:(?P<service>{ANY})\.|[@/]|^)(?P<region>{ANY})\.{DOMAIN}(?P<suffix>\.cn)?")
KINDS = ((ARN, "an ARN"), (VPC_ENDPOINT, "a service name"), (CONSOLE, "a console link"), (ENDPOINT, "an endpoint"))
GLOBAL_CONSOLE = re.compile(r"console\.aws\.amazon\.com/(?P<service>[a-z0-9-]+)/")
IN_ONE_REGION = re.compile(r"arn:[^:]*:wafv2:.*:global/|:log-group:/aws/route53/")


def places(expression: re.Pattern[str], pattern: str) -> Iterator[tuple[re.Match[str], str]]:
    """Where an expression names a region, and by which of its groups."""
    for match in expression.finditer(pattern):
        for group in ("region", "host"):
            if group in expression.groupindex and REGION.fullmatch(match[group] or ""):
                yield match, group


def stays(pattern: str) -> bool:
    """What is named has one region only."""
    kinds = (ARN, ENDPOINT, GLOBAL_CONSOLE)
    services = {match["service"] for expression in kinds for match in expression.finditer(pattern)}
    return bool(GLOBAL_SERVICES & services) or IN_ONE_REGION.search(pattern) is not None
