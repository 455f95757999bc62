"""The comments of a text, told by the grammar or by Python's tokenizer: what a tree has lost on the way in is counted
too."""

from __future__ import annotations

import tokenize
from collections.abc import Iterator
from io import StringIO

from iacfix.languages import Comment
from iacfix.languages.python.syntax import Source

BLANK = " \t\f\ufeff"


def comments_of(source: Source) -> Iterator[Comment]:
    """Every comment in source order."""
    if source.comments is None:
        return by_tokens(source.text)
    places = ((start, source.line(start), source.between(start, end)) for start, end in source.comments)
    return (
        Comment(text.rstrip("\r"), line, not source.between(source.starts[line - 1], start).strip(BLANK))
        for start, line, text in places
    )


def by_tokens(text: str) -> Iterator[Comment]:
    """Those of a text that the grammar did not read; LibCST's where it is newer than this Python's tokenizer."""
    try:
        lines = StringIO(text.replace("\r\n", "\n").replace("\r", "\n"))
        tokens = [found for found in tokenize.generate_tokens(lines.readline) if found.type == tokenize.COMMENT]
    except (tokenize.TokenError, SyntaxError):
        from iacfix.languages.python import from_libcst

        return from_libcst.comments(text)
    return (Comment(found.string, found.start[0], not found.line[: found.start[1]].strip(BLANK)) for found in tokens)
