"""Rules of a folder that no distribution offers: modules of Python, and YAML files that declare a rule."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from functools import cache
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, NamedTuple

from iacfix.errors import RuleError

if TYPE_CHECKING:
    from iacfix.rule import Rule

CODE, DECLARED = ".py", ".yaml"
ID = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")


class RuleFolder(NamedTuple):
    """A folder as it was looked at: its files of rules by their ids, and a digest of all that is in it."""

    path: str
    files: tuple[tuple[str, str], ...]
    digest: str

    @property
    def ids(self) -> frozenset[str]:
        return frozenset(id for id, _ in self.files)

    @property
    def is_code(self) -> bool:
        """It has modules of Python, which run where its rules do."""
        return any(name.endswith(CODE) for _, name in self.files)


_used: dict[str, RuleFolder] = {}
_told: list[Callable[[], None]] = []


def used() -> tuple[RuleFolder, ...]:
    """The folders whose rules are known in this process."""
    return tuple(_used.values())


def use(*folders: RuleFolder) -> None:
    """From now on their rules are known too; raises RuleError where one has the id of another's."""
    for folder in folders:
        if _used.get(folder.path) == folder:
            continue
        for other in _used.values():
            if other.path != folder.path and (both := other.ids & folder.ids):
                raise RuleError(f"has the rule {min(both)}, as {other.path} has; rename one", path=folder.path)
        _used[folder.path] = folder
        for clear in _told:
            clear()


def forget() -> None:
    """No folder is known."""
    _used.clear()
    for clear in _told:
        clear()


def on_change(clear: Callable[[], None]) -> None:
    """Have something that was made of the folders taken back when they change."""
    _told.append(clear)


@cache
def loaded(folder: RuleFolder, id: str) -> Rule:
    """A rule of a folder; raises RuleError."""
    from iacfix.rule import Rule

    name = dict(folder.files)[id]
    path = Path(folder.path) / name
    if name.endswith(DECLARED):
        return _declared(folder, id, path)
    stem = name.removesuffix(CODE)
    try:
        found = getattr(import_module(f"{_package(folder)}.{stem}"), stem, None)
    except Exception as error:
        said = " ".join(f"{type(error).__name__}: {error}".split())
        raise RuleError(f"cannot be imported ({said})", path=path, line=_line(error, path)) from error
    if not isinstance(found, Rule):
        raise RuleError(f"has no rule {stem}: the function is called as its file, and has @rule above it", path=path)
    return found


def _declared(folder: RuleFolder, id: str, path: Path) -> Rule:
    """A declared rule is the one function of a module that its file makes: the page is the module's docstring."""
    from iacfix.declared.checking import check_of
    from iacfix.declared.reading import read
    from iacfix.rule import Rule, Safety, Severity

    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise RuleError(f"cannot be read ({error})", path=path) from error
    declared = read(text, str(path))
    module = ModuleType(f"{_package(folder)}.{id.replace('-', '_')}", declared.page)
    sys.modules[module.__name__] = module
    check = check_of(declared)
    check.__module__, check.__name__ = module.__name__, id.replace("-", "_")
    return Rule(
        id=id,
        severity=Severity(declared.severity),
        category=declared.category,
        service=declared.service or ", ".join(dict.fromkeys(type.rpartition(".")[0] for type in declared.types)),
        safety=Safety(declared.safety),
        triggers=tuple(type.rpartition(".")[2].encode() for type in declared.types),
        check=check,
        checks={catalogue: tuple(ids.split()) for catalogue, ids in declared.checks.items()},
        only_reports=not (declared.set or declared.drop),
    )


def _package(folder: RuleFolder) -> str:
    """The package that its modules are in, so that they may import each other; another one once something changed."""
    name = f"iacfix_rules_{folder.digest[:16]}"
    if name not in sys.modules:
        from importlib.machinery import ModuleSpec
        from importlib.util import module_from_spec

        spec = ModuleSpec(name, None, is_package=True)
        spec.submodule_search_locations = [folder.path]
        sys.modules[name] = module_from_spec(spec)
    return name


def _line(error: Exception, path: Path) -> int | None:
    """The last line of the file on the way to the error."""
    if isinstance(error, SyntaxError) and error.filename == str(path):
        return error.lineno
    line, trace = None, error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == str(path):
            line = trace.tb_lineno
        trace = trace.tb_next
    return line
