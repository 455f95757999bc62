"""Expressions as values: what a rule sees of a piece of TypeScript."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from iacfix.languages.nodes import Node
from iacfix.languages.typescript.definitions import Definitions
from iacfix.languages.typescript.nullability import kind_of_bound, kind_of_member, may_give_nothing
from iacfix.languages.typescript.provider_names import ProviderNames
from iacfix.languages.typescript.tree import method, unwrapped
from iacfix.model import (
    Chunk,
    Entry,
    Fields,
    Flag,
    Items,
    Null,
    Number,
    Opaque,
    Reader,
    Spelling,
    Text,
    Value,
    may_be_nothing,
)

SECRET_CALLS = frozenset({"requireSecret", "getSecret", "requireSecretObject", "getSecretObject"})
OPTIONAL_CALLS = frozenset({"get", "getObject", "find", "pop"})
BOOLEAN_CALLS = frozenset({"getBoolean", "requireBoolean", "startsWith", "endsWith", "includes"})
COMPARISONS = frozenset({"==", "===", "!=", "!==", "<", ">", "<=", ">="})
ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "v": "\v", "0": "\0"}


@dataclass(frozen=True)
class Run:
    """A run of text inside a template, by the byte it begins at."""

    template: Node
    start: int


@dataclass
class Shapes:
    """The shapes of one program's expressions."""

    definitions: Definitions
    provider: ProviderNames
    reader: Reader
    """What the values point back through."""

    _followed: set[Node] = field(default_factory=set[Node])

    def value(self, place: Node, spelling: Spelling) -> Value:
        """What stands at a place; a constant or `this.x` that is set once is followed one step."""
        node = self.definitions.of(place)
        if node is None or node in self._followed:
            return self.shape(place, place, spelling)
        self._followed.add(node)
        found = self.shape(node, place, spelling)
        self._followed.discard(node)
        return self.opaque(place, found.kind) if isinstance(found, Opaque) else found

    def shape(self, node: Node, place: Node, spelling: Spelling) -> Value:
        """The shape of an expression that is not followed any further; brackets and lists stand inside assertions."""
        written, node = node, unwrapped(node)
        if written == place and node.type in ("object", "array"):
            place = node
        match node.type:
            case "string" | "template_string" | "binary_expression":
                return self.text(node, place) or self.opaque(place, self._operation(node, spelling))
            case "number":
                return self._number(node, place)
            case "unary_expression" if node.text.startswith("-"):
                return self._number(node, place)
            case "unary_expression" if node.text.startswith("!"):
                return self.opaque(place, "boolean")
            case "true" | "false":
                return Flag(node=node, place=place, reader=self.reader, flag=node.type == "true")
            case "null" | "undefined":
                return Null(node=node, place=place, reader=self.reader)
            case "object":
                return self.fields(node, place, spelling)
            case "array":
                return self._items(node, place, spelling)
            case "call_expression":
                return self._call(node, place)
            case "identifier" if self.definitions.names.is_boolean(node):
                return self.opaque(place, "boolean")
            case "ternary_expression":
                sides = [self.value(side, spelling) for side in node.entries[1:]]
                return self.opaque(place, "optional" if any(map(may_be_nothing, sides)) else "given")
            case "subscript_expression" | "non_null_expression":
                return self.opaque(place, "item")
            case "identifier" | "shorthand_property_identifier" | "member_expression":
                return self.opaque(place, self._kind(node))
            case _:
                return self.opaque(place, "expression")

    def _operation(self, node: Node, spelling: Spelling) -> str:
        if _compares(node):
            return "boolean"
        operator, right = node.operator, node.entries[-1]
        if operator in ("??", "||"):
            return "optional" if may_be_nothing(self.value(right, spelling)) else "given"
        return "optional" if operator == "&&" else "operation"

    def _kind(self, node: Node) -> str:
        """What is known of a name or a member whose definition is not followed."""
        names = self.definitions.names
        root = node
        while root.type == "member_expression" and "?." not in root.text:
            root = unwrapped(root.entries[0])
            made = self.definitions.of(root)
            if made is not None and (self.provider.type_of(made) or self.provider.function_of(made)):
                return "output"
        if node.type != "member_expression":
            return kind_of_bound(names, node)
        return kind_of_member(names, node) if root.type == "identifier" else "expression"

    def opaque(self, place: Node, kind: str) -> Opaque:
        return Opaque(node=place, place=place, reader=self.reader, kind=kind)

    def _number(self, node: Node, place: Node) -> Value:
        code = node.text.replace("_", "").replace(" ", "")
        try:
            number = int(code, 0) if re.fullmatch(r"-?(0[xob])?[0-9a-fA-F]+", code) else float(code)
        except ValueError:
            return self.opaque(place, "expression")
        return Number(node=node, place=place, reader=self.reader, number=number)

    def _call(self, node: Node, place: Node) -> Value:
        if (joined := self.text(node, place)) is not None:
            return joined
        name = self.provider.qualified(node.child_by_field_name("function")) or ""
        called = method(node)
        if name == "@pulumi/pulumi.secret" or called in SECRET_CALLS:
            return self.opaque(place, "secret")
        function = self.definitions.names.function(node.child_by_field_name("function") or node)
        if called in OPTIONAL_CALLS or (function is not None and may_give_nothing(function)):
            return self.opaque(place, "optional")
        return self.opaque(place, "boolean" if called in BOOLEAN_CALLS or name == "Boolean" else "call")

    def fields(self, node: Node, place: Node, spelling: Spelling) -> Fields:
        """An object literal; open where a spread, a method or a computed key hides something."""
        found: list[Entry] = []
        spreads: list[Value] = []
        for child in node.entries:
            key, value = child.child_by_field_name("key"), child.child_by_field_name("value")
            if child.type == "shorthand_property_identifier":
                found.append(Entry(child.text, self.value(child, spelling), child))
            elif child.type == "spread_element":
                spreads.append(self.value(child.entries[0], spelling))
            elif child.type != "pair" or key is None or value is None or key.type == "computed_property_name":
                spreads.append(self.opaque(_named(child), "key"))
            else:
                name = evaluated(key) if key.type == "string" else key.text
                found.append(Entry(name, self.value(value, spelling), child))
        keys = [entry.key for entry in found]
        return Fields(
            node=node,
            place=place,
            reader=self.reader,
            entries=tuple(found),
            spelling=spelling,
            is_open=bool(spreads) or len(set(keys)) < len(keys),
            spreads=tuple(spreads),
        )

    def _items(self, node: Node, place: Node, spelling: Spelling) -> Items:
        plain = [child for child in node.entries if child.type != "spread_element"]
        return Items(
            node=node,
            place=place,
            reader=self.reader,
            elements=tuple(self.value(child, spelling) for child in plain),
            is_open=len(plain) < len(node.entries),
        )

    # text

    def text(self, node: Node, place: Node) -> Text | None:
        """The text an expression denotes, None where it is not plainly text."""
        node = unwrapped(node)
        chunks = tuple(self._chunks(node) or ())
        if not chunks or (all(chunk.value is not None for chunk in chunks) and node.type != "template_string"):
            return None
        literal = None
        if all(chunk.value is None for chunk in chunks) and node.type != "call_expression":
            literal = "".join(unescaped(chunk.raw) for chunk in chunks)
        return Text(node=node, place=place, reader=self.reader, chunks=chunks, literal=literal)

    def _chunks(self, node: Node) -> Sequence[Chunk] | None:
        match node.type:
            case "string":
                return [Chunk(node, node.text[1:-1])]
            case "template_string":
                return self._template(node)
            case "binary_expression" if node.operator == "+":
                left, right = node.entries
                sides = [self._chunks(unwrapped(left)), self._chunks(unwrapped(right))]
                if sides == [None, None]:
                    return None
                return [*(sides[0] or [self._hole(left)]), *(sides[1] or [self._hole(right)])]
            case "call_expression":
                return self._joined(node)
            case _:
                return None

    def _joined(self, node: Node) -> Sequence[Chunk] | None:
        name = self.provider.qualified(node.child_by_field_name("function"))
        given = node.child_by_field_name("arguments")
        if given is None:
            return None
        if name == "@pulumi/pulumi.interpolate" and given.type == "template_string":
            return self._template(given)
        if name == "@pulumi/pulumi.concat" and given.type == "arguments":
            return [chunk for arg in given.entries for chunk in self._chunks(unwrapped(arg)) or [self._hole(arg)]]
        return None

    def _template(self, node: Node) -> list[Chunk]:
        """A template's runs of text, escape sequences included, and its substitutions."""
        found: list[Chunk] = []
        at = node.start_byte + 1
        for child in [found for found in node.children if found.type == "template_substitution"]:
            found += self._run(node, at, child.start_byte)
            found.append(
                self._hole(child.entries[0]) if child.entries else Chunk(child, "", self.opaque(child, "part"))
            )
            at = child.end_byte
        return [*found, *self._run(node, at, node.end_byte - 1)] or [Chunk(node, "")]

    def _run(self, node: Node, start: int, stop: int) -> list[Chunk]:
        raw = node.between(start, stop)
        return [Chunk(Run(node, start), raw)] if raw else []

    def _hole(self, node: Node) -> Chunk:
        return Chunk(node, "", self.opaque(node, "part"))


def _named(child: Node) -> Node:
    """What names an entry that is not plain: the expression of a computed key, the name of a method."""
    key = child.child_by_field_name("key") or child.child_by_field_name("name") or child
    return key.entries[0] if key.type == "computed_property_name" else key


def evaluated(node: Node) -> str:
    """The text of a string literal."""
    return unescaped(node.text[1:-1])


def unescaped(raw: str) -> str:
    if "\\" not in raw:
        return raw

    def one(match: re.Match[str]) -> str:
        code = match[1]
        if code[0] in "ux":
            return chr(int(code[1:].strip("{}"), 16))
        return "" if code == "\n" else ESCAPES.get(code, code)

    return re.sub(r"\\(u\{[0-9a-fA-F]+\}|u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|\r\n|.|\n)", one, raw, flags=re.DOTALL)


def _compares(node: Node) -> bool:
    return node.type == "binary_expression" and node.operator in COMPARISONS
