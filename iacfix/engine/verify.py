"""Checks that new text must pass before it is shown or written. Each returns None, or what is wrong in words."""

from __future__ import annotations

from collections import Counter

from iacfix import registry
from iacfix.errors import SourceError
from iacfix.languages import Language, language, language_name
from iacfix.model import Program, Provider
from iacfix.patches import diff


def failed_check(language: Language, before: Program, after: Program, old: str, new: str) -> str | None:
    """What is wrong with the new text, by the first check that fails; `before` and `after` are the parsed texts."""
    return (
        _not_accepted(language, old, new)
        or _comments_differ(language, before, after)
        or _line_ends_differ(old, new)
        or _names_unbound(language, before, after)
        or _diff_fails(old, new)
    )


def _not_accepted(language: Language, old: str, new: str) -> str | None:
    if not language.accepts(new) and language.accepts(old):
        return "the new text would not be valid"
    return None


def _comments_differ(language: Language, before: Program, after: Program) -> str | None:
    had = Counter(comment.text for comment in language.comments(before))
    has = Counter(comment.text for comment in language.comments(after))
    if lost := had - has:
        return f"the comment {next(iter(lost))!r} would be lost"
    if doubled := has - had:
        return f"the comment {next(iter(doubled))!r} would be duplicated"
    return None


def _line_ends_differ(old: str, new: str) -> str | None:
    usual = _line_ends(old) or frozenset("\n")  # a file of one line has none
    if not _line_ends(new) <= usual:
        return "line ends would change"
    if old.endswith(("\n", "\r")) != new.endswith(("\n", "\r")):
        return "the end of the file would change"
    return None


def _line_ends(text: str) -> frozenset[str]:
    crlf = text.count("\r\n")
    return frozenset(
        end
        for end, count in (("\r\n", crlf), ("\n", text.count("\n") - crlf), ("\r", text.count("\r") - crlf))
        if count
    )


def _names_unbound(language: Language, before: Program, after: Program) -> str | None:
    if new := language.unbound(after) - language.unbound(before):
        return f"the name `{min(new)}` would be undefined"
    return None


def _diff_fails(old: str, new: str) -> str | None:
    try:
        diff.checked("file", old, new, diff.unified("file", old, new))
    except ValueError as error:
        return f"the diff would not apply: {error}"
    return None


def broken_program(name: str, before: str, after: str) -> str | None:
    """What is wrong with a patched file that was a valid program before: it does not parse, or reads an undefined name.
    None where the file is in no language that is read, or did not parse before."""
    kind = language_name(name)
    if kind is None:
        return None
    known = [pack.provider for pack in registry.packs() if kind in pack.provider.packages]
    provider = next((each for each in known if each.packages[kind] in before), known[0] if known else None)
    if provider is None:
        return None
    own = language(kind)
    major = Provider(provider.name, provider.majors[-1], "")
    try:
        old = own.read(before, provider, major)
    except SourceError:
        return None
    try:
        new = own.read(after, provider, major)
    except SourceError as error:
        return f"the patched text {error.message.removesuffix('; not checked')}"
    if own.accepts(before) and not own.accepts(after):
        return "the patched text does not parse"
    if lost := own.unbound(new) - own.unbound(old):
        return f"the patched text reads {min(lost)}, which a hunk that was taken out sets"
    return None
