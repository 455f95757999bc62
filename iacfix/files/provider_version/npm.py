"""Pins of JavaScript and TypeScript projects: npm, Yarn, pnpm, Bun and Deno.

A name that a program imports is the distribution's own or an alias of it (`"aws6": "npm:@pulumi/aws@6"`). What the
nearest manifest asks for under that name decides which entry of a lock farther up is this program's.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from iacfix.files.evidence import remembered
from iacfix.files.provider_version import ranges
from iacfix.files.provider_version.formats import Table, json_of, jsonc_of, strings, table, text_of, yaml_of
from iacfix.files.provider_version.pins import Kind, Pin, Said, Written, pin
from iacfix.files.provider_version.ranges import Style
from iacfix.files.provider_version.side import Side, up

SECTIONS = ("dependencies", "devDependencies", "optionalDependencies")
KEPT, KEPT_LOCKS = 32, 2
"""Manifests and locks that stay parsed; a lock may take a hundred megabytes."""
_LOCAL = re.compile(r"(?:file|link|portal|workspace|path):(?=[./~])")
_ARCHIVE = re.compile(r"-v?(\d+\.\d+\.\d+[\w.+-]*?)\.t(?:ar\.)?gz$")


@dataclass(frozen=True)
class Entry:
    """An entry of a manifest, by its keys."""

    path: Path
    keys: tuple[str, ...]

    def of(self, manifest: Table) -> object:
        """The value of the entry."""
        found: object = manifest
        for key in self.keys:
            found = table(found).get(key)
        return found


@dataclass(frozen=True)
class Home:
    """The nearest manifest that asks for the name: its folder, what it asks for, and what the package is called."""

    folder: Path
    asked: str
    package: str


@dataclass(frozen=True)
class Imported:
    """A program's folder, the name under which it imports the distribution, and who asks for that."""

    program: Path
    name: str
    home: Home | None = None

    def paths(self, place: Path) -> Iterator[str]:
        """The folders from the program up to the place, relative to it as locks write them: `apps/a`, `apps`, ``."""
        if not self.program.is_relative_to(place):
            return
        path = self.program.relative_to(place).as_posix().removeprefix(".")
        while path:
            yield path
            path = path.rpartition("/")[0]
        yield ""


def said_up(program: Path, root: Path, distribution: str, name: str) -> Iterator[tuple[Path, Said]]:
    """The pins of each folder from the program's up to the root, the nearest first."""
    imported = Imported(program, name)
    is_installed = False
    for folder in up(program, root):
        side = Side(folder, root, distribution)
        imported = replace(imported, home=imported.home or _home(side, name))
        pins: list[Pin] = []
        unread: list[str] = []
        for file, read in READERS:
            if is_installed and read is _node_modules:
                continue  # the nearest one is what the program gets
            try:
                found = list(read(side, imported))
            except ValueError as error:
                unread.append(f"{file} {error}")
                continue
            is_installed = is_installed or (read is _node_modules and bool(found))
            pins += found
        yield folder, Said(tuple(pins), tuple(unread))


def aliases(program: Path, root: Path, distribution: str) -> Mapping[str, str]:
    """Further names under which the distribution can be imported, with what the nearest manifest asks for."""
    found: dict[str, str] = {}
    for folder in up(program, root):
        for file in ("package.json", "deno.json", "deno.jsonc", "import_map.json"):
            try:
                asked = _all_asked(folder / file)
            except ValueError:
                continue
            for name, version in asked.items():
                if _aliased(version)[0] == distribution and name != distribution:
                    found.setdefault(name, version)
    return found


# what a manifest asks for


@remembered(KEPT)
def _manifest(path: Path) -> Table:
    """A manifest as a table, empty where there is none."""
    text = text_of(path)
    return {} if text is None else jsonc_of(text) if path.suffix == ".jsonc" else json_of(text)


def _all_asked(path: Path) -> Mapping[str, str]:
    """Every name of a manifest with the version it asks for, dependencies of the package itself first."""
    manifest = _manifest(path)
    tables = [manifest.get(section) for section in (*SECTIONS, "peerDependencies", "imports")]
    asked: dict[str, str] = {}
    for each in tables:
        for name, version in table(each).items():
            if isinstance(version, str):
                asked.setdefault(name, version)
    return asked


def _home(side: Side, name: str) -> Home | None:
    for file in ("package.json", "deno.json", "deno.jsonc"):
        path = side.folder / file
        try:
            asked = _all_asked(path).get(name)
        except ValueError:
            continue
        if asked is not None:
            return Home(side.folder, asked, str(_manifest(path).get("name", "")))
    return None


def _package_json(side: Side, imported: Imported) -> Iterator[Pin]:
    path = side.folder / "package.json"
    manifest = _manifest(path)
    if imported.home is None or imported.home.folder == side.folder:  # a farther package asks for itself
        for section in SECTIONS:
            yield from _pins_of(side, Entry(path, (section, imported.name)), imported.name, manifest, Kind.ASKED)
        peers = Entry(path, ("peerDependencies", imported.name))
        yield from _pins_of(side, peers, imported.name, manifest, Kind.PROMISED)
    for keys in (("overrides",), ("resolutions",), ("pnpm", "overrides")):
        yield from _overrides(side, Entry(path, keys), imported.name, manifest)


def _overrides(side: Side, at: Entry, name: str, manifest: Table) -> Iterator[Pin]:
    """Overrides that apply to this program, not those of another package's dependencies."""
    for key, value in table(at.of(manifest)).items():
        own = key.removeprefix("**/")
        if own == name or (own.startswith(f"{name}@") and not re.search(">[@A-Za-z]", own)):
            keys = (*at.keys, key) if isinstance(value, str) else (*at.keys, key, ".")
            yield from _pins_of(side, Entry(at.path, keys), name, manifest, Kind.OVERRIDE)


def _pins_of(side: Side, at: Entry, name: str, manifest: Table, kind: Kind, depth: int = 0) -> Iterator[Pin]:
    """A range, an alias, a catalog's entry, an archive, a tag of git, or a folder with a manifest of its own."""
    version, path = at.of(manifest), at.path
    if not isinstance(version, str) or depth > 3:
        return
    file = side.shown(path)
    if version.startswith("catalog:"):
        for entry, whole in _catalog(side, name, version[8:].strip() or "default"):
            yield from _pins_of(side, entry, name, whole, kind, depth + 1)
        return
    if _LOCAL.match(version) and not version.endswith((".tgz", ".tar.gz")):
        yield from _local(side, path.parent / version.partition(":")[2], name)
        return
    if version.startswith("patch:"):
        yield from _patched(side, file, name, version, kind)
        return
    target, asked = _aliased(version)
    if target not in ("", side.wanted):
        return  # another package under this name
    shown = f" {version}" if len(asked) < 60 and "://" not in version else " at an address"
    archive = _ARCHIVE.search(version.partition("#")[0][-100:])
    place, hash_, tag = version.partition("#")
    if archive:
        written = Written(path, archive[1], Style.ADDRESS, version, at.keys)
        yield from pin(file, name, f" {archive[1]}", ranges.exactly(archive[1]), kind, written)
    elif hash_ and ("/" in place or ":" in place):
        written = Written(path, tag, Style.ADDRESS, version, at.keys)
        yield from pin(file, name, f" {tag}", ranges.npm(tag.removeprefix("semver:")), kind, written)
    else:
        yield from pin(file, name, shown, ranges.npm(asked), kind, Written(path, asked, Style.NPM, version, at.keys))


def _patched(side: Side, file: str, name: str, version: str, kind: Kind) -> Iterator[Pin]:
    """Yarn's `patch:@scope/name@npm%3A6.83.0#~/.yarn/patches/name.patch`."""
    package = version[len("patch:") :].partition("#")[0].replace("%3A", ":")
    target, asked = _aliased(package.removeprefix(f"{side.wanted}@"))
    if package.startswith(f"{side.wanted}@") and target in ("", side.wanted):
        yield from pin(file, name, f" {asked}", ranges.npm(asked), kind)


def _aliased(version: str) -> tuple[str, str]:
    """`npm:@scope/name@^6` as a name and a version; the name is empty where the version stands alone."""
    if version.startswith("workspace:"):
        return "", version[10:]
    if not version.startswith("npm:"):
        return "", version
    found = re.fullmatch(r"/?(@?[^@/\s]+(?:/[^@/\s]+)?)(?:@([^/]*))?(?:/.*)?", version[4:])
    if found is None or re.match(r"[\d^~<>=*]", version[4:]):
        return "", version[4:]
    return found[1], found[2] or ""


def _local(side: Side, folder: Path, name: str) -> Iterator[Pin]:
    """The version of a package that is taken from a folder."""
    path = Path(os.path.normpath(folder)) / "package.json"
    if side.may_read(path):
        version = str(_manifest(path).get("version"))
        yield from pin(side.shown(path), name, f" {version}", ranges.exactly(version))


def _catalog(side: Side, name: str, catalog: str) -> Iterator[tuple[Entry, Table]]:
    """What a catalog of the workspace has under the name; the nearest file that has it decides."""
    for folder in up(side.folder, side.root):
        for file in ("pnpm-workspace.yaml", ".yarnrc.yml", "package.json"):
            whole = _yaml(folder / file) if not file.endswith(".json") else _manifest(folder / file)
            for within in ((), ("workspaces",)):
                for keys in (("catalogs", catalog), ("catalog",))[: 2 if catalog == "default" else 1]:
                    entry = Entry(folder / file, (*within, *keys, name))
                    if entry.of(whole) is not None:
                        yield entry, whole
                        return


@remembered(KEPT)
def _yaml(path: Path) -> Table:
    text = text_of(path)
    return {} if text is None else yaml_of(text)


def _pnpm_workspace(side: Side, imported: Imported) -> Iterator[Pin]:
    path = side.folder / "pnpm-workspace.yaml"
    yield from _overrides(side, Entry(path, ("overrides",)), imported.name, _yaml(path))


def _deno(side: Side, imported: Imported) -> Iterator[Pin]:
    files = ("deno.json", "deno.jsonc", "import_map.json")
    maps = [_manifest(side.folder / file).get("importMap") for file in files[:2]]
    named = (os.path.normpath(side.folder / each) for each in maps if isinstance(each, str) and "://" not in each)
    for path in dict.fromkeys([*(side.folder / file for file in files), *map(Path, named)]):
        if not side.may_read(path):
            continue
        for name in (imported.name, f"{imported.name}/"):
            yield from _pins_of(side, Entry(path, ("imports", name)), imported.name, _manifest(path), Kind.ASKED)


def written_in(text: str, distribution: str, program: Path | None = None) -> tuple[Pin, ...]:
    """Deno's `import ... from "npm:@scope/name@^6"`, or from `https://esm.sh/`, which stands in the program."""
    address = r"""(?:npm:/?|https://[^"'/\n]{1,100}/(?:npm/)?)"""
    found = re.findall(rf"""["']{address}{re.escape(distribution)}@([^"'/?\n]{{1,100}})["'/?]""", text)
    file = "the program itself"
    return tuple(
        each
        for version in dict.fromkeys(found)
        for place in [Written(program, version, Style.ADDRESS) if program else None]
        for each in pin(file, distribution, f" {version}", ranges.npm(version), place=place)
    )


# what is installed and locked


def _node_modules(side: Side, imported: Imported) -> Iterator[Pin]:
    path = side.folder / "node_modules" / imported.name / "package.json"
    package = _manifest(path)
    if package.get("name", side.wanted) == side.wanted:
        yield from _resolved(side, path, imported.name, package.get("version"))


@remembered(KEPT_LOCKS)
def _lock(path: Path, distribution: str) -> Table:
    """A lock as a table, empty where it does not name the distribution."""
    text = text_of(path)
    if text is None or distribution not in text:
        return {}
    return jsonc_of(text) if path.name == "bun.lock" else json_of(text)


def _resolved(side: Side, path: Path, name: str, version: object) -> Iterator[Pin]:
    if isinstance(version, str):
        yield from pin(side.shown(path), name, f" {version}", ranges.exactly(version), Kind.RESOLVED)


def _package_lock(side: Side, imported: Imported) -> Iterator[Pin]:
    for file in ("npm-shrinkwrap.json", "package-lock.json"):
        path = side.folder / file
        lock = _lock(path, side.wanted)
        packages = table(lock.get("packages"))
        for folder in imported.paths(side.folder):
            entry = table(packages.get(f"{folder}/node_modules/{imported.name}".removeprefix("/")))
            if entry.get("link"):
                entry = table(packages.get(str(entry.get("resolved"))))
            if "version" in entry and entry.get("name", imported.name) in (side.wanted, imported.name):
                yield from _resolved(side, path, imported.name, entry["version"])
                break
        else:
            version = str(table(table(lock.get("dependencies")).get(imported.name)).get("version", ""))
            target, bare = _aliased(version)
            if target in ("", side.wanted):
                yield from _resolved(side, path, imported.name, bare)


def _yarn_lock(side: Side, imported: Imported) -> Iterator[Pin]:
    """The entry of the range that the program's manifest asks for, else every version of the name."""
    path = side.folder / "yarn.lock"
    entries = _yarn_entries(path, imported.name)
    if not entries:
        return
    wanted = _replaced(side, imported.name) or (imported.home.asked if imported.home else "")
    if wanted.startswith("catalog:"):
        found = _catalog(side, imported.name, wanted[8:].strip() or "default")
        wanted = str(next((entry.of(whole) for entry, whole in found), ""))
    descriptors = (f"{imported.name}@{wanted}", f"{imported.name}@npm:{wanted}")
    chosen = [entries[each] for each in descriptors if each in entries] or list(entries.values())
    for version in dict.fromkeys(chosen):
        yield from _resolved(side, path, imported.name, version)


def _replaced(side: Side, name: str) -> str | None:
    resolutions = table(_manifest(side.folder / "package.json").get("resolutions"))
    return next(strings(resolutions.get(name) or resolutions.get(f"**/{name}")), None)


@remembered()
def _yarn_entries(path: Path, name: str) -> Mapping[str, str]:
    """Versions by descriptor: `"name@^1.0", "name@^1.1":` and a line `version "1.2.3"`, with a colon since Yarn 2."""
    found: dict[str, str] = {}
    descriptors: list[str] = []
    for line in (text_of(path) or "").splitlines():
        if line[:1] not in ("", " ", "#"):
            mine = line.rstrip(": ").replace('"', "").split(", ") if f"{name}@" in line else []
            descriptors = [each for each in mine if each.startswith(f"{name}@")]
        elif descriptors and line.startswith(("  version ", "  version: ")):
            version = line[10:].strip('" :')
            found.update(dict.fromkeys(descriptors, version))
    return found


def _pnpm_lock(side: Side, imported: Imported) -> Iterator[Pin]:
    """The importer whose path is the program's; without importers the lock is of one project."""
    path = side.folder / "pnpm-lock.yaml"
    lock = _pnpm_head(path)
    importers = table(lock.get("importers")) or ({".": lock} if lock else {})
    for folder in imported.paths(side.folder):
        importer = table(importers.get(folder or "."))
        for section in SECTIONS:
            entry = table(importer.get(section)).get(imported.name)
            version = entry if isinstance(entry, str) else table(entry).get("version")
            if isinstance(version, str):
                if version.startswith("link:"):
                    yield from _local(side, side.folder / folder / version[5:], imported.name)
                    return
                found = re.match(r"(?:/?(@?[A-Za-z][^@/]*(?:/[^@/]+)?)[@/])?(\d+\.\d+\.\d+[^(_/]*)", version)
                if found and (found[1] or side.wanted) == side.wanted:
                    yield from _resolved(side, path, imported.name, found[2])
                return


@remembered()
def _pnpm_head(path: Path) -> Table:
    """A lock without its packages: these are most of it, and nothing of them is asked for."""
    text = text_of(path)
    if text is None:
        return {}
    kept: list[str] = []
    is_kept = True
    for line in text.splitlines():
        if line[:1] not in ("", " ", "#"):
            is_kept = not line.startswith(("packages:", "snapshots:", "time:"))
        if is_kept:
            kept.append(line)
    return yaml_of("\n".join(kept))


def _bun_lock(side: Side, imported: Imported) -> Iterator[Pin]:
    """Packages by name; one that a workspace has for itself is below the workspace's name."""
    path = side.folder / "bun.lock"
    packages = table(_lock(path, side.wanted).get("packages"))
    keys = [f"{imported.home.package}/{imported.name}"] if imported.home else []
    for key in (*keys, imported.name):
        locked = next(strings(packages.get(key)), "")
        name, at, version = locked.rpartition("@")
        if at and name == side.wanted:
            yield from _resolved(side, path, imported.name, version)
            return


def _deno_lock(side: Side, imported: Imported) -> Iterator[Pin]:
    path = side.folder / "deno.lock"
    lock = _lock(path, side.wanted)
    specifiers = table(lock.get("specifiers")) or table(table(lock.get("packages")).get("specifiers"))
    wanted = f"npm:{side.wanted}@{_aliased(imported.home.asked)[1]}" if imported.home else ""
    mine = {key: value for key, value in specifiers.items() if key.startswith(f"npm:{side.wanted}@")}
    for value in dict.fromkeys([mine[wanted]] if wanted in mine else mine.values()):
        if isinstance(value, str):
            version = value.removeprefix(f"npm:{side.wanted}@").partition("_")[0]
            yield from _resolved(side, path, imported.name, version)


READERS = (
    ("node_modules", _node_modules),
    ("package-lock.json", _package_lock),
    ("yarn.lock", _yarn_lock),
    ("pnpm-lock.yaml", _pnpm_lock),
    ("bun.lock", _bun_lock),
    ("deno.lock", _deno_lock),
    ("package.json", _package_json),
    ("pnpm-workspace.yaml", _pnpm_workspace),
    ("deno.json", _deno),
)
"""What is looked for in each folder; of equal pins the first is named."""
