"""Dashboard widget without a position, a view or labels.

*Why* The console lays out widgets without a position, six by six units each, and moves them when one is added. A graph
without a view or labels is shown with the console's defaults.

*Impact*
- Provides a consistent grid of two widgets in a row, each 12 x 6 units
- Improves dashboard readability
- Ensures widgets don't overlap
- Adds metric labels for clarity

*Lesson* Give every widget its position, size and view, and every line of a shared graph its label.

*Left alone* Positions of dashboards whose widgets all have one; widgets of other types than metric get only a position;
existing views, sizes and labels; lines of a graph that share one metric name, which the console distinguishes by their
dimensions; lines whose names make no good labels; graphs with a metric expression or with a metric that CloudWatch
rejects.

*Reported only* Dashboards with inputs that are not literal, with a position for only some widgets, or with a widget of
unknown type; widgets that are built by code or strings, or shared.

*On a deployed stack* The dashboard is updated in place.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from iacfix.edit import Edit, New, SetField
from iacfix.model import Hidden, Program, Text
from iacfix.rule import Finding, rule
from iacfix_aws._tables import reasons
from iacfix_aws._views.dashboards import GRID, Dashboard, Graph, Widget, dashboards

TYPES = frozenset({"metric", "text", "log", "alarm"})
"""Types of widgets that look right at the size used here."""
WIDTH, HEIGHT = 12, 6
NEW: dict[str, New] = {"view": "timeSeries", "stacked": False}


@rule(
    severity="low",
    category="Dashboard Configuration",
    service="CloudWatch Dashboard",
    triggers=("cloudwatch", "Dashboard"),
)
def unplaced_widget(program: Program) -> Iterator[Finding]:
    for found in dashboards(program):
        if isinstance(found, Hidden):
            if found.text is None or not _is_placed(found.text):
                message = f"the widgets of dashboard {found.host.label} are not statically known"
                yield Finding(found.value, message, reason=found.reason)
            continue
        if not all(widget.is_placed for widget in found.widgets):
            yield _unplaced(found)
        for graph in found.graphs:
            if graph.properties.has("metrics") and not graph.properties.has("view"):
                yield _unset(graph)
            if edits := [row.with_label(label) for row, label in graph.unlabelled]:
                message = f"widget {graph.shown} draws several metrics without a label for each"
                yield Finding(graph.properties.get("metrics") or graph.properties, message, tuple(edits))


def _is_placed(text: Text) -> bool:
    """Raw JSON that gives every widget a position, and every graph a view."""
    count = {key: len(re.findall(rf'"{key}"\s*:', text.pattern)) for key in ("x", "y", "properties", "metrics", "view")}
    return count["x"] == count["y"] == count["properties"] > 0 and count["view"] >= count["metrics"]


def _unset(graph: Graph) -> Finding:
    properties = graph.properties
    keys = [key for key in NEW if not properties.has(key)]
    message = f"widget {graph.shown} does not set {' and '.join(keys)}"
    if properties.hidden:
        return Finding(properties, message, reason=reasons.PROPERTIES_NOT_LITERAL)
    return Finding(properties, message, tuple(SetField(properties, key, NEW[key]) for key in keys))


def _unplaced(dashboard: Dashboard) -> Finding:
    """One finding for the whole dashboard: positions are all or nothing."""
    first = dashboard.widgets[0].fields
    message = f"dashboard {dashboard.host.label} has widgets without a position"
    reason = next((reason for holds, reason in OBSTACLES if any(map(holds, dashboard.widgets))), None)
    return Finding(first, message, () if reason else tuple(_grid(dashboard)), reason)


def _grid(dashboard: Dashboard) -> Iterator[Edit]:
    """Places from left to right, a new row where the next widget does not fit; a given size is kept."""
    x = y = row = 0
    for widget in dashboard.widgets:
        width, height = widget.size(WIDTH, HEIGHT) or (WIDTH, HEIGHT)
        if x + width > GRID:
            x, y, row = 0, y + row, 0
        yield from widget.placed(x=x, y=y, width=width, height=height)
        x, row = x + width, max(row, height)


OBSTACLES: tuple[tuple[Callable[[Widget], bool], str], ...] = (
    (lambda widget: widget.is_half_placed, reasons.HALF_PLACED),
    (lambda widget: widget.fields.hidden is not None, reasons.WIDGET_NOT_LITERAL),
    (lambda widget: widget.is_shared, reasons.WIDGET_TWICE),
    (lambda widget: widget.type not in TYPES, reasons.WIDGET_TYPE),
    (lambda widget: widget.size(WIDTH, HEIGHT) is None, reasons.WIDGET_SIZE),
)
"""Why widgets cannot be laid out here: the first that holds of one of them."""
