"""New resources beside an existing one: how it is held, what options carry over, what the statements look like."""

from __future__ import annotations

import itertools
import re
from collections import defaultdict
from collections.abc import Sequence

import libcst as cst

from iacfix import reasons
from iacfix.edit import AddResource, Join, Keep, New
from iacfix.errors import CannotFix
from iacfix.languages.python import layout, syntax
from iacfix.languages.python.determinism import Determinism
from iacfix.languages.python.imports import python_name
from iacfix.languages.python.lifting import refuse_unliftable
from iacfix.languages.python.names import snake
from iacfix.languages.python.node_changes import Addition
from iacfix.languages.python.options import Options
from iacfix.languages.python.originals import Originals, comments_in
from iacfix.languages.python.read import PythonProgram
from iacfix.languages.python.render import WIDE, Renderer, Style
from iacfix.languages.python.tree import inside
from iacfix.model import Resource, Text, Value


class NewResources:
    """Plans the statements for new resources."""

    def __init__(self, program: PythonProgram, originals: Originals, renderer: Renderer) -> None:
        self.program = program
        self.originals = originals
        self.renderer = renderer
        self.options = Options(program, renderer)
        self._made: dict[syntax.Node, Addition] = {}
        self._homes: dict[int, Addition] = {}
        self._leads: dict[int, list[cst.Comment]] = {}
        self._taken = defaultdict[str, set[syntax.FunctionDef | None]](set)
        """The functions in which a new resource has a name; None for the whole file."""
        self._numbered: dict[tuple[str, syntax.FunctionDef | None], int] = {}
        """The last number that a name got: what was taken stays taken."""

    def made(self, adds: Sequence[AddResource]) -> list[Addition]:
        """The statements for all new resources, by the statement they stand behind."""
        waited_for = {id(other) for add in adds for other in add.after}
        attribution = self.renderer.imports.attribution
        for add in adds:
            attribution.current = attribution.of(id(add))
            host = self._addition(add.beside)
            home = self._homes[id(add)] = self._home(add, host)
            name = None
            if add.reads or add.before or id(add) in waited_for:
                name = self.options.names[id(add)] = self._name(add, host)
            for value, output in add.reads:
                place: syntax.BaseExpression = value.place
                if comments_in(self.originals.of(place)):
                    raise CannotFix(reasons.COMMENT_WITHOUT_PLACE)
                home.reads.append((place, f"{name}.{snake(output)}"))
                attribution.record(place)
            for resource in add.before:
                self._check_known(home, add, resource)
            line = self.renderer.statement(self._statement(add, host.call, name))
            home.order.append(id(add))
            attribution.record(home.call)
            home.new.append(line.with_changes(leading_lines=[cst.EmptyLine(indent=False)]))
        return list(self._made.values())

    def lead(self, add: AddResource, comments: Sequence[cst.Comment]) -> None:
        """Put comments that have no entry left to belong to above a new resource, in the order they were in."""
        if not comments:
            return
        home = self._homes[id(add)]
        index = home.order.index(id(add))
        leads = self._leads[id(add)] = self.originals.in_order([*self._leads.get(id(add), []), *comments])
        lines = [cst.EmptyLine(comment=cst.Comment(comment.value)) for comment in leads]
        home.new[index] = home.new[index].with_changes(leading_lines=[cst.EmptyLine(indent=False), *lines])

    def _addition(self, resource: Resource) -> Addition:
        """What becomes of the statement of a resource that is there."""
        call = resource.node
        assert isinstance(call, syntax.Call)
        if call not in self._made:
            self._made[call] = self._held(resource, call)
            self.options.names[id(resource)] = self.renderer.bindings[call]
        self.renderer.imports.attribution.record(call)
        return self._made[call]

    def _home(self, add: AddResource, host: Addition) -> Addition:
        """The last of the statements that a new one has to stand behind."""
        homes = [host]
        for other in add.after:
            homes.append(self._homes[id(other)] if isinstance(other, AddResource) else self._addition(other))
        if any(home.statement.parent is not host.statement.parent for home in homes):
            raise CannotFix(reasons.WAITS_FOR_OTHER_SCOPE)
        home = max(homes, key=lambda home: self.program.line(home.statement))
        if host.lifted and home is not host:
            raise CannotFix(reasons.CODE_BETWEEN)
        self._check_between(host, home)
        return home

    def _check_between(self, host: Addition, home: Addition) -> None:
        """Nothing but resources is built between a resource and the place of a new one: nothing leaves, nothing that
        the new one is made of changes."""
        names = self.program.names
        statement: syntax.Node | None = host.statement
        while statement is not home.statement and (statement := names.following(statement)) is not None:
            small = statement.body[0] if isinstance(statement, syntax.SimpleStatementLine) else None
            match small:
                case syntax.Assign(targets=[syntax.AssignTarget(target=target)], value=syntax.Call() as call):
                    plain = not isinstance(target, syntax.Name) or names.count_here(target) == 1
                case syntax.Expr(value=syntax.Call() as call):
                    plain = True
                case _:
                    raise CannotFix(reasons.CODE_BETWEEN)
            local = any(
                names.function(inner.func) or names.is_own_method(inner.func) for inner in inside(call, syntax.Call)
            )
            if not plain or local or self.program.type_of(call) is None:
                raise CannotFix(reasons.CODE_BETWEEN)

    def _check_known(self, home: Addition, add: AddResource, resource: Resource) -> None:
        """The name of a new resource is known where another waits for it."""
        names = self.program.names
        later = self.program.line(resource.node) > self.program.line(home.statement)
        is_field = self.renderer.bindings[home.call].startswith("self.")
        if is_field and names.owner(resource.node) is names.owner(home.call):
            other = names.outer_function(resource.node) is not names.outer_function(home.call)
            known = (later and not other) or (other and home.call is self._addition(add.beside).call)
        else:
            known = later and home.statement.parent in list(names.ancestors(resource.node))
        if not known:
            raise CannotFix(reasons.WAITS_OUT_OF_SCOPE.of(resource=resource.label, name=add.name))

    def _name(self, add: AddResource, host: Addition) -> str:
        held = self.renderer.bindings[host.call]
        owner = self.program.names.owner(host.call)
        if held.startswith("self.") and owner is not None and "slots" in self.program.code(owner):
            raise CannotFix(reasons.SLOTS)
        if not held.startswith("self."):
            held = held.rpartition(".")[2]
        return self._named([f"{held}_{snake(add.name).replace('-', '_')}"], host.call)

    # how the resource is held

    def _held(self, host: Resource, call: syntax.Call) -> Addition:
        small = call.around
        statement = small.parent
        if isinstance(statement, syntax.SimpleStatementSuite):
            raise CannotFix(reasons.NO_BLOCK)
        lifted = not isinstance(statement, syntax.SimpleStatementLine) or not isinstance(
            small, syntax.Assign | syntax.AnnAssign | syntax.Expr | syntax.Return
        )
        if lifted:
            refuse_unliftable(self.program.definitions, self.originals, call)
            statement = self.program.names.statement(call)
        if not isinstance(statement, syntax.SimpleStatementLine):
            raise CannotFix(reasons.NO_BLOCK)
        if len(statement.body) != 1:
            raise CannotFix(reasons.SHARED_LINE)
        bind = None
        match small:
            case syntax.Assign(
                targets=[syntax.AssignTarget(target=syntax.Name(lpar=0) | syntax.Attribute(lpar=0) as target), *_]
            ):
                held = self._reference(target)
            case syntax.AnnAssign(target=syntax.Name() | syntax.Attribute() as target):
                held = self._reference(target)
            case _:
                held = bind = self._new_name(host, call)
        self.renderer.bindings[call] = held
        return Addition(statement, call, bind, lifted=lifted)

    def _new_name(self, host: Resource, call: syntax.Call) -> str:
        kind = re.sub(r"_v\d$", "", snake(host.type.rpartition(".")[2]))
        slug = re.sub(r"\W+|_+", "_", host.name.pattern if isinstance(host.name, Text) else "").strip("_").lower()
        last, service = kind.rpartition("_")[2], host.type.split(".")[1]
        if not slug or slug[0].isdigit():
            return self._named((kind, f"{service}_{kind}", f"new_{kind}"), call)
        if last in slug.split("_"):
            return self._named((slug, f"{service}_{slug}"), call)
        return self._named((f"{slug}_{kind}", f"{slug}_{service}_{kind}"), call)

    def _named(self, bases: Sequence[str], call: syntax.Call) -> str:
        """The first of these names that is free, else the first with a number."""
        function = self.program.names.outer_function(call)
        key = (bases[0], function)
        numbered = ((count, f"{bases[0]}_{count}") for count in itertools.count(self._numbered.get(key, 2)))
        named = itertools.chain(((0, base) for base in bases), numbered)
        number, name = next((number, name) for number, name in named if not self._is_taken(name, function))
        if number:
            self._numbered[key] = number
        self._taken[name].add(None if name.startswith("self.") else function)
        return name

    def _is_taken(self, name: str, function: syntax.FunctionDef | None) -> bool:
        names = self.program.names
        taken = self._taken.get(name)
        if taken and (function is None or not taken.isdisjoint((None, function))):
            return True
        if name.startswith("self."):
            return names.is_written(name[5:])
        return names.is_bound(name, function) or names.is_global(name)

    # the statement

    def _statement(self, add: AddResource, call: syntax.Call, name: str | None) -> str:
        bracket = layout.read(self.originals.of(call))
        unit = self.renderer.step(call)
        closing_comma = bracket.closing_comma or not bracket.breaks
        style = Style(self.renderer.quote, closing_comma, True, _is_class(add.origin))
        logical = self._logical_name(add, style)
        rows = [
            logical,
            *(f"{snake(key)}={self._arg(value, key, style, call, unit)}" for key, value in add.args.items()),
        ]
        if options := self.options.code(add, unit):
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

    def _arg(self, new: New, key: str, style: Style, call: syntax.Call, unit: str) -> str:
        used = len(self.program.indent_of(call)) + len(unit) + len(snake(key)) + 1
        return self.renderer.code(new, style, unit, call, used)

    def _logical_name(self, add: AddResource, style: Style) -> str:
        if add.beside.name is None:
            raise CannotFix(reasons.NO_LOGICAL_NAME)
        if not Determinism(self.program.definitions).is_pure(add.beside.name.place):
            raise CannotFix(reasons.NAME_FROM_CALL)
        if inside(add.beside.name.place, syntax.NamedExpr) or inside(add.beside.name.place, syntax.Await):
            raise CannotFix(reasons.NAME_WITH_SIDE_EFFECTS)
        return self.renderer.code(Join(Keep(add.beside.name), f"-{add.name}"), style, "", add.beside.node)

    def imported(self, type: str, like: syntax.Call | None = None) -> str:
        """The code for a resource class, reached as a sibling is where there is one."""
        package = self.program.package
        wanted = python_name(package.packages["python"], package.name, type)
        module, _, name = wanted.rpartition(".")
        if like is not None and isinstance(like.func, syntax.Attribute):
            if self.program.qualified(like.func.value) == module:
                return f"{self._reference(like.func.value)}.{name}"
        return self.renderer.imports.spelled(wanted)

    def _reference(self, node: syntax.BaseExpression) -> str:
        """A name or a field as it is written once more: comments between its parts stay where they are."""
        if isinstance(node, syntax.Attribute):
            return f"{self._reference(node.value)}.{node.attr.value}"
        return self.program.code(node)


def _is_class(value: Value | None) -> bool:
    """Input objects are written as classes, unless the value they come from holds a mapping."""
    node = value.node if value is not None else None
    if isinstance(node, syntax.List) and node.elements:
        node = node.elements[0].value
    return not isinstance(node, syntax.Dict)
