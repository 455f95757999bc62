"""A progress bar for long runs at a terminal."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from itertools import chain
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from iacfix.result import Outcome

LONG = 20


def watched(outcomes: Iterator[Outcome], total: int) -> Iterator[Outcome]:
    """The outcomes unchanged, with a progress bar on stderr at a terminal."""
    if total <= LONG or not sys.stderr.isatty():
        yield from outcomes
        return
    # The bar runs in a thread, and no worker may be forked while a thread runs: the first outcome starts them.
    outcomes = chain([next(outcomes)], outcomes)

    from rich.console import Console
    from rich.progress import track

    yield from track(outcomes, description="reading", total=total, console=Console(stderr=True), transient=True)
