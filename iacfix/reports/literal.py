"""Escapes text for Markdown."""

from __future__ import annotations

import re

from iacfix.reports.visible import one_line


def fenced(text: str, language: str) -> str:
    """A code block whose fence is longer than any run of backticks in it."""
    fence = "`" * max(3, _longest(text) + 1)
    return f"{fence}{language}\n{text}{fence}\n"


def code(text: str) -> str:
    """A code span, also for text with backticks and line ends."""
    text = one_line(text)
    longest = _longest(text)
    if not longest:
        return f"`{text}`"
    ticks = "`" * (longest + 1)
    return f"{ticks} {text} {ticks}"


def escaped(text: str) -> str:
    """Text without markup, mentions of persons and links to issues."""
    text = " ".join(one_line(text).split()).replace("&", "&amp;")
    text = re.sub(r"([\\`*\[\]<>~|$]|(?<![^\W_])_|_(?![^\W_]))", r"\\\1", text)  # `_` inside a word is no markup
    return re.sub(r"([@#])(?=\w)", r"\1<!-- -->", text)


def _longest(text: str) -> int:
    return max((len(run) for run in re.findall(r"`+", text)), default=0)
