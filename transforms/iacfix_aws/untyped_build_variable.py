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
probably right; variables whose name is not written here; lists that are put together elsewhere; projects whose inputs
or environment come from what cannot be seen.

*On a deployed stack* Nothing changes: the type is the default.

https://docs.aws.amazon.com/codebuild/latest/APIReference/API_EnvironmentVariable.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from iacfix.edit import SetField
from iacfix.model import Fields, Hidden, Input, Items, Opaque, Program, Resource, Text, Value, literal
from iacfix.rule import Finding, rule

SECRET = re.compile(
    r"(?i)passw(?:or)?d|passphrase|secret|credential|(?:^|[^a-z])(?:pwd|token|api_?key|access_?key|private_?key|get_parameter)(?![a-z])"
)
KEY = re.compile(r"(?i)(?:^|_)key$")
WORD_END = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
STORED_VALUE = re.compile(
    r"^arn:[^:]*:(?:secretsmanager|ssm):|^/(?!(?:bin|etc|home|opt|root|tmp|usr|var|codebuild)/)[\w.\x00-]+/"
)
"""The ARN of a secret or a parameter, or a parameter's path that is no path of a file."""
STORES = ("aws.secretsmanager.", "aws.ssm.Parameter")
TYPED = re.compile(r"\btype\b[\"']?\s*[=:]")
"""A type among the fields of what a comprehension makes."""
ELSEWHERE = "the list of variables is put together elsewhere"


@rule(
    severity="low",
    category="CodeBuild Configuration",
    service="CodeBuild",
    triggers=("codebuild",),
)
def untyped_build_variable(program: Program) -> Iterator[Finding]:
    for found in program.at(("aws.codebuild.Project", "environment.environmentVariables")):
        variables = found.value
        if isinstance(found, Input) and isinstance(variables, Items):
            for variable in variables:
                if isinstance(variable, Fields) and not variable.has("type"):
                    yield _finding(program, variable)
        hidden = variables if isinstance(found, Hidden) else _elsewhere(variables)
        if hidden is not None:
            message = f"project {found.host.label} has build variables whose types cannot be seen"
            yield Finding(hidden, message, reason=found.reason if isinstance(found, Hidden) else ELSEWHERE)


def _elsewhere(variables: Value) -> Value | None:
    """What may hold variables that are not written here."""
    if not isinstance(variables, Items):
        return variables
    opaque = next((one for one in variables if not isinstance(one, Fields)), None)
    is_typed = variables.mention(TYPED) is not None and not variables.elements
    return opaque or (variables if variables.is_open and not is_typed else None)


def _finding(program: Program, variable: Fields) -> Finding:
    name = variable.get("name")
    label = literal(name) or (name.shown if name is not None else "without a name")
    message = f"build variable {label} has no type"
    if variable.hidden is not None:
        return Finding(variable, message, reason="some of its fields are not written here")
    if reason := _smell(program, name, variable.get("value")):
        return Finding(variable, message, reason=reason)
    return Finding(variable, message, (SetField(variable, "type", "PLAINTEXT"),))


def _smell(program: Program, name: Value | None, value: Value | None) -> str | None:
    """Why the variable may not be meant as plain text."""
    instead = "use SECRETS_MANAGER or PARAMETER_STORE, or say PLAINTEXT yourself"
    if not isinstance(name, Text):
        return f"its name is not written here, so it may be a secret; {instead}"
    words = WORD_END.sub("_", name.pattern)
    if SECRET.search(words) or KEY.search(words):
        return f"its name looks like a secret; {instead}"
    if isinstance(value, Opaque) and value.kind == "secret":
        return f"its value is a secret; {instead}"
    if isinstance(value, Text) and STORED_VALUE.search(value.pattern):
        return f"its value looks like a stored parameter or secret; {instead}"
    stored = next((found for found in _origins(program, value) if found.type.startswith(STORES)), None)
    if stored is not None:
        return f"its value comes from {stored.label}, which is a stored parameter or secret; {instead}"
    if any(SECRET.search(WORD_END.sub("_", code)) for code in _computed(value)):
        return f"its value looks like a secret; {instead}"
    return None


def _origins(program: Program, value: Value | None) -> Iterator[Resource]:
    """The resources that a value, or a part of a text, is an output of."""
    parts = [part for part in value.parts if isinstance(part, Value)] if isinstance(value, Text) else []
    for part in ([value] if value is not None else []) + parts:
        if (found := program.referent(part)) is not None:
            yield found


def _computed(value: Value | None) -> Iterator[str]:
    """The code of what is computed in a value: the words of a literal say nothing."""
    if isinstance(value, Text):
        yield from (part.shown for part in value.parts if isinstance(part, Value))
    if isinstance(value, Opaque) or (value is not None and not value.is_direct):
        yield value.shown
