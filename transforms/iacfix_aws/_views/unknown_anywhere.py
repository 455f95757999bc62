"""Unknown arguments of a Terraform module that no earlier version of the provider had either."""

from __future__ import annotations

from collections.abc import Iterator

from iacfix.model import Program
from iacfix_aws._views.unknown_arguments import UnknownArgument, unknown_arguments
from iacfix_aws._views.unknown_source_arguments import UnknownSourceArgument, unknown_source_arguments


def unknown_anywhere(program: Program) -> Iterator[UnknownArgument | UnknownSourceArgument]:
    """Arguments of resources, data sources and providers, those of their blocks among them."""
    for host in (*program.resources(), *program.default_providers()):
        yield from (one for one in unknown_arguments(program, host) if one.older is None)
    yield from (one for one in unknown_source_arguments(program) if not one.is_outdated)
