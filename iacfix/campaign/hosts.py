"""GitHub and GitLab: the command lines of `gh` and `glab` for pull requests, and the parsers of their output."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, cast
from urllib.parse import quote

from iacfix.campaign.targets import Repository
from iacfix.errors import UsageError

OPEN, CONFLICTING, MERGED, CLOSED = "open", "conflicting", "merged", "closed"
STATES = (OPEN, CONFLICTING, MERGED, CLOSED)


@dataclass(frozen=True)
class Hosted:
    """A pull request at its host: `state` is one of STATES, `commit` is the tip of its branch. Hosts compute conflicts
    in the background; until that is done an open one `is_unsure`."""

    number: int
    url: str
    state: str
    commit: str = ""
    is_unsure: bool = False

    @property
    def is_open(self) -> bool:
        return self.state in (OPEN, CONFLICTING)


@dataclass(frozen=True)
class Place:
    """A repository at a host: the host name, and the path of owner and name."""

    host: str
    path: str


class Host(Protocol):
    """Command lines (`listing`, `creation`, `update`) and parsers of their output (`listed`, `created`)."""

    program: str

    def listing(self, place: Place, branch: str) -> list[str]: ...
    def listed(self, printed: str) -> list[Hosted]: ...
    def creation(self, place: Place, branch: str, base: str, title: str, body: Path) -> list[str]: ...
    def created(self, printed: str) -> Hosted: ...
    def update(self, place: Place, number: int, base: str, title: str, body: Path) -> list[str]: ...


class GitHub:
    program = "gh"

    def listing(self, place: Place, branch: str) -> list[str]:
        fields = "number,url,state,mergeable,headRefOid,isCrossRepository"
        return ["gh", "pr", "list", *_repo(place), "--head", branch, "--state", "all", "--json", fields]

    def listed(self, printed: str) -> list[Hosted]:
        """The newest first; a branch of the same name in a fork is another one."""
        rows = cast("list[dict[str, Any]]", json.loads(printed))
        return [
            Hosted(
                row["number"],
                row["url"],
                self._state(row),
                row["headRefOid"],
                row["state"] == "OPEN" and row["mergeable"] == "UNKNOWN",
            )
            for row in sorted(rows, key=lambda row: -row["number"])
            if not row["isCrossRepository"]
        ]

    @staticmethod
    def _state(row: dict[str, Any]) -> str:
        if row["state"] == "OPEN":
            return CONFLICTING if row["mergeable"] == "CONFLICTING" else OPEN
        return MERGED if row["state"] == "MERGED" else CLOSED

    def creation(self, place: Place, branch: str, base: str, title: str, body: Path) -> list[str]:
        what = ["--head", branch, "--base", base, "--title", title, "--body-file", str(body)]
        return ["gh", "pr", "create", *_repo(place), *what]

    def created(self, printed: str) -> Hosted:
        url = printed.split()[-1]
        return Hosted(int(url.rpartition("/")[2]), url, OPEN)

    def update(self, place: Place, number: int, base: str, title: str, body: Path) -> list[str]:
        # `gh pr edit` queries projects too, for which many tokens have no scope.
        what = [
            "--method",
            "PATCH",
            "--raw-field",
            f"base={base}",
            "--raw-field",
            f"title={title}",
            "--field",
            f"body=@{body}",
        ]
        return ["gh", "api", "--hostname", place.host, f"repos/{place.path}/pulls/{number}", *what]


def _repo(place: Place) -> list[str]:
    return ["--repo", f"{place.host}/{place.path}"]


class GitLab:
    program = "glab"

    def listing(self, place: Place, branch: str) -> list[str]:
        return self._api(place, f"?source_branch={quote(branch, safe='')}&state=all&per_page=100")

    def listed(self, printed: str) -> list[Hosted]:
        """The newest first; a branch of the same name in a fork is another one."""
        rows = cast("list[dict[str, Any]]", json.loads(printed))
        return [
            self._read(row)
            for row in sorted(rows, key=lambda row: -row["iid"])
            if row["source_project_id"] == row["target_project_id"]
        ]

    @staticmethod
    def _read(row: dict[str, Any]) -> Hosted:
        states = {"opened": CONFLICTING if row.get("has_conflicts") else OPEN, "merged": MERGED}
        is_unsure = row["state"] == "opened" and row.get("detailed_merge_status") in ("unchecked", "checking")
        return Hosted(row["iid"], row["web_url"], states.get(row["state"], CLOSED), row["sha"], is_unsure)

    def creation(self, place: Place, branch: str, base: str, title: str, body: Path) -> list[str]:
        where = ["--raw-field", f"source_branch={branch}", "--raw-field", f"target_branch={base}"]
        return [*self._api(place, ""), "--method", "POST", *where, *self._content(title, body)]

    def created(self, printed: str) -> Hosted:
        return self._read(json.loads(printed))

    def update(self, place: Place, number: int, base: str, title: str, body: Path) -> list[str]:
        return [
            *self._api(place, f"/{number}"),
            "--method",
            "PUT",
            "--raw-field",
            f"target_branch={base}",
            *self._content(title, body),
        ]

    @staticmethod
    def _api(place: Place, rest: str) -> list[str]:
        return ["glab", "api", "--hostname", place.host, f"projects/{quote(place.path, safe='')}/merge_requests{rest}"]

    @staticmethod
    def _content(title: str, body: Path) -> list[str]:
        return ["--raw-field", f"title={title}", "--field", f"description=@{body}"]


TOOLS: dict[str, Host] = {"gh": GitHub(), "glab": GitLab()}


def host_of(repository: Repository, tool: str | None) -> tuple[Host, Place] | None:
    """The host of a repository and the place there; None for a local folder. Raises UsageError where the host may be
    either and `tool` does not tell."""
    if repository.is_local:
        return None
    name = repository.name.removesuffix(f"@{repository.branch}") if repository.branch else repository.name
    host, _, path = name.partition("/")
    host = re.sub(r":\d+$", "", host) if repository.address.lower().startswith("ssh:") else host
    if tool is None:
        known = [each for word, each in (("gitlab", "glab"), ("github", "gh")) if word in host]
        if not known:
            raise UsageError(f"{host} may be GitHub or GitLab; say --tool gh or --tool glab")
        tool = known[0]
    return TOOLS[tool], Place(host, path)


def branch_of(repository: Repository, rule: str) -> str:
    """The branch of a pull request; a repository that is listed with a branch has its own."""
    return f"iacfix/{rule}@{repository.branch}" if repository.branch else f"iacfix/{rule}"


def first_open(found: Sequence[Hosted]) -> Hosted | None:
    return next((each for each in found if each.is_open), None)
