"""Policies that are written as JSON text: what stands in it, as values that stand where the text does."""

from __future__ import annotations

import json
from typing import Any, cast

from iacfix.model import HOLE, Chunk, Entry, Fields, Hidden, Items, Opaque, Spelling, Text, Value
from iacfix_aws._views.policies import Policy


def read_in_text(found: Hidden) -> Policy | None:
    """The policy that a text holds; None where that is no JSON. What is computed in it stays unknown."""
    text = found.text
    for written in (text.literal or text.pattern, text.pattern.replace('\\"', '"')) if text is not None else ():
        try:
            root = _value(json.loads(written, strict=False), found.value)
        except (ValueError, RecursionError):
            continue
        return Policy(root, found.host, (found.host,)) if isinstance(root, Fields) else None
    return None


def _value(read: Any, at: Value) -> Value:
    node, place, reader = at.node, at.place, at.reader
    match read:
        case dict():
            known = cast("dict[str, Any]", read)
            entries = tuple(Entry(key, _value(value, at), node) for key, value in known.items())
            return Fields(node=node, place=place, reader=reader, entries=entries, spelling=Spelling.DATA)
        case list():
            elements = tuple(_value(each, at) for each in cast("list[Any]", read))
            return Items(node=node, place=place, reader=reader, elements=elements)
        case str():
            literal = None if HOLE in read else read
            return Text(node=node, place=place, reader=reader, chunks=(Chunk(node, read),), literal=literal)
        case _:
            return Opaque(node=node, place=place, reader=reader)
