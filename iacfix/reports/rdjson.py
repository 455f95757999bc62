"""Reviewdog's diagnostics, with a suggestion where one hunk is the whole fix.

Columns count bytes of UTF-8. A reviewer takes suggestions one by one, so a fix of several hunks is none.
"""

from __future__ import annotations

from collections.abc import Mapping

from iacfix.diff import hunks
from iacfix.patching import lines_of
from iacfix.registry import rules
from iacfix.reports.json_document import Json, dumped
from iacfix.reports.text import how
from iacfix.result import Reported
from iacfix.rule import Severity
from iacfix.run import Run

SEVERITY = {Severity.HIGH: "ERROR", Severity.MEDIUM: "WARNING", Severity.LOW: "INFO"}
_MARK = "\ufeff"


def document(done: Run, repairs: Mapping[Reported, str]) -> str:
    texts: dict[str, tuple[str, bool]] = {task.source.name: (task.source.text, task.source.bom) for task in done.tasks}
    found: list[Json] = []
    for finding in done.findings:
        text, marked = texts[finding.path]
        found.append(_diagnostic(finding, text, repairs.get(finding), _MARK if marked else ""))
    return dumped({"source": {"name": "iacfix"}, "diagnostics": found})


def _diagnostic(finding: Reported, text: str, repair: str | None, mark: str) -> Json:
    rows = lines_of(mark + text)
    line = rows[finding.line - 1] if finding.line <= len(rows) else ""
    at = finding.column - 1 + (len(mark) if finding.line == 1 else 0)
    place = {"line": finding.line, "column": len(line[:at].encode("utf-8", "surrogatepass")) + 1}
    rule = rules().get(finding.rule)
    suggestion = _suggestion(mark + text, mark + repair) if repair is not None else None
    return {
        "message": f"{finding.message}\n{how(finding)}",
        "location": {"path": finding.path, "range": {"start": place}},
        "severity": SEVERITY[finding.severity],
        "code": {"value": finding.rule, **({"url": rule.link} if rule and rule.link else {})},
        **({"suggestions": [suggestion]} if suggestion else {}),
    }


def _suggestion(before: str, after: str) -> Json | None:
    """Whole lines, because that is what a pull request can replace; where lines only come or only go, one that stays
    is taken along."""
    groups = hunks(before, after)
    old, new = lines_of(before), lines_of(after)
    if len(groups) != 1 or not old or not new:
        return None
    (first, _, top, _), (_, end, _, bottom) = groups[0][0], groups[0][-1]
    if first == end or top == bottom:
        if first:
            first, top = first - 1, top - 1
        else:
            end, bottom = end + 1, bottom + 1
    text = "".join(new[top:bottom]).removesuffix("\n").removesuffix("\r")
    return {"range": {"start": {"line": first + 1}, "end": {"line": end}}, "text": text}
