"""Dashboards, their widgets, and the metrics of a graph.

A row of metrics is `[namespace, metric, dimension, value, ..., options]`. `"."` repeats the element above it, a leading
`"..."` the whole row above, whose last elements are replaced by those that follow.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import chain

from iacfix.edit import Append, Edit, Keep, New, SetField
from iacfix.model import Fields, Flag, Hidden, Items, Number, Program, Resource, Text, Value, literal
from iacfix_aws._tables import reasons
from iacfix_aws._views.labels import labels

OPTIONS = frozenset({"color", "label", "period", "stat", "visible", "yAxis", "id", "expression", "region", "accountId"})
"""The valid keys of the options at the end of a row."""
GRID = 24
"""The width of a dashboard in grid units."""
SAME, ALL_THE_SAME = ".", "..."


@dataclass(frozen=True, eq=False)
class Widget:
    """One widget, `number` counts from 1; `is_shared` where several widgets are the same object."""

    fields: Fields
    number: int
    is_shared: bool

    @property
    def type(self) -> str | None:
        return literal(self.fields.get("type"))

    def placed(self, **numbers: int) -> Iterator[Edit]:
        """Edits that set these of `x`, `y`, `width` and `height` where they are missing."""
        after = "type" if self.fields.entry("type") else None
        for key, number in numbers.items():
            if not self.fields.has(key):
                yield SetField(self.fields, key, number, after=after)

    @property
    def is_half_placed(self) -> bool:
        """It has `x` or `y`."""
        return self.fields.has("x") or self.fields.has("y")

    @property
    def is_placed(self) -> bool:
        return self.fields.has("x") and self.fields.has("y")

    def size(self, width: int, height: int) -> tuple[int, int] | None:
        """Its width and height in grid units, with these defaults; None where they are computed or do not fit the
        grid."""
        across, down = self._number("width", width), self._number("height", height)
        return (across, down) if 0 < across <= GRID and down > 0 else None

    def _number(self, key: str, default: int) -> int:
        """A literal size, the default where it is missing, 0 where it is computed."""
        match self.fields.get(key):
            case None:
                return default
            case Number(number=int() as given):
                return given
            case _:
                return 0


@dataclass(frozen=True, eq=False)
class Graph:
    """A widget of metrics; `shown` is its name in messages."""

    properties: Fields
    shown: str

    @property
    def metrics(self) -> Items | None:
        """Its list of metrics, where that is a literal."""
        metrics = self.properties.get("metrics")
        return metrics if isinstance(metrics, Items) else None

    @property
    def rows(self) -> list[Row]:
        """The literal rows."""
        return [row for row in _rows(self.metrics) if row is not None]

    @property
    def unlabelled(self) -> list[tuple[Row, str]]:
        """The rows without a label, each with a label that is unique in the graph; none where one row gets no label."""
        rows = self.rows
        names = {row.metric[1] for row in rows if row.metric is not None}
        if not self._is_whole or len(rows) < 2 or len(names) < len(rows):
            return []
        said = (literal(found.get("label")) for row in rows for found in row.objects)
        taken = {text.lower() for text in said if text is not None}
        bare = [row for row in rows if row.lacks_label]
        given = labels([row.metric for row in bare if row.metric is not None]) or []
        return list(zip(bare, given, strict=False)) if taken.isdisjoint(label.lower() for label in given) else []

    @property
    def _is_whole(self) -> bool:
        """All rows are literal and valid."""
        is_open = self.metrics is None or self.metrics.is_open
        return not is_open and all(row is not None and not row.is_wrong for row in _rows(self.metrics))


@dataclass(frozen=True, eq=False)
class Dashboard:
    """A dashboard with literal widgets."""

    host: Resource
    widgets: tuple[Widget, ...]

    @property
    def graphs(self) -> Iterator[Graph]:
        """Its metric widgets."""
        for widget in self.widgets:
            properties = widget.fields.get("properties")
            if widget.type == "metric" and isinstance(properties, Fields):
                yield Graph(properties, literal(properties.get("title")) or f"number {widget.number}")


def dashboards(program: Program) -> Iterator[Dashboard | Hidden]:
    """The dashboards with widgets, or the value that hides them and why."""
    seen: list[tuple[Resource, list[Fields]]] = []
    for document in program.documents(("aws.cloudwatch.Dashboard", "dashboardBody")):
        if isinstance(document, Hidden):
            yield document
            continue
        root = document.root
        if isinstance(root, Fields) and root.lacks("widgets"):
            continue
        widgets = root.get("widgets") if isinstance(root, Fields) else None
        if not isinstance(widgets, Items) or widgets.is_open or not all(isinstance(one, Fields) for one in widgets):
            yield Hidden(widgets or root, reasons.WIDGETS_BUILT_BY_CODE, document.host, document.path)
            continue
        seen.append((document.host, [widget for widget in widgets if isinstance(widget, Fields)]))
    lists = {tuple(widget.node for widget in widgets) for _, widgets in seen}
    counted = Counter(chain.from_iterable(lists))
    for host, widgets in seen:
        numbered = enumerate(widgets, 1)
        yield Dashboard(host, tuple(Widget(one, number, counted[one.node] > 1) for number, one in numbered))


@dataclass(frozen=True)
class Row:
    """One row. `meant` are its texts after repetitions are expanded and dimensions are moved out of the options; None
    for a text that is not literal."""

    items: Items
    meant: tuple[str | None, ...]

    @property
    def texts(self) -> list[Value]:
        """The elements that are no options."""
        return [element for element in self.items if not isinstance(element, Fields)]

    @property
    def objects(self) -> list[Fields]:
        """The objects with options; more than one is an error."""
        return [element for element in self.items if isinstance(element, Fields)]

    @property
    def repeats(self) -> bool:
        """It begins with `...`."""
        return bool(self.texts) and literal(self.texts[0]) == ALL_THE_SAME

    @property
    def misplaced(self) -> list[str]:
        """Keys of the options that are not valid there."""
        return [key for options in self.objects for key in options.keys if key not in OPTIONS]

    @property
    def is_wrong(self) -> bool:
        """CloudWatch rejects it: its options have other keys, or are not a single object at the end."""
        is_ordered = not self.objects or (len(self.objects) == 1 and self.items.elements[-1] is self.objects[0])
        return bool(self.misplaced) or not is_ordered

    @property
    def metric(self) -> tuple[str | None, str] | None:
        """Namespace and name of its metric; None where it may be none or several."""
        has_name = self.dimensions is not None and self.meant[1] is not None
        is_plain = has_name and not self.repeats and isinstance(self.texts[0], Text)
        return (self.meant[0], self.meant[1] or "") if is_plain else None

    @property
    def lacks_label(self) -> bool:
        """It has no label and is not hidden."""
        match self.objects:
            case [options]:
                visible = options.get("visible")
                return options.lacks("label") and not (isinstance(visible, Flag) and not visible.flag)
            case _:
                return True

    @property
    def dimensions(self) -> tuple[str, ...] | None:
        """The names of its dimensions; None where they are not all literal."""
        return _dimensions(self.meant)

    def with_label(self, label: str) -> Edit:
        """The edit that adds a label to the options."""
        return SetField(self.objects[0], "label", label) if self.objects else Append(self.items, {"label": label})

    def mended(self) -> list[New] | None:
        """The row with its dimensions before its options; None where its meaning is ambiguous."""
        moved = _among(self.objects)
        kept = [entry for options in self.objects for entry in options.entries if entry.key in OPTIONS]
        rest: dict[str, New] = {entry.key: Keep(entry.value) for entry in kept}
        if moved is None or len(rest) < len(kept) or not self.items.is_direct:
            return None
        if self.repeats and not moved:
            if not all(isinstance(text, Text) for text in self.texts[1:]):
                return None  # one of them may be options in a variable
        elif self.dimensions is None or len(set(self.dimensions)) < len(self.dimensions):
            return None
        front: list[New] = [Keep(value) for value in self.texts] if not (self.repeats and moved) else [SAME, SAME]
        for name, value in moved:
            front += [name, Keep(value)]
        return [*front, rest] if rest else front


def _rows(metrics: Items | None) -> Iterator[Row | None]:
    """The rows of a list of metrics; None for one that is not literal."""
    meant: tuple[str | None, ...] = ()
    if metrics is None:
        return
    for items in metrics:
        row = Row(items, ()) if isinstance(items, Items) and not items.is_open else None
        meant = _meant(row, () if metrics.is_open else meant) if row is not None else ()
        yield replace(row, meant=meant) if row is not None else None


def _meant(row: Row, above: tuple[str | None, ...]) -> tuple[str | None, ...]:
    names = [name for name, _ in _among(row.objects) or ()]
    moved = [text for name in names for text in (name, None)]
    said = [literal(text) for text in row.texts]
    if row.repeats and moved:
        before = _dimensions(above)
        is_plain = before is not None and sorted(before) in ([], sorted(names)) and len(said) == 1
        return (*above[:2], *moved) if is_plain else ()
    if row.repeats:
        return (*above[: max(0, len(above) - len(said) + 1)], *said[1:])
    before = (*above, *(None for _ in said))
    return (*(before[index] if text == SAME else text for index, text in enumerate(said)), *moved)


def _dimensions(meant: tuple[str | None, ...]) -> tuple[str, ...] | None:
    names = tuple(name for name in meant[2::2] if name is not None)
    return names if len(meant) == 2 + 2 * len(names) else None


def _among(objects: list[Fields]) -> list[tuple[str, Value]] | None:
    """Name and value of the dimensions among the options: capitalised keys, and members of `dimensions`; None where
    another key is there that is not valid."""
    found: list[tuple[str, Value]] = []
    for entry in (entry for options in objects for entry in options.entries if entry.key not in OPTIONS):
        if entry.key == "dimensions" and isinstance(entry.value, Fields) and not entry.value.is_open:
            found += [(inner.key, inner.value) for inner in entry.value.entries]
        elif entry.key[:1].isupper():
            found.append((entry.key, entry.value))
        else:
            return None
    plain = not any(isinstance(value, Fields | Items) for _, value in found)
    return found if plain and not any(options.is_open for options in objects) else None
