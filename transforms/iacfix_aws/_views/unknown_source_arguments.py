"""Arguments of Terraform data sources that the provider does not have."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from iacfix.model import Fields, Invoke, Items, Program, Spelling, Value
from iacfix_aws._tables import reasons
from iacfix_aws._tables.outdated import OF_SOURCES
from iacfix_aws._tables.terraform import NUMBERING
from iacfix_aws._tables.terraform_declared import Source, source
from iacfix_aws._views.wording import closest


@dataclass(frozen=True)
class UnknownSourceArgument:
    """An argument or a block that a data source does not have in any version that the program may meet."""

    asked: Invoke
    value: Value
    path: str
    version: int
    declared: Source

    @property
    def is_outdated(self) -> bool:
        """An earlier version had it."""
        before = (found for each in NUMBERING if each < self.version if (found := source(self.asked.written, each)))
        return any(self.path in found.arguments for found in before)

    @property
    def message(self) -> str:
        if self.is_outdated:
            return f"data source {self.asked.written} has {self.path}, which version {self.version} no longer has"
        return f"data source {self.asked.written} has no argument {self.path}"

    @property
    def reason(self) -> str:
        if (advice := OF_SOURCES.get(f"{self.asked.written}.{self.path}")) is not None:
            return reasons.SUCCESSOR.of(advice=advice)
        if self.path in self.declared.read:
            return reasons.ONLY_READ.of(version=self.version)
        newer = next((each for each in sorted(NUMBERING) if each > self.version and self._is_in(each)), None)
        if newer is not None:
            return reasons.TYPE_OF_MAJOR.of(major=newer)
        reason = reasons.NOTHING_REPLACES_IT if self.is_outdated else reasons.NO_SUCH_ARGUMENT
        return reason.of(version=self.version, nearest=self._nearest)

    def _is_in(self, version: int) -> bool:
        found = source(self.asked.written, version)
        return found is not None and self.path in found.arguments

    @property
    def _nearest(self) -> str:
        """The closest name, as a clause for messages."""
        around, _, last = self.path.rpartition(".")
        parts = (path.rpartition(".") for path in self.declared.arguments)
        return closest(last, (name for above, _, name in parts if above == around))


def unknown_source_arguments(program: Program) -> Iterator[UnknownSourceArgument]:
    versions = [version for version in program.provider.numbers if version in NUMBERING]
    for asked in program.invokes():
        declared = {version: found for version in versions if (found := source(asked.written, version)) is not None}
        if asked.written and asked.args is not None and declared:
            yield from _below(asked, declared, asked.args, "")


def _below(
    asked: Invoke, declared: Mapping[int, Source], fields: Fields, around: str
) -> Iterator[UnknownSourceArgument]:
    newest = max(declared)
    for entry in fields.entries:
        path, blocks = f"{around}{entry.written}", list(_blocks(entry.value))
        if not entry.written or (blocks and any(path in found.read for found in declared.values())):
            continue
        if not any(path in found.arguments for found in declared.values()):
            yield UnknownSourceArgument(asked, entry.value, path, newest, declared[newest])
        for block in blocks:
            if any(each.startswith(f"{path}.") for found in declared.values() for each in found.arguments):
                yield from _below(asked, declared, block, f"{path}.")


def _blocks(value: Value) -> Iterator[Fields]:
    for each in value if isinstance(value, Items) else (value,):
        if isinstance(each, Fields) and each.spelling is Spelling.INPUT:
            yield each
