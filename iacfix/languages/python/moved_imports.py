"""Imports of classes that become others: where all that reads a name moves, its import moves along or goes."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass

import libcst as cst

from iacfix import reasons
from iacfix.errors import CannotFix
from iacfix.languages.python import syntax
from iacfix.languages.python.imports import Imports
from iacfix.languages.python.names import dotted
from iacfix.languages.python.node_changes import NodeChanges
from iacfix.languages.python.originals import Originals
from iacfix.languages.python.read import PythonProgram
from iacfix.languages.python.scopes import ImportAssignment
from iacfix.languages.python.tree import inside

Statement = syntax.Import | syntax.ImportFrom


@dataclass(frozen=True)
class _Taken:
    """A name that an import takes and that nothing reads any more: it was read at the `places` of classes, which are
    others now. It is one of these classes, or the module of all."""

    statement: Statement
    alias: syntax.ImportAlias
    local: str
    places: Mapping[syntax.BaseExpression, str]
    is_module: bool

    @property
    def target(self) -> str | None:
        """What the import takes from now on, if it is one thing."""
        found = {name.rpartition(".")[0] if self.is_module else name for name in self.places.values()}
        return found.pop() if len(found) == 1 else None


class MovedImports:
    """Gives the places that name other classes now their code; the plan has what becomes of the imports."""

    def __init__(self, program: PythonProgram, originals: Originals, imports: Imports, plan: NodeChanges) -> None:
        self.program = program
        self.originals = originals
        self.imports = imports
        self.plan = plan
        self._codes: dict[syntax.BaseExpression, str] = {}

    def renamed(self, wanted: Mapping[syntax.BaseExpression, str]) -> dict[syntax.BaseExpression, cst.BaseExpression]:
        """What stands at each place now: of a class of the same module only the last name is another one."""
        beside = {place: name for place, name in wanted.items() if self._is_beside(place, name)}
        codes = self._moved({place: name for place, name in wanted.items() if place not in beside})
        return {
            **{
                place: self.originals.of(place).with_changes(attr=cst.Name(name.rpartition(".")[2]))
                for place, name in beside.items()
            },
            **{place: cst.parse_expression(code) for place, code in codes.items()},
        }

    def _is_beside(self, place: syntax.BaseExpression, name: str) -> bool:
        return isinstance(place, syntax.Attribute) and self.program.qualified(place.value) == name.rpartition(".")[0]

    def _moved(self, wanted: Mapping[syntax.BaseExpression, str]) -> Mapping[syntax.BaseExpression, str]:
        taken: dict[Statement, list[_Taken]] = {}
        for one in list(self._left(wanted)):
            taken.setdefault(one.statement, []).append(one)
            self.imports.free(one.statement, one.local)
        attribution = self.plan.attribution
        for statement, mine in taken.items():
            attribution.current = attribution.of(*(place for one in mine for place in one.places))
            self._move(statement, mine)
        codes = dict[syntax.BaseExpression, str]()
        for place, name in wanted.items():
            attribution.current = attribution.of(place)
            codes[place] = self._codes.get(place) or self.imports.spelled(name)
        return codes

    # what nothing reads any more

    def _left(self, wanted: Mapping[syntax.BaseExpression, str]) -> Iterator[_Taken]:
        seen = set[tuple[Statement, str]]()
        for place in wanted:
            bound = self._import_of(place)
            alias = _alias_of(bound) if bound is not None else None
            if bound is None or alias is None or (bound.node, bound.name) in seen:
                continue
            seen.add((bound.node, bound.name))
            if any(wanted[place].startswith(f"{name.name}.") for name in bound.qualified(bound.name)):
                continue  # it leads there too
            local = bound.name if alias.asname is not None else dotted(alias.name)
            reads = [found for access in bound.references if (found := _read(access.node, local, wanted)) is not None]
            mine = {read: wanted[read] for read in reads if isinstance(read, syntax.BaseExpression) and read in wanted}
            if len(mine) == len(reads) and not self._is_needed(bound):
                yield _Taken(bound.node, alias, local, mine, dotted(place) != local)

    def _import_of(self, place: syntax.BaseExpression) -> ImportAssignment | None:
        """The one import that gives a dotted name its first part, or its first parts."""
        begin = place
        while isinstance(begin, syntax.Attribute | syntax.Name):
            found = list(self.program.names.scope(begin)[dotted(begin)])
            if found or isinstance(begin, syntax.Name):
                one = found[0] if len(found) == 1 else None
                return one if isinstance(one, ImportAssignment) else None
            begin = begin.value
        return None

    def _is_needed(self, bound: ImportAssignment) -> bool:
        """New code reads the name, another file may, or a text names it, as `__all__` does."""
        if bound.node in self.imports.wanted or bound.name in self.imports.used:
            return True
        texts = inside(self.program.module, syntax.SimpleString)
        return self.program.neighbours.may_import(bound.name) or any(text.raw_value == bound.name for text in texts)

    # what becomes of an import

    def _move(self, statement: Statement, taken: Sequence[_Taken]) -> None:
        names = list(statement.names) if not isinstance(statement.names, syntax.ImportStar) else []
        module = statement.module if isinstance(statement, syntax.ImportFrom) else None
        homes = {one.target.rpartition(".")[0] if one.target is not None else "" for one in taken}
        home = homes.pop() if len(homes) == 1 else ""
        stays = module is None or dotted(module) == home
        moves = stays or (bool(home) and len(taken) == len(names) and not self.imports.takes_from(home))
        kept = [one for one in taken if moves and self._takes(one)]
        if kept and module is not None and not stays:
            self.plan.replaced[module] = cst.parse_expression(home)
            self.plan.attribution.record(module)
        gone = {names.index(one.alias): list[cst.EmptyLine]() for one in taken if one not in kept}
        if len(gone) == len(names):
            self._drop(statement)
        elif gone:
            self._refuse_comments(self.program.line(statement), self.program.end_line(statement))
            self.plan.removed[statement] = gone
            self.plan.attribution.record(*((statement, index) for index in gone))

    def _takes(self, one: _Taken) -> bool:
        """The import takes what is meant instead, unless the file reaches that already or has its name for another."""
        target = one.target
        if target is None or self.imports.takes(target, is_module=one.is_module):
            return False
        alias, is_from = self.originals.of(one.alias), isinstance(one.statement, syntax.ImportFrom)
        assert isinstance(alias, cst.ImportAlias)
        last, asname = target.rpartition(".")[2], alias.asname
        local = last if is_from or asname is not None else target
        if asname is not None and not one.is_module:
            local = one.local
        elif asname is not None:
            asname = None if is_from else asname.with_changes(name=cst.Name(last))
        root = local.partition(".")[0]
        if root != one.local.partition(".")[0] and self.imports.is_bound(root):
            return False
        name = cst.parse_expression(last if is_from else target)
        assert isinstance(name, cst.Name | cst.Attribute)
        self.plan.replaced[one.alias] = alias.with_changes(name=name, asname=asname)
        self.plan.attribution.record(one.alias)
        self.imports.bind(one.statement, target, local)
        for place, wanted in one.places.items():
            self._codes[place] = local + wanted.removeprefix(target)
        return True

    def _drop(self, statement: Statement) -> None:
        line = statement.around
        assert isinstance(line, syntax.SimpleStatementLine)
        if len(line.body) > 1:
            raise CannotFix(reasons.IMPORT_SHARES_LINE)
        if isinstance(block := line.parent, syntax.IndentedBlock) and len(block.body) == 1:
            raise CannotFix(reasons.LONE_IMPORT)
        above = len(self.originals.of(line).leading_lines)
        self._refuse_comments(self.program.line(line) - above, self.program.end_line(line))
        self.plan.gone.add(line)
        self.plan.attribution.record(line)

    def _refuse_comments(self, first: int, last: int) -> None:
        if any(first <= comment.line <= last for comment in self.program.comments()):
            raise CannotFix(reasons.ORPHANED_IMPORT_COMMENT)


def _alias_of(bound: ImportAssignment) -> syntax.ImportAlias | None:
    """The one name of an import statement that binds a name."""
    names = bound.node.names if not isinstance(bound.node.names, syntax.ImportStar) else ()
    found = [alias for alias in names if bound.name == _local(alias)]
    return found[0] if len(found) == 1 else None


def _local(alias: syntax.ImportAlias) -> str:
    return dotted(alias.asname.name if alias.asname is not None else alias.name)


def _read(node: syntax.Node, local: str, wanted: Container[syntax.Node]) -> syntax.Node | None:
    """The place that a read of an import is part of, or the read; None where it is of another module than the import's:
    `pulumi.log` is nothing of `import pulumi.output`."""
    read = node
    while read not in wanted and isinstance(parent := read.parent, syntax.Attribute) and parent.value is read:
        read = parent
    is_expression = isinstance(read, syntax.BaseExpression)
    if "." in local and is_expression and not f"{dotted(read)}.".startswith(f"{local}."):
        return None
    return read
