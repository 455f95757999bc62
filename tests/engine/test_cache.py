"""What is kept from run to run, and above all when it is not used."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from iacfix.cli import program
from iacfix.engine import cache, project_files, workers
from iacfix.engine.workers import Task
from iacfix.files import evidence
from iacfix.files.evidence import Evidence, digest
from iacfix.files.source import from_bytes
from iacfix.model import Provider
from iacfix.reports.formats import FORMATS
from iacfix.result import (
    Accept,
    AddedResource,
    CreationSite,
    Fix,
    Location,
    Outcome,
    Parent,
    Plan,
    Reported,
    Split,
    Step,
)
from iacfix.rewrite import Change
from iacfix.rule import Severity
from iacfix.rule_folders import RuleFolder

ALARM = """import pulumi
import pulumi_aws as aws

alarm = aws.cloudwatch.MetricAlarm(
    "failures",
    comparison_operator="GreaterThanThreshold",
    evaluation_periods=1,
    metric_name="Errors",
    namespace="AWS/Lambda",
    period=60,
    statistic="Sum",
    threshold=0,
)
"""
BUCKET = """import pulumi_aws as aws

data = aws.s3.Bucket("data", server_side_encryption_configuration={
    "rule": {"apply_server_side_encryption_by_default": {"sse_algorithm": "aws:kms"}},
})
"""


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    root = tmp_path / "project"
    (root / ".git").mkdir(parents=True)
    (root / "Pulumi.yaml").write_text("name: shop\nruntime: python\n")
    (root / "requirements.txt").write_text("pulumi-aws==7.1.0\n")
    (root / "alarm.py").write_text(ALARM)
    (root / "bucket.py").write_text(BUCKET)
    monkeypatch.chdir(root)
    monkeypatch.delenv("IACFIX_NO_CACHE")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return root


def ran(*arguments: str) -> tuple[set[str], int, str]:
    """The files that a run examined, its exit code, and what it printed; the run remembers nothing of one before."""
    evidence.forget()
    project_files._read_files.project = None
    workers._sent.clear()
    cache._versions.cache_clear()
    names = set[str]()
    made = workers.run_task

    def run_task(task: Task, *given: Accept) -> Outcome:
        names.add(task.source.name)
        return made(task, *given)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(workers, "run_task", run_task)
        done = CliRunner().invoke(program(), [*(arguments or ("check",)), "--jobs=1"])
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return names, done.exit_code, done.stdout


BOTH = {"alarm.py", "bucket.py"}


def kept() -> Path:
    (file,) = (Path(os.environ["XDG_CACHE_HOME"]) / "iacfix").iterdir()
    return file


@pytest.mark.parametrize("arguments", [("check",), ("diff",), ("check", "--unsafe-fixes", "--output-format=json")])
def test_nothing_is_examined_twice(arguments: tuple[str, ...]) -> None:
    first = ran(*arguments)
    assert first[0] == BOTH
    assert ran(*arguments) == (set(), *first[1:])
    assert ran(*arguments, "--no-cache") == first


@pytest.mark.parametrize("format", FORMATS)
def test_every_format_is_the_same_with_and_without(format: str) -> None:
    ran()
    fresh = ran("check", "--no-cache", f"--output-format={format}")
    assert ran("check", f"--output-format={format}")[1:] == fresh[1:]


def _written(name: str, text: str) -> Callable[[Path], object]:
    return lambda root: (root / name).write_text(text)


CHANGES: dict[str, tuple[Callable[[Path], object], set[str]]] = {
    "the file": (_written("alarm.py", ALARM.replace("failures", "errors")), BOTH),
    "an ignore comment": (_written("alarm.py", "# iacfix: ignore-file[unset-missing-data] known\n" + ALARM), BOTH),
    "the version asked for": (_written("requirements.txt", "pulumi-aws==6.83.0\n"), BOTH),
    "a lock that was not there": (
        _written("uv.lock", 'version = 1\n\n[[package]]\nname = "pulumi-aws"\nversion = "6.83.0"\n'),
        BOTH,
    ),
    "requirements in a file that was not there": (_written("requirements-dev.txt", "pulumi-aws==6.83.0\n"), BOTH),
    "an installation": (
        lambda root: (
            (root / ".venv/lib/python3.12/site-packages/pulumi_aws-6.83.0.dist-info").mkdir(parents=True),
            (root / ".venv/pyvenv.cfg").touch(),
            (root / ".venv/lib/python3.12/site-packages/pulumi_aws-6.83.0.dist-info/METADATA").write_text(
                "Name: pulumi-aws\nVersion: 6.83.0\n"
            ),
        ),
        BOTH,
    ),
    "a plugin": (
        _written(
            "Pulumi.yaml",
            "name: shop\nruntime: python\nplugins:\n  providers:\n    - name: aws\n      version: 6.83.0\n",
        ),
        BOTH,
    ),
    "settings": (_written("iacfix.toml", 'provider-version = "6"\n'), BOTH),
    "an option of a rule": (_written("iacfix.toml", "[inline-bucket-config]\nbucket-key = true\n"), BOTH),
    "the provider's major by a manifest that is gone": (lambda root: (root / "requirements.txt").unlink(), BOTH),
}


@pytest.mark.parametrize("name", CHANGES)
def test_what_changed_is_examined_again(project: Path, name: str) -> None:
    change, again = CHANGES[name]
    ran()
    change(project)
    fresh = ran("check", "--no-cache")
    assert fresh[0] == BOTH
    now = ran()
    assert now[1:] == fresh[1:]
    assert now[0] <= again
    assert "alarm.py" in now[0] or "bucket.py" in now[0]


NEIGHBOURS: dict[str, Callable[[Path], object]] = {
    "one that is new": _written("other.py", "from bucket import data\nprint(data.loggings)\n"),
    "one in a new folder": lambda root: (
        (root / "lib").mkdir(),
        (root / "lib/other.py").write_text("from bucket import data\n"),
    ),
    "one that changed": _written("user.py", "from bucket import data\nprint(data.loggings)\n"),
    "one that is gone": lambda root: (root / "user.py").unlink(),
    "one that is left out now": _written(".gitignore", "user.py\n"),
    "one that is now a link": lambda root: (
        (root / "user.py").unlink(),
        (root / "user.py").symlink_to(root / "alarm.py"),
    ),
}


@pytest.mark.parametrize("name", NEIGHBOURS)
def test_a_neighbour(project: Path, name: str) -> None:
    (project / "user.py").write_text("from bucket import data\nprint(data.arn)\n")
    ran()
    NEIGHBOURS[name](project)
    fresh = ran("check", "--no-cache")
    now = ran()
    assert now[1:] == fresh[1:]
    assert "bucket.py" in now[0]


TYPED_BUCKET = """import * as aws from "@pulumi/aws";

export function store(name: string, opts?: object) {
  return new aws.s3.Bucket(name, {
    serverSideEncryptionConfiguration: {
      rule: { applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms" } },
    },
  }, opts);
}
export const data = new aws.s3.Bucket("data", { versioning: { enabled: true } });
"""
TYPED: dict[str, Callable[[Path], object]] = {
    "the version asked for": _written("package.json", '{"dependencies": {"@pulumi/aws": "^6.83.0"}}'),
    "a lock that was not there": _written(
        "package-lock.json", '{"lockfileVersion": 3, "packages": {"node_modules/@pulumi/aws": {"version": "6.83.0"}}}'
    ),
    "an installation": lambda root: (
        (root / "node_modules/@pulumi/aws").mkdir(parents=True),
        (root / "node_modules/@pulumi/aws/package.json").write_text('{"name": "@pulumi/aws", "version": "6.83.0"}'),
    ),
    "settings": _written("iacfix.toml", 'provider-version = "6"\n'),
    "a reader that is new": _written("user.ts", 'import { data } from "./bucket";\nconsole.log(data.versioning);\n'),
    "a reader that is gone": lambda root: (root / "reader.ts").unlink(),
    "a caller that changed": _written("caller.ts", 'import { store } from "./bucket";\nstore("b", {});\nstore("c");\n'),
    "a second resource elsewhere": _written(
        "second.ts",
        'import * as aws from "@pulumi/aws";\nimport { data } from "./bucket";\n'
        'new aws.s3.BucketVersioning("v", { bucket: data.id, versioningConfiguration: { status: "Enabled" } });\n',
    ),
    "an entry that imports it no more": _written("index.ts", "console.log(1);\n"),
}


@pytest.mark.parametrize("name", TYPED)
def test_what_changed_beside_a_program_in_typescript(project: Path, name: str) -> None:
    for old in ("alarm.py", "bucket.py", "requirements.txt"):
        (project / old).unlink()
    (project / "Pulumi.yaml").write_text("name: shop\nruntime: nodejs\n")
    (project / "package.json").write_text('{"dependencies": {"@pulumi/aws": "^7.1.0"}}')
    (project / "bucket.ts").write_text(TYPED_BUCKET)
    (project / "index.ts").write_text('import "./bucket";\n')
    (project / "caller.ts").write_text('import { store } from "./bucket";\nstore("a");\n')
    (project / "reader.ts").write_text('import { data } from "./bucket";\nconsole.log(data.arn);\n')
    first = ran("check", "--unsafe-fixes")
    assert "bucket.ts" in first[0]
    assert ran("check", "--unsafe-fixes") == (set(), *first[1:])
    TYPED[name](project)
    fresh = ran("check", "--unsafe-fixes", "--no-cache")
    now = ran("check", "--unsafe-fixes")
    assert now[1:] == fresh[1:]
    assert "bucket.ts" in now[0]


@pytest.mark.parametrize(
    "option", ["--select=unset-missing-data", "--ignore=unset-missing-data", "--unsafe-fixes", "--provider-version=6"]
)
def test_another_question(option: str) -> None:
    ran()
    fresh = ran("check", option, "--no-cache")
    assert ran("check", option) == fresh
    assert ran("check", option) == (set(), *fresh[1:])
    assert ran()[0] == set()  # both are kept


def test_a_series_by_rule() -> None:
    ran("diff")
    fresh = ran("diff", "--by-rule", "--no-cache")
    assert ran("diff", "--by-rule") == fresh


def test_a_baseline(project: Path) -> None:
    assert ran("check")[1] == 1
    assert ran("baseline", "write")[0] == set()
    assert ran("check")[1] == 0
    (project / "iacfix-baseline.json").unlink()
    assert ran("check")[1] == 1


def test_a_pack_or_a_parser_that_was_upgraded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ran()
    (tmp_path / "more/libcst-99.0.dist-info").mkdir(parents=True)
    monkeypatch.syspath_prepend(tmp_path / "more")
    assert ran()[0] == BOTH


def _flipped(data: bytes) -> bytes:
    at = data.index(b"severity") if b"severity" in data else len(data) // 2
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]


DAMAGES: dict[str, Callable[[bytes], bytes]] = {
    "nothing": lambda _: b"",
    "half of it": lambda data: data[: len(data) // 2],
    "a bit": _flipped,
    "another checksum": lambda data: b"0" * 64 + data[64:],
    "text": lambda _: b"hello\nworld\n",
    "what is no line, rightly summed": lambda _: digest(b"a b").encode() + b"\na b",
    "an outcome of other types, rightly summed": lambda data: _summed(data, lambda _: b'[[],["alarm.py",[0],[0],7]]'),
    "evidence that is none, rightly summed": lambda data: _summed(data, lambda _: b'[["read"]]', b"evidence"),
    "an outcome that is no JSON, rightly summed": lambda data: _summed(data, lambda body: body[:-1]),
}


def _summed(data: bytes, change: Callable[[bytes], bytes], kind: bytes = b"outcome") -> bytes:
    records = [record.split(b" ", 4) for record in data.split(b"\n")[1:]]
    rest = b"\n".join(
        b" ".join([*record[:4], change(record[4]) if record[1] == kind else record[4]]) for record in records
    )
    return digest(rest).encode() + b"\n" + rest


@pytest.mark.parametrize("name", DAMAGES)
def test_what_is_damaged_counts_as_not_there(name: str) -> None:
    first = ran()
    kept().write_bytes(DAMAGES[name](kept().read_bytes()))
    assert ran() == first
    assert ran() == (set(), *first[1:])


def test_a_cache_that_others_may_write(project: Path) -> None:
    first = ran()
    kept().chmod(0o666)
    assert ran() == first
    kept().parent.chmod(0o777)
    assert ran() == first
    kept().parent.chmod(0o700)
    target = project.parent / "elsewhere"
    kept().rename(target)
    (Path(os.environ["XDG_CACHE_HOME"]) / "iacfix" / f"{digest(os.fsencode(project))}.outcomes").symlink_to(target)
    assert ran() == first


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root gives files away")
@pytest.mark.parametrize("what", ["project", "cache", "file"])
def test_what_is_somebody_else_s(project: Path, what: str) -> None:
    first = ran()
    os.chown({"project": project, "cache": kept().parent, "file": kept()}[what], 12345, 12345)
    assert ran() == first


def test_without_a_place_for_it(project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = ran("check", "--no-cache")
    monkeypatch.setenv("XDG_CACHE_HOME", str(project / "alarm.py" / "cache"))
    assert ran() == ran() == first
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setenv("HOME", str(tmp_path / "nowhere"))
    assert ran() == ran() == first
    assert not (tmp_path / "nowhere").exists()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("IACFIX_NO_CACHE", "1")
    assert ran() == ran() == first
    assert not (tmp_path / "cache").exists()


def test_it_is_taken_away() -> None:
    ran()
    size = kept().stat().st_size
    done = subprocess.run([sys.executable, "-m", "iacfix", "clean"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, f"removed {size:,} bytes of cached results\n")
    assert ran()[0] == BOTH


def test_files_of_earlier_releases_are_deleted_too() -> None:
    ran()
    old = kept().with_suffix(".verdicts")
    kept().rename(old)
    subprocess.run([sys.executable, "-m", "iacfix", "clean"], capture_output=True, check=True)
    assert not old.exists()


def test_files_that_were_not_looked_at_stay_and_old_texts_go(project: Path) -> None:
    ran()
    for number in range(cache.PLANS + 3):
        (project / "alarm.py").write_text(ALARM.replace("failures", f"failures-{number}"))
        ran("check", "alarm.py")
    about = [record.split(b" ")[1:3] for record in kept().read_bytes().split(b"\n")[1:]]
    names = [digest(name.encode())[:16].encode() for name in ("alarm.py", "bucket.py")]
    assert [about.count([b"outcome", name]) for name in names] == [cache.PLANS, 1]


def test_runs_at_the_same_time() -> None:
    command = [sys.executable, "-m", "iacfix", "check", "--jobs=1"]
    first = ran("check", "--no-cache")
    running = [subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for _ in range(4)]
    assert [each.communicate()[0] for each in running] == [first[2]] * 4
    assert ran() == (set(), *first[1:])


def test_runs_that_are_killed_at_any_moment(project: Path) -> None:
    command = [sys.executable, "-m", "iacfix", "check", "--jobs=1"]
    for number in range(6):
        (project / "alarm.py").write_text(ALARM.replace("failures", f"failures-{number}"))
        running = [subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) for _ in range(3)]
        for each, seconds in zip(running, (0.2 + 0.1 * number, 0.1, 0.05), strict=True):
            time.sleep(seconds)
            each.kill()
            each.wait()
    fresh = ran("check", "--no-cache")
    assert ran()[1:] == fresh[1:]
    assert ran() == (set(), *fresh[1:])


def test_workers_tell_what_they_looked_at(project: Path) -> None:
    for number in range(6):
        (project / f"bucket_{number}.py").write_text(BUCKET)
    subprocess.run([sys.executable, "-m", "iacfix", "check", "--jobs=2"], capture_output=True, check=False)
    assert ran()[0] == set()
    (project / "other.py").write_text("from bucket import data\n")
    assert "bucket_5.py" in ran()[0]


def test_what_changes_while_the_run_reads(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = workers.run_task

    def then_changed(task: Task, *given: Accept) -> Outcome:
        outcome = made(task, *given)
        (project / "requirements.txt").write_text("pulumi-aws==6.83.0\n")
        return outcome

    with monkeypatch.context() as patch:
        patch.setattr(workers, "run_task", then_changed)
        ran()
    assert ran() == ran("check", "--no-cache")


SPLIT = Split(CreationSite("a.py", 1, "t", ("n",), Parent.NONE), "r", (AddedResource("t", "n"),))
FOUND = Reported(
    "r",
    Severity.HIGH,
    "a.py",
    1,
    2,
    "m" * 200,
    Fix.SAFE,
    None,
    ("n", "o"),
    Location(3, (1, 2), 1, "x", "before"),
    "no-lid",
    "close it",
)
EVERY = Outcome(
    "a.py",
    "before",
    "after" * 100,
    findings=(FOUND,),
    steps=(Step(("r",), "before", "after" * 100, (SPLIT,)),),
    provider=Provider("aws", 7, "why", (6,)),
    sites=(CreationSite("a.py", 1, "t", ("n", ""), Parent.COMPONENT),),
    not_taken=frozenset({Reported("r", Severity.LOW, "a.py", 1, 2, "m", Fix.NONE, "why")}),
    suppressed=(Reported("r", Severity.LOW, "a.py", 3, 4, "m", Fix.NONE, "by a comment"),),
    repairs={FOUND: (Change(0, 2, "af"), Change(3, 4, "a" * 200))},
    module_repairs={FOUND: {"b.py": (Change(0, 2, "af"),)}},
    packs=(RuleFolder("/rules", (("r", "r.yaml"), ("s", "s.py")), "0" * 64),),
)


def test_every_field_of_an_outcome_is_kept() -> None:
    texts = {EVERY.before: 0}
    made = json.loads(json.dumps(cache.encoded(EVERY, texts)))
    again = cache.decoded(made, Outcome, list(texts))
    assert again == EVERY
    assert (again.sites, again.repairs, again.packs) == (EVERY.sites, EVERY.repairs, EVERY.packs)
    assert again.module_repairs == EVERY.module_repairs
    defaults = Outcome("", "", "")
    same = [name for name in vars(EVERY) if getattr(EVERY, name) == getattr(defaults, name) and name != "errors"]
    assert same == [], "give the new field a value above"


def test_what_failed_is_not_kept(tmp_path: Path) -> None:
    task = Task(from_bytes(b"x = 1\n", "a.py"), Plan(()), tmp_path)
    store = cache.FileStore(tmp_path / "a.outcomes")
    kept = cache.OutcomeCache(store)
    kept.keep(task, replace(EVERY, errors=("a.py: failed",)), Evidence())
    skipped = replace(EVERY.findings[0], rule="skipped-file")
    kept.keep(task, replace(EVERY, findings=(skipped,)), Evidence())
    kept.close()
    assert cache.OutcomeCache(cache.FileStore(store.file)).of(task) is None


def test_all_that_is_opened_or_listed_is_evidence(project: Path) -> None:
    shutil.rmtree(project / "lib", ignore_errors=True)
    (project / "lib").mkdir()
    (project / "lib/deep.py").write_text("import pulumi\n")
    (project / ".gitignore").write_text("*.pyc\n")
    watched = """
import os, sys
from pathlib import Path
from iacfix.engine import workers
from iacfix.files import evidence
from iacfix.engine.request import Request
from iacfix.engine.run import run
seen = set()
def watch(event, given):
    if event in ("open", "os.listdir", "os.scandir", "glob.glob") and isinstance(given[0], str):
        seen.add(os.path.abspath(given[0]))
tasks = run(Request()).tasks
evidence.tell_from(None)
sys.addaudithook(watch)
def paths(found):
    yield from (path for _, path, _ in found.notes)
    for each in found.shared.values():
        yield from paths(each) if each else ()
for task in tasks:
    with evidence.gathered() as found:
        workers.run_task(task)
    noted = set(paths(found))
    for path in seen:
        assert path in noted or not path.startswith(os.getcwd()), path
assert any(path.endswith("requirements.txt") for path in seen), seen
"""
    done = subprocess.run([sys.executable, "-c", watched], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_what_another_file_hands_on_counts(project: Path) -> None:
    (project / "lib.py").write_text("from names import *\n")
    (project / "names.py").write_text("from pulumi_aws.kms import Key\n")
    (project / "keys.py").write_text('import pulumi\nfrom lib import Key\n\nkey = Key("k")\n')
    first = ran("check", "--select=unrotated-key")
    assert "keys.py" in first[0]
    assert "unrotated-key" in first[2]
    assert ran("check", "--select=unrotated-key") == (set(), *first[1:])
    (project / "names.py").write_text("import pulumi_aws\n\n\nclass Key:\n    pass\n")
    names, _, shown = ran("check", "--select=unrotated-key")
    assert "keys.py" in names
    assert "unrotated-key" not in shown
