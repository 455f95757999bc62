"""What an answer was built from: files that were read, folders that were listed, and places where nothing stood.

Whoever looks at a file beside a program notes it here. What is remembered within a run notes again, with every answer,
what the first was built from; `answer_now` says the same again, so that a change is seen.
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
    """Notes, and the evidence that others share, by its digest; None where it was told before."""

    notes: set[Note] = field(default_factory=set[Note])
    shared: dict[str, Evidence | None] = field(default_factory=dict[str, "Evidence | None"])
    _digest: str | None = None

    @property
    def digest(self) -> str:
        """Names its content; asked for when it is whole."""
        if self._digest is None:
            self._digest = digest("\n".join(map(repr, (*sorted(self.notes), *sorted(self.shared)))).encode())
        return self._digest


_gathered: list[Evidence] = []
_memories: list[Callable[[], None]] = []
_home: list[str] = []
"""The folder that notes are told from, where there is one."""
_unwanted: list[bool] = []
"""Holds something where nobody will ask for evidence."""


def digest(data: bytes) -> str:
    from hashlib import sha256

    return sha256(data).hexdigest()


@contextmanager
def gathered() -> Generator[Evidence]:
    """The evidence of what is looked at inside the block; what is around it has it too."""
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
    """Like functools.lru_cache, for what looks at files: each answer comes with its evidence."""

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
    """What is remembered holds for one run; whoever makes several in one process lets them begin anew."""
    for clear in _memories:
        clear()


def tell_from(folder: str | None, *, wanted: bool = True) -> None:
    """From now on notes tell what is below this folder by its way from there: they hold in another one like it. Where
    nobody will ask for them none are made, which spares the digests."""
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
    """Nothing there, or what kept it from being read."""
    return f"errno {errno.ENOENT if error.errno == errno.ENOTDIR else error.errno}"


def stands(path: str | os.PathLike[str]) -> str:
    """`file`, `folder`, `other`, or nothing; links are followed."""
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
    """What stands in a folder; raises OSError."""
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
    """What a note of the same question would say today."""
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
