"""The provider that the options of a resource select, which its lookups have to use too."""

from __future__ import annotations

from dataclasses import dataclass

from iacfix import reasons
from iacfix.errors import CannotFix
from iacfix.model import Fields, Null, Program, Resource, Value


@dataclass(frozen=True)
class Context:
    """The provider of a call: `kind` is `parent` or `provider` and `code` its expression; both are empty for the
    default provider."""

    kind: str = ""
    code: str = ""


def context_of(program: Program, host: Resource) -> Context:
    if host.untouched is not None:
        raise CannotFix(host.untouched)
    return context_by(program, host.options)


def context_by(program: Program, options: Value | None) -> Context:
    """The provider that options select, following parents that are resources of this file; raises CannotFix where it
    cannot be determined."""
    if options is None or isinstance(options, Null):
        return Context()
    if not isinstance(options, Fields) or options.is_open:
        raise CannotFix(reasons.UNKNOWN_PROVIDER)
    if options.has("providers"):
        raise CannotFix(reasons.PROVIDERS_LIST)
    provider = options.get("provider")
    if provider is not None and not isinstance(provider, Null):
        return Context("provider", provider.code)
    return context_below(program, options) or Context()


def context_below(program: Program, options: Value | None) -> Context | None:
    """The provider of the parent in the options; None where they have no parent."""
    parent = options.get("parent") if isinstance(options, Fields) else None
    if parent is None or isinstance(parent, Null):
        return None
    owner = program.referent(parent)
    return context_of(program, owner) if owner is not None else Context("parent", parent.code)
