"""Region that is written out where the deployment's own is meant.

*Why* A region inside an ARN, an endpoint, a dashboard or a console link ties the program to one region: deployed to
another one it points at things that are not there.

*Impact*
- Enables multi-region deployments
- Prevents deployment failures in other regions
- Makes infrastructure more portable
- Follows 12-factor app principles

*Lesson* Look the region up with `getRegion` where the deployment's own region is meant.

*Left alone* Provider settings and options; resource names; defaults, parameters and comparisons; lists and maps of
regions; a bare region as an argument or an input; tags, descriptions, messages and comments; variables that name
another region on purpose (replica, primary, target); what global services keep in one region, their metrics too;
variables that Lambda reserves, which `reserved-lambda-variable` is about.

*Reported only* Places that mean another region by nature: one end of a copy or a replication, what stands beside a
region of its own, another event bus, what CloudFront and its functions use. Texts about what another stack, another
account or another provider has, or that are used for such, in other files too; constants of a module that makes
nothing itself. Availability zones; a region that is exported, or kept in a constant of which not every reader is seen
to mean the stack's own; ARNs with an account written out, of certificates or of layers; endpoints of a bucket or an API
that is written out; hosts and names made of more than the region; keys, templates, choices and arguments of functions;
widgets whose metrics are kept elsewhere; scripts and JSON in strings; what may be about another resource in a file
whose resources set regions of their own; everything in a file that writes out several regions without saying of the
others that they are a provider's, a peer's or a global service's; what may be about a provider of the file that is in
the same region; in a file that names nothing of the provider, everything but stack outputs.

*On a deployed stack* Nothing changes where the stack is deployed to the region that was written out.

https://www.pulumi.com/registry/packages/aws/api-docs/getregion/
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from iacfix.edit import Replace
from iacfix.model import HOLE, Chunk, Fields, Items, Opaque, Program, Read, Resource, Span, Text, Use, Where, literal
from iacfix.rule import Finding, rule
from iacfix_aws._regions.elsewhere import ON_PURPOSE, elsewhere, of_callers, of_others, of_project
from iacfix_aws._regions.located import ANY, ARN, DOMAIN, ENDPOINT, KINDS, places, stays
from iacfix_aws._regions.named import is_prose, regions_named, unsettled
from iacfix_aws._regions.own import region
from iacfix_aws._tables.regions import INSIDE, OTHER_PARTITIONS, REGION, ZONE
from iacfix_aws._tables.reserved import FUNCTIONS, RESERVED
from iacfix_aws._tables.services import GLOBAL_MODULES
from iacfix_aws._views.metrics import homes_of

LEFT = frozenset({Use.NAME, Use.OPTION, Use.DEFAULT, Use.CONDITION})
UNSEEN = {
    Use.ARGUMENT: "what the function makes of its argument cannot be seen",
    Use.INVOKE: "what the function makes of its argument cannot be seen",
    Use.CHOICE: "it is one of several choices, so it may be meant as it stands",
    Use.FORMAT: "the text is a template that is filled later",
    Use.KEY: "a key may be looked up elsewhere by the same text",
}
OWN_REGION = frozenset(
    f"{prefix}REGION"
    for prefix in (
        "",
        "AWS_",
        "AWS_DEFAULT_",
        "DEFAULT_",
        "CURRENT_",
        "DEPLOY_",
        "DEPLOYMENT_",
        "STACK_",
        "CDK_DEFAULT_",
    )
)
"""Variables that say the region the program runs in; `CERTIFICATE_REGION` says another one."""

OF_HOST = (("serviceName",), ("Service",), ("awslogs-region",))
"""Where a region can only be that of the resource which holds the text."""

ACCOUNT = re.compile(r"(?<![\w-])\d{12}(?![\w-])")
BUCKET = re.compile(
    rf"(?:^|[/@\s])[^/@\s{HOLE}]+\.s3(?:\.dualstack)?\.{ANY}\.{DOMAIN}"
    rf"|(?:^|[/@\s])s3(?:\.dualstack)?\.{ANY}\.{DOMAIN}/[^/?#{HOLE}]+(?:[/?#]|$)"
)
NAMED = re.compile(rf"(?:^|[/@\s])[^/@\s{HOLE}]+\.(?:execute-api|auth|lambda-url)\.{ANY}\.{DOMAIN}")
WEBSITE = re.compile(r"\bs3-website\b")
HOST = re.compile(rf"{DOMAIN}|\.amazon\.com|com\.amazonaws\.vpce\.")
TEMPLATE = re.compile(r"[$%{]")
SCRIPT = re.compile(r"--region\b|REGION=|region_name=")
OWN_ACCOUNT = frozenset({"", "*", HOLE, "aws"})
CONSTANT = "a constant may serve as default, comparison or provider setting; look it up where it is used"
READ = {
    Use.NAME: "a resource is named after the constant",
    Use.OPTION: "an option is set to the constant",
    Use.DEFAULT: "the constant serves as a default",
    Use.CONDITION: "the constant is compared with something",
}
"""What a constant must not be read as, where it is to be looked up."""
WEB_FIREWALL = re.compile(r"AWS/WAFV2\b|\bWAF\b")
NAMESPACE = re.compile("AWS/")
A_CONSTANT = "a constant"
STRUCTURED = "text with a structure of its own is not rewritten"

Found = tuple[list[Span], str, str | None]
"""The stretches to look up, what they stand in, and why they are only reported."""
ALONE: Found = ([], "", None)


@rule(
    severity="medium",
    category="Configuration Management",
    service="Multiple",
    triggers=(
        "-east-",
        "-west-",
        "-central-",
        "-north-",
        "-south-",
        "-northeast-",
        "-southeast-",
        "-northwest-",
        "-southwest-",
    ),
)
def hardcoded_region(program: Program) -> Iterator[Finding]:
    named = regions_named(program)
    zones = set[object]()
    for text in program.texts():
        is_zone = ZONE.search(text.pattern) is not None
        if not is_zone and not INSIDE.search(text.pattern):
            continue
        where = program.where(text)
        if _is_left(where):
            continue
        if not is_zone:
            yield from _judged(program, text, where, named)
        elif where.use is not Use.KEY and (where.use is Use.VALUE or ZONE.fullmatch(text.pattern)):
            place = where.resource.node if where.resource else text.line
            if place not in zones and text.line - 1 not in zones:
                yield _zone(text)
            zones |= {place, text.line}


def _is_left(where: Where) -> bool:
    """The place is one where a region is meant, or only talked about."""
    if where.use in LEFT or is_prose(where):
        return True
    resource = where.resource
    return resource is not None and (
        resource.type.endswith(".Provider")
        or literal(resource.args.get("scope")) == "CLOUDFRONT"
        or (resource.type in FUNCTIONS and not RESERVED.keys().isdisjoint(where.path[-1:]))
    )


def _zone(text: Text) -> Finding:
    zone = ZONE.search(text.pattern)
    assert zone is not None
    reason = "how many zones and which is a matter of design; getAvailabilityZones lists them"
    return Finding(text, f"availability zone {zone[0]} is written out", reason=reason)


def _judged(program: Program, text: Text, where: Where, named: frozenset[str]) -> Iterator[Finding]:
    found = INSIDE.search(text.pattern)
    assert found is not None
    spans, what, reason = _whole(text, where) if REGION.fullmatch(text.pattern) else _part(text, where)
    message = f"region {found[0]} is written out in {what}"
    readers: tuple[Resource | None, ...] = ()
    if what == A_CONSTANT and (reads := program.read_by(text)):
        reason = next(filter(None, (_misread(program, text, read, named) for read in reads)), None)
        spans, readers = [Span(text, 0, len(text.pattern))], tuple(read.where.resource for read in reads)
    if found[0].startswith(OTHER_PARTITIONS):
        reason = "the region is in another partition, whose other names would stay"
    if spans and not readers:
        is_hosts = where.path[-1:] in OF_HOST and where.use is not Use.INVOKE
        reason = reason or (None if is_hosts else elsewhere(program, text, where) or of_others(program, text, where))
        reason = reason or unsettled(program, where.resource, found[0], named, is_hosts=is_hosts)
        reason = reason or of_callers(program, where) or of_project(program, where)
    if what and reason is not None:
        yield Finding(text, message, reason=reason)
    elif spans:
        looked_up = replace(region(program, next(filter(None, readers), where.resource)), readers=readers)
        yield Finding(text, message, tuple(Replace(span, looked_up) for span in spans))


def _misread(program: Program, constant: Text, read: Read, named: frozenset[str]) -> str | None:
    """Why what a place reads of a constant may not be the region of the stack."""
    where = read.where
    if where.resource is not None and where.resource.type.endswith(".Provider"):
        return "a provider is set up with the constant"
    if where.use in READ:
        return READ[where.use]
    text = _filled(constant, read)
    if where.use is Use.EXPORT and read.text is None:
        return None
    is_zone = ZONE.fullmatch(text.pattern) is not None and where.use not in UNSEEN
    if not is_prose(where) and not is_zone:
        spans, _, reason = _whole(text, where) if read.text is None else _part(text, where)
        if reason is not None or not spans:
            return reason or "what is made of the constant may not be about the stack's own region"
    origin = elsewhere(program, text, where) or of_others(program, read.text or constant, where)
    return origin or unsettled(program, where.resource, str(constant.literal), named) or of_callers(program, where)


def _filled(constant: Text, read: Read) -> Text:
    """The text that a place makes of the constant, as if it were written out there."""
    if read.text is None:
        return constant
    pattern = read.text.pattern
    pattern = pattern[: read.index] + str(constant.literal) + pattern[read.index + 1 :]
    return replace(read.text, chunks=(Chunk(read.text.node, pattern),), literal=None)


# a region as part of a text


def _part(text: Text, where: Where) -> Found:
    pattern = text.pattern
    found = {match.span(group): what for expression, what in KINDS for match, group in places(expression, pattern)}
    if stays(pattern):
        return ALONE
    is_global = where.resource is not None and where.resource.type.startswith(GLOBAL_MODULES)
    if is_global and "an endpoint" not in found.values():
        return ALONE
    if not found:
        return _odd(pattern)
    what = "a service principal" if where.path[-1:] == ("Service",) else next(iter(found.values()))
    unseen = UNSEEN.get(where.use) if not where.path else None
    return [Span(text, *span) for span in sorted(found)], what, unseen or _doubt(pattern, len(found))


def _odd(pattern: str) -> Found:
    """A region in a text of no known shape: a name as any other, unless it smells of more."""
    if _is_structured(pattern) or SCRIPT.search(pattern):
        return [], "a script or JSON text", STRUCTURED
    if HOST.search(pattern) or "arn:" in pattern:
        return [], "a name", "the name holds more that belongs to its region"
    return ALONE


def _is_structured(pattern: str) -> bool:
    return "\n" in pattern or "\\n" in pattern or pattern.lstrip().startswith(("{", "["))


def _is_json_of_parts(pattern: str) -> bool:
    """JSON text that is put together already, so that one part more changes nothing about it."""
    return HOLE in pattern and pattern.lstrip().startswith(("{", "["))


def _doubt(pattern: str, known: int) -> str | None:
    """Why a region in an ARN or an endpoint may be somebody else's."""
    if _is_structured(pattern) and not _is_json_of_parts(pattern):
        return STRUCTURED
    if known < len(INSIDE.findall(pattern)):
        return "the region stands a second time in the text, where it may be part of a name"
    for arn in ARN.finditer(pattern):
        if arn["service"] == "acm":
            return "a certificate's ARN belongs to the region it was made in"
        if arn["service"] == "lambda" and ":layer:" in pattern:
            return "a layer's ARN belongs to the region it was published in"
        if TEMPLATE.match(arn["account"] or ""):
            return UNSEEN[Use.FORMAT]
        if arn["service"] != "apigateway" and (arn["account"] or "") not in OWN_ACCOUNT:
            return f"the account {arn['account']} is written out too, so the ARN may be somebody else's"
    if account := ACCOUNT.search(pattern):
        return f"the account {account[0]} is written out too, so it may be somebody else's"
    if BUCKET.search(pattern):
        return "the bucket is written out too, so it may live elsewhere"
    if NAMED.search(pattern):
        return "what it names is written out too, so it may live elsewhere"
    if WEBSITE.search(pattern):
        return "website endpoints are spelled differently from region to region"
    if any(endpoint["suffix"] for endpoint in ENDPOINT.finditer(pattern)):
        return "the endpoint is in another partition"
    return None


# a value that is a region and nothing else: right to look up in a few places only


def _whole(text: Text, where: Where) -> Found:
    span = Span(text, 0, len(text.pattern))
    key = where.path[-1] if where.path else ""
    if where.use is Use.CONSTANT:
        if ON_PURPOSE.search(where.path[0] if where.path else ""):
            return ALONE
        return [], A_CONSTANT, CONSTANT
    if where.use is Use.EXPORT and not where.path and not where.in_list:
        return [], "a stack output", "an output may name another region on purpose"
    if where.in_list or (where.use in UNSEEN and where.use is not Use.ARGUMENT):
        return ALONE
    if key == "awslogs-region" or where.path[-3:] == ("logConfiguration", "options", "region"):
        return [span], "a log driver's options", None
    if key == "region" and _is_widget(where):
        return _in_widget(span, where.siblings)
    name = _variable(where)
    if name is None or ON_PURPOSE.search(name):
        return ALONE
    if name.upper() in OWN_REGION:
        return [span], f"the variable {name}", None
    return [], f"the variable {name}", "the variable's name does not say whose region it is"


def _is_widget(where: Where) -> bool:
    if where.path[0] == "dashboardBody":
        return where.path[-2:-1] == ("properties",)
    is_nested = where.path[-2:-1] == ("properties",) or (where.path == ("region",) and where.resource is None)
    siblings = where.siblings
    return is_nested and siblings is not None and any(siblings.has(key) for key in ("metrics", "query", "annotations"))


def _in_widget(span: Span, properties: Fields | None) -> Found:
    what, metrics = "a dashboard widget", properties.get("metrics") if properties else None
    if metrics is None:
        return [span], what, None
    for namespace, home in homes_of(metrics):
        elsewhere = f"the metrics of {namespace} are kept in {home}, wherever the stack is"
        return ALONE if span.literal == home else ([], what, elsewhere)
    if metrics.mention(WEB_FIREWALL) and span.literal == "us-east-1":
        return ALONE
    if not metrics.mention(NAMESPACE) and (
        isinstance(metrics, Opaque) or (isinstance(metrics, Items) and metrics.is_open)
    ):
        return [], what, "whose metrics they are cannot be seen, and some are kept in one region"
    return [span], what, None


def _variable(where: Where) -> str | None:
    """The name of the environment variable whose value stands here."""
    if where.siblings is not None and where.path[-1:] == ("value",):
        is_input = where.resource is not None and len(where.path) == 1
        return None if is_input else literal(where.siblings.get("name"))
    if where.path[-2:-1] in (("variables",), ("environmentVariables",), ("runtimeEnvironmentVariables",)):
        return where.path[-1]
    return None
