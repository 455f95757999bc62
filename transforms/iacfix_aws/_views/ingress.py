"""Ingress rules: the ports that they open, or may open, to the world."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from iacfix.model import Fields, Items, Number, Resource, Value, literal
from iacfix_aws._tables import reasons
from iacfix_aws._tables.ports import ANYWHERE, PORTS
from iacfix_aws._views.policies import listed

BLOCKS = ("cidrBlocks", "ipv6CidrBlocks", "cidrIpv4", "cidrIpv6")
EVERY_PROTOCOL, TCP = frozenset({"-1", "all"}), frozenset({"tcp", "6"})

PORT = re.compile(rf"(?<![\w./])(?:{'|'.join(map(str, PORTS))})(?![\w./:])")
EVERY = re.compile(r"\b65535\b|[\"']-1[\"']")
COMPUTED = re.compile(r"from_?port\b[\"']?\s*[=:]\s*(?![\s\d])", re.IGNORECASE)
NUMBER = re.compile(r"(?<![\w./:])\d{2,5}(?![\w./:])")
"""A number that may be a port, and is no part of an address or a name."""
WORLD = re.compile("|".join(map(re.escape, sorted(ANYWHERE))))
VARIABLE, EACH = re.compile(r"\bvar\."), re.compile(r"\beach\.")


@dataclass(frozen=True)
class Opening:
    """Ports that are open to the world, or may be, and the reason why that is only reported."""

    what: str
    reason: str
    is_certain: bool = False


def opening(host: Resource, ingress: Fields) -> Opening | None:
    """What a literal rule opens; its ports and addresses may be computed. None where it opens nothing."""
    return next((found for made in _rounds(host) if (found := _opening(ingress, made)) is not None), None)


def _rounds(host: Resource) -> Iterator[Value | None]:
    """The values of Terraform's `for_each`; one None where there is none, or it cannot be seen."""
    over = host.options.get("forEach") if isinstance(host.options, Fields) else None
    made = [entry.value for entry in over.entries] if isinstance(over, Fields) and not over.is_open else []
    yield from made or (None,)


def _opening(ingress: Fields, made: Value | None) -> Opening | None:
    blocks = [block for key in BLOCKS for block in listed(ingress.get(key))]
    is_world = any(literal(block) in ANYWHERE for block in blocks)
    if not is_world and not any(_mention(block, made, WORLD) for block in blocks if literal(block) is None):
        return None
    protocol = ingress.get("protocol") or ingress.get("ipProtocol")
    named = _text(protocol)
    first, last = ingress.get("fromPort"), ingress.get("toPort")
    if named in EVERY_PROTOCOL:
        ports = list(PORTS.values())
    elif named not in TCP and (named is not None or protocol is None):
        return None
    elif (low := _number(first)) is not None and (high := _number(last)) is not None:
        ports = [name for port, name in PORTS.items() if low <= port <= high]
    else:
        hidden = [value for value in (first, last) if value is not None and _number(value) is None]
        return next((found for value in hidden if (found := _of_computed(value, made)) is not None), None)
    if not ports:
        return None
    what = "every port" if len(ports) == len(PORTS) else " and ".join(ports)
    if not is_world:
        return Opening(what, reasons.ADDRESSES_COMPUTED)
    return Opening(what, reasons.INGRESS_UNKNOWN, is_certain=named is not None)


def _of_computed(port: Value, made: Value | None) -> Opening | None:
    """The port that a computed value may be: one in its expression, or any port where that has no number."""
    if found := _mention(port, made, PORT):
        return Opening(PORTS[int(found[0])], reasons.PORT_MAY_BE)
    is_any = _mention(port, made, VARIABLE) is not None or _mention(port, made, NUMBER) is None
    return Opening("any port", reasons.PORT_COMPUTED) if is_any else None


def _mention(value: Value, made: Value | None, expression: re.Pattern[str]) -> re.Match[str] | None:
    """A match in the expression of a value, or in the element of `for_each` that it refers to."""
    is_of_each = made is not None and EACH.search(value.shown) is not None
    return made.mention(expression) if made is not None and is_of_each else value.mention(expression)


def _number(value: Value | None) -> float | None:
    if isinstance(value, Number):
        return value.number
    text = literal(value)
    return int(text) if text is not None and text.isdecimal() else None


def _text(value: Value | None) -> str | None:
    return f"{value.number:g}" if isinstance(value, Number) else literal(value)


# rules that code puts together


def may_open(value: Value) -> str | None:
    """The sensitive port in an expression, or in what it names, that also has the world's address; `any port` for all
    ports or computed ones."""
    if value.mention(WORLD, followed=True) is None:
        return None
    if port := value.mention(PORT, followed=True):
        return PORTS[int(port[0])]
    is_computed = value.mention(COMPUTED, followed=True) is not None and value.mention(NUMBER, followed=True) is None
    return "any port" if is_computed or value.mention(EVERY, followed=True) is not None else None


def is_open(value: Value) -> bool:
    """A list without any visible rule."""
    return isinstance(value, Items) and value.is_open and not value.elements
