"""The readiness score of a program, from 1 to 9 points.

A program starts at 10. Each rule with an open finding costs 1.5 (high), 1 (medium) or 0.5 (low), however many findings
it has. The result is rounded half up and clamped to 1 to 9, as no automatic check justifies 10; with an open finding of
high severity it is at most 8.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable

from iacfix.result import Reported
from iacfix.rule import Severity

COST = {Severity.HIGH: 1.5, Severity.MEDIUM: 1.0, Severity.LOW: 0.5}
BEST, WORST = 9, 1
BEST_WITH_HIGH = 8


def open_rules(findings: Iterable[Reported]) -> Counter[Severity]:
    """The number of rules with a finding, by the highest severity of their findings."""
    ranked = sorted(findings, key=lambda finding: -finding.severity.rank)
    return Counter({finding.rule: finding.severity for finding in ranked}.values())


def readiness(rules: Counter[Severity]) -> int:
    """The points, from 1 to 9."""
    return max(WORST, min(_best(rules), math.floor(_exact(rules) + 0.5)))


def explained(rules: Counter[Severity]) -> str:
    """The calculation of the points, as one line of arithmetic."""
    costs = [f"{rules[severity]} {severity.value} × {cost:g}" for severity, cost in COST.items() if rules[severity]]
    exact, points = _exact(rules), readiness(rules)
    sum_ = f"10 - ({' + '.join(costs)}) = {exact:g}" if costs else "10, no open findings"
    if exact > BEST:
        return f"{sum_}; at most {BEST}, because nothing automatic gives 10"
    if exact > _best(rules):
        return f"{sum_}; at most {BEST_WITH_HIGH} while a high finding is open"
    if exact < WORST:
        return f"{sum_}; at least {WORST}"
    return sum_ if exact == points else f"{sum_}, rounded to {points}"


def _exact(rules: Counter[Severity]) -> float:
    return 10 - sum(COST[severity] * count for severity, count in rules.items())


def _best(rules: Counter[Severity]) -> int:
    return BEST_WITH_HIGH if rules[Severity.HIGH] else BEST
