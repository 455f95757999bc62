"""Rules for incoming traffic that code puts together: what they may open to the world."""

from __future__ import annotations

import re

from iacfix.model import Value
from iacfix_aws._tables.ports import ANYWHERE, PORTS

PORT = re.compile(rf"\b(?:{'|'.join(map(str, PORTS))})\b")
EVERY = re.compile(r"\b65535\b|[\"']-1[\"']")
COMPUTED = re.compile(r"from_?port\b[\"']?\s*[=:]\s*(?![\s\d])", re.IGNORECASE)
NUMBER = re.compile(r"(?<![\w./:])\d{2,5}(?![\w./:])")
"""What may be a port: no part of an address or a name."""
WORLD = re.compile("|".join(map(re.escape, sorted(ANYWHERE))))


def may_open(value: Value) -> str | None:
    """The port of administration or of a database that is written there beside the world; any port where every one is,
    or where that is computed and none is written."""
    if value.mention(WORLD) is None:
        return None
    if port := value.mention(PORT):
        return PORTS[int(port[0])]
    is_computed = value.mention(COMPUTED) is not None and value.mention(NUMBER) is None
    return "any port" if is_computed or value.mention(EVERY) is not None else None
