"""Text edits: replacements of byte ranges of a text. Bytes outside of every range stay as they are."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace


@dataclass(frozen=True)
class Share:
    """The part of a change that some of the edits written together ask for: the range of bytes of the old text, and
    the indices of these edits; an empty set where they are unknown."""

    start: int
    stop: int
    edits: frozenset[int]


@dataclass(frozen=True)
class Change:
    """Replaces the bytes `start:stop` of a text in UTF-8 by `text`; an insertion where both are equal.

    `shares` say which edits ask for it; they do not count for equality.
    """

    start: int
    stop: int
    text: str
    shares: tuple[Share, ...] = field(default=(), compare=False)

    def attributed_to(self, edits: Collection[int]) -> Change:
        """The same change attributed to these edits; unchanged where it is attributed already."""
        return self if self.shares else replace(self, shares=(Share(self.start, self.stop, frozenset(edits)),))

    def moved(self, by: int) -> Change:
        """The same change of a text that begins elsewhere."""
        shares = tuple(Share(share.start + by, share.stop + by, share.edits) for share in self.shares)
        return Change(self.start + by, self.stop + by, self.text, shares)


def utf8(text: str) -> bytes:
    """The encoding that offsets count in. Lone surrogates, which some declared encodings yield, are kept."""
    return text.encode("utf-8", "surrogatepass")


def ordered(changes: Iterable[Change]) -> Iterator[Change]:
    """The changes sorted by start, in their given order where that is equal; a range that overlaps the one before is
    cut to begin where that ends."""
    at = 0
    for change in sorted(changes, key=lambda change: change.start):
        start = max(at, change.start)
        at = max(at, change.stop)
        yield replace(change, start=start, stop=at)


def merged(changes: Iterable[Change]) -> list[Change]:
    """Each distinct change once, in the order of its first occurrence, with the shares of all its occurrences."""
    found = dict[Change, Change]()
    for change in changes:
        known = found.get(change, change)
        found[change] = replace(known, shares=(*known.shares, *change.shares)) if known is not change else known
    return list(found.values())


def changed(text: str, changes: Iterable[Change]) -> str:
    """The text with all changes applied."""
    return spliced(utf8(text), changes).decode("utf-8", "surrogatepass")


def spliced(data: bytes, changes: Iterable[Change]) -> bytes:
    """The same for bytes; offsets of the changes count from their beginning."""
    parts, at = list[bytes](), 0
    for change in ordered(changes):
        parts += data[at : change.start], utf8(change.text)
        at = change.stop
    return b"".join((*parts, data[at:]))


@dataclass(frozen=True)
class Placed:
    """Where a change is in the new text, and how much longer than the old one that is from there on."""

    start: int
    stop: int
    shift: int


def placed(changes: Iterable[Change]) -> Iterator[Placed]:
    """The places of ordered changes."""
    shift = 0
    for change in changes:
        start, length = change.start + shift, len(utf8(change.text))
        shift += length - (change.stop - change.start)
        yield Placed(start, start + length, shift)


def followed(changes: Sequence[Change], later: Iterable[Change]) -> Iterator[Change]:
    """Ordered changes of a text, followed by changes of what they make of it, as changes of the text: those inside what
    a change wrote become a part of it."""
    left, shift = deque(later), 0
    for change, place in zip(changes, placed(changes), strict=True):
        while left and left[0].stop <= place.start and left[0].start < place.start:
            yield left.popleft().moved(-shift)
        inner = list[Change]()
        while left and left[0].start >= place.start and left[0].stop <= place.stop:
            inner.append(left.popleft().moved(-place.start))
        yield replace(change, text=changed(change.text, inner)) if inner else change
        shift = place.shift
    for change in left:
        yield change.moved(-shift)


def trimmed(old: str, new: str) -> tuple[Change, ...]:
    """The smallest single change that turns `old` into `new`; none where they are equal. A CRLF is never split."""
    if old == new:
        return ()
    head = common_prefix(old, new)
    tail = common_prefix(old[head:][::-1], new[head:][::-1])
    if head and old[head - 1] == "\r" and "\n" in (old[head : head + 1], new[head : head + 1]):
        head -= 1
    stop, end = len(old) - tail, len(new) - tail
    if tail and old[stop] == "\n" and "\r" in (old[stop - 1 : stop], new[end - 1 : end]):
        stop, end = stop + 1, end + 1
    start = len(utf8(old[:head]))
    return (Change(start, start + len(utf8(old[head:stop])), new[head:end]),)


def common_prefix(one: str, other: str) -> int:
    """The length of the common prefix, found by bisection."""
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        if one[low:middle] == other[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low
