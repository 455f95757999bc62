"""Detects values that may be secrets, by name, content or origin."""

from __future__ import annotations

import re
from collections.abc import Iterator

from iacfix.model import Opaque, Program, Resource, Text, Value
from iacfix_aws._tables import reasons
from iacfix_aws._views.arns import arn_of

SECRET = re.compile(
    r"(?i)passw(?:or)?d|passphrase|secret|credential|(?:^|[^a-z])(?:pwd|token|api_?key|access_?key|private_?key|get_parameter)(?![a-z])"
)
KEY = re.compile(r"(?i)(?:^|_)key$")
WORD_END = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
PARAMETER = re.compile(r"^/(?!(?:bin|etc|home|opt|root|tmp|usr|var|codebuild)/)[\w.\x00-]+/")
"""The path of an SSM parameter, and not of a file."""
STORING_SERVICES = frozenset({"secretsmanager", "ssm"})
STORES = ("aws.secretsmanager.", "aws.ssm.Parameter")


def why_secret(program: Program, name: Value | None, value: Value | None) -> str | None:
    """Why a variable of this name and value may be a secret or the name of one."""
    if not isinstance(name, Text):
        return reasons.SECRET_UNKNOWN_NAME
    if _names_secret(name.pattern) or KEY.search(WORD_END.sub("_", name.pattern)):
        return reasons.SECRET_NAME
    if isinstance(value, Opaque) and value.kind == "secret":
        return reasons.SECRET_VALUE
    if isinstance(value, Text) and _is_stored(value):
        return reasons.STORED_VALUE
    if (stored := next(_stores(program, value), None)) is not None:
        return reasons.STORED_VALUE_OF.of(resource=stored.label)
    return reasons.SECRET_LOOKING_VALUE if any(map(_names_secret, _computed(value))) else None


def _names_secret(words: str) -> bool:
    return SECRET.search(WORD_END.sub("_", words)) is not None


def _is_stored(value: Text) -> bool:
    """It is the ARN of a secret or parameter, or the path of a parameter."""
    arn = arn_of(value)
    return PARAMETER.match(value.pattern) is not None or (arn is not None and arn.service in STORING_SERVICES)


def _stores(program: Program, value: Value | None) -> Iterator[Resource]:
    """The secrets and parameters whose outputs are in a value."""
    parts = [part for part in value.parts if isinstance(part, Value)] if isinstance(value, Text) else []
    for part in ([value] if value is not None else []) + parts:
        if (found := program.referent(part)) is not None and found.type.startswith(STORES):
            yield found


def _computed(value: Value | None) -> Iterator[str]:
    """The expressions in a value, without its literals."""
    if isinstance(value, Text):
        yield from (part.shown for part in value.parts if isinstance(part, Value))
    if isinstance(value, Opaque) or (value is not None and not value.is_direct):
        yield value.shown
