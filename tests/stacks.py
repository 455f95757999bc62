"""Exports of stacks, as `pulumi stack export` writes them, made of a few words each."""

from __future__ import annotations

import json
from collections.abc import Sequence

BUCKET = "aws:s3/bucket:Bucket"
SIGNATURE = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270"}
CIPHERTEXT = "AAABAJqKhdRmC2Zzdlw5hJ0q7iU8"
SECRET = {**SIGNATURE, "ciphertext": CIPHERTEXT}

Entry = dict[str, object]


def urn(type: str, name: str, *, stack: str = "dev", project: str = "shop") -> str:
    return f"urn:pulumi:{stack}::{project}::{type}::{name}"


STACK = urn("pulumi:pulumi:Stack", "shop-dev")


def resource(type: str, name: str, id: str = "", **more: object) -> Entry:
    """An entry; of a qualified type (`parent$own`) the last is the resource's own."""
    entry: Entry = {"urn": urn(type, name), "custom": bool(id), "type": type.rpartition("$")[2]}
    if id:
        entry["id"] = id
    if name != "shop-dev":
        entry["parent"] = STACK
    return {**entry, **more}


def provider(name: str, version: str | None = None, region: object = "eu-west-1") -> Entry:
    inputs = {"region": region} | ({"version": version} if version else {})
    return resource("pulumi:providers:aws", name, f"id-of-{name}", inputs=inputs, outputs=inputs)


DEFAULT_7, DEFAULT_6 = provider("default_7_1_0", "7.1.0"), provider("default_6_83_4", "6.83.4")


def by(entry: Entry) -> str:
    """A reference to a provider."""
    return f"{entry['urn']}::{entry['id']}"


def bucket(
    name: str, id: str, *, parents: str = "", of: Entry = DEFAULT_7, inputs: object = None, **more: object
) -> Entry:
    """A versioned bucket that the program names, if nothing else is said."""
    given = {"__defaults": [], "bucket": id, "versioning": {"enabled": True}} if inputs is None else inputs
    outputs = {"id": id, "bucket": id}
    return resource(f"{parents}{BUCKET}", name, id, provider=by(of), inputs=given, outputs=outputs, **more)


def export(*entries: Entry, version: int = 3, pending: Sequence[Entry] = (), **more: object) -> str:
    """The text of the export; the stack and both default providers come by themselves."""
    deployment: Entry = {
        "manifest": {"time": "2026-01-05T10:00:00Z", "magic": "m", "version": "v3.214.0"},
        "secrets_providers": {"type": "passphrase", "state": {"salt": "v1:c2FsdA==:v1:bm9uY2U="}},
        "resources": [resource("pulumi:pulumi:Stack", "shop-dev"), DEFAULT_7, DEFAULT_6, *entries],
    }
    if pending:
        deployment["pending_operations"] = [{"resource": each, "type": "updating"} for each in pending]
    return json.dumps({"version": version, **more, "deployment": deployment}, indent=4)
