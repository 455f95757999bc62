"""Output: text as bytes, and files that are written completely or not at all."""

from __future__ import annotations

import errno
import os
import re
from collections.abc import Callable, Generator, Iterable, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from iacfix.errors import UsageError
from iacfix.files.staging import Beside, advice, must_be_writable, put, stage, staging

_DESCRIPTOR = re.compile(r"/dev/(stdout|stderr)|/(?:dev|proc/self)/fd/([0-9]{1,9})")
_STANDARD = {"stdout": 1, "stderr": 2}


def utf8(text: str) -> bytes:
    """Encode text. Undecodable bytes of file names are restored; other lone surrogates are written as escapes."""
    try:
        return text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return text.encode("utf-8", "backslashreplace")


def write_files(files: Iterable[tuple[Path, bytes]]) -> None:
    """Write all files, or none where one cannot be written. Raises UsageError."""
    with prepared(files):
        pass


@contextmanager
def prepared(files: Iterable[tuple[Path, bytes]]) -> Generator[None]:
    """Write all files when the block ends. Where the block or a file fails, none is written and no folder is created.

    Devices, pipes and open descriptors cannot be undone: they are written before the block.
    """
    staged: list[tuple[Path, Path]] = []
    streams: list[tuple[Path, bytes]] = []
    made: list[Path] = []
    try:
        with staging() as beside:
            for path, data in files:
                with _writing(path):
                    if path.is_dir():
                        raise UsageError("is a folder; name a file", path=path)
                    if is_stream(path):
                        streams.append((path, data))
                    else:
                        staged.append((_staged(path, data, made, beside), path))
            for path, data in streams:
                with _writing(path), _opened(path) as stream:
                    stream.write(data)
            yield
            for new, path in staged:
                with _writing(path):
                    put(new, Path(os.path.realpath(path)))
            made.clear()
    finally:
        _take_back(made)


def is_stream(path: Path) -> bool:
    """Whether a path is a device, a pipe or a descriptor, also one that is redirected to a file: it is appended to and
    not replaced."""
    return _DESCRIPTOR.fullmatch(os.path.abspath(path)) is not None or (
        path.exists() and not path.is_file() and not path.is_dir()
    )


def _opened(path: Path) -> BinaryIO:
    """Open a stream for writing. A descriptor is duplicated: opened anew it would start at the beginning of its
    file."""
    if found := _DESCRIPTOR.fullmatch(os.path.abspath(path)):
        return os.fdopen(os.dup(_STANDARD[found[1]] if found[1] else int(found[2])), "wb")
    return open(path, "wb")


def must_be_new(folder: Path, what: str) -> None:
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UsageError(f"exists and is not an empty folder; name a new one for the {what}", path=folder)


def write_folder(folder: Path, files: Mapping[str, str]) -> None:
    """Write a new folder completely or not at all."""
    folder = Path(os.path.abspath(folder))
    made: list[Path] = []
    try:
        with _writing(folder, "name another folder"), staging() as beside:
            _make_room(folder, made)
            staged = beside(folder)
            staged.mkdir()
            for name, content in files.items():
                stage(staged / name, utf8(content), None)
            if folder.exists():
                folder.rmdir()
            put(staged, folder)
            made.clear()
    finally:
        _take_back(made)


def append(path: Path, text_for: Callable[[int], bytes], otherwise: str) -> None:
    """Append to a file that others write to as well; `text_for` gets its size in bytes."""
    with _writing(path, otherwise), open(path, "ab") as file:
        file.write(text_for(file.tell()))


def _staged(path: Path, data: bytes, made: list[Path], beside: Beside) -> Path:
    """Write the new bytes next to the file; new folders are added to `made`."""
    target = Path(os.path.realpath(path))
    _make_room(target, made)
    exists = target.exists()
    if exists:
        must_be_writable(target)
    new = beside(target)
    stage(new, data, target if exists else None)
    return new


def _make_room(target: Path, made: list[Path]) -> None:
    """Create the folders of the target; new ones are added to `made`."""
    for folder in reversed([folder for folder in target.parents if not folder.exists()]):
        folder.mkdir()
        made.append(folder)
    if not target.parent.is_dir():
        raise NotADirectoryError(errno.ENOTDIR, "its folder is a file")


def _take_back(made: list[Path]) -> None:
    for folder in reversed(made):
        with suppress(OSError):
            folder.rmdir()


@contextmanager
def _writing(path: Path, otherwise: str = "name another file") -> Generator[None]:
    try:
        yield
    except OSError as error:
        raise UsageError(f"cannot be written: {error.strerror}; {advice(error, otherwise)}", path=path) from error
