"""Alarm that is silent on missing data.

*Why* When too few data points arrive, an alarm without `treatMissingData` goes to INSUFFICIENT_DATA: an alarm on rare
events flaps in quiet hours, and an alarm on a heartbeat says nothing when the heart stops.

*Impact*
- Prevents false alarms when nothing is running
- Improves alarm accuracy and reliability
- Reduces alert fatigue for operations teams

*Lesson* Say what missing data means: `notBreaching` for counts of rare events, `breaching` where silence is a failure.

*Left alone* An alarm that sets any value; one with `insufficientDataActions`, whose author wants that state; alarms on
AWS/DynamoDB metrics, which ignore missing data whatever is set; PromQL alarms.

*Reported only* Alarms whose inputs come from what cannot be seen; whose operator is not written here, or whose metric
is not and whose namespace does not tell; metrics of health such as StatusCheckFailed, where silence may be the failure;
less-than alarms but for health checks, healthy hosts and running tasks; metric math and anomaly detection; alarms that
recover, reboot or stop an instance; averages of a metric that may or may not be sparse.

*On a deployed stack* The alarm is updated in place. The fix is unsafe for greater-than alarms on CPU, memory, disks or
connections: it assumes that silence is normal, as when an instance is replaced; where one must always run, `breaching`
is right.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/AlarmThatSendsEmail.html#alarms-and-missing-data
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from iacfix.edit import SetField
from iacfix.model import Fields, Hidden, Items, Null, Program, Text, Value, literal
from iacfix.rule import Finding, Safety, rule
from iacfix_aws._tables.metrics import ALWAYS_THERE, LOAD, SILENCE_IS_FAILURE, SPARSE
from iacfix_aws._views.policies import listed

ALARM = "aws.cloudwatch.MetricAlarm"
GREATER = frozenset({"GreaterThanThreshold", "GreaterThanOrEqualToThreshold"})
LESS = frozenset({"LessThanThreshold", "LessThanOrEqualToThreshold"})
ANOMALY = frozenset({"LessThanLowerOrGreaterThanUpperThreshold", "LessThanLowerThreshold", "GreaterThanUpperThreshold"})
"""Operators that compare with an anomaly detection band."""
COUNTS = frozenset({"Sum", "SampleCount"})
ACTS_ON_INSTANCE = re.compile(r"automate:|AWS_EC2\.")
"""What the ARNs of alarm actions hold that recover, reboot, stop or terminate an instance."""
BOTH = "set notBreaching if silence is normal, breaching if silence is the failure"


@dataclass(frozen=True)
class Treatment:
    """A value of `treatMissingData`, and what has to be assumed for it."""

    value: str
    assumed: str | None = None


@rule(
    severity="medium",
    category="Monitoring Configuration",
    service="CloudWatch Alarms",
    triggers=("MetricAlarm",),
)
def unset_missing_data(program: Program) -> Iterator[Finding]:
    silent = {
        found.host: found.reason for found in program.at((ALARM, "treatMissingData")) if isinstance(found, Hidden)
    }
    for alarm in program.resources(ALARM):
        args = alarm.args
        if args.has("treatMissingData") or _wants_silence(args):
            continue
        if alarm.indirect and args.lacks("comparisonOperator"):
            continue  # what stands beside its class are not its inputs
        message = f"alarm {alarm.label} does not say what missing data means"
        match silent.get(alarm) or _treatment(args):
            case Treatment(value, assumed):
                after = "threshold" if args.entry("threshold") else None
                edits = (SetField(args, "treatMissingData", value, after),)
                yield Finding(alarm, message, edits, safety=Safety.UNSAFE if assumed else None, note=assumed)
            case reason:
                yield Finding(alarm, message, reason=reason)


def _wants_silence(args: Fields) -> bool:
    """The author relies on the missing state, or the setting has no effect."""
    match args.get("insufficientDataActions"):
        case None | Null() | Items(elements=(), is_open=False):
            return args.has("evaluationCriteria") or literal(args.get("namespace")) == "AWS/DynamoDB"
        case _:
            return True


def _treatment(args: Fields) -> Treatment | str:
    """What to set, or the reason why it is not for a tool to choose."""
    operator, metric = literal(args.get("comparisonOperator")), literal(args.get("metricName"))
    if args.has("metricQueries") or args.has("thresholdMetricId") or operator in ANOMALY:
        return f"a metric expression decides what silence means; {BOTH}"
    if any(map(_acts_on_instance, listed(args.get("alarmActions")))):
        return f"the alarm acts on an instance; {BOTH}"
    if operator in GREATER:
        return _greater(args, metric)
    if operator in LESS and metric in SILENCE_IS_FAILURE:
        return Treatment("breaching")
    if operator in LESS:
        return f"a less-than alarm may wait for silence; {BOTH}"
    return f"the comparison operator cannot be told; {BOTH}"


def _greater(args: Fields, metric: str | None) -> Treatment | str:
    if metric is not None and metric.startswith(ALWAYS_THERE):
        return f"{metric} arrives all the time, so silence may be the failure; {BOTH}"
    if literal(args.get("namespace")) in SPARSE:
        return Treatment("notBreaching")
    if metric is None:
        return f"the metric is not written here; {BOTH}"
    if LOAD.fullmatch(metric):
        assumed = f"assumes that silence of {metric} is normal; set breaching if it is the failure"
        return Treatment("notBreaching", assumed)
    if literal(args.get("statistic")) in COUNTS:
        return Treatment("notBreaching")
    return f"whether {metric} is sparse cannot be told; {BOTH}"


def _acts_on_instance(action: Value) -> bool:
    found = ACTS_ON_INSTANCE.search(action.pattern) if isinstance(action, Text) else action.mention(ACTS_ON_INSTANCE)
    return found is not None
