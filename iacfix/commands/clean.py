"""What is kept of earlier runs, taken away."""

from __future__ import annotations

import os

from iacfix.commands.terminal import DONE, Terminal, tell


def clean(terminal: Terminal) -> int:
    """Take away what is kept of earlier runs."""
    from iacfix.engine.verdicts import cleaned

    tell(f"removed {cleaned(os.environ):,} bytes of earlier runs", terminal)
    return DONE
