"""The cache of outcomes: one is used again if every file it rests on is unchanged.

There is one file per repository in the cache folder of the platform, or a folder that the repositories of a campaign
share, with a file per outcome. Files are replaced atomically and begin with a checksum of the rest. They contain no
code; one that is damaged, owned by somebody else, or written by another version of anything counts as missing.
"""

from __future__ import annotations

import json
import os
import stat
import sys
import time
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, fields, is_dataclass
from enum import Enum
from functools import cache, cached_property
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Protocol, cast, get_args, get_origin, get_type_hints

from iacfix import __version__, registry
from iacfix.engine.workers import Task
from iacfix.entry_points import installed
from iacfix.files.evidence import Evidence, answer_now, digest
from iacfix.files.small_files import read_small
from iacfix.result import Outcome

OFF = "IACFIX_NO_CACHE"
LARGEST, ROOM = 64_000_000, 40_000_000
"""The most bytes of a cache file that is read, and of the outcomes written to one; the oldest are dropped."""
PLANS = 4
"""How many outcomes are stored for one source file, with different texts, options or rules."""
VARIANTS = 8
"""How many shared outcomes are stored for one task, resting on different other files."""
MOST = 256_000_000
"""The most bytes of all cache files together."""
OLDEST = 30 * 86_400
"""Seconds after which an unused cache file is deleted."""
FORMAT = "1"
ENDING, OLD_ENDING = ".outcomes", ".verdicts"
"""The ending of cache files, and that of earlier releases, whose files are still deleted."""


def folder(environment: Mapping[str, str]) -> Path | None:
    """The cache folder of the platform; None where there is none."""
    if sys.platform == "win32":
        base = environment.get("LOCALAPPDATA", "")
    elif environment.get("XDG_CACHE_HOME"):
        base = environment["XDG_CACHE_HOME"]
    else:
        home = os.path.expanduser("~")
        if not os.path.isdir(home):
            return None
        base = os.path.join(home, "Library/Caches" if sys.platform == "darwin" else ".cache")
    return Path(base) / "iacfix" if os.path.isabs(base) else None


def open_cache(root: Path, environment: Mapping[str, str]) -> OutcomeCache | None:
    """The cache of a repository; None where it is disabled, or where others may write to the repository or the
    cache."""
    place = folder(environment)
    if environment.get(OFF) or place is None or not _is_mine(root):
        return None
    try:
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError:
        return None
    if not _is_mine(place) or not os.access(place, os.W_OK):
        return None
    return OutcomeCache(FileStore(place / f"{digest(os.fsencode(root))}{ENDING}"))


def open_shared(place: Path) -> OutcomeCache | None:
    """The cache in a folder that repositories share; None where others may write there."""
    try:
        place.mkdir(mode=0o700, exist_ok=True)
    except OSError:
        return None
    return OutcomeCache(FolderStore(place)) if _is_mine(place) else None


def clear(environment: Mapping[str, str]) -> int:
    """Delete all cache files; returns the number of bytes freed."""
    place = folder(environment)
    freed = 0
    if place is not None and _is_mine(place):
        for size, _, path in _files_in(place):
            with suppress(OSError):
                path.unlink()
                freed += size
    return freed


def _is_mine(path: Path) -> bool:
    """Owned by the user, and not writable for everybody."""
    if not hasattr(os, "geteuid"):
        return True
    try:
        status = os.stat(path)
    except OSError:
        return False
    return status.st_uid == os.geteuid() and not status.st_mode & (stat.S_IWOTH | stat.S_ISVTX)


def _files_in(place: Path) -> list[tuple[int, float, Path]]:
    """Size, time of last use and path of each cache file, and of temporary ones that a killed run left."""
    found = list[tuple[int, float, Path]]()
    with suppress(OSError), os.scandir(place) as entries:
        for entry in entries:
            if (ENDING in entry.name or OLD_ENDING in entry.name) and entry.is_file(follow_symlinks=False):
                status = entry.stat(follow_symlinks=False)
                found.append((status.st_size, status.st_mtime, Path(entry.path)))
    return found


@cache
def _versions() -> str:
    """A digest of the versions of iacfix, its rules, the interpreter and the installed packages."""
    packages = [Path(__file__).parents[1], *(Path(place) for pack in registry.packs() for place in pack.folders)]
    code = [_stamp(path) for package in packages for path in sorted(package.rglob("*.py"))]
    return digest(repr((FORMAT, __version__, sys.version, sys.platform, sorted(installed()), code)).encode())


def _stamp(path: Path) -> tuple[str, int, int]:
    status = path.stat()
    return str(path), status.st_size, status.st_mtime_ns


@dataclass(frozen=True)
class _Record:
    """An outcome or evidence, by `kind`. `about` identifies the source file, `on` are the digests of the evidence it
    rests on."""

    kind: str
    about: str
    on: tuple[str, ...]
    body: bytes

    def written(self, key: str) -> bytes:
        return f"{key} {self.kind} {self.about} {','.join(self.on)} ".encode() + self.body


def _read_record(record: bytes) -> tuple[str, _Record]:
    key, kind, about, on, body = record.split(b" ", 4)
    return key.decode(), _Record(kind.decode(), about.decode(), tuple(filter(None, on.decode().split(","))), body)


class Store(Protocol):
    """Where records are stored."""

    def records(self, key: str) -> Iterable[_Record]:
        """The evidence with this digest, or the outcomes of the task with this key."""
        ...

    def close(self, made: Mapping[str, _Record], used: Collection[str]) -> None:
        """Store the records that were `made`; those `used` count as recent."""
        ...


@dataclass(frozen=True)
class FileStore:
    """One file for a repository."""

    file: Path

    @cached_property
    def _known(self) -> Mapping[str, _Record]:
        """The records of the file, the oldest first."""
        try:
            return dict(_read_records(self.file))
        except (OSError, ValueError):
            return {}

    def records(self, key: str) -> Iterable[_Record]:
        return [self._known[key]] if key in self._known else []

    def close(self, made: Mapping[str, _Record], used: Collection[str]) -> None:
        if made:
            self._write(made, used)
            _bound(self.file.parent)
        elif used:
            os.utime(self.file)

    def _write(self, made: Mapping[str, _Record], used: Collection[str]) -> None:
        """Write new, used and unused records: the unused may belong to files outside of this run."""
        unused = {key: record for key, record in self._known.items() if key not in used}
        records = {**unused, **{key: self._known[key] for key in used}, **made}
        counts, kept, size = Counter[str](), dict[str, _Record](), 0
        for key, record in reversed(records.items()):
            counts[record.about] += record.kind == "outcome"
            if record.kind == "outcome" and counts[record.about] <= PLANS and size < ROOM:
                for each, one in _with_evidence(key, records):
                    if each not in kept:
                        kept[each] = one
                        size += len(one.body)
        _replace(self.file, b"\n".join(record.written(key) for key, record in reversed(kept.items())))


@dataclass(frozen=True)
class FolderStore:
    """A folder per key with a file per outcome, so that processes that write at the same time do not overwrite each
    other, and none reads more than it asks for."""

    folder: Path

    def records(self, key: str) -> Iterable[_Record]:
        with suppress(OSError, ValueError):
            for name in sorted(os.listdir(self.folder / key)):
                yield from (record for known, record in _read_records(self.folder / key / name) if known == key)

    def close(self, made: Mapping[str, _Record], used: Collection[str]) -> None:
        for key, record in made.items():
            place = self.folder / key
            place.mkdir(mode=0o700, exist_ok=True)
            name = digest(",".join(record.on).encode())
            if (place / name).exists() or len(os.listdir(place)) < VARIANTS:
                _replace(place / name, record.written(key))


def _read_records(path: Path) -> Iterator[tuple[str, _Record]]:
    """The records of a regular file of the user with a valid checksum; none of another."""
    if not _is_mine(path) or not stat.S_ISREG(os.lstat(path).st_mode):
        return
    checksum, _, rest = read_small(path, LARGEST).partition(b"\n")
    if rest and checksum == digest(rest).encode():
        yield from map(_read_record, rest.split(b"\n"))


def _replace(path: Path, rest: bytes) -> None:
    new = path.with_name(f"{path.name}.{os.getpid()}")
    handle = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_NOFOLLOW", 0), 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(digest(rest).encode() + b"\n" + rest)
    os.replace(new, path)


@dataclass
class OutcomeCache:
    """The outcomes in a store, by task; they are decoded on demand."""

    store: Store
    _made: dict[str, _Record] = field(default_factory=dict[str, _Record])
    _used: set[str] = field(default_factory=set[str])
    _holds: dict[str, bool] = field(default_factory=dict[str, bool])
    _answers: dict[tuple[str, str], str] = field(default_factory=dict[tuple[str, str], str])

    def of(self, task: Task) -> Outcome | None:
        """The stored outcome of the same task, if all evidence it rests on still holds."""
        key = key_of(task)
        try:
            record = next((each for each in self.store.records(key) if all(map(self._still_holds, each.on))), None)
            if record is None:
                return None
            texts, made = json.loads(record.body)
            outcome: Outcome = decoded(made, Outcome, [task.source.text, *texts])
        except (ValueError, TypeError, LookupError, RecursionError):
            return None
        self._used.add(key)
        return outcome

    def keep(self, task: Task, outcome: Outcome, evidence: Evidence) -> None:
        """Add an outcome, except one with errors or of a file over a limit, which may differ the next time."""
        self._keep_evidence(evidence)
        if outcome.errors or any(finding.rule == "skipped-file" for finding in outcome.findings):
            return
        texts = {task.source.text: 0}
        try:
            made = encoded(outcome, texts)
        except TypeError:
            return
        body = json.dumps([list(texts)[1:], made], separators=(",", ":"))
        about = digest(os.fsencode(task.source.name))[:16]
        self._made[key_of(task)] = _Record("outcome", about, (evidence.digest,), body.encode())

    def close(self) -> None:
        """Write the store; that it cannot be written is no error."""
        with suppress(OSError):
            self.store.close(self._made, self._used)

    def _keep_evidence(self, found: Evidence) -> None:
        if found.digest not in self._made:
            body = json.dumps(sorted(found.notes), separators=(",", ":"))
            self._made[found.digest] = _Record("evidence", "-", tuple(sorted(found.shared)), body.encode())
            for each in found.shared.values():
                if each is not None:
                    self._keep_evidence(each)

    def _still_holds(self, key: str) -> bool:
        if key not in self._holds:
            record = next(iter(self.store.records(key)), None)
            self._holds[key] = (
                record is not None
                and all(self._answer(asked, path) == said for asked, path, said in json.loads(record.body))
                and all(map(self._still_holds, record.on))
            )
        return self._holds[key]

    def _answer(self, asked: str, path: str) -> str:
        if (asked, path) not in self._answers:
            self._answers[asked, path] = answer_now(asked, path, read_small)
        return self._answers[asked, path]


def _with_evidence(key: str, records: Mapping[str, _Record]) -> Iterator[tuple[str, _Record]]:
    """A record and all evidence that it rests on."""
    waiting, seen = [key], {key}
    while waiting:
        key = waiting.pop()
        yield key, records[key]
        new = [each for each in records[key].on if each in records and each not in seen]
        seen.update(new)
        waiting += new


def _bound(place: Path) -> None:
    """Delete cache files that were not used for long, and the oldest beyond the size limit."""
    room = MOST
    for size, last, path in sorted(_files_in(place), key=lambda each: -each[1]):
        room -= size
        if room < 0 or time.time() - last > OLDEST:
            with suppress(OSError):
                path.unlink()


def key_of(task: Task) -> str:
    """A digest of the task and of all versions, independent of where the repository is."""
    source, root = task.source, task.root
    asked = [(each.name, _ordered(getattr(task, each.name), root)) for each in fields(task) if each.name != "source"]
    place = _ordered(source.path, root)
    text = repr((_versions(), source.name, place, source.encoding, source.bom, digest(source.data), asked))
    return digest(text.encode("utf-8", "surrogateescape"))


def _ordered(value: object, root: Path) -> object:
    """A form that is the same for equal values in any order; paths in the repository become relative to its root."""
    match value:
        case Mapping():
            pairs = cast("Mapping[object, object]", value).items()
            return sorted((repr(key), _ordered(each, root)) for key, each in pairs)
        case frozenset():
            return sorted(map(repr, cast("frozenset[object]", value)))
        case tuple():
            return [_ordered(each, root) for each in cast("tuple[object, ...]", value)]
        case Path() if value.is_relative_to(root):
            return ["of the repository", str(value.relative_to(root))]
        case _ if is_dataclass(value):
            return [(each.name, _ordered(getattr(value, each.name), root)) for each in fields(value)]
        case _:
            return repr(value)


# outcomes as JSON: dataclasses become lists of their fields, long strings are stored once


LONG = 80


def encoded(value: object, texts: dict[str, int]) -> object:
    """A value as JSON: long strings are added to `texts` and replaced by their index; raises TypeError for other
    types."""
    match value:
        case Enum():
            return value.value
        case str() if len(value) > LONG or texts.get(value) == 0:
            return [texts.setdefault(value, len(texts))]
        case None | bool() | int() | str():
            return value
        case tuple() | list():
            return [encoded(each, texts) for each in cast("Sequence[object]", value)]
        case frozenset():
            return [encoded(each, texts) for each in sorted(cast("frozenset[object]", value), key=repr)]
        case Mapping():
            pairs = cast("Mapping[object, object]", value).items()
            return [[encoded(key, texts), encoded(each, texts)] for key, each in pairs]
        case _ if is_dataclass(value):
            return [encoded(getattr(value, each.name), texts) for each in fields(value)]
        case _:
            raise TypeError(f"{type(value).__name__} is not kept")


def decoded(value: Any, hint: Any, texts: Sequence[str]) -> Any:
    """The inverse of `encoded`, given the expected type; raises where the value does not fit."""
    return _reader(hint)(value, texts)


@cache
def _reader(hint: Any) -> Callable[[Any, Sequence[str]], Any]:
    """The decoder of a type; raises TypeError for a type that outcomes do not contain."""
    origin, inner = get_origin(hint), get_args(hint)
    if hasattr(hint, "_field_defaults"):  # a named tuple
        read_fields = [_reader(each) for each in get_type_hints(hint).values()]
        return lambda value, texts: hint(*(read(each, texts) for read, each in zip(read_fields, value, strict=True)))
    if hint is str:
        return lambda value, texts: value if isinstance(value, str) else texts[value[0]]
    if hint in (int, bool, NoneType):
        return lambda value, _: value if type(value) is hint else _wrong(hint)
    if isinstance(hint, type) and issubclass(hint, Enum):
        return lambda value, _: hint(value)
    if origin is UnionType:
        (other,) = (each for each in inner if each is not NoneType)
        read = _reader(other)
        return lambda value, texts: None if value is None else read(value, texts)
    if origin is frozenset:
        read = _reader(inner[0])
        return lambda value, texts: frozenset(read(each, texts) for each in value)
    if origin is Mapping:
        first, second = map(_reader, inner)
        return lambda value, texts: {first(key, texts): second(each, texts) for key, each in value}
    if origin is Sequence or (origin is tuple and inner[1:] == (...,)):
        read = _reader(inner[0])
        return lambda value, texts: tuple([read(each, texts) for each in value])
    if origin is tuple:
        reads = [_reader(each) for each in inner]
        return lambda value, texts: tuple([read(each, texts) for read, each in zip(reads, value, strict=True)])
    if isinstance(hint, type) and is_dataclass(hint):
        hints = get_type_hints(hint)
        names = [(each.name, _reader(hints[each.name])) for each in fields(hint)]
        return lambda value, texts: hint(
            **{name: read(each, texts) for (name, read), each in zip(names, value, strict=True)}
        )
    raise TypeError(f"{hint} is not kept")


def _wrong(hint: Any) -> Any:
    raise TypeError(f"{hint} is expected")


def with_cache(
    tasks: Sequence[Task], kept: OutcomeCache, examined: Callable[[Sequence[Task]], Iterable[tuple[Outcome, Evidence]]]
) -> Iterable[Outcome]:
    """The outcomes of the tasks in their order, from the cache or else computed and added to it."""
    known = [kept.of(task) for task in tasks]
    missing = [task for task, outcome in zip(tasks, known, strict=True) if outcome is None]
    made = iter(examined(missing))
    try:
        for task, outcome in zip(tasks, known, strict=True):
            if outcome is None:
                outcome, evidence = next(made)
                kept.keep(task, outcome, evidence)
            yield outcome
    finally:
        kept.close()
