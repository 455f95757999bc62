"""`gh` and `glab` as far as a campaign asks them: they keep pull requests in a file, look into the repositories
before they do anything, and say what the real ones say.

What goes wrong is a list of troubles, each used once: `limit`, `server`, `login`, `token` and `hang` before anything
is done, and `lost` after it was, as where the answer does not arrive.
"""

from __future__ import annotations

import fcntl
import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

LIMITED = (
    "pull request create failed: HTTP 403: You have exceeded a secondary rate limit and have been temporarily blocked "
    "from content creation. Please retry your request again later. (https://api.github.com/graphql)"
)
BLANK = (
    "pull request create failed: GraphQL: Head sha can't be blank, Base sha can't be blank, No commits between {base} "
    "and {head}, Head ref must be a branch (createPullRequest)"
)


def gh() -> None:
    arguments = _begun("gh")
    if arguments[:1] == ["api"]:
        (endpoint,) = (each for each in arguments if each.startswith("repos/"))
        _, owner, name, _, number = endpoint.split("/")
        assert _option(arguments, "--hostname")
        assert _option(arguments, "--method") == "PATCH"
        _ended("gh api", f"{owner}/{name}", lambda path: json.dumps(_update(path, int(number), _fields(arguments))))
        return
    assert arguments[0] == "pr"
    _, owner, name = _option(arguments, "--repo").split("/")
    if arguments[1] == "list":
        assert _option(arguments, "--state") == "all"
        fields = _option(arguments, "--json").split(",")
        head = _option(arguments, "--head")
        _ended("gh pr list", f"{owner}/{name}", lambda path: json.dumps(_rows(path, head, fields)))
    else:
        assert arguments[1] == "create"
        made = {key: _option(arguments, f"--{key}") for key in ("head", "base", "title")}
        body = Path(_option(arguments, "--body-file")).read_text()
        _ended("gh pr create", f"{owner}/{name}", lambda path: _create(path, **made, body=body)["url"])


def glab() -> None:
    arguments = _begun("glab")
    assert arguments[0] == "api"
    assert _option(arguments, "--hostname")
    (endpoint,) = (each for each in arguments if each.startswith("projects/"))
    parts = urlsplit(endpoint)
    found = re.fullmatch(r"projects/([^/]+)/merge_requests(?:/(\d+))?", parts.path)
    assert found
    path, fields = unquote(found[1]), _fields(arguments)
    if found[2]:
        changed = {"base": fields["target_branch"], "title": fields["title"], "body": fields["description"]}
        _ended("glab put", path, lambda path: json.dumps(_gitlab(path, _update(path, int(found[2]), changed))))
    elif fields:
        made = {"head": fields["source_branch"], "base": fields["target_branch"], "title": fields["title"]}
        _ended(
            "glab post", path, lambda path: json.dumps(_gitlab(path, _create(path, **made, body=fields["description"])))
        )
    else:
        asked = parse_qs(parts.query)
        assert asked["state"] == ["all"]

        def rows(path: str) -> list[dict[str, Any]]:
            return [_gitlab(path, each) for each in _pulls(path) if each["head"] == asked["source_branch"][0]]

        _ended("glab get", path, lambda path: json.dumps(rows(path)))


def _begun(program: str) -> list[str]:
    with open(_folder() / "calls.jsonl", "a") as log:
        log.write(json.dumps([program, *sys.argv[1:]]) + "\n")
    return sys.argv[1:]


def _ended(command: str, path: str, run: Any) -> None:
    """Do it, and print what it says, unless there is trouble."""
    trouble = _trouble(command)
    if trouble == "limit":
        sys.exit(LIMITED)
    if trouble == "server":
        sys.exit("HTTP 502: Bad Gateway (https://api.github.com/graphql)")
    if trouble == "login":
        print("To get started with GitHub CLI, please run:  gh auth login", file=sys.stderr)
        sys.exit(4)
    if trouble == "token":
        sys.exit("HTTP 401: Bad credentials (https://api.github.com/graphql)\nTry authenticating with:  gh auth login")
    if trouble == "hang":
        time.sleep(600)
    if not (_folder() / f"{path}.git").exists():
        sys.exit(f"GraphQL: Could not resolve to a Repository with the name '{path}'. (repository)")
    printed = run(path)
    if trouble == "lost":
        time.sleep(600)
    print(printed)


def _trouble(command: str) -> str | None:
    file = _folder() / "troubles.json"
    waiting = json.loads(file.read_text())
    if waiting and command.startswith(waiting[0][0]):
        file.write_text(json.dumps(waiting[1:]))
        return waiting[0][1]
    return None


def _create(path: str, *, head: str, base: str, title: str, body: str) -> dict[str, Any]:
    there = _folder() / f"{path}.git"
    made_of, into = tip(there, head), tip(there, base)
    if made_of is None or into is None or made_of == into:
        sys.exit(BLANK.format(base=base, head=head))
    assert len(body) <= 65_536
    with state(_folder()) as pulls:
        mine = pulls.setdefault(path, [])
        if old := next((each for each in mine if each["head"] == head and each["state"] == "OPEN"), None):
            sys.exit(f'a pull request for branch "{head}" into branch "{base}" already exists:\n{old["url"]}')
        number = len(mine) + 1
        url = f"https://example.com/{path}/pull/{number}"
        made = {"number": number, "url": url, "head": head, "base": base, "title": title, "body": body}
        mine.append({**made, "state": "OPEN", "tip": made_of})
        return mine[-1]


def _update(path: str, number: int, fields: Mapping[str, str]) -> dict[str, Any]:
    with state(_folder()) as pulls:
        (pull,) = (each for each in pulls[path] if each["number"] == number)
        assert set(fields) == {"base", "title", "body"}
        pull.update(fields)
        return pull


def _rows(path: str, head: str, fields: list[str]) -> list[dict[str, Any]]:
    known = {"number", "url", "state", "mergeable", "headRefOid", "isCrossRepository"}
    assert set(fields) <= known
    there = _folder() / f"{path}.git"
    return [
        {
            "number": each["number"],
            "url": each["url"],
            "state": each["state"],
            "mergeable": each.get("mergeable") or ("CONFLICTING" if _conflicts(there, each) else "MERGEABLE"),
            "headRefOid": tip(there, each["head"]) or each["tip"],
            "isCrossRepository": each.get("fork", False),
        }
        for each in _pulls(path)
        if each["head"] == head
    ]


def _gitlab(path: str, pull: Mapping[str, Any]) -> dict[str, Any]:
    there = _folder() / f"{path}.git"
    return {
        "iid": pull["number"],
        "web_url": pull["url"],
        "state": {"OPEN": "opened", "MERGED": "merged", "CLOSED": "closed"}[pull["state"]],
        "has_conflicts": _conflicts(there, pull) and "mergeable" not in pull,
        "detailed_merge_status": "unchecked" if "mergeable" in pull else "mergeable",
        "sha": tip(there, pull["head"]) or pull["tip"],
        "source_project_id": 2 if pull.get("fork") else 1,
        "target_project_id": 1,
    }


def _conflicts(there: Path, pull: Mapping[str, Any]) -> bool:
    if pull["state"] != "OPEN":
        return False
    command = ["git", "merge-tree", "--write-tree", pull["base"], pull["head"]]
    return subprocess.run(command, cwd=there, capture_output=True, check=False).returncode == 1


def _pulls(path: str) -> list[dict[str, Any]]:
    """The oldest first, as nobody promised."""
    return json.loads((_folder() / "pulls.json").read_text()).get(path, [])


@contextmanager
def state(folder: Path) -> Iterator[dict[str, list[dict[str, Any]]]]:
    with open(folder / "lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        file = folder / "pulls.json"
        pulls = json.loads(file.read_text())
        yield pulls
        (folder / "pulls.new").write_text(json.dumps(pulls, indent=1))
        (folder / "pulls.new").replace(file)


def tip(there: Path, branch: str) -> str | None:
    command = ["git", "rev-parse", "--verify", "--quiet", f"refs/heads/{branch}"]
    return subprocess.run(command, cwd=there, capture_output=True, text=True, check=False).stdout.strip() or None


def _fields(arguments: list[str]) -> dict[str, str]:
    """Of `api`: raw ones as they are, of the others a file where they name one."""
    found: dict[str, str] = {}
    for option, value in pairwise(arguments):
        key, _, text = value.partition("=")
        if option == "--raw-field":
            found[key] = text
        elif option == "--field":
            found[key] = Path(text[1:]).read_text() if text.startswith("@") else text
    return found


def _option(arguments: list[str], name: str) -> str:
    return arguments[arguments.index(name) + 1]


def _folder() -> Path:
    return Path(os.environ["FAKE_HOST"])
