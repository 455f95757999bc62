"""Conflicts between edits of one program: no two may change the same entry, and options are set once a resource."""

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
    """The entries that edits have claimed, as pairs of node and key."""

    type_of: Callable[[NodeT], str | None]
    is_shared: Callable[[NodeT], bool]
    _keys: set[tuple[NodeT, str]] = field(default_factory=set[tuple[NodeT, str]])

    def claim(self, node: NodeT, key: str) -> None:
        """Raises CannotFix where another edit has claimed the entry, or several places of the program read the node."""
        if self.type_of(node) is None and self.is_shared(node):
            raise CannotFix(reasons.SHARED_VARIABLE)
        if (node, key) in self._keys:
            raise CannotFix(reasons.SAME_PLACE)
        self._keys.add((node, key))

    def options(self, edits: Sequence[SetOption]) -> Iterator[tuple[Resource, Mapping[str, New]]]:
        """The resources whose options are set, each with all its new options; claims these."""
        by_resource: dict[NodeT, tuple[Resource, dict[str, New]]] = {}
        for edit in edits:
            by_resource.setdefault(edit.resource.node, (edit.resource, {}))[1][edit.key] = edit.new
        for resource, new in by_resource.values():
            self.claim(resource.node, "opts")
            yield resource, new

    def waits(self, adds: Sequence[AddResource], names: Mapping[int, str]) -> Iterator[tuple[Resource, Sequence[str]]]:
        """The resources that must depend on new ones, with the names of those; claims their options."""
        waiting: dict[NodeT, tuple[Resource, list[str]]] = {}
        for add in adds:
            for resource in add.before:
                waiting.setdefault(resource.node, (resource, []))[1].append(names[id(add)])
        hosts = {add.beside.node for add in adds}
        for resource, awaited in waiting.values():
            self.claim(resource.node, "opts")
            if resource.node in hosts:
                raise CannotFix(reasons.SAME_OPTIONS)
            yield resource, awaited


def piece_of(span: Span) -> tuple[Chunk, int]:
    """The literal chunk that contains a span, and its offset in the text; raises CannotFix where there is none."""
    for chunk, at in span.text.placed:
        if chunk.value is None and at <= span.start and span.stop <= at + len(chunk.raw):
            return chunk, at
    raise CannotFix(reasons.CONCATENATED)
