"""The questions about a syntax tree that the shared code asks, and each language answers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import Generic, Protocol, Self, TypeVar


class TreeNode(Protocol):
    """A node that knows its parent; nodes are equal only if they are identical."""

    @property
    def parent(self) -> Self | None: ...
    def ancestors(self) -> Iterator[Self]:
        """The parent, its parent and so on."""
        ...


NodeT = TypeVar("NodeT", bound=TreeNode)


class Kind(Enum):
    """The kind of an expression."""

    TEXT = auto()
    NUMBER = auto()
    FLAG = auto()
    NULL = auto()
    OBJECT = auto()
    LIST = auto()
    MADE_OBJECT = auto()
    """An object that code builds, as a comprehension does."""
    MADE_LIST = auto()
    CALL = auto()
    NEW = auto()
    NAME = auto()
    MEMBER = auto()
    INDEX = auto()
    CHOICE = auto()
    EITHER = auto()
    """`or`, `||`, `??`: the right side where the left one is nothing."""
    BOTH = auto()
    BOOLEAN = auto()
    """A comparison or negation, which is true or false."""
    OPERATION = auto()
    OTHER = auto()


@dataclass(frozen=True)
class Row(Generic[NodeT]):
    """An entry of an object literal. `key` is None for a spread and for a computed key."""

    node: object
    key: str | None
    value: NodeT
    """The value; for a computed key without one, the expression of the key."""
    is_spread: bool = False


class Syntax(Protocol[NodeT]):
    """The questions. A language answers them in its module `questions`."""

    def unwrapped(self, node: NodeT) -> NodeT:
        """The expression inside parentheses and type assertions."""
        ...

    def kind(self, node: NodeT) -> Kind: ...

    def number(self, node: NodeT) -> int | float | None:
        """The value of a number literal, None where it is unknown."""
        ...

    def is_true(self, node: NodeT) -> bool:
        """The value of a boolean literal."""
        ...

    def callee(self, call: NodeT) -> NodeT | None:
        """The expression that a call calls."""
        ...

    def method(self, call: NodeT) -> str:
        """The name of the method that a call calls; empty where it calls no member."""
        ...

    def owner(self, member: NodeT) -> NodeT | None:
        """The object that a member is read of; None for an expression that is no member."""
        ...

    def sides(self, node: NodeT) -> Sequence[NodeT]:
        """The expressions of which an operation or a choice yields one."""
        ...

    def rows(self, node: NodeT) -> Iterator[Row[NodeT]]:
        """The entries of an object literal."""
        ...

    def elements(self, node: NodeT) -> tuple[Sequence[NodeT], bool]:
        """The literal elements of a list, and whether it has others."""
        ...
