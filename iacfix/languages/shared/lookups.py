"""Which provider the options of a resource give it, and with it what is looked up for it."""

from __future__ import annotations

from dataclasses import dataclass

from iacfix import reasons
from iacfix.errors import CannotFix
from iacfix.model import Fields, Null, Program, Resource, Value


@dataclass(frozen=True)
class Context:
    """Which provider a call asks: `parent` or `provider` with its expression, or the default one."""

    kind: str = ""
    code: str = ""


def context_of(program: Program, host: Resource) -> Context:
    if host.untouched is not None:
        raise CannotFix(host.untouched)
    return context_by(program, host.options)


def context_by(program: Program, options: Value | None) -> Context:
    """What options say of the provider, through parents that are resources of this file."""
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
    """That of the parent which options name; None where they name none."""
    parent = options.get("parent") if isinstance(options, Fields) else None
    if parent is None or isinstance(parent, Null):
        return None
    owner = program.referent(parent)
    return context_of(program, owner) if owner is not None else Context("parent", parent.code)
