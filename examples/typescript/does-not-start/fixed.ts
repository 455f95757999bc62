import * as pulumi from "@pulumi/pulumi";
import * as aws from "@pulumi/aws";

const alerts = new aws.sns.Topic("alerts", { name: "webhooks-alerts" });
new aws.sns.TopicSubscription("on-call", {
  topic: alerts.arn,
  protocol: "email",
  endpoint: "on-call@example.com",
});

const role = new aws.iam.Role("receiver", {
  assumeRolePolicy: JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" }],
  }),
});

const logs = new aws.cloudwatch.LogGroup("receiver", { name: "/aws/lambda/webhooks-receiver", retentionInDays: 30 });

const receiver = new aws.lambda.Function("receiver", {
  name: "webhooks-receiver",
  runtime: "nodejs22.x",
  handler: "receiver.handle",
  role: role.arn,
  code: new pulumi.asset.AssetArchive({
    "receiver.js": new pulumi.asset.StringAsset("exports.handle = async () => undefined;"),
  }),
  // or Lambda makes one that keeps everything
}, { dependsOn: [logs] });

// What the partner calls
const api = new aws.apigateway.RestApi("webhooks", { name: "webhooks" });

const hook = new aws.apigateway.Resource("hook", { restApi: api.id, parentId: api.rootResourceId, pathPart: "hook" });

const post = new aws.apigateway.Method("post", {
  restApi: api.id,
  resourceId: hook.id,
  httpMethod: "POST",
  authorization: "AWS_IAM",
});

const call = new aws.apigateway.Integration("call", {
  restApi: api.id,
  resourceId: hook.id,
  httpMethod: post.httpMethod,
  type: "AWS_PROXY",
  integrationHttpMethod: "POST",
  uri: receiver.invokeArn,
});

const deployment = new aws.apigateway.Deployment("webhooks", { restApi: api.id }, { dependsOn: [call] });

const live = new aws.apigateway.Stage("live", { restApi: api.id, deployment: deployment.id, stageName: "live" });

new aws.lambda.Permission("call", {
  action: "lambda:InvokeFunction",
  function: receiver.name,
  principal: "apigateway.amazonaws.com",
  sourceArn: pulumi.interpolate`${api.executionArn}/*/POST/hook`,
});

// The partner lets one address in
const address = new aws.ec2.Eip("partner", { domain: "vpc" });

new aws.cloudwatch.MetricAlarm("errors", {
  name: "webhooks-errors",
  alarmDescription: "a webhook was lost",
  namespace: "AWS/Lambda",
  metricName: "Errors",
  dimensions: { FunctionName: receiver.name },
  statistic: "Sum",
  period: 60,
  evaluationPeriods: 1,
  threshold: 0,
  comparisonOperator: "GreaterThanThreshold",
  treatMissingData: "notBreaching",
  alarmActions: [alerts.arn],
});

const nightly = new aws.cloudwatch.EventRule("nightly", { name: "webhooks-replay", scheduleExpression: "rate(1 day)" });

new aws.cloudwatch.EventTarget("replay", {
  rule: nightly.name,
  arn: receiver.arn,
  retryPolicy: { maximumEventAgeInSeconds: 3600, maximumRetryAttempts: 2 },
});

export const url = live.invokeUrl;
export const callerAddress = address.publicIp;
