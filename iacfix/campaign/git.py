"""git, as it is run on the repositories of strangers: nobody is asked, and nothing of theirs runs."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

from iacfix.campaign.process import ran
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


class GitError(IacfixError):
    """What git does not do; its own words."""


def git(folder: Path, *arguments: str, allowed: str, timeout: float | None = None) -> str:
    """What git prints; raises GitError. `allowed` are the protocols by which it may reach others."""
    settings = [word for setting in SETTINGS for word in ("-c", setting)]
    try:
        done = ran(["git", *settings, *arguments], folder, environment(allowed), timeout)
    except FileNotFoundError as error:
        raise GitError("git is not installed") from error
    except subprocess.TimeoutExpired as error:
        raise GitError(f"git took more than {timeout:g} s") from error
    if done.returncode:
        raise GitError(_reason(os.fsdecode(done.stderr), done.returncode))
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
