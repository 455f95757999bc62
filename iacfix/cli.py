"""The command line: arguments in, exit code out."""

from __future__ import annotations

from enum import StrEnum
from functools import partial
from typing import Annotated

import typer

from iacfix import __version__, campaign_cli
from iacfix.commands.terminal import Terminal
from iacfix.engine.request import Request, listed
from iacfix.engine.scope import RunScope
from iacfix.options import (
    COMMANDS,
    Color,
    Colored,
    DisplayOptions,
    Files,
    Formats,
    Jobs,
    NoCache,
    Paths,
    Quiet,
    RuleOptions,
    ScopeOptions,
    SettingsOptions,
    StdinName,
    Unsafe,
    WorkOptions,
    command,
    end,
    expanded,
    rule_ids,
)

EXIT_CODES = "Exit codes: 0 nothing to do or all written, 1 findings or a diff remain, 2 wrong usage or a failure."


class MigrationProcedure(StrEnum):
    """How `migrate` gets a resource to another class."""

    UPGRADE = "upgrade"
    IMPORT = "import"
    RETAIN = "retain"


def _show_version(wanted: bool) -> None:
    if wanted:
        print(f"iacfix {__version__}")
        raise typer.Exit


def main(
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None: ...


def program(only: str | None = None) -> typer.Typer:
    """The commands for typer; `only` the one of this name, if there is one: to build them all takes longer than a
    small run."""
    chosen = {words: made for words, made in COMMANDS.items() if words[0] == only}
    app = typer.Typer(
        help="Rewrite Pulumi programs and Terraform modules into production-ready form; show each change as a diff.",
        epilog=EXIT_CODES,
        no_args_is_help=True,
        add_completion=not chosen,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.callback()(main)
    groups = {
        "baseline": typer.Typer(help="Manage the baseline of accepted findings.", no_args_is_help=True),
        "campaign": typer.Typer(help=campaign_cli.HELP, no_args_is_help=True),
    }
    for (*group, name), made in (chosen or COMMANDS).items():
        place = groups[group[0]] if group else app
        place.command(name)(expanded(made))
    for name, group in groups.items():
        if group.registered_commands:
            app.add_typer(group, name=name)
    return app


@command
def check(
    paths: Paths = None,
    *,
    output_format: Formats = None,
    add_ignores: Annotated[
        bool, typer.Option("--add-ignores", help="Suppress every finding with a comment; needs --reason.")
    ] = False,
    reason: Annotated[str | None, typer.Option(metavar="TEXT", help="The reason that --add-ignores writes.")] = None,
    statistics: Annotated[
        bool, typer.Option("--statistics", help="Show only the number of findings per rule.")
    ] = False,
    exit_zero: Annotated[
        bool, typer.Option("--exit-zero", help="Exit with 0 even if there are findings; failures still exit with 2.")
    ] = False,
    show_settings: Annotated[
        bool, typer.Option("--show-settings", help="Print the settings and where each comes from; check nothing.")
    ] = False,
    show_files: Annotated[
        bool, typer.Option("--show-files", help="Print the files that would be checked; check nothing.")
    ] = False,
    within: ScopeOptions,
    rules: RuleOptions,
    unsafe_fixes: Unsafe = None,
    work: WorkOptions,
    configured: SettingsOptions,
    no_cache: NoCache = False,
    display: DisplayOptions,
) -> None:
    """Show the findings, and how each can be fixed."""
    from iacfix.commands.check import check
    from iacfix.commands.show_settings import show_settings as show

    request = partial(_request, paths, rules, work, configured, unsafe_fixes, cache=not no_cache)
    terminal = display.terminal(within, output_format)
    if show_settings:
        end(lambda: show(request()))
    if show_files:
        from iacfix.commands.show_files import show_files as list_files

        end(lambda: list_files(request()))
    end(
        lambda: check(
            request(), terminal, add_ignores=add_ignores, reason=reason, statistics=statistics, exit_zero=exit_zero
        )
    )


@command
def diff(
    paths: Paths = None,
    *,
    by_rule: Annotated[bool, typer.Option("--by-rule", help="Write a series: one patch for each rule.")] = False,
    output: Annotated[
        str | None,
        typer.Option("--output", "-o", metavar="FILE", help="Write to this file; with --by-rule, to this new folder."),
    ] = None,
    output_format: Annotated[
        list[str] | None,
        typer.Option(metavar="FORMAT=FILE", help="Also write a report, as iacfix check does.", show_default=False),
    ] = None,
    within: ScopeOptions,
    rules: RuleOptions,
    unsafe_fixes: Unsafe = None,
    work: WorkOptions,
    configured: SettingsOptions,
    no_cache: NoCache = False,
    display: DisplayOptions,
) -> None:
    """Show the fixes as a diff; write nothing.

    git apply and patch -p1 take it from the root of the repository. The summary goes to stderr.
    """
    from iacfix.commands.diff import diff

    request = partial(_request, paths, rules, work, configured, unsafe_fixes, cache=not no_cache)
    terminal = display.terminal(within, output_format)
    end(lambda: diff(request(), terminal, by_rule=by_rule, output=output))


@command
def apply(
    paths: Paths = None,
    *,
    interactive: Annotated[
        bool,
        typer.Option(
            "--interactive",
            "-i",
            help="Ask about each fix. To edit one, answer no; then edit what iacfix diff writes and run iacfix patch.",
        ),
    ] = False,
    fix_only: Annotated[bool, typer.Option("--fix-only", help="Do not report what remains, and exit with 0.")] = False,
    within: ScopeOptions,
    rules: RuleOptions,
    unsafe_fixes: Unsafe = None,
    work: WorkOptions,
    configured: SettingsOptions,
    no_cache: NoCache = False,
    display: DisplayOptions,
) -> None:
    """Write the fixes."""
    from iacfix.commands.apply import apply

    request = partial(_request, paths, rules, work, configured, unsafe_fixes, cache=not no_cache)
    terminal = display.terminal(within)
    end(lambda: apply(request(), terminal, interactive=interactive, fix_only=fix_only))


@command
def undo(
    paths: Annotated[
        list[str] | None,
        typer.Argument(metavar="PATHS", help="Only these files and folders. [default: all]", show_default=False),
    ] = None,
    *,
    diff: Annotated[bool, typer.Option("--diff", help="Show what would be undone; write nothing.")] = False,
    quiet: Quiet = False,
    color: Colored = Color.AUTO,
) -> None:
    """Revert the last run: restore all files it wrote, or none.

    The last run of apply, patch, upgrade --apply or check --add-ignores counts. Files that were changed since are not
    overwritten.
    """
    from iacfix.commands.undo import undo

    end(lambda: undo(paths or [], Terminal(quiet, color.value), diff=diff))


@command
def patch(
    file: Annotated[str, typer.Argument(metavar="FILE", help="A diff that a reviewer may have edited; - is stdin.")],
    quiet: Quiet = False,
) -> None:
    """Apply a reviewed diff; write nothing unless every hunk fits."""
    from iacfix.commands.patch import patch

    end(lambda: patch(file, Terminal(quiet)))


@command
def baseline_write(
    paths: Files = None,
    *,
    baseline: Annotated[
        str | None, typer.Option(metavar="FILE", help="Write here. [default: iacfix-baseline.json at the root]")
    ] = None,
    rules: RuleOptions,
    work: WorkOptions,
    configured: SettingsOptions,
    no_cache: NoCache = False,
    quiet: Quiet = False,
) -> None:
    """Record today's findings, so that later runs report only new ones.

    Entries for files and rules outside of this run are kept.
    """
    from iacfix.commands.baseline import write_baseline

    request = partial(_request, paths, rules, work, configured, None, cache=not no_cache)
    end(lambda: write_baseline(request(), Terminal(quiet, scope=RunScope(baseline=baseline))))


@command
def rules(
    *,
    json: Annotated[bool, typer.Option("--json", help="Print JSON instead of a table, with the page of each.")] = False,
    configured: SettingsOptions,
    color: Colored = Color.AUTO,
) -> None:
    """List the rules."""
    from iacfix.commands.catalogue import rules

    end(lambda: rules(Terminal(color=color.value), configured.given, json=json))


@command
def explain(
    rule: Annotated[str, typer.Argument(metavar="RULE", autocompletion=rule_ids)],
    *,
    configured: SettingsOptions,
    color: Colored = Color.AUTO,
) -> None:
    """Show the page of a rule, with an example."""
    from iacfix.commands.catalogue import explain

    end(lambda: explain(rule, Terminal(color=color.value), configured.given))


@command
def migrate(
    paths: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="PATHS", help="The program as it is deployed. [default: the current folder]", show_default=False
        ),
    ] = None,
    *,
    stack_export: Annotated[
        str | None, typer.Option(metavar="FILE", help="The file that pulumi stack export wrote; - is stdin.")
    ] = None,
    import_blocks: Annotated[
        bool, typer.Option("--import-blocks", help="Print the import blocks that Terraform's root modules need.")
    ] = False,
    output: Annotated[
        str | None,
        typer.Option("--output", "-o", metavar="DIR", help="Write runbook.md and import.json to this new folder."),
    ] = None,
    import_file: Annotated[
        str | None,
        typer.Option(metavar="FILE", help="Fill in the ids in the file that pulumi preview --import-file wrote."),
    ] = None,
    procedure: Annotated[
        MigrationProcedure,
        typer.Option(
            help="For resources whose class changes: upgrade the provider first, or import or retain without it."
        ),
    ] = MigrationProcedure.UPGRADE,
    rules: RuleOptions,
    work: WorkOptions,
    configured: SettingsOptions,
    quiet: Quiet = False,
) -> None:
    """Write a migration runbook for a deployed stack whose resources a fix splits.

    The output is a runbook and a document for pulumi import --file, or import blocks for Terraform. No source file and
    no state is changed.
    """
    from iacfix.commands.migrate import import_blocks as print_blocks
    from iacfix.commands.migrate import migrate
    from iacfix.errors import UsageError
    from iacfix.migration.request import MigrationRequest

    request = partial(_request, paths, rules, work, configured)

    def made() -> int:
        if import_blocks and any((stack_export, output, import_file)):
            raise UsageError("--import-blocks prints blocks for Terraform; the other options are about a Pulumi stack")
        if import_blocks:
            return print_blocks(request(), Terminal(quiet))
        if stack_export is None:
            raise UsageError("name what pulumi stack export wrote by --stack-export, or ask for --import-blocks")
        asked = MigrationRequest(stack_export, procedure.value, output, import_file)
        return migrate(request(), Terminal(quiet), asked)

    end(made)


@command
def upgrade(
    major: Annotated[int, typer.Argument(metavar="MAJOR", help="The major version of the provider to upgrade to.")],
    paths: Files = None,
    *,
    apply: Annotated[bool, typer.Option("--apply", help="Write the files, all of them or none.")] = False,
    output: Annotated[
        str | None, typer.Option("--output", "-o", metavar="FILE", help="Write the checklist here as Markdown.")
    ] = None,
    ignore: Annotated[
        list[str] | None, typer.Option(metavar="RULE", help="Ignore these rules.", autocompletion=rule_ids)
    ] = None,
    unsafe_fixes: Unsafe = None,
    configured: SettingsOptions,
    jobs: Jobs = None,
    quiet: Quiet = False,
    color: Colored = Color.AUTO,
) -> None:
    """Upgrade to the next major of the provider: a diff of programs and pins, and a checklist.

    The checklist goes to stderr: changes of the major that no rule rewrites, manifests that are not edited, and the
    commands to run next.
    """
    from iacfix.commands.upgrade import upgrade

    request = partial(_request, paths, RuleOptions(None, ignore), WorkOptions(None, jobs), configured, unsafe_fixes)
    end(lambda: upgrade(request(), Terminal(quiet, color.value), major, apply=apply, output=output))


@command
def report(
    paths: Paths = None,
    *,
    output: Annotated[str | None, typer.Option("--output", "-o", metavar="FILE", help="Write it to this file.")] = None,
    quiet: Quiet = False,
    rules: RuleOptions,
    unsafe_fixes: Unsafe = None,
    work: WorkOptions,
    configured: SettingsOptions,
    no_cache: NoCache = False,
    stdin_filename: StdinName = None,
) -> None:
    """Write the improvements and the readiness score as Markdown."""
    from iacfix.commands.report import report

    request = partial(_request, paths, rules, work, configured, unsafe_fixes, cache=not no_cache)
    end(lambda: report(request(), Terminal(quiet, stdin_name=stdin_filename), output=output))


@command
def init(
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Write every missing file without asking.")] = False,
    quiet: Quiet = False,
) -> None:
    """Set up a repository: settings, a workflow for pull requests, a pre-commit hook.

    Asks before it writes each file, and never overwrites one.
    """
    from iacfix.commands.init import init

    end(lambda: init(Terminal(quiet), yes=yes))


@command
def test(
    path: Annotated[
        str | None,
        typer.Argument(
            metavar="PATH", help="A folder of rules, or one of its files. [default: the packs of the settings]"
        ),
    ] = None,
    *,
    configured: SettingsOptions,
    quiet: Quiet = False,
) -> None:
    """Test rules of your own with their cases. Naming a path allows its rules in Python to run."""
    from iacfix.commands.rule_writing import test

    end(lambda: test(path, configured.given, Terminal(quiet)))


@command
def new__rule(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Id of the rule, such as unset-retention.")],
    type: Annotated[
        str, typer.Option(metavar="TYPE", help="Type of the resources, as the schema names it.", show_default=False)
    ],
    input: Annotated[
        str, typer.Option(metavar="INPUT", help="Input to check, as the schema names it.", show_default=False)
    ],
    *,
    python: Annotated[bool, typer.Option("--python", help="Write Python instead of YAML.")] = False,
    folder: Annotated[
        str | None,
        typer.Option("--in", metavar="DIR", help="Write here. [default: the first pack, or tools/rules]"),
    ] = None,
    configured: SettingsOptions,
    quiet: Quiet = False,
) -> None:
    """Create a rule of your own, with its cases."""
    from iacfix.commands.rule_writing import NewRule, new_rule

    new = NewRule(name, type, input, python)
    end(lambda: new_rule(new, folder, configured.given, Terminal(quiet)))


@command
def lsp(*, configured: SettingsOptions) -> None:
    """Run as a language server for editors, on stdin and stdout.

    It needs the extra lsp: pip install '.[lsp]' in a checkout of iacfix.
    """
    from iacfix.commands.lsp import lsp

    end(lambda: lsp(configured.given))


@command
def clean(quiet: Quiet = False) -> None:
    """Delete the cache of all repositories."""
    from iacfix.commands.clean import clean

    end(lambda: clean(Terminal(quiet)))


def _request(
    paths: list[str] | None,
    rules: RuleOptions,
    work: WorkOptions,
    configured: SettingsOptions,
    unsafe: bool | None = None,
    *,
    cache: bool = False,
) -> Request:
    select, ignore = listed(rules.select), listed(rules.ignore)
    major, given = work.provider_version, configured.given
    return Request(tuple(paths or ()), select, ignore, unsafe, major, work.jobs, cache=cache, given=given)
