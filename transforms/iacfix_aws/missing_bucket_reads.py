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

*Reported only* Policies written as JSON text; statements that reach only the objects (`/*`); actions kept in a variable.

*On a deployed stack* The policy is updated in place. The role gains two read-only actions on buckets it may list already.

https://docs.aws.amazon.com/codebuild/latest/userguide/setting-up-service-role.html
"""

from __future__ import annotations

from collections.abc import Iterator

from iacfix.edit import Append, Edit, Keep, Replace
from iacfix.model import Document, Items, Program, Resource, Text, Unreachable, Value, literal
from iacfix.rule import Finding, rule
from iacfix_aws._policies import Statement, listed, statements, trusted_by

BUILD_SERVICES = frozenset({"codebuild.amazonaws.com", "codepipeline.amazonaws.com"})
LIST = "s3:ListBucket"
READS = ("s3:GetBucketLocation", "s3:GetBucketVersioning")
LISTING_KEYS = ("s3:prefix", "s3:delimiter", "s3:max-keys")
"""Condition keys that only exist for list calls."""


@rule(
    severity="medium",
    category="IAM Permissions",
    service="IAM, S3",
    triggers=(LIST,),
)
def missing_bucket_reads(program: Program) -> Iterator[Finding]:
    for document in program.documents(("aws.iam.RolePolicy", "policy"), ("aws.iam.Policy", "policy")):
        if not any(trusted_by(program, role, BUILD_SERVICES) for role in _roles(program, document.host)):
            continue
        if isinstance(document, Unreachable):
            yield from _unreachable(document)
            continue
        for statement in statements(document):
            yield from _checked(document, statement)


def _roles(program: Program, policy: Resource) -> Iterator[Resource]:
    """The roles of this file that hold a policy."""
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


def _unreachable(document: Unreachable) -> Iterator[Finding]:
    written = document.text.pattern if document.text is not None else document.value.code
    if LIST in written and not all(read in written for read in READS):
        message = f"policy {document.host.label} lists buckets without the reads a build needs"
        yield Finding(document.value, message, reason=f"the policy cannot be changed: {document.reason}")


def _checked(document: Document, statement: Statement) -> Iterator[Finding]:
    if not statement.allows or statement.has_principal or LIST not in statement.actions:
        return
    missing = [read for read in READS if not _is_given(document, statement, read)]
    if not missing:
        return
    action = statement.action
    assert action is not None
    message = f"policy {document.host.label} allows {LIST} without {' and '.join(missing)}"
    if reason := _obstacle(statement, action):
        yield Finding(action, message, reason=reason)
    else:
        yield Finding(action, message, _added(action, missing))


def _is_given(document: Document, statement: Statement, read: str) -> bool:
    """This statement, or another one for the same bucket, allows the action."""
    return any(
        other.allows and other.grants(read) and (other is statement or _covers(other, statement))
        for other in (statement, *(found for found in statements(document) if found.fields.node is not statement.fields.node))
    )


def _covers(other: Statement, statement: Statement) -> bool:
    theirs = {value.code for value in listed(other.resource)}
    mine = [value for value in listed(statement.resource) if not _is_objects(value)]
    return any(literal(value) == "*" for value in listed(other.resource)) or all(value.code in theirs for value in mine)


def _obstacle(statement: Statement, action: Value) -> str | None:
    """Why the reads cannot simply be added to the statement."""
    resources = listed(statement.resource)
    if resources and all(_is_objects(value) for value in resources):
        return "the statement reaches only the objects in the bucket; name the bucket's own ARN too"
    condition = statement.condition
    if condition is not None and any(key in condition.code for key in LISTING_KEYS):
        return "its condition holds for list calls only; give the reads in a statement of their own"
    if not action.is_direct or isinstance(action, Items) and action.is_open:
        return "the actions are kept in a variable or put together"
    return None


def _is_objects(value: Value) -> bool:
    return isinstance(value, Text) and value.pattern.endswith("/*")


def _added(action: Value, missing: list[str]) -> tuple[Edit, ...]:
    if isinstance(action, Items):
        return tuple(Append(action, read) for read in missing)
    return (Replace(action, [Keep(action), *missing]),)


