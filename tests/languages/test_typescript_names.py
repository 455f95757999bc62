"""What names mean in TypeScript programs."""

from __future__ import annotations

import pytest

from iacfix.languages.shared.nodes import grown
from iacfix.languages.typescript.definitions import Definitions
from iacfix.languages.typescript.names import Names
from iacfix.languages.typescript.tree import parse


def _names(code: str) -> Names:
    return Names(grown(parse(code.encode(), jsx=False), code.encode()))


def qualified(code: str) -> str | None:
    """The name that the expression is imported by that a program hands to `probe`."""
    names = _names(code)
    calls = names.root.inside("call_expression")
    (probe,) = (call for call in calls if call.entries[0].text == "probe")
    (argument,) = probe.entries[-1].entries
    return Definitions(names).qualified(argument)


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


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ('import * as cloud from "@pulumi/cloud"; probe(cloud.s.Bucket);', "s.Bucket"),
        ('import cloud from "@pulumi/cloud"; probe(cloud.s.Bucket);', "s.Bucket"),
        ('import cloud, { s } from "@pulumi/cloud"; probe(s.Bucket);', "s.Bucket"),
        ('import { default as cloud } from "@pulumi/cloud"; probe(cloud.s.Bucket);', "s.Bucket"),
        ('import cloud = require("@pulumi/cloud"); probe(cloud.s.Bucket);', "s.Bucket"),
        ('import * as cloud from "@pulumi/cloud/index.js"; probe(cloud.s.Bucket);', "s.Bucket"),
        ('import * as s from "@pulumi/cloud/s/index.js"; probe(s.Bucket);', "s.Bucket"),
        ('import { Bucket } from "@pulumi/cloud/s/bucket.js"; probe(Bucket);', "s.bucket.Bucket"),
        ('import * as cloud from "@pulumi/cloud"; import B = cloud.s.Bucket; probe(B);', "s.Bucket"),
        ('const cloud = require("@pulumi/cloud"); probe(cloud.s.Bucket);', "s.Bucket"),
        ('const { s } = require("@pulumi/cloud"); probe(s.Bucket);', "s.Bucket"),
        ('const { s: { Bucket: B } } = require("@pulumi/cloud"); probe(B);', "s.Bucket"),
        ('const s = require("@pulumi/cloud").s; probe(s.Bucket);', "s.Bucket"),
        ('const s = require("@pulumi/cloud/s"); probe(s.Bucket);', "s.Bucket"),
        ('probe(require("@pulumi/cloud").s.Bucket);', "s.Bucket"),
        ('const cloud = await import("@pulumi/cloud"); probe(cloud.s.Bucket);', "s.Bucket"),
        ('const cloud = await import("@pulumi/cloud"); probe(cloud.default.s.Bucket);', "s.Bucket"),
        ('const cloud = (await import("@pulumi/cloud")).default; probe(cloud.s.Bucket);', "s.Bucket"),
        ('const { s } = (await import("@pulumi/cloud")).default; probe(s.Bucket);', "s.Bucket"),
        ('const { default: cloud } = await import("@pulumi/cloud"); probe(cloud.s.Bucket);', "s.Bucket"),
        ('import("@pulumi/cloud").then((cloud) => probe(cloud.s.Bucket));', "s.Bucket"),
        ('import("@pulumi/cloud").then(({ s }) => probe(s.Bucket));', "s.Bucket"),
        ('import("@pulumi/cloud").then(async cloud => probe(cloud.s.Bucket));', "s.Bucket"),
        ('function f(cloud: typeof import("@pulumi/cloud")) { probe(cloud.s.Bucket); }', "s.Bucket"),
        ('function f(t?: typeof import("@pulumi/cloud").s) { probe(t.Bucket); }', "s.Bucket"),
        ('import { s } from "@pulumi/cloud"; function f(t: typeof s) { probe(t.Bucket); }', "s.Bucket"),
        ('import * as cloud from "@pulumi/cloud"; probe(cloud["s"].Bucket);', "s.Bucket"),
        ('import { s } from "@pulumi/cloud"; probe(s["Bucket"]);', "s.Bucket"),
        ('import { s } from "@pulumi/cloud"; probe((s as any)["Bucket"]);', "s.Bucket"),
        (
            'import * as cloud from "@pulumi/cloud"; class A { s = cloud.s; f() { probe(this.s.Bucket); } }',
            "s.Bucket",
        ),
        (
            'import { s } from "@pulumi/cloud"; class A { f() { this.b = s.Bucket; } g() { probe(this.b); } }',
            "s.Bucket",
        ),
        ('import { s } from "@pulumi/cloud"; const k = { bucket: s.Bucket }; const p = probe(k.bucket);', "s.Bucket"),
        (
            'import { s } from "@pulumi/cloud"; const k = { "b": s } as const; const p = probe(k["b"].Bucket);',
            "s.Bucket",
        ),
        ('import { s } from "@pulumi/cloud"; const k = { s }; const p = probe(k.s.Bucket);', "s.Bucket"),
    ],
)
def test_a_name_is_known_however_it_is_imported(code: str, name: str) -> None:
    assert qualified(code) == f"@pulumi/cloud.{name}"


@pytest.mark.parametrize(
    "code",
    [
        'import { s } from "@pulumi/cloud"; function f(s) { probe(s.Bucket); }',
        'import { s } from "@pulumi/cloud"; probe(s[kind]);',
        'function f(s: typeof import("./s")) { probe(s["x" + 1].Bucket); }',
        'import { s } from "@pulumi/cloud"; function f(s: typeof s) { probe(s.Bucket); }',
        'import { s } from "@pulumi/cloud"; function f(t: typeof s) { t = other; probe(t.Bucket); }',
        'import { s } from "@pulumi/cloud"; probe(s[`Bucket`]);',
        'import { s } from "@pulumi/cloud"; const k = { ...more, bucket: s.Bucket }; const p = probe(k.bucket);',
        'import { s } from "@pulumi/cloud"; const k = { b: s.Bucket }; k.b = other; const p = probe(k.b);',
        'import { s } from "@pulumi/cloud"; const k = { bucket: s.Bucket }; const p = probe(k.topic);',
        'import { s } from "@pulumi/cloud"; let k = { bucket: s.Bucket }; k = other; const p = probe(k.bucket);',
        'import { s } from "@pulumi/cloud"; class A { s = s; f() { this.s = 1; probe(this.s.Bucket); } }',
        'import { s } from "@pulumi/cloud"; let B = s.Bucket; B = s.Box; probe(B);',
        'import("@pulumi/cloud").then((x, cloud) => probe(cloud.s.Bucket));',
        'import("@pulumi/cloud").catch((cloud) => probe(cloud.s.Bucket));',
        'import("@pulumi/cloud").then(() => (cloud) => probe(cloud.s.Bucket));',
        "const cloud = require(name); probe(cloud.s.Bucket);",
        "const a = b; const b = a; probe(a.s.Bucket);",
        "class A { s = this.s; f() { probe(this.s.Bucket); } }",
        "const k = { bucket: k.bucket }; const p = probe(k.bucket);",
    ],
)
def test_a_name_that_could_mean_another_thing_is_not_known(code: str) -> None:
    assert qualified(code) is None
