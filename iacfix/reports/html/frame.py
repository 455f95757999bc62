"""The head and the frame of every HTML page."""

from __future__ import annotations

import base64
import hashlib
from importlib.resources import files as resources

from iacfix import __version__
from iacfix.reports.html.markup import Markup, element


def head(title: str, style: str, script: str) -> Markup:
    """The head. Its content security policy forbids network requests, and all scripts and styles but these, by hash."""
    policy = (
        f"default-src 'none'; img-src data:; style-src '{_hash(style)}'; script-src '{_hash(script)}'; "
        "base-uri 'none'; form-action 'none'"
    )
    return element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", http_equiv="Content-Security-Policy", content=policy),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name="color-scheme", content="light dark"),
        element("meta", name="referrer", content="no-referrer"),
        element("meta", name="generator", content=f"iacfix {__version__}"),
        element("link", rel="icon", href="data:,"),
        element("title", title),
        element("style", Markup(style)),
    )


def whole(head: Markup, body: Markup) -> str:
    return f"<!doctype html>\n{element('html', head, body, lang='en')}\n"


def asset(package: str, name: str) -> str:
    """The text of a style sheet or script in a package."""
    return resources(package).joinpath(name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"
