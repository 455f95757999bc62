"""Output that plain code makes text of.

*Why* An output is not there yet while the program runs. An f-string, a template or a sum that it stands in gets an
error text in its place, which ends up in policies and addresses; a serialiser fails, or writes that text.

*Impact*
- Gives policies, addresses and commands the value that they were to have
- Lets a program start whose serialiser fails
- Lets Pulumi know that the one needs the other, and create them in that order

*Lesson* Make text of outputs with what waits for them: `Output.concat`, `Output.format`, `Output.json_dumps`;
`pulumi.interpolate`, `pulumi.jsonStringify`.

*Left alone* What callbacks of `apply` and `all` are handed, results of functions of the provider that are there at once
(`get_region()`), and everything of which the file does not tell that it is an output; Terraform modules, which wait for
every value.

*Reported only* Text that is used as a plain value: a logical name, a key, a condition, a message, what a function of
the program gives; text inside of callbacks; encoders of the program's own; text put together by `%`, `+=` or functions
that show or join whatever they are given, as `str`, `join` and `toString`; what `apply` gives of something that is not
known; inputs of a component, which may be handed an output.

*On a deployed stack* What held the error text is updated, or replaced where it cannot be.

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
