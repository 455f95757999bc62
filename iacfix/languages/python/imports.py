"""How a name of another package is reached from this file, and the imports that new code still needs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from iacfix import reasons
from iacfix.errors import CannotFix
from iacfix.languages.python import syntax
from iacfix.languages.python.names import RESERVED, dotted
from iacfix.languages.shared.attribution import Attribution
from iacfix.model import ReExport

WHOLE = ("pulumi", "json")
"""Modules whose names are read of them."""


@dataclass
class Imports:
    """The imports of a module for all of it, and what has to be added to them."""

    module: syntax.Module
    text: str
    count: Callable[[str], int]
    """How many places of the file bind a name."""
    re_export_of: Callable[[str], ReExport | None]
    """What another file of the project re-exports by a dotted name."""
    bound: dict[str, str] = field(default_factory=dict[str, str])
    wanted: dict[syntax.ImportFrom, list[str]] = field(default_factory=dict[syntax.ImportFrom, list[str]])
    new: dict[str, list[str]] = field(default_factory=dict[str, list[str]])

    attribution: Attribution = field(default_factory=Attribution)
    _added: dict[str, tuple[syntax.ImportFrom | None, str]] = field(
        default_factory=dict[str, "tuple[syntax.ImportFrom | None, str]"]
    )
    """What is imported for a name that nothing reached: a member of a statement, or a new line."""

    used: set[str] = field(default_factory=set[str])
    """The names of imports that new code reads."""

    def __post_init__(self) -> None:
        self._free: set[str] = set()
        self._from: dict[str, syntax.ImportFrom] = {}
        self._first: dict[str, syntax.Node] = {}
        """The first import of each local name."""
        self._stars: list[str] = []
        self._run = run_imports(self.module)
        for statement in self._run:
            if isinstance(statement, syntax.Import):
                self._plain(statement)
            else:
                self._members(statement)
        for name, local in list(self.bound.items()):
            if (found := self.re_export_of(name)) is not None:
                self.bound.setdefault(found.name, local)

    def _plain(self, statement: syntax.Import) -> None:
        for alias in statement.names:
            name = dotted(alias.name)
            if alias.asname is not None and isinstance(alias.asname.name, syntax.Name):
                self.bound[name] = alias.asname.name.value
            else:
                self.bound[name] = name
            self._first.setdefault(self.bound[name].partition(".")[0], statement)

    def _members(self, statement: syntax.ImportFrom) -> None:
        module = "." * statement.relative + (dotted(statement.module) if statement.module is not None else "")
        if isinstance(statement.names, syntax.ImportStar):
            self._stars.append(module)
            return
        self._from.setdefault(module, statement)
        for alias in statement.names:
            local = alias.asname.name if alias.asname is not None else alias.name
            if isinstance(local, syntax.Name) and isinstance(alias.name, syntax.Name):
                begin = module if module.endswith(".") else f"{module}."
                self.bound[begin + alias.name.value] = local.value
                self._first.setdefault(local.value, statement)

    def spelled(self, name: str) -> str:
        """The code for a fully qualified name; extends an import where nothing reaches it yet."""
        head, tail = name, ""
        while head:
            if head in self.bound:
                self.used.add(self.bound[head].partition(".")[0])
                if head in self._added:
                    self.attribution.record(self._added[head])
                return self.bound[head] + tail
            head, _, last = head.rpartition(".")
            tail = f".{last}{tail}"
        module, _, member = name.rpartition(".")
        if module in WHOLE:
            return self._whole(name, module)
        if self.is_bound(member):
            raise CannotFix(reasons.NAME_TAKEN.of(name=member))
        if (statement := self._from.get(module)) is not None:
            self.wanted.setdefault(statement, []).append(member)
            self._bind(name, member, statement, member)
            return member
        package = module.partition(".")[0]
        if any(known.startswith(f"{package}.") for known in (*self.bound, *(f"{star}." for star in self._stars))):
            self.new.setdefault(module, []).append(member)
            self._bind(name, member, None, module)
            return member
        alias = package.rpartition("_")[2]
        if module != package or package in self.text or self.is_bound(alias):
            raise CannotFix(reasons.NOT_IMPORTED.of(name=name))
        self.new[f"{module} as {alias}"] = []
        self._bind(module, alias, None, f"{module} as {alias}")
        return f"{alias}.{member}"

    def _whole(self, name: str, module: str) -> str:
        """The code for a name of a module that is imported as such, unless its names are imported one by one."""
        if (statement := self._from.get(module)) is not None:
            member = name.rpartition(".")[2]
            if module != "pulumi" and self.is_bound(member):
                raise CannotFix(reasons.NAME_TAKEN.of(name=member))
            self.wanted.setdefault(statement, []).append(member)
            self._bind(name, member, statement, member)
            return member
        if self.is_bound(module):
            raise CannotFix(reasons.NAME_TAKEN.of(name=module))
        self.new[module] = []
        self._bind(module, module, None, module)
        return name

    def _bind(self, name: str, local: str, statement: syntax.ImportFrom | None, added: str) -> None:
        """What is imported for a name from now on."""
        self.bound[name] = local
        self._added[name] = statement, added
        self.attribution.record((statement, added))

    def needed(self) -> list[syntax.Node]:
        """The imports of the file that new code rests on."""
        return [*self.wanted, *(self._first[name] for name in self.used if name in self._first)]

    # what is imported no more

    def is_bound(self, name: str) -> bool:
        """The file has the name for something, apart from imports that nothing needs any more."""
        return self.count(name) > (name in self._free)

    def free(self, statement: syntax.Import | syntax.ImportFrom, local: str) -> None:
        """Nothing needs what a statement takes by this name."""
        self._free.add(local)
        self.bound = {name: known for name, known in self.bound.items() if known != local}
        self._from = {module: known for module, known in self._from.items() if known is not statement}

    def takes(self, name: str, *, is_module: bool) -> bool:
        """The file imports that itself, or names of its module one by one."""
        return name in self.bound or (not is_module and self.takes_from(name.rpartition(".")[0]))

    def takes_from(self, module: str) -> bool:
        return module in self._from

    def bind(self, statement: syntax.Import | syntax.ImportFrom, name: str, local: str) -> None:
        """A statement takes something else from now on."""
        if statement in self._run:
            self.bound[name] = local

    def asked(self, lines: Iterable[str]) -> frozenset[int]:
        """Who asked for these of the import statements that are still missing."""
        modules = {line.split()[1] for line in lines}
        return self.attribution.of(*((None, new) for new in self.new if new.split()[0] in modules))

    def new_lines(self) -> list[str]:
        """The import statements that are still missing."""
        return [
            f"from {module} import {', '.join(sorted(members))}" if members else f"import {module}"
            for module, members in sorted(self.new.items())
        ]


@lru_cache(maxsize=4)
def run_imports(module: syntax.Module) -> Sequence[syntax.Import | syntax.ImportFrom]:
    """The imports that are run in any case, asked for each fix: the latest are kept, as many as originals are."""
    small = (small for line in run_lines(module.body) for small in line.body)
    return [found for found in small if isinstance(found, syntax.Import | syntax.ImportFrom)]


def run_lines(body: Sequence[syntax.BaseStatement]) -> Iterator[syntax.SimpleStatementLine]:
    """The lines that are run in any case, with what is tried and ends the program where it fails."""
    for line in body:
        if isinstance(line, syntax.SimpleStatementLine):
            yield line
        elif (
            isinstance(line, syntax.Try)
            and all(map(_ends, line.handlers))
            and isinstance(line.body, syntax.IndentedBlock)
        ):
            yield from run_lines(line.body.body)


def _ends(handler: syntax.ExceptHandler) -> bool:
    """Nothing of the file runs after the handler."""
    last = handler.body.body[-1]
    small = last.body[-1] if isinstance(last, syntax.SimpleStatementLine) else last
    match small:
        case syntax.Raise():
            return True
        case syntax.Expr(value=syntax.Call(func=func)):
            return dotted(func) in {"exit", "quit", "sys.exit", "os._exit"}
        case _:
            return False


def python_name(package: str, provider: str, type: str) -> str:
    """`cloud.lambda.Function` as it is imported: `pulumi_cloud.lambda_.Function`."""
    path = type.removeprefix(f"{provider}.").split(".")
    return ".".join([package, *(f"{part}_" if part in RESERVED else part for part in path)])
