"""The texts of a rule as HTML: paragraphs, lists, indented code, names in backticks, links."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator

from iacfix.reports.html.markup import Markup, element, joined

_INLINE = re.compile(r"`([^`\n]+)`|(https://[^\s<>()\[\]]*[\w/])")


def prose(text: str) -> Markup:
    """A section of a rule's page as HTML."""
    return joined(part for paragraph in re.split(r"\n\s*?\n", text) for part in _blocks(paragraph))


def inline(text: str) -> Markup:
    """Text with code spans and links as HTML."""
    parts: list[str] = []
    done = 0
    for match in _INLINE.finditer(text):
        parts.append(text[done : match.start()])
        parts.append(element("code", match[1]) if match[1] else _link(match[2]))
        done = match.end()
    return joined([*parts, text[done:]])


def _blocks(paragraph: str) -> Iterator[Markup]:
    if paragraph.startswith("    "):
        yield element("pre", textwrap.dedent(paragraph), tabindex="0")
        return
    before, *items = re.split(r"(?m)^\s*[-*] ", paragraph)
    if before.strip():
        yield element("p", inline(" ".join(before.split())))
    if items:
        yield element("ul", *[element("li", inline(" ".join(item.split()))) for item in items])


def _link(address: str) -> Markup:
    return element("a", address.removeprefix("https://"), href=address, rel="noreferrer noopener")
