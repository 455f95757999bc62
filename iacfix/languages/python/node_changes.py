"""What becomes of the nodes of a file: changes hung on those that were read; one transformer carries them out."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import chain

import libcst as cst

from iacfix import reasons
from iacfix.errors import CannotFix
from iacfix.languages.python import layout, syntax
from iacfix.languages.shared.attribution import Attribution


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

    statement: syntax.SimpleStatementLine
    call: syntax.Call
    bind: str | None
    lifted: bool = False
    new: list[cst.SimpleStatementLine] = field(default_factory=list[cst.SimpleStatementLine])
    order: list[int] = field(default_factory=list[int])
    reads: list[tuple[syntax.Node, str]] = field(default_factory=list[tuple[syntax.Node, str]])

    @property
    def leaves_statement(self) -> bool:
        """The call no longer stands in the statement that it was part of, a `return` or an assignment."""
        return self.bind is not None and (self.lifted or not isinstance(self.statement.body[0], syntax.Expr))

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
                raise CannotFix(reasons.UNBINDABLE)
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
class NodeChanges:
    """What becomes of the nodes that were read. Statements in `apart` get a blank line above them, those in `joined`
    none."""

    replaced: dict[syntax.Node, cst.CSTNode] = field(default_factory=dict[syntax.Node, cst.CSTNode])
    spans: dict[syntax.Node, list[tuple[int, int, str]]] = field(
        default_factory=dict[syntax.Node, list[tuple[int, int, str]]]
    )
    pieces: set[syntax.Node] = field(default_factory=set[syntax.Node])
    inserted: dict[syntax.Node, list[Insertion]] = field(default_factory=dict[syntax.Node, list[Insertion]])
    removed: dict[syntax.Node, dict[int, list[cst.EmptyLine]]] = field(
        default_factory=dict[syntax.Node, dict[int, list[cst.EmptyLine]]]
    )
    spreads: dict[syntax.Node, Spread] = field(default_factory=dict[syntax.Node, Spread])
    rooms: dict[syntax.Node, Room] = field(default_factory=dict[syntax.Node, Room])
    statements: dict[syntax.Node, Addition] = field(default_factory=dict[syntax.Node, Addition])
    lifted: dict[syntax.Node, Lift] = field(default_factory=dict[syntax.Node, Lift])
    before: dict[syntax.Node, list[cst.SimpleStatementLine]] = field(
        default_factory=dict[syntax.Node, list[cst.SimpleStatementLine]]
    )
    apart: set[syntax.Node] = field(default_factory=set[syntax.Node])
    gone: set[syntax.Node] = field(default_factory=set[syntax.Node])
    joined: set[syntax.Node] = field(default_factory=set[syntax.Node])
    attribution: Attribution = field(default_factory=Attribution)
    """Who asked for what becomes of a node; of a bracket by the index of an entry, and of the lines above a statement
    for itself."""

    def nodes(self) -> set[syntax.Node]:
        """Every node that something becomes of."""
        hung = (self.replaced, self.spans, self.inserted, self.removed, self.spreads, self.rooms)
        stood = (self.statements, self.lifted, self.before, self.apart, self.gone, self.joined)
        above = (lift.addition.statement for lift in self.lifted.values())
        return set(chain(*hung, *stood, above))
