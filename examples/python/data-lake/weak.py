"""Storage of the analytics lake: landing zones, an archive and an area that partners read from."""

import pulumi
from pulumi_aws import kms, s3

config = pulumi.Config()
keep_versions = config.get_bool("keepVersions") is not False
retention_days = config.get_int("retentionDays") or 365
stack = pulumi.get_stack()

COMMON_TAGS = {
    "Team": "analytics",
    "Stack": stack,
}

lake_key = kms.Key(
    "lake-key",
    description="Encrypts the analytics lake",
    enable_key_rotation=True,
    tags=COMMON_TAGS,
)

# Takes the access logs of all the others, so it must not log itself
access_logs = s3.Bucket(
    "access-logs",
    bucket_prefix="lake-access-logs-",
    server_side_encryption_configuration=s3.BucketServerSideEncryptionConfigurationArgs(
        rule=s3.BucketServerSideEncryptionConfigurationRuleArgs(
            apply_server_side_encryption_by_default=s3.BucketServerSideEncryptionConfigurationRuleApplyServerSideEncryptionByDefaultArgs(
                sse_algorithm="AES256",
            ),
        ),
    ),
    lifecycle_rules=[
        s3.BucketLifecycleRuleArgs(
            id="expire",
            enabled=True,
            expiration=s3.BucketLifecycleRuleExpirationArgs(days=90),
        ),
    ],
    tags=COMMON_TAGS,
    opts=pulumi.ResourceOptions(protect=True),
)

s3.BucketPublicAccessBlock(
    "access-logs-public-access-block",
    bucket=access_logs.id,
    block_public_acls=True,
    block_public_policy=True,
    ignore_public_acls=True,
    restrict_public_buckets=True,
    opts=pulumi.ResourceOptions(protect=True),
)

zones = {}
for zone in ["raw", "curated", "published"]:
    bucket = s3.Bucket(
        f"{zone}-zone",
        versioning=s3.BucketVersioningArgs(enabled=True),
        server_side_encryption_configuration=s3.BucketServerSideEncryptionConfigurationArgs(
            rule=s3.BucketServerSideEncryptionConfigurationRuleArgs(
                apply_server_side_encryption_by_default=s3.BucketServerSideEncryptionConfigurationRuleApplyServerSideEncryptionByDefaultArgs(
                    sse_algorithm="aws:kms",
                    kms_master_key_id=lake_key.arn,
                ),
                bucket_key_enabled=True,
            ),
        ),
        logging=s3.BucketLoggingArgs(
            target_bucket=access_logs.id,
            target_prefix=f"{zone}/",
        ),
        tags={**COMMON_TAGS, "Zone": zone},
    )
    zones[zone] = bucket
    s3.BucketPublicAccessBlock(
        f"{zone}-zone-access",
        bucket=bucket.id,
        block_public_acls=True,
        block_public_policy=True,
        ignore_public_acls=True,
        restrict_public_buckets=True,
    )


def archive(name: str, days: int) -> s3.Bucket:
    """A bucket whose objects grow cold."""
    bucket = s3.Bucket(
        name,
        acl="private",
        versioning=s3.BucketVersioningArgs(enabled=keep_versions),
        lifecycle_rules=[
            # Reports are read for a month, then kept for the auditors
            s3.BucketLifecycleRuleArgs(
                id="reports",
                enabled=True,
                prefix="reports/",
                transitions=[
                    s3.BucketLifecycleRuleTransitionArgs(days=30, storage_class="STANDARD_IA"),
                    s3.BucketLifecycleRuleTransitionArgs(days=90, storage_class="GLACIER"),
                ],
                expiration=s3.BucketLifecycleRuleExpirationArgs(days=days),
            ),
            s3.BucketLifecycleRuleArgs(
                id="scratch",
                enabled=True,
                prefix="tmp/",
                tags={"Kind": "scratch", "Keep": "no"},
                expiration=s3.BucketLifecycleRuleExpirationArgs(days=1),
            ),
            s3.BucketLifecycleRuleArgs(
                id="old-versions",
                enabled=True,
                noncurrent_version_transitions=[
                    s3.BucketLifecycleRuleNoncurrentVersionTransitionArgs(days=30, storage_class="GLACIER"),
                ],
                noncurrent_version_expiration=s3.BucketLifecycleRuleNoncurrentVersionExpirationArgs(days=180),
                abort_incomplete_multipart_upload_days=7,
            ),
            s3.BucketLifecycleRuleArgs(
                id="legacy-import",
                enabled=False,  # until the import is signed off
                tags={"Source": "legacy"},
                expiration=s3.BucketLifecycleRuleExpirationArgs(days=10),
            ),
        ],
        logging=s3.BucketLoggingArgs(target_bucket=access_logs.id),
        tags=COMMON_TAGS,
    )

    s3.BucketPublicAccessBlock(
        f"{name}-public-access-block",
        bucket=bucket.id,
        block_public_acls=True,
        block_public_policy=True,
        ignore_public_acls=True,
        restrict_public_buckets=True,
    )

    return bucket


class PartnerArea:
    """What partners download; they pay for what they fetch."""

    def __init__(self, partner: str) -> None:
        self.bucket = s3.Bucket(
            f"partner-{partner}",
            acceleration_status="Enabled",
            request_payer="Requester",
            cors_rules=[
                s3.BucketCorsRuleArgs(
                    allowed_methods=["GET"],
                    allowed_origins=[f"https://{partner}.example.com"],
                    expose_headers=["ETag"],
                ),
            ],
            tags={**COMMON_TAGS, "Partner": partner},
        )

        s3.BucketPublicAccessBlock(
            f"partner-{partner}-public-access-block",
            bucket=self.bucket.id,
            block_public_acls=True,
            block_public_policy=True,
            ignore_public_acls=True,
            restrict_public_buckets=True,
        )

        self.manifest = s3.BucketObjectv2(
            f"partner-{partner}-manifest",
            bucket=self.bucket.id,
            key="manifest.json",
            content="{}",
        )


reports = archive("report-archive", retention_days)
partners = [PartnerArea(partner) for partner in ("initech", "globex")]

pulumi.export("zones", {zone: bucket.bucket for zone, bucket in zones.items()})
pulumi.export("reports", reports.arn)
pulumi.export("partners", [area.bucket.bucket for area in partners])
