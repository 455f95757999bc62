"""Administration or database port that is open to the world.

*Why* A security group rule for 0.0.0.0/0 lets any machine on the internet try passwords and exploits on the port, from
the minute it is deployed.

*Impact*
- Shows where the network relies on passwords alone
- Names the rule and the port that a reviewer has to accept or to narrow
- Meets what security standards require of security groups

*Lesson* Allow specific addresses or a security group, or use Session Manager.

*Left alone* Ports that serve the public, such as 80 and 443; computed addresses, unless 0.0.0.0/0 occurs in the
expression; computed ports where the expression has other numbers; unknown rules, unless 0.0.0.0/0 occurs in the
expression, or in a function or constant of the file that it names, together with such a port, all ports or a computed
one; rules for outgoing traffic.

*Reported only* Everything: the program does not say who needs access. A computed port may be any port; so may a
variable of a Terraform module, whatever its default is.

*On a deployed stack* Nothing is rewritten. Narrowing a rule takes effect at once, for open connections too.

https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html
"""

from __future__ import annotations

from collections.abc import Iterator

from iacfix.model import Fields, Hidden, Input, Program, Resource, Value, literal
from iacfix.rule import Finding, rule
from iacfix_aws._tables import reasons
from iacfix_aws._views.ingress import is_open, may_open, opening
from iacfix_aws._views.policies import listed

GROUPS = ("aws.ec2.SecurityGroup", "aws.ec2.DefaultSecurityGroup")
RULE, INGRESS = "aws.ec2.SecurityGroupRule", "aws.vpc.SecurityGroupIngressRule"


@rule(
    severity="high",
    category="Security / Network",
    service="EC2",
    triggers=("SecurityGroup",),
    checks={
        "fsbp": "EC2.13 EC2.14 EC2.19",
        "checkov": "CKV_AWS_24 CKV_AWS_25 CKV_AWS_260 CKV_AWS_277",
        "trivy": "AWS-0107",
        "tfsec": "aws-ec2-no-public-ingress-sgr aws-vpc-no-public-ingress-sgr AWS006 AWS008",
        "semgrep": "terraform.aws.security.aws-ec2-security-group-allows-public-ingress",
        "pulumi": "aws-ec2-security-group-disallow-public-internet-ingress",
    },
    only_reports=True,
)
def open_ingress(program: Program) -> Iterator[Finding]:
    for host, ingress in _ingress(program):
        if (found := opening(host, ingress)) is not None:
            says = "opens" if found.is_certain else "may open"
            message = f"security group rule of {host.label} {says} {found.what} to the world"
            yield Finding(ingress, message, reason=found.reason)
    for host, value in _computed(program):
        if (what := may_open(value)) is not None:
            message = f"security group rule of {host.label} may open {what} to the world"
            yield Finding(value, message, reason=reasons.INGRESS_UNKNOWN)


def _ingress(program: Program) -> Iterator[tuple[Resource, Fields]]:
    """The rules for incoming traffic that are written out."""
    for found in program.at(*((group, "ingress") for group in GROUPS)):
        if isinstance(found, Input):
            yield from ((found.host, each) for each in listed(found.value) if isinstance(each, Fields))
    for host in program.resources(RULE, INGRESS):
        if host.type == INGRESS or literal(host.args.get("type")) == "ingress":
            yield host, host.args


def _computed(program: Program) -> Iterator[tuple[Resource, Value]]:
    """What stands for rules of incoming traffic and is put together by code."""
    for found in program.at(*((group, "ingress") for group in GROUPS)):
        values = (found.value,) if isinstance(found, Hidden) or is_open(found.value) else listed(found.value)
        hidden = (value.hidden if isinstance(value, Fields) else value for value in values)
        yield from ((found.host, value) for value in hidden if value is not None)
