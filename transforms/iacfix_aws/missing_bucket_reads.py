"""Build role that may list a bucket but not read its location and versioning.

*Why* CodeBuild and CodePipeline read a bucket's location and versioning before they use it for sources, artifacts or a
cache. A role that may only list the bucket fails at run time, in the middle of a build.

*Impact*
- Enables proper S3 bucket caching functionality
- Allows CodeBuild to determine the bucket's region automatically
- Supports versioned artifact retrieval
- Prevents permission errors during build execution

*Lesson* Grant the bucket-level reads (`s3:GetBucketLocation`, `s3:GetBucketVersioning`) together with object access.

*Left alone* Roles that neither CodeBuild nor CodePipeline may assume; statements with a principal (bucket policies);
Deny and NotAction; wildcards that include the reads; reads granted by another statement for the same bucket; policies
that are not literal, unless a statement that belongs to no other policy of the file lists buckets.

*Reported only* Policies as JSON strings, built by code, or with inputs that cannot be read statically; statements that
cover only objects (`/*`), apply to list calls only or serve roles of other services too; actions in a variable.

*On a deployed stack* The policy is updated in place. The role gains two read-only actions on buckets that it may
already list.

https://docs.aws.amazon.com/codebuild/latest/userguide/setting-up-service-role.html
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from iacfix.model import Hidden, Opaque, Program, Value
from iacfix.rule import Finding, first_reason, rule
from iacfix_aws._tables import reasons
from iacfix_aws._views.policies import Policy, Statement
from iacfix_aws._views.roles import policies_for, policy_label, stray_statements

SERVICES = frozenset({"codebuild.amazonaws.com", "codepipeline.amazonaws.com"})
LIST = "s3:ListBucket"
READS = ("s3:GetBucketLocation", "s3:GetBucketVersioning")
LISTING_KEYS = re.compile("s3:prefix|s3:delimiter|s3:max-keys")
"""Condition keys that only exist for list calls."""
LISTS_ONLY = re.compile(
    rf"\A(?=.*{LIST})(?!.*s3:(?:Get(?:Bucket)?)?\*)(?!{''.join(f'(?=.*{read})' for read in READS)})", re.DOTALL
)
"""What speaks of listing buckets, and nowhere of the reads or of a wildcard that covers both."""


@rule(
    severity="medium",
    category="IAM Permissions",
    service="IAM, S3",
    triggers=(LIST,),
)
def missing_bucket_reads(program: Program) -> Iterator[Finding]:
    mine, shared = policies_for(program, SERVICES)
    for policy in mine:
        if isinstance(policy, Hidden):
            if LISTS_ONLY.search(policy.text.pattern) if policy.text is not None else _has_strays(program):
                yield _unread(policy, policy.value, reasons.POLICY_UNCHANGEABLE.of(why=policy.reason))
            continue
        if policy.written is not None and not policy.is_whole and _has_strays(program):
            yield _unread(policy, policy.written, reasons.STATEMENTS_BUILT_BY_CODE)
        for statement in policy.statements:
            if (action := statement.action) is not None and (missing := _missing(policy, statement)):
                message = f"{policy_label(policy)} allows {LIST} without {' and '.join(missing)}"
                reason = (
                    reasons.STATEMENT_SHARED if statement.fields.node in shared else first_reason(statement, OBSTACLES)
                )
                yield Finding(action, message, () if reason else statement.with_actions(*missing), reason)


def _unread(policy: Policy | Hidden, at: Value, reason: str) -> Finding:
    return Finding(at, f"{policy_label(policy)} may list buckets without the reads a build needs", reason=reason)


def _has_strays(program: Program) -> bool:
    """A statement of this file lists buckets without the reads, and is in no policy that can be seen."""
    return any(
        statement is None or (_allows(statement) and not all(map(statement.grants, READS)))
        for statement in stray_statements(program, LIST)
    )


def _allows(statement: Statement) -> bool:
    """It gives what it names to the role that has it."""
    return statement.allows and not statement.has_principal


def _missing(policy: Policy, statement: Statement) -> list[str]:
    """The reads that a statement which lists a bucket does not give, nor another one for the same bucket."""
    is_hidden = isinstance(statement.action, Opaque) and statement.action.mention(LISTS_ONLY) is not None
    if not _allows(statement) or not (is_hidden or LIST in statement.actions):
        return []
    others = [other for other in policy.statements if other.allows and not _is_for_lists(other)]
    givers = [statement, *(other for other in others if other.reaches(statement))]
    return [read for read in READS if not any(giver.grants(read) for giver in givers)]


def _is_for_lists(statement: Statement) -> bool:
    return statement.narrowed_by(LISTING_KEYS)


OBSTACLES: tuple[tuple[Callable[[Statement], bool], str], ...] = (
    (lambda one: one.reaches_objects_only, reasons.OBJECTS_ONLY),
    (_is_for_lists, reasons.LISTS_ONLY),
    (lambda one: isinstance(one.condition, Opaque), reasons.CONDITION_UNKNOWN),
    (lambda one: not one.has_own_actions, reasons.ACTIONS_NOT_LITERAL),
)
"""Why the reads cannot simply be added to the statement: the first that holds is the reason."""
