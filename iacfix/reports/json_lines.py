"""One finding a line, each the same object as in the JSON document."""

from __future__ import annotations

import json
from collections.abc import Mapping

from iacfix.reports.json_document import encodable, findings
from iacfix.result import Reported
from iacfix.run import Run


def document(done: Run, repairs: Mapping[Reported, str]) -> str:
    return "".join(encodable(json.dumps(finding, ensure_ascii=False)) + "\n" for finding in findings(done, repairs))
