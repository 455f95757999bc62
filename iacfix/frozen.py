"""Frozen dataclasses that are made fast: of each class nothing but the constructor is compiled.

`dataclasses` compiles six functions for every class, which took a third of a run over a few files. Fields, defaults,
`replace`, `match`, equality and hash are as there; `order`, `slots` and `InitVar` are not known.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import MISSING, Field, FrozenInstanceError, dataclass, field, fields
from operator import attrgetter
from typing import Any, NoReturn, TypeVar, dataclass_transform, overload

ClassT = TypeVar("ClassT", bound=type)


@overload
def frozen(made: ClassT, /) -> ClassT: ...
@overload
def frozen(*, eq: bool = True, kw_only: bool = False) -> Callable[[ClassT], ClassT]: ...
@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def frozen(made: type | None = None, /, *, eq: bool = True, kw_only: bool = False) -> Any:
    """Makes a frozen dataclass of the class; without `eq` an instance equals itself and no other."""

    def decorated(made: Any) -> Any:
        made.__doc__ = made.__doc__ or made.__name__  # or dataclasses asks for the signature of the constructor
        dataclass(init=False, repr=False, eq=False, kw_only=kw_only)(made)
        mine: tuple[Field[Any], ...] = fields(made)
        methods: dict[str, Any] = {
            "__init__": _constructor(made, mine),
            "__repr__": _repr,
            "__setattr__": _not_set,
            "__delattr__": _not_deleted,
        }
        if eq:
            compared = [each.name for each in mine if each.compare]
            made.__compared__ = staticmethod(attrgetter(*compared) if compared else _nothing)
            methods |= {"__eq__": _eq, "__hash__": _hash}
        for name, method in methods.items():
            if name not in made.__dict__ or (name == "__hash__" and made.__dict__[name] is None):
                setattr(made, name, method)
        return made

    return decorated if made is None else decorated(made)


def _constructor(made: type, mine: tuple[Field[Any], ...]) -> Callable[..., None]:
    """`__init__`, which sets the fields past what refuses to."""
    space: dict[str, Any] = {"_set": object.__setattr__, "_MISSING": MISSING}
    given, named, lines = list[str](), list[str](), list[str]()
    for each in mine:
        name, value = each.name, each.name
        if each.default_factory is not MISSING:
            space[f"_make_{name}"] = each.default_factory
            value = f"_make_{name}()" if not each.init else f"_make_{name}() if {name} is _MISSING else {name}"
        elif not each.init:
            continue
        lines.append(f" _set(self, {name!r}, {value})")
        if each.init:
            told = name
            if each.default is not MISSING:
                space[f"_default_{name}"] = each.default
                told = f"{name}=_default_{name}"
            elif each.default_factory is not MISSING:
                told = f"{name}=_MISSING"
            (named if each.kw_only else given).append(told)
    if hasattr(made, "__post_init__"):
        lines.append(" self.__post_init__()")
    parameters = ", ".join(["self", *given, *(["*", *named] if named else [])])
    exec("\n".join([f"def __init__({parameters}):", *(lines or [" pass"])]), space)
    space["__init__"].__qualname__ = f"{made.__qualname__}.__init__"
    return space["__init__"]


def _repr(self: Any) -> str:
    told = ", ".join(f"{each.name}={getattr(self, each.name)!r}" for each in fields(self) if each.repr)
    return f"{type(self).__qualname__}({told})"


def _eq(self: Any, other: Any) -> bool:
    return self.__compared__(self) == other.__compared__(other) if type(other) is type(self) else NotImplemented


def _hash(self: Any) -> int:
    return hash(self.__compared__(self))


def _nothing(_instance: object) -> tuple[()]:
    return ()


def _not_set(_self: object, name: str, _value: object) -> NoReturn:
    raise FrozenInstanceError(f"cannot assign to field {name!r}")


def _not_deleted(_self: object, name: str) -> NoReturn:
    raise FrozenInstanceError(f"cannot delete field {name!r}")
