"""A region that is written out: where, what it stands in, and why it is only reported."""

from __future__ import annotations

from dataclasses import dataclass

from iacfix.model import Span, Use

UNSEEN = {
    Use.ARGUMENT: "what the function makes of its argument cannot be seen",
    Use.INVOKE: "what the function makes of its argument cannot be seen",
    Use.CHOICE: "it is one of several choices, so it may be meant as it stands",
    Use.FORMAT: "the text is a template that is filled later",
    Use.KEY: "a key may be looked up elsewhere by the same text",
}
"""Uses of a text of which nobody sees what becomes of it."""


@dataclass(frozen=True)
class Written:
    """The stretches to look up, what they stand in, and why they are only reported."""

    spans: tuple[Span, ...] = ()
    what: str = ""
    reason: str | None = None


ALONE = Written()
"""A region that is left alone."""
