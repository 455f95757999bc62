"""Import blocks for what fixes add to Terraform's root modules."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from iacfix.cli import program
from iacfix.engine.request import Request
from iacfix.engine.run import run
from iacfix.migration.import_blocks import HEAD, Blocks, admits, blocks

PINNED = 'terraform {\n  required_providers {\n    aws = "~> 5.0"\n  }\n}\n'
PROVIDER = 'provider "aws" {\n  region = "eu-north-1"\n}\n'
BUCKET = """resource "aws_s3_bucket" "data" {
  bucket = "acme-data"

  versioning {
    enabled = true
  }
}
"""
BLOCK = "import {\n  to = aws_s3_bucket_versioning.data\n  id = aws_s3_bucket.data.id\n}\n"


def _blocks(root: Path, files: dict[str, str]) -> list[Blocks]:
    (root / ".git").mkdir(exist_ok=True)
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    return list(blocks(run(Request((str(root),), unsafe=True, jobs=1))))


def _head(needed: str) -> str:
    return f"{HEAD}# It needs Terraform {needed} or newer.\n"


def test_a_module_without_a_fix_that_adds_something_of_the_cloud_needs_none(tmp_path: Path) -> None:
    """A public access block is new: there is none to import."""
    bucket = 'resource "aws_s3_bucket" "data" {\n  bucket = "acme-data"\n}\n'
    assert _blocks(tmp_path, {"main.tf": PINNED + PROVIDER + bucket}) == [Blocks("", "", ())]


def test_they_are_not_of_stdin() -> None:
    result = CliRunner().invoke(program(), ["migrate", "--import-blocks", "-"])
    why = "migrate reads programs from files; name them instead of -"
    assert (result.exit_code, result.stdout, result.stderr) == (2, "", f"iacfix: error: {why}\n")


def test_programs_of_other_languages_need_none(tmp_path: Path) -> None:
    text = 'import pulumi_aws as aws\n\naws.s3.Bucket("data", versioning={"enabled": True})\n'
    assert _blocks(tmp_path, {"main.py": text}) == []


def test_what_may_be_called_by_another_module_gets_none(tmp_path: Path) -> None:
    (made,) = _blocks(tmp_path, {"child/main.tf": PINNED + BUCKET})
    assert made.text == ""
    (why,) = made.notes
    assert why.startswith("child does not look like a root module")


@pytest.mark.parametrize(
    "rest",
    [
        {"provider.tf": PROVIDER},
        {"state.tf": 'terraform {\n  backend "s3" {}\n}\n'},
        {".terraform.lock.hcl": 'provider "registry.terraform.io/hashicorp/aws" {\n  version = "5.100.0"\n}\n'},
    ],
    ids=["provider", "backend", "lock"],
)
def test_a_root_module_is_told_by_what_it_says(tmp_path: Path, rest: dict[str, str]) -> None:
    made = _blocks(tmp_path, {"main.tf": PINNED + BUCKET, **rest})
    assert made == [Blocks("", f"{_head('1.6')}\n{BLOCK}", ())]


def test_an_older_terraform_gets_none_of_what_it_does_not_take(tmp_path: Path) -> None:
    counted = BUCKET.replace('"data" {\n', '"several" {\n  count  = 2\n').replace("acme-data", "acme-${count.index}")
    needs = 'terraform {\n  required_version = "~> 1.6.0"\n}\n'
    (made,) = _blocks(tmp_path, {"main.tf": PINNED + PROVIDER + needs + BUCKET + counted})
    assert made.text == f"{_head('1.6')}\n{BLOCK}"
    assert made.notes == (
        "the module: no block for aws_s3_bucket_versioning.several: it needs Terraform 1.7, but required_version is ~> "
        "1.6.0",
    )


def test_resources_that_are_made_several_times_share_a_block(tmp_path: Path) -> None:
    counted = BUCKET.replace('"data" {\n', '"several" {\n  count  = 2\n').replace("acme-data", "acme-${count.index}")
    each = BUCKET.replace('"data" {\n', '"each" {\n  for_each = toset(["x"])\n').replace(
        "acme-data", "acme-${each.key}"
    )
    (made,) = _blocks(tmp_path, {"main.tf": PINNED + PROVIDER + counted + each})
    assert made == Blocks(
        "",
        f"""{_head("1.7")}
import {{
  for_each = {{ for index, made in aws_s3_bucket.several : index => {{ index = index, id = made.id }} }}
  to       = aws_s3_bucket_versioning.several[each.value.index]
  id       = each.value.id
}}

import {{
  for_each = toset(["x"])
  to       = aws_s3_bucket_versioning.each[each.key]
  id       = aws_s3_bucket.each[each.key].id
}}
""",
        (),
    )


def test_an_acl_is_a_part_of_its_id(tmp_path: Path) -> None:
    bucket = 'resource "aws_s3_bucket" "data" {\n  acl = "public-read"\n}\n'
    (made,) = _blocks(tmp_path, {"main.tf": PINNED + PROVIDER + bucket})
    assert '  to = aws_s3_bucket_acl.data\n  id = "${aws_s3_bucket.data.id},public-read"\n' in made.text


@pytest.mark.parametrize(
    ("wanted", "takes"),
    [
        ("", True),
        (">= 1.0", True),
        ("~> 1.5", True),
        (">= 1.3, < 2.0", True),
        ("< 1.7", True),
        ("1.6.6", True),
        ("~> 1.5.0", False),
        ("< 1.6", False),
        ("<= 1.5.7", False),
        ("1.5.7", False),
        ("~> 0.15", False),
        ("what is this", True),
    ],
)
def test_versions_that_take_an_expression_as_an_id(wanted: str, takes: bool) -> None:
    assert admits(wanted, (1, 6)) is takes
