/** Takes orders: a queue, a table and the role of the function between them, as a prototype leaves them. */

import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

const ordersKey = new aws.kms.Key("orders-key", { description: "encrypts orders at rest" });

const rejected = new aws.sqs.Queue("rejected-orders", { messageRetentionSeconds: 1209600 });
const incoming = new aws.sqs.Queue("incoming-orders", {
    visibilityTimeoutSeconds: 60,
    redrivePolicy: rejected.arn.apply(arn => JSON.stringify({ deadLetterTargetArn: arn, maxReceiveCount: 5 })),
});

const orders = new aws.dynamodb.Table("orders", {
    billingMode: "ON_DEMAND",
    hashKey: "id",
    attributes: [{ name: "id", type: "S" }],
    serverSideEncryption: { enabled: true, kmsKeyArn: ordersKey.arn },
});

const invoices = new aws.s3.Bucket("invoices", { tags: { Holds: "what customers were billed" } });

const role = new aws.iam.Role("orders-role", {
    assumeRolePolicy: aws.iam.assumeRolePolicyForPrincipal({ Service: "lambda.amazonaws.com" }),
});
new aws.iam.RolePolicyAttachment("orders-logs", {
    role: role.name,
    policyArn: "arn:aws:iam::aws:policy/AWSLambdaBasicExecutionRole",
});
new aws.iam.RolePolicyAttachment("orders-queue", {
    role: role.name,
    policyArn: "arn:aws:iam::aws:policy/service-role/AWSLambdaSQSQueueExecutionRole",
});

const current = aws.getRegionOutput();
const workerLogs = new aws.cloudwatch.LogGroup("orders-worker-logs", { name: "/aws/lambda/orders-worker" });
const worker = new aws.lambda.Function("orders-worker", {
    name: "orders-worker",
    role: role.arn,
    runtime: "nodejs22.x",
    handler: "worker.handle",
    code: new pulumi.asset.FileArchive("./worker"),
    environment: {
        variables: {
            TABLE: orders.name,
            AWS_REGION: current.region,
        },
    },
}, { dependsOn: [workerLogs] });
new aws.lambda.EventSourceMapping("orders-source", {
    eventSourceArn: incoming.arn,
    functionName: worker.arn,
    batchSize: 10,
});

new aws.ec2.Instance("orders-backoffice", {
    ami: aws.ssm.getParameterOutput({ name: "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-arm64" }).value,
    instanceType: "t4g.micro",
});

export const queue = incoming.url;
export const table = orders.name;
export const invoicesBucket = invoices.bucket;
