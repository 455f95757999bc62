"""The way from an argument to the document behind it, and back from a string to the place it serves."""

from __future__ import annotations

from collections.abc import Callable

from iacfix import reasons
from iacfix.languages.shared import documents
from iacfix.languages.shared.nodes import Node
from iacfix.languages.terraform.questions import key_of, operator
from iacfix.languages.terraform.shapes import META, Shapes
from iacfix.languages.terraform.tree import (
    TEXTS,
    Name,
    argument_of,
    arguments,
    attribute,
    chain,
    kind_of,
    labels_of,
    members,
    unwrapped,
)
from iacfix.model import Document, Fields, Hidden, Input, Items, Resource, Text, Use, Where

SERIALISER = "jsonencode"
PICKING = frozenset({"coalesce", "element", "join", "one", "try"})
"""Functions that give one of what they are given, or text of it."""
LITERALS = TEXTS | {"null_lit", "numeric_lit", "tuple"}
HANDED_ON = frozenset({"merge", "concat", "flatten", "compact", "tolist", "toset", "tomap", "tostring", "sensitive"})
"""Functions whose arguments are what they give, or a part of it."""

ResourceAt = Callable[[Node], Resource | None]
"""Which resource a block is."""


def behind(shapes: Shapes, given: Input) -> Document | Hidden:
    """The document that an input receives, wherever it is built."""
    return documents.behind(given, lambda node: _step(shapes, unwrapped(node)), shapes.shape)


def _step(shapes: Shapes, node: Node) -> Node | Fields | Items | Text | str:
    """One hop towards the document: the next expression, the document itself, or why there is no way on."""
    if node.type in TEXTS:
        return shapes.text_of(node) or reasons.NOT_TEXT
    if (only := only_name(node)) is not None:
        return only
    if node.type == "function_call":
        return _through_call(shapes, node)
    if (names := chain(node))[:1] == ("data",):
        return _from_source(shapes, names, [member.text for member in members(node)])
    if (defined := shapes.names.of(node)) is not None:
        return defined
    return reasons.FROM_UNKNOWN.of(origin=shapes.reader.provenance(node)) if names else reasons.FROM_EXPRESSION


def _through_call(shapes: Shapes, node: Node) -> Fields | Items | str:
    given = arguments(node)
    if node.entries[0].text != SERIALISER or len(given) != 1:
        return reasons.FROM_FUNCTION
    return documents.root(shapes, given[0])


def only_name(node: Node) -> Node | None:
    """The one of several expressions that is more than nothing or a literal, where a function or a condition picks."""
    if node.type == "function_call" and node.entries[0].text in PICKING:
        given = arguments(node)
    elif node.type == "conditional":
        given = node.entries[1:]
    else:
        return None
    found = [inner for each in given if not _is_nothing(inner := unwrapped(each))]
    return found[0] if len(found) == 1 else None


def _is_nothing(node: Node) -> bool:
    """Nothing, a default or a separator; a text with a bracket is a document or has a name in it."""
    return node.type in LITERALS and not (node.type in TEXTS and "{" in node.text)


def is_document(shapes: Shapes, source: str) -> bool:
    """A data source of this type builds a document."""
    return shapes.vocabulary.function(source) in shapes.package.documents


def _from_source(shapes: Shapes, names: Name, read: list[str]) -> Fields | str:
    """What a data source builds, which is the same however often it is made."""
    block = shapes.names.only(names[:3])
    if block is None:
        return reasons.UNTRACED
    function = shapes.vocabulary.function(names[1])
    if shapes.package.documents.get(function) != read[-1]:
        return reasons.OTHER_DATA_SOURCE
    if len(read) != 3:
        return reasons.UNTRACED
    if any(attribute(block, name) is not None for name in shapes.vocabulary.joins):
        return reasons.JOINED_DOCUMENTS
    return shapes.block(block)


def where(shapes: Shapes, resource_at: ResourceAt, provider: str, node: Node) -> Where:
    """What a string is there for: up through objects, functions and blocks, and a local that one place reads."""
    return _Climb(shapes, resource_at, provider).where(node)


class _Climb(documents.Climb[Node, Shapes]):
    def __init__(self, shapes: Shapes, resource_at: ResourceAt, provider: str) -> None:
        super().__init__(shapes, resource_at)
        self.provider = provider

    def _look(self, node: Node, parent: Node) -> Use | Node | None:
        match parent.type:
            case "object_elem":
                return self._in_object(node, parent)
            case "tuple":
                self.in_list = self.in_list or (not self.path and self.siblings is None)
            case "index" | "new_index" | "legacy_index":
                return Use.KEY
            case "operation":
                return Use.OTHER if operator(parent) in "+-*/%" else Use.CONDITION
            case "conditional":
                return Use.CONDITION if parent.entries[0] is node else Use.CHOICE
            case "for_expr":
                return Use.OTHER
            case "template_interpolation":
                return Use.OTHER
            case "function_call":
                name = parent.entries[0].text
                return None if name in HANDED_ON or name == SERIALISER else _given(name, node)
            case "attribute":
                return self._set(parent)
            case "block":
                return self._in_block(parent)
            case _:
                pass
        return None

    def _in_object(self, node: Node, parent: Node) -> Use | None:
        if parent.entries[0] is node:
            return Use.KEY
        key = key_of(parent.entries[0])
        if parent.parent is not None:
            self._entered(parent.parent, key or "*")
        return None

    def _set(self, parent: Node) -> Use | Node | None:
        body = parent.parent
        block = body.parent if body is not None else None
        name = kind_of(parent)
        if block is None or block.type != "block":
            return Use.OTHER
        if kind_of(block) == "locals":
            return self._local(parent, name)
        if name in META:
            return Use.OPTION
        if self.siblings is None and self.shapes.owner(block):
            self.siblings = self.shapes.block(block)
        self.path.insert(0, self.shapes.key(block, name))
        return None

    def _local(self, parent: Node, name: str) -> Use | Node:
        """Out of a local that one place reads; a string that is the whole local is a constant."""
        value = unwrapped(parent.named_children[-1])
        is_whole = not self.path and not self.in_list
        self.variable = self.variable or (name if is_whole else "")
        text = self.shapes.text_of(value) if is_whole and value.type in TEXTS else None
        if text is not None and text.literal is not None and not self.followed:
            self.is_constant, self.path = True, [name]
        readers = [] if self.followed else self.shapes.names.readers(("local", name))
        self.followed = True
        return readers[0] if len(readers) == 1 and len(chain(readers[0])) == 2 else Use.OTHER

    def _in_block(self, block: Node) -> Use | Node | None:
        if (outer := block.around("block")) is not None:
            return self._nested(block, outer)
        self.resource = self.resource_at(block)
        labels = labels_of(block)
        self.holders = (".".join((kind_of(block), *labels)),)
        match kind_of(block):
            case "resource":
                return Use.VALUE
            case "provider":  # without an alias it is what the module's own region is told by
                return Use.DEFAULT if labels[:1] == (self.provider,) and self.resource is None else Use.VALUE
            case "data" if labels and labels[0].startswith(self.shapes.prefix):
                return self._document(labels) or Use.INVOKE
            case "output":
                self.path.clear()
                return Use.EXPORT
            case "variable":
                return Use.DEFAULT
            case "module" | "data":  # what another one makes of its arguments cannot be seen
                self.path.clear()
                return Use.ARGUMENT
            case _:
                return Use.OPTION

    def _nested(self, block: Node, outer: Node) -> Use | None:
        kind = kind_of(block)
        if kind in META or kind in ("validation", "precondition", "postcondition"):
            return Use.OPTION
        if kind == "content":
            return None
        self.path.insert(0, self.shapes.key(outer, argument_of(block)))
        return None

    def _document(self, labels: Name) -> Node | None:
        """Out of a data source that builds a document, to the one place that is handed it."""
        field = self.shapes.package.documents.get(self.shapes.vocabulary.function(labels[0]))
        readers = self.shapes.names.readers(("data", *labels)) if field is not None and not self.followed else []
        self.followed = True
        return readers[0] if len(readers) == 1 else None


def _given(name: str, node: Node) -> Use:
    given = node.entries if node.type == "function_arguments" else []
    return Use.FORMAT if name in ("format", "formatlist") and given else Use.ARGUMENT
