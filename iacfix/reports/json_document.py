"""The result of a run as JSON; `schema.json` in this folder documents every field."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping

from iacfix import __version__
from iacfix.engine.fingerprints import fingerprints
from iacfix.engine.run import Run
from iacfix.patches.diff import Original, Replacement
from iacfix.reports.visible import COMMAND, OBEYED
from iacfix.result import Repairs
from iacfix.rule import Severity

SCHEMA_VERSION = 1
"""Incremented when a field changes its meaning or is removed, not when one is added."""

Json = Mapping[str, object]


def document(done: Run, repairs: Repairs) -> str:
    return dumped(
        {
            "schema_version": SCHEMA_VERSION,
            "iacfix_version": __version__,
            "files": done.files,
            "programs": done.programs,
            "left_alone": [{"path": file.path, "why": file.why} for file in done.not_examined],
            "counts": {
                severity.value: sum(finding.severity is severity for finding in done.findings) for severity in Severity
            },
            "findings": list(findings(done, repairs)),
            "suppressed": [
                {
                    "rule": finding.rule,
                    "path": finding.path,
                    "line": finding.line,
                    "message": finding.message,
                    "reason": finding.reason,
                }
                for finding in done.suppressed
            ],
            "providers": [
                {
                    "path": outcome.path,
                    "name": outcome.provider.name,
                    "major": outcome.provider.number,
                    "why": outcome.provider.why,
                }
                for outcome in done.outcomes
                if outcome.provider
            ],
            "errors": list(done.errors),
        }
    )


def findings(done: Run, repairs: Repairs) -> Iterator[Json]:
    """Each finding as an object."""
    before = {outcome.path: Original(outcome.before) for outcome in done.outcomes}
    for finding, fingerprint in zip(done.findings, fingerprints(done.findings), strict=True):
        repair = repairs.get(finding, ())
        yield {
            "rule": finding.rule,
            "severity": finding.severity.value,
            "path": finding.path,
            "line": finding.line,
            "column": finding.column,
            "end_line": finding.end_line,
            "message": finding.message,
            "resource": finding.location.resource or None,
            "fix": finding.fix.value,
            "reason": finding.reason,
            "reason_id": finding.reason_id,
            "remedy": finding.remedy,
            "note": finding.note,
            "fingerprint": fingerprint,
            "edits": list(map(_edit, before[finding.path].replacements(repair))),
            "changes": [
                {"path": path, "edits": list(map(_edit, before[path].replacements(each)))}
                for path, each in repairs.module_repairs.get(finding, {}).items()
            ],
        }


def _edit(change: Replacement) -> Json:
    return {
        "line": change.start[0],
        "column": change.start[1],
        "end_line": change.end[0],
        "end_column": change.end[1],
        "text": change.text,
    }


def dumped(value: object, indent: int | None = 2) -> str:
    """Indented JSON without ASCII escapes, except for characters that control a terminal or a log of CI."""
    text = encodable(json.dumps(value, ensure_ascii=False, indent=indent))
    return COMMAND.sub(r"\\u0023", OBEYED.sub(_escape, text)) + "\n"


def _escape(found: re.Match[str]) -> str:
    return json.dumps(found[0])[1:-1]


def encodable(text: str) -> str:
    """The text with a replacement character for lone surrogates, such as undecodable bytes of a file name."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
