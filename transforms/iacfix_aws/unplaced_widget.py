"""Dashboard widget without a place, a view or labels.

*Why* Widgets without a position are laid out by the console, six by six units each, and move when one is added. A graph
without a view or with unnamed lines leaves its reading to the console's defaults.

*Impact*
- Provides a consistent grid of two widgets in a row, each 12 x 6 units
- Improves dashboard readability
- Ensures widgets don't overlap
- Adds metric labels for clarity

*Lesson* Give every widget its position, size and view, and every line of a shared graph its label.

*Left alone* Dashboards whose widgets all have a position keep it; widgets of other types than metric get a position only;
a view, a size or a label that is there; lines of a graph that share one metric name, which the console tells apart by
their dimensions.

*Reported only* Dashboards where only some widgets have a position; widgets that are put together by code or text; metric
entries whose dimensions stand among the options, where it is not plain which are dimensions: CloudWatch rejects them.
Where every such key is plainly a dimension, they move to their place in front of the options.

*On a deployed stack* The dashboard is updated in place.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from iacfix.edit import Append, Edit, Keep, New, Replace, SetField
from iacfix.model import Document, Fields, Items, Number, Program, Text, Unreachable, Value, literal
from iacfix.rule import Finding, rule

GRID = 24
WIDTH, HEIGHT = 12, 6
OPTIONS = frozenset({"color", "label", "period", "stat", "visible", "yAxis", "id", "expression", "region", "accountId"})
"""What the last element of a metric entry may say of its line; everything else there is a mistake."""


@rule(
    severity="low",
    category="Dashboard Configuration",
    service="CloudWatch Dashboard",
    triggers=("cloudwatch", "Dashboard"),
)
def unplaced_widget(program: Program) -> Iterator[Finding]:
    for document in program.documents(("aws.cloudwatch.Dashboard", "dashboardBody")):
        if isinstance(document, Unreachable):
            yield _hidden(document.value, document.host.label, document.reason)
            continue
        widgets = document.root.get("widgets") if isinstance(document.root, Fields) else None
        if not isinstance(widgets, Items) or widgets.is_open or not all(isinstance(one, Fields) for one in widgets):
            yield _hidden(widgets or document.root, document.host.label, "its widgets are put together by code")
            continue
        yield from _checked(document, [widget for widget in widgets if isinstance(widget, Fields)])


def _hidden(at: Value, label: str, reason: str) -> Finding:
    return Finding(at, f"the widgets of dashboard {label} cannot be seen", reason=reason)


def _checked(document: Document, widgets: Sequence[Fields]) -> Iterator[Finding]:
    yield from _layout(document, widgets)
    for number, widget in enumerate(widgets, 1):
        if literal(widget.get("type")) == "metric" and isinstance(properties := widget.get("properties"), Fields):
            shown = literal(properties.get("title")) or f"number {number}"
            yield from _view(properties, shown)
            yield from _metrics(properties, shown)


def _layout(document: Document, widgets: Sequence[Fields]) -> Iterator[Finding]:
    """One finding for the whole dashboard: positions are all or nothing."""
    placed = [widget for widget in widgets if widget.has("x") or widget.has("y")]
    if not widgets or len(placed) == len(widgets) and all(widget.has("x") and widget.has("y") for widget in widgets):
        return
    message = f"dashboard {document.host.label} has widgets without a position"
    if placed:
        yield Finding(widgets[0], message, reason="some widgets have a position; place the rest by hand so that none overlap")
    elif any(widget.is_open for widget in widgets):
        yield Finding(widgets[0], message, reason="a part of a widget is not written here")
    elif (edits := _grid(widgets)) is None:
        yield Finding(widgets[0], message, reason="the size of a widget is computed")
    else:
        yield Finding(widgets[0], message, tuple(edits))


def _grid(widgets: Sequence[Fields]) -> list[Edit] | None:
    """Places from left to right, a new row where the next widget does not fit; a given size is kept."""
    edits: list[Edit] = []
    x = y = row = 0
    for widget in widgets:
        width, height = _size(widget, "width", WIDTH), _size(widget, "height", HEIGHT)
        if width is None or height is None or not 0 < width <= GRID:
            return None
        if x + width > GRID:
            x, y, row = 0, y + row, 0
        after = "type" if widget.has("type") else None
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
    if not properties.has("metrics"):
        return
    missing: list[Edit] = []
    if not properties.has("view"):
        missing.append(SetField(properties, "view", "timeSeries"))
    if not properties.has("stacked") and (missing or literal(properties.get("view")) == "timeSeries"):
        missing.append(SetField(properties, "stacked", False))
    if not missing:
        return
    names = " and ".join(edit.key for edit in missing if isinstance(edit, SetField))
    message = f"widget {shown} does not set {names}"
    if properties.is_open:
        yield Finding(properties, message, reason="some of its properties are not written here")
    else:
        yield Finding(properties, message, tuple(missing))


def _metrics(properties: Fields, shown: str) -> Iterator[Finding]:
    metrics = properties.get("metrics")
    if not isinstance(metrics, Items):
        return
    entries = [entry for entry in metrics if isinstance(entry, Items) and not entry.is_open]
    wrong = [entry for entry in entries if _misplaced(entry)]
    for entry in wrong:
        yield _moved(entry, shown)
    if wrong or metrics.is_open or len(entries) < len(metrics.elements):
        return
    names = _names(entries)
    if len(entries) > 1 and names is not None and len(set(names)) == len(names):
        edits = [edit for entry, name in zip(entries, names, strict=True) for edit in _labelled(entry, name)]
        if edits:
            yield Finding(metrics, f"widget {shown} draws several metrics without a label for each", tuple(edits))


def _options(entry: Items) -> Fields | None:
    last = entry.elements[-1] if entry.elements else None
    return last if isinstance(last, Fields) else None


def _misplaced(entry: Items) -> list[str]:
    """Keys of the options that are no options."""
    options = _options(entry)
    return [key for key in options.keys if key not in OPTIONS] if options is not None else []


def _moved(entry: Items, shown: str) -> Finding:
    options = _options(entry)
    assert options is not None
    dimensions = _dimensions(options)
    names = ", ".join(_misplaced(entry))
    message = f"a metric of widget {shown} has {names} among its options, which CloudWatch rejects"
    front = entry.elements[:-1]
    if dimensions is None or options.is_open or not entry.is_direct or len(front) < 2:
        return Finding(entry, message, reason="write each dimension as name and value in front of the options")
    rest: dict[str, New] = {found.key: Keep(found.value) for found in options.entries if found.key in OPTIONS}
    positional: list[New] = [*(Keep(value) for value in front)]
    for name, value in dimensions:
        positional += [name, Keep(value)]
    return Finding(entry, message, (Replace(entry, [*positional, rest] if rest else positional),))


def _dimensions(options: Fields) -> list[tuple[str, Value]] | None:
    """Name and value of what is plainly a dimension: a capitalised name, or the members of `dimensions`."""
    found: list[tuple[str, Value]] = []
    for entry in options.entries:
        if entry.key in OPTIONS:
            continue
        if entry.key == "dimensions" and isinstance(entry.value, Fields) and not entry.value.is_open:
            found += [(inner.key, inner.value) for inner in entry.value.entries]
        elif entry.key[:1].isupper() and not isinstance(entry.value, Fields | Items):
            found.append((entry.key, entry.value))
        else:
            return None
    return found


def _names(entries: Sequence[Items]) -> list[str] | None:
    """The metric name of each entry, None where one is an expression or not written out."""
    names: list[str] = []
    for entry in entries:
        name = literal(entry.elements[1]) if len(entry.elements) > 1 else None
        if name == "." and names:
            name = names[-1]
        if name is None or not isinstance(entry.elements[0], Text):
            return None
        names.append(name)
    return names


def _labelled(entry: Items, name: str) -> Iterator[Edit]:
    label = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", name)
    options = _options(entry)
    if options is None:
        yield Append(entry, {"label": label})
    elif options.lacks("label"):
        yield SetField(options, "label", label)
