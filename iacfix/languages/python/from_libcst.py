"""The typed tree made of LibCST's: for syntax that the grammar does not know, and as the proof of the other builder."""

from __future__ import annotations

import ast
import re
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import libcst as cst
from libcst._nodes.internal import CodegenState

from iacfix.errors import SourceError
from iacfix.languages import Comment
from iacfix.languages.python import syntax
from iacfix.languages.python.syntax import Node, Source

BLANK = re.compile(rb"(?:[ \t\f\r\n]|\\\r?\n|#[^\r\n]*)*")
CLIPPED = (
    cst.ComparisonTarget,
    cst.CompFor,
    cst.CompIf,
    cst.AsName,
    cst.Index,
    cst.Param,
    cst.TypeParam,
    cst.MatchSequenceElement,
    cst.MatchMappingElement,
    cst.MatchKeywordElement,
    cst.MatchOrElement,
)
"""LibCST counts white space or a comma to these; they end with their last child."""


def parsed(text: str) -> syntax.Module:
    """The tree of a text; raises SourceError where LibCST does not take it either."""
    try:
        module = cst.parse_module(text)
    except cst.ParserSyntaxError as error:
        said, line = _what_fails(text, error)
        raise SourceError(f"does not parse as Python: {said}; not checked", line=line) from error
    return build(module, text)


def comments(text: str) -> Iterator[Comment]:
    """The comments as LibCST finds them."""
    module = cst.parse_module(text)
    source = Source(text)
    places = _Places(module, source)
    lines = {source.line(start): node for node, (start, _) in places.outer.items() if isinstance(node, cst.Comment)}
    for line, node in sorted(lines.items()):
        start = source.begin if line == 1 else source.starts[line - 1]
        yield Comment(node.value, line, source.data[start:].lstrip(b" \t\f").startswith(b"#"))


def _what_fails(text: str, error: cst.ParserSyntaxError) -> tuple[str, int | None]:
    """What does not parse, in Python's own words where it refuses the text too."""
    try:
        ast.parse(text)
    except SyntaxError as found:
        return found.msg, found.lineno
    except ValueError:
        pass
    found = re.search(r"error at (\d+):\d+: (.*)", error.message, re.DOTALL)
    said = " ".join((found[2] if found else error.message).split())
    return said, int(found[1]) if found else None


def build(module: cst.Module, text: str) -> syntax.Module:
    """The tree of a text that LibCST has parsed."""
    return build_with_nodes(module, text)[0]


def build_with_nodes(module: cst.Module, text: str) -> tuple[syntax.Module, dict[cst.CSTNode, Node]]:
    """The tree, and our node for each of LibCST's."""
    source = Source(text)
    builder = _Builder(_Places(module, source))
    built = syntax.Module(0, len(source.data), source, builder.many(module.body))
    built.parent = None
    return built, {module: built, **builder.made}


class _Places(CodegenState):
    """Where each node stands in bytes: `inner` without its brackets, `outer` with them and what LibCST counts to it."""

    def __init__(self, module: cst.Module, source: Source) -> None:
        super().__init__(module.default_indent, module.default_newline)
        self.data = source.data
        self.at = source.begin
        self.inner: dict[cst.CSTNode, tuple[int, int]] = {}
        self.outer: dict[cst.CSTNode, tuple[int, int]] = {}
        self._starts: list[int] = []
        module._codegen(self)  # pyright: ignore[reportPrivateUsage]  # the way of LibCST's own position providers

    def add_indent_tokens(self) -> None:
        for token in self.indent_tokens:
            self.add_token(token)

    def add_token(self, value: str) -> None:
        self.at += len(value) if value.isascii() else len(value.encode("utf-8", "surrogatepass"))

    def before_codegen(self, node: cst.CSTNode) -> None:
        self._starts.append(self.at)

    def after_codegen(self, node: cst.CSTNode) -> None:
        self.outer[node] = self._starts.pop(), self.at

    @contextmanager
    def record_syntactic_position(
        self, node: cst.CSTNode, *, start_node: cst.CSTNode | None = None, end_node: cst.CSTNode | None = None
    ) -> Generator[None]:
        start = self.at
        yield
        first = self.place(start_node)[0] if start_node is not None else start
        self.inner[node] = first, self.place(end_node)[1] if end_node is not None else self.at

    def place(self, node: cst.CSTNode) -> tuple[int, int]:
        return self.inner.get(node) or self.outer[node]


class _Builder:
    def __init__(self, places: _Places) -> None:
        self.places = places
        self.made: dict[cst.CSTNode, Node] = {}

    def many(self, nodes: Sequence[cst.CSTNode]) -> list[Any]:
        return [self.one(node) for node in nodes]

    def one(self, node: cst.CSTNode) -> Any:
        """Our node for one of LibCST's."""
        kind: type[Node] = getattr(syntax, type(node).__name__)
        start, end = self.places.place(node)
        given: list[Any] = []
        for name, declared in kind.fields.items():
            if name in ("start", "end"):
                continue
            given.append(self.field(node, name, declared))
        made = kind(start, end, *given)
        self.placed(node, made)
        self.made[node] = made
        return made

    def field(self, node: cst.CSTNode, name: str, declared: str) -> Any:
        if name == "opening":
            return getattr(node, "start")  # noqa: B009 (two kinds of templates have it)
        if name == "format_spec":
            return self.many(getattr(node, name) or ())
        value = getattr(node, name)
        if declared == "bool":
            return value is not None
        if declared == "int":
            return len(value)
        if declared == "str":
            return value if isinstance(value, str) else ""
        if declared == "Operator":
            return getattr(syntax, type(value).__name__)()
        if isinstance(value, cst.CSTNode):
            return self.one(value)
        if declared.startswith("Sequence["):
            return self.many(value)
        return None

    def placed(self, node: cst.CSTNode, made: Node) -> None:
        """What LibCST counts otherwise."""
        places = self.places
        below = made.children()
        if isinstance(made, syntax.BaseExpression | syntax.MatchPattern):
            pairs = len(getattr(node, "lpar", ()))
            if pairs:
                first, last = places.outer[node]
                made.brackets = [(first, last)] * pairs
        elif isinstance(node, cst.Parameters):
            every = sorted((part.start, part.end) for part in below)
            made.start, made.end = (every[0][0], every[-1][1]) if every else (made.end, made.end)
        elif isinstance(node, cst.ParamStar | cst.ParamSlash):
            made.end = made.start + 1
        elif isinstance(node, cst.Slice | cst.SubscriptElement):
            made.end = made.start + len(self.places.data[made.start : made.end].rstrip())
        elif isinstance(node, CLIPPED):
            made.end = max(part.outer_end for part in below)
            made.start = self._clipped(made.start)

    def _clipped(self, start: int) -> int:
        """Behind the white space and the comments that LibCST counts to a node."""
        found = BLANK.match(self.places.data, start)
        assert found is not None
        return found.end()
