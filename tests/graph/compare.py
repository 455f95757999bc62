"""Whether a rewrite did to a program's resources only what its rules promise."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping

from graph.buckets import Graph, Invoked, Registered, split
from graph.changes import Change, changes
from graph.mocked_cloud import Json
from graph.promises import PROMISES

LOOKUPS = {f"aws:index/{name}:{name}" for name in ("getRegion", "getCallerIdentity", "getPartition")}
POLICY_DOCUMENT = "aws:iam/getPolicyDocument:getPolicyDocument"
BROKEN_TEXT = re.compile(
    r"Calling __str__ on an Output|<pulumi\.output\.Output object"
    r"|Calling \[\w+\] on an \[Output|\[object \w+\]|\bundefined\b"
)
"""What a value becomes that was not there yet when its text was asked for; no program means it."""


def compare(before: Graph, after: Graph, allowed: Collection[str]) -> list[str]:
    """What is lost, new or changed beyond the promises of the `allowed` rules, one line each."""
    expected, owners = split(before, after) if "inline-bucket-config" in allowed else (before, {})
    found = [
        *_broken(after),
        *_resources(expected, after, allowed),
        *_dependencies(expected, after, owners),
        *_invokes(before, after),
        *_unexplained("exports", changes("export", expected["exports"], after["exports"]), allowed),
    ]
    return sorted(found)


def _broken(graph: Graph) -> Iterator[str]:
    for resource in graph["resources"]:
        if BROKEN_TEXT.search(json.dumps([resource["name"], resource["inputs"]])):
            yield f"{resource['urn']}: the text of an Output stands in its inputs"
    for invoked in graph["invokes"]:
        if BROKEN_TEXT.search(json.dumps(invoked["args"])):
            yield f"{invoked['function']}: the text of an Output stands in its arguments"
    if BROKEN_TEXT.search(json.dumps(graph["exports"])):
        yield "exports: the text of an Output stands in them"


def _resources(before: Graph, after: Graph, allowed: Collection[str]) -> Iterator[str]:
    old = {resource["urn"]: resource for resource in before["resources"]}
    new = {resource["urn"]: resource for resource in after["resources"]}
    yield from (f"{urn}: is lost" for urn in old.keys() - new.keys())
    yield from (f"{urn}: is new" for urn in new.keys() - old.keys())
    for urn in old.keys() & new.keys():
        found = changes(old[urn]["type"], old[urn]["inputs"], new[urn]["inputs"])
        yield from _unexplained(urn, found, allowed)
        yield from _unexplained(urn, changes("option", _placing(old[urn]), _placing(new[urn])), ())


def _placing(resource: Registered) -> Json:
    return {key: resource[key] for key in ("parent", "provider", "options")}


def _unexplained(place: str, found: Iterator[Change], allowed: Collection[str]) -> Iterator[str]:
    for change in found:
        if not any(PROMISES[rule](change) for rule in allowed):
            yield f"{place}: {change}"


def _dependencies(before: Graph, after: Graph, owners: Mapping[str, str]) -> Iterator[str]:
    """A bucket and its parts count as one: what needed the bucket may now need a part of it."""
    old, new = _needs(before, owners), _needs(after, owners)
    for urn in old.keys() & new.keys():
        yield from (f"{urn}: no longer depends on {other}" for other in old[urn] - new[urn])
        yield from (f"{urn}: now depends on {other}" for other in new[urn] - old[urn])
    for part, bucket in owners.items():
        yield from (
            f"{part}: does not depend on its bucket"
            for resource in after["resources"]
            if resource["urn"] == part and bucket not in resource["dependencies"]
        )


def _needs(graph: Graph, owners: Mapping[str, str]) -> dict[str, set[str]]:
    needs: dict[str, set[str]] = {}
    for resource in graph["resources"]:
        owner = owners.get(resource["urn"], resource["urn"])
        needs.setdefault(owner, set()).update(owners.get(urn, urn) for urn in resource["dependencies"])
    return {owner: others - {owner} for owner, others in needs.items()}


def _invokes(before: Graph, after: Graph) -> Iterator[str]:
    """Lookups may be added; the arguments of a policy document show in the resource that takes it."""
    old, new = (Counter(map(_call, graph["invokes"])) for graph in (before, after))
    yield from (f"{function}: is called {count} times less" for function, count in (old - new).items())
    yield from (
        f"{function}: is called {count} times more"
        for function, count in (new - old).items()
        if function.split(" ")[0] not in LOOKUPS
    )


def _call(invoked: Invoked) -> str:
    args = {} if invoked["function"] == POLICY_DOCUMENT else invoked["args"]
    return f"{invoked['function']} {json.dumps(args, sort_keys=True)} {invoked['provider']}".strip()
