"""The `full` format: findings with their source lines, grouped by rule and fixability."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from iacfix.reports.color import Paint
from iacfix.reports.text import SEVERITY_COLOR, STATES, columns, filled, headline, states
from iacfix.reports.visible import visible
from iacfix.result import Fix, Reported
from iacfix.rule import Severity

if TYPE_CHECKING:
    from iacfix.engine.run import Run

FRAMED = 3
"""Findings of a kind that are shown with source; the others are one line each."""
LONG = 30
"""The most findings without headings; with more each rule gets one."""
TAB = 4

Kind = tuple[str, Fix, bool, str, str]
"""Rule, fixability, whether this run may fix it, reason or note, and remedy; findings equal in these share a note."""

_Counted = tuple[Severity, str, Fix, bool]


def findings(done: Run, paint: Paint, shown: Callable[[str], str], width: int) -> Iterator[str]:
    """The lines of the findings, the most severe first, then the fixable; a note of several findings is printed once,
    below the last of them. `shown` spells a path, `width` is in columns."""
    fixable = done.fixable
    lines: dict[str, Sequence[str]] = {}
    texts = {outcome.path: outcome.before for outcome in done.outcomes}

    def kind(finding: Reported) -> Kind:
        return finding.rule, finding.fix, finding in fixable, finding.note or finding.reason or "", finding.remedy or ""

    def order(finding: Reported) -> tuple[int, bool, str, str, str, str, str, int, int]:
        rule, fix, is_fixable, why, remedy = kind(finding)
        place = finding.path, finding.line, finding.column
        return finding.severity.rank, not is_fixable, rule, fix.value, why, remedy, *place

    found = sorted(done.findings, key=order)
    numbers = Counter((finding.severity, *kind(finding)[:3]) for finding in found) if len(found) > LONG else None
    headed = None
    for each, group in groupby(found, key=kind):
        alike = list(group)
        if numbers is not None and (rule_of := (alike[0].severity, each[0], each[2])) != headed:
            headed = rule_of
            yield from _heading(*rule_of, numbers, paint)
        for number, finding in enumerate(alike):
            yield from headline(finding, paint, shown, is_fixable=each[2], width=width)
            if number < FRAMED:
                if finding.path not in lines:
                    lines[finding.path] = texts[finding.path].split("\n")
                yield from _frame(finding, lines, paint, width)
        for said in filter(None, (_note(each, len(alike)), f"help: {each[-1]}" if each[-1] else "")):
            first, *rest = filled(visible(said), "    ", width=width)
            yield from (paint("dim", line) for line in (f"  = {first.strip()}", *rest))
        yield ""


def _heading(
    severity: Severity,
    rule: str,
    is_fixable: bool,
    numbers: Mapping[_Counted, int],
    paint: Paint,
) -> Iterator[str]:
    """The heading of a group: the rule, the number of its findings, and their fixability."""
    becomes = {fix: numbers.get((severity, rule, fix, is_fixable), 0) for fix in STATES}
    if is_fixable:
        becomes = {Fix.SAFE: sum(becomes.values())}
    yield f"{paint(SEVERITY_COLOR[severity], f'== {severity.value}')} {paint('bold', f'{rule}: {states(becomes)}')}"
    yield ""


def _note(kind: Kind, number: int) -> str:
    """The note below the findings of a kind; empty where the mark `[*]` is enough."""
    _, fix, is_fixable, why, _ = kind
    state = STATES[Fix.SAFE if is_fixable else fix]
    if is_fixable and not why:
        return ""
    times = f"all {number}: " if number > 1 else ""
    return f"{times}{state}{f': {why}' if why else ''}"


def _frame(finding: Reported, lines: Mapping[str, Sequence[str]], paint: Paint, width: int) -> Iterator[str]:
    """The source line of a finding, with carets below its characters."""
    of_file = lines[finding.path]
    if not 1 <= finding.line <= len(of_file) or not of_file[finding.line - 1].strip():
        return
    line = of_file[finding.line - 1].rstrip("\r")
    number = str(finding.line)
    margin = " " * (len(number) + 1)
    head = _expanded(line[: finding.column - 1])
    text = visible(head + _expanded(line[finding.column - 1 :], columns(head)))
    shown, at = _cut(text, len(visible(head)), width - len(margin) - 3)
    length = _length(finding, line)
    caret = paint("red", "^" * max(1, min(length, len(shown) - at)))
    yield f"{paint('dim', f' {number} |')} {shown}"
    yield f"{paint('dim', f'{margin} |')} {' ' * columns(shown[:at])}{caret}"


def _length(finding: Reported, line: str) -> int:
    """The characters of the finding on its first line; 1 where its end is not known."""
    written = finding.location.text
    return len(written) if written and line.startswith(written, finding.column - 1) else 1


def _expanded(text: str, start: int = 0) -> str:
    """The text with tabs as blanks, from column `start` on."""
    made: list[str] = []
    at = start
    for character in text:
        new = " " * (TAB - at % TAB) if character == "\t" else character
        made.append(new)
        at += columns(new)
    return "".join(made)


def _cut(text: str, at: int, room: int) -> tuple[str, int]:
    """A window of at most `room` columns of a line that contains column `at`, and the column of the caret in it."""
    if columns(text) <= room:
        return text, at
    start = 0 if at < room * 2 // 3 else at - room // 3
    piece = text[start:]
    while columns(piece) > room - (start > 0) - 1:
        piece = piece[:-1]
    is_whole = start + len(piece) == len(text)
    return f"{'…' if start else ''}{piece}{'' if is_whole else '…'}", at - start + (start > 0)
