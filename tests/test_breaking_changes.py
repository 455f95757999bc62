"""The table of what a major changes agrees with what the SDKs of both majors declare."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
from iacfix_aws import _schema as schema
from iacfix_aws._schema import Declared
from iacfix_aws._tables.changes import BreakingChange, ChangeKind, changes
from iacfix_aws._tables.majors import UPGRADES

from iacfix.engine.examine import examine
from iacfix.files.source import from_bytes
from iacfix.registry import rules
from iacfix.result import Fix, Plan

ROOT = Path(__file__).parent
sys.path.insert(0, str(ROOT.parent / "transforms"))

from regenerate_upgrade import NEW, OLD, functions, gone_names, regenerated, results  # noqa: E402

TABLE = changes(7)
assert TABLE is not None
ROWS = [(type, change) for type, rows in TABLE.resources.items() for change in rows]


def declared(type: str, path: str, major: int) -> Declared | None:
    """The input at a path, through nested types."""
    found = schema.type_of(type, major)
    inputs: Mapping[str, Declared] = found.inputs if found else {}
    *around, last = path.split(".")
    for key in around:
        nested = inputs[key].nested if key in inputs else None
        inputs = schema.nested_of(type, nested, major) if nested else {}
    return inputs.get(last)


def outputs(type: str, major: int) -> frozenset[str]:
    found = schema.type_of(type, major)
    return found.outputs | frozenset(found.inputs) if found else frozenset()


def holds(type: str, change: BreakingChange) -> bool:
    old, new = (declared(type, change.path, major) for major in (6, 7))
    match change.what:
        case ChangeKind.RESOURCE:
            return schema.type_of(type, 6) is not None and schema.type_of(type, 7) is None
        case ChangeKind.GONE:
            return old is not None and new is None
        case ChangeKind.TYPE:
            return old is not None and new is not None and old.kind != new.kind
        case ChangeKind.REQUIRED:
            return new is not None and new.is_required and (old is None or not old.is_required)
        case ChangeKind.DEPRECATED:
            return new is not None and new.is_deprecated and (old is None or not old.is_deprecated)
        case ChangeKind.OUTPUT if "." in change.path:
            return change.path.partition(".")[0] in outputs(type, 6)
        case ChangeKind.OUTPUT:
            changed = declared(type, change.path, 6) != declared(type, change.path, 7)
            return change.path in outputs(type, 6) and (change.path not in outputs(type, 7) or changed)
        case ChangeKind.ABSENT | ChangeKind.SEEN:
            return old is not None and new is not None
        case ChangeKind.WITH:
            return new is not None and declared(type, change.shape, 7) is not None


@pytest.mark.parametrize(("type", "change"), ROWS, ids=lambda each: getattr(each, "path", each))
def test_a_row_is_what_the_sdks_declare(type: str, change: BreakingChange) -> None:
    assert holds(type, change)
    assert change.advice


def test_the_table_is_what_the_sdks_declare() -> None:
    """Every class, input, function and member of an enumeration of both majors was compared."""
    text = (ROOT.parent / "transforms/iacfix_aws/_tables/upgrade_7.json").read_text(encoding="utf-8")
    assert text == regenerated(json.loads(text)), "python transforms/regenerate_upgrade.py"


def test_what_is_known_of_functions_is_of_functions_that_both_majors_have() -> None:
    assert TABLE is not None
    assert set(TABLE.functions) <= functions(OLD).keys() & functions(NEW).keys()
    told = {(name, row.path) for name, rows in TABLE.functions.items() for row in rows if row.what is ChangeKind.OUTPUT}
    assert results(OLD) - results(NEW) - {(name, path) for name, path in results(OLD) if name in TABLE.names} <= told
    assert {(name, path.partition(".")[0]) for name, path in told} <= results(OLD)


def test_names_that_are_gone_are_those_that_the_sdks_had() -> None:
    assert TABLE is not None
    assert gone_names() <= TABLE.names.keys()
    others = {name for name in TABLE.names.keys() - gone_names() if not TABLE.names[name].startswith("use the member")}
    assert others == set()


def test_exact_pins_become_the_versions_that_are_tried() -> None:
    versions = UPGRADES[7].versions
    assert f"pulumi-aws=={versions['python']}\n" in (ROOT / "requirements-aws7.txt").read_text()
    package = json.loads((ROOT / "node/aws7/package.json").read_text())
    assert package["dependencies"]["@pulumi/aws"] == versions["typescript"]


GONE = [(type, change.path) for type, change in ROWS if change.what is ChangeKind.GONE]


@pytest.mark.parametrize(("type", "path"), GONE)
def test_what_is_gone_is_told_once(type: str, path: str) -> None:
    given = "value"
    for key in reversed(path.split(".")):
        given = f"{{ {key}: {given} }}"
    program = f'import * as aws from "@pulumi/aws";\n\nconst made = new {type}("made", {given});\n'
    outcome = examine(from_bytes(program.encode(), "program.ts"), Plan(tuple(rules()), major=7), Path("/nowhere"))
    told: dict[tuple[int, int], set[str]] = {}
    for found in outcome.findings:
        if found.fix is Fix.NONE:
            told.setdefault((found.line, found.column), set()).add(found.rule)
    assert [rules for rules in told.values() if "breaking-change" in rules and len(rules) > 1] == []
