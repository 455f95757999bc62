"""A region that is written out: where, what it stands in, and why it is only reported."""

from __future__ import annotations

from dataclasses import dataclass

from iacfix.model import Span, Use
from iacfix_aws._tables import reasons

UNSEEN = {
    Use.ARGUMENT: reasons.ARGUMENT_UNKNOWN,
    Use.INVOKE: reasons.ARGUMENT_UNKNOWN,
    Use.CHOICE: reasons.ONE_OF_CHOICES,
    Use.FORMAT: reasons.TEMPLATE_FILLED_LATER,
    Use.KEY: reasons.KEY_LOOKED_UP,
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
