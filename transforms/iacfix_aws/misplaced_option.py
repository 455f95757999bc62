"""Resource option passed as an input.

*Why* `dependsOn` and similar are options of Pulumi, not inputs of a class: Python raises a TypeError, and TypeScript
does not compile.

*Impact*
- The program runs again
- The intended order is kept

*Lesson* Inputs go to the provider. How Pulumi handles the resource is set in its options, the last argument.

*Left alone* Classes that have an input of that name; `dependsOn` inside container definitions and other documents;
inputs that are not literal; Terraform modules, where options are arguments of the block.

*Reported only* Options from elsewhere, or that set the same option already; dependencies that are not literal; a
`lifecycle` as in Terraform that asks for more than Pulumi does by itself.

*On a deployed stack* Nothing could be deployed with such an input, so nothing changes.

https://www.pulumi.com/docs/iac/concepts/options/
"""

from __future__ import annotations

from collections.abc import Iterator

from iacfix.edit import DropField, Keep, SetOption
from iacfix.model import Entry, Fields, Flag, Program
from iacfix.rule import Finding, rule
from iacfix_aws._schema import type_of
from iacfix_aws._tables import reasons
from iacfix_aws._views.unknown import OPTIONS


@rule(severity="high", category="Correctness", service="All services", triggers=("pulumi_aws", "@pulumi/aws"))
def misplaced_option(program: Program) -> Iterator[Finding]:
    for host in program.resources():
        declared = type_of(host.type, program.provider.major)
        if declared is None or host.indirect:
            continue
        given = [one for one in host.args.entries if one.key in OPTIONS and one.key not in declared.inputs]
        moved = [one for one in given if one.key != "lifecycle"]
        for one in given:
            if one.key == "lifecycle":
                yield _lifecycle(host.args, one, f"{host.type} {host.label} has its lifecycle among the inputs")
        if moved:
            names = " and ".join(one.key for one in moved)
            drops = [DropField(host.args, one.key) for one in moved]
            options = [SetOption(host, one.key, Keep(one.value)) for one in moved]
            yield Finding(moved[0].value, f"{host.type} {host.label} has {names} among its inputs", (*drops, *options))


def _lifecycle(inputs: Fields, entry: Entry, message: str) -> Finding:
    match entry.value:
        case Fields(entries=[Entry(key="createBeforeDestroy", value=Flag(flag=True))], is_open=False):
            note = "Pulumi makes the new resource first unless it is told otherwise"
            return Finding(entry.value, message, (DropField(inputs, entry.key),), note=note)
        case _:
            reason = reasons.LIFECYCLE_OPTIONS
            return Finding(entry.value, message, reason=reason)
