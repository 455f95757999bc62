"""Expressions and blocks of a module as values: what a rule sees of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from iacfix.languages.shared import shapes
from iacfix.languages.shared.nodes import Node
from iacfix.languages.terraform.names import Names
from iacfix.languages.terraform.questions import Questions, unescaped
from iacfix.languages.terraform.tree import (
    TEXTS,
    Group,
    Name,
    argument_of,
    attribute,
    body_of,
    chain,
    kind_of,
    labels_of,
    statement,
    unwrapped,
)
from iacfix.model import Chunk, Entry, Fields, Items, Opaque, Reader, Spelling, Text, Value
from iacfix.registry import Argument, ProviderPackage, Vocabulary

META = frozenset({"count", "depends_on", "for_each", "lifecycle", "provider", "provisioner", "connection"})
"""What Terraform itself takes in a resource."""
CONVERSIONS = frozenset({"tobool", "tolist", "tomap", "tonumber", "toset", "tostring"})
"""Functions that give null for null."""
TAKEN = {"resource": META, "data": META, "provider": frozenset({"alias", "for_each", "version"})}
"""What it takes in the blocks of a module that hold arguments."""


@dataclass(frozen=True)
class NoNames:
    """A module imports nothing: no expression names a class or a function of the provider."""

    @property
    def spelled(self) -> str:
        return ""

    def qualified(self, node: Node | None, /) -> str | None:
        return unwrapped(node).text if node is not None else None

    def type_of(self, node: Node, /) -> str | None:
        return None

    def type_named(self, node: Node | None, /) -> str | None:
        return None

    def function_of(self, node: Node, /) -> str | None:
        return None

    def re_exporting_file(self, node: Node | None, /) -> str | None:
        return None


class Shapes(shapes.Shapes[Node]):
    """The shapes of one module's expressions and blocks."""

    calls = shapes.Calls(
        secret=frozenset({"sensitive"}),
        optional=frozenset({"element", "lookup", "nonsensitive", "one", "try"} | CONVERSIONS),
        boolean=frozenset({"alltrue", "anytrue", "can", "contains", "endswith", "startswith"}),
    )

    def __init__(self, names: Names, package: ProviderPackage, major: int, reader: Reader) -> None:
        super().__init__(Questions(), names, NoNames(), reader)
        self.names, self.package, self.major = names, package, major

    @property
    def prefix(self) -> str:
        """What the names of the provider's types begin with."""
        return self.package.packages["terraform"]

    @property
    def vocabulary(self) -> Vocabulary:
        assert self.package.vocabulary is not None
        return self.package.vocabulary

    def value(self, place: Node, spelling: Spelling) -> Value:
        """What stands at a place, which is the expression without what the grammar puts around it."""
        found = super().value(unwrapped(place), spelling)
        if isinstance(found, Opaque) and isinstance(found.place, Node) and (sources := self._sources(found.place)):
            return replace(found, node=Group((found.place, *sources)))
        return found

    def _sources(self, node: Node) -> tuple[Node, ...]:
        """Where else in the module it is written what an expression may be: locals, defaults of variables, and what a
        resource is made for each of."""
        found: list[Node] = []
        seen: set[Node] = set()
        waiting = [node]
        while waiting:
            read = waiting.pop()
            given = (self._source(name, read) for name in self.names.read_in(read))
            fresh = [each for each in given if each is not None and each not in seen]
            found += fresh
            waiting += fresh
            seen.update(fresh)
        return tuple(found)

    def _source(self, name: Name, read: Node) -> Node | None:
        match name[0]:
            case "local":
                local = self.names.only(name)
                return local.named_children[-1] if local is not None else None
            case "var":
                variable = self.names.only(name)
                return attribute(variable, "default") if variable is not None else None
            case "each":
                return attribute(statement(read), "for_each")
            case _:
                return None

    def owner(self, block: Node) -> str:
        """What the provider calls a block: its arguments are those of that; nothing where it does not know it."""
        labels, outer = labels_of(block), block.around("block")
        match kind_of(block):
            case kind if outer is not None:
                owner = self.owner(outer)
                return owner if kind == "content" or not owner else self._inner(owner, argument_of(block))
            case "resource" if labels:
                return self.vocabulary.resource(labels[0], self.major)
            case "data" if labels:
                return self.vocabulary.function(labels[0])
            case kind:
                return f"{self.package.name}.Provider" if kind == "provider" else ""

    def _inner(self, owner: str, name: str) -> str:
        """What the provider calls the blocks that are an argument of an owner."""
        return self._argument(owner, name).inner or f"{owner}#{name}"

    def key(self, block: Node, name: str) -> str:
        """What the schema calls an argument of a block."""
        owner = self.owner(block)
        return self._argument(owner, name).name if owner else name

    def block(self, block: Node) -> Fields:
        """What is written in a block, by the names of the schema."""
        taken = TAKEN.get(kind_of(block), frozenset()) if block.around("block") is None else frozenset[str]()
        return self._fields_in(block, self.owner(block), taken)

    def _fields_in(self, block: Node, owner: str, without: frozenset[str] = frozenset()) -> Fields:
        entries: list[Entry] = []
        made = dict[str, list[Node]]()
        for child in body_of(block):
            if kind_of(child) in without:
                continue
            if child.type == "attribute":
                entries.append(self._attribute(child, owner))
            else:
                made.setdefault(argument_of(child), []).append(child)
        entries += [self._blocks(name, found, owner) for name, found in made.items()]
        keys = [entry.key for entry in entries]
        return Fields(
            node=block,
            place=block,
            reader=self.reader,
            entries=tuple(sorted(entries, key=lambda entry: entry.node.start_byte)),
            spelling=Spelling.INPUT,
            is_open=len(set(keys)) < len(keys),
        )

    def _argument(self, owner: str, name: str) -> Argument:
        return self.vocabulary.argument(owner, name, self.major)

    def _attribute(self, child: Node, owner: str) -> Entry:
        known = self._argument(owner, kind_of(child))
        spelling = Spelling.INPUT if known.inner is not None else Spelling.DATA
        return Entry(known.name, self.later(child.named_children[-1], spelling), child, kind_of(child))

    def _blocks(self, name: str, found: list[Node], owner: str) -> Entry:
        """Blocks of one kind: fields where the schema has one of it, else a list of them. What `dynamic` makes may be
        there any number of times: in a list it stands for all of them, else its content is what may be there."""
        known = self._argument(owner, name)
        plain = [child for child in found if kind_of(child) != "dynamic"]
        node: Any = found[0] if len(found) == 1 else Group(tuple(found))
        is_open = len(plain) < len(found)
        inner = self._inner(owner, name)
        if known.is_list or len(found) > 1:
            elements = tuple(self._fields_in(child, inner) if child in plain else self._made(child) for child in found)
            value: Value = Items(node=node, place=node, reader=self.reader, elements=elements, is_open=is_open)
        elif plain:
            value = self._fields_in(plain[0], inner)
        else:
            content = next((child for child in body_of(node) if kind_of(child) == "content"), None)
            seen = (self._fields_in(content, inner),) if content is not None else ()
            value = Fields(
                node=node,
                place=node,
                reader=self.reader,
                entries=(),
                spelling=Spelling.INPUT,
                is_open=True,
                spreads=(*seen, self._made(node)),
            )
        return Entry(known.name, value, node, name)

    def _made(self, block: Node) -> Opaque:
        """What a `dynamic` block makes, out of what it goes over."""
        over = attribute(block, "for_each")
        sources = self._sources(over) if over is not None else ()
        node: Any = Group((block, *sources)) if sources else block
        return Opaque(node=node, place=block, reader=self.reader)

    # what the shared half asks

    def schema_name(self, key: str) -> str:
        first, *rest = key.split("_")
        return first + "".join(part[:1].upper() + part[1:] for part in rest)

    def declared(self, node: Node, root: Node) -> str:
        names = chain(node)
        if names[:1] != ("var",):
            return "output" if self._is_output(names) else "expression"
        block = self.names.only(names)
        told = attribute(block, "nullable") if block is not None else None
        if block is None or told is None or told.text != "false":
            return "expression"
        kind = attribute(block, "type")
        # an empty text may still mean nothing
        return {"number": "given", "bool": "boolean"}.get(kind.text if kind is not None else "", "expression")

    def _is_output(self, names: tuple[str, ...]) -> bool:
        """It is an attribute of a resource or a data source of the module that is not given to it."""
        length = 3 if names[0] == "data" else 2
        block = self.names.only(names[:length]) if len(names) == length + 1 else None
        return block is not None and kind_of(block) in TAKEN and attribute(block, names[-1]) is None

    def may_give_nothing(self, call: Node) -> bool:
        return False

    def is_template(self, node: Node) -> bool:
        return node.type in TEXTS

    def literal(self, node: Node, chunks: Sequence[Chunk]) -> str:
        raw = "".join(chunk.raw for chunk in chunks)
        return raw.replace("$${", "${").replace("%%{", "%{") if node.type == "heredoc_template" else unescaped(raw)

    def chunks(self, node: Node) -> Sequence[Chunk] | None:
        if node.type not in TEXTS:
            return None
        found: list[Chunk] = []
        for child in node.named_children:
            if child.type == "template_literal":
                found.append(Chunk(child, child.text))
            elif child.type == "template_interpolation":
                inner = next((each for each in child.entries if each.type == "expression"), child)
                found.append(self.hole(inner))
            elif child.type == "template_directive":
                found.append(Chunk(child, "", self.opaque(child, "part")))
        return found or [Chunk(node, "")]

    def text_of(self, node: Node) -> Text | None:
        """A text that is written out."""
        return self.text(node, node)
