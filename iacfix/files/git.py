"""Queries git about a repository that may be untrusted: no command that its configuration names is run."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from iacfix.errors import UsageError

SUBMODULE = b"160000"
OF_A_HOOK = frozenset(
    {"GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_OBJECT_DIRECTORY", "GIT_COMMON_DIR"}
)
"""Variables by which git tells a hook which repository it is in."""
_PLACES = ("GIT_DIR", "GIT_WORK_TREE")
"""Paths relative to the current folder, which git is not always started in."""
_OPTIONS = "GIT_DIFF_OPTS"
"""Its context lines would count as changed."""
_SILENCED = (
    "core.fsmonitor=false",
    f"core.hooksPath={os.devnull}",
    "protocol.ext.allow=never",
    "protocol.file.allow=never",
)
"""Settings by which git would run commands, whoever made them; the protocols are those by which a partial clone would
fetch what it lacks with a command of this machine."""
_COMMANDS = {
    "clean": "",
    "smudge": "",
    "process": "",
    "required": "false",
    "helper": "",
    "askpass": "",
    "alternaterefscommand": "",
    "vcs": "",
    "sshcommand": "ssh",
}
"""Further such settings by the last part of their name, with a harmless value; the user's own ones are kept."""
_KEYS = r"^(filter|credential|core|remote)\..*"
_OWN_SCOPES = (b"local", b"worktree")


@dataclass(frozen=True)
class Git:
    """A repository. GIT_DIR and similar variables that a hook sets hold for the outermost one only."""

    folder: Path
    outermost: bool = True

    def said(self, *arguments: str) -> str | None:
        """The output of a git command, None where it fails."""
        done = self._run(arguments)
        return os.fsdecode(done.stdout).strip() if done.returncode == 0 else None

    def told(self, *arguments: str) -> bytes:
        """The output of a git command. Raises UsageError with git's own message."""
        done = self._run(arguments)
        if done.returncode:
            why = " ".join(os.fsdecode(done.stderr).split()) or "no reason given"
            raise UsageError(f"git {arguments[0]} failed in {self.folder}: {why}")
        return done.stdout

    @cached_property
    def names(self) -> list[tuple[str, bool]]:
        """The tracked paths, and whether each is a submodule that is checked out."""
        entries = [entry.partition(b"\t") for entry in self.told("ls-files", "-z", "--stage").split(b"\0") if entry]
        named = {os.fsdecode(name): head.startswith(SUBMODULE) for head, _, name in entries}
        return [(name, linked and self._holds(name)) for name, linked in named.items()]

    def _holds(self, name: str) -> bool:
        """Whether a submodule is checked out there; a link could lead back to this repository."""
        place = self.folder / name
        return (place / ".git").exists() and place.resolve() == self.folder.resolve() / name

    def below(self, name: str) -> Git:
        """The repository of a submodule."""
        return Git(self.folder / name, outermost=False)

    def _run(self, arguments: tuple[str, ...]) -> subprocess.CompletedProcess[bytes]:
        return self._started(arguments, {**self._environment, **self._overruled})

    def _started(
        self, arguments: tuple[str, ...], environment: Mapping[str, str]
    ) -> subprocess.CompletedProcess[bytes]:
        silenced = [word for setting in _SILENCED for word in ("-c", setting)]
        command = ["git", *silenced, "--no-pager", "--literal-pathspecs", *arguments]
        try:
            return subprocess.run(
                command, cwd=self.folder, env=environment, stdin=subprocess.DEVNULL, capture_output=True, check=False
            )
        except FileNotFoundError as error:
            raise UsageError("git is needed, and it is not installed") from error

    @cached_property
    def _environment(self) -> dict[str, str]:
        given = {
            name: os.path.abspath(value) if name in _PLACES else value
            for name, value in os.environ.items()
            if name != _OPTIONS and (self.outermost or name not in OF_A_HOOK)
        }
        return {"GIT_PROXY_COMMAND": "", **given, "GIT_OPTIONAL_LOCKS": "0"}

    @cached_property
    def _overruled(self) -> dict[str, str]:
        """Settings that disable the commands which the repository's own configuration names.

        An untrusted archive may contain a `.git` folder; git would run its filters to compare a file.
        """
        done = self._started(("config", "--show-scope", "-z", "--get-regexp", _KEYS), self._environment)
        fields = done.stdout.split(b"\0")
        entries = zip(fields[::2], fields[1::2], strict=False)
        keys = dict.fromkeys(os.fsdecode(entry.split(b"\n")[0]) for scope, entry in entries if scope in _OWN_SCOPES)
        values = [(key, _COMMANDS[last]) for key in keys if (last := key.rpartition(".")[2]) in _COMMANDS]
        given = self._environment.get("GIT_CONFIG_COUNT", "")
        first = int(given) if given.isdecimal() else 0
        settings = {"GIT_CONFIG_COUNT": str(first + len(values))}
        for number, (key, value) in enumerate(values, start=first):
            settings |= {f"GIT_CONFIG_KEY_{number}": key, f"GIT_CONFIG_VALUE_{number}": value}
        return settings if values else {}
