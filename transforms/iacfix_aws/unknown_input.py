"""Input that the class of a resource does not have.

*Why* Python raises a TypeError when it creates the resource, and TypeScript does not compile: nothing in the program
can be deployed. Such names often come from another tool (`alarmName` of CloudFormation) or are misspelled.

*Impact*
- The program runs again
- The setting that was meant takes effect; its comments are kept

*Lesson* Use the input names of the provider: look them up in the class, and run the type checker before a deployment.

*Left alone* Values that are spread into the inputs, which may hold other keys on purpose; classes of other packages,
and classes that do not exist; resource options; keys of JSON documents; classes that are passed to a factory.

*Reported only* Unknown names without a known correction (with the nearest existing name); an input whose correct name
is set too; a value that may or may not be a list; several EFS transitions in one policy; settings that are resources of
their own; inputs that only another major has. In modules everything, data sources too.

*On a deployed stack* No typed program with such an input can be deployed, so nothing changes.

https://www.pulumi.com/registry/packages/aws/
"""

from __future__ import annotations

from collections.abc import Iterator

from iacfix.edit import AddResource, DropField, Edit, Keep, RefTo, Rename
from iacfix.model import Fields, Flag, Program, Resource, literal
from iacfix.rule import Finding, rule
from iacfix_aws._schema import version
from iacfix_aws._tables import reasons
from iacfix_aws._tables.renames import INPUTS, OWN_RESOURCES
from iacfix_aws._views.unknown import Unknown, renamed, unknown_inputs
from iacfix_aws._views.unknown_anywhere import unknown_anywhere

BLOCK = "aws.s3.BucketPublicAccessBlock"
BLOCKING = ("blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets")


@rule(severity="high", category="Correctness", service="All services", triggers=("pulumi_aws", "@pulumi/aws"))
def unknown_input(program: Program) -> Iterator[Finding]:
    yield from (Finding(one.value, one.message, reason=one.reason) for one in unknown_anywhere(program))
    for host in program.resources():
        unknowns = list(unknown_inputs(program, host))
        blocking = [one for one in unknowns if host.type.startswith("aws.s3.Bucket") and one.entry.key in BLOCKING]
        if blocking:
            message = f"bucket {host.label} has no input {blocking[0].entry.key}"
            yield _finding(blocking[0], message, _as_block(program, host, blocking))
        for one in unknowns:
            outdated = any(other < program.provider.major for other in one.others)
            if one not in blocking and not outdated and not _goes_along(one):
                yield _finding(one, f"{host.type} {host.label} has no input {one.entry.key}", _fix(program, one))


def _finding(one: Unknown, message: str, fix: tuple[Edit, ...] | str) -> Finding:
    edits, reason = ((), fix) if isinstance(fix, str) else (fix, None)
    return Finding(one.entry.value, message, edits, reason)


def _fix(program: Program, one: Unknown) -> tuple[Edit, ...] | str:
    """The edits that say it rightly, or why a person has to."""
    key, value, major = one.entry.key, one.entry.value, program.provider.major
    if _joins_transitions(one):
        return reasons.SEVERAL_TRANSITIONS
    if (right := INPUTS.get(one.host.type, {}).get(key)) is not None:
        edit = renamed(program, one, right)
        return (edit,) if isinstance(edit, Rename) else edit
    if (own := OWN_RESOURCES.get(one.host.type, {}).get(key)) is not None:
        return reasons.RESOURCE_OF_ITS_OWN.of(type=own)
    match one.host.type, key, value:
        case "aws.elasticache.ReplicationGroup", "authTokenEnabled", Flag(flag=False):
            return (DropField(one.fields, key),)
        case "aws.lb.LoadBalancer", "scheme", _ if literal(value) in ("internal", "internet-facing"):
            return (Rename(one.fields, key, "internal", literal(value) == "internal"),)
        case "aws.ec2.FlowLog", "resourceId", _ if literal(one.fields.get("resourceType")) == "VPC":
            return (Rename(one.fields, key, "vpcId"), DropField(one.fields, "resourceType"))
        case _ if one.others:
            return reasons.ONLY_IN_MAJOR.of(major=one.others[0])
        case _:
            return reasons.NO_SUCH_NAME.of(version=version(major), nearest=one.nearest)


def _joins_transitions(one: Unknown) -> bool:
    """A lifecycle policy that EFS rejects as a list of one, or whose transitions cannot be counted."""
    if (one.host.type, one.entry.key) != ("aws.efs.FileSystem", "lifecyclePolicy"):
        return False
    value = one.entry.value
    return isinstance(value, Fields) and (len(value.entries) > 1 or value.is_open)


def _goes_along(one: Unknown) -> bool:
    """The kind of what a flow log watches goes with the name that implies it."""
    is_kind = (one.host.type, one.entry.key) == ("aws.ec2.FlowLog", "resourceType")
    return is_kind and literal(one.entry.value) == "VPC" and one.fields.entry("resourceId") is not None


def _as_block(program: Program, bucket: Resource, blocking: list[Unknown]) -> tuple[Edit, ...] | str:
    """Arguments of a public access block as the resource that takes them."""
    others = [block.args.get("bucket") for block in program.resources(BLOCK)]
    if any(other is None or program.referent(other) in (None, bucket) for other in others):
        return reasons.BLOCK_MAY_BE_SET.of(type=BLOCK)
    for path, beyond in program.neighbours.programs("BucketPublicAccessBlock"):
        if any(beyond.resources(BLOCK)):
            return reasons.BLOCK_MAY_BE_SET_ELSEWHERE.of(type=BLOCK, path=path)
    given = {one.entry.key: Keep(one.entry.value) for one in blocking}
    drops = [DropField(one.fields, one.entry.key) for one in blocking]
    inputs = {"bucket": RefTo(bucket, "id"), **given}
    added = AddResource(bucket, BLOCK, "public-access-block", inputs, is_new=True)
    return (*drops, added)
