"""Name inside an input that its object does not have.

*Why* TypeScript does not compile, and Python's input classes raise a TypeError. A mapping in Python is passed on
silently, and the setting never reaches AWS.

*Impact*
- The program runs again
- Settings that were silently ignored take effect

*Lesson* Names inside inputs are the provider's names, too: `cloudwatchMetricsEnabled`, `noncurrentDays`.

*Left alone* Documents, whose keys are data; mappings with keys of the program's own; spread values; Terraform modules,
where `terraform validate` reports such arguments.

*Reported only* Unknown names without a known correction, with the nearest existing name; a name whose correct spelling
is set too.

*On a deployed stack* Settings of a mapping that were ignored so far are applied by the next deployment, in place.

https://www.pulumi.com/registry/packages/aws/
"""

from __future__ import annotations

from collections.abc import Iterator

from iacfix.edit import DropField, Edit, Keep, Rename, SetField
from iacfix.model import Fields, Items, Program, Resource
from iacfix.rule import Finding, rule
from iacfix_aws._schema import version
from iacfix_aws._tables import reasons
from iacfix_aws._tables.renames import DEPLOYMENT, NESTED, ONE
from iacfix_aws._views.unknown import Unknown, renamed, unknown_nested

SERVICE, CONFIGURATION = "aws.ecs.Service", "deploymentConfiguration"


@rule(severity="high", category="Correctness", service="All services", triggers=("pulumi_aws", "@pulumi/aws"))
def unknown_nested_input(program: Program) -> Iterator[Finding]:
    for host in program.resources():
        unknowns = [one for one in unknown_nested(program, host) if not _is_outdated(program, one)]
        moved = [one for one in unknowns if host.type == SERVICE and _moves(one)]
        if moved:
            message = f"{host.type} {host.label} has no {moved[0].path}"
            yield Finding(moved[0].entry.value, message, tuple(_moved(host, moved)))
        for one in (one for one in unknowns if one not in moved):
            message, fix = f"{host.type} {host.label} has no {one.path}", _fix(program, one)
            if isinstance(fix, str):
                yield Finding(one.entry.value, message, reason=fix)
            else:
                yield Finding(one.entry.value, message, (fix,))


def _is_outdated(program: Program, one: Unknown) -> bool:
    return any(other < program.provider.major for other in one.others)


def _fix(program: Program, one: Unknown) -> Rename | str:
    right = NESTED.get(one.type, {}).get(one.path)
    if right is None:
        known = reasons.ONLY_IN_MAJOR.of(major=one.others[0]) if one.others else ""
        return known or reasons.NO_SUCH_NAME.of(version=version(program.provider.major), nearest=one.nearest)
    if one.entry.key in ONE and not isinstance(one.entry.value, Items):
        return Rename(one.fields, one.entry.key, right, [Keep(one.entry.value)])
    return renamed(program, one, right)


def _moves(one: Unknown) -> bool:
    return one.path in {f"{CONFIGURATION}.{name}" for name in DEPLOYMENT}


def _moved(host: Resource, moved: list[Unknown]) -> Iterator[Edit]:
    """What an object holds as inputs of the service; an object that nothing else is in goes."""
    around = host.args.get(CONFIGURATION)
    alone = isinstance(around, Fields) and len(around.entries) == len(moved) and not around.is_open
    after = CONFIGURATION
    for one in moved:
        yield SetField(host.args, DEPLOYMENT[one.entry.key], Keep(one.entry.value), after)
        if not alone:
            yield DropField(one.fields, one.entry.key)
    if alone:
        yield DropField(host.args, CONFIGURATION)
