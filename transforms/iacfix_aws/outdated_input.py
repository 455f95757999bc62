"""Input that the provider has removed.

*Why* Major 7 removed deprecated and discontinued inputs: a program that still sets one fails before anything is
deployed.

*Impact*
- The program runs with the next major
- The provider gets the same settings

*Lesson* A deprecated input names its successor: switch before the next major removes it.

*Left alone* Inputs that the program's major has, except for `vpc` of an elastic IP, whose successor exists in both
majors; inputs that cannot be read statically; in modules for version 4 or 5 of the Terraform provider, what that
version has.

*Reported only* Inputs without an equivalent successor; values that are not literal where a word replaces a flag; an
input whose successor is set too; removed inputs inside objects. In a Terraform module, arguments that a block replaces,
arguments that other code refers to, and those of data sources.

*On a deployed stack* Both names are the same setting, so the next deployment changes nothing, or only the state. A
Systems Manager association may be replaced, so that fix is unsafe.

https://www.pulumi.com/registry/packages/aws/how-to-guides/7-0-migration/
"""

from __future__ import annotations

from collections.abc import Iterator

from iacfix.edit import DropField, Edit, Inputs, Keep, Rename, SetField
from iacfix.model import Flag, Items, Program, literal, may_be_nothing
from iacfix.rule import Finding, Safety, rule
from iacfix_aws._tables import reasons
from iacfix_aws._tables.outdated import DROPPED, RENAMED, SUCCESSORS, WORDS
from iacfix_aws._views.unknown import Unknown, outdated, renamed
from iacfix_aws._views.unknown_source_arguments import unknown_source_arguments

REPLACED = "the provider may replace the association: read the preview"


@rule(severity="high", category="Correctness", service="All services", triggers=("pulumi_aws", "@pulumi/aws", "aws_"))
def outdated_input(program: Program) -> Iterator[Finding]:
    for asked in unknown_source_arguments(program):
        if asked.is_outdated:
            yield Finding(asked.value, asked.message, reason=asked.reason)
    for host in (*program.resources(), *program.default_providers()):
        for one in outdated(program, host):
            gone = "major 7 no longer has" if one.others else "is deprecated and gone in major 7"
            message = f"{host.type} {host.label} has {one.path}, which {gone}"
            if host.written:
                number = program.provider.number
                message = f"{host.written} {host.label} has {one.entry.written}, which version {number} no longer has"
            fix = _fix(program, one)
            if isinstance(fix, str):
                yield Finding(one.entry.value, message, reason=fix)
            elif host.type == "aws.ssm.Association":
                yield Finding(one.entry.value, message, fix, safety=Safety.UNSAFE, note=REPLACED)
            else:
                yield Finding(one.entry.value, message, fix)


def _fix(program: Program, one: Unknown) -> tuple[Edit, ...] | str:
    """The edits that say the same, or why there are none."""
    type, key, value = one.type, one.path, one.entry.value
    if key in DROPPED.get(type, ()):
        return (DropField(one.fields, one.entry.key),)
    if (right := RENAMED.get(type, {}).get(key)) is not None:
        edit = renamed(program, one, right)
        return (edit,) if isinstance(edit, Rename) else edit
    match type, key, value:
        case _, _, Flag(flag=flag) if (word := WORDS.get(type, {}).get(key)) is not None:
            right, words = word
            says = flag in words and not one.fields.has(right)
            return (Rename(one.fields, key, right, words[flag]) if says else DropField(one.fields, key),)
        case "aws.eks.Addon", "resolveConflicts", _ if (how := literal(value)) is not None:
            if how == "PRESERVE":
                return (Rename(one.fields, key, "resolveConflictsOnUpdate"),)
            return (
                Rename(one.fields, key, "resolveConflictsOnCreate"),
                SetField(one.fields, "resolveConflictsOnUpdate", how, key),
            )
        case "aws.batch.JobQueue", "computeEnvironments", Items(is_open=False) if value.is_direct:
            order = "aws.batch.JobQueueComputeEnvironmentOrder"
            made = [Inputs(order, {"order": at, "computeEnvironment": Keep(each)}) for at, each in enumerate(value)]
            return (Rename(one.fields, key, "computeEnvironmentOrders", made),)
        case "aws.ssm.Association", "instanceId", _ if not may_be_nothing(value):
            target = Inputs("aws.ssm.AssociationTarget", {"key": "InstanceIds", "values": [Keep(value)]})
            return (Rename(one.fields, key, "targets", [target]),)
        case _:
            advice = SUCCESSORS.get(type, {}).get(key)
            return (
                reasons.SUCCESSOR.of(advice=advice) if advice else reasons.NOTHING_REPLACES_IT.of(nearest=one.nearest)
            )
