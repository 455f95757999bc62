"""Build variable that does not set its type.

*Why* A CodeBuild variable without a type is plain text, shown in the console and in build logs. An explicit type
removes the doubt, and makes a secret that was put here by mistake stand out.

*Impact*
- Makes configuration explicit and self-documenting
- Prevents potential issues with future provider updates
- Clarifies that the variable is plain text, not a reference to a secret
- Improves code maintainability

*Lesson* Always give `type` for CodeBuild variables, even where it is the default.

*Left alone* Variables that have a type; variables of other services (Lambda, ECS, Batch), which have none.

*Reported only* Variables whose name or value looks like a secret, a parameter path or a secret's ARN: another type is
probably correct; variables whose name is not literal; lists that are built elsewhere; projects whose inputs or
environment cannot be read statically.

*On a deployed stack* Nothing changes: the type is the default.

https://docs.aws.amazon.com/codebuild/latest/APIReference/API_EnvironmentVariable.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from iacfix.edit import SetField
from iacfix.model import Fields, Hidden, Items, Program, Value, literal
from iacfix.rule import Finding, rule
from iacfix_aws._tables import reasons
from iacfix_aws._views.secrets import why_secret

TYPED = re.compile(r"\btype\b[\"']?\s*[=:]")
"""A type among the fields of what a comprehension makes."""


@rule(
    severity="low",
    category="CodeBuild Configuration",
    service="CodeBuild",
    triggers=("codebuild",),
)
def untyped_build_variable(program: Program) -> Iterator[Finding]:
    for found in program.at(("aws.codebuild.Project", "environment.environmentVariables")):
        message = f"project {found.host.label} has build variables whose types are not statically known"
        if isinstance(found, Hidden):
            yield Finding(found.value, message, reason=found.reason)
            continue
        for variable in found.value if isinstance(found.value, Items) else ():
            if isinstance(variable, Fields) and not variable.has("type"):
                yield _finding(program, variable)
        if (elsewhere := _elsewhere(found.value)) is not None:
            yield Finding(elsewhere, message, reason=reasons.VARIABLES_ELSEWHERE)


def _elsewhere(variables: Value) -> Value | None:
    """What may hold variables that are not written here."""
    if not isinstance(variables, Items):
        return variables
    if variables.is_open and not any(isinstance(one, Fields) for one in variables):
        made = variables.elements or (variables,)
        return next((one for one in made if one.mention(TYPED) is None), None)
    opaque = next((one for one in variables if not isinstance(one, Fields)), None)
    return opaque or (variables if variables.is_open else None)


def _finding(program: Program, variable: Fields) -> Finding:
    name = variable.get("name")
    label = literal(name) or (name.shown if name is not None else "without a name")
    message = f"build variable {label} has no type"
    if variable.hidden is not None:
        return Finding(variable, message, reason=reasons.FIELDS_NOT_LITERAL)
    if reason := why_secret(program, name, variable.get("value")):
        return Finding(variable, message, reason=reason)
    return Finding(variable, message, (SetField(variable, "type", "PLAINTEXT"),))
