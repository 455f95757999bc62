"""The comparison itself: it must see every wrong rewrite that is put in front of it."""

from __future__ import annotations

import json
from collections.abc import Callable
from copy import deepcopy

import pytest

from graph.compare import compare
from graph.mocked_cloud import Json
from graph.promises import PROMISES
from graph.registered import Graph, Invoked, Registered

STACK = "urn:pulumi:dev::proj::pulumi:pulumi:Stack::proj-dev"


def registered(kind: str, name: str, inputs: dict[str, Json], needs: tuple[str, ...] = ()) -> Registered:
    return Registered(
        type=kind,
        name=name,
        urn=urn(kind, name),
        parent=STACK,
        provider="",
        inputs=inputs,
        dependencies=list(needs),
        options={},
    )


def urn(kind: str, name: str) -> str:
    return f"urn:pulumi:dev::proj::{kind}::{name}"


BUCKET = "aws:s3/bucket:Bucket"
BUCKET_V2 = "aws:s3/bucketV2:BucketV2"


def graph(*resources: Registered, major: int = 7) -> Graph:
    region = Invoked(function="aws:index/getRegion:getRegion", args={}, provider="")
    return Graph(major=major, resources=list(resources), invokes=[region], exports={"bucket": "lake-id"})


def weak(major: int = 7) -> Graph:
    inline: dict[str, Json] = {
        "tags": {"home": "us-east-1"},
        "versioning": {"enabled": True},
        "lifecycleRules": [
            {"enabled": True, "expiration": {"days": 30}},
            {"enabled": False, "id": "tmp", "prefix": "tmp/", "noncurrentVersionExpiration": {"days": 7}},
        ],
    }
    return graph(registered(BUCKET, "lake", inline), *others("us-east-1", {}), major=major)


def fixed(major: int = 7) -> Graph:
    v2 = "V2" if major == 6 else ""
    kind = BUCKET_V2 if major == 6 else BUCKET
    bucket = urn(kind, "lake")
    parts = (
        registered(
            f"aws:s3/bucketVersioning{v2}:BucketVersioning{v2}",
            "lake-versioning",
            {"bucket": "lake-id", "versioningConfiguration": {"status": "Enabled"}},
            (bucket,),
        ),
        registered(
            f"aws:s3/bucketLifecycleConfiguration{v2}:BucketLifecycleConfiguration{v2}",
            "lake-lifecycle",
            {
                "bucket": "lake-id",
                "rules": [
                    {"id": "rule-1", "status": "Enabled", "filter": {"prefix": ""}, "expiration": {"days": 30}},
                    {
                        "id": "tmp",
                        "status": "Disabled",
                        "filter": {"prefix": "tmp/"},
                        "noncurrentVersionExpiration": {"noncurrentDays": 7},
                    },
                ],
            },
            (bucket, urn(f"aws:s3/bucketVersioning{v2}:BucketVersioning{v2}", "lake-versioning")),
        ),
    )
    return graph(
        registered(kind, "lake", {"tags": {"home": "us-east-1"}}),
        *parts,
        *others("eu-central-1", {"treatMissingData": "notBreaching"}),
        major=major,
    )


def others(region: str, treated: dict[str, Json]) -> tuple[Registered, ...]:
    """A topic, a policy document and an alarm beside the bucket."""
    statement = {"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": f"arn:aws:sqs:{region}:123456789012:jobs"}
    alarm: dict[str, Json] = {"comparisonOperator": "GreaterThanThreshold", "metricName": "Errors", **treated}
    return (
        registered("aws:sns/topic:Topic", "news", {"name": "news-us-east-1"}),
        registered("aws:iam/rolePolicy:RolePolicy", "send", {"policy": json.dumps({"Statement": [statement]})}),
        registered("aws:cloudwatch/metricAlarm:MetricAlarm", "errors", alarm),
    )


def find(graph: Graph, name: str) -> Registered:
    return next(resource for resource in graph["resources"] if resource["name"] == name)


def lifecycle(graph: Graph) -> list[dict[str, Json]]:
    rules = find(graph, "lake-lifecycle")["inputs"]["rules"]
    assert isinstance(rules, list)
    return [rule for rule in rules if isinstance(rule, dict)]


def lose_a_resource(graph: Graph) -> None:
    graph["resources"].remove(find(graph, "news"))


def lose_a_part(graph: Graph) -> None:
    graph["resources"].remove(find(graph, "lake-lifecycle"))


def rename_a_resource(graph: Graph) -> None:
    topic = find(graph, "news")
    topic.update(name="headlines", urn=topic["urn"].replace("news", "headlines"))


def add_a_resource(graph: Graph) -> None:
    graph["resources"].append(registered("aws:sns/topic:Topic", "more", {}))


def drop_a_lifecycle_rule(graph: Graph) -> None:
    find(graph, "lake-lifecycle")["inputs"]["rules"] = [lifecycle(graph)[0]]


def change_days(graph: Graph) -> None:
    lifecycle(graph)[0]["expiration"] = {"days": 31}


def widen_a_filter(graph: Graph) -> None:
    lifecycle(graph)[1]["filter"] = {"prefix": ""}


def enable_a_rule(graph: Graph) -> None:
    lifecycle(graph)[1]["status"] = "Enabled"


def double_an_id(graph: Graph) -> None:
    lifecycle(graph)[0]["id"] = "tmp"


def suspend_versioning(graph: Graph) -> None:
    find(graph, "lake-versioning")["inputs"]["versioningConfiguration"] = {"status": "Suspended"}


def keep_versioning_inline_as_well(graph: Graph) -> None:
    find(graph, "lake")["inputs"]["versioning"] = {"enabled": True}


def configure_another_bucket(graph: Graph) -> None:
    find(graph, "lake-versioning")["inputs"]["bucket"] = "pond-id"


def name_a_bucket_that_is_not_awaited(graph: Graph) -> None:
    find(graph, "lake-versioning")["dependencies"] = []


def move_a_part_to_another_provider(graph: Graph) -> None:
    find(graph, "lake-versioning")["provider"] = urn("pulumi:providers:aws", "other")


def drop_tags(graph: Graph) -> None:
    find(graph, "lake")["inputs"] = {}


def protect_the_bucket(graph: Graph) -> None:
    find(graph, "lake")["options"] = {"protect": True}


def replace_a_region_in_a_name(graph: Graph) -> None:
    find(graph, "news")["inputs"]["name"] = "news-eu-central-1"


def replace_a_region_in_a_tag(graph: Graph) -> None:
    find(graph, "lake")["inputs"]["tags"] = {"home": "eu-central-1"}


def choose_another_region(graph: Graph) -> None:
    policy = find(graph, "send")["inputs"]
    policy["policy"] = str(policy["policy"]).replace("eu-central-1", "eu-west-1")


def put_an_output_into_the_document(graph: Graph) -> None:
    text = "Calling __str__ on an Output[T] is not supported."
    find(graph, "send")["inputs"]["policy"] = json.dumps({"Statement": [{"Resource": text}]})


def widen_the_document(graph: Graph) -> None:
    find(graph, "send")["inputs"]["policy"] = json.dumps({"Statement": [{"Effect": "Allow", "Action": "*"}]})


def treat_missing_data_the_other_way(graph: Graph) -> None:
    find(graph, "errors")["inputs"]["treatMissingData"] = "breaching"


def turn_an_alarm_round(graph: Graph) -> None:
    find(graph, "errors")["inputs"]["comparisonOperator"] = "LessThanThreshold"


def forget_a_lookup(graph: Graph) -> None:
    graph["invokes"].clear()


def change_an_export(graph: Graph) -> None:
    graph["exports"]["bucket"] = "pond-id"


WRONG = [
    lose_a_resource,
    lose_a_part,
    rename_a_resource,
    add_a_resource,
    drop_a_lifecycle_rule,
    change_days,
    widen_a_filter,
    enable_a_rule,
    double_an_id,
    suspend_versioning,
    keep_versioning_inline_as_well,
    configure_another_bucket,
    name_a_bucket_that_is_not_awaited,
    move_a_part_to_another_provider,
    drop_tags,
    protect_the_bucket,
    replace_a_region_in_a_name,
    replace_a_region_in_a_tag,
    choose_another_region,
    put_an_output_into_the_document,
    widen_the_document,
    treat_missing_data_the_other_way,
    turn_an_alarm_round,
    forget_a_lookup,
    change_an_export,
]


@pytest.mark.parametrize("major", [6, 7])
@pytest.mark.parametrize("spoil", WRONG, ids=lambda spoil: spoil.__name__.replace("_", "-"))
def test_a_wrong_rewrite_is_seen(spoil: Callable[[Graph], None], major: int) -> None:
    wrong = deepcopy(fixed(major))
    spoil(wrong)
    assert compare(weak(major), wrong, PROMISES) != []


@pytest.mark.parametrize("major", [6, 7])
def test_a_right_rewrite_passes(major: int) -> None:
    assert compare(weak(major), fixed(major), PROMISES) == []


@pytest.mark.parametrize("major", [6, 7])
def test_no_rewrite_passes(major: int) -> None:
    assert compare(weak(major), weak(major), PROMISES) == []


def test_nothing_passes_that_no_allowed_rule_promises() -> None:
    found = compare(weak(), fixed(), ["hardcoded-region", "unset-missing-data"])
    assert found == [
        f"{urn(BUCKET, 'lake')}: lifecycleRules changes from "
        '[{"enabled": true, "expiration": {"days": 30}}, {"enabled": false, "id": "tmp", "prefix": "tmp/", '
        '"noncurrentVersionExpiration": {"days": 7}}] to nothing',
        f'{urn(BUCKET, "lake")}: versioning changes from {{"enabled": true}} to nothing',
        f"{find(fixed(), 'lake-lifecycle')['urn']}: is new",
        f"{find(fixed(), 'lake-versioning')['urn']}: is new",
    ]


def test_a_bucket_keeps_its_type_under_major_7() -> None:
    wrong = fixed(6)
    wrong["major"] = 7
    assert compare(weak(7), wrong, PROMISES) != []


def test_a_bucket_changes_its_type_under_major_6() -> None:
    wrong = fixed(7)
    wrong["major"] = 6
    assert compare(weak(6), wrong, PROMISES) != []
