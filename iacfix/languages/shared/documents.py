"""Follows an argument to the document it receives, and a string outwards to the input it is part of."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any, Generic, TypeVar

from iacfix import reasons
from iacfix.languages.shared.shapes import Shapes
from iacfix.languages.shared.syntax import NodeT
from iacfix.model import Document, Fields, Hidden, Input, Items, Resource, Spelling, Text, Use, Value, Where

ExpressionT = TypeVar("ExpressionT")
ShapesT = TypeVar("ShapesT", bound=Shapes[Any])
STEPS = 12
"""The most hops from an argument to its document; real programs have fewer."""


def behind(
    given: Input,
    step: Callable[[ExpressionT], ExpressionT | Fields | Items | Text | str],
    shape: Callable[[ExpressionT, ExpressionT, Spelling], Value],
) -> Document | Hidden:
    """The document that an input receives, wherever it is built. A `step` gives the next expression, the document
    itself, or why there is no way on."""
    place: ExpressionT = given.value.place

    def hidden(reason: str, text: Text | None = None) -> Hidden:
        is_given = text is None and shape(node, node, Spelling.DATA).is_given
        value = shape(place, place, Spelling.DATA)
        return Hidden(value, reason, given.host, given.path, text=text, is_given=is_given)

    node = place
    for _ in range(STEPS):
        match found := step(node):
            case Fields() | Items():
                return Document(found, given.host, given.path)
            case Text():
                return hidden(reasons.JSON_AS_TEXT, found)
            case str():
                return hidden(found)
            case _:
                node = found
    return hidden(reasons.TOO_MANY_HOPS)


def root(shapes: Shapes[NodeT], node: NodeT, spelling: Spelling = Spelling.DATA) -> Fields | Items | str:
    """The document that is serialised, or a reason why it cannot be seen."""
    match shapes.value(node, spelling):
        case Fields() | Items() as found:
            return found
        case _:
            return reasons.SERIALISED_UNTRACED


class Climb(ABC, Generic[NodeT, ShapesT]):
    """Walks from a string outwards and collects the path of keys."""

    def __init__(self, shapes: ShapesT, resource_at: Callable[[NodeT], Resource | None], *holders: str) -> None:
        self.shapes, self.resource_at, self.holders = shapes, resource_at, holders
        self.resource: Resource | None = None
        self.path: list[str] = []
        self.siblings: Fields | None = None
        self.in_list = False
        self.followed = False
        self.is_constant = False
        self.variable = ""

    def where(self, start: NodeT) -> Where:
        """The use of a string: up through objects, callbacks and at most one variable."""
        use = self._up(start)
        return Where(use, self.resource, tuple(self.path), self.siblings, self.in_list, self.variable, self.holders)

    def _up(self, start: NodeT) -> Use:
        node, parent = start, start.parent
        while parent is not None:
            found = self._look(node, parent)
            if isinstance(found, Use):
                return Use.CONSTANT if self.is_constant else found
            node = found or parent
            parent = node.parent
        return Use.CONSTANT if self.is_constant else Use.OTHER

    @abstractmethod
    def _look(self, node: NodeT, parent: NodeT) -> Use | NodeT | None:
        """The use, another node to continue from, or None to continue with the parent."""

    def _entered(self, holder: NodeT, key: str) -> None:
        """Called for each entry of an object on the way."""
        if self.siblings is None:
            found = self.shapes.literal_shape(holder)
            self.siblings = found if isinstance(found, Fields) else None
        self.path.insert(0, key)
