"""A new text as what it changes of the old one, by bytes: what is not named stays as it is."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field, replace


@dataclass(frozen=True)
class Share:
    """What some of the edits that are written together have in a change: the bytes of the old text that it is about,
    and the numbers of these edits; none where that is not known."""

    start: int
    stop: int
    edits: frozenset[int]


@dataclass(frozen=True)
class Change:
    """Text that takes the place of the bytes `start:stop` of a text's UTF-8."""

    start: int
    stop: int
    text: str
    shares: tuple[Share, ...] = field(default=(), compare=False)

    def asked_by(self, edits: Collection[int]) -> Change:
        """The same, as the share of these edits, unless it is told whose it is."""
        return self if self.shares else replace(self, shares=(Share(self.start, self.stop, frozenset(edits)),))


def utf8(text: str) -> bytes:
    """The bytes that changes count, also of half a surrogate pair, which a declared encoding may leave in a text."""
    return text.encode("utf-8", "surrogatepass")


def ordered(changes: Iterable[Change]) -> Iterator[Change]:
    """The changes from the top on, at one place in the order they were asked for: none begins before the last ends."""
    at = 0
    for change in sorted(changes, key=lambda change: change.start):
        start = max(at, change.start)
        at = max(at, change.stop)
        yield replace(change, start=start, stop=at)


def merged(changes: Iterable[Change]) -> list[Change]:
    """Each change once, as the share of all that asked for it."""
    found = dict[Change, Change]()
    for change in changes:
        known = found.get(change, change)
        found[change] = replace(known, shares=(*known.shares, *change.shares)) if known is not change else known
    return list(found.values())


def changed(text: str, changes: Iterable[Change]) -> str:
    """The text with every change carried out."""
    return spliced(utf8(text), changes).decode("utf-8", "surrogatepass")


def spliced(data: bytes, changes: Iterable[Change]) -> bytes:
    """The same for the bytes of a text, or for a stretch of them."""
    parts, at = list[bytes](), 0
    for change in ordered(changes):
        parts += data[at : change.start], utf8(change.text)
        at = change.stop
    return b"".join((*parts, data[at:]))


def trimmed(old: str, new: str) -> tuple[Change, ...]:
    """One change from the first character that differs to the last one; none for equal texts. A line end is not cut
    in two."""
    if old == new:
        return ()
    head = _alike(old, new)
    tail = _alike(old[head:][::-1], new[head:][::-1])
    if head and old[head - 1] == "\r" and "\n" in (old[head : head + 1], new[head : head + 1]):
        head -= 1
    stop, end = len(old) - tail, len(new) - tail
    if tail and old[stop] == "\n" and "\r" in (old[stop - 1 : stop], new[end - 1 : end]):
        stop, end = stop + 1, end + 1
    start = len(utf8(old[:head]))
    return (Change(start, start + len(utf8(old[head:stop])), new[head:end]),)


def _alike(one: str, other: str) -> int:
    """How many characters both begin with, compared by halves."""
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        if one[low:middle] == other[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low
