"""The usual command lines, parsed without typer: importing that takes longer than a small run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from iacfix.commands.terminal import Terminal, ended
from iacfix.engine.request import Request, listed


def run_without_typer(arguments: Sequence[str]) -> int | None:
    """Run check, diff or apply with paths and usual options; the exit code, or None where typer has to parse them."""
    match arguments:
        case ["check" | "diff" | "apply" as command, *words] if asked := _parsed(words):
            request, terminal = asked
        case _:
            return None
    if command == "check":
        from iacfix.commands.check import check

        return ended(lambda: check(request, terminal))
    if command == "diff":
        from iacfix.commands.diff import diff

        return ended(lambda: diff(request, terminal, by_rule=False, output=None))
    if terminal.formats:
        return None
    from iacfix.commands.apply import apply

    return ended(lambda: apply(request, terminal, interactive=False))


def _parsed(words: Sequence[str]) -> tuple[Request, Terminal] | None:
    """The request and the terminal that the words ask for; None where one is unusual or wrong, for typer to report."""
    request, terminal = Request(cache=True), Terminal()
    left = iter(words)
    for word in left:
        name, has_value, value = word.partition("=")
        match name:
            case _ if not word.startswith("-"):
                request = replace(request, paths=(*request.paths, word))
            case "-q" | "--quiet" if not has_value:
                terminal = replace(terminal, quiet=True)
            case "--no-cache" if not has_value:
                request = replace(request, cache=False)
            case "--unsafe-fixes" | "--no-unsafe-fixes" if not has_value:
                request = replace(request, unsafe=name == "--unsafe-fixes")
            case "--select" | "--ignore" | "--jobs" | "--output-format":
                value = value if has_value else next(left, "")
                if not value or value.startswith("-"):
                    return None
                match name:
                    case "--select":
                        request = replace(request, select=(*request.select, *listed([value])))
                    case "--ignore":
                        request = replace(request, ignore=(*request.ignore, *listed([value])))
                    case "--output-format":
                        terminal = replace(terminal, formats=(*terminal.formats, value))
                    case _ if value.isascii() and value.isdecimal() and int(value):
                        request = replace(request, jobs=int(value))
                    case _:
                        return None
            case _:
                return None
    return request, terminal
