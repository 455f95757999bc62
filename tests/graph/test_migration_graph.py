"""What `migrate` expects of a rewritten program is what the rewritten program registers: each example runs under mocks,
its weak form becomes the state, and its fixed form has to add what was said, at the same urns and below the same
parents and providers; what is new to the cloud as well is created."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import pytest
from stacks import STACK

from graph.mocked_cloud import resource_id
from graph.programs import STARTING, Example, run
from graph.registered import Graph, Registered
from iacfix.engine.run import Request
from iacfix.engine.run import run as examined
from iacfix.migration.document import built
from iacfix.migration.matching import programs
from iacfix.migration.plan import Migration, Procedure, planned
from iacfix.migration.state import read_stack
from iacfix.migration.urns import STACK as STACK_TYPE
from iacfix.migration.urns import parse
from iacfix.registry import packs

CREATED = "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock"
"""Nothing of a bucket becomes one."""


@cache
def graphs(major: int) -> dict[Path, Graph]:
    chosen = [example for example in STARTING if example.major == major]
    return run([path for example in chosen for path in (example.weak, example.fixed)], major)


def deployed(registered: Registered) -> dict[str, object]:
    """A resource of the weak program as an entry of the state."""
    entry: dict[str, object] = {key: registered[key] for key in ("urn", "type", "inputs", "dependencies")}
    entry |= {"custom": ":index:" not in registered["type"], "id": resource_id(registered["name"])}
    if registered["parent"]:
        entry["parent"] = registered["parent"]
    if provider := registered["provider"]:
        entry["provider"] = f"{provider}::{resource_id(provider.rpartition('::')[2])}"
    return entry


def migration(example: Example) -> Migration:
    weak = graphs(example.major)[example.weak]
    root = {"urn": STACK.replace("shop", "proj"), "type": STACK_TYPE, "custom": False}
    export = {"version": 3, "deployment": {"resources": [root, *map(deployed, weak["resources"])]}}
    stack = read_stack(json.dumps(export).encode(), "stack.json")
    done = examined(Request((str(example.weak),), unsafe=True, major=example.major, jobs=1, sites=True))
    assert [program.project for program in programs(done.outcomes, done.root)] == [None]
    packages = {pack.provider.name: pack.provider for pack in packs()}
    return planned(done.outcomes, done.root, stack, packages, Procedure.UPGRADE, None)


@pytest.mark.parametrize("example", STARTING, ids=lambda example: example.name)
def test_the_rewritten_program_registers_what_was_said(example: Example) -> None:
    weak, fixed = (graphs(example.major)[path]["resources"] for path in (example.weak, example.fixed))
    before = {registered["urn"] for registered in weak}
    added = {
        (registered["urn"], _named(registered["parent"]), registered["provider"] or None, _id_of(registered))
        for registered in fixed
        if registered["urn"] not in before and registered["type"] != CREATED
    }
    said = migration(example)
    document = built(said.moves)
    table = document.get("nameTable", {})
    specs = document["resources"]
    assert isinstance(table, dict)
    assert isinstance(specs, list)
    news = [new for move in said.moves for new in move.new]
    found = {
        (str(new.urn), table.get(spec.get("parent")), table.get(spec.get("provider")), new.id)
        for new, spec in zip(news, specs, strict=True)
    }
    assert len(found) == len(news)
    if example.name == "python/data-lake":  # a function there makes buckets of any name, so nothing of it is certain
        assert found <= added
        assert said.gaps != ()
    else:
        assert found == added
        assert said.gaps == ()


def _named(parent: str) -> str | None:
    """A parent as a document names it: the stack is none."""
    urn = parse(parent)
    return parent if urn is not None and urn.token != STACK_TYPE else None


def _id_of(registered: Registered) -> object:
    """What the provider's documentation says to import it by: the bucket's name, and of an ACL the canned one."""
    inputs = registered["inputs"]
    if registered["type"] == "aws:s3/bucketV2:BucketV2":
        return resource_id(registered["name"])
    return f"{inputs['bucket']},{inputs['acl']}" if "acl" in inputs else inputs["bucket"]
