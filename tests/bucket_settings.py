"""Every inline setting of a bucket, with what needs it."""

from __future__ import annotations

from bucket_programs import Bucket, Code, Setting, document
from graph.mocked_cloud import Json, Object

LOGS = Bucket("logs", {})
COPIES = Bucket("copies", {"versioning": {"enabled": True}})
KEY = Code('key = aws.kms.Key("key")', 'const key = new aws.kms.Key("key");')
ROLE = Code(
    'role = aws.iam.Role("role", assume_role_policy="{}")',
    'const role = new aws.iam.Role("role", { assumeRolePolicy: "{}" });',
)
ENDPOINT = Code('pulumi.export("endpoint", data.website_endpoint)', "export const endpoint = data.websiteEndpoint;")
POLICY = document({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:PutObject"}]})

OLD: Object = {
    "Condition": {"KeyPrefixEquals": "old/", "HttpErrorCodeReturnedEquals": "404"},
    "Redirect": {"HostName": "new.example.com", "Protocol": "https", "ReplaceKeyPrefixWith": "new/"},
}
GONE: Object = {"Redirect": {"ReplaceKeyWith": "gone.html", "HttpRedirectCode": "302"}}

LIFECYCLE: Json = [
    {
        "id": "raw",
        "enabled": True,
        "prefix": "raw/",
        "tags": {"class": "raw", "keep_for": "a_year"},
        "transitions": [
            {"days": 30, "storageClass": "STANDARD_IA"},
            {"date": "2030-01-31", "storageClass": "GLACIER"},
        ],
        "expiration": {"days": 365},
        "noncurrentVersionTransitions": [{"days": 10, "storageClass": "GLACIER"}],
        "noncurrentVersionExpiration": {"days": 30},
        "abortIncompleteMultipartUploadDays": 7,
    },
    {
        "id": "tagged",
        "enabled": False,
        "tags": {"class": "draft", "keepFor": "a_day"},
        "expiration": {"date": "2030-01-31"},
    },
    {"enabled": True, "prefix": "tmp/", "expiration": {"expiredObjectDeleteMarker": True}},
    {"enabled": True, "abortIncompleteMultipartUploadDays": 7},
]
DESTINATION: Object = {
    "bucket": Code("copies.arn"),
    "storageClass": "STANDARD_IA",
    "accountId": "210987654321",
    "accessControlTranslation": {"owner": "Destination"},
    "replicaKmsKeyId": Code("key.arn"),
    "metrics": {"status": "Enabled", "minutes": 15},
    "replicationTime": {"status": "Enabled", "minutes": 15},
}
REPLICATION: Object = {
    "role": Code("role.arn"),
    "rules": [
        {
            "id": "raw",
            "status": "Enabled",
            "priority": 1,
            "filter": {"prefix": "raw/", "tags": {"class": "raw"}},
            "deleteMarkerReplicationStatus": "Enabled",
            "sourceSelectionCriteria": {"sseKmsEncryptedObjects": {"enabled": True}},
            "destination": DESTINATION,
        },
        {
            "id": "rest",
            "status": "Disabled",
            "priority": 2,
            "filter": {"prefix": ""},
            "destination": {"bucket": Code("copies.arn"), "metrics": {"status": "Disabled", "minutes": 15}},
        },
    ],
}
ENCRYPTION: Object = {
    "rule": {
        "applyServerSideEncryptionByDefault": {"sseAlgorithm": "aws:kms", "kmsMasterKeyId": Code("key.arn")},
        "bucketKeyEnabled": False,
    }
}
CORS: Json = [
    {"allowedMethods": ["GET", "HEAD"], "allowedOrigins": ["*"], "exposeHeaders": ["ETag"], "maxAgeSeconds": 3600},
    {"allowedMethods": ["PUT"], "allowedOrigins": ["https://example.com"], "allowedHeaders": ["*"]},
]
GRANTS: Json = [
    {"type": "CanonicalUser", "id": "partner", "permissions": ["READ", "READ_ACP"]},
    {"type": "Group", "uri": "http://acs.amazonaws.com/groups/s3/LogDelivery", "permissions": ["WRITE"]},
]
LOCK: Object = {"objectLockEnabled": "Enabled", "rule": {"defaultRetention": {"mode": "GOVERNANCE", "days": 7}}}
VERSIONED: Object = {"versioning": {"enabled": True}}
WEBSITE: Object = {"indexDocument": "index.html", "errorDocument": "404.html", "routingRules": document([OLD, GONE])}

OWNERSHIP = Code(
    'aws.s3.BucketOwnershipControls("own", bucket=data.id, rule={"object_ownership": "ObjectWriter"})',
    'new aws.s3.BucketOwnershipControls("own", { bucket: data.id, rule: { objectOwnership: "ObjectWriter" } });',
)
SITE = Code(
    'site = aws.s3.Bucket{V2}("site")\n'
    'aws.s3.BucketLogging{V2}("site-logs", bucket=site.id, target_bucket=data.id, target_prefix="site/")',
    'const site = new aws.s3.Bucket{V2}("site");\n'
    'new aws.s3.BucketLogging{V2}("site-logs", { bucket: site.id, targetBucket: data.id, targetPrefix: "site/" });',
)
TRAIL = Code(
    'aws.cloudtrail.Trail("audit", s3_bucket_name=data.id)',
    'new aws.cloudtrail.Trail("audit", { s3BucketName: data.id });',
)
BALANCER = Code(
    'aws.lb.LoadBalancer("front", subnets=["subnet-1"], access_logs={"bucket": data.bucket, "enabled": True})',
    'new aws.lb.LoadBalancer("front", { subnets: ["subnet-1"], accessLogs: { bucket: data.bucket, enabled: true } });',
)
CHANNEL = Code(
    'aws.cfg.DeliveryChannel("config", s3_bucket_name=data.id, opts=pulumi.ResourceOptions(depends_on=[role]))',
    'new aws.cfg.DeliveryChannel("config", { s3BucketName: data.id }, { dependsOn: [role] });',
)
INVENTORY = Code(
    'aws.s3.Inventory("stock", bucket=copies.id, included_object_versions="All", schedule={"frequency": "Daily"},\n'
    '    destination={"bucket": {"bucket_arn": data.arn, "format": "CSV"}})',
    'new aws.s3.Inventory("stock", { bucket: copies.id, includedObjectVersions: "All",\n'
    '    schedule: { frequency: "Daily" }, destination: { bucket: { bucketArn: data.arn, format: "CSV" } } });',
)
SHUT = Code(
    'aws.s3.BucketPublicAccessBlock("shut", bucket=data.id, opts=pulumi.ResourceOptions(parent=data))',
    'new aws.s3.BucketPublicAccessBlock("shut", { bucket: data.id }, { parent: data });',
)
PROVIDER = Code(
    'eu = aws.Provider("eu", region="eu-west-1")', 'const eu = new aws.Provider("eu", { region: "eu-west-1" });'
)
EVERYTHING: Object = VERSIONED | {
    "serverSideEncryptionConfiguration": ENCRYPTION,
    "lifecycleRules": LIFECYCLE,
    "logging": {"targetBucket": Code("logs.id"), "targetPrefix": "data/"},
    "corsRules": CORS,
    "website": WEBSITE,
    "accelerationStatus": "Enabled",
    "requestPayer": "Requester",
    "acl": "public-read",
    "policy": POLICY,
    "objectLockConfiguration": LOCK,
    "replicationConfiguration": REPLICATION,
}


def switched(title: str, switch: Code) -> Setting:
    """Everything that can be switched on and off hangs on one switch."""
    encrypted: Json = {"sseKmsEncryptedObjects": {"enabled": Code("is_on")}}
    rule: Json = {
        "status": "Enabled",
        "filter": {"prefix": ""},
        "sourceSelectionCriteria": encrypted,
        "destination": {"bucket": Code("copies.arn")},
    }
    inputs: Object = {
        "versioning": {"enabled": Code("is_on")},
        "lifecycleRules": [{"id": "all", "enabled": Code("is_on"), "expiration": {"days": 30}}],
        "replicationConfiguration": {"role": Code("role.arn"), "rules": [rule]},
    }
    return Setting(title, inputs, before=(switch, ROLE, COPIES))


SETTINGS = (
    Setting("versioning on", VERSIONED),
    Setting("versioning off", {"versioning": {"enabled": False}, "accelerationStatus": "Suspended"}),
    Setting("versioning with MFA delete", {"versioning": {"enabled": True, "mfaDelete": True}}),
    Setting("encryption", {"serverSideEncryptionConfiguration": ENCRYPTION}, before=(KEY,)),
    Setting("lifecycle", {"lifecycleRules": LIFECYCLE}),
    Setting("lifecycle and versioning", VERSIONED | {"lifecycleRules": LIFECYCLE}),
    Setting("logging", {"logging": {"targetBucket": Code("logs.id"), "targetPrefix": "data/"}}, before=(LOGS,)),
    Setting("logging without a prefix", {"logging": {"targetBucket": Code("logs.bucket")}}, before=(LOGS,)),
    Setting("CORS", {"corsRules": CORS}),
    Setting("website", {"website": WEBSITE}, after=(ENDPOINT,)),
    Setting("website elsewhere", {"website": {"redirectAllRequestsTo": "https://example.com/a?b"}}, after=(ENDPOINT,)),
    Setting(
        "website with routing rules in objects",
        {"website": {"indexDocument": "index.html", "routingRules": [OLD, GONE]}},
        majors=(6,),
        languages=("ts",),
        forms=frozenset({"literals", "a variable"}),
    ),
    Setting("acceleration", {"accelerationStatus": "Enabled"}),
    Setting("request payer", {"requestPayer": "Requester"}),
    Setting("the default ACL beside versioning", VERSIONED | {"acl": "private"}),
    Setting("ACL", {"acl": "public-read"}),
    Setting("ACL with ownership controls", {"acl": "public-read"}, after=(OWNERSHIP,)),
    Setting("ACL for logs", {"acl": "log-delivery-write"}, after=(SITE,)),
    Setting(
        "ACL for inline logs",
        {"acl": "log-delivery-write"},
        after=(Bucket("site", {"logging": {"targetBucket": Code("data.id"), "targetPrefix": "site/"}}),),
    ),
    Setting("grants", {"grants": GRANTS}),
    Setting("grants elsewhere", {"grants": GRANTS}, before=(PROVIDER,), options=Code("provider=eu", "provider: eu")),
    Setting("policy", {"policy": POLICY}),
    Setting(
        "policy that others need",
        {"policy": POLICY},
        before=(ROLE, COPIES),
        after=(TRAIL, BALANCER, CHANNEL, INVENTORY),
    ),
    Setting(
        "replication",
        VERSIONED | {"replicationConfiguration": REPLICATION},
        before=(ROLE, KEY, COPIES),
    ),
    Setting(
        "replication of version 1",
        VERSIONED
        | {
            "replicationConfiguration": {
                "role": Code("role.arn"),
                "rules": [{"id": "all", "status": "Enabled", "destination": {"bucket": Code("copies.arn")}}],
            }
        },
        before=(ROLE, COPIES),
    ),
    Setting("object lock", VERSIONED | {"objectLockConfiguration": LOCK}),
    Setting("object lock without a rule", {"objectLockConfiguration": {"objectLockEnabled": "Enabled"}}),
    Setting("everything", EVERYTHING, before=(ROLE, KEY, LOGS, COPIES), after=(TRAIL, ENDPOINT)),
    Setting("the region", VERSIONED | {"region": "eu-west-1", "acl": "public-read"}, majors=(7,)),
    Setting(
        "options",
        {"versioning": {"enabled": True}, "lifecycleRules": LIFECYCLE, "tags": {"a": "b"}},
        before=(ROLE, PROVIDER),
        options=Code(
            "protect=True, retain_on_delete=True, depends_on=[role], provider=eu, "
            'ignore_changes=["lifecycleRules", "tags"]',
            "protect: true, retainOnDelete: true, dependsOn: [role], provider: eu, "
            'ignoreChanges: ["lifecycleRules", "tags"]',
        ),
    ),
    Setting("a parent", VERSIONED, before=(ROLE,), after=(SHUT,), options=Code("parent=role", "parent: role")),
    switched(
        "a switch that is on", Code('is_on = pulumi.get_stack() == "dev"', 'const isOn = pulumi.getStack() === "dev";')
    ),
    switched(
        "a switch that is off", Code('is_on = pulumi.get_stack() == "x"', 'const isOn = pulumi.getStack() === "x";')
    ),
    switched(
        "an output that is on", Code("is_on = pulumi.Output.from_input(True)", "const isOn = pulumi.output(true);")
    ),
    switched(
        "an output that is off", Code("is_on = pulumi.Output.from_input(False)", "const isOn = pulumi.output(false);")
    ),
)
