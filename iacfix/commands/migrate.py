"""The runbook of a deployed stack."""

from __future__ import annotations

from typing import TYPE_CHECKING

from iacfix.commands.runs import exit_code
from iacfix.commands.terminal import Terminal, for_reader, note, write
from iacfix.engine.request import Request, checked
from iacfix.engine.run import run
from iacfix.reports.progress import watched

if TYPE_CHECKING:
    from iacfix.migration.request import MigrationRequest


def migrate(request: Request, terminal: Terminal, asked: MigrationRequest) -> int:
    """The runbook of a deployed stack, and the import document; writes no source and no state."""
    from iacfix.migration.command import carried_out

    made = carried_out(checked(request), asked, lambda request: run(request, watch=watched))
    write(for_reader(made.printed))
    if not terminal.quiet:
        note(made.summary)
    return exit_code(made.done, made.gaps)
