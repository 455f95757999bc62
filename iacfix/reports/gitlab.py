"""A Code Quality report for GitLab, as JSON."""

from __future__ import annotations

from collections.abc import Mapping

from iacfix.engine.fingerprints import fingerprints
from iacfix.engine.run import Run
from iacfix.reports.json_document import dumped
from iacfix.result import Repair, Reported
from iacfix.rule import Severity

SEVERITY = {Severity.HIGH: "critical", Severity.MEDIUM: "major", Severity.LOW: "minor"}


def document(done: Run, _repairs: Mapping[Reported, Repair]) -> str:
    """The report. Fingerprints are unique: GitLab drops findings with an equal one."""
    return dumped(
        [
            {
                "description": finding.message,
                "check_name": finding.rule,
                "fingerprint": fingerprint,
                "severity": SEVERITY[finding.severity],
                "location": {"path": finding.path, "lines": {"begin": finding.line, "end": finding.end_line}},
            }
            for finding, fingerprint in zip(done.findings, fingerprints(done.findings), strict=True)
        ]
    )
