"""What inputs take that know a few words or numbers only; none that AWS adds to from year to year."""

from __future__ import annotations

_SWITCH = ("Enabled", "Disabled")

WORDS: dict[tuple[str, str], tuple[str, ...]] = {
    ("aws.dynamodb.Table", "billingMode"): ("PROVISIONED", "PAY_PER_REQUEST"),
    ("aws.dynamodb.Table", "attributes.type"): ("S", "N", "B"),
    ("aws.dynamodb.Table", "streamViewType"): ("KEYS_ONLY", "NEW_IMAGE", "OLD_IMAGE", "NEW_AND_OLD_IMAGES"),
    ("aws.cloudwatch.MetricAlarm", "comparisonOperator"): (
        "GreaterThanOrEqualToThreshold",
        "GreaterThanThreshold",
        "LessThanThreshold",
        "LessThanOrEqualToThreshold",
        "LessThanLowerOrGreaterThanUpperThreshold",
        "LessThanLowerThreshold",
        "GreaterThanUpperThreshold",
    ),
    ("aws.cloudwatch.MetricAlarm", "statistic"): ("SampleCount", "Average", "Sum", "Minimum", "Maximum"),
    ("aws.cloudwatch.MetricAlarm", "treatMissingData"): ("missing", "ignore", "breaching", "notBreaching"),
    ("aws.ec2.FlowLog", "trafficType"): ("ACCEPT", "REJECT", "ALL"),
    ("aws.lambda.Function", "packageType"): ("Zip", "Image"),
    ("aws.lambda.Function", "tracingConfig.mode"): ("Active", "PassThrough"),
    ("aws.lambda.Function", "architectures"): ("x86_64", "arm64"),
    ("aws.lb.TargetGroup", "targetType"): ("instance", "ip", "lambda", "alb"),
    ("aws.s3.BucketVersioning", "versioningConfiguration.status"): ("Enabled", "Suspended", "Disabled"),
    ("aws.s3.BucketVersioningV2", "versioningConfiguration.status"): ("Enabled", "Suspended", "Disabled"),
    ("aws.s3.BucketLifecycleConfiguration", "rules.status"): _SWITCH,
    ("aws.s3.BucketLifecycleConfigurationV2", "rules.status"): _SWITCH,
    ("aws.ecs.TaskDefinition", "networkMode"): ("bridge", "host", "awsvpc", "none"),
    ("aws.ec2.Instance", "metadataOptions.httpTokens"): ("optional", "required"),
    ("aws.ec2.LaunchTemplate", "metadataOptions.httpTokens"): ("optional", "required"),
}
NUMBERS: dict[tuple[str, str], tuple[int, ...]] = {
    ("aws.ec2.FlowLog", "maxAggregationInterval"): (60, 600),
    ("aws.route53.HealthCheck", "requestInterval"): (10, 30),
}
MEANT: dict[object, str] = {
    "ON_DEMAND": "PAY_PER_REQUEST",
    "OnDemand": "PAY_PER_REQUEST",
    "on-demand": "PAY_PER_REQUEST",
}
"""Words of the console for what the API calls otherwise."""
