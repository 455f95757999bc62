"""Where a repository's files are read on its host: only what the host certainly has, at the commit it has."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from iacfix.files.hosting import hosted

GITHUB = "https://github.com/acme/infra.git"


def git(*arguments: str) -> str:
    settings = ("-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "init.defaultBranch=main")
    return subprocess.run(["git", *settings, *arguments], check=True, capture_output=True, text=True).stdout.strip()


@pytest.fixture
def commit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A repository whose commit was pushed to GitHub."""
    monkeypatch.chdir(tmp_path)
    git("init", "-q")
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "a b#é.py").write_text("a = 1\n")
    (tmp_path / "edited.py").write_text("a = 1\n")
    git("add", ".")
    git("commit", "-qm", "one")
    git("remote", "add", "origin", GITHUB)
    git("update-ref", "refs/remotes/origin/main", "HEAD")
    return git("rev-parse", "HEAD")


def link(name: str = "edited.py", first: int = 3, last: int = 5) -> str | None:
    found = hosted(Path.cwd())
    return found.lines(name, first, last) if found else None


def test_lines_of_a_commit(commit: str) -> None:
    assert link() == f"https://github.com/acme/infra/blob/{commit}/edited.py#L3-L5"
    assert link(last=3) == f"https://github.com/acme/infra/blob/{commit}/edited.py#L3"
    assert link("app/a b#é.py", 1, 1) == f"https://github.com/acme/infra/blob/{commit}/app/a%20b%23%C3%A9.py#L1"


@pytest.mark.usefixtures("commit")
def test_what_the_commit_does_not_have_has_no_address(tmp_path: Path) -> None:
    (tmp_path / "edited.py").write_text("a = 2\n")
    (tmp_path / "new.py").write_text("a = 1\n")
    (tmp_path / "staged.py").write_text("a = 1\n")
    (tmp_path / "both.py").write_text("a = 1\n")
    git("add", "staged.py")
    assert [link(name) for name in ("edited.py", "new.py", "staged.py", "nowhere.py")] == [None] * 4
    assert link("app/a b#é.py")


@pytest.mark.usefixtures("commit")
def test_a_commit_that_no_remote_has_has_no_address(tmp_path: Path) -> None:
    (tmp_path / "edited.py").write_text("a = 2\n")
    git("commit", "-qam", "two")
    assert hosted(tmp_path) is None
    git("update-ref", "refs/remotes/pull/7/merge", "HEAD")
    assert link()


@pytest.mark.parametrize(
    ("remote", "address"),
    [
        ("git@github.com:acme/infra.git", "https://github.com/acme/infra/blob/{}/edited.py#L3-L5"),
        ("github.com:acme/infra", "https://github.com/acme/infra/blob/{}/edited.py#L3-L5"),
        ("ssh://git@github.com:22/acme/infra.git/", "https://github.com/acme/infra/blob/{}/edited.py#L3-L5"),
        ("ssh://git@ssh.github.com:443/acme/infra.git", "https://github.com/acme/infra/blob/{}/edited.py#L3-L5"),
        ("https://me:s3cret@github.com/acme/infra", "https://github.com/acme/infra/blob/{}/edited.py#L3-L5"),
        ("https://GitHub.acme.org:8443/a/b.git", "https://github.acme.org:8443/a/b/blob/{}/edited.py#L3-L5"),
        ("git@gitlab.com:acme/team/infra.git", "https://gitlab.com/acme/team/infra/-/blob/{}/edited.py#L3-5"),
        ("http://gitlab.local/a/b.git", "http://gitlab.local/a/b/-/blob/{}/edited.py#L3-5"),
        ("git@bitbucket.org:acme/infra.git", "https://bitbucket.org/acme/infra/src/{}/edited.py#lines-3:5"),
        ("https://git.acme.org/acme/infra.git", None),
        ("https://github.com/", None),
        ("https://github.com:port/acme/infra", None),
        ("javascript://github.com/a/b", None),
        ("file:///srv/github.com/a/b", None),
        ("/srv/github/infra.git", None),
        ("../github.com/infra", None),
        ("ext::sh -c github.com:a/b", None),
    ],
)
def test_hosts(commit: str, remote: str, address: str | None) -> None:
    git("config", "remote.origin.url", remote)
    assert link() == (address and address.format(commit))


@pytest.mark.usefixtures("commit")
def test_without_a_remote_or_a_repository(tmp_path: Path) -> None:
    assert hosted(tmp_path / "app") is None
    git("remote", "remove", "origin")
    assert hosted(tmp_path) is None
    git("init", "-q", "app")
    assert hosted(tmp_path / "app") is None, "nothing is committed"
