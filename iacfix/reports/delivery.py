"""What of a run goes to stdout, and what into which file."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from iacfix.files.output import append, utf8
from iacfix.reports.color import Paint, plain
from iacfix.reports.formats import Output, documents
from iacfix.reports.visible import visible

WIDTH = 100
"""Of text in a file."""

if TYPE_CHECKING:
    from iacfix.engine.run import Run


class Look(NamedTuple):
    """How text looks: its colours, how a path is written, whether a terminal shows it and how wide that is, no
    summary, or nothing but the `statistics`."""

    paint: Paint
    shown: Callable[[str], str]
    at_terminal: bool
    quiet: bool
    width: int
    statistics: bool = False


def delivered(done: Run, wanted: Sequence[Output], look: Look) -> tuple[str, list[tuple[Path, bytes]]]:
    """The text for stdout, and the bytes of each file."""
    texts = documents([output.format for output in wanted], done)
    in_a_file = look._replace(paint=plain, at_terminal=False, width=WIDTH, statistics=False)
    printed = ""
    files: list[tuple[Path, bytes]] = []
    for output in wanted:
        shown = texts.get(output.format)
        if shown is None:
            shown = _for_people(output.format, done, in_a_file if output.file else look)
            if output.file and done.missing:
                shown += f"{done.missing}\n"
        elif look.at_terminal and not output.file:
            shown = visible(shown)
        if output.file:
            files.append((output.file, utf8(shown)))
        else:
            printed = shown
    return printed, files


def _for_people(format: str, done: Run, look: Look) -> str:
    if done.missing and not done.findings:
        return ""
    from iacfix.reports import text

    lines: list[str] = []
    if look.statistics:
        lines += text.by_rule(done.findings, look.paint, look.width)
    elif format == "full":
        from iacfix.reports import full

        lines += full.findings(done, look.paint, look.shown, look.width)
    elif format == "concise":
        lines += text.concise(done, look.paint, look.shown)
    else:
        width = look.width if look.at_terminal else None
        lines += text.findings(done.findings, look.paint, look.shown, width=width)
    if not look.quiet:
        lines += _summary(format, done, look)
    return "".join(f"{line}\n" for line in lines)


def _summary(format: str, done: Run, look: Look) -> Iterator[str]:
    from iacfix.reports import text

    if not done.findings and not done.errors:
        yield f"nothing {'new ' if done.notes else ''}found in {text.counted(done.files, 'file')}"
    elif look.statistics or format == "concise":
        yield from text.total(done)
    elif format == "full":
        yield from text.by_rule(done.findings, look.paint, look.width)
        yield ""
        for line in (*text.providers(done.outcomes), *text.total(done)):
            yield from text.filled(line, "", "  ", width=look.width)
    elif format == "text" and done.findings:
        yield from text.table(done.findings, look.paint)
        yield from text.providers(done.outcomes)


def summarise_job(done: Run, environment: Mapping[str, str]) -> None:
    """Add to the summary that GitHub shows of a job, where it says which file that is."""
    from iacfix.reports import github

    if file := environment.get("GITHUB_STEP_SUMMARY"):
        append(
            Path(file), lambda size: utf8(github.summary(done, github.SUMMARY_LIMIT - size)), "see GITHUB_STEP_SUMMARY"
        )
