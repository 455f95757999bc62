"""Instance that does not require metadata tokens (IMDSv2).

*Why* Software on an instance gets the credentials of its role from the metadata service. Version 1 answers any request,
so a single forged request through a web server discloses the role's credentials; version 2 requires a token.

*Impact*
- Protects the role's credentials from server-side request forgery
- Meets what security standards require of instances
- Works with every AWS SDK released since 2020

*Lesson* Set `httpTokens` to `required` in `metadataOptions` of every instance and launch template.

*Left alone* Instances and templates that set `httpTokens` to anything but the literal `optional`, or disable the
endpoint; instances from a launch template of the same file, which decides.

*Reported only* An explicit `optional`; metadata options that do not, or may not, set the tokens; user data that calls
the metadata service without a token; launch templates with unknown user data, unless their names show that they are
nodes of a cluster; instances from a launch template of another file; launch configurations, which would be replaced;
inputs that cannot be read statically.

*On a deployed stack* An instance is updated in place; a launch template gets a new version, which its groups roll out
only when told to. The fix is unsafe: it assumes that all software on the machine uses tokens, which software older than
2020 does not. Containers on ECS and EKS nodes need one more hop, which is set where a name, the user data or a cluster
of the file shows it.

https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/configuring-IMDS-existing-instances.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from iacfix.edit import Inputs, New
from iacfix.model import Fields, Hidden, Null, Opaque, Program, Resource, literal
from iacfix.rule import Finding, rule
from iacfix_aws._tables import reasons
from iacfix_aws._views.unset import setting, unset

INSTANCE, TEMPLATE = "aws.ec2.Instance", "aws.ec2.LaunchTemplate"
CONFIGURATION = "aws.ec2.LaunchConfiguration"
KINDS = {INSTANCE: "instance", TEMPLATE: "launch template", CONFIGURATION: "launch configuration"}
ASKS, TOKEN = re.compile(r"169\.254\.169\.254|ec2-metadata\b"), re.compile(r"X-aws-ec2-metadata-token", re.IGNORECASE)
CLUSTERS = ("aws.ecs.Cluster", "aws.eks.Cluster", "aws.eks.NodeGroup")
NODE = re.compile(r"ECS_CLUSTER|nodeadm|(?<![a-z])(?:eks|ecs|kube|k8s|node)(?!js)", re.IGNORECASE)
"""What tells in the name or the user data of a machine that it runs containers."""
ASSUMED = "assumes that everything on it asks the metadata service with a token, as software older than 2020 does not"


@rule(
    severity="medium",
    category="Security / Access",
    service="EC2",
    triggers=("ec2",),
    safety="unsafe",
    checks={
        "fsbp": "EC2.8",
        "checkov": "CKV_AWS_79",
        "trivy": "AWS-0028 AWS-0130",
        "tfsec": "aws-ec2-enforce-http-token-imds aws-ec2-enforce-launch-config-http-token-imds AWS079",
        "semgrep": "terraform.aws.security.aws-ec2-launch-template-metadata-service-v1-enabled",
    },
)
def optional_metadata_token(program: Program) -> Iterator[Finding]:
    message = "{} {} does not require metadata tokens (IMDSv2)"
    tokens = program.at(*((type, "metadataOptions.httpTokens") for type in KINDS))
    hidden = {found.host: found.reason for found in tokens if isinstance(found, Hidden)}
    for host in program.resources(*KINDS):
        if reason := _written(host.args.get("metadataOptions"), hidden.get(host)):
            yield Finding(host, message.format(KINDS[host.type], host.label), reason=reason)
    for host, reason in unset(program, "metadataOptions", *KINDS):
        template = host.args.get("launchTemplate")
        if isinstance(template, Fields) and any(program.referent(entry.value) for entry in template.entries):
            continue
        said = message.format(KINDS[host.type], host.label)
        if reason := reason or _obstacle(host):
            yield Finding(host, said, reason=reason)
        else:
            options = Inputs(f"{host.type}MetadataOptions", _options(program, host))
            yield Finding(host, said, (setting(host.args, "metadataOptions", options),), note=ASSUMED)


def _written(options: object, hidden: str | None) -> str | None:
    """Why options that are written leave the first version open, or may: where they are `hidden`."""
    if not isinstance(options, Fields) or literal(options.get("httpEndpoint")) == "disabled":
        return None
    if options.lacks("httpTokens"):
        return reasons.TOKENS_UNSET
    return reasons.TOKENS_OPTIONAL if literal(options.get("httpTokens")) == "optional" else hidden


def _obstacle(host: Resource) -> str | None:
    data = [host.args.get(key) for key in ("userData", "userDataBase64")]
    if any(value is not None and value.mention(ASKS) and not value.mention(TOKEN) for value in data):
        return reasons.ASKS_WITHOUT_TOKEN
    if host.type == TEMPLATE and any(isinstance(value, Opaque) for value in data) and host.mention(NODE) is None:
        return reasons.USER_DATA_UNKNOWN
    if not isinstance(host.args.get("launchTemplate"), Null | None):
        return reasons.TEMPLATE_DECIDES
    return reasons.CONFIGURATION_REPLACED if host.type == CONFIGURATION else None


def _options(program: Program, host: Resource) -> dict[str, New]:
    """Tokens required; one hop more where containers run on it, or may on what a template starts."""
    is_node = host.mention(NODE) is not None
    is_node = is_node or (host.type == TEMPLATE and any(True for _ in program.resources(*CLUSTERS)))
    hops: dict[str, New] = {"httpPutResponseHopLimit": 2} if is_node else {}
    return {"httpEndpoint": "enabled", "httpTokens": "required", **hops}
