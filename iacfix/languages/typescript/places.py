"""Where an output may stand, and what has to change around it: climbs from a place to the input it is part of."""

from __future__ import annotations

from dataclasses import dataclass

from tree_sitter import Node

from iacfix.errors import CannotFix
from iacfix.languages.typescript import documents
from iacfix.languages.typescript.read import TypeScriptProgram
from iacfix.languages.typescript.tree import FUNCTIONS, below, entries

PLAIN = frozenset(
    {"pair", "object", "array", "arguments", "parenthesized_expression", "as_expression", "satisfies_expression"}
)
"""What an input may stand in without being looked at."""


@dataclass(frozen=True)
class Place:
    """What surrounds a place: the templates and serialisers to be changed, and the callback it is in, if any."""

    templates: tuple[Node, ...] = ()
    serialisers: tuple[Node, ...] = ()
    callback: Node | None = None


@dataclass
class Places:
    """Judges places of one program."""

    program: TypeScriptProgram

    def of(self, at: Node) -> Place:
        """Climbs to the input that the place is part of; raises CannotFix where an output would not be understood."""
        templates: list[Node] = []
        serialisers: list[Node] = []
        node = at
        if at.type == "template_string":
            if self.is_tagged(at):
                return Place()
            templates.append(at)
        seen: set[int] = set()
        while (parent := node.parent) is not None:
            if parent.type in FUNCTIONS:
                if self._is_callback(parent):
                    return Place(callback=parent)
                raise CannotFix("an output cannot stand in what a function of the program gives")
            if parent.type == "template_substitution":
                template = parent.parent
                assert template is not None
                if self.is_tagged(template):
                    return Place(tuple(templates), tuple(serialisers))
                templates.append(template)
            elif parent.type == "binary_expression":
                raise CannotFix("an output cannot be joined to a text by +")
            elif parent.type == "call_expression" and node.type == "arguments":
                if (found := self._through(parent, serialisers)) is not None:
                    return Place(tuple(templates), tuple(serialisers)) if found else self._refused()
            elif parent.type == "new_expression" and node.type == "arguments":
                self._check_argument(parent, node, at)
                return Place(tuple(templates), tuple(serialisers))
            elif parent.type == "variable_declarator":
                node = self._followed(parent, seen)
                continue
            elif (parent.type == "pair" and parent.child_by_field_name("key") == node) or (
                parent.type not in PLAIN and parent.type not in ("template_string", "call_expression")
            ):
                self._refused()
            node = parent
        return self._refused()

    @staticmethod
    def _refused() -> Place:
        raise CannotFix("an output cannot stand there, and the lookup gives nothing else")

    def is_tagged(self, template: Node) -> bool:
        call = template.parent
        return (
            call is not None
            and call.type == "call_expression"
            and documents.called(self.program, call) == ("@pulumi/pulumi.interpolate")
        )

    def _is_callback(self, function: Node) -> bool:
        given = function.parent
        call = given.parent if given is not None and given.type == "arguments" else None
        return call is not None and call.type == "call_expression" and self.program.method(call) in documents.CHAINED

    def _through(self, call: Node, serialisers: list[Node]) -> bool | None:
        """None to go on outwards, True where the place is an input, False where it is not."""
        name = documents.called(self.program, call)
        if name == "JSON.stringify":
            if len(documents.arguments(call)) != 1:
                raise CannotFix("the JSON is laid out by arguments that Pulumi's own serialiser does not take alike")
            serialisers.append(call)
            return None
        if name in (
            "@pulumi/pulumi.jsonStringify",
            "@pulumi/pulumi.concat",
            "@pulumi/pulumi.all",
            "@pulumi/pulumi.output",
        ):
            return None if name == "@pulumi/pulumi.jsonStringify" else True
        return self.program.function_of(call) in self.program.package.documents

    def _check_argument(self, call: Node, given: Node, at: Node) -> None:
        """The second argument of a resource of the provider takes outputs; names and options do not."""
        position = next((index for index, arg in enumerate(entries(given)) if arg == at or at in list(below(arg))), -1)
        if self.program.type_of(call) is None or position != 1:
            self._refused()

    def _followed(self, declarator: Node, seen: set[int]) -> Node:
        """A constant that is read in one place only stands for that place."""
        name = declarator.child_by_field_name("name")
        bound = self.program.names.binding(name) if name is not None and name.type == "identifier" else None
        uses = self.program.names.uses(bound) if bound is not None else []
        statement = self.program.statement(declarator)
        if len(uses) != 1 or declarator.id in seen or statement.type == "export_statement":
            self._refused()
        if declarator.child_by_field_name("type") is not None:
            raise CannotFix("the constant is declared with a type that an output does not have")
        seen.add(declarator.id)
        return uses[0]
