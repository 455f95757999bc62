"""Reads files next to a program, such as manifests, locks and settings, up to a maximum size."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

from iacfix.files.evidence import note_read, remembered

MAX_SIDE_FILE = 16_000_000
"""In bytes; the longest lock files are smaller."""
CHUNK = 64_000
"""Bytes that are read at once beyond the reported size of a file, which may grow while it is read."""


def read_small(path: Path | str, limit: int = MAX_SIDE_FILE) -> bytes:
    """The bytes of a regular file. Raises OSError for anything else, such as a pipe, and for a longer file."""
    try:
        data = _read(path, limit)
    except OSError as error:
        note_read(path, error)
        raise
    note_read(path, data)
    return data


@remembered()
def read_once(path: Path) -> bytes | None:
    """The bytes of a file, cached for a run; None where it cannot be read."""
    try:
        return read_small(path)
    except OSError:
        return None


def _read(path: Path | str, limit: int) -> bytes:
    status = os.stat(path)
    _must_be_regular(status.st_mode)  # opening a device may do something, opening a pipe waits
    if status.st_size > limit:
        raise _too_long(limit)
    handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    try:  # without a file object: where files come in thousands, that takes as long as reading them
        _must_be_regular(os.fstat(handle).st_mode)
        data = os.read(handle, status.st_size + 1)
        while len(data) <= limit and (more := os.read(handle, CHUNK)):
            data += more
    finally:
        os.close(handle)
    if len(data) > limit:
        raise _too_long(limit)
    return data


def _too_long(limit: int) -> OSError:
    return OSError(errno.EFBIG, f"it is longer than {limit:,} bytes")


def _must_be_regular(mode: int) -> None:
    if stat.S_ISDIR(mode):
        raise IsADirectoryError(errno.EISDIR, "it is a folder")
    if not stat.S_ISREG(mode):
        raise OSError(errno.EINVAL, "it is not a regular file")
