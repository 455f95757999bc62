"""Whether a rewrite did to a program's resources only what its rules promise."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping

from graph.buckets import ONE_A_BUCKET, Split, split
from graph.changes import Change, changes
from graph.mocked_cloud import Json, Object
from graph.order import guarded, order, precedes
from graph.promises import PROMISES
from graph.registered import Graph, Invoked, Registered

LOOKUPS = {
    *(f"aws:index/{name}:{name}" for name in ("getRegion", "getCallerIdentity", "getPartition")),
    "aws:s3/getCanonicalUserId:getCanonicalUserId",
}
POLICY_DOCUMENT = "aws:iam/getPolicyDocument:getPolicyDocument"
BLOCK = "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock"
BROKEN_TEXT = re.compile(
    r"Calling __str__ on an Output|<pulumi\.output\.Output object"
    r"|Calling \[\w+\] on an \[Output|\[object \w+\]|\bundefined\b"
)
"""What a value becomes that was not there yet when its text was asked for; no program means it."""


def compare(before: Graph, after: Graph, allowed: Collection[str], *, bucket_keys: bool = False) -> list[str]:
    """What is lost, new, changed or out of order beyond the promises of the `allowed` rules, one line each."""
    done = split(before, after, bucket_keys=bucket_keys) if "inline-bucket-config" in allowed else Split(before, [])
    found = [
        *_broken(after),
        *_resources(done, after, allowed),
        *_dependencies(done, after),
        *_doubled(before, after),
        *_invokes(before, after),
        *_unexplained("exports", changes("export", done.graph["exports"], after["exports"]), allowed),
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


def _resources(done: Split, after: Graph, allowed: Collection[str]) -> Iterator[str]:
    old = {resource["urn"]: resource for resource in done.graph["resources"]}
    new = {resource["urn"]: resource for resource in after["resources"]}
    yield from (f"{urn}: is lost" for urn in old.keys() - new.keys())
    promised = {urn for urn in new if _is_block(new[urn])} if "unblocked-bucket" in allowed else set[str]()
    yield from (f"{urn}: is new" for urn in new.keys() - old.keys() - promised)
    for urn in old.keys() & new.keys():
        found = changes(old[urn]["type"], _unordered(old[urn]["inputs"]), _unordered(new[urn]["inputs"]))
        yield from _unexplained(urn, found, allowed)
        placing = (_placing(side[urn], part=urn in done.owners) for side in (old, new))
        yield from _unexplained(urn, changes("option", *placing), ())


def _is_block(resource: Registered) -> bool:
    """It blocks all public access of one bucket."""
    given = dict(resource["inputs"])
    bucket = given.pop("bucket", None)
    all_four = dict.fromkeys(
        ("blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets"), True
    )
    return resource["type"] == BLOCK and isinstance(bucket, str) and given == all_four


def _unordered(inputs: Object) -> Object:
    """Grants are a set: in the order of their text."""
    match inputs:
        case {"accessControlPolicy": {"grants": list(grants), **rest}}:
            ordered = sorted(grants, key=lambda grant: json.dumps(grant, sort_keys=True))
            return inputs | {"accessControlPolicy": {**rest, "grants": ordered}}
        case _:
            return inputs


def _placing(resource: Registered, *, part: bool) -> Json:
    """Where it belongs, and its options; a part may well ignore changes of inputs that it does not have."""
    options = dict(resource["options"])
    match options.pop("ignoreChanges", None):
        case list(ignored):
            kept = [key for key in ignored if not part or key in resource["inputs"]]
            options["ignoreChanges"] = sorted(kept, key=str)
        case _:
            pass
    return {"parent": resource["parent"], "provider": resource["provider"], "options": options}


def _unexplained(place: str, found: Iterator[Change], allowed: Collection[str]) -> Iterator[str]:
    for change in found:
        if not any(PROMISES[rule](change) for rule in allowed):
            yield f"{place}: {change}"


def _dependencies(done: Split, after: Graph) -> Iterator[str]:
    """A bucket and its parts count as one: what needed the bucket may now need a part of it, and some have to."""
    owners, present = done.owners, {resource["urn"] for resource in after["resources"]}
    edges = [edge for edge in order(done.graph, done.divided) if edge[0] in present]
    old, new = _needs(done.graph, owners), _needs(after, owners)
    bound = [*edges, *guarded(done.graph, done.divided)]
    granted = {(owners.get(urn, urn), owners.get(other, other)) for urn, other in bound}
    for urn in old.keys() & new.keys():
        yield from (f"{urn}: no longer depends on {other}" for other in old[urn] - new[urn])
        added = {other for other in new[urn] - old[urn] if (urn, other) not in granted}
        yield from (f"{urn}: now depends on {other}" for other in added)
    yield from (f"{urn}: does not wait for {other}" for urn, other in edges if not precedes(after, (urn, other)))


def _doubled(before: Graph, after: Graph) -> Iterator[str]:
    """Of the resources that configure a bucket each overwrites the others of its kind."""
    counts = Counter(map(_configured, after["resources"])) - Counter(map(_configured, before["resources"]))
    whole = Counter(map(_configured, after["resources"]))
    for one in counts:
        if one and whole[one] > 1:
            yield f"{one[0]}: there are {whole[one]} for {one[1]}"


def _configured(resource: Registered) -> tuple[str, str] | None:
    kind = resource["type"]
    return (kind, f"{resource['inputs'].get('bucket')}") if kind in ONE_A_BUCKET else None


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
