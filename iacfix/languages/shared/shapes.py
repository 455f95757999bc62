"""Turns expressions into the `Value`s that rules see."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import ClassVar, Generic, Protocol, TypeVar

from iacfix.languages.shared.syntax import Kind, NodeT, Syntax
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

STEPS = 4_000
"""How many names are followed for one value; a file that is not made for it needs a few."""

OfT = TypeVar("OfT", contravariant=True)


@dataclass(frozen=True)
class Calls:
    """Known calls by the kind of their result, by method name or dotted function name."""

    secret: frozenset[str]
    optional: frozenset[str]
    boolean: frozenset[str]


class Definitions(Protocol[NodeT]):
    """Resolves a name to the only expression it is set to."""

    def of(self, node: NodeT) -> NodeT | None: ...


class ProviderNames(Protocol[OfT]):
    """Which class or function of the provider's package an expression names."""

    @property
    def spelled(self) -> str:
        """The package as programs import it."""
        ...

    def qualified(self, node: OfT | None, /) -> str | None: ...
    def type_of(self, node: OfT, /) -> str | None: ...
    def type_named(self, node: OfT | None, /) -> str | None: ...
    def function_of(self, node: OfT, /) -> str | None: ...

    def re_exporting_file(self, node: OfT | None, /) -> str | None:
        """The other file of the project that re-exports what an expression names."""
        ...


class Shapes(ABC, Generic[NodeT]):
    """The values of one program's expressions. A language adds how it spells text and what it knows of names."""

    calls: ClassVar[Calls]

    def __init__(
        self, syntax: Syntax[NodeT], definitions: Definitions[NodeT], provider: ProviderNames[NodeT], reader: Reader
    ) -> None:
        self.syntax, self.definitions, self.provider = syntax, definitions, provider
        self.reader = reader
        """The reader of all values that are made here."""
        self._followed: set[NodeT] = set()
        self._values = dict[tuple[NodeT, Spelling, bool, frozenset[NodeT]], Value]()
        self._literal_shapes = dict[tuple[NodeT, frozenset[NodeT]], Value]()
        self._steps = 0

    def value(self, place: NodeT, spelling: Spelling) -> Value:
        """The value of an expression; a name that is set exactly once is followed to its definition."""
        node = self.definitions.of(place)
        if node is None or node in self._followed:
            return self.shape(place, place, spelling)
        return self.followed(place, node, spelling, lambda: self._defined(node, place, spelling))

    def _defined(self, node: NodeT, place: NodeT, spelling: Spelling) -> Value:
        found = self.shape(node, place, spelling)
        return self.opaque(place, found.kind) if isinstance(found, Opaque) else found

    def followed(
        self, place: NodeT, node: NodeT, spelling: Spelling, make: Callable[[], Value], *, is_spread: bool = False
    ) -> Value:
        """What is made of the definition of a place: once, and to a limit, as definitions may double with each line."""
        key = (place, spelling, is_spread, frozenset(self._followed))
        if (known := self._values.get(key)) is not None:
            return known
        self._steps = self._steps + 1 if self._followed else 0
        if self._steps > STEPS:
            return self.opaque(place, "expression")
        self._followed.add(node)
        found = self._values[key] = make()
        self._followed.discard(node)
        return found

    def later(self, place: NodeT, spelling: Spelling) -> Callable[[], Value]:
        """The same, computed on demand. Names that are being followed now are not followed again, which ends cycles."""
        return partial(self._within, frozenset(self._followed), place, spelling)

    def _within(self, followed: frozenset[NodeT], place: NodeT, spelling: Spelling) -> Value:
        others, self._followed = self._followed, set(followed)
        steps, self._steps = self._steps, 0
        try:
            return self.value(place, spelling)
        finally:
            self._followed, self._steps = others, steps

    def shape(self, node: NodeT, place: NodeT, spelling: Spelling) -> Value:
        """The shape of an expression that is not followed any further; objects and lists stand inside assertions."""
        written, node = node, self.syntax.unwrapped(node)
        kind = self.syntax.kind(node)
        if written == place and kind in (Kind.OBJECT, Kind.LIST):
            place = node
        match kind:
            case Kind.TEXT | Kind.OPERATION:
                return self.text(node, place) or self.opaque(place, "operation")
            case Kind.NUMBER:
                number = self.syntax.number(node)
                if number is None:
                    return self.opaque(place, "expression")
                return Number(node=node, place=place, reader=self.reader, number=number)
            case Kind.FLAG:
                return Flag(node=node, place=place, reader=self.reader, flag=self.syntax.is_true(node))
            case Kind.NULL:
                return Null(node=node, place=place, reader=self.reader)
            case Kind.OBJECT:
                return self.fields(node, place, spelling)
            case Kind.LIST:
                return self._items(node, place, spelling)
            case Kind.MADE_OBJECT:
                return Fields(node=node, place=place, reader=self.reader, entries=(), spelling=spelling, is_open=True)
            case Kind.MADE_LIST:
                return Items(node=node, place=place, reader=self.reader, elements=(), is_open=True)
            case Kind.CALL:
                return self._call(node, place)
            case _:
                return self.opaque(place, self._kind(kind, node, spelling))

    def literal_shape(self, node: NodeT) -> Value:
        """The shape of an object of data where it is written, made once: each of its entries may ask for it."""
        key = (node, frozenset(self._followed))
        if key not in self._literal_shapes:
            self._literal_shapes[key] = self.shape(node, node, Spelling.DATA)
        return self._literal_shapes[key]

    def opaque(self, place: NodeT, kind: str) -> Opaque:
        return Opaque(node=place, place=place, reader=self.reader, kind=kind)

    def _kind(self, kind: Kind, node: NodeT, spelling: Spelling) -> str:
        """The `kind` of an opaque expression."""
        match kind:
            case Kind.BOOLEAN:
                return "boolean"
            case Kind.EITHER | Kind.BOTH:
                return self._joined(kind, [self.value(side, spelling) for side in self.syntax.sides(node)])
            case Kind.CHOICE:
                sides = [self.value(side, spelling) for side in self.syntax.sides(node)]
                return "optional" if any(map(may_be_nothing, sides)) else "given"
            case Kind.INDEX:
                return "item"
            case Kind.NAME | Kind.MEMBER:
                return self._of_name(node)
            case _:
                return "expression"

    def _joined(self, kind: Kind, sides: Sequence[Value]) -> str:
        """The kind of an `or` or `and` expression, which may be nothing."""
        return "given" if kind is Kind.EITHER and not may_be_nothing(sides[-1]) else "optional"

    def _of_name(self, node: NodeT) -> str:
        """The kind of a name or member whose definition is not followed."""
        root = node
        while (owner := self.syntax.owner(root)) is not None:
            root = self.syntax.unwrapped(owner)
            made = self.definitions.of(root)
            if made is None or self.syntax.kind(made) not in (Kind.CALL, Kind.NEW):
                continue
            if self.provider.type_of(made) or self.provider.function_of(made):
                return "output"
        return self.declared(node, root)

    def _call(self, node: NodeT, place: NodeT) -> Value:
        if (inputs := self.inputs(node, place)) is not None:
            return inputs
        if (joined := self.text(node, place)) is not None:
            return joined
        callee = self.syntax.callee(node)
        name = (self.provider.qualified(callee) if callee is not None else None) or ""
        names = {name, self.syntax.method(node)}
        if names & self.calls.secret:
            return self.opaque(place, "secret")
        if names & self.calls.boolean:
            return self.opaque(place, "boolean")
        if names & self.calls.optional or self.may_give_nothing(node):
            return self.opaque(place, "optional")
        return self.opaque(place, "resource" if self.provider.type_of(node) else "call")

    def fields(self, node: NodeT, place: NodeT, spelling: Spelling) -> Fields:
        """An object literal; open where a spread or a computed key may hide entries."""
        entries: list[Entry] = []
        spreads: list[Value] = []
        for row in self.syntax.rows(node):
            if row.is_spread:
                spreads.append(self.spread(row.value, spelling))
            elif row.key is None:
                spreads.append(self.opaque(row.value, "key"))
            else:
                key = self.schema_name(row.key) if spelling is Spelling.INPUT else row.key
                entries.append(Entry(key, self.later(row.value, spelling), row.node))
        keys = [entry.key for entry in entries]
        return Fields(
            node=node,
            place=place,
            reader=self.reader,
            entries=tuple(entries),
            spelling=spelling,
            is_open=bool(spreads) or len(set(keys)) < len(keys),
            spreads=tuple(spreads),
        )

    def _items(self, node: NodeT, place: NodeT, spelling: Spelling) -> Items:
        elements, is_open = self.syntax.elements(node)
        values = tuple(self.value(element, spelling) for element in elements)
        return Items(node=node, place=place, reader=self.reader, elements=values, is_open=is_open)

    def text(self, node: NodeT, place: NodeT) -> Text | None:
        """The text of an expression, None where it is not certainly a string."""
        node = self.syntax.unwrapped(node)
        chunks = tuple(self.chunks(node) or ())
        if not chunks or (all(chunk.value is not None for chunk in chunks) and not self.is_template(node)):
            return None
        is_written = all(chunk.value is None for chunk in chunks) and self.syntax.kind(node) is not Kind.CALL
        literal = self.literal(node, chunks) if is_written else None
        return Text(node=node, place=place, reader=self.reader, chunks=chunks, literal=literal)

    def hole(self, node: NodeT) -> Chunk:
        """A computed part of a text."""
        return Chunk(node, "", self.opaque(node, "part"))

    # what a language says

    def schema_name(self, key: str) -> str:
        """The schema's name of an input as the language spells it."""
        return key

    def spread(self, place: NodeT, spelling: Spelling) -> Value:
        """What is spread in an object."""
        return self.value(place, spelling)

    def inputs(self, call: NodeT, place: NodeT) -> Fields | None:
        """What a call of a class of inputs makes, where the language has those."""
        return None

    @abstractmethod
    def chunks(self, node: NodeT) -> Sequence[Chunk] | None:
        """The literal and computed parts of an expression that is text, None where it is not plainly text."""

    @abstractmethod
    def literal(self, node: NodeT, chunks: Sequence[Chunk]) -> str | None:
        """What a text without computed parts says."""

    @abstractmethod
    def is_template(self, node: NodeT) -> bool:
        """A literal with computed parts, which is text whatever those are."""

    @abstractmethod
    def declared(self, node: NodeT, root: NodeT) -> str:
        """What the declaration of a name, or of the first name of a member, says of it."""

    @abstractmethod
    def may_give_nothing(self, call: NodeT) -> bool:
        """The function of the file that a call calls may give nothing."""
