"""An entry gets another key in its place, and its value a list or an object around it."""

from __future__ import annotations

from collections.abc import Callable
from textwrap import dedent

import pytest

from iacfix.edit import Inputs, Keep, New, Rename
from iacfix.errors import CannotFix
from iacfix.languages.python.read import read as read_python
from iacfix.languages.python.write import write as write_python
from iacfix.languages.typescript.read import read as read_typescript
from iacfix.languages.typescript.write import write as write_typescript
from iacfix.model import Program, Provider, Value
from iacfix.registry import ProviderPackage
from iacfix.rewrite import changed

CLOUD = ProviderPackage(
    "cloud",
    packages={"python": "pulumi_cloud", "typescript": "@pulumi/cloud"},
    distributions={"python": "pulumi-cloud", "typescript": "@pulumi/cloud"},
    majors=(1,),
)
PROVIDER = Provider("cloud", 1, "a test")
PYTHON, TYPESCRIPT = "import pulumi_cloud as cloud\n\n", 'import * as cloud from "@pulumi/cloud";\n\n'

Made = Callable[[Value], New]


def python(code: str, made: Made | None = None) -> str:
    """The program whose first box has `items` instead of `item`."""
    program = read_python(PYTHON + dedent(code), CLOUD, PROVIDER)
    return changed(program.text, write_python(program, [_edit(program, made)])).removeprefix(PYTHON)


def typescript(code: str, made: Made | None = None) -> str:
    program = read_typescript(TYPESCRIPT + dedent(code), CLOUD, PROVIDER)
    return changed(program.text, write_typescript(program, [_edit(program, made)])).removeprefix(TYPESCRIPT)


def _edit(program: Program, made: Made | None) -> Rename:
    args = next(program.resources("cloud.store.Box")).args
    value = args.get("item")
    assert value is not None
    return Rename(args, "item", "itemList", made(value) if made else None)


def in_list(value: Value) -> New:
    return [Keep(value)]


def in_object(value: Value) -> New:
    return Inputs("cloud.store.BoxItemList", {"first": Keep(value)})


@pytest.mark.parametrize(
    ("reason", "code"),
    [
        ("itemList is set as well as item", 'cloud.store.Box("b", item=1, item_list=[])\n'),
        ("itemList may be set already", 'def f(**more):\n    cloud.store.Box("b", item=1, **more)\n'),
        (
            "also used elsewhere",
            'args = cloud.store.BoxArgs(item=1)\ncloud.store.Box("b", args)\ncloud.store.Box("c", args)\n',
        ),
    ],
)
def test_python_refuses(reason: str, code: str) -> None:
    with pytest.raises(CannotFix, match=reason):
        python(code)


@pytest.mark.parametrize(
    ("reason", "code"),
    [
        ("itemList is set as well as item", 'new cloud.store.Box("b", { item: 1, itemList: [] });\n'),
        (
            "itemList may be set already",
            'function f(more: any) {\n  new cloud.store.Box("b", { item: 1, ...more });\n}\n',
        ),
        (
            "also used elsewhere",
            'const args = { item: 1 };\nnew cloud.store.Box("b", args);\nnew cloud.store.Box("c", args);\n',
        ),
    ],
)
def test_typescript_refuses(reason: str, code: str) -> None:
    with pytest.raises(CannotFix, match=reason):
        typescript(code)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('cloud.store.Box("b", item=1)\n', 'cloud.store.Box("b", item_list=1)\n'),
        ('cloud.store.Box("b", {"item": 1})\n', 'cloud.store.Box("b", {"item_list": 1})\n'),
        ("cloud.store.Box('b', {'item': 1, 'maxSize': 2})\n", "cloud.store.Box('b', {'itemList': 1, 'maxSize': 2})\n"),
        (
            'cloud.store.Box("b", cloud.store.BoxArgs(item = 1))\n',
            'cloud.store.Box("b", cloud.store.BoxArgs(item_list = 1))\n',
        ),
        (
            'cloud.store.Box(\n    "b",\n    # the one\n    item=1,  # of it\n    size=2,\n)\n',
            'cloud.store.Box(\n    "b",\n    # the one\n    item_list=1,  # of it\n    size=2,\n)\n',
        ),
    ],
)
def test_python_keeps_place_spelling_and_comments(before: str, after: str) -> None:
    assert python(before) == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('new cloud.store.Box("b", { item: 1 });\n', 'new cloud.store.Box("b", { itemList: 1 });\n'),
        ('new cloud.store.Box("b", { "item": 1 });\n', 'new cloud.store.Box("b", { "itemList": 1 });\n'),
        (
            'const item = 1;\nnew cloud.store.Box("b", { item });\n',
            'const item = 1;\nnew cloud.store.Box("b", { itemList: item });\n',
        ),
        (
            'new cloud.store.Box("b", {\n  // the one\n  item: 1, // of it\n  size: 2,\n});\n',
            'new cloud.store.Box("b", {\n  // the one\n  itemList: 1, // of it\n  size: 2,\n});\n',
        ),
    ],
)
def test_typescript_keeps_place_spelling_and_comments(before: str, after: str) -> None:
    assert typescript(before) == after


@pytest.mark.parametrize(
    ("made", "before", "after"),
    [
        (in_list, 'cloud.store.Box("b", item={"n": 1})\n', 'cloud.store.Box("b", item_list=[{"n": 1}])\n'),
        (
            in_list,
            'cloud.store.Box(\n    "b",\n    item=cloud.store.BoxItemArgs(\n        # least\n        n=1,  # one\n'
            "    ),\n)\n",
            'cloud.store.Box(\n    "b",\n    item_list=[\n        cloud.store.BoxItemArgs(\n            # least\n'
            "            n=1,  # one\n        ),\n    ],\n)\n",
        ),
        (
            in_object,
            'cloud.store.Box("b", item=1)\n',
            'cloud.store.Box("b", item_list=cloud.store.BoxItemListArgs(first=1))\n',
        ),
    ],
)
def test_python_puts_something_around_the_value(made: Made, before: str, after: str) -> None:
    assert python(before, made) == after


@pytest.mark.parametrize(
    ("made", "before", "after"),
    [
        (
            in_list,
            'new cloud.store.Box("b", { item: { n: 1 } });\n',
            'new cloud.store.Box("b", { itemList: [{ n: 1 }] });\n',
        ),
        (
            in_list,
            'const item = { n: 1 };\nnew cloud.store.Box("b", { item });\n',
            'const item = { n: 1 };\nnew cloud.store.Box("b", { itemList: [item] });\n',
        ),
        (
            in_list,
            'new cloud.store.Box("b", {\n  // the one\n  item: {\n    // least\n    n: 1, // one\n  },\n});\n',
            'new cloud.store.Box("b", {\n  // the one\n  itemList: [{\n    // least\n    n: 1, // one\n  }],\n});\n',
        ),
        (
            in_object,
            'new cloud.store.Box("b", { item: 1 });\n',
            'new cloud.store.Box("b", { itemList: { first: 1 } });\n',
        ),
    ],
)
def test_typescript_puts_something_around_the_value(made: Made, before: str, after: str) -> None:
    assert typescript(before, made) == after
