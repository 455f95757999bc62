"""The review as one self-contained page: every hunk beside its findings, to be taken or left."""

from iacfix.reports.html.page import document

__all__ = ["document"]
