"""Port of administration or of a database that is open to the world.

*Why* A rule of a security group from 0.0.0.0/0 lets every machine of the internet try its passwords and exploits on
the port, from the minute it is deployed.

*Impact*
- Shows where the network relies on passwords alone
- Names the rule and the port, which a reviewer has to accept or to narrow
- Meets what security standards ask of security groups

*Lesson* Name the addresses or the security group that may connect, or use Session Manager.

*Left alone* Ports that serve the public, as 80 and 443; addresses that are computed; rules that cannot be seen unless
0.0.0.0/0 stands in what makes them, beside such a port, every port or one that is computed; rules for outgoing traffic.

*Reported only* Everything: who has to reach the port is not in the program.

*On a deployed stack* Nothing is rewritten. Narrowing a rule takes effect at once, for open connections too.

https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html
"""

from __future__ import annotations

from collections.abc import Iterator

from iacfix.model import Fields, Hidden, Input, Items, Number, Program, Resource, Value, literal
from iacfix.rule import Finding, rule
from iacfix_aws._tables import reasons
from iacfix_aws._tables.ports import ANYWHERE, PORTS
from iacfix_aws._views.policies import listed
from iacfix_aws._views.unseen_ingress import may_open

GROUPS = ("aws.ec2.SecurityGroup", "aws.ec2.DefaultSecurityGroup")
RULE, INGRESS = "aws.ec2.SecurityGroupRule", "aws.vpc.SecurityGroupIngressRule"
BLOCKS = ("cidrBlocks", "ipv6CidrBlocks", "cidrIpv4", "cidrIpv6")


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
        blocks = [block for key in BLOCKS for block in listed(ingress.get(key))]
        ports = [name for port, name in PORTS.items() if _spans(ingress, port)]
        if ports and any(literal(block) in ANYWHERE for block in blocks):
            what = "every port" if len(ports) == len(PORTS) else " and ".join(ports)
            yield Finding(
                ingress,
                f"security group rule of {host.label} opens {what} to the world",
                reason=reasons.INGRESS_UNKNOWN,
            )
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
        values = (found.value,) if isinstance(found, Hidden) or _is_open(found.value) else listed(found.value)
        yield from ((found.host, value) for value in values if not isinstance(value, Fields))


def _is_open(value: Value) -> bool:
    return isinstance(value, Items) and value.is_open and not value.elements


def _spans(ingress: Fields, port: int) -> bool:
    """The rule lets this port in: by its range, or because it is for every protocol."""
    protocol = _text(ingress.get("protocol") or ingress.get("ipProtocol"))
    first, last = ingress.get("fromPort"), ingress.get("toPort")
    if protocol in ("-1", "all"):
        return True
    if protocol not in ("tcp", "6") or not isinstance(first, Number) or not isinstance(last, Number):
        return False
    return first.number <= port <= last.number


def _text(value: Value | None) -> str | None:
    return f"{value.number:g}" if isinstance(value, Number) else literal(value)
