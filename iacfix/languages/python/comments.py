"""The comments of a text, told by Python's tokenizer: what a tree has lost on the way in is counted too."""

from __future__ import annotations

import tokenize
from collections.abc import Iterator
from io import StringIO

from iacfix.languages import Comment


def comments_of(text: str) -> Iterator[Comment]:
    """Every comment in source order; LibCST's where the text is newer than this Python's tokenizer."""
    try:
        lines = StringIO(text.replace("\r\n", "\n").replace("\r", "\n"))
        tokens = [found for found in tokenize.generate_tokens(lines.readline) if found.type == tokenize.COMMENT]
    except (tokenize.TokenError, SyntaxError):
        from iacfix.languages.python import from_libcst

        return from_libcst.comments(text)
    return (
        Comment(found.string, found.start[0], not found.line[: found.start[1]].strip(" \t\f\ufeff")) for found in tokens
    )
