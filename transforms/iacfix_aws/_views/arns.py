"""ARNs: `arn:partition:service:region:account:resource`.

A computed part is `HOLE`; a missing part, as in a prefix that code completes, is empty.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from iacfix.model import HOLE, Text, Value

WHOLE = re.compile(r"arn:([^:]*)(?::([^:]*))?(?::([^:]*))?(?::([^:]*))?(?::(.*))?", re.DOTALL)
REGIONAL = re.compile(
    rf"arn:(aws[a-z-]*|\*|{HOLE}):([a-z0-9-]*|\*|{HOLE}):([a-z0-9-]+)"
    rf"(?::([^:{HOLE}]*{HOLE}?)(?::|$)|$)"
)
POLICY = re.compile(r"[\w+=,.@/-]+")
BEHIND_A_BUCKET = re.compile(r"/\*[\"'`]")
"""Code that appends `/*` to the ARN of a bucket."""


@dataclass(frozen=True)
class Arn:
    """The parts of an ARN, which begins at the index `at` in the pattern of its text."""

    partition: str
    service: str
    region: str
    account: str
    resource: str = ""
    at: int = field(default=0, kw_only=True)

    @property
    def is_root(self) -> bool:
        """It is the root principal of an account."""
        return (self.service, self.region, self.resource) == ("iam", "", "root")

    @property
    def region_at(self) -> int:
        """The index of the region in the pattern."""
        return self.at + len(f"arn:{self.partition}:{self.service}:")

    @property
    def account_at(self) -> int:
        """The index of the account in the pattern."""
        return self.region_at + len(f"{self.region}:")


def arn_of(value: Value | None) -> Arn | None:
    """A text as an ARN; None where it does not begin as one."""
    if not isinstance(value, Text):
        return None
    match = WHOLE.match(value.pattern)
    return Arn(*match.groups("")) if match is not None else None


def regional_arns(pattern: str) -> Iterator[Arn]:
    """The ARNs anywhere in a text that have a literal region, without their `resource`."""
    for match in REGIONAL.finditer(pattern):
        yield Arn(*match.groups(""), at=match.start())


def managed_policy(value: Value) -> str | None:
    """The path and name of an AWS managed policy, from its ARN in the partition `aws` or a computed one; None for
    others."""
    arn = arn_of(value)
    if arn is None or (arn.service, arn.region, arn.account) != ("iam", "", "aws"):
        return None
    kind, _, name = arn.resource.partition("/")
    is_managed = kind == "policy" and arn.partition in ("aws", HOLE) and POLICY.fullmatch(name)
    return name if is_managed else None


def is_of_objects(value: Value) -> bool:
    """The ARN of objects in a bucket; that of a bucket itself has no slash."""
    if isinstance(value, Text):
        return "/" in value.pattern
    return value.mention(BEHIND_A_BUCKET) is not None
