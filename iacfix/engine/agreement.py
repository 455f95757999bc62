"""Which fixes are the same under every major of the provider that the manifests allow.

Edits are compared by structure, without a rewrite: two readings of one text have their values at the same positions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import fields, is_dataclass, replace
from enum import Enum
from typing import cast

from iacfix.model import Provider, Span, Value
from iacfix.rule import Finding, Safety

Shape = tuple[object, ...]


def agreed(
    found: Iterable[Finding],
    provider: Provider,
    others: Mapping[int, Sequence[Finding]],
    shown: Callable[[int], str] = str,
) -> list[Finding]:
    """The findings under the provider's major; a fix becomes unsafe where one of the `others` would not have the same.
    `shown` gives the number by which users know a major."""
    shapes = {major: {_shape_of(finding) for finding in theirs if finding.edits} for major, theirs in others.items()}
    return [_judged(finding, provider, shapes, shown) if finding.edits else finding for finding in found]


def _judged(
    finding: Finding, provider: Provider, others: Mapping[int, set[Shape]], shown: Callable[[int], str]
) -> Finding:
    shape = _shape_of(finding)
    differing = [shown(major) for major in sorted(others) if shape not in others[major]]
    if not differing:
        return finding
    why = provider.why.removesuffix("; set --provider-version")
    said = (
        f"the major of {provider.name} is uncertain ({why}), and the fix differs under {' or '.join(differing)}: pin "
        "the version or set --provider-version"
    )
    return replace(finding, safety=Safety.UNSAFE, note=(*finding.notes, said))


def _shape_of(finding: Finding) -> Shape:
    return _shape(finding.at), *map(_shape, finding.edits)


def _shape(part: object) -> Shape:
    """A value that is equal for equal edits of two readings of one text."""
    match part:
        case Value():
            line, end_line = part.line, part.end_line
            return type(part).__name__, line, part.column, end_line, part.code if line == end_line else ""
        case Span():
            return "Span", _shape(part.text), part.start, part.stop
        case str() | int() | float() | None | Enum():
            return type(part).__name__, part
        case Mapping():
            return "Mapping", *((key, _shape(value)) for key, value in cast("Mapping[str, object]", part).items())
        case Sequence():
            return "Sequence", *map(_shape, cast("Sequence[object]", part))
        case _ if is_dataclass(part):
            return type(part).__name__, *(_shape(getattr(part, each.name)) for each in fields(part))
        case _:
            raise TypeError(part)
