"""Lines of a text by its bytes: where they begin and end, and what stands on them."""

from __future__ import annotations


def line_start(data: bytes, at: int) -> int:
    return data.rfind(b"\n", 0, at) + 1


def line_end(data: bytes, at: int) -> int:
    """The byte of the line end behind `at`, before a carriage return."""
    found = data.find(b"\n", at)
    found = len(data) if found < 0 else found
    return found - 1 if found > at and data[found - 1 : found] == b"\r" else found


def next_line(data: bytes, at: int) -> int:
    """Where the line begins that comes behind the one of a byte; the end of the text behind the last one."""
    return data.find(b"\n", at) + 1 or len(data)


def begins_line(data: bytes, at: int) -> bool:
    """Nothing but white space stands in front of a byte on its line."""
    return not data[line_start(data, at) : at].strip()


def indent_at(data: bytes, at: int) -> str:
    """The white space that the line of a byte begins with."""
    line = data[line_start(data, at) : line_end(data, at)].decode("utf-8")
    return line[: len(line) - len(line.lstrip())]


def column(data: bytes, at: int) -> int:
    """The column of a byte in characters, counted from 1."""
    return len(data[line_start(data, at) : at].decode("utf-8")) + 1
