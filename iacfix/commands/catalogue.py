"""What the rules are, and the page of one."""

from __future__ import annotations

from iacfix.commands.terminal import DONE, Terminal, write_lines
from iacfix.engine.request import known_rule
from iacfix.registry import rules as known_rules


def rules(terminal: Terminal) -> int:
    from iacfix.reports import catalogue

    write_lines(catalogue.rules(known_rules().values(), terminal.paint))
    return DONE


def explain(name: str, terminal: Terminal) -> int:
    from iacfix.reports import catalogue

    rule = known_rule(name)
    write_lines(catalogue.page(rule, catalogue.example(rule), terminal.paint))
    return DONE
