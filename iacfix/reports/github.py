"""GitHub Actions: an annotation for each finding, and the job's summary."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from iacfix.engine.run import Run
from iacfix.reports import markdown
from iacfix.reports.text import counted, how
from iacfix.reports.visible import one_line
from iacfix.result import Fix, Repair, Reported
from iacfix.rule import Severity

LEVEL = {Severity.HIGH: "error", Severity.MEDIUM: "warning", Severity.LOW: "notice"}
SHOWN = 10
"""Annotations of one level that GitHub shows of a step."""
SUMMARY_LIMIT = 1024 * 1024
"""Bytes that the summary of a step may have."""


def document(done: Run, _repairs: Mapping[Reported, Repair]) -> str:
    """GitHub shows the first few of a level: these are the gravest, and of these the ones that can be fixed."""
    ranked = sorted(done.findings, key=lambda finding: (finding.severity.rank, list(Fix).index(finding.fix)))
    return "".join(f"{_annotation(finding)}\n" for finding in ranked)


def _annotation(finding: Reported) -> str:
    """A workflow command; a column is only taken where the place is within one line."""
    properties = {
        "title": f"iacfix: {finding.rule}",
        "file": finding.path,
        "line": str(finding.line),
        **({"endLine": str(finding.end_line)} if finding.end_line > finding.line else {"col": str(finding.column)}),
    }
    listed = ",".join(f"{key}={_property(value)}" for key, value in properties.items())
    message = f"{_message(finding.message)}%0A{_message(how(finding))}"
    return f"::{LEVEL[finding.severity]} {listed}::{message}"


def _message(text: str) -> str:
    return one_line(text).replace("%", "%25")


def _property(text: str) -> str:
    return _message(text).replace(":", "%3A").replace(",", "%2C")


def summary(done: Run, room: int = SUMMARY_LIMIT) -> str:
    """The job's summary in at most `room` bytes; nothing where it would be longer, as GitHub then drops all of it."""
    more = "".join(_not_annotated(done))
    text = markdown.comment(done, room - len(more.encode())) + more
    return text if len(text.encode()) <= room else ""


def _not_annotated(done: Run) -> Iterator[str]:
    counts = Counter(LEVEL[finding.severity] for finding in done.findings)
    hidden = sum(max(0, count - SHOWN) for count in counts.values())
    if hidden:
        yield f"\nGitHub shows at most {SHOWN} annotations of each level for a step; "
        yield f"{counted(hidden, 'finding')} of this run {'is' if hidden == 1 else 'are'} only listed here.\n"
