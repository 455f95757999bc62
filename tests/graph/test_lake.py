"""The oracle of the split, against a split made by hand: it takes the right one and sees what is wrong with others."""

from __future__ import annotations

from copy import deepcopy

import pytest

from graph.compare import compare
from graph.lake import BUCKET, BUCKET_V2, divided, inline, part, registered
from graph.parts import drop, forget, named, within
from graph.slips import WRONG, Slip, add_a_bucket_key_unasked

RULE = ["inline-bucket-config"]
SOURCES = [(6, BUCKET), (7, BUCKET), (6, BUCKET_V2), (7, BUCKET_V2)]
every_source = pytest.mark.parametrize(
    ("major", "kind"), SOURCES, ids=lambda value: str(value).rsplit(":", maxsplit=1)[-1]
)


@every_source
def test_a_right_split_passes(major: int, kind: str) -> None:
    assert compare(inline(major, kind), divided(major, kind), RULE) == []


@every_source
def test_no_split_passes(major: int, kind: str) -> None:
    assert compare(inline(major, kind), inline(major, kind), RULE) == []


@every_source
@pytest.mark.parametrize("spoil", WRONG, ids=lambda spoil: spoil.__name__.replace("_", "-"))
def test_a_wrong_split_is_seen(spoil: Slip, major: int, kind: str) -> None:
    wrong = divided(major, kind)
    spoil(wrong)
    assert compare(inline(major, kind), wrong, RULE) != []


def test_the_region_is_repeated_under_major_7() -> None:
    wrong = divided(7)
    del named(wrong, "lake-policy")["inputs"]["region"]
    assert compare(inline(7), wrong, RULE) == [
        f'{named(wrong, "lake-policy")["urn"]}: region changes from "eu-west-1" to nothing'
    ]


def test_a_wait_through_others_is_a_wait() -> None:
    right = divided(7)
    forget(right, "lake-replication", "lake-versioning")
    named(right, "copies-versioning")["dependencies"].append(named(right, "lake-versioning")["urn"])
    found = compare(inline(7), right, RULE)
    assert found == [f"{named(right, 'copies')['urn']}: now depends on {named(right, 'lake')['urn']}"]


def test_the_programs_own_ownership_controls_are_enough() -> None:
    before, after = inline(7), divided(7)
    controls = named(after, "logs-ownership")
    drop(after, "logs-ownership")
    own = registered(controls["type"], "logs-own", controls["inputs"], controls["dependencies"])
    before["resources"].append(own)
    after["resources"].append(deepcopy(own))
    acl = named(after, "logs-acl")
    assert compare(before, after, RULE) == [f"{acl['urn']}: does not wait for {own['urn']}"]
    acl["dependencies"].append(own["urn"])
    assert compare(before, after, RULE) == []


def test_bucket_keys_are_demanded_where_they_are_asked_for() -> None:
    after = divided(7)
    assert compare(inline(7), after, RULE, bucket_keys=True) == [
        f"{named(after, 'lake-encryption')['urn']}: rules.0.bucketKeyEnabled changes from true to nothing"
    ]
    add_a_bucket_key_unasked(after)
    assert compare(inline(7), after, RULE, bucket_keys=True) == []


def test_grants_have_no_order() -> None:
    after = divided(7)
    grants = within(after, "share-acl", "accessControlPolicy")["grants"]
    assert isinstance(grants, list)
    grants.reverse()
    assert compare(inline(7), after, RULE) == []


def test_a_policy_may_wait_for_the_access_block() -> None:
    before, after = inline(7), divided(7)
    block = part(7, "BucketPublicAccessBlock", "lake-access", {"bucket": "lake-id"}, named(before, "lake")["urn"])
    before["resources"].append(block)
    after["resources"].append(deepcopy(block))
    assert compare(before, after, RULE) == []
    named(after, "lake-policy")["dependencies"].append(block["urn"])
    assert compare(before, after, RULE) == []


def test_a_distribution_that_logs_into_a_bucket_waits_for_its_acl() -> None:
    before, after = inline(7), divided(7)
    kind, logged = "aws:cloudfront/distribution:Distribution", {"loggingConfig": {"bucket": "logs-id.s3.amazonaws.com"}}
    for graph in (before, after):
        graph["resources"].append(registered(kind, "cdn", deepcopy(logged), [named(graph, "logs")["urn"]]))
    acl, cdn = named(after, "logs-acl"), named(after, "cdn")
    assert compare(before, after, RULE) == [f"{cdn['urn']}: does not wait for {acl['urn']}"]
    cdn["dependencies"].append(acl["urn"])
    assert compare(before, after, RULE) == []
