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

*Reported only* A statement that names other services too, which the condition would lock out; `delivery.logs`, which is
another service; policies written as JSON text or built by a function; other partitions than `aws`.

*On a deployed stack* The key policy is updated in place. Log groups of other accounts or regions lose the key.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from iacfix.edit import Append, Edit, Inputs, Join, Keep, New, Replace, SetField
from iacfix.model import HOLE, Document, Fields, Items, Program, Resource, Span, Text, Unreachable, Value, literal
from iacfix.rule import Finding, rule
from iacfix_aws._policies import Statement, statements
from iacfix_aws._regions import OTHER_PARTITIONS, REGION, account, region, unsettled

KEYS = ("aws.kms.Key", "aws.kms.KeyPolicy", "aws.kms.ReplicaKey", "aws.kms.ExternalKey", "aws.kms.ReplicaExternalKey")
CONTEXT = "kms:EncryptionContext:aws:logs:arn"
NARROWED = ("kms:encryptioncontext", "aws:sourcearn", "aws:sourceaccount", "kms:viaservice", "kms:calleraccount")
LOGS = re.compile(rf"^logs\.(?:(?P<region>[a-z0-9-]+|{HOLE})\.)?amazonaws\.com$")
ANY_LOGS = re.compile(r"(?:^|[^\w.-])logs\.[^\"'\s]*amazonaws\.com")
ACCOUNT_ROOT = re.compile(rf"^arn:aws:iam::(?P<account>{HOLE}):root$")


@rule(
    severity="high",
    category="Security / IAM Policy",
    service="KMS, CloudWatch Logs",
    triggers=("logs.",),
)
def unconditioned_logs_grant(program: Program) -> Iterator[Finding]:
    for document in program.documents(*((key, "policy") for key in KEYS)):
        if isinstance(document, Unreachable):
            yield from _unreachable(document)
            continue
        for statement in statements(document):
            yield from _checked(program, document, statement)


def _unreachable(document: Unreachable) -> Iterator[Finding]:
    written = document.text.pattern if document.text is not None else document.value.code
    if document.text is not None and (not ANY_LOGS.search(written) or CONTEXT in written):
        return
    message = f"key policy of {document.host.label} may serve the logs service for any log group"
    yield Finding(document.value, message, reason=f"the policy cannot be read: {document.reason}")


def _checked(program: Program, document: Document, statement: Statement) -> Iterator[Finding]:
    names = [name for name in statement.services if isinstance(name, Text)]
    logs = [name for name in names if LOGS.match(name.pattern)]
    delivery = [name for name in names if name.pattern.startswith("delivery.logs.")]
    if not statement.allows or not (logs or delivery) or not _uses_key(statement) or _is_narrowed(statement):
        return
    place = (logs or delivery)[0]
    message = f"key policy of {document.host.label} serves {_shown(place)} for any log group"
    if reason := _obstacle(statement, logs):
        yield Finding(place, message, reason=reason)
    else:
        yield Finding(place, message, tuple(_edits(program, document, statement, logs[0])))


def _shown(name: Text) -> str:
    return literal(name) or name.code


def _uses_key(statement: Statement) -> bool:
    return any(action == "*" or action.startswith("kms:") for action in statement.actions)


def _is_narrowed(statement: Statement) -> bool:
    condition = statement.condition
    return condition is not None and any(key in condition.code.lower() for key in NARROWED)


def _obstacle(statement: Statement, logs: list[Text]) -> str | None:
    if not logs:
        return "delivery.logs is another service, whose requests carry no log group; narrow it by aws:SourceAccount"
    if len(statement.services) > 1 or statement.has_other_principals:
        return "the statement names other principals too, which the condition would lock out; split it first"
    if (literal(logs[0]) or "").removeprefix("logs.").startswith(OTHER_PARTITIONS):
        return "the region is in another partition"
    condition = statement.condition
    if condition is not None and not isinstance(condition, Fields | Items) or statement.fields.is_open:
        return "the statement's condition cannot be seen"
    return None


def _edits(program: Program, document: Document, statement: Statement, name: Text) -> Iterator[Edit]:
    where, replaced = _region(program, document.host, name)
    if replaced is not None:
        yield replaced
    arn = Join("arn:aws:logs:", where, ":", _account(document), ":log-group:*")
    condition = statement.condition
    if not statement.is_json:
        test = Inputs(
            "aws.iam.GetPolicyDocumentStatementCondition",
            {"test": "ArnLike", "variable": CONTEXT, "values": [arn]},
            origin=statement.fields,
        )
        yield _with_condition(statement, condition, test)
    elif not isinstance(condition, Fields):
        yield SetField(statement.fields, "Condition", {"ArnLike": {CONTEXT: arn}})
    elif isinstance(alike := condition.get("ArnLike"), Fields):
        yield SetField(alike, CONTEXT, arn)
    else:
        yield SetField(condition, "ArnLike", {CONTEXT: arn})


def _with_condition(statement: Statement, condition: Value | None, test: Inputs) -> Edit:
    return Append(condition, test) if isinstance(condition, Items) else SetField(statement.fields, "conditions", [test])


def _region(program: Program, host: Resource, name: Text) -> tuple[New, Edit | None]:
    """The region for the condition, and the edit that looks it up in the principal where it is written out."""
    match = LOGS.match(name.pattern)
    assert match is not None
    written = match["region"]
    if written == HOLE:
        return Keep(name.hole(match.start("region"))), None
    looked_up = region(program, host)
    if written is None:
        return looked_up, Replace(name, Join("logs.", looked_up, ".amazonaws.com"))
    if not REGION.fullmatch(written) or unsettled(program, host) is not None:
        return written, None
    return looked_up, Replace(Span(name, match.start("region"), match.end("region")), looked_up)


def _account(document: Document) -> New:
    """The account as the same policy names it for its root principal, else looked up."""
    for statement in statements(document):
        principal = statement.fields.get("Principal")
        root = principal.get("AWS") if isinstance(principal, Fields) else None
        if isinstance(root, Text) and (match := ACCOUNT_ROOT.match(root.pattern)):
            named = root.hole(match.start("account"))
            if "(" not in named.code:
                return Keep(named)
    return account(document.host)
