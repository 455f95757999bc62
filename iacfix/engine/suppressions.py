"""Suppressions in comments: `# iacfix: ignore[rule-id] reason`, and `ignore-file[...]` for the whole file."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from iacfix.errors import UsageError
from iacfix.files.settings import did_you_mean
from iacfix.languages import Comment

WORD = "iacfix:"
"""A text that every suppression contains, to search for."""
MARKS = {"python": "#", "typescript": "//", "terraform": "#"}
"""What starts a line comment, by language."""

_DIRECTIVE = re.compile(
    r"(?:#|//|/\*)\s*iacfix:\s*(?P<word>[\w-]+)\s*(?P<bracket>\[(?P<ids>[^]]*)(?P<closed>\])?)?(?P<reason>.*)",
    re.DOTALL,
)


@dataclass(frozen=True)
class Suppression:
    """A comment that suppresses some rules; no two have the same `line`.

    `target` is the line it applies to: its own, or the next line of code where the comment is `alone` on its line.
    """

    rules: frozenset[str]
    line: int
    alone: bool
    whole_file: bool
    reason: str
    target: int


@dataclass(frozen=True)
class InvalidSuppression:
    """A suppression that is malformed or names an unknown rule."""

    line: int
    message: str


def parse(
    comments: Iterable[Comment], known_ids: Collection[str]
) -> tuple[list[Suppression], list[InvalidSuppression]]:
    """The valid suppressions in the comments of a file, and what is wrong with others."""
    comments = tuple(comments)
    below = lines_below(comment.line for comment in comments if comment.alone)
    ignores: list[Suppression] = []
    problems: list[InvalidSuppression] = []
    for comment in comments:
        found = _DIRECTIVE.search(comment.text)
        if found is None or not (found["bracket"] or found["word"] in ("ignore", "ignore-file")):
            continue
        ids = _ids(found)
        problems += (InvalidSuppression(comment.line, message) for message in _complaints(found, ids, known_ids))
        if found["word"] in ("ignore", "ignore-file") and (rules := frozenset(ids).intersection(known_ids)):
            reason = found["reason"].removesuffix("*/").strip()
            whole_file = found["word"] == "ignore-file"
            target = below[comment.line] if comment.alone else comment.line
            ignores.append(Suppression(rules, comment.line, comment.alone, whole_file, reason, target))
    return ignores, problems


def directive(mark: str, rules: Iterable[str], reason: str) -> str:
    """The comment that suppresses these rules."""
    return f"{mark} {WORD} ignore[{', '.join(sorted(rules))}] {reason}"


def one_line(reason: str | None) -> str:
    """A reason without surrounding blanks; raises UsageError where it does not fit into a line comment."""
    if reason is None or not reason.strip():
        raise UsageError("--add-ignores needs --reason TEXT: the comments say why")
    if not reason.strip().isprintable():
        raise UsageError("--reason goes into a comment: give one line of plain text")
    return reason.strip()


def covers(ignore: Suppression, rule: str, lines: Iterable[int]) -> bool:
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


def lines_below(alone: Iterable[int]) -> dict[int, int]:
    """For each line with only a comment the first line behind it that is none of them: comments may be stacked."""
    below = dict[int, int]()
    for line in sorted(alone, reverse=True):
        below[line] = below.get(line + 1, line + 1)
    return below
