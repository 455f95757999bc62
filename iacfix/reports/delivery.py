"""Distributes the output of a run to stdout and to files."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from iacfix.files.output import append, utf8
from iacfix.reports.color import Paint, plain
from iacfix.reports.formats import Output, documents
from iacfix.reports.visible import visible

WIDTH = 100
"""Columns of text in a file."""

if TYPE_CHECKING:
    from iacfix.engine.run import Run


class Display(NamedTuple):
    """How text is shown: its colours, the spelling of paths, whether it goes to a terminal and the width of that in
    columns, without a summary, or only `statistics`."""

    paint: Paint
    shown: Callable[[str], str]
    at_terminal: bool
    quiet: bool
    width: int
    statistics: bool = False


def delivered(done: Run, wanted: Sequence[Output], display: Display) -> tuple[str, list[tuple[Path, bytes]]]:
    """The text for stdout, and the path and bytes of each file."""
    texts = documents([output.format for output in wanted], done)
    in_a_file = display._replace(paint=plain, at_terminal=False, width=WIDTH, statistics=False)
    printed = ""
    files: list[tuple[Path, bytes]] = []
    for output in wanted:
        shown = texts.get(output.format)
        if shown is None:
            shown = _for_people(output.format, done, in_a_file if output.file else display)
            if output.file and done.missing:
                shown += f"{done.missing}\n"
        elif display.at_terminal and not output.file:
            shown = visible(shown)
        if output.file:
            files.append((output.file, utf8(shown)))
        else:
            printed = shown
    return printed, files


def _for_people(format: str, done: Run, display: Display) -> str:
    if done.missing and not done.findings:
        return ""
    from iacfix.reports import text

    lines: list[str] = []
    if display.statistics:
        lines += text.by_rule(done.findings, display.paint, display.width)
    elif format == "full":
        from iacfix.reports import full

        lines += full.findings(done, display.paint, display.shown, display.width)
    elif format == "concise":
        lines += text.concise(done, display.paint, display.shown)
    else:
        width = display.width if display.at_terminal else None
        lines += text.findings(done.findings, display.paint, display.shown, width=width)
    if not display.quiet:
        lines += _summary(format, done, display)
    return "".join(f"{line}\n" for line in lines)


def _summary(format: str, done: Run, display: Display) -> Iterator[str]:
    from iacfix.reports import text

    if not done.findings and not done.errors:
        yield f"nothing {'new ' if done.notes else ''}found in {text.counted(done.files, 'file')}"
    elif display.statistics or format == "concise":
        yield from text.total(done)
    elif format == "full":
        yield from text.by_rule(done.findings, display.paint, display.width)
        yield ""
        for line in (*text.providers(done.outcomes), *text.total(done)):
            yield from text.filled(line, "", "  ", width=display.width)
    elif format == "text" and done.findings:
        yield from text.table(done.findings, display.paint)
        yield from text.providers(done.outcomes)


def summarise_job(done: Run, environment: Mapping[str, str]) -> None:
    """Append to the job summary of GitHub Actions, whose file GITHUB_STEP_SUMMARY names; else nothing."""
    from iacfix.reports import github

    if file := environment.get("GITHUB_STEP_SUMMARY"):
        append(
            Path(file), lambda size: utf8(github.summary(done, github.SUMMARY_LIMIT - size)), "see GITHUB_STEP_SUMMARY"
        )
