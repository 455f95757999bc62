"""Regions: what they look like, and what belongs to none or to a certain one."""

from __future__ import annotations

import re

from iacfix.model import HOLE

NAME = (
    r"(?:us-gov|us-iso[bef]?|us|eu|eusc|ap|sa|ca|me|af|il|mx|cn)(?:-de|-isoe)?"
    r"-(?:north|south|east|west|central|northeast|northwest|southeast|southwest)-[1-9]"
)
REGION = re.compile(rf"(?<![A-Za-z0-9-]){NAME}(?![A-Za-z0-9])")
ZONE = re.compile(rf"(?<![A-Za-z0-9-]){NAME}[a-f](?![A-Za-z0-9])")
LETTERED = re.compile(rf"({NAME})(?:{HOLE}|%s|%d|\{{\w*\}})")
"""A region that something computed follows at once: a zone whose letter is not written out."""
INSIDE = re.compile(rf"(?<![A-Za-z0-9]){NAME}(?![A-Za-z0-9])")
"""A region inside a longer word, as in `s3-us-east-1`."""

OTHER_PARTITIONS = ("cn-", "us-gov-", "us-iso", "eu-isoe-", "eusc-")

DIRECTIONS = (
    "-east-",
    "-west-",
    "-central-",
    "-north-",
    "-south-",
    "-northeast-",
    "-southeast-",
    "-northwest-",
    "-southwest-",
)
"""What the name of every region has one of."""
