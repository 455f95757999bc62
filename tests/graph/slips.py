"""What can go wrong with the split of the lake, each slip an edit of the right graph."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy

from graph.lake import part
from graph.parts import drop, forget, named, within
from graph.registered import Graph

Slip = Callable[[Graph], None]
WRONG: list[Slip] = []


def wrong(slip: Slip) -> Slip:
    WRONG.append(slip)
    return slip


FIRST = ("lake-replication", "rules", 0)


@wrong
def suspend_versioning(graph: Graph) -> None:
    within(graph, "lake-versioning", "versioningConfiguration")["status"] = "Suspended"


@wrong
def lose_mfa_delete(graph: Graph) -> None:
    del within(graph, "lake-versioning", "versioningConfiguration")["mfaDelete"]


@wrong
def lose_the_owner(graph: Graph) -> None:
    del within(graph, "share-acl", "accessControlPolicy")["owner"]


@wrong
def take_the_owner_of_another_account(graph: Graph) -> None:
    within(graph, "share-acl", "accessControlPolicy", "owner")["id"] = "canonical-default"


@wrong
def lose_a_permission(graph: Graph) -> None:
    policy = within(graph, "share-acl", "accessControlPolicy")
    assert isinstance(policy["grants"], list)
    policy["grants"].pop(1)


@wrong
def grant_to_somebody_else(graph: Graph) -> None:
    within(graph, "share-acl", "accessControlPolicy", "grants", 0, "grantee")["id"] = "stranger"


@wrong
def lose_the_ownership_controls(graph: Graph) -> None:
    drop(graph, "logs-ownership")


@wrong
def enforce_the_owner(graph: Graph) -> None:
    within(graph, "logs-ownership", "rule")["objectOwnership"] = "BucketOwnerEnforced"


@wrong
def set_the_acl_before_its_ownership_controls(graph: Graph) -> None:
    forget(graph, "logs-acl", "logs-ownership")


@wrong
def open_the_acl(graph: Graph) -> None:
    named(graph, "logs-acl")["inputs"]["acl"] = "public-read"


@wrong
def add_an_access_block(graph: Graph) -> None:
    lake = named(graph, "lake")["urn"]
    block = part(graph["major"], "BucketPublicAccessBlock", "logs-access", {"bucket": "logs-id"}, lake)
    graph["resources"].append(block)


@wrong
def log_before_the_acl(graph: Graph) -> None:
    forget(graph, "lake-logging", "logs-acl")


@wrong
def lose_the_log_prefix(graph: Graph) -> None:
    named(graph, "lake-logging")["inputs"]["targetPrefix"] = ""


@wrong
def put_the_policy_on_another_bucket(graph: Graph) -> None:
    named(graph, "lake-policy")["inputs"]["bucket"] = "logs-id"


@wrong
def change_the_policy(graph: Graph) -> None:
    named(graph, "lake-policy")["inputs"]["policy"] = '{"Version": "2012-10-17", "Statement": []}'


@wrong
def start_the_trail_before_the_policy(graph: Graph) -> None:
    forget(graph, "audit", "lake-policy")


@wrong
def take_the_trail_from_its_bucket(graph: Graph) -> None:
    named(graph, "audit")["dependencies"] = [named(graph, "logs")["urn"]]


@wrong
def replicate_before_versioning(graph: Graph) -> None:
    forget(graph, "lake-replication", "lake-versioning")


@wrong
def replicate_before_the_copies_are_versioned(graph: Graph) -> None:
    forget(graph, "lake-replication", "copies-versioning")


@wrong
def lock_before_versioning(graph: Graph) -> None:
    forget(graph, "lake-object-lock", "lake-versioning")


@wrong
def expire_versions_before_versioning(graph: Graph) -> None:
    forget(graph, "lake-lifecycle", "lake-versioning")


@wrong
def lose_the_delete_marker_status(graph: Graph) -> None:
    del within(graph, *FIRST)["deleteMarkerReplication"]


@wrong
def replicate_delete_markers(graph: Graph) -> None:
    within(graph, *FIRST, "deleteMarkerReplication")["status"] = "Enabled"


@wrong
def lose_the_replicated_prefix(graph: Graph) -> None:
    within(graph, *FIRST, "filter")["prefix"] = ""


@wrong
def lose_the_prefix_of_version_1(graph: Graph) -> None:
    del within(graph, "lake-replication", "rules", 1)["prefix"]


@wrong
def filter_a_rule_of_version_1(graph: Graph) -> None:
    rule = within(graph, "lake-replication", "rules", 1)
    rule["filter"] = {"prefix": rule.pop("prefix")}


@wrong
def lose_the_minutes(graph: Graph) -> None:
    del within(graph, *FIRST, "destination", "metrics")["eventThreshold"]


@wrong
def keep_the_minutes_where_they_were(graph: Graph) -> None:
    time = within(graph, *FIRST, "destination", "replicationTime")
    time["minutes"] = 15
    del time["time"]


@wrong
def lose_the_account(graph: Graph) -> None:
    del within(graph, *FIRST, "destination")["account"]


@wrong
def lose_the_new_owner(graph: Graph) -> None:
    del within(graph, *FIRST, "destination")["accessControlTranslation"]


@wrong
def keep_the_key_where_it_was(graph: Graph) -> None:
    destination = within(graph, *FIRST, "destination")
    del destination["encryptionConfiguration"]
    destination["replicaKmsKeyId"] = "copies-key"


@wrong
def replicate_no_encrypted_objects(graph: Graph) -> None:
    within(graph, *FIRST, "sourceSelectionCriteria", "sseKmsEncryptedObjects")["status"] = "Disabled"


@wrong
def lose_the_priority(graph: Graph) -> None:
    del within(graph, *FIRST)["priority"]


@wrong
def lose_the_key(graph: Graph) -> None:
    del within(graph, "lake-encryption", "rules", 0, "applyServerSideEncryptionByDefault")["kmsMasterKeyId"]


@wrong
def name_the_key_wrongly(graph: Graph) -> None:
    default = within(graph, "lake-encryption", "rules", 0, "applyServerSideEncryptionByDefault")
    default["kmsKeyId"] = default.pop("kmsMasterKeyId")


@wrong
def add_a_bucket_key_unasked(graph: Graph) -> None:
    within(graph, "lake-encryption", "rules", 0)["bucketKeyEnabled"] = True


@wrong
def lose_a_tag_of_the_filter(graph: Graph) -> None:
    within(graph, "lake-lifecycle", "rules", 0)["filter"] = {"prefix": "raw/"}


@wrong
def lose_the_prefix_of_the_filter(graph: Graph) -> None:
    del within(graph, "lake-lifecycle", "rules", 0, "filter", "and")["prefix"]


@wrong
def expire_current_versions(graph: Graph) -> None:
    rule = within(graph, "lake-lifecycle", "rules", 0)
    rule["expiration"] = {"days": 30}
    del rule["noncurrentVersionExpiration"]


@wrong
def switch_the_lock_off(graph: Graph) -> None:
    del named(graph, "lake")["inputs"]["objectLockEnabled"]


@wrong
def lose_the_retention(graph: Graph) -> None:
    drop(graph, "lake-object-lock")


@wrong
def retain_for_years(graph: Graph) -> None:
    retention = within(graph, "lake-object-lock", "rule", "defaultRetention")
    retention["years"] = retention.pop("days")


@wrong
def notice_changes_of_the_lifecycle(graph: Graph) -> None:
    del named(graph, "lake-lifecycle")["options"]["ignoreChanges"]


@wrong
def ignore_the_lifecycle_on_the_bucket(graph: Graph) -> None:
    named(graph, "lake")["options"]["ignoreChanges"] = ["tags", "lifecycleRules"]
    del named(graph, "lake-lifecycle")["options"]["ignoreChanges"]


@wrong
def notice_changes_of_the_tags(graph: Graph) -> None:
    del named(graph, "lake")["options"]["ignoreChanges"]


@wrong
def lose_the_protection_of_a_part(graph: Graph) -> None:
    del named(graph, "lake-policy")["options"]["protect"]


@wrong
def lose_the_protection_of_the_bucket(graph: Graph) -> None:
    del named(graph, "lake")["options"]["protect"]


@wrong
def import_a_part(graph: Graph) -> None:
    named(graph, "lake-policy")["options"]["import"] = "lake-id"


@wrong
def take_another_provider(graph: Graph) -> None:
    named(graph, "share-ownership")["provider"] = ""


@wrong
def hang_a_part_below_its_bucket(graph: Graph) -> None:
    named(graph, "lake-policy")["parent"] = named(graph, "lake")["urn"]


@wrong
def version_twice(graph: Graph) -> None:
    twin = deepcopy(named(graph, "lake-versioning"))
    twin.update(name="lake-versions", urn=twin["urn"].replace("lake-versioning", "lake-versions"))
    graph["resources"].append(twin)


@wrong
def keep_the_policy_inline_as_well(graph: Graph) -> None:
    named(graph, "lake")["inputs"]["policy"] = named(graph, "lake-policy")["inputs"]["policy"]


@wrong
def keep_the_grants_inline_as_well(graph: Graph) -> None:
    named(graph, "share")["inputs"]["grants"] = [{"type": "Group", "permissions": ["WRITE"]}]
