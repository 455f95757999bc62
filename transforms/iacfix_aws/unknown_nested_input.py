"""Name inside an input that its object does not have.

*Why* TypeScript does not compile and Python's input classes raise a TypeError; a mapping in Python is passed on in
silence, and what it says never reaches AWS.

*Impact*
- Lets a program start that could not
- Sets what was meant, where it was ignored until now

*Lesson* The names inside inputs are the provider's own as well: `cloudwatchMetricsEnabled`, `noncurrentDays`.

*Left alone* Documents, whose keys are data; mappings of the program's own keys; what is spread there; Terraform
modules, where `terraform validate` names such arguments.

*Reported only* Names that no table knows, with the nearest that exists; a right name that is given too.

*On a deployed stack* What a mapping said in vain until now is set by the next deployment, in place.

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
