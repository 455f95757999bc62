"""LibCST's nodes: what knows white space, commas, comments and brackets, reached from the nodes that were read.

What code means is asked of the nodes that a program was read into; how it is written is asked of these. LibCST parses a
file only where an edit is to be written into it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import fields
from functools import cache, cached_property, lru_cache
from typing import Any, TypeGuard, TypeVar, cast, overload

import libcst as cst
from libcst.metadata import MetadataWrapper, PositionProvider

from iacfix.errors import CannotFix
from iacfix.languages.python import syntax
from iacfix.languages.python.read import PythonProgram

Node = TypeVar("Node", bound=cst.CSTNode)
NOT_PARSED = "LibCST, which writes Python here, does not know syntax of this file; fix it by hand"
NOT_ALIKE = "LibCST, which writes Python here, reads this statement otherwise; write it more plainly, or fix it by hand"
NOT_GIVEN_BACK = "LibCST does not give this file back byte for byte; format it, or fix it by hand"


class Originals:
    """The nodes of one program as LibCST has them; raises CannotFix where they would not give its text back."""

    def __init__(self, program: PythonProgram) -> None:
        self.text = program.text
        self._read = program.module
        self._found: dict[syntax.Node, cst.CSTNode] = {}

    @cached_property
    def module(self) -> cst.Module:
        try:
            module = cst.parse_module(self.text)
        except cst.ParserSyntaxError as error:
            raise CannotFix(NOT_PARSED) from error
        if self.ended(module.code) != self.text:
            raise CannotFix(NOT_GIVEN_BACK)
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
        """The node that LibCST has in the place of one that was read: the same way down from the module leads to it."""
        way: list[syntax.Node] = []
        while node not in self._found and node.parent is not None:
            way.append(node)
            node = node.parent
        original = self._found.setdefault(node, self.module)
        for below in reversed(way):
            original = self._found[below] = _step(original, node, below)
            node = below
        return original

    def code(self, node: cst.CSTNode) -> str:
        """The code of a node, be it an original or a new one."""
        return self.module.code_for_node(node)

    def ended(self, code: str) -> str:
        """Code of the tree with what LibCST loses of a text's end: a lone CR, and lines of white space alone."""
        code = code.removesuffix(_blank_end(code)) if (end := _blank_end(self.text)) else code
        return f"{code}\r" if self.text.endswith("\r") and not code.endswith("\r") else f"{code}{end}"

    @cached_property
    def unit(self) -> str:
        """One step of indentation, as the file's blocks have it, else as its brackets have it."""
        usual = self.module.default_indent
        if any(isinstance(node, syntax.IndentedBlock) for node in syntax.below(self._read)):
            return usual
        breaks = inside(self.module, cst.ParenthesizedWhitespace)
        steps = [white.last_line.value for white in breaks if white.last_line.value]
        plain = [step for step in steps if len(step) <= len(usual) or step[0] == "\t"]
        return min(plain, key=len, default=usual)

    @cached_property
    def line_starts(self) -> list[int]:
        """Where each line of the text begins."""
        return [0, *(found.end() for found in re.finditer(r"\r\n|\r|\n", self.text))]

    def in_order(self, comments: Iterable[cst.Comment]) -> list[cst.Comment]:
        """Comments as they follow each other in the text."""
        found = list(comments)
        return sorted(found, key=self._line) if len(found) > 1 else found

    def _line(self, comment: cst.Comment) -> int:
        return self._positions[comment].start.line

    @cached_property
    def _positions(self):
        return MetadataWrapper(self.module, unsafe_skip_copy=True).resolve(PositionProvider)


@lru_cache(maxsize=2)
def originals_of(program: PythonProgram) -> Originals:
    """The originals of a program, which is written more than once; the latest are kept."""
    return Originals(program)


def _step(above: cst.CSTNode, parent: syntax.Node, node: syntax.Node) -> cst.CSTNode:
    """The child of a LibCST node that stands where a node does below its parent."""
    for name in type(parent).fields:
        here, there = _parts(getattr(parent, name)), _parts(getattr(above, name, None))
        if node in here and len(here) == len(there) and _is_alike(node, found := there[here.index(node)]):
            return found
    raise CannotFix(NOT_ALIKE)


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


def _blank_end(text: str) -> str:
    """The lines of white space alone that a text ends with."""
    head = text.rstrip(" \t\f\r\n")
    return text[len(head) :].partition("\n")[2]
