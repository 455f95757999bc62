"""The modules of the repository that a file imports, and their files, found without parsing."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from iacfix.files.evidence import remembered, stands
from iacfix.files.provider_version.formats import jsonc_of, strings, table, text_of
from iacfix.files.small_files import read_once
from iacfix.files.suffixes import PROJECT_FILES

MANIFESTS = ("package.json", "pyproject.toml", "requirements.txt", "setup.py", "Pipfile", "deno.json")
"""Files that mark the folder of a project where there is no Pulumi.yaml."""
ENDINGS = (".ts", ".tsx", ".mts", ".cts", ".js", ".jsx", ".mjs", ".cjs")
ENDING = re.compile(r"\.[cm]?[jt]sx?$")
CONFIGURATIONS = ("tsconfig.json", "jsconfig.json")
DEEP = 4
"""The most configurations that are followed by `extends`."""
STEPS = 3
"""The most files between a package and the file that re-exports it."""
PYTHON = re.compile(
    r"^[ \t]*(?:from[ \t]+(?P<module>[.\w]+)[ \t]+import[ \t]*(?P<names>\([^)]*|[^\n]*)"
    r"|import[ \t]+(?P<modules>[^\n]*))",
    re.MULTILINE,
)
TYPESCRIPT = re.compile(
    r"""(?:import\b(?![ \t]*type\b)(?:(?P<names>[^;"'`=()]*?)from)?|export\b[^;"'`=()]*?from"""
    r"""|\brequire\(|\bimport\()\s*["'](?P<module>[^"'\n]+)["']"""
)
BUILDS = {True: re.compile(rb"\.[A-Z]|\b[A-Z]\w*[(.\[]|[)\]]\("), False: re.compile(rb"\bnew\b|\bextends\b")}
"""By whether the file is Python: a class is called, extended or accessed there, or created or extended in
TypeScript."""
KEEPS = re.compile(
    rb"(?:=|\breturn\b)[ \t]*\w+\.[\w.]*[A-Z]\w*[ \t]*;?[ \t\r]*$"
    rb"|\bclass +\w+(?:\(| +extends +)(?!pulumi\."
    rb"|[\w.]*(?:Component|Dynamic|Error|Exception|Enum|Protocol|Tuple|Dict))\w",
    re.MULTILINE,
)
"""A class is assigned or returned without a call, or extended."""
NAME = re.compile(r"(?<!as )\b(?!as\b)[A-Za-z_]\w*")
KNOWN = ("pulumi", "@pulumi/")
"""Prefixes of modules that are never files of a project."""


@remembered()
def project_folder(folder: Path, root: Path) -> Path:
    """The nearest folder with a Pulumi.yaml up to the root of the repository, else with a manifest, else the folder."""
    for kinds in (PROJECT_FILES, MANIFESTS):
        for place in _above(folder, root):
            if any(_is_file(f"{place}{os.sep}{name}") for name in kinds):
                return place
    return folder


def _above(folder: Path, root: Path) -> list[Path]:
    above = [folder, *folder.parents]
    return above[: above.index(root) + 1] if root in above else [folder]


def may_import(package: bytes, path: Path, data: bytes, root: Path) -> bool:
    """The file may create resources of a package through another file of the repository, which imports the package and
    does not clearly define the imported names itself."""
    if BUILDS[path.suffix == ".py"].search(data) is None:
        return False
    return any(
        _hands_on(package, place, root, STEPS)
        and not (names and all(_makes_all_of(read_once(place) or b"", name) for name in names))
        for place, names in _imported(path, data, root)
        if place != path
    )


def _makes_all_of(data: bytes, name: str) -> bool:
    return makes(data, name) and KEEPS.search(data) is None


@remembered()
def _hands_on(package: bytes, path: Path, root: Path, deep: int) -> bool:
    data = read_once(path) or b""
    if package in data or not deep:
        return package in data
    return any(_hands_on(package, place, root, deep - 1) for place, _ in _imports_of(path, root))


@remembered()
def _imports_of(path: Path, root: Path) -> tuple[tuple[Path, tuple[str, ...]], ...]:
    return tuple(_imported(path, read_once(path) or b"", root))


@remembered()
def imported_of(path: Path, root: Path) -> frozenset[Path]:
    """The files of the repository that a file imports, by way of others too."""
    found, stack = set[Path](), [path]
    while stack:
        for place, _ in _imports_of(stack.pop(), root):
            if place != path and place not in found:
                found.add(place)
                stack.append(place)
    return frozenset(found)


def makes(data: bytes, name: str) -> bool:
    """The file itself defines a function, class, type or value of this name."""
    word = re.escape(name).encode()
    own = rb"\b(?:def|class|function|interface|enum|type) +%b\b" % word
    value = rb"\b(?:const|let|var) +%b\b[^=\n]*= *(?:new\b|async\b|[(\[\"'`\d])" % word
    return word in data and (re.search(own, data) is not None or re.search(value, data) is not None)


def _imported(path: Path, data: bytes, root: Path) -> Iterator[tuple[Path, tuple[str, ...]]]:
    """The files that a file imports, and the names that it imports from each where they are listed."""
    text = data.decode(errors="replace")
    if path.suffix == ".py":
        project = project_folder(path.parent, root)
        for module, names in _named_in_python(text):
            own = python_module(module, path.parent, project)
            if own is not None:
                yield own, names
            for name in names if own is None or own.name == "__init__.py" else ():
                below = f"{module}{name}" if module.endswith(".") else f"{module}.{name}"
                place = python_module(below, path.parent, project)
                yield from [(place, ())] if place is not None else []
        return
    for found in TYPESCRIPT.finditer(text):
        listed, source = found["names"] or "", found["module"]
        place = None if source.startswith(KNOWN) else typescript_module(source, path.parent, root)
        if place is not None:
            yield place, tuple(NAME.findall(listed)) if "{" in listed else ()


def _named_in_python(text: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The modules that a text imports, and the names that it imports from them."""
    for found in PYTHON.finditer(text):
        listed = re.sub(r"#[^\n]*", "", found["names"] or "")
        modules = [found["module"]] if found["module"] else re.findall(r"(?:^|,)\s*([.\w]+)", found["modules"])
        for module in modules:
            head = module.partition(".")[0]
            if not head.startswith(KNOWN) and head not in sys.stdlib_module_names:
                yield module, tuple(NAME.findall(listed))


@remembered()
def python_module(name: str, folder: Path, project: Path) -> Path | None:
    """The file of a module as imported by a program in a folder. An absolute name may be relative to any folder up to
    the project's, or to its `src`."""
    bare = name.lstrip(".")
    level = len(name) - len(bare)
    begins = [folder, *folder.parents]
    if level:
        begins = begins[level - 1 : level]
    else:
        begins = [*begins[: begins.index(project) + 1], project / "src"] if project in begins else begins[:1]
    below = bare.replace(".", os.sep)
    for begin in begins:
        place = os.path.join(begin, below)
        for found in ([f"{place}.py"] if bare else []) + [os.path.join(place, "__init__.py")]:
            if _is_file(found):
                return Path(found)
    return None


@remembered()
def typescript_module(source: str, folder: Path, root: Path) -> Path | None:
    """The file of a module as imported by a program in a folder: a relative path, or one that tsconfig.json maps."""
    if source.startswith("."):
        return _typescript_file(os.path.join(folder, source))
    return next((found for place in _mapped(folder, root, source) if (found := _typescript_file(place))), None)


def _typescript_file(place: str) -> Path | None:
    place = os.path.normpath(place)
    names = dict.fromkeys((ENDING.sub("", place), place))
    for name in (*names, os.path.join(place, "index")):
        for ending in ENDINGS:
            if _is_file(name + ending):
                return Path(name + ending)
    return None


def _is_file(path: str) -> bool:
    return stands(path) == "file"


def _mapped(folder: Path, root: Path, source: str) -> Iterator[str]:
    """The paths that `paths` and `baseUrl` of tsconfig.json, or `imports` of package.json, map a module to."""
    for pattern, base, places in (
        *_paths(folder, root),
        *(_own_imports(folder, root) if source.startswith("#") else ()),
    ):
        begin, star, end = pattern.partition("*")
        if source == pattern or (star and source.startswith(begin) and source.endswith(end)):
            middle = source[len(begin) : len(source) - len(end)] if star else ""
            yield from (os.path.join(base, place.replace("*", middle)) for place in places)


@remembered()
def _paths(folder: Path, root: Path) -> tuple[tuple[str, Path, tuple[str, ...]], ...]:
    """The patterns of the nearest configuration, the most specific first, each with a base folder and paths below
    it."""
    for place in _above(folder, root):
        for name in CONFIGURATIONS:
            if _is_file(os.path.join(place, name)):
                return tuple(sorted(_configured(place / name, DEEP), key=lambda each: (each[0] == "*", -len(each[0]))))
    return ()


@remembered()
def _own_imports(folder: Path, root: Path) -> tuple[tuple[str, Path, tuple[str, ...]], ...]:
    """The `imports` of the nearest package.json, each with the paths of all its conditions."""
    for place in _above(folder, root):
        if _is_file(os.path.join(place, "package.json")):
            try:
                said = jsonc_of(text_of(place / "package.json") or "")
            except ValueError:
                return ()
            return tuple((key, place, tuple(_leaves(value))) for key, value in table(said.get("imports")).items())
    return ()


def _leaves(value: object) -> Iterator[str]:
    if isinstance(value, str) and value.startswith("."):
        yield value
    for each in table(value).values():
        yield from _leaves(each)


def _configured(path: Path, deep: int) -> Iterator[tuple[str, Path, tuple[str, ...]]]:
    try:
        said = jsonc_of(text_of(path) or "")
    except ValueError:
        return
    options = table(said.get("compilerOptions"))
    base = options.get("baseUrl")
    begin = path.parent / base if isinstance(base, str) else path.parent
    for pattern, places in table(options.get("paths")).items():
        yield pattern, begin, tuple(strings(places))
    if isinstance(base, str):
        yield "*", begin, ("*",)
    extended = said.get("extends")
    if isinstance(extended, str) and extended.startswith(".") and deep and not {"baseUrl", "paths"} & options.keys():
        named = path.parent / extended
        yield from _configured(named if named.suffix == ".json" else named.with_name(f"{named.name}.json"), deep - 1)
