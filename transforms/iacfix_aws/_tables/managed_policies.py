"""The policies that AWS manages, as the provider's package lists them in `iam.ManagedPolicy`."""

from __future__ import annotations

from functools import cache
from pathlib import Path


@cache
def managed_policies() -> frozenset[str]:
    """What stands behind `policy/` in the ARNs of those that exist."""
    return frozenset(line for line in _lines() if not line.startswith("-"))


@cache
def withdrawn_policies() -> frozenset[str]:
    """Those that the newest major no longer lists."""
    return frozenset(line[1:] for line in _lines() if line.startswith("-"))


def _lines() -> list[str]:
    return Path(__file__).with_name("managed_policies.txt").read_text(encoding="utf-8").split()
