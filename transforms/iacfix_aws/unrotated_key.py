"""Key whose key material is never rotated.

*Why* KMS keeps one key material for the life of a key unless rotation is enabled: if it leaks once, everything ever
encrypted with the key can be read.

*Impact*
- Limits what leaked key material can decrypt to one year
- Meets what security standards require of customer managed keys
- Needs no change in what uses the key

*Lesson* Set `enableKeyRotation` for every symmetric key.

*Left alone* Keys that set it, or ignore changes to it; asymmetric keys, HMAC keys and keys in a custom key store, which
cannot be rotated; disabled keys; keys of other classes (external and replica keys).

*Reported only* Keys that disable rotation; whose usage, spec or other inputs cannot be read statically; that are
imported.

*On a deployed stack* The key is updated in place. Data that was encrypted before stays readable, and the ARN stays the
same. KMS charges monthly for rotated key material.

https://docs.aws.amazon.com/kms/latest/developerguide/rotate-keys.html
"""

from __future__ import annotations

from collections.abc import Iterator

from iacfix.model import Fields, Flag, Null, Program, literal
from iacfix.rule import Finding, rule
from iacfix_aws._tables import reasons
from iacfix_aws._views.unset import setting, unset

KEY = "aws.kms.Key"
SYMMETRIC = {"keyUsage": "ENCRYPT_DECRYPT", "customerMasterKeySpec": "SYMMETRIC_DEFAULT"}
STORES = ("customKeyStoreId", "xksKeyId")


@rule(
    severity="medium",
    category="Security / Encryption",
    service="KMS",
    triggers=("kms",),
    checks={
        "fsbp": "KMS.4",
        "checkov": "CKV_AWS_7",
        "trivy": "AWS-0065",
        "tfsec": "aws-kms-auto-rotate-keys AWS019",
        "semgrep": "terraform.aws.security.aws-kms-no-rotation",
        "pulumi": "aws-kms-key-enable-key-rotation",
    },
)
def unrotated_key(program: Program) -> Iterator[Finding]:
    message = "key {} is never rotated"
    for key in program.resources(KEY):
        rotated = key.args.get("enableKeyRotation")
        if isinstance(rotated, Flag) and not rotated.flag and not _cannot_rotate(key.args):
            yield Finding(rotated, message.format(key.label), reason=reasons.ROTATION_OFF)
    for key, reason in unset(program, "enableKeyRotation", KEY):
        if _cannot_rotate(key.args):
            continue
        if reason := reason or _doubt(key.args):
            yield Finding(key, message.format(key.label), reason=reason)
        else:
            edits = (setting(key.args, "enableKeyRotation", True),)
            yield Finding(key, message.format(key.label), edits)


def _cannot_rotate(args: Fields) -> bool:
    """The key is certainly of a kind that KMS does not rotate."""
    enabled = args.get("isEnabled")
    return (
        any(literal(args.get(key)) not in (None, symmetric) for key, symmetric in SYMMETRIC.items())
        or any(not isinstance(args.get(key), Null | None) for key in STORES)
        or (isinstance(enabled, Flag) and not enabled.flag)
    )


def _doubt(args: Fields) -> str | None:
    for key in SYMMETRIC:
        value = args.get(key)
        if not isinstance(value, Null | None) and literal(value) is None:
            return reasons.UNKNOWN_KEY_KIND.of(input=key)
    return None
