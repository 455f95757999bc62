"""The way from an argument to the document behind it, hop by hop."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from iacfix import reasons
from iacfix.model import Document, Fields, Hidden, Input, Items, Spelling, Text, Value

ExpressionT = TypeVar("ExpressionT")
STEPS = 12
"""More hops than any real program has between an argument and its document."""


def behind(
    given: Input,
    step: Callable[[ExpressionT], ExpressionT | Fields | Items | Text | str],
    shape: Callable[[ExpressionT, ExpressionT, Spelling], Value],
) -> Document | Hidden:
    """The document that an input receives, wherever it is built. A `step` gives the next expression, the document
    itself, or why there is no way on."""
    place: ExpressionT = given.value.place

    def hidden(reason: str, text: Text | None = None) -> Hidden:
        return Hidden(shape(place, place, Spelling.DATA), reason, given.host, given.path, text=text)

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
