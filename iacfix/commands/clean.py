"""What is kept of earlier runs, taken away."""

from __future__ import annotations

import os

from iacfix.commands.terminal import DONE, Terminal, tell


def clean(terminal: Terminal) -> int:
    """Take away what is kept of earlier runs."""
    from iacfix.engine.cache import clear

    tell(f"removed {clear(os.environ):,} bytes of earlier runs", terminal)
    return DONE
