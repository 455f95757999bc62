"""The one transformer that changes Python source: a plan hung on original nodes, carried out on the way up."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace

import libcst as cst

from iacfix import reasons
from iacfix.errors import CannotFix
from iacfix.languages.python import layout, syntax
from iacfix.languages.python.node_changes import Lift, NodeChanges, Room, Spread


class Transformer(cst.CSTTransformer):
    """Carries a plan out in one tree; every change hangs on a node that was read, and happens where LibCST has it.

    `read` has these nodes by LibCST's, `around` what of LibCST's stands around them.
    """

    def __init__(
        self, plan: NodeChanges, read: Mapping[cst.CSTNode, syntax.Node], around: Collection[cst.CSTNode]
    ) -> None:
        super().__init__()
        self.plan = plan
        self._read = read
        self._around = around
        self._above: dict[syntax.Node, list[cst.BaseStatement]] = {}

    def on_visit(self, node: cst.CSTNode) -> bool:
        """Nothing becomes of what is inside of any other node."""
        return node in self._around

    def on_leave(
        self, original_node: cst.CSTNode, updated_node: cst.CSTNode
    ) -> cst.CSTNode | cst.FlattenSentinel[cst.CSTNode]:  # type: ignore[override]
        plan, node = self.plan, self._read.get(original_node)
        if node is None:
            return updated_node
        if node in plan.replaced:
            return _with_parens(plan.replaced[node], original_node)
        if node in plan.spans:
            return _respanned(updated_node, plan.spans[node], is_piece=node in plan.pieces)
        if node in plan.inserted or node in plan.removed:
            updated_node = self._rebracketed(node, updated_node)
        if node in plan.spreads:
            updated_node = _laid_out(updated_node, plan.spreads[node])
        if node in plan.rooms:
            updated_node = _spread(updated_node, plan.rooms[node])
        if node in plan.lifted:
            return self._lifted(plan.lifted[node], updated_node)
        above = self._above.get(node, [])
        if above or node in plan.apart:
            updated_node = _set_apart(updated_node)
        if node in plan.joined:
            updated_node = _joined(updated_node)
        before = [*plan.before.get(node, []), *above]
        if node in plan.gone:
            return cst.FlattenSentinel(before)
        if node in plan.statements:
            return cst.FlattenSentinel([*before, *plan.statements[node].lines(updated_node)])
        return cst.FlattenSentinel([*before, updated_node]) if before else updated_node

    def _lifted(self, lift: Lift, call: cst.CSTNode) -> cst.Name:
        """The name that takes the place of a call; the call itself goes above its statement."""
        addition = lift.addition
        assert isinstance(call, cst.Call)
        assert addition.bind is not None
        moved = call.visit(layout.Reindent(lift.indent, ""))
        assert isinstance(moved, cst.Call)
        above = self._above.setdefault(addition.statement, [])
        more = addition.above(moved.with_changes(lpar=[], rpar=[]), apart=bool(above) or lift.follows)
        above.extend(more)
        return cst.Name(addition.bind)

    def _rebracketed(self, node: syntax.Node, updated: cst.CSTNode) -> cst.CSTNode:
        assert isinstance(updated, cst.Call | cst.Dict | cst.List | cst.ImportFrom)
        bracket = layout.read(updated)
        origin: list[int | None] = list(range(len(bracket.items)))
        for new in self.plan.inserted.get(node, []):
            at = origin.index(new.after) + 1 if new.after >= 0 else 0
            while at < len(origin) and origin[at] is None:
                at += 1
            bracket = layout.insert(bracket, new.item, at, "    ")
            origin.insert(at, None)
        for index, lines in sorted(self.plan.removed.get(node, {}).items(), reverse=True):
            at = origin.index(index)
            bracket = layout.take_out(bracket, at, leave=lines)
            del origin[at]
        return layout.write(updated, bracket)


def _laid_out(node: cst.CSTNode, spread: Spread) -> cst.CSTNode:
    """A bracket over several lines."""
    assert isinstance(node, cst.Call | cst.Dict | cst.List)
    return layout.write(node, layout.spread(layout.read(node), spread.unit, spread.indent, comma=spread.comma))


def _spread(call: cst.CSTNode, room: Room) -> cst.CSTNode:
    """A call as it is, or over several lines where it is too long for one; its options likewise."""
    assert isinstance(call, cst.Call)
    if len(_code(call)) <= room.line:
        return call
    bracket = layout.spread(layout.read(call), room.unit)
    items = [_spread_options(item, room) for item in bracket.items]
    return layout.write(call, replace(bracket, items=tuple(items)))


def _spread_options(item: layout.Item, room: Room) -> layout.Item:
    match item:
        case cst.Arg(keyword=cst.Name("opts"), value=cst.Call() as value) if len(_code(item)) > room.entry:
            inner = layout.spread(layout.read(value), room.unit, room.unit)
            return item.with_changes(value=layout.write(value, inner))
        case _:
            return item


def _code(node: cst.CSTNode) -> str:
    return cst.Module([]).code_for_node(node)


def _set_apart(statement: cst.CSTNode) -> cst.CSTNode:
    """A statement with a blank line above it."""
    assert isinstance(statement, cst.SimpleStatementLine | cst.BaseCompoundStatement)
    lines: Sequence[cst.EmptyLine] = statement.leading_lines
    if any(line.comment is None for line in lines[:1]):
        return statement
    return statement.with_changes(leading_lines=[cst.EmptyLine(indent=False), *lines])


def _joined(statement: cst.CSTNode) -> cst.CSTNode:
    """A statement without the blank lines above it."""
    assert isinstance(statement, cst.SimpleStatementLine)
    lines = list(statement.leading_lines)
    while lines and lines[0].comment is None:
        del lines[0]
    return statement.with_changes(leading_lines=lines)


def _with_parens(new: cst.CSTNode, old: cst.CSTNode) -> cst.CSTNode:
    if isinstance(old, cst.BaseExpression) and isinstance(new, cst.BaseExpression) and old.lpar and not new.lpar:
        return new.with_changes(lpar=old.lpar, rpar=old.rpar)
    return new


def _respanned(node: cst.CSTNode, spans: list[tuple[int, int, str]], *, is_piece: bool) -> cst.CSTNode:
    """A piece of a string with code in place of stretches of its text."""
    match node:
        case cst.FormattedStringText(value=raw):
            return cst.FlattenSentinel(list(_parts(raw, spans)))  # type: ignore[return-value]
        case cst.SimpleString():
            if len(spans) == 1 and spans[0][:2] == (0, len(node.raw_value)) and not is_piece:
                return cst.parse_expression(spans[0][2]).with_changes(lpar=node.lpar, rpar=node.rpar)
            prefix = node.prefix.replace("u", "").replace("U", "")
            parts = list(_parts(node.raw_value, spans, raw="r" in prefix.lower()))
            start = f"{prefix}f{node.quote}"
            return cst.FormattedString(parts, start=start, end=node.quote, lpar=node.lpar, rpar=node.rpar)
        case _:
            raise CannotFix(reasons.NOT_A_LITERAL_STRING)


def _parts(
    text: str, spans: list[tuple[int, int, str]], *, raw: bool | None = None
) -> Iterator[cst.BaseFormattedStringContent]:
    """The stretches of text between the spans, and the code in their place; `raw` is None where it is a template."""
    at = 0
    for start, stop, code in sorted(spans):
        yield from _run(text[at:start], raw)
        yield cst.FormattedStringExpression(cst.parse_expression(code))
        at = stop
    yield from _run(text[at:], raw)


def _run(text: str, raw: bool | None) -> Iterator[cst.FormattedStringText]:
    """A stretch of a plain string as a template spells it: braces doubled, but for those of a named character."""
    if raw is not None:
        named = r"(\\N\{[^}]*\})" if not raw else r"(?!)()"
        pieces = re.split(named, text)
        text = "".join(
            piece if index % 2 else piece.replace("{", "{{").replace("}", "}}") for index, piece in enumerate(pieces)
        )
    if text:
        yield cst.FormattedStringText(text)
