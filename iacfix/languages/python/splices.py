"""A plan as changes of the text: only the statements that it touches are written anew, each in its place."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import libcst as cst

from iacfix.errors import CannotFix
from iacfix.languages.python import syntax
from iacfix.languages.python.node_changes import Plan
from iacfix.languages.python.originals import NOT_GIVEN_BACK, Originals
from iacfix.languages.python.read import PythonProgram
from iacfix.languages.python.transformer import Transformer
from iacfix.rewrite import Change, trimmed, utf8

Statement = syntax.SimpleStatementLine | syntax.BaseCompoundStatement
BARE = cst.SimpleStatementLine([cst.Pass()])
"""Stands in for a statement of which only what is above it matters."""


def changes(program: PythonProgram, originals: Originals, plan: Plan) -> Iterator[Change]:
    """What carrying the plan out changes, from the top on."""
    transformer = Transformer(plan, originals)
    touched = {node: _statement(node) for node in plan.nodes()}
    whole = {
        statement
        for node, statement in touched.items()
        if node is not statement or not isinstance(statement, syntax.BaseCompoundStatement)
    }
    seen = at = 0
    for statement in sorted(set(touched.values()), key=lambda statement: statement.start):
        if any(around in whole for around in program.names.ancestors(statement)):
            continue
        begin, indent = originals.line_starts[_first_line(program, statement) - 1], program.indent_of(statement)
        rewriting = _Rewriting(originals, transformer, originals.of(statement), begin, indent)
        start, old, new = rewriting.whole() if statement in whole else rewriting.above()
        seen, at = start, at + len(utf8(program.text[seen:start]))
        for change in trimmed(old, new):
            yield Change(at + change.start, at + change.stop, change.text)


def _statement(node: syntax.Node) -> Statement:
    """The smallest statement around a node that begins a line of a body."""
    while not isinstance(node.parent, syntax.Module | syntax.IndentedBlock):
        node = node.around
    assert isinstance(node, syntax.SimpleStatementLine | syntax.BaseCompoundStatement)
    return node


def _first_line(program: PythonProgram, statement: Statement) -> int:
    decorators = statement.decorators if isinstance(statement, syntax.FunctionDef | syntax.ClassDef) else ()
    return program.line(decorators[0] if decorators else statement)


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
        old, new = self._code([self.statement]), self._code(_statements(self.statement.visit(self.transformer)))
        if not text.startswith(old, start):  # LibCST does not keep every end of a text
            old, new = _without_end(old), _without_end(new)
            if text[start:].rstrip() != old.rstrip():
                raise CannotFix(NOT_GIVEN_BACK)
        return start, old, new

    def above(self) -> tuple[int, str, str]:
        """The same for the lines above it, with nothing of itself touched."""
        changed = self.transformer.on_leave(self.statement, self._bare)
        new = self._code(_statements(changed)).removesuffix(self._code([BARE]))
        start = self.begin - len(self._above)
        if not self.originals.text.startswith(self._above, start):
            raise CannotFix(NOT_GIVEN_BACK)
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
