"""The typed tree that Python is read into: LibCST's classes and fields without the white space, and where each stands.

A node's fields are declared as in a dataclass. `_Declared` makes of them the slots, the list of the children and a
constructor, which takes the node's place first (`Name(start, end, value)`) and tells the children who their parent is.
"""

# ruff: noqa: E701 (operators have nothing but a name)

from __future__ import annotations

import ast
import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Any, ClassVar, dataclass_transform

PLAIN = frozenset({"str", "int", "bool", "Operator", "Source"})
"""Kinds of fields that hold no node."""
_NEWLINE = re.compile(rb"\r\n?|\n")
_BOM = "\ufeff".encode()
_LETTERS = "bBrRuUfFtT"


@dataclass_transform(eq_default=False)
class _Declared(type):
    """Makes slots, constructor and `children` of the fields that a class declares; LibCST's order is kept."""

    def __new__(mcs, name: str, bases: tuple[type, ...], space: dict[str, Any]) -> _Declared:
        own = {field: kind for field, kind in space.get("__annotations__", {}).items() if "ClassVar" not in kind}
        space["__slots__"] = (*own, *space.get("__slots__", ()))
        fields = {key: kind for base in bases for key, kind in getattr(base, "fields", {}).items()} | own
        space["fields"] = fields
        space["__match_args__"] = tuple(field for field in fields if field not in ("start", "end"))
        if own or "children" not in space:
            made: dict[str, Any] = {}
            exec(_methods(fields), made)
            space |= {"__init__": made["__init__"], "children": made["children"]}
        return super().__new__(mcs, name, bases, space)


def _methods(fields: dict[str, str]) -> str:
    """The source of a constructor and of `children`."""
    lines, below = list[str](), list[str]()
    for name, kind in fields.items():
        lines.append(f"self.{name} = {name}")
        many, one = f"for each in {name}: each.parent = self", f"{name}.parent = self"
        if kind in PLAIN:
            pass
        elif kind.startswith("Sequence[") and "] |" in kind:
            lines += [f"if isinstance({name}, list):", f"    {many}", "else:", f"    {one}"]
            below.append(f"*(self.{name} if isinstance(self.{name}, list) else (self.{name},))")
        elif kind.startswith("Sequence["):
            lines.append(many)
            below.append(f"*self.{name}")
        elif kind.endswith("| None"):
            lines.append(f"if {name} is not None: {one}")
            below.append(f"*(() if self.{name} is None else (self.{name},))")
        else:
            lines.append(one)
            below.append(f"self.{name}")
    body = "\n    ".join(lines or ["pass"])
    given = ", ".join(("self", *fields))
    return f"def __init__({given}):\n    {body}\ndef children(self):\n    return [{', '.join(below)}]"


class _Placed:
    """What every node has that its constructor does not take."""

    __slots__ = ("parent",)
    parent: Node | None

    @property
    def around(self) -> Node:
        """The parent of what is not the module."""
        assert self.parent is not None
        return self.parent

    def ancestors(self) -> Iterator[Node]:
        """The parents, the nearest first."""
        node = self.parent
        while node is not None:
            yield node
            node = node.parent

    def children(self) -> list[Node]:
        """The nodes right below, in the order of LibCST's fields; `_Declared` makes it for each class."""
        raise NotImplementedError


class Node(_Placed, metaclass=_Declared):
    """A piece of Python; `start` and `end` count the bytes of the text in UTF-8, an expression's brackets left out."""

    fields: ClassVar[dict[str, str]]
    start: int
    end: int

    @property
    def outer_start(self) -> int:
        return self.start

    @property
    def outer_end(self) -> int:
        return self.end


class _Bracketed(Node):
    """What may stand in brackets of its own, `lpar` pairs of them; `outer_start` and `outer_end` take them in."""

    __slots__ = ("brackets",)

    @property
    def lpar(self) -> int:
        return len(self.brackets) if hasattr(self, "brackets") else 0

    @property
    def outer_start(self) -> int:
        return self.brackets[-1][0] if hasattr(self, "brackets") else self.start

    @property
    def outer_end(self) -> int:
        return self.brackets[-1][1] if hasattr(self, "brackets") else self.end

    def bracketed(self, start: int, end: int) -> None:
        """Another pair of brackets stands around it."""
        if not hasattr(self, "brackets"):
            self.brackets = list[tuple[int, int]]()
        self.brackets.append((start, end))

    def unbracketed(self) -> None:
        """The outermost pair is none of its own."""
        self.brackets.pop()
        if not self.brackets:
            del self.brackets


class BaseExpression(_Bracketed):
    pass


class BaseStatement(Node):
    pass


class BaseCompoundStatement(BaseStatement):
    pass


class BaseSmallStatement(Node):
    pass


class BaseSuite(Node):
    body: Sequence[Any]


class Operator:
    """An operator stands nowhere: there is one of each kind."""

    __slots__ = ()


# fmt: off
class Add(Operator): pass
class Subtract(Operator): pass
class Multiply(Operator): pass
class MatrixMultiply(Operator): pass
class Divide(Operator): pass
class Modulo(Operator): pass
class FloorDivide(Operator): pass
class Power(Operator): pass
class LeftShift(Operator): pass
class RightShift(Operator): pass
class BitAnd(Operator): pass
class BitOr(Operator): pass
class BitXor(Operator): pass
class And(Operator): pass
class Or(Operator): pass
class Not(Operator): pass
class Plus(Operator): pass
class Minus(Operator): pass
class BitInvert(Operator): pass
class Equal(Operator): pass
class NotEqual(Operator): pass
class LessThan(Operator): pass
class LessThanEqual(Operator): pass
class GreaterThan(Operator): pass
class GreaterThanEqual(Operator): pass
class In(Operator): pass
class NotIn(Operator): pass
class Is(Operator): pass
class IsNot(Operator): pass
class AddAssign(Operator): pass
class SubtractAssign(Operator): pass
class MultiplyAssign(Operator): pass
class MatrixMultiplyAssign(Operator): pass
class DivideAssign(Operator): pass
class ModuloAssign(Operator): pass
class FloorDivideAssign(Operator): pass
class PowerAssign(Operator): pass
class LeftShiftAssign(Operator): pass
class RightShiftAssign(Operator): pass
class BitAndAssign(Operator): pass
class BitOrAssign(Operator): pass
class BitXorAssign(Operator): pass
# fmt: on


# names, numbers and strings


class Name(BaseExpression):
    value: str


class Ellipsis(BaseExpression):
    pass


class BaseNumber(BaseExpression):
    value: str

    @property
    def evaluated_value(self) -> int | float | complex:
        return ast.literal_eval(self.value)


class Integer(BaseNumber):
    @property
    def evaluated_value(self) -> int:
        return ast.literal_eval(self.value)


class Float(BaseNumber):
    pass


class Imaginary(BaseNumber):
    pass


class BaseString(BaseExpression):
    pass


class SimpleString(BaseString):
    """A string literal as it is written, prefix and quotes included."""

    value: str

    @property
    def prefix(self) -> str:
        return self.value[: len(self.value) - len(self.value.lstrip(_LETTERS))].lower()

    @property
    def quote(self) -> str:
        bare = self.value.lstrip(_LETTERS)
        return bare[:3] if len(bare) >= 6 and bare[:3] in ("'''", '"""') else bare[:1]

    @property
    def raw_value(self) -> str:
        width = len(self.quote)
        return self.value[len(self.prefix) + width : -width]

    @property
    def evaluated_value(self) -> str | bytes:
        return ast.literal_eval(self.value)


class FormattedStringText(Node):
    value: str


class FormattedStringExpression(Node):
    expression: BaseExpression
    conversion: str
    format_spec: Sequence[FormattedStringText | FormattedStringExpression]


class _Template(BaseString):
    opening: str

    @property
    def prefix(self) -> str:
        return self.opening.rstrip("\"'").lower()

    @property
    def quote(self) -> str:
        return self.opening.lstrip(_LETTERS)


class FormattedString(_Template):
    """`f"..."`; `opening` is its prefix and quote (LibCST's `start`)."""

    parts: Sequence[FormattedStringText | FormattedStringExpression]


class TemplatedStringText(Node):
    value: str


class TemplatedStringExpression(Node):
    expression: BaseExpression
    conversion: str
    format_spec: Sequence[TemplatedStringText | TemplatedStringExpression]


class TemplatedString(_Template):
    parts: Sequence[TemplatedStringText | TemplatedStringExpression]


class ConcatenatedString(BaseString):
    """Strings side by side, nested to the right."""

    left: SimpleString | FormattedString | TemplatedString
    right: SimpleString | FormattedString | TemplatedString | ConcatenatedString

    @property
    def pieces(self) -> list[SimpleString | FormattedString | TemplatedString]:
        found, last = [self.left], self.right
        while isinstance(last, ConcatenatedString):
            found.append(last.left)
            last = last.right
        return [*found, last]

    @property
    def evaluated_value(self) -> str | bytes | None:
        values = [piece.evaluated_value if isinstance(piece, SimpleString) else None for piece in self.pieces]
        if all(isinstance(value, str) for value in values):
            return "".join(value for value in values if isinstance(value, str))
        if all(isinstance(value, bytes) for value in values):
            return b"".join(value for value in values if isinstance(value, bytes))
        return None


# operations


class ComparisonTarget(Node):
    operator: Operator
    comparator: BaseExpression


class Comparison(BaseExpression):
    left: BaseExpression
    comparisons: Sequence[ComparisonTarget]


class UnaryOperation(BaseExpression):
    operator: Operator
    expression: BaseExpression


class BinaryOperation(BaseExpression):
    left: BaseExpression
    operator: Operator
    right: BaseExpression


class BooleanOperation(BaseExpression):
    left: BaseExpression
    operator: Operator
    right: BaseExpression


class IfExp(BaseExpression):
    test: BaseExpression
    body: BaseExpression
    orelse: BaseExpression


class NamedExpr(BaseExpression):
    target: BaseExpression
    value: BaseExpression


class Await(BaseExpression):
    expression: BaseExpression


class From(Node):
    item: BaseExpression


class Yield(BaseExpression):
    value: BaseExpression | From | None


# members, calls and functions


class Attribute(BaseExpression):
    value: BaseExpression
    attr: Name


class BaseSlice(Node):
    pass


class Index(BaseSlice):
    value: BaseExpression
    star: str


class Slice(BaseSlice):
    lower: BaseExpression | None
    upper: BaseExpression | None
    step: BaseExpression | None


class SubscriptElement(Node):
    slice: BaseSlice


class Subscript(BaseExpression):
    value: BaseExpression
    slice: Sequence[SubscriptElement]


class Arg(Node):
    value: BaseExpression
    keyword: Name | None
    star: str


class Call(BaseExpression):
    func: BaseExpression
    args: Sequence[Arg]


class Annotation(Node):
    annotation: BaseExpression


class ParamStar(Node):
    pass


class Param(Node):
    name: Name
    annotation: Annotation | None
    default: BaseExpression | None
    star: str


class Parameters(Node):
    params: Sequence[Param]
    star_arg: Param | ParamStar | None
    kwonly_params: Sequence[Param]
    star_kwarg: Param | None
    posonly_params: Sequence[Param]


class Lambda(BaseExpression):
    params: Parameters
    body: BaseExpression


# collections and comprehensions


class BaseElement(Node):
    value: BaseExpression


class BaseDictElement(Node):
    pass


class Element(BaseElement):
    pass


class StarredElement(BaseExpression):
    """An element and an expression, as in `*rest, last = all`."""

    value: BaseExpression


class DictElement(BaseDictElement):
    key: BaseExpression
    value: BaseExpression


class StarredDictElement(BaseDictElement):
    value: BaseExpression


class Tuple(BaseExpression):
    elements: Sequence[Element | StarredElement]


class List(BaseExpression):
    elements: Sequence[Element | StarredElement]


class Set(BaseExpression):
    elements: Sequence[Element | StarredElement]


class Dict(BaseExpression):
    elements: Sequence[DictElement | StarredDictElement]


class CompIf(Node):
    test: BaseExpression


class CompFor(Node):
    target: BaseExpression
    iter: BaseExpression
    ifs: Sequence[CompIf]
    inner_for_in: CompFor | None
    asynchronous: bool


class BaseComp(BaseExpression):
    pass


class BaseSimpleComp(BaseComp):
    elt: BaseExpression
    for_in: CompFor


class GeneratorExp(BaseSimpleComp):
    pass


class ListComp(BaseSimpleComp):
    pass


class SetComp(BaseSimpleComp):
    pass


class DictComp(BaseComp):
    key: BaseExpression
    value: BaseExpression
    for_in: CompFor


class StarredDictComp(BaseComp):
    value: BaseExpression
    for_in: CompFor


# small statements


class Pass(BaseSmallStatement):
    pass


class Break(BaseSmallStatement):
    pass


class Continue(BaseSmallStatement):
    pass


class Expr(BaseSmallStatement):
    value: BaseExpression


class Del(BaseSmallStatement):
    target: BaseExpression


class Return(BaseSmallStatement):
    value: BaseExpression | None


class Raise(BaseSmallStatement):
    exc: BaseExpression | None
    cause: From | None


class Assert(BaseSmallStatement):
    test: BaseExpression
    msg: BaseExpression | None


class NameItem(Node):
    name: Name


class Global(BaseSmallStatement):
    names: Sequence[NameItem]


class Nonlocal(BaseSmallStatement):
    names: Sequence[NameItem]


class AssignTarget(Node):
    target: BaseExpression


class Assign(BaseSmallStatement):
    targets: Sequence[AssignTarget]
    value: BaseExpression


class AnnAssign(BaseSmallStatement):
    target: BaseExpression
    annotation: Annotation
    value: BaseExpression | None


class AugAssign(BaseSmallStatement):
    target: BaseExpression
    operator: Operator
    value: BaseExpression


class AsName(Node):
    name: BaseExpression


class ImportAlias(Node):
    name: Name | Attribute
    asname: AsName | None


class ImportStar(Node):
    pass


class Import(BaseSmallStatement):
    names: Sequence[ImportAlias]


class ImportFrom(BaseSmallStatement):
    """`relative` counts the dots in front of the module."""

    module: Name | Attribute | None
    names: Sequence[ImportAlias] | ImportStar
    relative: int


class LazyImport(Import):
    pass


class LazyImportFrom(ImportFrom):
    pass


class TypeVar(Node):
    name: Name
    bound: BaseExpression | None


class TypeVarTuple(Node):
    name: Name


class ParamSpec(Node):
    name: Name


class TypeParam(Node):
    param: TypeVar | TypeVarTuple | ParamSpec
    default: BaseExpression | None


class TypeParameters(Node):
    params: Sequence[TypeParam]


class TypeAlias(BaseSmallStatement):
    name: Name
    value: BaseExpression
    type_parameters: TypeParameters | None


# compound statements


class SimpleStatementLine(BaseStatement):
    body: Sequence[BaseSmallStatement]


class SimpleStatementSuite(BaseSuite):
    body: Sequence[BaseSmallStatement]


class IndentedBlock(BaseSuite):
    body: Sequence[BaseStatement]


class Else(Node):
    body: BaseSuite


class If(BaseCompoundStatement):
    test: BaseExpression
    body: BaseSuite
    orelse: If | Else | None


class While(BaseCompoundStatement):
    test: BaseExpression
    body: BaseSuite
    orelse: Else | None


class For(BaseCompoundStatement):
    target: BaseExpression
    iter: BaseExpression
    body: BaseSuite
    orelse: Else | None
    asynchronous: bool


class WithItem(Node):
    item: BaseExpression
    asname: AsName | None


class With(BaseCompoundStatement):
    items: Sequence[WithItem]
    body: BaseSuite
    asynchronous: bool


class ExceptHandler(Node):
    body: BaseSuite
    type: BaseExpression | None
    name: AsName | None


class ExceptStarHandler(Node):
    body: BaseSuite
    type: BaseExpression
    name: AsName | None


class Finally(Node):
    body: BaseSuite


class Try(BaseCompoundStatement):
    body: BaseSuite
    handlers: Sequence[ExceptHandler]
    orelse: Else | None
    finalbody: Finally | None


class TryStar(BaseCompoundStatement):
    body: BaseSuite
    handlers: Sequence[ExceptStarHandler]
    orelse: Else | None
    finalbody: Finally | None


class Decorator(Node):
    decorator: BaseExpression


class FunctionDef(BaseCompoundStatement):
    name: Name
    params: Parameters
    body: BaseSuite
    decorators: Sequence[Decorator]
    returns: Annotation | None
    asynchronous: bool
    type_parameters: TypeParameters | None


class ClassDef(BaseCompoundStatement):
    name: Name
    body: BaseSuite
    bases: Sequence[Arg]
    keywords: Sequence[Arg]
    decorators: Sequence[Decorator]
    type_parameters: TypeParameters | None


# match


class MatchPattern(_Bracketed):
    pass


class MatchValue(MatchPattern):
    value: BaseExpression


class MatchSingleton(MatchPattern):
    value: Name


class MatchStar(Node):
    name: Name | None


class MatchSequenceElement(Node):
    value: MatchPattern


class MatchSequence(MatchPattern):
    patterns: Sequence[MatchSequenceElement | MatchStar]


class MatchList(MatchSequence):
    pass


class MatchTuple(MatchSequence):
    pass


class MatchMappingElement(Node):
    key: BaseExpression
    pattern: MatchPattern


class MatchMapping(MatchPattern):
    elements: Sequence[MatchMappingElement]
    rest: Name | None


class MatchKeywordElement(Node):
    key: Name
    pattern: MatchPattern


class MatchClass(MatchPattern):
    cls: BaseExpression
    patterns: Sequence[MatchSequenceElement]
    kwds: Sequence[MatchKeywordElement]


class MatchAs(MatchPattern):
    pattern: MatchPattern | None
    name: Name | None


class MatchOrElement(Node):
    pattern: MatchPattern


class MatchOr(MatchPattern):
    patterns: Sequence[MatchOrElement]


class MatchCase(Node):
    pattern: MatchPattern
    body: BaseSuite
    guard: BaseExpression | None


class Match(BaseCompoundStatement):
    subject: BaseExpression
    cases: Sequence[MatchCase]


# the whole text


class Source:
    """A text by bytes, lines and columns."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.data = text.encode("utf-8", "surrogatepass")
        self.is_ascii = len(self.data) == len(text)
        self.comments: list[tuple[int, int]] | None = None
        """Where the grammar found them, in source order; None where it did not read the text."""

    def between(self, start: int, end: int) -> str:
        return self.text[start:end] if self.is_ascii else self.data[start:end].decode("utf-8", "surrogatepass")

    @cached_property
    def starts(self) -> list[int]:
        """Where each line starts."""
        return [0, *(found.end() for found in _NEWLINE.finditer(self.data))]

    def line(self, at: int) -> int:
        return bisect_right(self.starts, at)

    def line_start(self, at: int) -> int:
        return max(self.starts[self.line(at) - 1], self.begin)

    def column(self, at: int) -> int:
        """How many characters stand before it on its line."""
        return len(self.between(self.line_start(at), at))

    @cached_property
    def begin(self) -> int:
        """Where the code begins: a byte order mark is none of it."""
        return len(_BOM) if self.data.startswith(_BOM) else 0


class Module(Node):
    source: Source
    body: Sequence[BaseStatement]

    def code(self, node: Node) -> str:
        """The text of a node with its brackets, as it is written outside of any block."""
        code = self.source.between(node.outer_start, node.outer_end)
        return self._outdented(node, code) if "\n" in code or "\r" in code else code

    def _outdented(self, node: Node, code: str) -> str:
        """Without the indentation of the block around a node at the lines that begin in no string."""
        indent = self._indent(node)
        if not indent:
            return code
        data, start = self.source.data, node.outer_start
        inside = [(found.start, found.end) for found in below(node) if isinstance(found, SimpleString | _Template)]
        gone = [
            found.end()
            for found in _NEWLINE.finditer(data, start, node.outer_end)
            if data.startswith(indent, found.end())
            and not any(first < found.end() <= last for first, last in inside)
            and data[found.start() - 1 : found.start()] != b"\\"
        ]
        begins = (start, *(at + len(indent) for at in gone))
        return "".join(map(self.source.between, begins, (*gone, node.outer_end)))

    def _indent(self, node: Node) -> bytes:
        """The white space in front of the statements of the block around a node."""
        around = node.parent
        while around is not None and not isinstance(around, IndentedBlock):
            around = around.parent
        if around is None:
            return b""
        start = around.start
        line = self.source.line_start(start)
        return self.source.data[line:start]

    def line(self, node: Node) -> int:
        return self.source.line(node.start)

    def end_line(self, node: Node) -> int:
        return self.source.line(node.end)

    def column(self, node: Node) -> int:
        """Counted from 1."""
        return self.source.column(node.start) + 1


def below(node: Node) -> list[Node]:
    """Every node inside one, itself first, in the order of their parents."""
    found, stack = list[Node](), [node]
    while stack:
        following = stack.pop()
        found.append(following)
        if inner := following.children():
            inner.reverse()
            stack += inner
    return found
