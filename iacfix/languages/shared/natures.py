"""What an expression gives when the program runs: something that Pulumi waits for, or something plain."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from enum import Enum, auto

from iacfix.languages.shared.syntax import NodeT
from iacfix.model import Unresolved, Value


class Nature(Enum):
    """How certainly an expression gives an output."""

    OUTPUT = auto()
    GIVEN = auto()
    """It is declared as an input, and so may be handed an output."""
    PLAIN = auto()
    UNKNOWN = auto()


def joined(natures: Iterable[Nature]) -> Nature:
    """What one of several expressions may give: an output where one of them certainly does."""
    found = set(natures)
    for nature in (Nature.OUTPUT, Nature.GIVEN, Nature.UNKNOWN, Nature.PLAIN):
        if nature in found:
            return nature
    return Nature.UNKNOWN


def declared(annotation: str) -> Nature:
    """What an annotation says, where it is one plain type and no list or object of others."""
    told = annotation.strip(": \"'")
    if (match := WAITED.fullmatch(told)) is not None:
        return Nature.OUTPUT if match["kind"] == "Output" else Nature.GIVEN
    return Nature.PLAIN if told in PLAIN_TYPES else Nature.UNKNOWN


WAITED = re.compile(r"(?:pulumi\.)?(?P<kind>Output|Input)(?:<[^;{}|]*>|\[[^;{}|]*\])?")
PLAIN_TYPES = frozenset({"str", "int", "float", "bool", "string", "number", "boolean"})

COMPONENTS = ("awsx", "eks")
"""Packages of Pulumi's whose classes are components: some of what they take is plain."""


def unresolved(
    made: Iterable[tuple[NodeT, Sequence[NodeT]]],
    nature: Callable[[NodeT], Nature],
    opaque: Callable[[NodeT, str], Value],
) -> Iterator[Unresolved]:
    """The expressions that are made of outputs, or of what may be some."""
    for node, parts in made:
        natures = [(part, nature(part)) for part in parts]
        outputs = [opaque(part, "output") for part, found in natures if found is Nature.OUTPUT]
        may_be = [opaque(part, "given") for part, found in natures if found is Nature.GIVEN]
        if outputs or may_be:
            yield Unresolved(opaque(node, "operation"), tuple(outputs), tuple(may_be))
