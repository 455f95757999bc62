"""What is found in the text that an editor holds of a file; made in a process of its own, and plain data."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from iacfix import rule_folders
from iacfix.engine.add_ignores import suppressed
from iacfix.engine.candidates import task_of
from iacfix.engine.request import Request
from iacfix.engine.run import Run
from iacfix.engine.workers import Task, run_task
from iacfix.errors import IacfixError
from iacfix.files.discovery import find_root, is_visited
from iacfix.files.evidence import forget
from iacfix.files.settings import NOTHING_GIVEN, SettingsOverrides
from iacfix.files.source import from_bytes
from iacfix.registry import rule_ids
from iacfix.result import Outcome, Reported
from iacfix.rewrite import utf8


@dataclass(frozen=True)
class OpenDocument:
    """A file's text as the editor holds it, saved or not. `saves` grows with every change on disk that was told,
    `given` are the settings that the server was started with."""

    path: Path
    text: str
    saves: int
    given: SettingsOverrides = NOTHING_GIVEN


_saves = -1


def looked(document: OpenDocument) -> Outcome:
    """What the rules find; no fix is tried, so that the answer is there while somebody types."""
    return _examined(document, selected=frozenset())


def proved(document: OpenDocument) -> Outcome:
    """The same once each fix was written and proved by itself, unsafe ones too: `repairs` has what each changes."""
    return _examined(document, Request(unsafe=True, repairs=True))


def fixed(document: OpenDocument, rule: str | None) -> Outcome:
    """The text after all fixes that `apply` would write, of one rule or of all that the settings ask for."""
    return _examined(document, Request(select=(rule,) if rule else ()))


def ignored(document: OpenDocument, finding: Reported, reason: str) -> str:
    """The text with a comment that has one finding ignored; the same text where no comment can."""
    task = _task(document, Request())
    if task is None:
        return document.text
    outcome = Outcome(task.source.name, document.text, document.text, (finding,))
    done = suppressed(Run(task.root, (task,), (outcome,), (), 1), reason)
    return next((text for _, text in done.texts), document.text)


def _examined(
    document: OpenDocument, request: Request | None = None, selected: frozenset[Reported] | None = None
) -> Outcome:
    text = document.text
    try:
        task = _task(document, request or Request())
    except IacfixError as error:
        return Outcome(document.path.name, text, text, errors=(str(error),))
    if task is None:
        return Outcome(document.path.name, text, text)
    return replace(run_task(replace(task, selected=selected)), packs=task.plan.packs)


def _task(document: OpenDocument, request: Request) -> Task | None:
    """What is asked of the file where it stands; None where a run over its project would not visit it."""
    global _saves
    if _saves != document.saves:
        forget()
        rule_folders.forget()
        _saves = document.saves
    root = find_root(document.path.parent)
    path = document.path
    if path.exists() and not is_visited(path, root, rule_ids(), document.given):
        return None
    name = path.relative_to(root).as_posix() if path.is_relative_to(root) else path.name
    request = replace(request, given=document.given)
    return task_of(from_bytes(utf8(document.text), name, path=path), request, root)
