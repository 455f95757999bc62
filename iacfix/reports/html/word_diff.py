"""Pairs removed with added lines, and finds the words that changed in a pair."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

Pair = tuple[int | None, int | None]
"""The indices of a removed and an added line that are shown side by side; None for a gap."""
Span = tuple[int, int]

_WORD = re.compile(r"\w+|\s+|.", re.DOTALL)
_LETTER = re.compile(r"\w")
_ALIKE = 0.5
"""The least similarity of lines that are a pair."""
_MOST_PAIRS, _MOST_WORDS = 400, 400
"""Above these, lines are paired in order, and all between common ends is marked: difflib is quadratic."""


def paired(removed: Sequence[str], added: Sequence[str]) -> Iterator[Pair]:
    """All lines in order, changed lines as pairs; the lines between them are paired in order."""
    done_old = done_new = 0
    for old, new in [*_partners(removed, added), (len(removed), len(added))]:
        for step in range(max(old - done_old, new - done_new)):
            yield (
                done_old + step if done_old + step < old else None,
                done_new + step if done_new + step < new else None,
            )
        if old < len(removed) and new < len(added):
            yield old, new
        done_old, done_new = old + 1, new + 1


def changed_words(old: str, new: str) -> tuple[list[Span], list[Span]]:
    """The ranges of characters in each line that the other lacks; none where the lines have little in common.

    Indentation counts only where nothing else changed.
    """
    a, b = _WORD.findall(old), _WORD.findall(new)
    if max(len(a), len(b)) > _MOST_WORDS:
        return _between_ends(old, new)
    if _likeness(old, new) < _ALIKE:
        return [], []
    matcher = SequenceMatcher(str.isspace, a, b, autojunk=False)
    changes = [code for code in matcher.get_opcodes() if code[0] != "equal"]
    spans = _spans(a, [(i1, i2) for _, i1, i2, _, _ in changes]), _spans(b, [(j1, j2) for *_, j1, j2 in changes])
    return spans if old.strip() == new.strip() else (_indented(old, spans[0]), _indented(new, spans[1]))


def _partners(removed: Sequence[str], added: Sequence[str]) -> list[tuple[int, int]]:
    """The pairs, in order, with the highest total similarity."""
    if len(removed) * len(added) > _MOST_PAIRS:
        return [(at, at) for at in range(min(len(removed), len(added)))]
    best: list[list[tuple[float, list[tuple[int, int]]]]] = [[(0.0, [])] * (len(added) + 1)]
    for i, old in enumerate(removed):
        row: list[tuple[float, list[tuple[int, int]]]] = [(0.0, [])]
        for j, new in enumerate(added):
            choice = max(best[i][j + 1], row[j], key=lambda each: each[0])
            if (likeness := _likeness(old, new)) >= _ALIKE and best[i][j][0] + likeness > choice[0]:
                choice = (best[i][j][0] + likeness, [*best[i][j][1], (i, j)])
            row.append(choice)
        best.append(row)
    return best[-1][-1][1]


def _likeness(old: str, new: str) -> float:
    """The similarity of two lines from 0 to 1, by words and without indentation; lines without letters have to be
    equal."""
    old, new = old.strip()[: _MOST_WORDS * 4], new.strip()[: _MOST_WORDS * 4]
    if not (_LETTER.search(old) and _LETTER.search(new)):
        return float(old == new)
    a, b = _WORD.findall(old), _WORD.findall(new)
    matcher = SequenceMatcher(None, a, b, autojunk=False)
    return 0.0 if matcher.quick_ratio() < _ALIKE else matcher.ratio()


def _spans(words: Sequence[str], runs: Sequence[Span]) -> list[Span]:
    """Ranges of words as ranges of characters; ranges with only blanks between them are joined."""
    starts = [0]
    for word in words:
        starts.append(starts[-1] + len(word))
    spans: list[Span] = []
    last = 0
    for start, end in runs:
        if start == end:
            continue
        if spans and not "".join(words[last:start]).strip():
            spans[-1] = (spans[-1][0], starts[end])
        else:
            spans.append((starts[start], starts[end]))
        last = end
    return spans


def _indented(line: str, spans: Sequence[Span]) -> list[Span]:
    indent = len(line) - len(line.lstrip())
    return [(max(start, indent), end) for start, end in spans if end > indent]


def _between_ends(old: str, new: str) -> tuple[list[Span], list[Span]]:
    room = min(len(old), len(new))
    top = next((at for at in range(room) if old[at] != new[at]), room)
    tail = next((at for at in range(room - top) if old[-1 - at] != new[-1 - at]), room - top)
    old_span, new_span = ((top, len(line) - tail) for line in (old, new))
    return [old_span] if old_span[0] < old_span[1] else [], [new_span] if new_span[0] < new_span[1] else []
