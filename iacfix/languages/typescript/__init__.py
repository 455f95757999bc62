"""Pulumi programs in TypeScript and JavaScript, read and written with tree-sitter."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from iacfix.edit import Edit
from iacfix.languages import NO_NEIGHBOURS, Comment, ImportBlocks, Language
from iacfix.languages.typescript.choices import kept
from iacfix.languages.typescript.read import TypeScriptProgram, read
from iacfix.languages.typescript.write import write
from iacfix.model import Neighbours, Program, Provider, Value
from iacfix.registry import ProviderPackage
from iacfix.rewrite import Change


class TypeScript:
    """The language as the machine asks for it."""

    def read(
        self, text: str, package: ProviderPackage, provider: Provider, neighbours: Neighbours = NO_NEIGHBOURS
    ) -> Program:
        return read(text, package, provider, neighbours)

    def write(self, program: Program, edits: Sequence[Edit]) -> tuple[Change, ...]:
        return write(_mine(program), edits)

    def accepts(self, text: str) -> bool:
        del text
        return True

    def comments(self, program: Program) -> Iterator[Comment]:
        return _mine(program).comments()

    def unbound(self, program: Program) -> frozenset[str]:
        return _mine(program).names.unbound()

    def statement_line(self, program: Program, value: Value) -> int:
        mine = _mine(program)
        return mine.line(mine.statement(value.place))

    def worded(self, program: Program, said: str) -> str:
        del program
        return said

    def re_export(self, program: Program, path: tuple[str, ...]) -> str | None:
        return _mine(program).provider_names.re_export(path)

    def possible_re_exports(self, program: Program, path: tuple[str, ...]) -> tuple[str, ...]:
        provider = _mine(program).provider_names
        return provider.of_pulumi(frozenset(kept(provider.definitions, path)))

    def keeps_output(self, program: Program, path: tuple[str, ...]) -> bool:
        return _mine(program).outputs.keeps_output(path)

    def release(self, program: Program) -> None:
        mine = _mine(program)
        mine.root.release()
        mine.release()

    def import_blocks(self, before: Program, after: Program, ids: Mapping[str, str]) -> ImportBlocks | None:
        return None

    def inferred_major(self, program: Program) -> tuple[int, str] | None:
        return _mine(program).inferred_major()


def _mine(program: Program) -> TypeScriptProgram:
    assert isinstance(program, TypeScriptProgram)
    return program


LANGUAGE: Language = TypeScript()
