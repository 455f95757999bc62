"""How long the language server takes from a change of a text to what it says of it, and to its code actions."""

from __future__ import annotations

import argparse
import asyncio
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from lsprotocol import types as lsp
from pygls.lsp.client import LanguageClient

EXAMPLES = Path(__file__).parent.parent / "examples"
FILES = ("python/pipeline/weak.py", "python/pipeline/fixed.py", "typescript/pipeline/weak.ts")

CAPABILITIES = lsp.ClientCapabilities(
    text_document=lsp.TextDocumentClientCapabilities(
        code_action=lsp.CodeActionClientCapabilities(resolve_support=lsp.ClientCodeActionResolveOptions(["edit"]))
    )
)
"""An editor that asks for the edit of an action when it is chosen, as most do."""


async def measured(file: Path, folder: Path, rounds: int) -> tuple[list[float], list[float]]:
    """Milliseconds to the diagnostics of a changed text, and then to the actions on its first finding."""
    client = LanguageClient("bench", "1")
    told: asyncio.Queue[lsp.PublishDiagnosticsParams] = asyncio.Queue()
    client.feature(lsp.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)(lambda params: told.put_nowait(params))
    await client.start_io(sys.executable, "-m", "iacfix", "lsp")
    await client.initialize_async(lsp.InitializeParams(CAPABILITIES, root_uri=folder.as_uri()))
    client.initialized(lsp.InitializedParams())
    uri, text = (folder / file.name).as_uri(), file.read_text(encoding="utf-8")
    client.text_document_did_open(lsp.DidOpenTextDocumentParams(lsp.TextDocumentItem(uri, file.suffix, 1, text)))
    await told.get()
    said, acted = list[float](), list[float]()
    for version in range(2, rounds + 2):
        new = lsp.TextDocumentContentChangeWholeDocument(text + "\n" * version)
        changed = lsp.DidChangeTextDocumentParams(lsp.VersionedTextDocumentIdentifier(version, uri), [new])
        start = time.perf_counter()
        client.text_document_did_change(changed)
        found = await answer(told, version)
        said.append(1000 * (time.perf_counter() - start))
        if found.diagnostics:
            asked = lsp.CodeActionParams(
                lsp.TextDocumentIdentifier(uri), found.diagnostics[0].range, lsp.CodeActionContext([])
            )
            start = time.perf_counter()
            await client.text_document_code_action_async(asked)
            acted.append(1000 * (time.perf_counter() - start))
    await client.shutdown_async(None)
    client.exit(None)
    await client.stop()
    return said[1:], acted[1:]


async def answer(told: asyncio.Queue[lsp.PublishDiagnosticsParams], version: int) -> lsp.PublishDiagnosticsParams:
    while (found := await told.get()).version != version:
        pass
    return found


def shown(times: Sequence[float]) -> str:
    return f"{statistics.median(times):.0f} | {max(times):.0f}" if times else "none | none"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=20)
    rounds = parser.parse_args().rounds
    print("| file | lines | diagnostics, median ms | longest | code actions, median ms | longest |")
    print("|---|---|---|---|---|---|")
    for name in FILES:
        file = EXAMPLES / name
        with tempfile.TemporaryDirectory() as folder:
            said, acted = asyncio.run(measured(file, Path(folder).resolve(), rounds))
        lines = file.read_text(encoding="utf-8").count("\n")
        print(f"| {name} | {lines} | {shown(said)} | {shown(acted)} |", flush=True)


if __name__ == "__main__":
    main()
