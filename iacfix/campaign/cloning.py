"""Shallow clones of strangers' repositories: no hook, submodule, filter or question of theirs comes into play."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from iacfix.errors import IacfixError

SETTINGS = (
    f"core.hooksPath={os.devnull}",
    "core.fsmonitor=false",
    "credential.interactive=never",
    "submodule.recurse=false",
    "filter.lfs.smudge=",
    "filter.lfs.process=",
    "filter.lfs.required=false",
    "gc.auto=0",
    "maintenance.auto=false",
    "advice.detachedHead=false",
)
PROTOCOLS, LOCAL = "http:https:ssh:git", "file"
"""What an address may lead to; `ext` is a command of this machine, whoever wrote it."""
_OF_A_HOOK = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_OBJECT_DIRECTORY", "GIT_COMMON_DIR")
_SAID = 300
"""Characters of what git says that become part of a reason."""


class CloneError(IacfixError):
    """A repository that cannot be had; git's own words."""


@dataclass(frozen=True)
class Clone:
    """What was cloned: `tree` names the very files, `branch` the one that it is of. No commit: there is none."""

    commit: str | None
    tree: str | None = None
    branch: str | None = None


def cloned(address: str, branch: str | None, folder: Path) -> Clone:
    """Clone the newest commit into a new folder; raises CloneError."""
    chosen = ("--branch", branch) if branch else ()
    options = ("--depth", "1", "--no-tags", "--single-branch", "--no-recurse-submodules", "--template=", "--quiet")
    allowed = LOCAL if address.startswith("file://") else PROTOCOLS
    _git(folder.parent, "clone", *options, *chosen, "--", address, str(folder), allowed=allowed)
    return checked_out(folder, address, allowed)


def checked_out(folder: Path, address: str, allowed: str) -> Clone:
    try:
        commit, tree = _git(folder, "rev-parse", "HEAD^{commit}", "HEAD^{tree}", allowed="").split()
    except CloneError:
        if heads := [line.partition("refs/heads/")[2] for line in _git(folder, "ls-remote", "--heads", "--", address,
                                                                        allowed=allowed).splitlines()]:  # fmt: skip
            several = f"{heads[0]} or another of {len(heads)}" if heads[1:] else heads[0]
            raise CloneError(f"has no default branch; name one in the list: branch={several}") from None
        return Clone(None)
    return Clone(commit, tree, _git(folder, "rev-parse", "--abbrev-ref", "HEAD", allowed="").strip())


def _git(folder: Path, *arguments: str, allowed: str) -> str:
    settings = [word for setting in SETTINGS for word in ("-c", setting)]
    try:
        done = subprocess.run(
            ["git", *settings, *arguments],
            cwd=folder,
            env=environment(allowed),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
        )
    except FileNotFoundError as error:
        raise CloneError("git is not installed") from error
    if done.returncode:
        raise CloneError(_reason(os.fsdecode(done.stderr), done.returncode))
    return os.fsdecode(done.stdout)


def environment(allowed: str) -> dict[str, str]:
    """Nobody is asked anything, and nothing of a repository around says where this one is."""
    kept = {name: value for name, value in os.environ.items() if name not in _OF_A_HOOK}
    return {
        **kept,
        "GIT_ALLOW_PROTOCOL": allowed,
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_ASKPASS": "",
        "SSH_ASKPASS_REQUIRE": "never",  # and the process has no terminal that ssh could ask at
        "GIT_LFS_SKIP_SMUDGE": "1",
        "LC_ALL": "C",
    }


def _reason(said: str, code: int) -> str:
    """The last failure that git names, without what it says of its progress."""
    return next(_failures(said), f"git ended with {code}")[:_SAID]


def _failures(said: str) -> Iterator[str]:
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    for mark in ("fatal: ", "error: "):
        yield from (line.removeprefix(mark) for line in reversed(lines) if line.startswith(mark))
    yield from reversed(lines)
