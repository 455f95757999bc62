"""Source files: read with clear errors, and replaced atomically."""

from __future__ import annotations

import errno
import os
import re
from codecs import BOM_UTF8, lookup
from collections.abc import Generator, Iterable
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from iacfix.errors import ChangedMeanwhile, SourceError
from iacfix.files.limits import MAX_FILE_SIZE
from iacfix.files.small_files import read_small
from iacfix.files.staging import advice, must_be_writable, put, stage, staging

_COOKIE = re.compile(rb"^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)")


@dataclass(frozen=True)
class Source:
    """A file as it was read. `name` is relative to the run's root, with forward slashes.

    `path` is None for stdin. `text` is `data` decoded, without the BOM, its line ends as they are. Where it is
    a whole module, `read_only` are the indices of the files in it that are neither checked nor changed, `report_only`
    of those whose findings are reported and not fixed.
    """

    path: Path | None
    name: str
    text: str
    data: bytes
    bom: bool = False
    encoding: str = "utf-8"
    read_only: tuple[int, ...] = ()
    report_only: tuple[int, ...] = ()


def load(path: Path, name: str, *, max_size: int = MAX_FILE_SIZE) -> Source:
    """Read a file of at most `max_size` bytes. Raises SourceError."""
    return from_bytes(read_bytes(path, name, max_size=max_size), name, path=path)


def read_bytes(path: Path | str, name: str, *, max_size: int = MAX_FILE_SIZE) -> bytes:
    """The bytes of a file, before it is known whether it is worth decoding. Raises SourceError."""
    try:
        return read_small(path, max_size)
    except OSError as error:
        raise SourceError(_why_not_read(path, error), path=name) from error


def _why_not_read(path: Path | str, error: OSError) -> str:
    match error.errno:
        case errno.ENOENT:
            return "was deleted during the run; run again"
        case errno.EISDIR | errno.EINVAL:
            return "is not a regular file; exclude it"
        case errno.EFBIG:
            return f"is too large ({_length(path)}); exclude it or raise max-file-size"
        case _:
            return f"cannot be read ({error.strerror}); give read permission or exclude it"


def _length(path: Path | str) -> str:
    try:
        return f"{os.stat(path).st_size:,} bytes"
    except OSError:
        return "its size is unknown"


def from_bytes(data: bytes, name: str, *, path: Path | None = None) -> Source:
    """Decode; raises SourceError where the bytes are not text of their encoding, or not what that encoding would write:
    `unicode_escape` would escape every line end."""
    if (zero := data.find(b"\0")) != -1:
        message = "looks binary (it holds a NUL byte); save it as UTF-8 or exclude it"
        raise SourceError(message, path=name, line=_line(data, zero))
    bom = data.startswith(BOM_UTF8)
    encoding = "utf-8" if bom else _declared(data, name)
    body = data.removeprefix(BOM_UTF8)
    try:
        text = body.decode(encoding)
        if encoding != "utf-8" and text.encode(encoding) != body:
            raise UnicodeError
    except UnicodeError as error:
        at = len(data) - len(body) + (error.start if isinstance(error, UnicodeDecodeError) else 0)
        shown = "UTF-8" if encoding == "utf-8" else f"{encoding} as it says"
        raise SourceError(f"is not {shown}; save it as UTF-8 or exclude it", path=name, line=_line(data, at)) from None
    return Source(path, name, text, data, bom, encoding)


def _declared(data: bytes, name: str) -> str:
    """The encoding that a Python file declares in its first two lines (PEP 263). Raises SourceError for an unusable
    one."""
    if not name.endswith(".py"):
        return "utf-8"
    for line, found in enumerate(map(_COOKIE.match, data.splitlines()[:2]), start=1):
        if found is None:
            continue
        shown = found[1].decode()
        try:
            codec = lookup(shown).name
            if codec in ("utf-8", "utf-8-sig"):
                return "utf-8"
            if "coding".encode(codec) == b"coding":
                return codec
        except (LookupError, UnicodeError):
            pass
        raise SourceError(f"names the encoding {shown}, which source cannot have; correct it", path=name, line=line)
    return "utf-8"


def encode(source: Source, text: str) -> bytes:
    """The bytes of a new text for this file, with its BOM. Raises SourceError where its encoding lacks a character."""
    try:
        return (BOM_UTF8 if source.bom else b"") + text.encode(source.encoding)
    except UnicodeEncodeError as error:
        message = f"cannot hold {text[error.start]!r} in its encoding {source.encoding}; save it as UTF-8"
        raise SourceError(message, path=source.name) from None


def on_disk(source: Source, text: str) -> str:
    """The text as in a patch, which needs every byte: with its BOM, and bytes that are not UTF-8 as surrogates."""
    return encode(source, text).decode("utf-8", "surrogateescape")


def from_disk(source: Source, shown: str) -> str:
    """The text of a patched file. Raises SourceError where its bytes are invalid in the file's encoding."""
    data = shown.encode("utf-8", "surrogateescape")
    try:
        return data.removeprefix(BOM_UTF8 if source.bom else b"").decode(source.encoding)
    except UnicodeDecodeError:
        message = "a hunk adds bytes that the file's encoding does not have"
        raise SourceError(message, path=source.name) from None


def write_all(pairs: Iterable[tuple[Source, str]]) -> None:
    """Replace all files, or none where one changed meanwhile or cannot be written. Raises ChangedMeanwhile,
    SourceError."""
    replace_all((source, encode(source, text)) for source, text in pairs)


def replace_all(pairs: Iterable[tuple[Source, bytes]]) -> None:
    """The same for bytes."""
    staged: list[tuple[Source, Path, Path]] = []
    with staging() as beside:
        for source, data in pairs:
            target = _target(source)
            new = beside(target)
            with _writing(source):
                must_be_writable(target)
                stage(new, data, target)
            staged.append((source, target, new))
        for source, target, _ in staged:
            _must_be_unchanged(source, target)
        for source, target, new in staged:
            with _writing(source):
                put(new, target)


@contextmanager
def _writing(source: Source) -> Generator[None]:
    """Turn an OSError in the block into a SourceError about this file."""
    try:
        yield
    except OSError as error:
        raise SourceError(
            f"cannot be written ({error.strerror}); {advice(error, 'run again, or exclude it')}", path=source.name
        ) from error


def _target(source: Source) -> Path:
    """The path with links resolved. Raises ChangedMeanwhile where the file is not what was read."""
    if source.path is None:
        raise ValueError("stdin has no file to write to")
    target = Path(os.path.realpath(source.path))
    _must_be_unchanged(source, target)
    return target


def _must_be_unchanged(source: Source, target: Path) -> None:
    try:
        unchanged = target.read_bytes() == source.data
    except OSError:
        unchanged = False
    if not unchanged:
        raise ChangedMeanwhile("changed since it was read; run again", path=source.name)


def _line(data: bytes, at: int) -> int:
    return len(re.split(rb"\r\n|\r|\n", data[:at]))
