"""Runs git on untrusted repositories: without prompts, and without running code or settings of theirs."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path

from iacfix.campaign.process import ran
from iacfix.errors import IacfixError
from iacfix.files.git import OF_A_HOOK

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
"""Allowed protocols of addresses; `ext` would run a command on this machine."""
UNREADABLE = "fetch-pack: invalid index-pack output"
NO_PROMPT = "terminal prompts disabled"
_VAGUE = ("Could not read from remote repository", "failed to push some refs", UNREADABLE)
"""Messages of git that hide the cause, which ssh, the server or another git process printed."""
_ASIDE = ("fatal: ", "error: ", "warning: ", "hint: ", "Please make sure you have", "and the repository exists", "To ")
_SAID = 300
"""Characters of git's output that a reason quotes."""


class GitError(IacfixError):
    """A git command failed; the message is git's own."""


def git(folder: Path, *arguments: str, allowed: str, timeout: float | None = None) -> str:
    """The standard output of a git command. `allowed` are the protocols for remotes, separated by colons; `timeout` is
    in seconds. Raises GitError."""
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
    """The output lines of a git command without remotes, while it runs; closing the iterator ends it. Raises
    GitError."""
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
    """Environment variables without prompts, and without those that a hook of an outer repository sets."""
    kept = {name: value for name, value in os.environ.items() if name not in OF_A_HOOK}
    return {
        **kept,
        "GIT_ALLOW_PROTOCOL": allowed,
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_ASKPASS": "",
        "SSH_ASKPASS_REQUIRE": "never",  # the process has no terminal for ssh to prompt at either
        "GIT_LFS_SKIP_SMUDGE": "1",
        "LC_ALL": "C",
    }


def _reason(said: str, code: int) -> str:
    """The first failure in the output of git, which causes the others; progress is skipped."""
    lines = [line.strip() for line in said.splitlines()]
    failures = [line for line in lines if line.startswith(("fatal: ", "error: "))]
    telling = [line for line in failures if not any(words in line for words in _VAGUE)]
    others = [line for line in lines if line and not line.startswith(_ASIDE)]
    reason = next(iter([*telling, *others, *failures, *filter(None, lines)]), f"git ended with {code}")
    hint = "; gh auth setup-git lets git use the login of gh" if NO_PROMPT in reason else ""
    return reason.removeprefix("fatal: ").removeprefix("error: ")[:_SAID] + hint
