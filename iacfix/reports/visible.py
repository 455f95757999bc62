"""Untrusted text made safe to print."""

from __future__ import annotations

import re

OBEYED = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]|\r(?!\n)"  # control characters
    r"|[\udc80-\udc9f]"  # control characters in undecodable bytes of a file name
    r"|[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]"  # text direction: would show text in another order
    r"|[\u2028\u2029\U000e0000-\U000e007f]"  # Unicode line separators, and invisible tag characters
)
COMMAND = re.compile(r"#(?=#\[)")
"""GitHub Actions runs `##[command]` anywhere in a line, `::command::` at its start."""


def visible(text: str) -> str:
    """The text for a terminal, with control and invisible characters as escapes."""
    return OBEYED.sub(_written, text)


def one_line(text: str) -> str:
    """The same on one line, for untrusted names: line ends and workflow commands are escaped too."""
    return COMMAND.sub(r"\\x23", re.sub(r"[\r\n]", _written, visible(text)))


def _written(found: re.Match[str]) -> str:
    return repr(found[0])[1:-1]
