"""What stands at an input of a resource, or what hides it and why."""

from __future__ import annotations

from collections.abc import Iterator
from textwrap import dedent

import pytest

from iacfix.languages.python.read import read as read_python
from iacfix.languages.typescript.read import read as read_typescript
from iacfix.model import Hidden, Program, Provider
from iacfix.registry import ProviderPackage

CLOUD = ProviderPackage(
    "cloud",
    packages={"python": "pulumi_cloud", "typescript": "@pulumi/cloud"},
    majors=(1,),
    distributions={"python": "pulumi-cloud", "typescript": "@pulumi/cloud"},
    told_by={},
    documents={},
)
PROVIDER = Provider("cloud", 1, "a test")
PYTHON = "import json\nfrom pulumi_cloud.s import Box\nfrom acme import made, shared\n"
TYPESCRIPT = 'import { Box } from "@pulumi/cloud/s";\nimport { made, shared } from "./acme";\n'


def python(code: str) -> Program:
    return read_python(PYTHON + dedent(code), CLOUD, PROVIDER)


def typescript(code: str) -> Program:
    return read_typescript(TYPESCRIPT + dedent(code), CLOUD, PROVIDER)


def told(program: Program, path: str = "size") -> Iterator[str]:
    """The code at the input of every box, or the reason behind `!`."""
    for found in program.at(("cloud.s.Box", path)):
        assert found.path == path
        yield f"! {found.reason}" if isinstance(found, Hidden) else found.value.code


@pytest.mark.parametrize(
    "program",
    [
        python('Box("b")'),
        python('Box("b", None)'),
        python('Box("b", size=None)'),
        python('tags = {"tags": 1}\nBox("b", **tags)'),
        python('Box("b", {**dict(tags=1), **{}})'),
        typescript('new Box("b");'),
        typescript('new Box("b", undefined);'),
        typescript('new Box("b", { size: undefined });'),
        typescript('const tags = { tags: 1 };\nnew Box("b", { ...tags });'),
        typescript('new Box("b", { ...{ tags: 1, ...{} } });'),
    ],
)
def test_what_is_certainly_not_there_is_left_out(program: Program) -> None:
    assert list(told(program)) == []


@pytest.mark.parametrize(
    "program",
    [
        python('Box("b", size=1, **shared)'),
        python('sizes = {"size": 1}\nBox("b", **sizes)'),
        python('sizes = {"size": 1}\nmore = {**sizes, "tags": 2}\nBox("b", **more)'),
        python('sizes = dict(size=1)\nBox("b", {"tags": 2, **sizes})'),
        python('Box("b", **{**shared, **{"size": 1}})'),
        typescript('new Box("b", { size: 1, ...shared });'),
        typescript('const sizes = { size: 1 };\nnew Box("b", { ...sizes });'),
        typescript('const sizes = { size: 1 };\nconst more = { ...sizes, tags: 2 };\nnew Box("b", more);'),
        typescript('new Box("b", { ...shared, ...{ size: 1 } });'),
    ],
)
def test_what_is_spread_is_seen_through(program: Program) -> None:
    assert list(told(program)) == ["1"]


def test_the_last_spread_and_what_is_written_beside_it_count() -> None:
    assert list(told(typescript('new Box("b", { ...{ size: 1 }, ...{ size: 2 } });'))) == ["2"]
    assert list(told(typescript('new Box("b", { ...{ size: 1 }, size: 2 });'))) == ["2"]
    assert list(told(python('Box("b", {**{"size": 1}, **{"size": 2}})'))) == ["2"]


@pytest.mark.parametrize(
    ("provenance", "py", "ts"),
    [
        ("shared, which is imported,", 'Box("b", **shared)', 'new Box("b", { ...shared });'),
        ("shared.box, which is imported,", 'Box("b", shared.box)', 'new Box("b", shared.box);'),
        ("what made() returns", 'Box("b", made(1))', 'new Box("b", { ...made(1) });'),
        ("what made() returns", 'Box("b", **{**made(1)})', 'new Box("b", await made(1));'),
        ("the parameter given", 'def f(given):\n    Box("b", **given)', 'function f(given) { new Box("b", given); }'),
        (
            "given, which made() returns,",
            'given = made()\nBox("b", given)',
            'const given = made();\nnew Box("b", given);',
        ),
        (
            "one, which differs in each round of a loop,",
            'for one in made():\n    Box("b", **one)',
            'for (const one of made()) { new Box("b", { ...one }); }',
        ),
        (
            "the parameter given",
            "class A:\n    def f(self, given):\n        self.g = given\n        Box('b', **self.g)",
            "class A { constructor(given) { this.g = given; new Box('b', { ...this.g }); } }",
        ),
        (
            "both, which is set or changed in several places,",
            'both = {}\nboth["size"] = 1\nBox("b", **both)',
            'const both = {};\nboth.size = 1;\nnew Box("b", both);',
        ),
        ("shared + made, which is computed,", 'Box("b", **(shared + made))', 'new Box("b", { ...(shared + made) });'),
        (
            "shared, which is imported,",
            'base = {"tags": 1, **shared}\nBox("b", **base)',
            'new Box("b", { ...shared });',
        ),
    ],
)
def test_what_hides_an_input_is_told(provenance: str, py: str, ts: str) -> None:
    reason = f"! some of its inputs come from {provenance} and are not statically known"
    assert list(told(python(py))) == [reason]
    assert list(told(typescript(ts))) == [reason]


def test_a_path_reaches_into_objects_and_lists_as_far_as_they_are_written() -> None:
    code = """
    Box("a", size={"width": [{"unit": 1}, {"unit": 2}, *shared]})
    Box("b", size=shared)
    Box("c", size={**shared})
    Box("d", size={"width": made()})
    Box("e", size={})
    Box("f", size={"width": {"unit": 3}})
    """
    assert list(told(python(code), "size.width.unit")) == [
        "1",
        "2",
        "! its width is built by code",
        "! its size comes from shared, which is imported, and is not statically known",
        "! a part of its size comes from shared, which is imported, and is not statically known",
        "! its width comes from what made() returns and is not statically known",
        "3",
    ]


def test_a_document_whose_input_is_hidden_is_hidden_at_the_spread() -> None:
    (document,) = python('Box("b", **shared)').documents(("cloud.s.Box", "policy"))
    assert isinstance(document, Hidden)
    assert (document.value.code, document.is_input, document.host.label) == ("shared", True, "b")


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ('Box("b", {"tags": 1})', "none"),
        ('tags = {"tags": 1}\nBox("b", **tags)', "none"),
        ('Box("b", **shared, opts=None)', "Null"),
        ('Box("b", **shared)', "Opaque"),
        ('Box("b", *shared)', "Opaque"),
        ('both = {"opts": pulumi.ResourceOptions(provider=shared)}\nBox("b", **both)', "Fields"),
        ('both = dict(opts=pulumi.ResourceOptions(provider=shared))\nBox("b", **both)', "Opaque"),
    ],
)
def test_options_may_come_with_what_is_spread_in_python(code: str, kind: str) -> None:
    (box,) = python(f"import pulumi\n{code}").resources()
    assert (type(box.options).__name__ if box.options is not None else "none") == kind
