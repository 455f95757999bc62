"""Terraform modules, read and written with tree-sitter."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from iacfix.edit import Edit
from iacfix.languages import NO_NEIGHBOURS, Comment, ImportBlocks, Language
from iacfix.languages.shared.wording import is_word, with_types, worded
from iacfix.languages.terraform.imports import import_blocks
from iacfix.languages.terraform.read import TerraformProgram, read
from iacfix.languages.terraform.strict import sets_twice
from iacfix.languages.terraform.tree import parsed, statement
from iacfix.languages.terraform.write import write
from iacfix.model import Neighbours, Program, Provider, Value
from iacfix.registry import ProviderPackage
from iacfix.rewrite import Change


class Terraform:
    """The language as the machine asks for it."""

    def read(
        self, text: str, package: ProviderPackage, provider: Provider, neighbours: Neighbours = NO_NEIGHBOURS
    ) -> Program:
        return read(text, package, provider, neighbours)

    def write(self, program: Program, edits: Sequence[Edit]) -> tuple[Change, ...]:
        return write(_mine(program), edits)

    def accepts(self, text: str) -> bool:
        """Terraform takes no attribute twice in a block; the grammar does."""
        return not sets_twice(parsed(text.encode("utf-8")).root)

    def comments(self, program: Program) -> Iterator[Comment]:
        return _mine(program).comments()

    def unbound(self, program: Program) -> frozenset[str]:
        return _mine(program).names.unbound()

    def statement_line(self, program: Program, value: Value) -> int:
        del program
        return statement(value.place).line

    def worded(self, program: Program, said: str) -> str:
        mine = _mine(program)
        vocabulary = mine.shapes.vocabulary

        def spelled(name: str) -> str:
            own, block = vocabulary.spelled(name), vocabulary.block(name)
            return block if is_word(block, mine.text) and not is_word(own, mine.text) else own

        with_own = with_types(said, mine.package, vocabulary.named)
        return worded(with_own, mine.text, spelled, mine.package, mine.resources)

    def re_export(self, program: Program, path: tuple[str, ...]) -> str | None:
        return None

    def possible_re_exports(self, program: Program, path: tuple[str, ...]) -> tuple[str, ...]:
        return ()

    def keeps_output(self, program: Program, path: tuple[str, ...]) -> bool:
        return False

    def release(self, program: Program) -> None:
        mine = _mine(program)
        mine.root.release()
        parsed.cache_clear()  # it may hold that tree
        vars(mine).clear()

    def import_blocks(self, before: Program, after: Program, ids: Mapping[str, str]) -> ImportBlocks | None:
        return import_blocks(_mine(before), _mine(after), ids)

    def inferred_major(self, program: Program) -> tuple[int, str] | None:
        del program
        return None


def _mine(program: Program) -> TerraformProgram:
    assert isinstance(program, TerraformProgram)
    return program


LANGUAGE: Language = Terraform()
