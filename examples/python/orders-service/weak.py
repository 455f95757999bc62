"""Takes orders: a queue, a table and the function between them, as a prototype leaves them."""

import json

import pulumi
import pulumi_aws as aws

orders_key = aws.kms.Key("orders-key", description="encrypts orders at rest")

rejected = aws.sqs.Queue("rejected-orders")
incoming = aws.sqs.Queue(
    "incoming-orders",
    visibility_timeout_seconds=60,
    redrive_policy=rejected.arn.apply(lambda arn: json.dumps({"deadLetterTargetArn": arn, "maxReceiveCount": 5})),
)

orders = aws.dynamodb.Table(
    "orders",
    billing_mode="ON_DEMAND",
    hash_key="id",
    attributes=[aws.dynamodb.TableAttributeArgs(name="id", type="S")],
    server_side_encryption=aws.dynamodb.TableServerSideEncryptionArgs(enabled=True, kms_key_arn=orders_key.arn),
)

invoices = aws.s3.Bucket("invoices", tags={"Holds": "what customers were billed"})

role = aws.iam.Role(
    "orders-role",
    assume_role_policy=json.dumps(
        {
            "Version": "2012-10-17",
            "Statement": [
                {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
            ],
        }
    ),
)
for name, policy in {
    "logs": "arn:aws:iam::aws:policy/AWSLambdaBasicExecutionRole",
    "queue": "arn:aws:iam::aws:policy/service-role/AWSLambdaSQSQueueExecutionRole",
}.items():
    aws.iam.RolePolicyAttachment(f"orders-{name}", role=role.name, policy_arn=policy)

current = aws.get_region()
worker_logs = aws.cloudwatch.LogGroup("orders-worker-logs", name="/aws/lambda/orders-worker")
worker = aws.lambda_.Function(
    "orders-worker",
    name="orders-worker",
    role=role.arn,
    runtime="python3.13",
    handler="worker.handle",
    code=pulumi.FileArchive("./worker"),
    environment=aws.lambda_.FunctionEnvironmentArgs(
        variables={
            "TABLE": orders.name,
            "AWS_REGION": current.region,
        },
    ),
    opts=pulumi.ResourceOptions(depends_on=[worker_logs]),
)
aws.lambda_.EventSourceMapping("orders-source", event_source_arn=incoming.arn, function_name=worker.arn, batch_size=10)

backoffice = aws.ec2.Instance(
    "orders-backoffice",
    ami=aws.ssm.get_parameter(name="/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-arm64").value,
    instance_type="t4g.micro",
)

pulumi.export("queue", incoming.url)
pulumi.export("table", orders.name)
