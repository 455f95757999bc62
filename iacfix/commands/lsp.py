"""iacfix as the language server of an editor."""

from __future__ import annotations

from iacfix.commands.terminal import DONE
from iacfix.errors import UsageError


def lsp() -> int:
    """Answers on stdin and stdout until the editor ends it."""
    try:
        from iacfix.language_server.server import made
    except ModuleNotFoundError as missing:
        if (missing.name or "").partition(".")[0] not in ("pygls", "lsprotocol"):
            raise
        raise UsageError("the language server needs more packages; pip install 'iacfix[lsp]'") from missing
    made().start_io()
    return DONE
