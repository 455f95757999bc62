"""The improvements as Markdown."""

from __future__ import annotations

from pathlib import Path

from iacfix.commands.runs import exit_code, run_of, say_notes
from iacfix.commands.terminal import Terminal, for_reader, note, write
from iacfix.engine.request import Request
from iacfix.engine.run import each_alone
from iacfix.files.discovery import must_be_an_output
from iacfix.files.output import utf8, write_files
from iacfix.registry import rules as known_rules


def report(request: Request, terminal: Terminal, *, output: str | None = None) -> int:
    """The improvements as Markdown, on stdout or in a file; stderr then says which."""
    from iacfix.reports.improvements import document

    if output is not None:
        must_be_an_output(Path(output))
    done = run_of(request, terminal)
    text = document(each_alone(done), done.fixed, known_rules(), missing=done.missing, errors=done.errors)
    if output is None:
        write(for_reader(text))
    else:
        write_files([(Path(output), utf8(text))])
        if not terminal.quiet:
            note(f"wrote {output}")
    say_notes(done, terminal)
    return exit_code(done, done.findings)
