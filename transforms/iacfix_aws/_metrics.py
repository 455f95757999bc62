"""What is known of the metrics of AWS: when they arrive."""

from __future__ import annotations

ALWAYS_THERE = (
    "CPUUtilization",
    "MemoryUtilization",
    "StatusCheckFailed",
    "HealthyHostCount",
    "FreeStorageSpace",
    "FreeableMemory",
    "RunningTaskCount",
    "HealthCheckStatus",
    "SuccessPercent",
    "DatabaseConnections",
    "disk_used_percent",
    "mem_used_percent",
)
"""Metrics that arrive all the time, by the beginning of their names: silence is a failure there."""
SPARSE = frozenset(
    {
        "AWS/ApiGateway",
        "AWS/ApplicationELB",
        "AWS/CodeBuild",
        "AWS/CodePipeline",
        "AWS/Events",
        "AWS/Lambda",
        "AWS/SNS",
        "AWS/SQS",
        "AWS/States",
    }
)
"""Namespaces whose metrics only arrive when something happens."""

SILENCE_IS_FAILURE = frozenset({"HealthyHostCount", "RunningTaskCount"})
"""Metrics of which too little means trouble, and none at all the worst of it."""
