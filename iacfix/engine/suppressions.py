"""Suppressions in comments: `# iacfix: ignore[rule-id] reason`, and `ignore-file[...]` for the whole file."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from iacfix.errors import UsageError
from iacfix.files.settings import did_you_mean
from iacfix.languages import Comment

WORD = "iacfix:"
"""What every suppression contains."""
MARKS = {"python": "#", "typescript": "//", "terraform": "#"}
"""What begins a comment that ends with its line."""

_DIRECTIVE = re.compile(
    r"(?:#|//|/\*)\s*iacfix:\s*(?P<word>[\w-]+)\s*(?P<bracket>\[(?P<ids>[^]]*)(?P<closed>\])?)?(?P<reason>.*)",
    re.DOTALL,
)


@dataclass(frozen=True)
class Ignore:
    """One comment's suppression of some rules, told apart by its `line`.

    `target` is the line it covers: its own, or the next line of code where it has the line to itself.
    """

    rules: frozenset[str]
    line: int
    alone: bool
    whole_file: bool
    reason: str
    target: int


@dataclass(frozen=True)
class Problem:
    """A suppression that says nothing, or names a rule nobody knows."""

    line: int
    message: str


def parse(comments: Iterable[Comment], known_ids: Collection[str]) -> tuple[list[Ignore], list[Problem]]:
    """The suppressions of a file, and what is wrong with them."""
    comments = tuple(comments)
    alone = {comment.line for comment in comments if comment.alone}
    ignores: list[Ignore] = []
    problems: list[Problem] = []
    for comment in comments:
        found = _DIRECTIVE.search(comment.text)
        if found is None or not (found["bracket"] or found["word"] in ("ignore", "ignore-file")):
            continue
        ids = _ids(found)
        problems += (Problem(comment.line, message) for message in _complaints(found, ids, known_ids))
        if found["word"] in ("ignore", "ignore-file") and (rules := frozenset(ids).intersection(known_ids)):
            reason = found["reason"].removesuffix("*/").strip()
            whole_file = found["word"] == "ignore-file"
            target = line_below(comment.line, alone) if comment.alone else comment.line
            ignores.append(Ignore(rules, comment.line, comment.alone, whole_file, reason, target))
    return ignores, problems


def directive(mark: str, rules: Iterable[str], reason: str) -> str:
    """The comment that suppresses these rules."""
    return f"{mark} {WORD} ignore[{', '.join(sorted(rules))}] {reason}"


def one_line(reason: str | None) -> str:
    """A reason as it stands in a comment; raises UsageError where it cannot."""
    if reason is None or not reason.strip():
        raise UsageError("--add-ignores needs --reason TEXT: the comments say why")
    if not reason.strip().isprintable():
        raise UsageError("--reason goes into a comment: give one line of plain text")
    return reason.strip()


def covers(ignore: Ignore, rule: str, lines: Iterable[int]) -> bool:
    """Whether a finding of the rule on these lines is suppressed."""
    return rule in ignore.rules and (ignore.whole_file or ignore.target in lines)


def _ids(found: re.Match[str]) -> tuple[str, ...]:
    if not found["closed"]:
        return ()
    return tuple(id for part in found["ids"].split(",") if (id := part.strip()))


def _complaints(found: re.Match[str], ids: tuple[str, ...], known: Collection[str]) -> Iterator[str]:
    word = found["word"]
    if word not in ("ignore", "ignore-file"):
        yield f"unknown word '{word}', write iacfix: ignore[rule-id]"
    elif not ids:
        yield f"name the rule: iacfix: {word}[rule-id]"
    else:
        yield from (f"unknown rule '{id}'{did_you_mean(id, known)}" for id in ids if id not in known)


def line_below(line: int, alone: Collection[int]) -> int:
    """The next line that is not a comment of its own: suppressions and remarks may be stacked."""
    while line in alone:
        line += 1
    return line
