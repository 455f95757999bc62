"""The provider's major version as the manifests around a file pin it; the nearest that decides is believed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from packaging.specifiers import SpecifierSet
    from packaging.version import Version


@dataclass(frozen=True)
class Pin:
    """`major` may be one that is not asked for: the program is written for a provider no rule knows."""

    major: int
    why: str


@dataclass(frozen=True)
class Requirement:
    """A distribution as a manifest asks for it. `ranges` are alternatives, each a PEP 440 specifier."""

    name: str
    written: str
    ranges: tuple[str, ...]


Reader = Callable[[str], Iterator[Requirement]]


def pinned_major(folder: Path, root: Path, distribution: str, majors: tuple[int, ...]) -> Pin | None:
    """What the manifests say from the folder up to the root; None where they leave several majors open."""
    for place in (folder, *folder.parents):
        if pin := _pin_of(place, distribution, majors):
            return pin
        if place == root:
            break
    return None


@cache
def _pin_of(folder: Path, distribution: str, majors: tuple[int, ...]) -> Pin | None:
    """Locks and exact pins speak before ranges; those that contradict each other are not believed.

    A lock names every version that anything asks for, so what the program itself asks for may still decide.
    """
    exact: list[Pin] = []
    ranges: list[Pin] = []
    for shown, requirement in _requirements(folder, distribution):
        if (major := _major(requirement, majors)) is not None:
            pin = Pin(major, f"{shown} pins {requirement.written}")
            (exact if _is_exact(requirement) else ranges).append(pin)
    for pins in (exact, ranges):
        if len({pin.major for pin in pins}) == 1:
            return pins[0]
    return None


def _requirements(folder: Path, distribution: str) -> Iterator[tuple[str, Requirement]]:
    wanted = _canonical(distribution)
    mention = re.compile(re.sub(r"-", "[-_.]+", wanted).encode(), re.IGNORECASE)
    for pattern, reader in READERS:
        for path in sorted(folder.glob(pattern.format(distribution=distribution))):
            try:
                data = path.read_bytes()
                if not mention.search(data):
                    continue
                requirements = tuple(reader(data.decode("utf-8-sig")))
            except (OSError, ValueError, RecursionError):
                continue  # mending a manifest is not this tool's affair; the next one may tell
            shown = path.relative_to(folder).as_posix()
            yield from ((shown, each) for each in requirements if _canonical(each.name) == wanted)


def _canonical(name: str) -> str:
    """PEP 503; a name with a scope is one of npm's, where every character counts."""
    return name if name.startswith("@") else re.sub("[-_.]+", "-", name).lower()


def _is_exact(requirement: Requirement) -> bool:
    return all(re.fullmatch(r"===?[^*,]+", each) for each in requirement.ranges)


def _major(requirement: Requirement, majors: tuple[int, ...]) -> int | None:
    """The one major that fits, or the nearest other one where none of them does."""
    from packaging.specifiers import SpecifierSet

    older, newer = range(min(majors) - 1, -1, -1), range(max(majors) + 1, max(majors) + 50)
    try:
        ranges = [SpecifierSet(each) for each in requirement.ranges]
        fitting = [major for major in majors if any(_admits(each, major) for each in ranges)]
        others = (major for major in chain(older, newer) if any(_admits(each, major) for each in ranges))
        return next(others, None) if not fitting else fitting[0] if len(fitting) == 1 else None
    except ValueError:  # a version or an operator that PEP 440 does not know
        return None


def _admits(specifiers: SpecifierSet, major: int) -> bool:
    """Tried with the first and the last release of a major, and those at and just above each bound."""
    from packaging.version import Version

    bounds = [Version(each.version.removesuffix(".*")) for each in specifiers]
    near = (release for bound in bounds for release in (bound, _next(bound)))
    tried = (Version(f"{major}.0.0"), Version(f"{major}.999.999"), *near)
    return any(version.major == major and specifiers.contains(version, prereleases=True) for version in tried)


def _next(version: Version) -> Version:
    from packaging.version import Version

    return Version(f"{version.major}.{version.minor}.{version.micro + 1}")


def _listed(lines: Iterable[object]) -> Iterator[Requirement]:
    """Requirements as pip reads them."""
    from packaging.requirements import InvalidRequirement
    from packaging.requirements import Requirement as Parsed

    for line in lines:
        if not isinstance(line, str):
            continue
        text = re.split(r"(?:^|\s)(?:#|--)", line, maxsplit=1)[0].strip()
        try:
            parsed = Parsed(text)
        except InvalidRequirement:
            continue
        written = re.sub(r"\[[^]]*\]|\s*;.*", "", text)
        yield Requirement(parsed.name, written, (str(parsed.specifier),))


def _named(table: object) -> Iterator[Requirement]:
    """Names and versions as Poetry and Pipenv write them: `"^6.0"`, `{version = "==6.*"}`, lists of these."""
    for name, value in _table(table).items():
        for each in _items(value) or (value,):
            version = each if isinstance(each, str) else _table(each).get("version")
            if isinstance(version, str):
                ranges = tuple(",".join(_specifiers(part)) for part in version.split("||"))
                yield Requirement(name, f"{name} {version}", ranges)


def _specifiers(version: str) -> Iterator[str]:
    """Poetry's caret, tilde and bare versions in PEP 440."""
    for operator, number in re.findall(r"([\^~=!<>]*)\s*v?(\d[^\s,]*)", version):
        parts = [int(part) for part in re.findall(r"\d+", number)]
        if operator == "^" or (operator == "~" and len(parts) == 1):
            yield f">={number},<{parts[0] + 1}"
        elif operator == "~":
            yield f">={number},<{parts[0]}.{parts[1] + 1}"
        else:
            yield f"{'==' if operator in ('', '=') else operator}{number}"


def _requirements_txt(text: str) -> Iterator[Requirement]:
    return _listed(re.sub(r"\\\r?\n", " ", text).splitlines())


def _pyproject(text: str) -> Iterator[Requirement]:
    table = _toml(text)
    project, tool = _table(table.get("project")), _table(table.get("tool"))
    poetry, pdm, uv = (_table(tool.get(name)) for name in ("poetry", "pdm", "uv"))
    yield from _listed(_items(project.get("dependencies")))
    lists = (project.get("optional-dependencies"), table.get("dependency-groups"), pdm.get("dev-dependencies"))
    for each in lists:
        yield from _listed(line for lines in _table(each).values() for line in _items(lines))
    yield from _listed(_items(uv.get("dev-dependencies")))
    for each in (poetry, *map(_table, _table(poetry.get("group")).values())):
        yield from _named(each.get("dependencies"))
        yield from _named(each.get("dev-dependencies"))


def _pipfile(text: str) -> Iterator[Requirement]:
    return chain.from_iterable(_named(section) for section in _toml(text).values())


def _pipfile_lock(text: str) -> Iterator[Requirement]:
    return chain.from_iterable(_named(section) for section in _json(text).values())


def _lock(text: str) -> Iterator[Requirement]:
    """poetry.lock, uv.lock and pdm.lock write a package's name and version first; parsing their thousands of lines
    as TOML takes seconds."""
    package = r'^\[\[package\]\]\r?\nname = "([^"]+)"\r?\nversion = "([^"]+)"'
    for name, version in re.findall(package, text, re.MULTILINE):
        yield Requirement(name, f"{name} {version}", (f"=={version}",))


def _setup_cfg(text: str) -> Iterator[Requirement]:
    from configparser import ConfigParser, Error

    config = ConfigParser(interpolation=None)
    try:
        config.read_string(text)
    except Error as error:
        raise ValueError from error
    yield from _listed(config.get("options", "install_requires", fallback="").splitlines())
    if config.has_section("options.extras_require"):
        for _, lines in config.items("options.extras_require"):
            yield from _listed(lines.splitlines())


def _package_json(text: str) -> Iterator[Requirement]:
    table = _json(text)
    for section in ("dependencies", "devDependencies", "peerDependencies", "optionalDependencies"):
        for name, version in _table(table.get(section)).items():
            if isinstance(version, str):
                asked = version.removeprefix("workspace:").removeprefix("npm:").removeprefix(f"{name}@")
                yield from _exactly_or_between(name, version, asked)


def _package_lock(text: str) -> Iterator[Requirement]:
    """What is installed for the project and its workspaces, not what packages keep for themselves."""
    table = _json(text)
    for name, package in _table(table.get("dependencies")).items():
        yield from _installed(name, package)
    for path, package in _table(table.get("packages")).items():
        if path.count("node_modules/") == 1:
            yield from _installed(path.partition("node_modules/")[2], package)


def _package(text: str) -> Iterator[Requirement]:
    table = _json(text)
    yield from _installed(str(table.get("name")), table)


def _installed(name: str, package: object) -> Iterator[Requirement]:
    version = _table(package).get("version")
    if isinstance(version, str):
        yield from _exactly_or_between(name, version, version)


def _yarn_lock(text: str) -> Iterator[Requirement]:
    """`"name@^1.0", "name@^1.1":` and its version on the next line, with a colon since Yarn 2."""
    for name, version in re.findall(r'^"?(@?[^@"\s]+)@[^\n]*:\r?\n  version:? "?([^"\s]+)', text, re.MULTILINE):
        yield from _exactly_or_between(name, version, version)


def _pnpm_lock(text: str) -> Iterator[Requirement]:
    """What the projects themselves ask for, with its version behind the name or below it; packages follow after."""
    own = re.split(r"^packages:", text, maxsplit=1, flags=re.MULTILINE)[0]
    pinned = r"""^ +['"]?(@?[^'":\s]+)['"]?:(?: |\s+specifier:[^\n]*\s+version: )['"]?(\d+\.\d+\.\d+(?:-[a-z\d.]+)?)"""
    for name, version in re.findall(pinned, own, re.MULTILINE):
        yield from _exactly_or_between(name, version, version)


def _exactly_or_between(name: str, written: str, version: str) -> Iterator[Requirement]:
    """A version or a range as npm reads it; a tag, a path or an address names no versions."""
    ranges = tuple(_comparators(part) for part in version.split("||"))
    if all(ranges):
        yield Requirement(name, f"{name} {written}", ranges)


def _comparators(part: str) -> str:
    """npm's comparators in PEP 440, nothing where one of them is none; pre-releases do not change the major."""
    low, dash, high = " ".join(part.split()).partition(" - ")
    text = f">={low} <={high}" if dash else low
    pattern = re.compile(r"([<>]=?|=|\^|~|)v?(\d+(?:\.\d+){0,2})(?:\.[xX*])*(?:[-+][\w.+-]+)?")
    found = [pattern.fullmatch(each) for each in re.sub(r"([<>=^~]) ", r"\1", text).split()]
    return ",".join(_comparator(each[1], each[2]) for each in found if each) if all(found) else ""


def _comparator(sign: str, number: str) -> str:
    *front, last = number.split(".")
    if len(front) == 2 or sign in ("^", "~", "<", ">="):
        return ",".join(_specifiers(sign + number))
    if sign in ("", "="):
        return f"=={number}.*"
    above = ".".join([*front, str(int(last) + 1)])  # above 6 is from 7 on, and up to 6 is below 7
    return f">={above}" if sign == ">" else f"<{above}"


def _json(text: str) -> Mapping[str, object]:
    import json

    table: object = json.loads(text)
    return _table(table)


def _toml(text: str) -> Mapping[str, object]:
    import tomllib

    return tomllib.loads(text)


def _table(value: object) -> Mapping[str, object]:
    return cast("Mapping[str, object]", value) if isinstance(value, dict) else {}


def _items(value: object) -> list[object]:
    return cast("list[object]", value) if isinstance(value, list) else []


READERS: tuple[tuple[str, Reader], ...] = (
    ("poetry.lock", _lock),
    ("uv.lock", _lock),
    ("pdm.lock", _lock),
    ("Pipfile.lock", _pipfile_lock),
    ("requirements*.txt", _requirements_txt),
    ("requirements/*.txt", _requirements_txt),
    ("pyproject.toml", _pyproject),
    ("Pipfile", _pipfile),
    ("setup.cfg", _setup_cfg),
    ("node_modules/{distribution}/package.json", _package),
    ("package-lock.json", _package_lock),
    ("npm-shrinkwrap.json", _package_lock),
    ("yarn.lock", _yarn_lock),
    ("pnpm-lock.yaml", _pnpm_lock),
    ("package.json", _package_json),
)
"""Manifests by file name pattern, and how each is read."""
