"""Equal files of different repositories are computed once, and only where all around them is equal too."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from alarms import ALARM
from farm import PINNED, bare, campaign, results
from kept import MARK, MESSAGE, marked

from iacfix.campaign.child import examined
from iacfix.campaign.cloning import Clone
from iacfix.campaign.job import REVIEW, Bounds, CheckOptions, Job
from iacfix.campaign.supervisor import run_job
from iacfix.files.hosting import hosted

WEAK = {"__main__.py": ALARM, **PINNED, "README.md": "first\n"}
SAME: dict[str, dict[str, str]] = {
    "the same": {},
    "another text beside it": {"README.md": "second\n"},
}
OTHER: dict[str, dict[str, str]] = {
    "another program": {"__main__.py": ALARM.replace("threshold=1", "threshold=2")},
    "another major": {"requirements.txt": "pulumi-aws==6.80.0\n"},
    "another setting": {"iacfix.toml": "unsafe-fixes = true\n"},
    "a neighbour": {"errors.py": "import pulumi_aws\n"},
    "another name at the root, where pins may be": {"docs/index.md": "second\n"},
}


def report(address: Path, cache: Path, options: CheckOptions | None = None) -> bytes:
    """What a repository is told, in a process of its own."""
    job = Job("local/a", address.as_uri(), None, options or CheckOptions(), Bounds(), cache=str(cache))
    return run_job(job).files["report.json"]


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Callable[[], Path]:
    """What a first repository left for others, with its mark, in a folder of each test's own."""
    place = tmp_path_factory.mktemp("first")
    address = bare(place, "first", WEAK)
    number = iter(range(99))

    def made() -> Path:
        cache = place / f"cache{next(number)}"
        assert MESSAGE in report(address, cache)
        assert marked(cache) == 1
        return cache

    return made


@pytest.mark.parametrize("name", SAME)
def test_an_equal_file_is_not_computed_again(kept: Callable[[], Path], name: str, tmp_path: Path) -> None:
    assert MARK in report(bare(tmp_path, "second", {**WEAK, **SAME[name]}), kept())


@pytest.mark.parametrize("name", OTHER)
def test_what_differs_is_computed(kept: Callable[[], Path], name: str, tmp_path: Path) -> None:
    told = report(bare(tmp_path, "second", {**WEAK, **OTHER[name]}), kept())
    assert MESSAGE in told
    assert MARK not in told


def test_another_question_is_computed(kept: Callable[[], Path], tmp_path: Path) -> None:
    assert MARK not in report(bare(tmp_path, "second", WEAK), kept(), CheckOptions(unsafe=True))


def test_what_others_may_write_is_not_used(kept: Callable[[], Path], tmp_path: Path) -> None:
    (cache, second) = (kept(), bare(tmp_path, "second", WEAK))
    (outcome,) = (file for file in cache.rglob("*") if file.is_file() and MARK in file.read_bytes())
    outcome.chmod(0o666)
    assert MARK not in report(second, cache)
    marked(cache)
    cache.chmod(0o777)
    assert MARK not in report(second, cache)


def test_what_a_repository_brings_along_is_not_used(kept: Callable[[], Path], tmp_path: Path) -> None:
    """Neither at its root nor as a link to the folder of the campaign: nothing in it is where a campaign looks."""
    brought = {
        f"cache/{file.relative_to(cache)}": file.read_bytes()
        for cache in [kept()]
        for file in cache.rglob("*")
        if file.is_file()
    }
    bare(tmp_path, "hostile", {**WEAK, **brought, **{f".cache/iacfix/{name}": data for name, data in brought.items()}})
    bare(tmp_path, "victim", {**WEAK, "README.md": "third\n"})
    done = campaign("run", tmp_path / "hostile.git", tmp_path / "victim.git", "-o", tmp_path / "out", "--jobs", "1")
    assert done.stderr.endswith("2 repositories: 2 fixed\n")
    assert not any(MARK in data for data in results(tmp_path / "out").values())


def test_results_are_the_same_with_and_without(tmp_path: Path) -> None:
    """The second of two repositories that differ in a text is told what it would be told alone."""
    names = ("first", "second")
    first, second = (bare(tmp_path, name, {**WEAK, "README.md": f"{name}\n"}) for name in names)
    campaign("run", first, second, "-o", tmp_path / "both", "--jobs", "1")
    campaign("run", second, "-o", tmp_path / "alone")
    both, alone = results(tmp_path / "both"), results(tmp_path / "alone")
    assert {
        name: data for name, data in both.items() if os.path.dirname(name).endswith("+second.git") or "second" in name
    } == alone
    assert not (tmp_path / "both" / "cache").exists()


def test_a_page_that_others_take_over_has_no_links_to_one_host(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "clone"
    subprocess.run(["git", "clone", "--quiet", str(bare(tmp_path, "one", WEAK)), str(folder)], check=True)
    subprocess.run(["git", "-C", str(folder), "remote", "set-url", "origin", "git@github.com:a/b.git"], check=True)
    monkeypatch.chdir(folder)
    assert hosted(folder), "its lines have addresses"
    _, files = examined(CheckOptions(), Clone("0c5a", "7ee"), None, tmp_path)
    assert b"github.com" not in files[REVIEW]
