"""Attributes that a Terraform module reads and that the provider does not have."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from iacfix.model import Invoke, Program, Resource, Value
from iacfix_aws._schema import type_of
from iacfix_aws._tables import reasons
from iacfix_aws._tables.terraform import EVERYWHERE, NUMBERING, OTHERWISE_NAMED, WRITE_ONLY, Terraform, spellings
from iacfix_aws._tables.terraform_declared import gives_out, has, source
from iacfix_aws._views.wording import closest

VOCABULARY = Terraform()


@dataclass(frozen=True)
class UnknownOutput:
    """An attribute that is read of a resource or a data source, and that no version has which the program may meet."""

    read_of: str
    name: str
    value: Value
    version: int
    known: tuple[str, ...]

    @property
    def message(self) -> str:
        return f"{self.read_of} has no attribute {self.name}"

    @property
    def reason(self) -> str:
        return reasons.NO_SUCH_OUTPUT.of(version=self.version, nearest=closest(self.name, self.known, 0.7))


def unknown_outputs(program: Program, made: Resource | Invoke, meant: str = "") -> Iterator[UnknownOutput]:
    """The unknown attributes of a resource or data source, as one of the type `meant` if that is given."""
    written = meant or made.written
    versions = [version for version in program.provider.numbers if version in NUMBERING]
    known = {version: _known(made, written, version) for version in versions if written}
    told = {version: names for version, names in known.items() if names is not None}
    if not told:
        return
    for name, value in program.outputs_read(made):
        if not any(_is_in(names, written, name, version) for version, names in told.items()):
            newest = max(told)
            shown = (VOCABULARY.spelled(each) for each in told[newest])
            title = f"data source {written}" if isinstance(made, Invoke) else f"{written} {made.label}"
            yield UnknownOutput(title, name, value, newest, tuple(sorted(shown)))


def _known(made: Resource | Invoke, written: str, version: int) -> frozenset[str] | None:
    """The attributes: by schema names for a resource, by own names for a data source; None where they are not known."""
    if isinstance(made, Invoke):
        found = source(written, version)
        return found.read | found.arguments if found is not None else None
    declared = type_of(VOCABULARY.resource(written, NUMBERING[version]), NUMBERING[version])
    return declared.outputs.union(declared.inputs) if declared is not None else None


def _is_in(names: frozenset[str], written: str, name: str, version: int) -> bool:
    path = f"{written}.{name}"
    is_everywhere = name in EVERYWHERE or path in OTHERWISE_NAMED or name.endswith(WRITE_ONLY)
    if is_everywhere or name in names or gives_out(path, version) or has(path, version):
        return True
    return any(each in names for each in spellings(name))
