"""Edits as changes of the text: what is not named stays, what is new looks like what stands around it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import cast

from iacfix import reasons
from iacfix.edit import AddResource, Append, DropField, Edit, Inputs, New, Rename, Replace, Reread, Retype, SetField
from iacfix.errors import CannotFix
from iacfix.languages.shared.attribution import Attribution
from iacfix.languages.shared.claims import piece_of
from iacfix.languages.shared.lines import indent_at, line_end, next_line
from iacfix.languages.shared.nodes import Node
from iacfix.languages.shared.preconditions import renamed_entry
from iacfix.languages.terraform.comments import Comments
from iacfix.languages.terraform.layout import aligned, step_of
from iacfix.languages.terraform.lookups import Lookups
from iacfix.languages.terraform.new_resources import NewResources
from iacfix.languages.terraform.read import TerraformProgram
from iacfix.languages.terraform.removals import Removals
from iacfix.languages.terraform.render import Render, key_like
from iacfix.languages.terraform.shapes import META
from iacfix.languages.terraform.strict import is_refused
from iacfix.languages.terraform.touched import touched
from iacfix.languages.terraform.tree import (
    TEXTS,
    Group,
    address_of,
    attribute,
    body_of,
    bracket_of,
    chain,
    kind_of,
    label_nodes,
    members,
    statement,
    unwrapped,
)
from iacfix.model import Fields, Items, Resource, Span, Spelling, Value
from iacfix.rewrite import Change, followed, merged, ordered, utf8

LAST = META - {"count", "for_each", "provider"} | {"tags"}
"""What stands at the end of a block by custom."""
WAITS = "depends_on"


def write(program: TerraformProgram, edits: Sequence[Edit]) -> tuple[Change, ...]:
    """What the edits change, from the top on; raises CannotFix where one of them cannot be carried out."""
    writer = Writer(program)
    for number, edit in enumerate(edits):
        writer.attribution.current = frozenset({number})
        writer.carry_out(edit)
    writer.finish()
    changes = sorted(merged(writer.made), key=lambda change: (change.start, change.stop, change.text != ","))
    for one, other in pairwise(changes):
        if other.start < one.stop or (one.start == other.start and one.stop != one.start):
            raise CannotFix(reasons.SAME_PLACE)
    _refuse_invalid(program, changes)
    made = list(ordered(changes))
    lines = list(touched(program.root, program.data, made))
    if not all(each.keeps_comments for each in lines):
        raise CannotFix(reasons.COMMENT_WITHOUT_PLACE)
    return tuple(followed(made, aligned(lines)))


def _refuse_invalid(program: TerraformProgram, changes: Sequence[Change]) -> None:
    """What is changed is what Terraform takes; JSON, which is none in this syntax, is not changed."""
    for block in program.names.blocks:
        if any(block.start_byte < change.start < block.end_byte for change in changes) and is_refused(block):
            raise CannotFix(reasons.INVALID_HCL)


class Writer:
    """Carries out edits of one program, one after another."""

    def __init__(self, program: TerraformProgram) -> None:
        self.program, self.data = program, program.data
        self.attribution = Attribution()
        self.comments = Comments(program.root, program.data)
        self.lookups = Lookups(program, self.comments, self.attribution)
        self.removals = Removals(program.data, self.comments, self.attribution)
        self.render = Render(program, self.lookups.expression, self.removals)
        self.new = NewResources(program, self.render, self.attribution)
        self.made: list[Change] = []

    def carry_out(self, edit: Edit) -> None:
        match edit:
            case SetField(fields, key, new, after):
                self._set(fields, key, new, after)
            case Replace(at=Span() as span, new=new):
                self._replace_span(span, new)
            case Replace(at=Value() as value, new=new):
                self._replace(value, new)
            case Append(items, new):
                self._append(items, new)
            case DropField(fields, key):
                self._drop(fields, key)
            case Reread(read, output):
                self._reread(read, output)
            case Rename():
                self._rename(edit)
            case Retype(resource, type):
                self._retype(resource.node, type)
            case AddResource():
                self.new.add(edit)
            case _:
                raise CannotFix(reasons.NOT_SUPPORTED)

    def finish(self) -> None:
        """What depends on all of the edits: new resources, what waits for them, what leaves, and data sources."""
        for change in self.new.changes():
            self._change(change.start, change.stop, change.text, change.start)
        for resource, awaited in self.new.waiting.items():
            self.attribution.current = self.attribution.of(resource)
            self._wait(resource, awaited)
        self.made += self.removals.changes()
        for change in self.lookups.changes():
            self._change(change.start, change.stop, change.text, change.start)

    def _change(self, start: int, stop: int, text: str, near: int) -> None:
        """Lines end as the one does that the change is near, on the last line as the one above."""
        end = line_end(self.data, near)
        end = end if end < len(self.data) else self.data.rfind(b"\r\n")
        is_crlf = end >= 0 and self.data.startswith(b"\r\n", end)
        made = Change(start, stop, text.replace("\n", "\r\n") if is_crlf else text)
        self.made.append(made.attributed_to(self.attribution.current))

    # entries

    def _set(self, fields: Fields, key: str, new: New, after: str | None) -> None:
        if not isinstance(fields.place, Node) or (not fields.is_direct and not fields.is_own):
            raise CannotFix(reasons.SHARED_LOCAL)
        node: Node = fields.node
        self.render.step = step_of(self.data, node)
        if node.type == "block":
            self._set_in_block(node, fields, key, new, after)
        elif node.type == "object":
            self._set_in_object(node, fields, key, new, after)
        else:
            raise CannotFix(reasons.NOT_SUPPORTED)

    def _set_in_block(self, block: Node, fields: Fields, key: str, new: New, after: str | None) -> None:
        if kind_of(block) == "dynamic" or fields.spreads:
            raise CannotFix(reasons.OBJECT_NOT_LITERAL)
        inner, vocabulary = self._inner(block), self.program.shapes.vocabulary
        made = list(cast("Sequence[New]", new)) if isinstance(new, list) else [new]
        is_block = all(isinstance(each, Inputs) for each in made) and bool(made)
        if is_block:
            name = vocabulary.spelled(key) if not isinstance(new, list) else vocabulary.block(key)
            text = "\n\n".join(
                f"{inner}{self.render.block(name, each, inner)}" for each in made if isinstance(each, Inputs)
            )
        else:
            text = f"{inner}{vocabulary.spelled(key)} = {self.render.value(new, inner)}"
        staying = [child for child in body_of(block) if not self.removals.leaves(child)]
        entry = fields.entry(after) if after is not None else None
        named: Node | Group | None = entry.node if entry is not None else None
        if named is None or (isinstance(named, Node) and self.removals.leaves(named)):
            named = _anchor(staying, is_block=is_block)
        self._put(block, text, named, is_parted=is_block)

    def _put(self, block: Node, text: str, behind: Node | Group | None, *, is_parted: bool = True) -> None:
        """Lines of a block behind one of its entries, or in front of all; parted from both sides by blank ones."""
        body, bracket = body_of(block), bracket_of(block)
        at = self.comments.line_end(bracket.end_byte if behind is None else behind.end_byte)
        if at >= block.end_byte:  # the block ends on that line, and gets lines of its own
            is_line = block.start_point[0] == block.end_point[0]
            end = block.end_byte - 1
            start = bracket.end_byte if is_line else len(self.data[:end].rstrip(b" \t"))
            held = [f"{self._inner(block)}{child.text}" for child in body if is_line]
            self._change(start, end, "\n".join(("", *held, text, self._indent(block))), at)
            return
        above = "\n" if is_parted and behind is not None else ""
        is_last = not body or (behind is not None and behind.end_byte == body[-1].end_byte)
        below = "\n" if is_parted and not is_last and not self._is_blank_below(at) else ""
        self._change(at, at, f"\n{above}{text}{below}", at)

    def _set_in_object(self, node: Node, fields: Fields, key: str, new: New, after: str | None) -> None:
        if fields.is_open:
            raise CannotFix(reasons.OBJECT_NOT_LITERAL)
        rows = [child for child in node.entries if child.type == "object_elem"]
        spelled = key if fields.spelling is Spelling.DATA else self.program.shapes.vocabulary.spelled(key)
        if not rows:
            inner = self._inner(node)
            written = f"{key_like(spelled)} = {self.render.value(new, inner)}"
            self._change(node.start_byte, node.end_byte, f"{{\n{inner}{written}\n{self._indent(node)}}}", node.end_byte)
            return
        entry = fields.entry(after) if after is not None else None
        anchor = entry.node if entry is not None and entry.node in rows else rows[-1]
        name, value = anchor.named_children[0], anchor.entries[1]
        sign = self.data[name.end_byte : value.start_byte].decode("utf-8")
        sign = sign if ":" in sign else " = "
        indent = self._indent(anchor)
        text = f"{key_like(spelled, name.text)}{sign}{self.render.value(new, indent)}"
        self._add(node, rows, anchor, text, indent)

    def _add(self, holder: Node, rows: Sequence[Node], anchor: Node, text: str, indent: str) -> None:
        """One more entry or element behind another one: on its line where others stand there too, else on a line of its
        own, with commas where the others have them."""
        comma = self._comma(holder, anchor)
        has_commas = holder.type == "tuple" or any(self._comma(holder, row) is not None for row in rows)
        behind = comma.end_byte if comma is not None else anchor.end_byte
        at = self.comments.line_end(behind)
        if self.data[behind:at].strip() and not self.data[behind:at].lstrip().startswith((b"#", b"//")):
            self._change(anchor.end_byte, anchor.end_byte, f", {text}", at)
            return
        if has_commas and comma is None:
            self._change(anchor.end_byte, anchor.end_byte, ",", at)
        self._change(at, at, f"\n{indent}{text}{',' if has_commas else ''}", at)

    def _comma(self, holder: Node, last: Node) -> Node | None:
        following = holder.children[holder.children.index(last) + 1 :]
        found = next((child for child in following if child.type != "comment"), None)
        return found if found is not None and found.text == "," else None

    def _append(self, items: Items, new: New) -> None:
        node = items.node
        self.render.step = step_of(self.data, node.nodes[-1] if isinstance(node, Group) else node)
        if isinstance(node, Group) or node.type == "block":
            last: Node = node.nodes[-1] if isinstance(node, Group) else node
            if not isinstance(new, Inputs) or kind_of(last) == "dynamic":
                raise CannotFix(reasons.NOT_SUPPORTED)
            around, indent = last.around("block"), self._indent(last)
            assert around is not None
            self._put(around, f"{indent}{self.render.block(kind_of(last), new, indent)}", last)
            return
        if node.type != "tuple" or not items.is_own or items.is_open:
            raise CannotFix(reasons.LIST_NOT_LITERAL)
        rows = [child for child in node.entries if child.type == "expression"]
        indent = self._indent(rows[-1] if rows else node)
        is_line = node.start_point[0] == node.end_point[0]
        written = self.render.on_a_line(new) if is_line else self.render.value(new, indent)
        if not rows:
            self._change(node.start_byte, node.end_byte, f"[{written}]", node.end_byte)
        else:
            self._add(node, rows, rows[-1], written, indent)

    # what leaves, and what waits

    def _drop(self, fields: Fields, key: str) -> None:
        entry = fields.entry(key)
        if entry is None or entry.node.type not in ("attribute", "block", "group", "object_elem"):
            raise CannotFix(reasons.NOT_SUPPORTED)
        if not fields.is_direct and not fields.is_own:
            raise CannotFix(reasons.SHARED_LOCAL)
        self.removals.drop(entry.node, entry.value)

    def _wait(self, resource: Resource, awaited: Sequence[str]) -> None:
        """The resource waits for these too."""
        block: Node = resource.node
        given = attribute(block, WAITS)
        if given is None:
            body = body_of(block)
            text = f"{self._inner(block)}{WAITS} = [{', '.join(awaited)}]"
            self._put(block, text, body[-1] if body else None)
            return
        node = unwrapped(given)
        rows = [child for child in node.entries if child.type == "expression"]
        if node.type != "tuple" or not rows:
            raise CannotFix(reasons.DEPENDS_ON_OF_NOT_LITERAL.of(resource=resource.label))
        for each in awaited:
            if each not in {row.text for row in rows}:
                self._add(node, rows, rows[-1], each, self._indent(rows[-1]))

    def _reread(self, read: Value, output: str) -> None:
        node = read.place
        names = members(node) if isinstance(node, Node) else []
        at = 2 if names and chain(node)[:1] == ("data",) else 1
        if len(names) <= at:
            raise CannotFix(reasons.READ_AS_A_WHOLE)
        name = names[at]
        self._change(name.start_byte, name.end_byte, self.program.shapes.vocabulary.spelled(output), name.start_byte)

    def _rename(self, edit: Rename) -> None:
        """Another name in its place, with what is set there."""
        entry = renamed_entry(edit)
        if not isinstance(entry.node, Node) or entry.node.type != "attribute":
            raise CannotFix(reasons.NOT_SUPPORTED)
        name, expression = entry.node.named_children[0], entry.node.named_children[-1]
        made = edit.value if isinstance(edit.value, list) else [edit.value]
        if any(isinstance(each, Inputs) for each in made):
            raise CannotFix(reasons.BLOCK_TAKES_ITS_PLACE)
        if self._is_told(entry.node, name.text):
            raise CannotFix(reasons.ARGUMENT_IS_READ.of(name=name.text))
        spelled = self.program.shapes.vocabulary.spelled(edit.new)
        self._change(name.start_byte, name.end_byte, spelled, name.start_byte)
        if edit.value is not None:
            written = self.render.value(edit.value, self._indent(entry.node))
            self._change(expression.start_byte, expression.end_byte, written, expression.end_byte)

    def _is_told(self, node: Node, name: str) -> bool:
        """The module reads an argument of a resource by its name, or ignores its changes."""
        block = statement(node)
        readers = self.program.names.readers(address_of(block))
        ignored = (
            any(kind_of(each) == "lifecycle" for each in named.ancestors() if each.type == "block")
            for named in block.inside("variable_expr")
            if named.text == name
        )
        return any(found.text == name for read in readers for found in members(read)[1:2]) or any(ignored)

    def _retype(self, block: Node, type: str) -> None:
        """The block is of another type, and what reads it, or tells of it, knows."""
        old, name = address_of(block)
        self.new.refuse_taken(type, name)
        self.new.refuse_moved(old, name)
        if self.program.names.only((old, name)) is None:
            raise CannotFix(reasons.NOT_SET_ONCE.of(key=f"{old}.{name}"))
        roots = [node.entries[0] for node in self.program.names.readers((old, name))]
        wrong, _ = label_nodes(block)
        for place, text in [(wrong, wrong.text.replace(old, type)), *((root, type) for root in roots)]:
            self._change(place.start_byte, place.end_byte, text, place.start_byte)

    # values

    def _replace(self, value: Value, new: New) -> None:
        if not isinstance(value.place, Node) or value.place.type == "block":
            raise CannotFix(reasons.NOT_SUPPORTED)
        place: Node = value.place
        self.render.step = step_of(self.data, place)
        start, stop = place.start_byte, place.end_byte
        is_line = unwrapped(place).type == "tuple" and place.start_point[0] == place.end_point[0]
        written = self.render.on_a_line(new) if is_line else self.render.value(new, self._indent(place))
        self._change(start, stop, written, stop)

    def _replace_span(self, span: Span, new: New) -> None:
        node: Node = span.text.node
        is_whole = (span.start, span.stop) == (0, len(span.text.pattern)) and node.type != "heredoc_template"
        if is_whole:
            self._change(node.start_byte, node.end_byte, self.render.value(new, self._indent(node)), node.end_byte)
            return
        chunk, at = piece_of(span)
        start = chunk.node.start_byte + len(utf8(chunk.raw[: span.start - at]))
        if chunk.node.type in TEXTS:
            start += 1
        text = new if isinstance(new, str) else f"${{{self.render.value(new, '')}}}"
        self._change(start, start + len(utf8(span.literal)), text, start)

    def _indent(self, node: Node) -> str:
        return indent_at(self.data, node.start_byte)

    def _inner(self, block: Node) -> str:
        """The white space in front of the lines of a block."""
        return self._indent(block) + step_of(self.data, block)

    def _is_blank_below(self, at: int) -> bool:
        below = next_line(self.data, at)
        return not self.data[below : line_end(self.data, below)].strip()


def _anchor(body: Sequence[Node], *, is_block: bool) -> Node | None:
    """What a new entry stands behind: an attribute behind the last argument in front of nested blocks, a block behind
    all but what ends a block by custom, and never inside a run of lines that are aligned with each other."""
    found: int | None = None
    meta: int | None = None
    for index, child in enumerate(body):
        if child.type == "block" and not is_block and kind_of(child) not in LAST:
            break
        if kind_of(child) in META and not is_block:
            meta = index if kind_of(child) not in LAST else meta
        elif kind_of(child) not in LAST:
            found = index
    if found is None:
        return body[meta] if meta is not None else None
    while is_block and found + 1 < len(body) and _is_right_below(body[found], body[found + 1]):
        found += 1
    return body[found]


def _is_right_below(one: Node, other: Node) -> bool:
    is_line = other.type == "attribute" and other.start_point[0] == other.end_point[0]
    return is_line and one.type == "attribute" and one.end_point[0] + 1 == other.start_point[0]
