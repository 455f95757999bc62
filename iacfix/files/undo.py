"""The record of the last run that wrote files, for `iacfix undo`: in git's folder, else in the platform's state folder.

It is on disk before the first file is written, and contains for each file the bytes before and a digest of those after.
Whenever a run is killed, each file has either content; one that has neither was changed by somebody else.
"""

from __future__ import annotations

import json
import os
import sys
from base64 import b64decode, b64encode
from collections.abc import Collection, Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath
from typing import Any

from iacfix.errors import IacfixError, UsageError
from iacfix.files.evidence import digest
from iacfix.files.output import write_files
from iacfix.files.small_files import read_small
from iacfix.files.source import Source, encode, replace_all

NAME = "last-run.json"
FORMAT = 1
LARGEST = 1_000_000_000
"""The largest record, in bytes."""
_GIT_FILE = 10_000


@dataclass(frozen=True)
class Kept:
    """A file that was written: its name below the root, its bytes before, and the digest of those after."""

    name: str
    before: bytes
    after: str


@dataclass(frozen=True)
class Record:
    """The files of a run and its command. A run that is not `whole` was ended before it had written all."""

    command: str
    files: tuple[Kept, ...] = ()
    whole: bool = False


@dataclass
class Writing:
    """The progress of a run: `written` of `wanted` files, and why they cannot be restored (`not_kept`)."""

    wanted: int = 0
    written: int = 0
    not_kept: str | None = None


@dataclass(frozen=True)
class Reverted:
    """What an undo writes: files as they are now with their bytes before, and the entries that remain in the record."""

    command: str
    files: tuple[tuple[Source, bytes], ...]
    left: tuple[Kept, ...] = field(default=())


def place(root: Path, environment: Mapping[str, str]) -> Path | None:
    """The path of the record for this root; None where there is no folder for it."""
    git = root / ".git"
    if git.is_dir():
        return _inside(git)
    if git.is_file():  # of a worktree or a submodule, each of which has a folder of its own
        with suppress(OSError):
            named = os.fsdecode(read_small(git, _GIT_FILE)).strip()
            folder = root / named.removeprefix("gitdir:").strip()
            if named.startswith("gitdir:") and (folder / "HEAD").is_file():
                return _inside(folder)
        return None
    base = _state(environment)
    return base / "iacfix" / "undo" / digest(os.fsencode(root))[:32] / NAME if base is not None else None


def _inside(git: Path) -> Path | None:
    folder = git / "iacfix"
    return None if folder.is_symlink() else folder / NAME


def _state(environment: Mapping[str, str]) -> Path | None:
    """The platform's folder for state."""
    home = os.path.expanduser("~")
    if sys.platform == "win32":
        base = environment.get("LOCALAPPDATA", "")
    elif environment.get("XDG_STATE_HOME"):
        base = environment["XDG_STATE_HOME"]
    else:
        ours = "Library/Application Support" if sys.platform == "darwin" else ".local/state"
        base = os.path.join(home, ours) if os.path.isdir(home) else ""
    return Path(base) if os.path.isabs(base) else None


@contextmanager
def undoable(
    root: Path, command: str, texts: Sequence[tuple[Source, str]], environment: Mapping[str, str]
) -> Generator[Writing]:
    """Record the texts that the block writes; when it ends, the record has those that were written.

    The record of a run that was ended early is merged with that of the next one. Where nothing is written, the earlier
    record stays.
    """
    writing = Writing(len(texts))
    files = tuple(_backups(texts))
    where = place(root, environment)
    earlier = _bytes(where)
    if where is None:
        writing.not_kept = "there is no home folder to keep them in"
    elif files:
        files = _joined(files, _read(earlier), root)
        try:
            _write(where, Record(command, files))
        except IacfixError as error:
            where, writing.not_kept = None, str(error)
    whole = False
    try:
        yield writing
        whole = True
    except IacfixError:
        whole = True
        raise
    finally:
        mine = {source.name for source, _ in texts}
        made = tuple(each for each in files if _digest_of(root, each.name) == each.after)
        writing.written = sum(each.name in mine for each in made)
        if where is not None and files:
            with suppress(IacfixError):
                if writing.written:
                    _write(where, Record(command, made, whole))
                elif earlier is not None:
                    write_files([(where, earlier)])
                else:
                    _forget(where)


def _backups(texts: Sequence[tuple[Source, str]]) -> Iterator[Kept]:
    for source, text in texts:
        with suppress(IacfixError):  # what its encoding lacks is told by whoever writes it
            yield Kept(source.name, source.data, digest(encode(source, text)))


def _joined(files: Sequence[Kept], earlier: Record | None, root: Path) -> tuple[Kept, ...]:
    """The files merged with those of a run that was ended early, with the bytes from before both."""
    if earlier is None or earlier.whole:
        return tuple(files)
    known = {each.name: each for each in earlier.files if _digest_of(root, each.name) == each.after}
    mine = [replace(each, before=known[each.name].before) if each.name in known else each for each in files]
    names = {each.name for each in files}
    return (*(each for name, each in known.items() if name not in names), *mine)


def last(root: Path, environment: Mapping[str, str]) -> Record:
    """The record of the last run that wrote files here. Raises UsageError where there is none."""
    where = place(root, environment)
    data = _bytes(where)
    if data is None:
        raise UsageError(f"nothing to undo: no run of iacfix has written files in {root}")
    record = _read(data)
    if record is None:
        raise UsageError("was not written by this version of iacfix; remove it", path=where)
    return record


def taken_back(record: Record, root: Path, wanted: Collection[str] | None = None) -> Reverted:
    """What undoing these files of a run, or all of them, changes. Raises UsageError where one was changed since."""
    chosen = [each for each in record.files if wanted is None or _is_below(each.name, wanted)]
    if wanted is not None and not chosen:
        raise UsageError(f"the last run, iacfix {record.command}, wrote none of these files")
    files = list[tuple[Source, bytes]]()
    changed = list[str]()
    for each in chosen:
        path = root / each.name
        data = _bytes_of(root, each.name)
        if data is None or digest(data) not in (each.after, digest(each.before)):
            changed.append(each.name)
        elif data != each.before:
            files.append((Source(path, each.name, "", data), each.before))
    if changed:
        raise UsageError(_refusal(record.command, changed, [source.name for source, _ in files]))
    names = {each.name for each in chosen}
    return Reverted(record.command, tuple(files), tuple(each for each in record.files if each.name not in names))


def _refusal(command: str, changed: Sequence[str], others: Sequence[str]) -> str:
    lines = [f"{name}: changed since iacfix {command} wrote it" for name in changed]
    them = "them" if len(changed) > 1 else "it"
    way_out = f"nothing was undone: revert the later edits of {them} first"
    if others:
        way_out += f", or name the other files: iacfix undo {_named(others)}"
    return "\n".join([*lines, way_out])


def _named(names: Sequence[str]) -> str:
    import shlex

    return " ".join(map(shlex.quote, names[:3])) + (" ..." if len(names) > 3 else "")


def _is_below(name: str, wanted: Collection[str]) -> bool:
    return any(name == each or each == "." or name.startswith(f"{each}/") for each in wanted)


def carry_out(plan: Reverted, root: Path, environment: Mapping[str, str]) -> None:
    """Restore all files or none, and remove them from the record."""
    replace_all(plan.files)
    where = place(root, environment)
    if where is None:
        return
    if plan.left:
        _write(where, Record(plan.command, plan.left, whole=True))
    else:
        _forget(where)


def _forget(where: Path) -> None:
    with suppress(OSError):
        where.unlink()
        where.parent.rmdir()


def _digest_of(root: Path, name: str) -> str | None:
    data = _bytes_of(root, name)
    return None if data is None else digest(data)


def _bytes_of(root: Path, name: str) -> bytes | None:
    """The bytes of a file of the project; None where it is gone or leads out of the root."""
    path = root / name
    if not Path(os.path.realpath(path)).is_relative_to(root):
        return None
    try:
        return path.read_bytes() if path.is_file() else None
    except OSError:
        return None


def _bytes(where: Path | None) -> bytes | None:
    try:
        return read_small(where, LARGEST) if where is not None else None
    except OSError:
        return None


def _write(where: Path, record: Record) -> None:
    files = [
        {"name": each.name, "before": b64encode(each.before).decode(), "after": each.after} for each in record.files
    ]
    document = {"format": FORMAT, "command": record.command, "whole": record.whole, "files": files}
    with suppress(OSError):
        where.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    write_files([(where, json.dumps(document).encode())])


def _read(data: bytes | None) -> Record | None:
    """A record; None for invalid data, also for names outside of the root."""
    try:
        document: Any = json.loads(data or b"")
        if document["format"] != FORMAT:
            return None
        files = tuple(Kept(str(each["name"]), b64decode(each["before"]), each["after"]) for each in document["files"])
        record = Record(str(document["command"]), files, document["whole"] is True)
    except (ValueError, KeyError, TypeError):
        return None
    return record if all(_is_name(each.name) for each in record.files) else None


def _is_name(name: str) -> bool:
    """A name below the root and not in git's folder."""
    path = PurePosixPath(name)
    return bool(path.parts) and not path.is_absolute() and not {"..", ".git"} & set(path.parts)
