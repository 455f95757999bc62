"""The settings that hold for the paths of a run, each with where it comes from."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from iacfix.commands.terminal import DONE, write_lines
from iacfix.engine.request import Request, checked
from iacfix.engine.run import root_of
from iacfix.files.settings import SEVERITY, Settings, settings_in
from iacfix.files.settings_file import SettingsFile
from iacfix.registry import rule_ids

DEFAULT = "default"


def show_settings(request: Request) -> int:
    """As TOML, which a settings file may take over; raises SettingsError."""
    checked(request)
    root = root_of(request.paths)
    for number, name in enumerate(request.paths or (".",)):
        path = Path(os.path.abspath(name))
        folder = path if path.is_dir() else path.parent
        settings = settings_in(folder, root, rule_ids(), request.given)
        if number:
            write_lines([""])
        write_lines([f"# the settings of {name}", *_rows(settings, request)])
        if path.is_file() and (left_out := settings.ignored_in(str(path))):
            write_lines([f"# per-file-ignores leave out of {name}: {', '.join(sorted(left_out))}"])
    return DONE


def _rows(settings: Settings, request: Request) -> Iterator[str]:
    """A line for each setting; what the command line says goes before the files."""
    packs = _list([folder.path for folder in settings.packs])
    yield _row("packs", packs, _where(settings, "packs"))
    select = request.select or settings.select
    if select is None:
        yield "# select: every rule"
    else:
        yield _row("select", _list(select), "--select" if request.select else _where(settings, "select"))
    ignored = () if request.select else settings.ignore
    said = DEFAULT if request.select else _where(settings, "ignore")
    where = [*([said] if said != DEFAULT or not request.ignore else []), *(["--ignore"] if request.ignore else [])]
    yield _row("ignore", _list((*ignored, *request.ignore)), ", ".join(where))
    yield _row(
        "exclude",
        _list([pattern for each in settings.exclude for pattern in each.patterns]),
        _where(settings, "exclude"),
    )
    unsafe = settings.unsafe_fixes if request.unsafe is None else request.unsafe
    said = _where(settings, "unsafe-fixes") if request.unsafe is None else f"--{'' if unsafe else 'no-'}unsafe-fixes"
    yield _row("unsafe-fixes", str(unsafe).lower(), said)
    yield _row("extend-safe-fixes", _list(sorted(settings.safe)), _where(settings, "extend-safe-fixes"))
    yield _row("extend-unsafe-fixes", _list(sorted(settings.unsafe)), _where(settings, "extend-unsafe-fixes"))
    major = request.major or settings.provider_version
    if major is None:
        yield "# provider-version: what the files around a program say"
    else:
        where_major = "--provider-version" if request.major else _where(settings, "provider-version")
        yield _row("provider-version", str(major), where_major)
    for key, number in (
        ("max-file-size", settings.max_file_size),
        ("max-seconds", settings.max_seconds),
        ("max-memory", settings.max_memory),
    ):
        yield _row(key, str(number), _where(settings, key))
    if settings.file_ignores:
        yield from ("", f"[per-file-ignores]  # {_where(settings, 'per-file-ignores')}")
        together = dict[str, frozenset[str]]()
        for each in settings.file_ignores:
            together[each.pattern] = together.get(each.pattern, frozenset()) | each.rules
        yield from (f"{json.dumps(pattern)} = {_list(sorted(rules))}" for pattern, rules in together.items())
    for rule in sorted({*settings.severities, *settings.options}):
        options = settings.options.get(rule, {})
        if rule in settings.severities or options:
            yield from ("", f"[{rule}]")
        if rule in settings.severities:
            yield _row(SEVERITY, f'"{settings.severities[rule]}"', _where(settings, rule, SEVERITY))
        for name, value in options.items():
            yield _row(name, str(value).lower(), _where(settings, rule, name))


def _row(key: str, value: str, where: str) -> str:
    return f"{key} = {value}  # {where}"


def _list(texts: Sequence[str]) -> str:
    return json.dumps(list(dict.fromkeys(texts)), ensure_ascii=False)


def _where(settings: Settings, *keys: str) -> str:
    files: tuple[SettingsFile, ...] = settings.origins.get(keys, ())
    return ", ".join(dict.fromkeys(file.place(*keys) for file in files)) or DEFAULT
