import * as pulumi from "@pulumi/pulumi";
import * as aws from "@pulumi/aws";

// The archive: reports for everybody, the audit trail for the auditors, and a copy of both in another region

const config = new pulumi.Config();
const auditors = config.get("auditors") ?? "79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be";
const archiveName = `acme-archive-${pulumi.getStack()}`;
const caller = aws.getCallerIdentityOutput();
const tags = { project: pulumi.getProject(), stack: pulumi.getStack() };

const elsewhere = new aws.Provider("elsewhere", { region: "eu-west-1" });

// Who read what, for a quarter
const accessLogs = new aws.s3.Bucket("access-logs", {
    acl: "log-delivery-write",
    lifecycleRules: [
        { id: "expire", enabled: true, expiration: { days: 90 } },
    ],
    tags,
});

new aws.s3.BucketPublicAccessBlock("access-logs-public-access-block", {
    bucket: accessLogs.id,
    blockPublicAcls: true,
    blockPublicPolicy: true,
    ignorePublicAcls: true,
    restrictPublicBuckets: true,
});

// The copy cannot be deleted either
const copiesKey = new aws.kms.Key("copies-key", {
    description: "Encrypts the copy of the archive",
    enableKeyRotation: true,
}, { provider: elsewhere });

const copies = new aws.s3.Bucket("copies", {
    versioning: { enabled: true },
    objectLockConfiguration: { objectLockEnabled: "Enabled" },
    tags,
}, { provider: elsewhere, protect: true });

new aws.s3.BucketPublicAccessBlock("copies-public-access-block", {
    bucket: copies.id,
    blockPublicAcls: true,
    blockPublicPolicy: true,
    ignorePublicAcls: true,
    restrictPublicBuckets: true,
}, { provider: elsewhere, protect: true });

const replicationRole = new aws.iam.Role("replication", {
    assumeRolePolicy: JSON.stringify({
        Version: "2012-10-17",
        Statement: [{
            Effect: "Allow",
            Principal: { Service: "s3.amazonaws.com" },
            Action: "sts:AssumeRole",
        }],
    }),
    tags,
});

const archiveKey = new aws.kms.Key("archive-key", {
    description: "Encrypts the archive",
    enableKeyRotation: true,
    policy: pulumi.jsonStringify({
        Version: "2012-10-17",
        Statement: [
            {
                Sid: "Administration",
                Effect: "Allow",
                Principal: { AWS: pulumi.interpolate`arn:aws:iam::${caller.accountId}:root` },
                Action: "kms:*",
                Resource: "*",
            },
            {
                Sid: "The audit trail",
                Effect: "Allow",
                Principal: { Service: "cloudtrail.amazonaws.com" },
                Action: ["kms:Decrypt", "kms:DescribeKey", "kms:GenerateDataKey*"],
                Resource: "*",
            },
        ],
    }),
});

const archive = new aws.s3.Bucket("archive", {
    bucket: archiveName,
    versioning: { enabled: true },
    serverSideEncryptionConfiguration: {
        rule: {
            applyServerSideEncryptionByDefault: {
                sseAlgorithm: "aws:kms",
                kmsMasterKeyId: archiveKey.arn,
            },
            bucketKeyEnabled: true,
        },
    },
    objectLockConfiguration: {
        objectLockEnabled: "Enabled",
        rule: {
            defaultRetention: { mode: "GOVERNANCE", years: 1 },
        },
    },
    lifecycleRules: [
        // Nobody asks for an old report twice
        {
            id: "reports",
            enabled: true,
            prefix: "reports/",
            tags: { kind: "report" },
            transitions: [{ days: 90, storageClass: "STANDARD_IA" }],
            noncurrentVersionExpiration: { days: 400 },
        },
        { id: "uploads", enabled: true, abortIncompleteMultipartUploadDays: 7 },
    ],
    logging: { targetBucket: accessLogs.id, targetPrefix: "archive/" },
    // The auditors have an account of their own
    grants: [{ type: "CanonicalUser", id: auditors, permissions: ["READ", "READ_ACP"] }],
    policy: pulumi.jsonStringify({
        Version: "2012-10-17",
        Statement: [
            {
                Sid: "TrailChecksAcl",
                Effect: "Allow",
                Principal: { Service: "cloudtrail.amazonaws.com" },
                Action: "s3:GetBucketAcl",
                Resource: `arn:aws:s3:::${archiveName}`,
            },
            {
                Sid: "TrailWrites",
                Effect: "Allow",
                Principal: { Service: "cloudtrail.amazonaws.com" },
                Action: "s3:PutObject",
                Resource: pulumi.interpolate`arn:aws:s3:::${archiveName}/AWSLogs/${caller.accountId}/*`,
                Condition: { StringEquals: { "s3:x-amz-acl": "bucket-owner-full-control" } },
            },
            {
                Sid: "EverybodyReadsReports",
                Effect: "Allow",
                Principal: "*",
                Action: "s3:GetObject",
                Resource: `arn:aws:s3:::${archiveName}/reports/*`,
            },
        ],
    }),
    corsRules: [{
        allowedMethods: ["GET", "HEAD"],
        allowedOrigins: ["https://www.example.com"],
        maxAgeSeconds: 3600,
    }],
    website: {
        indexDocument: "index.html",
        errorDocument: "missing.html",
        routingRules: JSON.stringify([{
            Condition: { KeyPrefixEquals: "latest/" },
            Redirect: { ReplaceKeyPrefixWith: "reports/2026/" },
        }]),
    },
    accelerationStatus: "Enabled",
    requestPayer: "BucketOwner",
    replicationConfiguration: {
        role: replicationRole.arn,
        rules: [{
            id: "everything",
            status: "Enabled",
            priority: 1,
            filter: { prefix: "" },
            sourceSelectionCriteria: {
                sseKmsEncryptedObjects: { enabled: true },
            },
            destination: {
                bucket: copies.arn,
                storageClass: "STANDARD_IA",
                replicaKmsKeyId: copiesKey.arn,
                metrics: { status: "Enabled", minutes: 15 },
                replicationTime: { status: "Enabled", minutes: 15 },
            },
        }],
    },
    tags,
}, {
    protect: true,
    ignoreChanges: ["accelerationStatus"], // switched on by hand before large uploads
});

new aws.iam.RolePolicy("replication", {
    role: replicationRole.id,
    policy: pulumi.jsonStringify({
        Version: "2012-10-17",
        Statement: [
            {
                Effect: "Allow",
                Action: ["s3:GetReplicationConfiguration", "s3:ListBucket"],
                Resource: archive.arn,
            },
            {
                Effect: "Allow",
                Action: ["s3:GetObjectVersionForReplication", "s3:GetObjectVersionAcl", "s3:GetObjectRetention"],
                Resource: pulumi.interpolate`${archive.arn}/*`,
            },
            {
                Effect: "Allow",
                Action: ["s3:ReplicateObject", "s3:ReplicateDelete"],
                Resource: pulumi.interpolate`${copies.arn}/*`,
            },
            { Effect: "Allow", Action: "kms:Decrypt", Resource: archiveKey.arn },
            { Effect: "Allow", Action: "kms:Encrypt", Resource: copiesKey.arn },
        ],
    }),
});

// Everything that happens in the account
const trail = new aws.cloudtrail.Trail("audit", {
    s3BucketName: archive.id,
    isMultiRegionTrail: true,
    enableLogFileValidation: true,
    tags,
});

// The old address of the reports
const moved = new aws.s3.Bucket("moved", {
    bucket: "reports.example.com",
    website: { redirectAllRequestsTo: "https://archive.example.com/reports" },
    tags,
});

new aws.route53.Record("reports", {
    zoneId: aws.route53.getZoneOutput({ name: "example.com" }).zoneId,
    name: "reports.example.com",
    type: "A",
    aliases: [{
        name: moved.websiteDomain,
        zoneId: moved.hostedZoneId,
        evaluateTargetHealth: false,
    }],
});

export const bucket = archive.bucket;
export const trailArn = trail.arn;
export const reports = pulumi.interpolate`http://${archive.websiteEndpoint}/reports`;
