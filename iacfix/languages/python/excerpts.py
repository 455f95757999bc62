"""One statement of a file as LibCST has it, parsed without the rest of the file.

What stands around it gives way to as little as leaves it the same white space: a block for each block that it stands
in, a `pass` for the statement in front of it, and another one for the next line of code.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from operator import attrgetter

import libcst as cst

from iacfix.languages.python import syntax
from iacfix.languages.python.tree import inside

Statement = syntax.SimpleStatementLine | syntax.BaseCompoundStatement
LINE_END = re.compile(r"\r\n|\r|\n")
UNIT, NEWLINE = "    ", "\n"
"""What LibCST takes where a file has no block, and no line end."""


class NotApart(Exception):
    """The statement cannot be told from what is around it."""


@dataclass(frozen=True)
class Excerpt:
    """What LibCST made of one: the statement, the blocks around it from the outermost on, and how many lines more the
    file has above it than the excerpt has."""

    module: cst.Module
    statement: cst.SimpleStatementLine | cst.BaseCompoundStatement
    blocks: Sequence[cst.IndentedBlock]
    lines_above: int


class Excerpts:
    """Those of one file. `of` and `above` raise NotApart, or what LibCST's parser raises."""

    def __init__(self, text: str, module: syntax.Module) -> None:
        self._text, self._module = text, module

    def of(self, statement: Statement) -> Excerpt:
        """A statement that begins a line, with the blank and comment lines around it."""
        below = self._module.end_line(statement) + 1
        while below <= len(self.line_starts) and not self._is_code(below):
            below += 1
        return self._excerpt(statement, below)

    def above(self, statement: Statement) -> Excerpt:
        """A `pass` in its place, with the blank and comment lines above it."""
        return self._excerpt(statement, first_line(self._module, statement))

    @cached_property
    def blank(self) -> cst.Module:
        """A module without statements that writes code as the file's own does."""
        return cst.Module([], default_indent=self._unit, default_newline=self._newline)

    @cached_property
    def line_starts(self) -> list[int]:
        """Where each line of the text begins."""
        return [0, *(found.end() for found in LINE_END.finditer(self._text))]

    def _excerpt(self, statement: Statement, stop: int) -> Excerpt:
        """The lines from above the statement to the one in front of `stop`, and a `pass` there."""
        if self._is_odd:
            raise NotApart
        around = [node for node in statement.ancestors() if isinstance(node, syntax.IndentedBlock)]
        indents = ["", *(self._indent_of(first_line(self._module, block.body[0])) for block in reversed(around))]
        begin, opened = self._opened(statement, indents)
        text = self._between(begin, stop)
        if stop <= len(self.line_starts):
            text += f"{self._indent_of(stop)}pass{self._newline}"
        module = cst.parse_module(opened + text)
        body, blocks = module.body[bool(opened) :], list[cst.IndentedBlock]()
        for _ in around:
            opening = body[0]
            assert isinstance(opening, cst.If)
            assert isinstance(opening.body, cst.IndentedBlock)
            blocks.append(opening.body)
            body = opening.body.body
        found = body[_previous(statement) is not None]
        assert isinstance(found, cst.SimpleStatementLine | cst.BaseCompoundStatement)
        return Excerpt(module, found, blocks, begin - 1 - opened.count(self._newline))

    def _opened(self, statement: Statement, indents: Sequence[str]) -> tuple[int, str]:
        """The first line of the file that is parsed, and what is put in front of it."""
        first, before = first_line(self._module, statement), _previous(statement)
        if statement is self._module.body[0]:
            return 1, ""  # the first lines of a file may be none of the statement's
        end = self._newline
        opened = f"if 1:{end}{self._unit}pass{end}"  # the first block tells LibCST the unit of all
        opened += "".join(f"{indent}if 1:{end}" for indent in indents[:-1])
        if before is None:
            return self._below_header(statement), opened
        gap = range(self._module.end_line(before) + 1, first)
        if any(map(self._is_code, gap)):
            raise NotApart
        if isinstance(before, syntax.BaseCompoundStatement) and any(self._line(at).strip("\r\n") for at in gap):
            return self._begun(first_line(self._module, before)), opened  # the lines between may be of its last block
        return self._begun(gap.start), f"{opened}{indents[-1]}pass{end}"

    def _below_header(self, statement: Statement) -> int:
        """The first of the blank and comment lines above the first statement of a block."""
        block = statement.around
        header = [part for part in block.around.children() if part.start < block.start]
        last = max(map(self._module.end_line, header), default=0)
        line = first_line(self._module, statement)
        while line - 1 > last and not self._is_code(line - 1):
            line -= 1
        return self._begun(line)

    @cached_property
    def _is_odd(self) -> bool:
        """LibCST may count lines or indentation otherwise."""
        return "\f" in self._text or "\r" in self._text.replace("\r\n", "")

    @cached_property
    def _newline(self) -> str:
        found = LINE_END.search(self._text)
        return found[0] if found is not None else NEWLINE

    @cached_property
    def _unit(self) -> str:
        """The indentation of the first block, as LibCST has it."""
        return self._indent_of(self._module.line(self._indented[0][1])) if self._indented else UNIT

    @cached_property
    def step(self) -> str | None:
        """What most blocks are indented by, of two the one that comes first; None where there is none."""
        steps = Counter(self._deeper(around, first) for around, first in self._indented)
        return max(filter(None, steps), key=steps.__getitem__, default=None)

    @cached_property
    def _indented(self) -> list[tuple[syntax.Node, syntax.Node]]:
        """The first part of each indented block, behind what the block belongs to, from the top on."""
        blocks = [(block.around, block.body[0]) for block in inside(self._module, syntax.IndentedBlock)]
        matches = [(match, match.cases[0]) for match in inside(self._module, syntax.Match)]
        return sorted([*blocks, *matches], key=lambda each: each[1].start)

    def _deeper(self, around: syntax.Node, first: syntax.Node) -> str:
        """By what a block is indented; nothing where its lines do not begin as the line of what is around it."""
        outer, inner = (_blank_start(self._line(self._module.line(node))) for node in (around, first))
        return inner.removeprefix(outer) if inner.startswith(outer) else ""

    # lines, counted from 1

    def _line(self, line: int) -> str:
        return self._between(line, line + 1)

    def _between(self, start: int, stop: int) -> str:
        """The text of the lines from `start` to the one in front of `stop`."""
        end = self.line_starts[stop - 1] if stop <= len(self.line_starts) else None
        return self._text[self.line_starts[start - 1] : end]

    def _is_code(self, line: int) -> bool:
        """No blank line and none with a comment alone, of lines that are not inside of a statement."""
        text = self._line(line).strip()
        return bool(text) and not text.startswith("#")

    def _begun(self, line: int) -> int:
        """The line; raises NotApart where it goes on with the one above."""
        if line > 1 and self._line(line - 1).rstrip("\r\n").endswith("\\"):
            raise NotApart
        return line

    def _indent_of(self, line: int) -> str:
        return _blank_start(self._line(self._begun(line)))


def _blank_start(line: str) -> str:
    return line[: len(line) - len(line.lstrip())]


def first_line(module: syntax.Module, statement: syntax.BaseStatement) -> int:
    """Where a statement begins, its decorators counted."""
    decorators = statement.decorators if isinstance(statement, syntax.FunctionDef | syntax.ClassDef) else ()
    return module.line(decorators[0] if decorators else statement)


def _previous(statement: Statement) -> Statement | None:
    """The statement in front of one in the same body."""
    body: Sequence[Statement] = getattr(statement.around, "body")  # noqa: B009 (a module, or a block)
    at = bisect_left(body, statement.start, key=attrgetter("start"))
    return body[at - 1] if at else None
