import json

import pulumi
import pulumi_aws as aws

alerts = aws.sns.Topic("alerts", name="webhooks-alerts")
aws.sns.TopicSubscription(
    "on-call",
    topic=alerts.arn,
    protocol="email",
    endpoint="on-call@example.com",
)

role = aws.iam.Role(
    "receiver",
    assume_role_policy=json.dumps(
        {
            "Version": "2012-10-17",
            "Statement": [
                {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
            ],
        }
    ),
)

logs = aws.cloudwatch.LogGroup("receiver", name="/aws/lambda/webhooks-receiver", retention_in_days=30)

receiver = aws.lambda_.Function(
    "receiver",
    name="webhooks-receiver",
    runtime="python3.12",
    handler="receiver.handle",
    role=role.arn,
    code=pulumi.AssetArchive({"receiver.py": pulumi.StringAsset("def handle(event, context): ...")}),
    # or Lambda makes one that keeps everything
    opts=pulumi.ResourceOptions(depends_on=[logs]),
)

# What the partner calls
api = aws.apigateway.RestApi("webhooks", name="webhooks")

hook = aws.apigateway.Resource("hook", rest_api=api.id, parent_id=api.root_resource_id, path_part="hook")

post = aws.apigateway.Method(
    "post", rest_api=api.id, resource_id=hook.id, http_method="POST", authorization="AWS_IAM"
)

call = aws.apigateway.Integration(
    "call",
    rest_api=api.id,
    resource_id=hook.id,
    http_method=post.http_method,
    type="AWS_PROXY",
    integration_http_method="POST",
    uri=receiver.invoke_arn,
)

deployment = aws.apigateway.Deployment(
    "webhooks",
    rest_api=api.id,
    opts=pulumi.ResourceOptions(depends_on=[call]),
)

live = aws.apigateway.Stage("live", rest_api=api.id, deployment=deployment.id, stage_name="live")

aws.lambda_.Permission(
    "call",
    action="lambda:InvokeFunction",
    function=receiver.name,
    principal="apigateway.amazonaws.com",
    source_arn=pulumi.Output.format("{0}/*/POST/hook", api.execution_arn),
)

# The partner lets one address in
address = aws.ec2.Eip("partner", domain="vpc")

aws.cloudwatch.MetricAlarm(
    "errors",
    name="webhooks-errors",
    alarm_description="a webhook was lost",
    namespace="AWS/Lambda",
    metric_name="Errors",
    dimensions={"FunctionName": receiver.name},
    statistic="Sum",
    period=60,
    evaluation_periods=1,
    threshold=0,
    comparison_operator="GreaterThanThreshold",
    treat_missing_data="notBreaching",
    alarm_actions=[alerts.arn],
)

nightly = aws.cloudwatch.EventRule("nightly", name="webhooks-replay", schedule_expression="rate(1 day)")

aws.cloudwatch.EventTarget(
    "replay",
    rule=nightly.name,
    arn=receiver.arn,
    retry_policy=aws.cloudwatch.EventTargetRetryPolicyArgs(maximum_event_age_in_seconds=3600, maximum_retry_attempts=2),
)

pulumi.export("url", live.invoke_url)
pulumi.export("address", address.public_ip)
