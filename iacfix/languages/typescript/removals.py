"""What leaves the file: entries, the constants that only they read, and options that nothing is left of."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from iacfix import reasons
from iacfix.edit import DropField
from iacfix.errors import CannotFix
from iacfix.languages.shared.nodes import Node
from iacfix.languages.shared.pragmas import refuse_moved
from iacfix.languages.typescript import layout
from iacfix.languages.typescript.layout import Splice
from iacfix.languages.typescript.new_resources import Addition
from iacfix.languages.typescript.read import TypeScriptProgram
from iacfix.languages.typescript.render import Renderer
from iacfix.model import Value


def dropped_nodes(drops: Iterable[DropField]) -> Iterator[Node]:
    """The entries that are taken out, and what the constants hold that go with them."""
    yield from map(_entry_node, drops)
    yield from (value.node for edit in drops if (value := _variable(edit)) is not None)


@dataclass
class Removals:
    """Takes entries out once all new code is written, and finds a place for their comments; `replaced` are entries
    whose place another one took."""

    program: TypeScriptProgram
    renderer: Renderer
    replaced: Sequence[Node]
    made: list[Splice] = field(default_factory=list[Splice])

    def splices(self, drops: Sequence[DropField], additions: Sequence[Addition]) -> list[Splice]:
        self._entries(drops, additions)
        for edit in drops:
            self._variable_of(edit, additions)
        return self.made

    def _entries(self, drops: Sequence[DropField], additions: Iterable[Addition]) -> None:
        attribution, by_object = self.renderer.lookups.attribution, dict[Node, list[int]]()
        leave: dict[Node, dict[int, list[Node]]] = {}
        for edit in drops:
            node, entry = edit.fields.node, _entry_node(edit)
            bracket = layout.read(node)
            if entry in self.replaced:
                self._lead_inner(edit, additions)
                continue
            index = bracket.index(entry)
            attribution.current = attribution.of(id(edit))
            attribution.record(entry, (node, "entries"))
            by_object.setdefault(node, []).append(index)
            above, behind = bracket.own_comments(index)
            value = edit.fields.get(edit.key)
            comments = [*above, *entry.inside("comment"), *behind]
            left = [comment for comment in comments if comment not in self.renderer.placed]
            refuse_moved(one.text for one in left)
            if left and not self._led(left, value, edit, additions):
                leave.setdefault(node, {})[index] = left
        for node, gone in by_object.items():
            around, left_there, asked = node.parent, leave.get(node, {}), attribution.of((node, "entries"))
            entries = {index: layout.read(node).items[index] for index in gone}
            is_empty = len(set(gone)) == len(node.entries) and not left_there
            if is_empty and around is not None and around.type == "arguments" and around.entries[2:] == [node]:
                if not any(layout.read(around).own_comments(2)):
                    node, gone = around, [2]  # options that nothing is left of go as a whole
            for splice in layout.taken_out(self.program.data, layout.read(node), gone, left_there):
                mine = [
                    each for each in entries.values() if each.start_byte < splice.stop and splice.start < each.end_byte
                ]
                self.made.append(splice.attributed_to(attribution.of(*mine) if mine else asked))

    def _variable_of(self, edit: DropField, additions: Iterable[Addition]) -> None:
        """A constant that only the dropped entry reads goes as well, once its parts stand elsewhere."""
        value = _variable(edit)
        if value is None or self.renderer.keeps(value.place):
            return
        statement, here = self.program.statement(value.node), self.program.statement(value.place)
        alone = statement.type in ("lexical_declaration", "variable_declaration") and len(statement.entries) == 1
        if statement.parent != here.parent or not alone:
            if self.renderer.keeps_inside(value.node):
                raise CannotFix(reasons.VARIABLE_OF_OTHER_SCOPE)
            return
        made = value.node.inside("call_expression", "subscript_expression", "new_expression")
        away = not self._is_calm(statement, here)
        changes = any(self.program.names.changes_name(name) for name in value.node.inside("identifier"))
        if (away and made) or changes:
            raise CannotFix(reasons.CHANGING_VARIABLE)
        start, stop, around = layout.whole_lines(self.program.data, statement)
        comments = [*around, *statement.inside("comment")]
        left = [comment for comment in comments if comment not in self.renderer.placed]
        refuse_moved(one.text for one in left)
        if left and not self._led(left, value, edit, additions):
            raise CannotFix(reasons.COMMENT_WITHOUT_PLACE)
        attribution = self.renderer.lookups.attribution
        self.made.append(Splice(start, stop, "").attributed_to(attribution.of(id(edit))))

    def _is_calm(self, start: Node, stop: Node) -> bool:
        """Between two statements there are only constants that get a value written out, and resources."""
        following = start.next_named_sibling
        while following is not None and following != stop:
            plain = following.type in ("comment", "lexical_declaration")
            if not plain or any(not self._is_plain(found) for found in following.inside("variable_declarator")):
                return False
            following = following.next_named_sibling
        return True

    def _is_plain(self, declarator: Node) -> bool:
        value = declarator.child_by_field_name("value")
        written = value is not None and value.type in ("object", "array", "string", "number", "true", "false")
        if written or value is None:
            return written
        called = value.child_by_field_name("function") or value.child_by_field_name("constructor") or value
        return self.program.qualified(called) is not None or called.text.startswith("JSON.")

    def _lead_inner(self, edit: DropField, additions: Iterable[Addition]) -> None:
        """The comments inside an entry whose place another takes."""
        inner = [one for one in _entry_node(edit).inside("comment") if one not in self.renderer.placed]
        refuse_moved(one.text for one in inner)
        if inner and not self._led(inner, edit.fields.get(edit.key), edit, additions):
            raise CannotFix(reasons.COMMENT_WITHOUT_PLACE)

    def _led(self, comments: list[Node], value: Value | None, edit: DropField, additions: Iterable[Addition]) -> bool:
        """Comments go above the resource that their entry became; False where it became none."""
        for addition in additions:
            adds = [add for add, _ in addition.codes]
            mine = [add for add in adds if add.beside.args is edit.fields]
            made = [
                add for add in mine if add.origin is not None and value is not None and add.origin.place == value.place
            ]
            ignoring = [add for add in adds if add.ignored and add.beside.options is edit.fields]
            for add in [*reversed(made), *ignoring][:1]:
                addition.leads.setdefault(id(add), []).extend(comments)
                return True
        return False


def _entry_node(edit: DropField) -> Node:
    entry = edit.fields.entry(edit.key)
    if entry is None or edit.fields.node.type != "object":
        raise CannotFix(reasons.NOT_SET_ONCE.of(key=edit.key))
    return entry.node


def _variable(edit: DropField) -> Value | None:
    """What an entry holds that is kept in a constant which nothing else reads."""
    value = edit.fields.get(edit.key)
    return value if value is not None and not value.is_direct and value.is_own else None
