"""The dependencies of an answer: files that were read, folders that were listed, and paths that did not exist.

A function that looks at a file next to a program notes it here. A remembered answer notes its dependencies again each
time it is used; `answer_now` asks the question of a note again, so that changes are detected.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Callable, Generator, Iterable
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache, wraps
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")
Note = tuple[str, str, str]
"""What was asked (`read`, `kind`, `names`, `entries`, `real`, `glob`), of which path, and what the answer was."""


@dataclass
class Evidence:
    """Notes, and evidence that others share, by its digest; None where that was sent before."""

    notes: set[Note] = field(default_factory=set[Note])
    shared: dict[str, Evidence | None] = field(default_factory=dict[str, "Evidence | None"])
    _digest: str | None = None

    @property
    def digest(self) -> str:
        """A digest of the content, computed when the evidence is complete."""
        if self._digest is None:
            self._digest = digest("\n".join(map(repr, (*sorted(self.notes), *sorted(self.shared)))).encode())
        return self._digest


_gathered: list[Evidence] = []
_memories: list[Callable[[], None]] = []
_home: list[str] = []
"""The folder that notes are relative to, where there is one."""
_unwanted: list[bool] = []
"""Not empty where nobody will ask for evidence."""


def digest(data: bytes) -> str:
    from hashlib import sha256

    return sha256(data).hexdigest()


@contextmanager
def gathered() -> Generator[Evidence]:
    """Collects the evidence of the block; an enclosing block gets it, too."""
    mine = Evidence()
    _gathered.append(mine)
    try:
        yield mine
    finally:
        _gathered.pop()
        share(mine)


def share(found: Evidence) -> None:
    if _gathered and (found.notes or found.shared):
        _gathered[-1].shared[found.digest] = found


def remembered(limit: int | None = None) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """Like functools.lru_cache, for functions that read files: a cached answer brings its evidence along."""

    def made(function: Callable[P, T]) -> Callable[P, T]:
        @lru_cache(limit)
        def first(*given: P.args, **named: P.kwargs) -> tuple[T, Evidence]:
            with gathered() as found:
                answer = function(*given, **named)
            return answer, found

        _memories.append(first.cache_clear)

        @wraps(function)
        def again(*given: P.args, **named: P.kwargs) -> T:
            answer, found = first(*given, **named)
            share(found)
            return answer

        return again

    return made


def forget() -> None:
    """Clear all remembered answers, between several runs in one process."""
    for clear in _memories:
        clear()


def tell_from(folder: str | None, *, wanted: bool = True) -> None:
    """From now on notes are relative to this folder, so that they hold for an equal folder elsewhere. Without `wanted`
    none are made, which saves the digests."""
    told, unwanted = [folder] if folder is not None else [], [] if wanted else [True]
    if (_home, _unwanted) != (told, unwanted):
        _home[:], _unwanted[:] = told, unwanted
        forget()


def note(asked: str, path: str | os.PathLike[str], answer: Callable[[], str]) -> None:
    if _gathered and not _unwanted:
        _gathered[-1].notes.add((asked, _relative(os.path.abspath(path)), answer()))


def _relative(path: str) -> str:
    for folder in _home:
        if path == folder:
            return "."
        if path.startswith(folder + os.sep):
            return path[len(folder) + 1 :]
    return path


def note_read(path: str | os.PathLike[str], data: bytes | OSError) -> None:
    note("read", path, lambda: _refusal(data) if isinstance(data, OSError) else digest(data))


def _refusal(error: OSError) -> str:
    """The error as an answer; a missing folder counts as a missing file."""
    return f"errno {errno.ENOENT if error.errno == errno.ENOTDIR else error.errno}"


def stands(path: str | os.PathLike[str]) -> str:
    """`file`, `folder`, `other`, or empty where nothing exists; links are followed."""
    found = _kind(os.fspath(path))
    note("kind", path, lambda: found)
    return found


def _kind(path: str) -> str:
    try:
        mode = os.stat(path).st_mode
    except (OSError, ValueError):
        return ""
    return "file" if stat.S_ISREG(mode) else "folder" if stat.S_ISDIR(mode) else "other"


def names(folder: str | os.PathLike[str]) -> list[str]:
    """The names in a folder. Raises OSError."""
    try:
        found = os.listdir(folder)
    except OSError as error:
        note_refused("names", folder, error)
        raise
    note("names", folder, lambda: _listed(found))
    return found


def note_entries(folder: str, found: Iterable[os.DirEntry[str]]) -> None:
    note("entries", folder, lambda: _listed(map(_entry, found)))


def _entry(entry: os.DirEntry[str]) -> str:
    is_link = entry.is_symlink()
    kind = "link" if is_link else "folder" if entry.is_dir() else "file" if entry.is_file() else "other"
    return f"{kind} {entry.name}"


def note_refused(asked: str, path: str | os.PathLike[str], error: OSError) -> None:
    note(asked, path, lambda: _refusal(error))


def _listed(found: Iterable[str]) -> str:
    return digest("\0".join(sorted(found)).encode("utf-8", "surrogateescape"))


def real(path: str | os.PathLike[str]) -> str:
    """The path with its links resolved."""
    found = os.path.realpath(path)
    note("real", path, lambda: _relative(found))
    return found


def matching(pattern: str) -> list[str]:
    """The paths that a glob pattern finds, sorted."""
    found = _globbed(pattern)
    note("glob", pattern, lambda: _listed(found))
    return found


def _globbed(pattern: str) -> list[str]:
    from glob import glob  # few projects have patterns of this kind

    return sorted(glob(pattern))


def answer_now(asked: str, path: str, read: Callable[[str], bytes]) -> str:
    """The current answer to the question of a note."""
    path = os.path.join(*_home, path)
    try:
        match asked:
            case "read":
                return digest(read(path))
            case "kind":
                return _kind(path)
            case "names":
                return _listed(os.listdir(path))
            case "entries":
                with os.scandir(path) as found:
                    return _listed(map(_entry, found))
            case "real":
                return _relative(os.path.realpath(path))
            case "glob":
                return _listed(_globbed(path))
            case _:
                return "nobody asks this"
    except OSError as error:
        return _refusal(error)
    except ValueError:
        return "errno None"
