"""Finding and taking away parts of a graph."""

from __future__ import annotations

from graph.mocked_cloud import Json, Object
from graph.registered import Graph, Registered


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
