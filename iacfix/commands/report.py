"""The improvements as Markdown."""

from __future__ import annotations

from iacfix.commands.runs import exit_code, run_of, say_notes
from iacfix.commands.terminal import Terminal, for_reader, write
from iacfix.engine.request import Request
from iacfix.engine.run import each_alone
from iacfix.registry import rules as known_rules


def report(request: Request, terminal: Terminal) -> int:
    """The improvements as Markdown."""
    from iacfix.reports.improvements import document

    done = run_of(request, terminal)
    write(for_reader(document(each_alone(done), done.fixed, known_rules(), missing=done.missing, errors=done.errors)))
    say_notes(done, terminal)
    return exit_code(done, done.findings)
