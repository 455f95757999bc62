"""Names under which a program can import the provider's distribution beside its own."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from iacfix.engine.run import Request, run
from iacfix.files.provider_version import Pinned, aliases, imported
from iacfix.result import Fix

DISTRIBUTION, MAJORS = "@pulumi/aws", (6, 7)
SPLIT = ("inline-bucket-config",)


def test_an_alias_has_a_major_of_its_own(tmp_path: Path) -> None:
    asked = {"@pulumi/aws": "^7.1.0", "@pulumi/aws-v6": "npm:@pulumi/aws@6", "aws": "npm:@acme/aws@6"}
    (tmp_path / "package.json").write_text(json.dumps({"dependencies": asked}))
    why = "package.json pins @pulumi/aws-v6 npm:@pulumi/aws@6"
    assert aliases(tmp_path, tmp_path, DISTRIBUTION, MAJORS) == {"@pulumi/aws-v6": Pinned((6,), why)}
    assert aliases(tmp_path, tmp_path, "pulumi-aws", MAJORS) == {}


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ('import * as aws from "@pulumi/aws";', ("@pulumi/aws",)),
        ("import * as aws from '@pulumi/aws-v6';", ("@pulumi/aws-v6",)),
        ('import { s3 } from "@pulumi/aws-v6/s3";', ("@pulumi/aws-v6",)),
        ('const aws = require("@pulumi/aws-v6");', ("@pulumi/aws-v6",)),
        ('import * as a from "@pulumi/aws-v6"; import * as b from "@pulumi/aws";', ("@pulumi/aws-v6", "@pulumi/aws")),
        ('import * as native from "@pulumi/aws-native";', ("@pulumi/aws",)),
    ],
)
def test_the_names_that_a_program_imports(tmp_path: Path, text: str, names: tuple[str, ...]) -> None:
    asked = {"@pulumi/aws": "^7.1.0", "@pulumi/aws-v6": "npm:@pulumi/aws@6"}
    (tmp_path / "package.json").write_text(json.dumps({"dependencies": asked}))
    assert imported(tmp_path, tmp_path, DISTRIBUTION, MAJORS, text) == names


BUCKET = 'const {0} = new {0}.s3.Bucket("{0}", {{ versioning: {{ enabled: true }} }});\n'


def test_a_text_is_found_once_under_all_names(tmp_path: Path) -> None:
    asked = {"@pulumi/aws": "^7.1.0", "@pulumi/aws-v6": "npm:@pulumi/aws@6"}
    (tmp_path / "package.json").write_text(json.dumps({"dependencies": asked}))
    imports = 'import * as aws from "@pulumi/aws";\nimport * as old from "@pulumi/aws-v6";\n'
    key = 'new {}.kms.Key("k", {{ policy: JSON.stringify({{ Service: "logs.us-east-1.amazonaws.com" }}) }});\n'
    (tmp_path / "index.ts").write_text(f"{imports}{key.format('aws')}{key.format('old')}")
    (outcome,) = run(Request((str(tmp_path),), ("hardcoded-region",), jobs=1)).outcomes
    assert sorted((found.line, found.fix.value) for found in outcome.findings) == [(3, "safe"), (4, "safe")]


def test_each_name_of_a_program_has_its_own_major(tmp_path: Path) -> None:
    asked = {"@pulumi/aws": "^7.1.0", "@pulumi/aws-v6": "npm:@pulumi/aws@6"}
    (tmp_path / "package.json").write_text(json.dumps({"dependencies": asked}))
    imports = 'import * as aws from "@pulumi/aws";\nimport * as old from "@pulumi/aws-v6";\n'
    code = BUCKET.format("aws").replace("const aws", "const a") + BUCKET.format("old").replace("const old", "const b")
    (tmp_path / "index.ts").write_text(imports + code)
    (outcome,) = run(Request((str(tmp_path),), SPLIT, jobs=1)).outcomes
    assert {found.line: found.fix for found in outcome.findings} == {3: Fix.SAFE, 4: Fix.UNSAFE}
    assert "new aws.s3.BucketVersioning(" in outcome.after
    (outcome,) = run(Request((str(tmp_path),), SPLIT, jobs=1, unsafe=True)).outcomes
    assert "new aws.s3.BucketVersioning(" in outcome.after
    assert "new old.s3.BucketV2(" in outcome.after
    assert "new old.s3.BucketVersioningV2(" in outcome.after


@pytest.mark.parametrize("name", ["@pulumi/aws-old", "aws6", "@acme/cloud"])
@pytest.mark.parametrize(("version", "fix"), [("npm:@pulumi/aws@6", Fix.UNSAFE), ("npm:@pulumi/aws@^7.1.0", Fix.SAFE)])
def test_a_program_that_imports_an_alias_only(tmp_path: Path, version: str, fix: Fix, name: str) -> None:
    (tmp_path / "package.json").write_text(json.dumps({"dependencies": {name: version}}))
    text = f'import * as aws from "{name}";\n' + BUCKET.format("aws").replace("const aws", "const a")
    (tmp_path / "index.ts").write_text(text)
    (outcome,) = run(Request((str(tmp_path),), SPLIT, jobs=1)).outcomes
    assert [(found.rule, found.fix) for found in outcome.findings] == [("inline-bucket-config", fix)]


def test_a_comment_about_what_one_name_is_used_for_is_not_unused(tmp_path: Path) -> None:
    asked = {"@pulumi/aws": "^7.1.0", "@pulumi/aws-v6": "npm:@pulumi/aws@6"}
    (tmp_path / "package.json").write_text(json.dumps({"dependencies": asked}))
    imports = 'import * as aws from "@pulumi/aws";\nimport * as old from "@pulumi/aws-v6";\n'
    code = "// iacfix: ignore[inline-bucket-config] the old one\n" + BUCKET.format("old").replace(
        "const old", "const b"
    )
    (tmp_path / "index.ts").write_text(imports + code)
    (outcome,) = run(Request((str(tmp_path),), SPLIT, jobs=1)).outcomes
    assert outcome.findings == ()


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
