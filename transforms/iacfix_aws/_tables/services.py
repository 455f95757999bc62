"""Services of AWS: how their principals are called."""

from __future__ import annotations

PRINCIPALS = {
    "codebuild.amazonaws.com": "Principals.CodeBuildPrincipal",
    "codepipeline.amazonaws.com": "Principals.CodePipelinePrincipal",
}
"""Constants of the provider's package for principals of services."""
