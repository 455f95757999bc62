"""The archive: reports for everybody, the audit trail for the auditors, and a copy of both in another region."""

import json

import pulumi
import pulumi_aws as aws

current_user = aws.s3.get_canonical_user_id()

config = pulumi.Config()
auditors = config.get("auditors") or "79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be"
archive_name = f"acme-archive-{pulumi.get_stack()}"
account_id = aws.get_caller_identity().account_id
tags = {"project": pulumi.get_project(), "stack": pulumi.get_stack()}

elsewhere = aws.Provider("elsewhere", region="eu-west-1")

# Who read what, for a quarter
access_logs = aws.s3.Bucket(
    "access-logs",
    tags=tags,
)

access_logs_ownership = aws.s3.BucketOwnershipControls(
    "access-logs-ownership",
    bucket=access_logs.id,
    rule=aws.s3.BucketOwnershipControlsRuleArgs(
        object_ownership="BucketOwnerPreferred",
    ),
)

access_logs_acl = aws.s3.BucketAcl(
    "access-logs-acl",
    bucket=access_logs.id,
    acl="log-delivery-write",
    opts=pulumi.ResourceOptions(depends_on=[access_logs_ownership]),
)

aws.s3.BucketLifecycleConfiguration(
    "access-logs-lifecycle",
    bucket=access_logs.id,
    rules=[
        aws.s3.BucketLifecycleConfigurationRuleArgs(
            id="expire",
            status="Enabled",
            filter=aws.s3.BucketLifecycleConfigurationRuleFilterArgs(prefix=""),
            expiration=aws.s3.BucketLifecycleConfigurationRuleExpirationArgs(days=90),
        ),
    ],
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
    object_lock_enabled=True,
    tags=tags,
    opts=pulumi.ResourceOptions(provider=elsewhere, protect=True),
)

copies_versioning = aws.s3.BucketVersioning(
    "copies-versioning",
    bucket=copies.id,
    versioning_configuration=aws.s3.BucketVersioningVersioningConfigurationArgs(
        status="Enabled",
    ),
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
    object_lock_enabled=True,
    tags=tags,
    # Acceleration is switched on by hand before large uploads
    opts=pulumi.ResourceOptions(protect=True),
)

archive_versioning = aws.s3.BucketVersioning(
    "archive-versioning",
    bucket=archive.id,
    versioning_configuration=aws.s3.BucketVersioningVersioningConfigurationArgs(
        status="Enabled",
    ),
    opts=pulumi.ResourceOptions(protect=True),
)

aws.s3.BucketServerSideEncryptionConfiguration(
    "archive-encryption",
    bucket=archive.id,
    rules=[
        aws.s3.BucketServerSideEncryptionConfigurationRuleArgs(
            apply_server_side_encryption_by_default=aws.s3.BucketServerSideEncryptionConfigurationRuleApplyServerSideEncryptionByDefaultArgs(
                sse_algorithm="aws:kms",
                kms_master_key_id=archive_key.arn,
            ),
            bucket_key_enabled=True,
        ),
    ],
    opts=pulumi.ResourceOptions(protect=True),
)

aws.s3.BucketObjectLockConfiguration(
    "archive-object-lock",
    bucket=archive.id,
    rule=aws.s3.BucketObjectLockConfigurationRuleArgs(
        default_retention=aws.s3.BucketObjectLockConfigurationRuleDefaultRetentionArgs(
            mode="GOVERNANCE",
            years=1,
        ),
    ),
    opts=pulumi.ResourceOptions(protect=True, depends_on=[archive_versioning]),
)

aws.s3.BucketLifecycleConfiguration(
    "archive-lifecycle",
    bucket=archive.id,
    rules=[
        # Nobody asks for an old report twice
        aws.s3.BucketLifecycleConfigurationRuleArgs(
            id="reports",
            status="Enabled",
            filter=aws.s3.BucketLifecycleConfigurationRuleFilterArgs(
                and_=aws.s3.BucketLifecycleConfigurationRuleFilterAndArgs(
                    prefix="reports/",
                    tags={"kind": "report"},
                ),
            ),
            transitions=[
                aws.s3.BucketLifecycleConfigurationRuleTransitionArgs(
                    days=90,
                    storage_class="STANDARD_IA",
                ),
            ],
            noncurrent_version_expiration=aws.s3.BucketLifecycleConfigurationRuleNoncurrentVersionExpirationArgs(
                noncurrent_days=400,
            ),
        ),
        aws.s3.BucketLifecycleConfigurationRuleArgs(
            id="uploads",
            status="Enabled",
            filter=aws.s3.BucketLifecycleConfigurationRuleFilterArgs(prefix=""),
            abort_incomplete_multipart_upload=aws.s3.BucketLifecycleConfigurationRuleAbortIncompleteMultipartUploadArgs(
                days_after_initiation=7,
            ),
        ),
    ],
    opts=pulumi.ResourceOptions(protect=True, depends_on=[archive_versioning]),
)

aws.s3.BucketLogging(
    "archive-logging",
    bucket=archive.id,
    target_bucket=access_logs.id,
    target_prefix="archive/",
    opts=pulumi.ResourceOptions(protect=True, depends_on=[access_logs_acl]),
)

archive_ownership = aws.s3.BucketOwnershipControls(
    "archive-ownership",
    bucket=archive.id,
    rule=aws.s3.BucketOwnershipControlsRuleArgs(
        object_ownership="BucketOwnerPreferred",
    ),
    opts=pulumi.ResourceOptions(protect=True),
)

# The auditors have an account of their own
aws.s3.BucketAcl(
    "archive-acl",
    bucket=archive.id,
    access_control_policy=aws.s3.BucketAclAccessControlPolicyArgs(
        grants=[
            aws.s3.BucketAclAccessControlPolicyGrantArgs(
                grantee=aws.s3.BucketAclAccessControlPolicyGrantGranteeArgs(
                    type="CanonicalUser",
                    id=auditors,
                ),
                permission="READ",
            ),
            aws.s3.BucketAclAccessControlPolicyGrantArgs(
                grantee=aws.s3.BucketAclAccessControlPolicyGrantGranteeArgs(
                    type="CanonicalUser",
                    id=auditors,
                ),
                permission="READ_ACP",
            ),
        ],
        owner=aws.s3.BucketAclAccessControlPolicyOwnerArgs(id=current_user.id),
    ),
    opts=pulumi.ResourceOptions(protect=True, depends_on=[archive_ownership]),
)

archive_policy = aws.s3.BucketPolicy(
    "archive-policy",
    bucket=archive.id,
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
    opts=pulumi.ResourceOptions(protect=True),
)

aws.s3.BucketCorsConfiguration(
    "archive-cors",
    bucket=archive.id,
    cors_rules=[
        aws.s3.BucketCorsConfigurationCorsRuleArgs(
            allowed_methods=["GET", "HEAD"],
            allowed_origins=["https://www.example.com"],
            max_age_seconds=3600,
        ),
    ],
    opts=pulumi.ResourceOptions(protect=True),
)

archive_website = aws.s3.BucketWebsiteConfiguration(
    "archive-website",
    bucket=archive.id,
    index_document=aws.s3.BucketWebsiteConfigurationIndexDocumentArgs(
        suffix="index.html",
    ),
    error_document=aws.s3.BucketWebsiteConfigurationErrorDocumentArgs(
        key="missing.html",
    ),
    routing_rule_details=json.dumps(
        [
            {
                "Condition": {"KeyPrefixEquals": "latest/"},
                "Redirect": {"ReplaceKeyPrefixWith": "reports/2026/"},
            }
        ]
    ),
    opts=pulumi.ResourceOptions(protect=True),
)

aws.s3.BucketAccelerateConfiguration(
    "archive-acceleration",
    bucket=archive.id,
    status="Enabled",
    opts=pulumi.ResourceOptions(protect=True, ignore_changes=["status"]),
)

aws.s3.BucketRequestPaymentConfiguration(
    "archive-request-payment",
    bucket=archive.id,
    payer="BucketOwner",
    opts=pulumi.ResourceOptions(protect=True),
)

aws.s3.BucketReplicationConfig(
    "archive-replication",
    bucket=archive.id,
    role=replication_role.arn,
    rules=[
        aws.s3.BucketReplicationConfigRuleArgs(
            id="everything",
            status="Enabled",
            priority=1,
            filter=aws.s3.BucketReplicationConfigRuleFilterArgs(prefix=""),
            source_selection_criteria=aws.s3.BucketReplicationConfigRuleSourceSelectionCriteriaArgs(
                sse_kms_encrypted_objects=aws.s3.BucketReplicationConfigRuleSourceSelectionCriteriaSseKmsEncryptedObjectsArgs(
                    status="Enabled",
                ),
            ),
            destination=aws.s3.BucketReplicationConfigRuleDestinationArgs(
                bucket=copies.arn,
                storage_class="STANDARD_IA",
                encryption_configuration=aws.s3.BucketReplicationConfigRuleDestinationEncryptionConfigurationArgs(
                    replica_kms_key_id=copies_key.arn,
                ),
                metrics=aws.s3.BucketReplicationConfigRuleDestinationMetricsArgs(
                    status="Enabled",
                    event_threshold=aws.s3.BucketReplicationConfigRuleDestinationMetricsEventThresholdArgs(
                        minutes=15,
                    ),
                ),
                replication_time=aws.s3.BucketReplicationConfigRuleDestinationReplicationTimeArgs(
                    status="Enabled",
                    time=aws.s3.BucketReplicationConfigRuleDestinationReplicationTimeTimeArgs(
                        minutes=15,
                    ),
                ),
            ),
            delete_marker_replication=aws.s3.BucketReplicationConfigRuleDeleteMarkerReplicationArgs(
                status="Disabled",
            ),
        ),
    ],
    opts=pulumi.ResourceOptions(protect=True, depends_on=[archive_versioning, copies_versioning]),
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
    opts=pulumi.ResourceOptions(depends_on=[archive_policy]),
)

# The old address of the reports
moved = aws.s3.Bucket(
    "moved",
    bucket="reports.example.com",
    tags=tags,
)

moved_website = aws.s3.BucketWebsiteConfiguration(
    "moved-website",
    bucket=moved.id,
    redirect_all_requests_to=aws.s3.BucketWebsiteConfigurationRedirectAllRequestsToArgs(
        host_name="archive.example.com/reports",
        protocol="https",
    ),
)

aws.route53.Record(
    "reports",
    zone_id=aws.route53.get_zone(name="example.com").zone_id,
    name="reports.example.com",
    type="A",
    aliases=[
        aws.route53.RecordAliasArgs(
            name=moved_website.website_domain,
            zone_id=moved.hosted_zone_id,
            evaluate_target_health=False,
        ),
    ],
)

pulumi.export("bucket", archive.bucket)
pulumi.export("trail", trail.arn)
pulumi.export("reports", pulumi.Output.format("http://{0}/reports", archive_website.website_endpoint))
