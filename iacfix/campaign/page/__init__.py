"""A campaign as one self-contained page: every repository, to be filtered and sorted, beside what they add up to."""

from iacfix.campaign.page.document import document

__all__ = ["document"]
