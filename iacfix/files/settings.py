"""Settings: those of the nearest file with what it extends, overridden by those of the command line."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import NamedTuple, TypeVar, cast

from iacfix.errors import IacfixError, RuleError, SettingsError, UsageError
from iacfix.files.evidence import remembered
from iacfix.files.limits import MAX_FILE_SIZE, MAX_MEMORY, MAX_SECONDS
from iacfix.files.rule_folders import rule_folder
from iacfix.files.settings_file import OPTION, PLACES, SettingsFile, settings_file
from iacfix.files.user_settings import ALLOW_PACKS, allows_packs_in, user_settings
from iacfix.rule_folders import RuleFolder

KEYS = (
    "extend",
    "packs",
    "select",
    "ignore",
    "per-file-ignores",
    "exclude",
    "unsafe-fixes",
    "extend-safe-fixes",
    "extend-unsafe-fixes",
    "provider-version",
    "max-file-size",
    "max-seconds",
    "max-memory",
)
SEVERITY = "severity"
"""The key in a rule's table that is no option."""
SEVERITIES = ("high", "medium", "low")
NumberT = TypeVar("NumberT", int, int | None)
LARGEST = 2**40
"""The largest number that a setting takes."""


class Excluded(NamedTuple):
    """gitignore patterns for what is below a folder."""

    folder: Path
    patterns: tuple[str, ...]


class FileIgnores(NamedTuple):
    """Rules that are ignored in the files that match a gitignore pattern relative to a folder; with `!` before it, in
    all other files below the folder."""

    folder: Path
    pattern: str
    rules: frozenset[str]

    def holds(self, path: str) -> bool:
        from iacfix.files.gitignore import Patterns

        base = str(self.folder)
        if not path.startswith(os.path.join(base, "")):
            return False
        patterns = Patterns(base, (self.pattern.removeprefix("!"),))
        steps = path[len(base) :].strip(os.sep).split(os.sep)
        above = (os.path.join(base, *steps[:end]) for end in range(1, len(steps)))
        is_named = any(patterns.leave_out(folder, True) for folder in above) or patterns.leave_out(path, False)
        return bool(is_named) != self.pattern.startswith("!")


@dataclass(frozen=True)
class Settings:
    """`select` is None for every rule; `safe` and `unsafe` are rules whose fixes all count as such; `packs` are folders
    with rules; `options` are by rule. `origins` has the files that set a key, or a rule's key."""

    packs: tuple[RuleFolder, ...] = ()
    select: tuple[str, ...] | None = None
    ignore: tuple[str, ...] = ()
    file_ignores: tuple[FileIgnores, ...] = ()
    exclude: tuple[Excluded, ...] = ()
    unsafe_fixes: bool = False
    safe: frozenset[str] = frozenset()
    unsafe: frozenset[str] = frozenset()
    provider_version: int | None = None
    max_file_size: int = MAX_FILE_SIZE
    max_seconds: int = MAX_SECONDS
    max_memory: int = MAX_MEMORY
    severities: Mapping[str, str] = field(default_factory=dict[str, str])
    options: Mapping[str, Mapping[str, bool]] = field(default_factory=dict[str, Mapping[str, bool]])
    origins: Mapping[tuple[str, ...], tuple[SettingsFile, ...]] = field(
        default_factory=dict[tuple[str, ...], tuple[SettingsFile, ...]], compare=False
    )

    def wrong(self, message: str, *keys: str) -> SettingsError:
        """An error about a value, with the file and line that set it."""
        return self.origins[keys][-1].wrong(message, *keys)

    def ignored_in(self, path: str) -> frozenset[str]:
        """The rules that `per-file-ignores` ignores in a file."""
        return frozenset(rule for each in self.file_ignores if each.holds(path) for rule in each.rules)


@dataclass(frozen=True)
class SettingsOverrides:
    """Settings of the command line: `files` instead of those that are found, what is extended before what extends it;
    `values` that hold over every file. Where it is `isolated` no file is looked for; the rules of
    folders may be code where `allow_packs` says so; None leaves that to the settings of the person who runs it."""

    files: tuple[SettingsFile, ...] = ()
    values: tuple[SettingsFile, ...] = ()
    isolated: bool = False
    allow_packs: bool | None = None


NOTHING_GIVEN = SettingsOverrides()


def given(texts: Iterable[str], *, isolated: bool = False, allow_packs: bool = False) -> SettingsOverrides:
    """The values of `--config`: `KEY=VALUE` in TOML, or one file. Raises UsageError and SettingsError."""
    values, files = list[SettingsFile](), list[str]()
    for text in texts:
        if "=" in text and not os.path.isfile(text):
            value = SettingsFile(f"{OPTION} {text}", text, is_option=True)
            if not (entries := value.entries()):
                raise UsageError(f"{OPTION} {text}: expects KEY=VALUE")
            if "extend" in entries:
                raise UsageError(f"{OPTION} {text}: extend is for settings files only; use {OPTION} FILE")
            values.append(value)
        else:
            files.append(text)
    if len(files) > 1:
        raise UsageError(f"{OPTION} takes one file, and KEY=VALUE any number of times: {', '.join(files)}")
    if files and isolated:
        raise UsageError(f"--isolated reads no file; leave it out, or {OPTION} {files[0]}")
    return SettingsOverrides(
        tuple(chain for name in files for chain in _named(name)), tuple(values), isolated, allow_packs or None
    )


def _named(name: str) -> Iterator[SettingsFile]:
    """A file of the command line, after those that it extends."""
    path = Path(name)
    try:
        found = settings_file(path, name, _table_of(path), None)
    except FileNotFoundError:
        raise UsageError(f"{OPTION} {name}: there is no such file, and it is not KEY=VALUE") from None
    if found is None or found.entries() is None:
        raise UsageError(f"{OPTION} {name}: has no [tool.iacfix]")
    yield from _with_extended(found, path, None)


def rooted(given: SettingsOverrides, folder: str) -> SettingsOverrides:
    """The same for a process in another folder: relative folders of rules are resolved against `folder`."""
    files, values = (
        tuple(replace(each, rules_from=folder) if _names_packs_below(each) else each for each in several)
        for several in (given.files, given.values)
    )
    return replace(given, files=files, values=values)


def _names_packs_below(file: SettingsFile) -> bool:
    named = (file.entries() or {}).get("packs")
    names = cast("list[object]", named) if isinstance(named, list) else []
    return any(isinstance(name, str) and not os.path.isabs(os.path.expanduser(name)) for name in names)


def settings_in(
    folder: Path, root: Path, known_rules: Iterable[str], given: SettingsOverrides = NOTHING_GIVEN
) -> Settings:
    """The settings for the files of a folder. Raises SettingsError."""
    known = frozenset(known_rules)
    if given.isolated or given.files:
        found = _read((*given.files, *given.values), Path.cwd(), known, given.allow_packs)
    else:
        found = _nearest(folder, root, known, given.values, given.allow_packs)
    if isinstance(found, IacfixError):
        raise found
    return found


@remembered()
def _nearest(
    folder: Path, root: Path, known: frozenset[str], values: tuple[SettingsFile, ...], allow_packs: bool | None
) -> Settings | IacfixError:
    try:
        files = _own(folder, root)
    except SettingsError as error:
        return error
    if files is None and folder not in (root, folder.parent):
        return _nearest(folder.parent, root, known, values, allow_packs)
    return _read((*(files or ()), *values), Path.cwd(), known, allow_packs)


@remembered()
def _read(
    files: tuple[SettingsFile, ...], here: Path, known: frozenset[str], allow_packs: bool | None
) -> Settings | IacfixError:
    """The merged settings; later files override earlier ones."""
    settings = Settings()
    try:
        for file in files:
            settings = _over(settings, _Table(file, file.entries() or {}, known), file.folder or here, allow_packs)
        if not allow_packs:
            _must_be_allowed(settings, allow_packs)
    except (SettingsError, RuleError) as error:
        return error
    return settings


def _must_be_allowed(settings: Settings, allow_packs: bool | None) -> None:
    """Raises SettingsError for rules in Python that neither the command line nor the user's own settings allow."""
    origin = settings.origins.get(("packs",), ())
    for folder in settings.packs:
        if not folder.is_code or origin[-1].is_option:
            continue
        what = f"the rules in {folder.path} are Python code"
        if allow_packs is None or origin[-1].folder is None:
            if not allows_packs_in(folder.path, os.environ):
                here = f"{ALLOW_PACKS} = ['{folder.path}'] in {user_settings(os.environ)}"
                raise settings.wrong(f"{what}; allow it with --allow-packs, or with {here}", "packs")
        else:
            others = f"{OPTION} 'packs=[]' leaves them out"
            raise settings.wrong(f"{what}; {others}, --allow-packs runs those of every repository", "packs")


def _own(folder: Path, root: Path) -> tuple[SettingsFile, ...] | None:
    """The settings file in this folder, after those that it extends."""
    for name, table in PLACES:
        path = folder / name
        try:
            found = settings_file(path, _shown_path(path, root), table, folder)
        except FileNotFoundError:
            continue
        if found is not None and found.entries() is not None:
            return tuple(_with_extended(found, path, root))
    return None


def _shown_path(path: Path, root: Path | None) -> str:
    return path.relative_to(root).as_posix() if root is not None and path.is_relative_to(root) else str(path)


def _table_of(path: Path) -> tuple[str, ...]:
    return dict(PLACES).get(path.name, ())


def _with_extended(file: SettingsFile, path: Path, root: Path | None) -> Iterator[SettingsFile]:
    """A file after those that it extends, directly or not; without a `root` it is one of the command line.

    Settings of a repository extend nothing outside of it: a checkout must not make other files be read.
    """
    chain, seen = [file], [os.path.realpath(path)]
    repository = _repository_of(seen[0]) if root is not None else None
    while (name := _Table(chain[-1], chain[-1].entries() or {}).text("extend")) is not None:
        last = chain[-1]
        path = Path(os.path.normpath(path.parent / os.path.expanduser(name)))
        real, shown = os.path.realpath(path), _shown_path(path, root)
        if real in seen:
            circle = " extends ".join([*(each.shown for each in chain[seen.index(real) :]), shown])
            raise last.wrong(f"settings extend themselves: {circle}", "extend")
        if repository is not None and not Path(real).is_relative_to(repository):
            raise last.wrong(f"{name} is outside of the repository; copy it into it, or use {OPTION} FILE", "extend")
        try:
            found = settings_file(path, shown, _table_of(path), path.parent if root is not None else None)
        except FileNotFoundError:
            raise last.wrong(f"there is no {name} to extend", "extend") from None
        if found is None or found.entries() is None:
            raise last.wrong(f"{name} has no [tool.iacfix] to extend", "extend")
        chain.append(found)
        seen.append(real)
    return reversed(chain)


def _repository_of(path: str) -> Path | None:
    """The root of the repository that contains a path without links; None where there is none."""
    return next((folder for folder in Path(path).parents if (folder / ".git").exists()), None)


def _over(base: Settings, table: _Table, folder: Path, allow_packs: bool | None) -> Settings:
    """The settings after one more file: ignores and exclusions are added, everything else is replaced."""
    packs = table.packs(folder, allow_packs) if "packs" in table.entries else base.packs
    table = table._replace(known=table.known.union(*(each.ids for each in (*base.packs, *packs))))
    table.must_be_known()
    select = table.rules("select") if "select" in table.entries else base.select
    named = select if "select" in table.entries and select else ()
    excluded = table.texts("exclude")
    safe, unsafe = frozenset(table.rules("extend-safe-fixes")), frozenset(table.rules("extend-unsafe-fixes"))
    if both := safe & unsafe:
        message = f"{min(both)} is in extend-safe-fixes and in extend-unsafe-fixes; keep it in one"
        raise table.wrong(message, "extend-unsafe-fixes")
    rules = {key: table.rule(key) for key in table.entries if key in table.known}
    return Settings(
        packs=packs,
        select=select,
        ignore=(*(rule for rule in base.ignore if rule not in named), *table.rules("ignore")),
        file_ignores=(*base.file_ignores, *table.file_ignores(folder)),
        exclude=(*base.exclude, *([Excluded(folder, excluded)] if excluded else [])),
        unsafe_fixes=table.flag("unsafe-fixes", base.unsafe_fixes),
        safe=base.safe - unsafe | safe,
        unsafe=base.unsafe - safe | unsafe,
        provider_version=table.number("provider-version", 'a major such as 6 or "6"', base.provider_version),
        max_file_size=table.number("max-file-size", "a number of bytes", base.max_file_size),
        max_seconds=table.number("max-seconds", "a number of seconds", base.max_seconds),
        max_memory=table.number("max-memory", "a number of megabytes", base.max_memory),
        severities={**base.severities, **{rule: severity for rule, (severity, _) in rules.items() if severity}},
        options={**base.options, **{rule: {**base.options.get(rule, {}), **own} for rule, (_, own) in rules.items()}},
        origins=_origins(base, table),
    )


ADDED = frozenset({"ignore", "exclude", "per-file-ignores", "extend-safe-fixes", "extend-unsafe-fixes"})
"""Keys whose values are added to those of extended files."""


def _origins(base: Settings, table: _Table) -> Mapping[tuple[str, ...], tuple[SettingsFile, ...]]:
    origins = dict(base.origins)
    for key, value in table.entries.items():
        inner = tuple(cast("Mapping[str, object]", value)) if key in table.known else ()
        for keys in [(key, name) for name in inner] or [(key,)]:
            origins[keys] = (*(origins.get(keys, ()) if key in ADDED else ()), table.file)
    return origins


class _Table(NamedTuple):
    """The entries of one settings file, with validation by key."""

    file: SettingsFile
    entries: Mapping[str, object]
    known: frozenset[str] = frozenset()

    def must_be_known(self) -> None:
        for key in self.entries:
            if key not in KEYS and key not in self.known:
                words = {*KEYS, *self.known}
                is_misplaced = key == "tool" and not self.file.is_option
                hint = (
                    ", in iacfix.toml the keys are written without [tool.iacfix]"
                    if is_misplaced
                    else did_you_mean(key, words) or f"; choose one of {', '.join(KEYS)}, or a rule"
                )
                raise self.wrong(f"unknown key '{key}'{hint}", key)

    def packs(self, folder: Path, allow_packs: bool | None) -> tuple[RuleFolder, ...]:
        """The folders with rules, relative to `folder`; they are read, and no code runs."""
        found = list[RuleFolder]()
        folder = Path(self.file.rules_from or folder)
        for name in self.texts("packs"):
            path = folder / os.path.expanduser(name)
            if not (allow_packs or self.file.is_option or _is_inside(path, folder)):
                raise self.wrong(f"{name} is outside of the repository; copy it into it, or use --allow-packs", "packs")
            try:
                pack = rule_folder(path)
            except OSError as error:
                raise self.wrong(
                    f"{name} cannot be read ({error.strerror}); packs names folders with rules", "packs"
                ) from None
            if both := pack.ids & self.known.union(*(each.ids for each in found)):
                raise self.wrong(f"{name} has a rule {min(both)}, and so has another pack; rename it", "packs")
            found.append(pack)
        return tuple(found)

    def rules(self, key: str) -> tuple[str, ...]:
        return self.known_rules(self.texts(key), key)

    def known_rules(self, ids: tuple[str, ...], *keys: str) -> tuple[str, ...]:
        for rule in ids:
            if rule not in self.known:
                hint = did_you_mean(rule, self.known) or "; see iacfix rules"
                raise self.wrong(f"unknown rule '{rule}' in {keys[0]}{hint}", *keys)
        return ids

    def texts(self, key: str) -> tuple[str, ...]:
        return self._texts(self.entries.get(key, []), key)

    def _texts(self, items: object, *keys: str) -> tuple[str, ...]:
        texts = cast("list[object]", items) if isinstance(items, list) else [None]
        if not all(isinstance(text, str) for text in texts):
            raise self.wrong(f"{_shown_keys(keys)} expects a list of strings", *keys)
        return tuple(cast("list[str]", texts))

    def text(self, key: str) -> str | None:
        text = self.entries.get(key)
        if text is not None and not (isinstance(text, str) and text):
            raise self.wrong(f"{key} expects a path", key)
        return text

    def flag(self, key: str, otherwise: bool) -> bool:
        flag = self.entries.get(key, otherwise)
        if not isinstance(flag, bool):
            raise self.wrong(f"{key} expects true or false", key)
        return flag

    def number(self, key: str, expected: str, otherwise: NumberT) -> int | NumberT:
        if key not in self.entries:
            return otherwise
        number = self.entries[key]
        if key == "provider-version" and isinstance(number, str) and re.fullmatch("[0-9]{1,9}", number):
            number = int(number)
        if not isinstance(number, int) or isinstance(number, bool) or not 1 <= number <= LARGEST:
            raise self.wrong(f"{key} expects {expected}", key)
        return number

    def file_ignores(self, folder: Path) -> Iterator[FileIgnores]:
        key = "per-file-ignores"
        table = self.entries.get(key, {})
        if not isinstance(table, dict):
            raise self.wrong(f'{key} expects a table of lists, as "legacy/" = ["RULE"]', key)
        for pattern, items in cast("Mapping[str, object]", table).items():
            yield FileIgnores(
                folder,
                pattern,
                frozenset(self.known_rules(self._texts(items, key, pattern), key, pattern)),
            )

    def rule(self, rule: str) -> tuple[str | None, Mapping[str, bool]]:
        """The settings of a rule: its severity, and options such as `bucket-key = true`."""
        table = self.entries[rule]
        if not isinstance(table, dict):
            raise self.wrong(f"{rule} expects a table of its options", rule)
        entries = cast("Mapping[str, object]", table)
        severity = entries.get(SEVERITY)
        if severity is not None and severity not in SEVERITIES:
            raise self.wrong(f"{SEVERITY} of {rule} expects high, medium or low", rule, SEVERITY)
        options = {name: value for name, value in entries.items() if name != SEVERITY}
        for name, value in options.items():
            if not isinstance(value, bool):
                raise self.wrong(f"{name} of {rule} expects true or false", rule, name)
        return cast("str | None", severity), cast("Mapping[str, bool]", options)

    def wrong(self, message: str, *keys: str) -> SettingsError:
        return self.file.wrong(message, *keys)


def _is_inside(path: Path, folder: Path) -> bool:
    """A path is in the repository of a folder, or allowed by the user: a checkout must not make others be read."""
    repository = _repository_of(os.path.join(os.path.realpath(folder), "settings"))
    place = os.path.realpath(path)
    return repository is None or Path(place).is_relative_to(repository) or allows_packs_in(place, os.environ)


def _shown_keys(keys: tuple[str, ...]) -> str:
    return " of ".join(reversed(keys))


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """`, did you mean 'select'?`, or nothing where no known word is near."""
    from difflib import get_close_matches

    near = get_close_matches(word, sorted(known), n=1)
    return f", did you mean '{near[0]}'?" if near else ""
