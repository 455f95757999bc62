"""Programs and their pins, taken to the next major of the provider."""

from __future__ import annotations

from pathlib import Path

from iacfix.commands.runs import exit_code, say_notes
from iacfix.commands.terminal import FAILED, Terminal, for_reader, note, print_error, write
from iacfix.commands.writing import undoable
from iacfix.engine.request import Request, checked
from iacfix.engine.upgrade import Upgraded, decisions, upgraded
from iacfix.files.output import prepared, utf8
from iacfix.files.source import on_disk, write_all
from iacfix.patches.diff import unified
from iacfix.reports import upgrade as report
from iacfix.reports.color import paint_diff
from iacfix.reports.progress import watched


def upgrade(request: Request, terminal: Terminal, major: int, *, apply: bool, output: str | None) -> int:
    """The diff on stdout, or all the files written, or none; the checklist on stderr and in a file."""
    made = upgraded(checked(request), major, watched)
    if made.done.errors and apply:
        for line in made.done.errors:
            print_error(line)
        print_error("nothing is written: an upgrade is written as a whole")
        return FAILED
    page = [(Path(output), utf8(report.markdown(made, written=apply)))] if output else []
    with prepared(page):
        if apply:
            with undoable(made.done.root, "upgrade --apply", made.texts):
                write_all(made.texts)
    if not apply:
        diff = "".join(
            unified(source.name, on_disk(source, source.text), on_disk(source, text))
            for source, text in sorted(made.texts, key=lambda pair: pair[0].name)
        )
        write(paint_diff(for_reader(diff), terminal.paint))
    _say(made, terminal, written=apply)
    return exit_code(made.done, [*([] if apply else made.texts), *decisions(made, as_written=apply), *made.left])


def _say(made: Upgraded, terminal: Terminal, *, written: bool) -> None:
    if not terminal.quiet:
        if not made.done.missing:
            for line in report.text(made, written=written):
                note(line)
        say_notes(made.done, terminal)
