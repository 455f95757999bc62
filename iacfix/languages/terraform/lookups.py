"""Data sources: those that a module has are read again, a new one stands in front of what the module makes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from iacfix import reasons
from iacfix.edit import Lookup
from iacfix.errors import CannotFix
from iacfix.languages.shared.attribution import Attribution
from iacfix.languages.shared.lines import line_start
from iacfix.languages.shared.nodes import Node
from iacfix.languages.terraform.comments import Comments
from iacfix.languages.terraform.read import TerraformProgram
from iacfix.languages.terraform.tree import body_of, chain, kind_of, labels_of, unwrapped
from iacfix.model import Fields
from iacfix.rewrite import Change

CURRENT = "current"
"""What a data source about the deployment itself is called."""


@dataclass
class Lookups:
    """The data sources that the edits of one write ask for."""

    program: TerraformProgram
    comments: Comments
    attribution: Attribution
    new: dict[tuple[str, str], str] = field(default_factory=dict[tuple[str, str], str])
    """By type and name the provider of each new one, nothing for the default one."""

    def expression(self, lookup: Lookup) -> str:
        """What reads the field."""
        vocabulary = self.program.shapes.vocabulary
        type, hosts = vocabulary.source(lookup.function), [lookup.host, *lookup.readers]
        providers = {_provider(host.options) if host is not None else "" for host in hosts}
        if len(providers) > 1:
            raise CannotFix(reasons.SEVERAL_PROVIDERS)
        provider = providers.pop()
        name = self.program.names.bare.get((type, provider)) or self._named(type, provider)
        return f"data.{type}.{name}.{vocabulary.spelled(lookup.field)}"

    def _named(self, type: str, provider: str) -> str:
        name = provider.rpartition(".")[2] or CURRENT
        if ("data", type, name) in self.program.names.defined:
            raise CannotFix(reasons.DATA_SOURCE_TAKEN.of(type=type, name=name))
        self.new[type, name] = provider
        self.attribution.record((type, name))
        return name

    def changes(self) -> Iterator[Change]:
        """The new data sources, sorted, in front of the first resource, module or data source that sorts behind, each
        written as asked by those that read it."""
        for (type, name), provider in sorted(self.new.items()):
            block = self._before((type, name))
            inner = f"\n  provider = {provider}\n" if provider else ""
            at = line_start(self.program.data, (*self.comments.above(block), block)[0].start_byte)
            self.attribution.current = self.attribution.of((type, name))
            yield Change(at, at, f'data "{type}" "{name}" {{{inner}}}\n\n')

    def _before(self, new: tuple[str, str]) -> Node:
        home = self._home()
        following = [block for block in home if kind_of(block) in ("data", "resource", "module")]
        for block in following:
            if kind_of(block) != "data" or body_of(block) or labels_of(block) > new:
                return block
        return following[-1]

    def _home(self) -> list[Node]:
        """The blocks of the first file that makes something."""
        for block in self.program.names.blocks:
            if kind_of(block) in ("resource", "module"):
                mine = self.program.file_of(block)
                return [each for each in self.program.names.blocks if self.program.file_of(each) == mine]
        raise CannotFix(reasons.NO_RESOURCE_IN_MODULE)


def _provider(options: object) -> str:
    """The provider that a resource names, nothing for the default one."""
    if options is None:
        return ""
    if not isinstance(options, Fields):
        raise CannotFix(reasons.UNKNOWN_PROVIDER)
    given = options.get("provider")
    if given is not None and not chain(unwrapped(given.place)):
        raise CannotFix(reasons.PROVIDER_EXPRESSION.of(code=given.shown))
    return given.shown if given is not None else ""
