"""The document that `pulumi import --file` reads: written from the state, and filled."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stacks import BUCKET, DEFAULT_7, SECRET, STACK, Entry, bucket, export, provider, urn

from iacfix.errors import StateError
from iacfix.migration.document import Filled, built, filled, written
from iacfix.migration.ids import NoId, import_id
from iacfix.migration.matching import Move, New
from iacfix.migration.state import Deployed, Stack, read_stack
from iacfix.migration.urns import Urn, parse, token_of
from iacfix.registry import Imports, packs
from iacfix.result import AddedResource, CreationSite, Parent, Split

SITE = CreationSite("app.py", 4, "aws.s3.Bucket", ("logs",), Parent.NONE)
VERSIONING = "aws:s3/bucketVersioning:BucketVersioning"
CORS = "aws:s3/bucketCorsConfiguration:BucketCorsConfiguration"
STORE = "acme:index:Store"
EU = provider("eu", "7.1.0")


def stack_of(*entries: Entry) -> Stack:
    return read_stack(export(*entries).encode(), "stack.json")


def move(stack: Stack, deployed: Deployed, **parts: str) -> Move:
    """Beside a deployed bucket one part for each name and token."""
    new = tuple(
        New(deployed.urn.beside(token, f"{deployed.urn.name}-{name}"), deployed.id) for name, token in parts.items()
    )
    return Move(Split(SITE, "rule", (AddedResource("t", "n"),)), deployed, stack.provider_of(deployed), new)


def moves(*entries: Entry, **parts: str) -> list[Move]:
    stack = stack_of(*entries)
    buckets = [each for each in stack.resources if each.urn.token == BUCKET]
    return [move(stack, each, **(parts or {"versioning": VERSIONING})) for each in buckets]


# written


def test_inputs_that_the_cloud_does_not_keep_come_along_but_no_secret_and_no_list_of_properties() -> None:
    """Pulumi finds a list of properties by the id alone, and a bucket shares its id with its parts."""
    inputs = {"bucket": "a-1", "forceDestroy": True, "hidden": SECRET, "versioning": {"enabled": True}}
    stack = stack_of(bucket("a", "a-1", inputs=inputs))
    (deployed,) = [each for each in stack.resources if each.urn.token == BUCKET]
    moved = move(stack, deployed, versioning=VERSIONING)
    own = New(deployed.urn.beside("aws:s3/bucketV2:BucketV2", "a"), "a-1")
    specs = resources(built([replace(moved, retyped=own)], frozenset({"forceDestroy", "hidden", "absent"})))
    assert [(spec["type"], spec.get("inputs")) for spec in specs] == [
        ("aws:s3/bucketV2:BucketV2", {"forceDestroy": True}),
        (VERSIONING, None),
    ]
    assert not any("properties" in spec for spec in specs)


def test_parents_and_providers_go_through_the_name_table() -> None:
    """The stack is no parent and a default provider has no name, but the version that finds it."""
    entries = [
        EU,
        bucket("logs", "logs-1", parent=STACK),
        bucket("data", "data-1", parents=f"{STORE}$", parent=urn(STORE, "data"), of=EU),
    ]
    assert built(moves(*entries)) == {
        "nameTable": {"data": urn(STORE, "data"), "eu": str(EU["urn"])},
        "resources": [
            {"type": VERSIONING, "name": "logs-versioning", "id": "logs-1", "version": "7.1.0"},
            {
                "type": VERSIONING,
                "name": "data-versioning",
                "id": "data-1",
                "parent": "data",
                "provider": "eu",
                "version": "7.1.0",
            },
        ],
    }


def test_a_name_that_is_taken_gets_its_class_behind_it() -> None:
    """A parent of the name of a new resource, as Pulumi itself would write it."""
    parent = urn(STORE, "logs-versioning")
    document = built(moves(bucket("logs", "logs-1", parents=f"{STORE}$", parent=parent)))
    assert document["nameTable"] == {"logs-versioningStore": parent}
    (spec,) = resources(document)
    assert (spec["name"], spec["parent"]) == ("logs-versioning", "logs-versioningStore")


def test_two_new_resources_of_one_name_differ_in_the_document_only() -> None:
    names = [
        (spec["name"], spec.get("logicalName")) for spec in resources(built(moves(bucket("a", "a-1"), x=VERSIONING)))
    ]
    assert names == [("a-x", None)]
    (first,), (second,) = moves(bucket("a", "a-1"), x=VERSIONING), moves(bucket("a", "a-1"), x=CORS)
    assert [(spec["name"], spec.get("logicalName")) for spec in resources(built([first, second]))] == [
        ("a-x", None),
        ("a-xBucketCorsConfiguration", "a-x"),
    ]


def test_where_a_provider_is_downloaded_from_is_kept() -> None:
    own = {**EU, "inputs": {"version": "7.1.0", "__internal": {"pluginDownloadURL": "https://example.com/p"}}}
    (spec,) = resources(built(moves(own, bucket("a", "a-1", of=EU))))
    assert spec["pluginDownloadUrl"] == "https://example.com/p"


def test_the_text_is_laid_out_as_pulumi_does() -> None:
    assert written({"resources": [{"type": "a:b:C", "name": "é<", "id": "1"}]}) == (
        '{\n    "resources": [\n        {\n            "type": "a:b:C",\n            "name": "é<",\n'
        '            "id": "1"\n        }\n    ]\n}\n'
    )


NAMES = st.sampled_from(["a", "b", "a-versioning", "a-versioningStore", "eu", "default"])
TYPES = st.sampled_from([STORE, "acme:index:Shop", "acme:index:versioning"])


@given(st.lists(st.tuples(NAMES, st.none() | st.tuples(TYPES, NAMES), st.sampled_from([EU, DEFAULT_7])), unique_by=str))
def test_no_two_urns_are_equal_and_every_name_is_known(shapes: list[tuple[str, tuple[str, str] | None, Entry]]) -> None:
    """What Pulumi refuses a document for."""
    entries = {
        str(entry["urn"]): entry
        for name, parent, of in shapes
        for entry in [
            bucket(name, f"{name}-1", of=of)
            if parent is None
            else bucket(name, f"{name}-1", of=of, parents=f"{parent[0]}$", parent=urn(*parent))
        ]
    }
    document = built(moves(EU, *entries.values(), versioning=VERSIONING, cors=CORS))
    table = {name: parse(str(text)) for name, text in object_of(document.get("nameTable", {})).items()}
    specs = resources(document)
    assert len(specs) == 2 * len(entries)
    assert {spec["name"] for spec in specs}.isdisjoint(table)
    assert len({spec["name"] for spec in specs}) == len(specs)
    urns = list[Urn]()
    for spec in specs:
        parent = table[spec["parent"]] if "parent" in spec else None
        assert parent is None or parent.token != "pulumi:pulumi:Stack"
        assert "provider" not in spec or table[spec["provider"]] == parse(str(EU["urn"]))
        name = str(spec.get("logicalName") or spec["name"])
        urns.append(Urn("dev", "shop", "", "").below(parent.type if parent else "", str(spec["type"]), name))
    assert len(set(urns)) == len(urns)
    wanted = {new.urn for each in moves(EU, *entries.values(), versioning=VERSIONING, cors=CORS) for new in each.new}
    assert set(urns) == wanted


# filled


def fill(document: object, given: list[Move]) -> Filled:
    stack = parse(STACK)
    assert stack is not None
    return filled(json.dumps(document).encode(), "ids.json", given, stack)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"no", "ids.json:1: is not JSON; write it with pulumi preview --import-file FILE"),
        (b"[]", "ids.json: is not a JSON object; write it with pulumi preview --import-file FILE"),
        (
            export().encode(),
            "ids.json: is not an import document, it has no list of resources; "
            "write it with pulumi preview --import-file FILE",
        ),
        (
            b'{"resources": {}}',
            "ids.json: is not an import document, it has no list of resources; "
            "write it with pulumi preview --import-file FILE",
        ),
        (
            b'{"resources": [{"type": "a:b:C"}]}',
            "ids.json: is not an import document, resource 1 has no type and name; "
            "write it with pulumi preview --import-file FILE",
        ),
    ],
)
def test_what_is_no_import_document(data: bytes, message: str) -> None:
    stack = parse(STACK)
    assert stack is not None
    with pytest.raises(StateError) as raised:
        filled(data, "ids.json", [], stack)
    assert str(raised.value) == message


def test_what_is_not_ours_is_left_as_it_is() -> None:
    """Components, providers with their inputs, resources of others, and keys that nobody knows."""
    document = {
        "nameTable": {"store": urn(STORE, "a"), "odd": 3},
        "resources": [
            {"type": "acme:index:Shop", "name": "shop", "component": True},
            {"type": "pulumi:providers:aws", "name": "us", "inputs": {"token": SECRET}},
            {"type": VERSIONING, "name": "theirs-versioning", "id": "<PLACEHOLDER>"},
            {"type": VERSIONING, "name": "logs-versioning", "id": "<PLACEHOLDER>", "parent": "store"},
            {"type": VERSIONING, "name": "logs-versioning2", "logicalName": "logs-versioning", "parent": "shop"},
            {"type": VERSIONING, "name": "known", "id": "k-1"},
        ],
        "later": True,
    }
    done = fill(document, moves(bucket("logs", "logs-1")))
    assert done == Filled(
        document,
        missing=(Urn("dev", "shop", VERSIONING, "logs-versioning"),),
        open=tuple(f"{VERSIONING} {name}" for name in ("theirs-versioning", "logs-versioning", "logs-versioning")),
        other=(),
    )


def test_providers_that_a_newer_preview_lists_are_left_alone() -> None:
    """As pulumi 3.256 writes an explicit provider: no id, its inputs, secrets encrypted."""
    own: dict[str, object] = {
        "type": "pulumi:providers:aws",
        "name": "eu",
        "inputs": {"region": "eu-west-1", "token": SECRET},
    }
    ours: dict[str, object] = {"type": VERSIONING, "name": "logs-versioning", "id": "<PLACEHOLDER>", "provider": "eu"}
    done = fill({"resources": [own, ours]}, moves(bucket("logs", "logs-1")))
    assert done == Filled({"resources": [own, {**ours, "id": "logs-1"}]}, (), (), ())


def test_a_name_and_a_logical_name_stand_for_each_other() -> None:
    ours: dict[str, object] = {"type": VERSIONING, "logicalName": "logs-versioning", "id": ""}
    done = fill({"resources": [ours]}, moves(bucket("logs", "logs-1")))
    assert done == Filled({"resources": [{**ours, "id": "logs-1"}]}, (), (), ())


def test_an_id_that_stands_there_already_is_not_changed() -> None:
    document = {"resources": [{"type": VERSIONING, "name": "logs-versioning", "id": "other-1"}]}
    ours = f"`{urn(VERSIONING, 'logs-versioning')}` has the id `other-1` in `ids.json`, but `logs-1` in the state"
    assert fill(document, moves(bucket("logs", "logs-1"))) == Filled(document, (), (), (ours,))


@pytest.mark.parametrize("open_id", [{"id": "<PLACEHOLDER>"}, {"id": ""}, {}])
def test_what_is_ours_is_filled(open_id: dict[str, str]) -> None:
    """Below a parent of the state, below a new component of the document, and beside nothing."""
    given = [
        *moves(bucket("logs", "logs-1")),
        *moves(bucket("data", "data-1", parents=f"{STORE}$", parent=urn(STORE, "a"))),
        *moves(
            bucket("deep", "deep-1", parents=f"{STORE}$acme:index:Inner$", parent=urn(f"{STORE}$acme:index:Inner", "i"))
        ),
    ]
    specs = [
        {"type": "acme:index:Inner", "name": "inner", "component": True, "parent": "a"},
        {"type": VERSIONING, "name": "logs-versioning", **open_id, "version": "7.1.0"},
        {"type": VERSIONING, "name": "data", "logicalName": "data-versioning", **open_id, "parent": "a"},
        {"type": VERSIONING, "name": "deep-versioning", **open_id, "parent": "inner"},
    ]
    done = fill({"nameTable": {"a": urn(STORE, "a")}, "resources": specs}, given)
    assert (done.missing, done.open, done.other) == ((), (), ())
    assert done.document == {
        "nameTable": {"a": urn(STORE, "a")},
        "resources": [
            specs[0],
            {**specs[1], "id": "logs-1"},
            {**specs[2], "id": "data-1"},
            {**specs[3], "id": "deep-1"},
        ],
    }


def test_a_parent_that_two_entries_could_be_is_none() -> None:
    specs = [
        {"type": STORE, "name": "a", "component": True},
        {"type": "acme:index:Shop", "name": "a", "component": True},
        {"type": VERSIONING, "name": "data-versioning", "id": "<PLACEHOLDER>", "parent": "a"},
        {"type": VERSIONING, "name": "b", "id": "<PLACEHOLDER>", "parent": "c"},
        {"type": VERSIONING, "name": "c", "id": "<PLACEHOLDER>", "parent": "b"},
    ]
    given = moves(bucket("data", "data-1", parents=f"{STORE}$", parent=urn(STORE, "a")))
    done = fill({"resources": specs}, given)
    assert done.document == {"resources": specs}
    assert done.missing == (given[0].new[0].urn,)


# ids


IMPORTS = Imports(
    ids={"cloud.Side": "{name}[,{kind}][@{place}]", "cloud.Strict": "{name}/{kind}"}, named_by={"cloud.Box": "name"}
)


@pytest.mark.parametrize(
    ("type", "inputs", "id"),
    [
        ("cloud.Side", {}, "x-1"),
        ("cloud.Side", {"kind": "k"}, "x-1,k"),
        ("cloud.Side", {"kind": "k", "place": "eu-west-1"}, "x-1,k@eu-west-1"),
        ("cloud.Side", {"kind": 3, "place": "us"}, "x-1@us"),
        ("cloud.Strict", {"kind": "k"}, "x-1/k"),
    ],
)
def test_an_id_is_made_of_inputs(type: str, inputs: Entry, id: str) -> None:
    deployed = stack_of(bucket("x", "x-1", inputs=inputs)).resources[-1]
    assert import_id(type, deployed, None, IMPORTS, "cloud.Box") == id


@pytest.mark.parametrize(
    ("type", "inputs", "reason"),
    [
        ("cloud.Other", {}, "iacfix does not know what cloud.Other is imported by"),
        ("cloud.Strict", {}, "the state does not have its kind; run pulumi up first"),
        ("cloud.Strict", {"kind": SECRET}, "its kind is a secret in the state, and the id would show it"),
        ("cloud.Side", {"kind": SECRET}, "its kind is a secret in the state, and the id would show it"),
        ("cloud.Side", {"name": SECRET}, "its name is a secret in the state, and the id would show it"),
    ],
)
def test_an_id_that_cannot_be_told(type: str, inputs: Entry, reason: str) -> None:
    deployed = stack_of(bucket("x", "x-1", inputs=inputs)).resources[-1]
    with pytest.raises(NoId) as raised:
        import_id(type, deployed, None, IMPORTS, "cloud.Box")
    assert str(raised.value) == reason


@pytest.mark.parametrize("major", [6, 7])
def test_the_tokens_are_those_of_the_provider(major: int) -> None:
    """Every type that the pack has an id for, as the package of the provider itself constructs it."""
    (package,) = (Path(__file__).parents[2] / f".cache/aws{major}").glob("lib/python3*/site-packages/pulumi_aws")
    (imports,) = [pack.provider.imports for pack in packs() if pack.provider.name == "aws"]
    tokens = {
        token
        for module in {type.split(".")[1] for type in imports.ids}
        for file in (package / module).glob("*.py")
        for token in re.findall(r"'(aws:\w+/\w+:\w+)',\n\s+resource_name", file.read_text(encoding="utf-8"))
    }
    assert {token_of(type) for type in imports.ids} - tokens == (
        {
            token_of(type)
            for type in imports.ids
            if not type.endswith("V2") and f"{type}V2" in imports.ids and type != "aws.s3.Bucket"
        }
        if major == 6
        else set()
    )


def resources(document: Mapping[str, object]) -> list[dict[str, Any]]:
    found: Any = document["resources"]
    return found


def object_of(value: object) -> dict[str, object]:
    assert isinstance(value, dict)
    return value
