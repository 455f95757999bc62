"""iacfix diff: what apply would write, as a unified diff."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from iacfix.commands.runs import as_on_disk, display_of, exit_code, preface, run_of, say_needs
from iacfix.commands.terminal import Terminal, for_reader, write
from iacfix.engine.request import Request
from iacfix.errors import UsageError
from iacfix.files.output import must_be_new, utf8, write_files
from iacfix.registry import rules as known_rules
from iacfix.reports.color import paint_diff
from iacfix.reports.delivery import delivered
from iacfix.reports.formats import outputs, with_repairs


def diff(request: Request, terminal: Terminal, *, by_rule: bool, output: str | None) -> int:
    """Print the diff to stdout and nothing else there; a preface goes to stderr. With `by_rule` it is a series of
    patches, one per rule. With `output` it goes to that file, or each patch to a file in that new folder."""
    from iacfix.patches.diff import by_rule as series_of
    from iacfix.patches.diff import unified

    wanted = outputs(terminal.formats, Path(output) if output else None)
    if nameless := next((each.format for each in wanted if not each.file), None):
        raise UsageError(f"stdout is for the diff; write --output-format {nameless}=FILE")
    done = run_of(replace(request, by_rule=by_rule, repairs=with_repairs(wanted)), terminal)
    outcomes = as_on_disk(done)
    if by_rule:
        titles = {name: rule.title for name, rule in known_rules().items()}
        series = series_of(outcomes, lambda rule: titles[rule])
        patch = "".join(part for _, part in series)
    else:
        series = []
        patch = "".join(unified(each.path, each.before, each.after, touched=each.touched) for each in outcomes)
    _, files = delivered(done, wanted, display_of(done, terminal))
    if output and by_rule:
        files += _numbered(Path(output), series)
    elif output:
        files.append((Path(output), utf8(patch)))
    write_files(files)
    preface(done, terminal)
    if output is None:
        write(paint_diff(for_reader(patch), terminal.paint))
    say_needs(done, done.fixed, terminal)
    return exit_code(done, done.findings)


def _numbered(folder: Path, series: Iterable[tuple[str, str]]) -> list[tuple[Path, bytes]]:
    """One numbered file a patch, in a folder that holds nothing else."""
    must_be_new(folder, "series")
    return [(folder / f"{number:04}-{rule}.patch", utf8(part)) for number, (rule, part) in enumerate(series, start=1)]
