"""What the lines of metrics are called."""

from __future__ import annotations

import pytest
from iacfix_aws._views.labels import label, labels


@pytest.mark.parametrize(
    ("metric", "named"),
    [
        ("Errors", "Errors"),
        ("FailedBuilds", "Failed builds"),
        ("4XXError", "4XX errors"),
        ("401ErrorRate", "401 error rate"),
        ("Invocation5XXErrors", "Invocation 5XX errors"),
        ("HTTPCode_ELB_504_Count", "Load balancer HTTP 504"),
        ("HTTPCode_Backend_4XX", "Backend HTTP 4XX"),
        ("UnHealthyNodes", "Unhealthy nodes"),
        ("CpuUtilized", "CPU utilized"),
        ("node_cpu_utilization", "Node CPU utilization"),
        ("swap_used_percent", "Swap used (%)"),
        ("EBSIOBalance%", "EBS I/O balance (%)"),
        ("WriteIOPS", "Write IOPS"),
        ("ConsumedLCUs", "Consumed LCUs"),
        ("MaximumUsedTransactionIDs", "Maximum used transaction IDs"),
        ("NumberOfMessagesSent", "Messages sent"),
        ("GetRecords.Bytes", "GetRecords bytes"),
        ("ProcessingTimeMs", "Processing time (ms)"),
        ("p99Latency", "p99 latency"),
        ("S3Requests", "S3 requests"),
        ("IPAddresses", "IP addresses"),
        ("ETLJobs", "ETL jobs"),
        ("api_errors", "API errors"),
        ("Count", None),
        ("XRayTraces", None),
        ("NumFailed", None),
        ("ClusterStatus.green", None),
        ("glue.driver.aggregate.numFailedTasks", None),
        ("Success%", None),
        ("Fehlerz\u00e4hler", None),
        ("", None),
    ],
)
def test_a_label_is_made_of_words(metric: str, named: str | None) -> None:
    assert label("Shop", metric) == named


@pytest.mark.parametrize(
    ("metrics", "named"),
    [
        (["SuccessfulBuilds", "FailedBuilds"], ["Successful", "Failed"]),
        (["CPUUtilization", "MemoryUtilization"], ["CPU", "Memory"]),
        (["AllRequests", "BlockedRequests"], ["All requests", "Blocked requests"]),
        (["Builds", "FailedBuilds"], ["Builds", "Failed builds"]),
        (["FailedBuilds"], ["Failed builds"]),
        (["RequestCount", "Requests"], None),
        (["Errors", "Count"], None),
        ([], []),
    ],
)
def test_the_labels_of_a_graph_tell_its_lines_apart(metrics: list[str], named: list[str] | None) -> None:
    assert labels([("Shop", metric) for metric in metrics]) == named
