"""A region as a part of a text, and why it may be somebody else's."""

from __future__ import annotations

import re

from iacfix.model import HOLE, Span, Text, Use, Where
from iacfix_aws._regions.located import ANY, DOMAIN, ENDPOINT, located, stays
from iacfix_aws._regions.written import ALONE, UNSEEN, Written
from iacfix_aws._tables import reasons
from iacfix_aws._tables.regions import INSIDE
from iacfix_aws._tables.services import GLOBAL_MODULES
from iacfix_aws._views.arns import Arn, regional_arns

HOST = re.compile(rf"{DOMAIN}|\.amazon\.com|com\.amazonaws\.vpce\.")
SCRIPT = re.compile(r"--region\b|REGION=|region_name=")
TEMPLATE = re.compile(r"[$%{]")
OWN_ACCOUNT = frozenset({"", "*", HOLE, "aws"})
DOUBTS = (
    (re.compile(r"(?<![\w-])\d{12}(?![\w-])"), reasons.OF_OTHER_ACCOUNT),
    (
        re.compile(
            rf"(?:^|[/@\s])[^/@\s{HOLE}]+\.s3(?:\.dualstack)?\.{ANY}\.{DOMAIN}"
            rf"|(?:^|[/@\s])s3(?:\.dualstack)?\.{ANY}\.{DOMAIN}/[^/?#{HOLE}]+(?:[/?#]|$)"
        ),
        reasons.BUCKET_ELSEWHERE,
    ),
    (
        re.compile(rf"(?:^|[/@\s])[^/@\s{HOLE}]+\.(?:execute-api|auth|lambda-url)\.{ANY}\.{DOMAIN}"),
        reasons.NAMED_ELSEWHERE,
    ),
    (re.compile(r"\bs3-website\b"), reasons.WEBSITE_ENDPOINT),
    (re.compile(rf"{ENDPOINT.pattern}(?<=\.cn)"), reasons.ENDPOINT_OF_OTHER_PARTITION),
)
"""What says of a text that its region may be somebody else's: the first that matches."""


def part_of(text: Text, where: Where) -> Written:
    """The regions that are a part of a text."""
    pattern = text.pattern
    found = located(pattern)
    if stays(pattern):
        return ALONE
    is_global = where.resource is not None and where.resource.type.startswith(GLOBAL_MODULES)
    if is_global and "an endpoint" not in found.values() and (found or not HOST.search(pattern)):
        return ALONE
    if not found:
        return _odd(pattern)
    what = "a service principal" if where.path[-1:] == ("Service",) else next(iter(found.values()))
    unseen = UNSEEN.get(where.use) if not where.path else None
    spans = tuple(Span(text, *span) for span in sorted(found))
    return Written(spans, what, unseen or _doubt(pattern, len(found)))


def _odd(pattern: str) -> Written:
    """A region in a text of no known shape: a name as any other, unless it smells of more."""
    if _is_structured(pattern) or SCRIPT.search(pattern):
        return Written((), "a script or JSON text", reasons.STRUCTURED_TEXT)
    if HOST.search(pattern) or "arn:" in pattern:
        return Written((), "a name", reasons.NAME_OF_REGION)
    return ALONE


def _is_structured(pattern: str) -> bool:
    return "\n" in pattern or "\\n" in pattern or pattern.lstrip().startswith(("{", "["))


def _is_json_of_parts(pattern: str) -> bool:
    """JSON text that is put together already, so that one part more changes nothing about it."""
    return HOLE in pattern and pattern.lstrip().startswith(("{", "["))


def _doubt(pattern: str, known: int) -> str | None:
    """Why a region in an ARN or an endpoint may be somebody else's."""
    if _is_structured(pattern) and not _is_json_of_parts(pattern):
        return reasons.STRUCTURED_TEXT
    if known < len(INSIDE.findall(pattern)):
        return reasons.REGION_TWICE
    arns = (_doubt_of(arn, pattern) for arn in regional_arns(pattern))
    found = ((expression.search(pattern), reason) for expression, reason in DOUBTS)
    others = (reason.of(account=match[0]) for match, reason in found if match is not None)
    return next((doubt for doubt in (*arns, *others) if doubt is not None), None)


def _doubt_of(arn: Arn, pattern: str) -> str | None:
    if arn.service == "acm":
        return reasons.CERTIFICATE_ARN
    if arn.service == "lambda" and ":layer:" in pattern:
        return reasons.LAYER_ARN
    if TEMPLATE.match(arn.account):
        return UNSEEN[Use.FORMAT]
    if arn.service != "apigateway" and arn.account not in OWN_ACCOUNT:
        return reasons.ARN_OF_OTHER_ACCOUNT.of(account=arn.account)
    return None
