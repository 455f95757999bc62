"""Callbacks that get another value: `x.apply(v => ..)` becomes `pulumi.all([x, y]).apply(([v, y]) => ..)`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum, auto
from itertools import takewhile

from iacfix import reasons
from iacfix.errors import CannotFix
from iacfix.languages.shared.nodes import Node
from iacfix.languages.typescript import documents, layout
from iacfix.languages.typescript.layout import Splice
from iacfix.languages.typescript.read import TypeScriptProgram
from iacfix.languages.typescript.tree import arguments, unwrapped

TYPED = 8
"""Longer lists given to `pulumi.all` have one type for all their values."""


class Shape(Enum):
    """What a callback is applied to."""

    ONE = auto()
    LIST = auto()
    KEYS = auto()
    GIVEN = auto()
    """A list or an object that is made elsewhere, or whose values the callback takes as a whole."""


WRAPPED = (Shape.ONE, Shape.GIVEN)
"""What becomes one value of a list of several."""


@dataclass(frozen=True)
class Gain:
    """A value that a callback gets, the name or key it gets it by, and its type."""

    value: str
    name: str
    type: str


@dataclass
class Callback:
    """A function that `apply` or `then` is called with, and what it gains."""

    program: TypeScriptProgram
    function: Node
    gains: list[Gain] = field(default_factory=list[Gain])

    def __post_init__(self) -> None:
        given = self.function.parent
        call = given.parent if given is not None else None
        func = call.child_by_field_name("function") if call is not None else None
        assert call is not None
        assert func is not None
        self.call = call
        self.before, self.method = func.entries[0], func.entries[-1]
        patterns = documents.parameters(self.function)
        self.pattern = patterns[0] if len(patterns) == 1 else None
        self.is_bare = not patterns
        source = unwrapped(self.before)
        self.values, self.shape = None, Shape.ONE
        if source.type == "call_expression" and self.program.provider_names.called(source) == "@pulumi/pulumi.all":
            given = arguments(source)
            self.values = given[0] if given else source
            self.shape = self._shape_of(self.values)

    def _shape_of(self, values: Node) -> Shape:
        if values.type == "object":
            return Shape.KEYS
        is_listed = values.type == "array" and all(node.type != "spread_element" for node in values.entries)
        if is_listed and (self.pattern is None or self._takes_each(values, self.pattern)):
            return Shape.LIST
        return Shape.GIVEN

    @property
    def is_then(self) -> bool:
        return self.method.text == "then"

    @property
    def takes_fields(self) -> bool:
        """Only values of one type can be added: a text, then, and not a whole answer."""
        if self.shape is Shape.KEYS:
            return True
        count = len(self.values.entries) if self.values is not None and self.shape is Shape.LIST else 1
        return count + len(self.gains) >= TYPED

    def handed(self) -> Iterator[tuple[Node, Node | str]]:
        """Every value the callback gets, with the pattern or the code that stands for it."""
        if self.pattern is None:
            return
        is_named = self.pattern.type == "identifier"
        if self.shape is Shape.ONE:
            yield self.before, self.pattern
        elif self.shape is not Shape.KEYS and self.values is not None and self.values.type == "array":
            values = list(takewhile(lambda value: value.type != "spread_element", self.values.entries))
            if is_named:
                yield from ((value, f"{self.pattern.text}[{index}]") for index, value in enumerate(values))
            elif self.pattern.type == "array_pattern":
                pairs = zip(values, positions(self.pattern), strict=False)
                yield from ((value, name) for value, name in pairs if name is not None)
        elif self.shape is Shape.KEYS and self.values is not None:
            for pair in self.values.entries:
                key = (pair.child_by_field_name("key") or pair).text
                value = pair.child_by_field_name("value") or pair
                if is_named:
                    yield value, f"{self.pattern.text}.{key}"
                else:
                    yield from ((value, name) for name in self.pattern.entries if name.text == key)

    def gained(self, value: str, name: str, type: str) -> str:
        """Adds a value; gives the code that reads it in the callback."""
        for gain in self.gains:
            if gain.value == value:
                return self._read(self.gains.index(gain))
        self.gains.append(Gain(value, name, type))
        return self._read(len(self.gains) - 1)

    def _read(self, index: int) -> str:
        gain = self.gains[index]
        if self.shape in WRAPPED or self.pattern is None or self.pattern.type != "identifier":
            return gain.name
        if self.shape is Shape.KEYS:
            return f"{self.pattern.text}.{gain.name}"
        count = len(self.values.entries) if self.values is not None else 0
        return f"{self.pattern.text}[{count + index}]"

    def splices(self, pulumi_all: str) -> Iterator[Splice]:
        """What changes for the values that were gained."""
        if not self.gains:
            return
        match self.shape:
            case Shape.ONE | Shape.GIVEN:
                yield from self._wrapped(pulumi_all)
            case Shape.LIST:
                yield from self._listed()
            case Shape.KEYS:
                yield from self._keyed()

    def _listed(self) -> Iterator[Splice]:
        assert self.values is not None
        count = len(self.values.entries)
        yield from self._inserted(self.values, [gain.value for gain in self.gains])
        if self.pattern is None:
            yield self._first(f"[{', ' * count}{self._names}]")
        elif self.pattern.type == "array_pattern":
            yield from self._lengthened(count, self.pattern)

    def _keyed(self) -> Iterator[Splice]:
        assert self.values is not None
        pattern = self.pattern
        pairs = ((gain.name, gain.value) for gain in self.gains)
        codes = [name if name == value else f"{name}: {value}" for name, value in pairs]
        held = [*self.values.entries, *(pattern.entries if pattern is not None else ())]
        if any(child.type in ("spread_element", "rest_pattern") for child in held):
            raise CannotFix(reasons.CALLBACK_VALUES)
        yield from self._inserted(self.values, codes)
        if pattern is None:
            yield self._first(f"{{ {self._names} }}")
        elif pattern.type == "object_pattern":
            self._check_untyped(pattern)
            yield from self._inserted(pattern, [gain.name for gain in self.gains])
        else:
            self._check_members(pattern)

    def _first(self, taken: str) -> Splice:
        """`()` becomes a parameter that takes the new values only."""
        listed = self.function.child_by_field_name("parameters")
        if listed is None or not self.is_bare:
            raise CannotFix(reasons.CALLBACK_PARAMETER)
        return _taking(listed, taken)

    def _lengthened(self, count: int, pattern: Node) -> Iterator[Splice]:
        found = positions(pattern)
        if len(found) == count and None not in found:
            yield from self._inserted(pattern, [gain.name for gain in self.gains])
        else:
            yield self._behind_gaps(count - len(found), pattern)
        if (kind := _annotation(pattern)) is not None:
            yield from self._inserted(kind, [gain.type for gain in self.gains])

    def _behind_gaps(self, missing: int, pattern: Node) -> Splice:
        """More names at the end of a list that passes over some of its values."""
        if missing < 0 or pattern.start_point[0] != pattern.end_point[0]:
            raise CannotFix(reasons.CALLBACK_GAPS)
        last = pattern.children[-2]
        start = {"[": "", ",": " "}.get(last.type, ", ")
        return Splice(last.end_byte, pattern.end_byte - 1, f"{start}{', ' * missing}{self._names}")

    @property
    def _names(self) -> str:
        return ", ".join(gain.name for gain in self.gains)

    def _wrapped(self, pulumi_all: str) -> Iterator[Splice]:
        """One value becomes a list of several."""
        values = "".join(f", {gain.value}" for gain in self.gains)
        names = "".join(f", {gain.name}" for gain in self.gains)
        if self.values is None:
            yield Splice(self.before.start_byte, self.before.start_byte, f"{pulumi_all}([")
            yield Splice(self.before.end_byte, self.before.end_byte, f"{values}])")
            yield Splice(self.method.start_byte, self.method.end_byte, "apply")
        else:
            opening, closing = (f"{pulumi_all}(", ")") if self.values.type == "array" else ("", "")
            yield Splice(self.values.start_byte, self.values.start_byte, f"[{opening}")
            yield Splice(self.values.end_byte, self.values.end_byte, f"{closing}{values}]")
        listed = self.function.child_by_field_name("parameters")
        if self.is_bare and listed is not None:
            yield _taking(listed, f"[{names}]")
            return
        pattern = self.pattern
        around = pattern.parent if pattern is not None else None
        if pattern is None or around is None or around.child_by_field_name("value") is not None:
            raise CannotFix(reasons.CALLBACK_PARAMETER)
        opening, closing = ("[", "]") if listed is not None else ("([", "])")
        yield Splice(pattern.start_byte, pattern.start_byte, opening)
        yield Splice(pattern.end_byte, pattern.end_byte, f"{names}{closing}")
        if (kind := _annotation(pattern)) is not None:
            types = "".join(f", {gain.type}" for gain in self.gains)
            yield Splice(kind.start_byte, kind.start_byte, "[")
            yield Splice(kind.end_byte, kind.end_byte, f"{types}]")

    def _inserted(self, node: Node, codes: list[str]) -> list[Splice]:
        newline = "\r\n" if "\r\n" in self.program.text else "\n"
        bracket = layout.read(node)
        return layout.inserted(self.program.data, bracket, len(bracket.items) - 1, codes, "  ", newline)

    def _takes_each(self, values: Node, pattern: Node) -> bool:
        """The values are read one by one, so that one more is not noticed."""
        kind = _annotation(pattern)
        if pattern.type == "array_pattern":
            is_typed = kind is None or (kind.type == "tuple_type" and len(kind.entries) == len(values.entries))
            return is_typed and all(node.type != "rest_pattern" for node in pattern.entries)
        return kind is None and pattern.type == "identifier" and self._is_read_by_members(pattern)

    def _is_read_by_members(self, pattern: Node) -> bool:
        bound = self.program.names.binding(pattern)
        return all(map(self._is_read_alone, self.program.names.uses(bound) if bound is not None else []))

    def _check_members(self, pattern: Node) -> None:
        self._check_untyped(pattern)
        if pattern.type != "identifier" or not self._is_read_by_members(pattern):
            raise CannotFix(reasons.CALLBACK_PASSES_ALL)

    def _is_read_alone(self, use: Node) -> bool:
        """One value is read: `args.name`, `args[0]`, or a few with names for them."""
        around = use.parent
        if around is None:
            return False
        if around.type == "variable_declarator":
            name = around.child_by_field_name("name")
            return name is not None and name.type in ("array_pattern", "object_pattern") and "..." not in name.text
        wanted = (
            ("member_expression", "subscript_expression") if self.shape is Shape.KEYS else ("subscript_expression",)
        )
        return around.type in wanted and around.entries[0] == use

    @staticmethod
    def _check_untyped(pattern: Node) -> None:
        if _annotation(pattern) is not None:
            raise CannotFix(reasons.CALLBACK_TYPE)


def _taking(listed: Node, taken: str) -> Splice:
    """A list of parameters that holds comments at most, with one behind them."""
    start, closing = listed.start_byte + 1, listed.end_byte - 1
    return Splice(closing if listed.inside("comment") else start, closing, taken)


def _annotation(pattern: Node) -> Node | None:
    """The type that a parameter is declared with."""
    kind = pattern.parent.child_by_field_name("type") if pattern.parent is not None else None
    return kind.entries[0] if kind is not None else None


def positions(pattern: Node) -> list[Node | None]:
    """What a list pattern has for each value, None where it passes over one."""
    found: list[Node | None] = []
    last: Node | None = None
    for child in pattern.children[1:-1]:
        if child.type == ",":
            found.append(last)
            last = None
        elif child.type != "comment":
            last = child
    return [*found, last] if last is not None else found
