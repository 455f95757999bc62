"""Atomic replacement of files: new bytes are written to a temporary file in the same folder, which is then renamed.

Temporary names contain machine and process, so that the next run can delete those of a killed one.
"""

from __future__ import annotations

import errno
import os
import re
import stat
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from functools import cache
from itertools import count
from pathlib import Path

_numbers = count()
_swept = set[Path]()

ADVICE = {
    errno.ENOSPC: "free some space",
    errno.EDQUOT: "free some space",
    errno.EFBIG: "raise the limit of the size of files (ulimit -f)",
    errno.EROFS: "its file system is mounted read-only; mount it for writing",
    errno.EMFILE: "raise the limit of open files (ulimit -n), or lower --jobs",
    errno.ENFILE: "close other programs: the system has no more open files",
    errno.EAGAIN: "raise the limit of processes (ulimit -u), or lower --jobs",
    errno.ENAMETOOLONG: "shorten its name",
    errno.EACCES: "give write permission to it and its folder",
    errno.EPERM: "give write permission to it and its folder, or take away what makes it immutable",
}


class NotKept(OSError):
    """An attribute of the old file that the new one cannot have."""


def advice(error: OSError, otherwise: str) -> str:
    """What to do about an error of the operating system, else `otherwise`."""
    match error:
        case NotKept(errno=errno.EMLINK):
            return "make it a file of its own (copy it, and move the copy over it)"
        case NotKept(errno=errno.EPERM | errno.EACCES):
            return "run iacfix as its owner"
        case _:
            return ADVICE.get(error.errno or 0, otherwise)


Beside = Callable[[Path], Path]


@cache
def _host() -> str:
    """A digest of the host name, for temporary names."""
    import socket
    from hashlib import sha256

    return sha256(socket.gethostname().encode()).hexdigest()[:8]


@contextmanager
def staging() -> Generator[Beside]:
    """Provides temporary names next to targets; what still has such a name when the block ends is deleted."""
    made: list[Path] = []

    def beside(target: Path) -> Path:
        sweep(target.parent)
        made.append(target.with_name(f".iacfix-{_host()}-{os.getpid()}-{next(_numbers)}"))
        return made[-1]

    try:
        yield beside
    finally:
        for path in made:
            _take_away(path)


def must_be_writable(path: Path) -> None:
    """Raises OSError where the file is not writable. That it can be replaced depends on its folder only."""
    os.close(os.open(path, os.O_WRONLY))


def stage(path: Path, data: bytes, like: Path | None) -> None:
    """Write a new file and sync it to disk, with mode, owner and extended attributes of another file. Raises
    OSError."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o666)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(handle)
    if like is not None:
        _make_alike(path, like)


def put(staged: Path, target: Path) -> None:
    """Rename the staged file to the target, and sync the folder."""
    os.replace(staged, target)
    if os.name == "posix":
        with suppress(OSError):  # some file systems cannot
            folder = os.open(target.parent, os.O_RDONLY)
            try:
                os.fsync(folder)
            finally:
                os.close(folder)


def sweep(folder: Path) -> None:
    """Delete temporary files of ended runs on this machine in a folder; once in a process."""
    if folder in _swept or os.name != "posix":
        return
    _swept.add(folder)
    with suppress(OSError):
        left = [entry.name for entry in os.scandir(folder) if entry.name.startswith(".iacfix-")]
        for name in left:
            found = re.fullmatch(rf"\.iacfix-{_host()}-([0-9]{{1,9}})-[0-9]+", name)
            if found and not _is_running(int(found[1])):
                _take_away(folder / name)


def _is_running(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        pass
    return True


def _take_away(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        import shutil

        shutil.rmtree(path, ignore_errors=True)
        return
    with suppress(OSError):
        path.unlink()


def _make_alike(new: Path, old: Path) -> None:
    """Raises NotKept where the new file cannot be like the old one."""
    status = old.stat()
    if status.st_nlink > 1:
        raise NotKept(
            errno.EMLINK, f"it has {status.st_nlink} names (hard links), and the others would keep the old text"
        )
    mine = new.stat()
    if (status.st_uid, status.st_gid) != (mine.st_uid, mine.st_gid) and hasattr(os, "chown"):
        try:
            os.chown(new, status.st_uid, status.st_gid)
        except OSError as error:
            raise NotKept(error.errno, "its owner could not be kept") from error
    new.chmod(stat.S_IMODE(status.st_mode))
    _copy_attributes(new, old)


def _copy_attributes(new: Path, old: Path) -> None:
    """Extended attributes, access lists among them."""
    if not hasattr(os, "listxattr"):
        return
    try:
        wanted = {name: os.getxattr(old, name) for name in os.listxattr(old)}
        has = {name: os.getxattr(new, name) for name in os.listxattr(new)}
    except OSError:  # a file system without any
        return
    for name, value in wanted.items():
        if has.get(name) != value:
            try:
                os.setxattr(new, name, value)
            except OSError as error:
                raise NotKept(error.errno, f"its attribute {name} could not be kept") from error
