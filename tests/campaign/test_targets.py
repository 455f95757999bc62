"""Lists of repositories, in each form that they come in."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from iacfix.campaign.targets import LeftOut, Repository, Targets, targets
from iacfix.errors import UsageError

ASKED = "gh repo list OWNER --json url,isArchived,isFork"


def read(text: str, tmp_path: Path, *, archived: bool = False, forks: bool = False) -> Targets:
    (tmp_path / "list").write_text(text, encoding="utf-8")
    return targets([str(tmp_path / "list")], [], archived=archived, forks=forks)


def refused(text: str, tmp_path: Path) -> str:
    with pytest.raises(UsageError) as caught:
        read(text, tmp_path)
    return str(caught.value).removeprefix(str(tmp_path / "list"))


@pytest.mark.parametrize(
    ("line", "name", "branch"),
    [
        ("https://github.com/acme/api", "github.com/acme/api", None),
        ("https://GitHub.com/acme/api.git", "github.com/acme/api", None),
        ("https://git.acme.example:8443/a/b/c/", "git.acme.example:8443/a/b/c", None),
        ("ssh://git@github.com/acme/api.git branch=release/1", "github.com/acme/api@release/1", "release/1"),
        ("git@github.com:acme/api.git  # the one", "github.com/acme/api", None),
        ("https://github.com/acme/api#readme", "github.com/acme/api", None),
    ],
)
def test_an_address(line: str, name: str, branch: str | None, tmp_path: Path) -> None:
    (found,) = read(f"# ours\n\n{line}\n", tmp_path).repositories
    assert (found.name, found.branch) == (name, branch)


def test_folders_are_relative_to_their_list_and_may_be_a_pattern(tmp_path: Path) -> None:
    for name in ("b two", "a", "c"):
        (tmp_path / "repos" / name).mkdir(parents=True)
    (tmp_path / "repos" / "file").write_text("")
    found = read("repos/*\r\nrepos/c/../a\r\n", tmp_path)
    names = [f"local{tmp_path}/repos/{name}" for name in ("a", "b two", "c")]
    assert [each.name for each in found.repositories] == names
    assert found.left_out == (LeftOut((tmp_path / "repos" / "a").as_uri(), "is named twice"),)


def test_what_gh_prints(tmp_path: Path) -> None:
    rows = [
        {"url": "https://github.com/acme/api", "isArchived": False, "isFork": False},
        {"url": "https://github.com/acme/old", "isArchived": True, "isFork": False},
        {"url": "https://github.com/acme/copy", "isArchived": False, "isFork": True},
        {"nameWithOwner": "acme/named"},
    ]
    found = read(json.dumps(rows), tmp_path)
    assert [each.name for each in found.repositories] == ["github.com/acme/api", "github.com/acme/named"]
    assert found.left_out == (
        LeftOut("https://github.com/acme/old", "is archived; --archived includes it"),
        LeftOut("https://github.com/acme/copy", "is a fork; --forks includes it"),
    )
    assert len(read(json.dumps(rows), tmp_path, archived=True, forks=True).repositories) == 4


def test_what_the_api_of_github_prints(tmp_path: Path) -> None:
    row = {"url": "https://api.github.com/repos/acme/api", "clone_url": "https://github.com/acme/api.git"}
    found = read(json.dumps([{**row, "archived": False, "fork": False}]), tmp_path)
    assert ([each.name for each in found.repositories], found.untold) == (["github.com/acme/api"], 0)


@pytest.mark.parametrize("known", [{}, {"isArchived": False}, {"isFork": False}])
def test_what_a_list_does_not_tell_is_counted(known: dict[str, bool], tmp_path: Path) -> None:
    assert read(json.dumps([{"url": "https://github.com/acme/api", **known}]), tmp_path).untold == 1


def test_what_glab_prints(tmp_path: Path) -> None:
    rows = [
        {"http_url_to_repo": "https://gitlab.com/a/b/c.git", "archived": False},
        {"http_url_to_repo": "https://gitlab.com/a/d.git", "archived": True},
        {"http_url_to_repo": "https://gitlab.com/a/e.git", "forked_from_project": {"id": 1}},
    ]
    found = read(json.dumps(rows), tmp_path)
    assert ([each.name for each in found.repositories], found.untold) == (["gitlab.com/a/b/c"], 0)


def test_a_list_may_come_from_another_command() -> None:
    found = targets(["-"], ["https://github.com/a/b\n"], archived=False, forks=False)
    assert [each.name for each in found.repositories] == ["github.com/a/b"]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("\nnowhere\n", ":2: 'nowhere' is neither a folder nor a git URL"),
        ("none*\n", ":1: 'none*' names no folder"),
        ("-uploadpack=touch x\n", ":1: '-uploadpack=touch x' is neither a folder nor a git URL"),
        ("ext::sh -c true\n", ":1: 'ext::sh -c true' is neither a folder nor a git URL"),
        ("ext::sh\n", ":1: 'ext::sh' is neither a folder nor a git URL"),
        ("https://[acme/api\n", ":1: 'https://[acme/api' is not a git URL"),
        ("[1]", f": is not a list of repositories; {ASKED} prints one"),
        ('[{"name": "a"}]', f": has a repository without an address; {ASKED} has them"),
        ("[", ": looks like JSON but does not parse"),
        ("# nothing\n", f"the list is empty; {ASKED} prints one"),
        ('{"message": "Bad credentials"}', f": is not a list of repositories; {ASKED} prints one"),
        (
            "acme/api\tthe one\tpublic\n",
            ":1: 'acme/api\\tthe one\\tpublic' is neither a folder nor a git URL; "
            f"write https://github.com/acme/api, or have {ASKED} make the list",
        ),
        (
            '[{"url": "https://github.com/acme/old", "isArchived": true}]',
            "no repository is left of 1: https://github.com/acme/old is archived; --archived includes it",
        ),
    ],
)  # fmt: skip
def test_what_is_no_repository(text: str, why: str, tmp_path: Path) -> None:
    assert refused(text, tmp_path) == why


@pytest.mark.parametrize("address", ["https://me:word@github.com/a/b", "https://ghp_secret@github.com/a/b"])
def test_a_secret_is_not_written_into_results(address: str, tmp_path: Path) -> None:
    why = "the address at github.com holds a user or a password; leave them to git's credential helper"
    assert refused(address, tmp_path) == f":1: {why}"


@pytest.mark.parametrize(
    ("name", "folder"),
    [
        ("github.com/acme/api", "github.com+acme+api"),
        ("github.com/acme/a+b", "github.com+acme+a%2Bb"),
        ("local/../..", "local+..+.."),
        ("local/a\nb", "local+a%0Ab"),
        ("h/" + "x" * 300, "h+" + "x" * 178 + "-bf4f6011"),
    ],
)
def test_results_have_one_folder_each(name: str, folder: str) -> None:
    assert Repository(name, "https://x").folder == folder


@pytest.mark.skipif(os.name != "posix", reason="capitals are one there")
def test_folders_that_differ_in_capitals_are_two(tmp_path: Path) -> None:
    for name in ("A", "a"):
        (tmp_path / name).mkdir()
    found = read("A\na\n", tmp_path)
    assert len({each.folder.casefold() for each in found.repositories}) == 2
