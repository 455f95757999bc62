"""Pins of Python projects: pip, uv, Poetry, PDM, Pipenv, Hatch, setuptools, conda and pixi."""

from __future__ import annotations

import glob
import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from fnmatch import fnmatchcase
from itertools import chain
from pathlib import Path

from iacfix.files.evidence import matching, names, remembered, stands
from iacfix.files.provider_version import ranges
from iacfix.files.provider_version.formats import (
    MAX_WRITTEN,
    Table,
    items,
    json_of,
    strings,
    table,
    text_of,
    toml_of,
    yaml_of,
)
from iacfix.files.provider_version.pins import Kind, Pin, Said, Written, pin
from iacfix.files.provider_version.ranges import Style
from iacfix.files.provider_version.side import Reader, Side, said_by

ENVIRONMENTS = (".venv", "venv", "env", ".env")
"""Folders that are taken for virtual environments where they hold a pyvenv.cfg."""

_SETUP_LISTS = {
    "install_requires": Kind.ASKED,
    "extras_require": Kind.DEVELOPMENT,
    "tests_require": Kind.DEVELOPMENT,
}
_OPENS = re.compile(r"\bopen\(|\bread_text\(|\.(?:txt|in)[\"']")
_LIST = re.compile(r"[\w./-]+\.(?:txt|in|pip|lst|list|req)")
_TOX = re.compile(r"^deps[ \t]*=(.*(?:\n[ \t]+.*|\n(?=[ \t]*\n))*)", re.MULTILINE)
_NAME = re.compile(r"([A-Za-z0-9][A-Za-z0-9._-]*)(\s*)(?:\[[^\]]*\])?\s*(.*)", re.DOTALL)
_TAG = re.compile(r"@v?(\d+(?:\.\d+)+[\w.+-]*)$")


def canonical(name: str) -> str:
    """The normalised name of a distribution (PEP 503)."""
    return re.sub("[-_.]+", "-", name).lower()


@remembered()
def said_in(side: Side, environments: tuple[str, ...] = ()) -> Said:
    """What the files of a folder pin, locks first. `environments` are further names of virtual environments."""
    names = [*_listing(side.folder), *(f"requirements/{name}" for name in _listing(side.folder / "requirements"))]
    files = [
        (side.folder / name, reader)
        for patterns, reader in FILES
        for name in names
        if any(fnmatchcase(name, pattern) for pattern in patterns)
    ]
    return said_by(side, chain(_installations(side, (*ENVIRONMENTS, *environments)), files))


def _listing(folder: Path) -> list[str]:
    """The names in a folder, `requirements.txt` before `requirements-dev.txt`."""
    try:
        return sorted(names(folder), key=os.path.splitext)
    except OSError:
        return []


def said_by_program(side: Side, program: Path, text: str) -> Said:
    """What a script's own block of metadata pins, and the lock beside it."""
    block = _script_block(text)
    locked = said_by(side, [(program.with_name(f"{program.name}.lock"), _toml_lock)])
    try:
        return Said((*locked.pins, *_project(side, program, toml_of(block))), locked.unread)
    except ValueError as error:
        return Said(locked.pins, (*locked.unread, f"{side.shown(program)} {error} in its block"))


def _script_block(text: str) -> str:
    """PEP 723: the comment lines between `# /// script` and `# ///`."""
    lines = iter(text.splitlines())
    if not any(line == "# /// script" for line in lines):
        return ""
    block: list[str] = []
    for line in lines:
        if line == "# ///":
            return "\n".join(block)
        if not line.startswith("#"):
            break
        block.append(line[2:])
    return ""


def pins_in(side: Side, path: Path, text: str) -> tuple[Pin, ...]:
    """What people pin in a file that has this text, without what it includes; raises ValueError where it is broken."""
    named = path.relative_to(side.folder).as_posix() if path.is_relative_to(side.folder) else path.name
    readers = (
        reader
        for patterns, reader in FILES
        if any(fnmatchcase(name, pattern) for name in (named, path.name) for pattern in patterns)
    )
    reader = next(readers, _script if path.suffix == ".py" else _requirements)
    return tuple(each for each in reader(side, path, text) if each.place is not None and each.place.path == path)


def _script(side: Side, path: Path, text: str) -> Iterator[Pin]:
    yield from _project(side, path, toml_of(_script_block(text)))


def _installations(side: Side, environments: Iterable[str]) -> Iterator[tuple[Path, Reader]]:
    """The distribution in the virtual environments of a folder."""
    for name in dict.fromkeys(environments):
        environment = side.folder / name
        if stands(environment / "pyvenv.cfg") != "file":
            continue
        for pattern in ("lib/python*/site-packages", "Lib/site-packages"):
            for packages in matching(os.path.join(glob.escape(str(environment)), pattern)):
                yield from _installed(side, Path(packages))


def _installed(side: Side, packages: Path) -> Iterator[tuple[Path, Reader]]:
    for name in _listing(packages):
        distribution = name.removesuffix(".dist-info").rpartition("-")[0]
        if name.endswith(".dist-info") and canonical(distribution) == side.wanted:
            yield packages / name / "METADATA", _metadata
    yield packages / side.wanted.replace("-", "_") / "pulumi-plugin.json", _plugin


def _metadata(side: Side, path: Path, _: str) -> Iterator[Pin]:
    """The version of the distribution's own metadata, as in its folder's name."""
    version = path.parent.name.removesuffix(".dist-info").rpartition("-")[2]
    yield from pin(side.shown(path.parent), side.wanted, f" {version}", ranges.exactly(version), Kind.RESOLVED)


def _plugin(side: Side, path: Path, text: str) -> Iterator[Pin]:
    version = str(json_of(text).get("version"))
    yield from pin(side.shown(path), side.wanted, f" {version}", ranges.exactly(version), Kind.RESOLVED)


# requirements as pip writes them


def _requirements(side: Side, path: Path, text: str, kind: Kind = Kind.ASKED) -> Iterator[Pin]:
    """A requirements file and what it includes, each file once."""
    waiting, seen = [(path, text)], {path}
    while waiting:
        path, text = waiting.pop()
        lines = re.sub(r"\\\r?\n", " ", text).splitlines()
        yield from _listed(side, path, lines, kind)
        for included in reversed(list(_included(lines))):
            target = Path(os.path.normpath(path.parent / included))
            if target in seen or not side.may_read(target):
                continue
            seen.add(target)
            if (inner := text_of(target)) is not None:
                waiting.append((target, inner))


def _included(lines: Iterable[str]) -> Iterator[str]:
    for line in lines:
        found = re.match(r"\s*(?:-r|-c|--requirement|--constraint)[\s=]*(\S[^#]*)", line)
        if found:
            yield found[1].strip().strip("\"'")


def _listed(side: Side, path: Path, lines: Iterable[object], kind: Kind = Kind.ASKED) -> Iterator[Pin]:
    """Requirements as PEP 508 and pip write them."""
    for line in lines:
        if isinstance(line, str):
            yield from _requirement(side, path, line, kind)


def _requirement(side: Side, path: Path, line: str, kind: Kind) -> Iterator[Pin]:
    text = re.split(r"(?:^|\s)(?:#|--)", line.strip(), maxsplit=1)[0].strip()
    if text.startswith("-e"):
        text = text[2:].strip()
    found = _NAME.fullmatch(text)
    if found is None or canonical(found[1]) != side.wanted:
        yield from _address(side, path, text, kind)
        return
    name, space, rest = found.groups()
    if rest.startswith("@"):
        yield from _address(side, path, rest[1:].partition(" ;")[0].strip(), kind, name)
        return
    asked = rest.partition(";")[0].strip()
    if asked.startswith("(") and asked.endswith(")"):
        asked = asked[1:-1].strip()
    place = Written(path, asked, Style.PEP440)
    yield from pin(side.shown(path), name, space + asked, ranges.pep440(asked), kind, place)


def _address(side: Side, path: Path, address: str, kind: Kind, name: str = "") -> Iterator[Pin]:
    """A wheel, a source archive or a git tag; shown without the address, which may hold a password."""
    place, _, fragment = address.partition("#")
    file = place.partition("?")[0].replace("\\", "/").rpartition("/")[2]
    if not name:
        told = re.search(r"egg=([\w.-]+)", fragment)
        name = told[1] if told else _archived(file)[0]
    version = _archived(file)[1]
    if not version and (tag := _TAG.search(place[-200:])):
        version = tag[1]
    if canonical(name) == side.wanted:
        place = Written(path, version, Style.ADDRESS)
        yield from pin(side.shown(path), name, f" {version}", ranges.exactly(version), kind, place)


def _archived(file: str) -> tuple[str, str]:
    """Name and version as the file of a wheel, a source archive or a conda package tells them."""
    if file.endswith(".whl"):
        name, _, rest = file.partition("-")
        return name, rest.partition("-")[0]
    for ending in (".tar.gz", ".zip", ".tgz"):
        if file.endswith(ending):
            name, _, version = file.removesuffix(ending).rpartition("-")
            return name, version
    for ending in (".conda", ".tar.bz2"):
        if file.endswith(ending):
            name, _, version = file.rpartition("-")[0].rpartition("-")
            return name, version
    return "", ""


# TOML


def _pyproject(side: Side, path: Path, text: str) -> Iterator[Pin]:
    if not _mentions(side, text) and "file" not in text:
        return
    yield from _project(side, path, toml_of(text))


def _project(side: Side, path: Path, whole: Table) -> Iterator[Pin]:
    project, tool = table(whole.get("project")), table(whole.get("tool"))
    uv, pdm, hatch, rye = (table(tool.get(name)) for name in ("uv", "pdm", "hatch", "rye"))
    dynamic = table(table(tool.get("setuptools")).get("dynamic"))
    for lines in (
        whole.get("dependencies"),  # of a script's block
        project.get("dependencies"),
        uv.get("constraint-dependencies"),
    ):
        yield from _listed(side, path, items(lines))
    for lines in (
        *table(project.get("optional-dependencies")).values(),
        *table(whole.get("dependency-groups")).values(),
        uv.get("dev-dependencies"),
        rye.get("dev-dependencies"),
        *table(pdm.get("dev-dependencies")).values(),
        *_hatch_lists(hatch),
    ):
        yield from _listed(side, path, items(lines), Kind.DEVELOPMENT)
    yield from _listed(side, path, items(uv.get("override-dependencies")), Kind.OVERRIDE)
    yield from _named(side, path, uv.get("sources"), Kind.OVERRIDE)
    yield from _named(side, path, table(pdm.get("resolution")).get("overrides"), Kind.OVERRIDE)
    yield from _poetry(side, path, table(tool.get("poetry")))
    yield from _pixi_tables(side, path, table(tool.get("pixi")))
    yield from _dynamic(side, path, dynamic.get("dependencies"))
    for each in table(dynamic.get("optional-dependencies")).values():
        yield from _dynamic(side, path, each)


def _hatch_lists(hatch: Table) -> Iterator[object]:
    for environment in table(hatch.get("envs")).values():
        yield table(environment).get("dependencies")
        yield table(environment).get("extra-dependencies")


def _dynamic(side: Side, path: Path, given: object) -> Iterator[Pin]:
    """Files that setuptools reads the dependencies from."""
    for name in strings(table(given).get("file")):
        yield from _file(side, path.parent / name)


def _file(side: Side, path: Path) -> Iterator[Pin]:
    path = Path(os.path.normpath(path))
    if side.may_read(path) and (text := text_of(path)) is not None:
        yield from _requirements(side, path, text)


def _poetry(side: Side, path: Path, poetry: Table) -> Iterator[Pin]:
    yield from _named(side, path, poetry.get("dependencies"))
    yield from _named(side, path, poetry.get("dev-dependencies"), Kind.DEVELOPMENT)
    for name, group in table(poetry.get("group")).items():
        kind = Kind.ASKED if name == "main" else Kind.DEVELOPMENT
        yield from _named(side, path, table(group).get("dependencies"), kind)


def _named(side: Side, path: Path, given: object, kind: Kind = Kind.ASKED, space: str = " ") -> Iterator[Pin]:
    """Names and versions as tables hold them: `"^6.0"`, `{version = "==6.*"}`, `{url = ...}`, and lists of these."""
    for name, value in table(given).items():
        if canonical(name) != side.wanted:
            continue
        for each in items(value) or [value]:
            inner = table(each)
            version = each if isinstance(each, str) else inner.get("version")
            if isinstance(version, str):
                place = Written(path, version, Style.POETRY)
                yield from pin(side.shown(path), name, space + version, ranges.poetry(version), kind, place)
            for address in strings(inner.get("url") or inner.get("path") or inner.get("file")):
                yield from _address(side, path, address, kind, name)
            for tag in strings(inner.get("tag") or inner.get("rev") or inner.get("ref")):
                place = Written(path, tag, Style.ADDRESS)
                yield from pin(side.shown(path), name, f" {tag}", ranges.exactly(tag), kind, place)


def _pipfile(side: Side, path: Path, text: str) -> Iterator[Pin]:
    if _mentions(side, text):
        for section in toml_of(text).values():
            yield from _named(side, path, section)


def _hatch(side: Side, path: Path, text: str) -> Iterator[Pin]:
    if _mentions(side, text):
        for lines in _hatch_lists(toml_of(text)):
            yield from _listed(side, path, items(lines))


def _pixi(side: Side, path: Path, text: str) -> Iterator[Pin]:
    if _mentions(side, text):
        yield from _pixi_tables(side, path, toml_of(text))


def _pixi_tables(side: Side, path: Path, whole: Table) -> Iterator[Pin]:
    waiting = [whole]
    while waiting:
        each = waiting.pop()
        for key in ("dependencies", "pypi-dependencies", "host-dependencies"):
            for name, value in table(each.get(key)).items():
                asked = value if isinstance(value, str) else table(value).get("version")
                if canonical(name) == side.wanted and isinstance(asked, str):
                    style = Style.PEP440 if key == "pypi-dependencies" else Style.CONDA
                    place = Written(path, asked, style)
                    yield from pin(side.shown(path), name, f" {asked}", ranges.conda(asked), place=place)
                elif canonical(name) == side.wanted:
                    yield from _named(side, path, {name: value})
        for key in ("feature", "target"):
            waiting += map(table, table(each.get(key)).values())


def _toml_lock(side: Side, path: Path, text: str) -> Iterator[Pin]:
    """uv.lock, poetry.lock, pdm.lock and pylock.toml line by line: parsing thousands of tables takes seconds."""
    if not _mentions(side, text):
        return
    name = ""
    for line in text.splitlines():
        if line.startswith("["):
            name = "" if line.startswith(("[[package]]", "[[packages]]")) else "-"
            continue
        key, _, value = line.partition("=")
        if key.rstrip() == "name" and not name:
            name = value.strip("\"' ")
        elif key.rstrip() == "version" and canonical(name) == side.wanted:
            version = value.strip("\"' ")
            yield from pin(side.shown(path), name, f" {version}", ranges.exactly(version), Kind.RESOLVED)


# JSON, YAML, ini and setup.py


def _pipfile_lock(side: Side, path: Path, text: str) -> Iterator[Pin]:
    if _mentions(side, text):
        for section in json_of(text).values():
            yield from _named(side, path, section, Kind.RESOLVED)


def _environment(side: Side, path: Path, text: str) -> Iterator[Pin]:
    """A conda environment, with what pip adds to it."""
    if not _mentions(side, text) and "-r" not in text and "-c" not in text:
        return
    for each in items(yaml_of(text).get("dependencies")):
        if isinstance(each, str):
            found = re.fullmatch(r"(?:[^:\s]+::)?([A-Za-z0-9][\w.-]*)(.*)", each.strip(), re.DOTALL)
            if found and canonical(found[1]) == side.wanted:
                spans, place = ranges.conda(_without_build(found[2])), Written(path, found[2].strip(), Style.CONDA)
                yield from pin(side.shown(path), found[1], found[2], spans, place=place)
        lines = [line for line in items(table(each).get("pip")) if isinstance(line, str)]
        yield from _requirements(side, path, "\n".join(lines))


def _without_build(asked: str) -> str:
    """`=6.83.0=py310_0` is a version and a build, and so is `6.83.0 py310_0`."""
    version = re.split(r"(?<=[\w*])\s+(?=[\w*])|(?<=[\w*])=", asked.strip(), maxsplit=1)[0]
    return version.strip()


def _package_list(side: Side, path: Path, text: str) -> Iterator[Pin]:
    """pixi.lock and conda-lock.yml line by line: a package's address, or its name and then its version."""
    if not _mentions(side, text):
        return
    name = ""
    for line in text.splitlines():
        key, _, value = line.strip().lstrip("- ").partition(":")
        value = value.strip().strip("\"'")
        if line.lstrip().startswith("- "):
            name = ""
        if key in ("pypi", "conda", "url"):
            yield from _address(side, path, value, Kind.RESOLVED)
        elif key == "name":
            name = value
        elif key == "version" and canonical(name) == side.wanted:
            yield from pin(side.shown(path), name, f" {value}", ranges.exactly(value), Kind.RESOLVED)


def _setup_cfg(side: Side, path: Path, text: str) -> Iterator[Pin]:
    from configparser import ConfigParser, Error

    config = ConfigParser(interpolation=None, strict=False)
    try:
        # Its own expressions are quadratic in white space.
        config.read_string(re.sub(r"[^\S\r\n]+", " ", text))
    except Error as error:
        raise ValueError("is broken") from error
    given = [(config.get("options", name, fallback=""), kind) for name, kind in _SETUP_LISTS.items()]
    if config.has_section("options.extras_require"):
        given += [(value, Kind.DEVELOPMENT) for _, value in config.items("options.extras_require")]
    for value, kind in given:
        if value.strip().startswith("file:"):
            for name in value.strip()[5:].split(","):
                yield from _file(side, path.parent / name.strip())
        else:
            yield from _listed(side, path, value.splitlines(), kind)


def _setup_py(side: Side, path: Path, text: str) -> Iterator[Pin]:
    """The texts in the lists of a setup.py, in what these are made of and in files that are named there; it
    is never run."""
    import ast

    if not _mentions(side, text) and not _OPENS.search(text):
        return
    if len(text) > MAX_WRITTEN:
        raise ValueError("is too long to be read")
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise ValueError("is broken Python") from error
    waiting: list[tuple[ast.AST, Kind]] = []
    bound: dict[str, list[ast.AST]] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.keyword) and node.arg in _SETUP_LISTS:
            waiting.append((node.value, _SETUP_LISTS[node.arg]))
        elif isinstance(node, ast.Dict):
            for key, value in zip(node.keys, node.values, strict=True):
                if isinstance(key, ast.Constant) and key.value in _SETUP_LISTS:
                    waiting.append((value, _SETUP_LISTS[str(key.value)]))
        elif isinstance(node, ast.Assign):
            for target in node.targets:
                if isinstance(target, ast.Name):
                    bound.setdefault(target.id, []).append(node.value)
        elif isinstance(node, ast.AnnAssign | ast.AugAssign) and isinstance(node.target, ast.Name) and node.value:
            bound.setdefault(node.target.id, []).append(node.value)
        elif isinstance(node, ast.withitem) and isinstance(node.optional_vars, ast.Name):
            bound.setdefault(node.optional_vars.id, []).append(node.context_expr)
    waiting.sort(key=lambda each: each[1] is not Kind.ASKED)  # a list that both use is what users get
    for given, kind in waiting:
        for node in ast.walk(given):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield from _listed(side, path, node.value.splitlines(), kind)
            elif isinstance(node, ast.Call | ast.BinOp):
                parts = [each for each in ast.walk(node) if isinstance(each, ast.Constant)]
                parts.sort(key=lambda part: (part.lineno, part.col_offset))
                yield from _named_file(side, path.parent, [each.value for each in parts], kind)
            if isinstance(node, ast.Name):
                waiting += ((value, kind) for value in bound.pop(node.id, []))


def _named_file(side: Side, folder: Path, parts: Iterable[object], kind: Kind) -> Iterator[Pin]:
    """What a file lists whose name is the last of the parts: `here / "deps" / "base.txt"`."""
    named = [part for part in parts if isinstance(part, str)]
    if not named or not _LIST.fullmatch(named[-1]):
        return
    target = Path(os.path.normpath(folder.joinpath(*named)))
    if side.may_read(target) and (text := text_of(target)) is not None:
        yield from _requirements(side, target, text, kind)


def _tox(side: Side, path: Path, text: str) -> Iterator[Pin]:
    """What one environment of tests or another needs, together; a line may begin with those that it is for."""
    found: list[Pin] = []
    for listed in _TOX.finditer(text) if _mentions(side, text) else ():
        lines = (re.sub(r"^\s*[\w,!{}.-]+:\s+", "", line) for line in listed[1].splitlines())
        found += _listed(side, path, lines, Kind.DEVELOPMENT)
    spans = [each.spans for each in found if each.spans is not None]
    if found and len(spans) == len(found):
        yield replace(found[0], spans=tuple(chain.from_iterable(spans)))


def _mentions(side: Side, text: str) -> bool:
    """The name occurs; the rest of a long file is then worth reading."""
    return re.search(side.wanted.replace("-", "[-_.]+"), text, re.IGNORECASE) is not None


FILES: tuple[tuple[tuple[str, ...], Reader], ...] = (
    (("poetry.lock", "uv.lock", "pdm.lock", "pylock.toml", "pylock.*.toml"), _toml_lock),
    (("Pipfile.lock",), _pipfile_lock),
    (("pixi.lock", "conda-lock.yml", "*.conda-lock.yml"), _package_list),
    (("*requirements*.txt", "*requirements*.in", "requirements/*.txt", "requirements/*.in"), _requirements),
    (("*constraints*.txt", "*constraints*.in"), _requirements),
    (("pyproject.toml",), _pyproject),
    (("hatch.toml",), _hatch),
    (("Pipfile",), _pipfile),
    (("setup.py",), _setup_py),
    (("setup.cfg",), _setup_cfg),
    (("environment*.yml", "environment*.yaml", "conda*.yml", "conda*.yaml"), _environment),
    (("pixi.toml",), _pixi),
    (("tox.ini",), _tox),
)
"""Files by name, and how each is read; of equal pins the first is named."""
