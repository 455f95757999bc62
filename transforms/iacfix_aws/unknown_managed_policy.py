"""Managed policy that does not exist.

*Why* An ARN of a policy that AWS manages is taken as it is until it is attached: one that does not exist fails in the
middle of the deployment, after what it should have allowed was built.

*Impact*
- Deployments no longer stop at NoSuchEntity
- The role gets the permissions that were meant

*Lesson* Take the ARN from `aws.iam.ManagedPolicy`, whose members are checked before anything is deployed.

*Left alone* Policies of an account of your own; names with a computed part or a wildcard; other partitions than `aws`,
but for those that are computed.

*Reported only* Names that no managed policy is like but for its path, its case, its underscores and the AWS or Amazon
in front; policies that AWS has withdrawn. The nearest that exists is named. What is newer than the lists of
the provider's versions 6 and 7 is reported too.

*On a deployed stack* Nothing that is deployed can have it, but for a policy that was withdrawn since.

https://docs.aws.amazon.com/aws-managed-policy/latest/reference/policy-list.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import get_close_matches
from functools import cache

from iacfix.edit import Join, Keep, New, Replace
from iacfix.model import HOLE, Program, Text, Use
from iacfix.rule import Finding, rule
from iacfix_aws._tables.managed_policies import managed_policies, withdrawn_policies

ARN = re.compile(rf"^arn:(?:aws|{HOLE}):iam::aws:policy/(?P<path>[\w+=,.@/-]+)$")
VENDOR = re.compile(r"^(?:aws|amazon)")
SUCCESSORS = {"service-role/AWSConfigRole": "service-role/AWS_ConfigRole"}
"""Withdrawn policies that another one took the place of, with the same purpose and nothing less."""
LIKE = 0.85
"""How much of two names has to be the same for one to be named as the nearest."""


@rule(
    severity="high",
    category="Correctness",
    service="IAM",
    triggers=("iam::aws:policy/",),
)
def unknown_managed_policy(program: Program) -> Iterator[Finding]:
    for text in program.texts():
        arn = ARN.search(text.pattern)
        if arn and arn["path"] not in managed_policies() and program.where(text).use is not Use.KEY:
            yield _finding(text, arn["path"])


def _finding(text: Text, path: str) -> Finding:
    message, alike = f"there is no managed policy {path}", _alike().get(_words(path), ())
    if path in withdrawn_policies() and path not in SUCCESSORS:
        nearest = f"; {alike[0]} may be what replaces it" if alike else ""
        return Finding(text, message, reason=f"AWS has withdrawn it{nearest}")
    meant = SUCCESSORS.get(path) or (alike[0] if len(alike) == 1 else None)
    if meant is not None:
        return Finding(text, message, (Replace(text, _renamed(text, path, meant)),))
    names = {each.rpartition("/")[2]: each for each in _attachable()}
    nearest = [names[name] for name in get_close_matches(path.rpartition("/")[2], names, n=1, cutoff=LIKE)]
    hint = f"; the nearest is {nearest[0]}" if nearest else ""
    return Finding(text, message, reason=f"what is meant cannot be told{hint}; it may need a policy of its own")


def _renamed(text: Text, path: str, meant: str) -> New:
    """The ARN with another name, and with the partition as it is written."""
    head, _, tail = text.pattern.removesuffix(path).partition(HOLE)
    return Join(head, Keep(text.hole(len(head))), tail + meant) if tail else head + meant


def _words(path: str) -> str:
    """The name of a policy without what people get wrong of it: path, case, underscores, and who it is from."""
    return VENDOR.sub("", re.sub(r"[^a-z0-9]", "", path.rpartition("/")[2].lower()))


def _attachable() -> list[str]:
    """Those that a program may attach: the others belong to roles that services make for themselves."""
    return sorted(path for path in managed_policies() if not path.startswith("aws-service-role/"))


@cache
def _alike() -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for path in _attachable():
        found[_words(path)] = (*found.get(_words(path), ()), path)
    return found
