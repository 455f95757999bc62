"""The review page: a self-contained HTML file on which hunks are accepted or rejected."""

from __future__ import annotations

from iacfix.engine.run import Run
from iacfix.files.hosting import hosted
from iacfix.reports.html.page import page
from iacfix.result import Repairs

__all__ = ["document"]


def document(done: Run, repairs: Repairs) -> str:
    """The page. `repairs` has the changes that fix each finding alone."""
    on_disk = all(task.source.path for task in done.tasks)
    return page(done, repairs, hosted(done.root) if on_disk else None)
