"""Statements that allow too much through wildcards."""

from __future__ import annotations

import re
from collections.abc import Iterator

from iacfix.model import Hidden, Value, literal
from iacfix_aws._views.policies import Policy, Statement, listed

EVERY = frozenset({"*", "*:*"})
SERVICE = re.compile(r"[a-z0-9-]+:\*")
WIDE = re.compile(rf"\*(?::\*)?|{SERVICE.pattern}", re.IGNORECASE)
"""A wildcard action."""
RAW = re.compile(r'"Action"\s*:\s*(?:\[\s*)?"\*(?::\*)?"')
"""A wildcard for all actions in text that is not valid JSON."""


def granted_in_text(hidden: Hidden) -> Iterator[str]:
    """What a policy in JSON text allows through wildcards, each once."""
    if hidden.written is not None:
        policy = Policy(hidden.written, hidden.host, (hidden.host,))
        found = filter(None, map(granted, policy.statements))
        yield from dict.fromkeys(what for _, what in found)
    elif hidden.text is not None and RAW.search(hidden.text.pattern):
        yield "every action"


def granted(statement: Statement) -> tuple[Value, str] | None:
    """The value with a wildcard and what it allows, in words; None where the statement allows nothing that way."""
    if not statement.allows or statement.has_principal or statement.condition is not None:
        return None
    is_everywhere = any(literal(value) == "*" for value in listed(statement.resource))
    where = " on everything" if is_everywhere else ""
    if (left_out := statement.left_out) is not None:
        return (left_out, f"all actions except those that it names{where}") if is_everywhere else None
    for action in listed(statement.action):
        name = (literal(action) or "").lower()
        if name in EVERY:
            return action, f"every action{where}"
        if is_everywhere and SERVICE.fullmatch(name):
            return action, f"{literal(action)}{where}"
    return None
