"""Where an output may stand, and what has to change around it: climbs from a place to the input it is part of."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NoReturn

from iacfix import reasons
from iacfix.errors import CannotFix
from iacfix.languages.python import syntax
from iacfix.languages.python.outputs import JOINING, SHOWING, applied, operands
from iacfix.languages.python.read import PythonProgram
from iacfix.languages.python.tree import inside
from iacfix.languages.shared.natures import COMPONENTS

WAITING = frozenset(
    f"pulumi.Output.{name}" for name in ("all", "concat", "format", "from_input", "json_dumps", "secret", "unsecret")
)
PLAIN = (
    syntax.Element,
    syntax.List,
    syntax.Tuple,
    syntax.Dict,
    syntax.ListComp,
    syntax.FormattedStringExpression,
    syntax.ConcatenatedString,
)
"""What an input may stand in without being looked at."""
COMPONENT_PACKAGES = frozenset(f"pulumi_{name}" for name in COMPONENTS)
ENCODED = frozenset({"cls", "default"})


@dataclass(frozen=True)
class Place:
    """What has to change around a place: texts and serialisers that are plain so far."""

    texts: dict[syntax.BaseExpression, None] = field(default_factory=dict[syntax.BaseExpression, None])
    serialisers: dict[syntax.Call, None] = field(default_factory=dict[syntax.Call, None])


@dataclass
class OutputPositions:
    """Judges places of one program."""

    program: PythonProgram

    def of(self, at: syntax.BaseExpression) -> Place:
        """What changes where text or JSON at a place becomes an output; raises CannotFix where it cannot."""
        place = Place()
        self._changes(at, place)
        self._climb(at, place, set())
        return place

    def _changes(self, node: syntax.BaseExpression, place: Place) -> None:
        match node:
            case syntax.Call() if self.program.qualified(node.func) == "json.dumps":
                if any(arg.star or (arg.keyword is not None and arg.keyword.value in ENCODED) for arg in node.args):
                    raise CannotFix(reasons.CUSTOM_ENCODER)
                place.serialisers[node] = None
            case syntax.Call(func=syntax.Name(value=name)) if name in SHOWING:
                raise CannotFix(reasons.UNRESOLVING_FUNCTION.of(name=f"{name}()", concat="pulumi.Output.concat"))
            case syntax.Call(func=syntax.Attribute(attr=syntax.Name(value=name))) if name in JOINING:
                raise CannotFix(reasons.UNRESOLVING_FUNCTION.of(name=f"{name}()", concat="pulumi.Output.concat"))
            case syntax.BinaryOperation(operator=syntax.Modulo()):
                raise CannotFix(reasons.PERCENT_FORMAT)
            case _:
                place.texts[node] = None

    def _climb(self, node: syntax.Node, place: Place, seen: set[syntax.Node]) -> None:
        while (parent := node.parent) is not None:
            match parent:
                case syntax.FormattedString() if not isinstance(parent.parent, syntax.ConcatenatedString):
                    self._changes(parent, place)
                case syntax.ConcatenatedString() if not isinstance(parent.parent, syntax.ConcatenatedString):
                    self._changes(parent, place)
                case syntax.FormattedString():
                    pass
                case syntax.BinaryOperation(operator=syntax.Add()):
                    self._added(parent, place)
                case syntax.DictElement(key=key):
                    if node is key:
                        raise CannotFix(reasons.OUTPUT_AS_KEY)
                case syntax.IfExp(test=test):
                    if node is test:
                        _refuse()
                case syntax.Arg():
                    if (outer := self._given(parent, place)) is None:
                        return
                    parent = outer
                case syntax.Assign(targets=[syntax.AssignTarget(target=target)]) | syntax.AnnAssign(target=target):
                    self._follow(parent, target, place, seen)
                    return
                case syntax.Lambda() | syntax.Return():
                    self._refuse_function(parent)
                case _ if not isinstance(parent, PLAIN):
                    _refuse()
                case _:
                    pass
            node = parent
        _refuse()

    def _added(self, parent: syntax.BinaryOperation, place: Place) -> None:
        """A sum of texts changes as a whole, where it is left; one of lists stays."""
        around = parent.parent
        if isinstance(around, syntax.BinaryOperation) and isinstance(around.operator, syntax.Add):
            return
        terms = list(operands(parent))
        if not any(isinstance(term, syntax.List | syntax.ListComp) for term in terms):
            place.texts[parent] = None

    def _given(self, arg: syntax.Arg, place: Place) -> syntax.Node | None:
        """None where the argument is an input; else what the value becomes part of."""
        call, program = arg.parent, self.program
        assert isinstance(call, syntax.Call)
        name = program.qualified(call.func) or ""
        keyword = arg.keyword.value if arg.keyword is not None else None
        if program.type_of(call) is not None and program.type_named(call.func) is None:
            _refuse()
        if name.partition(".")[0] in COMPONENT_PACKAGES:
            raise CannotFix(reasons.PLAIN_IN_COMPONENT)
        if program.type_of(call) is not None or (_is_class(name) and not program.provider_names.is_inputs(call)):
            if keyword in (None, "opts", "resource_name"):
                raise CannotFix(reasons.OUTPUT_AS_NAME)
            return None
        if program.provider_names.is_inputs(call):
            return None
        if name in WAITING or (name == "pulumi.export" and arg is not call.args[0]):
            return None
        if program.code(call.func) == "self.register_outputs":
            return None
        if program.function_of(call) is not None:
            if not name.endswith("_output"):
                code = program.code(call.func)
                raise CannotFix(reasons.PLAIN_INVOKE.of(function=code, output_form=f"{code}_output"))
            return None
        if name != "json.dumps":
            _refuse()
        self._changes(call, place)
        return call

    def _follow(self, assign: syntax.Node, target: syntax.BaseExpression, place: Place, seen: set[syntax.Node]) -> None:
        """A variable stands for every place that reads it."""
        if assign in seen:
            _refuse()
        if isinstance(assign, syntax.AnnAssign):
            declared = self.program.code(assign.annotation)
            if not any(word in declared for word in ("Input", "Output", "Any")):
                raise CannotFix(reasons.DECLARED_TYPE)
        match target:
            case syntax.Name() if self.program.names.assignment(target) is not None:
                uses = self.program.names.uses(target)
                if self.program.names.is_global(target.value) and self.program.neighbours.may_import(target.value):
                    raise CannotFix(reasons.READ_BY_OTHER_FILES)
            case syntax.Attribute(value=syntax.Name(value="self"), attr=attr):
                every = inside(self.program.module, syntax.Attribute)
                uses = [node for node in every if node.attr.value == attr.value and node is not target]
                if self.program.definitions.field(target, attr.value) is None:
                    _refuse()
            case _:
                _refuse()
        if not uses:
            _refuse()
        for use in uses:
            self._climb(use, place, seen | {assign})

    def _refuse_function(self, end: syntax.Node) -> NoReturn:
        function = next(
            (node for node in (end, *end.ancestors()) if isinstance(node, syntax.Lambda | syntax.FunctionDef)), None
        )
        used: list[syntax.Node] = [function] if isinstance(function, syntax.Lambda) else []
        if isinstance(function, syntax.FunctionDef):
            used = self.program.names.uses_of_function(function)
        for use in used:
            if applied(use) is not None:
                raise CannotFix(reasons.PLAIN_IN_CALLBACK.of(all="pulumi.Output.all"))
        raise CannotFix(reasons.RETURNED_TEXT)


def _is_class(name: str) -> bool:
    """A class of a package of Pulumi's, which takes inputs."""
    return name.startswith("pulumi_") and name.rpartition(".")[2][:1].isupper()


def _refuse() -> NoReturn:
    raise CannotFix(reasons.PLAIN_VALUE_NEEDED)
