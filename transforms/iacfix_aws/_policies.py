"""Policy statements, whether they are written as JSON or as arguments of getPolicyDocument."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase

from iacfix.model import Document, Fields, Items, Program, Resource, Spelling, Text, Unreachable, Value, literal


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
    def condition_key(self) -> str:
        return "Condition" if self.is_json else "conditions"

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
    for document in program.documents((role.type, "assumeRolePolicy")):
        if document.host is not role:
            continue
        if isinstance(document, Unreachable):
            return any(service in document.value.code for service in services) or (
                document.text is not None and any(service in document.text.pattern for service in services)
            )
        found = {literal(service) for statement in statements(document) for service in statement.services}
        return bool(found & services)
    return False


def text_of(document: Document | Unreachable) -> Text | None:
    """The raw JSON text of a document that is written as text."""
    return document.text if isinstance(document, Unreachable) else None
