"""Policy statements that a program passes to a function, a component or a module."""

from __future__ import annotations

import re
from collections.abc import Iterator

from iacfix.model import Fields, Program, Text, Use, Value, Where, literal, of_json
from iacfix_aws._views.policies import Statement, listed

ON = frozenset({Use.ARGUMENT, Use.CHOICE, Use.CONSTANT, Use.DEFAULT, Use.EXPORT, Use.INVOKE, Use.OTHER})
"""Uses of strings that may become part of any policy."""
STATEMENT = re.compile(r'"Statement\\?"\s*:')
"""A policy in JSON text, whose quotes may be escaped."""


def passed_on(
    program: Program, word: re.Pattern[str], types: frozenset[str]
) -> Iterator[tuple[Value | None, Statement]]:
    """The statements that contain such a word, except in resources of other types, each with the JSON text it is in, if
    any."""
    for text in program.texts():
        written = literal(text)
        is_word = written is not None and word.fullmatch(written) is not None
        if not is_word and not STATEMENT.search(text.pattern):
            continue
        where = program.where(text)
        if not _is_on(where, types):
            continue
        if not is_word:
            yield from ((text, statement) for statement in _in_text(text))
        elif (fields := where.siblings) is not None:
            yield None, Statement(fields, not fields.has("actions") and not fields.has("notActions"))


def _is_on(where: Where, types: frozenset[str]) -> bool:
    is_policy = where.use is Use.VALUE and where.resource is not None and where.resource.type in types
    return is_policy or where.use in ON


def _in_text(text: Text) -> Iterator[Statement]:
    root = of_json(text, text)
    written = root.get("Statement") if isinstance(root, Fields) else None
    yield from (Statement(value, is_json=True) for value in listed(written) if isinstance(value, Fields))
