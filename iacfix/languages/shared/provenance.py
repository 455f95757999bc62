"""Phrases for the provenance of a value that cannot be read; messages put them after `from`."""

from __future__ import annotations

LONGEST = 50
"""Characters of an expression that a phrase quotes; the rest is cut."""


PARAMETER = "the parameter "


def parameter(name: str) -> str:
    return f"{PARAMETER}{name}"


def is_parameter(provenance: str) -> bool:
    """The value is an argument of the callers."""
    return provenance.startswith(PARAMETER)


def imported(name: str) -> str:
    return f"{name}, which is imported,"


def returned(callee: str) -> str:
    return f"what {_short(callee)}() returns"


def held(name: str, callee: str) -> str:
    """For a variable that holds the result of a call."""
    return f"{name}, which {_short(callee)}() returns,"


def looped(name: str) -> str:
    return f"{name}, which differs in each round of a loop,"


def changed(name: str) -> str:
    return f"{name}, which is set or changed in several places,"


def computed(code: str) -> str:
    return f"{_short(code)}, which is computed,"


def _short(code: str) -> str:
    line = " ".join(code.split())
    return line if len(line) <= LONGEST else f"{line[:LONGEST]}..."
