"""Region that is written out where the deployment's own is meant.

*Why* A region inside an ARN, an endpoint, a dashboard or a console link ties the program to one region: deployed to
another one it points at things that are not there.

*Impact*
- Enables multi-region deployments
- Prevents deployment failures in other regions
- Makes infrastructure more portable
- Follows 12-factor app principles

*Lesson* Look the region up with `getRegion` where the deployment's own region is meant.

*Left alone* Provider settings and options; resource names; defaults, parameters and conditionals; lists, maps and
comparisons of regions; arguments of other functions; tags, descriptions, messages and comments; variables that name
another region on purpose (replica, primary, target); global services, and us-east-1 for widgets on their metrics.

*Reported only* Availability zones; a region kept in a constant; ARNs with an account written out, of certificates or of
layers; other regions for widgets on metrics that are kept in us-east-1; scripts and JSON in strings; everything in a file that names
several regions or sets up a provider of its own.

*On a deployed stack* Nothing changes where the stack is deployed to the region that was written out.

https://www.pulumi.com/registry/packages/aws/api-docs/getregion/
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from iacfix.edit import Replace
from iacfix.model import HOLE, Fields, Items, Program, Span, Text, Use, Where, literal
from iacfix.rule import Finding, rule
from iacfix_aws._regions import INSIDE, OTHER_PARTITIONS, REGION, ZONE, region, unsettled

LEFT = frozenset(
    {Use.NAME, Use.KEY, Use.OPTION, Use.INVOKE, Use.DEFAULT, Use.CONDITION, Use.CHOICE, Use.ARGUMENT, Use.FORMAT}
)
PROSE = frozenset({"tags", "tagsAll", "description", "message", "comment", "markdown", "alarmDescription", "title", "label"})
ON_PURPOSE = re.compile(
    r"(?i)primary|secondary|replica|backup|failover|\bdr\b|_dr_|^dr_|_dr$|source|target|dest|peer|remote|other|allowed|home"
)
GLOBAL_MODULES = (
    "aws.cloudfront.",
    "aws.route53.",
    "aws.waf.",
    "aws.budgets.",
    "aws.cur.",
    "aws.ecrpublic.",
    "aws.globalaccelerator.",
    "aws.organizations.",
    "aws.shield.",
)
GLOBAL_METRICS = frozenset({"AWS/CloudFront", "AWS/Billing", "AWS/Route53", "AWS/WAFV2", "WAF"})
"""Namespaces whose metrics are kept in one region, wherever the stack is."""
GLOBAL_REGION = "us-east-1"

ACCOUNT = rf"(?P<account>[^:{HOLE}]*{HOLE}?)"
ARN = re.compile(rf"arn:(?:aws[a-z-]*|{HOLE}):(?P<service>[a-z0-9-]*|{HOLE}):(?P<region>[a-z0-9-]+)(?::{ACCOUNT}(?::|$)|$)")
ENDPOINT = re.compile(r"(?:^|[.@/])(?P<region>[a-z0-9-]+)\.amazonaws\.com(?P<suffix>\.cn)?")
ECR = re.compile(r"(?P<account>\d{12})\.dkr\.ecr\.(?P<region>[a-z0-9-]+)\.amazonaws\.com")
VPC_ENDPOINT = re.compile(r"com\.amazonaws\.(?P<region>[a-z0-9-]+)\.")
CONSOLE = re.compile(
    r"[?&]region=(?P<region>[a-z0-9-]+)|https://(?P<host>[a-z0-9-]+)\.console\.aws\.amazon\.com"
)
OWN_ACCOUNT = frozenset({"", "*", HOLE, "lambda"})


@rule(
    severity="medium",
    category="Configuration Management",
    service="Multiple",
    triggers=("-east-", "-west-", "-central-", "-north-", "-south-", "-northeast-", "-southeast-", "-northwest-", "-southwest-"),
)
def hardcoded_region(program: Program) -> Iterator[Finding]:
    zones = set[object]()
    for text in program.texts():
        if not INSIDE.search(text.pattern) and not ZONE.search(text.pattern):
            continue
        where = program.where(text)
        if _is_left(where):
            continue
        if ZONE.search(text.pattern) and where.use is Use.VALUE:
            place = where.resource.node if where.resource else text.line
            if place not in zones:
                zones.add(place)
                yield _zone(text)
        else:
            yield from _judged(program, text, where)


def _is_left(where: Where) -> bool:
    """The place is one where a region is meant, or only talked about."""
    if where.use in LEFT or PROSE & set(where.path):
        return True
    resource = where.resource
    return resource is not None and (resource.type.endswith(".Provider") or resource.type.startswith(GLOBAL_MODULES))


def _zone(text: Text) -> Finding:
    zone = ZONE.search(text.pattern)
    assert zone is not None
    reason = "how many zones and which is a matter of design; getAvailabilityZones lists them"
    return Finding(text, f"availability zone {zone[0]} is written out", reason=reason)


def _judged(program: Program, text: Text, where: Where) -> Iterator[Finding]:
    spans, what, reason = _found(text, where)
    if not spans:
        if reason is not None:
            yield Finding(text, _message(INSIDE.search(text.pattern), what), reason=reason)
        return
    message = _message(INSIDE.search(text.pattern), what)
    if any(span.literal.startswith(OTHER_PARTITIONS) for span in spans):
        reason = "the region is in another partition, whose other names would stay"
    reason = reason or unsettled(program, where.resource)
    if reason is not None:
        yield Finding(text, message, reason=reason)
    else:
        yield Finding(text, message, tuple(Replace(span, region(program, where.resource)) for span in spans))


def _message(found: re.Match[str] | None, what: str) -> str:
    assert found is not None
    return f"region {found[0]} is written out in {what}"


def _found(text: Text, where: Where) -> tuple[list[Span], str, str | None]:
    """The stretches to look up, what they stand in, and why they are only reported."""
    if REGION.fullmatch(text.pattern):
        return _whole(text, where)
    for expression, what in ((ARN, "an ARN"), (VPC_ENDPOINT, "a service name"), (CONSOLE, "a console link"), (ENDPOINT, "an endpoint")):
        spans = [
            span
            for group in (name for name in ("region", "host") if name in expression.groupindex)
            for match in expression.finditer(text.pattern)
            if match[group] is not None and REGION.fullmatch(match[group])
            for span in [Span(text, *match.span(group))]
        ]
        if spans:
            return spans, "a service principal" if where.path[-1:] == ("Service",) else what, _doubt(text)
    if "\n" in text.pattern or "\\n" in text.pattern:
        return [], "a script or JSON text", "text with a structure of its own is not rewritten"
    return [], "a text", None


def _doubt(text: Text) -> str | None:
    """Why a region in an ARN or an endpoint may be somebody else's."""
    if len(list(INSIDE.finditer(text.pattern))) != len(list(REGION.finditer(text.pattern))):
        return "another region stands inside a longer word of the same text"
    if "\n" in text.pattern:
        return "text with a structure of its own is not rewritten"
    for arn in ARN.finditer(text.pattern):
        if arn["service"] == "acm":
            return "a certificate's ARN belongs to the region it was made in"
        if ":layer:" in text.pattern:
            return "a layer's ARN belongs to the region it was published in"
        if (arn["account"] or "") not in OWN_ACCOUNT:
            return f"the account {arn['account']} is written out too, so the ARN may be somebody else's"
    if ECR.search(text.pattern):
        return "the registry's account is written out too, so it may be somebody else's"
    if any(endpoint["suffix"] for endpoint in ENDPOINT.finditer(text.pattern)):
        return "the endpoint is in another partition"
    return None


def _whole(text: Text, where: Where) -> tuple[list[Span], str, str | None]:
    """A value that is a region and nothing else: right to look up in a few places only."""
    span = Span(text, 0, len(text.pattern))
    key = where.path[-1] if where.path else ""
    if where.use is Use.CONSTANT:
        if ON_PURPOSE.search(where.path[0] if where.path else ""):
            return [], "", None
        return [], "a constant", "a constant may serve as default, comparison or provider setting; look it up where it is used"
    if where.in_list:
        return [], "", None
    if key == "awslogs-region":
        return [span], "a log driver's options", None
    if key == "region" and _is_widget(where):
        namespace = _global_metric(where.siblings) if where.siblings else None
        if namespace is None:
            return [span], "a dashboard widget", None
        if text.pattern == GLOBAL_REGION:
            return [], "", None
        return [], "a dashboard widget", f"the metrics of {namespace} are kept in {GLOBAL_REGION}, wherever the stack is"
    if (name := _variable(where)) is not None and "REGION" in name.upper() and not ON_PURPOSE.search(name):
        return [span], f"the variable {name}", None
    return [], "", None


def _is_widget(where: Where) -> bool:
    if where.path[0] == "dashboardBody":
        return True
    return where.path[-2:-1] == ("properties",) and where.siblings is not None and (
        where.siblings.has("metrics") or where.siblings.has("query")
    )


def _global_metric(properties: Fields) -> str | None:
    """The first global namespace among a widget's metrics."""
    metrics = properties.get("metrics")
    for entry in metrics.elements if isinstance(metrics, Items) else ():
        namespace = literal(entry.elements[0]) if isinstance(entry, Items) and entry.elements else None
        if namespace in GLOBAL_METRICS:
            return namespace
    return None


def _variable(where: Where) -> str | None:
    """The name of the environment variable whose value stands here."""
    if where.siblings is not None and where.path[-1:] == ("value",):
        return literal(where.siblings.get("name"))
    if where.path[-2:-1] == ("variables",) and "environment" in where.path:
        return where.path[-1]
    return None


