"""The other files of a program's project, as far as they can be seen."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from iacfix.errors import IacfixError, SourceError
from iacfix.files.build_output import build_output
from iacfix.files.discovery import PROJECT_FILES, discover, is_test
from iacfix.files.evidence import names, real, remembered, stands
from iacfix.files.imports import MANIFESTS, imported_of, makes, project_folder, python_module, typescript_module
from iacfix.files.small_files import read_once, read_small
from iacfix.files.source import from_bytes
from iacfix.languages import SUFFIXES, Language, NoNeighbours, language_name
from iacfix.model import Program, Provider, ReExport
from iacfix.registry import ProviderPackage, rule_ids

MAIN = re.compile(r"^main:\s*[\"']?([^\s\"'#]+)", re.MULTILINE)
WHOLE = {"python": (b"import *",), "typescript": (b"export *", b"default", b"exports", b"export =")}
"""Words of files that re-export all names of another file without listing them."""
ROOM = 2_000_000
"""Bytes of source of one project whose parsed files are kept; the trees take up to a hundred times as much."""


@dataclass
class _ReExportsOnly(NoNeighbours):
    """The neighbours of a neighbour: they answer questions about re-exports and no others."""

    around: ProjectFiles
    asked: dict[tuple[tuple[str, tuple[str, ...]], ...], None] = field(
        default_factory=dict[tuple[tuple[str, tuple[str, ...]], ...], None]
    )

    def re_export(self, ways: Iterable[tuple[str, tuple[str, ...]]]) -> ReExport | None:
        asked = tuple(ways)
        self.asked[asked] = None
        return self.around.re_export(asked)

    def ask_again(self) -> None:
        """Repeat the questions of the first reading: a later user of the parsed file depends on the same files."""
        for ways in self.asked:
            self.around.re_export(ways)


@dataclass
class _ReadFiles:
    """The parsed files of one project, up to ROOM bytes of source. Files above that are parsed each time: evicting
    others for them would drop what the next program of the project asks for."""

    project: Path | None = None
    programs: dict[object, tuple[Program | None, _ReExportsOnly]] = field(
        default_factory=dict[object, "tuple[Program | None, _ReExportsOnly]"]
    )
    room: int = ROOM

    def read(
        self, project: Path, key: object, size: int, read: Callable[[], Program | None], beyond: _ReExportsOnly
    ) -> tuple[Program | None, _ReExportsOnly]:
        if self.project != project:
            self.project, self.programs, self.room = project, {}, ROOM
        if key in self.programs:
            return self.programs[key]
        found = (read(), beyond)
        if size <= self.room:
            self.room -= size
            self.programs[key] = found
        return found


_read_files = _ReadFiles()


@dataclass(frozen=True)
class ProjectFiles:
    """The files of the program's language below the nearest Pulumi.yaml, else below the nearest manifest of packages,
    else in the program's own folder."""

    path: Path
    root: Path
    language: Language
    package: ProviderPackage
    provider: Provider

    @property
    def is_entry(self) -> bool:
        """It is the project's `main`, or has the name that Pulumi looks for in that folder."""
        if self.path.name == "__main__.py":
            return True
        main = _main(project_folder(self.path.parent, self.root))
        return main == self.path or (main == self.path.parent and self.path.stem == "index")

    @property
    def is_imported(self) -> bool:
        """One of the files imports it, or what imports it."""
        return any(self.path in imported_of(path, self.root) for path, _ in self._files())

    def may_import(self, word: str) -> bool:
        """One of the files contains the word and the name of the program's file."""
        stem = self.path.stem if self.path.stem not in ("__init__", "index") else self.path.parent.name
        named = [re.compile(rf"\b{re.escape(name)}\b".encode()) for name in (word, stem)]
        texts = [data for _, data in self._files()]
        is_star = any(named[1].search(data) and b"import *" in data for data in texts)
        return any(named[0].search(data) and (is_star or named[1].search(data)) for data in texts)

    def hold(self, word: str) -> bool:
        """One of the files contains the word."""
        return any(word.encode() in data for _, data in self._files())

    def programs(self, *words: str) -> Iterator[tuple[str, Program]]:
        """The files that contain one of the words, as path below the project's folder and program."""
        return self._holding(words, self._files())

    def imported(self, *words: str) -> Iterator[tuple[str, Program]]:
        reached = imported_of(self.path, self.root)
        return self._holding(words, ((path, data) for path, data in self._files() if path in reached))

    def _holding(self, words: Iterable[str], files: Iterable[tuple[Path, bytes]]) -> Iterator[tuple[str, Program]]:
        folder = project_folder(self.path.parent, self.root)
        wanted = [word.encode() for word in words]
        for path, data in files:
            if any(word in data for word in wanted):
                shown = path.relative_to(folder).as_posix()
                program, beyond = self._read(folder, path, data, shown)
                beyond.ask_again()
                if program is not None:
                    yield shown, program

    def re_export(self, ways: Iterable[tuple[str, tuple[str, ...]]]) -> ReExport | None:
        for module, path in ways:
            if (place := self._module(module)) is not None and place != self.path:
                asked = _Import(place, path, self.provider, self.package.packages[self._kind], self)
                return _re_export(asked) if self._may_re_export(place, path) else None
        return None

    def possible_re_exports(self, ways: Iterable[tuple[str, tuple[str, ...]]]) -> tuple[ReExport, ...]:
        asked = self._asked(ways)
        return _possible_re_exports(asked) if asked is not None else ()

    def keep_output(self, ways: Iterable[tuple[str, tuple[str, ...]]]) -> bool:
        asked = self._asked(ways)
        return asked is not None and _keeps_output(asked)

    def _asked(self, ways: Iterable[tuple[str, tuple[str, ...]]]) -> _Import | None:
        """What is imported of the first of these modules that is a file of the project; None where the file cannot
        have made it of the provider."""
        for module, path in ways:
            if (place := self._module(module)) is not None and place != self.path:
                spelled = self.package.packages[self._kind]
                data = read_once(place)
                if data is None or spelled.encode() not in data or (path and path[0].encode() not in data):
                    return None
                return _Import(place, path, self.provider, spelled, self)
        return None

    def _may_re_export(self, place: Path, path: tuple[str, ...]) -> bool:
        """Judged by its bytes, the file contains the name or a star export, and does not define the name itself."""
        data, name = read_once(place), path[0] if path else "default"
        if data is None or not any(word in data for word in (name.encode(), *WHOLE[self._kind])):
            return False
        return not makes(data, name)

    def _module(self, name: str) -> Path | None:
        """The file of the repository that a module name of the program refers to; None where it is outside."""
        if self._kind == "python":
            found = python_module(name, self.path.parent, project_folder(self.path.parent, self.root))
        else:
            found = typescript_module(name, self.path.parent, self.root)
        return found if found is not None and found.is_relative_to(self.root) else None

    def re_export_of(self, place: Path, path: tuple[str, ...]) -> ReExport | None:
        """The re-export of a file at a path of names in it."""
        program, shown = self._program_at(place)
        name = self.language.re_export(program, path) if program is not None else None
        return ReExport(name, shown) if name is not None else None

    def possible_re_exports_of(self, place: Path, path: tuple[str, ...]) -> tuple[ReExport, ...]:
        """The possible re-exports of a file at a path of names in it."""
        program, shown = self._program_at(place)
        names = self.language.possible_re_exports(program, path) if program is not None else ()
        return tuple(ReExport(name, shown) for name in names)

    def keeps_output_at(self, place: Path, path: tuple[str, ...]) -> bool:
        program, _ = self._program_at(place)
        return program is not None and self.language.keeps_output(program, path)

    def _program_at(self, place: Path) -> tuple[Program | None, str]:
        """Another file as a program, None where it cannot be read, and its path as messages show it."""
        project = project_folder(self.path.parent, self.root)
        shown = Path(os.path.relpath(place, project)).as_posix()
        data = read_once(place)
        return (self._read(project, place, data, shown)[0] if data is not None else None), shown

    @property
    def _kind(self) -> str:
        return language_name(self.path) or ""

    def _read(self, project: Path, path: Path, data: bytes, shown: str) -> tuple[Program | None, _ReExportsOnly]:
        """A file parsed once for all programs of the project, with the neighbours it was read with."""
        beyond = _ReExportsOnly(replace(self, path=path))

        def read() -> Program | None:
            try:
                return self.language.read(from_bytes(data, shown).text, self.package, self.provider, beyond)
            except SourceError:
                return None

        key = (path, data, self.provider, frozenset(self.package.packages.items()))
        return _read_files.read(project, key, len(data), read, beyond)

    def _files(self) -> Iterator[tuple[Path, bytes]]:
        return ((path, data) for path, data in _project_of(self.path, self.root) if path != self.path)


def serves(path: Path, root: Path, word: bytes) -> bool:
    """A file of the Pulumi project that contains the word, no test, imports this one, by way of others too."""
    folder = project_folder(path.parent, root)
    if not any(stands(folder / name) == "file" for name in PROJECT_FILES):
        return False
    return path in _served(folder, root, language_name(path) or "", word)


@remembered()
def _served(folder: Path, root: Path, kind: str, word: bytes) -> frozenset[Path]:
    texts = _texts_of(folder, root, _is_project(folder), kind)
    programs = (path for path, data in texts if word in data and not is_test(path.relative_to(folder), data))
    return frozenset(place for path in programs for place in imported_of(path, root))


def _project_of(path: Path, root: Path) -> tuple[tuple[Path, bytes], ...]:
    """The files around one, itself among them."""
    folder = project_folder(path.parent, root)
    return _texts_of(folder, root, _is_project(folder), language_name(path) or "")


def _is_project(folder: Path) -> bool:
    return any(stands(folder / name) == "file" for name in (*PROJECT_FILES, *MANIFESTS))


@dataclass(frozen=True)
class _Import:
    """What a program imports from a file; equal imports of different programs are the same question."""

    place: Path
    path: tuple[str, ...]
    provider: Provider
    spelled: str
    by: ProjectFiles = field(compare=False)


_under_way = set[_Import]()


@remembered()
def _re_export(asked: _Import) -> ReExport | None:
    if asked in _under_way:  # files that import each other
        return None
    _under_way.add(asked)
    try:
        return asked.by.re_export_of(asked.place, asked.path)
    finally:
        _under_way.discard(asked)


@remembered()
def _possible_re_exports(asked: _Import) -> tuple[ReExport, ...]:
    return asked.by.possible_re_exports_of(asked.place, asked.path)


@remembered()
def _keeps_output(asked: _Import) -> bool:
    return asked.by.keeps_output_at(asked.place, asked.path)


@remembered()
def _main(folder: Path) -> Path | None:
    """The `main` of the project's Pulumi.yaml, a file or a folder; None without Pulumi.yaml."""
    for name in PROJECT_FILES:
        try:
            found = MAIN.search(read_small(folder / name).decode())
        except (OSError, UnicodeDecodeError):
            continue
        return Path(real(folder / found[1])) if found is not None else folder
    return None


@remembered()
def _texts_of(folder: Path, root: Path, deep: bool, kind: str) -> tuple[tuple[Path, bytes], ...]:
    """The files of one language, as path and bytes."""
    return tuple((path, data) for path, data in _texts(folder, root, deep) if language_name(path) == kind)


@remembered()
def _texts(folder: Path, root: Path, deep: bool) -> tuple[tuple[Path, bytes], ...]:
    """The files of a project that iacfix can read, as they were when first asked for."""
    if deep:
        paths = [found for found in discover([folder], root, rule_ids()) if not isinstance(found, IacfixError)]
    else:
        paths = sorted(
            folder / name for name in names(folder) if Path(name).suffix in SUFFIXES and stands(folder / name) == "file"
        )
    texts: list[tuple[Path, bytes]] = []
    for path in paths:
        data = read_once(path)
        if data is not None and build_output(path, data, ()) is None:
            texts.append((path, data))
    return tuple(texts)
