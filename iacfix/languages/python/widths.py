"""Lines that new entries would make too long: which brackets on them are laid out over several."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property

from iacfix.languages.python import layout, syntax
from iacfix.languages.python.node_changes import Insertion, Spread
from iacfix.languages.python.originals import entries
from iacfix.languages.python.render import LONG, WIDE, Renderer

SHORT = 9
"""About what is looked up, in characters."""
LOOKED_UP = re.compile(r"\{\w+(?:\.\w+)+\}")


def spreads(renderer: Renderer, inserted: Mapping[syntax.Node, Sequence[Insertion]]) -> dict[syntax.Node, Spread]:
    """The brackets that are spread for their new entries; a line that was too long before stays one."""
    return dict(_Widths(renderer, inserted).spreads())


def measured(code: str) -> int:
    """The length of code as if what its texts hold were written out, so that it is the same before a lookup."""
    return len(LOOKED_UP.sub(" " * SHORT, code))


class _Widths:
    def __init__(self, renderer: Renderer, inserted: Mapping[syntax.Node, Sequence[Insertion]]) -> None:
        self.renderer, self.program, self.originals = renderer, renderer.program, renderer.originals
        self.added: dict[syntax.Node, int] = {
            node: sum(len(self.originals.code(new.item)) + len(", ") for new in news)
            for node, news in inserted.items()
            if isinstance(node, syntax.Call | syntax.Dict | syntax.List) and "\n" not in self.program.code(node)
        }
        self._limits: dict[tuple[syntax.Node, type[syntax.Node]], int] = {}

    def spreads(self) -> Iterator[tuple[syntax.Node, Spread]]:
        by_line: dict[int, list[syntax.Node]] = {}
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
        self, node: syntax.Node, indent: str, limit: int, near: Sequence[syntax.Node]
    ) -> Iterator[tuple[syntax.Node, Spread]]:
        """A bracket, and those inside it that are too long for the lines they get."""
        unit = self.renderer.step(node)
        yield node, Spread(indent, unit, comma=self._has_commas(node))
        assert isinstance(node, syntax.Call | syntax.Dict | syntax.List)
        used = len(self.program.indent_of(self.program.names.statement(node))) + len(indent + unit)
        for item, written in zip(entries(node), layout.read(self.originals.of(node)).items, strict=True):
            grown = [inner for inner in near if item in self.program.names.ancestors(inner)]
            length = measured(self.originals.code(written)) + sum(self.added[inner] for inner in grown)
            if grown and used + length > limit:
                yield from self._spread(self._outermost(grown[0], item), indent + unit, limit, grown)

    def _outermost(self, node: syntax.Node, below: syntax.Node | None) -> syntax.Node:
        """The list or mapping around all that stands on the line of a bracket, below another node."""
        found, line = node, self.program.line(node)
        for around in self.program.names.ancestors(node):
            if around is below or self.program.line(around) != line or self.program.end_line(around) != line:
                break
            found = around if isinstance(around, syntax.List | syntax.Dict) else found
        return found

    def _limit(self, node: syntax.Node) -> int:
        """Less where another entry of its kind around it is laid out over several lines."""
        if (holder := self._holder(node)) is None:
            return LONG
        if (holder, type(node)) not in self._limits:
            beside = (entry.value for entry in entries(holder) if isinstance(entry.value, type(node)))
            is_wide = any("\n" in self.program.code(item) for item in beside)
            self._limits[holder, type(node)] = WIDE if is_wide else LONG
        return self._limits[holder, type(node)]

    def _holder(self, node: syntax.Node) -> syntax.Call | syntax.Dict | syntax.List | None:
        holder = node.around.parent
        return holder if isinstance(holder, syntax.Call | syntax.Dict | syntax.List) else None

    def _has_commas(self, node: syntax.Node) -> bool:
        """The last entry gets a comma, unless the bracket around has none."""
        holder = self._holder(node)
        bracket = layout.read(self.originals.of(holder)) if holder is not None else None
        return bracket is None or not bracket.breaks or bracket.closing_comma

    def _is_bound(self, node: syntax.Node, line: int) -> bool:
        """The line has to stay one: it lies in a text, is shared by statements, or a comment may be about it."""
        statement = self.program.names.statement(node)
        if isinstance(statement, syntax.SimpleStatementLine) and len(statement.body) > 1:
            return True
        if any(isinstance(around, syntax.FormattedStringExpression) for around in self.program.names.ancestors(node)):
            return True
        return not self._commented.isdisjoint((line, line - 1))

    @cached_property
    def _commented(self) -> set[int]:
        """The lines that have a comment."""
        return {comment.line for comment in self.program.comments()}
