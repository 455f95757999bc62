"""The archive: reports for everybody, the audit trail for the auditors, and a copy of both in another region."""

import json

import pulumi
import pulumi_aws as aws

config = pulumi.Config()
auditors = config.get("auditors") or "79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be"
archive_name = f"acme-archive-{pulumi.get_stack()}"
account_id = aws.get_caller_identity().account_id
tags = {"project": pulumi.get_project(), "stack": pulumi.get_stack()}

elsewhere = aws.Provider("elsewhere", region="eu-west-1")

# Who read what, for a quarter
access_logs = aws.s3.Bucket(
    "access-logs",
    acl="log-delivery-write",
    lifecycle_rules=[
        aws.s3.BucketLifecycleRuleArgs(
            id="expire",
            enabled=True,
            expiration=aws.s3.BucketLifecycleRuleExpirationArgs(days=90),
        ),
    ],
    tags=tags,
)

aws.s3.BucketPublicAccessBlock(
    "access-logs-public-access-block",
    bucket=access_logs.id,
    block_public_acls=True,
    block_public_policy=True,
    ignore_public_acls=True,
    restrict_public_buckets=True,
)

# The copy cannot be deleted either
copies_key = aws.kms.Key(
    "copies-key",
    description="Encrypts the copy of the archive",
    enable_key_rotation=True,
    opts=pulumi.ResourceOptions(provider=elsewhere),
)

copies = aws.s3.Bucket(
    "copies",
    versioning=aws.s3.BucketVersioningArgs(enabled=True),
    object_lock_configuration=aws.s3.BucketObjectLockConfigurationArgs(object_lock_enabled="Enabled"),
    tags=tags,
    opts=pulumi.ResourceOptions(provider=elsewhere, protect=True),
)

aws.s3.BucketPublicAccessBlock(
    "copies-public-access-block",
    bucket=copies.id,
    block_public_acls=True,
    block_public_policy=True,
    ignore_public_acls=True,
    restrict_public_buckets=True,
    opts=pulumi.ResourceOptions(provider=elsewhere, protect=True),
)

replication_role = aws.iam.Role(
    "replication",
    assume_role_policy=json.dumps(
        {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Effect": "Allow",
                    "Principal": {"Service": "s3.amazonaws.com"},
                    "Action": "sts:AssumeRole",
                }
            ],
        }
    ),
    tags=tags,
)

archive_key = aws.kms.Key(
    "archive-key",
    description="Encrypts the archive",
    enable_key_rotation=True,
    policy=json.dumps(
        {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Sid": "Administration",
                    "Effect": "Allow",
                    "Principal": {"AWS": f"arn:aws:iam::{account_id}:root"},
                    "Action": "kms:*",
                    "Resource": "*",
                },
                {
                    "Sid": "The audit trail",
                    "Effect": "Allow",
                    "Principal": {"Service": "cloudtrail.amazonaws.com"},
                    "Action": ["kms:Decrypt", "kms:DescribeKey", "kms:GenerateDataKey*"],
                    "Resource": "*",
                },
            ],
        }
    ),
)

archive = aws.s3.Bucket(
    "archive",
    bucket=archive_name,
    versioning=aws.s3.BucketVersioningArgs(enabled=True),
    server_side_encryption_configuration=aws.s3.BucketServerSideEncryptionConfigurationArgs(
        rule=aws.s3.BucketServerSideEncryptionConfigurationRuleArgs(
            apply_server_side_encryption_by_default=aws.s3.BucketServerSideEncryptionConfigurationRuleApplyServerSideEncryptionByDefaultArgs(
                sse_algorithm="aws:kms",
                kms_master_key_id=archive_key.arn,
            ),
            bucket_key_enabled=True,
        ),
    ),
    object_lock_configuration=aws.s3.BucketObjectLockConfigurationArgs(
        object_lock_enabled="Enabled",
        rule=aws.s3.BucketObjectLockConfigurationRuleArgs(
            default_retention=aws.s3.BucketObjectLockConfigurationRuleDefaultRetentionArgs(
                mode="GOVERNANCE",
                years=1,
            ),
        ),
    ),
    lifecycle_rules=[
        # Nobody asks for an old report twice
        aws.s3.BucketLifecycleRuleArgs(
            id="reports",
            enabled=True,
            prefix="reports/",
            tags={"kind": "report"},
            transitions=[
                aws.s3.BucketLifecycleRuleTransitionArgs(days=90, storage_class="STANDARD_IA"),
            ],
            noncurrent_version_expiration=aws.s3.BucketLifecycleRuleNoncurrentVersionExpirationArgs(days=400),
        ),
        aws.s3.BucketLifecycleRuleArgs(
            id="uploads",
            enabled=True,
            abort_incomplete_multipart_upload_days=7,
        ),
    ],
    logging=aws.s3.BucketLoggingArgs(
        target_bucket=access_logs.id,
        target_prefix="archive/",
    ),
    # The auditors have an account of their own
    grants=[
        aws.s3.BucketGrantArgs(type="CanonicalUser", id=auditors, permissions=["READ", "READ_ACP"]),
    ],
    policy=json.dumps(
        {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Sid": "TrailChecksAcl",
                    "Effect": "Allow",
                    "Principal": {"Service": "cloudtrail.amazonaws.com"},
                    "Action": "s3:GetBucketAcl",
                    "Resource": f"arn:aws:s3:::{archive_name}",
                },
                {
                    "Sid": "TrailWrites",
                    "Effect": "Allow",
                    "Principal": {"Service": "cloudtrail.amazonaws.com"},
                    "Action": "s3:PutObject",
                    "Resource": f"arn:aws:s3:::{archive_name}/AWSLogs/{account_id}/*",
                    "Condition": {"StringEquals": {"s3:x-amz-acl": "bucket-owner-full-control"}},
                },
                {
                    "Sid": "EverybodyReadsReports",
                    "Effect": "Allow",
                    "Principal": "*",
                    "Action": "s3:GetObject",
                    "Resource": f"arn:aws:s3:::{archive_name}/reports/*",
                },
            ],
        }
    ),
    cors_rules=[
        aws.s3.BucketCorsRuleArgs(
            allowed_methods=["GET", "HEAD"],
            allowed_origins=["https://www.example.com"],
            max_age_seconds=3600,
        ),
    ],
    website=aws.s3.BucketWebsiteArgs(
        index_document="index.html",
        error_document="missing.html",
        routing_rules=json.dumps(
            [
                {
                    "Condition": {"KeyPrefixEquals": "latest/"},
                    "Redirect": {"ReplaceKeyPrefixWith": "reports/2026/"},
                }
            ]
        ),
    ),
    acceleration_status="Enabled",
    request_payer="BucketOwner",
    replication_configuration=aws.s3.BucketReplicationConfigurationArgs(
        role=replication_role.arn,
        rules=[
            aws.s3.BucketReplicationConfigurationRuleArgs(
                id="everything",
                status="Enabled",
                priority=1,
                filter=aws.s3.BucketReplicationConfigurationRuleFilterArgs(prefix=""),
                source_selection_criteria=aws.s3.BucketReplicationConfigurationRuleSourceSelectionCriteriaArgs(
                    sse_kms_encrypted_objects=aws.s3.BucketReplicationConfigurationRuleSourceSelectionCriteriaSseKmsEncryptedObjectsArgs(
                        enabled=True,
                    ),
                ),
                destination=aws.s3.BucketReplicationConfigurationRuleDestinationArgs(
                    bucket=copies.arn,
                    storage_class="STANDARD_IA",
                    replica_kms_key_id=copies_key.arn,
                    metrics=aws.s3.BucketReplicationConfigurationRuleDestinationMetricsArgs(
                        status="Enabled",
                        minutes=15,
                    ),
                    replication_time=aws.s3.BucketReplicationConfigurationRuleDestinationReplicationTimeArgs(
                        status="Enabled",
                        minutes=15,
                    ),
                ),
            ),
        ],
    ),
    tags=tags,
    # Acceleration is switched on by hand before large uploads
    opts=pulumi.ResourceOptions(protect=True, ignore_changes=["acceleration_status"]),
)

aws.iam.RolePolicy(
    "replication",
    role=replication_role.id,
    policy=pulumi.Output.json_dumps(
        {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Effect": "Allow",
                    "Action": ["s3:GetReplicationConfiguration", "s3:ListBucket"],
                    "Resource": archive.arn,
                },
                {
                    "Effect": "Allow",
                    "Action": ["s3:GetObjectVersionForReplication", "s3:GetObjectVersionAcl", "s3:GetObjectRetention"],
                    "Resource": pulumi.Output.concat(archive.arn, "/*"),
                },
                {
                    "Effect": "Allow",
                    "Action": ["s3:ReplicateObject", "s3:ReplicateDelete"],
                    "Resource": pulumi.Output.concat(copies.arn, "/*"),
                },
                {"Effect": "Allow", "Action": "kms:Decrypt", "Resource": archive_key.arn},
                {"Effect": "Allow", "Action": "kms:Encrypt", "Resource": copies_key.arn},
            ],
        }
    ),
)

# Everything that happens in the account
trail = aws.cloudtrail.Trail(
    "audit",
    s3_bucket_name=archive.id,
    is_multi_region_trail=True,
    enable_log_file_validation=True,
    tags=tags,
)

# The old address of the reports
moved = aws.s3.Bucket(
    "moved",
    bucket="reports.example.com",
    website=aws.s3.BucketWebsiteArgs(redirect_all_requests_to="https://archive.example.com/reports"),
    tags=tags,
)

aws.route53.Record(
    "reports",
    zone_id=aws.route53.get_zone(name="example.com").zone_id,
    name="reports.example.com",
    type="A",
    aliases=[
        aws.route53.RecordAliasArgs(
            name=moved.website_domain,
            zone_id=moved.hosted_zone_id,
            evaluate_target_health=False,
        ),
    ],
)

pulumi.export("bucket", archive.bucket)
pulumi.export("trail", trail.arn)
pulumi.export("reports", pulumi.Output.format("http://{0}/reports", archive.website_endpoint))
