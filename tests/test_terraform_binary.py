"""What Terraform itself says of rewritten modules, where it is installed; it is never downloaded.

`IACFIX_TERRAFORM_PLUGINS` names a folder that holds the provider, as `terraform providers mirror` writes it.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from cases_of import cases
from iacfix_aws._schema import type_of
from iacfix_aws._tables.terraform import EVERYWHERE, OTHERWISE_NAMED, WRITE_ONLY, Terraform, arguments
from iacfix_aws._tables.terraform_declared import source

from iacfix.engine.request import Request
from iacfix.engine.run import run
from iacfix.migration.import_blocks import blocks

ROOT = Path(__file__).parent.parent
TERRAFORM = shutil.which("terraform") or shutil.which("tofu")
PLUGINS = os.environ.get("IACFIX_TERRAFORM_PLUGINS")

DEPLOYED = """terraform {
  required_version = ">= 1.7"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5.0"
    }
  }
}

provider "aws" {
  region = "eu-north-1"
}

resource "aws_s3_bucket" "data" {
  bucket = "acme-data"
  acl    = "public-read"

  versioning {
    enabled = true
  }
}

resource "aws_s3_bucket" "counted" {
  count  = 2
  bucket = "acme-${count.index}"

  versioning {
    enabled = true
  }
}

resource "aws_s3_bucket" "each" {
  for_each = toset(["x", "y"])
  bucket   = "acme-${each.key}"

  logging {
    target_bucket = aws_s3_bucket.data.id
  }

  versioning {
    enabled = true
  }
}
"""

SWITCHED = """provider "aws" {
  region                      = "eu-north-1"
  access_key                  = "none"
  secret_key                  = "none"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_requesting_account_id  = true
}

variable "is_on" {
  type    = bool
  default = true
}

resource "aws_s3_bucket" "data" {
  bucket = "acme-data"

  versioning {
    enabled = var.is_on
  }
}
"""

pytestmark = pytest.mark.skipif(TERRAFORM is None, reason="neither terraform nor tofu is installed")
needs_provider = pytest.mark.skipif(
    PLUGINS is None, reason="IACFIX_TERRAFORM_PLUGINS names no folder with the provider"
)


def terraform(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    assert TERRAFORM is not None
    environment = {**os.environ, "AWS_REGION": "us-east-1", "TF_CLI_CONFIG_FILE": os.devnull, "CHECKPOINT_DISABLE": "1"}
    command = [TERRAFORM, *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=folder, env=environment)


def unformatted(folder: Path) -> set[str]:
    """The files that `fmt` would write otherwise, or cannot read."""
    return set(terraform(folder, "fmt", "-check", "-list=true", ".").stdout.split())


def test_what_was_formatted_is_formatted_after_a_rewrite(tmp_path: Path) -> None:
    names: dict[str, str] = {}
    for number, case in enumerate(case for case in cases() if case.language == "hcl"):
        names[f"c{number}.tf"] = case.id
        for side, text in (("before", case.before), ("after", case.after)):
            (tmp_path / side).mkdir(exist_ok=True)
            (tmp_path / side / f"c{number}.tf").write_text(text, encoding="utf-8", newline="")
    new = unformatted(tmp_path / "after") - unformatted(tmp_path / "before")
    assert [names[name] for name in sorted(new)] == []


@pytest.mark.parametrize("side", ["weak", "fixed"])
def test_the_example_is_formatted(side: str) -> None:
    assert unformatted(ROOT / "examples" / "terraform" / "pipeline" / side) == set()


@needs_provider
@pytest.mark.parametrize("side", ["weak", "fixed"])
def test_the_example_is_valid(side: str, tmp_path: Path) -> None:
    shutil.copytree(ROOT / "examples" / "terraform" / "pipeline" / side, tmp_path / side)
    begun = terraform(tmp_path / side, "init", "-backend=false", "-input=false", f"-plugin-dir={PLUGINS}")
    assert begun.returncode == 0, begun.stderr
    told = terraform(tmp_path / side, "validate", "-no-color")
    assert told.returncode == 0, told.stderr
    assert ("deprecated" in told.stdout) is (side == "weak")


@needs_provider
def test_import_blocks_are_valid_and_formatted_beside_the_fix(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / "main.tf").write_text(DEPLOYED, encoding="utf-8")
    done = run(Request((str(tmp_path),), select=("inline-bucket-config",), unsafe=True, jobs=1))
    (made,) = blocks(done)
    (tmp_path / "main.tf").write_text(done.outcomes[0].after, encoding="utf-8")
    (tmp_path / "imports.tf").write_text(made.text, encoding="utf-8")
    assert made.text.count("import {") == 6
    assert unformatted(tmp_path) == set()
    begun = terraform(tmp_path, "init", "-backend=false", "-input=false", f"-plugin-dir={PLUGINS}")
    assert begun.returncode == 0, begun.stderr
    told = terraform(tmp_path, "validate", "-no-color")
    assert told.returncode == 0, told.stderr


@needs_provider
def test_a_switch_that_a_caller_sets_to_null_is_planned_as_before(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / "main.tf").write_text(SWITCHED, encoding="utf-8")
    (tmp_path / "null.tfvars").write_text("is_on = null\n", encoding="utf-8")
    begun = terraform(tmp_path, "init", "-backend=false", "-input=false", f"-plugin-dir={PLUGINS}")
    assert begun.returncode == 0, begun.stderr
    planned = terraform(tmp_path, "plan", "-no-color", "-var-file=null.tfvars")
    assert "enabled    = false" in planned.stdout, planned.stderr
    done = run(Request((str(tmp_path),), select=("inline-bucket-config",), unsafe=True, jobs=1))
    (tmp_path / "main.tf").write_text(done.outcomes[0].after, encoding="utf-8")
    planned = terraform(tmp_path, "plan", "-no-color", "-var-file=null.tfvars")
    assert 'status     = "Suspended"' in planned.stdout, planned.stderr


def provider_schema(folder: Path) -> dict[str, Any]:
    """What the provider of the folder declares, in its version, which is the last of major 5."""
    pin = 'terraform {\n  required_providers {\n    aws = {\n      source = "hashicorp/aws"\n    }\n  }\n}\n'
    (folder / "main.tf").write_text(pin, encoding="utf-8")
    begun = terraform(folder, "init", "-backend=false", "-input=false", f"-plugin-dir={PLUGINS}")
    assert begun.returncode == 0, begun.stderr
    (provider,) = json.loads(terraform(folder, "providers", "schema", "-json").stdout)["provider_schemas"].values()
    return provider


@needs_provider
def test_no_argument_of_a_data_source_is_unknown(tmp_path: Path) -> None:
    """The table has each of them, and what can be read; blocks that are computed only nobody can write."""
    unknown: list[str] = []
    for name, schema in provider_schema(tmp_path)["data_source_schemas"].items():
        declared = source(name, 5)
        assert declared is not None, name
        tops = {*schema["block"].get("attributes", {}), *schema["block"].get("block_types", {})}
        every = {*declared.arguments, *declared.read}
        unknown += [f"{name}.{path}" for path in {*_settable(schema["block"]), *tops} - every]
    assert unknown == []


def _settable(block: Mapping[str, Any]) -> Iterator[str]:
    for name, declared in block.get("attributes", {}).items():
        if declared.get("optional") or declared.get("required"):
            yield name
    for name, declared in block.get("block_types", {}).items():
        inside = list(_settable(declared["block"]))
        yield from (name, *(f"{name}.{path}" for path in inside)) if inside else ()


@needs_provider
def test_what_changed_with_major_5_is_so_in_the_provider(tmp_path: Path) -> None:
    schemas = provider_schema(tmp_path)["resource_schemas"]
    table = ROOT / "transforms/iacfix_aws/_tables/terraform_changes.txt"
    rows = [line.split() for line in table.read_text(encoding="utf-8").splitlines()]
    wrong = [path for path, sign in rows if _is_declared(schemas, path) != (sign == "+")]
    assert wrong == []


def _is_declared(schemas: Mapping[str, Any], path: str) -> bool:
    """Somebody can set that; attributes may be objects."""
    type, *keys = path.split(".")
    found: Any = schemas[type]
    for key in keys:
        attributes = found["block"].get("attributes", {}) if "block" in found else _attributes(found)
        found = found.get("block", {}).get("block_types", {}).get(key) or attributes.get(key)
        if found is None:
            return False
    return "block" in found or not found.get("computed") or bool(found.get("optional"))


def _attributes(attribute: Mapping[str, Any]) -> Mapping[str, Any]:
    """What the objects of an attribute hold."""
    kind: Any = attribute["type"]
    while kind[0] in ("list", "map", "set"):
        kind = kind[1]
    held: dict[str, Any] = kind[1] if kind[0] == "object" else {}
    return {name: {"type": inner} for name, inner in held.items()}


@needs_provider
def test_no_argument_of_the_provider_is_unknown(tmp_path: Path) -> None:
    """What is computed only nobody can set."""
    unknown = [
        f"{name}.{path}"
        for name, schema in provider_schema(tmp_path)["resource_schemas"].items()
        if (declared := type_of(Terraform().resource(name, 6), 6)) is not None
        for path in _unknown(declared.name, schema["block"])
        if path not in EVERYWHERE and not path.endswith(WRITE_ONLY) and f"{name}.{path}" not in OTHERWISE_NAMED
    ]
    assert unknown == []


def _unknown(owner: str, block: Mapping[str, Any]) -> Iterator[str]:
    """The arguments and blocks that the vocabulary does not find in the schema."""
    known = arguments(owner, 6)
    for name, declared in block.get("attributes", {}).items():
        is_set = declared.get("optional") or declared.get("required")
        if is_set and Terraform().argument(owner, name, 6).name not in known:
            yield name
    for name, declared in block.get("block_types", {}).items():
        argument = Terraform().argument(owner, name, 6)
        if argument.name not in known:
            yield name
        elif argument.inner is not None and argument.inner != owner:
            yield from (f"{name}.{path}" for path in _unknown(argument.inner, declared["block"]))
