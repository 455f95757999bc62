"""What becomes of the nodes of a file: changes hung on original nodes, before the one transformer carries them out."""

from __future__ import annotations

from dataclasses import dataclass, field

import libcst as cst

from iacfix.errors import CannotFix
from iacfix.languages.python import layout


@dataclass(frozen=True)
class Insertion:
    """A new entry behind the original entry `after` (-1: in front of all)."""

    after: int
    item: layout.Item


@dataclass(frozen=True)
class Room:
    """How many columns a call has on its one line before it is spread over several, how many an entry then has, and a
    step of indentation."""

    line: int
    entry: int
    unit: str


@dataclass(frozen=True)
class Spread:
    """How a bracket is laid out with every entry on a line of its own: the indentation of its own line inside the
    statement, a step of it, and whether the last entry has a comma."""

    indent: str
    unit: str
    comma: bool


@dataclass
class Addition:
    """What a statement becomes: itself (perhaps bound to a new name), the new ones, and a line that ends it all. Where
    the call is lifted out of it, it is bound to its name and the new ones follow before the statement."""

    statement: cst.SimpleStatementLine
    call: cst.Call
    bind: str | None
    lifted: bool = False
    new: list[cst.SimpleStatementLine] = field(default_factory=list[cst.SimpleStatementLine])
    order: list[int] = field(default_factory=list[int])
    reads: list[tuple[cst.CSTNode, str]] = field(default_factory=list[tuple[cst.CSTNode, str]])

    @property
    def leaves_statement(self) -> bool:
        """The call no longer stands in the statement that it was part of, a `return` or an assignment."""
        return self.bind is not None and (self.lifted or not isinstance(self.statement.body[0], cst.Expr))

    def above(self, call: cst.BaseExpression, *, apart: bool) -> list[cst.BaseStatement]:
        """The statements that a lifted call and its new resources become, with a blank line above them or none."""
        assert self.bind is not None
        bound = cst.Assign([cst.AssignTarget(cst.Name(self.bind))], call)
        blank = [cst.EmptyLine(indent=False)] if apart else []
        return [cst.SimpleStatementLine([bound], leading_lines=blank), *self.new]

    def lines(self, updated: cst.CSTNode) -> list[cst.CSTNode]:
        """The statements that take the place of the updated one."""
        assert isinstance(updated, cst.SimpleStatementLine)
        if self.bind is None:
            return [updated, *self.new]
        (small,) = updated.body
        name = cst.Name(self.bind)
        match small:
            case cst.Expr(value=call) | cst.Return(value=cst.BaseExpression() as call):
                last = cst.Return(name) if isinstance(small, cst.Return) else None
            case cst.Assign(value=call):
                last = small.with_changes(value=name)
            case _:
                raise CannotFix("the resource cannot be bound to a name there")
        first = updated.with_changes(body=[cst.Assign([cst.AssignTarget(name)], call)])
        if last is None:
            return [first, *self.new]
        blank = [cst.EmptyLine(indent=False)] if isinstance(small, cst.Return) else []
        ending = cst.SimpleStatementLine([last], leading_lines=blank)
        return [first, *self.new, ending] if isinstance(small, cst.Return) else [first, ending, *self.new]


@dataclass(frozen=True)
class Lift:
    """A call that is taken out of its statement, the indentation that its lines lose, and whether other statements of
    the block stand above."""

    addition: Addition
    indent: str
    follows: bool


@dataclass
class Plan:
    """What becomes of the original nodes. Statements in `apart` get a blank line above them, those in `joined` none."""

    replaced: dict[cst.CSTNode, cst.CSTNode] = field(default_factory=dict[cst.CSTNode, cst.CSTNode])
    spans: dict[cst.CSTNode, list[tuple[int, int, str]]] = field(
        default_factory=dict[cst.CSTNode, list[tuple[int, int, str]]]
    )
    pieces: set[cst.CSTNode] = field(default_factory=set[cst.CSTNode])
    inserted: dict[cst.CSTNode, list[Insertion]] = field(default_factory=dict[cst.CSTNode, list[Insertion]])
    removed: dict[cst.CSTNode, dict[int, list[cst.EmptyLine]]] = field(
        default_factory=dict[cst.CSTNode, dict[int, list[cst.EmptyLine]]]
    )
    spreads: dict[cst.CSTNode, Spread] = field(default_factory=dict[cst.CSTNode, Spread])
    rooms: dict[cst.CSTNode, Room] = field(default_factory=dict[cst.CSTNode, Room])
    statements: dict[cst.CSTNode, Addition] = field(default_factory=dict[cst.CSTNode, Addition])
    lifted: dict[cst.CSTNode, Lift] = field(default_factory=dict[cst.CSTNode, Lift])
    before: dict[cst.CSTNode, list[cst.SimpleStatementLine]] = field(
        default_factory=dict[cst.CSTNode, list[cst.SimpleStatementLine]]
    )
    apart: set[cst.CSTNode] = field(default_factory=set[cst.CSTNode])
    gone: set[cst.CSTNode] = field(default_factory=set[cst.CSTNode])
    joined: set[cst.CSTNode] = field(default_factory=set[cst.CSTNode])
