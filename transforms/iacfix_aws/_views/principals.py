"""Principals of services: `logs.amazonaws.com`, or `logs.us-east-1.amazonaws.com` for one region."""

from __future__ import annotations

import re
from dataclasses import dataclass

from iacfix.model import HOLE, Span, Text, Value
from iacfix_aws._tables.regions import OTHER_PARTITIONS

SUFFIX = "amazonaws.com"
AN_OUTPUT = re.compile("Output")


@dataclass(frozen=True, eq=False)
class ServicePrincipal:
    """A service principal. `region` is None where it has none, and `HOLE` where it is computed."""

    name: Text
    service: str
    region: str | None
    suffix: str

    @property
    def span(self) -> Span:
        """The span of the region."""
        start = len(self.service) + 1
        return Span(self.name, start, start + len(self.region or ""))

    @property
    def region_value(self) -> Value | None:
        """The region where it is computed, else None."""
        return self.name.hole(self.span.start) if self.region == HOLE else None

    @property
    def may_be_foreign(self) -> bool:
        """It may be in another partition than `aws`."""
        return self.suffix != SUFFIX or (self.region or "").startswith(OTHER_PARTITIONS)


def service_principal(name: Value, service: str) -> ServicePrincipal | None:
    """A name as a principal of this service in any region; None for another name."""
    if not isinstance(name, Text):
        return None
    tail = rf"(?:(?P<region>[a-z0-9-]+|{HOLE})\.)?(?P<suffix>{HOLE}|[a-z.]*\.[a-z.]+)$"
    match = re.match(rf"{re.escape(service)}\.{tail}", name.pattern)
    return ServicePrincipal(name, service, match["region"], match["suffix"]) if match is not None else None


def is_plain(value: Value) -> bool:
    """Its expression does not mention outputs."""
    return value.mention(AN_OUTPUT) is None
