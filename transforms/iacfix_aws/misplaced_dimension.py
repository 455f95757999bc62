"""Dashboard metric with dimensions among its options.

*Why* A metric is a list: namespace, name, each dimension as name and value, then one object of options. CloudWatch
rejects a dashboard with other keys in the options, or with the options in another position: the deployment fails.

*Impact*
- Prevents dashboards that CloudWatch rejects
- Shows the metric of the intended resource
- Keeps a deployment from failing halfway

*Lesson* Write dimensions before the options: `["AWS/Lambda", "Errors", "FunctionName", name, {"stat": "Sum"}]`.

*Left alone* Metrics that CloudWatch accepts, with `.` and `...` for values of the row above; metric expressions; rows,
lists and options that are not literal; dashboards whose widgets are not literal.

*Reported only* Keys of the options that may not be dimensions, such as `unit`; dimensions in a list or a variable;
options that are contradictory or not completely literal; rows that repeat another one with other dimensions, or one
that is not literal.

*On a deployed stack* No such dashboard can be deployed, unless it was changed by hand; it is updated in place.

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
