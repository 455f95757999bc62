"""Where what cannot be seen through comes from, in words that stand behind `from`."""

from __future__ import annotations

LONGEST = 50
"""More of an expression says no more to a reader."""


PARAMETER = "the parameter "


def parameter(name: str) -> str:
    return f"{PARAMETER}{name}"


def is_parameter(whence: str) -> bool:
    """Whoever calls the function around says what it is."""
    return whence.startswith(PARAMETER)


def imported(name: str) -> str:
    return f"{name}, which is imported,"


def returned(callee: str) -> str:
    return f"what {_short(callee)}() returns"


def held(name: str, callee: str) -> str:
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
