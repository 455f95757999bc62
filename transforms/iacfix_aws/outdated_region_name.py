"""Name of a region that is read under its old name.

*Why* What `getRegion` answers calls the region `region` since major 7. `name` and `id` hold the same there, but are
deprecated and go with the next major.

*Impact*
- Takes the name that will stay
- Ends a warning of every deployment and type checker

*Lesson* With major 7, write `getRegion().region`.

*Left alone* Programs of major 6, which knows no `region`; names and ids of everything else; results that are read in
another file, or that are handed to a function whose callers cannot all be seen to hand in nothing else.

*Reported only* Reads of what may be another object as well, as a parameter may, a variable that is set twice, or what
the program asks first which of the names it has.

*On a deployed stack* Nothing changes: the three say the same.

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
