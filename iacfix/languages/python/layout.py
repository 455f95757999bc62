"""Where entries and their comments sit between brackets, and how to put one in or take one out.

LibCST keeps a trailing comment inside the *comma* before the line break, and the white space after the last entry in
one of three places. Here every bracket is entries with gaps between them: `gaps[i]` stands before entry `i`, the last
one before the closing bracket, and a gap knows which of its comments belongs to the entry before and which to the next.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import cast

import libcst as cst

from iacfix import reasons
from iacfix.errors import CannotFix

Container = cst.Call | cst.Dict | cst.List | cst.ImportFrom
Item = cst.Arg | cst.BaseDictElement | cst.BaseElement | cst.ImportAlias


@dataclass(frozen=True)
class Gap:
    """The white space between two entries. `tail` is the comment behind the entry before, `lines` the comment and
    blank lines above the next one, `last` the indentation (or the blanks) right before it."""

    tail: cst.TrailingWhitespace | None = None
    lines: tuple[cst.EmptyLine, ...] = ()
    breaks: bool = False
    indented: bool = True
    last: str = ""

    @property
    def tail_comment(self) -> cst.Comment | None:
        return self.tail.comment if self.tail else None


@dataclass(frozen=True)
class Bracket:
    """The inside of a pair of brackets; `closing_comma` where the last entry has one."""

    items: tuple[Item, ...]
    gaps: tuple[Gap, ...]
    closing_comma: bool

    @property
    def breaks(self) -> bool:
        return any(gap.breaks for gap in self.gaps)

    def own_lines(self, index: int) -> tuple[cst.EmptyLine, ...]:
        """The comment lines right above an entry, up to the first blank line."""
        return _attached(self.gaps[index].lines)

    def tail(self, index: int) -> cst.Comment | None:
        """The comment behind an entry on its line."""
        return self.gaps[index + 1].tail_comment


@lru_cache(maxsize=64)
def read(node: Container) -> Bracket:
    """The bracket of a node; raises CannotFix where commas are set in front of entries' comments. Each entry of a long
    list asks for all of it, so the latest are kept."""
    items: Sequence[Item]
    match node:
        case cst.Call():
            items, opening, closing = node.args, node.whitespace_before_args, None
        case cst.Dict():
            items, opening, closing = node.elements, node.lbrace.whitespace_after, node.rbrace.whitespace_before
        case cst.List():
            items, opening, closing = node.elements, node.lbracket.whitespace_after, node.rbracket.whitespace_before
        case cst.ImportFrom():
            items = cast("Sequence[cst.ImportAlias]", node.names)
            opening = node.lpar.whitespace_after if node.lpar else cst.SimpleWhitespace("")
            closing = node.rpar.whitespace_before if node.rpar else cst.SimpleWhitespace("")
    gaps = [_gap(opening)]
    comma = False
    for item in items:
        comma = isinstance(item.comma, cst.Comma)
        after: cst.BaseParenthesizableWhitespace = cst.SimpleWhitespace("")
        if isinstance(item.comma, cst.Comma):
            before = item.comma.whitespace_before
            if isinstance(before, cst.ParenthesizedWhitespace) or (
                isinstance(item, cst.Arg) and isinstance(item.whitespace_after_arg, cst.ParenthesizedWhitespace)
            ):
                raise CannotFix(reasons.LEADING_COMMA)
            after = item.comma.whitespace_after
        elif isinstance(item, cst.Arg):
            after = item.whitespace_after_arg
        gaps.append(_gap(after))
    if closing is not None and not (items and gaps[-1].breaks):
        gaps[-1] = _gap(closing) if items else gaps[-1]
    return Bracket(tuple(items), tuple(gaps), comma)


def insert(bracket: Bracket, item: Item, index: int, unit: str) -> Bracket:
    """Put an entry before `items[index]`, or at the end; it looks like the entry before it."""
    items, gaps = list(bracket.items), list(bracket.gaps)
    items.insert(index, item)
    if len(items) == 1:
        return Bracket((item,), (gaps[0], Gap()), False)
    if index == 0:
        own = replace(gaps[0], lines=())
        gaps[0:1] = [own, _beside(gaps[0])]
        return Bracket(tuple(items), tuple(gaps), bracket.closing_comma)
    model = gaps[index - 1]
    after = gaps[index]
    if not bracket.breaks:
        new = Gap(last=" ")
    elif model.breaks or (index == 1 and not bracket.gaps[0].breaks and after.breaks):
        new = Gap(tail=after.tail, breaks=True, indented=model.indented, last=_indent_of(bracket, index - 1, unit))
    elif bracket.gaps[0].breaks or any(gap.breaks for gap in gaps[1:-1]):
        new = Gap(tail=after.tail, breaks=True, last=_indent_of(bracket, index - 1, unit))
    else:
        new = Gap(last=" ") if after.tail is None else Gap(tail=after.tail, breaks=True, last=unit)
    follows = replace(after, tail=_bare(after.tail))
    if new.breaks and not after.breaks and index < len(items) - 1:
        follows = replace(new, tail=None)
    gaps[index : index + 1] = [new, follows]
    return Bracket(tuple(items), tuple(gaps), bracket.closing_comma)


def take_out(bracket: Bracket, index: int, *, leave: Sequence[cst.EmptyLine] = ()) -> Bracket:
    """Remove an entry with its own comments; the comment lines of `leave` stay in its place."""
    items, gaps = list(bracket.items), list(bracket.gaps)
    before, after = gaps[index], gaps[index + 1]
    kept = before.lines[: len(before.lines) - len(_attached(before.lines))]
    del items[index]
    base = after if after.breaks or index == len(items) else before
    if index == 0 and not before.breaks and not leave:
        base = before
    following = after.lines
    if kept and not leave and following and kept[-1].comment is None and following[0].comment is None:
        following = following[1:]
    merged = replace(base, tail=before.tail, lines=(*kept, *leave, *following))
    if merged.breaks and merged.tail is None:
        merged = replace(merged, tail=_bare(after.tail))
    if merged.tail_comment is not None and not merged.breaks:
        merged = replace(merged, breaks=True, last="")
    gaps[index : index + 2] = [merged]
    if not items:
        return Bracket((), (merged,) if merged.lines or merged.tail_comment else (Gap(),), False)
    left = Bracket(tuple(items), tuple(gaps), bracket.closing_comma)
    return _closed_up(left) if before.breaks else left


def spread(bracket: Bracket, unit: str, indent: str = "", *, comma: bool = True) -> Bracket:
    """Every entry of a bracket without comments on a line of its own."""
    gaps = [Gap(breaks=True, last=indent + unit) for _ in bracket.items]
    return Bracket(bracket.items, (*gaps, Gap(breaks=True, last=indent)), comma)


def _closed_up(bracket: Bracket) -> Bracket:
    """No line break in front of the closing bracket where no entry begins a line any more."""
    *others, last = bracket.gaps
    if any(gap.breaks for gap in others) or not last.breaks or last.lines or last.tail_comment:
        return bracket
    return Bracket(bracket.items, (*others, Gap()), False)


def write(node: Container, bracket: Bracket) -> Container:
    """The node with this inside."""
    items: list[Item] = []
    count = len(bracket.items)
    for index, item in enumerate(bracket.items):
        after = _whitespace(bracket.gaps[index + 1])
        is_last = index == count - 1
        if isinstance(item, cst.Arg):
            if is_last and not bracket.closing_comma:
                items.append(item.with_changes(comma=cst.MaybeSentinel.DEFAULT, whitespace_after_arg=after))
            else:
                items.append(
                    item.with_changes(comma=_comma(item, after), whitespace_after_arg=cst.SimpleWhitespace(""))
                )
        elif is_last:
            blank = cst.SimpleWhitespace("")
            comma = _comma(item, blank) if bracket.closing_comma else cst.MaybeSentinel.DEFAULT
            items.append(item.with_changes(comma=comma))
        else:
            items.append(item.with_changes(comma=_comma(item, after)))
    opening, closing = _whitespace(bracket.gaps[0]), _whitespace(bracket.gaps[-1] if count else Gap())
    match node:
        case cst.Call():
            return node.with_changes(args=items, whitespace_before_args=opening)
        case cst.Dict():
            return node.with_changes(
                elements=items,
                lbrace=node.lbrace.with_changes(whitespace_after=opening),
                rbrace=node.rbrace.with_changes(whitespace_before=closing),
            )
        case cst.List():
            return node.with_changes(
                elements=items,
                lbracket=node.lbracket.with_changes(whitespace_after=opening),
                rbracket=node.rbracket.with_changes(whitespace_before=closing),
            )
        case cst.ImportFrom(lpar=lpar, rpar=rpar):
            changed = node.with_changes(names=items)
            if lpar and rpar:
                changed = changed.with_changes(
                    lpar=lpar.with_changes(whitespace_after=opening), rpar=rpar.with_changes(whitespace_before=closing)
                )
            return changed


def comment_line(text: str, indent: str) -> cst.EmptyLine:
    """A comment with a line to itself between brackets."""
    return cst.EmptyLine(indent=True, whitespace=cst.SimpleWhitespace(indent), comment=cst.Comment(text))


@dataclass
class Reindent(cst.CSTTransformer):
    """Moves white space nodes from one indentation to another; never looks inside a string."""

    old: str
    new: str
    dropped: set[str] = field(default_factory=set[str])

    def __post_init__(self) -> None:
        super().__init__()

    def leave_ParenthesizedWhitespace(
        self, original_node: cst.ParenthesizedWhitespace, updated_node: cst.ParenthesizedWhitespace
    ) -> cst.ParenthesizedWhitespace:
        return updated_node.with_changes(
            last_line=cst.SimpleWhitespace(self._moved(updated_node.last_line.value)),
            empty_lines=[
                line.with_changes(whitespace=cst.SimpleWhitespace(self._moved(line.whitespace.value)))
                if line.comment
                else line
                for line in updated_node.empty_lines
            ],
        )

    def _moved(self, indent: str) -> str:
        return self.new + indent.removeprefix(self.old) if indent.startswith(self.old) else indent


class StripComments(cst.CSTTransformer):
    """Takes every comment out of a copied expression."""

    def leave_TrailingWhitespace(
        self, original_node: cst.TrailingWhitespace, updated_node: cst.TrailingWhitespace
    ) -> cst.TrailingWhitespace:
        return _bare(updated_node) or updated_node

    def leave_ParenthesizedWhitespace(
        self, original_node: cst.ParenthesizedWhitespace, updated_node: cst.ParenthesizedWhitespace
    ) -> cst.ParenthesizedWhitespace:
        return updated_node.with_changes(empty_lines=[line for line in updated_node.empty_lines if not line.comment])


def _attached(lines: tuple[cst.EmptyLine, ...]) -> tuple[cst.EmptyLine, ...]:
    own: list[cst.EmptyLine] = []
    for line in reversed(lines):
        if line.comment is None:
            break
        own.insert(0, line)
    return tuple(own)


def _gap(white: cst.BaseParenthesizableWhitespace) -> Gap:
    match white:
        case cst.ParenthesizedWhitespace():
            lines = tuple(white.empty_lines)
            return Gap(white.first_line, lines, True, white.indent, white.last_line.value)
        case cst.SimpleWhitespace(value=value):
            return Gap(last=value)
        case _:
            return Gap()


def _whitespace(gap: Gap) -> cst.BaseParenthesizableWhitespace:
    if not gap.breaks and not gap.lines:
        return cst.SimpleWhitespace(gap.last)
    return cst.ParenthesizedWhitespace(
        first_line=gap.tail or cst.TrailingWhitespace(),
        empty_lines=gap.lines,
        indent=gap.indented,
        last_line=cst.SimpleWhitespace(gap.last),
    )


def _comma(item: Item, after: cst.BaseParenthesizableWhitespace) -> cst.Comma:
    old = item.comma
    return old.with_changes(whitespace_after=after) if isinstance(old, cst.Comma) else cst.Comma(whitespace_after=after)


def _bare(tail: cst.TrailingWhitespace | None) -> cst.TrailingWhitespace | None:
    """A line end without its comment."""
    return tail.with_changes(comment=None, whitespace=cst.SimpleWhitespace("")) if tail and tail.comment else tail


def _beside(gap: Gap) -> Gap:
    """The gap behind an entry that was put in front of all others."""
    return replace(gap, tail=_bare(gap.tail)) if gap.breaks else Gap(last=" ")


def _indent_of(bracket: Bracket, index: int, unit: str) -> str:
    """The indentation of the line entry `index` begins, or of the nearest entry before it that begins one."""
    for gap in reversed(bracket.gaps[: index + 1]):
        if gap.breaks:
            return gap.last
    later = [gap.last for gap in bracket.gaps[index + 1 : -1] if gap.breaks]
    return later[0] if later else unit
