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
    tags=COMMON_TAGS,
    opts=pulumi.ResourceOptions(protect=True),
)

s3.BucketServerSideEncryptionConfiguration(
    "access-logs-encryption",
    bucket=access_logs.id,
    rules=[
        s3.BucketServerSideEncryptionConfigurationRuleArgs(
            apply_server_side_encryption_by_default=s3.BucketServerSideEncryptionConfigurationRuleApplyServerSideEncryptionByDefaultArgs(
                sse_algorithm="AES256",
            ),
        ),
    ],
    opts=pulumi.ResourceOptions(protect=True),
)

s3.BucketLifecycleConfiguration(
    "access-logs-lifecycle",
    bucket=access_logs.id,
    rules=[
        s3.BucketLifecycleConfigurationRuleArgs(
            id="expire",
            status="Enabled",
            filter=s3.BucketLifecycleConfigurationRuleFilterArgs(prefix=""),
            expiration=s3.BucketLifecycleConfigurationRuleExpirationArgs(days=90),
        ),
    ],
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
        tags={**COMMON_TAGS, "Zone": zone},
    )

    s3.BucketVersioning(
        f"{zone}-zone-versioning",
        bucket=bucket.id,
        versioning_configuration=s3.BucketVersioningVersioningConfigurationArgs(
            status="Enabled",
        ),
    )

    s3.BucketServerSideEncryptionConfiguration(
        f"{zone}-zone-encryption",
        bucket=bucket.id,
        rules=[
            s3.BucketServerSideEncryptionConfigurationRuleArgs(
                apply_server_side_encryption_by_default=s3.BucketServerSideEncryptionConfigurationRuleApplyServerSideEncryptionByDefaultArgs(
                    sse_algorithm="aws:kms",
                    kms_master_key_id=lake_key.arn,
                ),
                bucket_key_enabled=True,
            ),
        ],
    )

    s3.BucketLogging(
        f"{zone}-zone-logging",
        bucket=bucket.id,
        target_bucket=access_logs.id,
        target_prefix=f"{zone}/",
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
        tags=COMMON_TAGS,
    )

    bucket_versioning = s3.BucketVersioning(
        f"{name}-versioning",
        bucket=bucket.id,
        versioning_configuration=s3.BucketVersioningVersioningConfigurationArgs(
            status="Enabled" if keep_versions else "Suspended",
        ),
    )

    s3.BucketLifecycleConfiguration(
        f"{name}-lifecycle",
        bucket=bucket.id,
        rules=[
            # Reports are read for a month, then kept for the auditors
            s3.BucketLifecycleConfigurationRuleArgs(
                id="reports",
                status="Enabled",
                filter=s3.BucketLifecycleConfigurationRuleFilterArgs(prefix="reports/"),
                transitions=[
                    s3.BucketLifecycleConfigurationRuleTransitionArgs(
                        days=30,
                        storage_class="STANDARD_IA",
                    ),
                    s3.BucketLifecycleConfigurationRuleTransitionArgs(
                        days=90,
                        storage_class="GLACIER",
                    ),
                ],
                expiration=s3.BucketLifecycleConfigurationRuleExpirationArgs(days=days),
            ),
            s3.BucketLifecycleConfigurationRuleArgs(
                id="scratch",
                status="Enabled",
                filter=s3.BucketLifecycleConfigurationRuleFilterArgs(
                    and_=s3.BucketLifecycleConfigurationRuleFilterAndArgs(
                        prefix="tmp/",
                        tags={"Kind": "scratch", "Keep": "no"},
                    ),
                ),
                expiration=s3.BucketLifecycleConfigurationRuleExpirationArgs(days=1),
            ),
            s3.BucketLifecycleConfigurationRuleArgs(
                id="old-versions",
                status="Enabled",
                filter=s3.BucketLifecycleConfigurationRuleFilterArgs(prefix=""),
                noncurrent_version_transitions=[
                    s3.BucketLifecycleConfigurationRuleNoncurrentVersionTransitionArgs(
                        noncurrent_days=30,
                        storage_class="GLACIER",
                    ),
                ],
                noncurrent_version_expiration=s3.BucketLifecycleConfigurationRuleNoncurrentVersionExpirationArgs(
                    noncurrent_days=180,
                ),
                abort_incomplete_multipart_upload=s3.BucketLifecycleConfigurationRuleAbortIncompleteMultipartUploadArgs(
                    days_after_initiation=7,
                ),
            ),
            s3.BucketLifecycleConfigurationRuleArgs(
                id="legacy-import",
                status="Disabled",  # until the import is signed off
                filter=s3.BucketLifecycleConfigurationRuleFilterArgs(
                    and_=s3.BucketLifecycleConfigurationRuleFilterAndArgs(
                        tags={"Source": "legacy"},
                    ),
                ),
                expiration=s3.BucketLifecycleConfigurationRuleExpirationArgs(days=10),
            ),
        ],
        opts=pulumi.ResourceOptions(depends_on=[bucket_versioning]),
    )

    s3.BucketLogging(
        f"{name}-logging",
        bucket=bucket.id,
        target_bucket=access_logs.id,
        target_prefix="",
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
            tags={**COMMON_TAGS, "Partner": partner},
        )

        s3.BucketAccelerateConfiguration(
            f"partner-{partner}-acceleration",
            bucket=self.bucket.id,
            status="Enabled",
        )

        s3.BucketRequestPaymentConfiguration(
            f"partner-{partner}-request-payment",
            bucket=self.bucket.id,
            payer="Requester",
        )

        s3.BucketCorsConfiguration(
            f"partner-{partner}-cors",
            bucket=self.bucket.id,
            cors_rules=[
                s3.BucketCorsConfigurationCorsRuleArgs(
                    allowed_methods=["GET"],
                    allowed_origins=[f"https://{partner}.example.com"],
                    expose_headers=["ETag"],
                ),
            ],
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
