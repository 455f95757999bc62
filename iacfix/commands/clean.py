"""What is kept of earlier runs, taken away."""

from __future__ import annotations

import os

from iacfix.commands.terminal import DONE, Terminal, print_done


def clean(terminal: Terminal) -> int:
    """Take away what is kept of earlier runs."""
    from iacfix.engine.cache import clear

    print_done(f"removed {clear(os.environ):,} bytes of earlier runs", terminal)
    return DONE
