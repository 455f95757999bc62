"""What the mocked cloud answers: ids, arns, endpoints, and the results of provider functions.

The same resource always gets the same answers, so that two runs differ only where their programs do.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TypeAlias

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"
Object: TypeAlias = "dict[str, Json]"

REGION = "eu-central-1"
ACCOUNT = "123456789012"


def resource_id(name: str) -> str:
    return f"{name}-id"


def outputs(kind: str, name: str, inputs: Object) -> Object:
    """The outputs of a resource of type `kind`: its inputs, and what the cloud would add."""
    service = kind.split(":")[1].split("/")[0] if ":" in kind else "pulumi"
    identity = resource_id(name)
    made: Object = {
        "arn": f"arn:aws:{service}:{REGION}:{ACCOUNT}:{identity}",
        "name": f"{name}-a1b2c3",
        "accountId": ACCOUNT,
        "region": REGION,
    }
    if kind.startswith("aws:s3/bucket"):
        made |= _bucket(kind, identity, inputs)
    elif kind == "aws:kms/key:Key":
        made["keyId"] = identity
    elif kind == "aws:codecommit/repository:Repository":
        made["cloneUrlHttp"] = f"https://git-codecommit.{REGION}.amazonaws.com/v1/repos/{identity}"
    elif kind == "aws:cloudfront/distribution:Distribution":
        made |= {"domainName": "d111111abcdef8.cloudfront.net", "hostedZoneId": "Z2FDTNDATAQYW2"}
    elif kind == "aws:acm/certificate:Certificate":
        made["domainValidationOptions"] = [_validation(inputs)]
    elif kind == "aws:route53/zone:Zone":
        made |= {"zoneId": "Z0123456789", "nameServers": ["ns-1.awsdns-01.org"]}
    elif kind == "aws:cloudwatch/dashboard:Dashboard":
        made["dashboardArn"] = f"arn:aws:cloudwatch::{ACCOUNT}:dashboard/{identity}"
    return made | inputs


def canonical_user(provider: str) -> str:
    """Who owns what this provider makes; each provider has an account of its own."""
    return f"canonical-{provider.rsplit('::', 1)[-1] or 'default'}"


def answer(function: str, args: Object, provider: str = "") -> Object:
    """What a provider function returns, asked through a provider given by its urn."""
    if function == "aws:s3/getCanonicalUserId:getCanonicalUserId":
        return {"id": canonical_user(provider), "displayName": "dev"}
    answered = _ANSWERS.get(function.rsplit(":", 1)[-1])
    return answered(args) if answered else dict(args)


def _bucket(kind: str, identity: str, inputs: Object) -> Object:
    """A bucket, or one of the resources that configure it: their website endpoint must be the bucket's own."""
    bucket = identity if kind.endswith((":Bucket", ":BucketV2")) else inputs.get("bucket", identity)
    return {
        "arn": f"arn:aws:s3:::{bucket}",
        "bucket": bucket,
        "bucketDomainName": f"{bucket}.s3.amazonaws.com",
        "bucketRegionalDomainName": f"{bucket}.s3.{REGION}.amazonaws.com",
        "hostedZoneId": "Z21DNDUVLTQW6Q",
        "websiteDomain": f"s3-website.{REGION}.amazonaws.com",
        "websiteEndpoint": f"{bucket}.s3-website.{REGION}.amazonaws.com",
    }


def _validation(inputs: Object) -> Object:
    domain = f"{inputs.get('domainName')}"
    return {
        "domainName": domain,
        "resourceRecordName": f"_x1.{domain}.",
        "resourceRecordType": "CNAME",
        "resourceRecordValue": "_x2.acm-validations.aws.",
    }


def _region(_: Object) -> Object:
    return {
        "id": REGION,
        "name": REGION,
        "region": REGION,
        "description": "Europe (Frankfurt)",
        "endpoint": f"ec2.{REGION}.amazonaws.com",
    }


def _identity(_: Object) -> Object:
    return {"id": ACCOUNT, "accountId": ACCOUNT, "arn": f"arn:aws:iam::{ACCOUNT}:user/dev", "userId": "AIDAEXAMPLE"}


def _partition(_: Object) -> Object:
    return {"id": "aws", "partition": "aws", "dnsSuffix": "amazonaws.com", "reverseDnsPrefix": "com.amazonaws"}


def _zones(_: Object) -> Object:
    return {"id": REGION, "names": [f"{REGION}{letter}" for letter in "abc"], "zoneIds": ["euc1-az1", "euc1-az2"]}


def _hosted_zone(args: Object) -> Object:
    return {"id": "Z0123456789", "zoneId": "Z0123456789", "arn": "arn:aws:route53:::hostedzone/Z0123456789", **args}


def _policy_document(args: Object) -> Object:
    written = args.get("statements")
    statements = [_statement(each) for each in written] if isinstance(written, list) else []
    return {"id": "1", "json": json.dumps({"Version": "2012-10-17", "Statement": statements})}


def _statement(written: Json) -> Json:
    """A statement as the provider renders it."""
    if not isinstance(written, dict):
        return written
    rendered: Object = {"Effect": written.get("effect", "Allow")}
    for key, name in {"sid": "Sid", "actions": "Action", "resources": "Resource"}.items():
        if key in written:
            rendered[name] = written[key]
    principals = written.get("principals")
    if isinstance(principals, list):
        rendered["Principal"] = {
            f"{each['type']}": each["identifiers"] for each in principals if isinstance(each, dict)
        }
    conditions = written.get("conditions")
    if isinstance(conditions, list):
        rendered["Condition"] = _conditions(conditions)
    return rendered


def _conditions(written: list[Json]) -> Object:
    rendered: dict[str, Object] = {}
    for each in written:
        if isinstance(each, dict):
            rendered.setdefault(f"{each['test']}", {})[f"{each['variable']}"] = each["values"]
    return {operator: dict(operands) for operator, operands in rendered.items()}


_ANSWERS: dict[str, Callable[[Object], Object]] = {
    "getRegion": _region,
    "getCallerIdentity": _identity,
    "getPartition": _partition,
    "getAvailabilityZones": _zones,
    "getZone": _hosted_zone,
    "getPolicyDocument": _policy_document,
}
