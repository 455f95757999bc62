"""Reviewdog Diagnostic Format, with a suggestion where a fix is one hunk.

Columns count bytes of UTF-8. Reviewers accept suggestions one by one, so a fix of several hunks has none.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from iacfix.engine.run import Run
from iacfix.files.source import Source
from iacfix.patches.diff import LineEdit, Original, hunks
from iacfix.registry import rules
from iacfix.reports.json_document import Json, dumped
from iacfix.reports.text import how
from iacfix.result import Repair, Reported
from iacfix.rewrite import Change, utf8
from iacfix.rule import Severity

SEVERITY = {Severity.HIGH: "ERROR", Severity.MEDIUM: "WARNING", Severity.LOW: "INFO"}
_MARK = "\ufeff"


def document(done: Run, repairs: Mapping[Reported, Repair]) -> str:
    texts = {task.source.name: _Text(task.source) for task in done.tasks}
    found = [_diagnostic(finding, texts[finding.path], repairs.get(finding, ())) for finding in done.findings]
    return dumped({"source": {"name": "iacfix"}, "diagnostics": found})


class _Text:
    """A file as it is on disk; its byte order mark counts for columns."""

    def __init__(self, source: Source) -> None:
        self.mark = _MARK if source.bom else ""
        self.original = Original(self.mark + source.text)
        self._moved = len(utf8(self.mark))

    def edited(self, repair: Repair) -> Iterator[LineEdit]:
        moved = self._moved
        return self.original.edited(Change(each.start + moved, each.stop + moved, each.text) for each in repair)


def _diagnostic(finding: Reported, text: _Text, repair: Repair) -> Json:
    rows = text.original.lines
    line = rows[finding.line - 1] if finding.line <= len(rows) else ""
    at = finding.column - 1 + (len(text.mark) if finding.line == 1 else 0)
    place = {"line": finding.line, "column": len(utf8(line[:at])) + 1}
    rule = rules().get(finding.rule)
    suggestion = _suggestion(rows, hunks(text.edited(repair)))
    return {
        "message": f"{finding.message}\n{how(finding)}",
        "location": {"path": finding.path, "range": {"start": place}},
        "severity": SEVERITY[finding.severity],
        "code": {"value": finding.rule, **({"url": rule.link} if rule and rule.link else {})},
        **({"suggestions": [suggestion]} if suggestion else {}),
    }


def _suggestion(old: Sequence[str], groups: Sequence[Sequence[LineEdit]]) -> Json | None:
    """A suggestion of whole lines, as pull requests need; a pure insertion or deletion includes an unchanged line. None
    for several hunks."""
    if len(groups) != 1 or not old:
        return None
    (group,) = groups
    first, end = group[0].start, group[-1].end
    new: list[str] = []
    for before, each in pairwise((LineEdit(first, first, ()), *group)):
        new += (*old[before.end : each.start], *each.lines)
    if first == end or not new:
        if first:
            first -= 1
            new[:0] = old[first : first + 1]
        elif end < len(old):
            new += old[end : end + 1]
            end += 1
        else:
            return None
    text = "".join(new).removesuffix("\n").removesuffix("\r")
    return {"range": {"start": {"line": first + 1}, "end": {"line": end}}, "text": text}
