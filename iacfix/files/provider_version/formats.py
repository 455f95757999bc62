"""Parses manifests and locks. Anything broken, too deep or too long is a ValueError with the reason."""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import cast

from iacfix.files.small_files import read_small

MAX_WRITTEN = 1_000_000
"""The most characters of a hand-written file; locks may be longer."""
MAX_DEPTH = 64
"""Of YAML: the parser below is quadratic in it."""
MAX_DOTS = 200
"""In one line of TOML: its parser is quadratic in the parts of a dotted key."""

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)

Table = Mapping[str, object]


def text_of(path: Path) -> str | None:
    """The text of a file, None where there is none. Raises ValueError where it cannot be read.

    Byte order marks are honoured: PowerShell writes UTF-16. Other invalid bytes are replaced: pins are ASCII.
    """
    try:
        data = read_small(path)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise ValueError(f"cannot be read: {error.strerror}") from error
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding, "replace")
    return data.decode(errors="replace")


def json_of(text: str) -> Table:
    import json

    try:
        return table(json.loads(text))
    except (ValueError, RecursionError) as error:
        raise ValueError("is broken JSON") from error


def jsonc_of(text: str) -> Table:
    """JSON with comments and trailing commas."""
    bare = re.sub(
        r'("(?:[^"\\]|\\.)*+"?)|//[^\n]*|/\*(?:.*?\*/|.*)', lambda found: found[1] or "", text, flags=re.DOTALL
    )
    return json_of(re.sub(r'("(?:[^"\\]|\\.)*+"?)|,(?=\s*[}\]])', lambda found: found[1] or "", bare))


def toml_of(text: str) -> Table:
    import tomllib

    if len(text) > MAX_WRITTEN or any(line.count(".") > MAX_DOTS for line in text.splitlines()):
        raise ValueError("is too long to be read")
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise ValueError("is not valid TOML") from error


def yaml_of(text: str) -> Table:
    """The documents of a YAML text as one table; scalars are text as written, and an alias is nothing."""
    import yaml

    try:
        merged: dict[str, object] = {}
        for document in _documents(text):
            merged.update(table(document))
        return merged
    except (yaml.YAMLError, RecursionError) as error:
        raise ValueError("is broken YAML") from error


def _documents(text: str) -> Iterator[object]:
    """Built from the parser's events: its own constructors follow aliases without end, and one of them ends the
    interpreter where a text is nested deep."""
    import yaml

    loader: type = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
    stack: list[list[object]] = [[]]
    is_mapping: list[bool] = [False]
    parse: Callable[..., Iterator[yaml.Event]] = getattr(yaml, "parse")  # noqa: B009 (its stub leaves types open)
    for event in parse(text, Loader=loader):
        match event:
            case yaml.MappingStartEvent() | yaml.SequenceStartEvent():
                if len(stack) > MAX_DEPTH:
                    raise ValueError("is nested too deep to be read")
                stack.append([])
                is_mapping.append(isinstance(event, yaml.MappingStartEvent))
            case yaml.MappingEndEvent() | yaml.SequenceEndEvent():
                built = stack.pop()
                stack[-1].append(_mapping(built) if is_mapping.pop() else built)
            case yaml.ScalarEvent():
                stack[-1].append(event.value)
            case yaml.AliasEvent():
                stack[-1].append(None)
            case yaml.DocumentEndEvent():
                yield stack[-1].pop()
            case _:
                pass


def _mapping(flat: list[object]) -> dict[str, object]:
    return {key: value for key, value in zip(flat[::2], flat[1::2], strict=False) if isinstance(key, str)}


def table(value: object) -> Table:
    return cast("Table", value) if isinstance(value, dict) else {}


def items(value: object) -> list[object]:
    return cast("list[object]", value) if isinstance(value, list) else []


def strings(value: object) -> Iterator[str]:
    """The strings of a list, or a single string."""
    yield from (each for each in (items(value) or [value]) if isinstance(each, str))
