"""Text that came from a stranger, as it can be shown."""

from __future__ import annotations

import re

OBEYED = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]|\r(?!\n)"  # what a terminal obeys
    r"|[\udc80-\udc9f]"  # the same as bytes of a name that is no UTF-8
    r"|[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]"  # directions: what is read is not what is there
    r"|[\u2028\u2029\U000e0000-\U000e007f]"  # line ends that few know, and tags that nobody sees
)
COMMAND = re.compile(r"#(?=#\[)")
"""GitHub Actions obeys `##[command]` wherever it stands in a line, `::command::` at its start."""


def visible(text: str) -> str:
    """The text as it can be shown at a terminal: what that would obey, or nobody sees, as it is written in code."""
    return OBEYED.sub(_written, text)


def one_line(text: str) -> str:
    """The same on one line, for names that came from a stranger: nothing in it is a line or a command of its own."""
    return COMMAND.sub(r"\\x23", re.sub(r"[\r\n]", _written, visible(text)))


def _written(found: re.Match[str]) -> str:
    return repr(found[0])[1:-1]
