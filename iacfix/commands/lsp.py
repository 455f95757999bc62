"""iacfix as the language server of an editor."""

from __future__ import annotations

from iacfix.commands.terminal import DONE
from iacfix.errors import UsageError
from iacfix.files.settings import SettingsOverrides


def lsp(given: SettingsOverrides) -> int:
    """Answers on stdin and stdout until the editor ends it; `given` are the settings of the command line."""
    try:
        from iacfix.language_server.server import made
    except ModuleNotFoundError as missing:
        if (missing.name or "").partition(".")[0] not in ("pygls", "lsprotocol"):
            raise
        needs = "the language server needs the extra lsp; run pip install '.[lsp]' in a checkout of iacfix"
        raise UsageError(needs) from missing
    made(given).start_io()
    return DONE
