"""KMS keys of log groups, and whether their policies allow CloudWatch Logs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from iacfix.edit import Append, Edit, Inputs, Join, Json, Keep, Lookup, New, Replace
from iacfix.model import Fields, Hidden, Items, Null, Program, Resource, Value
from iacfix_aws._views.log_keys import CONTEXT, KEY_POLICIES, KEYS, is_logs
from iacfix_aws._views.policies import CONDITION, Policy, Statement, listed, policies
from iacfix_aws._views.unset import setting

OWN_POLICY = "aws.kms.KeyPolicy"
USES = ["kms:Encrypt*", "kms:Decrypt*", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:Describe*"]
AT_MOST_ONE = re.compile(r"^1$|\?\s*(?:1\s*:\s*0|0\s*:\s*1)\s*\)?$")
"""A `count` of at most 1."""
STATEMENT = "aws.iam.GetPolicyDocumentStatement"


@dataclass(frozen=True, eq=False)
class LogKey:
    """A key of the file with the log groups that use it, its `policy`, and the resource that sets that, if any
    (`apart`)."""

    key: Resource
    groups: tuple[Resource, ...]
    policy: Policy | Hidden | None
    apart: Resource | None

    @property
    def serves_logs(self) -> bool:
        """A visible statement allows the logs service."""
        return isinstance(self.policy, Policy) and any(
            one.may_allow and any(map(is_logs, (*one.services, *one.hidden_principals)))
            for one in self.policy.statements
        )

    @property
    def may_serve_all(self) -> bool:
        """A statement allows, or may allow, any principal."""
        return isinstance(self.policy, Policy) and any(
            one.may_allow and (not one.has_principal or _is_wide(one)) for one in self.policy.statements
        )

    @property
    def is_one_of_several(self) -> bool:
        """The key is created several times, and the log groups are not created for each: other keys may be among
        them."""
        for meta in ("forEach", "count"):
            times = _times(self.key, meta)
            is_as_often = any(
                (own := _times(group, meta)) is not None and times is not None and own.shown == times.shown
                for group in self.groups
            )
            if times is not None and not is_as_often and times.mention(AT_MOST_ONE) is None:
                return True
        return False

    def granting(self, region: Lookup, account: Lookup) -> Edit:
        """The edit that adds a statement for the logs service to the policy; a key without one also gets the default
        statement of KMS."""
        service = Join("logs.", region, ".amazonaws.com")
        groups = Join("arn:aws:logs:", region, ":", account, ":log-group:*")
        grant: New = {
            "Effect": "Allow",
            "Principal": {"Service": service},
            "Action": USES,
            "Resource": "*",
            "Condition": {"ArnLike": {CONTEXT: groups}},
        }
        if not isinstance(self.policy, Policy):
            root = Join("arn:aws:iam::", account, ":root")
            own: New = {"Effect": "Allow", "Principal": {"AWS": root}, "Action": "kms:*", "Resource": "*"}
            return setting(self.key.args, "policy", Json({"Version": "2012-10-17", "Statement": [own, grant]}))
        written = self.policy.written
        if not self.policy.is_json:
            first = next(iter(listed(written)), None)
            principal = Inputs(f"{STATEMENT}Principal", {"type": "Service", "identifiers": [service]})
            condition = Inputs(CONDITION, {"test": "ArnLike", "variable": CONTEXT, "values": [groups]})
            fields: dict[str, New] = {"principals": [principal], "actions": USES, "resources": ["*"]}
            grant = Inputs(STATEMENT, {**fields, "conditions": [condition]}, origin=first)
        if isinstance(written, Items):
            return Append(written, grant)
        assert written is not None  # the policy is whole
        return Replace(written, [Keep(written), grant])


def log_keys(program: Program) -> Iterator[LogKey]:
    groups: dict[Resource, list[Resource]] = {}
    for group in program.resources("aws.cloudwatch.LogGroup"):
        if (key := _key(program, group.args.get("kmsKeyId"))) is not None:
            groups.setdefault(key, []).append(group)
    if not groups:
        return
    found = {policy.host: policy for policy in policies(program, *KEY_POLICIES)}
    apart = {
        key: own for own in program.resources(OWN_POLICY) if (key := _key(program, own.args.get("keyId"))) is not None
    }
    for key, users in groups.items():
        own = apart.get(key)
        yield LogKey(key, tuple(users), found.get(own or key), own)


def _times(resource: Resource, meta: str) -> Value | None:
    return resource.options.get(meta) if isinstance(resource.options, Fields) else None


def _key(program: Program, value: Value | None) -> Resource | None:
    named = program.referent(value) if value is not None and not isinstance(value, Null) else None
    if named is not None and named.type == "aws.kms.Alias":
        return _key(program, named.args.get("targetKeyId"))
    return named if named is not None and named.type in KEYS and named.type != OWN_POLICY else None


def _is_wide(statement: Statement) -> bool:
    principal = statement.fields.get("Principal" if statement.is_json else "principals")
    return any(statement.hidden_principals) or (not isinstance(principal, Fields) and statement.is_json)
