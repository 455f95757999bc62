"""A pull request comment in Markdown, cut where it would be too long to post."""

from __future__ import annotations

import html
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from iacfix.diff import unified
from iacfix.registry import rules
from iacfix.reports.json_document import encodable
from iacfix.reports.literal import code, escaped, fenced
from iacfix.reports.text import counted, how
from iacfix.result import Fix, Outcome, Reported
from iacfix.rule import Rule
from iacfix.run import Run, each_alone

LIMIT = 65_536
"""GitHub refuses a longer comment. It counts characters; bytes are never fewer."""
MARKER = "<!-- iacfix -->"
"""The first line, by which a script finds the comment it wrote before."""
_LAST_WORDS = 600
"""Bytes kept free for saying what was cut, and for closing what is open."""


@dataclass
class _Page:
    """Parts that are taken while there is room, and how many of which kind were not."""

    room: int
    text: str = ""
    cut: dict[str, int] = field(default_factory=dict[str, int])

    def add(self, part: str, kind: str = "") -> bool:
        part = encodable(part)
        size = len(part.encode())
        if kind and size > self.room:
            self.cut[kind] = self.cut.get(kind, 0) + 1
            return False
        self.room -= size
        self.text += part
        return True


def document(done: Run, _repairs: Mapping[Reported, str]) -> str:
    return comment(done)


def comment(done: Run, limit: int = LIMIT) -> str:
    """The comment in at most `limit` bytes of UTF-8."""
    page = _Page(limit - _LAST_WORDS)
    page.add("\n".join([MARKER, *_head(done), ""]))
    if done.errors:
        page.add("\n**Not checked**\n\n")
        for error in done.errors:
            page.add(f"- {escaped(error)}\n", "failure")
    alone = each_alone(done)
    for rule in _in_order(done.findings):
        _section(page, rule, [finding for finding in done.findings if finding.rule == rule], alone)
    if page.cut:
        kinds = " and ".join(counted(number, kind) for kind, number in page.cut.items())
        page.text += f"\nToo long for a comment: {kinds} left out; `iacfix check` and `iacfix diff` show all.\n"
    return page.text


def _head(done: Run) -> Iterator[str]:
    found, fixable = done.findings, done.fixable
    if not found:
        yield from ("## iacfix", "", f"Nothing found in {counted(done.files, 'file')}.")
        return
    yield from (f"## iacfix: {counted(len(found), 'finding')}, {sum(each in fixable for each in found)} fixable", "")
    yield "| severity | rule | findings | fixable | with `--unsafe-fixes` | for a person |"
    yield "|---|---|--:|--:|--:|--:|"
    for rule in _in_order(found):
        mine = [finding for finding in found if finding.rule == rule]
        cells = [sum(finding.fix is fix for finding in mine) for fix in (Fix.SAFE, Fix.UNSAFE, Fix.NONE)]
        yield f"| {mine[0].severity.value} | `{rule}` | {len(mine)} | {' | '.join(map(str, cells))} |"
    if fixable:
        yield from ("", "`iacfix apply` writes the fixes; `iacfix diff -o review.diff` gives them as a patch to edit.")


def _in_order(found: Sequence[Reported]) -> list[str]:
    """The rules that found something, the gravest first."""
    ranks = {finding.rule: finding.severity.rank for finding in found}
    known = list(rules())
    return sorted(ranks, key=lambda rule: (ranks[rule], known.index(rule) if rule in known else len(known)))


def _section(page: _Page, name: str, found: Sequence[Reported], alone: Sequence[Outcome]) -> None:
    """A fold for each rule: why it matters, where it is, and what fixing it changes."""
    rule = rules().get(name)
    title = f": {html.escape(rule.title, quote=False)}" if rule else ""
    summary = f"{found[0].severity.value} <code>{name}</code>{title} ({len(found)})"
    explanation = _explanation(rule) if rule else ""
    end = "\n</details>\n"
    page.room -= len(end)
    if page.add(f"\n<details><summary>{summary}</summary>\n\n{explanation}", "rule"):
        for finding in found:
            place = code(f"{finding.path}:{finding.line}")
            page.add(f"- {place} {escaped(finding.message)}; {escaped(how(finding))}\n", "finding")
        for outcome in alone:
            for step in outcome.steps:
                if step.rule == name:
                    page.add(f"\n{fenced(unified(outcome.path, step.before, step.after), 'diff')}", "diff")
        page.text += end
    else:
        page.room += len(end)


def _explanation(rule: Rule) -> str:
    why, deployed = rule.sections.get("Why", ""), rule.sections.get("On a deployed stack", "")
    return "".join([f"{why}\n\n" if why else "", f"**On a deployed stack**: {deployed}\n\n" if deployed else ""])
