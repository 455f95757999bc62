"""Which fixes are the same under every major of the provider that the manifests allow.

Edits are compared by structure, without a rewrite: two readings of one text have their values at the same positions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import fields, is_dataclass, replace
from enum import Enum
from functools import partial
from typing import cast

from iacfix.edit import AddResource, DropField, Inputs, Retype
from iacfix.model import Provider, Span, Value
from iacfix.registry import Vocabulary
from iacfix.rule import Finding, Safety

Shape = tuple[object, ...]


def agreed(
    found: Iterable[Finding],
    provider: Provider,
    others: Mapping[int, Sequence[Finding]],
    shown: Callable[[int], str] = str,
    vocabulary: Vocabulary | None = None,
) -> list[Finding]:
    """The findings under the provider's major; a fix becomes unsafe where one of the `others` would not have the same.
    `shown` gives the number by which users know a major, `vocabulary` the names by which a language writes what the
    majors of the schema call otherwise."""
    shape = partial(_shape_of, vocabulary=vocabulary)
    shapes = {major: {shape(finding) for finding in theirs if finding.edits} for major, theirs in others.items()}
    return [
        _judged(finding, shape(finding), provider, shapes, shown) if finding.edits else finding for finding in found
    ]


def _judged(
    finding: Finding, shape: Shape, provider: Provider, others: Mapping[int, set[Shape]], shown: Callable[[int], str]
) -> Finding:
    differing = [shown(major) for major in sorted(others) if shape not in others[major]]
    if not differing:
        return finding
    why = provider.why.removesuffix("; set --provider-version")
    said = (
        f"the major of {provider.name} is uncertain ({why}), and the fix differs under {' or '.join(differing)}: pin "
        "the version or set --provider-version"
    )
    return replace(finding, safety=Safety.UNSAFE, note=(*finding.notes, said))


def _shape_of(finding: Finding, vocabulary: Vocabulary | None) -> Shape:
    shape = partial(_shape, vocabulary=vocabulary)
    return shape(finding.at), *map(shape, finding.edits)


def _as_written(part: object, vocabulary: Vocabulary) -> object:
    """The part with the provider's own names of what it is about; nothing says the type of a block."""
    match part:
        case AddResource() | Retype():
            return replace(part, type=vocabulary.named(part.type))
        case DropField():
            return replace(part, key=vocabulary.block(part.key))
        case Inputs():
            return replace(part, type="")
        case _:
            return part


def _shape(part: object, vocabulary: Vocabulary | None) -> Shape:
    """A value that is equal for equal edits of two readings of one text."""
    shape = partial(_shape, vocabulary=vocabulary)
    part = part if vocabulary is None else _as_written(part, vocabulary)
    match part:
        case Value():
            line, end_line = part.line, part.end_line
            kind = type(part).__name__ if vocabulary is None else ""  # a block may be one of a list
            return kind, line, part.column, end_line, part.code if line == end_line else ""
        case Span():
            return "Span", shape(part.text), part.start, part.stop
        case str() | int() | float() | None | Enum():
            return type(part).__name__, part
        case Mapping():
            return "Mapping", *((key, shape(value)) for key, value in cast("Mapping[str, object]", part).items())
        case Sequence():
            return "Sequence", *map(shape, cast("Sequence[object]", part))
        case _ if is_dataclass(part):
            return type(part).__name__, *(shape(getattr(part, each.name)) for each in fields(part))
        case _:
            raise TypeError(part)
