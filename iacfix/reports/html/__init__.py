"""The review as one self-contained page: every hunk beside its findings, to be taken or left."""

from __future__ import annotations

from iacfix.engine.run import Run
from iacfix.files.hosting import hosted
from iacfix.reports.html.page import page
from iacfix.result import Repairs

__all__ = ["document"]


def document(done: Run, repairs: Repairs) -> str:
    """The whole page. `repairs` has what fixing a finding by itself changes of its file."""
    on_disk = all(task.source.path for task in done.tasks)
    return page(done, repairs, hosted(done.root) if on_disk else None)
