"""What a program asks the engine for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypedDict

from graph.mocked_cloud import Json, Object


class Registered(TypedDict):
    type: str
    name: str
    urn: str
    parent: str
    provider: str
    inputs: Object
    dependencies: list[str]
    options: Object


class Invoked(TypedDict):
    function: str
    args: Object
    provider: str


class Graph(TypedDict):
    """What a program registers."""

    major: int
    resources: list[Registered]
    invokes: list[Invoked]
    exports: Object


def placed(chain: str, kind: str, name: str) -> str:
    """The urn of a resource, beside the one whose urn is `chain`."""
    above, _, _ = chain.rpartition("::")
    stem, last = above.rsplit("::", 1)
    kinds = "$".join([*last.split("$")[:-1], kind])
    return f"{stem}::{kinds}::{name}"


def objects(value: Json) -> Iterator[Object]:
    """The objects of a list; of anything else none."""
    yield from (each for each in value if isinstance(each, dict)) if isinstance(value, list) else ()
