"""Modules in JSON syntax as native ones: what is said, and on which line."""

from __future__ import annotations

import json

import pytest

from iacfix.errors import SourceError
from iacfix.files.json_modules import native
from iacfix.languages.terraform.tree import parsed


def _lines(text: str) -> list[str]:
    said = native(text)
    assert parsed(said.encode()).broken is None
    return [line.rstrip() for line in said.split("\n")]


def test_names_and_values_stay_on_their_lines():
    text = """{
  "//": "made by a program",
  "resource": {
    "aws_kms_key": {
      "data": {
        "description": "of the data",
        "tags": {"Name": "data", "a b": "c"}
      },
      "other": [{"enable_key_rotation": true, "provider": "aws.west"}]
    }
  }
}
"""
    assert _lines(text) == [
        "",
        "",
        "",
        "",
        'resource "aws_kms_key" "data" {',
        'description = "of the data"',
        'tags = { Name = "data" , "a b" = "c" , }',
        "}",
        'resource "aws_kms_key" "other" { enable_key_rotation = true provider = aws.west }',
    ]


@pytest.mark.parametrize(
    ("said", "written"),
    [
        ("plain", '"plain"'),
        ("", '""'),
        ('a "quoted" \\ word\n', r'"a \"quoted\" \\ word\n"'),
        ("${var.a}", "var.a"),
        ("${var.a}-${var.b}", '"${var.a}-${var.b}"'),
        ('x ${lookup(var.a, "b}")} "y"', r'"x ${lookup(var.a, "b}")} \"y\""'),
        ("$${var.a}", '"$${var.a}"'),
        ("${jsonencode({ a = 1 })}", "jsonencode({ a = 1 })"),
    ],
)
def test_texts_are_templates(said: str, written: str):
    assert _lines(json.dumps({"locals": {"a": said}})) == [f"locals {{ a = {written} }}"]


def test_lists_of_objects_are_blocks_and_those_of_terraform_are_known():
    body = {
        "ingress": [{"from_port": 1}, {"from_port": 2}],
        "empty": [],
        "lifecycle": {"ignore_changes": ["tags"]},
        "depends_on": ["aws_vpc.a"],
        "dynamic": {"egress": {"for_each": "${var.x}", "content": {"a": 1}}},
    }
    assert _lines(json.dumps({"resource": {"aws_security_group": {"a": body}}})) == [
        'resource "aws_security_group" "a" { ingress { from_port = 1 } ingress { from_port = 2 } empty = [ ] '
        "lifecycle { ignore_changes = [ tags , ] } depends_on = [ aws_vpc.a , ] "
        'dynamic "egress" { for_each = var.x content { a = 1 } } }'
    ]


@pytest.mark.parametrize("text", ["", "{", '{"a": 1,}', "[" * 5000, "nonsense", '{"locals": {"a": NaN}}'])
def test_what_is_no_json_is_an_error(text: str):
    with pytest.raises(SourceError, match="does not parse as JSON"):
        native(text)


@pytest.mark.parametrize("text", ["[]", "1", "{}", '"a"', '{"resource": 1}', '{"resource": {"a": [1]}}', '{"x y": {}}'])
def test_what_is_no_module_says_nothing_that_breaks(text: str):
    native(text)
