"""Names that people and models write for what the provider calls otherwise. Only what means the same is in here."""

from __future__ import annotations

from collections.abc import Mapping

REST_API = (
    "Authorizer",
    "BasePathMapping",
    "Deployment",
    "Integration",
    "IntegrationResponse",
    "Method",
    "MethodResponse",
    "MethodSettings",
    "Model",
    "RequestValidator",
    "Resource",
    "Stage",
)
"""Classes of `apigateway` whose input is `restApi`."""

INPUTS: Mapping[str, Mapping[str, str]] = {
    **{f"aws.apigateway.{name}": {"restApiId": "restApi"} for name in REST_API},
    "aws.apigateway.Response": {"restApi": "restApiId"},
    "aws.apigateway.Stage": {"restApiId": "restApi", "deploymentId": "deployment"},
    "aws.apigateway.VpcLink": {"targetArns": "targetArn"},
    "aws.backup.Plan": {"rule": "rules"},
    "aws.cfg.RemediationConfiguration": {"targetIdentifier": "targetId"},
    "aws.cloudwatch.Dashboard": {"name": "dashboardName"},
    "aws.cloudwatch.LogGroup": {"logGroupName": "name"},
    "aws.cloudwatch.MetricAlarm": {"alarmName": "name", "description": "alarmDescription"},
    "aws.codebuild.Project": {"timeoutInMinutes": "buildTimeout"},
    "aws.codecommit.Repository": {"repositoryDescription": "description"},
    "aws.codepipeline.Pipeline": {"artifactStore": "artifactStores"},
    "aws.cognito.UserPool": {"schema": "schemas"},
    "aws.dynamodb.Table": {
        "pointInTimeRecoveryEnabled": "pointInTimeRecovery.enabled",
        "replica": "replicas",
        "tableName": "name",
    },
    "aws.ec2.FlowLog": {"logDestinationArn": "logDestination"},
    "aws.ec2transitgateway.TransitGateway": {"vpnEcnSupport": "vpnEcmpSupport"},
    "aws.ecr.Repository": {"encryptionConfiguration": "encryptionConfigurations", "repositoryName": "name"},
    "aws.ecs.Cluster": {"clusterName": "name"},
    "aws.ecs.ClusterCapacityProviders": {"defaultCapacityProviderStrategy": "defaultCapacityProviderStrategies"},
    "aws.ecs.Service": {"capacityProviderStrategy": "capacityProviderStrategies", "serviceName": "name"},
    "aws.efs.FileSystem": {"lifecyclePolicy": "lifecyclePolicies"},
    "aws.elasticache.ReplicationGroup": {
        "numberCacheClusters": "numCacheClusters",
        "replicationGroupDescription": "description",
    },
    "aws.elasticache.ServerlessCache": {"serverlessCacheName": "name"},
    "aws.iam.Role": {"assumeRolePolicyDocument": "assumeRolePolicy", "roleName": "name"},
    "aws.iot.TopicRule": {"kinesis": "kineses", "lambda": "lambdas"},
    "aws.kms.Key": {"keySpec": "customerMasterKeySpec"},
    "aws.lambda.Function": {
        "architecture": "architectures",
        "functionName": "name",
        "reservedConcurrencyLimit": "reservedConcurrentExecutions",
    },
    "aws.lambda.Permission": {"functionName": "function"},
    "aws.lambda.ProvisionedConcurrencyConfig": {"provisionedConcurrencyUnits": "provisionedConcurrentExecutions"},
    "aws.rds.Instance": {
        "dbInstanceClass": "instanceClass",
        "dbInstanceIdentifier": "identifier",
        "masterUserPassword": "password",
        "masterUsername": "username",
    },
    "aws.route53.HealthCheck": {"fullyQualifiedDomainName": "fqdn"},
    "aws.route53.Record": {"weightedRoutingPolicy": "weightedRoutingPolicies"},
    "aws.s3.Bucket": {"bucketName": "bucket"},
    "aws.ses.ConfigurationSet": {"reputationTrackingEnabled": "reputationMetricsEnabled"},
    "aws.sns.Topic": {"kmsKeyId": "kmsMasterKeyId", "topicName": "name"},
    "aws.sns.TopicSubscription": {"topicArn": "topic"},
    "aws.sqs.Queue": {
        "maximumMessageSize": "maxMessageSize",
        "messageRetentionPeriod": "messageRetentionSeconds",
        "queueName": "name",
        "receiveMessageWaitTimeSeconds": "receiveWaitTimeSeconds",
        "visibilityTimeout": "visibilityTimeoutSeconds",
    },
}
"""The right input by class and wrong name; `a.b` is an input inside of an object."""


def misspelt(type: str, input: str) -> list[str]:
    """The wrong names for an input of a class, or for what is inside of it."""
    return [wrong for wrong, right in INPUTS.get(type, {}).items() if right.partition(".")[0] == input]


OWN_RESOURCES: Mapping[str, Mapping[str, str]] = {
    "aws.apigateway.Method": {"integration": "aws.apigateway.Integration"},
    "aws.apigateway.Stage": {
        "methodSettings": "aws.apigateway.MethodSettings",
        "throttleSettings": "aws.apigateway.MethodSettings",
    },
    "aws.s3.Bucket": {"publicAccessBlock": "aws.s3.BucketPublicAccessBlock"},
    "aws.s3.BucketV2": {"publicAccessBlock": "aws.s3.BucketPublicAccessBlock"},
    "aws.secretsmanager.Secret": {
        "rotationLambdaArn": "aws.secretsmanager.SecretRotation",
        "rotationRules": "aws.secretsmanager.SecretRotation",
        "secretString": "aws.secretsmanager.SecretVersion",
    },
}
"""Inputs that are resources of their own."""

CLASSES: Mapping[str, str] = {
    "aws.apigateway.GatewayResponse": "aws.apigateway.Response",
    "aws.apigateway.Permission": "aws.lambda.Permission",
    "aws.applicationautoscaling.Target": "aws.appautoscaling.Target",
    "aws.cfg.AggregationAuthorization": "aws.cfg.AggregateAuthorization",
    "aws.cfg.ConfigRule": "aws.cfg.Rule",
    "aws.cfg.ConfigurationRecorder": "aws.cfg.Recorder",
    "aws.codedeploy.App": "aws.codedeploy.Application",
    "aws.config.ConfigurationRecorder": "aws.cfg.Recorder",
    "aws.config.DeliveryChannel": "aws.cfg.DeliveryChannel",
    "aws.config.Rule": "aws.cfg.Rule",
    "aws.ec2.InstanceProfile": "aws.iam.InstanceProfile",
    "aws.ec2.VpcPeeringConnectionOptions": "aws.ec2.PeeringConnectionOptions",
    "aws.elbv2.Listener": "aws.lb.Listener",
    "aws.elbv2.LoadBalancer": "aws.lb.LoadBalancer",
    "aws.elbv2.TargetGroup": "aws.lb.TargetGroup",
    "aws.events.Rule": "aws.cloudwatch.EventRule",
    "aws.events.RuleTarget": "aws.cloudwatch.EventTarget",
    "aws.events.Target": "aws.cloudwatch.EventTarget",
    "aws.lambda.EventInvokeConfig": "aws.lambda.FunctionEventInvokeConfig",
    "aws.logs.LogGroup": "aws.cloudwatch.LogGroup",
    "aws.logs.MetricFilter": "aws.cloudwatch.LogMetricFilter",
    "aws.logs.QueryDefinition": "aws.cloudwatch.QueryDefinition",
    "aws.s3.BucketInventory": "aws.s3.Inventory",
    "aws.s3.BucketReplication": "aws.s3.BucketReplicationConfig",
    "aws.s3.BucketReplicationConfiguration": "aws.s3.BucketReplicationConfig",
    "aws.s3.BucketReplicationConfigurationV2": "aws.s3.BucketReplicationConfig",
}
"""Classes that do not exist, and those that are meant."""

OTHER_PACKAGES: Mapping[str, str] = {
    "aws.secretsmanager.RandomPassword": "random.RandomPassword of pulumi-random (@pulumi/random) makes one",
}
"""Classes that another package has."""

NESTED: Mapping[str, Mapping[str, str]] = {
    "aws.backup.Plan": {
        "rules.lifecycle.deleteAfterDays": "deleteAfter",
        "rules.lifecycle.moveToColdStorageAfterDays": "coldStorageAfter",
    },
    "aws.cloudwatch.EventTarget": {"retryPolicy.maximumEventAge": "maximumEventAgeInSeconds"},
    "aws.ec2.SecurityGroup": {
        "egress.sourceSecurityGroupId": "securityGroups",
        "ingress.sourceSecurityGroupId": "securityGroups",
    },
    "aws.kinesis.FirehoseDeliveryStream": {
        "extendedS3Configuration.bufferInterval": "bufferingInterval",
        "extendedS3Configuration.bufferSize": "bufferingSize",
    },
    "aws.lb.TargetGroup": {"stickiness.duration": "cookieDuration"},
    "aws.networkfirewall.RuleGroup": {"ruleGroup.ruleVariables.ipSets.ipSet.definition": "definitions"},
    "aws.s3.Bucket": {"serverSideEncryptionConfiguration.rules": "rule"},
    **{
        f"aws.s3.BucketLifecycleConfiguration{v2}": {
            "rules.noncurrentVersionExpiration.days": "noncurrentDays",
            "rules.noncurrentVersionTransitions.days": "noncurrentDays",
        }
        for v2 in ("", "V2")
    },
    **{
        f"aws.wafv2.{name}": {
            "rules.visibilityConfig.cloudWatchMetricsEnabled": "cloudwatchMetricsEnabled",
            "visibilityConfig.cloudWatchMetricsEnabled": "cloudwatchMetricsEnabled",
        }
        for name in ("RuleGroup", "WebAcl")
    },
}
"""The right name inside of an object, by the path to the wrong one."""

ONE = ("sourceSecurityGroupId",)
"""Names that hold one text wherever it comes from, though a list takes their place."""

DEPLOYMENT = {
    "deploymentCircuitBreaker": "deploymentCircuitBreaker",
    "maximumPercent": "deploymentMaximumPercent",
    "minimumHealthyPercent": "deploymentMinimumHealthyPercent",
}
"""What CloudFormation has in the `deploymentConfiguration` of a service, by its name among the inputs here."""
