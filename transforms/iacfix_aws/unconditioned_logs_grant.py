"""Key policy that lets CloudWatch Logs use the key for any log group.

*Why* A key policy statement for the logs service without a condition on the encryption context serves any log group
that names the key, in any account. AWS documents the condition `kms:EncryptionContext:aws:logs:arn` for this.

*Impact*
- Adds proper encryption context validation
- Follows AWS security best practices
- Restricts KMS key usage to log groups of the account
- Prevents unauthorized access from other accounts' log groups

*Lesson* Always include an encryption context condition in KMS policies for CloudWatch Logs.

*Left alone* Statements with a condition on the encryption context, the source account or ARN, the calling account or
the service; Deny statements; statements without key actions; policies that are not key policies; keys with an unknown
policy, in a file that does not mention the logs service.

*Reported only* A statement that names other principals too, which the condition would lock out; `delivery.logs`, which
is another service; a statement, principal or condition that is partly defined elsewhere or contains an output; policies
as JSON strings, built by a function, or shared by keys of several providers; keys whose inputs cannot be read
statically, if the file mentions the logs service or one of its log groups uses the key; partitions other than `aws`.

*On a deployed stack* The key policy is updated in place. Log groups of other accounts or regions can no longer use the
key.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from iacfix.edit import Join
from iacfix.model import Hidden, Program, Text, literal
from iacfix.rule import Finding, first_reason, rule
from iacfix_aws._regions.own import region_served
from iacfix_aws._tables import reasons
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
        why = policy.reason if isinstance(policy, Hidden) else reasons.STATEMENTS_NOT_LITERAL
        for value in unseen_grants(program, policy):
            message = f"key policy of {policy.host.label} may allow CloudWatch Logs for any log group"
            yield Finding(value, message, reason=reasons.POLICY_UNREADABLE.of(why=why))
        for grant in logs_grants(policy):
            if not grant.statement.narrowed_by(NARROWED):
                yield _finding(program, grant)


def _finding(program: Program, grant: LogsGrant) -> Finding:
    message = (
        f"key policy of {grant.policy.host.label} allows {literal(grant.name) or grant.name.shown} for any log group"
    )
    reason = first_reason(grant, OBSTACLES)
    if reason is not None or grant.principal is None:
        return Finding(grant.name, message, reason=reason or reasons.SERVICE_UNKNOWN)
    where, replaced = region_served(program, grant.policy.host, grant.principal)
    arn = Join("arn:aws:logs:", where, ":", grant.own_account, ":log-group:*")
    return Finding(grant.name, message, (*replaced, grant.statement.with_condition("ArnLike", CONTEXT, arn)))


OBSTACLES: tuple[tuple[Callable[[LogsGrant], bool], str], ...] = (
    (lambda grant: not isinstance(grant.name, Text), reasons.SERVICE_BUILT),
    (lambda grant: grant.is_delivery, reasons.DELIVERY_SERVICE),
    (lambda grant: grant.statement.has_other_principals, reasons.OTHER_PRINCIPALS),
    (lambda grant: grant.may_be_foreign, reasons.OTHER_PARTITION),
    (lambda grant: grant.may_be_of_an_output, reasons.SERVICE_REGION_OUTPUT),
    (lambda grant: not grant.statement.has_plain_condition, reasons.STATEMENT_CONDITION_UNKNOWN),
    (lambda grant: grant.statement.has_foreign_condition, reasons.CONDITION_ELSEWHERE),
    (lambda grant: any(arn.partition != "aws" for arn in grant.policy.principal_arns), reasons.OTHER_PARTITION),
    (lambda grant: any(key.args.has("region") for key in grant.policy.hosts), reasons.KEY_SETS_REGION),
    (lambda grant: any(key.args.hidden is not None for key in grant.policy.hosts), reasons.KEY_MAY_SET_REGION),
    (lambda grant: grant.policy.is_shared, reasons.KEYS_SHARE_POLICY),
)
"""What forbids the condition: the first that holds is the reason."""
