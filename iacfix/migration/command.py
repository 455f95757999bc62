"""Carries out a migration, from the request to the written files."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from iacfix.engine.run import Request, Run
from iacfix.errors import UsageError
from iacfix.files.discovery import must_be_an_output
from iacfix.files.output import must_be_new, write_folder
from iacfix.migration.document import written
from iacfix.migration.matching import ManualCase
from iacfix.migration.plan import Migration, Preview, Procedure, planned
from iacfix.migration.procedures import Shell
from iacfix.migration.request import MigrationRequest
from iacfix.migration.runbook import runbook, summary
from iacfix.migration.state import Stack, holds_secret, read_stack
from iacfix.registry import packs

RUNBOOK, DOCUMENT = "runbook.md", "import.json"


@dataclass(frozen=True)
class Migrated:
    """The result; `printed` is for stdout, empty where the runbook was written to a folder."""

    done: Run
    printed: str
    summary: str
    gaps: Sequence[ManualCase]


def carried_out(request: Request, asked: MigrationRequest, run: Callable[[Request], Run]) -> Migrated:
    """Read the export and the programs, and write the runbook and the import document. Raises UsageError and
    StateError."""
    folder = Path(asked.output) if asked.output is not None else None
    if folder is not None:
        must_be_an_output(folder)
        must_be_new(folder, "migration")
    stack = read_stack(_read(asked.export), "stdin" if asked.export == "-" else asked.export)
    preview = Preview(_read(asked.import_file), asked.import_file) if asked.import_file is not None else None
    done = run(replace(request, unsafe=True, sites=True))
    packages = {pack.provider.name: pack.provider for pack in packs()}
    plan = planned(done.outcomes, done.root, stack, packages, Procedure(asked.procedure), preview)
    if folder is None and holds_secret(plan.document):
        raise UsageError("the import document holds secrets; name a folder for it with -o", path=asked.import_file)
    page = runbook(plan, _shell(request, folder, done, plan, stack), done.root)
    if folder is not None:
        write_folder(folder, {RUNBOOK: page} | ({DOCUMENT: written(plan.document)} if plan.document else {}))
    return Migrated(done, "" if folder else page, summary(plan), plan.gaps)


def _shell(request: Request, folder: Path | None, done: Run, plan: Migration, stack: Stack) -> Shell:
    return Shell(
        folder=plan.folder or done.root,
        stack=stack.urn.stack,
        paths=tuple(Path(os.path.realpath(path)) for path in request.paths or (".",)),
        file=Path(os.path.realpath(folder)) / DOCUMENT if folder is not None else None,
        major=request.major,
    )


def _read(file: str) -> bytes:
    path = Path(file).absolute()
    try:
        return sys.stdin.buffer.read() if file == "-" else path.read_bytes()
    except OSError as error:
        raise UsageError(f"cannot be read: {error.strerror}; name a file that pulumi wrote", path=file) from error
