"""What leaves the file: entries, the variables that only they read, and options that nothing is left of."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import libcst as cst

from iacfix import reasons
from iacfix.edit import AddResource, DropField
from iacfix.errors import CannotFix
from iacfix.languages.python import layout, syntax
from iacfix.languages.python.new_resources import NewResources
from iacfix.languages.python.node_changes import NodeChanges
from iacfix.languages.python.originals import Originals, comments_in, entries
from iacfix.languages.python.read import PythonProgram
from iacfix.languages.python.render import Renderer
from iacfix.languages.python.tree import inside
from iacfix.languages.shared.pragmas import refuse_moved
from iacfix.model import Value


def dropped_nodes(drops: Iterable[DropField]) -> Iterator[syntax.Node]:
    """The entries that are taken out, and what the variables hold that go with them."""
    for edit in drops:
        yield _entry_node(edit)
        if (value := _variable(edit)) is not None:
            yield value.node


@dataclass
class Removals:
    """Takes entries out once all new code is written, and finds a place for their comments."""

    program: PythonProgram
    originals: Originals
    plan: NodeChanges
    renderer: Renderer
    additions: NewResources

    def carry_out(self, drops: Sequence[DropField], adds: Sequence[AddResource]) -> None:
        for edit in drops:
            self._entry(edit, adds)
        for edit in drops:
            self._variable_of(edit, adds)
        self._emptied()

    def _entry(self, edit: DropField, adds: Sequence[AddResource]) -> None:
        node, entry = edit.fields.node, _entry_node(edit)
        assert isinstance(node, syntax.Call | syntax.Dict)
        assert isinstance(entry, syntax.Arg | syntax.DictElement)
        bracket, index = layout.read(self.originals.of(node)), entries(node).index(entry)
        own = [line.comment for line in bracket.own_lines(index) if line.comment]
        tail = bracket.tail(index)
        written = self.originals.of(entry)
        comments = [*own, *_around_sign(written), *comments_in(written.value), *([tail] if tail else [])]
        left = self.originals.in_order(comment for comment in comments if comment not in self.renderer.placed)
        refuse_moved(comment.value for comment in left)
        self.renderer.placed.update(left)
        home = _home(edit, entry.value, adds)
        lines: list[cst.EmptyLine] = []
        if home is not None:
            self.additions.lead(home, left)
        else:
            indent = bracket.gaps[index].last if bracket.gaps[index].breaks else self.renderer.step(node)
            lines = [layout.comment_line(comment.value, indent) for comment in left]
        self.plan.removed.setdefault(node, {})[index] = lines
        attribution = self.plan.attribution
        attribution.current = attribution.of(id(edit))
        attribution.record((node, index))

    def _variable_of(self, edit: DropField, adds: Sequence[AddResource]) -> None:
        """A variable that only the dropped entry reads goes as well, once its parts stand elsewhere."""
        value = _variable(edit)
        if value is None or value.node in self.renderer.elsewhere or self.renderer.keeps(value.place):
            return
        names = self.program.names
        statement, here = names.statement(value.node), names.statement(value.place)
        beside = statement.parent is here.parent
        if not beside or not isinstance(statement, syntax.SimpleStatementLine) or len(statement.body) != 1:
            if self.renderer.keeps_inside(value.node):
                raise CannotFix(reasons.VARIABLE_OF_OTHER_SCOPE)
            return
        made = [*inside(value.node, syntax.Subscript), *inside(value.node, syntax.Call)]
        told = all(isinstance(node, syntax.Call) and self.program.provider_names.is_inputs(node) for node in made)
        if (not told and not self._is_calm(statement, here)) or any(
            names.count_here(name) > 1 for name in inside(value.node, syntax.Name)
        ):
            raise CannotFix(reasons.CHANGING_VARIABLE)
        written = self.originals.of(statement)
        comments = [line.comment for line in written.leading_lines if line.comment]
        comments += comments_in(written.body[0])
        comments += [written.trailing_whitespace.comment] if written.trailing_whitespace.comment else []
        left = [comment for comment in comments if comment not in self.renderer.placed]
        home = _home(edit, value.place, adds)
        refuse_moved(comment.value for comment in left)
        if left and home is None:
            raise CannotFix(reasons.COMMENT_WITHOUT_PLACE)
        if home is not None:
            self.additions.lead(home, left)
        attribution = self.plan.attribution
        attribution.current = attribution.of(id(edit))
        self.plan.gone.add(statement)
        attribution.record(statement)
        following = names.following(statement)
        if following is not None and written.leading_lines and written.leading_lines[0].comment is None:
            self.plan.apart.add(following)
            attribution.record((following, "above"))

    def _is_calm(self, start: syntax.Node, stop: syntax.Node) -> bool:
        """Between two statements there are only variables that get a value written out, and resources."""
        statement: syntax.Node | None = start
        while (statement := self.program.names.following(statement)) is not None and statement is not stop:
            match statement:
                case syntax.SimpleStatementLine(
                    body=[syntax.Assign(targets=[syntax.AssignTarget(target=syntax.Name())], value=value)]
                ) if self._is_plain(value):
                    continue
                case _:
                    return False
        return True

    def _is_plain(self, value: syntax.BaseExpression) -> bool:
        if isinstance(value, syntax.Call):
            return self.program.qualified(value.func) is not None
        return isinstance(value, syntax.Dict | syntax.List | syntax.BaseString | syntax.Integer)

    def _emptied(self) -> None:
        """Options that nothing is left of go as a whole."""
        for node, gone in list(self.plan.removed.items()):
            arg = node.around
            holder = arg.parent
            if (
                not isinstance(node, syntax.Call)
                or not isinstance(arg, syntax.Arg)
                or not isinstance(holder, syntax.Call)
            ):
                continue
            is_empty = len(gone) == len(node.args) and node not in self.plan.inserted
            if is_empty and self.program.qualified(node.func) == "pulumi.ResourceOptions":
                lines = [line for index in sorted(gone) for line in gone[index]]
                del self.plan.removed[node]
                self.plan.removed.setdefault(holder, {})[holder.args.index(arg)] = lines
                self.plan.attribution.current = self.plan.attribution.of(*((node, index) for index in gone))
                self.plan.attribution.record((holder, holder.args.index(arg)))


def _entry_node(edit: DropField) -> syntax.Node:
    entry = edit.fields.entry(edit.key)
    if entry is None:
        raise CannotFix(reasons.NOT_SET_ONCE.of(key=edit.key))
    return entry.node


def _around_sign(entry: cst.Arg | cst.DictElement) -> list[cst.Comment]:
    """The comments between a key and its value."""
    if isinstance(entry, cst.DictElement):
        return [*comments_in(entry.whitespace_before_colon), *comments_in(entry.whitespace_after_colon)]
    return comments_in(entry.equal) if isinstance(entry.equal, cst.AssignEqual) else []


def _variable(edit: DropField) -> Value | None:
    """What an entry holds that is kept in a variable which nothing else reads."""
    value = edit.fields.get(edit.key)
    return value if value is not None and not value.is_direct and value.is_own else None


def _home(edit: DropField, value: syntax.BaseExpression, adds: Sequence[AddResource]) -> AddResource | None:
    """The new resource that a dropped entry becomes, which its comments go with; None where it becomes none."""
    mine = [add for add in adds if add.beside.args is edit.fields]
    made = [add for add in mine if add.origin is not None and add.origin.place is value]
    ignoring = [add for add in adds if add.ignored and add.beside.options is edit.fields]
    return next(iter([*reversed(made), *ignoring]), None)
