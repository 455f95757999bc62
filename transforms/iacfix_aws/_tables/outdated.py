"""Inputs that a major no longer has, and what takes their place. Rows that replace a resource are only reported."""

from __future__ import annotations

from collections.abc import Mapping

CPU = {"cpuCoreCount": "cpuOptions.coreCount", "cpuThreadsPerCore": "cpuOptions.threadsPerCore"}

BUFFERS = (
    "extendedS3Configuration.",
    "extendedS3Configuration.s3BackupConfiguration.",
    "redshiftConfiguration.s3BackupConfiguration.",
)
CLASSIC = ("enableClassiclink", "enableClassiclinkDnsSupport")
PEERING = ("aws.ec2.PeeringConnectionOptions", "aws.ec2.VpcPeeringConnection", "aws.ec2.VpcPeeringConnectionAccepter")
CLASSIC_PEERS = tuple(
    f"{side}.{allowed}"
    for side in ("accepter", "requester")
    for allowed in ("allowClassicLinkToRemoteVpc", "allowVpcToRemoteClassicLink")
)
"""What ended with EC2-Classic."""

RENAMED: Mapping[str, Mapping[str, str]] = {
    "aws.Provider": {"assumeRole": "assumeRoles", "s3ForcePathStyle": "s3UsePathStyle"},
    "aws.batch.ComputeEnvironment": {
        "computeEnvironmentName": "name",
        "computeEnvironmentNamePrefix": "namePrefix",
    },
    "aws.directconnect.GatewayAssociation": {"vpnGatewayId": "associatedGatewayId"},
    "aws.ec2.Instance": CPU,
    "aws.ec2.SpotInstanceRequest": CPU,
    "aws.elasticache.ReplicationGroup": {
        "numberCacheClusters": "numCacheClusters",
        "replicationGroupDescription": "description",
    },
    "aws.kinesis.FirehoseDeliveryStream": {
        f"{around}buffer{what}": f"buffering{what}" for around in BUFFERS for what in ("Interval", "Size")
    },
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
    "aws.Provider": ("skipGetEc2Platforms",),
    "aws.cloudfront.ResponseHeadersPolicy": ("etag",),
    **dict.fromkeys(("aws.ec2.DefaultVpc", "aws.ec2.Vpc"), CLASSIC),
    **dict.fromkeys(PEERING, CLASSIC_PEERS),
    "aws.ec2.LaunchConfiguration": ("vpcClassicLinkId", "vpcClassicLinkSecurityGroups"),
    "aws.ec2.LaunchTemplate": ("elasticGpuSpecifications", "elasticInferenceAccelerator"),
    "aws.ec2.SpotInstanceRequest": ("blockDurationMinutes",),
    "aws.ecs.TaskDefinition": ("inferenceAccelerators",),
    "aws.redshift.Cluster": ("clusterPublicKey", "clusterRevisionNumber", "endpoint"),
    "aws.s3.Bucket": ("arn", "hostedZoneId", "websiteDomain", "websiteEndpoint"),
    "aws.sagemaker.NotebookInstance": ("acceleratorTypes",),
}
"""What AWS has ended, or only ever told."""

SUCCESSORS: Mapping[str, Mapping[str, str]] = {
    "aws.Provider": {
        **dict.fromkeys(
            ("assumeRole.durationSeconds", "assumeRoles.durationSeconds"), "duration takes it as text, 3600 as 1h"
        ),
        "sharedCredentialsFiles": "its plural takes a list of files",
    },
    "aws.apigateway.Account": {"resetOnDelete": "it is always reset now; retainOnDelete among the options keeps it"},
    "aws.autoscaling.Attachment": {"albTargetGroupArn": "lbTargetGroupArn takes it; a change replaces the attachment"},
    "aws.autoscaling.Group": {"tags": "each tag is a block of its own, tag"},
    "aws.budgets.Budget": {"costFilters": "each filter is a block of its own, cost_filter, with a list of values"},
    "aws.costexplorer.AnomalySubscription": {"threshold": "thresholdExpression takes its place"},
    "aws.dms.Endpoint": {"s3Settings": "it is a resource of its own, aws.dms.S3Endpoint, and its state has to move"},
    "aws.ec2.FlowLog": {"logGroupName": "logDestination takes the ARN of the group; a change replaces the flow log"},
    "aws.ec2.Route": {"instanceId": "networkInterfaceId takes the interface of the instance"},
    "aws.ec2.RouteTable": {"routes.instanceId": "networkInterfaceId takes the interface of the instance"},
    "aws.ec2clientvpn.NetworkAssociation": {"securityGroups": "securityGroupIds of the endpoint takes them"},
    "aws.ecs.Cluster": dict.fromkeys(
        ("capacityProviders", "defaultCapacityProviderStrategy"),
        "it is a resource of its own, aws.ecs.ClusterCapacityProviders, to be imported",
    ),
    "aws.elasticache.Cluster": {
        "securityGroupNames": "EC2-Classic has ended; securityGroupIds takes groups of the VPC"
    },
    "aws.elasticache.ReplicationGroup": {
        "availabilityZones": "preferredCacheClusterAzs takes them as a list, that of the primary first",
    },
    "aws.kinesis.FirehoseDeliveryStream": {"s3Configuration": "extendedS3Configuration takes its place"},
    "aws.msk.Cluster": {"brokerNodeGroupInfo.ebsVolumeSize": "storageInfo.ebsStorageInfo.volumeSize takes it"},
    "aws.networkmanager.CoreNetwork": {
        "policyDocument": "it is a resource of its own, aws.networkmanager.CoreNetworkPolicyAttachment, to be imported"
    },
    "aws.rds.Instance": {"securityGroupNames": "EC2-Classic has ended; vpcSecurityGroupIds takes groups of the VPC"},
    "aws.redshift.Cluster": {
        "clusterSecurityGroups": "EC2-Classic has ended; vpcSecurityGroupIds takes groups of the VPC",
        "logging": "it is a resource of its own, aws.redshift.Logging, to be imported",
        "snapshotCopy": "it is a resource of its own, aws.redshift.SnapshotCopy, to be imported",
    },
    "aws.s3.Bucket": {"loggings": "it is logging, the object alone"},
    "aws.ssm.Association": {"instanceId": "targets takes it, but not null, which it may be"},
    "aws.secretsmanager.Secret": dict.fromkeys(
        ("rotationLambdaArn", "rotationRules"),
        "it is a resource of its own, aws.secretsmanager.SecretRotation, to be imported",
    ),
}
"""Why a person has to."""

OF_SOURCES: Mapping[str, str] = {
    "aws_batch_compute_environment.compute_environment_name": "it is called name",
    "aws_identitystore_group.filter": "alternate_identifier takes its place",
    "aws_identitystore_user.filter": "alternate_identifier takes its place",
}
"""What takes the place of an argument of a data source."""
