"""A campaign over real repositories: each costs itself, and a run that was killed goes on as if it had not been."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from alarms import ALARM, FIXED
from farm import PINNED, bare, campaign, command, events, git, last, nested, results

from iacfix.campaign.job import Bounds, CheckOptions, Job
from iacfix.campaign.supervisor import run_job

LFS = "version https://git-lfs.github.com/spec/v1\noid sha256:" + "0" * 64 + "\nsize 12345\n"
GITLINK = ("update-index", "--add", "--cacheinfo", f"160000,{'1' * 40},modules/shared")
STATES = {
    "weak": "fixed",
    "clean": "clean",
    "broken": "failed",
    "empty": "empty",
    "headless": "failed",
    "modules": "fixed",
    "hooks": "clean",
    "lfs": "fixed",
    "names": "fixed",
    "bomb": "failed",
    "large": "fixed",
    "nothing": "no program",
    "twin": "fixed",
}


@pytest.fixture(scope="module")
def farm(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A list of repositories, none of which is nice to be cloned."""
    place = tmp_path_factory.mktemp("farm")
    weak = {"__main__.py": ALARM, **PINNED}
    bare(place, "weak", weak)
    bare(place, "twin", weak)
    bare(place, "clean", {"__main__.py": FIXED, **PINNED})
    bare(place, "broken", {"__main__.py": "import pulumi_aws as aws\naws.cloudwatch.MetricAlarm(\n"})
    git(place, "init", "-q", "--bare", "empty.git")
    bare(place, "headless", weak, head="gone")
    modules = '[submodule "modules/shared"]\n\tpath = modules/shared\n\turl = ../clean.git\n'
    bare(place, "modules", {**weak, ".gitmodules": modules, "iacfix.toml": "provider-version = 6\n"}, GITLINK)
    hooks = bare(place, "hooks", {"__main__.py": FIXED, "hooks": ""})
    for hook in ("post-checkout", "reference-transaction", "pre-auto-gc"):
        (hooks / "hooks").mkdir(exist_ok=True)
        (hooks / "hooks" / hook).write_text(f"#!/bin/sh\ntouch {place}/ran\n")
        (hooks / "hooks" / hook).chmod(0o755)
    bare(place, "lfs", {**weak, ".gitattributes": "*.bin filter=lfs diff=lfs\n", "model.bin": LFS})
    odd = {"a\nb.py": ALARM, 'it\'s "odd" ⟨$(touch ran)⟩.py': ALARM, "-rf.py": ALARM, "::error::.py": ALARM}
    bare(place, "names", {**odd, **PINNED})
    bare(place, "bomb", {"__main__.py": "import pulumi_aws as aws\nMetricAlarm = " + "[" * 50_000 + "]" * 50_000})
    bare(place, "large", {**weak, "data.py": b"MetricAlarm = 'pulumi_aws'\n" + b"#" * 100_000_000})
    bare(place, "nothing", {"README.md": "nothing\n"})
    lines = [f"{place}/{name}.git  # {state}" for name, state in STATES.items()]
    (place / "list.txt").write_text("\n".join(["# all of them", "", *lines, f"{place}/weak.git"]) + "\n")
    (place / "template" / "hooks").mkdir(parents=True)
    (place / "template" / "hooks" / "post-checkout").write_text(f"#!/bin/sh\ntouch {place}/ran\n")
    (place / "template" / "hooks" / "post-checkout").chmod(0o755)
    smudge = f"touch {place}/ran; cat"
    (place / "gitconfig").write_text(
        f'[init]\n templateDir = {place}/template\n[filter "lfs"]\n smudge = "{smudge}"\n required = true\n'
        f"[core]\n hooksPath = {place}/template/hooks\n[submodule]\n recurse = true\n"
    )
    return place


@pytest.fixture(scope="module")
def undisturbed(farm: Path) -> Path:
    """A campaign over all of them that nobody disturbed."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GIT_CONFIG_GLOBAL", str(farm / "gitconfig"))
        done = campaign("run", farm / "list.txt", "-o", farm / "out", "--jobs", "2")
    counts = "6 fixed, 2 clean, 1 no program, 1 empty, 3 failed"
    assert (done.returncode, done.stderr.splitlines()[-1]) == (2, f"13 repositories: {counts}")
    assert f"iacfix: skipped: file://{farm}/weak.git is named twice\n" in done.stderr
    return farm / "out"


def test_each_repository_costs_only_itself(undisturbed: Path) -> None:
    assert {name: event["state"] for name, event in last(undisturbed).items()} == STATES


def test_nothing_of_a_repository_runs(farm: Path, undisturbed: Path) -> None:
    assert undisturbed.exists()
    assert not (farm / "ran").exists()


def test_what_fails_says_why(undisturbed: Path) -> None:
    reasons = {name: event["reason"] for name, event in last(undisturbed).items() if event["state"] == "failed"}
    assert reasons["headless"] == "cannot be cloned: has no default branch; name one in the list: branch=main"
    assert reasons["broken"].startswith("__main__.py:2: ")
    assert reasons["bomb"].startswith("__main__.py: nests too deep to be read")


def test_a_repository_leaves_patch_text_report_and_page(undisturbed: Path, tmp_path: Path, farm: Path) -> None:
    (place,) = (undisturbed / "repositories").glob("*+weak")
    names = sorted(path.name for path in place.iterdir())
    assert names == [
        *("pull_requests.json", "report.json", "review.html"),
        *("unset-missing-data.md", "unset-missing-data.patch"),
    ]
    (pull,) = json.loads((place / "pull_requests.json").read_text())
    assert pull == {
        "rule": "unset-missing-data",
        "title": "iacfix unset-missing-data: alarm that does not set how to treat missing data",
        "behind": None,
    }
    git(tmp_path, "clone", "-q", str(farm / "weak.git"), "weak")
    git(tmp_path / "weak", "apply", str(place / "unset-missing-data.patch"))
    assert (tmp_path / "weak" / "__main__.py").read_text() == FIXED
    assert "<title>iacfix review of local/" in (place / "review.html").read_text()


def test_equal_repositories_are_computed_once(undisturbed: Path) -> None:
    twin = last(undisturbed)["twin"]
    assert twin["same_as"].endswith("/weak")
    (weak, copy) = ((undisturbed / "repositories").glob(f"*+{name}") for name in ("weak", "twin"))
    texts = [{path.name: path.read_text() for path in folder.iterdir()} for folder in (*weak, *copy)]
    assert texts[0]["review.html"].replace("/weak</", "/twin</") == texts[1]["review.html"]
    assert {**texts[0], "review.html": ""} == {**texts[1], "review.html": ""}


def test_settings_of_a_repository_are_its_own(undisturbed: Path) -> None:
    (place,) = (undisturbed / "repositories").glob("*+modules")
    (provider,) = json.loads((place / "report.json").read_text())["providers"]
    assert provider["major"] == 6


def test_a_run_that_was_killed_goes_on_and_ends_as_if_undisturbed(farm: Path, undisturbed: Path) -> None:
    folder = farm / "killed"
    some = ("weak", "twin", "clean", "empty", "headless", "modules", "lfs", "names")
    (farm / "some.txt").write_text("".join(f"{farm}/{name}.git\n" for name in some))
    run = command("run", farm / "some.txt", "-o", folder, "--jobs", "2", "--quiet")
    for ends in (1, 4):
        with subprocess.Popen(run, stderr=subprocess.DEVNULL) as process:
            while sum(event["event"] == "ended" for event in events(folder)) < ends and process.poll() is None:
                time.sleep(0.01)
            process.kill()
    with open(folder / "journal.jsonl", "ab") as journal:
        journal.write(b'{"at": "2026-01-01T00:00:00+00:00", "event": "ended", "repos')
    done = campaign("run", farm / "some.txt", "-o", folder, "--jobs", "2", "--retry", "set-aside")
    assert done.returncode == 2
    wanted = {name: data for name, data in results(undisturbed).items() if name.split("/")[0].endswith(some)}
    assert results(folder) == wanted
    assert {name: event["state"] for name, event in last(folder).items()} == {name: STATES[name] for name in some}
    began = [event["repository"] for event in events(folder) if event["event"] == "began"]
    assert len(began) <= len(some) + 4  # what was under way twice, no more
    assert not list((folder).glob("room/*"))


def test_a_child_that_is_killed_costs_itself_and_is_tried_again(farm: Path, tmp_path: Path) -> None:
    with hanging() as (address, _):
        (tmp_path / "list.txt").write_text(f"{farm}/weak.git\n{address}\n")
        run = command("run", tmp_path / "list.txt", "-o", tmp_path / "out", "--jobs", "2")
        with subprocess.Popen(run, stderr=subprocess.PIPE, text=True) as process:
            while not (children := _children(process.pid)) or "ended" not in str(events(tmp_path / "out")):
                time.sleep(0.02)
            os.kill(children[0], signal.SIGKILL)
            assert process.stderr is not None
            said = process.stderr.read()
        again = campaign("run", tmp_path / "list.txt", "-o", tmp_path / "out", "--retry", "failed", "--timeout", "2")
    (host, _, _) = address.removeprefix("git://").partition("/")
    why = "its process was ended by SIGKILL, while it was cloned"
    assert said == f"iacfix: {host}/hangs killed: {why}\n2 repositories: 1 fixed, 1 killed\n"
    assert process.returncode == 2
    why = "took more than 2 s, while it was "
    assert again.stderr.startswith(f"iacfix: {host}/hangs timed out: {why}")
    assert [event["repository"] for event in events(tmp_path / "out")].count(f"local{farm}/weak") == 2


def test_what_began_twice_without_an_end_is_set_aside(tmp_path: Path) -> None:
    out = tmp_path / "out"
    with hanging() as (address, server):
        (tmp_path / "list.txt").write_text(f"{address}\n")
        run = command("run", tmp_path / "list.txt", "-o", out)
        for _ in range(2):
            with subprocess.Popen(run, stderr=subprocess.DEVNULL) as process:
                connection, _ = server.accept()
                process.kill()
            connection.settimeout(20)
            while connection.recv(4096):  # git ends with the campaign
                pass
        done = campaign("run", tmp_path / "list.txt", "-o", out)
    name = address.removeprefix("git://")
    why = "it began 2 times without finishing; --retry set-aside tries it again"
    assert done.stderr == f"iacfix: {name} is set aside: {why}\n1 repository: 1 set aside\n"
    assert done.returncode == 2


def test_a_folder_is_of_one_run_at_a_time(tmp_path: Path) -> None:
    out = tmp_path / "out"
    with hanging() as (address, server):
        (tmp_path / "list.txt").write_text(f"{address}\n")
        with subprocess.Popen(command("run", tmp_path / "list.txt", "-o", out), stderr=subprocess.DEVNULL) as process:
            connection, _ = server.accept()
            why = f"iacfix: error: {out}: is in use by another run; wait for it, or stop it\n"
            for words in (("run", tmp_path / "list.txt", "-o", out), ("publish", out)):
                assert campaign(*words).stderr == why
            process.terminate()
            connection.close()
    assert [event["event"] for event in events(out)] == ["began", "given up"]


def test_an_interrupt_is_nobodys_fault(tmp_path: Path) -> None:
    out = tmp_path / "out"
    with hanging() as (address, server):
        (tmp_path / "list.txt").write_text(f"{address}\n")
        run = command("run", tmp_path / "list.txt", "-o", out)
        with subprocess.Popen(run, stderr=subprocess.PIPE, text=True) as process:
            server.accept()
            process.terminate()
            assert process.stderr is not None
            assert (process.stderr.read(), process.wait()) == ("", 143)
    assert [event["event"] for event in events(out)] == ["began", "given up"]


@pytest.mark.parametrize(("leaf", "depth"), [(b"", 9), (b"0" * 20_000_000, 2)], ids=["files", "bytes"])
def test_a_pack_that_unpacks_to_gigabytes_costs_its_repository(leaf: bytes, depth: int, tmp_path: Path) -> None:
    bomb = nested(tmp_path / "bomb.git", leaf, depth)
    assert sum(path.stat().st_size for path in bomb.rglob("*")) < 200_000
    assert _reason(tmp_path, bomb) == "has files of more than 1024 MB; raise --output-size"


def test_a_repository_over_the_limit_of_size_fails(farm: Path, tmp_path: Path) -> None:
    limit = ("--output-size", "5")
    assert _reason(tmp_path, farm / "large.git", *limit) == "has files of more than 5 MB; raise --output-size"
    bare(tmp_path, "noise", {"noise.bin": random.Random(1).randbytes(6_000_000)})
    assert _reason(tmp_path, tmp_path / "noise.git", *limit).endswith("larger than 5 MB, raise --output-size")


def test_a_disk_that_is_full_is_told(farm: Path) -> None:
    """As far as a process may write nothing at all."""
    result = run_job(Job("weak", (farm / "weak.git").as_uri(), None, CheckOptions(), Bounds(output=0)))
    assert (result.state, result.reason) == ("failed", "its results cannot be written; free some space")


def test_a_clone_that_fails_tells_the_cause(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_SSH_COMMAND", "echo 'git@example.com: Permission denied (publickey).' >&2; exit 255; ")
    (tmp_path / "list.txt").write_text("git@example.com:acme/api\n")
    expected = "cannot be cloned: git@example.com: Permission denied (publickey)."
    assert _reason(tmp_path, tmp_path / "list.txt") == expected


def _reason(folder: Path, given: Path, *options: str) -> str:
    """Why a campaign over one repository fails."""
    done = campaign("run", given, "-o", folder / f"{given.name}.out", *options)
    ((_, event),) = last(folder / f"{given.name}.out").items()
    assert (done.returncode, event["state"]) == (2, "failed")
    return event["reason"]


def test_a_broken_file_beside_good_ones_is_told_by_the_exit_code(tmp_path: Path) -> None:
    bare(tmp_path, "partly", {"__main__.py": ALARM, "broken.py": "import pulumi_aws as aws\naws.(\n", **PINNED})
    done = campaign("run", tmp_path / "partly.git", "-o", tmp_path / "out")
    ((_, event),) = last(tmp_path / "out").items()
    assert (done.returncode, event["state"], event["pull_requests"]) == (2, "fixed", ["unset-missing-data"])
    assert [error.split(": ")[0] for error in event["errors"]] == ["broken.py:2"]


@pytest.mark.parametrize("memory", ["100", "104", "108"])
def test_a_repository_over_the_limit_of_memory_fails(farm: Path, tmp_path: Path, memory: str) -> None:
    """Wherever that is noticed, be it where a library is loaded; seldom one falls over without a word."""
    done = campaign("run", farm / "weak.git", "-o", tmp_path / "out", "--memory", memory)
    ((_, event),) = last(tmp_path / "out").items()
    fallen = "its process was ended by SIGSEGV, while it was checked; where memory ran out, raise --memory"
    assert (done.returncode, event["state"], event["reason"]) in [
        (2, "failed", f"takes more than {memory} MB of memory; raise --memory"),
        (2, "killed", fallen),
    ]


FAILING = """
import sys

class Failing:
    def find_spec(self, name, path=None, target=None):
        if name == "iacfix.engine.request":
            taken = []
            try:
                while len(taken) < {most}:
                    taken.append(bytearray(1_000_000))
            except MemoryError:
                pass
            raise {error}

sys.meta_path.insert(0, Failing())
"""


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the system does not tell what a process takes")
@pytest.mark.parametrize("error", ["SyntaxError('expected :')", "ImportError('no room')"])
def test_any_error_close_to_the_limit_of_memory_is_told_as_that(
    error: str, farm: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Python's compiler and libraries fail in ways of their own where there is no more."""
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    job = Job("weak", (farm / "weak.git").as_uri(), None, CheckOptions(), Bounds(memory=600))
    results = []
    for most in (600, 0):
        (tmp_path / "sitecustomize.py").write_text(FAILING.format(most=most, error=error))
        results.append(run_job(job))
    near, far = results
    assert (near.state, near.reason) == ("failed", "takes more than 600 MB of memory; raise --memory")
    assert far.state == "killed"
    assert "ended with 1, while it was checked" in far.reason


def test_one_patch_of_a_repository(farm: Path, tmp_path: Path) -> None:
    done = campaign("run", farm / "weak.git", "-o", tmp_path / "out", "--by", "repository")
    assert (done.returncode, done.stderr) == (1, "1 repository: 1 fixed\n")
    assert sorted(name.rpartition("/")[2] for name in results(tmp_path / "out")) == [
        *("all.md", "all.patch", "pull_requests.json", "report.json", "review.html")
    ]
    other = campaign("run", farm / "weak.git", "-o", tmp_path / "out")
    assert (other.returncode, other.stderr) == (
        2,
        f"iacfix: error: {tmp_path}/out: has results with another --by; name a new folder, or ask the same again\n",
    )


def test_a_folder_of_something_else_is_left_alone(farm: Path, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    done = campaign("run", farm / "weak.git", "-o", tmp_path)
    assert (done.returncode, done.stderr) == (
        2,
        f"iacfix: error: {tmp_path}: exists and is not a campaign folder; name a new one\n",
    )
    assert os.listdir(tmp_path) == ["notes.txt"]


def test_a_file_is_no_folder_for_results(farm: Path, tmp_path: Path) -> None:
    (tmp_path / "out").write_text("mine")
    done = campaign("run", farm / "weak.git", "-o", tmp_path / "out")
    assert done.stderr == f"iacfix: error: {tmp_path}/out: is a file; name a folder for the results\n"


def test_results_of_another_list_are_kept_and_not_shown(tmp_path: Path) -> None:
    for name in ("one", "two"):
        bare(tmp_path, name, {"README.md": name})
    assert campaign("run", tmp_path / "one.git", "-o", tmp_path / "out").stderr == "1 repository: 1 no program\n"
    done = campaign("run", tmp_path / "two.git", "-o", tmp_path / "out")
    kept = f"{tmp_path}/out keeps results of 1 repository that the list does not name, and does not show them"
    assert done.stderr == f"iacfix: {kept}\n1 repository: 1 no program\n"
    assert "two" in campaign("show", tmp_path / "out").stdout
    assert campaign("run", tmp_path / "one.git", tmp_path / "two.git", "-o", tmp_path / "out").stderr == (
        "2 repositories: 2 no program\n"
    )
    assert [event["event"] for event in events(tmp_path / "out")] == ["began", "ended"] * 2


@contextmanager
def hanging() -> Iterator[tuple[str, socket.socket]]:
    """The address of a repository whose host takes every question and answers none."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"git://127.0.0.1:{server.getsockname()[1]}/hangs", server


def _children(process: int) -> list[int]:
    found = Path(f"/proc/{process}/task").glob("*/children")
    return [int(each) for path in found for each in path.read_text().split()]


def test_settings_of_the_command_line_hold_in_every_repository(tmp_path: Path) -> None:
    rules = Path(__file__).parents[2] / "examples" / "rules"
    topic = ALARM + '\ntopic = aws.sns.Topic("orders")\n'
    bare(tmp_path, "weak", {"app/__main__.py": topic, "old/__main__.py": topic, **PINNED})
    (tmp_path / "list.txt").write_text(f"{tmp_path}/weak.git\n")
    (tmp_path / "base.toml").write_text("[unset-missing-data]\nseverity = 'high'\n")
    (tmp_path / "ci.toml").write_text("extend = 'base.toml'\nexclude = ['/old/']\n")
    words = ("--config", tmp_path / "ci.toml", "--config", f"packs=['{rules}']")
    run = ("run", tmp_path / "list.txt", "-o", tmp_path / "out", *words)
    done = campaign(*run)
    assert done.returncode == 1, done.stderr
    (place,) = (tmp_path / "out" / "repositories").iterdir()
    found = json.loads((place / "report.json").read_text())["findings"]
    told = [(each["rule"], each["path"], each["severity"]) for each in found]
    assert told == [
        ("unset-missing-data", "app/__main__.py", "high"),
        ("unencrypted-topic", "app/__main__.py", "medium"),
    ]
    assert (place / "unencrypted-topic.patch").exists()
    assert campaign(*run).returncode == 1
    other = campaign(*run, "--isolated")
    assert (other.returncode, "leave it out" in other.stderr) == (2, True)
    assert campaign(*run[:4], "--config", f"packs=['{rules}']").returncode == 2


def test_rules_of_the_command_line_stand_where_it_names_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A repository may have a folder of the same name, with code in it."""
    monkeypatch.chdir(tmp_path)
    shutil.copytree(Path(__file__).parents[2] / "examples" / "rules", tmp_path / "rules")
    code = f"from pathlib import Path\nPath({str(tmp_path / 'ran')!r}).touch()\n"
    topic = 'import pulumi_aws as aws\n\naws.sns.Topic("orders")\n'
    bare(tmp_path, "hostile", {"__main__.py": topic, "rules/own.py": code, **PINNED})
    bare(tmp_path, "plain", {"__main__.py": topic, **PINNED})
    (tmp_path / "ci.toml").write_text("packs = ['rules']\nselect = ['unencrypted-topic']\n")
    both = (tmp_path / "hostile.git", tmp_path / "plain.git")
    own = ("--select", "unencrypted-topic")
    for words in (("--config", "packs=['rules']", *own), ("--config", "ci.toml"), ("--config", "ci.toml", *own)):
        out = tmp_path / f"out-{'-'.join(words)}"
        done = campaign("run", *both, "-o", out, *words)
        assert (done.returncode, done.stderr) == (1, "2 repositories: 2 fixed\n")
        assert [event["pull_requests"] for event in last(out).values()] == [["unencrypted-topic"]] * 2
        chosen = campaign("publish", out, *own, "--dry-run")
        assert chosen.stderr == "2 pull requests would be: 2 not made; nothing was pushed\n"
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize("allowed", [(), ("--allow-packs",)])
def test_a_clone_is_not_what_a_person_allows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, allowed: tuple[str, ...]
) -> None:
    """It stands in a folder of theirs, and is a stranger's."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    (tmp_path / "config" / "iacfix").mkdir(parents=True)
    (tmp_path / "config" / "iacfix" / "iacfix.toml").write_text(f"allow-packs = ['{tmp_path}']\n")
    code = f"from pathlib import Path\nPath({str(tmp_path / 'ran')!r}).touch()\n"
    bare(tmp_path, "weak", {"__main__.py": ALARM, "rules/own.py": code, "iacfix.toml": "packs = ['rules']\n", **PINNED})
    assert campaign("run", tmp_path / "weak.git", "-o", tmp_path / "out", *allowed).returncode == 2
    assert (tmp_path / "ran").exists() == bool(allowed)


def test_code_of_a_repository_does_not_run(tmp_path: Path) -> None:
    code = f"from pathlib import Path\nPath({str(tmp_path / 'ran')!r}).touch()\n"
    bare(tmp_path, "weak", {"__main__.py": ALARM, "rules/own.py": code, "iacfix.toml": "packs = ['rules']\n", **PINNED})
    (tmp_path / "list.txt").write_text(f"{tmp_path}/weak.git\n")
    assert campaign("run", tmp_path / "list.txt", "-o", tmp_path / "out").returncode == 2
    (event,) = last(tmp_path / "out").values()
    assert event["reason"] == (
        "iacfix.toml:1: the rules in rules are Python code; --config 'packs=[]' leaves them out, "
        "--allow-packs runs those of every repository"
    )
    assert campaign("run", tmp_path / "list.txt", "-o", tmp_path / "two", "--config", "packs=[]").returncode == 1
    assert not (tmp_path / "ran").exists()
