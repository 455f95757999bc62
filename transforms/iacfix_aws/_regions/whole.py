"""A value that is a region and nothing else: right to look up in a few places only."""

from __future__ import annotations

import re

from iacfix.model import Fields, Items, Opaque, Span, Text, Use, Where, literal
from iacfix_aws._regions.elsewhere import ON_PURPOSE
from iacfix_aws._regions.written import ALONE, UNSEEN, Written
from iacfix_aws._tables import reasons
from iacfix_aws._views.metrics import homes_of

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
OWN_KEY = re.compile(r"^(?:aws|current|default|deploy(?:ment)?|stack)?[_-]?region$", re.IGNORECASE)
"""A key of an output's map that says the stack's region."""
VARIABLES = (("variables",), ("environmentVariables",), ("runtimeEnvironmentVariables",))
WEB_FIREWALL = re.compile(r"AWS/WAFV2\b|\bWAF\b")
NAMESPACE = re.compile("AWS/")
A_CONSTANT = "a constant"


def whole(text: Text, where: Where) -> Written:
    """The region that a text is as a whole."""
    spans = (Span(text, 0, len(text.pattern)),)
    key = where.path[-1] if where.path else ""
    if where.use is Use.CONSTANT:
        return (
            ALONE
            if ON_PURPOSE.search(where.path[0] if where.path else "")
            else Written((), A_CONSTANT, reasons.CONSTANT)
        )
    if where.use is Use.EXPORT and not where.in_list and (not key or OWN_KEY.search(key)):
        return Written((), "a stack output", reasons.OUTPUT_ON_PURPOSE)
    if where.in_list or (where.use in UNSEEN and where.use is not Use.ARGUMENT):
        return ALONE
    if key == "awslogs-region" or where.path[-3:] == ("logConfiguration", "options", "region"):
        return Written(spans, "a log driver's options")
    if key == "region" and _is_widget(where):
        return _in_widget(spans[0], where.siblings)
    name = _variable(where)
    if name is None or ON_PURPOSE.search(name):
        return ALONE
    if name.upper() in OWN_REGION:
        return Written(spans, f"the variable {name}")
    return Written((), f"the variable {name}", reasons.VARIABLE_OF_WHOM)


def _is_widget(where: Where) -> bool:
    if where.path[0] == "dashboardBody":
        return where.path[-2:-1] == ("properties",)
    is_nested = where.path[-2:-1] == ("properties",) or (where.path == ("region",) and where.resource is None)
    siblings = where.siblings
    return is_nested and siblings is not None and any(siblings.has(key) for key in ("metrics", "query", "annotations"))


def _in_widget(span: Span, properties: Fields | None) -> Written:
    what, metrics = "a dashboard widget", properties.get("metrics") if properties else None
    if metrics is None:
        return Written((span,), what)
    for namespace, home in homes_of(metrics):
        elsewhere = reasons.METRICS_AT_HOME.of(namespace=namespace, region=home)
        return ALONE if span.literal == home else Written((), what, elsewhere)
    if metrics.mention(WEB_FIREWALL) and span.literal == "us-east-1":
        return ALONE
    is_hidden = isinstance(metrics, Opaque) or (isinstance(metrics, Items) and metrics.is_open)
    if is_hidden and not metrics.mention(NAMESPACE):
        return Written((), what, reasons.METRICS_UNKNOWN)
    return Written((span,), what)


def _variable(where: Where) -> str | None:
    """The name of the environment variable whose value stands here."""
    if where.siblings is not None and where.path[-1:] == ("value",):
        is_input = where.resource is not None and len(where.path) == 1
        return None if is_input else literal(where.siblings.get("name"))
    return where.path[-1] if where.path[-2:-1] in VARIABLES else None
