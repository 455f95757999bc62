"""The server: documents in, diagnostics and code actions out."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

from lsprotocol import types as lsp
from pygls.lsp.server import LanguageServer
from pygls.uris import to_fs_path

from iacfix import __version__
from iacfix.errors import RuleError
from iacfix.files.settings import NOTHING_GIVEN, SettingsOverrides
from iacfix.files.suffixes import SUFFIXES
from iacfix.language_server.actions import FIX_ALL, Asked, actions, diagnostics, fix_all, page, wants
from iacfix.language_server.examination import OpenDocument, fixed, ignored, looked, proved
from iacfix.language_server.positions import Places
from iacfix.language_server.worker import Worker
from iacfix.registry import rules
from iacfix.result import Outcome
from iacfix.rule_folders import use

TYPING, RESTING = 0.05, 0.4
"""Seconds without a change after which a text is looked at, and after which its fixes are proved."""
REASON = "accepted"
"""Of a comment that has a finding ignored; whoever accepts it may say more."""
WATCHED = f"**/*.{{toml,json,yaml,yml,txt,cfg,lock,in,hcl,{','.join(suffix[1:] for suffix in SUFFIXES)}}}"
"""Files that decide what is found elsewhere: settings, pins, and the other programs of a project."""


@dataclass
class _Held:
    """A document that is open. `proof` is the outcome with all its repairs, once it is asked for."""

    document: OpenDocument
    version: int
    shown: Outcome | None = None
    check: asyncio.Task[None] | None = None
    proof: asyncio.Task[Outcome | None] | None = None


@dataclass
class Iacfix:
    """What the server knows of its editor."""

    server: LanguageServer
    given: SettingsOverrides = NOTHING_GIVEN
    looking: Worker = field(default_factory=Worker)
    proving: Worker = field(default_factory=Worker)
    held: dict[str, _Held] = field(default_factory=dict[str, _Held])
    saves: int = 0

    # documents

    def took(self, uri: str, version: int, text: str, wait: float = TYPING) -> None:
        """A document has a new text: what was under way for the old one is dropped."""
        path = to_fs_path(uri)
        if path is None or Path(path).suffix not in SUFFIXES:
            return
        self._drop(uri)
        held = _Held(OpenDocument(Path(path), text, self.saves, self.given), version)
        self.held[uri] = held
        held.check = _started(self._check(uri, held, wait))

    def closed(self, uri: str) -> None:
        self._drop(uri)
        if self.held.pop(uri, None) is not None:
            self._publish(uri, None, [])

    def changed_on_disk(self) -> None:
        """Settings, pins and neighbours may have changed: nothing that was found still holds."""
        self.saves += 1
        for uri, held in list(self.held.items()):
            self.took(uri, held.version, held.document.text)

    def _drop(self, uri: str) -> None:
        held = self.held.get(uri)
        for task in (held.check, held.proof) if held else ():
            if task is not None:
                task.cancel()

    async def _check(self, uri: str, held: _Held, wait: float) -> None:
        """Say what is found at once, and what the proof of the fixes makes of it a little later."""
        await asyncio.sleep(wait)
        self._show(uri, held, await self.looking.made(looked, held.document))
        await asyncio.sleep(RESTING)
        self._show(uri, held, await self.proof(held))

    async def proof(self, held: _Held) -> Outcome | None:
        """Made once for a version, whoever asks first; who stops waiting for it does not stop it."""
        if held.proof is None:
            held.proof = asyncio.create_task(self.proving.made(proved, held.document))
        return await asyncio.shield(held.proof)

    def _show(self, uri: str, held: _Held, outcome: Outcome | None) -> None:
        if self.held.get(uri) is not held:
            return
        if outcome is None:
            error = f"{held.document.path.name}: crashed its process; not checked, please report it"
            outcome = Outcome(held.document.path.name, held.document.text, held.document.text, errors=(error,))
        with suppress(RuleError):  # two projects with rules of one name; a finding of them has no page then
            use(*outcome.packs)
        if held.shown is None or (held.shown.findings, held.shown.errors) != (outcome.findings, outcome.errors):
            self._publish(uri, held.version, diagnostics(outcome, self.places(held)))
        held.shown = outcome

    def _publish(self, uri: str, version: int | None, found: list[lsp.Diagnostic]) -> None:
        self.server.text_document_publish_diagnostics(lsp.PublishDiagnosticsParams(uri, found, version))

    def places(self, held: _Held) -> Places:
        return Places(held.document.text, self.server.workspace.position_codec.client_num_units)

    # answers

    async def actions(self, params: lsp.CodeActionParams) -> list[lsp.CodeAction]:
        """Those that are known by now, where the editor asks for an edit once it is chosen; else with their edits."""
        uri, only = params.text_document.uri, params.context.only
        held = self.held.get(uri)
        if held is None:
            return []
        outcome = held.shown if self._resolves_later and held.shown is not None else await self.proof(held)
        if outcome is None:
            return []
        asked, found = Asked(uri, held.version, ""), list[lsp.CodeAction]()
        if wants(only, lsp.CodeActionKind.QuickFix.value):
            found += actions(outcome, self.places(held), params.range, asked)
        if only is not None and wants(only, FIX_ALL):
            found += fix_all(outcome, asked)
        return found if self._resolves_later else [await self.resolved(each) for each in found]

    @property
    def _resolves_later(self) -> bool:
        about = self.server.client_capabilities.text_document
        support = about.code_action.resolve_support if about and about.code_action else None
        return support is not None and "edit" in support.properties

    async def resolved(self, action: lsp.CodeAction) -> lsp.CodeAction:
        """The action with its edit, or with the reason why it has none."""
        asked = Asked(**cast(dict[str, Any], action.data))
        edits = await self._edits(asked)
        if isinstance(edits, str):
            action.disabled = lsp.CodeActionDisabled(edits)
            return action
        about = lsp.OptionalVersionedTextDocumentIdentifier(asked.uri, asked.version)
        action.edit = (
            lsp.WorkspaceEdit(document_changes=[lsp.TextDocumentEdit(about, [*edits])])
            if self._takes_versions
            else lsp.WorkspaceEdit({asked.uri: edits})
        )
        return action

    async def chosen(self, action: lsp.CodeAction) -> lsp.CodeAction:
        """The same for one that a person chose: editors say nothing of an action without an edit."""
        action = await self.resolved(action)
        if action.disabled is not None:
            said = lsp.ShowMessageParams(lsp.MessageType.Warning, f"iacfix: not changed: {action.disabled.reason}")
            self.server.window_show_message(said)
        return action

    @property
    def _takes_versions(self) -> bool:
        about = self.server.client_capabilities.workspace
        return bool(about and about.workspace_edit and about.workspace_edit.document_changes)

    async def _edits(self, asked: Asked) -> list[lsp.TextEdit] | str:
        """What an action changes, or why nothing."""
        held = self.held.get(asked.uri)
        if held is None or held.version != asked.version:
            return "the text has changed; request the fix again"
        document, places = held.document, self.places(held)
        if asked.of in ("rule", "file"):
            made = await self.proving.made(fixed, document, asked.rule or None)
            return (places.edits_to(made.after) if made else []) or "no fix passes its checks"
        outcome = await self.proof(held)
        finding = asked.found(outcome) if outcome else None
        if outcome is None or finding is None:
            return "the finding is gone"
        if asked.of == "finding":
            repair = outcome.repairs.get(finding)
            return places.edits(repair) if repair else finding.reason or "its fix changes nothing by itself"
        text = await self.proving.made(ignored, document, finding, REASON)
        return (places.edits_to(text) if text else []) or "a comment cannot suppress it without suppressing more"

    def hover(self, params: lsp.HoverParams) -> lsp.Hover | None:
        held = self.held.get(params.text_document.uri)
        if held is None or held.shown is None:
            return None
        places = self.places(held)
        for finding in held.shown.findings:
            where = places.of(finding)
            if finding.rule in rules() and where.start <= params.position <= where.end:
                return lsp.Hover(lsp.MarkupContent(lsp.MarkupKind.Markdown, page(finding.rule)), where)
        return None

    def end(self) -> None:
        for uri in self.held:
            self._drop(uri)
        self.looking.end()
        self.proving.end()


_running = set[asyncio.Task[None]]()


def _started(work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
    """The loop itself holds its tasks only weakly."""
    task = asyncio.create_task(work)
    _running.add(task)
    task.add_done_callback(_running.discard)
    return task


def made(given: SettingsOverrides = NOTHING_GIVEN) -> LanguageServer:
    """A server that is ready to be started. Texts are sent whole: editors and Python disagree on what ends a line."""
    server = LanguageServer("iacfix", __version__, lsp.TextDocumentSyncKind.Full)
    state = Iacfix(server, given)

    @server.feature(lsp.TEXT_DOCUMENT_DID_OPEN)
    async def opened(params: lsp.DidOpenTextDocumentParams) -> None:
        document = params.text_document
        state.took(document.uri, document.version, document.text, 0)

    @server.feature(lsp.TEXT_DOCUMENT_DID_CHANGE)
    async def changed(params: lsp.DidChangeTextDocumentParams) -> None:
        about = params.text_document
        state.took(about.uri, about.version, params.content_changes[-1].text)

    @server.feature(lsp.TEXT_DOCUMENT_DID_CLOSE)
    async def closed(params: lsp.DidCloseTextDocumentParams) -> None:
        state.closed(params.text_document.uri)

    @server.feature(lsp.TEXT_DOCUMENT_DID_SAVE)
    async def saved(_: lsp.DidSaveTextDocumentParams) -> None:
        state.changed_on_disk()

    @server.feature(lsp.WORKSPACE_DID_CHANGE_WATCHED_FILES)
    async def changed_on_disk(_: lsp.DidChangeWatchedFilesParams) -> None:
        state.changed_on_disk()

    @server.feature(lsp.WORKSPACE_DID_CHANGE_CONFIGURATION)
    async def configured(_: lsp.DidChangeConfigurationParams) -> None:
        state.changed_on_disk()

    @server.feature(
        lsp.TEXT_DOCUMENT_CODE_ACTION,
        lsp.CodeActionOptions([lsp.CodeActionKind.QuickFix, FIX_ALL], resolve_provider=True),
    )
    async def acted(params: lsp.CodeActionParams) -> list[lsp.CodeAction]:
        return await state.actions(params)

    @server.feature(lsp.CODE_ACTION_RESOLVE)
    async def resolved(action: lsp.CodeAction) -> lsp.CodeAction:
        return await state.chosen(action)

    @server.feature(lsp.TEXT_DOCUMENT_HOVER)
    async def hovered(params: lsp.HoverParams) -> lsp.Hover | None:
        return state.hover(params)

    @server.feature(lsp.INITIALIZED)
    async def ready(_: lsp.InitializedParams) -> None:
        about = server.client_capabilities.workspace
        watching = about.did_change_watched_files if about else None
        if watching and watching.dynamic_registration:
            options = lsp.DidChangeWatchedFilesRegistrationOptions([lsp.FileSystemWatcher(WATCHED)])
            watch = lsp.Registration("watch", lsp.WORKSPACE_DID_CHANGE_WATCHED_FILES, options)
            await server.client_register_capability_async(lsp.RegistrationParams([watch]))

    @server.feature(lsp.SHUTDOWN)
    async def ended(_: None) -> None:
        state.end()

    return server
