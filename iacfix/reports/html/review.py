"""The files with their hunks and findings."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count

from iacfix.files.hosting import HostedCommit
from iacfix.registry import rules
from iacfix.reports.html.code import Lines, code
from iacfix.reports.html.hunks import FileView, HunkView
from iacfix.reports.html.markup import Markup, element, joined
from iacfix.reports.html.prose import prose
from iacfix.reports.html.syntax import lines_in_colour
from iacfix.reports.text import counted, why_not
from iacfix.result import Fix, Reported
from iacfix.rule import Severity

SHOWN = 4
"""Findings of a rule that are shown next to a hunk; the others are folded."""
EXPLAINED = ("Why", "On a deployed stack")
"""The sections of a rule's page that are shown next to a change."""
_OF_A_MAJOR = re.compile(r"\bUnder major (\d+)\b[^.]*\.\s*")


@dataclass(frozen=True)
class _Shown:
    """The context of a file's hunks: its highlighted lines, the host for links, the numbers and hunks of the fixed
    findings of all files, and the rules that were explained already (`told`)."""

    file: FileView
    lines: tuple[Lines, Lines]
    host: HostedCommit | None
    number_of: Mapping[Reported, int]
    hunks_of: Mapping[Reported, Collection[int]]
    told: set[str]

    def link(self, text: str, first: int, last: int, class_: str, path: str = "") -> Markup:
        """Text as a link to lines of this file or another one, where a host has them."""
        address = self.host and self.host.lines(path or self.file.name, first, last)
        if not address:
            return element("span", text, class_=class_)
        return element("a", text, href=address, class_=class_, rel="noreferrer noopener", target="_blank")


def review(files: Sequence[FileView], host: HostedCommit | None) -> Iterator[Markup]:
    """A section for each file. The fixed findings of all files are numbered from 0, in their order."""
    numbers = count()
    told: set[str] = set()
    number_of = {finding: next(numbers) for file in files for finding in file.fixed}
    hunks_of = {finding: tuple(parts) for file in files for finding, parts in file.fixed.items()}
    for index, file in enumerate(files):
        lines = lines_in_colour(file.name, file.before), lines_in_colour(file.name, file.after)
        shown = _Shown(file, lines, host, number_of, hunks_of, told)
        parts = [_hunk(shown, hunk) for hunk in file.hunks]
        yield element(
            "section",
            _heading(file, index),
            *parts,
            *_left(shown),
            class_="file",
            id=f"file-{index}",
            data_path=file.name,
            aria_labelledby=f"file-{index}-name",
        )


def _heading(file: FileView, index: int) -> Markup:
    """The heading of a file, which stays visible above its hunks."""
    named = element("code", file.name), element("span", extent(file), class_="extent")
    return element(
        "div",
        _fold(file.name),
        element("h2", *named, id=f"file-{index}-name"),
        *([element("span", class_="progress scripted")] if file.hunks else []),
        class_="heading",
    )


def _fold(name: str) -> Markup:
    label = element("span", f"Fold {name}", class_="unseen")
    return element("button", label, type="button", class_="fold scripted", aria_expanded="true")


def extent(file: FileView) -> str:
    """The numbers of hunks and remaining findings of a file."""
    parts = [counted(len(file.hunks), "hunk")] if file.hunks else ["fixed in other files"] if file.fixed else []
    return ", ".join([*parts, *what_is_left(file.left)])


def by_hand(left: Sequence[Reported]) -> tuple[list[Reported], list[Reported]]:
    """Findings that no hunk fixes: those that `--unsafe-fixes` would fix, and the others."""
    unsafe = [finding for finding in left if finding.fix is Fix.UNSAFE]
    return unsafe, [finding for finding in left if finding.fix is not Fix.UNSAFE]


def what_is_left(left: Sequence[Reported]) -> Iterator[str]:
    unsafe, person = by_hand(left)
    if unsafe:
        yield f"{len(unsafe)} need{'s' if len(unsafe) == 1 else ''} --unsafe-fixes"
    if person:
        yield f"{len(person)} not fixed"


def _hunk(shown: _Shown, hunk: HunkView) -> Markup:
    name = f"hunk-{hunk.number}"
    where = f"line {hunk.first}" if hunk.first == hunk.last else f"lines {hunk.first}–{hunk.last}"
    top = element(
        "div",
        _fold(f"hunk {hunk.number}"),
        element("h3", f"Hunk {hunk.number} ", shown.link(where, hunk.first, hunk.last, "where"), id=f"{name}-title"),
        element(
            "div",
            element("button", "Comment", _on(hunk.number), type="button", class_="to-comment"),
            _choice("accept", hunk.number),
            _choice("reject", hunk.number),
            class_="choices scripted",
        ),
        class_="top",
    )
    return element(
        "article",
        top,
        element("p", class_="apart", hidden=True),
        element("div", _reasons(shown, hunk), code(hunk, *shown.lines), _comment(hunk.number), class_="body"),
        id=name,
        class_="hunk",
        tabindex="-1",
        aria_labelledby=f"{name}-title",
        data_number=str(hunk.number),
        data_line=str(next(hunk.changes)[0] + 1),
        data_findings=" ".join(str(shown.number_of[finding]) for finding in hunk.findings),
    )


def _choice(answer: str, number: int) -> Markup:
    """A checkbox; a hunk with neither of the two is undecided."""
    return element(
        "label",
        element("input", type="checkbox", class_=answer, autocomplete="off"),
        element("span", answer.title(), class_="verb"),
        element("span", f" hunk {number}", class_="unseen"),
        class_="choice",
    )


def _comment(number: int) -> Markup:
    return element(
        "div",
        element("label", "Comment", _on(number), element("textarea", rows="3", autocomplete="off")),
        element("button", "Copy as Markdown", _on(number), type="button", class_="copy"),
        class_="comment scripted",
        hidden=True,
    )


def _on(number: int) -> Markup:
    return element("span", f" on hunk {number}", class_="unseen")


def _reasons(shown: _Shown, hunk: HunkView) -> Markup:
    """The findings of a hunk by rule, the most severe first; the first rule that was not explained yet is explained."""
    severities = {finding.rule: finding.severity for finding in hunk.findings}
    ranked = sorted(severities.items(), key=lambda each: each[1].rank)
    new = next((rule for rule, _ in ranked if rule not in shown.told), None)
    parts: list[Markup] = []
    for rule, severity in ranked:
        mine = [finding for finding in hunk.findings if finding.rule == rule]
        first = {finding.note: finding for finding in reversed(mine)}
        items = [_finding(shown, finding, with_note=first[finding.note] is finding) for finding in mine]
        parts.append(
            element(
                "section",
                element("h4", severity_mark(severity), " ", element("code", rule)),
                element("ul", *items[:SHOWN], class_="findings"),
                *_more(items[SHOWN:]),
                *_explained(shown, rule, open_=rule == new),
                class_="reason",
            )
        )
    if new is not None:
        shown.told.add(new)
    if not parts:
        parts.append(element("p", "This hunk fixes no finding on this page."))
    return element("div", *parts, class_="reasons")


def severity_mark(severity: Severity) -> Markup:
    return element("span", severity.value, class_=f"severity {severity.value}")


def _more(items: Sequence[Markup]) -> Iterator[Markup]:
    if items:
        yield element(
            "details",
            element("summary", f"{len(items)} more {'finding' if len(items) == 1 else 'findings'}"),
            element("ul", *items, class_="findings"),
        )


def _finding(shown: _Shown, finding: Reported, *, with_note: bool) -> Markup:
    unsafe = [element("span", "unsafe fix", class_="unsafe")] if finding.fix is Fix.UNSAFE else []
    note = [element("p", finding.note, class_="note")] if finding.note and with_note else []
    return element(
        "li",
        element("p", _line(shown, finding), " ", *unsafe, " ", finding.message),
        *note,
        *_together(list(shown.hunks_of[finding]), shown.number_of[finding]),
    )


def _together(hunks: Sequence[int], number: int) -> Iterator[Markup]:
    """The list of the hunks of a fix, and buttons for all of them, where there are several."""
    if len(hunks) < 2:
        return
    links = [element("a", str(hunk), href=f"#hunk-{hunk}") for hunk in hunks]
    listed = joined([*(part for link in links[:-1] for part in (link, ", ")), links[-1]])
    names = element("span", f" hunks {', '.join(map(str, hunks))}", class_="unseen")
    yield element(
        "p",
        element("span", "One fix in several hunks: ", listed),
        element("button", "Accept", names, type="button", class_="scripted", data_accept=str(number)),
        element("button", "Reject", names, type="button", class_="scripted", data_reject=str(number)),
        class_="together",
    )


def _explained(shown: _Shown, rule: str, *, open_: bool) -> Iterator[Markup]:
    sections = rules()[rule].sections if rule in rules() else {}
    parts = [
        part
        for heading in EXPLAINED
        if heading in sections
        for part in (element("h5", heading), prose(first_paragraph(of_majors(sections[heading], shown.file.majors))))
    ]
    if parts:
        yield element("details", element("summary", "Why, and on a deployed stack"), *parts, open=open_)


def first_paragraph(text: str) -> str:
    """The first paragraph, and the link at the end where there is one; `iacfix explain` shows the rest."""
    first, *rest = text.split("\n\n")
    return "\n\n".join([first, *(part for part in rest if part.startswith("https://"))])


def of_majors(text: str, majors: Collection[int]) -> str:
    """The text without sentences about other majors, which begin with `Under major` and a number."""
    others = {match[0] for match in _OF_A_MAJOR.finditer(text) if int(match[1]) not in majors}
    for sentence in others if majors else ():
        text = text.replace(sentence, "")
    return text


def _line(shown: _Shown, finding: Reported) -> Markup:
    where = f"Line {finding.line}" + ("" if finding.path == shown.file.name else f" of {finding.path}")
    return shown.link(where, finding.line, finding.end_line, "at", finding.path)


def _left(shown: _Shown) -> Iterator[Markup]:
    """The findings that no hunk fixes, grouped by rule and reason."""
    for title, left in zip(("Needs --unsafe-fixes", "Not fixed"), by_hand(shown.file.left), strict=True):
        alike = defaultdict[tuple[str, Severity, str], list[Reported]](list)
        for finding in left:
            why = finding.note or why_not(finding)
            alike[finding.rule, finding.severity, why].append(finding)
        if alike:
            items = [_left_item(shown, *key, findings) for key, findings in alike.items()]
            yield element("section", element("h3", title), element("ul", *items), class_="left")


def _left_item(shown: _Shown, rule: str, severity: Severity, reason: str, findings: Sequence[Reported]) -> Markup:
    lines = [element("li", element("p", _line(shown, finding), " ", finding.message)) for finding in findings]
    return element(
        "li",
        element("h4", severity_mark(severity), " ", element("code", rule)),
        element("ul", *lines[:SHOWN], class_="findings"),
        *_more(lines[SHOWN:]),
        element("p", reason, class_="note"),
        data_rule=rule,
        data_severity=severity.value,
    )
