"""Source languages. A language is a package with the modules read, names, documents, write, layout, lookups."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Protocol

from iacfix.edit import Edit
from iacfix.files.suffixes import SUFFIXES as SUFFIXES
from iacfix.files.suffixes import language_name as language_name
from iacfix.model import HandedOn, Neighbours, Program, Provider, Value
from iacfix.registry import ProviderPackage
from iacfix.rewrite import Change


class Alone:
    """A program without neighbours: nothing imports it, so it is what Pulumi runs."""

    @property
    def is_entry(self) -> bool:
        return True

    def may_import(self, word: str) -> bool:
        return False

    def programs(self, *words: str) -> Iterator[tuple[str, Program]]:
        return iter(())

    def handed_on(self, ways: Iterable[tuple[str, tuple[str, ...]]]) -> HandedOn | None:
        return None

    def may_hand_on(self, ways: Iterable[tuple[str, tuple[str, ...]]]) -> tuple[HandedOn, ...]:
        return ()


ALONE = Alone()


@dataclass(frozen=True)
class Comment:
    """A comment as it stands, its line, whether it has the line to itself, and the line where the block around it
    begins, in a language that has such."""

    text: str
    line: int
    alone: bool
    around: int = 0


@dataclass(frozen=True)
class ImportBlock:
    """A block that takes one resource over, or all that are made of it; `needs` is the first version of the tool that
    takes it. Without a `text` there is none, for a reason."""

    address: str
    text: str = ""
    needs: tuple[int, int] = (0, 0)
    reason: str = ""


@dataclass(frozen=True)
class TakenOver:
    """What takes over what is new in a module; `is_root` where it may hold that, `required` is the version of the tool
    that it asks for."""

    blocks: tuple[ImportBlock, ...]
    is_root: bool
    required: str


class Language(Protocol):
    """What a language package offers."""

    def read(self, text: str, package: ProviderPackage, provider: Provider, neighbours: Neighbours = ALONE) -> Program:
        """Parse; raises SourceError with the line where the text does not parse."""
        ...

    def write(self, program: Program, edits: Sequence[Edit]) -> tuple[Change, ...]:
        """What the edits change, from the top on, no two at one stretch; raises CannotFix with the reason where one of
        them cannot be carried out."""
        ...

    def accepts(self, text: str) -> bool:
        """The language's own parser takes the text; the one that edits it may be more lenient."""
        ...

    def comments(self, program: Program) -> Iterator[Comment]: ...

    def unbound(self, program: Program) -> frozenset[str]:
        """Names that are used and bound nowhere."""
        ...

    def statement_line(self, program: Program, value: Value) -> int:
        """The first line of the statement around a value."""
        ...

    def worded(self, program: Program, said: str) -> str:
        """What is said of a program, with inputs of the schema as the language spells them."""
        ...

    def handed_on(self, program: Program, path: tuple[str, ...]) -> str | None:
        """The dotted name by which a program imports what others import of it at a path of names; an empty path is its
        default. None where that is its own."""
        ...

    def may_hand_on(self, program: Program, path: tuple[str, ...]) -> tuple[str, ...]:
        """The dotted names that a program imports of what may stand there, where it keeps or extends that."""
        ...

    def release(self, program: Program) -> None:
        """Take apart what the program is made of, which points back at each other: nobody asks it any more, and so its
        memory is free at once. The collector of garbage takes longer to find it than many a file takes to be read."""
        ...

    def taken_over(self, before: Program, after: Program, ids: Mapping[str, str]) -> TakenOver | None:
        """What takes over the resources that are new in `after`, by what is known of the ids of their types; None in a
        language that has no such blocks."""
        ...

    def told_major(self, program: Program) -> tuple[int, str] | None:
        """The provider major that the names in use give away, and by which name."""
        ...


def language(name: str) -> Language:
    """Import a language; this is where the parser is loaded."""
    return import_module(f"iacfix.languages.{name}").LANGUAGE
