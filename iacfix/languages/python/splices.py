"""A plan as changes of the text: only the statements that it touches are written anew, each in its place."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import libcst as cst

from iacfix import reasons
from iacfix.errors import CannotFix
from iacfix.languages.python import syntax
from iacfix.languages.python.excerpts import Statement, first_line
from iacfix.languages.python.node_changes import NodeChanges
from iacfix.languages.python.originals import Originals, statement_of
from iacfix.languages.python.read import PythonProgram
from iacfix.languages.python.shares import shares
from iacfix.languages.python.transformer import Transformer
from iacfix.rewrite import Change, trimmed, utf8

BARE = cst.SimpleStatementLine([cst.Pass()])
"""Stands in for a statement of which only what is above it matters."""


def changes(program: PythonProgram, originals: Originals, plan: NodeChanges) -> Iterator[Change]:
    """What carrying the plan out changes, from the top on."""
    seen = at = 0
    for statement, nodes in sorted(_touched(plan).items(), key=lambda touched: touched[0].start):
        begin, indent = originals.line_starts[first_line(program.module, statement) - 1], program.indent_of(statement)
        is_whole = _is_whole(statement, nodes)
        original = originals.of(statement) if is_whole else originals.above(statement)
        read: dict[cst.CSTNode, syntax.Node] = {original: statement}
        if is_whole:
            read = {originals.within(statement, node): node for node in nodes}
        around = {originals.within(statement, above) for node in nodes for above in _between(node, statement)}
        rewriting = _Rewriting(originals, Transformer(plan, read, around), original, begin, indent)
        start, old, new = rewriting.whole() if is_whole else rewriting.above()
        seen, at = start, at + len(utf8(program.text[seen:start]))
        for change in trimmed(old, new):
            asked = tuple(shares(program, originals, plan, nodes))
            yield Change(at + change.start, at + change.stop, change.text, asked)


def _touched(plan: NodeChanges) -> dict[Statement, list[syntax.Node]]:
    """The statements to be written, with the nodes that something becomes of: none stands in another that is written
    with all that is inside."""
    smallest = dict[Statement, list[syntax.Node]]()
    for node in plan.nodes():
        smallest.setdefault(statement_of(node), []).append(node)
    whole = {statement for statement, nodes in smallest.items() if _is_whole(statement, nodes)}
    touched = dict[Statement, list[syntax.Node]]()
    for statement, nodes in smallest.items():
        outermost = statement
        for around in statement.ancestors():
            if isinstance(around, Statement) and around in whole:
                outermost = around
        touched.setdefault(outermost, []).extend(nodes)
    return touched


def _is_whole(statement: Statement, nodes: Collection[syntax.Node]) -> bool:
    """More than the lines above a statement may change."""
    return isinstance(statement, syntax.SimpleStatementLine) or any(node is not statement for node in nodes)


def _between(node: syntax.Node, statement: Statement) -> Iterator[syntax.Node]:
    """What stands around a node inside of a statement, and the statement."""
    while node is not statement:
        node = node.around
        yield node


@dataclass(frozen=True)
class _Rewriting:
    """A statement written anew; `begin` is where its first line does, without the blank and comment lines above."""

    originals: Originals
    transformer: Transformer
    statement: cst.SimpleStatementLine | cst.BaseCompoundStatement
    begin: int
    indent: str

    def whole(self) -> tuple[int, str, str]:
        """Where it starts with the lines above it, what stands there, and what takes its place."""
        text, start = self.originals.text, self.begin - len(self._above)
        if "\f" in self.indent:  # which is none, and would stand before each line that is new
            raise CannotFix(reasons.NOT_REPRODUCED)
        old = self.originals.once(self.statement, lambda: self._code([self.statement]))
        new = self._code(_statements(self.statement.visit(self.transformer)))
        if not text.startswith(old, start):  # LibCST does not keep every end of a text
            old, new = _without_end(old), _without_end(new)
            if text[start:].rstrip() != old.rstrip():
                raise CannotFix(reasons.NOT_REPRODUCED)
        return start, old, new

    def above(self) -> tuple[int, str, str]:
        """The same for the lines above it, with nothing of itself touched."""
        changed = self.transformer.on_leave(self.statement, self._bare)
        new = self._code(_statements(changed)).removesuffix(self._code([BARE]))
        start = self.begin - len(self._above)
        if not self.originals.text.startswith(self._above, start):
            raise CannotFix(reasons.NOT_REPRODUCED)
        return start, self._above, new

    @property
    def _bare(self) -> cst.SimpleStatementLine:
        return BARE.with_changes(leading_lines=self.statement.leading_lines)

    @cached_property
    def _above(self) -> str:
        """The blank and comment lines that LibCST has above the statement."""
        return self._code([self._bare]).removesuffix(self._code([BARE])) if self.statement.leading_lines else ""

    def _code(self, statements: Sequence[cst.BaseStatement]) -> str:
        """The code of statements where this one stands."""
        if not statements or not self.indent:
            return "".join(map(self.originals.code, statements))
        header = cst.TrailingWhitespace(newline=cst.Newline("\n"))
        return self.originals.code(cst.IndentedBlock(statements, header=header, indent=self.indent))[1:]


def _statements(
    changed: cst.CSTNode | cst.FlattenSentinel[cst.CSTNode] | cst.RemovalSentinel,
) -> list[cst.BaseStatement]:
    nodes = changed if isinstance(changed, cst.FlattenSentinel) else [changed]
    return [node for node in nodes if isinstance(node, cst.BaseStatement)]


def _without_end(code: str) -> str:
    return code.removesuffix("\n").removesuffix("\r")
