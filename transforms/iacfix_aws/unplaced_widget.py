"""Dashboard widget without a place, a view or labels.

*Why* Widgets without a position are laid out by the console, six by six units each, and move when one is added. A graph
without a view or with unnamed lines leaves its reading to the console's defaults.

*Impact*
- Provides a consistent grid of two widgets in a row, each 12 x 6 units
- Improves dashboard readability
- Ensures widgets don't overlap
- Adds metric labels for clarity

*Lesson* Give every widget its position, size and view, and every line of a shared graph its label.

*Left alone* Dashboards whose widgets all have a position keep it; widgets of other types than metric get a position
only; a view, a size or a label that is there; lines of a graph that share one metric name, which the console tells
apart by their dimensions; lines whose names make no good labels; graphs with a metric expression.

*Reported only* Dashboards whose inputs cannot be seen, where only some widgets have a position, or one is of an unknown
type; widgets that are put together by code or text, or shared; metric rows that CloudWatch rejects, where it is not
plain what is meant. Where it is, dimensions among the options move to their place in front of them, and options that
stand in front of a dimension or in two places become one object at the end.

*On a deployed stack* The dashboard is updated in place.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Container, Iterator, Sequence
from itertools import chain

from iacfix.edit import Append, Edit, New, Replace, SetField
from iacfix.model import Document, Fields, Flag, Hidden, Items, Number, Program, Text, Value, literal
from iacfix.rule import Finding, rule
from iacfix_aws._views.dashboards import Row, rows
from iacfix_aws._views.labels import labels

GRID = 24
TYPES = frozenset({"metric", "text", "log", "alarm"})
"""Types of widgets that look right at the size used here."""
WIDTH, HEIGHT = 12, 6


@rule(
    severity="low",
    category="Dashboard Configuration",
    service="CloudWatch Dashboard",
    triggers=("cloudwatch", "Dashboard"),
)
def unplaced_widget(program: Program) -> Iterator[Finding]:
    seen: list[tuple[Document, list[Fields]]] = []
    for document in program.documents(("aws.cloudwatch.Dashboard", "dashboardBody")):
        if isinstance(document, Hidden):
            if document.text is None or not _is_placed(document.text):
                yield _hidden(document.value, document.host.label, document.reason)
            continue
        root = document.root
        if isinstance(root, Fields) and root.lacks("widgets"):
            continue
        widgets = root.get("widgets") if isinstance(root, Fields) else None
        if not isinstance(widgets, Items) or widgets.is_open or not all(isinstance(one, Fields) for one in widgets):
            yield _hidden(widgets or root, document.host.label, "its widgets are put together by code")
            continue
        seen.append((document, [widget for widget in widgets if isinstance(widget, Fields)]))
    lists = {tuple(widget.node for widget in widgets) for _, widgets in seen}
    shared = frozenset(node for node, count in Counter(chain.from_iterable(lists)).items() if count > 1)
    for document, widgets in seen:
        yield from _checked(document, widgets, shared)


def _hidden(at: Value, label: str, reason: str) -> Finding:
    return Finding(at, f"the widgets of dashboard {label} cannot be seen", reason=reason)


def _is_placed(text: Text) -> bool:
    """Raw JSON that gives every widget a position, and every graph a view."""
    count = {key: len(re.findall(rf'"{key}"\s*:', text.pattern)) for key in ("x", "y", "properties", "metrics", "view")}
    return count["x"] == count["y"] == count["properties"] > 0 and count["view"] >= count["metrics"]


def _checked(document: Document, widgets: Sequence[Fields], shared: Container[object]) -> Iterator[Finding]:
    yield from _layout(document, widgets, shared)
    for number, widget in enumerate(widgets, 1):
        if literal(widget.get("type")) == "metric" and isinstance(properties := widget.get("properties"), Fields):
            shown = literal(properties.get("title")) or f"number {number}"
            yield from _view(properties, shown)
            yield from _metrics(properties, shown)


def _layout(document: Document, widgets: Sequence[Fields], shared: Container[object]) -> Iterator[Finding]:
    """One finding for the whole dashboard: positions are all or nothing."""
    if all(widget.has("x") and widget.has("y") for widget in widgets):
        return
    message = f"dashboard {document.host.label} has widgets without a position"
    if reason := _obstacle(widgets, shared):
        yield Finding(widgets[0], message, reason=reason)
    elif (edits := _grid(widgets)) is None:
        yield Finding(widgets[0], message, reason="the size of a widget is computed")
    else:
        yield Finding(widgets[0], message, tuple(edits))


def _obstacle(widgets: Sequence[Fields], shared: Container[object]) -> str | None:
    """Why the widgets cannot be laid out here."""
    if any(widget.has("x") or widget.has("y") for widget in widgets):
        return "some widgets have a position; place the rest by hand so that none overlap"
    if any(widget.hidden for widget in widgets):
        return "a part of a widget is not written here"
    if any(widget.node in shared for widget in widgets):
        return "a widget is shown twice; give each its own position"
    if any(literal(widget.get("type")) not in TYPES for widget in widgets):
        return "the right size of a widget cannot be told from its type"
    return None


def _grid(widgets: Sequence[Fields]) -> list[Edit] | None:
    """Places from left to right, a new row where the next widget does not fit; a given size is kept."""
    edits: list[Edit] = []
    x = y = row = 0
    for widget in widgets:
        width, height = _size(widget, "width", WIDTH), _size(widget, "height", HEIGHT)
        if width is None or height is None or not 0 < width <= GRID or height < 1:
            return None
        if x + width > GRID:
            x, y, row = 0, y + row, 0
        after = "type" if widget.entry("type") else None
        for key, number in (("x", x), ("y", y), ("width", width), ("height", height)):
            if not widget.has(key):
                edits.append(SetField(widget, key, number, after=after))
        x, row = x + width, max(row, height)
    return edits


def _size(widget: Fields, key: str, default: int) -> int | None:
    match widget.get(key):
        case None:
            return default
        case Number(number=int(number)):
            return number
        case _:
            return None


def _view(properties: Fields, shown: str) -> Iterator[Finding]:
    if not properties.has("metrics") or properties.has("view"):
        return
    keys = [key for key in ("view", "stacked") if not properties.has(key)]
    message = f"widget {shown} does not set {' and '.join(keys)}"
    if properties.hidden:
        yield Finding(properties, message, reason="some of its properties are not written here")
        return
    new: dict[str, New] = {"view": "timeSeries", "stacked": False}
    yield Finding(properties, message, tuple(SetField(properties, key, new[key]) for key in keys))


def _metrics(properties: Fields, shown: str) -> Iterator[Finding]:
    metrics = properties.get("metrics")
    if not isinstance(metrics, Items):
        return
    found = rows(metrics)
    lines = [row for row in found if row is not None]
    wrong = [row for row in lines if row.misplaced or not row.is_ordered]
    for row in wrong:
        yield _moved(row, shown)
    if wrong or metrics.is_open or len(lines) < len(found):
        return
    edits = [_set(row, label) for row, label in _labelled(lines)]
    if edits:
        yield Finding(metrics, f"widget {shown} draws several metrics without a label for each", tuple(edits))


def _moved(row: Row, shown: str) -> Finding:
    """Dimensions among the options, options in front of dimensions or in two places."""
    wrong, way_out = "options that are not its last element", "write them as one object behind the dimensions"
    if names := ", ".join(row.misplaced):
        wrong, way_out = f"{names} among its options", "write each dimension as name and value in front of the options"
    message = f"a metric of widget {shown} has {wrong}, which CloudWatch rejects"
    if (mended := row.mended()) is None:
        return Finding(row.items, message, reason=way_out)
    return Finding(row.items, message, (Replace(row.items, mended),))


def _labelled(lines: Sequence[Row]) -> list[tuple[Row, str]]:
    """The rows that lack a label, with one that tells them from all others; none where one cannot be told."""
    known = [row.meant[1] for row in lines if _is_plain(row)]
    if len(lines) < 2 or len(set(known)) < len(lines):
        return []
    said = {text.lower() for row in lines for found in row.objects if (text := literal(found.get("label"))) is not None}
    bare = [row for row in lines if _lacks_label(row)]
    given = labels([(row.meant[0], row.meant[1] or "") for row in bare]) or []
    return list(zip(bare, given, strict=False)) if said.isdisjoint(label.lower() for label in given) else []


def _is_plain(row: Row) -> bool:
    """It draws one metric whose name is written, and no value of it could be options in a variable."""
    has_name = row.dimensions is not None and row.meant[1] is not None
    return has_name and not row.repeats and isinstance(row.texts[0], Text)


def _lacks_label(row: Row) -> bool:
    """A line that is seen has no label."""
    match row.objects:
        case [options]:
            visible = options.get("visible")
            return options.lacks("label") and not (isinstance(visible, Flag) and not visible.flag)
        case _:
            return True


def _set(row: Row, label: str) -> Edit:
    return SetField(row.objects[0], "label", label) if row.objects else Append(row.items, {"label": label})
