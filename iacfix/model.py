"""The view that rules have of a program, the same in every language.

A `Value` points into the syntax tree and never copies it. Resource inputs have their schema names
(`treatMissingData`), which each language spells in its own way. Keys of JSON documents are data and never respelled.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from itertools import chain
from typing import Any, Protocol, cast

from iacfix import reasons

HOLE = "\x00"
"""Stands in `Text.pattern` for each computed part."""


IMPORTED = re.compile(r"\bimport(?:_?[\"']?\s*[=:]|\s*\{)")
SERIALISED = re.compile(r"^(?:json\.dumps|JSON\.stringify|jsonencode|pulumi\.jsonStringify)\(")


class Reader(Protocol):
    """What a language answers about the nodes of values: their source text and position. Lines and columns count from
    1, columns in characters."""

    def code(self, node: Any) -> str: ...
    def followed(self, node: Any) -> Iterator[str]: ...
    def line(self, node: Any) -> int: ...
    def end_line(self, node: Any) -> int: ...
    def column(self, node: Any) -> int: ...
    def is_sole(self, place: Any) -> bool: ...
    def provenance(self, place: Any) -> str: ...
    def is_given(self, place: Any) -> bool: ...


class Spelling(Enum):
    """Whether the keys of an object are input names or data."""

    INPUT = "input"  # input names, spelled per language
    DATA = "data"  # keys of a document, the same in every language


@dataclass(frozen=True, eq=False, kw_only=True)
class Value:
    """An expression of the program. `place` is the node of the expression itself, `node` the one that determines the
    value: they differ where `place` is a variable that was followed to its definition."""

    node: Any
    place: Any
    reader: Reader

    @property
    def code(self) -> str:
        """The source text of the expression."""
        return self.reader.code(self.place)

    @property
    def shown(self) -> str:
        """The source text on one line, for messages and comparisons."""
        return " ".join(self.code.split())

    def mention(self, expression: re.Pattern[str], *, followed: bool = False) -> re.Match[str] | None:
        """The first match in the source text that determines the value, for expressions that cannot be analysed;
        `followed` also in the functions and constants of the file that it names, however it uses them."""
        texts = chain((self.reader.code(self.node),), self.reader.followed(self.node) if followed else ())
        return next((found for text in texts if (found := expression.search(text)) is not None), None)

    @property
    def is_nothing(self) -> bool:
        """`None`, `null` or `undefined`: the input is not set."""
        return isinstance(self, Null)

    @property
    def is_serialised(self) -> bool:
        """The call of a JSON serialiser, which yields a string."""
        return self.mention(SERIALISED) is not None

    @property
    def line(self) -> int:
        """The first line of the expression, from 1."""
        return self.reader.line(self.place)

    @property
    def end_line(self) -> int:
        """The last line of the expression."""
        return self.reader.end_line(self.place)

    @property
    def column(self) -> int:
        """The column where the expression begins, in characters from 1."""
        return self.reader.column(self.place)

    @property
    def is_direct(self) -> bool:
        """The value is written in the expression itself, not in a variable."""
        return self.node == self.place

    @property
    def is_given(self) -> bool:
        """What cannot be seen of it is handed in by whoever calls the function or the module around."""
        return self.reader.is_given(self.place)

    @property
    def is_own(self) -> bool:
        """The value is written in the expression itself, or in a variable that nothing else reads."""
        return self.is_direct or self.reader.is_sole(self.place)


@dataclass(frozen=True, eq=False, kw_only=True)
class Opaque(Value):
    """An expression whose value is not known. `kind` is what is known of it: `boolean` for a plain true or false,
    `secret`, `optional` where it may be nothing, `expression` where nothing is known; with any other kind it is
    certainly set."""

    kind: str = "expression"


def may_be_nothing(value: Value) -> bool:
    """The value is nothing, or is computed and may be nothing."""
    return isinstance(value, Null) or (isinstance(value, Opaque) and value.kind in ("optional", "expression"))


def is_boolean(value: Value) -> bool:
    """The value is a plain boolean, not an output."""
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
    """A part of a string: literal source text (`raw`), or a computed `value`."""

    node: Any
    raw: str
    value: Value | None = None


@dataclass(frozen=True, eq=False, kw_only=True)
class Text(Value):
    """A string literal, template or concatenation, in any nesting. `literal` is its text, None where a part is
    computed."""

    chunks: tuple[Chunk, ...]
    literal: str | None

    @property
    def parts(self) -> tuple[str | Value, ...]:
        return tuple(chunk.raw if chunk.value is None else chunk.value for chunk in self.chunks)

    @property
    def pattern(self) -> str:
        """The source text between the quotes, with `HOLE` for each computed part."""
        return "".join(chunk.raw if chunk.value is None else HOLE for chunk in self.chunks)

    @property
    def placed(self) -> Iterator[tuple[Chunk, int]]:
        """Each chunk with its offset in the pattern."""
        at = 0
        for chunk in self.chunks:
            yield chunk, at
            at += len(chunk.raw) if chunk.value is None else 1

    def spans(self, expression: re.Pattern[str], group: int | str = 0) -> Iterator[Span]:
        """The matches of a regular expression that contain no computed part."""
        for match in expression.finditer(self.pattern):
            start, stop = match.span(group)
            if HOLE not in self.pattern[start:stop]:
                yield Span(self, start, stop)

    def hole(self, index: int) -> Value:
        """The computed part at `pattern[index]`; raises IndexError where there is none."""
        for chunk, at in self.placed:
            if at == index and chunk.value is not None:
                return chunk.value
        raise IndexError(index)


@dataclass(frozen=True, eq=False)
class Span:
    """The range `start:stop` of `text.pattern`, inside one literal chunk."""

    text: Text
    start: int
    stop: int

    @property
    def literal(self) -> str:
        return self.text.pattern[self.start : self.stop]


@dataclass(frozen=True, eq=False, kw_only=True)
class Items(Value):
    """A list. `is_open` where a spread or a comprehension may add elements."""

    elements: tuple[Value, ...]
    is_open: bool = False

    def __iter__(self) -> Iterator[Value]:
        return iter(self.elements)


@dataclass(frozen=True, eq=False)
class Entry:
    """One `key: value` of an object; `node` is the whole entry without comments. The value may be a function that
    computes it on demand. `written` is the provider's own name of an argument, in a language that has such names."""

    key: str
    _value: Value | Callable[[], Value]
    node: Any
    written: str = ""

    @cached_property
    def value(self) -> Value:
        return self._value if isinstance(self._value, Value) else self._value()


@dataclass(frozen=True, eq=False, kw_only=True)
class Fields(Value):
    """An object: keyword arguments, a mapping, or an input class.

    `entries` are its literal entries. `is_open` where a spread, a computed key or a duplicate key may add or hide
    entries; `spreads` are the spread values and computed keys in order, as `Fields` where they can be seen.
    """

    entries: tuple[Entry, ...]
    spelling: Spelling
    is_open: bool = False
    spreads: tuple[Value, ...] = ()

    def entry(self, key: str) -> Entry | None:
        """The literal entry of a key; None where there is not exactly one."""
        found = [entry for entry in self.entries if entry.key == key]
        return found[0] if len(found) == 1 else None

    def get(self, key: str) -> Value | None:
        """The value of a key, among the literal entries or the spreads; None where it is not visible."""
        found = self._visible.get(key)
        return found.value if found is not None else None

    @cached_property
    def _visible(self) -> Mapping[str, Entry]:
        """What each visible key is set to. Spreads of spreads may stand for very many: each is looked at once."""
        found: dict[str, Entry] = {}
        for spread in self.spreads:
            if isinstance(spread, Fields):
                found.update(spread._visible)
        own = Counter(self.keys)
        for entry in self.entries:
            if own[entry.key] == 1:
                found[entry.key] = entry
            else:
                found.pop(entry.key, None)
        return found

    @cached_property
    def hidden(self) -> Value | None:
        """The value that may add invisible keys; None where there is none."""
        if not self.is_open or not self.spreads:
            return self if self.is_open else None
        found = (spread.hidden if isinstance(spread, Fields) else spread for spread in self.spreads)
        return next((value for value in found if value is not None), None)

    def at(self, *keys: str) -> Value | None:
        """The value at a path of keys, None where it is not visible."""
        value: Value | None = self
        for key in keys:
            value = value.get(key) if isinstance(value, Fields) else None
        return value

    def has(self, key: str) -> bool:
        """The key is visible among the entries or the spreads."""
        return any(entry.key == key for entry in self.entries) or key in self.spread_keys

    def lacks(self, key: str) -> bool:
        """The key is certainly absent; False where an invisible part may have it."""
        return self.hidden is None and not self.has(key)

    @property
    def keys(self) -> tuple[str, ...]:
        return tuple(entry.key for entry in self.entries)

    @cached_property
    def spread_keys(self) -> tuple[str, ...]:
        """The visible keys of the spreads, each once."""
        seen = (spread for spread in self.spreads if isinstance(spread, Fields))
        return tuple(dict.fromkeys(key for spread in seen for key in (*spread.keys, *spread.spread_keys)))


@dataclass(frozen=True, eq=False, kw_only=True)
class Resource(Value):
    """A call that creates a resource. `type` is its schema name, such as `aws.s3.Bucket`, `binding` the name of the
    variable or field that it is assigned to. `indirect` is set where the class is not called directly, and says how it
    is used, as in `passed to app.add`; such a resource is reported and never edited. `written` is the provider's own
    name of the type, in a language that has such names."""

    type: str
    name: Value | None
    args: Fields
    options: Value | None
    binding: str | None = None
    indirect: str | None = None
    written: str = ""

    @property
    def untouched(self) -> str | None:
        """Why the resource must not be edited; None where it may be."""
        return reasons.INDIRECT_CLASS.of(how=self.indirect) if self.indirect else None

    @property
    def imported(self) -> str | None:
        """Why nothing may be added to it while it is being imported; None where it is not."""
        is_imported = self.options is not None and self.options.mention(IMPORTED) is not None
        return reasons.BEING_IMPORTED if is_imported else None

    def ignores(self, input: str) -> bool:
        """The input is in `ignoreChanges`, so that it is set outside of the program."""
        said = self.options.at("ignoreChanges") if isinstance(self.options, Fields) else self.options
        words = re.sub(r"([A-Z])", r"_?\1", input)
        return said is not None and said.mention(re.compile(rf"\b{words}\b", re.IGNORECASE)) is not None

    @property
    def label(self) -> str:
        """The logical name for messages: its text, or else its source code."""
        if self.name is None:
            return self.indirect or "without a name"
        return literal(self.name) or self.name.code


@dataclass(frozen=True, eq=False, kw_only=True)
class Invoke(Value):
    """A call of a provider function by its schema name; `args` is None where the arguments are not visible. `written`
    is the provider's own name of it, in a language that has such names."""

    function: str
    args: Fields | None
    written: str = ""


def literal(value: Value | None) -> str | None:
    """The text of a string value, None where it is no string or a part of it is computed."""
    return value.literal if isinstance(value, Text) else None


@dataclass(frozen=True, eq=False)
class Origins:
    """What a value is computed from, as far as the file shows it.

    The `resources` whose outputs it uses, the `options` of other objects on the way, the string `literals` it may be,
    the dotted names that are `imported` with the members read of them, whether it comes from another stack, and the
    provider functions whose results it uses.
    """

    resources: tuple[Resource, ...]
    options: tuple[Value, ...]
    literals: frozenset[str]
    imported: frozenset[tuple[str, ...]]
    of_stack: bool
    functions: frozenset[str] = frozenset()


@dataclass(frozen=True, eq=False)
class Document:
    """The JSON document that `host` receives at the input `path`, wherever it is built."""

    root: Fields | Items
    host: Resource
    path: str


@dataclass(frozen=True, eq=False)
class Input:
    """The value of an input of `host`; `path` is the requested path, `a.b` for `b` inside `a`."""

    value: Value
    host: Resource
    path: str


@dataclass(frozen=True, eq=False)
class Hidden:
    """An input of `host`, or the document that it receives, that cannot be seen, and why: `value` is what hides it.

    `is_input` where not even the input itself is written there; `text` is set where it is raw JSON text; `is_given`
    where whoever calls the function or the module around hands it in.
    """

    value: Value
    reason: str
    host: Resource
    path: str
    is_input: bool = False
    text: Text | None = None
    is_given: bool = False

    @property
    def written(self) -> Fields | Items | None:
        """What the raw JSON says, as values that stand where the text does; None where that is no JSON by itself."""
        return of_json(self.text, self.value) if self.text is not None else None


def of_json(text: Text, at: Value) -> Fields | Items | None:
    """What raw JSON says, as values that stand at one; a string in it with a computed part has no literal."""
    for raw in (text.literal or text.pattern, text.pattern.replace('\\"', '"')):
        try:
            root = _of_json(json.loads(raw, strict=False), at)
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
    """A string or JSON that plain code builds from `outputs`, or from values that `may_be` outputs. At run time it
    contains an error message instead of their text."""

    value: Value
    outputs: tuple[Value, ...]
    may_be: tuple[Value, ...]


class Use(Enum):
    """The purpose of a string literal, by the code around it."""

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
    """The context of a string. `path` leads from the input of the resource through objects and documents to the string;
    for a constant it begins with the name of the variable. `siblings` is the innermost object around it; `in_list`
    where the string is an element of a list. `variable` is the variable or attribute that is set to the string,
    `holders` are the functions around it, and the outermost function or class, which comes last: none for a class that
    extends another one."""

    use: Use
    resource: Resource | None = None
    path: tuple[str, ...] = ()
    siblings: Fields | None = None
    in_list: bool = False
    variable: str = ""
    holders: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Caller:
    """A use of a name: the resource that it is an argument of, and the options of the call around it."""

    resource: Resource | None = None
    options: Value | None = None


@dataclass(frozen=True, eq=False)
class Read:
    """A read of a constant: its context, and the string that it is part of, None where it is used by itself."""

    where: Where
    text: Text | None
    index: int = 0
    """The offset of the constant in the pattern of that string."""


@dataclass(frozen=True)
class Provider:
    """The provider of a program: its `name`, its `major` version, and `why` that is assumed.

    `others` are further majors that the manifests allow; without any the major is certain. `shown` is the number by
    which users know the major, where that differs from the one by which facts are stored. `open` are all majors that
    the manifests allow, by these numbers.
    """

    name: str
    major: int
    why: str
    others: tuple[int, ...] = ()
    shown: int | None = None
    open: tuple[int, ...] = ()

    @property
    def number(self) -> int:
        """The major by the number that users know."""
        return self.major if self.shown is None else self.shown

    @property
    def numbers(self) -> tuple[int, ...]:
        """All majors that the manifests allow, by the numbers that users know."""
        return self.open or (self.number, *(each for each in self.others if each != self.number))


@dataclass(frozen=True)
class ReExport:
    """A re-export: the file at `path` imports something by the dotted `name`, and other files import it from there."""

    name: str
    path: str


class Neighbours(Protocol):
    """The other files of the project that are written in the same language."""

    @property
    def is_entry(self) -> bool:
        """The program's file is the one that Pulumi runs."""
        ...

    @property
    def is_imported(self) -> bool:
        """One of them imports the program's file."""
        ...

    def may_import(self, word: str) -> bool:
        """One of them may import this name from the file of the program."""
        ...

    def programs(self, *words: str) -> Iterator[tuple[str, Program]]:
        """The files that contain one of the words, as path and program, except those that do not parse."""
        ...

    def imported(self, *words: str) -> Iterator[tuple[str, Program]]:
        """Those of them that the program imports, by way of others too."""
        ...

    def re_export(self, ways: Iterable[tuple[str, tuple[str, ...]]]) -> ReExport | None:
        """The re-export at a path of names in the first of these modules that is a file of the project; None where the
        file defines that itself. Modules have the names that the program imports them by."""
        ...

    def possible_re_exports(self, ways: Iterable[tuple[str, tuple[str, ...]]]) -> tuple[ReExport, ...]:
        """The possible re-exports there, where something is stored in a class, a mapping or a function's result, or is
        extended."""
        ...

    def keep_output(self, ways: Iterable[tuple[str, tuple[str, ...]]]) -> bool:
        """The first of these modules that is a file of the project keeps an output at a path of names."""
        ...


class Program(Protocol):
    """One source file as a rule sees it."""

    @property
    def provider(self) -> Provider: ...

    @property
    def neighbours(self) -> Neighbours: ...

    @property
    def is_beside(self) -> bool:
        """The file does not name the provider, other files of its project do."""
        ...

    def resources(self, *types: str) -> Iterator[Resource]:
        """Resources of these schema types, all of them without an argument, in source order."""
        ...

    def at(self, *places: tuple[str, str]) -> Iterator[Input | Hidden]:
        """The values at these pairs of type and input of every resource, or what hides them and why; `a.b` is the input
        `b` in the object `a`, or in every object of a list. Inputs that are certainly not set are left out."""
        ...

    def documents(self, *places: tuple[str, str]) -> Iterator[Document | Hidden]:
        """The JSON documents at these pairs of type and input, or what hides them and why."""
        ...

    def texts(self) -> Iterator[Text]:
        """Every string of the program except docstrings; of nested expressions only the outermost."""
        ...

    def unresolved(self) -> Iterator[Unresolved]:
        """The strings and JSON that plain code builds from outputs without waiting for them, in source order."""
        ...

    def where(self, text: Text) -> Where:
        """The context of one of these strings."""
        ...

    def read_by(self, text: Text) -> Sequence[Read] | None:
        """The reads of the constant whose value is this string; None where not all of them are visible."""
        ...

    def referent(self, value: Value) -> Resource | None:
        """The resource of this file that a value refers to, as `role`, `role.id` or `self.role.name` do."""
        ...

    def callers(self, name: str) -> Iterator[Caller]:
        """The uses of this name in the program."""
        ...

    def handed_to(self, made: Resource, *aside: str) -> Iterator[str]:
        """The modules that are handed an output of a resource, those `aside` left out, and the outputs for whoever
        calls this one, by their addresses; none where a program's other files are its neighbours."""
        ...

    def invokes(self, *functions: str) -> Iterator[Invoke]:
        """The calls of these provider functions, of all of them without an argument, in source order."""
        ...

    def named(self) -> Iterator[tuple[str, Value]]:
        """Every name of the provider's package that the program uses, such as `aws.ec2.InstanceType.T3_MICRO`:
        functions by their schema name, other names as the language spells them."""
        ...

    def imported(self) -> Iterator[tuple[str, Value]]:
        """Every module and name that the program imports from the provider's package, such as `aws.ec2` or
        `aws.ec2.Vpc`, with its position."""
        ...

    def origins(self, value: Value) -> Origins:
        """What a value is computed from, through variables, members, parameters, callbacks and functions of the
        file."""
        ...

    def default_providers(self) -> Iterator[Resource]:
        """What the program says of the provider that a resource has without naming one; apart from its resources,
        because it is read by no name."""
        ...

    def outputs_read(self, made: Resource | Invoke) -> Iterator[tuple[str, Value]]:
        """Every output that the program reads, by the provider's own name and where; nothing in languages that name
        outputs as the schema does."""
        ...

    def reads(self, made: Resource | Invoke | None, output: str, binding: str = "") -> Iterator[Value]:
        """Where the program reads this output of a resource or this result of a call, callbacks included. The kind is
        `expression` where it may read something else. With None for `made`, the reads by this name of unknown
        objects."""
        ...
