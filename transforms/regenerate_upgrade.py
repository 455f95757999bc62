"""Writes iacfix_aws/_tables/upgrade_7.json anew from installed SDKs: what the newer major lacks or wants.

    python transforms/regenerate_upgrade.py     after `python transforms/regenerate_schema.py`

What to do about a difference is written by hand and kept; a difference that is new gets a word that says no more than
what it is. What no SDK declares stays as it is: changed defaults, treatment, outputs inside of objects.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from iacfix_aws import _schema as schema
from iacfix_aws._schema import Declared
from iacfix_aws._tables.changes import ChangeKind

ROOT = Path(__file__).parents[1]
TABLE = Path(__file__).parent / "iacfix_aws/_tables/upgrade_7.json"
OLD, NEW = 6, 7

COMMENT = re.compile(r"/\*\*.*?\*/", re.DOTALL)
FUNCTION = re.compile(r"^export declare function (get\w+)\(", re.MULTILINE)
SHAPE = re.compile(r"^export interface G(et\w+?)(Args|Result) \{\n(.*?)^\}", re.MULTILINE | re.DOTALL)
PROPERTY = re.compile(r"^    (?:readonly )?(\w+)(\??): ", re.MULTILINE)
ENUM = re.compile(r"^class (\w+)\([^)]*Enum\):\n(.*?)(?=^\S|\Z)", re.MULTILINE | re.DOTALL)
MEMBER = re.compile(r"^    ([A-Z]\w*) = ", re.MULTILINE)
OBJECT = re.compile(r"^export declare const (\w+): \{\n(.*?)^\}", re.MULTILINE | re.DOTALL)
KEY = re.compile(r"^    readonly (\w+): ", re.MULTILINE)

Fact = tuple[str, ChangeKind, str]
"""A type or function, what is different, and the path of the input or output."""

FUNCTIONS = (ChangeKind.GONE, ChangeKind.REQUIRED)
TYPES = (ChangeKind.RESOURCE, ChangeKind.GONE, ChangeKind.TYPE, ChangeKind.REQUIRED, ChangeKind.DEPRECATED)
"""What the SDKs declare of either; rows of any other kind are written by hand."""

TOLD = "aws.s3.Bucket"
"""Its deprecated inputs are those that inline-bucket-config splits off, in both majors."""

ADVICE = {
    ChangeKind.RESOURCE: "see the guide of the upgrade",
    ChangeKind.GONE: "drop it",
    ChangeKind.TYPE: "look at what it takes now",
    ChangeKind.REQUIRED: "set it",
    ChangeKind.DEPRECATED: "it goes with a later major",
}


def type_facts() -> Iterator[Fact]:
    for name in schema.types(OLD):
        old, new = schema.type_of(name, OLD), schema.type_of(name, NEW)
        if new is None:
            yield name, ChangeKind.RESOURCE, ""
        elif old is not None:
            yield from _inputs(name, old.inputs, new.inputs, "", frozenset())


def _inputs(
    name: str, old: Mapping[str, Declared], new: Mapping[str, Declared], around: str, above: frozenset[tuple[str, str]]
) -> Iterator[Fact]:
    """What is different of inputs, at every depth; a type that nests itself is looked at once."""
    for key, was in old.items():
        now = new.get(key)
        if now is None:
            yield name, ChangeKind.GONE, around + key
            continue
        if _shape(was) != _shape(now):
            yield name, ChangeKind.TYPE, around + key
        if now.is_deprecated and not was.is_deprecated and name != TOLD:
            yield name, ChangeKind.DEPRECATED, around + key
        if was.nested is not None and now.nested is not None and (was.nested, now.nested) not in above:
            inner = (schema.nested_of(name, was.nested, OLD), schema.nested_of(name, now.nested, NEW))
            yield from _inputs(name, *inner, f"{around}{key}.", above | {(was.nested, now.nested)})
    for key, now in new.items():
        if now.is_required and (key not in old or not old[key].is_required):
            yield name, ChangeKind.REQUIRED, around + key


def _shape(declared: Declared) -> str:
    """Whether it is a list, a mapping, an object or which scalar: the name of a nested type says nothing."""
    return declared.kind.partition("#")[0] + "#" if declared.nested is not None else declared.kind


def function_facts() -> Iterator[Fact]:
    old, new = functions(OLD), functions(NEW)
    for name in sorted(old.keys() & new.keys()):
        was, now = old[name].get("Args", {}), new[name].get("Args", {})
        yield from ((name, ChangeKind.GONE, key) for key in was if key not in now)
        yield from ((name, ChangeKind.REQUIRED, key) for key, wanted in now.items() if wanted and not was.get(key))


def results(major: int) -> set[tuple[str, str]]:
    return {(name, key) for name, shapes in functions(major).items() for key in shapes.get("Result", {})}


def gone_names() -> set[str]:
    """Functions and members of enumerations that the newer major does not have."""
    functions_gone = functions(OLD).keys() - functions(NEW).keys()
    return functions_gone | (members(OLD) - members(NEW))


@cache
def functions(major: int) -> dict[str, dict[str, dict[str, bool]]]:
    """Each function with its `Args` and its `Result`: their names, and which have to be there."""
    base, found = _typescript(major), dict[str, dict[str, dict[str, bool]]]()
    for path in sorted([*base.glob("get*.d.ts"), *base.glob("*/get*.d.ts")]):
        text, module = COMMENT.sub("", path.read_text(encoding="utf-8")), path.parent.relative_to(base).as_posix()
        begin = "aws." if module == "." else f"aws.{module}."
        for name in FUNCTION.findall(text):
            if not name.endswith("Output"):
                found.setdefault(begin + name, {})
        for name, kind, body in SHAPE.findall(text):
            if f"{begin}g{name}" in found:
                found[f"{begin}g{name}"][kind] = {key: not optional for key, optional in PROPERTY.findall(body)}
    return found


@cache
def members(major: int) -> set[str]:
    """The members of every enumeration, as each language spells them."""
    found = set[str]()
    for path in sorted(_python(major).glob("*/_enums.py")):
        for name, body in ENUM.findall(path.read_text(encoding="utf-8")):
            found |= {f"aws.{path.parent.name.rstrip('_')}.{name}.{member}" for member in MEMBER.findall(body)}
    for path in sorted((_typescript(major) / "types/enums").glob("*/index.d.ts")):
        for name, body in OBJECT.findall(COMMENT.sub("", path.read_text(encoding="utf-8"))):
            found |= {f"aws.{path.parent.name}.{name}.{member}" for member in KEY.findall(body)}
    return found


def _typescript(major: int) -> Path:
    return ROOT / f".cache/node{major}/node_modules/@pulumi/aws"


def _python(major: int) -> Path:
    (site,) = (ROOT / f".cache/aws{major}/lib").glob("python3*/site-packages")
    return site / "pulumi_aws"


def regenerated(table: Mapping[str, Any]) -> str:
    """The table with what the SDKs declare, and what was written by hand."""
    rows = {
        "functions": _rows(table["functions"], sorted(function_facts(), key=_order), FUNCTIONS),
        "names": {**dict.fromkeys(sorted(gone_names()), "see the guide of the upgrade"), **table["names"]},
        "resources": _rows(table["resources"], sorted(type_facts(), key=_order), TYPES),
    }
    parts = [
        f' "{key}": {{\n'
        + ",\n".join(f"  {json.dumps(name)}: {json.dumps(row)}" for name, row in sorted(found.items()))
        + "\n }"
        for key, found in rows.items()
    ]
    return "{\n" + ",\n".join(parts) + "\n}\n"


def _order(fact: Fact) -> tuple[str, str, str]:
    return fact[0], fact[1].value, fact[2]


def _rows(told: Mapping[str, list[list[str]]], facts: list[Fact], derived: tuple[ChangeKind, ...]) -> dict[str, Any]:
    """Rows by name: those that still hold or that no SDK could tell, then what is new."""
    known = set(facts)
    kept = {name: [row for row in rows if _is_kept(name, row, known, derived)] for name, rows in told.items()}
    for name, what, path in facts:
        mine = kept.setdefault(name, [])
        if not any(row[:2] == [what.value, path] for row in mine):
            mine.append([what.value, path, ADVICE[what], "", ""])
    return {name: rows for name, rows in kept.items() if rows}


def _is_kept(name: str, row: list[str], facts: set[Fact], derived: tuple[ChangeKind, ...]) -> bool:
    what, path = ChangeKind(row[0]), row[1]
    is_deep = "." in path and derived is FUNCTIONS
    return what not in derived or is_deep or (name, what, path) in facts


def main() -> None:
    TABLE.write_text(regenerated(json.loads(TABLE.read_text(encoding="utf-8"))), encoding="utf-8")


if __name__ == "__main__":
    main()
