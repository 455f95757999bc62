"""One odd file costs itself: in whichever process it is examined, and whatever it does to it."""

from __future__ import annotations

import errno
import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from alarms import ALARM, FIXED, TYPESCRIPT
from typer.testing import CliRunner

from iacfix.cli import program

TOO_DEEP = "nests too deep to be read; split its longest expression, or exclude it"
LISTS = "[" * 5_000 + "]" * 5_000
MODULE = 'resource "aws_cloudwatch_metric_alarm" "a" {\n  alarm_name = "a"\n  evaluation_periods = 1\n'
LOST = "crashed its process or hung; not changed: exclude it and report it"


def iacfix(*arguments: str, timeout: int = 60) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "iacfix", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=timeout)


def written(project: Path, odd: str) -> None:
    """Two programs and an odd one between them."""
    for name in "ac":
        (project / f"{name}.py").write_text(ALARM)
    (project / "b.py").write_text(odd)


BOTH_FIXED = """fixed 2 findings in 2 files
  unset-missing-data  2
  a.py                1
  c.py                1
"""


def both_are_fixed(project: Path) -> bool:
    return all((project / f"{name}.py").read_text() == FIXED for name in "ac")


@pytest.mark.usefixtures("fatal_pack")
def test_a_worker_that_dies_names_its_file_and_the_rest_is_done(project: Path) -> None:
    written(project, "import pulumi_fatal  # fatal: die\n")
    result = iacfix("apply", "--jobs", "2")
    assert (result.returncode, result.stdout, result.stderr) == (
        2,
        "",
        f"{BOTH_FIXED}iacfix: error: b.py: {LOST}\n",
    )
    assert both_are_fixed(project)


@pytest.mark.usefixtures("fatal_pack")
def test_after_a_death_the_files_that_are_left_go_to_workers_again(project: Path) -> None:
    for number in range(12):
        (project / f"{number:02}.py").write_text(ALARM)
    (project / "00x.py").write_text("import pulumi_fatal  # fatal: die\n")
    (project / "09x.py").write_text("import pulumi_fatal  # fatal: die\n")
    result = iacfix("apply", "--jobs", "2")
    files = "".join(f"  {number:02}.py               1\n" for number in range(12))
    assert result.stderr == (
        f"fixed 12 findings in 12 files\n  unset-missing-data  12\n{files}"
        f"iacfix: error: 00x.py: {LOST}\niacfix: error: 09x.py: {LOST}\n"
    )


@pytest.mark.usefixtures("fatal_pack")
@pytest.mark.parametrize("jobs", ["1", "2"])
@pytest.mark.parametrize(
    ("word", "setting", "said"),
    [
        ("spin", "max-seconds = 1", "the file takes more than 1 s of processor time"),
        ("eat", "max-memory = 500", "the file takes more than 500 MB of memory"),
    ],
)
def test_a_file_over_a_limit_is_reported(project: Path, jobs: str, word: str, setting: str, said: str) -> None:
    written(project, f"import pulumi_fatal  # fatal: {word}\n")
    (project / "iacfix.toml").write_text(f"{setting}\n")
    result = iacfix("check", "--output-format", "json", "--jobs", jobs)
    name = setting.partition(" ")[0]
    remedy = f"raise {name}, split the file, or exclude it"
    found = [found for found in json.loads(result.stdout)["findings"] if found["path"] == "b.py"]
    assert [(each["rule"], each["message"], each["remedy"]) for each in found] == [("skipped-file", said, remedy)]
    assert (result.returncode, result.stderr) == (1, "")
    assert iacfix("apply", "--jobs", jobs).stderr.startswith("fixed 2 findings in 2 files")
    assert both_are_fixed(project)


@pytest.mark.usefixtures("fatal_pack")
def test_a_worker_that_nothing_interrupts_is_ended(project: Path) -> None:
    written(project, "import pulumi_fatal  # fatal: wait\n")
    (project / "iacfix.toml").write_text("max-seconds = 1\n")
    result = iacfix("apply", "--jobs", "2")
    assert f"iacfix: error: b.py: {LOST}\n" in result.stderr
    assert both_are_fixed(project)


DEEP = {
    "1,000 concatenations": "+".join(['"a"'] * 1_000),
    "10,000 concatenations": "+".join(['"a"'] * 10_000),
    "10,000 attributes": "a" + ".b" * 10_000,
    "300 nested calls": "f(" * 300 + ")" * 300,
    "10,000 brackets": "[" * 10_000 + "]" * 10_000,
    "10,000 brackets that are left open": "[" * 10_000,
    "brackets behind syntax of another version": 'print "a"; ' + "[" * 10_000,
    "5,000 sums in front of an error": "a + " * 5_000 + "a b",
    "5,000 attributes in front of an error": "a." * 5_000 + "b c",
    "5,000 signs": "-" * 5_000 + "1",
    "3,000 lambdas": "lambda: " * 3_000 + "1",
}


@pytest.mark.parametrize("jobs", ["1", "2"])
@pytest.mark.parametrize("odd", DEEP.values(), ids=DEEP)
def test_too_deep_is_said_in_these_words_and_the_rest_is_done(project: Path, odd: str, jobs: str) -> None:
    written(project, f"import pulumi_aws as aws\nMetricAlarm = {odd}\n")
    result = iacfix("apply", "--jobs", jobs)
    assert result.stderr == f"{BOTH_FIXED}iacfix: error: b.py: {TOO_DEEP}\n"
    assert both_are_fixed(project)
    assert iacfix("check", "b.py").stderr == f"iacfix: error: b.py: {TOO_DEEP}\n"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("odd.ts", f"{TYPESCRIPT.replace('threshold: 1', f'tags: {LISTS}')}"),
        ("odd.tf", f"{MODULE}  tags = {LISTS}\n}}\n"),
    ],
)
def test_a_list_too_deep_for_a_rule_is_said_in_these_words(project: Path, name: str, text: str) -> None:
    (project / name).write_text(text)
    assert iacfix("check", name).stderr == f"iacfix: error: {name}: {TOO_DEEP}\n"


@pytest.mark.parametrize("odd", ["+".join(['"a"'] * 390), "f(" * 190 + ")" * 190, "a" + ".b" * 390], ids=len)
def test_deep_is_not_too_deep(project: Path, odd: str) -> None:
    text = ALARM.replace("threshold=1", f"threshold=1,\n    alarm_description={odd}")
    (project / "a.py").write_text(text)
    result = iacfix("apply", "--provider-version", "7")
    assert (result.returncode, result.stderr) == (0, "fixed 1 finding in 1 file\n")
    assert 'treat_missing_data="notBreaching"' in (project / "a.py").read_text()


def _take_interrupts() -> None:
    """A shell in the background hands on that interrupts are ignored."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@pytest.mark.usefixtures("fatal_pack")
@pytest.mark.parametrize("jobs", ["1", "2"])
@pytest.mark.parametrize(("sent", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGKILL, -9)])
def test_workers_end_with_their_run(project: Path, jobs: str, sent: signal.Signals, code: int) -> None:
    for name in "ab":
        (project / f"{name}.py").write_text("import pulumi_fatal  # fatal: wait\n")
    command = [sys.executable, "-m", "iacfix", "check", "--jobs", jobs]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen(command, **pipes, text=True, preexec_fn=_take_interrupts) as process:
        assert process.stderr is not None
        workers = [int(process.stderr.readline().removeprefix("waiting ")) for _ in range(int(jobs))]
        process.send_signal(sent)
        stdout, stderr = process.communicate(timeout=20)
    said = "iacfix: interrupted\n" if sent is signal.SIGINT else ""
    assert (process.returncode, stdout, re.sub(r"waiting \d+\n", "", stderr)) == (code, "", said)
    assert all(is_gone(worker) for worker in workers)


def is_gone(process: int) -> bool:
    for _ in range(100):
        try:
            os.kill(process, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.05)
    return False


GONE = "the working directory is gone; change to a folder that exists"
TOO_MANY = "Too many open files; raise the limit of open files (ulimit -n), or lower --jobs"


@pytest.mark.parametrize(
    ("script", "command", "said"),
    [
        ("rm -r ../here", "check", GONE),
        ("rm -r ../here", "patch review.diff", GONE),
        ("rm -r ../here", "migrate --stack-export state.json -o out", GONE),
        ("ulimit -n 12", "check --jobs 2", TOO_MANY),
    ],
)
def test_what_the_system_refuses_is_explained(project: Path, script: str, command: str, said: str) -> None:
    (project / "here").mkdir()
    for name in "ab":
        (project / "here" / f"{name}.py").write_text(ALARM)
    run = f"cd here && {script} && exec {sys.executable} -m iacfix {command}"
    result = subprocess.run(["sh", "-c", run], capture_output=True, text=True, check=False, timeout=60)
    assert (result.returncode, result.stderr) == (2, f"iacfix: error: {said}\n")


def test_a_system_that_has_no_place_for_workers_is_told_apart(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As where /dev/shm is not there, or full."""

    def refused(*_: object, **__: object) -> None:
        raise OSError(errno.ENOENT, os.strerror(errno.ENOENT))

    for name in "ab":
        (project / f"{name}.py").write_text(ALARM)
    monkeypatch.setattr("multiprocessing.synchronize.SemLock.__init__", refused)
    result = CliRunner().invoke(program(), ["check", "--jobs", "2"])
    said = "iacfix: error: no workers can be started (No such file or directory); use --jobs 1\n"
    assert (result.exit_code, result.stderr) == (2, said)
    assert CliRunner().invoke(program(), ["check", "--jobs", "1"]).exit_code == 1
