"""Programs with one finding, and what they become."""

ALARM = """import pulumi_aws as aws

aws.cloudwatch.MetricAlarm(
    "errors",
    comparison_operator="GreaterThanThreshold",
    evaluation_periods=1,
    metric_name="Errors",
    namespace="AWS/Lambda",
    period=60,
    statistic="Sum",
    threshold=1,
)
"""
FIXED = ALARM.replace("=1,\n)", '=1,\n    treat_missing_data="notBreaching",\n)')
TYPESCRIPT = """import * as aws from "@pulumi/aws";

new aws.cloudwatch.MetricAlarm("errors", {
    comparisonOperator: "GreaterThanThreshold",
    evaluationPeriods: 1,
    metricName: "Errors",
    namespace: "AWS/Lambda",
    period: 60,
    statistic: "Sum",
    threshold: 1,
});
"""
BUILDS = """import pulumi_aws as aws

alarm = aws.cloudwatch.MetricAlarm(
    "failures",
    comparison_operator="GreaterThanThreshold",
    evaluation_periods=2,
    metric_name="FailedBuilds",
    namespace="AWS/CodeBuild",
    statistic="Sum",
    threshold=1,
)
"""
BUILDS_FIXED = BUILDS.replace("threshold=1,\n", 'threshold=1,\n    treat_missing_data="notBreaching",\n')
