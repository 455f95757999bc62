"""New values as TypeScript code that looks like its neighbours; kept expressions are copied byte for byte."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import pairwise
from weakref import WeakKeyDictionary

from iacfix import reasons
from iacfix.edit import Inputs, Join, Json, Keep, Lookup, New, RefTo, Rewritten, When
from iacfix.errors import CannotFix
from iacfix.languages.shared.lines import indent_at
from iacfix.languages.shared.nodes import Node
from iacfix.languages.shared.pragmas import refuse_moved
from iacfix.languages.typescript import layout
from iacfix.languages.typescript.bindings import uncommented
from iacfix.languages.typescript.imports import PULUMI
from iacfix.languages.typescript.layout import Splice
from iacfix.languages.typescript.lookups import Lookups
from iacfix.languages.typescript.read import TypeScriptProgram
from iacfix.languages.typescript.tree import is_wrapper, unwrapped
from iacfix.model import Flag, Text, Value, is_boolean

WIDE = 88
EFFECTS = (
    "new_expression",
    "update_expression",
    "assignment_expression",
    "augmented_assignment_expression",
    "await_expression",
)


@dataclass(frozen=True)
class Style:
    """How code next to a place is written."""

    comma: bool = True
    breaks: bool = True


class FileStyle:
    """How a file is written, looked at once for all that is written into it."""

    def __init__(self, program: TypeScriptProgram) -> None:
        self._text = program.text
        self._root = program.root

    @staticmethod
    def of(program: TypeScriptProgram) -> FileStyle:
        return _known.setdefault(program, FileStyle(program))

    @cached_property
    def indents(self) -> list[str | None]:
        """The white space that each line begins with; None for blank lines and those inside a text or a comment."""
        inner = {
            row
            for node in self._root.inside("template_string", "comment")
            for row in range(node.start_point[0] + 1, node.end_point[0] + 1)
        }
        lines = enumerate(self._text.split("\n"))
        return [
            line[: len(line) - len(line.lstrip())] if line.strip() and row not in inner else None for row, line in lines
        ]

    @cached_property
    def quote(self) -> str:
        found = [node.text[0] for node in self._root.inside("string")]
        return '"' if found.count('"') > found.count("'") else "'"

    @cached_property
    def newline(self) -> str:
        return "\r\n" if "\r\n" in self._text else "\n"

    @cached_property
    def semicolon(self) -> str:
        statements = self._root.inside("expression_statement", "lexical_declaration")
        ended = sum(node.text.endswith(";") for node in statements)
        return ";" if ended * 2 >= len(statements) else ""


_known: WeakKeyDictionary[TypeScriptProgram, FileStyle] = WeakKeyDictionary()


@dataclass
class Renderer:
    """Turns new values into code; remembers which comments found a new place."""

    program: TypeScriptProgram
    lookups: Lookups
    dropped: set[Node] = field(default_factory=set[Node])
    bindings: dict[Node, str] = field(default_factory=dict[Node, str])
    placed: set[Node] = field(default_factory=set[Node])
    copied: set[Node] = field(default_factory=set[Node])
    _steps: dict[tuple[int, int], str] = field(default_factory=dict[tuple[int, int], str])
    """By the rows of a statement."""
    elsewhere: list[Splice] = field(default_factory=list[Splice])
    """What values that are kept in constants become there."""

    def step(self, at: Node) -> str:
        """One step of indentation: the most common of the statement around a place, else of the file."""
        statement = self.program.statement(at)
        rows = statement.start_point[0], statement.end_point[0] + 1
        if rows not in self._steps:
            self._steps[rows] = _step(self._indents[slice(*rows)]) or self._usual_step
        return self._steps[rows]

    @cached_property
    def _usual_step(self) -> str:
        return _step(self._indents) or "  "

    @cached_property
    def _file(self) -> FileStyle:
        return FileStyle.of(self.program)

    @property
    def _indents(self) -> list[str | None]:
        return self._file.indents

    @property
    def quote(self) -> str:
        return self._file.quote

    @property
    def newline(self) -> str:
        return self._file.newline

    @property
    def semicolon(self) -> str:
        return self._file.semicolon

    # values

    def code(self, new: New, style: Style, indent: str, at: Node, used: int = 0) -> str:
        """The code of a value on a line of this indentation; `used` columns of the line are taken."""
        match new:
            case bool():
                return "true" if new else "false"
            case int():
                return str(new)
            case str():
                return self.literal(new)
            case Keep(value):
                return self.kept(value.place, indent)
            case RefTo(resource, output):
                return f"{self.bindings[resource.node]}.{output}"
            case Join(parts):
                return self._joined(parts, style, indent, at)
            case Lookup():
                return self.lookups.expression(new, at)
            case When():
                return self._when(new, style, indent, at)
            case Rewritten(value, inner):
                return self._rewritten(value, inner, style, indent, at, used)
            case Json(document):  # which takes outputs as well as plain text
                serialised = f"{self.lookups.imports.spelled(PULUMI, 'jsonStringify')}("
                style = replace(style, breaks=True)
                return f"{serialised}{self.code(document, style, indent, at, used + len(serialised))})"
            case Inputs(fields=fields, origin=origin):
                rows = [(f"{key}: ", value) for key, value in fields.items()]
                node = unwrapped(origin.node) if origin is not None else None
                breaks = node is not None and node.type == "object" and layout.read(node).breaks
                if breaks and node is not None:
                    style = replace(style, comma=layout.read(node).closing_comma)
                deep = any(isinstance(value, Mapping | Inputs) for value in fields.values())
                return self._rows(rows, "{", "}", style, indent, at, used, force=breaks or (style.breaks and deep))
            case Mapping():
                rows = [(f"{self._key(str(key))}: ", value) for key, value in new.items()]
                deep = any(isinstance(value, Mapping | Inputs) for value in new.values())
                return self._rows(rows, "{", "}", style, indent, at, used, force=style.breaks and deep)
            case Sequence():
                return self._list(new, style, indent, at, used)

    def _list(self, new: Sequence[New], style: Style, indent: str, at: Node, used: int) -> str:
        """One object in a list keeps its brackets on the list's own, as is the habit here, unless it did not before."""
        if len(new) == 1 and _is_object(new[0]) and not self._begins_line(new[0]):
            return f"[{self.code(new[0], style, indent, at, used)}]"
        return self._rows([("", value) for value in new], "[", "]", style, indent, at, used, force=False)

    def _begins_line(self, new: New) -> bool:
        """The value comes from an element that stood below its list's bracket, or has comments of its own."""
        if any(self._comments_of(new)):
            return True
        place = new.origin.place if isinstance(new, Inputs) and new.origin is not None else None
        around = next((node for node in place.ancestors() if not is_wrapper(node)), None) if place is not None else None
        if place is None or around is None or around.type != "array":
            return False
        return place.start_point[0] > around.start_point[0]

    def literal(self, text: str) -> str:
        return (
            self.quote
            + text.replace("\\", "\\\\").replace(self.quote, f"\\{self.quote}").replace("\n", "\\n")
            + self.quote
        )

    def _key(self, key: str) -> str:
        return key if key.isidentifier() else self.literal(key)

    def _when(self, new: When, style: Style, indent: str, at: Node) -> str:
        test = new.test
        if isinstance(test, Flag) and test.is_direct:
            return self.code(new.then if test.flag else new.otherwise, style, indent, at)
        yes, no = self.code(new.then, style, indent, at), self.code(new.otherwise, style, indent, at)
        if is_boolean(test):
            return f"{self.kept(test.place, indent)} ? {yes} : {no}"
        output = self.lookups.imports.spelled(PULUMI, "output")
        return f"{output}({self.kept(test.place, indent)}).apply(({new.name}) => ({new.name} ? {yes} : {no}))"

    def _rewritten(self, value: Value, new: New, style: Style, indent: str, at: Node, used: int) -> str:
        """The value where it is written; what is kept in a constant changes there, and the name stays here."""
        if value.is_direct:
            return self.code(new, style, indent, at, used)
        if not value.is_own:
            raise CannotFix(reasons.SHARED_VARIABLE)
        node = value.node
        self.dropped.add(node)
        own = replace(style, breaks=True)
        code = self.code(new, own, indent_at(self.program.data, node.start_byte), node, self.program.column(node))
        self.elsewhere.append(
            Splice(node.start_byte, node.end_byte, code).attributed_to(self.lookups.attribution.current)
        )
        if any(comment not in self.placed for comment in node.inside("comment")):
            raise CannotFix(reasons.COMMENT_WITHOUT_PLACE)
        return self.kept(value.place, indent)

    def _rows(
        self,
        rows: list[tuple[str, New]],
        opening: str,
        closing: str,
        style: Style,
        indent: str,
        at: Node,
        used: int,
        *,
        force: bool,
    ) -> str:
        """Entries between brackets: on one line where that fits and nothing asks for more."""
        pad = " " if opening == "{" else ""
        if not force and not any(any(self._comments_of(value)) for _, value in rows):
            placed = set(self.placed)
            one = ", ".join(
                self.entry(prefix, value, replace(style, breaks=False), indent, at) for prefix, value in rows
            )
            flat = f"{opening}{pad}{one}{pad}{closing}" if rows else opening + closing
            if not style.breaks or ("\n" not in flat and used + len(flat) + 1 <= WIDE):
                return flat
            self.placed.intersection_update(placed)
        deeper = indent + self.step(at)
        lines: list[str] = []
        for index, (prefix, value) in enumerate(rows):
            above, behind = self._comments_of(value)
            self.placed.update(comment for comment in [*above, *behind])
            if any(comment.text.startswith("//") for comment in behind[:-1]):  # it ends its line
                above, behind = [*above, *behind[:-1]], behind[-1:]
            lines += [f"{deeper}{comment.text}" for comment in above]
            code = self.entry(prefix, value, style, deeper, at)
            if "\n" in code and not self._breaks(value):
                refuse_moved(one.text for one in [*above, *behind])
            comma = "," if style.comma or index < len(rows) - 1 else ""
            lines.append(f"{deeper}{' '.join([code + comma, *(comment.text for comment in behind)])}")
        return self.newline.join([opening, *lines, f"{indent}{closing}"])

    def entry(self, prefix: str, value: New, style: Style, indent: str, at: Node) -> str:
        """An entry with its key in front; what was written as a shorthand stays one under the same key."""
        code = self.code(value, style, indent, at, len(indent) + len(prefix))
        kept = value.value if isinstance(value, Keep | Rewritten) else None
        is_short = kept is not None and kept.place.type == "shorthand_property_identifier"
        return code if is_short and prefix == f"{code}: " else prefix + code

    # comments

    @staticmethod
    def _breaks(new: New) -> bool:
        """The value comes from an entry over several lines."""
        match new:
            case Keep(value) | When(test=value) | Rewritten(value) | Inputs(origin=Value() as value):
                return "\n" in value.code
            case _:
                return False

    def _comments_of(self, new: New) -> tuple[list[Node], list[Node]]:
        """The comments of the dropped entry that a value comes from, those that have no new place yet."""
        match new:
            case Keep(value) | When(test=value) | Rewritten(value) | Inputs(origin=Value() as value):
                place = value.place
            case [Inputs(origin=Value() as value), *_] if value.place.parent is not None:
                place = value.place.parent
                if place.type != "array":
                    return [], []
            case _:
                return [], []
        while place.parent is not None and is_wrapper(place.parent):
            place = place.parent
        entry = place.parent if place.parent is not None and place.parent.type == "pair" else place
        holder = entry.parent
        if holder is None or holder.type not in ("object", "array") or not self.is_moved(entry):
            return [], []
        bracket = layout.read(holder)
        if entry not in bracket.items:
            return [], []
        above, behind = bracket.own_comments(bracket.index(entry))
        above, behind = ([one for one in some if one not in self.placed] for some in (above, behind))
        return above, behind

    def is_moved(self, node: Node) -> bool:
        """The node lies in something that is taken out."""
        return any(around in self.dropped for around in (node, *node.ancestors()))

    # kept expressions and text

    def keeps(self, node: Node) -> bool:
        """The expression itself stands in new code."""
        return node in self.copied

    def keeps_inside(self, node: Node) -> bool:
        """A part of the expression stands in new code."""
        return any(node in copied.ancestors() for copied in self.copied)

    def kept(self, node: Node, indent: str) -> str:
        """The source of an expression, its lines moved to another indentation, the inside of templates untouched."""
        comments = node.inside("comment")
        self.copied.add(node)
        if self.is_moved(node):
            self.placed.update(comment for comment in comments)
        elif comments:
            raise CannotFix(reasons.COPIED_COMMENT)
        else:
            _refuse_effects(node)
        old = indent_at(self.program.data, node.start_byte)
        templates = [(found.start_byte, found.end_byte) for found in node.inside("template_string")]
        out, at = "", node.start_byte
        for line in node.text.split("\n"):
            inner = any(start < at <= stop for start, stop in templates) and at > node.start_byte
            size = len(line.encode("utf-8")) + 1
            if at == node.start_byte or inner or not line.startswith(old):
                out += line
            else:
                out += indent + line.removeprefix(old)
            at += size
            out += "\n"
        return out[:-1]

    def _joined(self, parts: tuple[New, ...], style: Style, indent: str, at: Node) -> str:
        match parts:
            case [Keep(value), *rest] if all(isinstance(part, str) for part in rest):
                return self._lengthened(value, "".join(str(part) for part in rest))
            case _:
                return self._template(parts, style, indent, at)

    def _lengthened(self, value: Value, more: str) -> str:
        """A text expression with literal text added at its end."""
        node = unwrapped(value.place)
        _refuse_effects(node)
        if node.type != "member_expression" and node.inside("comment"):
            raise CannotFix(reasons.COPIED_COMMENT)
        code = uncommented(node)
        match node.type:
            case "string":
                return f"{code[:-1]}{more}{code[-1]}"
            case "template_string":
                return f"{code[:-1]}{more}`"
            case "identifier" | "member_expression":
                return f"`${{{code}}}{more}`"
            case "binary_expression" | "call_expression" if isinstance(value, Text) or node.type == "call_expression":
                return f"{code} + {self.literal(more)}"
            case _:
                raise CannotFix(reasons.COMPUTED_NAME)

    def _template(self, parts: tuple[New, ...], style: Style, indent: str, at: Node) -> str:
        body = "".join(
            part.replace("\\", "\\\\").replace("`", "\\`").replace("${", "\\${")
            if isinstance(part, str)
            else f"${{{self.code(part, style, indent, at)}}}"
            for part in parts
        )
        return f"{self.lookups.template_tag(at)}`{body}`"


def _is_object(new: New) -> bool:
    return isinstance(new, Mapping | Inputs) or (isinstance(new, Keep) and new.value.place.type == "object")


def _step(indents: Sequence[str | None]) -> str | None:
    """What lines are most often indented more than the one before them; hanging ones, far to the right, aside."""
    known = [indent for indent in indents if indent is not None]
    steps = [after.removeprefix(before) for before, after in pairwise(known) if after.startswith(before)]
    found = Counter("\t" if step[0] == "\t" else step for step in steps if step[:1] == "\t" or 2 <= len(step) <= 8)
    return max(found, key=lambda step: (found[step], -len(step)), default=None)


def _refuse_effects(node: Node) -> None:
    """What is copied is carried out twice."""
    if node.inside(*EFFECTS):
        raise CannotFix(reasons.COPIED_SIDE_EFFECTS)
