"""Places of a text as the language server protocol counts them."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from itertools import accumulate

from lsprotocol.types import Position, Range, TextEdit

from iacfix.patches.diff import Original
from iacfix.patches.patch import lines_of
from iacfix.result import Reported
from iacfix.rewrite import Change, trimmed

_LINE_END = re.compile(r"\r\n|\n|\r")


class Places:
    """A text whose lines iacfix counts from 1 and ends at "\\n" only, with columns in characters from 1; the protocol
    counts both from 0, ends lines at a lone "\\r" too, and columns in units that `units` counts."""

    def __init__(self, text: str, units: Callable[[str], int]) -> None:
        self.text = text
        self._units = units
        self._original = Original(text)
        self._ours = [0, *accumulate(map(len, lines_of(text)))]
        self._theirs = [0, *(end.end() for end in _LINE_END.finditer(text))]

    def of(self, finding: Reported) -> Range:
        """From where a finding is to the end of that line, which no editor draws over half a program."""
        start = self._offset(finding.line, finding.column)
        end = _LINE_END.search(self.text, start)
        stop = end.start() if end else len(self.text)
        return Range(self._position(start), self._position(start + len(self.text[start:stop].rstrip())))

    def edits(self, changes: Iterable[Change]) -> list[TextEdit]:
        """What the changes do, each cut down to the characters that differ."""
        return [
            TextEdit(self._range(*each.start, *each.end), each.text) for each in self._original.replacements(changes)
        ]

    def edits_to(self, after: str) -> list[TextEdit]:
        """What makes this text another one, by lines: what stays keeps its folds and marks."""
        return list(self._lines_to(after))

    def _lines_to(self, after: str) -> Iterator[TextEdit]:
        for edited in self._original.edited(trimmed(self.text, after)):
            start, end = self._ours[edited.start], self._ours[edited.end]
            yield TextEdit(Range(self._position(start), self._position(end)), "".join(edited.lines))

    def _range(self, line: int, column: int, end_line: int, end_column: int) -> Range:
        return Range(self._position(self._offset(line, column)), self._position(self._offset(end_line, end_column)))

    def _offset(self, line: int, column: int) -> int:
        return min(self._ours[min(line, len(self._ours)) - 1] + column - 1, len(self.text))

    def _position(self, offset: int) -> Position:
        line = bisect_right(self._theirs, offset) - 1
        return Position(line, self._units(self.text[self._theirs[line] : offset]))
