"""Region name that is read by its deprecated name.

*Why* Since major 7 the result of `getRegion` has the region in `region`. `name` and `id` hold the same value, but are
deprecated and will be removed in the next major.

*Impact*
- Uses the property that will stay
- Removes a warning from every deployment and type check

*Lesson* With major 7, write `getRegion().region`.

*Left alone* Programs of major 6, which has no `region`; names and ids of everything else; results that are read in
another file, or passed to a function that may also get other objects.

*Reported only* Reads of something that may be another object as well: a parameter, a variable that is assigned twice,
or an object that the program first tests for one of the names.

*On a deployed stack* Nothing changes: the three properties have the same value.

https://www.pulumi.com/registry/packages/aws/how-to-guides/7-0-migration/
"""

from __future__ import annotations

from collections.abc import Iterator

from iacfix.edit import Reread
from iacfix.model import Opaque, Program
from iacfix.rule import Finding, rule
from iacfix_aws._tables import reasons
from iacfix_aws._tables.majors import OUTDATED_RESULTS


@rule(severity="low", category="Upgrade", service="Multiple", triggers=("get_region", "getRegion", "aws_region"))
def outdated_region_name(program: Program) -> Iterator[Finding]:
    outdated = OUTDATED_RESULTS[program.provider.major]
    seen = set[tuple[int, int]]()
    for call in program.invokes(*outdated) if outdated else ():
        for old, new in outdated[call.function].items():
            for read in program.reads(call, old):
                if (place := (read.line, read.column)) in seen:
                    continue
                seen.add(place)
                message = f"{read.shown} is the region's old name, which major {program.provider.number} calls {new}"
                if isinstance(read, Opaque) and read.kind == "expression":
                    yield Finding(read, message, reason=reasons.MAYBE_OTHER_READ)
                else:
                    yield Finding(read, message, (Reread(read, new),))
