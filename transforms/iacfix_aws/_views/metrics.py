"""Alarms and properties of their metrics."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from iacfix.model import Fields, Hidden, Items, Null, Program, Resource, Text, Value, literal
from iacfix_aws._tables.metrics import ALWAYS_THERE, HOME_OF_METRICS, LOAD, SILENCE_IS_FAILURE, SPARSE
from iacfix_aws._views.policies import listed

ALARM = "aws.cloudwatch.MetricAlarm"
GREATER = frozenset({"GreaterThanThreshold", "GreaterThanOrEqualToThreshold"})
LESS = frozenset({"LessThanThreshold", "LessThanOrEqualToThreshold"})
ANOMALY = frozenset({"LessThanLowerOrGreaterThanUpperThreshold", "LessThanLowerThreshold", "GreaterThanUpperThreshold"})
"""Operators that compare with an anomaly detection band."""
COUNTS = frozenset({"Sum", "SampleCount"})
INSTANCE_ACTION = re.compile(r"automate:|AWS_EC2\.")
"""Alarm actions that recover, reboot, stop or terminate an instance."""


@dataclass(frozen=True, eq=False)
class Alarm:
    """An alarm on a metric."""

    resource: Resource

    @property
    def args(self) -> Fields:
        return self.resource.args

    def _text(self, key: str) -> str | None:
        return literal(self.args.get(key))

    @property
    def metric(self) -> str | None:
        return self._text("metricName")

    @property
    def is_greater(self) -> bool:
        """It fires above a threshold."""
        return self._text("comparisonOperator") in GREATER

    @property
    def has_other_operator(self) -> bool:
        """Its operator is literal and neither greater-than nor less-than."""
        return self._text("comparisonOperator") is not None and not (self.is_greater or self.is_less)

    @property
    def is_less(self) -> bool:
        """It fires below a threshold."""
        return self._text("comparisonOperator") in LESS

    @property
    def is_of_expression(self) -> bool:
        """It uses metric math or an anomaly detection band."""
        is_band = self._text("comparisonOperator") in ANOMALY or self.args.has("thresholdMetricId")
        return is_band or self.args.has("metricQueries")

    @property
    def acts_on_instance(self) -> bool:
        """It recovers, reboots or stops an instance."""
        return any(map(_acts_on_instance, listed(self.args.get("alarmActions"))))

    @property
    def is_for_silence(self) -> bool:
        """It has actions for insufficient data."""
        match self.args.get("insufficientDataActions"):
            case None | Null() | Items(elements=(), is_open=False):
                return False
            case _:
                return True

    @property
    def ignores_silence(self) -> bool:
        """`treatMissingData` has no effect on it."""
        return self.args.has("evaluationCriteria") or self._text("namespace") == "AWS/DynamoDB"

    # of its metric

    @property
    def always_arrives(self) -> bool:
        return self.metric is not None and self.metric.startswith(ALWAYS_THERE)

    @property
    def is_sparse(self) -> bool:
        return self._text("namespace") in SPARSE

    @property
    def is_of_load(self) -> bool:
        return self.metric is not None and LOAD.fullmatch(self.metric) is not None

    @property
    def is_count(self) -> bool:
        return self._text("statistic") in COUNTS

    @property
    def fails_in_silence(self) -> bool:
        return self.metric in SILENCE_IS_FAILURE


def alarms(program: Program) -> Iterator[Alarm]:
    return map(Alarm, program.resources(ALARM))


def hidden_inputs(program: Program, input: str) -> dict[Resource, str]:
    """The alarms whose input is not visible, with the reason."""
    return {found.host: found.reason for found in program.at((ALARM, input)) if isinstance(found, Hidden)}


def homes_of(metrics: Value) -> Iterator[tuple[str, str]]:
    """The namespaces of metrics that exist in one region only, with that region."""
    return (kept for kept in HOME_OF_METRICS.items() if metrics.mention(re.compile(rf"{kept[0]}\b")))


def _acts_on_instance(action: Value) -> bool:
    found = INSTANCE_ACTION.search(action.pattern) if isinstance(action, Text) else action.mention(INSTANCE_ACTION)
    return found is not None
