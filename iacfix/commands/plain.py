"""Command lines that need no parser: a command and paths."""

from __future__ import annotations

from collections.abc import Sequence

from iacfix.commands.terminal import Terminal, ended
from iacfix.engine.request import Request


def plain(arguments: Sequence[str]) -> int | None:
    """The exit code of a command line that names a command and paths alone; None for any other, which typer reads."""
    match arguments:
        case ["check" | "diff" | "apply", *paths] if not any(path.startswith("-") for path in paths):
            request, terminal = Request(tuple(paths), cache=True), Terminal()
        case _:
            return None
    match arguments[0]:
        case "check":
            from iacfix.commands.check import check

            return ended(lambda: check(request, terminal))
        case "diff":
            from iacfix.commands.diff import diff

            return ended(lambda: diff(request, terminal, by_rule=False, output=None))
        case _:
            from iacfix.commands.apply import apply

            return ended(lambda: apply(request, terminal, interactive=False))
