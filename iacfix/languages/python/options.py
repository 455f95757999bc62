"""Options of resources: those that a new resource gets, and `depends_on` of what has to wait for one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import libcst as cst

from iacfix import reasons
from iacfix.edit import AddResource, Keep, New
from iacfix.errors import CannotFix
from iacfix.languages.python import layout, syntax
from iacfix.languages.python.names import snake
from iacfix.languages.python.node_changes import Insertion, NodeChanges, Room
from iacfix.languages.python.originals import entries
from iacfix.languages.python.read import PythonProgram
from iacfix.languages.python.render import WIDE, Renderer, Style
from iacfix.languages.python.tree import inside
from iacfix.languages.shared.options import awaited, carried
from iacfix.model import Fields, Items, Null, Resource, Value


@dataclass
class Options:
    """Writes options; `names` are those of resources that others wait for, by the identity of what stands for them."""

    program: PythonProgram
    renderer: Renderer
    names: dict[int, str] = field(default_factory=dict[int, str])

    def code(self, add: AddResource, unit: str) -> str | None:
        """The options of a new resource, None where it needs none."""
        options = self._beside_inherited(add.beside.options) or add.beside.options
        copied = carried(options)
        if any(inside(entry.value.place, syntax.Call) for entry in copied):
            raise CannotFix(reasons.CALL_IN_OPTION)
        waits = [self.names[id(other)] for other in add.after]
        given = options.entries if isinstance(options, Fields) else ()
        if options is not None and len(copied) == len(given) and not waits and not add.ignored:
            return self.renderer.code(Keep(options), Style(), unit, add.beside.node) if copied else None
        rows: list[str] = []
        for entry in copied:
            if entry.key == "dependsOn" and waits:
                rows.append(f"depends_on={self._longer(entry.value, waits, unit)}")
                waits = []
            else:
                code = self.renderer.code(Keep(entry.value), Style(), unit, add.beside.node)
                rows.append(f"{snake(entry.key)}={code}")
        rows += [f"depends_on=[{', '.join(waits)}]"] if waits else []
        quoted = [self.renderer.literal(name, self.renderer.quote) for name in add.ignored]
        rows += [f"ignore_changes=[{', '.join(quoted)}]"] if quoted else []
        return self._call(options, rows, unit) if rows else None

    def _beside_inherited(self, options: Value | None) -> Fields | None:
        """What is merged with the options of the component itself, `ResourceOptions(parent=self)`: all else that
        matters to a child it has from its parent."""
        match options.place if options is not None else None:
            case syntax.Call(
                func=func, args=[syntax.Arg(keyword=None, star="", value=syntax.Name() as own), second]
            ) if self.program.qualified(func) == "pulumi.ResourceOptions.merge" and not second.star:
                said = self.program.options(second.value)
            case _:
                return None
        parent = said.get("parent") if isinstance(said, Fields) and not said.is_open else None
        inherits = parent is not None and parent.code == "self" and self._is_of_component(own)
        return said if inherits and isinstance(said, Fields) and not said.has("ignoreChanges") else None

    def _is_of_component(self, name: syntax.Name) -> bool:
        """The parameter of an `__init__` that it hands to the one of its base class, and that nothing else is."""
        names = self.program.names
        around = next((node for node in names.ancestors(name) if isinstance(node, syntax.FunctionDef)), None)
        if around is None or around.name.value != "__init__" or names.count_here(name) != 1:
            return False
        taken = any(parameter.name.value == name.value for parameter in inside(around.params, syntax.Param))
        calls = [
            call for call in inside(around.body, syntax.Call) if self.program.code(call.func) == "super().__init__"
        ]
        handed = [argument.value for call in calls for argument in call.args]
        return taken and any(isinstance(each, syntax.Name) and each.value == name.value for each in handed)

    def _call(self, options: Value | None, rows: Sequence[str], unit: str) -> str:
        node = options.node if options is not None else None
        func = self.program.code(node.func) if isinstance(node, syntax.Call) else None
        callee = func or self.renderer.imports.spelled("pulumi.ResourceOptions")
        flat = f"{callee}({', '.join(rows)})"
        if len(self.renderer.shown(flat)) + len(unit) <= WIDE - len("opts=,"):
            return flat
        return f"{callee}(" + "".join(f"\n{unit}{unit}{row}," for row in rows) + f"\n{unit})"

    def _longer(self, value: Value, waits: Sequence[str], indent: str) -> str:
        """What a resource waits for already, and more."""
        had = [
            self.renderer.code(Keep(each), Style(), indent, value.node) for each in awaited(Keep(value), self.program)
        ]
        return f"[{', '.join([*had, *waits])}]"

    # resources that are there

    def wait(self, plan: NodeChanges, resource: Resource, names: Sequence[str]) -> None:
        """Let a resource wait for new ones."""
        call, options = self._call_of(resource, reasons.WAITS_WITH_UNREADABLE_OPTIONS), resource.options
        self._give_room(plan, call)
        listed = f"[{', '.join(names)}]"
        if options is None or isinstance(options, Null):
            code = f"{self.renderer.imports.spelled('pulumi.ResourceOptions')}(depends_on={listed})"
            if options is None:
                self._insert(plan, call, self._arg("opts", code))
            else:
                plan.attribution.record(options.place)
                plan.replaced[options.place] = self.renderer.expression(code)
            return
        if not isinstance(options, Fields) or options.is_open or not options.is_direct:
            raise CannotFix(reasons.WAITS_WITH_UNREADABLE_OPTIONS.of(resource=resource.label))
        assert isinstance(options.node, syntax.Call)
        match options.get("dependsOn"):
            case None:
                self._insert(plan, options.node, self._arg("depends_on", listed))
            case value:
                self._wait_too(plan, value, names)

    def _wait_too(self, plan: NodeChanges, had: Value, codes: Sequence[str]) -> None:
        """What is waited for already, and more."""
        match had:
            case Items(node=syntax.List() as node, is_open=False) if had.is_direct and had.elements:
                for code in codes:
                    self._insert(plan, node, cst.Element(self.renderer.expression(code)))
            case _:
                plan.attribution.record(had.place)
                plan.replaced[had.place] = self.renderer.expression(self._longer(had, codes, ""))

    def set(self, plan: NodeChanges, resource: Resource, new: Mapping[str, New]) -> None:
        """Give a resource options."""
        call, options = self._call_of(resource, reasons.UNREADABLE_OPTIONS_OF), resource.options
        self._give_room(plan, call)
        codes = {key: self.renderer.code(value, Style(breaks=False), "", call) for key, value in new.items()}
        if options is None or isinstance(options, Null):
            rows = ", ".join(f"{snake(key)}={code}" for key, code in codes.items())
            made = f"{self.renderer.imports.spelled('pulumi.ResourceOptions')}({rows})"
            if options is None:
                self._insert(plan, call, self._arg("opts", made))
            else:
                plan.attribution.record(options.place)
                plan.replaced[options.place] = self.renderer.expression(made)
            return
        if not isinstance(options, Fields) or options.is_open or not options.is_direct:
            raise CannotFix(reasons.UNREADABLE_OPTIONS_OF.of(resource=resource.label))
        assert isinstance(options.node, syntax.Call)
        for key, code in codes.items():
            had = options.get(key)
            if had is None:
                self._insert(plan, options.node, self._arg(key, code))
            elif key == "dependsOn":
                more = map(Keep, awaited(new[key], self.program))
                self._wait_too(plan, had, [self.renderer.code(each, Style(breaks=False), "", call) for each in more])
            else:
                raise CannotFix(reasons.OPTION_SET_TOO.of(option=key))

    def _call_of(self, resource: Resource, hidden: reasons.Reason) -> syntax.Call:
        """The call whose options are to change."""
        call = resource.node
        assert isinstance(call, syntax.Call)
        if any(arg.star for arg in call.args):
            raise CannotFix(hidden.of(resource=resource.label))
        return call

    def _give_room(self, plan: NodeChanges, call: syntax.Call) -> None:
        """A call that has its one line to itself, without a comment, may be spread over several."""
        small, code = call.around, self.program.code(call)
        statement = small.parent
        if not isinstance(statement, syntax.SimpleStatementLine) or len(statement.body) > 1 or "\n" in code:
            return
        line, unit = self.program.lines[self.program.line(statement) - 1], self.renderer.step(call)
        if line.endswith(code):
            used = len(self.program.indent_of(statement)) + len(unit)
            plan.rooms[call] = Room(WIDE - len(line) + len(code), WIDE - used - 1, unit)

    @staticmethod
    def _insert(plan: NodeChanges, node: syntax.Call | syntax.List, item: layout.Item) -> None:
        last = len(entries(node)) - 1
        plan.inserted.setdefault(node, []).append(Insertion(last, item))
        plan.attribution.record((node, last))

    def _arg(self, key: str, code: str) -> cst.Arg:
        blank = cst.SimpleWhitespace("")
        equal = cst.AssignEqual(whitespace_before=blank, whitespace_after=blank)
        return cst.Arg(keyword=cst.Name(snake(key)), value=self.renderer.expression(code), equal=equal)
