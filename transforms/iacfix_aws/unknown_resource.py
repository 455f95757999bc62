"""Resource class that the provider does not have.

*Why* The program fails at the name of the class, before anything is deployed. Such classes come from the modules of
other tools, such as `aws.logs` and `aws.events`, or from names of the API.

*Impact*
- The program runs again
- Creates the intended resource, with its inputs

*Lesson* The provider has its own names for modules and classes: CloudWatch Logs and EventBridge are in `cloudwatch`,
load balancers in `lb`, AWS Config in `cfg`. A Terraform module with such a resource or data source is not valid: the
common wrong names for CloudWatch, RDS, API Gateway and S3 are known.

*Left alone* Classes of either SDK in either major, including those that only TypeScript has; enumerations; the
configuration module; other packages.

*Reported only* Classes without a known correction, with the nearest name of their module, also where they are only
imported or named; a class that is chosen at run time or passed on; a class with an input that the correct one does not
have; names of another package; a class that is computed from a string, which no rule can check; an import of such a
class or module that other code of the file needs. If no other code needs it, the import changes with the class. In a
Terraform module: names without a known correction, all data sources, resources that the provider no longer has or does
not have yet, and a resource whose new address is taken.

*On a deployed stack* No deployed resource can have such a class, so nothing changes.

https://www.pulumi.com/registry/packages/aws/
"""

from __future__ import annotations

from collections.abc import Iterator

from iacfix.edit import Edit, Rename, Retype
from iacfix.model import Program, Resource
from iacfix.rule import Finding, rule
from iacfix_aws._schema import is_class
from iacfix_aws._tables import reasons
from iacfix_aws._tables.majors import MAJORS
from iacfix_aws._tables.renames import CLASSES, INPUTS, NESTED
from iacfix_aws._views.unknown import (
    is_missing,
    is_of,
    meant,
    misspelt,
    nearest_class,
    renamed,
    unknown_inputs,
    unknown_nested,
)
from iacfix_aws._views.unknown_types import unknown_types

COMPUTED = "*"


@rule(severity="high", category="Correctness", service="All services", triggers=("pulumi_aws", "@pulumi/aws", "aws_"))
def unknown_resource(program: Program) -> Iterator[Finding]:
    for one in unknown_types(program):
        edits = (Retype(one.host, one.meant),) if one.host is not None and one.meant is not None else ()
        yield Finding(one.value, one.message, edits, one.reason or None)
    told = set[str]()
    for host in (host for host in program.resources() if not host.written):
        if COMPUTED in host.type:
            module = host.type.partition(f".{COMPUTED}")[0]
            message = f"the class of {module} is computed, so no rule checks it"
            yield Finding(host, message, reason=host.untouched)
        if host.indirect or any(is_class(host.type, major) for major in MAJORS) or not _is_resource(host):
            continue
        told.add(host.type)
        message = f"there is no class {host.type}"
        right = CLASSES.get(host.type)
        if right is None:
            yield Finding(host, message, reason=nearest_class(program, host.type))
            continue
        edits = _edits(program, host, right)
        if isinstance(edits, str):
            yield Finding(host, message, reason=edits)
        else:
            yield Finding(host, message, edits)
    named = set[str]()
    for name, place in (*program.imported(), *program.named()):
        is_known = any(name.startswith(one) or is_of(one, name) for one in (*told, *named))
        if (reason := meant(name) or _slip(name)) and not is_known:
            yield Finding(place, f"there is no {name}", reason=reason)
            named.add(name)
    for host in program.resources():
        if host.indirect and is_missing(host.type) and not any(is_of(one, host.type) for one in named):
            yield Finding(host, f"there is no class {host.type}", reason=host.untouched)


def _slip(name: str) -> str | None:
    nearest = misspelt(name)
    return reasons.NEITHER_MAJOR_NEAREST.of(nearest=nearest) if nearest else None


def _is_resource(host: Resource) -> bool:
    """It is built like one: enumerations are called with a text alone, and what lies deeper is a module of the SDK."""
    has_more = host.type in CLASSES or bool(host.args.entries) or host.args.is_open or host.options is not None
    return has_more and host.name is not None and host.type.count(".") < 3


def _edits(program: Program, host: Resource, right: str) -> tuple[Edit, ...] | str:
    """The class and the inputs that have other names there, or the first that it does not have."""
    edits: list[Edit] = [Retype(host, right)]
    for unknown in (*unknown_inputs(program, host, right), *unknown_nested(program, host, right)):
        name = INPUTS.get(right, {}).get(unknown.path) or NESTED.get(right, {}).get(unknown.path)
        edit = renamed(program, unknown, name) if name is not None else ""
        if not isinstance(edit, Rename):
            return reasons.CLASS_WITHOUT_INPUT.of(right=right, path=unknown.path, nearest=unknown.nearest)
        edits.append(edit)
    return tuple(edits)
