"""New resources below an existing one: as often as that is made, by the same provider, with the comments that move."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from iacfix import reasons
from iacfix.edit import AddResource
from iacfix.errors import CannotFix
from iacfix.languages.shared.attribution import Attribution
from iacfix.languages.shared.nodes import Node
from iacfix.languages.terraform.layout import step_of
from iacfix.languages.terraform.read import TerraformProgram
from iacfix.languages.terraform.render import Render, address
from iacfix.languages.terraform.tree import address_of, attribute, members
from iacfix.model import Resource
from iacfix.rewrite import Change

CARRIED = ("count", "for_each", "provider")
"""What a new resource has as the one that it stands below."""


class NewResources:
    """The blocks for new resources of one write."""

    def __init__(self, program: TerraformProgram, render: Render, attribution: Attribution) -> None:
        self.program, self.render, self.removals = program, render, render.removals
        self.attribution = attribution
        self.adds: list[AddResource] = []
        self.waiting: dict[Resource, list[str]] = {}
        """What resources that are there have to wait for from now on, by its address."""

    def add(self, add: AddResource) -> None:
        self.adds.append(add)
        self.attribution.record(id(add))

    def changes(self) -> Iterator[Change]:
        """What each of them changes, written as asked by it."""
        bodies = [self._block(add) for add in self.adds]
        last_of = {id(add.origin): add for add in self.adds}
        for add, body in zip(self.adds, bodies, strict=True):
            self.attribution.current = self.attribution.of(id(add))
            is_last = last_of[id(add.origin)] is add
            about = self.removals.about(add.origin) if add.origin is not None and is_last else []
            lead = "".join(f"{comment}\n" for comment in self.removals.comments.take(*about))
            at = self.removals.comments.line_end(add.beside.node.end_byte)
            yield Change(at, at, f"\n\n{lead}{body}")
            for resource in add.before:
                self.waiting.setdefault(resource, []).append(self._address(add))
                self.attribution.record(resource)
            yield from self._reread(add)

    def _block(self, add: AddResource) -> str:
        type, name = self._address(add).split(".")
        node: Node = add.beside.node
        self.attribution.current = self.attribution.of(id(add))
        self.render.beside = add.beside
        step = self.render.step = step_of(self.program.data, node)
        meta = [f"{step}{key} = {given.text}" for key in CARRIED if (given := attribute(node, key)) is not None]
        lines = [*meta, ""] if meta else []
        lines += self.render.body(add.args, step)
        if add.ignored:
            names = ", ".join(self._named(key, add.args) for key in add.ignored)
            lines += ["", f"{step}lifecycle {{", f"{step * 2}ignore_changes = [{names}]", f"{step}}}"]
        if add.after:
            awaited = dict.fromkeys(self._address(other) for other in add.after)
            lines += ["", f"{step}depends_on = [{', '.join(awaited)}]"]
        self.render.beside = None
        return "\n".join((f'resource "{type}" "{name}" {{', *lines, "}"))

    def _named(self, key: str, args: Mapping[str, object]) -> str:
        vocabulary = self.program.shapes.vocabulary
        return vocabulary.block(key) if isinstance(args[key], list) else vocabulary.spelled(key)

    def _address(self, of: Resource | AddResource) -> str:
        if isinstance(of, Resource):
            return address(of)
        address(of.beside)
        type, (_, name) = self.program.shapes.vocabulary.named(of.type), address_of(of.beside.node)
        self.refuse_taken(type, name)
        return f"{type}.{name}"

    def refuse_taken(self, type: str, name: str) -> None:
        """Raise CannotFix where the module has a resource of that address already, or had one."""
        if (type, name) in self.program.names.defined:
            raise CannotFix(reasons.ADDRESS_TAKEN.of(type=type, name=name))
        self.refuse_moved(type, name)

    def refuse_moved(self, type: str, name: str) -> None:
        """Raise CannotFix where the module tells the past of that address."""
        if (type, name) in self.program.names.told:
            raise CannotFix(reasons.ADDRESS_MOVED.of(type=type, name=name))

    def _reread(self, add: AddResource) -> Iterator[Change]:
        """What reads an output that the new resource has reads it there."""
        for value, output in add.reads:
            node: Node = value.place
            read = [member.text for member in members(node)]
            if self.program.shapes.vocabulary.spelled(output) not in read:
                raise CannotFix(reasons.READ_AS_A_WHOLE_RESOURCE.of(resource=add.beside.label))
            yield Change(node.start_byte, node.entries[1].end_byte, self._address(add))
