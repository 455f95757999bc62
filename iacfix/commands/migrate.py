"""The runbook of a deployed stack."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from iacfix.commands.runs import exit_code, must_be_files
from iacfix.commands.terminal import Terminal, for_reader, note, write
from iacfix.engine.request import Request, checked
from iacfix.engine.run import run
from iacfix.reports.progress import watched

if TYPE_CHECKING:
    from iacfix.migration.request import MigrationRequest


def migrate(request: Request, terminal: Terminal, asked: MigrationRequest) -> int:
    """The runbook of a deployed stack, and the import document; writes no source and no state."""
    from iacfix.migration.command import carried_out

    must_be_files(request, "migrate")
    made = carried_out(checked(request), asked, lambda request: run(request, watch=watched))
    write(for_reader(made.printed))
    if not terminal.quiet:
        note(made.summary)
    return exit_code(made.done, made.gaps)


def import_blocks(request: Request, terminal: Terminal) -> int:
    """The import blocks that Terraform's root modules need for what the fixes add; writes no source and no state."""
    from iacfix.migration.import_blocks import NAME, blocks

    must_be_files(request, "migrate")
    done = run(replace(checked(request), unsafe=True), watch=watched)
    found = list(blocks(done))
    texts = [each for each in found if each.text]
    notes = [line for each in found for line in each.notes]
    for each in texts:
        write(for_reader(f"# {each.folder}/{NAME}\n{each.text}" if len(texts) > 1 else each.text))
    if not terminal.quiet:
        for line in notes if notes or texts else ["no fix adds a resource that the cloud has already"]:
            note(line)
    return exit_code(done, notes)
