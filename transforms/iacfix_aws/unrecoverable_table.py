"""Table without point-in-time recovery.

*Why* Without point-in-time recovery a table that a faulty deployment or a script overwrote is gone, up to the last
backup that somebody took.

*Impact*
- Restores the table as it was at any second of the last 35 days
- Protects against deletes and writes by mistake
- Costs no capacity of the table

*Lesson* Switch `pointInTimeRecovery` on for every table whose content cannot be made anew.

*Left alone* Tables that set it, be it on or off, or ignore changes of it; global tables of the old kind.

*Reported only* Tables whose inputs cannot all be seen; that are being imported.

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
