import * as pulumi from "@pulumi/pulumi";
import * as aws from "@pulumi/aws";

const currentUser = aws.s3.getCanonicalUserIdOutput();

// The archive: reports for everybody, the audit trail for the auditors, and a copy of both in another region

const config = new pulumi.Config();
const auditors = config.get("auditors") ?? "79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be";
const archiveName = `acme-archive-${pulumi.getStack()}`;
const caller = aws.getCallerIdentityOutput();
const tags = { project: pulumi.getProject(), stack: pulumi.getStack() };

const elsewhere = new aws.Provider("elsewhere", { region: "eu-west-1" });

// Who read what, for a quarter
const accessLogs = new aws.s3.Bucket("access-logs", {
    tags,
});

const accessLogsOwnership = new aws.s3.BucketOwnershipControls("access-logs-ownership", {
    bucket: accessLogs.id,
    rule: { objectOwnership: "BucketOwnerPreferred" },
});

const accessLogsAcl = new aws.s3.BucketAcl("access-logs-acl", {
    bucket: accessLogs.id,
    acl: "log-delivery-write",
}, { dependsOn: [accessLogsOwnership] });

new aws.s3.BucketLifecycleConfiguration("access-logs-lifecycle", {
    bucket: accessLogs.id,
    rules: [
        {
            id: "expire",
            status: "Enabled",
            filter: { prefix: "" },
            expiration: { days: 90 },
        },
    ],
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
    objectLockEnabled: true,
    tags,
}, { provider: elsewhere, protect: true });

const copiesVersioning = new aws.s3.BucketVersioning("copies-versioning", {
    bucket: copies.id,
    versioningConfiguration: { status: "Enabled" },
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
    objectLockEnabled: true,
    tags,
}, {
    protect: true,
});

const archiveVersioning = new aws.s3.BucketVersioning("archive-versioning", {
    bucket: archive.id,
    versioningConfiguration: { status: "Enabled" },
}, {
    protect: true,
});

new aws.s3.BucketServerSideEncryptionConfiguration("archive-encryption", {
    bucket: archive.id,
    rules: [{
        applyServerSideEncryptionByDefault: {
            sseAlgorithm: "aws:kms",
            kmsMasterKeyId: archiveKey.arn,
        },
        bucketKeyEnabled: true,
    }],
}, {
    protect: true,
});

new aws.s3.BucketObjectLockConfiguration("archive-object-lock", {
    bucket: archive.id,
    rule: {
        defaultRetention: { mode: "GOVERNANCE", years: 1 },
    },
}, {
    protect: true,
    dependsOn: [archiveVersioning],
});

new aws.s3.BucketLifecycleConfiguration("archive-lifecycle", {
    bucket: archive.id,
    rules: [
        // Nobody asks for an old report twice
        {
            id: "reports",
            status: "Enabled",
            filter: {
                and: { prefix: "reports/", tags: { kind: "report" } },
            },
            transitions: [{ days: 90, storageClass: "STANDARD_IA" }],
            noncurrentVersionExpiration: { noncurrentDays: 400 },
        },
        {
            id: "uploads",
            status: "Enabled",
            filter: { prefix: "" },
            abortIncompleteMultipartUpload: { daysAfterInitiation: 7 },
        },
    ],
}, {
    protect: true,
    dependsOn: [archiveVersioning],
});

new aws.s3.BucketLogging("archive-logging", {
    bucket: archive.id,
    targetBucket: accessLogs.id,
    targetPrefix: "archive/",
}, {
    protect: true,
    dependsOn: [accessLogsAcl],
});

const archiveOwnership = new aws.s3.BucketOwnershipControls("archive-ownership", {
    bucket: archive.id,
    rule: { objectOwnership: "BucketOwnerPreferred" },
}, {
    protect: true,
});

// The auditors have an account of their own
new aws.s3.BucketAcl("archive-acl", {
    bucket: archive.id,
    accessControlPolicy: {
        grants: [
            {
                grantee: { type: "CanonicalUser", id: auditors },
                permission: "READ",
            },
            {
                grantee: { type: "CanonicalUser", id: auditors },
                permission: "READ_ACP",
            },
        ],
        owner: { id: currentUser.id },
    },
}, {
    protect: true,
    dependsOn: [archiveOwnership],
});

const archivePolicy = new aws.s3.BucketPolicy("archive-policy", {
    bucket: archive.id,
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
}, {
    protect: true,
});

new aws.s3.BucketCorsConfiguration("archive-cors", {
    bucket: archive.id,
    corsRules: [{
        allowedMethods: ["GET", "HEAD"],
        allowedOrigins: ["https://www.example.com"],
        maxAgeSeconds: 3600,
    }],
}, {
    protect: true,
});

const archiveWebsite = new aws.s3.BucketWebsiteConfiguration("archive-website", {
    bucket: archive.id,
    indexDocument: { suffix: "index.html" },
    errorDocument: { key: "missing.html" },
    routingRuleDetails: JSON.stringify([{
        Condition: { KeyPrefixEquals: "latest/" },
        Redirect: { ReplaceKeyPrefixWith: "reports/2026/" },
    }]),
}, {
    protect: true,
});

// switched on by hand before large uploads
new aws.s3.BucketAccelerateConfiguration("archive-acceleration", {
    bucket: archive.id,
    status: "Enabled",
}, {
    protect: true,
    ignoreChanges: ["status"],
});

new aws.s3.BucketRequestPaymentConfiguration("archive-request-payment", {
    bucket: archive.id,
    payer: "BucketOwner",
}, {
    protect: true,
});

new aws.s3.BucketReplicationConfig("archive-replication", {
    bucket: archive.id,
    role: replicationRole.arn,
    rules: [{
        id: "everything",
        status: "Enabled",
        priority: 1,
        filter: { prefix: "" },
        sourceSelectionCriteria: {
            sseKmsEncryptedObjects: { status: "Enabled" },
        },
        destination: {
            bucket: copies.arn,
            storageClass: "STANDARD_IA",
            encryptionConfiguration: { replicaKmsKeyId: copiesKey.arn },
            metrics: {
                status: "Enabled",
                eventThreshold: { minutes: 15 },
            },
            replicationTime: {
                status: "Enabled",
                time: { minutes: 15 },
            },
        },
        deleteMarkerReplication: { status: "Disabled" },
    }],
}, {
    protect: true,
    dependsOn: [archiveVersioning, copiesVersioning],
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
}, { dependsOn: [archivePolicy] });

// The old address of the reports
const moved = new aws.s3.Bucket("moved", {
    bucket: "reports.example.com",
    tags,
});

const movedWebsite = new aws.s3.BucketWebsiteConfiguration("moved-website", {
    bucket: moved.id,
    redirectAllRequestsTo: {
        hostName: "archive.example.com/reports",
        protocol: "https",
    },
});

new aws.route53.Record("reports", {
    zoneId: aws.route53.getZoneOutput({ name: "example.com" }).zoneId,
    name: "reports.example.com",
    type: "A",
    aliases: [{
        name: movedWebsite.websiteDomain,
        zoneId: moved.hostedZoneId,
        evaluateTargetHealth: false,
    }],
});

export const bucket = archive.bucket;
export const trailArn = trail.arn;
export const reports = pulumi.interpolate`http://${archiveWebsite.websiteEndpoint}/reports`;
