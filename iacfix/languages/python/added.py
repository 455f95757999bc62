"""New resources beside an existing one: how it is held, what options carry over, what the statements look like."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

import libcst as cst

from iacfix.edit import AddResource, Join, Keep, New
from iacfix.errors import CannotFix
from iacfix.languages.python import layout
from iacfix.languages.python.imports import python_name
from iacfix.languages.python.names import snake
from iacfix.languages.python.read import PythonProgram
from iacfix.languages.python.render import WIDE, Renderer, Style
from iacfix.languages.python.tree import inside
from iacfix.model import Fields, Null, Resource, Text, Value

COPIED = frozenset({"parent", "provider", "providers", "dependsOn", "protect", "retainOnDelete", "transformations"})
PURE = frozenset(
    {
        "get_stack",
        "get_project",
        "get_organization",
        "require",
        "get",
        "lower",
        "upper",
        "strip",
        "replace",
        "format",
        "join",
        "str",
    }
)
"""Calls that give the same text each time."""
LEFT = frozenset(
    {
        "aliases",
        "import",
        "ignoreChanges",
        "deleteBeforeReplace",
        "customTimeouts",
        "additionalSecretOutputs",
        "replaceOnChanges",
        "id",
    }
)


@dataclass
class Addition:
    """What a statement becomes: itself (perhaps bound to a new name), the new ones, and a line that ends it all."""

    statement: cst.SimpleStatementLine
    call: cst.Call
    bind: str | None
    new: list[cst.SimpleStatementLine] = field(default_factory=list[cst.SimpleStatementLine])
    order: list[int] = field(default_factory=list[int])
    reads: list[tuple[cst.CSTNode, str]] = field(default_factory=list[tuple[cst.CSTNode, str]])

    def lines(self, updated: cst.CSTNode) -> list[cst.CSTNode]:
        """The statements that take the place of the updated one."""
        assert isinstance(updated, cst.SimpleStatementLine)
        if self.bind is None:
            return [updated, *self.new]
        (small,) = updated.body
        name = cst.Name(self.bind)
        match small:
            case cst.Expr(value=call) | cst.Return(value=cst.BaseExpression() as call):
                last = cst.Return(name) if isinstance(small, cst.Return) else None
            case cst.Assign(value=call):
                last = small.with_changes(value=name)
            case _:
                raise CannotFix("the resource cannot be bound to a name there")
        first = updated.with_changes(body=[cst.Assign([cst.AssignTarget(name)], call)])
        if last is None:
            return [first, *self.new]
        blank = [cst.EmptyLine(indent=False)] if isinstance(small, cst.Return) else []
        ending = cst.SimpleStatementLine([last], leading_lines=blank)
        return [first, *self.new, ending] if isinstance(small, cst.Return) else [first, ending, *self.new]


class Additions:
    """Plans the statements for new resources."""

    def __init__(self, program: PythonProgram, renderer: Renderer) -> None:
        self.program = program
        self.renderer = renderer
        self._made: dict[cst.CSTNode, Addition] = {}
        self._taken: set[str] = set()

    def made(self, host: Resource, adds: Sequence[AddResource]) -> Addition:
        """The statements for all new resources beside one."""
        call = host.node
        assert isinstance(call, cst.Call)
        addition = self._held(host, call)
        self._made[call] = addition
        for add in adds:
            name = None
            if add.reads:
                owner = self.program.names.owner(call)
                if owner is not None and "slots" in self.program.code(owner):
                    raise CannotFix("its class has slots, so the new resource cannot be kept in it")
                name = self._named(f"{self.renderer.bindings[call]}_{snake(add.name)}", call)
                for value, output in add.reads:
                    addition.reads.append((value.place, f"{name}.{snake(output)}"))
            code = self._statement(add, call, name)
            line = self.renderer.statement(code)
            addition.order.append(id(add))
            addition.new.append(line.with_changes(leading_lines=[cst.EmptyLine(indent=False)]))
        return addition

    def lead(self, add: AddResource, comments: Sequence[str]) -> None:
        """Put comments that have no entry left to belong to above a new resource."""
        if not comments:
            return
        addition = self._made[add.beside.node]
        index = addition.order.index(id(add))
        lines = [cst.EmptyLine(comment=cst.Comment(text)) for text in comments]
        line = addition.new[index]
        addition.new[index] = line.with_changes(leading_lines=[*line.leading_lines, *lines])

    # how the resource is held

    def _held(self, host: Resource, call: cst.Call) -> Addition:
        parents = self.program.names.parents
        small = parents[call]
        statement = parents.get(small)
        if not isinstance(statement, cst.SimpleStatementLine) or not isinstance(
            small, cst.Assign | cst.AnnAssign | cst.Expr | cst.Return
        ):
            raise CannotFix("the resource is built inside another expression")
        if len(statement.body) != 1:
            raise CannotFix("several statements share its line")
        bind = None
        match small:
            case cst.Assign(targets=[cst.AssignTarget(target=cst.Name() | cst.Attribute() as target), *_]):
                held = self.program.code(target)
            case cst.AnnAssign(target=cst.Name() | cst.Attribute() as target):
                held = self.program.code(target)
            case _:
                held = bind = self._new_name(host, call)
        self.renderer.bindings[call] = held
        return Addition(statement, call, bind)

    def _new_name(self, host: Resource, call: cst.Call) -> str:
        kind = re.sub(r"_v\d$", "", snake(host.type.rpartition(".")[2]))
        literal = host.name.literal if isinstance(host.name, Text) else None
        slug = re.sub(r"\W+|_+", "_", literal or "").strip("_").lower()
        if slug and not slug[0].isdigit():
            return self._named(slug if slug.endswith(kind) else f"{slug}_{kind}", call)
        return self._named(kind, call)

    def _named(self, base: str, call: cst.Call) -> str:
        """The name, or the name with a number where it is taken."""
        function = self.program.names.outer_function(call)
        attribute = base.startswith("self.")
        name, count = base, 2
        while name in self._taken or (
            self.program.names.is_written(name[5:])
            if attribute
            else self.program.names.is_bound(name, function) or self.program.names.is_bound(name, None)
        ):
            name, count = f"{base}_{count}", count + 1
        self._taken.add(name)
        return name

    # the statement

    def _statement(self, add: AddResource, call: cst.Call, name: str | None) -> str:
        bracket = layout.read(call)
        unit = self.renderer.unit
        closing_comma = bracket.closing_comma or not bracket.breaks
        style = Style(self.renderer.quote, closing_comma, True, _is_class(add.origin))
        logical = self._logical_name(add, style)
        rows = [
            logical,
            *(f"{snake(key)}={self._arg(value, key, style, call, unit)}" for key, value in add.args.items()),
        ]
        if options := self._options(add.beside, unit):
            rows.append(f"opts={options}")
        callee = self.imported(add.type, call)
        target = f"{name} = " if name else ""
        flat = f"{target}{callee}({', '.join(rows)})"
        if not bracket.breaks and "\n" not in flat and len(self.renderer.shown(flat)) <= WIDE:
            return flat
        comma = "," if closing_comma else ""
        ends = "\n)" if bracket.gaps[-1].breaks or not bracket.breaks else ")"
        if bracket.breaks and not bracket.gaps[0].breaks:
            first, *rest = rows
            return f"{target}{callee}({first}," + ",".join(f"\n{unit}{row}" for row in rest) + f"{comma}{ends}"
        return f"{target}{callee}(" + ",".join(f"\n{unit}{row}" for row in rows) + f"{comma}{ends}"

    def _arg(self, new: New, key: str, style: Style, call: cst.Call, unit: str) -> str:
        used = len(self.program.indent_of(call)) + len(unit) + len(snake(key)) + 1
        return self.renderer.code(new, style, unit, call, used)

    def _logical_name(self, add: AddResource, style: Style) -> str:
        if add.beside.name is None:
            raise CannotFix("the resource has no logical name to build on")
        if any(not self._is_pure(call) for call in inside(add.beside.name.place, cst.Call)):
            raise CannotFix("its logical name is made by a call, which may give another name the next time")
        return self.renderer.code(Join(Keep(add.beside.name), f"-{add.name}"), style, "", add.beside.node)

    def _is_pure(self, call: cst.Call) -> bool:
        """The call gives the same text each time, by sight."""
        name = call.func.attr.value if isinstance(call.func, cst.Attribute) else self.program.code(call.func)
        named = "name" in name.lower() and not any(
            word in name.lower() for word in ("next", "new", "uniq", "rand", "gen")
        )
        return named or name in PURE

    def _options(self, host: Resource, indent: str) -> str | None:
        options = host.options
        if options is None or isinstance(options, Null):
            return None
        if not isinstance(options, Fields) or options.is_open:
            raise CannotFix("the options of the resource cannot be seen")
        unknown = [key for key in options.keys if key not in COPIED | LEFT]
        if unknown:
            raise CannotFix(f"the option {unknown[0]} is not known to carry over")
        copied = [entry for entry in options.entries if entry.key in COPIED]
        if any(inside(entry.value.place, cst.Call) for entry in copied):
            raise CannotFix("an option that would be copied holds a call")
        if len(copied) == len(options.entries):
            return self.renderer.code(Keep(options), Style(), indent, host.node)
        assert isinstance(options.node, cst.Call)
        rows = [
            f"{snake(entry.key)}={self.renderer.code(Keep(entry.value), Style(), indent, host.node)}"
            for entry in copied
        ]
        return f"{self.program.code(options.node.func)}({', '.join(rows)})" if rows else None

    def imported(self, type: str, like: cst.Call | None = None) -> str:
        """The code for a resource class, reached as a sibling is where there is one."""
        package = self.program.package
        if like is not None and isinstance(like.func, cst.Attribute):
            mine, theirs = type.rpartition("."), (self.program.type_of(like) or "").rpartition(".")
            if mine[0] == theirs[0]:
                return f"{self.program.code(like.func.value)}.{mine[2]}"
        return self.renderer.imports.spelled(python_name(package.packages["python"], package.name, type))


def _is_class(value: Value | None) -> bool:
    """Input objects are written as classes, unless the value they come from holds a mapping."""
    node = value.node if value is not None else None
    if isinstance(node, cst.List) and node.elements:
        node = node.elements[0].value
    return not isinstance(node, cst.Dict)
