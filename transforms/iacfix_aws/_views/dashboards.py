"""Rows of a graph's metrics, as CloudWatch reads them.

A row is `[namespace, metric, dimension, value, ..., options]`. `"."` stands for what the row above has at its place,
`"..."` at the front for the whole row above, but for the texts that follow: they take the place of its last ones.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from iacfix.edit import Keep, New
from iacfix.model import Fields, Items, Text, Value, literal

OPTIONS = frozenset({"color", "label", "period", "stat", "visible", "yAxis", "id", "expression", "region", "accountId"})
"""What an object at the end of a row may say of its line; everything else there is a mistake."""
SAME, ALL_THE_SAME = ".", "..."


@dataclass(frozen=True)
class Row:
    """One row. `meant` are the texts it stands for, once dimensions among its options are in front of them; a text that
    is not written out is None."""

    items: Items
    meant: tuple[str | None, ...]

    @property
    def texts(self) -> list[Value]:
        """What belongs in front of the options."""
        return [element for element in self.items if not isinstance(element, Fields)]

    @property
    def objects(self) -> list[Fields]:
        """The options, in one place or in several."""
        return [element for element in self.items if isinstance(element, Fields)]

    @property
    def repeats(self) -> bool:
        """It begins with what stands for the row above."""
        return bool(self.texts) and literal(self.texts[0]) == ALL_THE_SAME

    @property
    def misplaced(self) -> list[str]:
        """Keys among the options that are none."""
        return [key for options in self.objects for key in options.keys if key not in OPTIONS]

    @property
    def is_ordered(self) -> bool:
        """The options are in one place, and that is the end."""
        return not self.objects or (len(self.objects) == 1 and self.items.elements[-1] is self.objects[0])

    @property
    def dimensions(self) -> tuple[str, ...] | None:
        """The names of its dimensions; None where they are not plain."""
        return _dimensions(self.meant)

    def mended(self) -> list[New] | None:
        """The row with its dimensions in front of its options; None where it is not plain what is meant."""
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


def rows(metrics: Items) -> list[Row | None]:
    """The rows of a list of metrics; None for one that is not written there."""
    return list(_rows(metrics))


def _rows(metrics: Items) -> Iterator[Row | None]:
    meant: tuple[str | None, ...] = ()
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
    """Name and value of what among the options is plainly a dimension: a capitalised name, or the members of
    `dimensions`; None where something else is there that is no option."""
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
