"""Python text as the typed tree: by the grammar where Python and the grammar know the text, by LibCST otherwise."""

from __future__ import annotations

from iacfix.errors import SourceError
from iacfix.languages.python import parse, syntax
from iacfix.languages.python.depth import DEEPEST, is_accepted, nests_too_deep


def parsed(text: str) -> syntax.Module:
    """The tree of a file; raises SourceError where it does not parse, with the line, or nests too deep."""
    if is_accepted(text) and (module := _by_grammar(text)) is not None:
        return module
    if nests_too_deep(text):
        raise SourceError("nests too deep to be read; split its longest expression, or exclude it")
    from iacfix.languages.python import from_libcst  # it takes a tenth of a second to import

    return from_libcst.parsed(text)


def _by_grammar(text: str) -> syntax.Module | None:
    """The tree that the grammar gives, where it knows the text and its levels are few for certain."""
    try:
        module, levels = parse.parse(text)
    except parse.Unknown:
        return None
    return module if levels < DEEPEST // 2 or not nests_too_deep(text) else None


def annotation(text: str) -> syntax.Module | None:
    """The tree of a type that is written as a string."""
    try:
        return parsed(text)
    except SourceError:
        return None
