"""Build variable that does not say whether it is plain text.

*Why* A CodeBuild variable without a type is plain text, shown in the console and in build logs. Saying so keeps the
reader from guessing, and makes a secret that was written here by mistake stand out.

*Impact*
- Makes configuration explicit and self-documenting
- Prevents potential issues with future provider updates
- Clarifies that the variable is plain text, not a reference to a secret
- Improves code maintainability

*Lesson* Always give `type` for CodeBuild variables, even where it is the default.

*Left alone* Variables that have a type; variables of other services (Lambda, ECS, Batch), which have none.

*Reported only* Variables whose name or value looks like a secret, a parameter path or a secret's ARN: another type is
probably right; lists that are put together elsewhere.

*On a deployed stack* Nothing changes: the type is the default.

https://docs.aws.amazon.com/codebuild/latest/APIReference/API_EnvironmentVariable.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from iacfix.edit import SetField
from iacfix.model import Fields, Items, Opaque, Program, Text, Value, literal
from iacfix.rule import Finding, rule

SECRET_NAME = re.compile(
    r"(?i)(?:^|_)(?:token|password|passwd|pwd|secret|secrets|apikey|api_key|access_key|private_key|credential|credentials)"
    r"(?:$|_)|(?:^|_)key$"
)
STORED_VALUE = re.compile(r"^arn:[^:]*:(?:secretsmanager|ssm):|^/[\w.-]+/")
STORES = ("aws.secretsmanager.", "aws.ssm.Parameter")


@rule(
    severity="low",
    category="CodeBuild Configuration",
    service="CodeBuild",
    triggers=("codebuild",),
)
def untyped_build_variable(program: Program) -> Iterator[Finding]:
    for project in program.resources("aws.codebuild.Project"):
        variables = project.args.at("environment", "environmentVariables")
        if variables is None:
            continue
        if not isinstance(variables, Items) or variables.is_open:
            message = f"project {project.label} has build variables whose types cannot be seen"
            yield Finding(variables, message, reason="the list of variables is put together elsewhere")
        for variable in variables.elements if isinstance(variables, Items) else ():
            if isinstance(variable, Fields) and not variable.has("type"):
                yield _finding(program, variable)


def _finding(program: Program, variable: Fields) -> Finding:
    name = variable.get("name")
    label = literal(name) or (name.code if name is not None else "without a name")
    message = f"build variable {label} has no type"
    if variable.is_open:
        return Finding(variable, message, reason="some of its fields are not written here")
    if reason := _smell(program, name, variable.get("value")):
        return Finding(variable, message, reason=reason)
    return Finding(variable, message, (SetField(variable, "type", "PLAINTEXT"),))


def _smell(program: Program, name: Value | None, value: Value | None) -> str | None:
    """Why the variable may not be meant as plain text."""
    instead = "use SECRETS_MANAGER or PARAMETER_STORE, or say PLAINTEXT yourself"
    if SECRET_NAME.search(literal(name) or ""):
        return f"its name looks like a secret; {instead}"
    if isinstance(value, Opaque) and value.kind == "secret":
        return f"its value is a secret; {instead}"
    if isinstance(value, Text) and STORED_VALUE.search(value.pattern):
        return f"its value looks like a stored parameter or secret; {instead}"
    stored = program.referent(value) if value is not None else None
    if stored is not None and stored.type.startswith(STORES):
        return f"its value comes from {stored.label}, which is a stored parameter or secret; {instead}"
    return None
