"""What of a run goes to stdout, and what into which file."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from iacfix.files.output import append, utf8
from iacfix.reports.color import Paint, plain
from iacfix.reports.formats import Output, documents
from iacfix.reports.visible import visible

if TYPE_CHECKING:
    from iacfix.engine.run import Run


@dataclass(frozen=True)
class Look:
    """How text looks: its colours, how a path is written, whether a terminal shows it, no summary."""

    paint: Paint
    shown: Callable[[str], str]
    at_terminal: bool
    quiet: bool


def delivered(done: Run, wanted: Sequence[Output], look: Look) -> tuple[str, list[tuple[Path, bytes]]]:
    """The text for stdout, and the bytes of each file."""
    texts = documents([output.format for output in wanted], done)
    in_a_file = replace(look, paint=plain, at_terminal=False)
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

    if format == "concise":
        lines = list(text.concise(done.findings, look.paint, look.shown))
    else:
        lines = list(text.findings(done.findings, look.paint, look.shown, fill=look.at_terminal))
        if done.findings and not look.quiet:
            lines += [*text.table(done.findings, look.paint), *text.providers(done.outcomes)]
    if not look.quiet and not done.findings and not done.errors:
        lines.append(f"nothing {'new ' if done.notes else ''}found in {text.counted(done.files, 'file')}")
    return "".join(f"{line}\n" for line in lines)


def summarise_job(done: Run, environment: Mapping[str, str]) -> None:
    """Add to the summary that GitHub shows of a job, where it says which file that is."""
    from iacfix.reports import github

    if file := environment.get("GITHUB_STEP_SUMMARY"):
        append(
            Path(file), lambda size: utf8(github.summary(done, github.SUMMARY_LIMIT - size)), "see GITHUB_STEP_SUMMARY"
        )
