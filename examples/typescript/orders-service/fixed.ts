/** Takes orders: a queue, a table and the role of the function between them, as a prototype leaves them. */

import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

const ordersKey = new aws.kms.Key("orders-key", { description: "encrypts orders at rest", enableKeyRotation: true });

const rejected = new aws.sqs.Queue("rejected-orders", { messageRetentionSeconds: 1209600, sqsManagedSseEnabled: true });
const incoming = new aws.sqs.Queue("incoming-orders", {
    visibilityTimeoutSeconds: 60,
    redrivePolicy: rejected.arn.apply(arn => JSON.stringify({ deadLetterTargetArn: arn, maxReceiveCount: 5 })),
    sqsManagedSseEnabled: true,
});

const orders = new aws.dynamodb.Table("orders", {
    billingMode: "PAY_PER_REQUEST",
    hashKey: "id",
    attributes: [{ name: "id", type: "S" }],
    serverSideEncryption: { enabled: true, kmsKeyArn: ordersKey.arn },
    pointInTimeRecovery: { enabled: true },
});

const invoices = new aws.s3.Bucket("invoices", { tags: { Holds: "what customers were billed" } });

new aws.s3.BucketPublicAccessBlock("invoices-public-access-block", {
    bucket: invoices.id,
    blockPublicAcls: true,
    blockPublicPolicy: true,
    ignorePublicAcls: true,
    restrictPublicBuckets: true,
});

const role = new aws.iam.Role("orders-role", {
    assumeRolePolicy: aws.iam.assumeRolePolicyForPrincipal({ Service: "lambda.amazonaws.com" }),
});
new aws.iam.RolePolicyAttachment("orders-logs", {
    role: role.name,
    policyArn: "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole",
});
new aws.iam.RolePolicyAttachment("orders-queue", {
    role: role.name,
    policyArn: "arn:aws:iam::aws:policy/service-role/AWSLambdaSQSQueueExecutionRole",
});

const current = aws.getRegionOutput();
const workerLogs = new aws.cloudwatch.LogGroup("orders-worker-logs", {
    name: "/aws/lambda/orders-worker",
    retentionInDays: 30,
});
const worker = new aws.lambda.Function("orders-worker", {
    name: "orders-worker",
    role: role.arn,
    runtime: "nodejs22.x",
    handler: "worker.handle",
    code: new pulumi.asset.FileArchive("./worker"),
    environment: {
        variables: {
            TABLE: orders.name,
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
    metadataOptions: { httpEndpoint: "enabled", httpTokens: "required" },
});

export const queue = incoming.url;
export const table = orders.name;
export const invoicesBucket = invoices.bucket;
