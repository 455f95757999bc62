"""What is known of the metrics of AWS: when they arrive, and which region keeps them."""

from __future__ import annotations

import re

ALWAYS_THERE = (
    "StatusCheckFailed",
    "HealthyHostCount",
    "FreeStorageSpace",
    "FreeableMemory",
    "RunningTaskCount",
    "HealthCheckStatus",
    "SuccessPercent",
)
"""Metrics of health that arrive all the time, by the beginning of their names: silence may be the failure there."""
LOAD = re.compile(
    r"(?!.*(?:free|available|idle|failed|rejected))"
    r".*(?:(?:cpu|acu|gpu|mem|jvm|swap|disk).*(?:utilization|utilized|reservation|usage|used|percent|percentage|pressure)"
    r"|connections|connectioncount)",
    re.IGNORECASE,
)
"""Metrics of how busy something is, by their whole names. They arrive as long as it runs: where hosts come and go
silence is normal, where one must always run it is the failure."""
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

SILENCE_IS_FAILURE = frozenset({"HealthCheckStatus", "HealthyHostCount", "RunningTaskCount"})
"""Metrics of which too little means trouble, and none at all the worst of it."""

HOME_OF_METRICS = {
    "AWS/Billing": "us-east-1",
    "AWS/CloudFront": "us-east-1",
    "AWS/DDoSProtection": "us-east-1",
    "AWS/GlobalAccelerator": "us-west-2",
    "AWS/Route53": "us-east-1",
}
"""Namespaces whose metrics are kept in one region, wherever the stack is."""
