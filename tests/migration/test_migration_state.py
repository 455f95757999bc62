"""What counts as a stack export, and what is read of it."""

from __future__ import annotations

import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stacks import BUCKET, CIPHERTEXT, DEFAULT_7, SECRET, STACK, bucket, by, export, resource, urn

from iacfix.errors import StateError
from iacfix.migration.projects import Project, project_of
from iacfix.migration.state import Deployed, holds_secret, read_stack
from iacfix.migration.urns import Urn, parse, token_of

AGAIN = "write it with pulumi stack export --file FILE"


# what is no export


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", f"stack.json:1: is not JSON; {AGAIN}"),
        (b"Current stack is dev:\n", f"stack.json:1: is not JSON; {AGAIN}"),
        (b'{\n"version": 3,\n', f"stack.json:3: is not JSON; {AGAIN}"),
        ("{}".encode("utf-16"), f"stack.json: is not UTF-8; {AGAIN}"),
        (b"[" * 100_000, f"stack.json: is nested too deeply to be read; {AGAIN}"),
        (b"[]", f"stack.json: is not a JSON object; {AGAIN}"),
        (b"{}", f"stack.json: is not a stack export, it has no version and deployment; {AGAIN}"),
        (b'{"resources": []}', f"stack.json: is not a stack export, it has no version and deployment; {AGAIN}"),
        (
            export(version=2).encode(),
            "stack.json: has a deployment of version 2, but iacfix reads 3 and 4; export with a newer pulumi",
        ),
        (
            export(version=5).encode(),
            "stack.json: has a deployment of version 5, but iacfix reads 3 and 4; export with a newer pulumi",
        ),
        (
            b'{"version": "3", "deployment": {}}',
            'stack.json: has a deployment of version "3", but iacfix reads 3 and 4; export with a newer pulumi',
        ),
        (
            export(version=4, features=["hooks", "timeTravel"]).encode(),
            "stack.json: uses features that iacfix does not know: timeTravel; update iacfix or report it",
        ),
        (
            b'{"version": 3, "deployment": {"manifest": {"time": "0001-01-01T00:00:00Z", "magic": "", "version": ""}}}',
            "stack.json: is an export of an empty stack; deploy it first, there is nothing to migrate",
        ),
        (
            b'{"version": 3, "deployment": null}',
            "stack.json: is an export of an empty stack; deploy it first, there is nothing to migrate",
        ),
        (
            b'{"version": 3, "deployment": {"resources": [{"type": "a:b:C"}]}}',
            f"stack.json: is not a stack export, resource 1 of it has no URN; {AGAIN}",
        ),
        (
            b'{"version": 3, "deployment": {"resources": [{"urn": "urn:pulumi:dev::shop::a:b:C::a\\nb"}]}}',
            f"stack.json: is not a stack export, resource 1 of it has no URN; {AGAIN}",
        ),
    ],
)
def test_what_is_no_export_is_said_in_one_line(data: bytes, message: str) -> None:
    with pytest.raises(StateError) as raised:
        read_stack(data, "stack.json")
    assert str(raised.value) == message


# what is no resource of the stack


def test_what_waits_for_its_deletion_or_is_only_read_is_no_resource() -> None:
    stack = read_stack(export(bucket("a", "a-1", delete=True), bucket("b", "b-1", external=True)).encode(), "s")
    assert [str(each.urn) for each in stack.resources if each.urn.token == BUCKET] == []


@pytest.mark.parametrize(
    ("entries", "trouble"),
    [
        ([bucket("a", "a-1")], None),
        (
            [bucket("a", "a-1"), bucket("a", "a-0", delete=True)],
            "an old copy of it is pending deletion; run pulumi up first",
        ),
        (
            [bucket("a", "a-1", pendingReplacement=True)],
            "it was deleted for a replacement that is not created yet; run pulumi up first",
        ),
        (
            [bucket("a", "a-1", taint=True)],
            "it is marked for replacement (taint); run pulumi up or pulumi state untaint first",
        ),
        ([bucket("a", "a-1", initErrors=["no"])], "its last deployment did not finish; run pulumi up first"),
        ([resource(BUCKET, "a")], "the state has no id for it; run pulumi refresh first"),
    ],
)
def test_a_resource_in_trouble_says_so(entries: list[dict[str, object]], trouble: str | None) -> None:
    stack = read_stack(export(*entries).encode(), "s")
    assert [each.trouble for each in stack.resources if each.urn.token == BUCKET] == [trouble]


def test_an_interrupted_operation_is_trouble_for_its_resource_only() -> None:
    stack = read_stack(export(bucket("a", "a-1"), bucket("b", "b-1"), pending=[bucket("a", "a-1")]).encode(), "s")
    assert stack.pending == (Urn("dev", "shop", BUCKET, "a"),)
    assert {each.urn.name: each.trouble for each in stack.resources if each.urn.token == BUCKET} == {
        "a": "an operation on it was interrupted; run pulumi refresh first",
        "b": None,
    }


# what is read


@pytest.mark.parametrize(("version", "more"), [(3, {}), (4, {"features": ["refreshBeforeUpdate", "taint"]})])
def test_a_resource_of_the_stack(version: int, more: dict[str, object]) -> None:
    entry = bucket(
        "data",
        "data-1",
        parents="acme:index:Store$",
        inputs={"tags": SECRET},
        protect=True,
        dependencies=[urn("a:b:C", "c")],
        propertyDependencies={"tags": [urn("a:b:C", "d")], "bucket": None},
        deletedWith=urn("a:b:C", "e"),
    )
    stack = read_stack(export(entry, version=version, **more).encode(), "s")
    assert str(stack.urn) == STACK
    assert stack.resources[-1] == Deployed(
        urn=Urn("dev", "shop", f"acme:index:Store${BUCKET}", "data"),
        id="data-1",
        inputs={"tags": SECRET},
        outputs={"id": "data-1", "bucket": "data-1"},
        parent=parse(STACK),
        provider=(Urn("dev", "shop", "pulumi:providers:aws", "default_7_1_0"), "id-of-default_7_1_0"),
        needs=frozenset({STACK, str(DEFAULT_7["urn"]), *(urn("a:b:C", name) for name in "cde")}),
        protected=True,
        trouble=None,
    )
    assert stack.provider_of(stack.resources[-1]) == stack.resources[1]


def test_a_provider_is_told_by_its_id_too() -> None:
    old = {**DEFAULT_7, "id": "older", "inputs": {"version": "7.0.0"}}
    stack = read_stack(export(old, bucket("a", "a-1")).encode(), "s")
    found = stack.provider_of(stack.resources[-1])
    assert found is not None
    assert found.inputs["version"] == "7.1.0"
    assert by(DEFAULT_7) == f"{found.urn}::{found.id}"


def test_a_byte_order_mark_is_no_matter() -> None:
    assert str(read_stack(b"\xef\xbb\xbf" + export().encode(), "s").urn) == STACK


@pytest.mark.parametrize("value", [SECRET, {"a": [1, SECRET]}, [[SECRET]]])
def test_a_secret_is_seen_wherever_it_stands(value: object) -> None:
    assert holds_secret(value)
    assert not holds_secret(json.loads(json.dumps(value).replace("1b47061264138c4ac30d75fd1eb44270", "other")))
    assert CIPHERTEXT in json.dumps(value)


# names


@pytest.mark.parametrize(
    "text", ["", "a", "urn:pulumi:dev::shop::t", "urn:pulumi:dev::::t::n", "urn:other:dev::shop::t::n"]
)
def test_what_is_no_urn(text: str) -> None:
    assert parse(text) is None


def test_a_urn_may_hold_colons_in_its_name() -> None:
    found = parse("urn:pulumi:dev::shop::my:a:B$my:c:D::x::y$z")
    assert found == Urn("dev", "shop", "my:a:B$my:c:D", "x::y$z")
    assert str(found) == "urn:pulumi:dev::shop::my:a:B$my:c:D::x::y$z"
    assert (found.token, found.has_parent) == ("my:c:D", True)
    assert found.beside("my:e:F", "n") == Urn("dev", "shop", "my:a:B$my:e:F", "n")
    assert found.below("my:a:B", "my:e:F", "n") == Urn("dev", "shop", "my:a:B$my:e:F", "n")
    assert found.below("pulumi:pulumi:Stack", "my:e:F", "n") == Urn("dev", "shop", "my:e:F", "n")


@pytest.mark.parametrize(
    ("type", "name", "is_default"),
    [
        ("pulumi:providers:aws", "default", True),
        ("pulumi:providers:aws", "default_7_1_0", True),
        ("pulumi:providers:aws", "eu", False),
        ("a:b:C", "default", False),
    ],
)
def test_a_default_provider(type: str, name: str, *, is_default: bool) -> None:
    assert Urn("dev", "shop", type, name).is_default_provider is is_default


def test_tokens() -> None:
    assert token_of("aws.s3.BucketVersioningV2") == "aws:s3/bucketVersioningV2:BucketVersioningV2"
    assert token_of("cloud.Box") == "cloud:index/box:Box"


# projects


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("name: shop\nruntime: python\n", "shop"),
        ("runtime:\n  name: python\nname: 'the shop' # why\n", "the shop"),
        ('description: |\n  name: no\nname: "shop"\r\n', "shop"),
        ("# name: no\nruntime: python\n", None),
        ('name: "sh\\"op"\n', None),
    ],
)
def test_the_name_of_a_project(tmp_path_factory: pytest.TempPathFactory, text: str, name: str | None) -> None:
    root = tmp_path_factory.mktemp("project")
    (root / "Pulumi.yaml").write_text(text)
    assert project_of(root / "src" / "app.py", root) == Project(root, name)


def test_a_project_file_above_the_repository_is_somebody_elses(tmp_path_factory: pytest.TempPathFactory) -> None:
    top = tmp_path_factory.mktemp("top")
    (top / "Pulumi.yaml").write_text("name: other\n")
    assert project_of(top / "repository" / "app.py", top / "repository") is None


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.sampled_from(["", STACK, urn(BUCKET, "a"), "a::b", "id"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["urn", "id", "inputs", "provider", "parent", "dependencies", "resources", "type", "name"]),
            inner,
        )
    ),
    max_leaves=12,
)


@given(JSON, JSON, st.lists(JSON, max_size=3))
def test_whatever_is_json_is_read_or_refused(pending: object, features: object, resources: list[object]) -> None:
    deployment = {"resources": resources, "pending_operations": pending}
    text = json.dumps({"version": 4, "features": features, "deployment": deployment})
    with suppress(StateError):
        stack = read_stack(text.encode(), "s")
        assert len(stack.resources) <= len(resources)
