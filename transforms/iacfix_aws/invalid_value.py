"""Input with a value that AWS does not accept.

*Why* Some inputs accept only certain values. Others pass the type checker and are rejected when the resource is
created, in the middle of a deployment.

*Impact*
- Deployments no longer stop at a ValidationException
- The setting has the value that was meant
- Nothing is guessed: ambiguous values are reported

*Lesson* Use the enums of `@pulumi/aws` and `pulumi_aws` where an input has one.

*Left alone* Values and inputs that are not literal; values that AWS accepts; inputs whose values AWS extends often,
such as regions, runtimes and engines; Terraform modules, where `terraform validate` reports such literals.

*Reported only* Values whose meaning is unclear, and numbers between those that AWS accepts.

*On a deployed stack* No deployed resource can have such a value, except for a flag of a pipeline, which is sent as the
same string.

https://www.pulumi.com/registry/packages/aws/api-docs/
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from iacfix.edit import Replace
from iacfix.model import Fields, Flag, Input, Number, Program, Text, Value, literal
from iacfix.rule import Finding, rule
from iacfix_aws._tables import reasons
from iacfix_aws._tables.words import MEANT, NUMBERS, WORDS
from iacfix_aws._views.policies import listed

CONFIGURATION = ("aws.codepipeline.Pipeline", "stages.actions.configuration")


@rule(
    severity="high",
    category="Correctness",
    service="Multiple",
    triggers=tuple(sorted({type.rpartition(".")[2] for type, _ in (*WORDS, *NUMBERS, CONFIGURATION)})),
)
def invalid_value(program: Program) -> Iterator[Finding]:
    for found in program.at(*WORDS, *NUMBERS):
        if isinstance(found, Input):
            place = (found.host.type, found.path)
            known = WORDS.get(place) or NUMBERS[place]
            for value in listed(found.value):
                yield from _judged(found.host.label, found.path, value, known)
    for found in program.at(CONFIGURATION):
        if isinstance(found, Input) and isinstance(found.value, Fields):
            for entry in found.value.entries:
                if isinstance(entry.value, Flag):
                    message = f"{entry.key} of pipeline {found.host.label} is a boolean, and has to be a string"
                    yield Finding(entry.value, message, (Replace(entry.value, str(entry.value.flag).lower()),))


def _judged(label: str, path: str, value: Value, known: tuple[object, ...]) -> Iterator[Finding]:
    written = value.number if isinstance(value, Number) else literal(value)
    if written is None or written in known or isinstance(value, Number) != isinstance(known[0], int):
        return
    message = f"{path} of {label} is {written}, which AWS does not know"
    alike = [word for word in known if _plain(word) == _plain(MEANT.get(written, written))]
    if isinstance(value, Text) and len(alike) == 1:
        yield Finding(value, message, (Replace(value, str(alike[0])),))
    else:
        yield Finding(value, message, reason=reasons.UNKNOWN_VALUE.of(values=", ".join(map(str, known))))


def _plain(word: object) -> str:
    """The letters of a word, which are what people get right."""
    return re.sub(r"[^a-z0-9]", "", str(word).lower())
