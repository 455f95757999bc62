"""Where an output may stand, and what has to change around it: climbs from a place to the input it is part of."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NoReturn

from iacfix import reasons
from iacfix.errors import CannotFix
from iacfix.languages.shared.natures import COMPONENTS
from iacfix.languages.shared.nodes import Node
from iacfix.languages.typescript import documents
from iacfix.languages.typescript.outputs import is_added
from iacfix.languages.typescript.read import TypeScriptProgram
from iacfix.languages.typescript.tree import FUNCTIONS, arguments, method

PLAIN = frozenset({"pair", "object", "array", "parenthesized_expression", "spread_element", "template_string"})
"""What an input may stand in without being looked at."""
ASSERTIONS = frozenset({"as_expression", "satisfies_expression"})
TAKES_INPUTS = frozenset(
    {"@pulumi/pulumi.jsonStringify", "@pulumi/pulumi.concat", "@pulumi/pulumi.all", "@pulumi/pulumi.output"}
)
COMPONENT_PACKAGES = frozenset(f"@pulumi/{name}" for name in COMPONENTS)
OPEN_TYPES = ("Input<",)
MAPPED = frozenset({"map", "flatMap"})


@dataclass(frozen=True)
class Place:
    """What has to change around a place: templates and serialisers that give plain text so far."""

    templates: list[Node] = field(default_factory=list[Node])
    serialisers: list[Node] = field(default_factory=list[Node])
    sums: list[Node] = field(default_factory=list[Node])
    beside: list[Node] = field(default_factory=list[Node])
    """The calls that make things of packages beside the provider's of what stands at the place."""

    @property
    def is_plain(self) -> bool:
        """An output that stood there already would not be understood."""
        return bool(self.templates or self.serialisers)


@dataclass
class OutputPositions:
    """Judges places of one program. What `heals` has outputs already that nothing waits for: what joins them by + is
    changed too, and so is what the program that runs exports."""

    program: TypeScriptProgram
    heals: bool = False

    # callbacks, where all is plain

    def callbacks(self, at: Node) -> Iterator[Node]:
        """The functions around a place that are called with what outputs and promises hold, the innermost first."""
        return (node for node in at.ancestors() if node.type in FUNCTIONS and self._is_callback(node))

    def callback(self, at: Node) -> Node | None:
        """The one that can be handed more: the nearest of an `apply`, which gives an output already."""
        found = list(self.callbacks(at))
        applied = [node for node in found if self._method(node) == "apply"]
        return next(iter([*applied, *reversed(found)]), None)

    def _is_callback(self, function: Node) -> bool:
        given = function.parent
        is_only = given is not None and given.type == "arguments" and len(given.entries) == 1
        return is_only and self._method(function) in documents.CHAINED

    def _method(self, function: Node) -> str:
        call = function.parent.parent if function.parent is not None else None
        return method(call) if call is not None and call.type == "call_expression" else ""

    # inputs

    def takes_outputs(self, at: Node) -> bool:
        """An output can stand there with nothing changed around it."""
        try:
            return not self.of(at).is_plain
        except CannotFix:
            return False

    def of(self, at: Node) -> Place:
        """Climbs to the input that the place is part of; raises CannotFix where an output would not be understood."""
        place = Place()
        if at.type == "template_string":
            if self.is_tagged(at):
                return place
            place.templates.append(at)
        elif self.heals and at.type == "binary_expression":
            place.sums.append(at)
        elif self.heals:
            self._check_layout(at)
            place.serialisers.append(at)
        self._climb(at, place, set())
        return place

    def _climb(self, node: Node, place: Place, seen: set[Node], keys: tuple[str, ...] = ()) -> None:
        if node.type == "shorthand_property_identifier":
            keys = (node.text, *keys)
        while (parent := node.parent) is not None:
            match parent.type:
                case "template_substitution":
                    template = parent.parent
                    assert template is not None
                    if self.is_tagged(template):
                        return
                    place.templates.append(template)
                case "binary_expression" if self.heals and parent.operator == "+":
                    if not is_added(parent):
                        place.sums.append(parent)
                case "ternary_expression" if self.heals and node != parent.entries[0]:
                    pass
                case "binary_expression" if self.heals and parent.operator != "+":
                    _refuse()
                case "binary_expression":
                    raise CannotFix(reasons.ADDED_TO_TEXT)
                case "arrow_function" | "return_statement" if self._gives_outputs(parent):
                    return
                case "arrow_function" | "return_statement":
                    parent = self._mapped(parent)
                case "arguments":
                    if self._is_input(node, parent, keys, place):
                        return
                    assert parent.parent is not None
                    parent = parent.parent
                case "variable_declarator":
                    self._follow(parent, keys, place, seen)
                    return
                case "as_expression" | "satisfies_expression":
                    self._check_type(node, parent.entries[-1] if len(parent.entries) > 1 else None)
                case "pair":
                    if (key := parent.child_by_field_name("key")) is None or key == node:
                        _refuse()
                    keys = (key.text.strip("\"'"), *keys)
                case kind if kind in FUNCTIONS:
                    raise CannotFix(reasons.OUTPUT_RETURNED)
                case kind if kind not in PLAIN:
                    _refuse()
                case _:
                    pass
            node = parent
        _refuse()

    def is_tagged(self, template: Node) -> bool:
        call = template.parent
        is_call = call is not None and call.type == "call_expression"
        return is_call and call is not None and self.program.provider_names.called(call) == "@pulumi/pulumi.interpolate"

    def _gives_outputs(self, end: Node) -> bool:
        """What the function of the whole program gives are the outputs of the stack, unless others import it."""
        function = next((node for node in (end, *end.ancestors()) if node.type in FUNCTIONS), None)
        around = self.program.neighbours
        return _is_module(function) and (around.is_entry or not around.is_imported)

    def _mapped(self, end: Node) -> Node:
        """From what a function gives to the list that `map` makes of it."""
        function = next((node for node in (end, *end.ancestors()) if node.type in FUNCTIONS), None)
        given = function.parent if function is not None else None
        call = given.parent if given is not None and given.type == "arguments" else None
        if function is None or call is None or call.type != "call_expression" or method(call) not in MAPPED:
            raise CannotFix(reasons.OUTPUT_RETURNED)
        if function.text.startswith("async"):
            raise CannotFix(reasons.OUTPUT_RETURNED)
        return call

    def _is_input(self, node: Node, given: Node, keys: tuple[str, ...], place: Place) -> bool:
        """The argument is an input; False where it goes on outwards, through a serialiser."""
        call = given.parent
        if call is None or call.type == "new_expression":
            if call is None or given.entries.index(node) != 1:
                _refuse()
            made = call.child_by_field_name("constructor")
            if self.program.type_of(call) is None:
                package = (self.program.qualified(made) or "").partition(".")[0]
                if self.heals and package in COMPONENT_PACKAGES:
                    raise CannotFix(reasons.PLAIN_IN_COMPONENT)
                if self.heals and package.startswith("@pulumi/"):
                    return True
                if not any(_runs_through(keys, path) for path in _beside(self.program, call)):
                    raise CannotFix(reasons.UNKNOWN_POSITION)
                place.beside.append(call)
            return True
        name, function = self.program.provider_names.called(call), self.program.function_of(call)
        if name == "JSON.stringify":
            self._check_layout(call)
            place.serialisers.append(call)
            return False
        callee = (call.child_by_field_name("function") or call).text
        if name in TAKES_INPUTS or callee == "this.registerOutputs":
            return True
        if function is None:
            _refuse()
        if not callee.endswith("Output"):
            raise CannotFix(reasons.PLAIN_INVOKE.of(function=callee, output_form=f"{callee}Output"))
        return True

    def _check_layout(self, call: Node) -> None:
        """Only what Pulumi's own serialiser is known to take."""
        given = arguments(call)
        if len(given) != 1 and not (self.heals and given[1].type in ("null", "undefined")):
            raise CannotFix(reasons.JSON_LAYOUT)

    def _follow(self, declarator: Node, keys: tuple[str, ...], place: Place, seen: set[Node]) -> None:
        """A constant stands for every place that reads it."""
        name = declarator.child_by_field_name("name")
        bound = self.program.names.binding(name) if name is not None and name.type == "identifier" else None
        if bound is None or bound.kind != "const" or declarator in seen:
            _refuse()
        exported = self._is_exported(declarator, bound.target.text)
        if exported and (not self.heals or self.program.neighbours.may_import(bound.target.text)):
            raise CannotFix(reasons.EXPORTED_CONSTANT)
        self._check_type(bound.value or declarator, declarator.child_by_field_name("type"))
        uses = self.program.names.uses(bound)
        if not uses and not exported:
            _refuse()
        for use in uses:
            self._climb(use, place, seen | {declarator}, keys)

    def _is_exported(self, declarator: Node, name: str) -> bool:
        if self.program.statement(declarator).type == "export_statement":
            return True
        return name in self.program.names.exported

    def _check_type(self, node: Node, kind: Node | None) -> None:
        """What is declared or asserted has to hold for an output too."""
        if kind is None:
            if (
                node.parent is not None
                and node.parent.type in ASSERTIONS
                and node.type in ("string", "template_string")
            ):
                raise CannotFix(reasons.ASSERTED_TYPE)
            return
        text = kind.text.lstrip(": ")
        if text in ("const", "any", "unknown") or any(
            word in text for word in (*OPEN_TYPES, *self.program.package.open_types)
        ):
            return
        raise CannotFix(reasons.DECLARED_TYPE)


def _is_module(function: Node | None) -> bool:
    """The function is all that the file exports: `export = async () => ..`."""
    around = function.parent if function is not None else None
    if around is not None and around.type == "export_statement":
        return any(child.type == "=" for child in around.children)
    is_set = around is not None and around.type == "assignment_expression"
    return is_set and around is not None and around.entries[0].text == "module.exports"


def given_to(program: TypeScriptProgram, at: Node) -> Node | None:
    """The call that makes something of a package beside the provider's, of what stands at the place."""
    calls = (node for node in at.ancestors() if node.type == "new_expression")
    return next((call for call in calls if _beside(program, call)), None)


def _beside(program: TypeScriptProgram, call: Node) -> tuple[str, ...]:
    """The keys that lead to inputs of what a call makes, where it is of a package beside the provider's."""
    name = program.qualified(call.child_by_field_name("constructor")) or ""
    known = program.package.takes_outputs
    return next((paths for package, paths in known.items() if name.startswith(f"{package}.")), ())


def _runs_through(keys: tuple[str, ...], path: str) -> bool:
    return f".{path}." in f".{'.'.join(keys)}."


def _refuse() -> NoReturn:
    raise CannotFix(reasons.TAKES_NO_OUTPUT)
