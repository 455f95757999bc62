import * as pulumi from "@pulumi/pulumi";
import * as aws from "@pulumi/aws";

interface BuildPipelineArgs {
    environmentSuffix: string;
    tags?: Record<string, string>;
}

/**
 * Builds every push to main and tells the team how it went.
 */
class BuildPipeline extends pulumi.ComponentResource {
    public readonly repository: aws.codecommit.Repository;
    public readonly artifactsBucket: aws.s3.Bucket;
    public readonly buildProject: aws.codebuild.Project;
    public readonly dashboardUrl: pulumi.Output<string>;

    constructor(name: string, args: BuildPipelineArgs, opts?: pulumi.ComponentResourceOptions) {
        super("acme:build:BuildPipeline", name, {}, opts);

        const { environmentSuffix } = args;
        const commonTags = { ...args.tags, Environment: environmentSuffix, ManagedBy: "Pulumi" };
        const projectName = `build-project-${environmentSuffix}`;
        const caller = aws.getCallerIdentity({}, { parent: this });

        // Source
        this.repository = new aws.codecommit.Repository(`repository-${environmentSuffix}`, {
            repositoryName: `app-${environmentSuffix}`,
            description: "Application source code",
            tags: commonTags,
        }, { parent: this });

        // One key for artifacts, logs and notifications
        const kmsKey = new aws.kms.Key(`build-key-${environmentSuffix}`, {
            description: "Encrypts build artifacts and logs",
            enableKeyRotation: true,
            deletionWindowInDays: 7,
            policy: pulumi.all([caller]).apply(([identity]) => JSON.stringify({
                Version: "2012-10-17",
                Statement: [
                    {
                        Sid: "Enable IAM User Permissions",
                        Effect: "Allow",
                        Principal: {
                            AWS: `arn:aws:iam::${identity.accountId}:root`,
                        },
                        Action: "kms:*",
                        Resource: "*",
                    },
                    {
                        Sid: "Allow CloudWatch Logs",
                        Effect: "Allow",
                        Principal: {
                            Service: "logs.us-east-1.amazonaws.com",
                        },
                        Action: [
                            "kms:Decrypt",
                            "kms:Encrypt",
                            "kms:GenerateDataKey",
                        ],
                        Resource: "*",
                    },
                    {
                        Sid: "Allow EventBridge notifications",
                        Effect: "Allow",
                        Principal: {
                            Service: "events.amazonaws.com",
                        },
                        Action: [
                            "kms:Decrypt",
                            "kms:GenerateDataKey",
                        ],
                        Resource: "*",
                    },
                ],
            })),
            tags: commonTags,
        }, { parent: this });

        this.artifactsBucket = new aws.s3.Bucket(`build-artifacts-${environmentSuffix}`, {
            bucket: `build-artifacts-${environmentSuffix}`,
            acl: "private",
            versioning: { enabled: true },
            serverSideEncryptionConfiguration: {
                rule: {
                    applyServerSideEncryptionByDefault: {
                        sseAlgorithm: "aws:kms",
                        kmsMasterKeyId: kmsKey.arn,
                    },
                },
            },
            // Artifacts are only needed until the next release
            lifecycleRules: [
                {
                    id: "delete-old-artifacts",
                    enabled: true,
                    expiration: { days: 30 },
                    noncurrentVersionExpiration: { days: 7 },
                },
            ],
            tags: commonTags,
        }, { parent: this });

        new aws.s3.BucketPublicAccessBlock(`build-artifacts-access-${environmentSuffix}`, {
            bucket: this.artifactsBucket.id,
            blockPublicAcls: true,
            blockPublicPolicy: true,
            ignorePublicAcls: true,
            restrictPublicBuckets: true,
        }, { parent: this });

        const snsTopic = new aws.sns.Topic(`build-notifications-${environmentSuffix}`, {
            name: `build-notifications-${environmentSuffix}`,
            kmsMasterKeyId: kmsKey.id,
            tags: commonTags,
        }, { parent: this });

        const logGroup = new aws.cloudwatch.LogGroup(`build-logs-${environmentSuffix}`, {
            name: `/aws/codebuild/${projectName}`,
            retentionInDays: 14,
            kmsKeyId: kmsKey.arn,
            tags: commonTags,
        }, { parent: this });

        // What a build may do
        const buildRole = new aws.iam.Role(`build-role-${environmentSuffix}`, {
            assumeRolePolicy: JSON.stringify({
                Version: "2012-10-17",
                Statement: [{
                    Effect: "Allow",
                    Principal: { Service: "codebuild.amazonaws.com" },
                    Action: "sts:AssumeRole",
                }],
            }),
            tags: commonTags,
        }, { parent: this });

        new aws.iam.RolePolicy(`build-policy-${environmentSuffix}`, {
            role: buildRole.id,
            policy: pulumi.jsonStringify({
                Version: "2012-10-17",
                Statement: [
                    {
                        Effect: "Allow",
                        Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
                        Resource: pulumi.interpolate`${logGroup.arn}:*`,
                    },
                    {
                        Effect: "Allow",
                        Action: ["s3:GetObject", "s3:GetObjectVersion", "s3:PutObject"],
                        Resource: pulumi.interpolate`${this.artifactsBucket.arn}/*`,
                    },
                    { Effect: "Allow", Action: "s3:ListBucket", Resource: this.artifactsBucket.arn },
                    { Effect: "Allow", Action: ["kms:Decrypt", "kms:GenerateDataKey"], Resource: kmsKey.arn },
                    { Effect: "Allow", Action: "codecommit:GitPull", Resource: this.repository.arn },
                ],
            }),
        }, { parent: this });

        this.buildProject = new aws.codebuild.Project(`build-project-${environmentSuffix}`, {
            name: projectName,
            description: "Builds and tests the application",
            serviceRole: buildRole.arn,
            buildTimeout: 20,
            encryptionKey: kmsKey.arn,
            artifacts: {
                type: "S3",
                location: this.artifactsBucket.bucket,
                packaging: "ZIP",
            },
            environment: {
                computeType: "BUILD_GENERAL1_SMALL",
                image: "aws/codebuild/amazonlinux2-x86_64-standard:5.0",
                type: "LINUX_CONTAINER",
                environmentVariables: [
                    { name: "ENVIRONMENT_SUFFIX", value: environmentSuffix },
                    { name: "ARTIFACTS_BUCKET", value: this.artifactsBucket.bucket }, // for the buildspec's cache
                    { name: "AWS_DEFAULT_REGION", value: "us-east-1" },
                ],
            },
            source: {
                type: "CODECOMMIT",
                location: this.repository.cloneUrlHttp,
                buildspec: "buildspec.yml",
            },
            logsConfig: {
                cloudwatchLogs: {
                    groupName: logGroup.name,
                },
            },
            tags: commonTags,
        }, { parent: this });

        // Build every push to main
        const eventsRole = new aws.iam.Role(`events-role-${environmentSuffix}`, {
            assumeRolePolicy: JSON.stringify({
                Version: "2012-10-17",
                Statement: [{
                    Effect: "Allow",
                    Principal: { Service: "events.amazonaws.com" },
                    Action: "sts:AssumeRole",
                }],
            }),
            tags: commonTags,
        }, { parent: this });

        new aws.iam.RolePolicy(`events-policy-${environmentSuffix}`, {
            role: eventsRole.id,
            policy: this.buildProject.arn.apply(projectArn => JSON.stringify({
                Version: "2012-10-17",
                Statement: [{
                    Effect: "Allow",
                    Action: "codebuild:StartBuild",
                    Resource: projectArn,
                }],
            })),
        }, { parent: this });

        const pushRule = new aws.cloudwatch.EventRule(`push-rule-${environmentSuffix}`, {
            description: "A push to main",
            eventPattern: this.repository.arn.apply(repositoryArn => JSON.stringify({
                source: ["aws.codecommit"],
                "detail-type": ["CodeCommit Repository State Change"],
                resources: [repositoryArn],
                detail: { referenceType: ["branch"], referenceName: ["main"] },
            })),
            tags: commonTags,
        }, { parent: this });

        new aws.cloudwatch.EventTarget(`push-target-${environmentSuffix}`, {
            rule: pushRule.name,
            arn: this.buildProject.arn,
            roleArn: eventsRole.arn,
        }, { parent: this });

        // Tell the team about builds that fail
        const failedRule = new aws.cloudwatch.EventRule(`failed-rule-${environmentSuffix}`, {
            description: "A build has failed",
            eventPattern: JSON.stringify({
                source: ["aws.codebuild"],
                "detail-type": ["CodeBuild Build State Change"],
                detail: { "build-status": ["FAILED"], "project-name": [projectName] },
            }),
            tags: commonTags,
        }, { parent: this });

        new aws.cloudwatch.EventTarget(`failed-target-${environmentSuffix}`, {
            rule: failedRule.name,
            arn: snsTopic.arn,
        }, { parent: this });

        new aws.sns.TopicPolicy(`build-notifications-policy-${environmentSuffix}`, {
            arn: snsTopic.arn,
            policy: snsTopic.arn.apply(topicArn => JSON.stringify({
                Version: "2012-10-17",
                Statement: [{
                    Effect: "Allow",
                    Principal: { Service: ["events.amazonaws.com", "cloudwatch.amazonaws.com"] },
                    Action: "sns:Publish",
                    Resource: topicArn,
                }],
            })),
        }, { parent: this });

        const failureAlarm = new aws.cloudwatch.MetricAlarm(`build-failure-alarm-${environmentSuffix}`, {
            name: `codebuild-failure-alarm-${environmentSuffix}`,
            comparisonOperator: "GreaterThanThreshold",
            evaluationPeriods: 2,
            metricName: "FailedBuilds",
            namespace: "AWS/CodeBuild",
            period: 300,
            statistic: "Sum",
            threshold: 1,
            dimensions: {
                ProjectName: this.buildProject.name,
            },
            alarmActions: [snsTopic.arn],
            tags: commonTags,
        }, { parent: this });

        const durationAlarm = new aws.cloudwatch.MetricAlarm(`build-duration-alarm-${environmentSuffix}`, {
            name: `codebuild-duration-alarm-${environmentSuffix}`,
            comparisonOperator: "GreaterThanThreshold",
            evaluationPeriods: 1,
            metricName: "Duration",
            namespace: "AWS/CodeBuild",
            period: 300,
            statistic: "Average",
            threshold: 900, // seconds
            dimensions: {
                ProjectName: this.buildProject.name,
            },
            alarmActions: [snsTopic.arn],
            tags: commonTags,
        }, { parent: this });

        const dailyAlarm = new aws.cloudwatch.MetricAlarm(`build-daily-alarm-${environmentSuffix}`, {
            name: `codebuild-daily-alarm-${environmentSuffix}`,
            comparisonOperator: "GreaterThanOrEqualToThreshold",
            evaluationPeriods: 1,
            metricName: "FailedBuilds",
            namespace: "AWS/CodeBuild",
            period: 86400,
            statistic: "Sum",
            threshold: 5,
            dimensions: {
                ProjectName: this.buildProject.name,
            },
            alarmActions: [snsTopic.arn],
            tags: commonTags,
        }, { parent: this });

        const dashboard = new aws.cloudwatch.Dashboard(`build-dashboard-${environmentSuffix}`, {
            dashboardName: `codebuild-${environmentSuffix}`,
            dashboardBody: pulumi.all([this.buildProject.name, pushRule.name]).apply(([projectName, ruleName]) => JSON.stringify({
                widgets: [
                    {
                        type: "metric",
                        properties: {
                            metrics: [
                                ["AWS/CodeBuild", "SucceededBuilds", "ProjectName", projectName, { stat: "Sum" }],
                                [".", "FailedBuilds", "ProjectName", projectName, { stat: "Sum" }],
                            ],
                            period: 300,
                            stat: "Sum",
                            region: "us-east-1",
                            title: "Build Success Rate (24 Hours)",
                            yAxis: {
                                left: {
                                    min: 0,
                                },
                            },
                        },
                    },
                    {
                        type: "metric",
                        properties: {
                            metrics: [
                                ["AWS/CodeBuild", "Duration", "ProjectName", projectName],
                                [".", "QueuedDuration", ".", "."],
                            ],
                            period: 300,
                            stat: "Average",
                            region: "us-east-1",
                            title: "Build Duration",
                        },
                    },
                    {
                        type: "metric",
                        properties: {
                            metrics: [
                                ["AWS/CodeBuild", "Builds", "ProjectName", projectName],
                            ],
                            period: 86400,
                            stat: "Sum",
                            region: "us-east-1",
                            title: "Builds per Day",
                        },
                    },
                    {
                        type: "metric",
                        properties: {
                            metrics: [
                                ["AWS/Events", "TriggeredRules", "RuleName", ruleName],
                                [".", "FailedInvocations", ".", "."],
                            ],
                            period: 300,
                            stat: "Sum",
                            region: "us-east-1",
                            title: "Pushes to Main",
                        },
                    },
                ],
            })),
        }, { parent: this });

        this.dashboardUrl = pulumi.interpolate`https://console.aws.amazon.com/cloudwatch/home?region=us-east-1#dashboards:name=${dashboard.dashboardName}`;

        this.registerOutputs({
            repositoryUrl: this.repository.cloneUrlHttp,
            artifactsBucketName: this.artifactsBucket.bucket,
            dashboardUrl: this.dashboardUrl,
            alarmArns: [failureAlarm.arn, durationAlarm.arn, dailyAlarm.arn],
        });
    }
}

const config = new pulumi.Config();

const pipeline = new BuildPipeline("build-pipeline", {
    environmentSuffix: config.get("environment") ?? pulumi.getStack(),
});

export const repositoryUrl = pipeline.repository.cloneUrlHttp;
export const artifactsBucketName = pipeline.artifactsBucket.bucket;
export const dashboardUrl = pipeline.dashboardUrl;
