"""Output that is converted to a string by plain code.

*Why* An output has no value yet while the program runs. In an f-string, a template literal or a concatenation it
becomes an error message, which ends up in policies and addresses; a serialiser fails, or writes that message.

*Impact*
- Policies, addresses and commands get the intended value
- Programs whose serialiser fails run again
- Pulumi knows the dependency, and creates the resources in order

*Lesson* Build strings from outputs with `Output.concat`, `Output.format` and `Output.json_dumps`, or
`pulumi.interpolate` and `pulumi.jsonStringify`.

*Left alone* Parameters of callbacks of `apply` and `all`; results of provider functions that are available immediately
(`get_region()`); what the function asks whether it is an output (`isinstance`, `hasattr`); everything that the file and
those it imports do not show to be an output; Terraform modules, which wait for every value.

*Reported only* Strings that are used as a plain value: a logical name, a key, a condition, a message, the result of a
function of the program; strings inside callbacks; the program's own encoders; strings built by `%`, `+=` or functions
that accept any value, such as `str`, `join` and `toString`; the result of `apply` of an unknown value; inputs of a
component, which may be outputs; outputs of resources that another file makes.

*On a deployed stack* Resources that contain the error message are updated, or replaced if they cannot be updated.

https://www.pulumi.com/docs/iac/concepts/inputs-outputs/all/
"""

from __future__ import annotations

from collections.abc import Iterator

from iacfix.edit import Resolve
from iacfix.model import Program
from iacfix.rule import Finding, rule
from iacfix_aws._tables import reasons
from iacfix_aws._tables.texts import TEXTUAL


@rule(severity="high", category="Correctness", service="All services", triggers=("pulumi_aws", "@pulumi/aws"))
def unresolved_output(program: Program) -> Iterator[Finding]:
    for made in program.unresolved():
        parts = made.outputs or made.may_be
        names = list(dict.fromkeys(part.shown for part in parts))
        is_one, listed = len(names) == 1, ", ".join(names)
        late = "which has no value yet when this makes a string of it" if is_one else "which have no value yet"
        if not made.outputs:
            yield Finding(made.value, f"{listed} may be an output, {late}", reason=reasons.UNKNOWN_OUTPUT)
            continue
        texts = tuple(part for part in parts if part.mention(TEXTUAL) is not None)
        what = "is an output" if is_one else "are outputs"
        yield Finding(made.value, f"{listed} {what}, {late}", (Resolve(made.value, texts),))
