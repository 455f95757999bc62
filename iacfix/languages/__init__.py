"""Source languages. Each is a package below this one; `read` and `write` are its entry points."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Protocol

from iacfix.edit import Edit
from iacfix.files.suffixes import SUFFIXES as SUFFIXES
from iacfix.files.suffixes import language_name as language_name
from iacfix.model import Neighbours, Program, Provider, ReExport, Value
from iacfix.registry import ProviderPackage
from iacfix.rewrite import Change


class NoNeighbours:
    """The neighbours of a program by itself: no other file imports it, so it is the one that Pulumi runs."""

    @property
    def is_entry(self) -> bool:
        return True

    @property
    def is_imported(self) -> bool:
        return False

    def may_import(self, word: str) -> bool:
        return False

    def programs(self, *words: str) -> Iterator[tuple[str, Program]]:
        return iter(())

    def imported(self, *words: str) -> Iterator[tuple[str, Program]]:
        return iter(())

    def re_export(self, ways: Iterable[tuple[str, tuple[str, ...]]]) -> ReExport | None:
        return None

    def possible_re_exports(self, ways: Iterable[tuple[str, tuple[str, ...]]]) -> tuple[ReExport, ...]:
        return ()

    def keep_output(self, ways: Iterable[tuple[str, tuple[str, ...]]]) -> bool:
        return False


NO_NEIGHBOURS = NoNeighbours()


@dataclass(frozen=True)
class Comment:
    """A comment as it is written, with its line. `alone` where no code is on that line; `around` is the first line of
    the block that contains it, 0 where the language has no blocks."""

    text: str
    line: int
    alone: bool
    around: int = 0


@dataclass(frozen=True)
class ImportBlock:
    """The import block for the resource at `address`, or for all its instances; `needs` is the first version of
    Terraform that accepts it. Where `text` is empty none can be written, for the `reason`."""

    address: str
    text: str = ""
    needs: tuple[int, int] = (0, 0)
    reason: str = ""


@dataclass(frozen=True)
class ImportBlocks:
    """The import blocks for the resources that fixes add to a module. `is_root` where it is a root module, which alone
    may have such blocks; `required` is the version constraint of the module."""

    blocks: tuple[ImportBlock, ...]
    is_root: bool
    required: str


class Language(Protocol):
    """What the engine asks of a language."""

    def read(
        self, text: str, package: ProviderPackage, provider: Provider, neighbours: Neighbours = NO_NEIGHBOURS
    ) -> Program:
        """The parsed program; raises SourceError with the line where the text does not parse."""
        ...

    def write(self, program: Program, edits: Sequence[Edit]) -> tuple[Change, ...]:
        """The changes of the text that carry out all the edits, sorted and without overlaps; raises CannotFix with the
        reason where one of the edits cannot be carried out."""
        ...

    def accepts(self, text: str) -> bool:
        """The text is valid by the language's own parser, as far as there is one; the reader may be more lenient."""
        ...

    def comments(self, program: Program) -> Iterator[Comment]: ...

    def unbound(self, program: Program) -> frozenset[str]:
        """The names that are used and bound nowhere."""
        ...

    def statement_line(self, program: Program, value: Value) -> int:
        """The first line of the statement that contains a value."""
        ...

    def worded(self, program: Program, said: str) -> str:
        """A message about a program with the input names of the schema spelled as the program spells them."""
        ...

    def re_export(self, program: Program, path: tuple[str, ...]) -> str | None:
        """The dotted name of what the program re-exports at a path of names; an empty path is
        its default export. None where the program defines it itself."""
        ...

    def possible_re_exports(self, program: Program, path: tuple[str, ...]) -> tuple[str, ...]:
        """The dotted names of what the program may export there, where that is stored in a variable or extended."""
        ...

    def keeps_output(self, program: Program, path: tuple[str, ...]) -> bool:
        """What the program keeps at a path of names, in a class, a mapping or a function's result, is an output."""
        ...

    def release(self, program: Program) -> None:
        """Break the reference cycles of a program that is no longer used, so that its memory is freed at once and not
        by the garbage collector."""
        ...

    def import_blocks(self, before: Program, after: Program, ids: Mapping[str, str]) -> ImportBlocks | None:
        """The import blocks for the resources that are new in `after`; `ids` has the format of the import id by
        resource type. None in a language without import blocks."""
        ...

    def inferred_major(self, program: Program) -> tuple[int, str] | None:
        """The provider major that a name in the program implies, and that name; None where no name does."""
        ...


def language(name: str) -> Language:
    """The language of this name; imports its package and its parser."""
    return import_module(f"iacfix.languages.{name}").LANGUAGE
