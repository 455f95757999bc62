"""What Terraform's provider declares beyond the schema, by its own names.

`transforms/regenerate_terraform.py` writes the tables.
`terraform_sources.txt` has a data source a line: its arguments, those of blocks as `filter.name`, and behind the
semicolon what can only be read. `:56` tells the majors that have a name. `terraform_changes.txt` has arguments of
resources that only one of the majors 4 and 5 has: `-` those of 4, `+` those of 5, and with `=` what 4 alone gives out.
`terraform_classes.txt` has resources whose classes their names do not tell.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple

CHANGED_BEFORE = 5
"""The first major whose arguments the schema has."""

OF_PROVIDERS = dict.fromkeys(
    (
        "provider.assume_role.duration_seconds",
        "provider.s3_force_path_style",
        "provider.shared_credentials_file",
        "provider.skip_get_ec2_platforms",
    ),
    "-",
)
"""What version 4 alone has in its own block, as rows of the changes."""


class Source(NamedTuple):
    """A data source of one major: its arguments and the blocks of it by their paths, and what else can be read."""

    arguments: frozenset[str]
    read: frozenset[str]


@cache
def source(name: str, major: int) -> Source | None:
    """What a major declares of a data source; None where no table has it."""
    line = _sources().get(name)
    if line is None:
        return None
    arguments, _, read = line.partition(";")
    return Source(_of(arguments, major), _of(read, major))


def _of(names: str, major: int) -> frozenset[str]:
    told = (name.partition(":") for name in names.split())
    return frozenset(name for name, _, majors in told if not majors or str(major) in majors)


def has(path: str, major: int) -> bool | None:
    """Whether the major has an argument of a resource, as `aws_x.block.name`; None where the schema tells it."""
    sign = _changes().get(path)
    return None if sign in (None, "=") else (sign == "-") == (major < CHANGED_BEFORE)


def gives_out(path: str, major: int) -> bool:
    """What the schema does not know can be read of a resource."""
    return major < CHANGED_BEFORE and _changes().get(path) in ("-", "=")


@cache
def classes() -> Mapping[str, str]:
    """The class of the schema by the resource."""
    return _pairs("classes")


@cache
def _changes() -> Mapping[str, str]:
    return {**_pairs("changes"), **OF_PROVIDERS}


@cache
def _sources() -> Mapping[str, str]:
    return {name: rest for name, _, rest in (line.partition(" ") for line in _lines("sources"))}


def _pairs(table: str) -> dict[str, str]:
    rows = (line.partition(" ") for line in _lines(table))
    return {first: second for first, _, second in rows}


def _lines(table: str) -> list[str]:
    text = Path(__file__).with_name(f"terraform_{table}.txt").read_text(encoding="utf-8")
    return text.splitlines()
