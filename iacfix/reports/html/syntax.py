"""Syntax highlighting by line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cache

from pygments.lexer import Lexer
from pygments.lexers import find_lexer_class_by_name
from pygments.token import Comment, Keyword, Literal, Name, Number, Operator, String

from iacfix.languages import language_name
from iacfix.reports.html.markup import Markup, element, escaped, joined

Piece = tuple[str, str]
"""A CSS class, empty for plain code, and the code."""
Span = tuple[int, int]

LARGEST = 500_000
"""Characters of a file above which it is not highlighted, which would take seconds."""

_CLASSES = (
    (Comment, "c"),
    (Literal.String.Interpol, ""),
    (String.Affix, "k"),
    (String, "s"),
    (Number, "n"),
    (Operator.Word, "k"),
    (Keyword.Constant, "n"),
    (Keyword, "k"),
    (Name.Decorator, "f"),
    (Name.Function, "f"),
    (Name.Class, "f"),
    (Name.Builtin, "b"),
)


def lines_in_colour(name: str, text: str) -> list[list[Piece]]:
    """The lines of a file without their ends, each as highlighted pieces."""
    language = language_name(name)
    if language is None or len(text) > LARGEST:
        return [[("", line)] for line in text.split("\n")]
    lines: list[list[Piece]] = [[]]
    colours: dict[object, str] = {}
    # The other methods of a lexer drop marks and line ends, and with them the places of the lines.
    for _, kind, value in _lexer(language).get_tokens_unprocessed(text):
        if kind not in colours:
            colours[kind] = next((class_ for token, class_ in _CLASSES if kind in token), "")
        first, *more = value.split("\n")
        if first:
            lines[-1].append((colours[kind], first))
        lines += [[(colours[kind], part)] if part else [] for part in more]
    return lines


def coloured(pieces: Sequence[Piece], changed: Sequence[Span] = (), indent: int = 0) -> Markup:
    """The code of a line with its changed words marked; the first `indent` characters are an element of their own,
    which narrow screens hide."""
    before, left = _cut(pieces, indent)
    parts = [element("span", *_spans(before), class_="indent")] if before else []
    at = indent
    for start, end in changed:
        before, left = _cut(left, max(start - at, 0))
        inside, left = _cut(left, end - max(start, at))
        parts += [*_spans(before), element("mark", *_spans(inside))]
        at = end
    return joined([*parts, *_spans(left)])


def _cut(pieces: Sequence[Piece], length: int) -> tuple[list[Piece], list[Piece]]:
    """The pieces that make the first `length` characters, and the others."""
    for index, (colour, code) in enumerate(pieces):
        if len(code) > length:
            return [*pieces[:index], (colour, code[:length])], [(colour, code[length:]), *pieces[index + 1 :]]
        length -= len(code)
    return list(pieces), []


def _spans(pieces: Iterable[Piece]) -> Iterator[Markup]:
    for colour, code in pieces:
        if code:
            yield Markup(f'<span class="{colour}">{escaped(code)}</span>') if colour else escaped(code)


@cache
def _lexer(language: str) -> Lexer:
    return find_lexer_class_by_name(language)()
