"""Expressions as values: what a rule sees of a piece of TypeScript."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from iacfix.languages.shared import shapes
from iacfix.languages.shared.nodes import Node
from iacfix.languages.typescript.definitions import Definitions
from iacfix.languages.typescript.nullability import kind_of_bound, kind_of_member, may_give_nothing
from iacfix.languages.typescript.provider_names import ProviderNames
from iacfix.languages.typescript.questions import Questions, unescaped
from iacfix.languages.typescript.tree import unwrapped
from iacfix.model import Chunk, Reader


@dataclass(frozen=True)
class LiteralRun:
    """A run of text inside a template, by the byte it begins at."""

    template: Node
    start: int


class Shapes(shapes.Shapes[Node]):
    """The shapes of one program's expressions."""

    calls = shapes.Calls(
        secret=frozenset(
            {"@pulumi/pulumi.secret", "requireSecret", "getSecret", "requireSecretObject", "getSecretObject"}
        ),
        optional=frozenset({"get", "getObject", "find", "pop"}),
        boolean=frozenset({"getBoolean", "requireBoolean", "startsWith", "endsWith", "includes"}),
    )

    def __init__(self, definitions: Definitions, provider: ProviderNames, reader: Reader) -> None:
        super().__init__(Questions(), definitions, provider, reader)
        self.definitions, self.provider = definitions, provider

    def declared(self, node: Node, root: Node) -> str:
        names = self.definitions.names
        if node.type == "identifier" and names.is_boolean(node):
            return "boolean"
        if node.type != "member_expression":
            return kind_of_bound(names, node)
        return kind_of_member(names, node) if root.type == "identifier" else "expression"

    def may_give_nothing(self, call: Node) -> bool:
        function = self.definitions.names.function(call.child_by_field_name("function") or call)
        return function is not None and may_give_nothing(function)

    # text

    def is_template(self, node: Node) -> bool:
        return node.type == "template_string"

    def literal(self, node: Node, chunks: Sequence[Chunk]) -> str:
        return "".join(unescaped(chunk.raw) for chunk in chunks)

    def chunks(self, node: Node) -> Sequence[Chunk] | None:
        match node.type:
            case "string":
                return [Chunk(node, node.text[1:-1])]
            case "template_string":
                return self._template(node)
            case "binary_expression" if node.operator == "+":
                left, right = node.entries
                sides = [self.chunks(unwrapped(left)), self.chunks(unwrapped(right))]
                if sides == [None, None]:
                    return None
                return [*(sides[0] or [self.hole(left)]), *(sides[1] or [self.hole(right)])]
            case "call_expression":
                return self._called(node)
            case _:
                return None

    def _called(self, node: Node) -> Sequence[Chunk] | None:
        name = self.provider.qualified(node.child_by_field_name("function"))
        given = node.child_by_field_name("arguments")
        if given is None:
            return None
        if name == "@pulumi/pulumi.interpolate" and given.type == "template_string":
            return self._template(given)
        if name == "@pulumi/pulumi.concat" and given.type == "arguments":
            return [chunk for arg in given.entries for chunk in self.chunks(unwrapped(arg)) or [self.hole(arg)]]
        return None

    def _template(self, node: Node) -> list[Chunk]:
        """A template's runs of text, escape sequences included, and its substitutions."""
        found: list[Chunk] = []
        at = node.start_byte + 1
        for child in [found for found in node.children if found.type == "template_substitution"]:
            found += self._run(node, at, child.start_byte)
            found.append(self.hole(child.entries[0]) if child.entries else Chunk(child, "", self.opaque(child, "part")))
            at = child.end_byte
        return [*found, *self._run(node, at, node.end_byte - 1)] or [Chunk(node, "")]

    def _run(self, node: Node, start: int, stop: int) -> list[Chunk]:
        raw = node.between(start, stop)
        return [Chunk(LiteralRun(node, start), raw)] if raw else []
