"""Lifecycle rule without a filter.

*Why* S3 requires a filter in every lifecycle rule. If a rule sets neither `filter` nor `prefix`, the provider sends an
empty filter, so the rule applies to all objects. Depending on its release, the provider warns about such a rule, warns
that it will become an error, or fails the deployment with an inconsistent result if other rules of the configuration
have a filter.

*Impact*
- Makes explicit that the rule applies to all objects, so that no reviewer wonders about a forgotten filter
- Removes the provider's warning "Invalid Attribute Combination", which is to become an error
- Leaves the rule's objects the same

*Lesson* Set `filter` in every lifecycle rule, with an empty `prefix` if it applies to all objects.

*Left alone* Rules with a filter or a prefix of any value; rules built by code that mentions a filter or a prefix;
configurations whose inputs cannot be read statically.

*Reported only* Rules built by code that mentions neither a filter nor a prefix.

*On a deployed stack* The fix is unsafe because the lifecycle configuration is updated in place: the state has no
filter, and AWS receives the same rule with an empty prefix. The plan must show the new filter; any other difference
has another cause.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/intro-lifecycle-filters.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from iacfix.edit import Inputs
from iacfix.model import Fields, Hidden, Null, Program
from iacfix.rule import Finding, rule
from iacfix_aws._tables import reasons
from iacfix_aws._views.policies import listed
from iacfix_aws._views.unset import setting

CONFIGURATIONS = ("aws.s3.BucketLifecycleConfiguration", "aws.s3.BucketLifecycleConfigurationV2")
FILTERS = ("filter", "prefix")
SPOKEN = re.compile("|".join(FILTERS), re.IGNORECASE)
NOTE = "the lifecycle configuration is updated in place: check that the plan adds the filter and nothing else"


@rule(severity="low", category="Correctness", service="S3", triggers=("BucketLifecycleConfiguration",), safety="unsafe")
def unfiltered_lifecycle_rule(program: Program) -> Iterator[Finding]:
    for found in program.at(*((type, "rules") for type in CONFIGURATIONS)):
        if isinstance(found, Hidden):
            continue
        for each in listed(found.value):
            whose = f"lifecycle rule of {found.host.label}"
            if isinstance(each, Fields):
                if all(each.lacks(key) or isinstance(each.get(key), Null) for key in FILTERS):
                    new = Inputs(f"{found.host.type}RuleFilter", {"prefix": ""})
                    message = f"{whose} has neither filter nor prefix"
                    yield Finding(each, message, (setting(each, "filter", new),), note=NOTE)
            elif each.mention(SPOKEN) is None:
                yield Finding(each, f"{whose} may have neither filter nor prefix", reason=reasons.LIFECYCLE_RULE_UNSEEN)
