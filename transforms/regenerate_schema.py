"""Writes iacfix_aws/_schema/*.json anew from installed SDKs: each type of the provider with its inputs, by major.

    python transforms/regenerate_schema.py      after `make test`, which installs the SDKs into .cache

Only source text is read, nothing is imported. `_schema/__init__.py` tells the format.
"""

from __future__ import annotations

import ast
import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
SCHEMA = Path(__file__).parent / "iacfix_aws" / "_schema"
MAJORS = (6, 7)

CLASS = re.compile(r"^class (?P<name>\w+)(?:\((?P<bases>[^)]*)\))?:\n(?P<body>.*?)(?=^\S|\Z)", re.MULTILINE | re.DOTALL)
GETTER = re.compile(
    r"^    @pulumi\.getter(?:\(name=\"(?P<wire>\w+)\"\))?\n"
    r"(?P<deprecated>    @_utilities\.deprecated\(.*?\"\"\"\)\n)?"
    r"    def (?P<python>\w+)\(self\) -> (?P<type>[^\n]+):\n",
    re.MULTILINE | re.DOTALL,
)
RESOURCE = re.compile(r"pulumi\.(?:Custom|Provider|Component)Resource")
TYPED_CLASS = re.compile(r"^export declare (?:abstract )?class (\w+)", re.MULTILINE)
SCALARS = {"str": "s", "int": "i", "float": "f", "bool": "b"}
LISTS = frozenset({"Sequence", "List", "list"})
MAPS = frozenset({"Mapping", "Dict", "dict"})

Facts = dict[str, dict[str, Any]]
"""For each module its `types` (inputs, and outputs that are none) and its `nested` types."""


def facts(python: Path, typescript: Path) -> Facts:
    """What the SDKs of one major declare: the folders `pulumi_aws` and `@pulumi/aws`."""
    found: Facts = defaultdict(lambda: {"types": {}, "nested": {}, "typescript": []})
    for path in sorted(python.rglob("*.py")):
        module = path.parent.relative_to(python).as_posix().replace("/", ".").strip(".").removesuffix("_")
        classes = {match["name"]: match for match in CLASS.finditer(path.read_text(encoding="utf-8"))}
        if path.name == "_inputs.py":
            for name, match in classes.items():
                if name.endswith("Args"):
                    found[module]["nested"][name.removesuffix("Args")] = dict(_inputs(match["body"], module))
        elif path.name not in ("_enums.py", "outputs.py"):
            for name, match in classes.items():
                if RESOURCE.search(match["bases"] or ""):
                    args = classes.get(f"{name}InitArgs") or classes.get(f"{name}Args")
                    inputs = dict(_inputs(args["body"], module)) if args else {}
                    outputs = sorted({wire for wire, _ in _getters(match["body"])} - inputs.keys())
                    found[module]["types"][name] = {"inputs": inputs, "outputs": outputs}
    for path in sorted(typescript.rglob("*.d.ts")):
        folder = path.parent.relative_to(typescript).as_posix().strip(".")
        if "/" not in folder and folder not in ("types", "config", "scripts", "node_modules"):
            only = set(TYPED_CLASS.findall(path.read_text(encoding="utf-8"))) - found[folder]["types"].keys()
            found[folder]["typescript"] += sorted(only)
    return dict(found)


def _getters(body: str) -> Iterator[tuple[str, re.Match[str]]]:
    return ((match["wire"] or match["python"], match) for match in GETTER.finditer(body))


def _inputs(body: str, module: str) -> Iterator[tuple[str, str]]:
    """Each input as Pulumi calls it, with the code of its type, `!` where it is required and `-` where deprecated."""
    for wire, match in _getters(body):
        kind, is_optional = _code(ast.parse(match["type"], mode="eval").body, module)
        yield wire, kind + ("" if is_optional else "!") + ("-" if match["deprecated"] else "")


def _code(node: ast.expr, module: str) -> tuple[str, bool]:
    """The code of a type, and whether a value may be missing."""
    match node:
        case ast.Constant(str(text)):
            return _code(ast.parse(text, mode="eval").body, module)
        case ast.Subscript(value, inside):
            first = inside.elts[0] if isinstance(inside, ast.Tuple) else inside
            match _last(value):
                case "Optional":
                    return _code(first, module)[0], True
                case name if name in LISTS:
                    return "[" + _code(first, module)[0], False
                case name if name in MAPS:
                    last = inside.elts[-1] if isinstance(inside, ast.Tuple) else inside
                    return "{" + _code(last, module)[0], False
                case "Union":
                    assert isinstance(inside, ast.Tuple)
                    codes = [_code(each, module)[0] for each in inside.elts]
                    return next((code for code in codes if code == "s"), codes[0]), False
                case _:
                    return _code(first, module)
        case _:
            return _named(ast.unparse(node), module), False


def _last(node: ast.expr) -> str:
    return ast.unparse(node).rpartition(".")[2]


def _named(name: str, module: str) -> str:
    """A scalar, or `#` and a nested type, with its module where that is another one. Enumerations are strings."""
    *where, last = name.split(".")
    if last in SCALARS:
        return SCALARS[last]
    if not last.endswith("Args"):
        return "s" if "_enums" in where or not where else "a"
    home = next((part.strip("_") for part in where if part not in ("_inputs", "_root_inputs")), None)
    home = "" if "_root_inputs" in where else home
    kept = last.removesuffix("Args")
    return f"#{kept}" if home in (None, module) else f"#{home}.{kept}"


def merged(by_major: Mapping[int, Facts]) -> Iterator[tuple[str, str]]:
    """The file of each module: what both majors say alike stands once, else behind the major."""
    for module in sorted({module for found in by_major.values() for module in found}):
        mine = {major: found.get(module, {}) for major, found in by_major.items()}
        document = {
            "types": {
                name: {
                    "inputs": _by_major({major: one.get("inputs") for major, one in each.items()}),
                    "outputs": _majors_of({major: one.get("outputs") for major, one in each.items()}),
                    **_presence(each),
                }
                for name, each in _each(mine, "types")
            },
            "nested": {name: _by_major(each) for name, each in _each(mine, "nested")},
            "typescript": _majors_of({major: one.get("typescript") for major, one in mine.items()}),
        }
        if any(document.values()):
            yield module, _written(document)


def _each(mine: Mapping[int, Mapping[str, Any]], key: str) -> Iterator[tuple[str, dict[int, Any]]]:
    names = {name for found in mine.values() for name in found.get(key, {})}
    for name in sorted(names):
        yield name, {major: found.get(key, {}).get(name, {}) for major, found in mine.items()}


def _presence(each: Mapping[int, Any]) -> dict[str, str]:
    return {} if all(each.values()) else {"only": "".join(str(major) for major, one in each.items() if one)}


def _by_major(each: Mapping[int, Mapping[str, str] | None]) -> dict[str, str]:
    """`code` where all majors have it, else `6 code|7 code` of those that do."""
    names = sorted({name for one in each.values() for name in one or {}})
    told: dict[str, str] = {}
    for name in names:
        codes = {major: (one or {})[name] for major, one in each.items() if name in (one or {})}
        alike = len(set(codes.values())) == 1 and len(codes) == len([one for one in each.values() if one])
        told[name] = (
            next(iter(codes.values())) if alike else "|".join(f"{major} {code}" for major, code in codes.items())
        )
    return told


def _majors_of(each: Mapping[int, Iterable[str] | None]) -> dict[str, str]:
    """The majors that have each name, as digits."""
    names = sorted({name for one in each.values() for name in one or ()})
    return {name: "".join(str(major) for major, one in each.items() if name in (one or ())) for name in names}


def _written(document: Mapping[str, Any]) -> str:
    """JSON with one line a type, so that a change of the provider reads as one."""
    parts: list[str] = []
    for key, value in document.items():
        rows = [f"  {json.dumps(name)}: {json.dumps(one, separators=(',', ':'))}" for name, one in value.items()]
        parts.append(f" {json.dumps(key)}: {{\n" + ",\n".join(rows) + "\n }" if rows else f" {json.dumps(key)}: {{}}")
    return "{\n" + ",\n".join(parts) + "\n}\n"


def installed(major: int) -> Facts:
    """The facts of the SDKs that the tests install."""
    node = ROOT / ".cache" / f"node{major}" / "node_modules" / "@pulumi" / "aws"
    return facts(_site(major) / "pulumi_aws", node)


def installed_version(major: int) -> str:
    """The version of the Python SDK that the tests install."""
    (found,) = _site(major).glob("pulumi_aws-*.dist-info")
    return found.name.removeprefix("pulumi_aws-").removesuffix(".dist-info")


def _site(major: int) -> Path:
    (site,) = (ROOT / ".cache" / f"aws{major}" / "lib").glob("python3*/site-packages")
    return site


def main() -> None:
    SCHEMA.mkdir(exist_ok=True)
    for old in SCHEMA.glob("*.json"):
        old.unlink()
    for module, text in merged({major: installed(major) for major in MAJORS}):
        (SCHEMA / f"{module or 'root'}.json").write_text(text, encoding="utf-8")
    versions = {str(major): installed_version(major) for major in MAJORS}
    (SCHEMA / "versions.json").write_text(json.dumps(versions) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
