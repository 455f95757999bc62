"""Finds the files of a run by walking folders and searching bytes, before anything is parsed."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, NamedTuple

from iacfix.errors import IacfixError, SourceError, UsageError
from iacfix.files.evidence import note_entries, note_refused, real, stands
from iacfix.files.settings import NOTHING_GIVEN, SettingsOverrides, settings_in
from iacfix.files.small_files import read_small
from iacfix.files.suffixes import PROJECT_FILES, SUFFIXES, ending_of

if TYPE_CHECKING:
    from iacfix.files.gitignore import Patterns

NEVER_VISITED = frozenset(
    {
        ".git",
        ".hg",
        ".svn",
        "node_modules",
        "site-packages",
        "__pycache__",
        "__pypackages__",
        ".venv",
        "venv",
        ".tox",
        ".nox",
        ".eggs",
        ".terraform",
    }
    | {".mypy_cache", ".ruff_cache", ".pytest_cache", ".pytype", ".hypothesis", ".ipynb_checkpoints"}
)
_ENDINGS = f"{', '.join(list(SUFFIXES)[:-1])} or {list(SUFFIXES)[-1]}"
VISITED_BY_NAME = frozenset({"build", "dist", "vendor"})
"""Usually build output and copies: visited where the command line names them or they contain a Pulumi project."""
KINDS = {
    "python": "Python",
    "typescript": "JavaScript/TypeScript",
    "terraform": "Terraform",
    ".tofu": "Terraform",
    ".go": "Go",
    ".cs": "C#",
    ".fs": "F#",
    ".java": "Java",
    ".kt": "Kotlin",
    ".yaml": "YAML",
    ".yml": "YAML",
}
"""The names of languages of infrastructure code, by language or file ending."""


_PULUMI = re.compile(rb"""^[ \t]*(?:import|from)[ \t]+pulumi\b|["']@pulumi/pulumi["']""", re.MULTILINE)
_TEST = re.compile(r"^(?:test_.*|.*_test|conftest)\.py$|\.(?:test|spec)\.[cm]?[jt]sx?$")
_TESTS = frozenset({"test", "tests", "__tests__", "__mocks__"})


def find_root(start: Path) -> Path:
    """The root of the repository that contains a path, links resolved; the path's folder where there is none."""
    folder = Path(os.path.realpath(start))
    if not folder.is_dir():
        folder = folder.parent
    # In a worktree and in a submodule .git is a file.
    return next((place for place in (folder, *folder.parents) if (place / ".git").exists()), folder)


def candidate(data: bytes, packages: Sequence[bytes], triggers: Sequence[bytes]) -> bool:
    """Whether a file has to be parsed: it names a provider or imports Pulumi, and contains a trigger of a rule."""
    uses_pulumi = any(map(data.__contains__, packages)) or imports_pulumi(data)
    return uses_pulumi and any(map(data.__contains__, triggers))


def imports_pulumi(data: bytes) -> bool:
    """The file imports Pulumi, whether it names the provider or not."""
    return b"pulumi" in data and _PULUMI.search(data) is not None


def is_test(path: PurePath, data: bytes) -> bool:
    """The file has a test's name, is in a folder of tests, or mocks Pulumi's engine."""
    is_mocked = b"set_mocks" in data or b"setMocks" in data
    return is_mocked or _TEST.search(path.name) is not None or any(part in _TESTS for part in path.parts[:-1])


class Survey(NamedTuple):
    """The result of a walk: `errors` for what cannot be visited, and the `paths` of the source files in order, each
    once, absolute and with links resolved; they are strings because there may be very many. `kinds` counts all files by
    language, with an empty name for others. `unvisited` are folders that are only visited where the command line names
    them."""

    errors: tuple[IacfixError, ...]
    paths: tuple[str, ...]
    kinds: Mapping[str, int]
    unvisited: tuple[Path, ...]
    root: str

    def files(self) -> Iterator[tuple[str, str]]:
        """The path of each file, and its name."""
        return ((path, self.name(path)) for path in self.paths)

    def name(self, path: str) -> str:
        """The path relative to the root of the run, with forward slashes, as reports show it."""
        inside = path[len(self.root) + 1 :] if path.startswith(f"{self.root}{os.sep}") else None
        return (inside or os.path.relpath(path, self.root)).replace(os.sep, "/")


def survey(
    paths: Iterable[Path], root: Path, known_rules: Iterable[str], given: SettingsOverrides = NOTHING_GIVEN
) -> Survey:
    """Walk the folders. A path of the command line is visited even where it is ignored or excluded."""
    search = _Search(os.path.abspath(root), os.path.realpath(root), frozenset(known_rules), given)
    for path in paths:
        search.start(path)
    return Survey(
        errors=tuple(sorted(search.errors.values(), key=str)),
        paths=tuple(sorted(search.files, key=lambda path: path.replace(os.sep, "\0"))),  # as Path compares them
        kinds=search.kinds(),
        unvisited=tuple(sorted(map(Path, search.unvisited - search.folders))),
        root=search.given_root,
    )


def discover(paths: Iterable[Path], root: Path, known_rules: Iterable[str]) -> Iterator[Path | IacfixError]:
    """The errors of a survey, then its files."""
    found = survey(paths, root, known_rules)
    yield from found.errors
    yield from map(Path, found.paths)


def is_visited(path: Path, root: Path, known_rules: Iterable[str], given: SettingsOverrides = NOTHING_GIVEN) -> bool:
    """Whether a survey of the root finds the file. Raises SettingsError."""
    search = _Search(os.path.abspath(root), os.path.realpath(root), frozenset(known_rules), given)
    visited = search.reachable(real(path), False, search.root)
    for error in search.errors.values():
        raise error
    return visited


@dataclass
class _Search:
    """The state of one walk. Paths are strings, because there may be very many."""

    given_root: str
    root: str
    known_rules: frozenset[str]
    given: SettingsOverrides = NOTHING_GIVEN
    files: set[str] = field(default_factory=set[str])
    errors: dict[str, IacfixError] = field(default_factory=dict[str, IacfixError])
    folders: set[str] = field(default_factory=set[str])
    named: set[str] = field(default_factory=set[str])
    unvisited: set[str] = field(default_factory=set[str])
    endings: Counter[str] = field(default_factory=Counter[str])
    git_rules: dict[str, tuple[Patterns, ...]] = field(default_factory=dict[str, "tuple[Patterns, ...]"])

    def start(self, path: Path) -> None:
        """Visit a path of the command line."""
        given, found = os.path.abspath(path), real(path)
        if not (kind := stands(found)):
            self.fail(UsageError("does not exist", path=path))
        elif not _within(found, self.root) and (_within(given, self.root) or _within(given, self.given_root)):
            self.fail(SourceError(f"is a link out of the project; name its target instead: {found}", path=path))
        elif kind == "folder":
            self.named.add(found)
            self.walk(found, self.root if _within(found, self.root) else str(find_root(Path(found))))
        elif not _is_program(found):
            self.fail(UsageError(f"is not a program; name a folder or a file that ends in {_ENDINGS}", path=path))
        elif self.excluded(os.path.dirname(found)) is not None:
            self.files.add(found)

    def walk(self, start: str, top: str) -> None:
        """Visit a folder and all below it; `top` is the repository whose .gitignore files count."""
        waiting = [start]
        while waiting:
            folder = waiting.pop()
            if folder in self.folders:
                continue
            try:
                with os.scandir(folder) as listing:
                    entries = list(listing)
            except OSError as error:
                note_refused("entries", folder, error)
                shown = os.path.relpath(folder, self.root)
                self.fail(SourceError(f"cannot be listed ({error.strerror}); exclude it", path=shown))
                continue
            note_entries(folder, entries)
            if folder == start or all(entry.name != "pyvenv.cfg" for entry in entries):
                self.folders.add(folder)
                waiting += self.visit(folder, entries, top)

    def visit(self, folder: str, entries: Sequence[os.DirEntry[str]], top: str) -> Iterator[str]:
        """Collect the files of a folder and yield the folders to visit next."""
        excluded = self.excluded(folder)
        left_out = (*(excluded or ()), *self.ignored(folder, top))
        for entry in entries:
            path, is_link = entry.path, entry.is_symlink()
            # DirEntry.is_dir raises for a link that leads to itself.
            is_folder = stands(path) == "folder" if is_link else entry.is_dir()
            ending = "" if is_folder else ending_of(entry.name)
            if not is_folder:
                self.endings[ending] += 1
            if not (is_folder or ending in SUFFIXES) or _left_out(path, is_folder, left_out):
                continue
            if is_folder and _is_for_names(path):
                self.unvisited.add(os.path.realpath(path))
                continue
            if is_link:
                path = real(path)
                if not self.reachable(path, is_folder, top):
                    continue
            if is_folder:
                yield path
            elif excluded is not None and (
                stands(path) == "file" and _is_program(path) if is_link else entry.is_file()
            ):
                self.files.add(path)

    def reachable(self, path: str, is_folder: bool, top: str) -> bool:
        """Whether a link's target would be visited without the link."""
        if not _within(path, top):
            return False
        while path != top:
            folder = os.path.dirname(path)
            left_out = (*(self.excluded(folder) or ()), *self.ignored(folder, top))
            if _left_out(path, is_folder, left_out) or stands(os.path.join(path, "pyvenv.cfg")):
                return False
            if is_folder and path not in self.named and _is_for_names(path):
                return False
            path, is_folder = folder, True
        return True

    def excluded(self, folder: str) -> tuple[Patterns, ...] | None:
        """The exclusions of the settings for a folder; None where the settings are invalid."""
        try:
            settings = settings_in(Path(folder), Path(self.root), self.known_rules, self.given)
        except IacfixError as error:
            self.fail(error)
            return None
        return tuple(
            _exclusion(base, each.patterns) for each in settings.exclude if _within(folder, base := str(each.folder))
        )

    def ignored(self, folder: str, top: str) -> tuple[Patterns, ...]:
        """The gitignore patterns for a folder, those of the nearest file first."""
        if folder not in self.git_rules:
            if folder == top:
                above = _patterns(top, os.path.join(_git_folder(top), "info", "exclude"))
            else:
                above = self.ignored(os.path.dirname(folder), top)
            self.git_rules[folder] = (*_patterns(folder, os.path.join(folder, ".gitignore")), *above)
        return self.git_rules[folder]

    def kinds(self) -> Mapping[str, int]:
        """The number of files seen, by language."""
        found = Counter[str]()
        for ending, number in self.endings.items():
            found[KINDS.get(SUFFIXES.get(ending, ending), "")] += number
        return found

    def fail(self, error: IacfixError) -> None:
        """Record an error, each message once."""
        self.errors.setdefault(str(error), error)


def _patterns(base: str, file: str) -> tuple[Patterns, ...]:
    if not stands(file):
        return ()
    from iacfix.files.gitignore import patterns_in

    return patterns_in(base, file)


def _is_for_names(folder: str) -> bool:
    """A folder that is only visited where it is named, unless it contains a Pulumi project."""
    name = os.path.basename(folder)
    return (name in VISITED_BY_NAME or name.startswith(".")) and not any(
        stands(os.path.join(folder, file)) for file in PROJECT_FILES
    )


def _is_program(name: str) -> bool:
    return ending_of(name) in SUFFIXES


def must_be_an_output(path: Path) -> None:
    """Raises UsageError where writing to a path would replace a program or follow a link out of the project: a checkout
    must not choose which other files are replaced."""
    given, real = os.path.abspath(path), os.path.realpath(path)
    if _is_program(real) and path.exists():
        raise UsageError("is a program; name another file to write to", path=path)
    around = [Path.cwd(), *(folder for folder in Path(given).parents if (folder / ".git").exists())]
    if any(_within(given, str(folder)) and not _within(real, os.path.realpath(folder)) for folder in around):
        raise UsageError(f"is a link out of the project; name its target instead: {real}", path=path)


def _within(path: str, folder: str) -> bool:
    return path == folder or path.startswith(os.path.join(folder, ""))


def _git_folder(top: str) -> str:
    """The folder that contains git's info/exclude, also for worktrees and submodules, whose .git is a file."""
    git = os.path.join(top, ".git")
    try:
        git = os.path.join(top, read_small(git).decode().removeprefix("gitdir:").strip())
        return os.path.join(git, read_small(os.path.join(git, "commondir")).decode().strip())
    except (OSError, ValueError):
        return git


@cache
def _exclusion(base: str, lines: tuple[str, ...]) -> Patterns:
    from iacfix.files.gitignore import Patterns

    return Patterns(base, lines)


def _left_out(path: str, is_folder: bool, patterns: Iterable[Patterns]) -> bool:
    """Whether a path is excluded: the first file of patterns that matches it decides."""
    if is_folder and os.path.basename(path) in NEVER_VISITED:
        return True
    return next((said for each in patterns if (said := each.leave_out(path, is_folder)) is not None), False)
