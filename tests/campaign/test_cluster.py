"""A campaign on a Dask cluster gives what one without gives, whoever is lost on the way."""

from __future__ import annotations

import subprocess
import time
from pathlib import Path

import pytest
from alarms import ALARM, FIXED
from clusters import cluster
from farm import PINNED, bare, campaign, command, events, git, last, results
from kept import MARK, MESSAGE, marked

from iacfix.campaign.cluster import Cluster
from iacfix.campaign.job import Bounds, CheckOptions, Job

pytest.importorskip("distributed", reason="the extra `cluster` is not installed")

NAMES = tuple(f"weak{number}" for number in range(6))


@pytest.fixture(scope="module")
def farm(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Six weak repositories, a clean one and an empty one, and what comes of them here."""
    place = tmp_path_factory.mktemp("farm")
    for name in NAMES:
        bare(place, name, {"__main__.py": ALARM.replace("errors", name), **PINNED})
    bare(place, "clean", {"__main__.py": FIXED, **PINNED})
    git(place, "init", "-q", "--bare", "empty.git")
    (place / "list.txt").write_text("".join(f"{place}/{name}.git\n" for name in (*NAMES, "clean", "empty")))
    assert campaign("run", place / "list.txt", "-o", place / "out").returncode == 1
    return place


def test_a_cluster_of_this_machine(farm: Path, tmp_path: Path) -> None:
    done = campaign("run", farm / "list.txt", "-o", tmp_path / "out", "--cluster", "local:2")
    assert (done.returncode, done.stderr) == (1, "8 repositories: 6 fixed, 1 clean, 1 empty\n")
    assert results(tmp_path / "out") == results(farm / "out")


def test_it_has_as_many_workers_as_asked_for() -> None:
    pool = Cluster("local:3")
    pool.close()
    assert pool.width == 3


def test_a_lost_worker_loses_no_result(farm: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    with cluster(tmp_path) as (address, _, workers):
        run = command("run", farm / "list.txt", "-o", out, "--cluster", address)
        with subprocess.Popen(run, stderr=subprocess.PIPE, text=True) as process:
            while "ended" not in str(events(out)) and process.poll() is None:
                time.sleep(0.01)
            workers[0].kill()
            assert process.stderr is not None
            assert process.stderr.read() == "8 repositories: 6 fixed, 1 clean, 1 empty\n"
    assert results(out) == results(farm / "out")
    began = [event["repository"] for event in events(out) if event["event"] == "began"]
    assert len(began) == len(set(began)) == 8


def test_a_lost_scheduler_ends_the_run_which_goes_on_later(farm: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    with cluster(tmp_path) as (address, scheduler, _):
        run = command("run", farm / "list.txt", "-o", out, "--cluster", address)
        with subprocess.Popen(run, stderr=subprocess.PIPE, text=True) as process:
            while "ended" not in str(events(out)) and process.poll() is None:
                time.sleep(0.01)
            scheduler.kill()
            assert process.stderr is not None
            said = process.stderr.read()
    assert (process.returncode, said.splitlines()[-1]) == (
        2,
        f"iacfix: error: the cluster at {address} is gone; the same command goes on later",
    )
    done = campaign("run", farm / "list.txt", "-o", out)
    assert (done.returncode, done.stderr) == (1, "8 repositories: 6 fixed, 1 clean, 1 empty\n")
    assert results(out) == results(farm / "out")


def test_workers_that_see_the_folder_share_what_is_kept(tmp_path: Path) -> None:
    for name in ("one", "two", "three"):
        bare(tmp_path, name, {"__main__.py": ALARM, **PINNED})
    addresses = [tmp_path / f"{name}.git" for name in ("one", "two", "three")]
    done = campaign("run", *addresses, "-o", tmp_path / "out", "--cluster", "local:1")
    assert done.stderr == "3 repositories: 3 fixed\n"
    assert [event.get("same_as") for event in last(tmp_path / "out").values()] == [None, *[f"local{tmp_path}/one"] * 2]


@pytest.mark.parametrize("is_seen", [True, False])
def test_a_worker_keeps_what_it_made_of_a_file(tmp_path: Path, *, is_seen: bool) -> None:
    """In the folder of the campaign, or among its own files; neither keeps any of the other."""
    room, cache = tmp_path / "room", tmp_path / "cache"
    if is_seen:
        room.mkdir()
    with cluster(tmp_path, 1) as (address, _, _):
        pool = Cluster(address)

        def report(name: str) -> bytes:
            repository = bare(tmp_path, name, {"__main__.py": ALARM, **PINNED, "README.md": name})
            job = Job(name, repository.as_uri(), None, CheckOptions(), Bounds(), str(room), None, str(cache))
            return pool.submit(job).result().files["report.json"]

        assert MESSAGE in report("first")
        assert marked(cache if is_seen else tmp_path / "scratch") == 1
        assert MARK in report("second")
        pool.close()
    assert cache.exists() == is_seen


@pytest.mark.parametrize(
    ("is_like", "told"),
    [("iacfix.__version__ = '0.0.1'", "have iacfix 0.0.1"), ("sys.modules['iacfix'] = None", "have iacfix none (")],
)
def test_workers_with_another_iacfix_are_told(farm: Path, tmp_path: Path, is_like: str, told: str) -> None:
    with cluster(tmp_path, first=f"import iacfix, sys; {is_like}") as (address, _, _):
        done = campaign("run", farm / "clean.git", "-o", tmp_path / "out", "--cluster", address)
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert f"workers at {address} {told}" in done.stderr
    assert events(tmp_path / "out") == []


def test_nobody_at_the_address(farm: Path, tmp_path: Path) -> None:
    done = campaign("run", farm / "clean.git", "-o", tmp_path / "out", "--cluster", "nowhere")
    assert done.returncode == 2
    assert done.stderr.startswith("iacfix: error: the cluster at nowhere does not answer: ")
