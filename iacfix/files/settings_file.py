"""A settings file: its parsed TOML, and the line of each setting."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from iacfix.errors import SettingsError
from iacfix.files.small_files import read_small

PLACES: tuple[tuple[str, tuple[str, ...]], ...] = (("iacfix.toml", ()), ("pyproject.toml", ("tool", "iacfix")))
"""The names of settings files, each with the table of its settings; the first takes precedence."""
OPTION = "--config"
_KEY = r"""(?:"[^"]*"|'[^']*'|[A-Za-z0-9_-]+)"""
_KEYS = rf"{_KEY}(?:[ \t]*\.[ \t]*{_KEY})*"
_HEADING = rf"[ \t]*\[\[?[ \t]*({_KEYS})[ \t]*\]"
_SETTING = rf"[ \t]*({_KEYS})[ \t]*="


@dataclass(frozen=True)
class SettingsFile:
    """The text of a settings file. `shown` is its name in messages, `table` the keys of the table with the settings.
    Paths are relative to `folder`, without one to the current folder; folders of rules to `rules_from`, if that is set.
    `is_option` is a setting of the command line, which has no lines."""

    shown: str
    text: str
    table: tuple[str, ...] = ()
    folder: Path | None = None
    is_option: bool = False
    rules_from: str | None = None

    def wrong(self, message: str, *keys: str) -> SettingsError:
        """An error about a setting, which is named by its keys from the outermost table on."""
        return SettingsError(message, path=self.shown, line=self.line(*keys))

    def line(self, *keys: str) -> int | None:
        """The line of a setting, else of the innermost table around it; tomllib gives no positions."""
        if self.is_option:
            return None
        wanted, table, best, line = (*self.table, *keys), (), 0, None
        for number, row in enumerate(self.text.splitlines(), 1):
            if heading := re.match(_HEADING, row):
                found = table = _names(heading[1])
            elif setting := re.match(_SETTING, row):
                found = (*table, *_names(setting[1]))
            else:
                continue
            same = min(len(found), len(wanted))
            if best < same and found[:same] == wanted[:same]:
                best, line = same, number
        return line if best > len(self.table) or not keys else None

    def place(self, *keys: str) -> str:
        """The position of a setting, such as `pyproject.toml:3`."""
        line = self.line(*keys)
        return self.shown if line is None else f"{self.shown}:{line}"

    def entries(self) -> Mapping[str, object] | None:
        """The entries of its table, None where there is none. Raises SettingsError."""
        import tomllib

        try:
            found: object = tomllib.loads(self.text)
        except tomllib.TOMLDecodeError as error:
            message, _, place = str(error).partition(" (at line ")
            line = int(place.split(",")[0]) if place else self.text.rstrip().count("\n") + 1
            what = f"is not valid TOML: {message[:1].lower()}{message[1:]}"
            raise SettingsError(what, path=self.shown, line=None if self.is_option else line) from None
        except (ValueError, RecursionError) as error:
            said = "it nests too deep" if isinstance(error, RecursionError) else "a number has too many digits"
            raise SettingsError(f"cannot be read: {said}; shorten it", path=self.shown) from None
        for key in self.table:
            found = cast("Mapping[str, object]", found).get(key) if isinstance(found, dict) else None
        if found is None:
            return None
        if not isinstance(found, dict):
            raise SettingsError(f"{'.'.join(self.table)} expects a table", path=self.shown, line=self.line())
        return cast("Mapping[str, object]", found)


def _names(keys: str) -> tuple[str, ...]:
    return tuple(key.strip("\"'") for key in re.findall(_KEY, keys))


def settings_file(path: Path, shown: str, table: tuple[str, ...], folder: Path | None) -> SettingsFile | None:
    """The settings file at a path, None where it has none of our settings. Raises SettingsError and
    FileNotFoundError."""
    try:
        data = read_small(path)
    except (FileNotFoundError, NotADirectoryError):
        raise FileNotFoundError from None
    except OSError as error:
        raise SettingsError(f"cannot be read ({error.strerror}); fix or remove it", path=shown) from error
    if ".".join(table).encode() not in data:
        return None
    try:
        return SettingsFile(shown, data.decode("utf-8-sig"), table, folder)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise SettingsError("is not UTF-8; save it as UTF-8", path=shown, line=line) from None
