"""Suppressions of other scanners, such as `checkov:skip`, respected by the rules that make the same check."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from iacfix.engine.suppressions import lines_below
from iacfix.languages import Comment
from iacfix.rule import Rule

WORDS = ("checkov:skip", "bridgecrew:skip", "cortex:skip", "tfsec:ignore", "trivy:ignore")
"""Every such comment contains one of these."""
CATALOGUES = {"tfsec": ("tfsec", "trivy"), "trivy": ("tfsec", "trivy")}
"""The catalogues whose check ids each scanner understands."""

_SKIP = re.compile(r"\b(?:checkov|bridgecrew|cortex):skip=\s*(?P<checks>[\w-]+(?:,[\w-]+)*)")
_IGNORE = re.compile(r"\b(?P<scanner>tfsec|trivy):ignore:(?P<check>[\w-]+|\*)")


@dataclass(frozen=True)
class SkippedCheck:
    """A suppressed check as it is `written`, with the equivalent rules and the lines that it applies to."""

    written: str
    rules: frozenset[str]
    lines: frozenset[int]


def skips(comments: Iterable[Comment], rules: Mapping[str, Rule]) -> list[SkippedCheck]:
    """The checks that the comments of a file suppress and these rules make. A Checkov comment applies to the block that
    contains it, the others to a line or the block that begins there. Expiry dates and workspaces are ignored."""
    comments = tuple(comments)
    below = lines_below(comment.line for comment in comments if comment.alone)
    found: list[SkippedCheck] = []
    for comment in comments:
        at = below[comment.line] if comment.alone else comment.line
        for match in _SKIP.finditer(comment.text):
            for check in match["checks"].split(","):
                written = f"{match[0].partition('=')[0]}={check}"
                found += _skip(written, check, ("checkov",), {at, comment.around}, rules)
        for match in _IGNORE.finditer(comment.text):
            found += _skip(match[0], match["check"], CATALOGUES[match["scanner"]], {at}, rules)
    return found


def skipping(skips: Iterable[SkippedCheck], rule: str, lines: Collection[int]) -> str | None:
    """The check that suppresses a finding of the rule on these lines, as it is written."""
    return next((skip.written for skip in skips if rule in skip.rules and not skip.lines.isdisjoint(lines)), None)


def _skip(
    written: str, check: str, catalogues: Iterable[str], lines: Iterable[int], rules: Mapping[str, Rule]
) -> Iterator[SkippedCheck]:
    same = frozenset(
        rule.id
        for rule in rules.values()
        for catalogue in catalogues
        for id in rule.checks.get(catalogue, ())
        if check == "*" or _plain(id) == _plain(check)
    )
    if same:
        yield SkippedCheck(written, same, frozenset(lines))


def _plain(check: str) -> str:
    """`AVD-AWS-0065`, `AWS-0065` and `aws-0065` are one check."""
    return check.lower().removeprefix("avd-")
