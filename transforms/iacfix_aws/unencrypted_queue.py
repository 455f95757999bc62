"""Queue that does not set its encryption.

*Why* A queue without `sqsManagedSseEnabled` or a key is encrypted only if it was created when that was the default,
which the program does not show.

*Impact*
- Encrypts messages at rest with keys of SQS, at no cost
- Makes the setting part of the program, so that drift is detected
- Needs no change in senders or receivers

*Lesson* Set how a queue is encrypted: `sqsManagedSseEnabled`, or `kmsMasterKeyId` if you need your own key.

*Left alone* Queues with a KMS key, which an empty text is not: the setting takes its place; queues that set it, or
ignore changes to it.

*Reported only* Queues that disable it; whose inputs are not completely literal; that are imported.

*On a deployed stack* The queue is updated in place, or not at all if encryption was the default when it was created.
Messages in the queue stay as they are.

https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-server-side-encryption.html
"""

from __future__ import annotations

from collections.abc import Iterator

from iacfix.edit import DropField, Edit, Rename
from iacfix.model import Fields, Flag, Program, Resource, literal
from iacfix.rule import Finding, rule
from iacfix_aws._tables import reasons
from iacfix_aws._views.unset import is_empty, setting, unset

QUEUE = "aws.sqs.Queue"


@rule(
    severity="low",
    category="Security / Encryption",
    service="SQS",
    triggers=("sqs",),
    checks={
        "fsbp": "SQS.1",
        "checkov": "CKV_AWS_27",
        "trivy": "AWS-0096",
        "tfsec": "aws-sqs-enable-queue-encryption AWS015",
        "semgrep": "terraform.aws.security.aws-sqs-queue-unencrypted",
    },
)
def unencrypted_queue(program: Program) -> Iterator[Finding]:
    for queue in program.resources(QUEUE):
        managed = queue.args.get("sqsManagedSseEnabled")
        if isinstance(managed, Flag) and not managed.flag and not _has_key(queue):
            message = f"queue {queue.label} is not encrypted"
            yield Finding(managed, message, reason=reasons.ENCRYPTION_OFF)
    for queue, reason in unset(program, "sqsManagedSseEnabled", QUEUE):
        if _has_key(queue):
            continue
        message = f"queue {queue.label} does not set sqsManagedSseEnabled"
        if reason is not None:
            yield Finding(queue, message, reason=reason)
        else:
            yield Finding(queue, message, _managed(queue.args))


def _has_key(queue: Resource) -> bool:
    """It has a key of KMS, or may have one: it takes one or the other."""
    return not is_empty(queue.args.get("kmsMasterKeyId"))


def _managed(args: Fields) -> tuple[Edit, ...]:
    """The provider refuses the setting beside a key, even beside an empty one."""
    if literal(args.get("kmsMasterKeyId")) != "":
        return (setting(args, "sqsManagedSseEnabled", True),)
    if args.entry("sqsManagedSseEnabled") is None:
        return (Rename(args, "kmsMasterKeyId", "sqsManagedSseEnabled", True),)
    return (DropField(args, "kmsMasterKeyId"), setting(args, "sqsManagedSseEnabled", True))
