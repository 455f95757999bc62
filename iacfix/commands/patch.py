"""A reviewed diff applied."""

from __future__ import annotations

import sys
from pathlib import Path

from iacfix.commands.terminal import DONE, Terminal, print_done
from iacfix.engine.run import root_of
from iacfix.errors import UsageError


def patch(file: str, terminal: Terminal) -> int:
    """Apply a reviewed diff, all of it or nothing."""
    from iacfix.commands.reviewed import apply_reviewed
    from iacfix.reports import text

    path = Path(file).absolute()
    try:
        data = sys.stdin.buffer.read() if file == "-" else path.read_bytes()
    except OSError as error:
        raise UsageError(f"cannot be read: {error.strerror}; name a patch that iacfix diff wrote", path=file) from error
    done = apply_reviewed(data, "stdin" if file == "-" else file, root_of(()))
    already = f", {text.counted(done.before, 'file')} had it already" if done.before else ""
    print_done(f"patched {text.counted(done.changed, 'file')}{already}", terminal)
    return DONE
