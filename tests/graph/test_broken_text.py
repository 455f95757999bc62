"""A Promise or an Output that ends up as a text is seen, wherever a rewrite could have put it."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from graph.compare import compare
from graph.programs import run
from graph.promises import PROMISES
from graph.registered import Graph

PROGRAM = """\
import * as pulumi from "@pulumi/pulumi";
import * as aws from "@pulumi/aws";

const promise: any = aws.getRegion({});
const output: any = aws.getRegionOutput({});
const topic = new aws.sns.Topic("topic");

new aws.sns.Topic(%s, { displayName: %s, policy: %s, kmsMasterKeyId: topic.arn });
"""

BEFORE = '"in us-east-1"'
WRONG = {
    "an output in a template": "`in ${output.id}`",
    "an output in a concatenation": '"in " + output.id',
    "an output of a callback in a template": "`in ${topic.arn.apply(() => output.id)}`",
    "an output in a template of a callback": "topic.arn.apply(() => `in ${output.id}`)",
    "a promise in a template": "`in ${promise}`",
    "a promise in an interpolated template": "pulumi.interpolate`in ${promise}`",
    "a field of a promise in a template": "`in ${promise.id}`",
    "a field of a promise in an interpolated template": "pulumi.interpolate`in ${promise.id}`",
    "a field that the lookup does not have": "pulumi.interpolate`in ${output.location}`",
    "a lookup instead of its field": "pulumi.all([promise]).apply(([region]) => `in ${region}`)",
    "a name that the list does not fill": "pulumi.all([topic.arn]).apply(([arn, region]: any) => `in ${region?.id}`)",
}
RIGHT = {
    "an output in an interpolated template": "pulumi.interpolate`in ${output.id}`",
    "an output in a list": "pulumi.all([topic.arn, output]).apply(([arn, region]) => `in ${region.id}`)",
    "a promise in a list": "pulumi.all([topic.arn, promise]).apply(([arn, region]) => `in ${region.id}`)",
    "a callback of a promise": "promise.then((region: any) => `in ${region.id}`)",
}
DOCUMENT = 'JSON.stringify({ place: "in us-east-1" })'
WRONG_DOCUMENT = {
    "an output in a document": "JSON.stringify({ place: output.id })",
    "a promise in a document": "JSON.stringify({ place: promise })",
    "a field of a promise in a document": "JSON.stringify({ place: promise.id })",
    "an output in the document of a callback": "topic.arn.apply(() => JSON.stringify({ place: output.id }))",
    "a field of a promise in a Pulumi document": "pulumi.jsonStringify({ place: promise.id })",
}
RIGHT_DOCUMENT = {
    "a template in a Pulumi document": "pulumi.jsonStringify({ place: pulumi.interpolate`in ${output.id}` })",
    "a callback in a Pulumi document": "pulumi.jsonStringify({ place: output.apply((it: any) => `in ${it.id}`) })",
}
WRONG_NAME = {
    "an output in a resource name": "`topic-${output.id}`",
    "a promise in a resource name": "`topic-${promise}`",
}


def programs() -> dict[str, str]:
    texts = {"before": PROGRAM % ('"name"', BEFORE, DOCUMENT)}
    texts |= {title: PROGRAM % ('"name"', value, DOCUMENT) for title, value in (WRONG | RIGHT).items()}
    texts |= {title: PROGRAM % ('"name"', BEFORE, value) for title, value in (WRONG_DOCUMENT | RIGHT_DOCUMENT).items()}
    return texts | {title: PROGRAM % (value, BEFORE, DOCUMENT) for title, value in WRONG_NAME.items()}


@cache
def graphs(major: int) -> dict[str, Graph]:
    with TemporaryDirectory() as folder:
        paths: dict[str, Path] = {}
        for index, (title, text) in enumerate(programs().items()):
            paths[title] = Path(folder, f"program{index}.ts")
            paths[title].write_text(text, encoding="utf-8")
        ran = run(list(paths.values()), major)
    return {title: ran[path] for title, path in paths.items()}


@pytest.mark.parametrize("title", [*WRONG, *WRONG_DOCUMENT, *WRONG_NAME])
def test_a_value_that_was_not_awaited_is_seen(title: str) -> None:
    ran = graphs(7)
    assert compare(ran["before"], ran[title], PROMISES) != []


@pytest.mark.parametrize("title", [*RIGHT, *RIGHT_DOCUMENT])
def test_a_value_that_was_awaited_passes(title: str) -> None:
    ran = graphs(7)
    assert compare(ran["before"], ran[title], PROMISES) == []
