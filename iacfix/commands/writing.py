"""Around the writing of source files: a record for `iacfix undo`, and a note of what was written on Ctrl-C."""

from __future__ import annotations

import os
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from iacfix.commands.terminal import note

if TYPE_CHECKING:
    from iacfix.files.source import Source
    from iacfix.files.undo import Writing


@contextmanager
def looking() -> Generator[None]:
    """Add to a KeyboardInterrupt from the block that nothing was written."""
    try:
        yield
    except KeyboardInterrupt as interrupt:
        interrupt.add_note("nothing was written")
        raise


@contextmanager
def undoable(root: Path, command: str, texts: Sequence[tuple[Source, str]]) -> Generator[None]:
    """Record these texts, which the block writes, so that `iacfix undo` can revert them."""
    if not texts:
        yield
        return
    from iacfix.files import undo

    writing = undo.Writing()
    try:
        with undo.undoable(root, command, texts, os.environ) as writing:
            if writing.not_kept:
                note(f"iacfix: warning: iacfix undo cannot undo this: {writing.not_kept}")
            yield
    except KeyboardInterrupt as interrupt:
        interrupt.add_note(_how_far(writing))
        raise


def _how_far(writing: Writing) -> str:
    from iacfix.reports.text import counted

    if not writing.written:
        return "nothing was written"
    was, what = ("was", "it") if writing.written == 1 else ("were", "them")
    way_back = "" if writing.not_kept else f"; iacfix undo reverts {what}"
    return f"{writing.written} of {counted(writing.wanted, 'file')} {was} written{way_back}"
