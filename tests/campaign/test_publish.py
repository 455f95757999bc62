"""Pull requests of a campaign, at a host with real repositories and commands that keep what they are told."""

from __future__ import annotations

import json
import re
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from alarms import ALARM, FIXED
from fake_host import FakeHost, hosted
from farm import PINNED, campaign, command, git

ROOT = Path(__file__).parents[2]
WEAK = {"__main__.py": ALARM, **PINNED}
SERIES = {"weak.ts": (ROOT / "examples/typescript/pipeline/weak.ts").read_text()}
BRANCH = "iacfix/unset-missing-data"
QUICK = ("--pause", "0", "--wait", "0.05")
URL = "https://example.com/acme/{}/pull/{}"


@pytest.fixture
def host(tmp_path: Path) -> Iterator[FakeHost]:
    with hosted(tmp_path) as made:
        yield made


def ran(host: FakeHost, out: Path, *names: str, files: dict[str, str] | None = None) -> Path:
    """A campaign over new weak repositories."""
    (out.parent / "list.txt").write_text("".join(f"{host.add(f'acme/{name}', files or WEAK)}\n" for name in names))
    done = campaign("run", out.parent / "list.txt", "-o", out, "--provider-version", "7")
    assert done.returncode == 1, done.stderr
    return out


def publish(out: Path, *options: str) -> tuple[int, list[str]]:
    done = campaign("publish", out, *QUICK, "--quiet", *options)
    assert "Traceback" not in done.stderr
    return done.returncode, done.stdout.splitlines()


def line(state: str, name: str, number: int | None = None, why: str = "", rule: str = "unset-missing-data") -> str:
    url = f" {URL.format(name, number)}" if number else ""
    return f"{state}: github.com/acme/{name} {rule}{url}{f' ({why})' if why else ''}"


def test_each_patch_becomes_a_pull_request(host: FakeHost, tmp_path: Path) -> None:
    out = ran(host, tmp_path / "out", "api", "web")
    assert publish(out) == (0, [line("created", "api", 1), line("created", "web", 1)])
    (pull,) = host.pulls("acme/api")
    assert (pull["head"], pull["base"], pull["state"]) == (BRANCH, "main", "OPEN")
    assert pull["title"] == "iacfix unset-missing-data: alarm that does not set how to treat missing data"
    assert pull["body"] == (out / "repositories/github.com+acme+api/unset-missing-data.md").read_text()
    assert git(host.bare("acme/api"), "show", f"{BRANCH}:__main__.py") == FIXED.strip()
    assert git(host.bare("acme/api"), "log", "--format=%an", f"main..{BRANCH}") == "Platform"
    assert git(host.bare("acme/api"), "diff", "--name-only", "main", BRANCH) == "__main__.py"


def test_a_second_run_changes_nothing(host: FakeHost, tmp_path: Path) -> None:
    out = ran(host, tmp_path / "out", "api")
    publish(out)
    tip, before = git(host.bare("acme/api"), "rev-parse", BRANCH), host.pulls("acme/api")
    assert publish(out) == (0, [line("unchanged", "api", 1)])
    (out / "published.jsonl").unlink()
    assert publish(out) == (0, [line("updated", "api", 1)])  # the text is put again, the branch is not
    assert git(host.bare("acme/api"), "rev-parse", BRANCH) == tip
    assert host.pulls("acme/api") == before


def test_a_new_campaign_updates_its_own_branch(host: FakeHost, tmp_path: Path) -> None:
    publish(ran(host, tmp_path / "out", "api"))
    host.change("acme/api", "main", {"__main__.py": ALARM.replace("errors", "failures")})
    campaign("run", tmp_path / "list.txt", "-o", tmp_path / "next")
    assert publish(tmp_path / "next") == (0, [line("updated", "api", 1)])
    assert git(host.bare("acme/api"), "show", f"{BRANCH}:__main__.py") == FIXED.replace("errors", "failures").strip()
    assert len(host.pulls("acme/api")) == 1


@pytest.mark.parametrize("again", ["same", "next"])
def test_commits_of_others_are_left_alone(host: FakeHost, tmp_path: Path, again: str) -> None:
    publish(ran(host, tmp_path / "same", "api"))
    mine = host.change("acme/api", BRANCH, {"notes.md": "mine"})
    host.change("acme/api", "main", {"__main__.py": ALARM.replace("errors", "failures")})
    campaign("run", tmp_path / "list.txt", "-o", tmp_path / "next")
    why = f"the branch {BRANCH} has commits of others"
    assert publish(tmp_path / again) == (1, [line("left alone", "api", 1, why)])
    assert git(host.bare("acme/api"), "rev-parse", BRANCH) == mine


def test_a_commit_that_somebody_amended_is_theirs(host: FakeHost, tmp_path: Path) -> None:
    out = ran(host, tmp_path / "out", "api")
    publish(out)
    work = tmp_path / "work"
    git(tmp_path, "clone", "-q", "-b", BRANCH, str(host.bare("acme/api")), str(work))
    (work / "__main__.py").write_text(FIXED + "# reviewed\n")
    git(work, "commit", "-q", "--amend", "--no-edit", "--all")
    git(work, "push", "-q", "--force", "origin", BRANCH)
    (out / "published.jsonl").unlink()
    assert publish(out)[0] == 1
    assert git(host.bare("acme/api"), "rev-parse", BRANCH) == git(work, "rev-parse", "HEAD")


def test_a_branch_that_somebody_has_already_is_theirs(host: FakeHost, tmp_path: Path) -> None:
    out = ran(host, tmp_path / "out", "api")
    git(host.bare("acme/api"), "branch", BRANCH, "main")
    why = f"the branch {BRANCH} has commits of others"
    assert publish(out) == (1, [line("left alone", "api", None, why)])
    assert host.pulls("acme/api") == []


def test_what_is_merged_or_closed_is_not_made_again(host: FakeHost, tmp_path: Path) -> None:
    out = ran(host, tmp_path / "out", "api", "web")
    publish(out)
    host.change("acme/api", BRANCH, {"notes.md": "of the reviewer"})
    host.merge("acme/api", 1)
    host.close("acme/web", 1)
    why = "was closed without being merged; reopen it there to have it updated"
    assert publish(out) == (1, [line("merged", "api", 1), line("closed", "web", 1, why)])
    assert [len(host.pulls(f"acme/{name}")) for name in ("api", "web")] == [1, 1]


def test_what_needs_another_is_put_behind_it(host: FakeHost, tmp_path: Path) -> None:
    out = ran(host, tmp_path / "out", "pipeline", files=SERIES)
    code, said = publish(out)
    assert (code, {each.split(":")[0] for each in said}) == (0, {"created"})
    bases = {pull["head"].removeprefix("iacfix/"): pull["base"] for pull in host.pulls("acme/pipeline")}
    rows = json.loads((out / "repositories/github.com+acme+pipeline/pull_requests.json").read_text())
    assert bases == {row["rule"]: f"iacfix/{row['behind']}" if row["behind"] else "main" for row in rows}
    behind = next(pull for pull in host.pulls("acme/pipeline") if pull["base"] != "main")
    assert "merge that one first" in behind["body"]
    for pull in host.pulls("acme/pipeline"):
        (now,) = (each for each in host.pulls("acme/pipeline") if each["number"] == pull["number"])
        assert now["base"] == "main"  # those in front of it are merged
        host.merge("acme/pipeline", pull["number"])
    assert {each.split(":")[0] for each in publish(out)[1]} == {"merged"}
    again = campaign("run", tmp_path / "list.txt", "-o", tmp_path / "next", "--provider-version", "7")
    assert again.stderr == "1 repository: 1 clean\n"


def test_what_stands_on_a_closed_one_is_not_made(host: FakeHost, tmp_path: Path) -> None:
    out = ran(host, tmp_path / "out", "pipeline", files=SERIES)
    assert publish(out, "--select", "unconditioned-logs-grant")[0] == 0
    host.close("acme/pipeline", 1)
    why = "stands on the one of unconditioned-logs-grant, which is closed"
    said = publish(out, "--select", "unconditioned-logs-grant,hardcoded-region")[1]
    assert said[1] == line("not made", "pipeline", None, why, "hardcoded-region")


def test_a_dry_run_prints_commands_that_do_it(host: FakeHost, tmp_path: Path) -> None:
    out = ran(host, tmp_path / "out", "api")
    done = campaign("publish", out, "--dry-run")
    assert (done.returncode, done.stderr) == (0, "1 pull request would be: 1 created; nothing was pushed\n")
    assert host.pulls("acme/api") == []
    assert git(host.bare("acme/api"), "branch") == "* main"
    assert not (out / "published.jsonl").exists()
    verbs = re.findall(r"^(?:git -C \S+ |gh pr )(\w+)", done.stdout, re.MULTILINE)
    assert verbs == ["init", "fetch", "checkout", "apply", "commit", "push", "create"]
    script = f"mkdir -p {out}/room/github.com+acme+api\n{done.stdout}"
    (commit,) = re.findall(f"([0-9a-f]{{40}}):refs/heads/{BRANCH}", script)
    subprocess.run(["sh", "-e"], input=script.replace(commit, "HEAD"), text=True, check=True, capture_output=True)
    assert publish(out) == (0, [line("updated", "api", 1)])


@pytest.mark.parametrize("trouble", ["limit", "server", "hang", "lost"])
def test_a_host_that_is_busy_is_asked_again(host: FakeHost, tmp_path: Path, trouble: str) -> None:
    out = ran(host, tmp_path / "out", "api", "web")
    host.troubles(("gh pr create", trouble), ("gh pr create", trouble))
    assert publish(out, "--timeout", "2") == (0, [line("created", "api", 1), line("created", "web", 1)])
    assert [len(host.pulls(f"acme/{name}")) for name in ("api", "web")] == [1, 1]


def test_a_host_that_stays_busy_ends_the_run_which_goes_on_later(host: FakeHost, tmp_path: Path) -> None:
    out = ran(host, tmp_path / "out", "api", "web")
    host.troubles(*[("gh pr create", "limit")] * 6)
    done = campaign("publish", out, *QUICK[:2], "--wait", "0.01", "--quiet")
    assert (done.returncode, done.stdout) == (2, "")
    assert "secondary rate limit" in done.stderr.splitlines()[-1]
    assert publish(out) == (0, [line("created", "api", 1), line("created", "web", 1)])


def test_a_repository_that_is_gone_costs_only_itself(host: FakeHost, tmp_path: Path) -> None:
    out = ran(host, tmp_path / "out", "api", "web")
    host.bare("acme/api").rename(host.bare("acme/api").with_name("renamed"))
    code, said = publish(out)
    assert (code, said[1]) == (2, line("created", "web", 1))
    assert said[0].startswith("failed: github.com/acme/api unset-missing-data (")


def test_a_branch_that_is_gone_gets_no_pull_request(host: FakeHost, tmp_path: Path) -> None:
    out = ran(host, tmp_path / "out", "api")
    git(host.bare("acme/api"), "branch", "-m", "main", "trunk")
    why = "the branch main is gone; run the campaign into a new folder"
    assert publish(out) == (1, [line("not made", "api", None, why)])
    assert git(host.bare("acme/api"), "branch", "--list", "iacfix/*") == ""


@pytest.mark.parametrize("name", ["github.com", "gitlab.com"])
def test_a_status_that_is_not_known_yet_is_told(name: str, tmp_path: Path) -> None:
    with hosted(tmp_path, name) as host:
        out = ran(host, tmp_path / "out", "api")
        publish(out)
        host.undecided("acme/api", 1)
        said = campaign("status", out, "--quiet").stdout
        assert said.endswith(f"{URL.format('api', 1)} (its host does not know yet whether it conflicts; try again)\n")


@pytest.mark.parametrize("trouble", ["login", "token"])
def test_who_is_not_logged_in_is_told_once(host: FakeHost, tmp_path: Path, trouble: str) -> None:
    out = ran(host, tmp_path / "out", "api", "web")
    host.troubles(("gh pr list", trouble))
    done = campaign("publish", out, *QUICK)
    assert (done.returncode, done.stderr) == (2, "iacfix: error: gh is not logged in; gh auth login does it\n")


def test_a_run_that_is_killed_at_any_moment_goes_on(host: FakeHost, tmp_path: Path) -> None:
    names = ("one", "two", "three")
    out = ran(host, tmp_path / "out", *names)
    for moment in (0.6, 0.9, 1.3, 1.8):
        with subprocess.Popen(command("publish", out, *QUICK), stdout=subprocess.DEVNULL) as process:
            time.sleep(moment)
            process.kill()
    time.sleep(0.5)  # what it started may still be at it
    code, said = publish(out)
    assert (code, len(said)) == (0, 3)
    for name in names:
        assert len(host.pulls(f"acme/{name}")) == 1
        assert git(host.bare(f"acme/{name}"), "show", f"{BRANCH}:__main__.py") == FIXED.strip()
        assert git(host.bare(f"acme/{name}"), "rev-list", "--count", f"main..{BRANCH}") == "1"
    assert not list(out.glob("room/*"))


def test_the_status_of_each(host: FakeHost, tmp_path: Path) -> None:
    out = ran(host, tmp_path / "out", "open", "merged", "closed", "conflict", "later")
    publish(out, "--repository", "*/acme/[!l]*")
    host.merge("acme/merged", 1)
    host.close("acme/closed", 1)
    host.change("acme/conflict", "main", {"__main__.py": ALARM.replace("threshold=1,", "threshold=2,")})
    done = campaign("status", out)
    assert (done.returncode, done.stderr) == (
        0,
        "5 pull requests: 1 open, 1 conflicting, 1 merged, 1 closed, 1 not published\n",
    )
    assert done.stdout.splitlines() == [
        line("open", "open", 1),
        line("merged", "merged", 1),
        line("closed", "closed", 1),
        line("conflicting", "conflict", 1),
        line("not published", "later"),
    ]
    told = json.loads(campaign("status", out, "--json").stdout)
    assert told["states"] == {"open": 1, "merged": 1, "closed": 1, "conflicting": 1, "not published": 1}


def test_gitlab(tmp_path: Path) -> None:
    with hosted(tmp_path, "gitlab.acme.com") as host:
        out = ran(host, tmp_path / "out", "api")
        assert publish(out)[0] == 0
        (pull,) = host.pulls("acme/api")
        assert (pull["head"], pull["base"], pull["body"][:5]) == (BRANCH, "main", "Alarm")
        host.change("acme/api", "main", {"__main__.py": ALARM.replace("threshold=1,", "threshold=2,")})
        assert campaign("status", out, "--quiet").stdout.startswith("conflicting: gitlab.acme.com/acme/api ")
        campaign("run", tmp_path / "list.txt", "-o", tmp_path / "next")
        assert publish(tmp_path / "next")[1][0].startswith("updated: ")
        assert campaign("status", out, "--quiet").stdout.startswith("open: ")
        assert {call[0] for call in host.calls()} == {"glab"}


def test_another_branch_of_a_repository_has_its_own(host: FakeHost, tmp_path: Path) -> None:
    address = host.add("acme/api", WEAK)
    git(host.bare("acme/api"), "branch", "release/1", "main")
    (tmp_path / "list.txt").write_text(f"{address}\n{address} branch=release/1\n")
    campaign("run", tmp_path / "list.txt", "-o", tmp_path / "out")
    assert publish(tmp_path / "out")[0] == 0
    pulls = [(pull["head"], pull["base"]) for pull in host.pulls("acme/api")]
    assert pulls == [(BRANCH, "main"), (f"{BRANCH}@release/1", "release/1")]


@pytest.mark.parametrize("words", [("--repository", "acme/api"), ("--select", "open-ingress")])
def test_a_choice_of_nothing_is_told(host: FakeHost, tmp_path: Path, words: tuple[str, str]) -> None:
    out = ran(host, tmp_path / "out", "api")
    for what in ("publish", "status"):
        done = campaign(what, out, *words)
        why = "no pull request is chosen; github.com/acme/api has unset-missing-data"
        assert (done.returncode, done.stdout, done.stderr) == (2, "", f"iacfix: error: {why}\n")


def test_folders_have_no_pull_requests(host: FakeHost, tmp_path: Path) -> None:
    host.add("acme/api", WEAK)
    campaign("run", host.bare("acme/api"), "-o", tmp_path / "out")
    code, said = publish(tmp_path / "out")
    assert (code, said[0].endswith(" (a folder has no pull requests)")) == (1, True)


def test_a_host_nobody_knows(tmp_path: Path) -> None:
    with hosted(tmp_path, "git.acme.com") as host:
        out = ran(host, tmp_path / "out", "api")
        done = campaign("publish", out, *QUICK)
        why = "git.acme.com may be GitHub or GitLab; say --tool gh or --tool glab"
        assert (done.returncode, done.stderr) == (2, f"iacfix: error: {why}\n")
        assert publish(out, "--tool", "gh")[0] == 0
