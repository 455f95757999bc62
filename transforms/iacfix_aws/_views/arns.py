"""ARNs as rules see them: `arn:partition:service:region:account:resource`.

A computed part is `HOLE`; a part that is missing, as in the beginning of an ARN that code goes on with, is empty.
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
"""Code that puts `/*` behind the ARN of a bucket."""


@dataclass(frozen=True)
class Arn:
    """The parts of an ARN, which begins at `at` in the pattern of the text it is in."""

    partition: str
    service: str
    region: str
    account: str
    resource: str = ""
    at: int = field(default=0, kw_only=True)

    @property
    def is_root(self) -> bool:
        """It names an account as a whole."""
        return (self.service, self.region, self.resource) == ("iam", "", "root")

    @property
    def region_at(self) -> int:
        """Where the region begins in the pattern."""
        return self.at + len(f"arn:{self.partition}:{self.service}:")

    @property
    def account_at(self) -> int:
        """Where the account begins in the pattern."""
        return self.region_at + len(f"{self.region}:")


def arn_of(value: Value | None) -> Arn | None:
    """The ARN that a text is as a whole."""
    if not isinstance(value, Text):
        return None
    match = WHOLE.match(value.pattern)
    return Arn(*match.groups("")) if match is not None else None


def regional_arns(pattern: str) -> Iterator[Arn]:
    """The ARNs anywhere in a text that write a region out; what follows the account is not told."""
    for match in REGIONAL.finditer(pattern):
        yield Arn(*match.groups(""), at=match.start())


def managed_policy(value: Value) -> str | None:
    """The name of a policy that AWS manages, with its path, of the partition `aws` or a computed one."""
    arn = arn_of(value)
    if arn is None or (arn.service, arn.region, arn.account) != ("iam", "", "aws"):
        return None
    kind, _, name = arn.resource.partition("/")
    is_managed = kind == "policy" and arn.partition in ("aws", HOLE) and POLICY.fullmatch(name)
    return name if is_managed else None


def is_of_objects(value: Value) -> bool:
    """It names objects of a bucket: the ARN of a bucket itself holds no slash."""
    if isinstance(value, Text):
        return "/" in value.pattern
    return value.mention(BEHIND_A_BUCKET) is not None
