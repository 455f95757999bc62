"""Roles: their policies and trust policies."""

from __future__ import annotations

import re
from functools import lru_cache

from iacfix.model import Hidden, Opaque, Program, Resource, literal
from iacfix_aws._tables.services import PRINCIPALS
from iacfix_aws._views.policies import Policy, Statement, listed, policies

ROLE = "aws.iam.Role"
POLICIES = (("aws.iam.RolePolicy", "policy"), ("aws.iam.Policy", "policy"), (ROLE, "inlinePolicies.policy"))
"""The inputs with policies of roles."""


def policies_for(program: Program, services: frozenset[str]) -> tuple[list[Policy | Hidden], frozenset[object]]:
    """The policies of roles that one of the services may assume, and the nodes of statements that other roles share."""
    mine: list[Policy | Hidden] = []
    others = set[object]()
    for policy in policies(program, *POLICIES):
        trusted = [is_trusted_by(program, role, services) for role in holders(program, policy)]
        if any(trusted):
            mine.append(policy)
        if isinstance(policy, Policy) and not (trusted and all(trusted)):
            others |= {statement.fields.node for statement in policy.statements}
    return mine, frozenset(others)


def holders(program: Program, policy: Policy | Hidden) -> tuple[Resource, ...]:
    """The roles of this file that have a policy, or the role of an inline policy; all roles where its role is
    unknown."""
    host = policy.host
    if host.type == ROLE:
        return (host,)
    if host.type == "aws.iam.RolePolicy" and isinstance(policy, Hidden) and not host.args.has("role"):
        return tuple(program.resources(ROLE))
    own = listed(host.args.get("role")) if host.type == "aws.iam.RolePolicy" else ()
    named = (role for value in own if (role := program.referent(value)) is not None and role.type == ROLE)
    return (*named, *_attached(program).get(host, ()))


@lru_cache(maxsize=4)  # asked for every policy of a file
def _attached(program: Program) -> dict[Resource, list[Resource]]:
    """The roles of each policy that is attached to some."""
    found: dict[Resource, list[Resource]] = {}
    for attachment in program.resources("aws.iam.RolePolicyAttachment", "aws.iam.PolicyAttachment"):
        args = attachment.args
        policy = program.referent(arn) if (arn := args.get("policyArn")) is not None else None
        for value in listed(args.get("role")) + listed(args.get("roles")) if policy is not None else ():
            role = program.referent(value)
            if policy is not None and role is not None and role.type == ROLE:
                found.setdefault(policy, []).append(role)
    for role in program.resources(ROLE):
        for arn in listed(role.args.get("managedPolicyArns")):
            if (policy := program.referent(arn)) is not None:
                found.setdefault(policy, []).append(role)
    return found


def policy_label(policy: Policy | Hidden) -> str:
    """A policy of roles as messages name it."""
    label = policy.host.label
    return f"an inline policy of role {label}" if policy.host.type == ROLE else f"policy {label}"


@lru_cache(maxsize=4)  # asked for every policy of a file
def stray_statements(program: Program, action: str) -> tuple[Statement | None, ...]:
    """The statements with a literal action that are in no visible policy; None for a string outside of any object."""
    seen = {
        value.node
        for policy in policies(program, *POLICIES, ("aws.s3.BucketPolicy", "policy"))
        if isinstance(policy, Policy)
        for statement in policy.statements
        for value in listed(statement.action)
    }
    strays = [
        program.where(text).siblings for text in program.texts() if literal(text) == action and text.node not in seen
    ]
    return tuple(None if fields is None else Statement(fields, not fields.has("actions")) for fields in strays)


def is_trusted_by(program: Program, role: Resource, services: frozenset[str]) -> bool:
    """The role's trust policy in this file names one of the services."""
    names = (*services, *(PRINCIPALS[service] for service in services if service in PRINCIPALS))
    policy = _trust_policies(program).get(role)
    return policy is not None and _trusts(policy, re.compile("|".join(map(re.escape, names))))


@lru_cache(maxsize=4)  # asked for every role of every policy of a file
def _trust_policies(program: Program) -> dict[Resource, Policy | Hidden]:
    found: dict[Resource, Policy | Hidden] = {}
    for policy in policies(program, (ROLE, "assumeRolePolicy")):
        found.setdefault(policy.host, policy)
    return found


def _trusts(policy: Policy | Hidden, names: re.Pattern[str]) -> bool:
    """A trust policy has a principal that matches."""
    if isinstance(policy, Hidden):
        raw = policy.text.pattern if policy.text is not None else ""
        return (policy.value.mention(names) or names.search(raw)) is not None
    for statement in policy.statements:
        principal = statement.fields.get("Principal")
        if isinstance(principal, Opaque) and principal.mention(names):
            return True
        if any(names.search(literal(service) or "") for service in statement.services):
            return True
    return False
