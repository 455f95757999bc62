"""API Gateway stage that is created by a deployment.

*Why* Major 7 removed `stageName` from deployments: the stage has to be a resource of its own. If such a resource exists
already, both would create the same stage, and the second one fails.

*Impact*
- The program runs with major 7
- Stages can have logs, tracing and settings of their own

*Lesson* A deployment is a snapshot of an API, a stage is where it is served: define them separately.

*Left alone* Deployments without a stage, and those of HTTP and WebSocket APIs, which never created one; deployments
whose inputs are not literal; Terraform modules, where `terraform validate` reports `stage_name` in versions without it.

*Reported only* A stage that major 6 still creates; canary settings; a stage of another name on the same deployment;
outputs of a deployment that already has a stage of its own; an API that is not given in the call.

*On a deployed stack* The deployment is updated in place and the stage is kept, but the new resource is not in the
state: import it as `restApi/stageName`, or creating it fails. That is why the fix is unsafe.

https://www.pulumi.com/registry/packages/aws/how-to-guides/7-0-migration/
"""

from __future__ import annotations

from collections.abc import Iterator

from iacfix.edit import AddResource, DropField, Edit, Keep, New, RefTo
from iacfix.model import Input, Program, Resource, Value, literal
from iacfix.rule import Finding, Safety, rule
from iacfix_aws._tables import reasons

DEPLOYMENT, STAGE = "aws.apigateway.Deployment", "aws.apigateway.Stage"
INPUTS = ("stageName", "stageDescription", "canarySettings")
OUTPUTS = ("invokeUrl", "executionArn", "stageName")
NAMED_BY = (
    ("aws.apigateway.BasePathMapping", "stageName"),
    ("aws.apigateway.MethodSettings", "stageName"),
    ("aws.apigateway.UsagePlan", "apiStages.stage"),
)
"""Where a stage is named by text."""
IMPORTED = "a deployed stage is there already: import it as restApi/stageName before the next deployment"


@rule(severity="high", category="Correctness", service="API Gateway", triggers=("apigateway",), safety="unsafe")
def implicit_stage(program: Program) -> Iterator[Finding]:
    for host in program.resources(DEPLOYMENT):
        given = [value for key in INPUTS if (value := host.args.get(key)) is not None]
        if not given or host.indirect:
            continue
        message, fix = f"deployment {host.label} creates its stage implicitly", _fix(program, host)
        if literal(host.args.get("stageName")) == "":
            message = f"deployment {host.label} sets an empty stageName, which major 7 removes"
        if isinstance(fix, str):
            yield Finding(given[0], message, reason=fix)
        elif any(isinstance(edit, AddResource) for edit in fix):
            yield Finding(given[0], message, fix, note=IMPORTED)
        else:
            yield Finding(given[0], message, fix, safety=Safety.SAFE)


def _fix(program: Program, host: Resource) -> tuple[Edit, ...] | str:
    """The deployment without its stage, and the stage where there is none."""
    args, name = host.args, host.args.get("stageName")
    if args.has("canarySettings"):
        return reasons.CANARY_SETTINGS
    drops = [DropField(args, key) for key in INPUTS if args.has(key)]
    if name is None or name.is_nothing or literal(name) == "":
        return tuple(drops)
    reads = [(value, output) for output in OUTPUTS for value in program.reads(host, output)]
    for stage in program.resources(STAGE):
        deployment = stage.args.get("deployment")
        if deployment is None or program.referent(deployment) is None:
            return reasons.STAGE_UNKNOWN.of(stage=stage.label)
        if program.referent(deployment) is host:
            if not _is_same(stage.args.get("stageName"), name):
                return reasons.STAGE_OF_OTHER_NAME.of(stage=stage.label)
            if reads:
                return reasons.STAGE_OUTPUT_READ.of(output=reads[0][1], stage=stage.label)
            return tuple(drops)
    for path, other in program.neighbours.programs("Stage"):
        if any(other.resources(STAGE)):
            return reasons.STAGE_ELSEWHERE.of(path=path)
    if program.provider.major == 6:
        return reasons.STAGE_IN_MAJOR_6
    api, description = args.get("restApi"), args.get("stageDescription")
    if api is None:
        return reasons.REST_API_UNKNOWN
    given: dict[str, New] = {"restApi": Keep(api), "deployment": RefTo(host, "id"), "stageName": Keep(name)}
    if description is not None:
        given["description"] = Keep(description)
    naming = (found for found in program.at(*NAMED_BY) if isinstance(found, Input))
    waiting = list(dict.fromkeys(found.host for found in naming if _is_same(found.value, name)))
    return (*drops, AddResource(host, STAGE, "stage", given, reads=reads, before=waiting))


def _is_same(one: Value | None, other: Value) -> bool:
    """They are certainly the same text."""
    return one is not None and (one.shown == other.shown or (literal(one) or "") == literal(other))
