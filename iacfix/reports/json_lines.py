"""One finding a line, as the same object as in the JSON document."""

from __future__ import annotations

from iacfix.engine.run import Run
from iacfix.reports.json_document import dumped, findings
from iacfix.result import Repairs


def document(done: Run, repairs: Repairs) -> str:
    return "".join(dumped(finding, indent=None) for finding in findings(done, repairs))
