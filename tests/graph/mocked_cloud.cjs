// What the mocked cloud answers to a program in Node: the same as mocked_cloud.py, so that both languages keep the
// same promises.

"use strict";

const REGION = "eu-central-1";
const ACCOUNT = "123456789012";

const resourceId = (name) => `${name}-id`;

/** The outputs of a resource: its inputs, and what the cloud would add. */
function outputs(kind, name, inputs) {
  const service = kind.includes(":") ? kind.split(":")[1].split("/")[0] : "pulumi";
  const identity = resourceId(name);
  return {
    arn: `arn:aws:${service}:${REGION}:${ACCOUNT}:${identity}`,
    name: `${name}-a1b2c3`,
    accountId: ACCOUNT,
    region: REGION,
    ...(kind.startsWith("aws:s3/bucket") ? bucket(kind, identity, inputs) : ADDED[kind]?.(identity)),
    ...inputs,
  };
}

/** A bucket, or one of the resources that configure it: their website endpoint must be the bucket's own. */
function bucket(kind, identity, inputs) {
  const owner = /:Bucket(V2)?$/.test(kind) ? identity : (inputs.bucket ?? identity);
  return {
    arn: `arn:aws:s3:::${owner}`,
    bucket: owner,
    bucketDomainName: `${owner}.s3.amazonaws.com`,
    bucketRegionalDomainName: `${owner}.s3.${REGION}.amazonaws.com`,
    hostedZoneId: "Z21DNDUVLTQW6Q",
    websiteDomain: `s3-website.${REGION}.amazonaws.com`,
    websiteEndpoint: `${owner}.s3-website.${REGION}.amazonaws.com`,
  };
}

const ADDED = {
  "aws:kms/key:Key": (identity) => ({ keyId: identity }),
  "aws:codecommit/repository:Repository": (identity) => ({
    cloneUrlHttp: `https://git-codecommit.${REGION}.amazonaws.com/v1/repos/${identity}`,
  }),
  "aws:cloudfront/distribution:Distribution": () => ({
    domainName: "d111111abcdef8.cloudfront.net",
    hostedZoneId: "Z2FDTNDATAQYW2",
  }),
  "aws:route53/zone:Zone": () => ({ zoneId: "Z0123456789", nameServers: ["ns-1.awsdns-01.org"] }),
  "aws:cloudwatch/dashboard:Dashboard": (identity) => ({
    dashboardArn: `arn:aws:cloudwatch::${ACCOUNT}:dashboard/${identity}`,
  }),
};

/** Who owns what this provider makes; each provider has an account of its own. */
const canonicalUser = (provider) => `canonical-${provider.split("::").pop() || "default"}`;

/** What a provider function returns, asked through a provider given by its urn. */
function answer(token, inputs, provider = "") {
  if (token === "aws:s3/getCanonicalUserId:getCanonicalUserId") {
    return { id: canonicalUser(provider), displayName: "dev" };
  }
  return ANSWERS[token.split(":").pop()]?.(inputs) ?? inputs;
}

const ANSWERS = {
  getRegion: () => ({
    id: REGION,
    name: REGION,
    region: REGION,
    description: "Europe (Frankfurt)",
    endpoint: `ec2.${REGION}.amazonaws.com`,
  }),
  getCallerIdentity: () => ({
    id: ACCOUNT,
    accountId: ACCOUNT,
    arn: `arn:aws:iam::${ACCOUNT}:user/dev`,
    userId: "AIDAEXAMPLE",
  }),
  getPartition: () => ({
    id: "aws",
    partition: "aws",
    dnsSuffix: "amazonaws.com",
    reverseDnsPrefix: "com.amazonaws",
  }),
  getZone: (inputs) => ({
    id: "Z0123456789",
    zoneId: "Z0123456789",
    arn: "arn:aws:route53:::hostedzone/Z0123456789",
    ...inputs,
  }),
  getPolicyDocument: ({ statements = [] }) => ({
    id: "1",
    json: JSON.stringify({ Version: "2012-10-17", Statement: statements.map(statement) }),
  }),
};

/** A statement as the provider renders it. */
function statement({ sid, effect = "Allow", actions, resources, principals, conditions }) {
  const condition = {};
  for (const { test, variable, values } of conditions ?? []) {
    condition[test] = { ...condition[test], [variable]: values };
  }
  return {
    Sid: sid,
    Effect: effect,
    Action: actions,
    Resource: resources,
    Principal: principals && Object.fromEntries(principals.map(({ type, identifiers }) => [type, identifiers])),
    Condition: conditions && condition,
  };
}

module.exports = { answer, outputs, resourceId };
