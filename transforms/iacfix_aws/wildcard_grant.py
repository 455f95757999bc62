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
itself; roles whose inputs are not literal, which need not have an inline policy; computed actions. What a policy that
is passed to a function, a component or a module allows is reported where it is written, not where it is received.

*Reported only* Everything: the program does not say what the role is for. Policies that are not statically known, such
as those in files of their own, are reported once for all of them, as they may allow everything.

*On a deployed stack* Nothing is rewritten. Narrowing a policy takes effect within seconds, for running functions too.

https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from iacfix.model import Hidden, Program, Value
from iacfix.rule import Finding, rule
from iacfix_aws._tables import reasons
from iacfix_aws._views.passed_on import passed_on
from iacfix_aws._views.policies import Statement, policies
from iacfix_aws._views.roles import POLICIES, ROLE, policy_label
from iacfix_aws._views.wide_statements import WIDE, granted, granted_in_text
from iacfix_aws._views.wording import enumerated

PLACES = (*POLICIES, ("aws.iam.UserPolicy", "policy"), ("aws.iam.GroupPolicy", "policy"))
TYPES = frozenset(type for type, _ in PLACES)


@rule(
    severity="medium",
    category="IAM Permissions",
    service="IAM",
    triggers=("Policy", "Statement", "inlinePolicies", "inline_policies", "statements"),
    checks={
        "fsbp": "IAM.1 IAM.21",
        "checkov": "CKV_AWS_1 CKV_AWS_49 CKV_AWS_62 CKV_AWS_63",
        "trivy": "AWS-0057",
        "tfsec": "aws-iam-no-policy-wildcards AWS099",
    },
    only_reports=True,
)
def wildcard_grant(program: Program) -> Iterator[Finding]:
    seen, unseen = set[object](), list[tuple[str, Value, str]]()
    for policy in policies(program, *PLACES):
        label = policy_label(policy)
        if isinstance(policy, Hidden):
            seen.add(policy.text.node if policy.text is not None else None)
            if policy.text is None and not policy.is_given and not (policy.is_input and policy.host.type == ROLE):
                unseen.append((label, policy.value, reasons.POLICY_UNREADABLE.of(why=policy.reason)))
            for what in granted_in_text(policy) if policy.text is not None else ():
                yield Finding(policy.value, f"{label} allows {what}", reason=reasons.ACTIONS_NEEDED)
            continue
        hidden = policy.unseen or next(iter(policy.unseen_statements), policy.written if policy.is_open else None)
        if hidden is not None and hidden.node not in seen and not hidden.is_given:
            seen.add(hidden.node)
            unseen.append((label, hidden, reasons.STATEMENTS_NOT_LITERAL))
        yield from _wide(label, ((None, statement) for statement in policy.statements), seen)
    yield from _wide("a policy that is passed on", passed_on(program, WIDE, TYPES), seen)
    if unseen:
        yield _unseen(unseen)


def _wide(label: str, statements: Iterable[tuple[Value | None, Statement]], seen: set[object]) -> Iterator[Finding]:
    """Those of the statements that allow too much, each once."""
    for text, statement in statements:
        found = granted(statement) if statement.fields.node not in seen else None
        if found is not None:
            seen.add(statement.fields.node)
            at, what = found
            yield Finding(text or at, f"{label} allows {what}", reason=reasons.ACTIONS_NEEDED)


def _unseen(policies: list[tuple[str, Value, str]]) -> Finding:
    """One finding for all policies that cannot be seen."""
    labels = list(dict.fromkeys(label for label, _, _ in policies))
    (_, at, reason), *others = policies
    if any(other != reason for _, _, other in others):
        reason = reasons.POLICIES_UNREADABLE
    return Finding(at, f"{enumerated(labels)} may allow every action", reason=reason)
