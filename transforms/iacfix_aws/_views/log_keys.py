"""Statements of key policies that allow CloudWatch Logs, and values that may contain one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from iacfix.edit import Keep, New
from iacfix.model import HOLE, Hidden, Input, Opaque, Program, Resource, Text, Value
from iacfix_aws._regions.own import account
from iacfix_aws._views.arns import arn_of
from iacfix_aws._views.policies import Policy, Statement
from iacfix_aws._views.principals import ServicePrincipal, is_plain, service_principal

KEYS = ("aws.kms.Key", "aws.kms.KeyPolicy", "aws.kms.ReplicaKey", "aws.kms.ExternalKey", "aws.kms.ReplicaExternalKey")
KEY_POLICIES = tuple((key, "policy") for key in KEYS)
CONTEXT = "kms:EncryptionContext:aws:logs:arn"
"""The encryption context with the ARN of the log group."""

ANY_LOGS = re.compile(r"(?:^|[^\w.-])(?:delivery\.)?logs\.[^\"'\s]*amazonaws\.com")
LOGS_PART = re.compile("logs", re.IGNORECASE)
LOGS_WORD = re.compile(r"(?<![a-z])(?:logs|log[_-]?groups?)(?![a-z])", re.IGNORECASE)
WORD_END = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
A_CALL = re.compile(r"\(")


@dataclass(frozen=True, eq=False)
class LogsGrant:
    """A statement that allows the logs service to use the key; `name` is its service principal, `named_account` the
    account that the policy's root principal uses."""

    policy: Policy
    statement: Statement
    name: Value
    named_account: Value | None

    @property
    def principal(self) -> ServicePrincipal | None:
        """The parsed name; None where it is not literal enough."""
        return service_principal(self.name, "logs")

    @property
    def is_delivery(self) -> bool:
        """It is for the log delivery of other services."""
        return _is_delivery(self.name)

    @property
    def may_be_foreign(self) -> bool:
        """The service may belong to another partition."""
        return self.principal is None or self.principal.may_be_foreign

    @property
    def may_be_of_an_output(self) -> bool:
        """The region in the service's name is computed and may be an output."""
        is_computed = self.principal is not None and self.principal.region_value is not None
        return is_computed and not (self.name.is_direct and is_plain(self.name))

    @property
    def own_account(self) -> New:
        """The account that the policy's root principal uses, else a lookup."""
        if self.named_account is not None and self.statement.fields.is_direct:
            return Keep(self.named_account)
        return account(self.policy.host)


def _named_account(policy: Policy) -> Value | None:
    """The account that a policy's root principal uses."""
    for root in _roots(policy):
        arn = arn_of(root)
        if arn is not None and arn.is_root and (arn.partition, arn.account) == ("aws", HOLE) and is_plain(root):
            named = root.hole(arn.account_at)
            if named.mention(A_CALL) is None:
                return named
    return None


def _roots(policy: Policy) -> Iterator[Text]:
    """The single principals of statements that allow `kms:*` without a condition."""
    for statement in policy.statements:
        names = list(statement.accounts)
        is_whole = statement.allows and statement.condition is None and "kms:*" in statement.actions
        if is_whole and len(names) == 1 and statement.fields.is_direct:
            yield names[0]


def logs_grants(policy: Policy | Hidden) -> Iterator[LogsGrant]:
    """The statements of a key policy that allow the logs service."""
    if isinstance(policy, Hidden):
        return
    named_account = _named_account(policy)
    for statement in policy.statements:
        names = [name for name in (*statement.services, *statement.hidden_principals) if is_logs(name)]
        if statement.may_allow and names and _uses_key(statement):
            yield LogsGrant(policy, statement, names[0], named_account)


def is_logs(name: Value) -> bool:
    """A principal is the logs service or the log delivery service."""
    if isinstance(name, Text):
        return service_principal(name, "logs") is not None or _is_delivery(name)
    return isinstance(name, Opaque) and name.mention(ANY_LOGS) is not None


def _is_delivery(name: Value) -> bool:
    """A principal is the log delivery service, whose requests have no log group in their context."""
    return isinstance(name, Text) and name.pattern.startswith("delivery.logs.")


def _uses_key(statement: Statement) -> bool:
    """One of the actions is a key action, or may be one."""
    if statement.action is None:
        return False
    on_keys = any(action == "*" or action.lower().startswith("kms:") for action in statement.actions)
    return on_keys or not statement.has_all_actions


# what cannot be seen


def unseen_grants(program: Program, policy: Policy | Hidden) -> Iterator[Value]:
    """Values that may contain such a statement, where the file suggests that."""
    if isinstance(policy, Hidden):
        if _may_serve(program, policy):
            yield policy.value
        return
    hidden: tuple[Value, ...] = tuple(value for value in policy.unseen_statements if value.mention(LOGS_PART))
    if policy.unseen is not None:
        hidden = (policy.unseen,)
    elif (
        policy.is_open and policy.written is not None and not hidden and not any(_serves(s) for s in policy.statements)
    ):
        hidden = (policy.written,)
    if hidden and names_logs(program):
        yield from hidden


def _serves(statement: Statement) -> bool:
    return any(map(is_logs, statement.services))


def _may_serve(program: Program, policy: Hidden) -> bool:
    """The file suggests that an unknown policy allows the logs service."""
    key, text = policy.host, policy.text
    if text is not None:
        return ANY_LOGS.search(text.pattern) is not None and CONTEXT not in text.pattern
    if policy.is_input and _is_named(program, key, "aws.kms.KeyPolicy", "keyId"):
        return False
    if names_logs(program) or _is_named(program, key, "aws.cloudwatch.LogGroup", "kmsKeyId"):
        return True
    names = (key.label, key.binding or "", policy.value.shown if policy.is_input else "")
    return any(LOGS_WORD.search(WORD_END.sub("-", name)) for name in names)


def _is_named(program: Program, key: Resource, type: str, input: str) -> bool:
    """A resource of the type refers to the key in this input."""
    found = (found.value for found in program.at((type, input)) if isinstance(found, Input))
    return any(program.referent(value) is key for value in found)


def names_logs(program: Program) -> bool:
    """A string of the file names the logs service."""
    return any(ANY_LOGS.search(text.pattern) for text in program.texts())
