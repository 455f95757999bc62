"""New values as Python code that looks like its neighbours.

Code is first written as text with a placeholder name for every expression that is kept; once parsed, the placeholders
give way to the kept nodes, so that nothing inside them is ever touched as text.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import libcst as cst

from iacfix import reasons
from iacfix.edit import Inputs, Join, Json, Keep, Lookup, New, RefTo, Rewritten, When
from iacfix.errors import CannotFix
from iacfix.languages.python import layout, syntax
from iacfix.languages.python.imports import Imports, python_name
from iacfix.languages.python.lookups import Lookups
from iacfix.languages.python.names import snake
from iacfix.languages.python.originals import Originals, comments_in, entries
from iacfix.languages.python.read import PythonProgram
from iacfix.languages.shared.pragmas import refuse_moved
from iacfix.model import Fields, Flag, Value, is_boolean

MARK = "iacfix_kept_"
WIDE = 88
LONG = 120
"""What a line may grow to that stands among lines of its kind."""
STEPS = ("  ", "   ", "    ", "\t")
"""What is a step; more than that hangs from a bracket."""
"""The line length that new code keeps to; the file's own would change with what is written into it."""


@dataclass(frozen=True)
class Style:
    """How code next to a place is written."""

    quote: str = '"'
    comma: bool = True
    breaks: bool = True
    classes: bool = True
    width: int = 0


@dataclass(frozen=True)
class Kept:
    """An expression to be put in place of a mark; `indent` is that of the line it begins in its new place."""

    node: syntax.BaseExpression
    indent: str
    moved: bool


@dataclass
class Renderer:
    """Turns new values into code; remembers what was kept and which comments found a new place."""

    program: PythonProgram
    originals: Originals
    imports: Imports
    lookups: Lookups
    dropped: set[syntax.Node] = field(default_factory=set[syntax.Node])
    bindings: dict[syntax.Node, str] = field(default_factory=dict[syntax.Node, str])
    placed: set[cst.Comment] = field(default_factory=set[cst.Comment])
    elsewhere: dict[syntax.Node, cst.CSTNode] = field(default_factory=dict[syntax.Node, cst.CSTNode])
    """What values that are kept in variables become there."""
    _kept: list[Kept] = field(default_factory=list[Kept])

    def step(self, at: syntax.Node) -> str:
        """One step of indentation: that of the nearest bracket around a place which has one, else of the file."""
        for node in (at, *self.program.names.ancestors(at)):
            if isinstance(node, syntax.Call | syntax.Dict | syntax.List):
                later = (entry for entry in entries(node) if self.program.line(entry) > self.program.line(node))
                if (first := next(later, None)) is not None:
                    step = self.indent_in_statement(first).removeprefix(self.indent_in_statement(node))
                    if step in STEPS:
                        return step
        return self.originals.unit

    @cached_property
    def quote(self) -> str:
        double, single = self.program.text.count('"'), self.program.text.count("'")
        return "'" if single > double else '"'

    # values

    def code(self, new: New, style: Style, indent: str, at: syntax.Node, used: int = 0) -> str:
        """The code of a value on a line of this indentation; `used` columns of the line are taken."""
        match new:
            case bool() | int():
                return str(new)
            case str():
                return self.literal(new, style.quote)
            case Keep(value):
                return self._mark(value, indent)
            case RefTo(resource, output):
                return f"{self.bindings[resource.node]}.{snake(output)}"
            case Join(parts):
                return self._joined(parts, style, indent, at)
            case Lookup():
                return self.lookups.expression(new, at)
            case When():
                return self._when(new, style, indent, at, used)
            case Rewritten(value, inner):
                return self._rewritten(value, inner, style, indent, at, used)
            case Inputs():
                return self._inputs(new, style, indent, at, used)
            case Json(document):
                serialised = f"{self.imports.spelled('json.dumps')}("
                inner = self.code(document, replace(style, breaks=True), indent, at, used + len(serialised))
                return f"{serialised}{inner})"
            case Mapping():
                rows = [(f"{self.literal(str(key), style.quote)}: ", value) for key, value in new.items()]
                deep = any(isinstance(value, Mapping | Inputs) for value in new.values())
                return self._rows(rows, "{", "}", style, indent, at, used, force=style.breaks and deep)
            case Sequence():
                rows = [("", value) for value in new]
                deep = any(isinstance(value, Mapping | Inputs) for value in new)
                if len(new) == 1 and deep:
                    return self._single(new[0], style, indent, at, used)
                return self._rows(rows, "[", "]", style, indent, at, used, force=False)

    def _single(self, new: New, style: Style, indent: str, at: syntax.Node, used: int) -> str:
        if any(self._comments_of(new)) or not style.breaks:
            return self._rows([("", new)], "[", "]", style, indent, at, used, force=style.breaks)
        if self._hugged(new):
            return f"[{self.code(new, style, indent, at, used)}]"
        inner = self.code(new, style, indent + self.step(at), at, used)
        if "\n" not in self.shown(inner):
            return f"[{inner}]"
        comma = "," if style.comma else ""
        return f"[\n{indent}{self.step(at)}{inner}{comma}\n{indent}]"

    def _hugged(self, new: New) -> bool:
        """The object stood in a list whose brackets are on its own first and last line."""
        if not isinstance(new, Inputs) or new.origin is None:
            return False
        entry = self._entry(new.origin.place)
        holder = entry.parent if entry is not None else None
        return isinstance(holder, syntax.List) and not layout.read(self.originals.of(holder)).breaks

    def _joined(self, parts: tuple[New, ...], style: Style, indent: str, at: syntax.Node) -> str:
        match parts:
            case [Keep(value), *rest] if all(isinstance(part, str) for part in rest):
                return self._lengthened(value.place, "".join(str(part) for part in rest), style, indent)
            case _:
                return self._template(parts, style, indent, at)

    def _lengthened(self, node: syntax.BaseExpression, more: str, style: Style, indent: str) -> str:
        """A text expression with literal text added at its end."""
        match node:
            case syntax.SimpleString(prefix="", quote='"' | "'", lpar=0):
                return f"{node.quote}{node.raw_value}{more}{node.quote}"
            case syntax.FormattedString(opening='f"' | "f'", lpar=0):
                inner = self.program.code(node)[2:-1]
                return f"{node.opening}{inner}{more}{node.quote}"
            case syntax.BinaryOperation(operator=syntax.Add(), lpar=0) if isinstance(
                node.right, syntax.SimpleString | syntax.FormattedString
            ):
                left = self.mark_node(node.left, indent)
                return f"{left} + {self._lengthened(node.right, more, style, indent)}"
            case syntax.Name() | syntax.Attribute():
                return f"f{style.quote}{{{self.mark_node(node, indent)}}}{more}{style.quote}"
            case syntax.BinaryOperation() | syntax.Call() | syntax.Subscript() | syntax.BaseString():
                return f"{self.mark_node(node, indent)} + {self.literal(more, style.quote)}"
            case _:
                raise CannotFix(reasons.COMPUTED_NAME)

    def _template(self, parts: tuple[New, ...], style: Style, indent: str, at: syntax.Node) -> str:
        shown = [part if isinstance(part, str) else self.code(part, style, indent, at) for part in parts]
        inner = "".join(self.shown(code) for code, part in zip(shown, parts, strict=True) if not isinstance(part, str))
        quote = style.quote if style.quote not in inner else {'"': "'", "'": '"'}[style.quote]
        if quote in inner or "\\" in inner or "\n" in inner:
            raise CannotFix(reasons.NOT_IN_F_STRING)
        body = "".join(
            code.replace("\\", "\\\\").replace(quote, f"\\{quote}").replace("{", "{{").replace("}", "}}")
            if isinstance(part, str)
            else f"{{{' ' if self.shown(code).startswith('{') else ''}{code}}}"
            for code, part in zip(shown, parts, strict=True)
        )
        return f"f{quote}{body}{quote}"

    @staticmethod
    def literal(text: str, quote: str) -> str:
        """A string literal."""
        return quote + text.replace("\\", "\\\\").replace(quote, f"\\{quote}").replace("\n", "\\n") + quote

    def _when(self, new: When, style: Style, indent: str, at: syntax.Node, used: int) -> str:
        test = new.test
        if isinstance(test, Flag) and test.is_direct:
            return self.code(new.then if test.flag else new.otherwise, style, indent, at)
        yes, no = self.code(new.then, style, indent, at), self.code(new.otherwise, style, indent, at)
        if is_boolean(test):
            return f"{yes} if {self._mark(test, indent)} else {no}"
        output, name = self.imports.spelled("pulumi.Output"), snake(new.name)
        waited = f"{output}.from_input({self._mark(test, indent)})"
        decided = f"lambda {name}: {yes} if {name} else {no}"
        if used + len(self.shown(f"{waited}.apply({decided}),")) > WIDE and style.breaks:
            return f"{waited}.apply(\n{indent}{self.step(at)}{decided}\n{indent})"
        return f"{waited}.apply({decided})"

    def _rewritten(self, value: Value, new: New, style: Style, indent: str, at: syntax.Node, used: int) -> str:
        """The value where it is written; what is kept in a variable changes there, and the name stays here."""
        if value.is_direct:
            return self.code(new, style, indent, at, used)
        if not value.is_own:
            raise CannotFix(reasons.SHARED_VARIABLE)
        if isinstance(new, Inputs) and _is_unchanged(new):
            return self._mark(value, indent)
        node: syntax.Node = value.node
        self.dropped.add(node)
        own = replace(style, classes=True, breaks=True)
        code = self.code(new, own, self.indent_in_statement(node), node, self.program.column(node) - 1)
        self.elsewhere[node] = self.expression(code)
        self.imports.attribution.record(node)
        if any(comment not in self.placed for comment in comments_in(self.originals.of(node))):
            raise CannotFix(reasons.COMMENT_WITHOUT_PLACE)
        return self._mark(value, indent)

    def _inputs(self, new: Inputs, style: Style, indent: str, at: syntax.Node, used: int) -> str:
        classes, breaks = style.classes, False
        if new.origin is not None and isinstance(node := new.origin.node, syntax.Call | syntax.Dict):
            if not isinstance(node, syntax.Call) and _is_unchanged(new):
                return self._mark(new.origin, indent)
            bracket = layout.read(self.originals.of(node))
            classes, breaks = isinstance(node, syntax.Call), bracket.breaks
            style = replace(style, comma=bracket.closing_comma if breaks else style.comma)
        inner = replace(style, classes=classes)
        if classes:
            package = self.program.package
            name = self.imports.spelled(f"{python_name(package.packages['python'], package.name, new.type)}Args")
            rows = [(f"{snake(key)}=", value) for key, value in new.fields.items()]
            if used + len(name) < LONG or new.origin is None or not self._is_parenthesized(new.origin.node):
                return self._rows(rows, f"{name}(", ")", inner, indent, at, used, force=breaks)
            deeper = indent + self.step(at)
            return f"(\n{deeper}{self._rows(rows, f'{name}(', ')', inner, deeper, at, 0, force=True)}\n{indent})"
        rows = [(f"{self.literal(snake(key), style.quote)}: ", value) for key, value in new.fields.items()]
        deep = any(isinstance(value, Mapping | Inputs) for value in new.fields.values())
        return self._rows(rows, "{", "}", inner, indent, at, used, force=breaks or (style.breaks and deep))

    def _is_parenthesized(self, node: syntax.Node) -> bool:
        """The author wrote parentheses around it, so that the line of its class is not too long."""
        return bool(getattr(self.originals.of(node), "lpar", ()))

    def _rows(
        self,
        rows: list[tuple[str, New]],
        opening: str,
        closing: str,
        style: Style,
        indent: str,
        at: syntax.Node,
        used: int,
        *,
        force: bool,
    ) -> str:
        """Entries between brackets: on one line where that fits and nothing asks for more."""
        if not force and not any(any(self._comments_of(value)) for _, value in rows):
            mark, placed = len(self._kept), set(self.placed)
            one = ", ".join(
                prefix + self.code(value, replace(style, breaks=False), indent, at) for prefix, value in rows
            )
            flat = f"{opening}{one}{closing}"
            if not style.breaks or (
                "\n" not in self.shown(flat) and used + len(self.shown(flat)) + 1 <= max(WIDE, style.width)
            ):
                return flat
            del self._kept[mark:]
            self.placed.intersection_update(placed)
        deeper = indent + self.step(at)
        lines: list[str] = []
        for index, (prefix, value) in enumerate(rows):
            above, behind = self._comments_of(value)
            self.placed.update(above, [behind] if behind else [])
            lines += [f"{deeper}{comment.value}" for comment in above]
            taken = len(self.program.indent_of(self.program.names.statement(at))) + len(deeper) + len(prefix)
            code = prefix + self.code(value, style, deeper, at, taken)
            if "\n" in self.shown(code) and not self._breaks(value):
                refuse_moved(comment.value for comment in (*above, *([behind] if behind else [])))
            comma = "," if style.comma or index < len(rows) - 1 else ""
            lines.append(f"{deeper}{code}{comma}" + (f"  {behind.value}" if behind else ""))
        return "\n".join([opening, *lines, f"{indent}{closing}"]) if rows else opening + closing

    def _comments_of(self, new: New) -> tuple[list[cst.Comment], cst.Comment | None]:
        """The comments of the dropped entry that a value comes from, those that have no new place yet."""
        match new:
            case Keep(value) | When(test=value) | Rewritten(value) | Inputs(origin=Value() as value):
                entry = self._entry(value.place)
            case [Inputs(origin=Value() as value), *_]:
                holder = value.place.parent.parent if isinstance(value.place.parent, syntax.Element) else None
                entry = self._entry(holder) if isinstance(holder, syntax.List) else None
            case _:
                entry = None
        if entry is None or not self._is_moved(entry):
            return [], None
        holder = entry.parent
        if not isinstance(holder, syntax.Call | syntax.Dict | syntax.List):
            return [], None
        bracket, index = layout.read(self.originals.of(holder)), entries(holder).index(entry)
        above = [line.comment for line in bracket.own_lines(index) if line.comment and line.comment not in self.placed]
        behind = bracket.tail(index)
        return above, behind if behind not in self.placed else None

    def _breaks(self, new: New) -> bool:
        """The value comes from an entry over several lines."""
        match new:
            case Keep(value) | When(test=value) | Rewritten(value) | Inputs(origin=Value() as value):
                return "\n" in value.code
            case _:
                return False

    def _entry(self, place: syntax.Node) -> syntax.Node | None:
        parent = place.parent
        return (
            parent
            if isinstance(parent, syntax.Arg | syntax.DictElement | syntax.Element) and parent.value is place
            else None
        )

    def _is_moved(self, node: syntax.Node) -> bool:
        return any(around in self.dropped for around in (node, *self.program.names.ancestors(node)))

    # kept expressions

    def _mark(self, value: Value, indent: str) -> str:
        return self.mark_node(value.place, indent)

    def mark_node(self, node: syntax.BaseExpression, indent: str) -> str:
        self._kept.append(Kept(node, indent, self._is_moved(node)))
        return f"{MARK}{len(self._kept) - 1}_"

    def keeps(self, node: syntax.Node) -> bool:
        """The expression itself stands in new code."""
        return any(kept.node is node for kept in self._kept)

    def keeps_inside(self, node: syntax.Node) -> bool:
        """A part of the expression stands in new code."""
        return any(node in self.program.names.ancestors(kept.node) for kept in self._kept)

    def shown(self, code: str) -> str:
        return re.sub(MARK + r"(\d+)_", lambda match: self.program.code(self._kept[int(match[1])].node), code)

    def expression(self, code: str) -> cst.BaseExpression:
        """Parse code and put the kept expressions in."""
        parsed = cst.parse_expression(code, self.originals.config)
        filled = parsed.visit(_Fill(self, self._kept)) if MARK in code else parsed
        assert isinstance(filled, cst.BaseExpression)
        return filled

    def statement(self, code: str) -> cst.SimpleStatementLine:
        parsed = cst.parse_statement(code, self.originals.config)
        filled = parsed.visit(_Fill(self, self._kept)) if MARK in code else parsed
        assert isinstance(filled, cst.SimpleStatementLine)
        return filled

    def kept_node(self, kept: Kept) -> cst.BaseExpression:
        original = self.originals.of(kept.node)
        begin = kept.node.around if kept.node.lpar else kept.node
        old = self.indent_in_statement(begin)
        node = original.deep_clone().visit(layout.Reindent(old, kept.indent))
        assert isinstance(node, cst.BaseExpression)
        if kept.moved:
            self.placed.update(comments_in(original))
            return node
        bare = node.visit(layout.StripComments())
        assert isinstance(bare, cst.BaseExpression)
        return bare

    def indent_in_statement(self, node: syntax.Node) -> str:
        """The indentation of a node's line beyond that of its statement."""
        block = self.program.indent_of(self.program.names.statement(node))
        return self.program.indent_of(node).removeprefix(block)


class _Fill(cst.CSTTransformer):
    """Puts kept expressions in the place of their marks."""

    def __init__(self, renderer: Renderer, kept: list[Kept]) -> None:
        super().__init__()
        self._renderer, self._kept = renderer, kept

    def leave_Name(self, original_node: cst.Name, updated_node: cst.Name) -> cst.BaseExpression:
        if match := re.fullmatch(MARK + r"(\d+)_", original_node.value):
            return self._renderer.kept_node(self._kept[int(match[1])])
        return updated_node


def _is_unchanged(new: Inputs) -> bool:
    """Every field is kept under its name and in its place, so that a mapping can stay as it is."""
    origin = new.origin
    if not isinstance(origin, Fields) or not isinstance(origin.node, syntax.Dict):
        return False
    spelled = [element.key for element in origin.node.elements if isinstance(element, syntax.DictElement)]
    written = [key.raw_value for key in spelled if isinstance(key, syntax.SimpleString)]
    if written != [snake(key) for key in new.fields] or origin.keys != tuple(new.fields):
        return False
    for entry, value in zip(origin.entries, new.fields.values(), strict=True):
        match value:
            case Keep(kept) if kept is entry.value:
                continue
            case Inputs(origin=inner) if inner is entry.value and _is_unchanged(value):
                continue
            case _:
                return False
    return True
