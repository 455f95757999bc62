"""What is asked of the tree of a language, whichever it is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import Generic, Protocol, Self, TypeVar


class TreeNode(Protocol):
    """A piece of a tree that knows what stands around it; it equals itself and no other."""

    @property
    def parent(self) -> Self | None: ...
    def ancestors(self) -> Iterator[Self]:
        """What stands around it, the nearest first."""
        ...


NodeT = TypeVar("NodeT", bound=TreeNode)


class Kind(Enum):
    """What an expression is."""

    TEXT = auto()
    NUMBER = auto()
    FLAG = auto()
    NULL = auto()
    OBJECT = auto()
    LIST = auto()
    MADE_OBJECT = auto()
    """One that code puts together, as a comprehension does."""
    MADE_LIST = auto()
    CALL = auto()
    NEW = auto()
    NAME = auto()
    MEMBER = auto()
    INDEX = auto()
    CHOICE = auto()
    EITHER = auto()
    """The left side, or the right one where that is nothing."""
    BOTH = auto()
    BOOLEAN = auto()
    """What gives nothing but true or false."""
    OPERATION = auto()
    OTHER = auto()


@dataclass(frozen=True)
class Row(Generic[NodeT]):
    """An entry of an object: its key where that is written out; one without a key is spread or has a computed one."""

    node: object
    key: str | None
    value: NodeT
    """What a computed key is made of, where there is no other value to look at."""
    is_spread: bool = False


class Syntax(Protocol[NodeT]):
    """The questions; a language answers them in its module `questions`."""

    def unwrapped(self, node: NodeT) -> NodeT:
        """The expression inside brackets and type assertions."""
        ...

    def kind(self, node: NodeT) -> Kind: ...

    def number(self, node: NodeT) -> int | float | None:
        """What a number is, None where that cannot be told."""
        ...

    def is_true(self, node: NodeT) -> bool:
        """Which of the two a flag is."""
        ...

    def callee(self, call: NodeT) -> NodeT | None:
        """What a call calls."""
        ...

    def method(self, call: NodeT) -> str:
        """The name of the member that a call calls; nothing where it calls none."""
        ...

    def owner(self, member: NodeT) -> NodeT | None:
        """What a member is read of, None for what is no member, or may be none."""
        ...

    def sides(self, node: NodeT) -> Sequence[NodeT]:
        """The expressions one of which an operation or a choice gives."""
        ...

    def rows(self, node: NodeT) -> Iterator[Row[NodeT]]:
        """The entries of an object."""
        ...

    def elements(self, node: NodeT) -> tuple[Sequence[NodeT], bool]:
        """The elements that a list has written out, and whether it has others too."""
        ...
