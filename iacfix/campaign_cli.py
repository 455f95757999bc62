"""The commands about many repositories."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from iacfix.commands.terminal import Terminal
from iacfix.engine.request import listed
from iacfix.options import Quiet, RuleOptions, SettingsOptions, Unsafe, WorkOptions, command, end, rule_ids

if TYPE_CHECKING:
    from iacfix.campaign.publishing import Chosen


HELP = "Check and fix many repositories."


class By(StrEnum):
    """What a campaign makes a patch of."""

    RULE = "rule"
    REPOSITORY = "repository"


class Retry(StrEnum):
    FAILED = "failed"
    SET_ASIDE = "set-aside"


class Tool(StrEnum):
    """The command that makes pull requests."""

    GH = "gh"
    GLAB = "glab"


CampaignFolder = Annotated[str, typer.Argument(metavar="DIR", help="The folder that iacfix campaign run wrote.")]


@command
def campaign_run(
    lists: Annotated[
        list[str],
        typer.Argument(
            metavar="LIST...",
            help="Files with a URL on each line, JSON of gh repo list, folders or patterns of them; - is stdin.",
        ),
    ],
    output: Annotated[
        str,
        typer.Option("--output", "-o", metavar="DIR", help="Folder of results; an interrupted run continues there."),
    ],
    *,
    by: Annotated[By, typer.Option(help="A patch for each rule, or one for all of a repository.")] = By.RULE,
    archived: Annotated[bool, typer.Option("--archived", help="Include archived repositories.")] = False,
    forks: Annotated[bool, typer.Option("--forks", help="Include forks.")] = False,
    retry: Annotated[
        list[Retry] | None,
        typer.Option(help="Try repositories again that failed or were set aside. May be repeated.", show_default=False),
    ] = None,
    rules: RuleOptions,
    unsafe_fixes: Unsafe = None,
    work: WorkOptions,
    configured: SettingsOptions,
    cluster: Annotated[
        str | None,
        typer.Option(metavar="ADDRESS", help="A Dask scheduler to send the work to; local:N starts one here."),
    ] = None,
    timeout: Annotated[
        int, typer.Option(metavar="SECONDS", min=1, help="Limit for one repository and its clone.")
    ] = 600,
    memory: Annotated[int, typer.Option(metavar="MB", min=100, help="Limit for the process of one repository.")] = 4096,
    output_size: Annotated[
        int, typer.Option(metavar="MB", min=1, help="Limit for all files of one repository, and for its results.")
    ] = 1024,
    quiet: Quiet = False,
) -> None:
    """Check many repositories; write patches, reports and pages to a folder, and push nothing.

    Each is cloned shallowly and checked in a process of its own, with its own settings.
    """
    from iacfix.campaign.job import Bounds, CheckOptions
    from iacfix.commands.campaign import run_campaign

    select, ignore = listed(rules.select), listed(rules.ignore)
    bounds = Bounds(timeout, memory, output_size)
    again = [each.value for each in retry or ()]
    end(
        lambda: run_campaign(
            lists,
            output,
            CheckOptions(select, ignore, unsafe_fixes, work.provider_version, by.value, configured.given),
            bounds,
            Terminal(quiet),
            jobs=work.jobs,
            archived=archived,
            forks=forks,
            retry=again,
            cluster=cluster,
        )
    )


@command
def campaign_show(
    folder: CampaignFolder,
    *,
    json: Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")] = False,
    quiet: Quiet = False,
) -> None:
    """Show the results of all repositories; write the page DIR/index.html."""
    from iacfix.commands.campaign import show_campaign

    end(lambda: show_campaign(folder, Terminal(quiet), as_json=json))


@dataclass(frozen=True)
class PullRequests:
    """Which pull requests of a campaign, and how they are asked for."""

    select: Annotated[
        list[str] | None,
        typer.Option(
            metavar="RULE", help="Only pull requests for these rules.", autocompletion=rule_ids, show_default=False
        ),
    ] = None
    repository: Annotated[str, typer.Option(metavar="PATTERN", help="Only repositories whose names match.")] = "*"
    tool: Annotated[
        Tool | None, typer.Option(help="The program to use. [default: by the name of the host]", show_default=False)
    ] = None
    timeout: Annotated[
        float, typer.Option(metavar="SECONDS", min=0, help="Limit for a command of git or its host.")
    ] = 120
    wait: Annotated[
        float,
        typer.Option(metavar="SECONDS", min=0, help="Wait before a busy host is asked again; doubles each time."),
    ] = 60

    @property
    def chosen(self) -> Chosen:
        from iacfix.campaign.publishing import Chosen

        return Chosen(listed(self.select), self.repository, self.tool.value if self.tool else None)


@command
def campaign_publish(
    folder: CampaignFolder,
    *,
    pull_requests: PullRequests,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Print the commands; push nothing and open no pull request.")
    ] = False,
    pause: Annotated[
        float, typer.Option(metavar="SECONDS", min=0, help="Between two changes; GitHub takes 500 an hour.")
    ] = 8,
    quiet: Quiet = False,
) -> None:
    """Push the branches and make the pull requests, through gh or glab.

    Pull requests are identified by their branches: a second run continues where the first one stopped, and updates its
    own branches. A branch with commits by anybody else is left alone.
    """
    from iacfix.campaign.host_commands import Pace
    from iacfix.commands.campaign import publish_campaign

    pace = Pace(0 if dry_run else pause, pull_requests.wait, pull_requests.timeout)
    end(lambda: publish_campaign(folder, pull_requests.chosen, pace, Terminal(quiet), dry=dry_run))


@command
def campaign_status(
    folder: CampaignFolder,
    *,
    pull_requests: PullRequests,
    json: Annotated[bool, typer.Option("--json", help="Print JSON instead of lines.")] = False,
    quiet: Quiet = False,
) -> None:
    """Show which pull requests are open, merged, closed or in conflict."""
    from iacfix.campaign.host_commands import Pace
    from iacfix.commands.campaign import show_status

    pace = Pace(0, pull_requests.wait, pull_requests.timeout)
    end(lambda: show_status(folder, pull_requests.chosen, pace, Terminal(quiet), as_json=json))
