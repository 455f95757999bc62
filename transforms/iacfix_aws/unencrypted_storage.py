"""Disk, database or file system that is not encrypted.

*Why* Data that is stored without encryption is readable in every snapshot and copy. Encryption is chosen when the
storage is created: changing it later means copying all data.

*Impact*
- Shows what has to be copied before it holds more data
- Names the cheapest moment: before the first deployment
- Meets what security standards require of storage

*Lesson* Set `encrypted` or `storageEncrypted` before the first deployment, and enable `aws.ebs.EncryptionByDefault` for
the account.

*Left alone* Storage that sets it to anything but false, or ignores changes to it; storage that is created from a
snapshot, a replica or another cluster, which decide; serverless clusters of version 1, which are always encrypted;
volumes, machines and launch templates of a file that enables the default of the account; machines and templates that do
not configure their disks, for which the image decides.

*Reported only* Everything: on a deployed stack the fix would replace the storage with all its data; a launch template
gets a new version. Disks that are not literal, unless the expression mentions encryption.

*On a deployed stack* Nothing is rewritten. Enabling it replaces the storage: take a snapshot, copy it encrypted,
restore from the copy, then change the program.

https://docs.aws.amazon.com/securityhub/latest/userguide/rds-controls.html
"""

from __future__ import annotations

from collections.abc import Iterator

from iacfix.model import Fields, Flag, Null, Program, Resource, Value, literal
from iacfix.rule import Finding, rule
from iacfix_aws._tables import reasons
from iacfix_aws._views.disks import disks, may_set_encryption, template_disks
from iacfix_aws._views.unset import is_empty, unset

SETTINGS = {
    "aws.ebs.Volume": ("encrypted", "volume"),
    "aws.efs.FileSystem": ("encrypted", "file system"),
    "aws.rds.Instance": ("storageEncrypted", "database"),
    "aws.rds.Cluster": ("storageEncrypted", "database cluster"),
}
SOURCES = (
    "snapshotId",
    "snapshotIdentifier",
    "replicateSourceDb",
    "replicationSourceIdentifier",
    "restoreToPointInTime",
    "s3Import",
)


@rule(
    severity="medium",
    category="Security / Encryption",
    service="EBS, EC2, RDS, EFS",
    triggers=("ebs", "rds", "efs", "block_device", "BlockDevice"),
    checks={
        "fsbp": "EC2.3 RDS.3 RDS.27 EFS.1",
        "checkov": "CKV_AWS_3 CKV_AWS_8 CKV_AWS_16 CKV_AWS_42 CKV_AWS_96",
        "trivy": "AWS-0008 AWS-0026 AWS-0037 AWS-0079 AWS-0080 AWS-0131",
        "tfsec": (
            "aws-autoscaling-enable-at-rest-encryption aws-ec2-enable-at-rest-encryption "
            "aws-ebs-enable-volume-encryption aws-ec2-enable-volume-encryption aws-efs-enable-at-rest-encryption "
            "aws-rds-encrypt-cluster-storage-data aws-rds-encrypt-instance-storage-data AWS048 AWS051 AWS052"
        ),
    },
    only_reports=True,
)
def unencrypted_storage(program: Program) -> Iterator[Finding]:
    for type, (input, word) in SETTINGS.items():
        off = (host for host in program.resources(type) if _is_off(host.args, input))
        for host, reason in (*((host, None) for host in off), *unset(program, input, type)):
            if not _is_decided_elsewhere(program, host):
                yield Finding(host, f"{word} {host.label} is not encrypted", reason=reason or reasons.STORAGE_REPLACED)
    if not _is_default(program):
        yield from _of_machines(disks(program), reasons.STORAGE_REPLACED)
        yield from _of_machines(template_disks(program), reasons.NEW_TEMPLATE_VERSION)


def _of_machines(found: Iterator[tuple[Resource, Value]], reason: str) -> Iterator[Finding]:
    for host, disk in found:
        says = f"disk of {host.label} is not encrypted"
        if isinstance(disk, Fields) and not is_empty(disk.get("snapshotId")):
            continue
        is_unset = isinstance(disk, Fields) and (disk.lacks("encrypted") or isinstance(disk.get("encrypted"), Null))
        if isinstance(disk, Fields) and (is_unset or _is_off(disk, "encrypted")):
            yield Finding(disk, says, reason=reason)
        elif not may_set_encryption(disk):
            yield Finding(disk, says.replace("is not", "may not be"), reason=reasons.DISK_NOT_LITERAL)


def _is_off(fields: Fields, input: str) -> bool:
    value = fields.get(input)
    return literal(value) == "false" or (isinstance(value, Flag) and not value.flag)


def _is_decided_elsewhere(program: Program, host: Resource) -> bool:
    """What it is made from says whether it is encrypted, or the account does."""
    is_by_default = host.type == "aws.ebs.Volume" and _is_default(program)
    is_made_from = any(not is_empty(host.args.get(key)) for key in SOURCES)
    return is_by_default or is_made_from or literal(host.args.get("engineMode")) == "serverless"


def _is_default(program: Program) -> bool:
    return any(program.resources("aws.ebs.EncryptionByDefault"))
