"""Putting entries into brackets and taking them out, with their comments, in every style of bracket."""

from __future__ import annotations

import libcst as cst
import pytest

from iacfix.errors import CannotFix
from iacfix.languages.python import layout
from iacfix.languages.python.layout import Bracket, Container, Item

NEW: dict[type[cst.CSTNode], str] = {cst.Call: "f(new=0)", cst.Dict: '{"new": 0}', cst.List: "[new]"}


def _node(code: str) -> tuple[cst.Module, Container]:
    module = cst.parse_module(code)
    (line,) = module.body
    assert isinstance(line, cst.SimpleStatementLine)
    (small,) = line.body
    node = small.value if isinstance(small, cst.Expr) else small
    assert isinstance(node, cst.Call | cst.Dict | cst.List | cst.ImportFrom)
    return module, node


def _item(node: Container) -> Item:
    if isinstance(node, cst.ImportFrom):
        return cst.ImportAlias(cst.Name("new"))
    made = cst.parse_expression(NEW[type(node)])
    assert isinstance(made, cst.Call | cst.Dict | cst.List)
    return layout.read(made).items[0]


def _written(module: cst.Module, node: Container, bracket: Bracket) -> str:
    changed = module.deep_replace(node, layout.write(node, bracket))
    assert isinstance(changed, cst.Module)
    return changed.code


def inserted(code: str, at: int) -> str:
    module, node = _node(code)
    return _written(module, node, layout.insert(layout.read(node), _item(node), at, "    "))


def taken_out(code: str, at: int, *leave: str) -> str:
    module, node = _node(code)
    lines = [layout.comment_line(text, "    ") for text in leave]
    return _written(module, node, layout.take_out(layout.read(node), at, leave=lines))


SAME = {
    "empty call": "f()\n",
    "empty call with blanks": "f( )\n",
    "empty mapping": "{}\n",
    "empty list over two lines": "[\n]\n",
    "only a comment inside": "f(\n    # nothing yet\n)\n",
    "one line": "f(a, b=1)\n",
    "one line, trailing comma": "{'a': 1,}\n",
    "blanks inside": "[ 1 , 2 ]\n",
    "block": "f(\n    a,\n    b=1,\n)\n",
    "block without trailing comma": "{\n    'a': 1,\n    'b': 2\n}\n",
    "closed on the last line": "f(\n    a,\n    b=1)\n",
    "closed on the last line behind a comma": "[\n    1,\n    2,]\n",
    "first entry beside the bracket": "f(a,\n  b=1)\n",
    "several entries on a line": "[\n    1, 2,\n    3, 4,\n]\n",
    "comments": "f(  # why\n    # of a\n    a,  # one\n\n    # of b\n    b=1,  # two\n    # end\n)\n",
    "comment without a comma in front": "f(\n    a=1  # one\n    # end\n)\n",
    "backslash": "f(a, \\\n  b=1)\n",
    "spread": "f(*a, b=1, **c)\n",
    "import": "from a import b, c as d\n",
    "import in brackets": "from a import (  # why\n    b,\n    c as d,  # also\n)\n",
}


@pytest.mark.parametrize("code", SAME.values(), ids=SAME)
def test_what_is_read_is_written(code: str) -> None:
    module, node = _node(code)
    assert _written(module, node, layout.read(node)) == code


INSERTED = {
    "into an empty call": ("f()\n", 0, "f(new=0)\n"),
    "into an empty mapping": ("{}\n", 0, '{"new": 0}\n'),
    "into an empty list": ("[]\n", 0, "[new]\n"),
    "at the end of one line": ("f(a=1)\n", 1, "f(a=1, new=0)\n"),
    "at the start of one line": ("f(a=1)\n", 0, "f(new=0, a=1)\n"),
    "in the middle of one line": ("f(a=1, b=2)\n", 1, "f(a=1, new=0, b=2)\n"),
    "in front of a trailing comma": ("f(a=1,)\n", 1, "f(a=1, new=0,)\n"),
    "between blanks": ("{ 'a': 1 }\n", 1, "{ 'a': 1, \"new\": 0 }\n"),
    "behind an entry of several lines": ("f('x', d={\n    'a': 1,\n})\n", 2, "f('x', d={\n    'a': 1,\n}, new=0)\n"),
    "at the end of a block": ("f(\n    a=1,\n    b=2,\n)\n", 2, "f(\n    a=1,\n    b=2,\n    new=0,\n)\n"),
    "in the middle of a block": ("f(\n    a=1,\n    b=2,\n)\n", 1, "f(\n    a=1,\n    new=0,\n    b=2,\n)\n"),
    "at the start of a block": ("f(\n    a=1,\n)\n", 0, "f(\n    new=0,\n    a=1,\n)\n"),
    "behind a last entry without a comma": ("f(\n    a=1,\n    b=2\n)\n", 2, "f(\n    a=1,\n    b=2,\n    new=0\n)\n"),
    "in front of a bracket on the last line": ("f(\n    a=1,\n    b=2)\n", 2, "f(\n    a=1,\n    b=2,\n    new=0)\n"),
    "under a first entry beside the bracket": ("f(a=1,\n  b=2)\n", 2, "f(a=1,\n  b=2,\n  new=0)\n"),
    "under the only entry, beside the bracket": ("f('x',\n)\n", 1, "f('x',\n    new=0,\n)\n"),
    "with tabs": ("[\n\ta,\n\tb,\n]\n", 2, "[\n\ta,\n\tb,\n\tnew,\n]\n"),
    "with CRLF": ("[\r\n    a,\r\n]\r\n", 1, "[\r\n    a,\r\n    new,\r\n]\r\n"),
    "behind a comment at the end": ("f(\n    a=1,  # one\n)\n", 1, "f(\n    a=1,  # one\n    new=0,\n)\n"),
    "behind a comment that follows no comma": (
        "f(\n    a=1  # one\n)\n",
        1,
        "f(\n    a=1,  # one\n    new=0\n)\n",
    ),
    "above a comment that ends the block": (
        "f(\n    a=1,\n    # end\n)\n",
        1,
        "f(\n    a=1,\n    new=0,\n    # end\n)\n",
    ),
    "between a comment behind and a comment above": (
        "f(\n    a=1,  # one\n    # of b\n    b=2,\n)\n",
        1,
        "f(\n    a=1,  # one\n    new=0,\n    # of b\n    b=2,\n)\n",
    ),
    "above the comments of the first entry": (
        "f(  # why\n    # of a\n    a=1,\n)\n",
        0,
        "f(  # why\n    new=0,\n    # of a\n    a=1,\n)\n",
    ),
    "behind a comment beside the bracket's own line": (
        "f('x',  # one\n  b=2)  # all\n",
        1,
        "f('x',  # one\n  new=0,\n  b=2)  # all\n",
    ),
    "above a blank line": ("f(\n    a=1,\n\n    b=2,\n)\n", 1, "f(\n    a=1,\n    new=0,\n\n    b=2,\n)\n"),
    "behind a full line": ("[\n    1, 2,\n    3, 4,\n]\n", 4, "[\n    1, 2,\n    3, 4,\n    new,\n]\n"),
    "into an import": ("from a import b\n", 1, "from a import b, new\n"),
    "into an import of several lines": (
        "from a import (\n    b,\n    z,\n)\n",
        1,
        "from a import (\n    b,\n    new,\n    z,\n)\n",
    ),
}


@pytest.mark.parametrize(("code", "at", "expected"), INSERTED.values(), ids=INSERTED)
def test_insert(code: str, at: int, expected: str) -> None:
    assert inserted(code, at) == expected


TAKEN_OUT = {
    "the only one": ("f(a=1)\n", 0, "f()\n"),
    "the only one of a block": ("f(\n    a=1,\n)\n", 0, "f()\n"),
    "the only one with its comments": ("{\n    # of a\n    'a': 1,  # one\n}\n", 0, "{}\n"),
    "the first of a line": ("f(a=1, b=2)\n", 0, "f(b=2)\n"),
    "the last of a line": ("f(a=1, b=2)\n", 1, "f(a=1)\n"),
    "one of a line": ("[1, 2, 3]\n", 1, "[1, 3]\n"),
    "the last in front of a trailing comma": ("f(a=1, b=2,)\n", 1, "f(a=1,)\n"),
    "the last between blanks": ("{ 'a': 1, 'b': 2 }\n", 1, "{ 'a': 1 }\n"),
    "the first between blanks": ("{ 'a': 1, 'b': 2 }\n", 0, "{ 'b': 2 }\n"),
    "the first of a block": ("f(\n    a=1,\n    b=2,\n)\n", 0, "f(\n    b=2,\n)\n"),
    "the last of a block": ("f(\n    a=1,\n    b=2,\n)\n", 1, "f(\n    a=1,\n)\n"),
    "the last of a block without a comma": ("f(\n    a=1,\n    b=2\n)\n", 1, "f(\n    a=1\n)\n"),
    "the last with the bracket on its line": ("f(\n    a=1,\n    b=2)\n", 1, "f(\n    a=1)\n"),
    "the first with the bracket on the last line": ("f(\n    a=1,\n    b=2)\n", 0, "f(\n    b=2)\n"),
    "the first, beside the bracket": ("f(a=1,\n  b=2)\n", 0, "f(b=2)\n"),
    "the one under the first, beside the bracket": ("f(a=1,\n  b=2,\n  c=3)\n", 1, "f(a=1,\n  c=3)\n"),
    "the last under one beside the bracket": ("f(a=1,\n  b=2)\n", 1, "f(a=1)\n"),
    "one of a full line": ("[\n    1, 2,\n    3, 4,\n]\n", 2, "[\n    1, 2,\n    4,\n]\n"),
    "the last of a full line": ("[\n    1, 2,\n    3, 4,\n]\n", 1, "[\n    1,\n    3, 4,\n]\n"),
    "with tabs and CRLF": ("f(\r\n\ta=1,\r\n\tb=2,\r\n)\r\n", 1, "f(\r\n\ta=1,\r\n)\r\n"),
    "with its comments above and behind": (
        "f(\n    a=1,  # one\n    # of b\n    # still\n    b=2,  # two\n    # of c\n    c=3,\n)\n",
        1,
        "f(\n    a=1,  # one\n    # of c\n    c=3,\n)\n",
    ),
    "the comment behind the one before stays": (
        "f(\n    a=1,  # one\n    b=2,\n)\n",
        1,
        "f(\n    a=1,  # one\n)\n",
    ),
    "the comment behind one without a comma stays": (
        "f(\n    a=1,  # one\n    b=2\n)\n",
        1,
        "f(\n    a=1  # one\n)\n",
    ),
    "the comment behind the one before stays though the bracket has no line": (
        "f('x',  # one\n  b=2)\n",
        1,
        "f('x'  # one\n)\n",
    ),
    "a comment apart stays": (
        "f(\n    a=1,\n    # these go together\n\n    # of b\n    b=2,\n    c=3,\n)\n",
        1,
        "f(\n    a=1,\n    # these go together\n\n    c=3,\n)\n",
    ),
    "a comment that ends the block stays": (
        "f(\n    a=1,\n    b=2,  # two\n    # end\n)\n",
        1,
        "f(\n    a=1,\n    # end\n)\n",
    ),
    "the only one above a comment": ("f(\n    a=1,\n    # end\n)\n", 0, "f(\n    # end\n)\n"),
    "behind a comment at the bracket": ("f(  # why\n    a=1,\n    b=2,\n)\n", 0, "f(  # why\n    b=2,\n)\n"),
    "the only one behind a comment at the bracket": ("f(  # why\n    a=1,\n)\n", 0, "f(  # why\n)\n"),
    "behind a backslash": ("f(a=1, \\\n  b=2)\n", 1, "f(a=1)\n"),
    "all that began a line, the bracket on a line of its own": ("f('x',\n  b=2\n)\n", 1, "f('x')\n"),
    "all that began a line, a comma at the end": ("f('x', a=1,\n  b=2,\n)\n", 2, "f('x', a=1)\n"),
    "not all that began a line": ("f('x',\n  a=1,\n  b=2,\n)\n", 2, "f('x',\n  a=1,\n)\n"),
    "all that began a line, behind several lines": ("f(a=[\n  1,\n],\n  b=2,\n)\n", 1, "f(a=[\n  1,\n])\n"),
    "what began no line, before a bracket that does": ("f('x', b={\n  1: 2,\n}\n)\n", 1, "f('x'\n)\n"),
    "all that began a line, above a comment": ("f('x',\n  b=2,\n  # end\n)\n", 1, "f('x',\n  # end\n)\n"),
    "all that began a line, below a comment": ("f('x',  # why\n  b=2\n)\n", 1, "f('x'  # why\n)\n"),
}


@pytest.mark.parametrize(("code", "at", "expected"), TAKEN_OUT.values(), ids=TAKEN_OUT)
def test_take_out(code: str, at: int, expected: str) -> None:
    assert taken_out(code, at) == expected


LEFT = {
    "in a block": ("f(\n    a=1,\n    b=2,\n    c=3,\n)\n", 1, "f(\n    a=1,\n    # left\n    c=3,\n)\n"),
    "at the end of a block": ("f(\n    a=1,\n    b=2,\n)\n", 1, "f(\n    a=1,\n    # left\n)\n"),
    "in place of the only one": ("f(\n    a=1,\n)\n", 0, "f(\n    # left\n)\n"),
    "on a line of its own": ("f(a=1, b=2)\n", 1, "f(a=1\n    # left\n)\n"),
}


@pytest.mark.parametrize(("code", "at", "expected"), LEFT.values(), ids=LEFT)
def test_a_comment_that_belongs_to_nothing_else_is_left_in_place(code: str, at: int, expected: str) -> None:
    assert taken_out(code, at, "# left") == expected


SPREAD = {
    "one entry": ("f(a=1)\n", "f(\n    a=1,\n)\n"),
    "several entries": ("f('x', a=1, *b)\n", "f(\n    'x',\n    a=1,\n    *b,\n)\n"),
    "blanks and a comma at the end": ("f( 'x' , a=1, )\n", "f(\n    'x' ,\n    a=1,\n)\n"),
    "a mapping": ("{'a': 1,'b': 2}\n", "{\n    'a': 1,\n    'b': 2,\n}\n"),
}


@pytest.mark.parametrize(("code", "expected"), SPREAD.values(), ids=SPREAD)
def test_spread(code: str, expected: str) -> None:
    module, node = _node(code)
    assert _written(module, node, layout.spread(layout.read(node), "    ")) == expected


@pytest.mark.parametrize(
    "code",
    [
        "f(\n    a=1\n    , b=2\n)\n",
        "{\n    'a': 1\n    , 'b': 2\n}\n",
        "[\n    1  # one\n    ,\n    2,\n]\n",
    ],
)
def test_a_comma_at_the_start_of_a_line_is_refused(code: str) -> None:
    _, node = _node(code)
    with pytest.raises(CannotFix, match=r"^a line starts with a comma$"):
        layout.read(node)


def test_which_comments_belong_to_an_entry() -> None:
    _, node = _node("f(\n    # section\n\n    # of a\n    a=1,  # one\n    # of b\n    b=2\n    # end\n)\n")
    bracket = layout.read(node)
    above = [[line.comment.value for line in bracket.own_lines(index) if line.comment] for index in (0, 1)]
    behind = [comment.value if (comment := bracket.tail(index)) else None for index in (0, 1)]
    assert (above, behind) == ([["# of a"], ["# of b"]], ["# one", None])


def test_new_indentation_stays_out_of_strings() -> None:
    code = 'f(\n        a="""x\n        y""",\n        # of b\n        b=[\n            1,\n        ],\n\n    )\n'
    module, node = _node(code)
    moved = node.visit(layout.Reindent("    ", "  "))
    assert isinstance(moved, cst.Call)
    expected = 'f(\n      a="""x\n        y""",\n      # of b\n      b=[\n          1,\n      ],\n\n  )\n'
    assert module.deep_replace(node, moved).code == expected  # type: ignore[union-attr]


def test_white_space_that_is_indented_less_stays() -> None:
    module, node = _node("f(\n  a=1,\n)\n")
    assert module.code_for_node(node.visit(layout.Reindent("    ", ""))) == "f(\n  a=1,\n)"  # type: ignore[arg-type]


def test_a_copy_loses_its_comments() -> None:
    module, node = _node("f(  # why\n    # of a\n    a=1,  # one\n    # end\n)\n")
    assert module.code_for_node(node.visit(layout.StripComments())) == "f(\n    a=1,\n)"  # type: ignore[arg-type]
