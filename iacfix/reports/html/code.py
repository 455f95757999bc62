"""The lines of a hunk, as one markup for both views: removed lines before added ones, with gaps for missing partners.

The unified view shows them one below the other. Side by side, removed lines fill the left column and added ones the
right, and gaps align lines that were changed into each other. Context is there twice: the copy is for the right column.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from iacfix.patches.patch import NO_NEWLINE
from iacfix.reports.html.hunks import HunkView, Row
from iacfix.reports.html.markup import Markup, element
from iacfix.reports.html.syntax import Piece, Span, coloured
from iacfix.reports.html.word_diff import changed_words, paired

Lines = Sequence[Sequence[Piece]]
"""A file's lines in colour."""

AGAIN = "same again"
LONG = 1000
"""Characters of a line beyond which it scrolls by itself."""


@dataclass(frozen=True)
class _Sheet:
    """The highlighted texts of a file, and what all lines of a hunk share: whether they end with CR, and the
    indentation."""

    old: Lines
    new: Lines
    ends: bool
    indent: int

    def line(self, kind: str, row: Row, changed: Sequence[Span] = ()) -> Markup:
        """A line as HTML. A CR at the end of every line is not shown."""
        number, lines = (row.new, self.new) if row.new is not None else (row.old, self.old)
        pieces = lines[(number or 1) - 1]
        if "".join(text for _, text in pieces) != row.text:  # the patch is what counts, whatever a lexer does
            pieces = [("", row.text)]
        if self.ends and row.ends and pieces:
            pieces = [*pieces[:-1], (pieces[-1][0], pieces[-1][1].removesuffix("\r"))]
        long = len(row.text) > LONG
        scrolled = {"tabindex": "0", "role": "group", "aria_label": "long line"} if long else {}
        return element(
            "div",
            element("span", row.sign, class_="sign"),
            element("code", coloured(pieces, changed, self.indent), **scrolled),
            *([] if row.ends else [element("span", NO_NEWLINE.removeprefix("\\ "), class_="end")]),
            class_=f"line {kind}{' long' if long else ''}",
            data_old=str(row.old) if row.old is not None else False,
            data_new=str(row.new) if row.new is not None else False,
            aria_hidden="true" if kind == AGAIN else False,
        )


def code(hunk: HunkView, old: Lines, new: Lines) -> Markup:
    """The lines of a hunk, given the highlighted texts of its file."""
    indents = [len(row.text) - len(row.text.lstrip()) for row in hunk.rows if row.text.strip()]
    ends = all(row.text.endswith("\r") for row in hunk.rows if row.ends)
    sheet = _Sheet(old, new, ends, min(indents, default=0))
    blocks: list[Markup] = []
    for changed, run in groupby(hunk.rows, lambda row: row.sign != " "):
        rows = list(run)
        blocks += _changes(sheet, rows) if changed else _context(sheet, rows)
    return element("div", *blocks, class_="code")


def _context(sheet: _Sheet, rows: Sequence[Row]) -> Iterator[Markup]:
    for row in rows:
        yield sheet.line("same", row)
        yield sheet.line(AGAIN, row)


def _changes(sheet: _Sheet, rows: Sequence[Row]) -> Iterator[Markup]:
    removed, added = ([row for row in rows if row.sign == sign] for sign in "-+")
    pairs = list(paired([row.text for row in removed], [row.text for row in added]))
    texts = [("" if i is None else removed[i].text, "" if j is None else added[j].text) for i, j in pairs]
    words = [changed_words(old, new) for old, new in texts]
    for (i, _), (changed, _) in zip(pairs, words, strict=True):
        yield _gap("del") if i is None else sheet.line("del", removed[i], changed)
    for (_, j), (_, changed) in zip(pairs, words, strict=True):
        yield _gap("add") if j is None else sheet.line("add", added[j], changed)


def _gap(kind: str) -> Markup:
    return element("div", class_=f"gap {kind}")
