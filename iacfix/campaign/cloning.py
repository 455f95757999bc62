"""Shallow clones of strangers' repositories: no hook, submodule, filter or question of theirs comes into play."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from iacfix.campaign.git import LOCAL, PROTOCOLS, GitError, git


@dataclass(frozen=True)
class Clone:
    """What was cloned: `tree` names the very files, `branch` the one that it is of. No commit: there is none."""

    commit: str | None
    tree: str | None = None
    branch: str | None = None


def cloned(address: str, branch: str | None, folder: Path) -> Clone:
    """Clone the newest commit into a new folder; raises GitError."""
    chosen = ("--branch", branch) if branch else ()
    options = ("--depth", "1", "--no-tags", "--single-branch", "--no-recurse-submodules", "--template=", "--quiet")
    allowed = LOCAL if address.startswith("file://") else PROTOCOLS
    git(folder.parent, "clone", *options, *chosen, "--", address, str(folder), allowed=allowed)
    return checked_out(folder, address, allowed)


def checked_out(folder: Path, address: str, allowed: str) -> Clone:
    try:
        commit, tree = git(folder, "rev-parse", "HEAD^{commit}", "HEAD^{tree}", allowed="").split()
    except GitError:
        if heads := [line.partition("refs/heads/")[2] for line in git(folder, "ls-remote", "--heads", "--", address,
                                                                        allowed=allowed).splitlines()]:  # fmt: skip
            several = f"{heads[0]} or another of {len(heads)}" if heads[1:] else heads[0]
            raise GitError(f"has no default branch; name one in the list: branch={several}") from None
        return Clone(None)
    return Clone(commit, tree, git(folder, "rev-parse", "--abbrev-ref", "HEAD", allowed="").strip())
