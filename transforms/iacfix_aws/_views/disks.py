"""The disks of instances, launch configurations and launch templates."""

from __future__ import annotations

import re
from collections.abc import Iterator

from iacfix.model import Fields, Hidden, Input, Null, Program, Resource, Value
from iacfix_aws._views.policies import listed

MACHINES = ("aws.ec2.Instance", "aws.ec2.LaunchConfiguration", "aws.ec2.SpotInstanceRequest")
DISKS = ("rootBlockDevice", "ebsBlockDevices")
TEMPLATE, MAPPINGS = "aws.ec2.LaunchTemplate", "blockDeviceMappings"
SET = re.compile(r"encrypted\b[\"']?\s*[=:]\s*(?!false|False)")


def disks(program: Program) -> Iterator[tuple[Resource, Value]]:
    """The disks of machines, or the value that hides some. Machines with unknown inputs are skipped: they may have no
    disks."""
    for found in program.at(*((machine, disk) for machine in MACHINES for disk in DISKS)):
        if found.host.ignores(found.path) or (isinstance(found, Hidden) and found.is_input):
            continue
        values = listed(found.value) if isinstance(found, Input) else (found.value,)
        yield from ((found.host, value) for value in values if not isinstance(value, Null))


def template_disks(program: Program) -> Iterator[tuple[Resource, Value]]:
    """The disks of launch templates, in the same form."""
    for found in program.at((TEMPLATE, MAPPINGS)):
        if found.host.ignores(found.path) or (isinstance(found, Hidden) and found.is_input):
            continue
        for mapping in listed(found.value) if isinstance(found, Input) else (found.value,):
            disk = mapping.get("ebs") if isinstance(mapping, Fields) else mapping
            if disk is not None and not isinstance(disk, Null):
                yield found.host, disk


def may_set_encryption(disk: Value) -> bool:
    """A disk that is not literal mentions `encrypted`, or sets it."""
    seen = disk.get("encrypted") if isinstance(disk, Fields) else None
    return seen is not None or (not isinstance(disk, Fields) and disk.mention(SET) is not None)
