"""Findings and summaries for a terminal."""

from __future__ import annotations

import textwrap
import unicodedata
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from iacfix.engine.candidates import NotExamined
from iacfix.reports.color import Paint
from iacfix.reports.visible import one_line
from iacfix.result import Fix, Outcome, Reported
from iacfix.rule import Severity

if TYPE_CHECKING:
    from iacfix.engine.run import Run

WIDTH = 80
"""Columns of a page whose width is not known."""
LISTED = 5
"""The most skipped files that are named; of the others only the number is shown."""
FIXABLE = "[*]"
"""Marks what `iacfix apply` would fix."""
SEVERITY_COLOR = {Severity.HIGH: "red", Severity.MEDIUM: "yellow", Severity.LOW: "cyan"}
STATES = {Fix.SAFE: "fixable", Fix.UNSAFE: "needs --unsafe-fixes", Fix.NONE: "not fixed"}
TITLES = ("total", *STATES.values())
"""Of the columns of a table by fixability."""


def counted(number: int, noun: str) -> str:
    """`1 file`, `2 files`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def place(path: str) -> str:
    """A path at the start of a line."""
    path = one_line(path)
    return f"./{path}" if path.lstrip().startswith("::") else path


def filled(text: str, indent: str, hanging: str = "", *, width: int = WIDTH) -> list[str]:
    """The text wrapped to `width` columns; no word is broken, so that it can be copied."""
    return textwrap.wrap(
        " ".join(text.split()),
        width,
        initial_indent=indent,
        subsequent_indent=indent + hanging,
        break_long_words=False,
        break_on_hyphens=False,
    )


def findings(
    found: Sequence[Reported], paint: Paint, shown: Callable[[str], str], *, width: int | None = None
) -> Iterator[str]:
    """The lines of the findings, grouped by file; `shown` spells a path, lines wrap at `width` columns."""
    for _, group in groupby(found, key=lambda finding: finding.path):
        for finding in group:
            yield from headline(finding, paint, shown, width=width)
            advice = one_line(how(finding))
            lines = filled(advice, "    ", width=width) if width else [f"    {advice}"]
            yield from (paint("dim", line) for line in lines)
        yield ""


def concise(done: Run, paint: Paint, shown: Callable[[str], str]) -> Iterator[str]:
    """One line a finding, with `[*]` where this run may fix it."""
    fixable = done.fixable
    for finding in done.findings:
        yield from headline(finding, paint, shown, is_fixable=finding in fixable)


def headline(
    finding: Reported,
    paint: Paint,
    shown: Callable[[str], str],
    *,
    is_fixable: bool = False,
    width: int | None = None,
) -> Iterator[str]:
    """Place, rule, message and `[*]` where `iacfix apply` fixes it, wrapped to the width of the page."""
    at = f"{place(shown(finding.path))}:{finding.line}:{finding.column}"
    severity, rule = finding.severity.value, finding.rule
    message = one_line(finding.message)
    painted = [f"{paint('bold', at)}:", paint(SEVERITY_COLOR[finding.severity], severity), paint("bold", rule)]
    plain = [f"{at}:", severity, rule]
    if is_fixable:
        painted.append(paint("cyan", FIXABLE))
        plain.append(FIXABLE)
    if width is None or sum(columns(word) + 1 for word in plain) + columns(message) <= width:
        yield " ".join([*painted, message])
        return
    words = message.split()
    yield from _in_lines([*painted, *words], [*plain, *words], width)


def _in_lines(painted: Sequence[str], plain: Sequence[str], width: int) -> Iterator[str]:
    """The painted words wrapped to `width` columns, counted without colour."""
    line, taken = "", 0
    for word, bare in zip(painted, plain, strict=True):
        if taken and taken + 1 + columns(bare) > width:
            yield line
            line, taken = f"    {word}", 4 + columns(bare)
        else:
            line, taken = (f"{line} {word}", taken + 1 + columns(bare)) if taken else (word, columns(bare))
    yield line


def columns(text: str) -> int:
    """The terminal columns of a text."""
    if text.isascii():
        return len(text)
    return sum(
        0 if unicodedata.combining(each) else 2 if unicodedata.east_asian_width(each) in "WF" else 1 for each in text
    )


def how(finding: Reported) -> str:
    """What can be done about a finding."""
    match finding.fix:
        case Fix.SAFE:
            return "fixable: iacfix apply" + _tail("; ", finding.note)
        case Fix.UNSAFE:
            return "needs --unsafe-fixes" + _tail(": ", finding.note or finding.reason)
        case Fix.NONE:
            return f"not fixed: {why_not(finding)}"


def why_not(finding: Reported) -> str:
    """The reason why it is not fixed, and its remedy."""
    return f"{finding.reason or 'no fix is known'}{_tail('; ', finding.remedy)}"


def _tail(separator: str, text: str | None) -> str:
    return f"{separator}{text}" if text else ""


def table(found: Iterable[Reported], paint: Paint) -> Iterator[str]:
    """A table of the numbers of findings by severity and fixability."""
    counts = Counter((finding.severity, finding.fix) for finding in found)
    yield paint("bold", " " * 9 + "".join(f"  {title}" for title in TITLES))
    for severity in Severity:
        numbers = [counts[severity, fix] for fix in STATES]
        yield f"{paint(SEVERITY_COLOR[severity], f'{severity.value:9}')}{_row(numbers)}"
    yield f"{'total':9}{_row([sum(counts[severity, fix] for severity in Severity) for fix in STATES])}"


def by_rule(found: Iterable[Reported], paint: Paint, width: int = WIDTH) -> Iterator[str]:
    """A table of the numbers of findings by rule, the most severe first, and their fixability; two lines a rule where
    the page is narrow."""
    counts = Counter((finding.severity, finding.rule, finding.fix) for finding in found)
    rules = sorted({(severity, rule) for severity, rule, _ in counts}, key=lambda each: (each[0].rank, each[1]))
    widest = max((len(rule) for _, rule in rules), default=0)
    heading = f"{'':{widest + 7}}" + "".join(f"  {title}" for title in TITLES)
    is_narrow = len(heading) > width
    if not is_narrow and rules:
        yield paint("bold", heading)
    for severity, rule in rules:
        numbers = [counts[severity, rule, fix] for fix in STATES]
        name = f"{paint(SEVERITY_COLOR[severity], f'{severity.value:6}')} {rule}"
        if is_narrow:
            yield f"{name}: {sum(numbers)}"
            yield f"       {states(dict(zip(STATES, numbers, strict=True)))}"
        else:
            yield name + " " * (widest - len(rule)) + _row(numbers)
    if len(rules) > 1 and not is_narrow:
        sums = [sum(number for key, number in counts.items() if key[2] is fix) for fix in STATES]
        yield f"{'total':{widest + 7}}{_row(sums)}"


def _row(numbers: Sequence[int]) -> str:
    """The cells of a table by fixability, each as wide as its title, the total first."""
    cells = zip((sum(numbers), *numbers), TITLES, strict=True)
    return "".join(f"  {number:>{len(title)}}" for number, title in cells)


def states(numbers: Mapping[Fix, int]) -> str:
    """`2 fixable, 1 needs --unsafe-fixes`."""
    words = STATES if numbers.get(Fix.UNSAFE) == 1 else {**STATES, Fix.UNSAFE: "need --unsafe-fixes"}
    return ", ".join(f"{numbers[fix]} {word}" for fix, word in words.items() if numbers.get(fix))


def total(done: Run) -> Iterator[str]:
    """The totals of a run, the meaning of `[*]`, and the number of files that could not be checked."""
    found, fixable = done.findings, done.fixable
    if found:
        numbers = Counter(Fix.SAFE if finding in fixable else _open(finding) for finding in found)
        files = len({finding.path for finding in found})
        yield f"{counted(len(found), 'finding')} in {counted(files, 'file')}: {states(numbers)}"
    if fixable:
        yield f"{FIXABLE} fixable: iacfix apply"
    if done.errors:
        yield f"{counted(len(done.errors), 'error')}: not everything was checked"


def _open(finding: Reported) -> Fix:
    """The fixability of a finding that this run does not fix."""
    return Fix.NONE if finding.fix is Fix.NONE else Fix.UNSAFE


def providers(outcomes: Iterable[Outcome]) -> Iterator[str]:
    """A line for each provider major in use, how it is known, and the number of files."""
    known = Counter(outcome.provider for outcome in outcomes if outcome.provider)
    for provider, files in sorted(
        known.items(), key=lambda item: (item[0].name, -item[1], item[0].number, item[0].why)
    ):
        yield f"provider {provider.name} {provider.number} in {counted(files, 'file')}: {one_line(provider.why)}"


def not_examined(files: Sequence[NotExamined]) -> Iterator[str]:
    """The files that were not examined, at most LISTED of them by name."""
    for file in files[:LISTED]:
        yield f"left alone: {file.path}: {file.why}"
    if len(files) > LISTED:
        yield f"left alone: {counted(len(files) - LISTED, 'more file')}; --output-format json names all"


def suppressed(found: Sequence[Reported]) -> Iterator[str]:
    """The findings that comments of other scanners suppress, at most LISTED of them by place."""
    for finding in found[:LISTED]:
        yield f"{one_line(finding.path)}:{finding.line} {finding.rule} {finding.reason}"
    if len(found) > LISTED:
        yield f"suppressed: {len(found) - LISTED} more; --output-format json names all"


def notes(fixed: Collection[Reported]) -> Iterator[str]:
    """The notes of fixes for deployed stacks, each once with its number of findings."""
    said = Counter(clause for finding in fixed for clause in finding.notes)
    for clause, count in sorted(said.items(), key=lambda item: (-item[1], item[0])):
        yield f"  {counted(count, 'finding')}: {clause}"


def by_rule_and_file(fixed: Collection[Reported], most: int) -> Iterator[str]:
    """The numbers of these findings by rule, then by file; at most `most` files are named."""
    rules = sorted(Counter(finding.rule for finding in fixed).items(), key=lambda each: (-each[1], each[0]))
    files = sorted(Counter(one_line(finding.path) for finding in fixed).items())
    lines = [*rules, *files[:most]]
    widest = max((len(name) for name, _ in lines), default=0)
    yield from (f"  {name:{widest}}  {number}" for name, number in lines)
    if len(files) > most:
        yield f"  and {counted(len(files) - most, 'more file')}"


def named(names: Sequence[str], most: int = LISTED) -> str:
    """The first names, and the number of the others."""
    more = len(names) - most
    return ", ".join(map(one_line, names[:most])) + (f" and {more} more" if more > 0 else "")


def fixed_line(
    verb: str,
    fixed: Collection[Reported],
    fixable: Collection[Reported],
    found: Sequence[Reported],
    files: int,
    by: str = "",
) -> str:
    """One line about a fixing run: the numbers of fixed findings, of fixable ones left, and of others."""
    done = f"{verb} {counted(len(fixed), 'finding')} in {counted(files, 'file')}{by}" if files else f"{verb} nothing"
    left = [finding for finding in found if finding not in fixed]
    if not left:
        return done if files else "nothing to fix"
    still = sum(finding in fixable for finding in left)
    unsafe = sum(finding.fix is Fix.UNSAFE and finding not in fixable for finding in left)
    parts = [
        f"{still} fixable" if still else "",
        f"{unsafe} need{'s' if unsafe == 1 else ''} --unsafe-fixes" if unsafe else "",
        f"{len(left) - still - unsafe} not fixed, see iacfix check" if len(left) > still + unsafe else "",
    ]
    return f"{done}; {len(left)} remain{'s' if len(left) == 1 else ''}: {', '.join(part for part in parts if part)}"


def preface(fixed: Collection[Reported], fixable: Collection[Reported], found: Sequence[Reported]) -> str:
    """One line above a diff: the same as `fixed_line`, with the number of rules."""
    rules = len({finding.rule for finding in fixed})
    files = len({finding.path for finding in fixed})
    return fixed_line("would fix", fixed, fixable, found, files, f" by {rules} rules" if rules > 1 else "")
