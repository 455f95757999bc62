"""Services of AWS: which of them know no regions, and how their principals are called."""

from __future__ import annotations

PRINCIPALS = {
    "codebuild.amazonaws.com": "Principals.CodeBuildPrincipal",
    "codepipeline.amazonaws.com": "Principals.CodePipelinePrincipal",
}
"""Constants of the provider's package for principals of services."""

GLOBAL_SERVICES = frozenset(
    {
        "bcm-data-exports",
        "budgets",
        "ce",
        "cloudfront",
        "cost-optimization-hub",
        "cur",
        "ecr-public",
        "globalaccelerator",
        "health",
        "iam",
        "networkmanager",
        "organizations",
        "pricing",
        "route53",
        "route53domains",
        "savingsplans",
        "shield",
        "support",
        "waf",
    }
)
"""Services whose only region is part of their name, in ARNs, hosts and console links."""

GLOBAL_MODULES = (
    "aws.budgets.",
    "aws.cloudfront.",
    "aws.costexplorer.",
    "aws.cur.",
    "aws.ecrpublic.",
    "aws.globalaccelerator.",
    "aws.networkmanager.",
    "aws.organizations.",
    "aws.route53.",
    "aws.route53domains.",
    "aws.shield.",
    "aws.waf.",
)
"""Resources that belong to no region; what they are given may have to be in a certain one."""
