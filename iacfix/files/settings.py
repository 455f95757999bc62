"""Settings: `[tool.iacfix]` of a pyproject.toml or an iacfix.toml; the one nearest to a file holds whole."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

from iacfix.errors import SettingsError
from iacfix.files.evidence import remembered
from iacfix.files.limits import MAX_MEMORY, MAX_SECONDS
from iacfix.files.small_files import read_small
from iacfix.files.source import MAX_FILE_SIZE

KEYS = ("select", "ignore", "exclude", "unsafe-fixes", "provider-version", "max-file-size", "max-seconds", "max-memory")
LARGEST = 2**40
"""More than any number that is set means; Python refuses to read those of thousands of digits."""


@dataclass(frozen=True)
class SettingsFile:
    """Where settings are written; `shown` is how people find it."""

    shown: str
    text: str

    def wrong(self, key: str, message: str) -> SettingsError:
        """TOML gives no places: the line is looked for, from the table's heading on."""
        heading = re.search(r"^[ \t]*\[[ \t]*tool\.iacfix[ \t]*\]", self.text, re.MULTILINE)
        start = heading.end() if heading else 0
        name = rf"""(?:tool\.iacfix\.)?["']?{re.escape(key)}["']?[ \t]*"""
        setting = re.compile(rf"^[ \t]*(?:{name}[=.]|\[[ \t]*{name}\])", re.MULTILINE)
        found = setting.search(self.text, start)
        line = self.text.count("\n", 0, found.start()) + 1 if found else None
        return SettingsError(message, path=self.shown, line=line)


@dataclass(frozen=True)
class Settings:
    """`select` is None where every rule is meant; `exclude` are gitignore patterns relative to `folder`;
    `options` are those of single rules, each in a table of the rule's name."""

    select: tuple[str, ...] | None = None
    ignore: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    unsafe_fixes: bool = False
    provider_version: int | None = None
    max_file_size: int = MAX_FILE_SIZE
    max_seconds: int = MAX_SECONDS
    max_memory: int = MAX_MEMORY
    options: Mapping[str, Mapping[str, bool]] = field(default_factory=dict[str, Mapping[str, bool]])
    folder: Path | None = None
    file: SettingsFile | None = field(default=None, compare=False)

    def wrong(self, key: str, message: str) -> SettingsError:
        """What a value means to the rules shows only where they are known."""
        return self.file.wrong(key, message) if self.file else SettingsError(message, path=self.folder)


def settings_for(path: Path, root: Path, known_rules: Iterable[str]) -> Settings:
    """The settings that hold for a file; raises SettingsError."""
    return settings_in(Path(os.path.abspath(path)).parent, root, known_rules)


def settings_in(folder: Path, root: Path, known_rules: Iterable[str]) -> Settings:
    """The settings that hold for the files of a folder; raises SettingsError."""
    found = _nearest(folder, root, frozenset(known_rules))
    if isinstance(found, SettingsError):
        raise found
    return found


@remembered()
def _nearest(folder: Path, root: Path, known: frozenset[str]) -> Settings | SettingsError:
    try:
        if (own := _own(folder, root, known)) is not None:
            return own
    except SettingsError as error:
        return error
    if folder in (root, folder.parent):
        return Settings()
    return _nearest(folder.parent, root, known)


def _own(folder: Path, root: Path, known: frozenset[str]) -> Settings | None:
    """What this very folder sets."""
    for name, keys in (("iacfix.toml", ()), ("pyproject.toml", ("tool", "iacfix"))):
        path = folder / name
        shown = path.relative_to(root).as_posix() if path.is_relative_to(root) else str(path)
        try:
            data = read_small(path)
        except (FileNotFoundError, NotADirectoryError):
            continue
        except OSError as error:
            raise SettingsError(f"cannot be read ({error.strerror}), mend or remove it", path=shown) from error
        if ".".join(keys).encode() not in data:
            continue
        text = _text(data, shown)
        entries = _entries(text, shown, keys)
        if entries is not None:
            return _settings(_Table(SettingsFile(shown, text), entries, known), folder)
    return None


def _text(data: bytes, shown: str) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise SettingsError("is not UTF-8, save it as UTF-8", path=shown, line=line) from None


def _entries(text: str, shown: str, keys: tuple[str, ...]) -> Mapping[str, object] | None:
    """The table behind the keys, None where there is none."""
    import tomllib

    try:
        found: object = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        message, _, place = str(error).partition(" (at line ")
        line = int(place.split(",")[0]) if place else text.rstrip().count("\n") + 1
        raise SettingsError(f"is broken TOML: {message[:1].lower()}{message[1:]}", path=shown, line=line) from None
    except (ValueError, RecursionError) as error:
        said = "it nests too deep" if isinstance(error, RecursionError) else "a number has too many digits"
        raise SettingsError(f"cannot be read: {said}; shorten it", path=shown) from None
    for key in keys:
        found = cast("Mapping[str, object]", found).get(key) if isinstance(found, dict) else None
    if found is None:
        return None
    if not isinstance(found, dict):
        raise SettingsFile(shown, text).wrong("iacfix", "tool.iacfix expects a table")
    return cast("Mapping[str, object]", found)


def _settings(table: _Table, folder: Path) -> Settings:
    for key in table.entries:
        if key not in KEYS and key not in table.known:
            words = {*KEYS, *table.known}
            hint = (
                ", in iacfix.toml the keys stand without [tool.iacfix]" if key == "tool" else did_you_mean(key, words)
            )
            raise table.wrong(key, f"unknown key '{key}'{hint}")
    return Settings(
        select=table.rules("select") if "select" in table.entries else None,
        ignore=table.rules("ignore"),
        exclude=table.texts("exclude"),
        unsafe_fixes=table.flag("unsafe-fixes"),
        provider_version=table.number("provider-version", 'a major such as 6 or "6"'),
        max_file_size=table.number("max-file-size", "a number of bytes") or MAX_FILE_SIZE,
        max_seconds=table.number("max-seconds", "a number of seconds") or MAX_SECONDS,
        max_memory=table.number("max-memory", "a number of megabytes") or MAX_MEMORY,
        options={key: table.options(key) for key in table.entries if key in table.known},
        folder=folder,
        file=table.file,
    )


@dataclass(frozen=True)
class _Table:
    """The entries of one settings file, each read as what its key expects."""

    file: SettingsFile
    entries: Mapping[str, object]
    known: frozenset[str]

    def rules(self, key: str) -> tuple[str, ...]:
        for rule in (ids := self.texts(key)):
            if rule not in self.known:
                raise self.wrong(key, f"unknown rule '{rule}' in {key}{did_you_mean(rule, self.known)}")
        return ids

    def texts(self, key: str) -> tuple[str, ...]:
        items = self.entries.get(key, [])
        if not isinstance(items, list):
            raise self.wrong(key, f"{key} expects a list of strings")
        texts = tuple(item for item in cast("list[object]", items) if isinstance(item, str))
        if len(texts) != len(cast("list[object]", items)):
            raise self.wrong(key, f"{key} expects a list of strings")
        return texts

    def flag(self, key: str) -> bool:
        flag = self.entries.get(key, False)
        if not isinstance(flag, bool):
            raise self.wrong(key, f"{key} expects true or false")
        return flag

    def options(self, rule: str) -> Mapping[str, bool]:
        """The options of a rule, as `bucket-key = true`."""
        table = self.entries[rule]
        if not isinstance(table, dict):
            raise self.wrong(rule, f"{rule} expects a table of its options")
        options = cast("Mapping[str, object]", table)
        for name, value in options.items():
            if not isinstance(value, bool):
                raise self.wrong(name, f"{name} of {rule} expects true or false")
        return cast("Mapping[str, bool]", options)

    def number(self, key: str, expected: str) -> int | None:
        if key not in self.entries:
            return None
        number = self.entries[key]
        if key == "provider-version" and isinstance(number, str) and re.fullmatch("[0-9]{1,9}", number):
            number = int(number)
        if not isinstance(number, int) or isinstance(number, bool) or not 1 <= number <= LARGEST:
            raise self.wrong(key, f"{key} expects {expected}")
        return number

    def wrong(self, key: str, message: str) -> SettingsError:
        return self.file.wrong(key, message)


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """`, did you mean 'select'?`, or nothing where no known word is near."""
    from difflib import get_close_matches

    near = get_close_matches(word, sorted(known), n=1)
    return f", did you mean '{near[0]}'?" if near else ""
