"""The branch of a pull request: one commit, made from a stored patch, and known by what it says of itself.

The commit ends with a digest of its files, its parent and its message. A branch whose tip has the right one holds
nothing of anybody else: who adds a commit, amends ours or rebases it leaves a tip that has not.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from iacfix.campaign.git import PROTOCOLS, git

PREFIX = "refs/heads/"
TRAILER = "Iacfix-Digest: "


def tips(folder: Path, address: str, timeout: float) -> dict[str, str]:
    """All branches, and their commits. Raises GitError."""
    printed = git(folder, "ls-remote", "--heads", "--", address, allowed=PROTOCOLS, timeout=timeout)
    rows = [line.split("\t", 1) for line in printed.splitlines()]
    return {name.removeprefix(PREFIX): commit for commit, name in rows}


@dataclass
class Workshop:
    """A clone to make commits in, there once it is needed. `tell` hears of each command that makes something."""

    place: Path
    address: str
    timeout: float
    tell: Callable[[Sequence[str]], None]

    def committed(self, branch: str, parent: str, patch: Path, message: str) -> str:
        """A new commit on a branch of this clone; `parent` is one that was fetched. Raises GitError."""
        self._make("checkout", "--quiet", "-B", branch, parent)
        self._make("apply", "--index", "--whitespace=nowarn", str(patch))
        digest = _digest(self._ask("write-tree"), self._ask("rev-parse", "HEAD"), message)
        paragraphs = (word for each in (message, f"{TRAILER}{digest}") for word in ("--message", each))
        self._make("commit", "--quiet", "--no-verify", "--cleanup=verbatim", *paragraphs)
        return self._ask("rev-parse", "HEAD")

    def fetched(self, what: str) -> str:
        """A commit of the remote, by its name or that of its branch."""
        if not self.place.exists():
            self.place.mkdir(parents=True)
            self._make("init", "--quiet", "--template=")
        self._make("fetch", "--quiet", "--depth", "1", "--no-tags", self.address, what)
        return self._ask("rev-parse", "FETCH_HEAD")

    def digest(self, commit: str) -> str | None:
        """What proves that a fetched commit is ours, and what it is; None where it is not."""
        headers, _, message = self._ask("cat-file", "commit", commit).partition("\n\n")
        text, found, digest = message.rpartition(f"\n\n{TRAILER}")
        fields = [line.split(" ", 1) for line in headers.split("\n")]
        tree, *parents = [value for key, value in fields if key in ("tree", "parent")]
        is_ours = bool(found) and len(parents) == 1 and digest == _digest(tree, parents[0], text)
        return digest if is_ours else None

    def push(self, commit: str, branch: str, tip: str | None) -> list[str]:
        """The command that puts a commit on the branch of the remote, if that is still where it was seen."""
        lease = f"--force-with-lease={PREFIX}{branch}:{tip or ''}"
        return ["push", "--quiet", lease, self.address, f"{commit}:{PREFIX}{branch}"]

    def pushed(self, commit: str, branch: str, tip: str | None) -> None:
        self._make(*self.push(commit, branch, tip))

    def _make(self, *arguments: str) -> None:
        self.tell(["git", "-C", str(self.place), *arguments])
        self._ask(*arguments)

    def _ask(self, *arguments: str) -> str:
        return git(self.place, *arguments, allowed=PROTOCOLS, timeout=self.timeout).strip()


def _digest(tree: str, parent: str, message: str) -> str:
    return sha256(f"{tree}\n{parent}\n{message}".encode("utf-8", "surrogateescape")).hexdigest()
