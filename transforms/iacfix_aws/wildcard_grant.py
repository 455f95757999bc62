"""Policy that allows every action, or every action of a service on everything.

*Why* A role that may do everything is worth as much to an attacker as the account. It usually needs a handful of
actions on a few resources, which `*` does not show.

*Impact*
- Shows where a single stolen credential or injected command reaches everything
- Names the statement that a reviewer has to accept or to narrow
- Meets what security standards require of policies

*Lesson* Name the actions and resources that are used; the role's last accessed services and IAM Access Analyzer show
them.

*Left alone* Deny statements; statements with a condition; actions with a prefix, such as `ec2:Describe*`; all actions
of a service on specific resources; resource policies, such as those of keys and buckets, where `*` is the resource
itself; roles whose inputs are not literal, which need not have an inline policy; computed actions.

*Reported only* Everything: the program does not say what the role is for. A policy whose statements are not literal is
reported too, as it may allow everything.

*On a deployed stack* Nothing is rewritten. Narrowing a policy takes effect within seconds, for running functions too.

https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from iacfix.model import Hidden, Program, Value, literal
from iacfix.rule import Finding, rule
from iacfix_aws._tables import reasons
from iacfix_aws._views.policies import Policy, Statement, listed, policies
from iacfix_aws._views.roles import POLICIES, ROLE, policy_label

PLACES = (*POLICIES, ("aws.iam.UserPolicy", "policy"), ("aws.iam.GroupPolicy", "policy"))
EVERY = frozenset({"*", "*:*"})
SERVICE = re.compile(r"[a-z0-9-]+:\*")
RAW = re.compile(r'"Action"\s*:\s*(?:\[\s*)?"\*(?::\*)?"')
"""Every action, in a text that is no JSON by itself."""


@rule(
    severity="medium",
    category="IAM Permissions",
    service="IAM",
    triggers=("Policy", "inlinePolicies", "inline_policies"),
    checks={
        "fsbp": "IAM.1 IAM.21",
        "checkov": "CKV_AWS_1 CKV_AWS_49 CKV_AWS_62 CKV_AWS_63",
        "trivy": "AWS-0057",
        "tfsec": "aws-iam-no-policy-wildcards AWS099",
    },
    only_reports=True,
)
def wildcard_grant(program: Program) -> Iterator[Finding]:
    seen = set[object]()
    for policy in policies(program, *PLACES):
        label = policy_label(policy)
        if isinstance(policy, Hidden):
            if policy.text is None and not (policy.is_input and policy.host.type == ROLE):
                why = reasons.POLICY_UNREADABLE.of(why=policy.reason)
                yield Finding(policy.value, f"{label} may allow every action", reason=why)
            for what in _granted_in_text(policy) if policy.text is not None else ():
                yield Finding(policy.value, f"{label} allows {what}", reason=reasons.ACTIONS_NEEDED)
            continue
        hidden = policy.unseen or next(iter(policy.unseen_statements), policy.written if policy.is_open else None)
        if hidden is not None and hidden.node not in seen:
            seen.add(hidden.node)
            yield Finding(hidden, f"{label} may allow every action", reason=reasons.STATEMENTS_NOT_LITERAL)
        for statement in policy.statements:
            found = _granted(statement)
            if found is not None and statement.fields.node not in seen:
                seen.add(statement.fields.node)
                at, what = found
                yield Finding(at, f"{label} allows {what}", reason=reasons.ACTIONS_NEEDED)


def _granted_in_text(hidden: Hidden) -> Iterator[str]:
    """What a policy that is written as text allows, each once."""
    if hidden.written is not None:
        policy = Policy(hidden.written, hidden.host, (hidden.host,))
        found = filter(None, map(_granted, policy.statements))
        yield from dict.fromkeys(what for _, what in found)
    elif hidden.text is not None and RAW.search(hidden.text.pattern):
        yield "every action"


def _granted(statement: Statement) -> tuple[Value, str] | None:
    """What a statement allows by wildcards, and where it says so."""
    if not statement.allows or statement.has_principal or statement.condition is not None:
        return None
    is_everywhere = any(literal(value) == "*" for value in listed(statement.resource))
    where = " on everything" if is_everywhere else ""
    if (left_out := statement.left_out) is not None:
        return (left_out, f"all actions except those that it names{where}") if is_everywhere else None
    for action in listed(statement.action):
        name = (literal(action) or "").lower()
        if name in EVERY:
            return action, f"every action{where}"
        if is_everywhere and SERVICE.fullmatch(name):
            return action, f"{literal(action)}{where}"
    return None
