"""The document that `pulumi import --file` reads: written from the state, or filled where a preview left ids open."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from iacfix.errors import StateError
from iacfix.migration.matching import Move, New
from iacfix.migration.state import Deployed, holds_secret, read_json
from iacfix.migration.urns import PROVIDER, STACK, Urn, parse
from iacfix.reports.literal import code

OPEN = ("", "<PLACEHOLDER>")
"""What `pulumi preview --import-file` writes for an id it does not know; the first is what a person may leave."""

DEEP = 50
"""The most nested components that are followed."""

AGAIN = "write it with pulumi preview --import-file FILE"


def written(document: Mapping[str, object]) -> str:
    """As Pulumi lays it out."""
    return json.dumps(document, indent=4, ensure_ascii=False) + "\n"


def built(moves: Sequence[Move], unread: frozenset[str] = frozenset()) -> dict[str, object]:
    """The import document of the moves: each new resource with parent and provider of the original one.

    It includes inputs that the cloud does not return: newer versions of Pulumi read them, others ignore them. There is
    no list of `properties`: Pulumi would look it up by the id alone, which a resource shares with its parts.
    """
    names = _Names(new.urn for move in moves for new in move.new)
    resources = [
        {
            "type": new.urn.token,
            "name": names.resources[new.urn],
            "id": new.id,
            **_parent(move.deployed, names),
            **_provider(move, names),
            **({"logicalName": new.urn.name} if names.resources[new.urn] != new.urn.name else {}),
            **_inputs(move, new, unread),
        }
        for move in moves
        for new in move.new
    ]
    table = {name: str(urn) for urn, name in names.table.items()}
    return {**({"nameTable": table} if table else {}), "resources": resources}


def unread_of(move: Move, unread: frozenset[str]) -> dict[str, object]:
    """The inputs of a deployed resource that the cloud does not return, without secrets."""
    given = {name: move.deployed.inputs.get(name) for name in sorted(unread)}
    return {name: value for name, value in given.items() if value and not holds_secret(value)}


def _inputs(move: Move, new: New, unread: frozenset[str]) -> dict[str, object]:
    inputs = unread_of(move, unread) if new == move.retyped else {}
    return {"inputs": inputs} if inputs else {}


class _Names:
    """Unique names for the URNs of a document; a name that is taken gets the class as a suffix, then a number."""

    def __init__(self, urns: Iterable[Urn]) -> None:
        self.taken = set[str]()
        self.table = dict[Urn, str]()
        self.resources = {urn: self._free(urn) for urn in dict.fromkeys(urns)}

    def of(self, urn: Urn) -> str:
        """The name of a resource that is in the state."""
        if urn not in self.table:
            self.table[urn] = self._free(urn)
        return self.table[urn]

    def _free(self, urn: Urn) -> str:
        name = base = urn.name
        if name in self.taken:
            word = urn.token.rpartition(":")[2]
            name = base = f"{urn.name}{word[:1].upper()}{word[1:]}"
        number = 2
        while name in self.taken:
            name = f"{base}{number}"
            number += 1
        self.taken.add(name)
        return name


def _parent(deployed: Deployed, names: _Names) -> dict[str, str]:
    if deployed.parent is None or deployed.parent.token == STACK:
        return {}
    return {"parent": names.of(deployed.parent)}


def _provider(move: Move, names: _Names) -> dict[str, str]:
    """A default provider is not named: Pulumi finds it by the version, as `preview --import-file` writes it."""
    if move.deployed.provider is None:
        return {}
    urn, _ = move.deployed.provider
    named = {} if urn.is_default_provider else {"provider": names.of(urn)}
    inputs = _object(move.provider.inputs if move.provider else None)
    url = _object(inputs.get("__internal")).get("pluginDownloadURL")
    known = {"version": inputs.get("version"), "pluginDownloadUrl": url}
    return named | {key: value for key, value in known.items() if isinstance(value, str) and value}


@dataclass(frozen=True)
class Filled:
    """The document of a preview with ids. `missing` are new resources that it lacks, `open` other resources without an
    id, `other` messages about ids that differ."""

    document: Mapping[str, object]
    missing: tuple[Urn, ...]
    open: tuple[str, ...]
    other: tuple[str, ...]


def filled(data: bytes, origin: str, moves: Sequence[Move], stack: Urn) -> Filled:
    """Fill the ids of the moves into a preview's document; other entries stay unchanged. Raises StateError."""
    document = read_json(data, origin, AGAIN)
    specs = _specs(document, origin)
    table = {
        name: urn
        for name, text in _object(document.get("nameTable")).items()
        if isinstance(text, str) and (urn := parse(text))
    }
    ids = {new.urn: new.id for move in moves for new in move.new}
    urns = _urns(specs, table, stack)
    done, others, left = dict[int, dict[str, object]](), list[str](), list[str]()
    for index, (spec, urn) in enumerate(zip(specs, urns, strict=True)):
        id = spec.get("id", "")
        is_open = id in OPEN and not spec.get("component") and not str(spec["type"]).startswith(PROVIDER)
        if urn in ids and is_open:
            done[index] = {**spec, "id": ids[urn]}
        elif urn in ids and id != ids[urn]:
            others.append(
                f"{code(str(urn))} has the id {code(str(id))} in {code(origin)}, but {code(ids[urn])} in the state"
            )
        elif is_open:
            left.append(f"{spec['type']} {spec.get('logicalName') or _name(spec)}")
    resources = [done.get(index, spec) for index, spec in enumerate(specs)]
    missing = tuple(urn for urn in ids if urn not in urns)
    return Filled({**document, "resources": resources}, missing, tuple(left), tuple(others))


def _specs(document: Mapping[str, object], origin: str) -> list[Mapping[str, object]]:
    resources = document.get("resources", [])
    if not isinstance(resources, list) or not ("resources" in document or "nameTable" in document or not document):
        raise StateError(f"is not an import document, it has no list of resources; {AGAIN}", path=origin)
    specs = [_object(each) for each in cast("list[object]", resources)]
    for index, spec in enumerate(specs, start=1):
        if not all(isinstance(word, str) and word for word in (spec.get("type"), _name(spec))):
            raise StateError(f"is not an import document, resource {index} has no type and name; {AGAIN}", path=origin)
    return specs


def _name(spec: Mapping[str, object]) -> object:
    """Pulumi takes either name for the other."""
    return spec.get("name") or spec.get("logicalName")


def _urns(specs: Sequence[Mapping[str, object]], table: Mapping[str, Urn], stack: Urn) -> list[Urn | None]:
    """The URN of each entry; None where its parent is ambiguous or unknown."""
    counts = Counter(str(_name(spec)) for spec in specs)
    by_name = {str(_name(spec)): spec for spec in specs}

    def type_of(name: str, seen: frozenset[str]) -> str | None:
        """The qualified type of a parent."""
        if not name:
            return ""
        if name in table:
            return table[name].type
        if counts[name] != 1 or name in seen or len(seen) > DEEP:
            return None
        urn = urn_of(by_name[name], seen | {name})
        return urn.type if urn else None

    def urn_of(spec: Mapping[str, object], seen: frozenset[str]) -> Urn | None:
        parent = type_of(str(spec.get("parent") or ""), seen)
        if parent is None:
            return None
        return stack.below(parent, str(spec["type"]), str(spec.get("logicalName") or _name(spec)))

    return [urn_of(spec, frozenset()) for spec in specs]


def _object(value: object) -> Mapping[str, object]:
    return cast("dict[str, object]", value) if isinstance(value, dict) else {}
