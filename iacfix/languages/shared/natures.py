"""Whether an expression is an output or a plain value when the program runs."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from enum import Enum, auto

from iacfix.languages.shared.syntax import NodeT
from iacfix.model import Unresolved, Value


class Nature(Enum):
    """How certain it is that an expression is an output."""

    OUTPUT = auto()
    GIVEN = auto()
    """It is declared as `Input`, so that it may be either."""
    PLAIN = auto()
    UNKNOWN = auto()


def joined(natures: Iterable[Nature]) -> Nature:
    """The nature of a choice between expressions: the most certain output among them."""
    found = set(natures)
    for nature in (Nature.OUTPUT, Nature.GIVEN, Nature.UNKNOWN, Nature.PLAIN):
        if nature in found:
            return nature
    return Nature.UNKNOWN


def declared(annotation: str) -> Nature:
    """The nature that a type annotation declares; unknown for anything but one plain type."""
    told = annotation.strip(": \"'")
    if (match := WAITED.fullmatch(told)) is not None:
        return Nature.OUTPUT if match["kind"] == "Output" else Nature.GIVEN
    return Nature.PLAIN if told in PLAIN_TYPES else Nature.UNKNOWN


WAITED = re.compile(r"(?:pulumi\.)?(?P<kind>Output|Input)(?:<[^;{}|]*>|\[[^;{}|]*\])?")
PLAIN_TYPES = frozenset({"str", "int", "float", "bool", "string", "number", "boolean"})

COMPONENTS = ("awsx", "eks")
"""Packages of Pulumi with component classes, whose arguments may have to be plain values."""


def unresolved(
    made: Iterable[tuple[NodeT, Sequence[NodeT]]],
    nature: Callable[[NodeT], Nature],
    opaque: Callable[[NodeT, str], Value],
) -> Iterator[Unresolved]:
    """The expressions that combine parts which are outputs, or may be, as plain values."""
    for node, parts in made:
        natures = [(part, nature(part)) for part in parts]
        outputs = [opaque(part, "output") for part, found in natures if found is Nature.OUTPUT]
        may_be = [opaque(part, "given") for part, found in natures if found is Nature.GIVEN]
        if outputs or may_be:
            yield Unresolved(opaque(node, "operation"), tuple(outputs), tuple(may_be))
