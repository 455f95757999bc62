"""Shallow clones of untrusted repositories: no hooks, submodules, filters or prompts run."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from iacfix.campaign.git import LOCAL, PROTOCOLS, UNREADABLE, GitError, git, lines
from iacfix.errors import IacfixError

BLOCK = 4096
"""Bytes that a file or a folder takes on disk at least."""


@dataclass(frozen=True)
class Clone:
    """A clone: the hashes of commit and tree, and the branch; all None for a repository without commits."""

    commit: str | None
    tree: str | None = None
    branch: str | None = None


def cloned(address: str, branch: str | None, folder: Path, most: int) -> Clone:
    """Clone the newest commit into a new folder. Raises GitError, and IacfixError for files of more than `most`
    megabytes."""
    chosen = ("--branch", branch) if branch else ()
    options = ("--depth", "1", "--no-tags", "--single-branch", "--no-recurse-submodules", "--template=", "--quiet")
    allowed = LOCAL if address.startswith("file://") else PROTOCOLS
    try:
        git(folder.parent, "clone", "--no-checkout", *options, *chosen, "--", address, str(folder), allowed=allowed)
    except GitError as error:
        if str(error) != UNREADABLE:
            raise
        raise GitError(f"{error}; if it is larger than {most} MB, raise --output-size") from error
    clone = _fetched(folder, address, allowed)
    if clone.commit:
        _must_fit(folder, most)
        git(folder, "reset", "--hard", "--quiet", allowed="")
    return clone


def _must_fit(folder: Path, most: int) -> None:
    """Checked before files are written: a pack of kilobytes may contain the same file a million times."""
    left = most * 1_000_000
    for line in lines(folder, "ls-tree", "-r", "-t", "-l", "--full-tree", "HEAD"):
        size = line.partition(b"\t")[0].split()[3]
        left -= max(BLOCK, int(size) if size.isdigit() else 0)
        if left < 0:
            raise IacfixError(f"has files of more than {most} MB; raise --output-size")


def _fetched(folder: Path, address: str, allowed: str) -> Clone:
    try:
        commit, tree = git(folder, "rev-parse", "HEAD^{commit}", "HEAD^{tree}", allowed="").split()
    except GitError:
        if heads := [line.partition("refs/heads/")[2] for line in git(folder, "ls-remote", "--heads", "--", address,
                                                                        allowed=allowed).splitlines()]:  # fmt: skip
            several = f"{heads[0]} or another of {len(heads)}" if heads[1:] else heads[0]
            raise GitError(f"has no default branch; name one in the list: branch={several}") from None
        return Clone(None)
    return Clone(commit, tree, git(folder, "rev-parse", "--abbrev-ref", "HEAD", allowed="").strip())
