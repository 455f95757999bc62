"""A pull request comment in Markdown, truncated to the limit of the host."""

from __future__ import annotations

import html
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from iacfix.engine.run import Run, each_alone
from iacfix.patches.diff import unified
from iacfix.registry import rules
from iacfix.reports.json_document import encodable
from iacfix.reports.literal import code, escaped, fenced
from iacfix.reports.text import counted, how
from iacfix.result import Fix, Repair, Reported
from iacfix.rule import Rule

LIMIT = 65_536
"""Bytes of a comment. GitHub's limit is as many characters, which are never more than the bytes."""
MARKER = "<!-- iacfix -->"
"""The first line, by which a script finds its earlier comment to update it."""
_END = "\n</details>\n"
_LAST_WORDS = 600
"""Bytes reserved for the note about what was cut, and for closing tags."""


@dataclass
class _Page:
    """Takes parts while there is room, and counts those left out by kind."""

    room: int
    text: str = ""
    cut: dict[str, int] = field(default_factory=dict[str, int])

    def takes(self, part: str, kind: str = "") -> bool:
        """Take a part if there is room for it; a part without a kind is always taken."""
        size = len(encodable(part).encode())
        if kind and size > self.room:
            self.cut[kind] = self.cut.get(kind, 0) + 1
            return False
        self.room -= size
        return True

    def add(self, part: str, kind: str = "") -> None:
        if self.takes(part, kind):
            self.text += part


def document(done: Run, _repairs: Mapping[Reported, Repair]) -> str:
    return comment(done)


def comment(done: Run, limit: int = LIMIT) -> str:
    """The comment in at most `limit` bytes of UTF-8."""
    page = _Page(limit - _LAST_WORDS)
    page.add("\n".join([MARKER, *_head(done), ""]))
    if done.errors:
        page.add("\n**Not checked**\n\n")
        for error in done.errors:
            page.add(f"- {escaped(error)}\n", "failure")
    sections = list(_sections(done, page))
    _filled(page, sections)
    page.text += "".join(map(str, sections))
    if page.cut:
        kinds = " and ".join(counted(number, kind) for kind, number in page.cut.items())
        page.text += f"\nToo long for a comment: {kinds} left out; `iacfix check` and `iacfix diff` show all.\n"
    return encodable(page.text)


def _head(done: Run) -> Iterator[str]:
    found, fixable = done.findings, done.fixable
    if not found:
        nothing = done.missing or f"nothing found in {counted(done.files, 'file')}"
        yield from ("## iacfix", "", f"{nothing[:1].upper()}{nothing[1:]}.")
        return
    yield from (f"## iacfix: {counted(len(found), 'finding')}, {sum(each in fixable for each in found)} fixable", "")
    yield "| severity | rule | findings | fixable | needs `--unsafe-fixes` | not fixed |"
    yield "|---|---|--:|--:|--:|--:|"
    for rule in _in_order(found):
        mine = [finding for finding in found if finding.rule == rule]
        cells = [sum(finding.fix is fix for finding in mine) for fix in (Fix.SAFE, Fix.UNSAFE, Fix.NONE)]
        yield f"| {mine[0].severity.value} | `{rule}` | {len(mine)} | {' | '.join(map(str, cells))} |"
    if fixable:
        yield from ("", "`iacfix apply` writes the fixes; `iacfix diff -o review.diff` gives them as a patch to edit.")


def _in_order(found: Sequence[Reported]) -> list[str]:
    """The rules with findings, the most severe first."""
    ranks = {finding.rule: finding.severity.rank for finding in found}
    known = list(rules())
    return sorted(ranks, key=lambda rule: (ranks[rule], known.index(rule) if rule in known else len(known)))


@dataclass
class _Section:
    """A collapsible section for a rule: why it matters, its findings, and the diffs of their fixes."""

    head: str
    findings: Sequence[str]
    diffs: Sequence[str]
    shown: list[str] = field(default_factory=list[str])
    shown_diffs: list[str] = field(default_factory=list[str])

    def __str__(self) -> str:
        return "".join([self.head, *self.shown, *self.shown_diffs, _END])


def _sections(done: Run, page: _Page) -> Iterator[_Section]:
    """The sections of the rules with findings, as far as there is room for their headings."""
    alone = each_alone(done)
    for name in _in_order(done.findings):
        rule = rules().get(name)
        mine = [finding for finding in done.findings if finding.rule == name]
        title = f": {html.escape(rule.title, quote=False)}" if rule else ""
        summary = f"{mine[0].severity.value} <code>{name}</code>{title} ({len(mine)})"
        head = f"\n<details><summary>{summary}</summary>\n\n{_explanation(rule) if rule else ''}"
        if page.takes(head + _END, "rule"):
            diffs = [
                f"\n{fenced(unified(outcome.path, step.before, step.after), 'diff')}"
                for outcome in alone
                for step in outcome.steps
                if step.rules == (name,)
            ]
            yield _Section(head, list(map(_item, mine)), diffs)


def _item(finding: Reported) -> str:
    place = code(f"{finding.path}:{finding.line}")
    return f"- {place} {escaped(finding.message)}; {escaped(how(finding))}\n"


def _filled(page: _Page, sections: Sequence[_Section]) -> None:
    """Fill the sections round by round: the first finding and diff of each rule, then the second."""
    for section in sections:
        section.shown += [item for item in section.findings[:1] if page.takes(item, "finding")]
    for section in sections:
        section.shown_diffs += [diff for diff in section.diffs[:1] if page.takes(diff, "diff")]
    for number in range(1, max((len(section.findings) for section in sections), default=0)):
        for section in sections:
            section.shown += [item for item in section.findings[number : number + 1] if page.takes(item, "finding")]
    for number in range(1, max((len(section.diffs) for section in sections), default=0)):
        for section in sections:
            section.shown_diffs += [diff for diff in section.diffs[number : number + 1] if page.takes(diff, "diff")]


def _explanation(rule: Rule) -> str:
    why, deployed = rule.sections.get("Why", ""), rule.sections.get("On a deployed stack", "")
    return "".join([f"{why}\n\n" if why else "", f"**On a deployed stack**: {deployed}\n\n" if deployed else ""])
