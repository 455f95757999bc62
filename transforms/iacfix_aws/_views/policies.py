"""Policies and their statements, as JSON or as arguments of getPolicyDocument.

Names are those of getPolicyDocument; a statement maps them to the spelling of the source.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cached_property

from iacfix.edit import Append, Edit, Inputs, Keep, New, Replace, SetField
from iacfix.model import Document, Fields, Hidden, Items, Opaque, Program, Resource, Spelling, Text, Value, literal
from iacfix_aws._views.arns import Arn, arn_of, is_of_objects

JSON = {
    "statements": "Statement",
    "effect": "Effect",
    "actions": "Action",
    "notActions": "NotAction",
    "resources": "Resource",
    "conditions": "Condition",
    "principals": "Principal",
}
"""The JSON keys of the arguments of getPolicyDocument."""
CONDITION = "aws.iam.GetPolicyDocumentStatementCondition"


@dataclass(frozen=True, eq=False)
class Statement:
    """One statement; `is_json` is the spelling of the source."""

    fields: Fields
    is_json: bool

    def _get(self, name: str) -> Value | None:
        return self.fields.get(self._key(name))

    def _key(self, name: str) -> str:
        return JSON[name] if self.is_json else name

    @property
    def allows(self) -> bool:
        effect = self._get("effect")
        return literal(effect) == "Allow" or (effect is None and not self.is_json)

    @property
    def may_allow(self) -> bool:
        """It allows, or its effect may be in an invisible part."""
        return self.allows or (self.fields.is_open and not self.fields.has(self._key("effect")))

    # what it is about

    @property
    def action(self) -> Value | None:
        return self._get("actions")

    @property
    def left_out(self) -> Value | None:
        """Its `NotAction`."""
        return self._get("notActions")

    @property
    def actions(self) -> tuple[str, ...]:
        """The literal actions."""
        return tuple(text for value in listed(self.action) if (text := literal(value)) is not None)

    @property
    def has_all_actions(self) -> bool:
        """The number of its actions is known: one string, or a list without spreads."""
        return literal(self.action) is not None or (isinstance(self.action, Items) and not self.action.is_open)

    @property
    def has_own_actions(self) -> bool:
        """All its actions are literal in the statement itself."""
        return self.action is not None and self.action.is_direct and self.has_all_actions

    @property
    def resource(self) -> Value | None:
        return self._get("resources")

    @property
    def reaches_objects_only(self) -> bool:
        """Its resources are objects of buckets only."""
        resources = listed(self.resource)
        return bool(resources) and all(map(is_of_objects, resources))

    def reaches(self, other: Statement) -> bool:
        """It applies to everything, or to all buckets of the other statement."""
        mine, theirs = listed(self.resource), listed(other.resource)
        buckets = [value.shown for value in theirs if not is_of_objects(value)]
        is_everywhere = any(literal(value) == "*" for value in mine)
        return is_everywhere or (bool(buckets) and {value.shown for value in mine}.issuperset(buckets))

    def grants(self, action: str) -> bool:
        """One of the literal actions covers this one."""
        return any(fnmatchcase(action.lower(), pattern.lower()) for pattern in self.actions)

    def with_actions(self, *actions: str) -> tuple[Edit, ...]:
        """The edits that add these actions."""
        match self.action:
            case Items() as written:
                return tuple(Append(written, action) for action in actions)
            case None:
                raise ValueError("the statement has no actions")
            case one:
                return (Replace(one, [Keep(one), *actions]),)

    # under which condition

    @property
    def condition(self) -> Value | None:
        return self._get("conditions")

    @property
    def has_foreign_condition(self) -> bool:
        """The condition is in a variable or a spread."""
        is_own = self.fields.entry(self._key("conditions")) is not None
        return self.condition is not None and not (self.condition.is_direct and is_own)

    @property
    def has_plain_condition(self) -> bool:
        """Its condition is literal or certainly absent."""
        shape = Fields if self.is_json else Items
        return self.fields.hidden is None and isinstance(self.condition, shape | None)

    def narrowed_by(self, keys: re.Pattern[str]) -> bool:
        """Its condition has one of these keys."""
        return self.condition is not None and self.condition.mention(keys) is not None

    def with_condition(self, test: str, key: str, value: New) -> Edit:
        """The edit that adds a condition."""
        written = self.condition
        if not self.is_json:
            made = Inputs(CONDITION, {"test": test, "variable": key, "values": [value]}, origin=self.fields)
            is_list = isinstance(written, Items)
            return Append(written, made) if is_list else SetField(self.fields, "conditions", [made])
        if not isinstance(written, Fields):
            return SetField(self.fields, "Condition", {test: {key: value}})
        alike = written.get(test)
        if isinstance(alike, Fields) and alike.is_direct:
            return SetField(alike, key, value)
        return SetField(written, test, {key: value})

    # for whom

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
    def accounts(self) -> Iterator[Text]:
        """The account principals that are literal in the statement itself."""
        for principal in listed(self._get("principals")):
            if isinstance(principal, Fields) and principal.is_direct:
                is_account = self.is_json or literal(principal.get("type")) == "AWS"
                names = principal.get("AWS" if self.is_json else "identifiers") if is_account else None
                yield from (name for name in listed(names) if isinstance(name, Text) and name.is_direct)

    @property
    def hidden_principals(self) -> Iterator[Opaque]:
        """Principals that are not visible."""
        return (value for value in listed(self._get("principals")) if isinstance(value, Opaque))

    @property
    def has_other_principals(self) -> bool:
        """It has other principals than a single service."""
        if len(self.services) > 1:
            return True
        if self.is_json:
            principal = self.fields.get("Principal")
            return not isinstance(principal, Fields) or principal.keys != ("Service",)
        return len(listed(self.fields.get("principals"))) != 1

    @property
    def has_principal(self) -> bool:
        return any(self.fields.has(key) for key in ("Principal", "NotPrincipal", "principals", "notPrincipals"))


@dataclass(frozen=True, eq=False)
class Policy:
    """The policy that `host` receives; `hosts` are all resources that receive the same."""

    root: Fields | Items
    host: Resource
    hosts: tuple[Resource, ...]

    @property
    def is_json(self) -> bool:
        return isinstance(self.root, Fields) and self.root.spelling is Spelling.DATA

    @property
    def is_shared(self) -> bool:
        """Several resources receive it, and one of them has options."""
        return len(self.hosts) > 1 and any(host.options is not None for host in self.hosts)

    @property
    def written(self) -> Value | None:
        """The statements in the source: a list, or a single one."""
        if not isinstance(self.root, Fields):
            return None
        return self.root.get("Statement" if self.is_json else "statements")

    @cached_property
    def statements(self) -> tuple[Statement, ...]:
        """The literal statements."""
        return tuple(Statement(value, self.is_json) for value in listed(self.written) if isinstance(value, Fields))

    @property
    def unseen(self) -> Value | None:
        """The value that hides all its statements; None where there is none."""
        if isinstance(self.written, Opaque):
            return self.written
        is_there = isinstance(self.root, Fields) and not self.root.lacks("Statement" if self.is_json else "statements")
        return self.root if self.written is None and is_there else None

    @property
    def unseen_statements(self) -> tuple[Opaque, ...]:
        """The statements of the list that are not visible."""
        return tuple(value for value in listed(self.written) if isinstance(value, Opaque))

    @property
    def is_open(self) -> bool:
        """The list may have further statements."""
        return isinstance(self.written, Items) and self.written.is_open

    @property
    def is_whole(self) -> bool:
        """There are statements, and all of them, and their actions, are visible."""
        written = self.written
        are_all_seen = written is not None and not self.is_open and len(self.statements) == len(listed(written))
        return are_all_seen and all(one.action is not None or not one.fields.is_open for one in self.statements)

    @cached_property
    def principal_arns(self) -> tuple[Arn, ...]:
        """The ARNs among the principals of its statements."""
        return tuple(arn for statement in self.statements for name in statement.accounts if (arn := arn_of(name)))


def policies(program: Program, *places: tuple[str, str]) -> Iterator[Policy | Hidden]:
    """The policies at these pairs of type and input, or what hides them and why."""
    found = list(program.documents(*places))
    hosts: dict[object, list[Resource]] = {}
    for document in found:
        if isinstance(document, Document):
            hosts.setdefault(document.root.node, []).append(document.host)
    for document in found:
        if isinstance(document, Hidden):
            yield document
        else:
            yield Policy(document.root, document.host, tuple(hosts[document.root.node]))


def listed(value: Value | None) -> tuple[Value, ...]:
    """A value as a list: IAM takes one value or a list of them."""
    if value is None:
        return ()
    return value.elements if isinstance(value, Items) else (value,)
