"""Every kind of repository that strangers have, in one campaign."""

from __future__ import annotations

from pathlib import Path

import pytest
from farm import campaign, git, last, results
from strangers import STATES, strangers


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("strangers")
    (place / "list.txt").write_text("\n".join(strangers(place)) + "\n")
    assert campaign("run", place / "list.txt", "-o", place / "out", "--jobs", "2").returncode == 2
    return place


@pytest.mark.parametrize("name", STATES)
def test_its_state(done: Path, name: str) -> None:
    event = last(done / "out")[name]
    assert event["state"] == STATES[name], event.get("reason")


def test_nothing_of_them_runs(done: Path) -> None:
    assert not (done / "ran").exists()


def test_results_say_nothing_of_where_the_clone_stood(done: Path) -> None:
    assert not [name for name, data in results(done / "out").items() if b"iacfix-" in data and b"/room/" in data]
    said = (done / "out" / "journal.jsonl").read_text()
    assert "/room/" not in said


@pytest.mark.parametrize("name", [name for name, state in STATES.items() if state == "fixed"])
def test_its_patch_applies_to_another_clone(done: Path, name: str, tmp_path: Path) -> None:
    git(tmp_path, "clone", "-q", f"{done}/{name}.git", "clone")
    (patch,) = (done / "out" / "repositories").glob(f"*+{name}/unset-missing-data.patch")
    git(tmp_path / "clone", "apply", "--check", str(patch))
