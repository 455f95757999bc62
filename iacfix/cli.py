"""The command line: arguments in, exit code out."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields, is_dataclass
from enum import StrEnum
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any, cast, get_type_hints

import typer

from iacfix import __version__
from iacfix.commands.terminal import Terminal, ended
from iacfix.engine.request import Request, listed
from iacfix.engine.scope import Scope
from iacfix.reports.formats import FORMATS

if TYPE_CHECKING:
    from iacfix.campaign.publishing import Chosen
    from iacfix.files.settings import Given

EXIT_CODES = "Exit codes: 0 nothing to do or all written, 1 findings or a diff remain, 2 wrong usage or a failure."


class Color(StrEnum):
    AUTO = "auto"
    ALWAYS = "always"
    NEVER = "never"


class Way(StrEnum):
    """How `migrate` gets a resource to another class."""

    UPGRADE = "upgrade"
    IMPORT = "import"
    RETAIN = "retain"


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


def _rule_ids(incomplete: str) -> list[str]:
    from iacfix.registry import rules

    return [name for name in rules() if name.startswith(incomplete)]


def _formats(incomplete: str) -> list[str]:
    return [name for name in FORMATS if name.startswith(incomplete)]


Paths = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="PATHS", help="Files and folders; - is stdin. [default: the current folder]", show_default=False
    ),
]
Jobs = Annotated[int | None, typer.Option(metavar="N", min=1, help="Processes to use. [default: one a processor]")]
Unsafe = Annotated[
    bool | None,
    typer.Option(
        "--unsafe-fixes/--no-unsafe-fixes",
        help="Also take fixes that may replace a resource or need a step.",
        show_default=False,
    ),
]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="No summary.")]
Colored = Annotated[Color, typer.Option(help="Colour; auto respects NO_COLOR and FORCE_COLOR.")]
StdinName = Annotated[str | None, typer.Option(metavar="PATH", help="The file that stdin stands for.")]
NoCache = Annotated[bool, typer.Option("--no-cache", help="Examine every file, also those that did not change.")]
Formats = Annotated[
    list[str] | None,
    typer.Option(
        "--output-format",
        metavar="FORMAT[=FILE]",
        help=f"{', '.join(FORMATS)}; may be repeated. "
        "[default: full at a terminal, github in GitHub Actions, else text]",
        autocompletion=_formats,
        show_default=False,
    ),
]


@dataclass(frozen=True)
class Within:
    """What of the program is meant."""

    since: Annotated[
        str | None,
        typer.Option(
            metavar="REV", help="Only files changed since this revision was left; auto finds the target branch in CI."
        ),
    ] = None
    lines: Annotated[
        bool, typer.Option("--lines", help="With --since: only findings on changed lines or resources.")
    ] = False
    baseline: Annotated[
        str | None, typer.Option(metavar="FILE", help="Known findings to leave out. [default: iacfix-baseline.json]")
    ] = None
    no_baseline: Annotated[bool, typer.Option("--no-baseline", help="Report what the baseline knows too.")] = False

    @property
    def scope(self) -> Scope:
        return Scope(self.since, self.lines, self.baseline, self.no_baseline)


@dataclass(frozen=True)
class Rules:
    """Which rules."""

    select: Annotated[
        list[str] | None,
        typer.Option(metavar="RULE", help="Only these rules, whatever the settings say.", autocompletion=_rule_ids),
    ] = None
    ignore: Annotated[
        list[str] | None, typer.Option(metavar="RULE", help="Leave these rules out too.", autocompletion=_rule_ids)
    ] = None


@dataclass(frozen=True)
class Work:
    """How files are read."""

    provider_version: Annotated[
        int | None, typer.Option(metavar="MAJOR", help="Major version of the provider, instead of looking for it.")
    ] = None
    jobs: Jobs = None


@dataclass(frozen=True)
class Configured:
    """Settings for this run."""

    config: Annotated[
        list[str] | None,
        typer.Option(
            metavar="FILE|KEY=VALUE",
            help="A settings file instead of those that are found, or a setting over all files, as "
            "'ignore=[\"open-ingress\"]'; may be repeated.",
            show_default=False,
        ),
    ] = None
    isolated: Annotated[bool, typer.Option("--isolated", help="Look for no settings file.")] = False
    allow_packs: Annotated[
        bool, typer.Option("--allow-packs", help="Let rules in Python run that the settings have packs of.")
    ] = False

    @property
    def given(self) -> Given:
        from iacfix.files.settings import given

        return given(self.config or (), isolated=self.isolated, allow_packs=self.allow_packs)


@dataclass(frozen=True)
class Look:
    """How a command talks."""

    quiet: Quiet = False
    color: Colored = Color.AUTO
    stdin_filename: StdinName = None

    def terminal(self, within: Within, formats: list[str] | None = None) -> Terminal:
        return Terminal(self.quiet, self.color.value, self.stdin_filename, tuple(formats or ()), within.scope)


def _show_version(wanted: bool) -> None:
    if wanted:
        print(f"iacfix {__version__}")
        raise typer.Exit


def main(
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None: ...


_commands: dict[tuple[str, ...], Callable[..., None]] = {}


def program(only: str | None = None) -> typer.Typer:
    """The commands for typer; `only` the one of this name, if there is one: to build them all takes longer than a
    small run."""
    chosen = {words: made for words, made in _commands.items() if words[0] == only}
    app = typer.Typer(
        help="Turn Pulumi programs into their production-ready form and show every change as a diff.",
        epilog=EXIT_CODES,
        no_args_is_help=True,
        add_completion=not chosen,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.callback()(main)
    groups = {
        "baseline": typer.Typer(help="Findings that are known and not reported again.", no_args_is_help=True),
        "campaign": typer.Typer(help="Many repositories at once.", no_args_is_help=True),
    }
    for (*group, name), made in (chosen or _commands).items():
        place = groups[group[0]] if group else app
        place.command(name)(_expanded(made))
    for name, group in groups.items():
        if group.registered_commands:
            app.add_typer(group, name=name)
    return app


def _command(made: Callable[..., None]) -> Callable[..., None]:
    """Its name is the function's: an underscore stands before what is a command of a group, two are a dash."""
    _commands[tuple(made.__name__.replace("__", "-").split("_"))] = made
    return made


def _expanded(made: Callable[..., None]) -> Callable[..., None]:
    """The command as typer is to see it: a function of single options, those of a group where the group stands."""
    hints = get_type_hints(made, include_extras=True)
    given = inspect.signature(made).parameters.values()
    parameters = [each for one in given for each in _parameters(one.name, hints[one.name], one.default)]

    def called(**values: Any) -> None:
        made(**{one.name: _filled(one.name, hints[one.name], values) for one in given})

    called.__name__, called.__doc__ = made.__name__, made.__doc__
    called.__annotations__ = {each.name: each.annotation for each in parameters}
    setattr(called, "__signature__", inspect.Signature(parameters))  # noqa: B010 (functions have no such field)
    return called


def _parameters(name: str, hint: Any, default: Any) -> Iterator[inspect.Parameter]:
    if not is_dataclass(hint):
        yield inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=hint)
        return
    hints = get_type_hints(hint, include_extras=True)
    for field in fields(hint):
        yield from _parameters(field.name, hints[field.name], field.default)


def _filled(name: str, hint: Any, values: dict[str, Any]) -> Any:
    """What the options say, with a group's put together."""
    if not is_dataclass(hint):
        return values[name]
    group = cast("Callable[..., Any]", hint)
    return group(**{field.name: values[field.name] for field in fields(hint)})


@_command
def check(
    paths: Paths = None,
    *,
    output_format: Formats = None,
    add_ignores: Annotated[
        bool, typer.Option("--add-ignores", help="Write comments that ignore what is found; needs --reason.")
    ] = False,
    reason: Annotated[str | None, typer.Option(metavar="TEXT", help="Why, for --add-ignores.")] = None,
    statistics: Annotated[bool, typer.Option("--statistics", help="Count the findings of each rule only.")] = False,
    exit_zero: Annotated[
        bool, typer.Option("--exit-zero", help="Exit with 0 when there are findings; with 2 when something failed.")
    ] = False,
    show_settings: Annotated[
        bool, typer.Option("--show-settings", help="Print the settings and where each comes from; check nothing.")
    ] = False,
    within: Within,
    rules: Rules,
    unsafe_fixes: Unsafe = None,
    work: Work,
    configured: Configured,
    no_cache: NoCache = False,
    look: Look,
) -> None:
    """Show what is weak, and how each finding is fixed."""
    from iacfix.commands.check import check
    from iacfix.commands.show_settings import show_settings as show

    request = partial(_request, paths, rules, work, configured, unsafe_fixes, cache=not no_cache)
    terminal = look.terminal(within, output_format)
    if show_settings:
        _end(lambda: show(request()))
    _end(
        lambda: check(
            request(), terminal, add_ignores=add_ignores, reason=reason, statistics=statistics, exit_zero=exit_zero
        )
    )


@_command
def diff(
    paths: Paths = None,
    *,
    by_rule: Annotated[bool, typer.Option("--by-rule", help="A series: one patch a rule.")] = False,
    output: Annotated[
        str | None,
        typer.Option("--output", "-o", metavar="FILE", help="Write here; a new folder with --by-rule."),
    ] = None,
    output_format: Annotated[
        list[str] | None,
        typer.Option(metavar="FORMAT=FILE", help="Write a report as well, as with iacfix check.", show_default=False),
    ] = None,
    within: Within,
    rules: Rules,
    unsafe_fixes: Unsafe = None,
    work: Work,
    configured: Configured,
    no_cache: NoCache = False,
    look: Look,
) -> None:
    """Show the fixes as a diff; write nothing.

    git apply and patch -p1 take it from the root of the repository. The summary goes to stderr.
    """
    from iacfix.commands.diff import diff

    request = partial(_request, paths, rules, work, configured, unsafe_fixes, cache=not no_cache)
    terminal = look.terminal(within, output_format)
    _end(lambda: diff(request(), terminal, by_rule=by_rule, output=output))


@_command
def apply(
    paths: Paths = None,
    *,
    interactive: Annotated[bool, typer.Option("--interactive", "-i", help="Ask about each fix.")] = False,
    within: Within,
    rules: Rules,
    unsafe_fixes: Unsafe = None,
    work: Work,
    configured: Configured,
    no_cache: NoCache = False,
    look: Look,
) -> None:
    """Write the fixes."""
    from iacfix.commands.apply import apply

    request = partial(_request, paths, rules, work, configured, unsafe_fixes, cache=not no_cache)
    terminal = look.terminal(within)
    _end(lambda: apply(request(), terminal, interactive=interactive))


@_command
def patch(
    file: Annotated[str, typer.Argument(metavar="FILE", help="A diff that a reviewer may have edited; - is stdin.")],
    quiet: Quiet = False,
) -> None:
    """Apply a reviewed diff: every hunk fits, or nothing is written."""
    from iacfix.commands.patch import patch

    _end(lambda: patch(file, Terminal(quiet)))


@_command
def baseline_write(
    paths: Paths = None,
    *,
    baseline: Annotated[
        str | None, typer.Option(metavar="FILE", help="Write here. [default: iacfix-baseline.json at the root]")
    ] = None,
    rules: Rules,
    work: Work,
    configured: Configured,
    no_cache: NoCache = False,
    quiet: Quiet = False,
) -> None:
    """Record today's findings, so that later runs report only new ones.

    What is recorded of files and rules that this run does not look at stays.
    """
    from iacfix.commands.baseline import write_baseline

    request = partial(_request, paths, rules, work, configured, None, cache=not no_cache)
    _end(lambda: write_baseline(request(), Terminal(quiet, scope=Scope(baseline=baseline))))


@_command
def rules(*, configured: Configured, color: Colored = Color.AUTO) -> None:
    """List the rules."""
    from iacfix.commands.catalogue import rules

    _end(lambda: rules(Terminal(color=color.value), configured.given))


@_command
def explain(
    rule: Annotated[str, typer.Argument(metavar="RULE", autocompletion=_rule_ids)],
    *,
    configured: Configured,
    color: Colored = Color.AUTO,
) -> None:
    """Show the page of a rule, with an example."""
    from iacfix.commands.catalogue import explain

    _end(lambda: explain(rule, Terminal(color=color.value), configured.given))


@_command
def migrate(
    stack_export: Annotated[
        str, typer.Option(metavar="FILE", help="What pulumi stack export wrote; - is stdin.", show_default=False)
    ],
    paths: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="PATHS", help="The program as it is deployed. [default: the current folder]", show_default=False
        ),
    ] = None,
    *,
    output: Annotated[
        str | None,
        typer.Option("--output", "-o", metavar="DIR", help="Write runbook.md and import.json to this new folder."),
    ] = None,
    import_file: Annotated[
        str | None,
        typer.Option(metavar="FILE", help="Fill the ids of what pulumi preview --import-file wrote."),
    ] = None,
    procedure: Annotated[
        Way, typer.Option(help="For resources whose class changes: a newer provider first, or one of two ways without.")
    ] = Way.UPGRADE,
    rules: Rules,
    work: Work,
    configured: Configured,
    quiet: Quiet = False,
) -> None:
    """Say what a deployed stack needs before and after the fixes that split resources.

    Writes a runbook and a document for pulumi import --file; no source, no state, no backend.
    """
    from iacfix.commands.migrate import migrate
    from iacfix.migration.request import MigrationRequest

    request = partial(_request, paths, rules, work, configured)
    asked = MigrationRequest(stack_export, procedure.value, output, import_file)
    _end(lambda: migrate(request(), Terminal(quiet), asked))


CampaignFolder = Annotated[str, typer.Argument(metavar="DIR", help="What iacfix campaign run wrote.")]


@_command
def campaign_run(
    lists: Annotated[
        list[str],
        typer.Argument(
            metavar="LIST...",
            help="Files of addresses, JSON of gh repo list, folders or patterns of them; - is stdin.",
        ),
    ],
    output: Annotated[
        str, typer.Option("--output", "-o", metavar="DIR", help="Results; a run that was ended goes on here.")
    ],
    *,
    by: Annotated[By, typer.Option(help="A patch for each rule, or one for all of a repository.")] = By.RULE,
    archived: Annotated[bool, typer.Option("--archived", help="Take archived repositories in.")] = False,
    forks: Annotated[bool, typer.Option("--forks", help="Take forks in.")] = False,
    retry: Annotated[
        list[Retry] | None, typer.Option(help="Try these again; may be repeated.", show_default=False)
    ] = None,
    rules: Rules,
    unsafe_fixes: Unsafe = None,
    work: Work,
    cluster: Annotated[
        str | None,
        typer.Option(metavar="ADDRESS", help="A Dask scheduler to send the work to; local:N starts one here."),
    ] = None,
    timeout: Annotated[int, typer.Option(metavar="SECONDS", min=1, help="For one repository, with its clone.")] = 600,
    memory: Annotated[int, typer.Option(metavar="MB", min=100, help="For a process of one repository.")] = 4096,
    output_size: Annotated[
        int, typer.Option(metavar="MB", min=1, help="For a file of one repository, and for its results.")
    ] = 1024,
    quiet: Quiet = False,
) -> None:
    """Check many repositories; write patches, reports and pages to a folder, and push nothing.

    Each is cloned shallowly and checked in a process of its own, with its own settings.
    """
    from iacfix.campaign.job import Asked, Bounds
    from iacfix.commands.campaign import run_campaign

    select, ignore = listed(rules.select), listed(rules.ignore)
    asked = Asked(select, ignore, unsafe_fixes, work.provider_version, by.value)
    bounds = Bounds(timeout, memory, output_size)
    again = [each.value for each in retry or ()]
    _end(
        lambda: run_campaign(
            lists,
            output,
            asked,
            bounds,
            Terminal(quiet),
            jobs=work.jobs,
            archived=archived,
            forks=forks,
            retry=again,
            cluster=cluster,
        )
    )


@_command
def campaign_show(
    folder: CampaignFolder,
    *,
    json: Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")] = False,
    quiet: Quiet = False,
) -> None:
    """Show what came of all repositories; write the page DIR/index.html."""
    from iacfix.commands.campaign import show_campaign

    _end(lambda: show_campaign(folder, Terminal(quiet), as_json=json))


@dataclass(frozen=True)
class PullRequests:
    """Which pull requests of a campaign, and how they are asked for."""

    select: Annotated[
        list[str] | None,
        typer.Option(metavar="RULE", help="Only those of these rules.", autocompletion=_rule_ids, show_default=False),
    ] = None
    repository: Annotated[str, typer.Option(metavar="PATTERN", help="Only those of repositories with such names.")] = (
        "*"
    )
    tool: Annotated[
        Tool | None, typer.Option(help="What to ask. [default: by the name of the host]", show_default=False)
    ] = None
    timeout: Annotated[float, typer.Option(metavar="SECONDS", min=0, help="For a command of git, gh or glab.")] = 120
    wait: Annotated[
        float,
        typer.Option(metavar="SECONDS", min=0, help="Before a busy host is asked again; doubled each time."),
    ] = 60

    @property
    def chosen(self) -> Chosen:
        from iacfix.campaign.publishing import Chosen

        return Chosen(listed(self.select), self.repository, self.tool.value if self.tool else None)


@_command
def campaign_publish(
    folder: CampaignFolder,
    *,
    pull_requests: PullRequests,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Print the commands; change nothing that is not on this machine.")
    ] = False,
    pause: Annotated[
        float, typer.Option(metavar="SECONDS", min=0, help="Between two changes; GitHub takes 500 an hour.")
    ] = 8,
    quiet: Quiet = False,
) -> None:
    """Push the branches and make the pull requests, through gh or glab.

    They are known by the names of their branches: a second run goes on where the first one ended, and updates what is
    its own. A branch with commits of others is left alone.
    """
    from iacfix.campaign.patience import Pace
    from iacfix.commands.campaign import publish_campaign

    pace = Pace(0 if dry_run else pause, pull_requests.wait, pull_requests.timeout)
    _end(lambda: publish_campaign(folder, pull_requests.chosen, pace, Terminal(quiet), dry=dry_run))


@_command
def campaign_status(
    folder: CampaignFolder,
    *,
    pull_requests: PullRequests,
    json: Annotated[bool, typer.Option("--json", help="Print JSON instead of lines.")] = False,
    quiet: Quiet = False,
) -> None:
    """Say which pull requests are open, merged, closed or in conflict."""
    from iacfix.campaign.patience import Pace
    from iacfix.commands.campaign import show_status

    pace = Pace(0, pull_requests.wait, pull_requests.timeout)
    _end(lambda: show_status(folder, pull_requests.chosen, pace, Terminal(quiet), as_json=json))


@_command
def upgrade(
    major: Annotated[int, typer.Argument(metavar="MAJOR", help="The major version of the provider to get to.")],
    paths: Paths = None,
    *,
    apply: Annotated[bool, typer.Option("--apply", help="Write the files, all of them or none.")] = False,
    output: Annotated[
        str | None, typer.Option("--output", "-o", metavar="FILE", help="Write the checklist here as Markdown.")
    ] = None,
    ignore: Annotated[
        list[str] | None, typer.Option(metavar="RULE", help="Leave these rules out.", autocompletion=_rule_ids)
    ] = None,
    unsafe_fixes: Unsafe = None,
    configured: Configured,
    jobs: Jobs = None,
    quiet: Quiet = False,
    color: Colored = Color.AUTO,
) -> None:
    """Take programs to the next major of the provider: a diff of programs and pins, and a checklist.

    The checklist goes to stderr: what the major changes and no rule rewrites, what of the manifests is not edited, and
    what to run then.
    """
    from iacfix.commands.upgrade import upgrade

    request = partial(_request, paths, Rules(None, ignore), Work(None, jobs), configured, unsafe_fixes)
    _end(lambda: upgrade(request(), Terminal(quiet, color.value), major, apply=apply, output=output))


@_command
def report(
    paths: Paths = None,
    *,
    output: Annotated[str | None, typer.Option("--output", "-o", metavar="FILE", help="Write it to this file.")] = None,
    rules: Rules,
    unsafe_fixes: Unsafe = None,
    work: Work,
    configured: Configured,
    no_cache: NoCache = False,
    stdin_filename: StdinName = None,
) -> None:
    """Write the improvements and the readiness score as Markdown."""
    from iacfix.commands.report import report

    request = partial(_request, paths, rules, work, configured, unsafe_fixes, cache=not no_cache)
    _end(lambda: report(request(), Terminal(stdin_name=stdin_filename), output=output))


@_command
def init(
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Write all that is missing without asking.")] = False,
    quiet: Quiet = False,
) -> None:
    """Write what a repository lacks: settings, a workflow for pull requests, a hook for pre-commit.

    Asks for each; what is there already stays as it is.
    """
    from iacfix.commands.init import init

    _end(lambda: init(Terminal(quiet), yes=yes))


@_command
def test(
    path: Annotated[
        str | None,
        typer.Argument(
            metavar="PATH", help="A folder of rules, or one of its files. [default: the packs of the settings]"
        ),
    ] = None,
    *,
    configured: Configured,
    quiet: Quiet = False,
) -> None:
    """Test rules of your own with their cases. The rules of the path that is named run, also those in Python."""
    from iacfix.commands.rule_writing import test

    _end(lambda: test(path, configured.given, Terminal(quiet)))


@_command
def new__rule(
    name: Annotated[str, typer.Argument(metavar="NAME", help="What is wrong, as unset-retention.")],
    type: Annotated[
        str, typer.Option(metavar="TYPE", help="Of the resources, as the schema has it.", show_default=False)
    ],
    input: Annotated[
        str, typer.Option(metavar="INPUT", help="What is looked at, as the schema has it.", show_default=False)
    ],
    *,
    python: Annotated[bool, typer.Option("--python", help="In Python, instead of YAML.")] = False,
    folder: Annotated[
        str | None,
        typer.Option("--in", metavar="DIR", help="Write here. [default: the first pack, or tools/rules]"),
    ] = None,
    configured: Configured,
    quiet: Quiet = False,
) -> None:
    """Begin a rule of your own, with its cases."""
    from iacfix.commands.rule_writing import NewRule, new_rule

    new = NewRule(name, type, input, python)
    _end(lambda: new_rule(new, folder, configured.given, Terminal(quiet)))


@_command
def lsp() -> None:
    """Run as a language server for editors, on stdin and stdout; needs pip install 'iacfix[lsp]'."""
    from iacfix.commands.lsp import lsp

    _end(lsp)


@_command
def clean(quiet: Quiet = False) -> None:
    """Take away what is kept of earlier runs, of all repositories."""
    from iacfix.commands.clean import clean

    _end(lambda: clean(Terminal(quiet)))


def _request(
    paths: list[str] | None,
    rules: Rules,
    work: Work,
    configured: Configured,
    unsafe: bool | None = None,
    *,
    cache: bool = False,
) -> Request:
    select, ignore = listed(rules.select), listed(rules.ignore)
    major, given = work.provider_version, configured.given
    return Request(tuple(paths or ()), select, ignore, unsafe, major, work.jobs, cache=cache, given=given)


def _end(command: Callable[[], int]) -> None:
    raise typer.Exit(ended(command))
