"""What a rule may ask for: a closed set of edits, and the values new code is made of.

A rule describes the new text; how it is spelled, laid out and where a lookup goes is the language's affair.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Union

from iacfix.model import Fields, Items, Resource, Span, Value


@dataclass(frozen=True)
class Keep:
    """The expression that stands at this value's place. Moved out of a dropped entry it takes its comments along."""

    value: Value


@dataclass(frozen=True)
class RefTo:
    """An output of a resource: `bucket.id`."""

    resource: Resource
    output: str


@dataclass(frozen=True)
class Join:
    """One text made of literal and computed parts."""

    parts: tuple[New, ...]

    def __init__(self, *parts: New) -> None:
        object.__setattr__(self, "parts", parts)


@dataclass(frozen=True)
class Lookup:
    """A field of what a provider function answers, as `aws.getRegion`; the language places the call.

    `host` is the resource whose provider and parent the call must share; `same` are other fields that
    hold the same text; `name` is the schema-style name of a new variable. `bare` functions
    take options and nothing else. Where a constant is looked up, `readers` are the resources that what reads it is part
    of, which have to share the provider; None stands for code that belongs to none.
    """

    function: str
    field: str
    name: str
    host: Resource | None
    same: tuple[str, ...] = ()
    bare: bool = False
    readers: tuple[Resource | None, ...] = ()


@dataclass(frozen=True)
class When:
    """`then` where the test holds, else `otherwise`; decided at once where the test is a literal. A test that may be
    an output is waited for; `name` is what it is called then."""

    test: Value
    then: New
    otherwise: New
    name: str = "value"


@dataclass(frozen=True)
class Rewritten:
    """`new` where the value is written: at the place itself, or in the variable that the place names and nothing else
    reads, which then stands for it."""

    value: Value
    new: New


@dataclass(frozen=True)
class Inputs:
    """An input object. `type` names its class where the language has one; keys are schema names.

    `origin` is the value it is made from: its layout and its comments carry over.
    """

    type: str
    fields: Mapping[str, New]
    origin: Value | None = None


@dataclass(frozen=True)
class Json:
    """A document as the JSON text of it."""

    document: New


New = Union[  # noqa: UP007 (a quoted recursive alias has no other form in 3.11)
    str, int, bool, Sequence["New"], Mapping[str, "New"], Keep, RefTo, Join, Lookup, When, Inputs, Rewritten, Json
]
"""A plain mapping is a JSON object: its keys are data."""


@dataclass(frozen=True)
class SetField:
    """Set `key`, after the entry `after` or at the end."""

    fields: Fields
    key: str
    new: New
    after: str | None = None


@dataclass(frozen=True)
class DropField:
    fields: Fields
    key: str


@dataclass(frozen=True)
class Rename:
    """The entry `old` becomes `new` in its place, with its comments; its value stays, or is `value` from then on, as a
    list or an object that keeps it."""

    fields: Fields
    old: str
    new: str
    value: New | None = None


@dataclass(frozen=True)
class Replace:
    at: Value | Span
    new: New


@dataclass(frozen=True)
class Append:
    items: Items
    new: New


@dataclass(frozen=True)
class Retype:
    """Construct another class, of its own module or another one: `resource` becomes a `type`, in the classes of its
    inputs and in the type annotations of the file too. Where it is written by the provider's own names, so is `type`,
    and what reads it goes along."""

    resource: Resource
    type: str


@dataclass(frozen=True)
class AddResource:
    """A new resource below `beside`, with its parent, provider and other options that carry over.

    `name` is added to the logical name of `beside`; `origin` is the value the inputs are made from, whose style
    they follow; `reads` are values that are replaced by an output of the new resource. It waits for those in `after`,
    which are resources of the program or others that are added with it; those in `before` wait for it. `ignored`
    are inputs of the new resource whose changes are ignored. `is_new` where the cloud has none of it beside a deployed
    `beside`: it is created, not taken over.
    """

    beside: Resource
    type: str
    name: str
    args: Mapping[str, New]
    origin: Value | None = None
    reads: Sequence[tuple[Value, str]] = field(default_factory=tuple)
    after: Sequence[Resource | AddResource] = field(default_factory=tuple)
    before: Sequence[Resource] = field(default_factory=tuple)
    ignored: Sequence[str] = field(default_factory=tuple)
    is_new: bool = False


@dataclass(frozen=True)
class SetOption:
    """An option of a resource, `dependsOn` say; what the resource waits for already stays in front of what is new."""

    resource: Resource
    key: str
    new: New


@dataclass(frozen=True)
class Reread:
    """What reads an output or a result by its name, in an expression or a pattern, reads `output` instead."""

    read: Value
    output: str


@dataclass(frozen=True)
class Resolve:
    """Text or JSON that is made of outputs is made by what waits for them, and so is all that it is part of. `texts`
    are outputs of which it is known that they hold text."""

    value: Value
    texts: Sequence[Value] = ()


Edit = SetField | DropField | Rename | Replace | Reread | Resolve | Append | Retype | SetOption | AddResource
