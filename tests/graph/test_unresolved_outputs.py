"""Text and JSON that is made of outputs: the error text that AWS would get, and the right one after the rewrite."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from graph.mocked_cloud import ACCOUNT, REGION
from graph.programs import attempt
from graph.registered import Graph
from iacfix.engine.examine import Plan, examine
from iacfix.files.source import from_bytes

TOPIC = f"arn:aws:sns:{REGION}:{ACCOUNT}:first-id"
PYTHON = """\
import json

import pulumi
import pulumi_aws as aws

name = pulumi.get_stack()
first = aws.sns.Topic("first", signature_version=2)
other = aws.sns.Topic("other")
both = [first, first]
aws.sns.Topic("seen", display_name=%s)
"""
TYPESCRIPT = """\
import * as pulumi from "@pulumi/pulumi";
import * as aws from "@pulumi/aws";

const name = pulumi.getStack();
const first = new aws.sns.Topic("first", { signatureVersion: 2 });
const other = new aws.sns.Topic("other");
new aws.sns.Topic("seen", { displayName: %s });
"""
MADE = {
    ".py": {
        "a text": ('f"{first.arn}/*"', f"{TOPIC}/*"),
        "a text with plain parts": ('f"{name}:{first.arn}:{{x}}:{name!r:>7}"', f"dev:{TOPIC}:{{x}}:  'dev'"),
        "a number": ('f"{first.arn}:{first.signature_version:03}"', f"{TOPIC}:002"),
        "pieces": ('"<" f"{first.arn}" ">"', f"<{TOPIC}>"),
        "a sum": ('"at " + first.arn + f"/{name}/{first.arn}"', f"at {TOPIC}/dev/{TOPIC}"),
        "a sum with a number": ('"v" + first.signature_version + name', "v2dev"),
        "a format": ('"{}/{name}".format(first.arn, name=name)', f"{TOPIC}/dev"),
        "a document": ('json.dumps({"to": [first.arn, f"{first.arn}/*"]})', f'{{"to": ["{TOPIC}", "{TOPIC}/*"]}}'),
        "a document of a list": ("json.dumps([each.arn for each in both])", f'["{TOPIC}", "{TOPIC}"]'),
        "a document that is laid out": (
            'json.dumps({"b": name, "a": first.arn}, sort_keys=True, separators=(",", ":"))',
            f'{{"a":"{TOPIC}","b":"dev"}}',
        ),
    },
    ".ts": {
        "a text": ("`${first.arn}/*`", f"{TOPIC}/*"),
        "a text with plain parts": ("`${name}:${first.arn}:{x}`", f"dev:{TOPIC}:{{x}}"),
        "a number": ("`${first.arn}:${first.signatureVersion}`", f"{TOPIC}:2"),
        "a sum": ('"at " + first.arn + `/${name}/${first.arn}`', f"at {TOPIC}/dev/{TOPIC}"),
        "a document": ("JSON.stringify({ to: [first.arn, `${first.arn}/*`] })", f'{{"to":["{TOPIC}","{TOPIC}/*"]}}'),
        "a document that is laid out": ("JSON.stringify({ to: first.arn }, null, 1)", f'{{\n "to": "{TOPIC}"\n}}'),
        "what a function of the provider answers": ("`${aws.getRegionOutput().id}!`", f"{REGION}!"),
    },
}
CASES = [(suffix, title, major) for suffix, made in MADE.items() for title in made for major in (6, 7)]


def texts(suffix: str, title: str) -> tuple[str, str]:
    """A program as it is brought, and repaired."""
    before = (PYTHON if suffix == ".py" else TYPESCRIPT) % MADE[suffix][title][0]
    source = from_bytes(before.encode(), f"program{suffix}")
    return before, examine(source, Plan(("unresolved-output",), major=7), Path("/nowhere")).after


@cache
def graphs(major: int) -> dict[tuple[str, str, str], Graph | str]:
    """What each program registers, before and after, or the error that it ends with."""
    found: dict[tuple[str, str, str], Graph | str] = {}
    with TemporaryDirectory() as folder:
        for suffix, made in MADE.items():
            paths: dict[tuple[str, str, str], Path] = {}
            for title in made:
                for state, text in zip(("before", "after"), texts(suffix, title), strict=True):
                    path = Path(folder, f"program{len(paths)}{suffix}")
                    path.write_text(text, encoding="utf-8")
                    paths[suffix, title, state] = path
            ran = attempt(list(paths.values()), major)
            found |= {key: ran[path] for key, path in paths.items()}
    return found


def seen(ran: Graph | str) -> object:
    """The text that AWS would get, or the error that the program ends with."""
    if isinstance(ran, str):
        return ran
    return next(found["inputs"]["displayName"] for found in ran["resources"] if found["name"] == "seen")


@pytest.mark.parametrize(("suffix", "title", "major"), CASES)
def test_what_aws_gets_is_the_text_that_was_meant(suffix: str, title: str, major: int) -> None:
    before, after = (seen(graphs(major)[suffix, title, state]) for state in ("before", "after"))
    assert "Calling" in str(before) or "Error" in str(before)
    assert after == MADE[suffix][title][1]
