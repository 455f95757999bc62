"""Comments that other tools read as directives for their line or the next, such as `noqa`."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from iacfix import reasons
from iacfix.errors import CannotFix

_WORDS = (
    r"noqa|nosec|nosemgrep|semgrep|NOSONAR|type:\s*ignore|pyright:|mypy:|pyre-(?:ignore|fixme|strict)|pytype:|ty:|"
    r"pylint:|flake8[:-]|ruff:|isort:|fmt:|yapf:|autopep8:|pragma:|codespell:|cspell:|spell-?checker:|bandit:|"
    r"checkov:|bridgecrew:|tfsec:|trivy:|kics-scan|cfn_nag|snyk[: ]|gitleaks:|iacfix:|"
    r"eslint-|oxlint-|@ts-|tslint:|prettier-ignore|biome-ignore|rome-ignore|dprint-ignore|deno-(?:lint|fmt)-ignore|"
    r"(?:istanbul|c8|v8|node:coverage)\s+ignore|stylelint-|jshint|jscs:|@formatter:|#?(?:end)?region\b"
)
_PRAGMA = re.compile(rf"(?:#|//|/\*)[\s*!]*(?:{_WORDS})", re.IGNORECASE)
_TYPES = re.compile(
    r"type:\s*ignore|pyright:\s*ignore|pyre-(?:ignore|fixme)|\bty:\s*ignore|@ts-(?:ignore|expect-error)"
)


@lru_cache(maxsize=4)
def has_pragmas(text: str) -> bool:
    """The text may contain a pragma. Cached, since it is asked for every fix of a file."""
    return _PRAGMA.search(text) is not None


def is_pragma(comment: str) -> bool:
    """The comment is a directive whose meaning depends on its line."""
    return _PRAGMA.search(comment) is not None


def refuse_moved(comments: Iterable[str]) -> None:
    """Raises CannotFix where one of the comments, which a fix would move, is a pragma."""
    for comment in comments:
        if is_pragma(comment):
            raise CannotFix(reasons.PRAGMA.of(comment=" ".join(comment.split())))


def is_about_types(comment: str) -> bool:
    """The comment suppresses a type checker, whose error may concern any argument on the line."""
    return is_pragma(comment) and _TYPES.search(comment) is not None
