"""Key policy that lets CloudWatch Logs use the key for any log group.

*Why* A key policy statement for the logs service without a condition on the encryption context serves every log group
that can name the key, in any account. AWS documents the condition `kms:EncryptionContext:aws:logs:arn` for it.

*Impact*
- Adds proper encryption context validation
- Follows AWS security best practices
- Restricts KMS key usage to log groups of the account
- Prevents unauthorized access from other accounts' log groups

*Lesson* Always include an encryption context condition in KMS policies for CloudWatch Logs.

*Left alone* Statements that have a condition on the encryption context, the source account or ARN, the calling account
or the service; Deny statements; statements without key actions; policies that are not key policies.

*Reported only* A statement that names other principals too, which the condition would lock out; `delivery.logs`, which
is another service; a statement, principal or condition that is partly written elsewhere or holds an output; policies
written as JSON text, built by a function, or shared by keys of several providers; keys whose inputs come from what
cannot be seen, where the file speaks of the logs service or a log group of it uses the key; other partitions than
`aws`.

*On a deployed stack* The key policy is updated in place. Log groups of other accounts or regions lose the key.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from iacfix.edit import Join
from iacfix.model import Hidden, Program, Text, literal
from iacfix.rule import Finding, first_reason, rule
from iacfix_aws._regions.own import region_served
from iacfix_aws._views.log_keys import CONTEXT, KEY_POLICIES, LogsGrant, logs_grants, unseen_grants
from iacfix_aws._views.policies import policies

NARROWED = re.compile(
    "kms:EncryptionContext|aws:SourceArn|aws:SourceAccount|kms:ViaService|kms:CallerAccount", re.IGNORECASE
)


@rule(
    severity="high",
    category="Security / IAM Policy",
    service="KMS, CloudWatch Logs",
    triggers=("kms",),
)
def unconditioned_logs_grant(program: Program) -> Iterator[Finding]:
    for policy in policies(program, *KEY_POLICIES):
        why = policy.reason if isinstance(policy, Hidden) else "its statements are not all literals"
        for value in unseen_grants(program, policy):
            message = f"key policy of {policy.host.label} may serve the logs service for any log group"
            yield Finding(value, message, reason=f"the policy cannot be read: {why}")
        for grant in logs_grants(policy):
            if not grant.statement.narrowed_by(NARROWED):
                yield _finding(program, grant)


def _finding(program: Program, grant: LogsGrant) -> Finding:
    message = (
        f"key policy of {grant.policy.host.label} serves {literal(grant.name) or grant.name.shown} for any log group"
    )
    reason = first_reason(grant, OBSTACLES)
    if reason is not None or grant.principal is None:
        return Finding(grant.name, message, reason=reason or "the service's name cannot be seen")
    where, replaced = region_served(program, grant.policy.host, grant.principal)
    arn = Join("arn:aws:logs:", where, ":", grant.own_account, ":log-group:*")
    return Finding(grant.name, message, (*replaced, grant.statement.with_condition("ArnLike", CONTEXT, arn)))


FOREIGN = "the region may be in another partition"
OBSTACLES: tuple[tuple[Callable[[LogsGrant], bool], str], ...] = (
    (lambda grant: not isinstance(grant.name, Text), "the service's name is put together where it cannot be seen"),
    (
        lambda grant: grant.is_delivery,
        "delivery.logs is another service, whose requests carry no log group; narrow it by aws:SourceAccount",
    ),
    (
        lambda grant: grant.statement.has_other_principals,
        "the statement names other principals too, which the condition would lock out; split it first",
    ),
    (lambda grant: grant.may_be_foreign, FOREIGN),
    (lambda grant: grant.may_be_of_an_output, "the region of the service's name may be no plain text in the policy"),
    (lambda grant: not grant.statement.has_plain_condition, "the statement's condition cannot be seen"),
    (
        lambda grant: grant.statement.has_foreign_condition,
        "the statement's condition is written elsewhere, maybe for others too",
    ),
    (lambda grant: any(arn.partition != "aws" for arn in grant.policy.principal_arns), FOREIGN),
    (lambda grant: any(key.args.has("region") for key in grant.policy.hosts), "the key sets a region of its own"),
    (
        lambda grant: any(key.args.hidden is not None for key in grant.policy.hosts),
        "some of the key's inputs cannot be seen, and it may set a region of its own",
    ),
    (lambda grant: grant.policy.is_shared, "keys with options of their own share the policy"),
)
"""What forbids the condition: the first that holds is the reason."""
