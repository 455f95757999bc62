"""What a rule may see of a program, whatever language it is written in.

A `Value` points into the syntax tree and never copies it. Names of resource inputs are schema names
(`treatMissingData`); a language spells them. Keys of JSON documents are data and stay as they are.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from typing import Any, Protocol, cast

from iacfix import reasons

HOLE = "\x00"
"""Stands in `Text.pattern` for each computed part."""


IMPORTED = re.compile(r"\bimport(?:_?[\"']?\s*[=:]|\s*\{)")
SERIALISED = re.compile(r"^(?:json\.dumps|JSON\.stringify|jsonencode|pulumi\.jsonStringify)\(")


class Reader(Protocol):
    """What a language keeps behind its values: the way back from a node to its source text."""

    def code(self, node: Any) -> str: ...
    def line(self, node: Any) -> int: ...
    def end_line(self, node: Any) -> int: ...
    def column(self, node: Any) -> int: ...
    def is_sole(self, place: Any) -> bool: ...
    def whence(self, place: Any) -> str: ...


class Spelling(Enum):
    """How the keys of an object are meant."""

    INPUT = "input"  # names of a resource's inputs: respelled per language
    DATA = "data"  # keys of a document: kept letter by letter


@dataclass(frozen=True, eq=False, kw_only=True)
class Value:
    """Something written in the source: `node` is the syntax node whose shape is seen, `place` the expression that
    stands at the place. They differ where a variable was followed one step."""

    node: Any
    place: Any
    reader: Reader

    @property
    def code(self) -> str:
        """The source text at the place."""
        return self.reader.code(self.place)

    @property
    def shown(self) -> str:
        """The expression at the place on one line: for a message, or to be compared with what stands elsewhere."""
        return " ".join(self.code.split())

    def mention(self, expression: re.Pattern[str]) -> re.Match[str] | None:
        """The first match in what the value is made of, wherever that is written: for what cannot be seen through."""
        return expression.search(self.reader.code(self.node))

    @property
    def is_nothing(self) -> bool:
        """Plainly none: an input that is not set."""
        return isinstance(self, Null)

    @property
    def is_serialised(self) -> bool:
        """Certainly text, which a serialiser gives."""
        return self.mention(SERIALISED) is not None

    @property
    def line(self) -> int:
        """The line of the place, counted from 1."""
        return self.reader.line(self.place)

    @property
    def end_line(self) -> int:
        """The line the place ends on."""
        return self.reader.end_line(self.place)

    @property
    def column(self) -> int:
        """The column of the place in characters, counted from 1."""
        return self.reader.column(self.place)

    @property
    def is_direct(self) -> bool:
        """The shape is written at the place itself, not in a variable one step away."""
        return self.node == self.place

    @property
    def is_own(self) -> bool:
        """The shape is written at the place itself, or in a variable that only this place reads."""
        return self.is_direct or self.reader.is_sole(self.place)


@dataclass(frozen=True, eq=False, kw_only=True)
class Opaque(Value):
    """An ordinary answer: this cannot be seen through. `kind` is `boolean` where it is plainly true or false and no
    output, `secret`, `optional` where it may be nothing, `expression` where nothing is known, else it is certain."""

    kind: str = "expression"


def may_be_nothing(value: Value) -> bool:
    """It is nothing, or is computed and cannot be told from nothing."""
    return isinstance(value, Null) or (isinstance(value, Opaque) and value.kind in ("optional", "expression"))


def is_boolean(value: Value) -> bool:
    """Plainly true or false, and no output."""
    return isinstance(value, Flag) or (isinstance(value, Opaque) and value.kind == "boolean")


@dataclass(frozen=True, eq=False, kw_only=True)
class Number(Value):
    number: int | float


@dataclass(frozen=True, eq=False, kw_only=True)
class Flag(Value):
    flag: bool


@dataclass(frozen=True, eq=False, kw_only=True)
class Null(Value):
    """`None`, `null`, `undefined`."""


@dataclass(frozen=True, eq=False)
class Chunk:
    """One literal run of a text as it stands in the source (`raw`), or one computed part (`value`)."""

    node: Any
    raw: str
    value: Value | None = None


@dataclass(frozen=True, eq=False, kw_only=True)
class Text(Value):
    """A string: a literal, a template, a concatenation, in any nesting; `literal` is None where a part is computed."""

    chunks: tuple[Chunk, ...]
    literal: str | None

    @property
    def parts(self) -> tuple[str | Value, ...]:
        return tuple(chunk.raw if chunk.value is None else chunk.value for chunk in self.chunks)

    @property
    def pattern(self) -> str:
        """The source text between the quotes with `HOLE` for each computed part."""
        return "".join(chunk.raw if chunk.value is None else HOLE for chunk in self.chunks)

    @property
    def placed(self) -> Iterator[tuple[Chunk, int]]:
        """Each chunk with its place in the pattern."""
        at = 0
        for chunk in self.chunks:
            yield chunk, at
            at += len(chunk.raw) if chunk.value is None else 1

    def spans(self, expression: re.Pattern[str], group: int | str = 0) -> Iterator[Span]:
        """Where the expression matches inside one literal run."""
        for match in expression.finditer(self.pattern):
            start, stop = match.span(group)
            if HOLE not in self.pattern[start:stop]:
                yield Span(self, start, stop)

    def hole(self, index: int) -> Value:
        """The computed part that stands at `pattern[index]`."""
        for chunk, at in self.placed:
            if at == index and chunk.value is not None:
                return chunk.value
        raise IndexError(index)


@dataclass(frozen=True, eq=False)
class Span:
    """A stretch of `text.pattern` that lies inside one literal run."""

    text: Text
    start: int
    stop: int

    @property
    def literal(self) -> str:
        return self.text.pattern[self.start : self.stop]


@dataclass(frozen=True, eq=False, kw_only=True)
class Items(Value):
    """A list. `is_open` where a spread or a comprehension hides elements."""

    elements: tuple[Value, ...]
    is_open: bool = False

    def __iter__(self) -> Iterator[Value]:
        return iter(self.elements)


@dataclass(frozen=True, eq=False)
class Entry:
    """One `key: value` of an object; `node` is the entry as a whole, comments aside. The value may be given as what
    makes it: of most entries nobody asks for it. `written` is the provider's own name of an argument, in a language
    that has those."""

    key: str
    _value: Value | Callable[[], Value]
    node: Any
    written: str = ""

    @cached_property
    def value(self) -> Value:
        return self._value if isinstance(self._value, Value) else self._value()


@dataclass(frozen=True, eq=False, kw_only=True)
class Fields(Value):
    """An object: keyword arguments, a mapping, an input class.

    `entries` are those that are written in it. `is_open` where a spread, a computed or a doubled key gives it others:
    `spreads` tells what they come from, in their order, as fields where those can be seen.
    """

    entries: tuple[Entry, ...]
    spelling: Spelling
    is_open: bool = False
    spreads: tuple[Value, ...] = ()

    def entry(self, key: str) -> Entry | None:
        """The one entry of this key that is written in it."""
        found = [entry for entry in self.entries if entry.key == key]
        return found[0] if len(found) == 1 else None

    def get(self, key: str) -> Value | None:
        """The value of a key, be it written in it or in what is spread in it."""
        if any(entry.key == key for entry in self.entries):
            found = self.entry(key)
            return found.value if found else None
        values = (spread.get(key) for spread in reversed(self.spreads) if isinstance(spread, Fields))
        return next((value for value in values if value is not None), None)

    @property
    def hidden(self) -> Value | None:
        """What may give it keys that cannot be seen, where something may."""
        if not self.is_open or not self.spreads:
            return self if self.is_open else None
        found = (spread.hidden if isinstance(spread, Fields) else spread for spread in self.spreads)
        return next((value for value in found if value is not None), None)

    def at(self, *keys: str) -> Value | None:
        """The value behind a path of keys, as far as it is visible."""
        value: Value | None = self
        for key in keys:
            value = value.get(key) if isinstance(value, Fields) else None
        return value

    def has(self, key: str) -> bool:
        """The key is written in it, or in what is spread in it."""
        return key in self.keys or any(spread.has(key) for spread in self.spreads if isinstance(spread, Fields))

    def lacks(self, key: str) -> bool:
        """The key is certainly not there; False where something may hide it."""
        return self.hidden is None and not self.has(key)

    @property
    def keys(self) -> tuple[str, ...]:
        return tuple(entry.key for entry in self.entries)

    @property
    def spread_keys(self) -> tuple[str, ...]:
        """The keys that it has from what is spread in it, as far as they can be seen."""
        seen = (spread for spread in self.spreads if isinstance(spread, Fields))
        return tuple(key for spread in seen for key in (*spread.keys, *spread.spread_keys))


@dataclass(frozen=True, eq=False, kw_only=True)
class Resource(Value):
    """A resource constructor call. `type` is its schema name, as `aws.s3.Bucket`; `binding` the variable or field that
    holds it, without what the field is of. `indirect` says what else its class is than called here, as `passed to
    app.add`: what can be seen of such a resource is told, and nothing of it is edited. `written` is the provider's own
    name of the type, in a language that has those."""

    type: str
    name: Value | None
    args: Fields
    options: Value | None
    binding: str | None = None
    indirect: str | None = None
    written: str = ""

    @property
    def untouched(self) -> str | None:
        """Why nothing of it is edited, where that is so."""
        return reasons.INDIRECT_CLASS.of(how=self.indirect) if self.indirect else None

    @property
    def imported(self) -> str | None:
        """Why nothing is added to it, where it is being imported."""
        is_imported = self.options is not None and self.options.mention(IMPORTED) is not None
        return reasons.BEING_IMPORTED if is_imported else None

    def ignores(self, input: str) -> bool:
        """Changes of the input are ignored: whoever runs the program sets it elsewhere."""
        said = self.options.at("ignoreChanges") if isinstance(self.options, Fields) else self.options
        words = re.sub(r"([A-Z])", r"_?\1", input)
        return said is not None and said.mention(re.compile(rf"\b{words}\b", re.IGNORECASE)) is not None

    @property
    def label(self) -> str:
        """The logical name for messages: as text, or as it is written."""
        if self.name is None:
            return self.indirect or "without a name"
        return literal(self.name) or self.name.code


@dataclass(frozen=True, eq=False, kw_only=True)
class Invoke(Value):
    """A call of a function of the provider by its schema name; `args` are None where they cannot be seen. `written` is
    the provider's own name of it, where the program says that."""

    function: str
    args: Fields | None
    written: str = ""


def literal(value: Value | None) -> str | None:
    """The text a value denotes, None where it is no text or a part of it is computed."""
    return value.literal if isinstance(value, Text) else None


@dataclass(frozen=True, eq=False)
class Origins:
    """What a value is made of, as far as the file shows it.

    The `resources` it is an output of, the `options` that other objects on the way are made with, the `literals` it may
    be, the names that are `imported` for it with the members read of them, and whether another stack gives it.
    """

    resources: tuple[Resource, ...]
    options: tuple[Value, ...]
    literals: frozenset[str]
    imported: frozenset[tuple[str, ...]]
    of_stack: bool


@dataclass(frozen=True, eq=False)
class Document:
    """JSON that is handed to `host` at `path`, wherever it is built."""

    root: Fields | Items
    host: Resource
    path: str


@dataclass(frozen=True, eq=False)
class Input:
    """What stands at an input of `host`; `path` is as it was asked for, `a.b` for what is inside `a`."""

    value: Value
    host: Resource
    path: str


@dataclass(frozen=True, eq=False)
class Hidden:
    """An input of `host`, or the document that it receives, that cannot be seen, and why: `value` is what hides it.

    `is_input` where not even the input itself is written there; `text` is set where it is raw JSON text.
    """

    value: Value
    reason: str
    host: Resource
    path: str
    is_input: bool = False
    text: Text | None = None

    @property
    def written(self) -> Fields | Items | None:
        """What the raw JSON says, as values that stand where the text does; None where that is no JSON by itself. A
        string with a computed part has no literal."""
        text = self.text
        for raw in (text.literal or text.pattern, text.pattern.replace('\\"', '"')) if text is not None else ():
            try:
                root = _of_json(json.loads(raw, strict=False), self.value)
            except (ValueError, RecursionError):
                continue
            return root if isinstance(root, Fields | Items) else None
        return None


def _of_json(read: Any, at: Value) -> Value:
    node, place, reader = at.node, at.place, at.reader
    match read:
        case dict():
            known = cast("dict[str, Any]", read)
            entries = tuple(Entry(key, _of_json(value, at), node) for key, value in known.items())
            return Fields(node=node, place=place, reader=reader, entries=entries, spelling=Spelling.DATA)
        case list():
            elements = tuple(_of_json(each, at) for each in cast("list[Any]", read))
            return Items(node=node, place=place, reader=reader, elements=elements)
        case str():
            literal = None if HOLE in read else read
            return Text(node=node, place=place, reader=reader, chunks=(Chunk(node, read),), literal=literal)
        case _:
            return Opaque(node=node, place=place, reader=reader)


@dataclass(frozen=True, eq=False)
class Unresolved:
    """Text or JSON that plain code makes while the program runs, of `outputs` or of what `may_be` outputs: an error
    stands in it where their text should."""

    value: Value
    outputs: tuple[Value, ...]
    may_be: tuple[Value, ...]


class Use(Enum):
    """What a string literal is there for, read off the code around it."""

    VALUE = "value"  # an input of a resource, at `Where.path`
    NAME = "name"  # the logical name of a resource
    KEY = "key"  # a key of a mapping or a subscript
    OPTION = "option"  # inside resource or invoke options
    INVOKE = "invoke"  # an argument of a provider function
    DEFAULT = "default"  # right of `or`, a parameter's default
    CONDITION = "condition"  # compared with something
    CHOICE = "choice"  # a branch of a conditional
    CONSTANT = "constant"  # the whole right side of an assignment
    EXPORT = "export"  # a stack output
    ARGUMENT = "argument"  # an argument of any other call
    FORMAT = "format"  # a template of `.format` or `%`
    OTHER = "other"


@dataclass(frozen=True, eq=False)
class Where:
    """Where a string stands. `path` runs from the resource's input down through objects and documents; of a constant it
    begins with the variable's name. `siblings` is the innermost object around it, `in_list` is True where it is itself
    an element of a list. `variable` is the variable or attribute that holds the string itself,
    `holder` the outermost function or class around it, nothing where that extends another class."""

    use: Use
    resource: Resource | None = None
    path: tuple[str, ...] = ()
    siblings: Fields | None = None
    in_list: bool = False
    variable: str = ""
    holder: str = ""


@dataclass(frozen=True, eq=False)
class Caller:
    """Where a name is used: the resource whose input it is, and the options of the call around it."""

    resource: Resource | None = None
    options: Value | None = None


@dataclass(frozen=True, eq=False)
class Read:
    """A place that reads a constant: what it is there for, and the `text` it is part of, None where it stands alone."""

    where: Where
    text: Text | None
    index: int = 0
    """Where in the pattern of the text the constant is."""


@dataclass(frozen=True)
class Provider:
    """The provider a program is written for: `name` as in `aws`, its major version, and how that is known.

    `others` are further majors that the program may meet; without one the major is certain. `shown` is what people call
    the major where that is another number than the one whose facts it has, and `open` all that it may meet, so called.
    """

    name: str
    major: int
    why: str
    others: tuple[int, ...] = ()
    shown: int | None = None
    open: tuple[int, ...] = ()

    @property
    def number(self) -> int:
        """The major as people call it."""
        return self.major if self.shown is None else self.shown

    @property
    def numbers(self) -> tuple[int, ...]:
        """All majors that the program may meet, as people call them."""
        return self.open or (self.number, *(each for each in self.others if each != self.number))


@dataclass(frozen=True)
class HandedOn:
    """The dotted name by which the file at `path` imports what other files import of it."""

    name: str
    path: str


class Neighbours(Protocol):
    """The other files of the project that are written in the same language."""

    @property
    def is_entry(self) -> bool:
        """The program's file is the one that Pulumi runs."""
        ...

    def may_import(self, word: str) -> bool:
        """One of them may import this name from the program's file."""
        ...

    def programs(self, *words: str) -> Iterator[tuple[str, Program]]:
        """Those that hold one of the words, by their paths; what does not parse is left out."""
        ...

    def handed_on(self, ways: Iterable[tuple[str, tuple[str, ...]]]) -> HandedOn | None:
        """What the first of these modules that is one of them hands on to the program, at a path of names in it; None
        where that is its own. Modules are named as the program's imports name them."""
        ...

    def may_hand_on(self, ways: Iterable[tuple[str, tuple[str, ...]]]) -> tuple[HandedOn, ...]:
        """What may stand there, where that is kept in a class, a mapping or a function's result, or is extended."""
        ...


class Program(Protocol):
    """One source file as a rule sees it."""

    @property
    def provider(self) -> Provider: ...

    @property
    def neighbours(self) -> Neighbours: ...

    @property
    def is_beside(self) -> bool:
        """The file names nothing of the provider; others of its project do."""
        ...

    def resources(self, *types: str) -> Iterator[Resource]:
        """Resources of these schema types, all of them without an argument, in source order."""
        ...

    def at(self, *places: tuple[str, str]) -> Iterator[Input | Hidden]:
        """What stands at these (type, input) places of every resource, or what hides it and why; `a.b` reaches into
        objects and lists of them. What is certainly not there, or nothing, is left out."""
        ...

    def documents(self, *places: tuple[str, str]) -> Iterator[Document | Hidden]:
        """The documents handed to these places, or what hides them and why."""
        ...

    def texts(self) -> Iterator[Text]:
        """Every string of the program, the longest expression once, docstrings and comments aside."""
        ...

    def unresolved(self) -> Iterator[Unresolved]:
        """Text and JSON that is made of outputs by what does not wait for them, in source order."""
        ...

    def where(self, text: Text) -> Where:
        """What one of these strings is there for."""
        ...

    def read_by(self, text: Text) -> Sequence[Read] | None:
        """The places that read the constant whose whole value the text is; None where not all of them can be seen."""
        ...

    def referent(self, value: Value) -> Resource | None:
        """The resource of this file that a value names: `role`, `role.id`, `self.role.name`."""
        ...

    def callers(self, name: str) -> Iterator[Caller]:
        """Where the program uses something by this name."""
        ...

    def handed_to(self, made: Resource, *aside: str) -> Iterator[str]:
        """The modules that are handed an output of a resource, those `aside` left out, and the outputs for whoever
        calls this one, by their addresses; none where a program's other files are its neighbours."""
        ...

    def invokes(self, *functions: str) -> Iterator[Invoke]:
        """The calls of these functions of the provider, all of them without an argument, in source order."""
        ...

    def named(self) -> Iterator[tuple[str, Value]]:
        """Every name of the provider's package that the program writes, as `aws.ec2.InstanceType.T3_MICRO`: functions
        by their schema name, what else the package has as the language spells it."""
        ...

    def imported(self) -> Iterator[tuple[str, Value]]:
        """Every module and name of the provider's package that the program imports, as `aws.ec2` or `aws.ec2.Vpc`, and
        where."""
        ...

    def origins(self, value: Value) -> Origins:
        """What a value is made of, through variables, members, parameters, callbacks and functions of the file."""
        ...

    def reads(self, made: Resource | Invoke | None, output: str, binding: str = "") -> Iterator[Value]:
        """Where the program reads this output of a resource, or this result of a call, in callbacks too; as an
        `expression` where it may read something else; with None, of what it cannot tell but by this name."""
        ...
