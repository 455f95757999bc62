"""Metric of a dashboard whose dimensions stand among its options.

*Why* A metric is written as namespace, name, then each dimension as name and value, and its options as one object at
the end. CloudWatch rejects a dashboard with other keys among the options, or with options in another place: the
deployment fails.

*Impact*
- Prevents dashboards that CloudWatch refuses to create
- Shows the metric of the resource that was meant
- Keeps a deployment from ending halfway

*Lesson* Write dimensions in front of the options: `["AWS/Lambda", "Errors", "FunctionName", name, {"stat": "Sum"}]`.

*Left alone* Metrics that CloudWatch takes, with `.` and `...` for what the row above has; metric expressions; rows,
lists and options that are not written there; dashboards whose widgets cannot be seen.

*Reported only* Keys among the options that may be no dimensions, as `unit`; dimensions in a list or a variable; options
that say two things or are not all written there; rows that repeat another one which has other dimensions, or which
cannot be seen.

*On a deployed stack* There is no such dashboard, unless it was changed by hand; it is updated in place.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html
"""

from __future__ import annotations

from collections.abc import Iterator

from iacfix.edit import Replace
from iacfix.model import Program
from iacfix.rule import Finding, rule
from iacfix_aws._tables import reasons
from iacfix_aws._views.dashboards import Dashboard, Row, dashboards


@rule(
    severity="high",
    category="Dashboard Configuration",
    service="CloudWatch Dashboard",
    triggers=("cloudwatch", "Dashboard"),
)
def misplaced_dimension(program: Program) -> Iterator[Finding]:
    for dashboard in dashboards(program):
        for graph in dashboard.graphs if isinstance(dashboard, Dashboard) else ():
            for row in graph.rows:
                if row.is_wrong:
                    yield _finding(row, graph.shown)


def _finding(row: Row, shown: str) -> Finding:
    """Dimensions among the options, options in front of dimensions or in two places."""
    wrong, way_out = "options that are not its last element", reasons.OPTIONS_NOT_LAST
    if names := ", ".join(row.misplaced):
        wrong, way_out = f"{names} among its options", reasons.DIMENSION_IN_OPTIONS
    message = f"a metric of widget {shown} has {wrong}, which CloudWatch rejects"
    mended = row.mended()
    return Finding(row.items, message, (Replace(row.items, mended),) if mended else (), None if mended else way_out)
