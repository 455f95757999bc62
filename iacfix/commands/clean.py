"""The cache of all repositories, deleted."""

from __future__ import annotations

import os

from iacfix.commands.terminal import DONE, Terminal, print_done


def clean(terminal: Terminal) -> int:
    """Delete the cache of all repositories."""
    from iacfix.engine.cache import clear

    print_done(f"removed {clear(os.environ):,} bytes of cached results", terminal)
    return DONE
