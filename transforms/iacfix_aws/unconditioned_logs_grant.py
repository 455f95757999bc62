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
from collections.abc import Iterator

from iacfix.edit import Append, Edit, Inputs, Join, Keep, New, Replace, SetField
from iacfix.model import (
    HOLE,
    Document,
    Fields,
    Hidden,
    Input,
    Items,
    Opaque,
    Program,
    Resource,
    Span,
    Spelling,
    Text,
    Value,
    literal,
)
from iacfix.rule import Finding, rule
from iacfix_aws._regions.named import regions_named, unsettled
from iacfix_aws._tables.regions import OTHER_PARTITIONS, REGION, account, region
from iacfix_aws._views.policies import Statement, listed, statements

KEYS = ("aws.kms.Key", "aws.kms.KeyPolicy", "aws.kms.ReplicaKey", "aws.kms.ExternalKey", "aws.kms.ReplicaExternalKey")
LOG_GROUP = "aws.cloudwatch.LogGroup"
CONTEXT = "kms:EncryptionContext:aws:logs:arn"
NARROWED = re.compile(
    "kms:EncryptionContext|aws:SourceArn|aws:SourceAccount|kms:ViaService|kms:CallerAccount", re.IGNORECASE
)
SUFFIX = "amazonaws.com"
LOGS = re.compile(rf"^logs\.(?:(?P<region>[a-z0-9-]+|{HOLE})\.)?(?P<suffix>{HOLE}|[a-z.]*\.[a-z.]+)$")
DELIVERY = re.compile(r"^delivery\.logs\.")
ANY_LOGS = re.compile(r"(?:^|[^\w.-])(?:delivery\.)?logs\.[^\"'\s]*amazonaws\.com")
LOGS_PART = re.compile("logs", re.IGNORECASE)
LOGS_WORD = re.compile(r"(?<![a-z])(?:logs|log[_-]?groups?)(?![a-z])", re.IGNORECASE)
WORD_END = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
AN_OUTPUT = re.compile("Output")
A_CALL = re.compile(r"\(")
ARN = re.compile(rf"^arn:(?P<partition>[a-z-]+|{HOLE}):")
ACCOUNT_ROOT = re.compile(rf"^arn:aws:iam::(?P<account>{HOLE}):root$")


@rule(
    severity="high",
    category="Security / IAM Policy",
    service="KMS, CloudWatch Logs",
    triggers=("kms",),
)
def unconditioned_logs_grant(program: Program) -> Iterator[Finding]:
    found = list(program.documents(*((key, "policy") for key in KEYS)))
    documents = [document for document in found if isinstance(document, Document)]
    for document in found:
        if isinstance(document, Hidden):
            if _may_serve(program, document):
                yield _unread(document.host, document.value, document.reason)
            continue
        sharing = [other.host for other in documents if other.root.node == document.root.node]
        yield from _unseen(program, document)
        for statement in statements(document):
            yield from _checked(program, document, statement, sharing)


def _may_serve(program: Program, document: Hidden) -> bool:
    """Something of the file says that a policy which cannot be seen serves logs."""
    key, text = document.host, document.text
    if text is not None:
        return ANY_LOGS.search(text.pattern) is not None and CONTEXT not in text.pattern
    if document.is_input and any(named is key for named in _keys(program, "aws.kms.KeyPolicy", "keyId")):
        return False
    if _names_logs(program) or any(named is key for named in _keys(program, LOG_GROUP, "kmsKeyId")):
        return True
    names = (key.label, key.binding or "", document.value.shown if document.is_input else "")
    return any(LOGS_WORD.search(WORD_END.sub("-", name)) for name in names)


def _keys(program: Program, type: str, input: str) -> Iterator[Resource | None]:
    """The keys that resources of a type name; None for one that is not of this file."""
    for found in program.at((type, input)):
        if isinstance(found, Input):
            yield program.referent(found.value)


def _unseen(program: Program, document: Document) -> Iterator[Finding]:
    """A list of statements that is hidden, or a statement that a function of that name builds."""
    root = document.root
    if not isinstance(root, Fields):
        return
    key = "Statement" if root.spelling is Spelling.DATA else "statements"
    written = root.get(key)
    hidden = [value for value in listed(written) if isinstance(value, Opaque) and value.mention(LOGS_PART)]
    if isinstance(written, Opaque) or (written is None and not root.lacks(key)):
        hidden = [written or root]
    elif isinstance(written, Items) and written.is_open and not any(map(_is_of_logs, statements(document))):
        hidden = hidden or [written]
    for value in hidden if hidden and _names_logs(program) else ():
        yield _unread(document.host, value, "its statements are not all written out")


def _is_of_logs(statement: Statement) -> bool:
    return any(_is_logs(name) for name in statement.services)


def _names_logs(program: Program) -> bool:
    return any(ANY_LOGS.search(text.pattern) for text in program.texts())


def _unread(host: Resource, at: Value, reason: str) -> Finding:
    message = f"key policy of {host.label} may serve the logs service for any log group"
    return Finding(at, message, reason=f"the policy cannot be read: {reason}")


def _checked(program: Program, document: Document, statement: Statement, sharing: list[Resource]) -> Iterator[Finding]:
    logs = [name for name in _services(statement) if _is_logs(name)]
    is_allow = statement.allows or (statement.fields.is_open and not statement.fields.has("Effect"))
    if not is_allow or not logs or not _uses_key(statement) or _is_narrowed(statement):
        return
    message = f"key policy of {document.host.label} serves {literal(logs[0]) or logs[0].shown} for any log group"
    reason = _obstacle(statement, logs) or _partition(document) or _hosts_differ(document.host, sharing)
    if reason is not None or not isinstance(logs[0], Text):
        yield Finding(logs[0], message, reason=reason or "the service's name cannot be seen")
    else:
        yield Finding(logs[0], message, tuple(_edits(program, document, statement, logs[0])))


def _services(statement: Statement) -> Iterator[Value]:
    """The service principals, and what may hold them but cannot be seen through."""
    yield from statement.services
    for principal in listed(statement.fields.get("Principal" if statement.is_json else "principals")):
        if isinstance(principal, Opaque):
            yield principal


def _is_logs(name: Value) -> bool:
    if isinstance(name, Text):
        return any(expression.search(name.pattern) for expression in (LOGS, DELIVERY))
    return isinstance(name, Opaque) and name.mention(ANY_LOGS) is not None


def _uses_key(statement: Statement) -> bool:
    """One of the actions is on keys, or they cannot all be seen: in a key policy they are."""
    written = statement.action
    if written is None:
        return False
    is_seen = literal(written) is not None or (isinstance(written, Items) and not written.is_open)
    return not is_seen or any(action == "*" or action.lower().startswith("kms:") for action in statement.actions)


def _is_narrowed(statement: Statement) -> bool:
    condition = statement.condition
    return condition is not None and condition.mention(NARROWED) is not None


def _obstacle(statement: Statement, logs: list[Value]) -> str | None:
    """What in the statement itself forbids the condition."""
    name = logs[0]
    if not isinstance(name, Text):
        return "the service's name is put together where it cannot be seen"
    if DELIVERY.search(name.pattern):
        return "delivery.logs is another service, whose requests carry no log group; narrow it by aws:SourceAccount"
    if len(statement.services) > 1 or statement.has_other_principals:
        return "the statement names other principals too, which the condition would lock out; split it first"
    match = LOGS.match(name.pattern)
    if match is None or match["suffix"] != SUFFIX or (match["region"] or "").startswith(OTHER_PARTITIONS):
        return "the region may be in another partition"
    if match["region"] == HOLE and not (name.is_direct and _is_plain(name)):
        return "the region of the service's name may be no plain text in the policy"
    condition = statement.condition
    if statement.fields.hidden is not None or not isinstance(
        condition, (Fields if statement.is_json else Items) | None
    ):
        return "the statement's condition cannot be seen"
    if condition is not None and not (condition.is_direct and statement.has_own_condition):
        return "the statement's condition is written elsewhere, maybe for others too"
    return None


def _is_plain(text: Text) -> bool:
    """The computed parts are plain text and not outputs."""
    return text.mention(AN_OUTPUT) is None


def _partition(document: Document) -> str | None:
    """The policy's own ARNs tell the partition it is for."""
    for statement in statements(document):
        for name in _accounts(statement):
            if (match := ARN.match(name.pattern)) is not None and match["partition"] != "aws":
                return "the region may be in another partition"
    return None


def _accounts(statement: Statement) -> Iterator[Text]:
    """The account principals that are written where the statement is."""
    for principal in listed(statement.fields.get("Principal" if statement.is_json else "principals")):
        if isinstance(principal, Fields) and principal.is_direct:
            is_account = statement.is_json or literal(principal.get("type")) == "AWS"
            names = principal.get("AWS" if statement.is_json else "identifiers") if is_account else None
            yield from (name for name in listed(names) if isinstance(name, Text) and name.is_direct)


def _hosts_differ(host: Resource, sharing: list[Resource]) -> str | None:
    if any(key.args.has("region") for key in sharing):
        return "the key sets a region of its own"
    if any(key.args.hidden is not None for key in sharing):
        return "some of the key's inputs cannot be seen, and it may set a region of its own"
    has_options = any(key.options is not None for key in (host, *sharing))
    return "keys with options of their own share the policy" if len(sharing) > 1 and has_options else None


def _edits(program: Program, document: Document, statement: Statement, name: Text) -> Iterator[Edit]:
    where, replaced = _region(program, document.host, name)
    if replaced is not None:
        yield replaced
    arn = Join("arn:aws:logs:", where, ":", _account(document, statement), ":log-group:*")
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
    elif isinstance(alike := condition.get("ArnLike"), Fields) and alike.is_direct:
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
        return looked_up, Replace(name, Join("logs.", looked_up, f".{SUFFIX}"))
    if not REGION.fullmatch(written) or unsettled(program, host, written, regions_named(program)) is not None:
        return written, None
    return looked_up, Replace(Span(name, match.start("region"), match.end("region")), looked_up)


def _owns_key(statement: Statement) -> bool:
    """The statement that hands the key to its own account: everything, to one principal, without a condition."""
    is_whole = statement.allows and statement.condition is None and "kms:*" in statement.actions
    return is_whole and len(list(_accounts(statement))) == 1


def _account(document: Document, mine: Statement) -> New:
    """The account as the same policy names it for its root principal, else looked up."""
    for statement in statements(document):
        if not (mine.fields.is_direct and statement.fields.is_direct and _owns_key(statement)):
            continue
        for root in _accounts(statement):
            if (match := ACCOUNT_ROOT.match(root.pattern)) and _is_plain(root):
                named = root.hole(match.start("account"))
                if named.mention(A_CALL) is None:
                    return Keep(named)
    return account(document.host)
