"""Whether a reviewed patch leaves out a hunk that one of the others needs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from iacfix.engine.candidates import task_of
from iacfix.engine.request import Request
from iacfix.engine.workers import Task, run_task
from iacfix.errors import IacfixError
from iacfix.files.source import Source, on_disk
from iacfix.patches.diff import unified
from iacfix.patches.patch import FilePatch, Hunk, read_patch

Lines = tuple[tuple[str, ...], tuple[str, ...]]


def missing_half(source: Source, patches: Iterable[FilePatch], after: str, root: Path) -> str | None:
    """What would stay behind for good, in words.

    The hunks that were left out have to come again with the next diff. That can only be asked where the patch is part
    of the diff that this very run would print: what a person wrote is theirs to judge.
    """
    taken = {_lines(hunk) for patch in patches if patch.name == source.name for hunk in patch.hunks}
    try:
        for unsafe in (False, True):
            task = task_of(source, Request(unsafe=unsafe), root)
            whole = run_task(task)
            if whole.errors or not taken <= {_lines(hunk) for hunk in _hunks(source, whole.after)}:
                continue
            rest = run_task(_with(task, after))
            if rest.after != whole.after:
                line = next(_removed(rest.after, whole.after), None)
                return f"{line!r} would stay as it is" if line else "the rest of the fix would not come again"
            return None
    except IacfixError:
        return None
    return None


def _with(task: Task, text: str) -> Task:
    return replace(task, source=replace(task.source, text=text))


def _hunks(source: Source, after: str) -> Iterator[Hunk]:
    for patch in read_patch(unified(source.name, on_disk(source, source.text), on_disk(source, after))):
        yield from patch.hunks


def _lines(hunk: Hunk) -> Lines:
    return hunk.old, hunk.new


def _removed(before: str, after: str) -> Iterator[str]:
    """The lines that a diff takes out."""
    for row in unified("file", before, after).splitlines()[3:]:
        if row.startswith("-") and row[1:].strip():
            yield row[1:].strip()
