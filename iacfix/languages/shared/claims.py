"""What edits of one program ask for together: no two of them the same place, and each resource's options at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Generic

from iacfix import reasons
from iacfix.edit import AddResource, New, SetOption
from iacfix.errors import CannotFix
from iacfix.languages.shared.syntax import NodeT
from iacfix.model import Chunk, Resource, Span


@dataclass(frozen=True)
class Claims(Generic[NodeT]):
    """The places that edits have taken."""

    type_of: Callable[[NodeT], str | None]
    is_shared: Callable[[NodeT], bool]
    _keys: set[tuple[NodeT, str]] = field(default_factory=set[tuple[NodeT, str]])

    def claim(self, node: NodeT, key: str) -> None:
        """Raises CannotFix where another edit has the place, or more than one place of the program reads it."""
        if self.type_of(node) is None and self.is_shared(node):
            raise CannotFix(reasons.SHARED_VARIABLE)
        if (node, key) in self._keys:
            raise CannotFix(reasons.SAME_PLACE)
        self._keys.add((node, key))

    def options(self, edits: Sequence[SetOption]) -> Iterator[tuple[Resource, Mapping[str, New]]]:
        """The resources that get options, with all that each gets."""
        for resource in {edit.resource.node: edit.resource for edit in edits}.values():
            self.claim(resource.node, "opts")
            yield resource, {edit.key: edit.new for edit in edits if edit.resource.node is resource.node}

    def waits(self, adds: Sequence[AddResource], names: Mapping[int, str]) -> Iterator[tuple[Resource, Sequence[str]]]:
        """The resources that wait for new ones, with the names of those."""
        waiting: dict[NodeT, tuple[Resource, list[str]]] = {}
        for add in adds:
            for resource in add.before:
                waiting.setdefault(resource.node, (resource, []))[1].append(names[id(add)])
        for resource, awaited in waiting.values():
            self.claim(resource.node, "opts")
            if any(add.beside.node is resource.node for add in adds):
                raise CannotFix(reasons.SAME_OPTIONS)
            yield resource, awaited


def piece_of(span: Span) -> tuple[Chunk, int]:
    """The literal run that a stretch of a text lies in, and where in the text it begins."""
    for chunk, at in span.text.placed:
        if chunk.value is None and at <= span.start and span.stop <= at + len(chunk.raw):
            return chunk, at
    raise CannotFix(reasons.CONCATENATED)
