"""What must hold for every case, and for the cases of a rule together; what does not is told in lines."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from difflib import unified_diff
from pathlib import Path

from iacfix.engine.examine import examine
from iacfix.files.source import from_bytes
from iacfix.patches.diff import unified
from iacfix.patches.patch import apply_hunks, read_patch
from iacfix.registry import rules
from iacfix.result import Fix, Outcome, Plan
from iacfix.rule_cases.cases import NAMES, Case
from iacfix.rule_cases.comments import comments

NOWHERE = Path("/nowhere")
"""No file stands beside the program of a case."""


def examined(case: Case, text: str, *ids: str) -> Outcome:
    """What its rule, or those of these ids, make of a text as the case asks for it."""
    source = from_bytes(text.encode(), NAMES[case.language])
    options = {case.rule: dict.fromkeys(case.options, True)}
    return examine(source, Plan(ids or (case.rule,), unsafe=True, major=case.major, options=options), NOWHERE)


def as_written(case: Case) -> Iterator[str]:
    """What comes out is what the case says, with its reasons and its notes."""
    outcome = examined(case, case.before)
    yield from outcome.errors
    yield from _differs(case.after, outcome.after)
    reasons = {_plain(found.reason or ""): found.reason for found in outcome.findings if found.fix is Fix.NONE}
    wanted = {_plain(reason): reason for reason in case.reasons}
    yield from (f"reported, and no reason: line says so: {reasons[each]}" for each in sorted(reasons.keys() - wanted))
    yield from (f"no finding has the reason: {reason}" for each, reason in wanted.items() if each not in reasons)
    notes = [found.note or "" for found in outcome.findings if found.fix is Fix.UNSAFE]
    for note in notes:
        if not any(_plain(words) in _plain(note) for words in case.unsafe):
            yield f"a fix is unsafe, and no unsafe: line says so: {note or 'it has no note'}"
    for words in case.unsafe:
        if not any(_plain(words) in _plain(note) for note in notes):
            yield f"no unsafe fix has the note: {words}"
    if case.is_left_alone and not case.reasons:
        yield from (f"found, and nothing is said of it: {found.message}" for found in outcome.findings)


def _plain(said: str) -> str:
    """A case says it once for all languages, which spell the names of inputs in their own way."""
    return re.sub(r"(?<=[a-z0-9])_([a-z])", lambda found: found[1].upper(), said)


def still_the_second_time(case: Case) -> Iterator[str]:
    """A second run changes nothing, and finds nothing that it could."""
    outcome = examined(case, case.after)
    yield from _differs(case.after, outcome.after)
    yield from (f"found again: {found.message}" for found in outcome.findings if found.fix is not Fix.NONE)


def same_comments(case: Case) -> Iterator[str]:
    before, after = (comments(case.language, text) for text in (case.before, case.after))
    yield from (f"a comment is lost: {comment}" for comment in (before - after).elements())
    yield from (f"a comment came or is there twice: {comment}" for comment in (after - before).elements())


def diff_applies(case: Case) -> Iterator[str]:
    diff = unified(NAMES[case.language], case.before, case.after)
    applied = [apply_hunks(case.before, patch) for patch in read_patch(diff)]
    if applied != ([case.after] if diff else []):
        yield "the diff does not apply"


def same_line_ends(case: Case) -> Iterator[str]:
    """Windows line ends stay, and so does a file without a last one."""
    if examined(case, case.before.replace("\n", "\r\n")).after != case.after.replace("\n", "\r\n"):
        yield "something else comes out of Windows line ends"
    if examined(case, case.before.rstrip("\n")).after != case.after.rstrip("\n"):
        yield "something else comes out without a last line end"


def any_order(case: Case) -> Iterator[str]:
    """The order of the rules never shows, and what they leave together is at rest."""
    ids = tuple(rules())
    orders = [ids, ids[::-1], (*ids[3:], *ids[:3])]
    first, *others = [examined(case, case.before, *order) for order in orders]
    yield from first.errors
    for other in others:
        if other.after != first.after:
            yield "another order of all rules gives another text:"
            yield from _differs(first.after, other.after)
    yield from _differs(first.after, examined(case, first.after, *ids).after)


INVARIANTS: Mapping[str, Callable[[Case], Iterator[str]]] = {
    "it comes out as written": as_written,
    "a second run changes nothing": still_the_second_time,
    "comments are the same": same_comments,
    "the diff applies": diff_applies,
    "line ends stay": same_line_ends,
    "the order of rules never shows": any_order,
}


def enough_cases(rule: str, cases: Sequence[Case]) -> Iterator[str]:
    """A rule has cases, and half of them are left alone: what must not change is half of the work."""
    alone = [case for case in cases if case.is_left_alone]
    if not cases:
        yield f"{rule} has no case"
    elif len(alone) * 2 < len(cases):
        yield f"{len(alone)} of {len(cases)} cases are left alone; at least half have to be"


def _differs(expected: str, got: str) -> Iterator[str]:
    if got != expected:
        lines = expected.splitlines(), got.splitlines()
        yield from unified_diff(*lines, fromfile="expected", tofile="came out", lineterm="")
