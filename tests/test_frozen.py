"""Frozen dataclasses of our own are what dataclasses makes of the same class."""

from __future__ import annotations

import pickle
from copy import copy
from dataclasses import FrozenInstanceError, dataclass, field, fields, replace
from typing import Any

import pytest

from iacfix.frozen import frozen


@dataclass(frozen=True)
class Theirs:
    name: str
    tags: tuple[str, ...] = ()
    known: dict[str, int] = field(default_factory=dict[str, int], compare=False, repr=False)
    count: int = field(default=0, kw_only=True)


@frozen
class Ours:
    name: str
    tags: tuple[str, ...] = ()
    known: dict[str, int] = field(default_factory=dict[str, int], compare=False, repr=False)
    count: int = field(default=0, kw_only=True)


@frozen(eq=False, kw_only=True)
class Node:
    place: object
    made: list[int] = field(default_factory=list[int], init=False)

    def __post_init__(self) -> None:
        self.made.append(1)


@frozen(eq=False, kw_only=True)
class Leaf(Node):
    text: str = ""


@frozen
class Nothing:
    pass


@pytest.mark.parametrize("made", [Theirs, Ours])
def test_values_have_fields_defaults_equality_and_hash(made: Any) -> None:
    one = made("x", ("a",), {"k": 1}, count=2)
    assert one == made("x", ("a",), {"other": 2}, count=2)
    assert one != made("x", ("a",), count=3)
    assert one != ("x", ("a",), 2)
    assert hash(one) == hash(made("x", ("a",), count=2))
    assert repr(one) == f"{made.__name__}(name='x', tags=('a',), count=2)"
    assert made("x").known == {}
    assert made("x").known is not made("x").known
    assert replace(one, name="y") == made("y", ("a",), count=2)
    assert pickle.loads(pickle.dumps(one)) == copy(one) == one
    assert [each.name for each in fields(made)] == ["name", "tags", "known", "count"]
    match one:
        case made(name, tags):
            assert (name, tags) == ("x", ("a",))
        case _:
            pytest.fail("it has its fields by position")


@pytest.mark.parametrize("made", [Theirs, Ours])
def test_no_field_is_set_or_deleted_later(made: Any) -> None:
    one = made("x")
    with pytest.raises(FrozenInstanceError, match="cannot assign to field 'name'"):
        one.name = "y"
    with pytest.raises(FrozenInstanceError, match="cannot delete field 'name'"):
        del one.name
    with pytest.raises(TypeError):
        made()


def test_without_eq_an_instance_equals_itself_and_no_other() -> None:
    one, other = Leaf(place=1, text="x"), Leaf(place=1, text="x")
    assert one == one
    assert one != other
    assert len({one, other}) == 2
    assert replace(one, text="y").place == 1
    assert one.made == [1]


def test_a_class_without_fields_has_one_value() -> None:
    assert Nothing() == Nothing()
    assert len({Nothing(), Nothing()}) == 1
