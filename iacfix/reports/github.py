"""GitHub Actions: an annotation for each finding, and the job summary."""

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
"""The most annotations of one level that GitHub shows for a step."""
SUMMARY_LIMIT = 1024 * 1024
"""The limit of GitHub for the summary of a step, in bytes."""


def document(done: Run, _repairs: Mapping[Reported, Repair]) -> str:
    """A line for each finding, the most severe first, then the fixable: GitHub shows only the first of a level."""
    ranked = sorted(done.findings, key=lambda finding: (finding.severity.rank, list(Fix).index(finding.fix)))
    return "".join(f"{_annotation(finding)}\n" for finding in ranked)


def _annotation(finding: Reported) -> str:
    """A finding as a workflow command; GitHub takes columns only for places within one line."""
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
    """The job summary in at most `room` bytes of Markdown, else empty: GitHub drops a longer one as a whole."""
    more = "".join(_not_annotated(done))
    text = markdown.comment(done, room - len(more.encode())) + more
    return text if len(text.encode()) <= room else ""


def _not_annotated(done: Run) -> Iterator[str]:
    counts = Counter(LEVEL[finding.severity] for finding in done.findings)
    hidden = sum(max(0, count - SHOWN) for count in counts.values())
    if hidden:
        yield f"\nGitHub shows at most {SHOWN} annotations of each level for a step; "
        yield f"{counted(hidden, 'finding')} of this run {'is' if hidden == 1 else 'are'} only listed here.\n"
