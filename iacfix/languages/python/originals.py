"""LibCST's nodes: what knows white space, commas, comments and brackets, reached from the nodes that were read.

What code means is asked of the nodes that a program was read into; how it is written is asked of these. LibCST parses
only the statements that an edit is about.
"""

from __future__ import annotations

import tokenize
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import fields
from functools import cache, cached_property, lru_cache
from io import StringIO
from typing import Any, TypeGuard, TypeVar, cast, overload

import libcst as cst
from libcst.metadata import MetadataWrapper, PositionProvider

from iacfix import reasons
from iacfix.errors import CannotFix
from iacfix.languages.python import syntax
from iacfix.languages.python.excerpts import Excerpt, Excerpts, NotApart, Statement
from iacfix.languages.python.read import PythonProgram

Node = TypeVar("Node", bound=cst.CSTNode)
_NO_CODE = (tokenize.NL, tokenize.COMMENT, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER)


class Originals:
    """The nodes of one program as LibCST has them; raises CannotFix where they are not the same.

    Each stands in the tree of its statement, which is parsed by itself. A statement with others inside is another tree.
    """

    def __init__(self, program: PythonProgram) -> None:
        self.text = program.text
        self._read = program.module
        self._excerpts = Excerpts(program.text, program.module)
        self._trees: dict[syntax.Node, dict[syntax.Node, cst.CSTNode]] = {}
        self._parsed: dict[Statement, Excerpt | None] = {}
        self._codes: dict[cst.CSTNode, str] = {}
        self._lines: dict[cst.Comment, int] = {}
        self._unread: list[tuple[cst.Module, int]] = []
        """Trees whose comments are not among the lines yet, with what is to be added to a line there."""

    @cached_property
    def module(self) -> cst.Module:
        """The whole file, for what cannot be told without the rest of it."""
        try:
            module = cst.parse_module(self.text)
        except cst.ParserSyntaxError as error:
            raise CannotFix(reasons.UNKNOWN_SYNTAX) from error
        self._unread.append((module, 0))
        return module

    @overload
    def of(self, node: syntax.Call) -> cst.Call: ...
    @overload
    def of(self, node: syntax.Call | syntax.Dict | syntax.List) -> cst.Call | cst.Dict | cst.List: ...
    @overload
    def of(self, node: syntax.Attribute) -> cst.Attribute: ...
    @overload
    def of(self, node: syntax.BaseExpression) -> cst.BaseExpression: ...
    @overload
    def of(self, node: syntax.Arg | syntax.DictElement) -> cst.Arg | cst.DictElement: ...
    @overload
    def of(self, node: syntax.SimpleStatementLine) -> cst.SimpleStatementLine: ...
    @overload
    def of(
        self, node: syntax.SimpleStatementLine | syntax.BaseCompoundStatement
    ) -> cst.SimpleStatementLine | cst.BaseCompoundStatement: ...
    @overload
    def of(self, node: syntax.IndentedBlock) -> cst.IndentedBlock: ...
    @overload
    def of(self, node: syntax.Node) -> cst.CSTNode: ...
    def of(self, node: syntax.Node) -> cst.CSTNode:
        """The node that LibCST has in the place of one that was read."""
        return self.within(statement_of(node), node)

    def within(self, root: Statement | syntax.Module, node: syntax.Node) -> cst.CSTNode:
        """The same in the tree of a statement around it: the same way down leads to it."""
        found = self._trees.setdefault(root, {})
        way: list[syntax.Node] = []
        while node not in found and node is not root:
            way.append(node)
            node = node.around
        original = found[node] if node in found else found.setdefault(node, self._root(root))
        for below in reversed(way):
            original = found[below] = _step(original, node, below)
            node = below
        return original

    def _root(self, root: Statement | syntax.Module) -> cst.CSTNode:
        if isinstance(root, syntax.Module):
            return self.module
        excerpt = self._excerpt(root)
        found = excerpt.statement if excerpt is not None else self.within(self._read, root)
        if not _is_alike(root, found):
            raise CannotFix(reasons.READ_DIFFERENTLY)
        return found

    def _excerpt(self, statement: Statement) -> Excerpt | None:
        """A statement by itself; None where it cannot be told from what is around it."""
        if statement not in self._parsed:
            try:
                excerpt = self._parsed[statement] = self._excerpts.of(statement)
                self._unread.append((excerpt.module, excerpt.lines_above))
            except (NotApart, cst.ParserSyntaxError):
                self._parsed[statement] = None
        return self._parsed[statement]

    def above(self, statement: Statement) -> cst.SimpleStatementLine | cst.BaseCompoundStatement:
        """A statement with the same lines above it, be it another one."""
        if statement in self._parsed or isinstance(statement, syntax.SimpleStatementLine):
            return self.of(statement)
        try:
            return self._excerpts.above(statement).statement
        except (NotApart, cst.ParserSyntaxError):
            return self.of(statement)

    def lines_at_end(self, block: syntax.IndentedBlock, last: Statement) -> Sequence[cst.EmptyLine]:
        """The blank and comment lines that a block ends with, of which a statement is the last one however deep."""
        excerpt = self._excerpt(last)
        if excerpt is None:
            found = self.within(self._read, block)
            assert isinstance(found, cst.IndentedBlock)
            return found.footer
        around = [node for node in last.ancestors() if isinstance(node, syntax.IndentedBlock)]
        return excerpt.blocks[len(around) - 1 - around.index(block)].footer

    def code(self, node: cst.CSTNode) -> str:
        """The code of a node, be it an original or a new one."""
        return self._excerpts.blank.code_for_node(node)

    def once(self, statement: cst.CSTNode, code: Callable[[], str]) -> str:
        """The code of an original statement where it stands, which is asked for by all that is written anew there."""
        if statement not in self._codes:
            self._codes[statement] = code()
        return self._codes[statement]

    @property
    def config(self) -> cst.PartialParserConfig:
        """How new code is parsed."""
        return self._excerpts.blank.config_for_parsing

    @property
    def line_starts(self) -> Sequence[int]:
        """Where each line of the text begins."""
        return self._excerpts.line_starts

    @cached_property
    def unit(self) -> str:
        """One step of indentation, as most of the file's blocks have it, else as its brackets have it."""
        if (step := self._excerpts.step) is not None:
            return step
        usual = self._excerpts.blank.default_indent
        try:
            steps = list(filter(None, _starts_in_brackets(self.text)))
        except (tokenize.TokenError, SyntaxError):  # LibCST is newer than this Python's tokenizer
            steps = []
        plain = [step for step in steps if len(step) <= len(usual) or step[0] == "\t"]
        return min(plain, key=len, default=usual)

    def in_order(self, comments: Iterable[cst.Comment]) -> list[cst.Comment]:
        """Comments as they follow each other in the text."""
        found = list(comments)
        return sorted(found, key=self._line) if len(found) > 1 else found

    def _line(self, comment: cst.Comment) -> int:
        while comment not in self._lines:
            module, above = self._unread.pop()
            places = MetadataWrapper(module, unsafe_skip_copy=True).resolve(PositionProvider)
            self._lines |= {found: places[found].start.line + above for found in inside(module, cst.Comment)}
        return self._lines[comment]


@lru_cache(maxsize=4)
def originals_of(program: PythonProgram) -> Originals:
    """The originals of a program, which is written more than once: by the rounds, and for each finding alone when
    these have written others. So the latest are kept, as many as a file usually has texts."""
    return Originals(program)


def _starts_in_brackets(text: str) -> Iterator[str]:
    """The white space that lines of code inside brackets begin with."""
    lines = StringIO(text.replace("\r\n", "\n").replace("\r", "\n"))
    depth, seen = 0, 0
    for token in tokenize.generate_tokens(lines.readline):
        if token.type in _NO_CODE:
            continue
        if depth and token.start[0] > seen:
            yield token.line[: token.start[1]]
        seen = token.end[0]
        if token.type == tokenize.OP:
            depth += (token.string in "([{") - (token.string in ")]}")


def statement_of(node: syntax.Node) -> Statement:
    """The smallest statement around a node that begins a line of a body."""
    while not isinstance(node.parent, syntax.Module | syntax.IndentedBlock):
        node = node.around
    assert isinstance(node, Statement)
    return node


def _step(above: cst.CSTNode, parent: syntax.Node, node: syntax.Node) -> cst.CSTNode:
    """The child of a LibCST node that stands where a node does below its parent."""
    for name in type(parent).fields:
        here, there = _parts(getattr(parent, name)), _parts(getattr(above, name, None))
        if node in here and len(here) == len(there) and _is_alike(node, found := there[here.index(node)]):
            return found
    raise CannotFix(reasons.READ_DIFFERENTLY)


def _parts(value: object) -> Sequence[Any]:
    """What a field holds, one thing or several."""
    return cast("Sequence[Any]", value) if isinstance(value, list | tuple) else (value,)


def _is_alike(node: syntax.Node, original: object) -> TypeGuard[cst.CSTNode]:
    """Both are of one kind, and of one text where they have nothing below."""
    if not isinstance(original, cst.CSTNode) or type(node).__name__ != type(original).__name__:
        return False
    text = getattr(node, "value", None)
    return not isinstance(text, str) or text == getattr(original, "value", None)


def entries(
    node: syntax.Call | syntax.Dict | syntax.List,
) -> Sequence[syntax.Arg | syntax.DictElement | syntax.StarredDictElement | syntax.Element | syntax.StarredElement]:
    """What stands between the brackets, as it was read; `layout.read` has it with what is around it."""
    return node.args if isinstance(node, syntax.Call) else node.elements


def inside(node: cst.CSTNode, kind: type[Node]) -> list[Node]:
    """Every original node of a kind inside one."""
    return [found for found in _below(node) if isinstance(found, kind)]


def comments_in(node: cst.CSTNode) -> list[cst.Comment]:
    """Every comment inside an original node."""
    return inside(node, cst.Comment)


def _below(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    stack = [node]
    while stack:
        found = stack.pop()
        yield found
        stack.extend(reversed(list(_children(found))))


def _children(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    for name in _field_names(type(node)):
        value = getattr(node, name)
        if isinstance(value, cst.CSTNode):
            yield value
        elif isinstance(value, list | tuple):
            for item in value:  # pyright: ignore[reportUnknownVariableType]
                if isinstance(item, cst.CSTNode):
                    yield item


@cache
def _field_names(kind: type[cst.CSTNode]) -> tuple[str, ...]:
    return tuple(field.name for field in fields(kind) if not field.name.startswith("__"))
