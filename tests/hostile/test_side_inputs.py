"""Settings, patches, exports, import files and baselines that nobody means well with: one line of error, no traceback;
programs of hundreds of resources; two runs at once."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from random import Random

import pytest
from typer.testing import CliRunner, Result

from iacfix.cli import program
from iacfix.engine.workers import Task, run_task
from iacfix.files.limits import Limits
from iacfix.files.source import from_bytes
from iacfix.registry import rules
from iacfix.result import Plan

ROUNDS = int(os.environ.get("HOSTILE_ROUNDS", "1"))
TRIED = 25
"""Mutations of each file in one round."""
URN = "urn:pulumi:dev::acme::"
BUCKET = """import pulumi_aws as aws

data = aws.s3.Bucket("data", versioning={"enabled": True})
"""
STATE = {
    "version": 3,
    "deployment": {
        "resources": [
            {"urn": f"{URN}pulumi:pulumi:Stack::acme-dev", "type": "pulumi:pulumi:Stack"},
            {
                "urn": f"{URN}aws:s3/bucket:Bucket::data",
                "type": "aws:s3/bucket:Bucket",
                "id": "data-1",
                "inputs": {"versioning": {"enabled": True}},
                "outputs": {},
            },
        ]
    },
}
IMPORT = {
    "nameTable": {"up": f"{URN}acme:index:Store::up"},
    "resources": [
        {"type": "aws:s3/bucketVersioning:BucketVersioning", "name": "data-versioning", "parent": "up", "id": ""}
    ],
}
DIFF = '--- a/a.py\n+++ b/a.py\n@@ -1,3 +1,3 @@\n import pulumi_aws as aws\n \n-data = aws.s3.Bucket("data"'
DIFF += ', versioning={"enabled": True})\n+data = aws.s3.Bucket("data")\n'
SETTINGS = (
    'provider-version = 7\nselect = ["hardcoded-region"]\nexclude = ["a/*"]\nunsafe-fixes = true\nmax-seconds = 9\n'
)
KNOWN = '{\n  "version": 1,\n  "findings": [\n    {"rule": "inline-bucket-config", "path": "a.py", '
KNOWN += '"resource": "aws.s3.Bucket data", "text": "cab1bfecdbbd23e9332d4f032f142916", "count": 1}\n  ]\n}\n'
FILES: dict[str, tuple[str, list[str]]] = {
    "iacfix.toml": (SETTINGS, ["check"]),
    "review.diff": (DIFF, ["patch", "review.diff"]),
    "iacfix-baseline.json": (KNOWN, ["check"]),
    "state.json": (json.dumps(STATE), ["migrate", "--stack-export", "state.json"]),
    "import.json": (json.dumps(IMPORT), ["migrate", "--stack-export", "ok.json", "--import-file", "import.json"]),
}
ODD = [
    *"[]{}\"',:=#\\\n\0\t\r@+- ",
    "9" * 5_000,
    "[" * 5_000,
    "\\ud800",
    "é",
    "null",
    "true",
    "-1",
    "1e999",
    '"" ',
    "../",
]


def said(project: Path, name: str, data: bytes) -> Result:
    (project / "a.py").write_text(BUCKET)
    (project / name).write_bytes(data)
    return CliRunner().invoke(program(), FILES[name][1])


def mutated(chance: Random, text: str) -> bytes:
    data = text.encode()
    for _ in range(chance.choice([1, 1, 2, 4])):
        at = chance.randrange(len(data) + 1)
        stop = at + chance.choice([0, 0, 1, 5, 40])
        put = chance.choice(ODD).encode() if chance.random() < 0.9 else b"\xff"
        data = data[:at] + put * chance.choice([0, 1, 1, 3]) + data[stop:]
    return data


@pytest.mark.parametrize("number", range(ROUNDS))
@pytest.mark.parametrize("name", FILES)
def test_a_mutated_file_is_read_or_refused_in_words(project: Path, name: str, number: int) -> None:
    chance = Random(f"{name} {number}")
    (project / "ok.json").write_text(json.dumps(STATE))
    failed = list[str]()
    for _ in range(TRIED):
        data = mutated(chance, FILES[name][0])
        started = time.process_time()
        result = said(project, name, data)
        raised = result.exception is not None and not isinstance(result.exception, SystemExit)
        if raised or result.exit_code not in (0, 1, 2) or time.process_time() - started > 5:
            failed.append(f"{result.exception!r} {result.exit_code}: {data!r}")
        changed = (project / "a.py").read_text() != BUCKET
        if changed and (name != "review.diff" or result.exit_code):
            failed.append(f"a.py was written: {data!r}")
    assert failed == []


@pytest.mark.parametrize(
    ("name", "text", "why"),
    [
        ("state.json", json.dumps(STATE).replace('"outputs": {}', f'"outputs": {"1" * 5_000}'), "too many digits"),
        ("state.json", json.dumps(STATE).replace('"outputs": {}', f'"outputs": {"[" * 90_000}'), "nested too deep"),
        ("import.json", '{"resources": [{"id": ' + "1" * 5_000 + "}]}", "too many digits"),
        ("iacfix-baseline.json", "[" * 90_000, "not JSON"),
    ],
)
def test_what_python_cannot_read_is_said(project: Path, name: str, text: str, why: str) -> None:
    (project / "ok.json").write_text(json.dumps(STATE))
    result = said(project, name, text.encode())
    assert (result.exit_code, type(result.exception)) == (2, SystemExit)
    assert why in result.stderr


def test_a_chain_of_parents_without_an_end_is_no_known_parent(project: Path) -> None:
    (project / "ok.json").write_text(json.dumps(STATE))
    chain = [{"type": "a:b:C", "name": f"p{n}", "component": True, "parent": f"p{n + 1}"} for n in range(5_000)]
    document = {**IMPORT, "nameTable": {}, "resources": [{**IMPORT["resources"][0], "parent": "p0"}, *chain]}
    assert said(project, "import.json", json.dumps(document).encode()).exit_code in (0, 1)


def test_half_a_pair_of_surrogates_is_written_out(project: Path) -> None:
    (project / "ok.json").write_text(json.dumps(STATE))
    (project / "a.py").write_text(BUCKET)
    (project / "import.json").write_text(json.dumps({"resources": [{"type": "a:b:C", "name": "\ud800", "id": ""}]}))
    result = CliRunner().invoke(program(), [*FILES["import.json"][1], "-o", "out"])
    assert (result.exit_code, type(result.exception)) in ((0, type(None)), (0, SystemExit), (1, SystemExit))
    assert "\\ud800" in (project / "out" / "import.json").read_text(encoding="utf-8")


def test_a_path_of_the_baseline_that_no_system_takes_is_of_a_file_that_is_gone(project: Path) -> None:
    result = said(project, "iacfix-baseline.json", KNOWN.replace("a.py", "x" * 5_000).encode())
    assert result.exit_code == 1
    assert "stale" in result.stderr


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes here")
def test_a_pipe_in_the_place_of_the_baseline_is_none(project: Path) -> None:
    (project / "a.py").write_text(BUCKET)
    os.mkfifo(project / "iacfix-baseline.json")
    assert CliRunner().invoke(program(), ["check"]).exit_code == 1


@pytest.mark.parametrize(
    ("ending", "head", "bucket"),
    [
        (
            "ts",
            'import * as aws from "@pulumi/aws";\n',
            'new aws.s3.Bucket("b{0}", {{ versioning: {{ enabled: true }} }});\n',
        ),
        ("py", "import pulumi_aws as aws\n", 'aws.s3.Bucket("b{0}", versioning={{"enabled": True}})\n'),
    ],
    ids=["ts", "py"],
)
def test_hundreds_of_buckets_in_one_file_take_seconds(ending: str, head: str, bucket: str) -> None:
    text = head + "".join(bucket.format(number) for number in range(200))
    source = from_bytes(text.encode(), f"a.{ending}")
    started = time.process_time()
    outcome = run_task(Task(source, Plan(tuple(rules()), major=7), Path("/nowhere"), limits=Limits(60)))
    assert (outcome.errors, outcome.after.count("BucketVersioning(")) == ((), 200)
    assert time.process_time() - started < 20


@pytest.mark.parametrize("number", range(ROUNDS))
def test_two_runs_at_once_leave_what_one_leaves(project: Path, number: int) -> None:
    chance = Random(number)
    (project / "iacfix.toml").write_text("provider-version = 7\n")
    for name in range(6):
        (project / f"{name}.py").write_text(BUCKET)
    command = [sys.executable, "-m", "iacfix", "apply", "-q", "--jobs", "1"]
    runs = []
    for _ in range(2):
        runs.append(subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True))
        time.sleep(chance.uniform(0, 0.3))
    for run in runs:
        _, stderr = run.communicate(timeout=120)
        assert run.returncode in (0, 2)
        assert all("changed since it was read" in line for line in stderr.splitlines()), stderr
    texts = {(project / f"{name}.py").read_text() for name in range(6)}
    assert len(texts) == 1
    assert "BucketVersioning" in texts.pop()
    assert sorted(os.listdir(project)) == sorted([".git", "iacfix.toml", *(f"{name}.py" for name in range(6))])
