"""The typed tree of Python: the grammar gives the same as LibCST, for every program of the tests and odd spellings."""

# ruff: noqa: E501 (one spelling of each kind in a line)

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import libcst as cst
import pytest
from cases_of import cases

from iacfix.errors import SourceError
from iacfix.languages.python import from_libcst, parse, syntax
from iacfix.languages.python.parsed import parsed

ROOT = Path(__file__).parents[2]
PROGRAMS = [*ROOT.glob("examples/**/*.py"), *ROOT.glob("iacfix/**/*.py"), *ROOT.glob("transforms/**/*.py")]


def dump(module: syntax.Module) -> Iterator[str]:
    """Every node: its class, fields, places and text."""
    for node in syntax.below(module):
        assert all(child.parent is node for child in node.children())
        plain = [
            f"{name}={value if kind != 'Operator' else type(value).__name__}"
            for name, kind in type(node).fields.items()
            if kind in syntax.PLAIN and kind != "Source"
            for value in [getattr(node, name)]
        ]
        place = f"{node.outer_start}-{node.outer_end} {module.line(node)}:{module.column(node)} {module.end_line(node)}"
        yield f"{type(node).__name__} {place} {plain} {module.code(node)}"


def both(text: str) -> tuple[list[str], list[str]]:
    return list(dump(parse.parse(text)[0])), list(dump(from_libcst.build(cst.parse_module(text), text)))


@pytest.mark.parametrize("text", sorted({case.before for case in cases() if case.language == "py"}))
def test_the_grammar_gives_the_tree_of_every_case(text: str) -> None:
    try:
        parsed(text)
    except SourceError:
        return
    try:
        ours, theirs = both(text)
    except parse.Unknown:
        return
    assert ours == theirs


@pytest.mark.parametrize("path", PROGRAMS, ids=lambda path: path.stem)
def test_the_grammar_gives_the_tree_of_every_program(path: Path) -> None:
    text = path.read_bytes().decode()
    if "match " not in text:
        ours, theirs = both(text)
        assert ours == theirs


# fmt: off
SPELLINGS = [
    "", "\n", "# only\n", "x = 1", "x=1;y = 2;\nz\n", "a; \\\n b\n", "if a: b; c;\nelif d:\n  e\nelse: f\n",
    "if a: \\\n  b\n", "if a: # \\\n  b\nif c: \\\n  d\n", "if a: # why\n  b\n  # end\n# out\nc\n", "while a:\n\tb\nelse:\n\tc\n",
    "for a, in b, c:\n  pass\nelse:\n  pass\n", "async def f():\n  async for x in y: await z\n  async with a as b: pass\n",
    "with a as b, c: pass\n", "with (a as b, c,): pass\n", "with (a): pass\n", "with (a), b: pass\n", "with a as (b, c): pass\n",
    "try:\n  a\nexcept A as b:\n  c\nexcept (B, C): d\nexcept: e\nelse: f\nfinally: g;\n", "try:\n  a\nexcept* A: b\n",
    "@a\n@b.c(d) # e\n\nclass F(G, *h, metaclass=i, **j): pass\n", "class A: x: int = 3; y: (str)\n",
    "def f(a, /, b: int=1, *c, d, e=2, **g) -> (int): return a\n", "def f(*, a): pass\n", "def f(*a: int, **b: str): pass\n",
    "lambda: 0\nlambda a, *b, c=1, **d: (a, b)\nlambda *, a: a\n", "x = lambda a: lambda b: a if b else c\n",
    "x = y = z, = w\n", "x: int\nx: (int) = (y)\nself.x: list[int] = []\n", "x += y,\nx @= z\nx //= 1\nx **= 2\n",
    "(a) = (b)\n((a)) = ((b))\n( a, b, ) = c\n[a, *b] = c\na, *b = c\n(a, b), c = d\n()\n( # c\n)\n(a,)\n",
    "f(a, *b, c = 3, **d,)\nf(x for x in y)\nf((x for x in y))\nf(a)(b)[c].d\n(f)((a))\nf(*a.b(c), *d or e)\n",
    "[*a.b(c), *d[0], *e | f]\n{*a, b}\n{**a, 'b': c, **d}\n{}\n{a: b for a, b in c}\n{a for a in b}\n",
    "[x for x in y if z if w for a in x if a]\n(x async for x in y)\n[(a, b) for (a, b) in c]\n",
    "x[1:2, ::3, *a, b]\nx[:]\nx[a:=1]\nx[a,]\nx[(a, b)]\nx[...]\n",
    "a < b <= c != d is not e not in f is g in h\n", "not a and b or c\n-a ** -b\n~a + +b - -c\na if b else c if d else e\n",
    "(a := b)\nprint(a := b)\n[y := f(x), y**2]\n",
    "(a := b if c else d)\nf(x := y if z else w)\nx[a := b if c else d]\n(a := b) if c else d\n[x := a if b else c, d]\n",
    "(a := b if c else d if e else f)\n(a := (b) if c else (d))\nif a := b if c else d: pass\nwhile a := b or c: pass\n",
    "(a := b or c)\n(a := not b)\n(a := lambda: b if c else d)\n(a := await b)\n(a := b < c)\n[a for b in c if (d := b if e else f)]\n", "x = yield\nx = yield a, b\nyield from (a)\nawait f(x)\n",
    "raise\nraise A\nraise A from b\nassert a\nassert a, b\ndel a, b\ndel (a), b[0]\nglobal a, b\nreturn\nreturn a,\nreturn *a, b\n",
    "import a, b.c as d\nfrom . import (a, b as c, )\nfrom ..x.y import *\nfrom ... import z\nfrom __future__ import annotations\n",
    "1 + 0x1F + 1_000 + 1.5e3 + 2j + .5J + 0b1\nTrue\nNone\n...\n",
    "'a' \"b\" '''c\nd''' r'\\d' u'z'\nb'x' rb'y'\n", "x = ('a'\n  'b' # c\n  f'd')\n",
    "f'a{x!r:>{w}}{{b}}{y=}{z:%H:%M}'\nf''\nf'{a}{b}'\nrf'\\d{x}'\nf'''{\n a\n}'''\nf'{a, b}{lambda_}'\nF\"{x['a']}\"\n",
    "x = rf'`{s}\\''\ny = rf'{s}\\d\\''\nz = rf'a\\'{s}'\n",
    "x: dict[str, list[int | None]] | None | a.b[c] = y\ndef f(a: A[int] | B | 'C') -> X[Y].Z | None: pass\n",
    "print(a)\nprint\nexec(a)\nmatch = type = case = _ = 1\nmatch(a)\ntype(a)\n",
    "x = a + \\\n  b\nif a and \\\n   b: pass\n", "if a:\n\tx = [\n\t\t1,\n\t]\n", "ä = 'ö' + ü.ß\nf(ä, é)\n",
    "def f():\n    x = g(\n        a,\n  b, # c\n        '''d\n        e''',\n    )\n", "x = 1\r\nif x:\r\n  y(\r\n    z)\r\n",
    "\ufeffx = ä\ny\n", "x = 1\n\f\ny = 2\n", "if a:\n    pass\n\n    # c\n\n# d\n", "x = (  # a\n  1 +  # b\n  2\n)  # c\n",
]
# fmt: on


@pytest.mark.parametrize("text", SPELLINGS)
def test_the_grammar_gives_the_tree_of_every_spelling(text: str) -> None:
    ours, theirs = both(text)
    assert ours == theirs


@pytest.mark.parametrize(
    "text",
    [
        "match a:\n  case {'b': c, **d} if e: pass\n  case [f, *_] | (g): pass\n",
        "def f[T: int](a: T) -> T: pass\n",
        "type A[B] = C\n",
        "x = 1\ry = 2\r",
        "print >> f\n",
        "f'{x:=10}'\n",
        "with (a, b): pass\n",
    ],
)
def test_what_the_grammar_knows_otherwise_is_read_by_libcst(text: str) -> None:
    assert list(dump(parsed(text))) == list(dump(from_libcst.build(cst.parse_module(text), text)))


@pytest.mark.parametrize("text", ["print 'a'\n", "exec 'a'\n", "x = 10L\n", "if a:\n", "a <> b\n"])
def test_what_only_the_grammar_takes_does_not_parse(text: str) -> None:
    with pytest.raises(SourceError):
        parsed(text)


def test_a_node_has_its_text_as_it_is_outside_of_its_block() -> None:
    module = parsed("def f():\n    return g(\n        (a),\n        '''b\n        c''',\n    )\n")
    (call,) = [node for node in syntax.below(module) if isinstance(node, syntax.Call)]
    assert module.code(call) == "g(\n    (a),\n    '''b\n        c''',\n)"
    assert module.code(call.args[0].value) == "(a)"
    assert (module.line(call.args[0].value), module.column(call.args[0].value)) == (3, 10)
