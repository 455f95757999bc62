"""Pins of the provider's version in single files, and their combination."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from pathlib import Path

from iacfix.files.provider_version.ranges import Spans, Style, fitting

SHOWN = 100
"""Characters of a pin that a message shows."""


class Kind(Enum):
    """The kind of a pin, which decides its precedence."""

    ASKED = "asked"  # a range or an exact version that somebody wrote
    DEVELOPMENT = "development"  # the same, for who works on the package only
    RESOLVED = "resolved"  # a lock's or an installation's answer
    OVERRIDE = "override"  # stands for what is asked elsewhere
    PROMISED = "promised"  # what a package has to run with, whatever is installed beside it


@dataclass(frozen=True)
class Written:
    """Where somebody wrote a pin: the `range` is the end of the `value` there, `style` says whose range it is.

    `keys` lead to the value in files that are one table (JSON, YAML).
    """

    path: Path
    range: str
    style: Style
    value: str = ""
    keys: tuple[str, ...] = ()


@dataclass(frozen=True)
class Pin:
    """`file` is shown relative to the folder that was looked through, `written` is the pin in the file's own words.

    `spans` are None where it says nothing that can be read.
    """

    file: str
    written: str
    spans: Spans | None
    kind: Kind = Kind.ASKED
    place: Written | None = None


@dataclass(frozen=True)
class Pinned:
    """The majors that a program may meet, ascending, none where nothing is said; and how that is known.

    One may be a major that no rule knows. `is_open` where a folder farther away may still choose among them.
    """

    majors: tuple[int, ...]
    why: str
    is_open: bool = False


@dataclass(frozen=True)
class Said:
    """The pins of one place, and the files that could not be read there."""

    pins: tuple[Pin, ...] = ()
    unread: tuple[str, ...] = ()

    @property
    def told(self) -> tuple[Pin, ...]:
        """The pins with a version that can be read."""
        return tuple(each for each in self.pins if each.spans is not None)


def pin(
    file: str,
    name: str,
    version: str,
    spans: Spans | None,
    kind: Kind = Kind.ASKED,
    place: Written | None = None,
) -> Iterator[Pin]:
    """The pin, if its version can be read or it is hand-written."""
    if spans is not None or place is not None:
        written = " ".join(f"{name}{version}".split())
        yield Pin(file, written if len(written) <= SHOWN else f"{written[:SHOWN]}...", spans, kind, place)


def together(pins: Sequence[Pin], known: Collection[int]) -> Pinned | None:
    """What all the pins admit. Where they admit nothing together they contradict each other, and each may be right."""
    for each in pins:
        if each.kind is Kind.PROMISED and len(majors := _admitted(each, known)) > 1:
            return Pinned(majors, f"{each.file} promises {each.written}")
    heard = list(_heard(pins, known))
    if not heard:
        return None
    admitted = [frozenset(_admitted(each, known)) for each in heard]
    if common := frozenset[int].intersection(*admitted):
        narrowest = min(zip(admitted, heard, strict=True), key=lambda each: len(each[0]))[1]
        verb = "pins" if len(common) == 1 else "allows"
        return Pinned(tuple(sorted(common)), f"{narrowest.file} {verb} {narrowest.written}", len(common) > 1)
    apart: dict[frozenset[int], Pin] = {}
    for majors, each in zip(admitted, heard, strict=True):
        apart.setdefault(majors, each)
    by_file: dict[str, list[str]] = {}
    for each in apart.values():
        by_file.setdefault(each.file, []).append(each.written)
    named = ", ".join(f"{file} pins {' and '.join(written)}" for file, written in by_file.items())
    return Pinned(tuple(sorted(frozenset[int].union(*admitted))), f"{named}; set --provider-version")


def _admitted(pin: Pin, known: Collection[int]) -> tuple[int, ...]:
    return fitting(pin.spans or (), known)


def _heard(pins: Sequence[Pin], known: Collection[int]) -> Iterator[Pin]:
    """Without what is overridden, and without what development alone narrows: users get all that is asked for."""
    asked = [frozenset(_admitted(each, known)) for each in pins if each.kind is not Kind.DEVELOPMENT]
    common = frozenset[int].intersection(*asked) if asked else frozenset[int]()
    overridden = any(each.kind is Kind.OVERRIDE for each in pins)
    for each in pins:
        if each.kind is Kind.DEVELOPMENT and (overridden or not common.isdisjoint(_admitted(each, known))):
            continue
        if not overridden or each.kind is not Kind.ASKED:
            yield each


def nearest(places: Iterable[Said], known: Collection[int]) -> Pinned:
    """What the places say, the nearest to the program first; a farther one only chooses among what is left open.

    Overrides of a farther place are heard with the pins of a nearer one: they may reach down to it.
    """
    found = list(places)
    answer: Pinned | None = None
    for index, place in enumerate(found):
        above = [each for farther in found[index + 1 :] for each in farther.told if each.kind is Kind.OVERRIDE]
        heard = [*place.told, *(replace(each, kind=Kind.ASKED) for each in above)]
        said = together(heard, known) if place.told else None
        if said is None:
            continue
        if answer is None or (len(said.majors) == 1 and said.majors[0] in answer.majors):
            answer = said
        if not answer.is_open:
            break
    if answer is not None and len(answer.majors) == 1:
        return answer
    unread = list(dict.fromkeys(each for place in found for each in place.unread))
    reasons = f" ({', '.join(unread[:3])})" if unread else ""
    return replace(answer, why=answer.why + reasons) if answer else Pinned((), f"no pin found{reasons}")
