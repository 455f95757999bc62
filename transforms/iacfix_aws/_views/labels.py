"""Labels for metrics: from a table for irregular names, else made of the words of the name."""

from __future__ import annotations

import re
from collections.abc import Sequence

LABELS = {
    "4XXError": "4XX errors",
    "4xx": "4XX errors",
    "5XXError": "5XX errors",
    "5xx": "5XX errors",
    "AllRequests": "All requests",
    "ApproximateAgeOfOldestMessage": "Age of oldest message",
    "ApproximateNumberOfMessagesDelayed": "Messages delayed",
    "ApproximateNumberOfMessagesNotVisible": "Messages in flight",
    "ApproximateNumberOfMessagesVisible": "Messages visible",
    "ActiveConnectionCount": "Active connections",
    "ActiveFlowCount": "Active flows",
    "BinLogDiskUsage": "Binary log disk usage",
    "BucketSizeBytes": "Bucket size (bytes)",
    "CacheHitCount": "Cache hits",
    "CacheMissCount": "Cache misses",
    "ClientTLSNegotiationErrorCount": "Client TLS negotiation errors",
    "CurrConnections": "Current connections",
    "CurrItems": "Current items",
    "DatabaseMemoryUsagePercentage": "Memory usage (%)",
    "DeleteRequests": "DELETE requests",
    "DeliveryToS3.DataFreshness": "Delivery to S3 data freshness",
    "DeliveryToS3.Records": "Records delivered to S3",
    "DeliveryToS3.Success": "Delivery to S3 success",
    "DesiredTaskCount": "Desired tasks",
    "DiskReadOps": "Disk read operations",
    "DiskWriteOps": "Disk write operations",
    "EBSByteBalance%": "EBS byte balance (%)",
    "EBSIOBalance%": "EBS I/O balance (%)",
    "ErrorPortAllocation": "Port allocation errors",
    "GetRecords.IteratorAge": "Iterator age",
    "GetRecords.IteratorAgeMilliseconds": "Iterator age (ms)",
    "GetRequests": "GET requests",
    "GroupDesiredCapacity": "Desired capacity",
    "GroupInServiceInstances": "In-service instances",
    "GroupMaxSize": "Maximum size",
    "GroupMinSize": "Minimum size",
    "GroupPendingInstances": "Pending instances",
    "GroupTerminatingInstances": "Terminating instances",
    "GroupTotalInstances": "Total instances",
    "HeadRequests": "HEAD requests",
    "HealthCheckPercentageHealthy": "Healthy checkers (%)",
    "HealthyHostCount": "Healthy hosts",
    "InputTokenCount": "Input tokens",
    "InvocationsSentToDlq": "Invocations sent to DLQ",
    "ListRequests": "LIST requests",
    "MillisBehindLatest": "Behind latest (ms)",
    "NetworkRxBytes": "Network bytes received",
    "NetworkTxBytes": "Network bytes sent",
    "NewConnectionCount": "New connections",
    "NewFlowCount": "New flows",
    "OutputTokenCount": "Output tokens",
    "PacketsDropCount": "Packets dropped",
    "PendingTaskCount": "Pending tasks",
    "PercentIOLimit": "I/O limit (%)",
    "PercentageDiskSpaceUsed": "Disk space used (%)",
    "PostRequests": "POST requests",
    "PutRequests": "PUT requests",
    "ReadProvisionedThroughputExceeded": "Read throughput exceeded",
    "RejectedConnectionCount": "Rejected connections",
    "RequestCount": "Requests",
    "RequestCountPerTarget": "Requests per target",
    "ReturnedItemCount": "Returned items",
    "RunningTaskCount": "Running tasks",
    "SignInSuccesses": "Sign-in successes",
    "SignInThrottles": "Sign-in throttles",
    "SignUpSuccesses": "Sign-up successes",
    "SignUpThrottles": "Sign-up throttles",
    "StatusCheckFailed_Instance": "Instance check failed",
    "StatusCheckFailed_System": "System check failed",
    "TCP_Client_Reset_Count": "Client TCP resets",
    "TCP_ELB_Reset_Count": "Load balancer TCP resets",
    "TCP_Target_Reset_Count": "Target TCP resets",
    "TargetConnectionErrorCount": "Target connection errors",
    "TargetTLSNegotiationErrorCount": "Target TLS negotiation errors",
    "TotalIOBytes": "Total I/O bytes",
    "UnHealthyHostCount": "Unhealthy hosts",
    "WriteProvisionedThroughputExceeded": "Write throughput exceeded",
}
"""Labels of metrics whose names make none."""
COUNTED = {"AWS/ApiGateway": "Requests"}
"""Labels of the metric `Count`, by namespace."""

CODES = re.compile(r"HTTPCode_(?P<who>Target|ELB|Backend)_(?P<code>[1-5](?:XX|\d\d))(?:_Count)?")
ANSWERED = {"Target": "Target", "ELB": "Load balancer", "Backend": "Backend"}

STATISTIC = r"p\d{2}"
WORD = re.compile(
    r"(?P<code>\d(?:XX|xx|\d\d)(?![a-z\d]))"  # a class of status codes, one of them
    rf"|{STATISTIC}(?![a-z\d])"
    r"|(?P<acronym>[A-Z]{2,}s(?![a-z])|[A-Z]+\d+|[A-Z]{2,}(?![a-z]))"
    r"|(?P<word>[A-Z]?[a-z]+)"
)
# fmt: off
ACRONYMS = frozenset(
    {
        "acu", "alb", "api", "asg", "az", "cpu", "db", "dlq", "dns", "ebs", "ec2", "ecs", "efs", "eks", "elb",
        "etl", "gpu", "http", "https", "iam", "id", "iops", "ip", "jvm", "lcu", "mfa", "nat", "nlb", "rds", "s3",
        "sdk", "sla", "slo", "sns", "sql", "sqs", "ssl", "tcp", "tls", "ttl", "udp", "url", "vpc", "vpn", "waf"
    }
)
# fmt: on
"""Words that are written in capitals, except for a plural s."""
LONG = {"avg": "average", "curr": "current", "mem": "memory", "ops": "operations", "pct": "percent", "sec": "second"}
PREFIXES = frozenset({"un", "non", "re"})
"""Prefixes that are joined with the next word, as in `UnHealthy`."""
UNITS = {"milliseconds": "ms", "millis": "ms", "ms": "ms", "seconds": "s", "percent": "%", "percentage": "%"}
# fmt: off
ALONE = frozenset(
    {
        "aborted", "allowed", "blocked", "completed", "cpu", "delivered", "dropped", "failed", "memory", "received",
        "rejected", "sent", "started", "succeeded", "successful", "throttled"
    }
)
# fmt: on
"""Words that are clear without the last word that all labels of a graph share."""


def labels(metrics: Sequence[tuple[str | None, str]]) -> list[str] | None:
    """A label for each metric of a graph, by namespace and name; None where one has no good label or two have one."""
    whole = [text for namespace, metric in metrics if (text := label(namespace, metric)) is not None]
    if len({text.lower() for text in whole}) < len(metrics):
        return None
    heads = [text.rpartition(" ")[0] for text in whole]
    is_shared = len(whole) > 1 and len({text.rpartition(" ")[2] for text in whole}) == 1
    return heads if is_shared and ALONE.issuperset(head.lower() for head in heads) else whole


def label(namespace: str | None, metric: str) -> str | None:
    """The label of a metric; None where its name cannot be split into words."""
    if metric == "Count":
        return COUNTED.get(namespace or "")
    if (match := CODES.fullmatch(metric)) is not None:
        return f"{ANSWERED[match['who']]} HTTP {match['code']}"
    if metric in LABELS:
        return LABELS[metric]
    operation, _, rest = metric.rpartition(".")
    words = _words(re.sub(r"^(?:Approximate)?NumberOf(?=[A-Z])", "", rest))
    if words is None or (operation and not re.fullmatch(r"(?:Get|Put|List|Subscribe)[A-Za-z]+", operation)):
        return None
    first, *others = [operation, *words] if operation else words
    return " ".join([first if re.fullmatch(STATISTIC, first) else first[:1].upper() + first[1:], *others])


def _words(name: str) -> list[str] | None:
    """The words of a name, spelled as inside a sentence; None where it cannot be split."""
    matches = list(WORD.finditer(name))
    if not matches or "".join(match[0] for match in matches) != re.sub(r"[_ -]", "", name):
        return None
    words: list[str] = []
    for match in matches:
        word = match[0].lower()
        if words and words[-1] in PREFIXES:
            words[-1] += word
        elif match["code"] or word.removesuffix("s") in ACRONYMS or word in ACRONYMS:
            words.append(word.upper() if word in ACRONYMS or match["code"] else f"{word[:-1].upper()}s")
        elif match["acronym"]:
            words.append(match[0])
        else:
            words.append(LONG.get(word, word))
    if len(words) > 1 and (unit := UNITS.get(words[-1])) is not None:
        words[-1] = f"({unit})"
    return words if all(len(word) > 1 for word in words) and "num" not in words else None
