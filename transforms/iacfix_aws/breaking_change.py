"""Use of something that a new major of the provider changed.

*Why* A new major removes classes, inputs, outputs and constants, makes optional inputs required, and changes defaults.
Rules rewrite some of this; the rest needs a decision, and is easily missed in the upgrade guide.

*Impact*
- Finds what would no longer run or compile, before a deployment does
- Names changed defaults that would change a deployed resource
- Turns the upgrade guide into a list of places in the program

*Lesson* Upgrade one major at a time, and check the preview for everything on the list.

*Left alone* Inputs that outdated-input or implicit-stage report; inputs that are not literal; Terraform modules, whose
provider has upgrade guides of its own; programs of the oldest known major, and everything that both majors treat alike.
`iacfix check` runs this rule only if it is selected; `iacfix upgrade` always runs it.

*Reported only* Everything: a class, input, output or name that this major or the next one does not have; an input that
is now required or has another shape; a default that changed. Deprecated inputs of one resource with the same advice are
reported once. Results of functions are reported where they are read, also in callbacks of promises and outputs.

*On a deployed stack* Each finding says what the preview will show, if anything.

https://www.pulumi.com/registry/packages/aws/how-to-guides/7-0-migration/
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from iacfix.model import Fields, Invoke, Items, Program, Resource, Text, Value, literal
from iacfix.rule import Finding, rule
from iacfix_aws._tables import reasons
from iacfix_aws._tables.changes import BreakingChange, ChangeKind, changes
from iacfix_aws._views.unknown import STAGES, outdated

COMMON = frozenset({"id", "arn", "name", "region", "tagsAll"})
"""Results that many have: that something is read by one of these names says nothing."""

VERIFYING = ("trustStoreArn", "advertiseTrustStoreCaNames", "ignoreClientCertificateExpiry")


@rule(
    severity="medium",
    category="Upgrade",
    service="All services",
    triggers=("pulumi_aws", "@pulumi/aws"),
    only_reports=True,
)
def breaking_change(program: Program) -> Iterator[Finding]:
    table = changes(program.provider.major)
    if table is None:
        return
    for resource in program.resources(*table.resources):
        told: set[object] = {one.entry.value for one in outdated(program, resource)}
        for change in table.resources[resource.type]:
            if change.what is ChangeKind.GONE and resource.type == STAGES:
                continue
            for found in _of_resource(program, resource, change):
                advice = change.advice if change.what is ChangeKind.DEPRECATED else None
                if told.isdisjoint((found.at, advice)):
                    told.update(filter(None, (advice,)))
                    yield found
    for call in program.invokes(*table.functions):
        for change in table.functions[call.function]:
            if change.what is ChangeKind.OUTPUT:
                yield from _of_result(program, call, change)
            else:
                yield from _of_inputs(call, call.function, call.args, change)
    for name, place in program.named():
        if name in table.names:
            yield Finding(place, f"{name} is gone", reason=reasons.UPGRADE_ADVICE.of(advice=table.names[name]))
    yield from _of_behaviour(program)


def _of_resource(program: Program, resource: Resource, change: BreakingChange) -> Iterator[Finding]:
    if change.what is ChangeKind.RESOURCE:
        yield _finding(resource, f"{resource.type} is gone", change)
    elif change.what is ChangeKind.OUTPUT:
        for read in program.reads(resource, _first(change.path)):
            yield _finding(read, f"the output {change.path} of {resource.type} is gone or changed", change)
    else:
        yield from _of_inputs(resource, resource.type, resource.args, change)


def _of_result(program: Program, call: Invoke, change: BreakingChange) -> Iterator[Finding]:
    """Where the result is read; at the call where something else is read by its name, if that is no common one."""
    first, message = _first(change.path), f"the result {change.path} of {call.function} is gone, changed or deprecated"
    reads = list(program.reads(call, first))
    if not reads and first not in COMMON and any(program.reads(None, first)):
        reads = [call]
    yield from (_finding(read, message, change) for read in reads)


def _of_inputs(at: Value, owner: str, args: Fields | None, change: BreakingChange) -> Iterator[Finding]:
    *around, last = change.path.split(".")
    for fields in _inside([args] if args is not None else [], around):
        value = fields.get(last)
        is_there, place = fields.has(last), value if value is not None else at
        input = f"{change.path} of {owner}"
        match change.what:
            case ChangeKind.GONE if is_there:
                yield _finding(place, f"the input {input} is gone", change)
            case ChangeKind.TYPE if value is not None and not _has_shape(value, change.shape):
                yield _finding(place, f"the input {input} takes another type", change)
            case ChangeKind.REQUIRED if fields.lacks(last):
                yield _finding(at if fields is args else fields, f"the input {input} has to be set", change)
            case ChangeKind.DEPRECATED if is_there:
                yield _finding(place, f"the input {input} is deprecated", change)
            case ChangeKind.ABSENT if fields.lacks(last):
                yield _finding(at if fields is args else fields, f"the default of {input} changed", change)
            case ChangeKind.SEEN if is_there:
                yield _finding(place, f"{input} is treated differently", change)
            case ChangeKind.WITH if is_there and fields.lacks(change.shape):
                yield _finding(place, f"{input} requires {change.shape} as well", change)
            case _:
                pass


def _of_behaviour(program: Program) -> Iterator[Finding]:
    """What no schema tells."""
    for resource in program.resources("aws.lb.Listener"):
        for fields in _inside([resource.args], ["mutualAuthentication"]):
            mode = literal(fields.get("mode"))
            for key in VERIFYING:
                if mode not in (None, "verify") and (value := fields.get(key)) is not None:
                    message = f"mutualAuthentication.{key} goes with the mode verify only"
                    yield Finding(value, message, reason=reasons.DROP_FOR_MODE.of(mode=mode))
    for resource in program.resources("aws.elasticache.ReplicationGroup", "aws.elasticache.Cluster"):
        engine = resource.args.get("engine")
        if isinstance(engine, Text) and engine.literal is not None and engine.literal != engine.literal.lower():
            yield Finding(
                engine,
                "the engine has to be written in lower case",
                reason=reasons.WRITE_LOWER_CASE.of(word=engine.literal.lower()),
            )


def _inside(values: Iterable[Value], path: list[str]) -> Iterator[Fields]:
    """The objects at the end of a path, through lists."""
    for value in values:
        if isinstance(value, Items):
            yield from _inside(value.elements, path)
        elif isinstance(value, Fields):
            if not path:
                yield value
            elif (inner := value.get(path[0])) is not None:
                yield from _inside([inner], path[1:])


def _has_shape(value: Value, shape: str) -> bool:
    return isinstance(value, Items) if shape == "list" else isinstance(value, Text)


def _first(path: str) -> str:
    return path.partition(".")[0]


def _finding(at: Value, message: str, change: BreakingChange) -> Finding:
    return Finding(at, message, reason=reasons.UPGRADE_ADVICE.of(advice=change.advice), note=change.note or None)
