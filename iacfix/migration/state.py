"""The state of a stack from `pulumi stack export`. Secrets stay encrypted and are never shown."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import cast

from iacfix.errors import StateError
from iacfix.migration.urns import STACK, Urn, parse

VERSIONS = (3, 4)
"""Of the deployment; 4 is 3 with features."""

FEATURES = frozenset(
    {
        "byteString",
        "extensionParameterization",
        "hooks",
        "refreshBeforeUpdate",
        "replaceWith",
        "snippets-prototype",
        "taint",
        "views",
    }
)
"""Features of a deployment of version 4 that do not change what is read here."""

SIGNATURE = "4dabf18193072939515e22adb298388d"
SECRET = "1b47061264138c4ac30d75fd1eb44270"

AGAIN = "write it with pulumi stack export --file FILE"


@dataclass(frozen=True)
class Deployed:
    """A resource of the stack. `needs` are the URNs it refers to, `trouble` tells why it cannot be migrated yet."""

    urn: Urn
    id: str
    inputs: Mapping[str, object]
    outputs: Mapping[str, object]
    parent: Urn | None
    provider: tuple[Urn, str] | None
    needs: frozenset[str]
    protected: bool
    trouble: str | None


@dataclass(frozen=True)
class Stack:
    """The managed resources of a stack, without those that are only read. `pending` have an interrupted operation,
    `leaving` an old copy that is pending deletion."""

    urn: Urn
    resources: tuple[Deployed, ...]
    pending: tuple[Urn, ...]
    leaving: tuple[Urn, ...] = ()

    def provider_of(self, deployed: Deployed) -> Deployed | None:
        found = (each for each in self.resources if deployed.provider == (each.urn, each.id))
        return next(found, None)

    def at(self, urn: Urn) -> Deployed | None:
        return next((each for each in self.resources if each.urn == urn), None)


def is_secret(value: object) -> bool:
    return isinstance(value, dict) and cast("dict[str, object]", value).get(SIGNATURE) == SECRET


def holds_secret(value: object) -> bool:
    """The value contains a secret."""
    if is_secret(value):
        return True
    if isinstance(value, dict):
        return any(map(holds_secret, cast("dict[str, object]", value).values()))
    return isinstance(value, list) and any(map(holds_secret, cast("list[object]", value)))


def read_json(data: bytes, origin: str, again: str) -> Mapping[str, object]:
    """The JSON object in a file. Raises StateError; `again` tells how to write the file."""
    try:
        found: object = json.loads(data.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise StateError(f"is not UTF-8; {again}", path=origin) from None
    except json.JSONDecodeError as error:
        raise StateError(f"is not JSON; {again}", path=origin, line=error.lineno) from None
    except ValueError:  # Python's own limit for the digits of a number
        raise StateError(f"has a number with too many digits; {again}", path=origin) from None
    except RecursionError:
        raise StateError(f"is nested too deeply to be read; {again}", path=origin) from None
    if not isinstance(found, dict):
        raise StateError(f"is not a JSON object; {again}", path=origin)
    return cast("dict[str, object]", found)


def read_stack(data: bytes, origin: str) -> Stack:
    """Parse an export. Raises StateError where it is no export of a deployed stack in a known format."""
    export = read_json(data, origin, AGAIN)
    if "version" not in export or "deployment" not in export:
        raise StateError(f"is not a stack export, it has no version and deployment; {AGAIN}", path=origin)
    version = export["version"]
    if version not in VERSIONS:
        known = " and ".join(map(str, VERSIONS))
        message = (
            f"has a deployment of version {json.dumps(version)}, but iacfix reads {known}; export with a newer pulumi"
        )
        raise StateError(message, path=origin)
    features = _texts(export.get("features"))
    if unknown := sorted(set(features) - FEATURES):
        message = f"uses features that iacfix does not know: {', '.join(unknown)}; update iacfix or report it"
        raise StateError(message, path=origin)
    deployment = _object(export["deployment"])
    entries = _list(deployment.get("resources"))
    if not entries:
        raise StateError("is an export of an empty stack; deploy it first, there is nothing to migrate", path=origin)
    return _stack(deployment, entries, origin)


def _stack(deployment: Mapping[str, object], entries: list[object], origin: str) -> Stack:
    pending = [
        _urn(_object(_object(each).get("resource")).get("urn")) for each in _list(deployment.get("pending_operations"))
    ]
    known = [(_urn_of(entry, index, origin), _object(entry)) for index, entry in enumerate(entries, start=1)]
    live = [(urn, entry) for urn, entry in known if not entry.get("delete")]
    leaving = [urn for urn, entry in known if entry.get("delete")]
    resources = tuple(
        _deployed(urn, entry, leaving=urn in leaving, interrupted=urn in pending)
        for urn, entry in live
        if not entry.get("external")
    )
    root = next((urn for urn, _ in known if urn.token == STACK), known[0][0])
    interrupted = tuple(dict.fromkeys(urn for urn in pending if urn is not None))
    return Stack(root, resources, interrupted, tuple(dict.fromkeys(leaving)))


def _urn_of(entry: object, index: int, origin: str) -> Urn:
    urn = _urn(_object(entry).get("urn"))
    if urn is None:
        raise StateError(f"is not a stack export, resource {index} of it has no URN; {AGAIN}", path=origin)
    return urn


def _deployed(urn: Urn, entry: Mapping[str, object], *, leaving: bool, interrupted: bool) -> Deployed:
    reference, _, reference_id = _text(entry.get("provider")).rpartition("::")
    provider, id = parse(reference), _text(entry.get("id"))
    lists = _object(entry.get("propertyDependencies")).values()
    needs = [
        *_texts(entry.get("dependencies")),
        *(need for each in lists for need in _texts(each)),
        *_texts(entry.get("replaceWith")),
        *(_text(entry.get(key)) for key in ("parent", "deletedWith", "viewOf")),
        reference,
    ]
    return Deployed(
        urn=urn,
        id=id,
        inputs=_object(entry.get("inputs")),
        outputs=_object(entry.get("outputs")),
        parent=parse(_text(entry.get("parent"))),
        provider=(provider, reference_id) if provider else None,
        needs=frozenset(needs) - {""},
        protected=entry.get("protect") is True,
        trouble=next(_troubles(entry, id, leaving=leaving, interrupted=interrupted), None),
    )


def _troubles(entry: Mapping[str, object], id: str, *, leaving: bool, interrupted: bool) -> Iterator[str]:
    """Why the resource cannot be migrated yet."""
    if interrupted:
        yield "an operation on it was interrupted; run pulumi refresh first"
    if leaving:
        yield "an old copy of it is pending deletion; run pulumi up first"
    if entry.get("pendingReplacement"):
        yield "it was deleted for a replacement that is not created yet; run pulumi up first"
    if entry.get("taint"):
        yield "it is marked for replacement (taint); run pulumi up or pulumi state untaint first"
    if entry.get("initErrors"):
        yield "its last deployment did not finish; run pulumi up first"
    if not id or not id.isprintable():
        yield "the state has no id for it; run pulumi refresh first"


def _urn(value: object) -> Urn | None:
    return parse(_text(value))


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _object(value: object) -> Mapping[str, object]:
    return cast("dict[str, object]", value) if isinstance(value, dict) else {}


def _list(value: object) -> list[object]:
    return cast("list[object]", value) if isinstance(value, list) else []


def _texts(value: object) -> Iterable[str]:
    return [each for each in _list(value) if isinstance(each, str)]
