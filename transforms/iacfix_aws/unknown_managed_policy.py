"""Managed policy that does not exist.

*Why* The ARN of an AWS managed policy is not checked until it is attached: one that does not exist fails in the middle
of the deployment, after the resources that need it were created.

*Impact*
- Deployments no longer stop at NoSuchEntity
- The role gets the intended permissions

*Lesson* Use `aws.iam.ManagedPolicy`, whose members are checked before anything is deployed.

*Left alone* Policies of your own account; names with a computed part or a wildcard; partitions other than `aws`, unless
computed; names that resemble none in the provider's list, which may be newer than the list; attachments whose ARN is
not literal.

*Reported only* Names that differ from an existing one by underscores, or by a leading AWS or Amazon; common names that
never existed, which need a policy of their own; policies that the provider's version 7 no longer lists, because AWS
withdrew them. A wrong path and wrong capitals are fixed: no two policies of AWS have the same name.

*On a deployed stack* No deployed role can have such a policy, except for one that was withdrawn since.

https://docs.aws.amazon.com/aws-managed-policy/latest/reference/policy-list.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from iacfix.edit import Join, Keep, New, Replace
from iacfix.model import HOLE, Program, Text, Use
from iacfix.rule import Finding, rule
from iacfix_aws._tables import reasons
from iacfix_aws._tables.managed_policies import managed_policies, withdrawn_policies
from iacfix_aws._views.arns import managed_policy

VENDOR = re.compile(r"^(?:aws|amazon)")
RECORDER = "service-role/AWS_ConfigRole"
MEANT: dict[str, str] = dict.fromkeys(("ConfigRole", "service-role/ConfigRole", "service-role/AWSConfigRole"), RECORDER)
"""What is written for a policy that exists, or did once and was the same."""
NEVER = frozenset({"VPCFlowLogsDeliveryRolePolicy", "AWSS3ReplicationServiceRolePolicy"})
"""Names that are often written and never existed."""


@rule(severity="high", category="Correctness", service="IAM", triggers=("iam::aws:policy/",))
def unknown_managed_policy(program: Program) -> Iterator[Finding]:
    for text in program.texts():
        path = managed_policy(text)
        if path is None or path in managed_policies() or program.where(text).use is Use.KEY:
            continue
        name = path.rpartition("/")[2]
        message = f"there is no managed policy {path}"
        meant, alike = MEANT.get(path) or _named().get(name.lower()), _alike().get(_words(name))
        if meant is not None:
            yield Finding(text, message, (Replace(text, _renamed(text, path, meant)),))
        elif path in withdrawn_policies():
            instead = f"; {alike} may be its successor" if alike else ""
            yield Finding(
                text,
                f"AWS has withdrawn the managed policy {path}",
                reason=reasons.POLICY_WITHDRAWN.of(instead=instead),
            )
        elif alike is not None:
            yield Finding(text, message, reason=reasons.POLICY_MEANT.of(alike=alike))
        elif name in NEVER:
            yield Finding(text, message, reason=reasons.POLICY_NEVER_EXISTED)


def _renamed(text: Text, path: str, meant: str) -> New:
    """The ARN with another name, and with the partition as it is written."""
    head, _, tail = text.pattern.removesuffix(path).partition(HOLE)
    return Join(head, Keep(text.hole(len(head))), tail + meant) if tail else head + meant


def _words(name: str) -> str:
    """The name of a policy without its case, its underscores and who it is from."""
    return VENDOR.sub("", re.sub(r"[^a-z0-9]", "", name.lower()))


@cache
def _named() -> dict[str, str]:
    """Those that a program may attach, by their names in small letters: the others are of roles that services make."""
    return {
        path.rpartition("/")[2].lower(): path
        for path in sorted(managed_policies())
        if not path.startswith("aws-service-role/")
    }


@cache
def _alike() -> dict[str, str]:
    return {_words(name): path for name, path in _named().items()}
