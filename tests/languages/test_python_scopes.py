"""Which place binds a name and which reads it: the same as LibCST's scope analysis says, but where it is wrong."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import libcst as cst
import pytest
from cases_of import cases
from libcst import metadata

from iacfix.languages.python import scopes, syntax
from iacfix.languages.python.from_libcst import build_with_nodes
from iacfix.languages.python.parsed import annotation, parsed
from iacfix.languages.python.scopes import Scopes, scopes_of

ROOT = Path(__file__).parents[2]
EXAMPLES = [*ROOT.glob("examples/**/*.py"), *ROOT.glob("transforms/iacfix_aws/_buckets/[a-d]*.py")]


def bound(one: Any, made: dict[cst.CSTNode, syntax.Node] | None = None) -> tuple[str, str, int]:
    """What binds a name, in words that both sides share."""
    if isinstance(one, metadata.Assignment | scopes.Assignment):
        node = made[one.node] if made is not None else one.node
        return type(one).__name__, one.name, id(node)
    return "BuiltinAssignment", one.name, 0


def differences(text: str) -> Iterator[str]:
    """Every question that both sides answer, where they do not agree."""
    module = cst.parse_module(text)
    theirs = metadata.MetadataWrapper(module, unsafe_skip_copy=True).resolve(metadata.ScopeProvider)
    tree, made = build_with_nodes(module, text)
    ours = scopes_of(tree, annotation)
    paired: dict[Any, scopes.Scope] = {}
    for node, scope in theirs.items():
        if (
            scope is not None
            and node in made
            and paired.setdefault(scope, ours.of(made[node])) is not ours.of(made[node])
        ):
            yield f"scope of {type(node).__name__}"
    for their, our in paired.items():
        left = {bound(one, made): sorted(id(made[use.node]) for use in one.references) for one in their.assignments}
        right = {bound(one): sorted(id(use.node) for use in one.references) for one in our.assignments}
        yield from (f"{name} in {our}" for name in left.keys() | right.keys() if left.get(name) != right.get(name))
        yield from _of_accesses(their, our, made)
    for node, mine in made.items():
        root = _root(node)
        if isinstance(root, cst.Name) and (scope := theirs.get(root)) is not None:
            named = scope.get_qualified_names_for(node)
            told = {(name.name, name.source is metadata.QualifiedNameSource.IMPORT) for name in named}
            if told != set(ours.qualified(mine)):
                yield f"name of {tree.code(mine)}: {told} {ours.qualified(mine)}"


def _of_accesses(their: Any, our: scopes.Scope, made: dict[cst.CSTNode, syntax.Node]) -> Iterator[str]:
    left = [
        (id(made[use.node]), sorted(bound(one, made) for one in use.referents), use.is_annotation, use.is_type_hint)
        for use in their.accesses
    ]
    right = [
        (id(use.node), sorted(bound(one) for one in use.referents), use.is_annotation, use.is_type_hint)
        for reads in our.reads.values()
        for use in reads
    ]
    if sorted(left) != sorted(right):
        yield f"accesses in {our}: {[each for each in left if each not in right]}"


def _root(node: cst.CSTNode) -> cst.CSTNode:
    while isinstance(node, cst.Attribute):
        node = node.value
    return node


@pytest.mark.parametrize("rule", sorted({case.rule for case in cases()}))
def test_every_case_is_resolved_as_libcst_does(rule: str) -> None:
    for case in cases():
        if case.language == "py" and case.rule == rule and "match " not in case.before:
            try:
                cst.parse_module(case.before)
            except cst.ParserSyntaxError:
                continue
            assert list(differences(case.before)) == [], case.before


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_every_example_is_resolved_as_libcst_does(path: Path) -> None:
    text = path.read_bytes().decode()
    if "match " not in text:
        assert list(differences(text)) == []


@pytest.mark.parametrize(
    "text",
    [
        "x = x\nx = x\ny(x)\n",
        "def f():\n  y(x)\n  x = 1\n  y(x)\nx = 2\n",
        "def f():\n  global x\n  x = 1\n  def g():\n    nonlocal y\n    y = x\n  y = 2\n",
        "class A:\n  x = 1\n  y = x\n  def f(self):\n    return x\n  z = [x for x in x]\n",
        "class A:\n  def f(self, a=b, *c: d, **e) -> g: return a, c, e\nb = d = g = 1\n",
        "import a.b.c, d.e as f\nfrom . import g\nfrom ..h import i as j\nk(a.b.c.d, a.x, f.y, g.z, j.w, a)\n",
        "import a.b\nx[a.b].c\na.b().c.d\na[b.c].d\n",
        "from typing import cast, Literal as L, TypeVar\nT = TypeVar('T', 'U')\ncast('V', W)\nx: L['Y']\nU = V = 1\n",
        "import typing as t\nx: 'A.b[C]' = 1\nt.cast('A', 'C')\ny: t.Optional['A']\nclass A: pass\nclass C: pass\n",
        "def f(a: 'A' 'B', b: f'{c}') -> 'd.e': pass\nAB = c = d = 1\n",
        "x = [a for b in c if d for a in b if a]\ny = {k: v for k, v in z}\n(i for i in i)\n",
        "if (x := f()) and [y := x for z in w]: pass\nx = 1 if (q := 2) else q\n",
        "with a as b, c as (d, e): b, d\ntry: pass\nexcept A as b: b\nfor f.g, h[i] in j: h\n",
        "del x, y.z\nx += 1\nlambda x, y=x: x + y\nx: int\nprint(len, x)\n",
        "@d\ndef d(): pass\n@e(c)\nclass e(f, k=e): pass\n",
        "def f[T: int](x: T) -> T: return x\nclass A[T](B[T]): y: T\ntype C[U] = U\n",
        "from a import *\nfrom b import c, d\nc.x\nd = 1\nd.y\n",
        "try:\n  import a\nexcept ImportError:\n  a = None\na.b\n",
    ],
)
def test_names_are_resolved_as_libcst_does(text: str) -> None:
    assert list(differences(text)) == []


def resolved(text: str) -> tuple[Scopes, dict[str, list[syntax.Name]]]:
    module = parsed(text)
    names: dict[str, list[syntax.Name]] = {}
    for node in syntax.below(module):
        if isinstance(node, syntax.Name):
            names.setdefault(node.value, []).append(node)
    return scopes_of(module, annotation), names


def test_a_pattern_binds_its_names() -> None:
    """LibCST takes them for reads."""
    found, names = resolved(
        "match a:\n  case {'b': [c, *d], **e} if f(c): g(c, d, e)\n  case A(x=h) as i: g(h, i, x)\n"
    )
    for name in "cdehi":
        (one,) = found.module[name]
        assert {use.node for use in one.references} == set(names[name][1:])
    assert not found.module["x"]
    assert found.accesses.keys().isdisjoint({names["x"][0]})


def test_a_scope_without_a_name_outside_may_not_be_left() -> None:
    """LibCST fails at it."""
    found, names = resolved("nonlocal x\nx = 1\n")
    assert [one.node for one in found.module["x"]] == names["x"][1:]
