"""A Terraform module as a `Program`: resources, documents, texts, and where they are."""

from __future__ import annotations

import re
from bisect import bisect
from collections.abc import Iterator
from dataclasses import replace
from functools import cached_property
from typing import Any

from iacfix.errors import SourceError
from iacfix.files.modules import SEAM
from iacfix.languages import NO_NEIGHBOURS, Comment
from iacfix.languages.shared.nodes import Node, NodeReader
from iacfix.languages.shared.program import ReadProgram
from iacfix.languages.shared.provenance import computed, held, looped, parameter, returned
from iacfix.languages.terraform import documents
from iacfix.languages.terraform.given import is_given
from iacfix.languages.terraform.handed import handed_to, is_about_order
from iacfix.languages.terraform.names import Names
from iacfix.languages.terraform.origins import origins
from iacfix.languages.terraform.shapes import Shapes
from iacfix.languages.terraform.tree import (
    TEXTS,
    Group,
    address_of,
    argument_of,
    attribute,
    body_of,
    chain,
    kind_of,
    label_nodes,
    labels_of,
    members,
    parsed,
    seams,
    statement,
    unwrapped,
)
from iacfix.languages.terraform.whole import read_through
from iacfix.model import (
    Caller,
    Chunk,
    Document,
    Entry,
    Fields,
    Hidden,
    Input,
    Invoke,
    Items,
    Neighbours,
    Opaque,
    Origins,
    Provider,
    Resource,
    Spelling,
    Text,
    Unresolved,
    Value,
    Where,
)
from iacfix.registry import ProviderPackage

OPTIONS = {"provider": "provider", "depends_on": "dependsOn", "count": "count", "for_each": "forEach"}
"""What Terraform takes in a resource beside its arguments, and what it takes in `lifecycle`."""
LIFECYCLE = {"ignore_changes": "ignoreChanges", "prevent_destroy": "protect"}


class TerraformProgram(NodeReader, ReadProgram[Node]):
    """One parsed module; the values it hands out point into its tree."""

    def __init__(
        self, text: str, root: Node, package: ProviderPackage, provider: Provider, neighbours: Neighbours
    ) -> None:
        self.root = root
        self.data = text.encode("utf-8")
        self.names = Names(root)
        self.shapes = Shapes(self.names, package, provider.major, self)
        self._prefix = self.shapes.prefix
        super().__init__(text, package, provider, neighbours, self.shapes)

    @property
    def is_beside(self) -> bool:
        return False

    # where things are

    def is_sole(self, place: Any) -> bool:
        return isinstance(place, Node) and self.names.is_sole(place)

    def provenance(self, place: Any) -> str:
        """Where a value comes from that cannot be seen through."""
        node = unwrapped(place) if isinstance(place, Node) else place
        if node.type == "block" and kind_of(node) == "resource":
            return "an override file"
        if node.type == "block":
            return f"a dynamic block {argument_of(node)}" if labels_of(node) else "a block"
        if node.type == "function_call":
            return returned(node.entries[0].text)
        names = chain(node) if isinstance(node, Node) else ()
        match names[:1]:
            case ("var",):
                return parameter(node.text)
            case ("each",) | ("count",):
                return looped(node.text)
            case ("module",):
                return held(node.text, ".".join(names[:2]))
            case _:
                return computed(node.text)

    def is_given(self, place: Any) -> bool:
        return isinstance(place, Node) and is_given(self.shapes, place)

    def file_of(self, node: Node) -> int:
        """The number of the file that a node is in."""
        return bisect(self._seams, node.start_byte)

    @cached_property
    def _seams(self) -> list[int]:
        seam = SEAM.strip("\n")
        return [node.start_byte for node in self.root.inside("comment") if node.text == seam]

    # resources

    @cached_property
    def _resources(self) -> dict[Node, Resource]:
        found: dict[Node, Resource] = {}
        for block in self.names.blocks:
            kind, labels = kind_of(block), labels_of(block)
            if kind == "resource" and len(labels) == 2 and labels[0].startswith(self._prefix):
                first, *others = self.names.defined[labels]
                if block is not first:  # merged into that
                    continue
                made = self._resource(block, label_nodes(block)[1])
                args, options = self._merged(made.args, others), self.options(block)
                found[block] = replace(made, args=args, options=options, binding=labels[1], written=labels[0])
            elif kind == "provider" and labels == (self.package.name,):
                if (alias := attribute(block, "alias")) is not None:
                    found[block] = replace(self._resource(block, alias), written=kind)
        return found

    def _resource(self, block: Node, name: Node) -> Resource:
        return Resource(
            node=block,
            place=block,
            reader=self,
            type=self.shapes.owner(block),
            name=self.shapes.value(name, Spelling.DATA),
            args=self.shapes.block(block),
            options=None,
        )

    def _merged(self, args: Fields, others: list[Node]) -> Fields:
        """What a resource is given where override files have blocks of its address: what these say takes the place of
        what it says itself, and nothing is added or changed in either."""
        if not others:
            return args
        told = tuple(map(self.shapes.block, others))
        keys = {key for each in told for key in each.keys}
        entries = tuple(entry for entry in args.entries if entry.key not in keys)
        unseen = (Opaque(node=each, place=each, reader=self) for each in others)
        return replace(args, entries=entries, is_open=True, spreads=(*told, *unseen))

    def options(self, block: Node) -> Value | None:
        """What Terraform is told of a resource or a data source beside its arguments, by the last of the blocks of its
        address, of which all but the first are in override files; None where that is nothing."""
        told = {
            entry.key: entry
            for each in self.names.defined.get(address_of(block), [block])
            for entry in self._told(each)
        }
        entries = list(told.values())
        imports = self._imports.get(labels_of(block), [])
        nodes = [*(entry.node for entry in entries), *imports]
        if not nodes:
            return None
        node: Any = Group(tuple(nodes))
        return Fields(
            node=node, place=node, reader=self, entries=tuple(entries), spelling=Spelling.INPUT, is_open=False
        )

    def _told(self, block: Node) -> Iterator[Entry]:
        for child in body_of(block):
            name = kind_of(child)
            if child.type == "attribute" and name in OPTIONS:
                yield Entry(OPTIONS[name], self.shapes.value(child.named_children[-1], Spelling.DATA), child)
            elif child.type == "block" and name == "lifecycle":
                for each in body_of(child):
                    if each.type == "attribute" and kind_of(each) in LIFECYCLE:
                        yield Entry(LIFECYCLE[kind_of(each)], self._lived(block, each), each)

    def _lived(self, block: Node, told: Node) -> Value:
        """What is said of the life of a resource; arguments that are named there by the names of the schema."""
        value = self.shapes.value(told.named_children[-1], Spelling.DATA)
        if isinstance(value, Items) and kind_of(block) == "resource":
            return replace(value, elements=tuple(self._path(block, each) for each in value.elements))
        return (
            Text(node=value.node, place=value.place, reader=self, chunks=(Chunk(value.node, "*"),), literal="*")
            if value.shown == "all"
            else value
        )

    def _path(self, block: Node, named: Value) -> Value:
        """`rule[0].name` as text."""
        first, *rest = re.split(r"(?=[.\[])", named.shown.strip('"'), maxsplit=1)
        text = "".join((self.shapes.key(block, first), *rest))
        chunk = Chunk(named.node, text)
        return Text(node=named.node, place=named.place, reader=self, chunks=(chunk,), literal=text)

    @cached_property
    def _imports(self) -> dict[tuple[str, ...], list[Node]]:
        """The blocks that import resources, by the address of these."""
        found: dict[tuple[str, ...], list[Node]] = {}
        for block in self.names.blocks:
            target = attribute(block, "to") if kind_of(block) == "import" else None
            if target is not None:
                names = unwrapped(target).text.split("[")[0].split(".")
                found.setdefault(tuple(names), []).append(block)
        return found

    def _of(self, *types: str) -> list[Resource]:
        return [found for found in self._resources.values() if not types or found.type in types]

    def default_providers(self) -> Iterator[Resource]:
        for block in self.names.blocks:
            is_mine = kind_of(block) == "provider" and labels_of(block) == (self.package.name,)
            if is_mine and attribute(block, "alias") is None:
                yield replace(self._resource(block, label_nodes(block)[0]), written=kind_of(block))

    def resource_at(self, block: Node) -> Resource | None:
        """What a block makes; one of an override file what the block makes that it is merged into."""
        first = self.names.defined.get(address_of(block), [block])[0]
        return self._resources.get(first)

    def referent(self, value: Value) -> Resource | None:
        node = value.place
        if not isinstance(node, Node):
            return None
        node = unwrapped(node)
        if node.type in TEXTS and len(node.inside("template_interpolation")) == 1 and node.text.startswith('"${'):
            node = unwrapped(node.inside("template_interpolation")[0].entries[1])
        seen: set[Node] = set()
        while (defined := self._behind(node)) is not None and defined not in seen:
            seen.add(defined)
            node = defined
        names = chain(node)
        if names[:1] == (self.package.name,) and len(names) == 2:
            aliases = (found for found in self.resources(f"{names[0]}.Provider") if found.label == names[1])
            return next(aliases, None)
        blocks = self.names.defined.get(names[:2], ()) if len(names) > 1 else ()
        return next(map(self.resource_at, blocks), None)

    def _behind(self, node: Node) -> Node | None:
        """What names the same resource, if any: a local's value, the one of a list that a function takes, what is there
        unless nothing is, the resource that another one is made for each of."""
        if (only := documents.only_name(node)) is not None:
            return only
        if chain(node)[:2] == ("each", "value"):
            over = unwrapped(given) if (given := attribute(statement(node), "for_each")) else None
            return over if over is not None and len(chain(over)) == 2 else None
        return self.names.of(node)

    def handed_to(self, made: Resource, *aside: str) -> Iterator[str]:
        return handed_to(self.names, made.node, frozenset(map(self.shapes.vocabulary.spelled, aside)))

    def invokes(self, *functions: str) -> Iterator[Invoke]:
        for block in self.names.blocks:
            written = labels_of(block)[0] if kind_of(block) == "data" and labels_of(block) else ""
            if written.startswith(self._prefix):
                function = self.shapes.owner(block)
                if not functions or function in functions:
                    args = self.shapes.block(block)
                    yield Invoke(node=block, place=block, reader=self, function=function, args=args, written=written)

    def named(self) -> Iterator[tuple[str, Value]]:
        return iter(())

    def imported(self) -> Iterator[tuple[str, Value]]:
        return iter(())

    def callers(self, name: str) -> Iterator[Caller]:
        for node in self.names.readers(("local", name)):
            block = statement(node)
            if kind_of(block) in ("resource", "data"):
                yield Caller(self.resource_at(block), self.options(block))

    def origins(self, value: Value) -> Origins:
        return origins(self.names, self.shapes, value.place, self.resource_at, self.options)

    def reads(self, made: Resource | Invoke | None, output: str, binding: str = "") -> Iterator[Value]:
        if made is None:
            return
        name = address_of(made.node)
        spelled = {self.shapes.vocabulary.spelled(output), self.shapes.vocabulary.block(output)}
        for node in self.names.readers(name):
            read = members(node)[len(name) - 1 :]
            if read and read[0].text in spelled:
                yield self.shapes.opaque(node, "output")
            elif not read and not is_about_order(node):
                through = read_through(made.node, node)
                if through is None or not spelled.isdisjoint(through):
                    yield self.shapes.opaque(node, "expression" if through is None else "output")

    def outputs_read(self, made: Resource | Invoke) -> Iterator[tuple[str, Value]]:
        name = address_of(made.node)
        for node in self.names.readers(name):
            if read := members(node)[len(name) - 1 :]:
                yield read[0].text, self.shapes.opaque(node, "output")

    # documents and texts

    def _document(self, given: Input) -> Document | Hidden:
        return documents.behind(self.shapes, given)

    def unresolved(self) -> Iterator[Unresolved]:
        """Terraform waits for every value by itself."""
        return iter(())

    def _written(self) -> list[Text]:
        """Every string but for the labels of blocks."""
        found: list[Text] = []
        for node in self.root.inside(*TEXTS):
            around = node.parent
            if around is None or around.type == "block":
                continue
            if (text := self.shapes.text_of(node)) is not None:
                found.append(text)
        return found

    def _where(self, node: Node) -> Where:
        return documents.where(self.shapes, self.resource_at, self.package.name, node)

    def _reads(self, text: Text) -> list[Node] | None:
        local = text.node.parent
        while local is not None and local.type in ("expression", "literal_value", "template_expr"):
            local = local.parent
        if local is None or local.type != "attribute":
            return None
        name = ("local", kind_of(local))
        if self.names.only(name) is not local:
            return None
        readers = self.names.readers(name)
        return readers if all(len(chain(node)) == 2 for node in readers) else None

    def comments(self) -> Iterator[Comment]:
        """Every comment, in source order; the end of a file has no line to itself, so that nothing is about the next
        file."""
        seam = SEAM.strip("\n")
        for node in self.root.inside("comment"):
            block = statement(node)
            is_alone = node.begins_line and node.text != seam
            yield Comment(node.text, node.line, is_alone, block.line if block is not node else 0)


def read(
    text: str, package: ProviderPackage, provider: Provider, neighbours: Neighbours = NO_NEIGHBOURS
) -> TerraformProgram:
    """Parse a module; raises SourceError with the line where it does not parse."""
    root, broken = parsed(text.encode("utf-8"))
    if broken is not None:
        raise SourceError("does not parse as HCL; not checked", line=broken + 1)
    if seams(root) != text.count(SEAM):
        raise SourceError("does not parse as HCL: something is not closed; not checked", line=1)
    return TerraformProgram(text, root, package, provider, neighbours)
