"""The build pipeline as a project on version 6 of the provider has it."""

import json
from typing import Optional

import pulumi
import pulumi_aws as aws
from pulumi import ResourceOptions


class BuildPipeline(pulumi.ComponentResource):
    artifacts: aws.s3.Bucket
    project: aws.codebuild.Project

    def __init__(self, name: str, suffix: str, opts: Optional[ResourceOptions] = None) -> None:
        super().__init__("acme:build:BuildPipeline", name, {}, opts)

        key = aws.kms.Key(
            f"{name}-key",
            description=f"Build pipeline {suffix}",
            enable_key_rotation=True,
            policy=json.dumps({
                "Version": "2012-10-17",
                "Statement": [
                    {
                        "Sid": "Account",
                        "Effect": "Allow",
                        "Principal": {"AWS": f"arn:aws:iam::{aws.get_caller_identity().account_id}:root"},
                        "Action": "kms:*",
                        "Resource": "*"
                    },
                    {
                        "Sid": "Logs",
                        "Effect": "Allow",
                        "Principal": {"Service": "logs.us-east-1.amazonaws.com"},
                        "Action": ["kms:Encrypt*", "kms:Decrypt*", "kms:GenerateDataKey*"],
                        "Resource": "*"
                    }
                ]
            }),
            opts=ResourceOptions(parent=self),
        )

        self.artifacts = aws.s3.Bucket(
            f"{name}-artifacts",
            bucket=f"build-artifacts-{suffix}",
            force_destroy=True,
            versioning=aws.s3.BucketVersioningArgs(
                enabled=True,
            ),
            server_side_encryption_configuration=aws.s3.BucketServerSideEncryptionConfigurationArgs(
                rule=aws.s3.BucketServerSideEncryptionConfigurationRuleArgs(
                    apply_server_side_encryption_by_default=aws.s3.BucketServerSideEncryptionConfigurationRuleApplyServerSideEncryptionByDefaultArgs(
                        sse_algorithm="aws:kms",
                        kms_master_key_id=key.arn,
                    ),
                    bucket_key_enabled=True,
                ),
            ),
            lifecycle_rules=[
                aws.s3.BucketLifecycleRuleArgs(
                    enabled=True,
                    expiration=aws.s3.BucketLifecycleRuleExpirationArgs(
                        days=30,
                    ),
                ),
            ],
            tags={"Suffix": suffix},
            opts=ResourceOptions(parent=self),
        )

        aws.s3.BucketPublicAccessBlock(
            f"{name}-artifacts-public-access-block",
            bucket=self.artifacts.id,
            block_public_acls=True,
            block_public_policy=True,
            ignore_public_acls=True,
            restrict_public_buckets=True,
            opts=ResourceOptions(parent=self),
        )

        log_group = aws.cloudwatch.LogGroup(
            f"{name}-logs",
            name=f"/aws/codebuild/{name}-{suffix}",
            kms_key_id=key.arn,
            retention_in_days=30,
            opts=ResourceOptions(parent=self),
        )

        topic = aws.sns.Topic(f"{name}-alerts", kms_master_key_id=key.id, opts=ResourceOptions(parent=self))

        role = aws.iam.Role(
            f"{name}-role",
            assume_role_policy="""{
                "Version": "2012-10-17",
                "Statement": [{
                    "Effect": "Allow",
                    "Principal": {"Service": "codebuild.amazonaws.com"},
                    "Action": "sts:AssumeRole"
                }]
            }""",
            opts=ResourceOptions(parent=self),
        )

        build_policy = aws.iam.Policy(
            f"{name}-policy",
            description="What a build may do",
            policy=pulumi.Output.all(bucket=self.artifacts.arn, logs=log_group.arn, key=key.arn).apply(
                lambda arns: json.dumps({
                    "Version": "2012-10-17",
                    "Statement": [
                        {
                            "Effect": "Allow",
                            "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
                            "Resource": f"{arns['logs']}:*",
                        },
                        {
                            "Effect": "Allow",
                            "Action": "s3:ListBucket",
                            "Resource": arns["bucket"],
                        },
                        {
                            "Effect": "Allow",
                            "Action": ["s3:GetObject", "s3:PutObject"],
                            "Resource": f"{arns['bucket']}/*",
                        },
                        {
                            "Effect": "Allow",
                            "Action": ["kms:Decrypt", "kms:GenerateDataKey"],
                            "Resource": arns["key"],
                        },
                    ],
                })
            ),
            opts=ResourceOptions(parent=self),
        )
        aws.iam.RolePolicyAttachment(
            f"{name}-policy-attachment",
            role=role.name,
            policy_arn=build_policy.arn,
            opts=ResourceOptions(parent=self),
        )

        self.project = aws.codebuild.Project(
            f"{name}-project",
            name=f"{name}-{suffix}",
            service_role=role.arn,
            encryption_key=key.arn,
            artifacts=aws.codebuild.ProjectArtifactsArgs(type="S3", location=self.artifacts.bucket),
            environment=aws.codebuild.ProjectEnvironmentArgs(
                compute_type="BUILD_GENERAL1_SMALL",
                image="aws/codebuild/standard:7.0",
                type="LINUX_CONTAINER",
                environment_variables=[
                    aws.codebuild.ProjectEnvironmentEnvironmentVariableArgs(name="SUFFIX", value=suffix),
                    aws.codebuild.ProjectEnvironmentEnvironmentVariableArgs(name="AWS_DEFAULT_REGION", value="us-east-1"),
                ],
            ),
            source=aws.codebuild.ProjectSourceArgs(
                type="GITHUB",
                location="https://github.com/acme/shop.git",
                git_clone_depth=1,
            ),
            logs_config=aws.codebuild.ProjectLogsConfigArgs(
                cloudwatch_logs=aws.codebuild.ProjectLogsConfigCloudwatchLogsArgs(group_name=log_group.name),
            ),
            opts=ResourceOptions(parent=self),
        )

        nightly = aws.cloudwatch.EventRule(
            f"{name}-nightly",
            schedule_expression="cron(0 2 * * ? *)",
            opts=ResourceOptions(parent=self),
        )

        self.failures = aws.cloudwatch.MetricAlarm(
            f"{name}-failures",
            alarm_description="A build has failed",
            comparison_operator="GreaterThanOrEqualToThreshold",
            evaluation_periods=1,
            metric_name="FailedBuilds",
            namespace="AWS/CodeBuild",
            period=300,
            statistic="Sum",
            threshold=1,
            dimensions={"ProjectName": self.project.name},
            alarm_actions=[topic.arn],
            opts=ResourceOptions(parent=self),
        )

        dashboard = aws.cloudwatch.Dashboard(
            f"{name}-dashboard",
            dashboard_name=f"builds-{suffix}",
            dashboard_body=pulumi.Output.json_dumps({
                "widgets": [
                    {
                        "type": "metric",
                        "properties": {
                            "metrics": [
                                ["AWS/CodeBuild", "SucceededBuilds", "ProjectName", self.project.name],
                                ["AWS/CodeBuild", "FailedBuilds", "ProjectName", self.project.name],
                            ],
                            "period": 300,
                            "stat": "Sum",
                            "region": "us-east-1",
                            "title": "Builds"
                        }
                    },
                    {
                        "type": "metric",
                        "properties": {
                            "metrics": [["AWS/CodeBuild", "Duration", "ProjectName", self.project.name]],
                            "period": 300,
                            "stat": "Average",
                            "region": "us-east-1",
                            "title": "Duration"
                        }
                    }
                ]
            }),
            opts=ResourceOptions(parent=self),
        )

        self.dashboard_url = dashboard.dashboard_name.apply(
            lambda name: f"https://us-east-1.console.aws.amazon.com/cloudwatch/home?region=us-east-1#dashboards:name={name}"
        )
        self.register_outputs({"artifacts": self.artifacts.id, "schedule": nightly.name})


builds = BuildPipeline("builds", suffix=pulumi.get_stack())

pulumi.export("artifacts", builds.artifacts.bucket)
pulumi.export("dashboard", builds.dashboard_url)
