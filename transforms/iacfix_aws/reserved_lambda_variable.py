"""Lambda function that sets a reserved variable.

*Why* Lambda sets some environment variables itself and rejects a function that sets one of them: the deployment stops
there.

*Impact*
- Deployments no longer stop at InvalidParameterValueException
- The function reads the region that it runs in
- One setting less to keep in sync

*Lesson* Read `AWS_REGION` in the handler, and never set it.

*Left alone* Other variables, including `AWS_LAMBDA_EXEC_WRAPPER` and other settings of the runtime; variables of other
services, which may set the same names; functions whose variables are not literal, unless such a name is set in the
expression, or in a function or constant of the file that it names.

*Reported only* A region that may differ from the function's own, such as a named one (primary, replica) or that of a
function with an explicit provider; other reserved names, which the handler may read: rename them; variables from a
spread.

*On a deployed stack* No deployed function can have such a variable. The fix is unsafe if only the name of a value
suggests that it is the region of the stack.

https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from iacfix.edit import DropField
from iacfix.model import Entry, Fields, Hidden, Input, Opaque, Program, Resource, Text, Value
from iacfix.rule import Finding, Safety, rule
from iacfix_aws._regions.elsewhere import ON_PURPOSE
from iacfix_aws._regions.named import names_provider, regions_named, unsettled
from iacfix_aws._tables import reasons
from iacfix_aws._tables.regions import REGION
from iacfix_aws._tables.reserved import FUNCTIONS, REGIONS, RESERVED

LOOKED_UP = re.compile(
    r"\b(?:get_region|getRegion)(?:_output|Output)?\(|\bconfig\.(?:require_?)?region\b"
    r"|\bdata\.aws_region\.(?:current|default|this)\.",
    re.IGNORECASE,
)
KEY = re.compile(rf"(?<![\w.])({'|'.join(map(re.escape, RESERVED))})[\"']?\s*[=:](?!=)")
NAMED = re.compile(r"(?:[\w.]*_)?(?:current|region)\w*(?:\.(?:name|region|id))?|[\w.]*Region", re.IGNORECASE)


@rule(
    severity="high",
    category="Correctness",
    service="Lambda",
    triggers=("AWS_", "LAMBDA_", "_HANDLER", "_X_AMZN_"),
    checks={"semgrep": "terraform.aws.correctness.reserved-aws-lambda-environment-variable"},
)
def reserved_lambda_variable(program: Program) -> Iterator[Finding]:
    for found in program.at(*((function, "environment.variables") for function in FUNCTIONS)):
        variables = found.value
        hidden = _hidden(found)
        if hidden is not None and (name := hidden.mention(KEY, followed=True)):
            message = f"function {found.host.label} may set {RESERVED[name[1]]}, which Lambda reserves"
            yield Finding(hidden, message, reason=reasons.SPREAD_VARIABLE)
        if isinstance(variables, Fields) and not isinstance(found, Hidden):
            for entry in variables.entries:
                if name := RESERVED.get(entry.key):
                    yield _finding(program, found.host, variables, entry, _message(found.host, name))
            for key in variables.spread_keys:
                if name := RESERVED.get(key):
                    yield Finding(variables, _message(found.host, name), reason=reasons.SPREAD_VARIABLE)


def _hidden(found: Input | Hidden) -> Value | None:
    """What may set variables that are not written out."""
    if isinstance(found, Hidden) or not isinstance(found.value, Fields):
        return found.value
    return None if isinstance(found.value.hidden, Fields) else found.value.hidden


def _message(host: Resource, name: str) -> str:
    return f"function {host.label} sets {name}, which Lambda reserves"


def _finding(program: Program, host: Resource, variables: Fields, entry: Entry, message: str) -> Finding:
    reason = _elsewhere(program, host, entry.value) if RESERVED[entry.key] in REGIONS else reasons.LAMBDA_SETS_IT
    if reason is not None:
        return Finding(entry.value, message, reason=reason)
    is_certain = isinstance(entry.value, Text) or entry.value.mention(LOOKED_UP) is not None
    assumed = None if is_certain else f"assumes that {entry.value.shown} is the region of the function"
    edits = (DropField(variables, entry.key),)
    return Finding(entry.value, message, edits, safety=Safety.UNSAFE if assumed else None, note=assumed)


def _elsewhere(program: Program, host: Resource, value: Value) -> str | None:
    """Why the value may be another region than the one that Lambda gives."""
    if isinstance(value, Text) and value.literal is not None and REGION.fullmatch(value.literal):
        return unsettled(program, host, value.literal, regions_named(program), is_hosts=True)
    if not isinstance(value, Opaque) or not (value.mention(LOOKED_UP) or NAMED.fullmatch(value.shown)):
        return reasons.LAMBDA_SETS_IT
    if ON_PURPOSE.search(value.shown):
        return reasons.MAY_BE_OTHER_REGION.of(value=value.shown)
    if names_provider(host) or host.args.has("region"):
        return reasons.FUNCTION_ELSEWHERE.of(value=value.shown)
    return None
