"""Inputs that a major no longer has, and what takes their place. Rows that replace a resource are only reported."""

from __future__ import annotations

from collections.abc import Mapping

CPU = {"cpuCoreCount": "cpuOptions.coreCount", "cpuThreadsPerCore": "cpuOptions.threadsPerCore"}

RENAMED: Mapping[str, Mapping[str, str]] = {
    "aws.Provider": {"assumeRole": "assumeRoles"},
    "aws.batch.ComputeEnvironment": {
        "computeEnvironmentName": "name",
        "computeEnvironmentNamePrefix": "namePrefix",
    },
    "aws.directconnect.GatewayAssociation": {"vpnGatewayId": "associatedGatewayId"},
    "aws.ec2.Instance": CPU,
    "aws.ec2.SpotInstanceRequest": CPU,
    "aws.lex.V2modelsSlotType": {
        "compositeSlotTypeSetting": "compositeSlotTypeSettings",
        "externalSourceSetting": "externalSourceSettings",
    },
    "aws.networkmanager.CoreNetwork": {"basePolicyRegion": "basePolicyRegions"},
    "aws.rds.Instance": {"name": "dbName"},
    "aws.securitylake.Subscriber": {"source": "sources"},
}
"""The input that means the same, as in `renames.INPUTS`."""

WORDS: Mapping[str, Mapping[str, tuple[str, Mapping[bool, str]]]] = {
    "aws.ec2.Eip": {"vpc": ("domain", {True: "vpc"})},
    "aws.guardduty.OrganizationConfiguration": {
        "autoEnable": ("autoEnableOrganizationMembers", {True: "NEW", False: "NONE"}),
    },
}
"""Flags that have become words; one without a word says nothing."""

DROPPED: Mapping[str, tuple[str, ...]] = {
    "aws.cloudfront.ResponseHeadersPolicy": ("etag",),
    "aws.ec2.LaunchTemplate": ("elasticGpuSpecifications", "elasticInferenceAccelerator"),
    "aws.ec2.SpotInstanceRequest": ("blockDurationMinutes",),
    "aws.ecs.TaskDefinition": ("inferenceAccelerators",),
    "aws.redshift.Cluster": ("clusterPublicKey", "clusterRevisionNumber", "endpoint"),
    "aws.s3.Bucket": ("arn", "hostedZoneId", "websiteDomain", "websiteEndpoint"),
    "aws.sagemaker.NotebookInstance": ("acceleratorTypes",),
}
"""What AWS has ended, or only ever told."""

SUCCESSORS: Mapping[str, Mapping[str, str]] = {
    "aws.apigateway.Account": {"resetOnDelete": "it is always reset now; retainOnDelete among the options keeps it"},
    "aws.dms.Endpoint": {"s3Settings": "it is a resource of its own, aws.dms.S3Endpoint, and its state has to move"},
    "aws.ec2.FlowLog": {"logGroupName": "logDestination takes the ARN of the group; a change replaces the flow log"},
    "aws.redshift.Cluster": {
        "logging": "it is a resource of its own, aws.redshift.Logging, to be imported",
        "snapshotCopy": "it is a resource of its own, aws.redshift.SnapshotCopy, to be imported",
    },
    "aws.s3.Bucket": {"loggings": "it is logging, the object alone"},
}
"""Why a person has to."""
