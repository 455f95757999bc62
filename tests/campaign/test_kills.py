"""Whoever is killed at whatever moment: what goes on ends with the same bytes as what nobody disturbed."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from alarms import ALARM, FIXED
from clusters import cluster
from farm import PINNED, bare, campaign, command, git, last, results

KILLS = 6
SEED = "IACFIX_SEED"
"""Names the moments again that a failure printed."""
SLOWEST = 4.0
"""Seconds until somebody is killed at the latest: about as long as a run takes that nobody disturbs."""


@pytest.fixture(scope="module")
def farm(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Repositories of several kinds, some equal, and what comes of them undisturbed."""
    place = tmp_path_factory.mktemp("farm")
    weak = {"__main__.py": ALARM, **PINNED}
    for number in range(6):
        bare(place, f"weak{number}", {**weak, "README.md": f"{number // 2}\n"})
    bare(place, "other", {"__main__.py": ALARM.replace("errors", "other"), **PINNED})
    bare(place, "clean", {"__main__.py": FIXED, **PINNED})
    bare(place, "broken", {"__main__.py": "import pulumi_aws as aws\naws.cloudwatch.MetricAlarm(\n"})
    bare(place, "headless", weak, head="gone")
    git(place, "init", "-q", "--bare", "empty.git")
    names = (*(f"weak{number}" for number in range(6)), "other", "clean", "broken", "headless", "empty")
    (place / "list.txt").write_text("".join(f"{place}/{name}.git\n" for name in names))
    campaign("run", place / "list.txt", "-o", place / "out")
    assert len(last(place / "out")) == len(names)
    return place


@pytest.fixture
def chance() -> random.Random:
    seed = int(os.environ.get(SEED) or random.SystemRandom().randrange(10**6))
    print(f"{SEED}={seed}")
    return random.Random(seed)


def descendants(process: int) -> list[int]:
    """All that a process started, and what these did."""
    found = list[int]()
    for file in Path(f"/proc/{process}/task").glob("*/children"):
        with suppress(OSError):
            for child in map(int, file.read_text().split()):
                found += [child, *descendants(child)]
    return found


def kill(process: int) -> None:
    with suppress(ProcessLookupError):
        os.kill(process, signal.SIGKILL)


@contextmanager
def running(line: list[str]) -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen(line, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            yield process
        finally:
            process.kill()


def must_be_as_undisturbed(farm: Path, out: Path) -> None:
    again = ("--retry", "failed", "--retry", "set-aside")
    done = campaign("run", farm / "list.txt", "-o", out, *again)
    assert done.returncode == 2, done.stderr
    assert results(out) == results(farm / "out")
    told = [
        {name: (event["state"], event.get("reason")) for name, event in last(each).items()}
        for each in (out, farm / "out")
    ]
    assert told[0] == told[1]
    assert {path.name for path in out.iterdir()} == {path.name for path in (farm / "out").iterdir()}


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="who was started is looked up in /proc")
def test_parent_and_children(farm: Path, tmp_path: Path, chance: random.Random) -> None:
    out = tmp_path / "out"
    for _ in range(KILLS):
        with running(command("run", farm / "list.txt", "-o", out, "--jobs", "2", "--retry", "failed")) as process:
            while process.poll() is None:
                time.sleep(chance.uniform(0.1, SLOWEST / 2))
                children = descendants(process.pid)
                if chance.random() < 0.4:
                    process.kill()
                    break
                if children:
                    kill(chance.choice(children))
    must_be_as_undisturbed(farm, out)


def test_workers_and_schedulers(farm: Path, tmp_path: Path, chance: random.Random) -> None:
    pytest.importorskip("distributed", reason="the extra `cluster` is not installed")
    out = tmp_path / "out"
    for number in range(KILLS // 2):
        place = tmp_path / f"cluster{number}"
        place.mkdir()
        with (
            cluster(place) as (address, scheduler, workers),
            running(command("run", farm / "list.txt", "-o", out, "--cluster", address, "--retry", "failed")) as process,
        ):
            time.sleep(chance.uniform(1.5, 2 * SLOWEST))  # most of it is the start of Dask
            chance.choice([process, scheduler, *workers, *workers]).kill()
            time.sleep(chance.uniform(0, SLOWEST / 2))
    must_be_as_undisturbed(farm, out)
