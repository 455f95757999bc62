"""Build role that may list a bucket but not read where it is and how it is versioned.

*Why* CodeBuild and CodePipeline ask for a bucket's location and versioning before they use it for sources, artifacts or
a cache. A role that may only list the bucket fails at run time, in the middle of a build.

*Impact*
- Enables proper S3 bucket caching functionality
- Allows CodeBuild to determine the bucket's region automatically
- Supports versioned artifact retrieval
- Prevents permission errors during build execution

*Lesson* S3 operations need bucket-level reads (`s3:GetBucketLocation`, `s3:GetBucketVersioning`) beside object access.

*Left alone* Roles that neither CodeBuild nor CodePipeline may assume; statements with a principal (bucket policies);
Deny and NotAction; wildcards that cover the reads already; reads given by another statement for the same bucket.

*Reported only* Policies written as JSON text, put together by code or given by inputs that cannot be seen; statements
that reach only objects (`/*`), that hold for list calls only or that serve roles of other services too; actions kept in
a variable.

*On a deployed stack* The policy is updated in place. The role gains two read-only actions on buckets it may list.

https://docs.aws.amazon.com/codebuild/latest/userguide/setting-up-service-role.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from iacfix.edit import Append, Edit, Keep, Replace
from iacfix.model import (
    Document,
    Fields,
    Hidden,
    Items,
    Opaque,
    Program,
    Resource,
    Spelling,
    Text,
    Value,
    literal,
)
from iacfix.rule import Finding, rule
from iacfix_aws._views.policies import Statement, listed, statements, trusted_by

BUILD_SERVICES = frozenset({"codebuild.amazonaws.com", "codepipeline.amazonaws.com"})
POLICIES = (
    ("aws.iam.RolePolicy", "policy"),
    ("aws.iam.Policy", "policy"),
    ("aws.iam.Role", "inlinePolicies.policy"),
)
LIST = "s3:ListBucket"
READS = ("s3:GetBucketLocation", "s3:GetBucketVersioning")
LISTING_KEYS = re.compile("s3:prefix|s3:delimiter|s3:max-keys")
"""Condition keys that only exist for list calls."""
WIDER = re.compile(r"s3:(?:Get(?:Bucket)?)?\*")
"""Wildcards that cover both reads."""
LISTS_ONLY = re.compile(
    rf"\A(?=.*{LIST})(?!.*(?:{WIDER.pattern}))(?!{''.join(f'(?=.*{read})' for read in READS)})", re.DOTALL
)
"""What speaks of listing buckets, and nowhere of the reads."""
OBJECTS = re.compile(r"/\*[\"'`]")
"""An expression that puts `/*` behind an ARN."""


@rule(
    severity="medium",
    category="IAM Permissions",
    service="IAM, S3",
    triggers=(LIST,),
)
def missing_bucket_reads(program: Program) -> Iterator[Finding]:
    mine: list[Document] = []
    others = set[object]()
    for document in program.documents(*POLICIES):
        trusted = [trusted_by(program, role, BUILD_SERVICES) for role in _roles(program, document)]
        if isinstance(document, Document) and not (trusted and all(trusted)):
            others |= {statement.fields.node for statement in statements(document)}
        if any(trusted) and isinstance(document, Hidden):
            yield from _unread(program, document)
        elif any(trusted) and isinstance(document, Document):
            mine.append(document)
    for document in mine:
        yield from _hidden(program, document)
        for statement in statements(document):
            yield from _checked(document, statement, is_shared=statement.fields.node in others)


def _roles(program: Program, document: Document | Hidden) -> Iterator[Resource]:
    """The roles of this file that hold a policy, or the role whose own it is; all where the same hides both."""
    policy = document.host
    if policy.type == "aws.iam.RolePolicy" and isinstance(document, Hidden) and not policy.args.has("role"):
        yield from program.resources("aws.iam.Role")
        return
    if policy.type == "aws.iam.Role":
        yield policy
        return
    holders: list[Value] = []
    if policy.type == "aws.iam.RolePolicy":
        holders += listed(policy.args.get("role"))
    for attachment in program.resources("aws.iam.RolePolicyAttachment", "aws.iam.PolicyAttachment"):
        arn = attachment.args.get("policyArn")
        if arn is not None and program.referent(arn) is policy:
            holders += listed(attachment.args.get("role")) + listed(attachment.args.get("roles"))
    for holder in holders:
        if (role := program.referent(holder)) is not None and role.type == "aws.iam.Role":
            yield role
    for role in program.resources("aws.iam.Role"):
        if any(program.referent(arn) is policy for arn in listed(role.args.get("managedPolicyArns"))):
            yield role


def _unread(program: Program, document: Hidden) -> Iterator[Finding]:
    if LISTS_ONLY.search(document.text.pattern) if document.text is not None else _has_strays(program):
        message = f"{_shown(document.host)} may list buckets without the reads a build needs"
        yield Finding(document.value, message, reason=f"the policy cannot be changed: {document.reason}")


def _hidden(program: Program, document: Document) -> Iterator[Finding]:
    """Statements that are put together by code."""
    if not isinstance(document.root, Fields):
        return
    written = document.root.get("Statement" if document.root.spelling is Spelling.DATA else "statements")
    is_whole = not isinstance(written, Items) or not written.is_open
    is_json = document.root.spelling is Spelling.DATA
    if is_whole and all(isinstance(value, Fields) and _is_seen(Statement(value, is_json)) for value in listed(written)):
        return
    if written is not None and _has_strays(program):
        message = f"{_shown(document.host)} may list buckets without the reads a build needs"
        yield Finding(written, message, reason="its statements are put together by code")


def _is_seen(statement: Statement) -> bool:
    return statement.action is not None or not statement.fields.is_open


def _has_strays(program: Program) -> bool:
    """A statement of this file lists buckets without the reads, and is in no policy that can be seen."""
    seen = {
        value.node
        for document in program.documents(*POLICIES, ("aws.s3.BucketPolicy", "policy"))
        if isinstance(document, Document)
        for statement in statements(document)
        for value in listed(statement.action)
    }
    strays = (text for text in program.texts() if literal(text) == LIST and text.node not in seen)
    return any(not _is_complete(program.where(text).siblings) for text in strays)


def _is_complete(fields: Fields | None) -> bool:
    if fields is None:
        return False
    statement = Statement(fields, not fields.has("actions"))
    return not statement.allows or statement.has_principal or all(statement.grants(read) for read in READS)


def _shown(host: Resource) -> str:
    return f"an inline policy of role {host.label}" if host.type == "aws.iam.Role" else f"policy {host.label}"


def _checked(document: Document, statement: Statement, *, is_shared: bool) -> Iterator[Finding]:
    action = statement.action
    if not statement.allows or statement.has_principal or action is None:
        return
    is_hidden = isinstance(action, Opaque) and action.mention(LISTS_ONLY) is not None
    if LIST not in statement.actions and not is_hidden:
        return
    missing = [read for read in READS if not _is_given(document, statement, read)]
    if not missing:
        return
    message = f"{_shown(document.host)} allows {LIST} without {' and '.join(missing)}"
    if is_shared:
        yield Finding(action, message, reason="the statement serves roles of other services too")
    elif reason := _obstacle(statement, action):
        yield Finding(action, message, reason=reason)
    else:
        yield Finding(action, message, _added(action, missing))


def _is_given(document: Document, statement: Statement, read: str) -> bool:
    """This statement, or another one for the same bucket, allows the action."""
    if statement.grants(read):
        return True
    others = (found for found in statements(document) if found.fields.node != statement.fields.node)
    return any(other.allows and other.grants(read) and _covers(other, statement) for other in others)


def _covers(other: Statement, statement: Statement) -> bool:
    if _is_for_lists(other):
        return False
    theirs = {value.shown for value in listed(other.resource)}
    mine = [value for value in listed(statement.resource) if not _is_objects(value)]
    is_everywhere = any(literal(value) == "*" for value in listed(other.resource))
    return is_everywhere or (bool(mine) and all(value.shown in theirs for value in mine))


def _obstacle(statement: Statement, action: Value) -> str | None:
    """Why the reads cannot simply be added to the statement."""
    resources = listed(statement.resource)
    if resources and all(_is_objects(value) for value in resources):
        return "the statement reaches only the objects in the bucket; name the bucket's own ARN too"
    if _is_for_lists(statement):
        return "its condition holds for list calls only; give the reads in a statement of their own"
    if isinstance(statement.condition, Opaque):
        return "its condition cannot be seen, and may hold for list calls only"
    if not action.is_direct or isinstance(action, Opaque) or (isinstance(action, Items) and action.is_open):
        return "the actions are kept in a variable or put together"
    return None


def _is_for_lists(statement: Statement) -> bool:
    condition = statement.condition
    return condition is not None and condition.mention(LISTING_KEYS) is not None


def _is_objects(value: Value) -> bool:
    """The ARN of a bucket holds no slash."""
    if isinstance(value, Text):
        return "/" in value.pattern
    return value.mention(OBJECTS) is not None


def _added(action: Value, missing: list[str]) -> tuple[Edit, ...]:
    if isinstance(action, Items):
        return tuple(Append(action, read) for read in missing)
    return (Replace(action, [Keep(action), *missing]),)
