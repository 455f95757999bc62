"""Many repositories: checked, and shown."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Collection, Sequence
from pathlib import Path

from iacfix.campaign.folder import PAGE, Campaign, begun, opened
from iacfix.campaign.job import DONE, STATES, Asked, Bounds
from iacfix.campaign.overview import Overview, document, overview, table
from iacfix.campaign.progress import watched
from iacfix.campaign.running import Here, carried_out
from iacfix.campaign.targets import targets
from iacfix.commands.terminal import DONE as NOTHING
from iacfix.commands.terminal import FAILED, REMAINS, Terminal, note, write, write_lines
from iacfix.engine.request import Request, checked
from iacfix.files.output import utf8, write_files
from iacfix.reports.json_document import dumped
from iacfix.reports.visible import one_line


def run_campaign(
    lists: Sequence[str],
    output: str,
    asked: Asked,
    bounds: Bounds,
    terminal: Terminal,
    *,
    jobs: int | None,
    archived: bool,
    forks: bool,
    retry: Collection[str],
) -> int:
    """Check what is not checked yet; the exit code is about all repositories."""
    checked(Request((), asked.select, asked.ignore, asked.unsafe, asked.major))
    wanted = targets(lists, sys.stdin, archived=archived, forks=forks)
    with begun(Path(output), asked, wanted) as campaign:
        if not terminal.quiet:
            for each in wanted.left_out:
                note(f"iacfix: left out: {each.address} {each.why}")
        watched(carried_out(campaign, Here(jobs), bounds, retry), quiet=terminal.quiet)
        _write_page(campaign)
        return _summed_up(campaign, terminal)


def show_campaign(folder: str, terminal: Terminal, *, as_json: bool) -> int:
    """Write the page, and print the same as a table or as JSON."""
    campaign = opened(Path(folder))
    shown = _write_page(campaign)
    if as_json:
        write(dumped(document(shown)))
    else:
        write_lines(map(one_line, table(shown)))
        if not terminal.quiet:
            note(f"the page is {campaign.folder / PAGE}")
    return NOTHING


def _write_page(campaign: Campaign) -> Overview:
    from iacfix.campaign import page

    shown = overview(campaign)
    write_files([(campaign.folder / PAGE, utf8(page.document(shown)))])
    return shown


def _summed_up(campaign: Campaign, terminal: Terminal) -> int:
    records = campaign.records()
    counts = Counter(record.state for record in records.values() if record.state)
    if not terminal.quiet:
        for name, record in records.items():
            if record.is_set_aside:
                note(f"iacfix: {name} is set aside: it {record.reason}")
        number = "1 repository" if len(records) == 1 else f"{len(records)} repositories"
        note(f"{number}: {', '.join(f'{counts[each]} {each}' for each in STATES if counts[each])}")
    answers = [record.answer for record in records.values() if record.answer]
    if any(counts[each] for each in STATES if each not in DONE) or any(answer.errors for answer in answers):
        return FAILED
    return REMAINS if any(answer.findings for answer in answers) else NOTHING
