"""Names under which a program can import the provider's distribution beside its own."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from iacfix.provider_version import Pinned, aliases, pinned

DISTRIBUTION, MAJORS = "@pulumi/aws", (6, 7)


def test_an_alias_has_a_major_of_its_own(tmp_path: Path) -> None:
    asked = {"@pulumi/aws": "^7.1.0", "@pulumi/aws-v6": "npm:@pulumi/aws@6", "aws": "npm:@acme/aws@6"}
    (tmp_path / "package.json").write_text(json.dumps({"dependencies": asked}))
    why = "package.json pins @pulumi/aws-v6 npm:@pulumi/aws@6"
    assert aliases(tmp_path, tmp_path, DISTRIBUTION, MAJORS) == {"@pulumi/aws-v6": Pinned((6,), why)}
    assert aliases(tmp_path, tmp_path, "pulumi-aws", MAJORS) == {}


@pytest.mark.parametrize(
    ("text", "majors"),
    [
        ('import * as aws from "@pulumi/aws";', (7,)),
        ("import * as aws from '@pulumi/aws-v6';", (6,)),
        ('import { s3 } from "@pulumi/aws-v6/s3";', (6,)),
        ('import * as a from "@pulumi/aws-v6"; import * as b from "@pulumi/aws";', (6, 7)),
        ('import * as native from "@pulumi/aws-native";', (7,)),
    ],
)
def test_the_name_that_a_program_imports_decides(tmp_path: Path, text: str, majors: tuple[int, ...]) -> None:
    asked = {"@pulumi/aws": "^7.1.0", "@pulumi/aws-v6": "npm:@pulumi/aws@6"}
    (tmp_path / "package.json").write_text(json.dumps({"dependencies": asked}))
    assert pinned(tmp_path / "index.ts", tmp_path, DISTRIBUTION, "aws", MAJORS, text).majors == majors


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("package-lock.json", '{"packages": {"node_modules/aws6": {"name": "@pulumi/aws", "version": "6.83.0"}}}'),
        ("package-lock.json", '{"dependencies": {"aws6": {"version": "npm:@pulumi/aws@6.83.0"}}}'),
        ("yarn.lock", '"aws6@npm:@pulumi/aws@>=6":\n  version "6.83.0"\n'),
        ("pnpm-lock.yaml", "dependencies:\n  aws6: /@pulumi/aws/6.83.0\n"),
        (
            "pnpm-lock.yaml",
            "dependencies:\n  aws6:\n    specifier: npm:@pulumi/aws@>=6\n    version: /@pulumi/aws@6.83.0\n",
        ),
        (
            "pnpm-lock.yaml",
            "importers:\n  .:\n    dependencies:\n      aws6:\n        version: '@pulumi/aws@6.83.0(x@1)'\n",
        ),
        ("bun.lock", '{"packages": {"aws6": ["@pulumi/aws@6.83.0", "", {}, "sha512-x"],}}'),
        ("node_modules/aws6/package.json", '{"name": "@pulumi/aws", "version": "6.83.0"}'),
    ],
)
def test_a_lock_tells_the_major_of_an_alias(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / "package.json").write_text('{"dependencies": {"aws6": "npm:@pulumi/aws@>=6"}}')
    (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / name).write_text(text)
    assert aliases(tmp_path, tmp_path, DISTRIBUTION, MAJORS) == {"aws6": Pinned((6,), f"{name} pins aws6 6.83.0")}


def test_denos_import_map_names_aliases_too(tmp_path: Path) -> None:
    (tmp_path / "deno.json").write_text('{"imports": {"aws": "npm:@pulumi/aws@^6.83.0"}}')
    assert {name: each.majors for name, each in aliases(tmp_path, tmp_path, DISTRIBUTION, MAJORS).items()} == {
        "aws": (6,)
    }
