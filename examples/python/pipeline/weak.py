"""A build pipeline: repository, encrypted artifacts, build project, triggers and monitoring."""

import json

import pulumi
import pulumi_aws as aws


class BuildPipeline(pulumi.ComponentResource):
    """Builds every push to main and tells the team how it went."""

    def __init__(self, name, environment_suffix, tags=None, opts=None):
        super().__init__("acme:build:BuildPipeline", name, None, opts)

        child = pulumi.ResourceOptions(parent=self)
        identity = aws.get_caller_identity(opts=pulumi.InvokeOptions(parent=self))
        log_group_name = f"/aws/codebuild/build-project-{environment_suffix}"

        # Source
        self.repository = aws.codecommit.Repository(
            f"repository-{environment_suffix}",
            repository_name=f"app-{environment_suffix}",
            description="Application source code",
            tags=tags,
            opts=child,
        )

        self.build_role = aws.iam.Role(
            f"build-role-{environment_suffix}",
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
            tags=tags,
            opts=child,
        )

        # One key for artifacts, logs and notifications
        self.kms_key = aws.kms.Key(
            f"build-key-{environment_suffix}",
            description="Encrypts build artifacts and logs",
            enable_key_rotation=True,
            deletion_window_in_days=7,
            policy=pulumi.Output.all(self.build_role.arn).apply(
                lambda args: json.dumps(
                    {
                        "Version": "2012-10-17",
                        "Statement": [
                            {
                                "Sid": "Enable IAM User Permissions",
                                "Effect": "Allow",
                                "Principal": {"AWS": f"arn:aws:iam::{identity.account_id}:root"},
                                "Action": "kms:*",
                                "Resource": "*",
                            },
                            {
                                "Sid": "Allow the build to use the key",
                                "Effect": "Allow",
                                "Principal": {"AWS": args[0]},
                                "Action": ["kms:Decrypt", "kms:GenerateDataKey"],
                                "Resource": "*",
                            },
                            {
                                "Sid": "Allow CloudWatch Logs",
                                "Effect": "Allow",
                                "Principal": {"Service": "logs.us-east-1.amazonaws.com"},
                                "Action": ["kms:Encrypt", "kms:Decrypt", "kms:GenerateDataKey"],
                                "Resource": "*",
                            },
                        ],
                    }
                )
            ),
            tags=tags,
            opts=child,
        )

        self.artifacts_bucket = aws.s3.Bucket(
            f"build-artifacts-{environment_suffix}",
            bucket=f"build-artifacts-{environment_suffix}",
            acl="private",
            versioning={"enabled": True},
            server_side_encryption_configuration={
                "rule": {
                    "apply_server_side_encryption_by_default": {
                        "sse_algorithm": "aws:kms",
                        "kms_master_key_id": self.kms_key.arn,
                    },
                },
            },
            # Artifacts are only needed until the next release
            lifecycle_rules=[
                {
                    "id": "delete-old-artifacts",
                    "enabled": True,
                    "expiration": {"days": 30},
                    "noncurrent_version_expiration": {"days": 7},
                },
            ],
            tags=tags,
            opts=pulumi.ResourceOptions(parent=self),
        )

        aws.s3.BucketPublicAccessBlock(
            f"build-artifacts-access-{environment_suffix}",
            bucket=self.artifacts_bucket.id,
            block_public_acls=True,
            block_public_policy=True,
            ignore_public_acls=True,
            restrict_public_buckets=True,
            opts=pulumi.ResourceOptions(parent=self),
        )

        self.topic = aws.sns.Topic(
            f"build-notifications-{environment_suffix}",
            name=f"build-notifications-{environment_suffix}",
            kms_master_key_id=self.kms_key.id,
            tags=tags,
            opts=child,
        )

        self.log_group = aws.cloudwatch.LogGroup(
            f"build-logs-{environment_suffix}",
            name=log_group_name,
            retention_in_days=14,
            kms_key_id=self.kms_key.arn,
            tags=tags,
            opts=child,
        )

        # What a build may do
        aws.iam.RolePolicy(
            f"build-policy-{environment_suffix}",
            role=self.build_role.id,
            policy=pulumi.Output.all(
                self.artifacts_bucket.arn, self.log_group.arn, self.kms_key.arn, self.repository.arn
            ).apply(
                lambda args: json.dumps(
                    {
                        "Version": "2012-10-17",
                        "Statement": [
                            {
                                "Effect": "Allow",
                                "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
                                "Resource": f"{args[1]}:*",
                            },
                            {
                                "Effect": "Allow",
                                "Action": ["s3:GetObject", "s3:GetObjectVersion", "s3:PutObject"],
                                "Resource": f"{args[0]}/*",
                            },
                            {
                                "Effect": "Allow",
                                "Action": [
                                    "s3:ListBucket",
                                ],
                                "Resource": args[0],
                            },
                            {
                                "Effect": "Allow",
                                "Action": ["kms:Decrypt", "kms:GenerateDataKey"],
                                "Resource": args[2],
                            },
                            {"Effect": "Allow", "Action": "codecommit:GitPull", "Resource": args[3]},
                        ],
                    }
                )
            ),
            opts=child,
        )

        self.build_project = aws.codebuild.Project(
            f"build-project-{environment_suffix}",
            name=f"build-project-{environment_suffix}",
            description="Builds and tests the application",
            service_role=self.build_role.arn,
            build_timeout=20,
            encryption_key=self.kms_key.arn,
            artifacts=aws.codebuild.ProjectArtifactsArgs(
                type="S3",
                location=self.artifacts_bucket.bucket,
                packaging="ZIP",
            ),
            environment=aws.codebuild.ProjectEnvironmentArgs(
                compute_type="BUILD_GENERAL1_SMALL",
                image="aws/codebuild/amazonlinux2-x86_64-standard:5.0",
                type="LINUX_CONTAINER",
                environment_variables=[
                    aws.codebuild.ProjectEnvironmentEnvironmentVariableArgs(
                        name="ENVIRONMENT_SUFFIX",
                        value=environment_suffix,
                    ),
                    aws.codebuild.ProjectEnvironmentEnvironmentVariableArgs(
                        name="ARTIFACTS_BUCKET",
                        value=self.artifacts_bucket.bucket,  # for the buildspec's cache
                    ),
                ],
            ),
            source=aws.codebuild.ProjectSourceArgs(
                type="CODECOMMIT",
                location=self.repository.clone_url_http,
                buildspec="buildspec.yml",
            ),
            logs_config=aws.codebuild.ProjectLogsConfigArgs(
                cloudwatch_logs=aws.codebuild.ProjectLogsConfigCloudwatchLogsArgs(
                    group_name=self.log_group.name,
                ),
            ),
            tags=tags,
            opts=child,
        )

        # Build every push to main
        self.events_role = aws.iam.Role(
            f"events-role-{environment_suffix}",
            assume_role_policy=json.dumps(
                {
                    "Version": "2012-10-17",
                    "Statement": [
                        {
                            "Effect": "Allow",
                            "Principal": {"Service": "events.amazonaws.com"},
                            "Action": "sts:AssumeRole",
                        }
                    ],
                }
            ),
            tags=tags,
            opts=child,
        )
        aws.iam.RolePolicy(
            f"events-policy-{environment_suffix}",
            role=self.events_role.id,
            policy=self.build_project.arn.apply(
                lambda arn: json.dumps(
                    {
                        "Version": "2012-10-17",
                        "Statement": [{"Effect": "Allow", "Action": "codebuild:StartBuild", "Resource": arn}],
                    }
                )
            ),
            opts=child,
        )
        push_rule = aws.cloudwatch.EventRule(
            f"push-rule-{environment_suffix}",
            description="A push to main",
            event_pattern=self.repository.arn.apply(
                lambda arn: json.dumps(
                    {
                        "source": ["aws.codecommit"],
                        "detail-type": ["CodeCommit Repository State Change"],
                        "resources": [arn],
                        "detail": {"referenceType": ["branch"], "referenceName": ["main"]},
                    }
                )
            ),
            tags=tags,
            opts=child,
        )
        aws.cloudwatch.EventTarget(
            f"push-target-{environment_suffix}",
            rule=push_rule.name,
            arn=self.build_project.arn,
            role_arn=self.events_role.arn,
            opts=child,
        )

        # Tell the team about builds that fail
        failed_rule = aws.cloudwatch.EventRule(
            f"failed-rule-{environment_suffix}",
            description="A build has failed",
            event_pattern=self.build_project.name.apply(
                lambda project: json.dumps(
                    {
                        "source": ["aws.codebuild"],
                        "detail-type": ["CodeBuild Build State Change"],
                        "detail": {"build-status": ["FAILED"], "project-name": [project]},
                    }
                )
            ),
            tags=tags,
            opts=child,
        )
        aws.cloudwatch.EventTarget(
            f"failed-target-{environment_suffix}",
            rule=failed_rule.name,
            arn=self.topic.arn,
            opts=child,
        )

        aws.cloudwatch.MetricAlarm(
            f"build-failure-alarm-{environment_suffix}",
            name=f"codebuild-failure-alarm-{environment_suffix}",
            comparison_operator="GreaterThanThreshold",
            evaluation_periods=2,
            metric_name="FailedBuilds",
            namespace="AWS/CodeBuild",
            period=300,
            statistic="Sum",
            threshold=1,
            dimensions={"ProjectName": self.build_project.name},
            alarm_actions=[self.topic.arn],
            tags=tags,
            opts=child,
        )
        aws.cloudwatch.MetricAlarm(
            f"build-duration-alarm-{environment_suffix}",
            name=f"codebuild-duration-alarm-{environment_suffix}",
            comparison_operator="GreaterThanThreshold",
            evaluation_periods=1,
            metric_name="Duration",
            namespace="AWS/CodeBuild",
            period=300,
            statistic="Average",
            threshold=900,  # seconds
            dimensions={"ProjectName": self.build_project.name},
            alarm_actions=[self.topic.arn],
            tags=tags,
            opts=child,
        )
        aws.cloudwatch.MetricAlarm(
            f"daily-builds-alarm-{environment_suffix}",
            name=f"codebuild-daily-builds-alarm-{environment_suffix}",
            comparison_operator="GreaterThanOrEqualToThreshold",
            evaluation_periods=1,
            metric_name="Builds",
            namespace="AWS/CodeBuild",
            period=86400,
            statistic="Sum",
            threshold=100,
            dimensions={"ProjectName": self.build_project.name},
            alarm_actions=[self.topic.arn],
            tags=tags,
            opts=child,
        )

        self.dashboard = aws.cloudwatch.Dashboard(
            f"build-dashboard-{environment_suffix}",
            dashboard_name=f"codebuild-{environment_suffix}",
            dashboard_body=pulumi.Output.all(self.build_project.name, push_rule.name).apply(
                lambda args: json.dumps(
                    {
                        "widgets": [
                            {
                                "type": "metric",
                                "properties": {
                                    "metrics": [
                                        [
                                            "AWS/CodeBuild",
                                            "SucceededBuilds",
                                            "ProjectName",
                                            args[0],
                                            {"stat": "Sum"},
                                        ],
                                        [".", "FailedBuilds", "ProjectName", args[0], {"stat": "Sum"}],
                                    ],
                                    "period": 300,
                                    "region": "us-east-1",
                                    "title": "Build results",
                                    "yAxis": {"left": {"min": 0}},
                                },
                            },
                            {
                                "type": "metric",
                                "properties": {
                                    "metrics": [
                                        ["AWS/CodeBuild", "Duration", "ProjectName", args[0]],
                                        [".", "QueuedDuration", ".", "."],
                                    ],
                                    "period": 300,
                                    "stat": "Average",
                                    "region": "us-east-1",
                                    "title": "Build duration",
                                },
                            },
                            {
                                "type": "metric",
                                "properties": {
                                    "metrics": [["AWS/CodeBuild", "Builds", "ProjectName", args[0]]],
                                    "period": 86400,
                                    "stat": "Sum",
                                    "region": "us-east-1",
                                    "title": "Builds per day",
                                },
                            },
                            {
                                "type": "metric",
                                "properties": {
                                    "metrics": [
                                        ["AWS/Events", "TriggeredRules", "RuleName", args[1]],
                                        [".", "FailedInvocations", ".", "."],
                                    ],
                                    "period": 300,
                                    "stat": "Sum",
                                    "region": "us-east-1",
                                    "title": "Pushes to main",
                                },
                            },
                        ]
                    }
                )
            ),
            opts=child,
        )
        self.dashboard_url = pulumi.Output.concat(
            "https://console.aws.amazon.com/cloudwatch/home?region=us-east-1#dashboards:name=",
            self.dashboard.dashboard_name,
        )

        self.register_outputs(
            {
                "repository_url": self.repository.clone_url_http,
                "artifacts_bucket": self.artifacts_bucket.bucket,
                "dashboard_url": self.dashboard_url,
            }
        )


config = pulumi.Config()
environment = config.get("environment") or pulumi.get_stack()

pipeline = BuildPipeline(
    "build-pipeline",
    environment_suffix=environment,
    tags={"Environment": environment, "ManagedBy": "Pulumi"},
)

pulumi.export("repository_url", pipeline.repository.clone_url_http)
pulumi.export("artifacts_bucket", pipeline.artifacts_bucket.bucket)
pulumi.export("dashboard_url", pipeline.dashboard_url)
