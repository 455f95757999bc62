"""Attribute that a resource or data source does not have.

*Why* A Terraform module that reads an attribute which the provider does not declare is not valid: `terraform plan`
stops before anything is deployed.

*Impact*
- Shows the mistake before a plan, which needs credentials and the provider
- Names the attribute that was probably meant

*Lesson* The attributes of a resource or data source are listed on its page, below its arguments.

*Left alone* Attributes that any provider version the module may use has; types that no table knows; what is read
inside an attribute; attributes read through a variable, `each.value` or a module, which cannot be seen. Pulumi
programs, where a type checker reports such outputs.

*Reported only* Everything: the nearest attribute is named, but it may mean something else.

*On a deployed stack* A module that reads such an attribute cannot be deployed, so nothing changes.

https://registry.terraform.io/providers/hashicorp/aws/latest/docs
"""

from __future__ import annotations

from collections.abc import Iterator

from iacfix.model import Program
from iacfix.rule import Finding, rule
from iacfix_aws._views.unknown_outputs import unknown_outputs


@rule(severity="high", category="Correctness", service="All services", triggers=("aws_",), only_reports=True)
def unknown_output(program: Program) -> Iterator[Finding]:
    for made in (*program.resources(), *program.invokes()):
        for read in unknown_outputs(program, made):
            yield Finding(read.value, read.message, reason=read.reason)
