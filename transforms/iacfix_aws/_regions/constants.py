"""What a program reads a constant as that is a region: looked up only where every reader means the stack's own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from iacfix.model import Chunk, Program, Read, Span, Text, Use
from iacfix_aws._regions.elsewhere import elsewhere, of_callers, of_others
from iacfix_aws._regions.named import is_prose, unsettled
from iacfix_aws._regions.partial import part_of
from iacfix_aws._regions.whole import A_CONSTANT, whole
from iacfix_aws._regions.written import UNSEEN, Written
from iacfix_aws._tables import reasons
from iacfix_aws._tables.regions import ZONE

READ = {
    Use.NAME: reasons.NAMED_AFTER_CONSTANT,
    Use.OPTION: reasons.OPTION_FROM_CONSTANT,
    Use.DEFAULT: reasons.DEFAULT_FROM_CONSTANT,
    Use.CONDITION: reasons.COMPARED_CONSTANT,
}
"""What a constant must not be read as, where it is to be looked up."""


def constant(program: Program, text: Text, reads: Sequence[Read], named: frozenset[str]) -> Written:
    """The constant as what all of these read it as."""
    misread = (_misread(program, text, read, named) for read in reads)
    return Written((Span(text, 0, len(text.pattern)),), A_CONSTANT, next(filter(None, misread), None))


def _misread(program: Program, constant: Text, read: Read, named: frozenset[str]) -> str | None:
    """Why what a place reads of a constant may not be the region of the stack."""
    where = read.where
    if where.resource is not None and where.resource.type.endswith(".Provider"):
        return reasons.PROVIDER_FROM_CONSTANT
    if where.use in READ:
        return READ[where.use]
    text = _filled(constant, read)
    if where.use is Use.EXPORT and read.text is None:
        return None
    is_zone = ZONE.fullmatch(text.pattern) is not None and where.use not in UNSEEN
    if not is_prose(where) and not is_zone:
        written = whole(text, where) if read.text is None else part_of(text, where)
        if written.reason is not None or not written.spans:
            return written.reason or reasons.CONSTANT_MADE_INTO
    origin = elsewhere(program, text, where) or of_others(program, read.text or constant, where)
    return origin or unsettled(program, where.resource, str(constant.literal), named) or of_callers(program, where)


def _filled(constant: Text, read: Read) -> Text:
    """The text that a place makes of the constant, as if it were written out there."""
    if read.text is None:
        return constant
    pattern = read.text.pattern
    pattern = pattern[: read.index] + str(constant.literal) + pattern[read.index + 1 :]
    return replace(read.text, chunks=(Chunk(read.text.node, pattern),), literal=None)
