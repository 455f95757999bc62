"""Which majors a version range admits, as pip, Poetry, conda, npm and Terraform write ranges.

Only majors matter here, so a range is a few spans of whole numbers. A range that cannot be read, or that admits
everything, says nothing: None.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Sequence
from enum import Enum


class Style(Enum):
    """Whose way of writing a version it is."""

    PEP440 = "pip"
    POETRY = "Poetry"
    CONDA = "conda"
    NPM = "npm"
    EXACT = "one version"
    ADDRESS = "an address"


Spans = tuple[tuple[int, int], ...]
"""First and last major of each stretch that is admitted."""

FAR = 10**9
"""Stands for no upper bound; longer numbers are no majors."""

_VERSION = r"v?(\d{1,9})((?:\.\d{1,9})*)((?:\.[*xX])*)((?:[-+_.]?[a-zA-Z][\w.+-]*|[-+][\w.+-]*)?)"
_PEP440 = re.compile(rf"(===|==|=|~=|!=|<=|>=|<|>|)\s*{_VERSION}")
_NPM = re.compile(rf"([<>]=?|=|\^|~|){_VERSION}")
_ANY = frozenset({"", "*", "x", "X"})


def exactly(version: str) -> Spans | None:
    """The major of one version, as a lock names it."""
    found = re.match(r"[v=]*(\d{1,9})\.\d", version)
    return ((int(found[1]), int(found[1])),) if found else None


def fitting(spans: Spans, known: Collection[int]) -> tuple[int, ...]:
    """The known majors that are admitted, else the nearest other one, an older one first."""
    within = tuple(major for major in sorted(known) if any(low <= major <= high for low, high in spans))
    if within or not spans:
        return within
    older = [min(high, min(known) - 1) for low, high in spans if low < min(known)]
    newer = [max(low, max(known) + 1) for low, high in spans if high > max(known)]
    between = [low for low, _ in spans]
    return (max(older) if older else min(newer) if newer else between[0],)


def pep440(text: str) -> Spans | None:
    """`>=6.83,<7`, `~=6.10`, `==6.*`."""
    return _alternatives([_all_of(text.split(","), _pep440_span)])


def poetry(text: str) -> Spans | None:
    """PEP 440 with carets, tildes and bare versions; `||` parts alternatives, spaces stand for commas."""
    return _alternatives(_all_of(_parts(part, ","), _poetry_span) for part in re.split(r"\|\|?", text))


def conda(text: str) -> Spans | None:
    """PEP 440 where one `=` takes whatever begins so; `|` parts alternatives."""
    return _alternatives(_all_of(part.split(","), _pep440_span) for part in text.split("|"))


def npm(text: str) -> Spans | None:
    """`^6.1.0 || ^7`, `>=6 <8`, `6 - 7`, `6.x`."""
    return _alternatives(_npm_part(part) for part in text.split("||"))


def terraform(text: str) -> Spans | None:
    """`~> 5.0`, `>= 4.9, < 6.0`, `5.31.0`; `~> 5` takes whatever begins with a later minor, as `~> 5.0` does."""
    return _alternatives([_all_of(text.replace("~>", "~=").split(","), _terraform_span)])


def _terraform_span(part: str) -> Bounds | None:
    if (found := re.fullmatch(r"~=\s*v?(\d{1,9})", part)) is not None:
        return int(found[1]), FAR, False
    return _pep440_span(part)


def _alternatives(parts: Iterable[Spans | None]) -> Spans | None:
    spans: list[tuple[int, int]] = []
    for part in parts:
        if part is None:
            return None
        spans += part
    merged: list[tuple[int, int]] = []
    for low, high in sorted(spans):
        if merged and low <= merged[-1][1] + 1:
            merged[-1] = (merged[-1][0], max(high, merged[-1][1]))
        else:
            merged.append((low, high))
    return None if merged in ([], [(0, FAR)]) else tuple(merged)


Bounds = tuple[int, int, bool]
"""The first and last major of a comparator, and whether it leaves them out instead."""


def _all_of(parts: Sequence[str], bounds_of: Callable[[str], Bounds | None]) -> Spans | None:
    """What all comparators admit together; one that cannot be read spoils them all."""
    first, last = 0, FAR
    without = set[int]()
    for part in parts:
        if part.strip() in _ANY:
            continue
        found = bounds_of(part.strip())
        if found is None:
            return None
        low, high, is_left_out = found
        if is_left_out:
            without.update(range(low, high + 1))
        else:
            first, last = max(first, low), min(last, high)
    spans: list[tuple[int, int]] = []
    for major in sorted(without):
        if first <= major <= last:
            spans.append((first, major - 1))
            first = major + 1
    spans.append((first, last))
    return tuple((low, high) for low, high in spans if low <= high)


def _parts(text: str, separator: str) -> list[str]:
    """Comparators with their operators closed up."""
    return re.sub(r"([<>=^~!])\s+", r"\1", text.replace(separator, " ")).split()


def _pep440_span(text: str) -> Bounds | None:
    found = _PEP440.fullmatch(text)
    if found is None or (not found[1] and not found[2]):
        return None
    sign, major, rest, is_open = found[1], int(found[2]), found[3], bool(found[4])
    starts_major = not is_open and not rest.strip(".0")
    match sign:
        case "!=":
            return major, major if is_open and not rest else major - 1, True
        case ">" | ">=":
            return major, FAR, False
        case "<":
            return 0, major - 1 if starts_major else major, False
        case "<=":
            return 0, major, False
        case _:
            return major, major, False


def _poetry_span(text: str) -> Bounds | None:
    """A caret or a tilde stays within the major."""
    if text[:1] in "^~" and text[:2] != "~=":
        return _pep440_span(f"=={text[1:]}")
    return _pep440_span(text)


def _npm_part(part: str) -> Spans | None:
    low, dash, high = " ".join(part.split()).partition(" - ")
    return _all_of(_parts(f">={low} <={high}" if dash else low, ","), _npm_span)


def _npm_span(text: str) -> Bounds | None:
    found = _NPM.fullmatch(text)
    if found is None or found[3].count(".") > 2:
        return None
    sign, major, rest = found[1], int(found[2]), found[3]
    match sign:
        case ">":
            return major + (not rest), FAR, False  # above 6 is from 7 on
        case ">=":
            return major, FAR, False
        case "<":
            return 0, major - (not rest.strip(".0")), False
        case "<=":
            return 0, major, False
        case _:
            return major, major, False
