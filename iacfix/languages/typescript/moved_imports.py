"""Imports of classes that become others: where all that reads a module moves, its import moves along or goes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from iacfix import reasons
from iacfix.errors import CannotFix
from iacfix.languages.shared.nodes import Node
from iacfix.languages.typescript import layout
from iacfix.languages.typescript.bindings import Binding
from iacfix.languages.typescript.imports import Imports
from iacfix.languages.typescript.layout import Splice
from iacfix.languages.typescript.read import TypeScriptProgram


@dataclass(frozen=True)
class Moved:
    """A place that names a class which is reached in another way now, by its `path` in the package."""

    place: Node
    path: str
    is_type: bool


class MovedImports:
    """Gives the places that name other classes now their code, and the imports what they take from then on."""

    def __init__(self, program: TypeScriptProgram, imports: Imports) -> None:
        self.program = program
        self.imports = imports
        self._package = program.package.packages["typescript"]

    def splices(self, moved: Sequence[Moved]) -> Iterator[Splice]:
        attribution = self.imports.attribution
        for bound, mine in list(self._left(moved)):
            asked = attribution.of(*(one.place for one in mine))
            yield from (splice.attributed_to(asked) for splice in self._import(bound, mine))
        for one in moved:
            attribution.current = attribution.of(one.place)
            code = self.imports.spelled(self._package, one.path, is_type=one.is_type)
            yield Splice(one.place.start_byte, one.place.end_byte, code).attributed_to(attribution.current)

    def _left(self, moved: Sequence[Moved]) -> Iterator[tuple[Binding, list[Moved]]]:
        """What is imported of a module that nothing reads any more, with what did."""
        read: dict[Binding, list[tuple[Node, Moved]]] = {}
        for one in moved:
            root = _root(one.place)
            bound = self.program.names.binding(root)
            if bound is not None and (bound.imported or "").startswith(f"{self._package}."):
                read.setdefault(bound, []).append((root, one))
        for bound, mine in read.items():
            roots = {root for root, _ in mine}
            if bound.target.text not in self.program.names.exported and all(
                use in roots for use in self.program.names.uses(bound)
            ):
                yield bound, [one for _, one in mine]

    def _import(self, bound: Binding, moved: Sequence[Moved]) -> Iterator[Splice]:
        modules = {one.path.rpartition(".")[0] for one in moved}
        old = (bound.imported or "").removeprefix(f"{self._package}.")
        if len(modules) > 1 or "." in old or old in modules:
            return
        new = modules.pop()
        target, holder = bound.target, bound.target.parent
        assert holder is not None
        source = next((node for node in self.program.statement(target).inside("string")), None)
        module, deep = f"{self._package}.{new}", f"/{old}"
        if self.imports.takes(module):
            yield from self._without(holder)
        elif source is not None and self.imports.is_free(new):
            taken = holder if holder.type in ("import_specifier", "pair_pattern") else target
            is_named = taken is holder or target.type == "shorthand_property_identifier_pattern"
            if taken.inside("comment"):
                raise CannotFix(reasons.COMMENT_WITHOUT_PLACE)
            if is_named or deep in source.text:
                yield Splice(taken.start_byte, taken.end_byte, self.imports.take(bound, module, new))
            if not is_named and deep in source.text:
                begin, end = source.text.rsplit(deep, 1)
                yield Splice(source.start_byte, source.end_byte, f"{begin}/{new}{end}")

    def _without(self, holder: Node) -> Iterator[Splice]:
        """The import without what binds a name, or no import where that is all it takes; left as it is where that is no
        plain import."""
        names, statement = holder.parent, self.program.statement(holder)
        if names is None or statement.type != "import_statement":
            return
        is_listed = holder.type == "import_specifier"
        bracket = layout.read(names) if is_listed else None
        if next(iter(statement.inside("comment")), None) is not None:
            raise CannotFix(reasons.ORPHANED_IMPORT_COMMENT)
        if bracket is not None and len(bracket.items) > 1:
            yield from layout.taken_out(self.program.data, bracket, [bracket.index(holder)])
            return
        start, stop, beside = layout.whole_lines(self.program.data, statement)
        if beside:
            raise CannotFix(reasons.ORPHANED_IMPORT_COMMENT)
        yield Splice(start, stop, "")


def _root(place: Node) -> Node:
    """The first name of a dotted one."""
    while place.entries and place.type in ("member_expression", "nested_type_identifier", "nested_identifier"):
        place = place.entries[0]
    return place
