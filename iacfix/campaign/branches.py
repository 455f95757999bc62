"""The branch of a pull request: one commit, made from a stored patch, with a trailer that proves its origin.

The trailer is a digest of tree, parent and message. A tip with a valid digest has no work of others: adding a commit,
amending ours or rebasing it leaves a tip without one.
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
    """The tip of each branch of a remote, by branch name. `timeout` is in seconds. Raises GitError."""
    printed = git(folder, "ls-remote", "--heads", "--", address, allowed=PROTOCOLS, timeout=timeout)
    rows = [line.split("\t", 1) for line in printed.splitlines()]
    return {name.removeprefix(PREFIX): commit for commit, name in rows}


@dataclass
class Workshop:
    """A clone to commit in, created when first needed. `tell` is called with each command that changes it."""

    place: Path
    address: str
    timeout: float
    tell: Callable[[Sequence[str]], None]

    def committed(self, branch: str, parent: str, patch: Path, message: str) -> str:
        """Commit a patch on a branch of this clone and return the hash; `parent` was fetched. Raises GitError."""
        self._make("checkout", "--quiet", "-B", branch, parent)
        self._make("apply", "--index", "--whitespace=nowarn", str(patch))
        digest = _digest(self._ask("write-tree"), self._ask("rev-parse", "HEAD"), message)
        paragraphs = (word for each in (message, f"{TRAILER}{digest}") for word in ("--message", each))
        self._make("commit", "--quiet", "--no-verify", "--cleanup=verbatim", *paragraphs)
        return self._ask("rev-parse", "HEAD")

    def fetched(self, what: str) -> str:
        """Fetch a commit of the remote, named by hash or ref, and return its hash. Raises GitError."""
        if not self.place.exists():
            self.place.mkdir(parents=True)
            self._make("init", "--quiet", "--template=")
        self._make("fetch", "--quiet", "--depth", "1", "--no-tags", self.address, what)
        return self._ask("rev-parse", "FETCH_HEAD")

    def digest(self, commit: str) -> str | None:
        """The digest in the trailer of a fetched commit; None where it is not valid, so the commit is not ours."""
        headers, _, message = self._ask("cat-file", "commit", commit).partition("\n\n")
        text, found, digest = message.rpartition(f"\n\n{TRAILER}")
        fields = [line.split(" ", 1) for line in headers.split("\n")]
        tree, *parents = [value for key, value in fields if key in ("tree", "parent")]
        is_ours = bool(found) and len(parents) == 1 and digest == _digest(tree, parents[0], text)
        return digest if is_ours else None

    def push(self, commit: str, branch: str, tip: str | None) -> list[str]:
        """The arguments of `git push` for a commit, which fails where the branch no longer has the tip that was
        seen."""
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
