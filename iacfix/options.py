"""Options that several commands share, alone and as dataclass groups, and their expansion for typer."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields, is_dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any, cast, get_type_hints

import typer

from iacfix.commands.terminal import Terminal, ended
from iacfix.engine.scope import RunScope
from iacfix.reports.formats import FORMATS

if TYPE_CHECKING:
    from iacfix.files.settings import SettingsOverrides


class Color(StrEnum):
    AUTO = "auto"
    ALWAYS = "always"
    NEVER = "never"


def rule_ids(incomplete: str) -> list[str]:
    from iacfix.registry import rules

    return [name for name in rules() if name.startswith(incomplete)]


def _major(given: str) -> int:
    """A major, alone or behind the name of the provider and a sign: `6`, `NAME=6`."""
    name, sign, number = given.rpartition("=")
    if not re.fullmatch("[0-9]{1,9}", number):
        raise typer.BadParameter(f"'{given}' is not a major such as 6 or NAME=6")
    if sign:
        from iacfix.registry import packs

        known = sorted({pack.provider.name for pack in packs()})
        if name not in known:
            raise typer.BadParameter(f"no rule knows the provider '{name}'; choose {' or '.join(known)}")
        if len(known) > 1:
            raise typer.BadParameter(f"rules know the providers {' and '.join(known)}; give the major alone, for all")
    return int(number)


def _formats(incomplete: str) -> list[str]:
    return [name for name in FORMATS if name.startswith(incomplete)]


Paths = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="PATHS", help="Files and folders; - is stdin. [default: the current folder]", show_default=False
    ),
]
Files = Annotated[
    list[str] | None,
    typer.Argument(metavar="PATHS", help="Files and folders. [default: the current folder]", show_default=False),
]
Jobs = Annotated[int | None, typer.Option(metavar="N", min=1, help="Number of processes. [default: one per CPU]")]
Unsafe = Annotated[
    bool | None,
    typer.Option(
        "--unsafe-fixes/--no-unsafe-fixes",
        help="Also apply fixes that may replace a resource or need a manual step.",
        show_default=False,
    ),
]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Print no summary.")]
Colored = Annotated[Color, typer.Option(help="Colour; auto respects NO_COLOR and FORCE_COLOR.")]
StdinName = Annotated[str | None, typer.Option(metavar="PATH", help="File name for the text on stdin.")]
NoCache = Annotated[bool, typer.Option("--no-cache", help="Check every file again, even unchanged ones.")]
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
class ScopeOptions:
    """Options that limit which findings count."""

    since: Annotated[
        str | None,
        typer.Option(
            metavar="REV",
            help="Only files changed since the merge base with REV; auto finds the target branch in CI.",
        ),
    ] = None
    lines: Annotated[
        bool, typer.Option("--lines", help="With --since: only findings on changed lines or resources.")
    ] = False
    baseline: Annotated[
        str | None, typer.Option(metavar="FILE", help="Baseline of accepted findings. [default: iacfix-baseline.json]")
    ] = None
    no_baseline: Annotated[
        bool, typer.Option("--no-baseline", help="Also report findings that are in the baseline.")
    ] = False

    @property
    def scope(self) -> RunScope:
        return RunScope(self.since, self.lines, self.baseline, self.no_baseline)


@dataclass(frozen=True)
class RuleOptions:
    """Options that select rules."""

    select: Annotated[
        list[str] | None,
        typer.Option(metavar="RULE", help="Only these rules, regardless of the settings.", autocompletion=rule_ids),
    ] = None
    ignore: Annotated[
        list[str] | None, typer.Option(metavar="RULE", help="Ignore these rules, too.", autocompletion=rule_ids)
    ] = None


@dataclass(frozen=True)
class WorkOptions:
    """Options about how files are read."""

    provider_version: Annotated[
        int | None,
        typer.Option(
            metavar="MAJOR",
            parser=_major,
            help="Major version of the provider, such as 6 or NAME=6. [default: detected]",
        ),
    ] = None
    jobs: Jobs = None


@dataclass(frozen=True)
class SettingsOptions:
    """Options that replace or override settings files."""

    config: Annotated[
        list[str] | None,
        typer.Option(
            metavar="FILE|KEY=VALUE",
            help="Use this settings file instead of searching for one; or override one setting, for example "
            "'ignore=[\"open-ingress\"]'. May be repeated.",
            show_default=False,
        ),
    ] = None
    isolated: Annotated[bool, typer.Option("--isolated", help="Ignore all settings files.")] = False
    allow_packs: Annotated[
        bool, typer.Option("--allow-packs", help="Allow the packs in the settings to run Python.")
    ] = False

    @property
    def given(self) -> SettingsOverrides:
        from iacfix.files.settings import given

        return given(self.config or (), isolated=self.isolated, allow_packs=self.allow_packs)


@dataclass(frozen=True)
class DisplayOptions:
    """Options about input and output."""

    quiet: Quiet = False
    color: Colored = Color.AUTO
    stdin_filename: StdinName = None

    def terminal(self, within: ScopeOptions, formats: list[str] | None = None) -> Terminal:
        return Terminal(self.quiet, self.color.value, self.stdin_filename, tuple(formats or ()), within.scope)


COMMANDS: dict[tuple[str, ...], Callable[..., None]] = {}
"""The functions of the commands, by the words of the command line."""


def command(made: Callable[..., None]) -> Callable[..., None]:
    """Register a command under the name of its function; an underscore separates a group from its command, a double
    underscore stands for a dash."""
    COMMANDS[tuple(made.__name__.replace("__", "-").split("_"))] = made
    return made


def expanded(made: Callable[..., None]) -> Callable[..., None]:
    """The command with a signature that typer understands: each option group is replaced by its options."""
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
    """The argument of the original function: a value, or the group built from its values."""
    if not is_dataclass(hint):
        return values[name]
    group = cast("Callable[..., Any]", hint)
    return group(**{field.name: values[field.name] for field in fields(hint)})


def end(command: Callable[[], int]) -> None:
    raise typer.Exit(ended(command))
