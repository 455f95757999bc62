"""Log group that keeps its events forever.

*Why* A log group without `retentionInDays` keeps its events forever: its cost grows every month, and personal data is
kept longer than intended.

*Impact*
- Limits the cost of log storage
- Deletes old personal data, as data protection laws require
- Makes the retention period explicit

*Lesson* Set `retentionInDays` for every log group.

*Left alone* Log groups that set a retention, or ignore changes to it; those of the class DELIVERY, which are emptied
after two days.

*Reported only* A retention of 0, which explicitly means forever; groups whose name suggests evidence (audit, trail,
compliance, security, flow logs) or that set `skipDestroy`; inputs that cannot be read statically; imported resources.

*On a deployed stack* The log group is updated in place, and AWS permanently deletes events older than 30 days. That is
why the fix is unsafe: choose a retention that meets your obligations before you apply it.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/Working-with-log-groups-and-streams.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from iacfix.model import Flag, Null, Number, Program, Resource, Text, literal
from iacfix.rule import Finding, rule
from iacfix_aws._tables import reasons
from iacfix_aws._views.unset import setting, unset

LOG_GROUP = "aws.cloudwatch.LogGroup"
DAYS = 30
EVIDENCE = re.compile(r"(?i)audit|trail|complian|forensic|security|(?:flow|waf|access)[-_]?logs?")
DELETES = f"deletes the events that are older than {DAYS} days: choose the days that must be kept"


@rule(
    severity="low",
    category="Cost",
    service="CloudWatch Logs",
    triggers=("LogGroup",),
    safety="unsafe",
    checks={
        "checkov": "CKV_AWS_66",
        "semgrep": "terraform.aws.security.aws-cloudwatch-log-group-no-retention",
    },
)
def endless_log_group(program: Program) -> Iterator[Finding]:
    message = "log group {} keeps its events forever"
    for group in program.resources(LOG_GROUP):
        days = group.args.get("retentionInDays")
        if isinstance(days, Number) and days.number == 0:
            yield Finding(days, message.format(group.label), reason=reasons.KEPT_ON_PURPOSE)
    for group, reason in unset(program, "retentionInDays", LOG_GROUP):
        if literal(group.args.get("logGroupClass")) == "DELIVERY":
            continue
        if reason := reason or _evidence(group):
            yield Finding(group, message.format(group.label), reason=reason)
        else:
            edits = (setting(group.args, "retentionInDays", DAYS),)
            yield Finding(group, message.format(group.label), edits, note=DELETES)


def _evidence(group: Resource) -> str | None:
    """Why its events may have to be kept."""
    skipped = group.args.get("skipDestroy")
    if not isinstance(skipped, Null | None) and not (isinstance(skipped, Flag) and not skipped.flag):
        return reasons.DELETION_SKIPPED
    names = [name.pattern for name in (group.name, group.args.get("name")) if isinstance(name, Text)]
    if any(EVIDENCE.search(name) for name in names):
        return reasons.EVIDENCE
    return None
