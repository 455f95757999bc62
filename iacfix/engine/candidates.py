"""The tasks of a run: which files are examined and for which rules, decided by their bytes before any is parsed."""

from __future__ import annotations

import codecs
import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from iacfix.engine.request import Request, known_rule, unknown_major
from iacfix.errors import IacfixError
from iacfix.files.discovery import PROJECT_FILES, candidate, survey
from iacfix.files.modules import is_named, parts_of, replaced_by
from iacfix.files.settings import Settings, did_you_mean, settings_in
from iacfix.files.source import from_bytes, read_bytes
from iacfix.files.suffixes import language_name
from iacfix.registry import checklists, packs, rule_ids, rules_named
from iacfix.rule_folders import use

if TYPE_CHECKING:
    from iacfix.engine.workers import Task
    from iacfix.files.modules import ModuleFile
    from iacfix.files.source import Source
    from iacfix.result import Plan

UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
"""A file that begins with one of these is searched without its NUL bytes, so that a run can say it is unreadable."""
SEARCHED = 100_000_000
"""Bytes of a file that is searched for a provider's name though it is too large to be read."""
GLANCED_AT = 200
"""How many files of a skipped folder are searched, to name them."""


class NotExamined(NamedTuple):
    """A file that uses a provider but is not examined, such as build output, and why."""

    path: str
    why: str


@dataclass
class Candidates:
    """The tasks of a run, built file by file, with the files that are not examined and what went wrong.

    Call `add` for each file, then `add_modules` once. `visited` has the rules that each file was considered for,
    `programs` counts the files that use a provider.
    """

    root: Path
    request: Request
    tasks: list[Task] = field(default_factory=list["Task"])
    errors: list[str] = field(default_factory=list[str])
    visited: dict[str, frozenset[str]] = field(default_factory=dict[str, frozenset[str]])
    not_examined: list[NotExamined] = field(default_factory=list[NotExamined])
    programs: int = 0
    _requests: dict[str, _FileRequest | IacfixError] = field(default_factory=dict[str, "_FileRequest | IacfixError"])
    _modules: dict[str, list[Source]] = field(default_factory=dict[str, "list[Source]"])
    """The files of Terraform modules, by their folders."""
    _of_project: dict[str, bool] = field(default_factory=dict[str, bool])

    def add(self, found: str, name: str) -> None:
        """Add the file at the path `found`, whose `name` is relative to the root. Errors are collected."""
        try:
            self._add(found, name)
        except IacfixError as error:
            if str(error) not in self.errors:  # a wrong setting is one error, however many files it holds for
                self.errors.append(str(error))

    def _add(self, found: str, name: str) -> None:
        request = self.request_in(os.path.dirname(found)).for_file(found)
        if is_named(found):
            data = read_bytes(found, name, max_size=request.settings.max_file_size)
            source = from_bytes(data, name, path=Path(found))
            self._modules.setdefault(os.path.dirname(found), []).append(source)
            self.visited[name] = request.rules
            return
        data = _read(found, name, request.settings.max_file_size, self.packages)
        told = data.replace(b"\0", b"") if data is not None and data.startswith(UTF_16) else data
        if data is not None and told is not None and self._may_use_provider(found, told):
            uses_provider = any(map(told.__contains__, self.packages))
            is_led_to = not uses_provider and (
                _uses_alias(found, told, request, self.root)
                or self._gets_provider(found, told)
                or (request.has_trigger(told) and self._serves(found))
            )
            why = self._build_output(found, data) if is_led_to or uses_provider else None
            if why is None:
                self.programs += is_led_to or uses_provider
                if is_led_to or request.is_worth_reading(told, self.packages):
                    self.tasks.append(request.task(from_bytes(data, name, path=Path(found)), self.root))
            elif request.is_worth_reading(told, self.packages):
                self.not_examined.append(NotExamined(name, f"{why}; fix its source"))
        self.visited[name] = request.rules

    def add_modules(self) -> None:
        """Add a task for each file of the Terraform modules among the files; a module is examined as a whole."""
        for folder, mine in self._modules.items():
            using = [source for source in mine if any(map(source.data.__contains__, own_packages(source.name)))]
            self.programs += len(using)
            try:
                request = self.request_in(folder)
                parts = parts_of(folder, mine, self.root, request.settings.max_file_size)
            except IacfixError as error:
                self.errors.append(str(error))
                continue
            if elsewhere := _other_source(parts):
                self.not_examined += [
                    NotExamined(source.name, f"{elsewhere}, and no rule is for that") for source in using
                ]
                continue
            named = {part.source.name for part in parts if part.asked}
            if any(any(map(part.source.data.__contains__, own_packages(part.source.name))) for part in parts):
                self.tasks += [
                    request.for_file(str(source.path)).task(source, self.root, _together(parts))
                    for source in mine
                    if source.name in named
                ]
            self.not_examined += [
                NotExamined(source.name, f"OpenTofu reads {other} in its place; fix that, or remove one of them")
                for source in using
                if source.name not in named and (other := _in_place_of(source))
            ]
        if self._modules:
            self.tasks.sort(key=lambda task: str(task.source.path).replace(os.sep, "\0"))

    def note_unvisited(self, folder: str, only: Callable[[str], bool]) -> None:
        """Note the files of a folder that discovery skips which would be candidates if it were named."""
        shown = os.path.relpath(folder, self.root).replace(os.sep, "/")
        for found in survey([Path(folder)], self.root, rule_ids(), self.request.given).paths[:GLANCED_AT]:
            name = os.path.relpath(found, self.root).replace(os.sep, "/")
            if not only(name):
                continue
            try:
                request = self.request_in(os.path.dirname(found)).for_file(found)
                data = read_bytes(Path(found), name, max_size=request.settings.max_file_size)
                if request.is_worth_reading(data, self.packages):
                    why = self._build_output(found, data)
                    remedy = "fix its source" if why else f"iacfix check {_argument(shown)} visits it"
                    self.not_examined.append(
                        NotExamined(name, f"{why or f'{shown} is visited where it is named'}; {remedy}")
                    )
            except IacfixError:
                continue

    def request_in(self, folder: str) -> _FileRequest:
        """The request and the settings that apply in a folder; raises SettingsError where these are invalid."""
        if folder not in self._requests:
            try:
                settings = settings_in(Path(folder), self.root, rule_ids(), self.request.given)
                use(*settings.packs)
                self._requests[folder] = _FileRequest(_checked(settings), self.request)
            except IacfixError as error:
                self._requests[folder] = error
        found = self._requests[folder]
        if isinstance(found, IacfixError):
            raise found
        return found

    @cached_property
    def packages(self) -> tuple[bytes, ...]:
        """The package names by which programs import the providers, except for those of Terraform modules."""
        return tuple(
            name.encode()
            for pack in packs()
            for language, name in pack.provider.packages.items()
            if language not in pack.provider.numbering
        )

    def _gets_provider(self, path: str, data: bytes) -> bool:
        """The file belongs to a Pulumi project and may import provider classes that another file re-exports; the
        triggers of rules may then be in that file only."""
        if not self._is_of_project(path):
            return False
        from iacfix.files.imports import may_import

        return any(may_import(package, Path(path), data, self.root) for package in own_packages(path))

    def _serves(self, path: str) -> bool:
        """A file of the same Pulumi project that names the provider imports the file, for its constants."""
        if not self._is_of_project(path):
            return False
        from iacfix.engine.project_files import serves

        return any(serves(Path(path), self.root, package) for package in own_packages(path))

    def _is_of_project(self, path: str) -> bool:
        """A Pulumi.yaml stands beside the file, or above in the repository."""
        folder = os.path.dirname(path)
        if folder not in self._of_project:
            is_inside = folder.startswith(f"{self.root}{os.sep}")
            own = any(os.path.isfile(os.path.join(folder, name)) for name in PROJECT_FILES)
            self._of_project[folder] = own or (is_inside and self._is_of_project(folder))
        return self._of_project[folder]

    def _build_output(self, path: str, data: bytes) -> str | None:
        from iacfix.files.build_output import build_output

        return build_output(path, data, self.packages)

    def _may_use_provider(self, path: str, data: bytes) -> bool:
        """A cheap test that most files fail. Without `pulumi` in it a file may use a provider by an alias of
        package.json, or through another file of its Pulumi project."""
        is_named = b"pulumi" in data or not path.endswith(".py") or any(package in data for package in self.packages)
        return is_named or self._is_of_project(path)


def candidates(root: Path, request: Request, files: Iterable[tuple[str, str]]) -> Candidates:
    """The tasks for these files, given by path and name."""
    found = Candidates(root, request)
    for path, name in files:
        found.add(path, name)
    found.add_modules()
    return found


@dataclass(frozen=True)
class _FileRequest:
    """The request of the command line with the settings that apply to a file."""

    settings: Settings
    request: Request
    left_out: frozenset[str] = frozenset()
    """The rules that `per-file-ignores` leaves out, whatever the command line selects."""
    _kinds: dict[frozenset[str], _FileRequest] = field(
        default_factory=dict[frozenset[str], "_FileRequest"], compare=False
    )

    def for_file(self, path: str) -> _FileRequest:
        """The same without the rules that `per-file-ignores` leaves out of this file."""
        left_out = self.settings.ignored_in(path)
        if left_out and left_out not in self._kinds:
            self._kinds[left_out] = replace(self, left_out=left_out, _kinds={})
        return self._kinds[left_out] if left_out else self

    @cached_property
    def rules(self) -> frozenset[str]:
        """The command line goes before the settings: `--select` is final, without it `--ignore` adds to what they
        leave out."""
        request, settings = self.request, self.settings
        known = rule_ids().union(*(folder.ids for folder in settings.packs))
        taken = request.select or (known - checklists() if settings.select is None else settings.select)
        left = set(request.ignore) if request.select else {*request.ignore, *settings.ignore}
        return known.intersection(taken) - left - self.left_out

    @cached_property
    def plan(self) -> Plan:
        from iacfix.result import Plan
        from iacfix.rule import Safety, Severity

        settings, unsafe = self.settings, self.request.unsafe
        safeties = {**dict.fromkeys(settings.safe, Safety.SAFE), **dict.fromkeys(settings.unsafe, Safety.UNSAFE)}
        return Plan(
            rules=tuple(rules_named(self.rules)),
            unsafe=settings.unsafe_fixes if unsafe is None else unsafe,
            major=self.request.major or settings.provider_version,
            options=settings.options,
            by_rule=self.request.by_rule,
            repairs=self.request.repairs,
            sites=self.request.sites,
            severities={rule: Severity(severity) for rule, severity in settings.severities.items()},
            safeties=safeties,
            packs=settings.packs,
        )

    @cached_property
    def triggers(self) -> tuple[bytes, ...]:
        from iacfix.engine.suppressions import WORD

        mine = rules_named(self.plan.rules).values()
        return (*(trigger for rule in mine for trigger in rule.triggers), WORD.encode())

    def has_trigger(self, data: bytes) -> bool:
        return any(map(data.__contains__, self.triggers))

    def is_worth_reading(self, data: bytes, packages: tuple[bytes, ...]) -> bool:
        return candidate(data, packages, self.triggers)

    def task(self, source: Source, root: Path, module: tuple[ModuleFile, ...] = ()) -> Task:
        from iacfix.engine.workers import Task
        from iacfix.files.limits import Limits

        limits = Limits(self.settings.max_seconds, self.settings.max_memory)
        return Task(source, self.plan, root, limits=limits, module=module)


def own_packages(name: str) -> tuple[bytes, ...]:
    """The package names by which programs in the language of a file import the providers."""
    kind = language_name(name) or ""
    return tuple(pack.provider.packages[kind].encode() for pack in packs() if kind in pack.provider.packages)


def task_of(source: Source, request: Request, root: Path) -> Task:
    """The task for one source, with the settings of its folder; for a file of a module, with the other files too."""
    folder = os.path.dirname(os.path.abspath(root / source.name))
    own = Candidates(root, request).request_in(folder).for_file(os.path.abspath(root / source.name))
    parts: tuple[ModuleFile, ...] = ()
    if is_named(source.name) and source.path is not None and source.path.exists():
        parts = parts_of(str(source.path.parent), [source], root, own.settings.max_file_size)
    return own.task(source, root, _together(parts))


def _together(parts: tuple[ModuleFile, ...]) -> tuple[ModuleFile, ...]:
    """The files of a module where it has to be examined as one: it has several, or one in JSON syntax."""
    return parts if len(parts) > 1 or any(part.is_json for part in parts) else ()


def _other_source(parts: tuple[ModuleFile, ...]) -> str | None:
    """A message where the module takes a provider of this name from another source than the registry's own."""
    texts = [part.source.text for part in parts if "required_providers" in part.source.text]
    if not texts:
        return None
    from iacfix.files.provider_version.terraform import other_source

    kind = language_name(parts[0].source.name) or ""
    for provider in (pack.provider for pack in packs() if kind in pack.provider.packages):
        for source in filter(None, (other_source(text, provider.distributions[kind]) for text in texts)):
            return f"the module takes the provider {provider.name} from {source}"
    return None


def _in_place_of(source: Source) -> str | None:
    path = source.path
    return replaced_by(path.name, os.listdir(path.parent)) if path is not None else None


def _argument(path: str) -> str:
    """A path as a command takes it."""
    import shlex

    return f"-- {shlex.quote(path)}" if path.startswith("-") else shlex.quote(path)


def _read(path: str, name: str, limit: int, packages: tuple[bytes, ...]) -> bytes | None:
    """The bytes of a file; None for one over the size limit that names no provider, such as a bundled tool."""
    try:
        return read_bytes(path, name, max_size=limit)
    except IacfixError:
        if _is_foreign(path, limit, packages):
            return None
        raise


def _is_foreign(path: str, limit: int, packages: tuple[bytes, ...]) -> bool:
    try:
        if not limit < os.stat(path).st_size < SEARCHED or not os.path.isfile(path):
            return False
        from mmap import ACCESS_READ, mmap

        with open(path, "rb") as file, mmap(file.fileno(), 0, access=ACCESS_READ) as held:
            return all(held.find(package) < 0 for package in packages)
    except OSError:
        return False


def _uses_alias(path: str, data: bytes, request: _FileRequest, root: Path) -> bool:
    """The file has a trigger and imports a provider by an alias that a manifest defines."""
    language = language_name(path)
    if language is None or not request.has_trigger(data):
        return False
    from iacfix.files.provider_version import aliases

    return any(
        alias.encode() in data
        for provider in (pack.provider for pack in packs() if language in pack.provider.packages)
        for alias in aliases(Path(os.path.dirname(path)), root, provider.distributions[language], provider.majors)
    )


def _checked(settings: Settings) -> Settings:
    """The same settings; raises SettingsError where they name an unknown provider major or option of a rule."""
    if settings.provider_version is not None and (wrong := unknown_major(settings.provider_version)):
        raise settings.wrong(wrong, "provider-version")
    in_force = rule_ids().union(*(folder.ids for folder in settings.packs))
    for rule, options in settings.options.items():
        if rule not in in_force:
            continue
        known = known_rule(rule).options
        for name in options:
            if name not in known:
                hint = did_you_mean(name, known) or (
                    f", it has {', '.join(known)} and severity" if known else ", it has severity only"
                )
                raise settings.wrong(f"{rule} has no option '{name}'{hint}", rule, name)
    return settings
