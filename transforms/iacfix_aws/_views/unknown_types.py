"""Types of resources and data sources that the provider does not have."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from iacfix.model import Program, Provider, Resource, Value
from iacfix_aws._schema import type_of
from iacfix_aws._tables import reasons
from iacfix_aws._tables.terraform import PREFIX, Terraform
from iacfix_aws._tables.terraform_types import MEANT, NEWEST, known, last_with
from iacfix_aws._views.unknown_arguments import unknown_arguments
from iacfix_aws._views.unknown_outputs import unknown_outputs
from iacfix_aws._views.wording import closest

VOCABULARY = Terraform()
SOURCE = "data."
LIKE = 0.8
"""The least similarity of a name that is suggested."""


@dataclass(frozen=True)
class UnknownType:
    """A resource or a data source of a type that no major that the program may meet has."""

    value: Value
    message: str
    reason: str
    host: Resource | None = None
    meant: str | None = None
    """The resource that is meant, where a table says so and nothing speaks against it."""


def unknown_types(program: Program) -> Iterator[UnknownType]:
    for host in program.resources():
        if host.written.startswith(PREFIX) and _is_missing(program.provider, host.written):
            meant = MEANT.get(host.written)
            reason = _unfit(program, host, meant) if meant is not None else _why(program.provider, host.written)
            message = f"there is no resource {host.written}"
            yield UnknownType(host, message, reason, host, meant if not reason else None)
    for asked in program.invokes():
        if asked.written and _is_missing(program.provider, name := f"{SOURCE}{asked.written}"):
            message = f"there is no data source {asked.written}"
            yield UnknownType(asked, message, _why(program.provider, name))


def _is_missing(provider: Provider, name: str) -> bool:
    return not any(name in known(major) for major in provider.numbers)


def _why(provider: Provider, name: str) -> str:
    if (last := last_with(name, (major for major in NEWEST if major < provider.number))) is not None:
        return reasons.TYPE_ENDED.of(last=last)
    newer = next((major for major in NEWEST if major > provider.number and name in known(major)), None)
    if newer is not None:
        return reasons.TYPE_OF_MAJOR.of(major=newer)
    is_source = name.startswith(SOURCE)
    same = (each for each in known(provider.number) if each.startswith(SOURCE) == is_source)
    nearest = closest(name, same, LIKE).replace(SOURCE, "")
    return reasons.NO_SUCH_TYPE.of(version=NEWEST[provider.number], nearest=nearest)


def _unfit(program: Program, host: Resource, meant: str) -> str:
    """Why the resource cannot become one of the type that is meant; empty where it can."""
    type = VOCABULARY.resource(meant, program.provider.major)
    if type_of(type, program.provider.major) is None:
        return reasons.TYPE_MEANT.of(meant=meant)
    if (unknown := next(unknown_arguments(program, host, meant), None)) is not None:
        return reasons.TYPE_WITHOUT_ARGUMENT.of(meant=meant, path=unknown.path)
    read = next(unknown_outputs(program, host, meant), None)
    return reasons.TYPE_WITHOUT_OUTPUT.of(meant=meant, name=read.name) if read is not None else ""
