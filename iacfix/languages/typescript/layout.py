"""Where entries and their comments sit between brackets, and the splices that put one in or take one out."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from iacfix import reasons
from iacfix.errors import CannotFix
from iacfix.languages.shared.lines import begins_line, indent_at, line_end, line_start
from iacfix.languages.shared.nodes import Node, grown
from iacfix.languages.typescript.tree import parse
from iacfix.rewrite import Change

BEHIND = re.compile(rb";?\s*(?://.*|/\*(?:(?!\*/).)*\*/\s*)?")
"""What may follow a statement on its line."""
LONG = 120
"""What a line may grow to that stands among lines of its kind."""


Splice = Change
"""What a change of the text is called where it is made."""


@dataclass(frozen=True)
class Bracket:
    """The inside of an object, an array or an argument list."""

    node: Node
    items: tuple[Node, ...]
    commas: tuple[Node, ...]

    @property
    def breaks(self) -> bool:
        """Some entry begins a line."""
        at = self.node.start_point[0]
        return any(item.start_point[0] > at for item in self.items)

    @property
    def closing_comma(self) -> bool:
        return len(self.commas) == len(self.items) > 0

    def index(self, item: Node) -> int:
        return self.items.index(item)

    def end_of(self, index: int) -> int:
        """The byte behind an entry and its comma."""
        return self.commas[index].end_byte if index < len(self.commas) else self.items[index].end_byte

    def own_comments(self, index: int) -> tuple[list[Node], list[Node]]:
        """The comments above an entry, up to a blank line, and those behind it on its line."""
        children = self.node.children
        item = self.items[index]
        above: list[Node] = []
        row = item.start_point[0]
        for child in reversed(children[: children.index(item)]):
            if child.type != "comment" or child.end_point[0] not in (row - 1, row) or self._is_behind(child):
                break
            above.insert(0, child)
            row = child.start_point[0]
        last = self.commas[index] if index < len(self.commas) else item
        between = children[children.index(item) + 1 : children.index(last)]
        following = self.items[index + 1] if index + 1 < len(self.items) else None
        behind = [
            child
            for child in children[children.index(last) + 1 :]
            if child.start_point[0] == last.end_point[0]
            and not (following is not None and following.start_point[0] == last.end_point[0])
        ]
        return above, [child for child in (*between, *behind) if child.type == "comment"]

    def _is_behind(self, comment: Node) -> bool:
        """The comment stands behind code of its line."""
        return any(
            child.end_point[0] == comment.start_point[0] and child.end_byte <= comment.start_byte
            for child in self.node.children
            if child.type != "comment"
        )


def read(node: Node) -> Bracket:
    commas = tuple(child for child in node.children if child.type == ",")
    return Bracket(node, tuple(node.entries), commas)


def own_line_end(data: bytes, stop: int) -> int:
    """The end of the line on which a statement stops; raises CannotFix where more than a comment follows on it."""
    end = line_end(data, stop)
    if not BEHIND.fullmatch(data[stop:end]):
        raise CannotFix(reasons.SHARED_LINE)
    return end


def whole_lines(data: bytes, statement: Node) -> tuple[int, int, list[Node]]:
    """Where the lines of a statement begin and end, with the comments right above it and behind it; raises CannotFix
    where something else stands on them."""
    start, stop, row = line_start(data, statement.start_byte), statement.end_byte, statement.start_point[0]
    comments: list[Node] = []
    before = statement.prev_sibling
    while before is not None and before.type == "comment" and before.end_point[0] == row - 1:
        if not begins_line(data, before.start_byte):
            break
        comments.insert(0, before)
        start, row = line_start(data, before.start_byte), before.start_point[0]
        before = before.prev_sibling
    behind = statement.next_sibling
    if behind is not None and behind.type == "comment" and behind.start_point[0] == statement.end_point[0]:
        comments.append(behind)
        stop = behind.end_byte
    end = line_end(data, stop)
    first = min([statement.start_byte, *(comment.start_byte for comment in comments)])
    if data[stop:end].strip() or data[start:first].strip():
        raise CannotFix(reasons.SHARED_LINE)
    newline = data.find(b"\n", end)
    return start, newline + 1 if newline >= 0 else len(data), comments


def own_end(statement: Node) -> int:
    """The byte behind a statement, but for a semicolon that stands in front of the next one."""
    last = statement.children[-1]
    while last.type != ";" and last.end_byte == statement.end_byte and last.children:
        last = last.children[-1]
    before = last.prev_sibling
    if last.type == ";" and before is not None and before.end_point[0] < last.start_point[0]:
        return before.end_byte
    return statement.end_byte


def continues(data: bytes, at: int) -> bool:
    """The code that follows would be taken for more of a statement that no semicolon ends."""
    return re.match(rb"(?:\s|//[^\n]*|/\*.*?\*/)*+[(\[`/+*-]", data[at:], re.DOTALL) is not None


def item_indent(data: bytes, bracket: Bracket, index: int, unit: str) -> str:
    """The indentation of the entries around one."""
    for item in reversed(bracket.items[: index + 1]):
        if begins_line(data, item.start_byte):
            return indent_at(data, item.start_byte)
    return indent_at(data, bracket.node.start_byte) + unit


def inserted(data: bytes, bracket: Bracket, after: int, codes: Sequence[str], unit: str, newline: str) -> list[Splice]:
    """Entries behind `items[after]`, in front of all where -1; they look like the one before them."""
    comma = bracket.closing_comma
    _refuse_odd_commas(data, bracket)
    if not bracket.items:
        return [_first(data, bracket, codes, unit, newline)]
    if after < 0:
        first, (above, _) = bracket.items[0], bracket.own_comments(0)
        at = above[0].start_byte if above else first.start_byte
        gap = newline + indent_at(data, first.start_byte) if bracket.breaks else " "
        return [Splice(at, at, "".join(f"{code},{gap}" for code in codes))]
    is_last = after == len(bracket.items) - 1
    end = bracket.end_of(after)
    beside = not is_last and bracket.items[after + 1].start_point[0] == bracket.items[after].end_point[0]
    if beside and bracket.breaks and _grows_long(data, end, codes):
        following = bracket.items[after + 1].start_byte
        if not data[end:following].strip():
            begin = newline + item_indent(data, bracket, after, unit)
            return [Splice(end, following, "".join(f"{begin}{code}," for code in codes) + begin)]
    if not bracket.breaks or beside:
        lead = "," if is_last and not comma else ""
        return [Splice(end, end, f"{lead} {', '.join(codes)}{'' if is_last and not comma else ','}")]
    splices = [Splice(end, end, ",")] if is_last and not comma else []
    _, behind = bracket.own_comments(after)
    at = max([end, *(comment.end_byte for comment in behind)])
    indent = item_indent(data, bracket, after, unit)
    closing = "," if comma or not is_last else ""
    lines = [f"{newline}{indent}{code}" for code in codes]
    return [*splices, Splice(at, at, ",".join(lines) + closing)]


def _grows_long(data: bytes, at: int, codes: Sequence[str]) -> bool:
    """The line becomes too long with these entries, and is not yet."""
    length = len(data[line_start(data, at) : line_end(data, at)].decode("utf-8"))
    return length <= LONG < length + sum(len(code) + len(", ") for code in codes)


def _first(data: bytes, bracket: Bracket, codes: Sequence[str], unit: str, newline: str) -> Splice:
    """The first entries of a bracket, behind the comments that it may hold."""
    node = bracket.node
    comments = [child for child in node.children if child.type == "comment"]
    pad = " " if node.type == "object" else ""
    if not comments:
        opening, closing = node.text[0], node.text[-1]
        return Splice(node.start_byte, node.end_byte, f"{opening}{pad}{', '.join(codes)}{pad}{closing}")
    at, last = comments[-1].end_byte, node.end_byte - 1
    if node.end_point[0] == comments[-1].end_point[0]:
        return Splice(at, last, f" {', '.join(codes)}{pad}")
    indent = indent_at(data, comments[-1].start_byte)
    if comments[-1].start_point[0] == node.start_point[0]:
        indent += unit
    return Splice(at, at, "".join(f"{newline}{indent}{code}," for code in codes))


NOTHING_ADDED: Mapping[int, Sequence[str]] = {}


def spread(
    data: bytes,
    bracket: Bracket,
    unit: str,
    newline: str,
    added: Mapping[int, Sequence[str]] = NOTHING_ADDED,
    *,
    indent: str | None = None,
    comma: bool = True,
) -> list[Splice]:
    """Splices that put every entry of a bracket without comments on a line of its own, with those that are added behind
    `items[i]`, in front of all where -1."""
    _refuse_odd_commas(data, bracket)
    node, items = bracket.node, bracket.items
    own = indent if indent is not None else indent_at(data, node.start_byte)
    line = newline + own + unit
    splices: list[Splice] = []
    for index in range(-1, len(items) - 1):
        start = bracket.end_of(index) if index >= 0 else node.start_byte + 1
        codes = "".join(f"{line}{code}," for code in added.get(index, ()))
        splices.append(Splice(start, items[index + 1].start_byte, codes + line))
    start = items[-1].end_byte if items else node.start_byte + 1
    codes = ",".join([*([""] if items else []), *(line + code for code in added.get(len(items) - 1, ()))])
    return [*splices, Splice(start, node.end_byte - 1, codes + ("," if comma else "") + newline + own)]


NONE_LEFT: Mapping[int, Sequence[Node]] = {}


def taken_out(
    data: bytes, bracket: Bracket, gone: Sequence[int], leave: Mapping[int, Sequence[Node]] = NONE_LEFT
) -> list[Splice]:
    """Splices that remove entries with their own comments, and what would be a second blank line in a row; the comments
    of `leave`, by the index of their entry, stay in its place."""
    _refuse_odd_commas(data, bracket)
    node, last = bracket.node, len(bracket.items) - 1
    kept = [index for index in range(last + 1) if index not in gone]
    staying = {comment for comments in leave.values() for comment in comments}
    owned = {comment for index in gone for comments in bracket.own_comments(index) for comment in comments} - staying
    if not kept and not staying and all(child in owned for child in node.children if child.type == "comment"):
        return [Splice(node.start_byte, node.end_byte, node.text[0] + node.text[-1])]
    if kept and not staying and _hangs(data, bracket, kept[-1], owned):
        end = bracket.items[kept[-1]].end_byte
        pad = " " if data[node.start_byte + 1 : node.start_byte + 2] == b" " else ""
        inner = [index for index in gone if index < kept[-1]]
        return [*(taken_out(data, bracket, inner, leave) if inner else []), Splice(end, node.end_byte - 1, pad)]
    splices: list[Splice] = []
    for splice in (_removal(data, bracket, index, leave.get(index, ())) for index in sorted(set(gone))):
        before = splices[-1] if splices else None
        between = data[before.stop : splice.start] if before is not None else b""
        lines = before is not None and _is_lines(data, before) and _is_lines(data, splice) and not between.strip()
        if before is not None and (lines or before.stop >= splice.start):
            splices[-1] = Splice(before.start, splice.stop, before.text + splice.text)
        else:
            splices.append(splice)
    splices = [_without_blanks(data, node, splice) for splice in splices]
    if kept and last in gone and not bracket.closing_comma:
        comma = bracket.commas[kept[-1]]
        if not any(splice.start <= comma.start_byte < splice.stop for splice in splices):
            splices.append(Splice(comma.start_byte, comma.end_byte, ""))
    return splices


def _hangs(data: bytes, bracket: Bracket, last: int, owned: set[Node]) -> bool:
    """The closing bracket stands on a line of its own below what goes, and no entry up to the last that stays begins
    a line."""
    begins = [begins_line(data, at) for at in (item.start_byte for item in bracket.items)]
    closing, end = bracket.node.end_byte - 1, bracket.items[last].end_byte
    comments = [child for child in bracket.node.children if child.type == "comment" and child not in owned]
    alone = begins_line(data, closing)
    return (
        alone
        and not any(begins[: last + 1])
        and any(begins[last + 1 :])
        and all(child.end_byte <= end for child in comments)
    )


def _without_blanks(data: bytes, node: Node, splice: Splice) -> Splice:
    """Whole lines that are taken out, with the blank lines on one of their sides; where a comment stays, so do they."""
    start, stop = splice.start, splice.stop
    if splice.text:
        return splice
    if not _is_lines(data, splice):
        return Splice(_beginning(data, node, splice), stop, "")
    is_first = not data[node.start_byte + 1 : start].strip()
    is_last = not data[stop : node.end_byte - 1].strip()
    beyond = stop
    while not data[beyond : line_end(data, beyond)].strip():
        beyond = data.find(b"\n", beyond) + 1
    if is_first and not is_last:
        return Splice(start, beyond, "")
    if beyond > stop or is_last:
        while not data[line_start(data, start - 1) : start].strip():
            start = line_start(data, start - 1)
    return Splice(start, stop, "")


def _beginning(data: bytes, node: Node, splice: Splice) -> int:
    """Where part of a line is taken out from: what is left of the line is joined by what was there already."""
    start, stop = splice.start, splice.stop
    begins = begins_line(data, start)
    if begins and not data[stop : node.end_byte - 1].strip():
        joined = len(data[:start].rstrip())
        comments = [child for child in node.children if child.type == "comment" and child.end_byte == joined]
        return start if any(comment.text.startswith("//") for comment in comments) else joined
    ends = not data[stop : line_end(data, stop)].strip()
    while (ends or data[stop - 1 : stop] not in (b" ", b"\t")) and data[start - 1 : start] in (b" ", b"\t"):
        start -= 1
    return start


def _removal(data: bytes, bracket: Bracket, index: int, leave: Sequence[Node]) -> Splice:
    item = bracket.items[index]
    above, behind = bracket.own_comments(index)
    start = above[0].start_byte if above else item.start_byte
    stop = max([bracket.end_of(index), *(comment.end_byte for comment in behind)])
    begins = begins_line(data, start)
    ends = not data[stop : line_end(data, stop)].strip()
    if begins and ends:
        first, newline = line_start(data, start), data.find(b"\n", stop)
        indent, end = indent_at(data, item.start_byte), data[line_end(data, stop) : newline + 1].decode("utf-8")
        return Splice(first, newline + 1, "".join(f"{indent}{comment.text}{end}" for comment in leave))
    if leave:
        if any(item.start_byte <= comment.start_byte < bracket.end_of(index) for comment in leave):
            raise CannotFix(reasons.COMMENT_WITHOUT_PLACE)
        return Splice(item.start_byte, bracket.end_of(index), "")
    while index < len(bracket.commas) and not ends and data[stop : stop + 1] in (b" ", b"\t"):
        stop += 1
    return Splice(start, stop, "")


def _is_lines(data: bytes, splice: Splice) -> bool:
    """The splice takes whole lines."""
    return splice.start == line_start(data, splice.start) and splice.stop == line_start(data, splice.stop)


def _refuse_odd_commas(data: bytes, bracket: Bracket) -> None:
    """Commas at the start of lines, and holes between commas."""
    for comma in bracket.commas:
        if begins_line(data, comma.start_byte):
            raise CannotFix(reasons.LEADING_COMMA)
    kinds = [child.type == "," for child in bracket.node.children[1:-1] if child.type != "comment"]
    if any(comma and (index == 0 or kinds[index - 1]) for index, comma in enumerate(kinds)):
        raise CannotFix(reasons.HOLES_IN_LIST)


def reindented(code: str, old: str, new: str) -> str:
    """Code whose lines, but for the first and those inside a text or a comment, move to another indentation."""
    data = code.encode("utf-8")
    root = grown(parse(data, jsx=False), data)
    inner = {
        row
        for node in root.inside("template_string", "comment")
        for row in range(node.start_point[0] + 1, node.end_point[0] + 1)
    }
    lines = code.split("\n")
    return "\n".join(
        new + line.removeprefix(old) if row and row not in inner and line.startswith(old) and line.strip() else line
        for row, line in enumerate(lines)
    )
