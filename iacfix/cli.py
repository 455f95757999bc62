"""The command line: arguments in, exit code out."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Callable
from enum import StrEnum
from typing import Annotated

import typer

from iacfix import __version__, commands
from iacfix.commands import Terminal
from iacfix.errors import IacfixError
from iacfix.migration.asked import Asked
from iacfix.registry import rules as known_rules
from iacfix.reports.formats import FORMATS
from iacfix.run import Request
from iacfix.scope import Scope
from iacfix.staging import advice

INTERRUPTED, BROKEN_PIPE = 130, 141

EXIT_CODES = "Exit codes: 0 nothing to do or all written, 1 findings or a diff remain, 2 wrong usage or a failure."

app = typer.Typer(
    help="Turn Pulumi programs into their production-ready form and show every change as a diff.",
    epilog=EXIT_CODES,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
baseline_app = typer.Typer(help="Findings that are known and not reported again.", no_args_is_help=True)
app.add_typer(baseline_app, name="baseline")


class Color(StrEnum):
    AUTO = "auto"
    ALWAYS = "always"
    NEVER = "never"


class Way(StrEnum):
    """How `migrate` gets a resource to another class."""

    UPGRADE = "upgrade"
    IMPORT = "import"
    RETAIN = "retain"


def _rule_ids(incomplete: str) -> list[str]:
    return [name for name in known_rules() if name.startswith(incomplete)]


def _formats(incomplete: str) -> list[str]:
    return [name for name in FORMATS if name.startswith(incomplete)]


Paths = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="PATHS", help="Files and folders; - is stdin. [default: the current folder]", show_default=False
    ),
]
Select = Annotated[
    list[str] | None,
    typer.Option(metavar="RULE", help="Only these rules, whatever the settings say.", autocompletion=_rule_ids),
]
Ignore = Annotated[
    list[str] | None, typer.Option(metavar="RULE", help="Leave these rules out too.", autocompletion=_rule_ids)
]
Unsafe = Annotated[
    bool | None,
    typer.Option(
        "--unsafe-fixes/--no-unsafe-fixes",
        help="Also take fixes that may replace a resource or need a step.",
        show_default=False,
    ),
]
Major = Annotated[
    int | None, typer.Option(metavar="MAJOR", help="Major version of the provider, instead of looking for it.")
]
Jobs = Annotated[int | None, typer.Option(metavar="N", min=1, help="Processes to use. [default: one a processor]")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="No summary.")]
Colored = Annotated[Color, typer.Option(help="Colour; auto respects NO_COLOR and FORCE_COLOR.")]
StdinName = Annotated[str | None, typer.Option(metavar="PATH", help="The file that stdin stands for.")]


Since = Annotated[
    str | None,
    typer.Option(
        metavar="REV", help="Only files changed since this revision was left; auto finds the target branch in CI."
    ),
]
Lines = Annotated[bool, typer.Option("--lines", help="With --since: only findings on changed lines or resources.")]
Baseline = Annotated[
    str | None, typer.Option(metavar="FILE", help="Known findings to leave out. [default: iacfix-baseline.json]")
]
NoBaseline = Annotated[bool, typer.Option("--no-baseline", help="Report what the baseline knows too.")]
Formats = Annotated[
    list[str] | None,
    typer.Option(
        "--output-format",
        metavar="FORMAT[=FILE]",
        help=f"{', '.join(FORMATS)}; may be repeated. [default: text; github in GitHub Actions]",
        autocompletion=_formats,
        show_default=False,
    ),
]


def _show_version(wanted: bool) -> None:
    if wanted:
        print(f"iacfix {__version__}")
        raise typer.Exit


@app.callback()
def main(
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None: ...


@app.command()
def check(
    paths: Paths = None,
    output_format: Formats = None,
    add_ignores: Annotated[
        bool, typer.Option("--add-ignores", help="Write comments that ignore what is found; needs --reason.")
    ] = False,
    reason: Annotated[str | None, typer.Option(metavar="TEXT", help="Why, for --add-ignores.")] = None,
    since: Since = None,
    lines: Lines = False,
    baseline: Baseline = None,
    no_baseline: NoBaseline = False,
    select: Select = None,
    ignore: Ignore = None,
    unsafe_fixes: Unsafe = None,
    provider_version: Major = None,
    jobs: Jobs = None,
    quiet: Quiet = False,
    color: Colored = Color.AUTO,
    stdin_filename: StdinName = None,
) -> None:
    """Show what is weak, and how each finding is fixed."""
    request = _request(paths, select, ignore, unsafe_fixes, provider_version, jobs)
    terminal = Terminal(
        quiet,
        color.value,
        stdin_filename,
        tuple(output_format or ()),
        Scope(since, lines, baseline, no_baseline),
    )
    _end(lambda: commands.check(request, terminal, add_ignores=add_ignores, reason=reason))


@app.command()
def diff(
    paths: Paths = None,
    by_rule: Annotated[bool, typer.Option("--by-rule", help="A series: one patch a rule.")] = False,
    output: Annotated[
        str | None,
        typer.Option("--output", "-o", metavar="FILE", help="Write here; a new folder with --by-rule."),
    ] = None,
    output_format: Annotated[
        list[str] | None,
        typer.Option(metavar="FORMAT=FILE", help="Write a report as well, as with iacfix check.", show_default=False),
    ] = None,
    since: Since = None,
    lines: Lines = False,
    baseline: Baseline = None,
    no_baseline: NoBaseline = False,
    select: Select = None,
    ignore: Ignore = None,
    unsafe_fixes: Unsafe = None,
    provider_version: Major = None,
    jobs: Jobs = None,
    quiet: Quiet = False,
    color: Colored = Color.AUTO,
    stdin_filename: StdinName = None,
) -> None:
    """Show the fixes as a diff; write nothing.

    git apply and patch -p1 take it from the root of the repository. The summary goes to stderr.
    """
    request = _request(paths, select, ignore, unsafe_fixes, provider_version, jobs)
    terminal = Terminal(
        quiet, color.value, stdin_filename, tuple(output_format or ()), Scope(since, lines, baseline, no_baseline)
    )
    _end(lambda: commands.diff(request, terminal, by_rule=by_rule, output=output))


@app.command()
def apply(
    paths: Paths = None,
    interactive: Annotated[bool, typer.Option("--interactive", "-i", help="Ask about each fix.")] = False,
    since: Since = None,
    lines: Lines = False,
    baseline: Baseline = None,
    no_baseline: NoBaseline = False,
    select: Select = None,
    ignore: Ignore = None,
    unsafe_fixes: Unsafe = None,
    provider_version: Major = None,
    jobs: Jobs = None,
    quiet: Quiet = False,
    color: Colored = Color.AUTO,
    stdin_filename: StdinName = None,
) -> None:
    """Write the fixes."""
    request = _request(paths, select, ignore, unsafe_fixes, provider_version, jobs)
    terminal = Terminal(quiet, color.value, stdin_filename, scope=Scope(since, lines, baseline, no_baseline))
    _end(lambda: commands.apply(request, terminal, interactive=interactive))


@app.command()
def patch(
    file: Annotated[str, typer.Argument(metavar="FILE", help="A diff that a reviewer may have edited; - is stdin.")],
    quiet: Quiet = False,
) -> None:
    """Apply a reviewed diff: every hunk fits, or nothing is written."""
    _end(lambda: commands.patch(file, Terminal(quiet)))


@baseline_app.command("write")
def baseline_write(
    paths: Paths = None,
    baseline: Annotated[
        str | None, typer.Option(metavar="FILE", help="Write here. [default: iacfix-baseline.json at the root]")
    ] = None,
    select: Select = None,
    ignore: Ignore = None,
    provider_version: Major = None,
    jobs: Jobs = None,
    quiet: Quiet = False,
) -> None:
    """Record today's findings, so that later runs report only new ones.

    What is recorded of files and rules that this run does not look at stays.
    """
    request = _request(paths, select, ignore, None, provider_version, jobs)
    _end(lambda: commands.write_baseline(request, Terminal(quiet, scope=Scope(baseline=baseline))))


@app.command()
def rules(color: Colored = Color.AUTO) -> None:
    """List the rules."""
    _end(lambda: commands.rules(Terminal(color=color.value)))


@app.command()
def explain(
    rule: Annotated[str, typer.Argument(metavar="RULE", autocompletion=_rule_ids)], color: Colored = Color.AUTO
) -> None:
    """Show the page of a rule, with an example."""
    _end(lambda: commands.explain(rule, Terminal(color=color.value)))


@app.command()
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
    select: Select = None,
    ignore: Ignore = None,
    provider_version: Major = None,
    jobs: Jobs = None,
    quiet: Quiet = False,
) -> None:
    """Say what a deployed stack needs before and after the fixes that split resources.

    Writes a runbook and a document for pulumi import --file; no source, no state, no backend.
    """
    request = _request(paths, select, ignore, None, provider_version, jobs)
    asked = Asked(stack_export, procedure.value, output, import_file)
    _end(lambda: commands.migrate(request, Terminal(quiet), asked))


@app.command()
def report(
    paths: Paths = None,
    select: Select = None,
    ignore: Ignore = None,
    unsafe_fixes: Unsafe = None,
    provider_version: Major = None,
    jobs: Jobs = None,
    stdin_filename: StdinName = None,
) -> None:
    """Write the improvements and the readiness score as Markdown."""
    request = _request(paths, select, ignore, unsafe_fixes, provider_version, jobs)
    _end(lambda: commands.report(request, Terminal(stdin_name=stdin_filename)))


def _request(
    paths: list[str] | None,
    select: list[str] | None,
    ignore: list[str] | None,
    unsafe: bool | None,
    major: int | None,
    jobs: int | None,
) -> Request:
    return Request(tuple(paths or ()), _listed(select), _listed(ignore), unsafe, major, jobs)


def _listed(values: list[str] | None) -> tuple[str, ...]:
    """Repeated options and comma lists alike."""
    return tuple(name.strip() for value in values or () for name in value.split(",") if name.strip())


def _end(command: Callable[[], int]) -> None:
    """Run a command and leave with its exit code; what a person can cause is one line, never a traceback."""
    try:
        code = command()
    except IacfixError as error:
        commands.complain(str(error))
        code = error.exit_code
    except KeyboardInterrupt:
        code = INTERRUPTED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # or the interpreter complains when it flushes
        code = BROKEN_PIPE
    except OSError as error:
        commands.complain(_explained(error))
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = IacfixError.exit_code
    raise typer.Exit(code)


def _explained(error: OSError) -> str:
    """What the system refused, and the way out."""
    if error.errno == errno.ENOENT and error.filename is None:
        return "the working directory is gone; change to a folder that exists"
    what = f"{error.filename}: " if error.filename else ""
    return f"{what}{error.strerror}; {advice(error, 'run again, or report it if it stays')}"
