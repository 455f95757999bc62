"""Table without point-in-time recovery.

*Why* Without point-in-time recovery, data that a faulty deployment or a script overwrote can only be restored from the
last manual backup, if there is one.

*Impact*
- Restores the table to any second of the last 35 days
- Protects against accidental deletes and writes
- Uses no capacity of the table

*Lesson* Enable `pointInTimeRecovery` for every table whose content cannot be regenerated.

*Left alone* Tables that set it, to true or false, or ignore changes to it; global tables of the old kind.

*Reported only* Tables whose inputs are not completely literal; tables that are imported.

*On a deployed stack* The table is updated in place. AWS charges for the backups by the size of the table.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Point-in-time-recovery.html
"""

from __future__ import annotations

from collections.abc import Iterator

from iacfix.edit import Inputs
from iacfix.model import Program
from iacfix.rule import Finding, rule
from iacfix_aws._views.unset import setting, unset

TABLE = "aws.dynamodb.Table"


@rule(
    severity="medium",
    category="Resilience",
    service="DynamoDB",
    triggers=("dynamodb",),
    checks={
        "fsbp": "DynamoDB.2",
        "checkov": "CKV_AWS_28",
        "trivy": "AWS-0024",
        "tfsec": "aws-dynamodb-enable-recovery AWS086",
        "semgrep": "terraform.aws.security.aws-dynamodb-point-in-time-recovery-disabled",
    },
)
def unrecoverable_table(program: Program) -> Iterator[Finding]:
    for table, reason in unset(program, "pointInTimeRecovery", TABLE):
        message = f"table {table.label} has no point-in-time recovery"
        if reason is not None:
            yield Finding(table, message, reason=reason)
        else:
            recovery = Inputs("aws.dynamodb.TablePointInTimeRecovery", {"enabled": True})
            yield Finding(table, message, (setting(table.args, "pointInTimeRecovery", recovery),))
