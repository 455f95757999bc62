"""Lines that new entries would make too long: which brackets on them are laid out over several."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property

import libcst as cst

from iacfix.languages.python import layout
from iacfix.languages.python.plan import Insertion, Spread
from iacfix.languages.python.render import WIDE, Renderer
from iacfix.languages.python.tree import inside

LONG = 120
"""What a line may grow to that stands among lines of its kind."""
SHORT = 9
"""About what is looked up, in characters."""
LOOKED_UP = re.compile(r"\{\w+(?:\.\w+)+\}")


def spreads(renderer: Renderer, inserted: Mapping[cst.CSTNode, Sequence[Insertion]]) -> dict[cst.CSTNode, Spread]:
    """The brackets that are spread for their new entries; a line that was too long before stays one."""
    return dict(_Widths(renderer, inserted).spreads())


def measured(code: str) -> int:
    """The length of code as if what its texts hold were written out, so that it is the same before a lookup."""
    return len(LOOKED_UP.sub(" " * SHORT, code))


class _Widths:
    def __init__(self, renderer: Renderer, inserted: Mapping[cst.CSTNode, Sequence[Insertion]]) -> None:
        self.renderer, self.program = renderer, renderer.program
        self.added: dict[cst.CSTNode, int] = {
            node: sum(len(self._code(new.item)) + len(", ") for new in news)
            for node, news in inserted.items()
            if isinstance(node, cst.Call | cst.Dict | cst.List) and "\n" not in self._code(node)
        }

    def spreads(self) -> Iterator[tuple[cst.CSTNode, Spread]]:
        by_line: dict[int, list[cst.CSTNode]] = {}
        for node in self.added:
            by_line.setdefault(self.program.line(node), []).append(node)
        for line, nodes in by_line.items():
            length = measured(self.program.lines[line - 1])
            grown = length + sum(self.added[node] for node in nodes)
            for node in dict.fromkeys(self._outermost(node, None) for node in nodes):
                limit = self._limit(node)
                if length <= LONG and grown > limit and not self._is_bound(node, line):
                    yield from self._spread(node, self.renderer.indent_in_statement(node), limit, nodes)

    def _spread(
        self, node: cst.CSTNode, indent: str, limit: int, near: Sequence[cst.CSTNode]
    ) -> Iterator[tuple[cst.CSTNode, Spread]]:
        """A bracket, and those inside it that are too long for the lines they get."""
        unit = self.renderer.unit
        yield node, Spread(indent, unit, comma=self._has_commas(node))
        assert isinstance(node, cst.Call | cst.Dict | cst.List)
        used = len(self.program.indent_of(self.program.names.statement(node))) + len(indent + unit)
        for item in layout.read(node).items:
            grown = [inner for inner in near if item in self.program.names.ancestors(inner)]
            length = measured(self._code(item)) + sum(self.added[inner] for inner in grown)
            if grown and used + length > limit:
                yield from self._spread(self._outermost(grown[0], item), indent + unit, limit, grown)

    def _outermost(self, node: cst.CSTNode, below: cst.CSTNode | None) -> cst.CSTNode:
        """The list or mapping around all that stands on the line of a bracket, below another node."""
        found, line = node, self.program.line(node)
        for around in self.program.names.ancestors(node):
            if around is below or self.program.line(around) != line or self.program.end_line(around) != line:
                break
            found = around if isinstance(around, cst.List | cst.Dict) else found
        return found

    def _limit(self, node: cst.CSTNode) -> int:
        """Less where another entry of its kind around it is laid out over several lines."""
        beside = [item for item in self._beside(node) if isinstance(item, type(node))]
        return WIDE if any("\n" in self._code(item) for item in beside) else LONG

    def _beside(self, node: cst.CSTNode) -> Iterator[cst.CSTNode]:
        holder = self._holder(node)
        if holder is not None:
            yield from (item.value for item in layout.read(holder).items if not isinstance(item, cst.ImportAlias))

    def _holder(self, node: cst.CSTNode) -> layout.Container | None:
        parents = self.program.names.parents
        holder = parents.get(parents[node])
        return holder if isinstance(holder, cst.Call | cst.Dict | cst.List) else None

    def _has_commas(self, node: cst.CSTNode) -> bool:
        """The last entry gets a comma, unless the bracket around has none."""
        holder = self._holder(node)
        bracket = layout.read(holder) if holder is not None else None
        return bracket is None or not bracket.breaks or bracket.closing_comma

    def _is_bound(self, node: cst.CSTNode, line: int) -> bool:
        """The line has to stay one: it lies in a text, is shared by statements, or a comment may be about it."""
        statement = self.program.names.statement(node)
        if isinstance(statement, cst.SimpleStatementLine) and len(statement.body) > 1:
            return True
        if any(isinstance(around, cst.BaseFormattedStringContent) for around in self.program.names.ancestors(node)):
            return True
        return not self._commented.isdisjoint((line, line - 1))

    @cached_property
    def _commented(self) -> set[int]:
        """The lines that have a comment."""
        return {self.program.line(found) for found in inside(self.program.module, cst.Comment)}

    def _code(self, node: cst.CSTNode) -> str:
        return self.program.module.code_for_node(node)
