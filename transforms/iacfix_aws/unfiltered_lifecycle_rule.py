"""Lifecycle rule that says nothing of the objects it is for.

*Why* S3 wants a filter in every lifecycle rule. A rule with neither `filter` nor `prefix` is for all objects because
the provider adds an empty filter to what it sends; releases of it warn of such a rule, announce an error, or end a
deployment with an inconsistent result where other rules of the configuration have a filter.

*Impact*
- Says that all objects are meant, where a reviewer may look for a filter that was forgotten
- Removes the provider's warning "Invalid Attribute Combination", and the error that it announces
- The rule acts on the same objects as before

*Lesson* Write `filter` into every lifecycle rule, with an empty `prefix` where it is for all objects.

*Left alone* Rules with a filter or a prefix, whatever they say; rules that code puts together, where a filter or a
prefix stands in what makes them; configurations whose inputs are not written out.

*Reported only* Rules that code puts together, where nothing in what makes them speaks of a filter or a prefix.

*On a deployed stack* The lifecycle configuration is updated in place, as the state has no filter: AWS gets the same
rule with an empty prefix. The fix is unsafe for that; a plan that shows anything else than the new filter has another
reason.

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
