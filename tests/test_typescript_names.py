"""What names mean in TypeScript programs."""

from __future__ import annotations

import pytest

from iacfix.languages.typescript.names import Names
from iacfix.languages.typescript.tree import entries, inside, parse


def _names(code: str) -> Names:
    return Names(parse(code.encode(), jsx=False).root_node)


def qualified(code: str) -> str | None:
    """The name that the expression is imported by that a program hands to `probe`."""
    names = _names(code)
    calls = inside(names.root, "call_expression")
    (probe,) = (call for call in calls if entries(call)[0].text == b"probe")
    (argument,) = entries(entries(probe)[-1])
    return names.qualified(argument)


@pytest.mark.parametrize(
    ("code", "unbound"),
    [
        ('import type * as cloud from "c"; let x: cloud.s.Bucket;', set[str]()),
        ('import type * as cloud from "c"; let x: typeof cloud.s.Bucket;', set[str]()),
        ('import type * as cloud from "c"; let x: Array<cloud.s.Bucket> = [];', set[str]()),
        ('import type * as cloud from "c"; interface A extends cloud.s.B {}', set[str]()),
        ('import type * as cloud from "c"; class A implements cloud.s.B<cloud.C> {}', set[str]()),
        ('import type { s } from "c"; export type { s };', set[str]()),
        ('import { type s, t } from "c"; function f(s: number) { return s + t; }', set[str]()),
        ('import type * as cloud from "c"; cloud.f();', {"cloud"}),
        ('import type cloud from "c"; new cloud.s.Bucket();', {"cloud"}),
        ('import type cloud = require("c"); new cloud.s.Bucket();', {"cloud"}),
        ('import type { s } from "c"; const x: s.B = new s.B();', {"s"}),
        ('import { type s as t, u } from "c"; u(t);', {"t"}),
        ('import type { B } from "c"; class A extends B {}', {"B"}),
        ('import type { b } from "c"; const x = { b };', {"b"}),
        ('import type, { b } from "c"; type(b);', set[str]()),
    ],
)
def test_a_name_of_a_type_is_not_bound_as_a_value(code: str, unbound: set[str]) -> None:
    assert _names(code).unbound() == unbound
