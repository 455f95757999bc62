"""What the rules are, and the page of one."""

from __future__ import annotations

import re
from contextlib import suppress
from pathlib import Path

from iacfix.commands.terminal import DONE, Terminal, write_lines
from iacfix.engine.request import Request, known_rule, of_packs
from iacfix.files.settings import SettingsOverrides
from iacfix.files.small_files import read_small
from iacfix.registry import rules as known_rules

_RUNTIME = re.compile(r"^runtime:\s*(?:name:\s*)?[\"']?([a-z]+)", re.MULTILINE)


def rules(terminal: Terminal, given: SettingsOverrides, *, json: bool = False) -> int:
    """Those of the packs that hold here are listed too."""
    from iacfix.reports import catalogue

    of_packs(Request(given=given))
    known = known_rules().values()
    write_lines([catalogue.as_json(known)] if json else catalogue.rules(known, terminal.paint))
    return DONE


def explain(name: str, terminal: Terminal, given: SettingsOverrides) -> int:
    from iacfix.reports import catalogue

    of_packs(Request(given=given))
    rule = known_rule(name)
    write_lines(catalogue.page(rule, catalogue.example(rule, _language(Path.cwd())), terminal.paint))
    return DONE


def _language(folder: Path) -> str | None:
    """That of the project around a folder, as the cases have it."""
    for place in (folder, *folder.parents):
        with suppress(OSError):
            found = _RUNTIME.search(read_small(place / "Pulumi.yaml").decode("utf-8", "replace"))
            return {"python": "py", "nodejs": "ts"}.get(found[1]) if found else None
    return None
