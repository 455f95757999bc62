"""The other files of a program's project, as far as they can be seen."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from iacfix.errors import IacfixError, SourceError
from iacfix.files.build_output import build_output
from iacfix.files.discovery import PROJECT_FILES, discover
from iacfix.files.evidence import names, real, remembered, stands
from iacfix.files.small_files import read_small
from iacfix.files.source import from_bytes
from iacfix.languages import SUFFIXES, Language, language_name
from iacfix.model import Program, Provider
from iacfix.registry import ProviderPackage, rule_ids

MAIN = re.compile(r"^main:\s*[\"']?([^\s\"'#]+)", re.MULTILINE)
ROOM = 2_000_000
"""Bytes of the files of one project that stay read; their trees take up to a hundred times as much."""
MANIFESTS = ("package.json", "pyproject.toml", "requirements.txt", "setup.py", "Pipfile", "deno.json")
"""What says in a folder that a project begins there, where no Pulumi.yaml does."""


@dataclass
class _Kept:
    """The files of one project, read. What there is no room for is read each time: to make room for it would push out
    what the next program of the project asks for."""

    project: Path | None = None
    programs: dict[object, Program | None] = field(default_factory=dict[object, "Program | None"])
    room: int = ROOM

    def read(self, project: Path, key: object, size: int, read: Callable[[], Program | None]) -> Program | None:
        if self.project != project:
            self.project, self.programs, self.room = project, {}, ROOM
        if key in self.programs:
            return self.programs[key]
        program = read()
        if size <= self.room:
            self.room -= size
            self.programs[key] = program
        return program


_kept = _Kept()


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
        main = _main(_project(self.path.parent, self.root))
        return main == self.path or (main == self.path.parent and self.path.stem == "index")

    def may_import(self, word: str) -> bool:
        """One of the files holds the word, and the name of the program's file too."""
        stem = self.path.stem if self.path.stem not in ("__init__", "index") else self.path.parent.name
        named = [re.compile(rf"\b{re.escape(name)}\b".encode()) for name in (word, stem)]
        texts = [data for _, data in self._files()]
        handed_on = any(named[1].search(data) and b"import *" in data for data in texts)
        return any(named[0].search(data) and (handed_on or named[1].search(data)) for data in texts)

    def hold(self, word: str) -> bool:
        """One of the files holds the word."""
        return any(word.encode() in data for _, data in self._files())

    def programs(self, *words: str) -> Iterator[tuple[str, Program]]:
        """The files that hold one of the words, by their paths below the project's folder."""
        folder = _project(self.path.parent, self.root)
        wanted = [word.encode() for word in words]
        for path, data in self._files():
            if any(word in data for word in wanted):
                shown = path.relative_to(folder).as_posix()
                if (program := self._read(folder, path, data, shown)) is not None:
                    yield shown, program

    def _read(self, project: Path, path: Path, data: bytes, shown: str) -> Program | None:
        """Every program of a project asks for the same files."""

        def read() -> Program | None:
            try:
                return self.language.read(from_bytes(data, shown).text, self.package, self.provider)
            except SourceError:
                return None

        key = (path, data, self.provider, frozenset(self.package.packages.items()))
        return _kept.read(project, key, len(data), read)

    def _files(self) -> Iterator[tuple[Path, bytes]]:
        mine = language_name(self.path)
        folder = _project(self.path.parent, self.root)
        has_project = any(stands(folder / name) == "file" for name in (*PROJECT_FILES, *MANIFESTS))
        for path, data in _texts(folder, self.root, has_project):
            if path != self.path and language_name(path) == mine:
                yield path, data


def _project(folder: Path, root: Path) -> Path:
    """The nearest folder with a Pulumi.yaml up to the root of the repository, else with a manifest, else the folder."""
    above = [folder, *folder.parents]
    within = above[: above.index(root) + 1] if root in above else [folder]
    for kinds in (PROJECT_FILES, MANIFESTS):
        for place in within:
            if any(stands(place / name) == "file" for name in kinds):
                return place
    return folder


@remembered()
def _main(folder: Path) -> Path | None:
    """The file or the folder that the project's Pulumi.yaml has run; None where there is none."""
    for name in PROJECT_FILES:
        try:
            found = MAIN.search(read_small(folder / name).decode())
        except (OSError, UnicodeDecodeError):
            continue
        return Path(real(folder / found[1])) if found is not None else folder
    return None


@remembered()
def _texts(folder: Path, root: Path, deep: bool) -> tuple[tuple[Path, bytes], ...]:
    """The programs of a project as they stood when it was first asked."""
    if deep:
        paths = [found for found in discover([folder], root, rule_ids()) if not isinstance(found, IacfixError)]
    else:
        paths = sorted(
            folder / name for name in names(folder) if Path(name).suffix in SUFFIXES and stands(folder / name) == "file"
        )
    texts: list[tuple[Path, bytes]] = []
    for path in paths:
        try:
            data = read_small(path)
        except OSError:
            continue
        if build_output(path, data, ()) is None:
            texts.append((path, data))
    return tuple(texts)
