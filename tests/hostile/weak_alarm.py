"""A program with one finding, and what it becomes."""

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
