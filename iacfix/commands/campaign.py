"""The `campaign` commands: run, show, publish and status."""

from __future__ import annotations

import os
import shlex
import sys
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import replace
from pathlib import Path

from iacfix.campaign.folder import PAGE, Campaign, begun, locked, opened
from iacfix.campaign.host_commands import Commands, Pace
from iacfix.campaign.hosts import STATES as HOSTED
from iacfix.campaign.job import DONE, STATES, Bounds, CheckOptions
from iacfix.campaign.overview import Overview, document, overview, table
from iacfix.campaign.progress import watched
from iacfix.campaign.publishing import (
    CLOSED,
    LEFT_ALONE,
    NOT_MADE,
    NOT_PUBLISHED,
    OUTCOMES,
    Chosen,
    Published,
    hostings,
    published,
    statuses,
)
from iacfix.campaign.publishing import (
    FAILED as NOT_DONE,
)
from iacfix.campaign.running import Here, Pool, check_all
from iacfix.campaign.targets import ASK, targets
from iacfix.commands.terminal import DONE as NOTHING
from iacfix.commands.terminal import FAILED, REMAINS, Terminal, for_reader, note, write, write_lines
from iacfix.engine.request import Request, checked
from iacfix.errors import UsageError
from iacfix.files.output import utf8, write_files
from iacfix.files.settings import SettingsOverrides, rooted
from iacfix.reports.json_document import dumped
from iacfix.reports.visible import one_line


def run_campaign(
    lists: Sequence[str],
    output: str,
    options: CheckOptions,
    bounds: Bounds,
    terminal: Terminal,
    *,
    jobs: int | None,
    archived: bool,
    forks: bool,
    retry: Collection[str],
    cluster: str | None = None,
) -> int:
    """Check the repositories without a result; the exit code is about all repositories."""
    options = replace(options, given=rooted(options.given, os.getcwd()))
    checked(
        Request((), options.select, options.ignore, options.unsafe, options.major, given=_without_folder(options.given))
    )
    wanted = targets(lists, sys.stdin, archived=archived, forks=forks)
    with begun(Path(output), options, wanted) as campaign:
        if not terminal.quiet:
            for each in wanted.left_out:
                note(f"iacfix: skipped: {each.address} {each.why}")
            if earlier := campaign.earlier():
                number = "1 repository" if earlier == 1 else f"{earlier} repositories"
                note(f"iacfix: {output} keeps results of {number} that the list does not name, and does not show them")
            if wanted.untold:
                note(f"iacfix: {wanted.untold} in the list may be archived or forks; {ASK} tells")
        watched(check_all(campaign, _pool(jobs, cluster), bounds, retry), quiet=terminal.quiet)
        _write_page(campaign)
        return _summed_up(campaign, terminal)


def _without_folder(given: SettingsOverrides) -> SettingsOverrides:
    """Settings found in the current folder do not apply to the repositories of a campaign."""
    return given if given.files else replace(given, isolated=True)


def _pool(jobs: int | None, cluster: str | None) -> Pool:
    if cluster is None:
        return Here(jobs)
    from iacfix.campaign.cluster import Cluster

    if jobs is not None:
        raise UsageError("--jobs is for this machine only; a cluster runs one job for each thread of its workers")
    return Cluster(cluster)


def show_campaign(folder: str, terminal: Terminal, *, as_json: bool) -> int:
    """Write the page, and print its content as a table or as JSON."""
    campaign = opened(Path(folder))
    shown = _write_page(campaign)
    if as_json:
        write(dumped(document(shown)))
    else:
        write_lines(map(one_line, table(shown)))
        if not terminal.quiet:
            note(f"the page is {campaign.folder / PAGE}")
    return NOTHING


def publish_campaign(folder: str, chosen: Chosen, pace: Pace, terminal: Terminal, *, dry: bool) -> int:
    """Create and update the pull requests; the exit code is about all of them."""
    campaign = opened(Path(folder))
    _must_be_rules(chosen, campaign)
    with locked(campaign.folder):
        found = hostings(campaign, chosen)
        commands = Commands(campaign.folder, pace, lambda line: note(f"iacfix: {line}"))
        made = list[Published]()
        for each in published(campaign, found, commands, _print_command if dry else None):
            made.append(each)
            if not dry:
                write_lines([one_line(_line(each))])
            elif each.reason:
                write_lines([one_line(f"# {_line(each)}")])
    if not terminal.quiet:
        counted = _counted(made, OUTCOMES)
        note(f"{counted.replace(':', ' would be:', 1)}; nothing was pushed" if dry else counted)
    states = {each.state for each in made}
    if NOT_DONE in states:
        return FAILED
    return REMAINS if states & {LEFT_ALONE, NOT_MADE, CLOSED} else NOTHING


def show_status(folder: str, chosen: Chosen, pace: Pace, terminal: Terminal, *, as_json: bool) -> int:
    """Print the current state of the pull requests at their hosts."""
    campaign = opened(Path(folder))
    _must_be_rules(chosen, campaign)
    found = hostings(campaign, chosen)
    commands = Commands(campaign.folder, pace, lambda line: note(f"iacfix: {line}"))
    shown = list(statuses(campaign, found, commands))
    states = (*HOSTED, NOT_PUBLISHED, NOT_DONE)
    if as_json:
        counts = Counter(each.state for each in shown)
        write(dumped({"schema_version": 1, "states": counts, "pull_requests": [vars(each) for each in shown]}))
    else:
        write_lines(one_line(_line(each)) for each in shown)
        if not terminal.quiet:
            note(_counted(shown, states))
    return FAILED if any(each.state == NOT_DONE for each in shown) else NOTHING


def _must_be_rules(chosen: Chosen, campaign: Campaign) -> None:
    """Raises UsageError for a name that is neither a rule with pull requests in this campaign nor a known rule."""
    results = [record.result for record in campaign.records().values() if record.result]
    known = {rule for result in results for rule in result.pull_requests}
    checked(Request((), tuple(rule for rule in chosen.rules if rule not in known)))


def _print_command(command: Sequence[str]) -> None:
    write(for_reader(f"{shlex.join(command)}\n"))


def _line(each: Published) -> str:
    what = f"{each.state}: {each.repository} {each.rule}"
    return " ".join([what, *([each.url] if each.url else []), *([f"({each.reason})"] if each.reason else [])])


def _counted(made: Sequence[Published], states: Sequence[str]) -> str:
    counts = Counter(each.state for each in made)
    number = "1 pull request" if len(made) == 1 else f"{len(made)} pull requests"
    return f"{number}: {', '.join(f'{counts[each]} {each}' for each in states if counts[each])}".removesuffix(": ")


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
    results = [record.result for record in records.values() if record.result]
    if any(counts[each] for each in STATES if each not in DONE) or any(result.errors for result in results):
        return FAILED
    return REMAINS if any(result.findings for result in results) else NOTHING
