"""Policy statements, whether they are written as JSON or as arguments of getPolicyDocument."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase

from iacfix.model import Document, Fields, Hidden, Items, Opaque, Program, Resource, Spelling, Text, Value, literal

PRINCIPALS = {
    "codebuild.amazonaws.com": "Principals.CodeBuildPrincipal",
    "codepipeline.amazonaws.com": "Principals.CodePipelinePrincipal",
}
"""Constants of the provider's package for principals of services."""


@dataclass(frozen=True, eq=False)
class Statement:
    """One statement. Names are IAM's; `is_json` tells the spelling of the source."""

    fields: Fields
    is_json: bool

    def _get(self, json: str, schema: str) -> Value | None:
        return self.fields.get(json if self.is_json else schema)

    @property
    def allows(self) -> bool:
        effect = self._get("Effect", "effect")
        return literal(effect) == "Allow" or (effect is None and not self.is_json)

    @property
    def action(self) -> Value | None:
        return self._get("Action", "actions")

    @property
    def actions(self) -> tuple[str, ...]:
        """The actions that are written out."""
        return tuple(text for value in listed(self.action) if (text := literal(value)) is not None)

    @property
    def resource(self) -> Value | None:
        return self._get("Resource", "resources")

    @property
    def condition(self) -> Value | None:
        return self._get("Condition", "conditions")

    @property
    def has_own_condition(self) -> bool:
        """The condition is written in the statement, not in what is spread in it."""
        return self.fields.entry("Condition" if self.is_json else "conditions") is not None

    @property
    def services(self) -> tuple[Value, ...]:
        """The service principals."""
        if self.is_json:
            principal = self.fields.get("Principal")
            return listed(principal.get("Service")) if isinstance(principal, Fields) else ()
        return tuple(
            name
            for principal in listed(self.fields.get("principals"))
            if isinstance(principal, Fields) and literal(principal.get("type")) == "Service"
            for name in listed(principal.get("identifiers"))
        )

    @property
    def has_other_principals(self) -> bool:
        if self.is_json:
            principal = self.fields.get("Principal")
            return not isinstance(principal, Fields) or principal.keys != ("Service",)
        return len(listed(self.fields.get("principals"))) != 1

    @property
    def has_principal(self) -> bool:
        return any(self.fields.has(key) for key in ("Principal", "NotPrincipal", "principals", "notPrincipals"))

    def grants(self, action: str) -> bool:
        """One of the actions that are written out covers this one."""
        return any(fnmatchcase(action.lower(), pattern.lower()) for pattern in self.actions)


def statements(document: Document) -> Iterator[Statement]:
    """The statements of a policy that are written out."""
    if not isinstance(document.root, Fields):
        return
    is_json = document.root.spelling is Spelling.DATA
    written = document.root.get("Statement" if is_json else "statements")
    for value in listed(written):
        if isinstance(value, Fields):
            yield Statement(value, is_json)


def listed(value: Value | None) -> tuple[Value, ...]:
    """IAM's freedom: one value or a list of them."""
    if value is None:
        return ()
    return value.elements if isinstance(value, Items) else (value,)


def trusted_by(program: Program, role: Resource, services: frozenset[str]) -> bool:
    """The role's trust policy, as far as it is written in this file, names one of the services."""
    names = (*services, *(PRINCIPALS[service] for service in services if service in PRINCIPALS))
    for document in program.documents((role.type, "assumeRolePolicy")):
        if document.host is role:
            return _trusts(document, re.compile("|".join(map(re.escape, names))))
    return False


def _trusts(document: Document | Hidden, names: re.Pattern[str]) -> bool:
    """A trust policy says one of the names of those it trusts."""
    if isinstance(document, Hidden):
        raw = document.text.pattern if document.text is not None else ""
        return (document.value.mention(names) or names.search(raw)) is not None
    for statement in statements(document):
        principal = statement.fields.get("Principal")
        if isinstance(principal, Opaque) and principal.mention(names):
            return True
        if any(names.search(literal(service) or "") for service in statement.services):
            return True
    return False


def text_of(document: Document | Hidden) -> Text | None:
    """The raw JSON text of a document that is written as text."""
    return document.text if isinstance(document, Hidden) else None
