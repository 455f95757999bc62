"""Alarm that does not set how to treat missing data.

*Why* When too few data points arrive, an alarm without `treatMissingData` goes to INSUFFICIENT_DATA: an alarm on rare
events flaps in quiet hours, and an alarm on a heartbeat stays silent when the heartbeat stops.

*Impact*
- Prevents false alarms when nothing is running
- Improves alarm accuracy and reliability
- Reduces alert fatigue for operations teams

*Lesson* Set what missing data means: `notBreaching` for counts of rare events, `breaching` where silence is a failure.

*Left alone* Alarms that set any value; alarms with `insufficientDataActions`, whose author wants that state; alarms on
AWS/DynamoDB metrics, which ignore missing data regardless; PromQL alarms.

*Reported only* Alarms whose inputs cannot be read statically; whose operator is not literal, or whose metric is not
literal and whose namespace does not decide; health metrics such as StatusCheckFailed, where silence may be the failure;
less-than alarms except for health checks, healthy hosts and running tasks; metric math and anomaly detection; alarms
that recover, reboot or stop an instance; averages of a metric that may or may not be sparse.

*On a deployed stack* The alarm is updated in place. The fix is unsafe for greater-than alarms on CPU, memory, disks or
connections: it assumes that silence is normal, as when an instance is replaced. If one must always run, `breaching` is
correct.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/AlarmThatSendsEmail.html#alarms-and-missing-data
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from iacfix.edit import SetField
from iacfix.model import Program
from iacfix.reasons import Reason
from iacfix.rule import Finding, Safety, rule
from iacfix_aws._tables import reasons
from iacfix_aws._views.metrics import Alarm, alarms, hidden_inputs


@dataclass(frozen=True)
class Treatment:
    """A value of `treatMissingData`, and what has to be assumed for it."""

    value: str
    assumed: str = ""


@dataclass(frozen=True)
class Undecided:
    """Why the value is not for a tool to choose."""

    reason: Reason


NOT_BREACHING = Treatment("notBreaching")
DECISIONS: tuple[tuple[Callable[[Alarm], bool], Treatment | Undecided], ...] = (
    (lambda alarm: alarm.is_of_expression, Undecided(reasons.MATH_DECIDES)),
    (lambda alarm: alarm.acts_on_instance, Undecided(reasons.ACTS_ON_INSTANCE)),
    (lambda alarm: alarm.is_less and alarm.fails_in_silence, Treatment("breaching")),
    (lambda alarm: alarm.is_less, Undecided(reasons.LESS_THAN)),
    (lambda alarm: alarm.has_other_operator, Undecided(reasons.OTHER_COMPARISON)),
    (lambda alarm: not alarm.is_greater, Undecided(reasons.UNKNOWN_COMPARISON)),
    (lambda alarm: alarm.always_arrives, Undecided(reasons.STEADY_METRIC)),
    (lambda alarm: alarm.is_sparse, NOT_BREACHING),
    (lambda alarm: alarm.metric is None, Undecided(reasons.UNKNOWN_METRIC)),
    (
        lambda alarm: alarm.is_of_load,
        Treatment(
            "notBreaching", "assumes that missing data of {metric} is normal; set breaching if it is the failure"
        ),
    ),
    (lambda alarm: alarm.is_count, NOT_BREACHING),
    (lambda _: True, Undecided(reasons.MAYBE_SPARSE)),
)
"""The first that holds decides."""


@rule(
    severity="medium",
    category="Monitoring Configuration",
    service="CloudWatch Alarms",
    triggers=("MetricAlarm",),
)
def unset_missing_data(program: Program) -> Iterator[Finding]:
    hidden = hidden_inputs(program, "treatMissingData")
    for alarm in alarms(program):
        args, resource = alarm.args, alarm.resource
        if args.has("treatMissingData") or alarm.is_for_silence or alarm.ignores_silence:
            continue
        if resource.indirect and args.lacks("comparisonOperator"):
            continue  # what stands beside its class are not its inputs
        message = f"alarm {resource.label} does not set treatMissingData"
        if resource in hidden:
            yield Finding(resource, message, reason=hidden[resource])
            continue
        match next(decision for holds, decision in DECISIONS if holds(alarm)):
            case Undecided(reason):
                yield Finding(resource, message, reason=reason.of(metric=alarm.metric))
            case Treatment(value, assumed):
                edits = (SetField(args, "treatMissingData", value, "threshold" if args.entry("threshold") else None),)
                safety = Safety.UNSAFE if assumed else None
                yield Finding(resource, message, edits, safety=safety, note=assumed.format(metric=alarm.metric) or None)
