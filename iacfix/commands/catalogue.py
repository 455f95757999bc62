"""What the rules are, and the page of one."""

from __future__ import annotations

from iacfix.commands.terminal import DONE, Terminal, write_lines
from iacfix.engine.request import Request, known_rule, of_packs
from iacfix.files.settings import Given
from iacfix.registry import rules as known_rules


def rules(terminal: Terminal, given: Given) -> int:
    """Those of the packs that hold here are listed too."""
    from iacfix.reports import catalogue

    of_packs(Request(given=given))
    write_lines(catalogue.rules(known_rules().values(), terminal.paint))
    return DONE


def explain(name: str, terminal: Terminal, given: Given) -> int:
    from iacfix.reports import catalogue

    of_packs(Request(given=given))
    rule = known_rule(name)
    write_lines(catalogue.page(rule, catalogue.example(rule), terminal.paint))
    return DONE
