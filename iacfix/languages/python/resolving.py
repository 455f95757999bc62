"""Text and JSON that plain Python makes of outputs, as Pulumi's own functions make it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import libcst as cst

from iacfix import reasons
from iacfix.errors import CannotFix
from iacfix.languages.python import syntax
from iacfix.languages.python.node_changes import Insertion, NodeChanges
from iacfix.languages.python.originals import Originals, comments_in
from iacfix.languages.python.output_positions import OutputPositions, Place
from iacfix.languages.python.outputs import operands
from iacfix.languages.python.read import PythonProgram
from iacfix.languages.python.render import WIDE, Renderer
from iacfix.languages.python.tree import inside
from iacfix.languages.shared.natures import Nature

OUTPUT = "pulumi.Output"


@dataclass
class Resolving:
    """Writes the changes of all edits at once; `known` are outputs of which it is known that they hold text."""

    program: PythonProgram
    originals: Originals
    renderer: Renderer
    plan: NodeChanges
    known: set[syntax.Node] = field(default_factory=set[syntax.Node])
    place: Place = field(default_factory=Place)

    def add(self, at: syntax.BaseExpression, known: Iterable[syntax.BaseExpression]) -> None:
        """One more text or document that becomes an output, with all that it is part of."""
        place = OutputPositions(self.program).of(at)
        self.place.texts.update(place.texts)
        self.place.serialisers.update(place.serialisers)
        self.known.update(known)
        attribution = self.plan.attribution
        attribution.record("resolved")
        for call in place.serialisers:
            attribution.record(call.func)
        for node in place.texts:
            attribution.record(node)
            if isinstance(node, syntax.Call):
                attribution.record(node.func, (node, -1))

    def carry_out(self) -> Iterator[syntax.Node]:
        """The changes of the plan; gives the nodes that are replaced."""
        place = self.place
        if not place.texts and not place.serialisers:
            return
        self.plan.attribution.current = self.plan.attribution.of("resolved")
        output = self.renderer.imports.spelled(OUTPUT)
        for call in place.serialisers:
            self.plan.replaced[call.func] = cst.parse_expression(f"{output}.json_dumps")
            yield call.func
        if place.serialisers and not self.renderer.imports.new:
            self._drop_import({call.func for call in place.serialisers})
        for node in place.texts:
            around = [other for other in node.ancestors() if other in place.texts]
            if around and isinstance(around[0], syntax.BinaryOperation) and node in operands(around[0]):
                continue  # it is rewritten with the sum that it is a term of
            if around:
                raise CannotFix(reasons.NESTED_STRING)
            if isinstance(node, syntax.Call):
                yield from self._formatted(node, output)
            else:
                if comments_in(self.originals.of(node)):
                    raise CannotFix(reasons.COMMENT_WITHOUT_PLACE)
                self.plan.replaced[node] = self.renderer.expression(self._made(node, output))
                yield node

    def _drop_import(self, replaced: set[syntax.BaseExpression]) -> None:
        """`import json` goes where nothing else needs it."""
        names = [node for node in inside(self.program.module, syntax.Name) if node.value == "json"]
        alias = next((name.parent for name in names if isinstance(name.parent, syntax.ImportAlias)), None)
        needed = [name for name in names if name.parent is not alias and name.parent not in replaced]
        statement = self.program.names.statement(alias) if alias is not None else None
        if needed or not isinstance(statement, syntax.SimpleStatementLine) or len(statement.body) != 1:
            return
        small, written = statement.body[0], self.originals.of(statement)
        is_sole = isinstance(small, syntax.Import) and len(small.names) == 1 and small.names[0].asname is None
        if not is_sole or comments_in(written) or not isinstance(statement.parent, syntax.Module):
            return
        self.plan.gone.add(statement)
        self.plan.attribution.record(statement)
        following = self.program.names.following(statement)
        if following is not None and self.program.names.previous(statement) is None:
            self.plan.joined.add(following)
            self.plan.attribution.record((following, "above"))
        elif following is not None and written.leading_lines:
            self.plan.apart.add(following)
            self.plan.attribution.record((following, "above"))

    def _formatted(self, call: syntax.Call, output: str) -> Iterator[syntax.Node]:
        """`"{}".format(x)` becomes `Output.format("{}", x)`."""
        assert isinstance(call.func, syntax.Attribute)
        if any(arg.star for arg in call.args):
            raise CannotFix(reasons.COMPUTED_FORMAT_ARGUMENTS)
        template = self.renderer.expression(self.program.code(call.func.value))
        self.plan.replaced[call.func] = cst.parse_expression(f"{output}.format")
        self.plan.inserted.setdefault(call, []).append(Insertion(-1, cst.Arg(template)))
        yield call.func

    def _made(self, node: syntax.BaseExpression, output: str) -> str:
        """The call that joins the pieces of a text."""
        terms = list(operands(node))
        pieces = [
            piece
            for term in terms
            for piece in (term.pieces if isinstance(term, syntax.ConcatenatedString) else [term])
        ]
        given = [code for piece in pieces for code in self._pieces(piece, output, alone=len(pieces) == 1)]
        if len(pieces) == 1 and given[0].startswith(f"{output}.format("):
            return given[0]
        flat = f"{output}.concat({', '.join(given)})"
        first = len(self.program.lines[self.program.line(node) - 1])
        grown = first + len(self.renderer.shown(flat)) - len(self.program.code(node))
        if grown <= WIDE or first > WIDE or "\n" in self.program.code(node) or not self._begins_line(node):
            return flat
        indent = self.renderer.indent_in_statement(node)
        rows = "".join(f"{indent}{self.renderer.step(node)}{code},\n" for code in given)
        return f"{output}.concat(\n{rows}{indent})"

    def _begins_line(self, node: syntax.BaseExpression) -> bool:
        """What it is an entry of begins on an earlier line, or it is set to a variable."""
        holders = (syntax.Call, syntax.Dict, syntax.List, syntax.Assign)
        holder = next((around for around in node.ancestors() if isinstance(around, holders)), node)
        return isinstance(holder, syntax.Assign) or self.program.line(holder) < self.program.line(node)

    def _pieces(self, piece: syntax.BaseExpression, output: str, *, alone: bool) -> Iterator[str]:
        """A term of a text as arguments of `Output.concat`."""
        if isinstance(piece, syntax.FormattedString):
            holes = [part.expression for part in piece.parts if isinstance(part, syntax.FormattedStringExpression)]
            if all(map(self._is_plain, holes)):
                yield self.program.code(piece)
            elif self._is_simple(piece) and all(self._is_plain(hole) or hole in self.known for hole in holes):
                yield from self._runs(piece)
            else:
                yield self._format(piece, output)
        elif self._nature(piece) in (Nature.OUTPUT, Nature.GIVEN) and piece not in self.known:
            yield f"{self._mark(piece)}.apply(str)"
        else:
            yield self._mark(piece)

    def _nature(self, node: syntax.BaseExpression) -> Nature:
        return self.program.outputs.nature(node)

    def _is_plain(self, node: syntax.BaseExpression) -> bool:
        return self._nature(node) is Nature.PLAIN

    def _is_simple(self, piece: syntax.FormattedString) -> bool:
        """It stands on one line, each of its texts can stand by itself between its quotes, and no output is laid out by
        a conversion or a format."""
        parts = [part for part in piece.parts if isinstance(part, syntax.FormattedStringExpression)]
        texts = [part.value for part in piece.parts if isinstance(part, syntax.FormattedStringText)]
        is_closed = len(piece.quote) == 1 or not any(text.endswith(piece.quote[0]) for text in texts)
        return (
            is_closed
            and "\n" not in self.program.code(piece)
            and all(_is_bare(part, self.program.code(part)) or self._is_plain(part.expression) for part in parts)
        )

    def _runs(self, piece: syntax.FormattedString) -> Iterator[str]:
        """The outputs, and between them what is plain, as it was written."""
        run, is_text = "", True
        for part in piece.parts:
            if isinstance(part, syntax.FormattedStringExpression) and not self._is_plain(part.expression):
                yield from [self._run(piece, run, is_text=is_text)] if run else []
                yield self._mark(part.expression)
                run, is_text = "", True
            else:
                run += self.program.code(part)
                is_text = is_text and isinstance(part, syntax.FormattedStringText)
        yield from [self._run(piece, run, is_text=is_text)] if run else []

    def _run(self, piece: syntax.FormattedString, run: str, *, is_text: bool) -> str:
        if not is_text:
            return f"{piece.opening}{run}{piece.quote}"
        prefix = piece.opening.removesuffix(piece.quote).replace("f", "").replace("F", "")
        return f"{prefix}{piece.quote}{run.replace('{{', '{').replace('}}', '}')}{piece.quote}"

    def _format(self, piece: syntax.FormattedString, output: str) -> str:
        """The template with numbers for what was computed in it."""
        given: list[str] = []
        seen: dict[str, int] = {}
        text = ""
        for part in piece.parts:
            if isinstance(part, syntax.FormattedStringText):
                text += part.value
                continue
            assert isinstance(part, syntax.FormattedStringExpression)
            code = self.program.code(part)
            if "=" in code.rpartition(self.program.code(part.expression))[2].partition(":")[0]:
                raise CannotFix(reasons.SELF_NAMING_PART)
            if any(isinstance(inner, syntax.FormattedStringExpression) for inner in part.format_spec or ()):
                raise CannotFix(reasons.COMPUTED_FORMAT)
            expression = self.program.code(part.expression)
            if expression not in seen:
                seen[expression] = len(given)
                given.append(self._mark(part.expression))
            tail = f"!{part.conversion}" if part.conversion else ""
            layout = "".join(self.program.code(inner) for inner in part.format_spec or ())
            text += f"{{{seen[expression]}{tail}{':' + layout if layout else ''}}}"
        prefix = piece.opening.removesuffix(piece.quote).replace("f", "").replace("F", "")
        return f"{output}.format({prefix}{piece.quote}{text}{piece.quote}, {', '.join(given)})"

    def _mark(self, node: syntax.BaseExpression) -> str:
        return self.renderer.mark_node(node, self.renderer.indent_in_statement(node))


def _is_bare(part: syntax.FormattedStringExpression, code: str) -> bool:
    return not part.conversion and not part.format_spec and "=" not in code.rpartition("}")[0][-1:]
