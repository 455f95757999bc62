"""git, as it is run on the repositories of strangers: nobody is asked, and nothing of theirs runs."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator, Sequence
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
UNREADABLE = "fetch-pack: invalid index-pack output"
_OF_A_HOOK = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_OBJECT_DIRECTORY", "GIT_COMMON_DIR")
NO_PROMPT = "terminal prompts disabled"
_VAGUE = ("Could not read from remote repository", "failed to push some refs", UNREADABLE)
"""What git says where ssh, the other side or another process of git told why."""
_ASIDE = ("fatal: ", "error: ", "warning: ", "hint: ", "Please make sure you have", "and the repository exists", "To ")
_SAID = 300
"""Characters of what git says that become part of a reason."""


class GitError(IacfixError):
    """What git does not do; its own words."""


def git(folder: Path, *arguments: str, allowed: str, timeout: float | None = None) -> str:
    """What git prints; raises GitError. `allowed` are the protocols by which it may reach others."""
    try:
        done = ran(_command(arguments), folder, environment(allowed), timeout)
    except FileNotFoundError as error:
        raise GitError("git is not installed") from error
    except subprocess.TimeoutExpired as error:
        raise GitError(f"git took more than {timeout:g} s") from error
    if done.returncode:
        raise GitError(_reason(os.fsdecode(done.stderr), done.returncode))
    return os.fsdecode(done.stdout)


def lines(folder: Path, *arguments: str) -> Iterator[bytes]:
    """What git prints of what is here, as it comes; it ends with whoever wants no more of it. Raises GitError."""
    with subprocess.Popen(
        _command(arguments),
        cwd=folder,
        env=environment(""),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    ) as process:
        assert process.stdout is not None
        try:
            yield from process.stdout
        except BaseException:
            process.kill()
            raise
    if process.returncode:
        raise GitError(f"git {arguments[0]} ended with {process.returncode}")


def _command(arguments: Sequence[str]) -> list[str]:
    return ["git", *(word for setting in SETTINGS for word in ("-c", setting)), *arguments]


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
    """The first failure that git names, which is the cause of the others, without what it says of its progress."""
    lines = [line.strip() for line in said.splitlines()]
    failures = [line for line in lines if line.startswith(("fatal: ", "error: "))]
    telling = [line for line in failures if not any(words in line for words in _VAGUE)]
    others = [line for line in lines if line and not line.startswith(_ASIDE)]
    reason = next(iter([*telling, *others, *failures, *filter(None, lines)]), f"git ended with {code}")
    hint = "; gh auth setup-git lets git use the login of gh" if NO_PROMPT in reason else ""
    return reason.removeprefix("fatal: ").removeprefix("error: ")[:_SAID] + hint
