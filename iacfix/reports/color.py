"""Terminal colours without a library, whose import would slow down every run."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TextIO

Paint = Callable[[str, str], str]
"""`paint("red", text)`."""

_CODES = {"bold": 1, "dim": 2, "red": 31, "green": 32, "yellow": 33, "cyan": 36}


def plain(_color: str, text: str) -> str:
    return text


def painted(color: str, text: str) -> str:
    return f"\x1b[{_CODES[color]}m{text}\x1b[0m" if text else text


def paint_for(choice: str, stream: TextIO, environment: Mapping[str, str]) -> Paint:
    """The painter for a stream. `choice` is auto, always or never; auto respects NO_COLOR, then FORCE_COLOR, and else
    colours a terminal."""
    if choice == "auto":
        if environment.get("NO_COLOR"):
            choice = "never"
        elif environment.get("FORCE_COLOR"):
            choice = "always"
        else:
            choice = "always" if stream.isatty() and environment.get("TERM") != "dumb" else "never"
    return painted if choice == "always" else plain


def paint_diff(diff: str, paint: Paint) -> str:
    """A unified diff with coloured lines; with `plain` the same text."""
    if paint is plain:
        return diff
    return "\n".join(_diff_line(line, paint) for line in diff.split("\n"))


def _diff_line(line: str, paint: Paint) -> str:
    body = line.rstrip("\r")
    end = line[len(body) :]
    match body[:1]:
        case "+" if not body.startswith("+++ "):
            return paint("green", body) + end
        case "-" if not body.startswith("--- "):
            return paint("red", body) + end
        case "@":
            return paint("cyan", body) + end
        case "+" | "-" | "d" | "#":
            return paint("bold", body) + end
        case _:
            return line
