"""What of a resource in the provider's own names the provider does not have."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches

from iacfix.model import Entry, Fields, Items, Program, Provider, Resource, Value
from iacfix_aws._schema import Declared, Schema, nested_of, type_of
from iacfix_aws._tables import reasons
from iacfix_aws._tables.terraform import EVERYWHERE, OTHERWISE_NAMED, TABLED, WRITE_ONLY, Terraform

SCHEMA, VOCABULARY = Schema(), Terraform()


@dataclass(frozen=True)
class UnknownArgument:
    """An argument or a block that does not exist there in the version; `path` leads to it by the provider's names."""

    host: Resource
    entry: Entry
    path: str
    declared: Mapping[str, Declared]
    version: int

    @property
    def value(self) -> Value:
        return self.entry.value

    @property
    def message(self) -> str:
        return f"{self.host.written} {self.host.label} has no argument {self.path}"

    @property
    def reason(self) -> str:
        return reasons.NO_SUCH_ARGUMENT.of(version=self.version, nearest=self._nearest)

    @property
    def _nearest(self) -> str:
        """What a person may have meant, in words."""
        known = (
            VOCABULARY.block(key) if declared.is_list and declared.nested else VOCABULARY.spelled(key)
            for key, declared in self.declared.items()
        )
        found = get_close_matches(self.entry.written, sorted(known), 1, 0.6)
        return f"; the closest is {found[0]}" if found else ""


def unknown_arguments(program: Program, host: Resource) -> Iterator[UnknownArgument]:
    """Those of a resource and of its blocks. Nothing is told of a major that no table is of, and of what another one
    has that the program may meet."""
    declared = type_of(host.type, program.provider.major)
    if not host.written or declared is None or program.provider.number not in TABLED:
        return
    majors = (program.provider.major, *program.provider.others)
    for found, keys in _below(host, host.args, declared.inputs, (), program.provider, ""):
        if not any(SCHEMA.has(host.type, keys, major) for major in majors):
            yield found


def _below(
    host: Resource, fields: Fields, inputs: Mapping[str, Declared], keys: tuple[str, ...], provider: Provider, path: str
) -> Iterator[tuple[UnknownArgument, tuple[str, ...]]]:
    for entry in fields.entries:
        inner, below = f"{path}{entry.written}", (*keys, entry.key)
        if not entry.written or _is_known(host, entry, inner):
            continue
        if entry.key not in inputs:
            yield UnknownArgument(host, entry, inner, inputs, provider.number), below
        elif (nested := inputs[entry.key].nested) is not None:
            known = nested_of(host.type, nested, provider.major)
            for block in _blocks(entry.value) if known else ():
                yield from _below(host, block, known, below, provider, f"{inner}.")


def _blocks(value: Value) -> Iterator[Fields]:
    for each in value if isinstance(value, Items) else (value,):
        if isinstance(each, Fields):
            yield each


def _is_known(host: Resource, entry: Entry, path: str) -> bool:
    is_everywhere = path in EVERYWHERE or entry.written == "timeouts"
    return is_everywhere or entry.written.endswith(WRITE_ONLY) or f"{host.written}.{path}" in OTHERWISE_NAMED
