"""Putting entries into brackets and taking them out, with their comments, in every style of bracket."""

from __future__ import annotations

import pytest

from iacfix.errors import CannotFix
from iacfix.languages.shared.nodes import Node, grown
from iacfix.languages.typescript import layout
from iacfix.languages.typescript.layout import Bracket, Splice
from iacfix.languages.typescript.tree import parse
from iacfix.rewrite import spliced


def _bracket(code: str) -> tuple[bytes, Bracket]:
    """The first bracket that stands in an assignment or a call."""
    data = code.encode()
    node = grown(parse(data, jsx=False), data).inside("object", "array", "arguments", "named_imports")[0]
    return data, layout.read(node)


def inserted(code: str, after: int, *new: str) -> str:
    data, bracket = _bracket(code)
    newline = "\r\n" if "\r\n" in code else "\n"
    return spliced(data, layout.inserted(data, bracket, after, new or ("n: 0",), "  ", newline)).decode()


def taken_out(code: str, *gone: int) -> str:
    data, bracket = _bracket(code)
    return spliced(data, layout.taken_out(data, bracket, gone)).decode()


INSERTED = {
    "into an empty object": ("x = {};\n", -1, "x = { n: 0 };\n"),
    "into an empty object with blanks": ("x = { };\n", -1, "x = { n: 0 };\n"),
    "into an empty list": ("x = [];\n", -1, "x = [n: 0];\n"),
    "into an empty list over two lines": ("x = [\n];\n", -1, "x = [n: 0];\n"),
    "behind a comment alone on one line": ("x = { /* none */ };\n", -1, "x = { /* none */ n: 0 };\n"),
    "behind a comment alone in a block": ("x = {\n  // none\n};\n", -1, "x = {\n  // none\n  n: 0,\n};\n"),
    "behind a comment beside the bracket": ("x = { // none\n};\n", -1, "x = { // none\n  n: 0,\n};\n"),
    "at the end of one line": ("x = { a: 1 };\n", 0, "x = { a: 1, n: 0 };\n"),
    "at the end of one line without blanks": ("x = {a: 1};\n", 0, "x = {a: 1, n: 0};\n"),
    "in front of one line": ("x = { a: 1 };\n", -1, "x = { n: 0, a: 1 };\n"),
    "in the middle of one line": ("x = { a: 1, b: 2 };\n", 0, "x = { a: 1, n: 0, b: 2 };\n"),
    "behind a trailing comma on one line": ("x = { a: 1, };\n", 0, "x = { a: 1, n: 0, };\n"),
    "at the end of a block": ("x = {\n  a: 1,\n  b: 2,\n};\n", 1, "x = {\n  a: 1,\n  b: 2,\n  n: 0,\n};\n"),
    "in the middle of a block": ("x = {\n  a: 1,\n  b: 2,\n};\n", 0, "x = {\n  a: 1,\n  n: 0,\n  b: 2,\n};\n"),
    "in front of a block": ("x = {\n  a: 1,\n};\n", -1, "x = {\n  n: 0,\n  a: 1,\n};\n"),
    "in front of a comment of the first entry": (
        "x = { // why\n  // of a\n  a: 1,\n};\n",
        -1,
        "x = { // why\n  n: 0,\n  // of a\n  a: 1,\n};\n",
    ),
    "behind a last entry without a comma": ("x = {\n  a: 1\n};\n", 0, "x = {\n  a: 1,\n  n: 0\n};\n"),
    "closed on the last line": ("x = {\n  a: 1 };\n", 0, "x = {\n  a: 1,\n  n: 0 };\n"),
    "first entry beside the bracket": ("x = { a: 1,\n  b: 2 };\n", 1, "x = { a: 1,\n  b: 2,\n  n: 0 };\n"),
    "behind an entry of several lines": ("x = { a: [\n  1,\n] };\n", 0, "x = { a: [\n  1,\n], n: 0 };\n"),
    "among several entries on a line": (
        "x = {\n  a: 1, b: 2,\n  c: 3,\n};\n",
        0,
        "x = {\n  a: 1, n: 0, b: 2,\n  c: 3,\n};\n",
    ),
    "at the end of several entries on a line": (
        "x = {\n  a: 1, b: 2,\n  c: 3,\n};\n",
        1,
        "x = {\n  a: 1, b: 2,\n  n: 0,\n  c: 3,\n};\n",
    ),
    "with tabs": ("x = {\n\ta: 1,\n};\n", 0, "x = {\n\ta: 1,\n\tn: 0,\n};\n"),
    "with CRLF": ("x = {\r\n  a: 1,\r\n};\r\n", 0, "x = {\r\n  a: 1,\r\n  n: 0,\r\n};\r\n"),
    "behind a comment at the end of the line": (
        "x = {\n  a: 1, // one\n};\n",
        0,
        "x = {\n  a: 1, // one\n  n: 0,\n};\n",
    ),
    "behind a comment that follows no comma": (
        "x = {\n  a: 1 // one\n};\n",
        0,
        "x = {\n  a: 1, // one\n  n: 0\n};\n",
    ),
    "behind a comment in front of the comma": (
        "x = {\n  a: 1 /* one */,\n  b: 2,\n};\n",
        0,
        "x = {\n  a: 1 /* one */,\n  n: 0,\n  b: 2,\n};\n",
    ),
    "behind two comments": (
        "x = {\n  a: 1 /* one */, // two\n  b: 2,\n};\n",
        0,
        "x = {\n  a: 1 /* one */, // two\n  n: 0,\n  b: 2,\n};\n",
    ),
    "above a comment that ends the block": (
        "x = {\n  a: 1,\n  // end\n};\n",
        0,
        "x = {\n  a: 1,\n  n: 0,\n  // end\n};\n",
    ),
    "between a comment behind and a comment above": (
        "x = {\n  a: 1, // one\n  // of b\n  b: 2,\n};\n",
        0,
        "x = {\n  a: 1, // one\n  n: 0,\n  // of b\n  b: 2,\n};\n",
    ),
    "behind letters of several bytes": ("x = { ä: 'ö🦆', b: 2 };\n", 0, "x = { ä: 'ö🦆', n: 0, b: 2 };\n"),
    "below letters of several bytes": (
        "/* 🦆 */ x = {\n  ä: 'ö', // ü\n};\n",
        0,
        "/* 🦆 */ x = {\n  ä: 'ö', // ü\n  n: 0,\n};\n",
    ),
}


@pytest.mark.parametrize(("code", "after", "expected"), INSERTED.values(), ids=INSERTED)
def test_insert(code: str, after: int, expected: str) -> None:
    assert inserted(code, after) == expected


def test_several_entries_are_inserted_in_order() -> None:
    assert inserted("x = { a: 1 };", 0, "b: 2", "c: 3") == "x = { a: 1, b: 2, c: 3 };"
    assert inserted("x = {\n  a: 1\n};", 0, "b: 2", "c: 3") == "x = {\n  a: 1,\n  b: 2,\n  c: 3\n};"
    assert inserted("x = [];", -1, "b", "c") == "x = [b, c];"
    assert inserted('import { a } from "b";', 0, "c", "d") == 'import { a, c, d } from "b";'


TAKEN_OUT = {
    "the only entry": ("x = { a: 1 };\n", (0,), "x = {};\n"),
    "the only entry of a list": ("x = [1];\n", (0,), "x = [];\n"),
    "all of them": ("x = {\n  a: 1,\n  b: 2,\n};\n", (0, 1), "x = {};\n"),
    "the first of one line": ("x = { a: 1, b: 2 };\n", (0,), "x = { b: 2 };\n"),
    "the last of one line": ("x = { a: 1, b: 2 };\n", (1,), "x = { a: 1 };\n"),
    "the last of one line behind a comma": ("x = { a: 1, b: 2, };\n", (1,), "x = { a: 1, };\n"),
    "from the middle of one line": ("x = { a: 1, b: 2, c: 3 };\n", (1,), "x = { a: 1, c: 3 };\n"),
    "the two last of one line": ("x = { a: 1, b: 2, c: 3 };\n", (1, 2), "x = { a: 1 };\n"),
    "the first and the last of one line": ("x = { a: 1, b: 2, c: 3 };\n", (0, 2), "x = { b: 2 };\n"),
    "without blanks": ("x = {a:1,b:2};\n", (1,), "x = {a:1};\n"),
    "from a block": ("x = {\n  a: 1,\n  b: 2,\n};\n", (0,), "x = {\n  b: 2,\n};\n"),
    "the last of a block": ("x = {\n  a: 1,\n  b: 2,\n};\n", (1,), "x = {\n  a: 1,\n};\n"),
    "the last of a block without a comma": ("x = {\n  a: 1,\n  b: 2\n};\n", (1,), "x = {\n  a: 1\n};\n"),
    "an entry of several lines": ("x = {\n  a: [\n    1,\n  ],\n  b: 2,\n};\n", (0,), "x = {\n  b: 2,\n};\n"),
    "the last, closed on its line": ("x = {\n  a: 1,\n  b: 2 };\n", (1,), "x = {\n  a: 1 };\n"),
    "the first, beside the bracket": ("x = { a: 1,\n  b: 2 };\n", (0,), "x = {\n  b: 2 };\n"),
    "the first of several on a line": ("x = {\n  a: 1, b: 2,\n  c: 3,\n};\n", (0,), "x = {\n  b: 2,\n  c: 3,\n};\n"),
    "the last of several on a line": ("x = {\n  a: 1, b: 2,\n  c: 3,\n};\n", (1,), "x = {\n  a: 1,\n  c: 3,\n};\n"),
    "across several on a line": ("x = {\n  a: 1, b: 2,\n  c: 3, d: 4,\n};\n", (1, 2), "x = {\n  a: 1,\n  d: 4,\n};\n"),
    "with tabs": ("x = {\n\ta: 1,\n\tb: 2,\n};\n", (0,), "x = {\n\tb: 2,\n};\n"),
    "with CRLF": ("x = {\r\n  a: 1,\r\n  b: 2\r\n};\r\n", (1,), "x = {\r\n  a: 1\r\n};\r\n"),
    "with its comments": ("x = {\n  // of a\n  a: 1, // one\n  b: 2,\n};\n", (0,), "x = {\n  b: 2,\n};\n"),
    "with two comments behind": ("x = {\n  a: 1 /* one */, // two\n  b: 2,\n};\n", (0,), "x = {\n  b: 2,\n};\n"),
    "the last, closed on its line below a comment": (
        "x = {\n  a: 1, // one\n  b: 2 };\n",
        (1,),
        "x = {\n  a: 1 // one\n   };\n",
    ),
    "not the comments of others": (
        "x = { // why\n  a: 1, // one\n  b: 2,\n  // end\n};\n",
        (1,),
        "x = { // why\n  a: 1, // one\n  // end\n};\n",
    ),
    "not a comment that stands apart": (
        "x = {\n  // about all\n\n  a: 1,\n  b: 2,\n};\n",
        (0,),
        "x = {\n  // about all\n\n  b: 2,\n};\n",
    ),
    "all, but comments": ("x = {\n  // about all\n\n  a: 1,\n};\n", (0,), "x = {\n  // about all\n};\n"),
    "all, but comments, closed on the last line": ("x = { /* all */\n  a: 1 };\n", (0,), "x = { /* all */ };\n"),
    "between blank lines": ("x = {\n  a: 1,\n\n  b: 2,\n\n  c: 3,\n};\n", (1,), "x = {\n  a: 1,\n\n  c: 3,\n};\n"),
    "above a blank line": ("x = {\n  a: 1,\n\n  b: 2,\n};\n", (0,), "x = {\n  b: 2,\n};\n"),
    "below a blank line": ("x = {\n  a: 1,\n\n  b: 2,\n};\n", (1,), "x = {\n  a: 1,\n};\n"),
    "several between blank lines": (
        "x = {\n  a: 1,\n\n  b: 2,\n\n  c: 3,\n\n  d: 4,\n};\n",
        (1, 2),
        "x = {\n  a: 1,\n\n  d: 4,\n};\n",
    ),
    "behind letters of several bytes": ("x = { ä: 'ö🦆', b: 2, c: 'ü' };\n", (1,), "x = { ä: 'ö🦆', c: 'ü' };\n"),
    "with letters of several bytes": ("x = {\n  // 🦆\n  ä: 'ö', // ü\n  b: 2,\n};\n", (0,), "x = {\n  b: 2,\n};\n"),
    "all that began a line": ("x = { a: 1,\n  b: 2\n};\n", (1,), "x = { a: 1 };\n"),
    "all that began a line, a comma at the end": ("x = {a: 1,\n  b: 2,\n};\n", (1,), "x = {a: 1};\n"),
    "all that began a line, behind several": ("x = [1, 2,\n  3, 4,\n];\n", (2, 3), "x = [1, 2];\n"),
    "all that began a line, behind several lines": ("f({\n  a: 1,\n},\n  2,\n)\n", (1,), "f({\n  a: 1,\n})\n"),
    "not all that began a line": ("x = { a: 1,\n  b: 2,\n  c: 3,\n};\n", (2,), "x = { a: 1,\n  b: 2,\n};\n"),
    "all that began a line, behind a comment": (
        "x = { /* of a */ a: 1,\n  b: 2,\n};\n",
        (1,),
        "x = { /* of a */ a: 1 };\n",
    ),
    "all that began a line, above a comment": (
        "x = { a: 1,\n  b: 2,\n  // end\n};\n",
        (1,),
        "x = { a: 1,\n  // end\n};\n",
    ),
}


@pytest.mark.parametrize(("code", "gone", "expected"), TAKEN_OUT.values(), ids=TAKEN_OUT)
def test_take_out(code: str, gone: tuple[int, ...], expected: str) -> None:
    assert taken_out(code, *gone) == expected


@pytest.mark.parametrize(("code", "after", "_"), INSERTED.values(), ids=INSERTED)
def test_what_was_inserted_at_the_end_can_be_taken_out(code: str, after: int, _: str) -> None:
    before = _bracket(code)[1]
    if before.items and after == len(before.items) - 1:
        assert taken_out(inserted(code, after), after + 1) == code


SPREAD = {
    "one entry": ("x = { a: 1 };\n", "x = {\n  a: 1,\n};\n"),
    "several entries": ("  x = {a:1,b:2, ...c};\n", "  x = {\n    a:1,\n    b:2,\n    ...c,\n  };\n"),
    "blanks and a comma at the end": ("x = { ä: 1 , b, };\n", "x = {\n  ä: 1 ,\n  b,\n};\n"),
}


@pytest.mark.parametrize(("code", "expected"), SPREAD.values(), ids=SPREAD)
def test_spread(code: str, expected: str) -> None:
    data, bracket = _bracket(code)
    assert spliced(data, layout.spread(data, bracket, "  ", "\n")).decode() == expected


SPREAD_WITH = {
    "in front": ("x = { a: 1 };\n", {-1: ["n: 0"]}, "x = {\n  n: 0,\n  a: 1\n};\n"),
    "between": ("x = {a: 1 , b: 2,};\n", {0: ["n: 0", "m: 0"]}, "x = {\n  a: 1 ,\n  n: 0,\n  m: 0,\n  b: 2\n};\n"),
    "at the end": ("x = [a, b];\n", {1: ["n"]}, "x = [\n  a,\n  b,\n  n\n];\n"),
    "nothing else": ("x = {};\n", {-1: ["n: 0"]}, "x = {\n  n: 0\n};\n"),
}


@pytest.mark.parametrize(("code", "added", "expected"), SPREAD_WITH.values(), ids=SPREAD_WITH)
def test_spread_with_new_entries(code: str, added: dict[int, list[str]], expected: str) -> None:
    data, bracket = _bracket(code)
    spread = layout.spread(data, bracket, "  ", "\n", added, comma=False)
    assert spliced(data, spread).decode() == expected


REFUSED = {
    "a comma at the start of a line": (
        "x = {\n    a: 1\n  , b: 2\n};\n",
        "a line starts with a comma",
    ),
    "a comma alone on a line": (
        "x = [\n  1\n  ,\n];\n",
        "a line starts with a comma",
    ),
    "a hole in a list": ("x = [1, , 2];\n", "the list has empty slots"),
    "a hole in front of a list": ("x = [, 1];\n", "the list has empty slots"),
}


@pytest.mark.parametrize(("code", "reason"), REFUSED.values(), ids=REFUSED)
def test_odd_commas_are_refused(code: str, reason: str) -> None:
    with pytest.raises(CannotFix, match=reason):
        inserted(code, 0)
    with pytest.raises(CannotFix, match=reason):
        taken_out(code, 0)


def _texts(nodes: list[Node]) -> list[str]:
    return [node.text for node in nodes]


OWN: dict[str, tuple[str, int, list[str], list[str]]] = {
    "none": ("x = { a: 1 };", 0, [], []),
    "above": ("x = {\n  // one\n  /* two */\n  a: 1,\n};", 0, ["// one", "/* two */"], []),
    "in front, on its line": ("x = {\n  /* one */ a: 1,\n};", 0, ["/* one */"], []),
    "not across a blank line": ("x = {\n  // one\n\n  a: 1,\n};", 0, [], []),
    "not beside the bracket": ("x = { // one\n  a: 1,\n};", 0, [], []),
    "not behind the entry before": ("x = {\n  a: 1, // one\n  b: 2,\n};", 1, [], []),
    "behind": ("x = {\n  a: 1, // one\n  b: 2,\n};", 0, [], ["// one"]),
    "behind without a comma": ("x = {\n  a: 1 // one\n};", 0, [], ["// one"]),
    "around the comma": ("x = {\n  a: 1 /* one */, // two\n};", 0, [], ["/* one */", "// two"]),
    "in front of the next on the line": ("x = {\n  a: 1, /* of b */ b: 2,\n};", 0, [], []),
}


@pytest.mark.parametrize(("code", "index", "above", "behind"), OWN.values(), ids=OWN)
def test_own_comments(code: str, index: int, above: list[str], behind: list[str]) -> None:
    _, bracket = _bracket(code)
    found = bracket.own_comments(index)
    assert (_texts(found[0]), _texts(found[1])) == (above, behind)


def test_lines_of_bytes() -> None:
    data = "ä = 1;\r\n\t  ö = 2;\n".encode()
    second = data.index("ö".encode())
    assert layout.line_start(data, second) == data.index(b"\n") + 1
    assert layout.line_end(data, 0) == data.index(b"\r")
    assert layout.line_end(data, second) == len(data) - 1
    assert layout.line_end(b"a", 0) == 1
    assert layout.indent_at(data, second) == "\t  "


def test_splices_at_one_place_keep_their_order() -> None:
    splices = [Splice(2, 2, "1"), Splice(0, 1, "ä"), Splice(2, 2, "2"), Splice(2, 3, "3")]
    assert spliced(b"abcd", splices) == "äb123d".encode()


ENDS = {
    "a semicolon": ("f();", "f();"),
    "none": ("f()", "f()"),
    "the next statement's semicolon": ("f()\n;[1].g();", "f()"),
    "the next statement's semicolon behind a declaration": ("const a = f()\n;[1].g();", "const a = f()"),
    "the next statement's semicolon behind an import": ("import 'a'\n;[1].g();", "import 'a'"),
    "a semicolon at the end of several lines": ("f(\n  1,\n);", "f(\n  1,\n);"),
}


@pytest.mark.parametrize(("code", "own"), ENDS.values(), ids=ENDS)
def test_own_end(code: str, own: str) -> None:
    statement = grown(parse(code.encode(), jsx=False), code.encode()).children[0]
    assert code.encode()[: layout.own_end(statement)] == own.encode()


@pytest.mark.parametrize(
    ("code", "continues"),
    [
        ("\n(a)", True),
        ("\n  [a]", True),
        ("\n`a`", True),
        ("\n// why\n/* so */ (a)", True),
        ("\n-a", True),
        ("\n/a/.test(b)", True),
        ("\na", False),
        ("\n;[a]", False),
        ("\n// (a)\n", False),
        ("", False),
    ],
)
def test_code_that_would_continue_the_statement_before(code: str, continues: bool) -> None:
    assert layout.continues(code.encode(), 0) is continues
