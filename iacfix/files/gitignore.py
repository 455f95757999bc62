"""gitignore patterns with git's semantics, matched in time linear in the lengths of pattern and path.

Source: gitignore(5), and wildmatch.c of git, which the tests compare with.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from iacfix.files.small_files import read_small

STARS = 2
"""The most wildcards for which a regular expression is used; its time grows with their number as exponent."""
_CLASSES = {
    "alnum": "a-zA-Z0-9",
    "alpha": "a-zA-Z",
    "blank": r"\t ",
    "cntrl": r"\x00-\x1f\x7f",
    "digit": "0-9",
    "graph": r"\x21-\x7e",
    "lower": "a-z",
    "print": r"\x20-\x7e",
    "punct": r"!-/:-@\[-`{-~",
    "space": r"\t-\r ",
    "upper": "A-Z",
    "xdigit": "0-9a-fA-F",
}


@dataclass(frozen=True)
class Patterns:
    """The lines of one file, for paths below its folder `base`; queried for each folder from the top down, as git
    does."""

    base: str
    lines: tuple[str, ...]

    def leave_out(self, path: str, is_folder: bool) -> bool | None:
        """Whether a path is ignored; None where no pattern matches it. The last match decides."""
        inner = path[len(self.base) :].replace(os.sep, "/").lstrip("/")
        name = inner.rpartition("/")[2]
        for pattern in self._compiled:
            if (is_folder or not pattern.folders_only) and pattern.matches(inner, name):
                return not pattern.brings_back
        return None

    @cached_property
    def _compiled(self) -> tuple[_Pattern, ...]:
        """The last line first."""
        return tuple(pattern for line in reversed(self.lines) if (pattern := _pattern(line)))


def patterns_in(base: str, file: str) -> tuple[Patterns, ...]:
    """The patterns of a file; none where it cannot be read, or is no regular file."""
    try:
        text = read_small(file).decode("utf-8-sig", "surrogateescape")
    except OSError:
        return ()
    return (Patterns(base, tuple(text.split("\n"))),)


@dataclass(frozen=True)
class _Pattern:
    """`is_path` where it is matched against the path relative to the folder of its file, else against the name."""

    tokens: tuple[_Token, ...]
    brings_back: bool
    folders_only: bool
    is_path: bool

    def matches(self, inner: str, name: str) -> bool:
        text = inner if self.is_path else name
        if self._literal is not None:
            return text == self._literal
        if self._regex is not None:
            return self._regex.fullmatch(text) is not None
        return _walked(self.tokens, text)

    @cached_property
    def _literal(self) -> str | None:
        return "".join(token.text for token in self.tokens) if all(t.kind == "text" for t in self.tokens) else None

    @cached_property
    def _regex(self) -> re.Pattern[str] | None:
        many = sum(token.kind in ("star", "folders") for token in self.tokens) > STARS
        return None if many else re.compile("".join(token.regex for token in self.tokens), re.DOTALL)


@dataclass(frozen=True)
class _Token:
    """One character (`text`), one of several (`class`), `*`, `**/` (`folders`) or a last `**` (`rest`)."""

    kind: Literal["text", "class", "star", "folders", "rest"]
    text: str = ""

    @property
    def regex(self) -> str:
        match self.kind:
            case "text":
                return re.escape(self.text)
            case "class":
                return self.text
            case "star":
                return "[^/]*"
            case "folders":
                return "(?:.*/)?"
            case "rest":
                return ".+"

    @cached_property
    def one(self) -> re.Pattern[str]:
        return re.compile(self.text, re.DOTALL)


def _pattern(line: str) -> _Pattern | None:
    body = _trimmed(line.removesuffix("\r"))
    if not body or body.startswith("#"):
        return None
    brings_back = body.startswith("!")
    body = body.removeprefix("!")
    folders_only = body.endswith("/")
    body = body.removesuffix("/")
    is_path = "/" in body
    tokens = _tokens(body.removeprefix("/"), is_path)
    return _Pattern(tokens, brings_back, folders_only, is_path) if tokens else None


def _trimmed(line: str) -> str:
    """Without trailing spaces, except for an escaped one."""
    body = line.rstrip(" ")
    return f"{body} " if len(body) < len(line) and re.search(r"(?<!\\)(?:\\\\)*\\$", body) else body


def _tokens(body: str, is_path: bool) -> tuple[_Token, ...]:
    """The tokens of a pattern; none where git would never match it."""
    try:
        return tuple(_read(body, is_path))
    except _Unreadable:
        return ()


class _Unreadable(Exception):
    """The pattern ends inside an escape or a class."""


def _read(body: str, is_path: bool) -> Iterator[_Token]:
    at = 0
    while at < len(body):
        char = body[at]
        if char == "*":
            end = len(body) - len(body[at:].lstrip("*"))
            bounded = is_path and end - at >= 2 and (at == 0 or body[at - 1] == "/")
            if bounded and body[end : end + 1] == "/":
                yield _Token("folders")
                end += 1
            elif bounded and end == len(body):
                yield _Token("rest")
            else:
                yield _Token("star")
            at = end
        elif char == "?":
            yield _Token("class", "[^/]")
            at += 1
        elif char == "[":
            spelled, at = _class(body, at + 1)
            yield _Token("class", spelled)
        elif char == "\\":
            if at + 1 == len(body):
                raise _Unreadable
            yield _Token("text", body[at + 1])
            at += 2
        else:
            yield _Token("text", char)
            at += 1


def _class(body: str, at: int) -> tuple[str, int]:
    """A bracket expression as a regular expression for one character, and the index behind it."""
    negated = body[at : at + 1] in ("!", "^")
    at += negated
    parts, first, last = list[str](), at, ""
    while at < len(body) and (body[at] != "]" or at == first):
        if body.startswith("[:", at):
            end = body.find("]", at)
            name = body[at + 2 : end].removesuffix(":")
            if end < 0 or body[end - 1] != ":" or name not in _CLASSES:
                if end >= 0 and body[end - 1] != ":":  # no class after all
                    parts.append(re.escape("["))
                    last, at = "[", at + 1
                    continue
                raise _Unreadable
            parts.append(_CLASSES[name])
            last, at = "", end + 1
            continue
        if body[at] == "-" and last and at + 1 < len(body) and body[at + 1] != "]":
            high, at = _escaped(body, at + 1)
            parts.append(f"{re.escape(last)}-{re.escape(high)}" if last <= high else "")
            last = ""
            continue
        last, at = _escaped(body, at)
        parts.append(re.escape(last))
    if at >= len(body):
        raise _Unreadable
    inner = "".join(parts)
    if negated:
        return f"[^/{inner}]", at + 1
    return (f"(?!/)[{inner}]" if inner else "(?!)"), at + 1


def _escaped(body: str, at: int) -> tuple[str, int]:
    if body[at] != "\\":
        return body[at], at + 1
    if at + 1 == len(body):
        raise _Unreadable
    return body[at + 1], at + 2


def _walked(tokens: tuple[_Token, ...], text: str) -> bool:
    """Matches by simulating an automaton: the set of positions in the pattern after each character."""
    count = len(tokens)
    inside = -1 - count  # within a folder that `**/` passes over: `inside + at`
    places = _reached({0}, tokens)
    for char in text:
        following = set[int]()
        for place in places:
            if place < 0:
                at = place - inside
                following.add(at if char == "/" else place)
                continue
            if place == count:
                continue
            token = tokens[place]
            if token.kind == "star":
                if char != "/":
                    following.add(place)
            elif token.kind == "folders":
                following.add(place if char == "/" else inside + place)
            elif token.kind == "rest":
                return True
            elif char == token.text if token.kind == "text" else token.one.fullmatch(char):
                following.add(place + 1)
        places = _reached(following, tokens)
        if not places:
            return False
    return count in places


def _reached(places: set[int], tokens: tuple[_Token, ...]) -> set[int]:
    """The positions with those reached where `*` or `**/` match the empty string."""
    waiting, reached = list(places), set(places)
    while waiting:
        place = waiting.pop()
        if 0 <= place < len(tokens) and tokens[place].kind in ("star", "folders") and place + 1 not in reached:
            reached.add(place + 1)
            waiting.append(place + 1)
    return reached
