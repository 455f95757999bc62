"""HTML elements with automatic escaping."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable
from html import escape

_VOID = frozenset({"input", "link", "meta"})
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})
_SUSPECT = re.compile(r"[^\t\n\x20-\x7e]")
_IN_JSON = {ord(mark): f"\\u{ord(mark):04x}" for mark in "<>&"}


class Markup(str):
    """Text that is HTML; all other text is escaped when it becomes part of an element."""

    __slots__ = ()


def element(name: str, /, *children: str, **attributes: str | bool) -> Markup:
    """`element("a", "text", href="#top", class_="plain")`; an attribute that is False is left out, True has no value.

    An underscore in the name of an attribute is a hyphen, one at its end is dropped.
    """
    written = "".join(_attribute(key, value) for key, value in attributes.items() if value is not False)
    opened = f"<{name}{written}>"
    return Markup(opened if name in _VOID else f"{opened}{joined(children)}</{name}>")


def joined(parts: Iterable[str]) -> Markup:
    return Markup("".join([part if isinstance(part, Markup) else escaped(part) for part in parts]))


def escaped(text: str) -> Markup:
    """Text escaped for HTML, with invisible characters shown as in `visible`.

    It is no workflow command either, where the page is printed to a CI log: those begin a line with `::` or contain
    `##[`.
    """
    return Markup(escape(visible(text)).replace("\n", "&#10;").replace("##[", "#&#35;["))


def visible(text: str) -> str:
    """The text with invisible, bidirectional and control characters, NUL and lone surrogates as code points."""
    return _SUSPECT.sub(_code_point, text)


def as_json(value: object) -> Markup:
    """JSON for a script element: ASCII on one line, escaped so that it neither ends the element nor is a workflow
    command."""
    return Markup(json.dumps(value, separators=(",", ":")).translate(_IN_JSON).replace("##[", r"#\u0023["))


def _attribute(name: str, value: str | bool) -> str:
    written = name.rstrip("_").replace("_", "-")
    return f" {written}" if value is True else f' {written}="{escaped(str(value))}"'


def _code_point(character: re.Match[str]) -> str:
    mark = character[0]
    return f"⟨U+{ord(mark):04X}⟩" if unicodedata.category(mark) in _UNSEEN else mark
