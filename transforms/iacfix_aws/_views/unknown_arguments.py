"""Arguments of Terraform resources that the provider does not have."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from iacfix.model import Entry, Fields, Items, Program, Provider, Resource, Value
from iacfix_aws._schema import Declared, Schema, nested_of, type_of
from iacfix_aws._tables import reasons
from iacfix_aws._tables.terraform import EVERYWHERE, NUMBERING, OTHERWISE_NAMED, WRITE_ONLY, Terraform
from iacfix_aws._tables.terraform_declared import has
from iacfix_aws._views.wording import closest

SCHEMA, VOCABULARY = Schema(), Terraform()


@dataclass(frozen=True)
class UnknownArgument:
    """An argument or a block that does not exist there in the version; `path` leads to it by the provider's names."""

    host: Resource
    type: str
    written: str
    fields: Fields
    entry: Entry
    path: str
    owner: str
    keys: tuple[str, ...]
    declared: Mapping[str, Declared]
    version: int

    def key_in(self, version: int) -> str:
        """Its name in the schema of a version."""
        return VOCABULARY.argument(self.owner, self.entry.written, NUMBERING[version]).name

    def is_in(self, version: int) -> bool:
        """That version has it, or it is not known."""
        facts, told = NUMBERING[version], has(f"{self.written}.{self.path}", version)
        if told is not None or type_of(self.type, facts) is None:
            return told is not False
        return SCHEMA.has(self.type, (*self.keys[:-1], self.key_in(version)), facts)

    @property
    def older(self) -> int | None:
        """The last earlier version that had it."""
        return next(
            (each for each in sorted(NUMBERING, reverse=True) if each < self.version and self.is_in(each)), None
        )

    @property
    def newer(self) -> int | None:
        """The first later version that has it."""
        return next((each for each in sorted(NUMBERING) if each > self.version and self.is_in(each)), None)

    @property
    def value(self) -> Value:
        return self.entry.value

    @property
    def message(self) -> str:
        return f"{self.written} {self.host.label} has no argument {self.path}"

    @property
    def reason(self) -> str:
        if self.newer is not None:
            return reasons.TYPE_OF_MAJOR.of(major=self.newer)
        return reasons.NO_SUCH_ARGUMENT.of(version=self.version, nearest=self._nearest)

    @property
    def _nearest(self) -> str:
        """The closest name, as a clause for messages."""
        known = (
            VOCABULARY.block(key) if declared.is_list and declared.nested else VOCABULARY.spelled(key)
            for key, declared in self.declared.items()
        )
        return closest(self.entry.written, known)


def unknown_arguments(program: Program, host: Resource, meant: str = "") -> Iterator[UnknownArgument]:
    """The unknown arguments of a resource and its blocks, as one of the type `meant` if that is given. What any
    possible version of the provider has is not unknown."""
    provider = program.provider
    type = VOCABULARY.resource(meant, provider.major) if meant else host.type
    declared = type_of(type, provider.major)
    if not host.written or declared is None:
        return
    versions = [version for version in provider.numbers if version in NUMBERING]
    told = _Arguments(host, type, meant or host.written, provider)
    for fields in (host.args, *(each for each in host.args.spreads if isinstance(each, Fields))):
        for found in told.below(fields, type, declared.inputs):
            if not any(found.is_in(version) for version in versions):
                yield found


@dataclass(frozen=True)
class _Arguments:
    """Walks the arguments of a resource as one of a type."""

    host: Resource
    type: str
    written: str
    provider: Provider

    def below(
        self, fields: Fields, owner: str, inputs: Mapping[str, Declared], keys: tuple[str, ...] = (), path: str = ""
    ) -> Iterator[UnknownArgument]:
        for entry in fields.entries:
            inner = f"{path}{entry.written}"
            if not entry.written or self._is_known(entry, inner):
                continue
            argument = VOCABULARY.argument(owner, entry.written, self.provider.major)
            here = (*keys, argument.name)
            number = self.provider.number
            if argument.name not in inputs or has(f"{self.written}.{inner}", number) is False:
                yield UnknownArgument(
                    self.host, self.type, self.written, fields, entry, inner, owner, here, inputs, number
                )
            elif argument.inner is not None and (nested := inputs[argument.name].nested) is not None:
                known = nested_of(self.type, nested, self.provider.major)
                for block in _blocks(entry.value) if known else ():
                    yield from self.below(block, argument.inner, known, here, f"{inner}.")

    def _is_known(self, entry: Entry, path: str) -> bool:
        is_everywhere = path in EVERYWHERE or entry.written == "timeouts"
        is_otherwise = f"{self.written}.{path}" in OTHERWISE_NAMED
        return is_everywhere or is_otherwise or entry.written.endswith(WRITE_ONLY)


def _blocks(value: Value) -> Iterator[Fields]:
    for each in value if isinstance(value, Items) else (value,):
        if isinstance(each, Fields):
            yield each
