"""The edits that a rule may ask for, a closed set, and the expressions that new code is made of.

A rule describes the new text; how it is spelled, laid out and where a lookup goes is the language's affair.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Union

from iacfix.model import Fields, Items, Resource, Span, Value


@dataclass(frozen=True)
class Keep:
    """The existing expression of this value, moved with its comments where its entry is dropped."""

    value: Value


@dataclass(frozen=True)
class RefTo:
    """A reference to an output of a resource, as in `bucket.id`."""

    resource: Resource
    output: str


@dataclass(frozen=True)
class Join:
    """A string that joins literal and computed parts."""

    parts: tuple[New, ...]

    def __init__(self, *parts: New) -> None:
        object.__setattr__(self, "parts", parts)


@dataclass(frozen=True)
class Lookup:
    """A field of the result of a provider function, such as `aws.getRegion`. The language places the call, or reuses
    one that is in scope.

    `host` is the resource whose provider and parent the call has to use. `name` is the name of a new variable in schema
    spelling. `same` are other fields with the same text. A `bare` function takes options only. Where the lookup
    replaces a constant, `readers` are the resources whose code reads that, None for code outside of any; all have to
    use the same provider.
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
    """A conditional: `then` if the test is true, else `otherwise`; one of them directly where the test is a literal.
    Where the test may be an output the conditional goes into an apply, with `name` as the parameter. A test that is
    null is not true; one that `is_required` is an input that the provider does not take as null."""

    test: Value
    then: New
    otherwise: New
    name: str = "value"
    is_required: bool = False


@dataclass(frozen=True)
class Rewritten:
    """`new` in place of the value, which may be in a variable that only this place reads: then the variable is set to
    `new`, and the place keeps reading it."""

    value: Value
    new: New


@dataclass(frozen=True)
class Inputs:
    """An object of inputs by their schema names. `type` is the schema type of its class, in a language that has such
    classes. The layout and the comments of `origin`, the value it is made from, are kept."""

    type: str
    fields: Mapping[str, New]
    origin: Value | None = None


@dataclass(frozen=True)
class Json:
    """A document serialised to a JSON string."""

    document: New


New = Union[  # noqa: UP007 (a quoted recursive alias has no other form in 3.11)
    str, int, bool, Sequence["New"], Mapping[str, "New"], Keep, RefTo, Join, Lookup, When, Inputs, Rewritten, Json
]
"""An expression of new code. A plain mapping is a JSON object, whose keys are data."""


@dataclass(frozen=True)
class SetField:
    """Set the entry `key`, which is added after the entry `after` or at the end where it does not exist."""

    fields: Fields
    key: str
    new: New
    after: str | None = None


@dataclass(frozen=True)
class DropField:
    """Remove the entry `key` with its comments."""

    fields: Fields
    key: str


@dataclass(frozen=True)
class Rename:
    """Rename the key of the entry `old` to `new`, in place and with its comments. Its value stays, or becomes `value`,
    which may contain it."""

    fields: Fields
    old: str
    new: str
    value: New | None = None


@dataclass(frozen=True)
class Replace:
    """Replace a value, or a span of a literal string."""

    at: Value | Span
    new: New


@dataclass(frozen=True)
class Append:
    """Add an element at the end of a list."""

    items: Items
    new: New


@dataclass(frozen=True)
class Retype:
    """Change the type of a resource to `type`, together with its input classes and the type annotations of the file. In
    a language with the provider's own names `type` is such a name, and references to the resource follow."""

    resource: Resource
    type: str


@dataclass(frozen=True)
class AddResource:
    """Add a resource after `beside`, with the options of that which are not about it alone, such as the provider.

    Its logical name is that of `beside` with the suffix `name`. `origin` is the value that its inputs are made from and
    whose style they follow. `reads` are values to be replaced by an output of the new resource. It depends on the
    resources in `after`, some of which may be added with it; those in `before` depend on it. Changes of the inputs in
    `ignored` are ignored. `is_new` where a deployed `beside` has no such resource in the cloud: it is created and not
    imported.
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
    """Set an option of a resource. For `dependsOn` the new resources are added after the existing ones."""

    resource: Resource
    key: str
    new: New


@dataclass(frozen=True)
class Reread:
    """Rename a member that is read, in an expression or a destructuring pattern, to `output`."""

    read: Value
    output: str


@dataclass(frozen=True)
class Resolve:
    """Build a string or a JSON document from outputs with the functions of Pulumi that wait for them, including every
    string that it is part of. `texts` are outputs that are known to be strings."""

    value: Value
    texts: Sequence[Value] = ()


Edit = SetField | DropField | Rename | Replace | Reread | Resolve | Append | Retype | SetOption | AddResource
