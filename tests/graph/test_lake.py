"""The oracle of the split, against a split made by hand: it takes the right one and sees what is wrong with others."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy

import pytest

from graph.compare import compare
from graph.lake import BUCKET, BUCKET_V2, divided, inline, part, registered
from graph.mocked_cloud import Json, Object
from graph.registered import Graph, Registered

RULE = ["inline-bucket-config"]
SOURCES = [(6, BUCKET), (7, BUCKET), (6, BUCKET_V2), (7, BUCKET_V2)]
every_source = pytest.mark.parametrize(
    ("major", "kind"), SOURCES, ids=lambda value: str(value).rsplit(":", maxsplit=1)[-1]
)


def named(graph: Graph, name: str) -> Registered:
    return next(each for each in graph["resources"] if each["name"] == name)


def within(graph: Graph, name: str, *path: str | int) -> Object:
    """An object among the inputs of a resource."""
    found: Json = named(graph, name)["inputs"]
    for step in path:
        match found, step:
            case dict(), str():
                found = found[step]
            case list(), int():
                found = found[step]
            case _:
                raise KeyError(step)
    assert isinstance(found, dict)
    return found


def drop(graph: Graph, name: str) -> None:
    gone = named(graph, name)
    graph["resources"].remove(gone)
    for each in graph["resources"]:
        each["dependencies"] = [urn for urn in each["dependencies"] if urn != gone["urn"]]


def forget(graph: Graph, name: str, other: str) -> None:
    """The one no longer waits for the other."""
    named(graph, name)["dependencies"].remove(named(graph, other)["urn"])


FIRST = ("lake-replication", "rules", 0)


def suspend_versioning(graph: Graph) -> None:
    within(graph, "lake-versioning", "versioningConfiguration")["status"] = "Suspended"


def lose_mfa_delete(graph: Graph) -> None:
    del within(graph, "lake-versioning", "versioningConfiguration")["mfaDelete"]


def lose_the_owner(graph: Graph) -> None:
    del within(graph, "share-acl", "accessControlPolicy")["owner"]


def take_the_owner_of_another_account(graph: Graph) -> None:
    within(graph, "share-acl", "accessControlPolicy", "owner")["id"] = "canonical-default"


def lose_a_permission(graph: Graph) -> None:
    policy = within(graph, "share-acl", "accessControlPolicy")
    assert isinstance(policy["grants"], list)
    policy["grants"].pop(1)


def grant_to_somebody_else(graph: Graph) -> None:
    within(graph, "share-acl", "accessControlPolicy", "grants", 0, "grantee")["id"] = "stranger"


def lose_the_ownership_controls(graph: Graph) -> None:
    drop(graph, "logs-ownership")


def enforce_the_owner(graph: Graph) -> None:
    within(graph, "logs-ownership", "rule")["objectOwnership"] = "BucketOwnerEnforced"


def set_the_acl_before_its_ownership_controls(graph: Graph) -> None:
    forget(graph, "logs-acl", "logs-ownership")


def open_the_acl(graph: Graph) -> None:
    named(graph, "logs-acl")["inputs"]["acl"] = "public-read"


def add_an_access_block(graph: Graph) -> None:
    lake = named(graph, "lake")["urn"]
    block = part(graph["major"], "BucketPublicAccessBlock", "logs-access", {"bucket": "logs-id"}, lake)
    graph["resources"].append(block)


def log_before_the_acl(graph: Graph) -> None:
    forget(graph, "lake-logging", "logs-acl")


def lose_the_log_prefix(graph: Graph) -> None:
    named(graph, "lake-logging")["inputs"]["targetPrefix"] = ""


def put_the_policy_on_another_bucket(graph: Graph) -> None:
    named(graph, "lake-policy")["inputs"]["bucket"] = "logs-id"


def change_the_policy(graph: Graph) -> None:
    named(graph, "lake-policy")["inputs"]["policy"] = '{"Version": "2012-10-17", "Statement": []}'


def start_the_trail_before_the_policy(graph: Graph) -> None:
    forget(graph, "audit", "lake-policy")


def take_the_trail_from_its_bucket(graph: Graph) -> None:
    named(graph, "audit")["dependencies"] = [named(graph, "logs")["urn"]]


def replicate_before_versioning(graph: Graph) -> None:
    forget(graph, "lake-replication", "lake-versioning")


def replicate_before_the_copies_are_versioned(graph: Graph) -> None:
    forget(graph, "lake-replication", "copies-versioning")


def lock_before_versioning(graph: Graph) -> None:
    forget(graph, "lake-object-lock", "lake-versioning")


def lose_the_delete_marker_status(graph: Graph) -> None:
    del within(graph, *FIRST)["deleteMarkerReplication"]


def replicate_delete_markers(graph: Graph) -> None:
    within(graph, *FIRST, "deleteMarkerReplication")["status"] = "Enabled"


def lose_the_replicated_prefix(graph: Graph) -> None:
    within(graph, *FIRST, "filter")["prefix"] = ""


def lose_the_prefix_of_version_1(graph: Graph) -> None:
    del within(graph, "lake-replication", "rules", 1)["prefix"]


def filter_a_rule_of_version_1(graph: Graph) -> None:
    rule = within(graph, "lake-replication", "rules", 1)
    rule["filter"] = {"prefix": rule.pop("prefix")}


def lose_the_minutes(graph: Graph) -> None:
    del within(graph, *FIRST, "destination", "metrics")["eventThreshold"]


def keep_the_minutes_where_they_were(graph: Graph) -> None:
    time = within(graph, *FIRST, "destination", "replicationTime")
    time["minutes"] = 15
    del time["time"]


def lose_the_account(graph: Graph) -> None:
    del within(graph, *FIRST, "destination")["account"]


def lose_the_new_owner(graph: Graph) -> None:
    del within(graph, *FIRST, "destination")["accessControlTranslation"]


def keep_the_key_where_it_was(graph: Graph) -> None:
    destination = within(graph, *FIRST, "destination")
    del destination["encryptionConfiguration"]
    destination["replicaKmsKeyId"] = "copies-key"


def replicate_no_encrypted_objects(graph: Graph) -> None:
    within(graph, *FIRST, "sourceSelectionCriteria", "sseKmsEncryptedObjects")["status"] = "Disabled"


def lose_the_priority(graph: Graph) -> None:
    del within(graph, *FIRST)["priority"]


def lose_the_key(graph: Graph) -> None:
    del within(graph, "lake-encryption", "rules", 0, "applyServerSideEncryptionByDefault")["kmsMasterKeyId"]


def name_the_key_wrongly(graph: Graph) -> None:
    default = within(graph, "lake-encryption", "rules", 0, "applyServerSideEncryptionByDefault")
    default["kmsKeyId"] = default.pop("kmsMasterKeyId")


def add_a_bucket_key_unasked(graph: Graph) -> None:
    within(graph, "lake-encryption", "rules", 0)["bucketKeyEnabled"] = True


def lose_a_tag_of_the_filter(graph: Graph) -> None:
    within(graph, "lake-lifecycle", "rules", 0)["filter"] = {"prefix": "raw/"}


def lose_the_prefix_of_the_filter(graph: Graph) -> None:
    del within(graph, "lake-lifecycle", "rules", 0, "filter", "and")["prefix"]


def expire_current_versions(graph: Graph) -> None:
    rule = within(graph, "lake-lifecycle", "rules", 0)
    rule["expiration"] = {"days": 30}
    del rule["noncurrentVersionExpiration"]


def switch_the_lock_off(graph: Graph) -> None:
    del named(graph, "lake")["inputs"]["objectLockEnabled"]


def lose_the_retention(graph: Graph) -> None:
    drop(graph, "lake-object-lock")


def retain_for_years(graph: Graph) -> None:
    retention = within(graph, "lake-object-lock", "rule", "defaultRetention")
    retention["years"] = retention.pop("days")


def notice_changes_of_the_lifecycle(graph: Graph) -> None:
    del named(graph, "lake-lifecycle")["options"]["ignoreChanges"]


def ignore_the_lifecycle_on_the_bucket(graph: Graph) -> None:
    named(graph, "lake")["options"]["ignoreChanges"] = ["tags", "lifecycleRules"]
    del named(graph, "lake-lifecycle")["options"]["ignoreChanges"]


def notice_changes_of_the_tags(graph: Graph) -> None:
    del named(graph, "lake")["options"]["ignoreChanges"]


def lose_the_protection_of_a_part(graph: Graph) -> None:
    del named(graph, "lake-policy")["options"]["protect"]


def lose_the_protection_of_the_bucket(graph: Graph) -> None:
    del named(graph, "lake")["options"]["protect"]


def import_a_part(graph: Graph) -> None:
    named(graph, "lake-policy")["options"]["import"] = "lake-id"


def take_another_provider(graph: Graph) -> None:
    named(graph, "share-ownership")["provider"] = ""


def hang_a_part_below_its_bucket(graph: Graph) -> None:
    named(graph, "lake-policy")["parent"] = named(graph, "lake")["urn"]


def version_twice(graph: Graph) -> None:
    twin = deepcopy(named(graph, "lake-versioning"))
    twin.update(name="lake-versions", urn=twin["urn"].replace("lake-versioning", "lake-versions"))
    graph["resources"].append(twin)


def keep_the_policy_inline_as_well(graph: Graph) -> None:
    named(graph, "lake")["inputs"]["policy"] = named(graph, "lake-policy")["inputs"]["policy"]


def keep_the_grants_inline_as_well(graph: Graph) -> None:
    named(graph, "share")["inputs"]["grants"] = [{"type": "Group", "permissions": ["WRITE"]}]


WRONG = [
    suspend_versioning,
    lose_mfa_delete,
    lose_the_owner,
    take_the_owner_of_another_account,
    lose_a_permission,
    grant_to_somebody_else,
    lose_the_ownership_controls,
    enforce_the_owner,
    set_the_acl_before_its_ownership_controls,
    open_the_acl,
    add_an_access_block,
    log_before_the_acl,
    lose_the_log_prefix,
    put_the_policy_on_another_bucket,
    change_the_policy,
    start_the_trail_before_the_policy,
    take_the_trail_from_its_bucket,
    replicate_before_versioning,
    replicate_before_the_copies_are_versioned,
    lock_before_versioning,
    lose_the_delete_marker_status,
    replicate_delete_markers,
    lose_the_replicated_prefix,
    lose_the_prefix_of_version_1,
    filter_a_rule_of_version_1,
    lose_the_minutes,
    keep_the_minutes_where_they_were,
    lose_the_account,
    lose_the_new_owner,
    keep_the_key_where_it_was,
    replicate_no_encrypted_objects,
    lose_the_priority,
    lose_the_key,
    name_the_key_wrongly,
    add_a_bucket_key_unasked,
    lose_a_tag_of_the_filter,
    lose_the_prefix_of_the_filter,
    expire_current_versions,
    switch_the_lock_off,
    lose_the_retention,
    retain_for_years,
    notice_changes_of_the_lifecycle,
    ignore_the_lifecycle_on_the_bucket,
    notice_changes_of_the_tags,
    lose_the_protection_of_a_part,
    lose_the_protection_of_the_bucket,
    import_a_part,
    take_another_provider,
    hang_a_part_below_its_bucket,
    version_twice,
    keep_the_policy_inline_as_well,
    keep_the_grants_inline_as_well,
]


@every_source
def test_a_right_split_passes(major: int, kind: str) -> None:
    assert compare(inline(major, kind), divided(major, kind), RULE) == []


@every_source
def test_no_split_passes(major: int, kind: str) -> None:
    assert compare(inline(major, kind), inline(major, kind), RULE) == []


@every_source
@pytest.mark.parametrize("spoil", WRONG, ids=lambda spoil: spoil.__name__.replace("_", "-"))
def test_a_wrong_split_is_seen(spoil: Callable[[Graph], None], major: int, kind: str) -> None:
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
