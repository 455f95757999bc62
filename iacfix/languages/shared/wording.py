"""Messages about a program, with input names of the schema spelled as in its language."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from iacfix.languages.shared.options import COPIED, LEFT
from iacfix.model import Resource
from iacfix.registry import ProviderPackage

_NAME = re.compile(r"(?<![\w$:-])[a-z][a-z0-9]*(?:[A-Z][a-z0-9]*)+(?![\w-])")
"""`treatMissingData`, alone or as a part of a path."""


def worded(
    said: str,
    text: str,
    spelled: Callable[[str], str],
    package: ProviderPackage,
    made: Callable[[], Iterable[Resource]],
) -> str:
    """The message `said` with its schema names replaced by their spelling in the language.

    Names that `text` itself contains are quotes and stay. Others are replaced where they are options, inputs of a
    resource in the program, or where the text contains the spelled name.
    """

    def name(found: re.Match[str]) -> str:
        name = found[0]
        if is_word(name, text):
            return name
        own, schema = spelled(name), package.schema
        if name in COPIED | LEFT or is_word(own, text):
            return own
        if schema is not None and schema.names({each.type for each in made()}, name):
            return own
        return name

    return _NAME.sub(name, said)


def with_types(said: str, package: ProviderPackage, named: Callable[[str], str]) -> str:
    """A type of the schema, as `x.storage.Bucket`, is said by the provider's own name."""
    type = re.compile(rf"(?<![\w.]){re.escape(package.name)}(?:\.\w+)*\.[A-Z]\w*(?![\w.]*\()")
    return type.sub(lambda found: named(found[0]), said)


def is_word(name: str, text: str) -> bool:
    """The text contains the name as a whole word."""
    return name in text and re.search(rf"\b{re.escape(name)}\b", text) is not None
