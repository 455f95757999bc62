"""Log group key whose policy does not allow CloudWatch Logs.

*Why* CloudWatch Logs uses a key as a service principal, which only the key policy can allow: with the default policy of
KMS the log group cannot be created.

*Impact*
- The deployment no longer fails at the log group
- Only log groups of the account may use the key
- Existing users of the key keep their access

*Lesson* Give a key for log groups a statement for `logs.<region>.amazonaws.com` with a condition on the encryption
context.

*Left alone* Keys whose policy allows the logs service, under whatever conditions; keys that the file does not create;
log groups whose key is not literal.

*Reported only* Policies that cannot be read, or have statements for everybody or for unknown principals; policies that
are shared, or are separate resources; keys and log groups with explicit providers; keys that Terraform creates several
of, not all for log groups; other partitions.

*On a deployed stack* The key policy is updated in place. A key without a policy gets the default one of KMS, which
delegates to IAM, and the statement for the logs service.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from iacfix.model import Hidden, Program, Resource
from iacfix.rule import Finding, first_reason, rule
from iacfix_aws._regions.named import names_provider, regions_named
from iacfix_aws._regions.own import account, region
from iacfix_aws._tables import reasons
from iacfix_aws._tables.regions import OTHER_PARTITIONS
from iacfix_aws._views.log_groups import LogKey, log_keys
from iacfix_aws._views.log_keys import names_logs


@rule(
    severity="high",
    category="Security / IAM Policy",
    service="KMS, CloudWatch Logs",
    triggers=("kmsKeyId", "kms_key_id"),
)
def ungranted_log_key(program: Program) -> Iterator[Finding]:
    for used in log_keys(program):
        hides = isinstance(used.policy, Hidden) or not _is_whole(used)
        if used.serves_logs or (hides and names_logs(program)):
            continue
        groups = " and ".join(group.label for group in used.groups)
        message = f"key {used.key.label} encrypts {groups}, and its policy does not let CloudWatch Logs use it"
        if reason := _reason(program, used):
            yield Finding(used.key, message, reason=reason)
        else:
            where, whose = region(program, used.key), account(used.key)
            yield Finding(used.key, message, (used.granting(where, whose),))


def _is_whole(used: LogKey) -> bool:
    return used.policy is None or (not isinstance(used.policy, Hidden) and used.policy.is_whole)


def _reason(program: Program, used: LogKey) -> str | None:
    if isinstance(used.policy, Hidden):
        return reasons.POLICY_UNREADABLE.of(why=used.policy.reason)
    if any(region.startswith(OTHER_PARTITIONS) for region in regions_named(program)):
        return reasons.OTHER_PARTITION
    return first_reason(used, OBSTACLES)


OBSTACLES: tuple[tuple[Callable[[LogKey], bool], str], ...] = (
    (lambda used: used.apart is not None, reasons.KEY_POLICY_RESOURCE),
    (lambda used: used.key.args.hidden is not None, reasons.KEY_INPUTS_UNKNOWN),
    (lambda used: not _is_whole(used), reasons.KEY_STATEMENTS_NOT_LITERAL),
    (lambda used: used.may_serve_all, reasons.KEY_FOR_EVERYBODY),
    (lambda used: _is_shared(used), reasons.SEVERAL_KEYS),
    (lambda used: any(map(_is_elsewhere, (used.key, *used.groups))), reasons.KEY_OR_GROUP_APART),
    (lambda used: used.is_one_of_several, reasons.KEY_ONE_OF_SEVERAL),
)


def _is_shared(used: LogKey) -> bool:
    return used.policy is not None and not isinstance(used.policy, Hidden) and len(used.policy.hosts) > 1


def _is_elsewhere(resource: Resource) -> bool:
    return names_provider(resource) or resource.args.has("region")
