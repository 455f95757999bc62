"""Links to the files of a repository on its host, at the commit they were read at."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlsplit

from iacfix.errors import UsageError
from iacfix.files.changed import uncommitted
from iacfix.files.git import Git

_SCP = re.compile(r"(?:[^@/:]+@)?([\w.-]+):(?!/)(.+)")
"""An address as git takes it for ssh: `git@github.com:acme/infra.git`."""
_BEHIND_443 = {
    "ssh.github.com": "github.com",
    "altssh.gitlab.com": "gitlab.com",
    "altssh.bitbucket.org": "bitbucket.org",
}
"""Hosts for ssh over port 443, with those of their pages."""


@dataclass(frozen=True)
class _Host:
    """How a host addresses a file of a commit, and lines of it."""

    word: str
    file: str
    line: str
    lines: str


HOSTS = (
    _Host("github", "/blob/", "#L{0}", "#L{0}-L{1}"),
    _Host("gitlab", "/-/blob/", "#L{0}", "#L{0}-{1}"),
    _Host("bitbucket.org", "/src/", "#lines-{0}", "#lines-{0}:{1}"),
)


@dataclass(frozen=True)
class HostedCommit:
    """A commit on a host; `names` are the files that are on disk as they were committed."""

    address: str
    host: _Host
    names: frozenset[str]

    def lines(self, name: str, first: int, last: int) -> str | None:
        """The URL of these lines, from 1; None where the file on disk differs from the commit."""
        if name not in self.names:
            return None
        lines = (self.host.line if first == last else self.host.lines).format(first, last)
        return f"{self.address}{quote(name)}{lines}"


def hosted(root: Path) -> HostedCommit | None:
    """HEAD on the host of `origin`; None where the host is unknown or no remote branch contains the commit."""
    if not (root / ".git").exists():
        return None
    git = Git(root)
    try:
        commit = git.said("rev-parse", "--verify", "--quiet", "HEAD")
        remote = git.said("remote", "get-url", "origin")
        if not commit or not remote or not (found := _repository(remote)):
            return None
        if not git.said("for-each-ref", f"--contains={commit}", "--count=1", "refs/remotes"):
            return None
        names = frozenset(name for name, _ in git.names) - uncommitted(root)
    except UsageError:
        return None
    host, address = found
    return HostedCommit(f"{address}{host.file}{commit}/", host, names)


def _repository(remote: str) -> tuple[_Host, str] | None:
    """The host and the URL of the repository's page, without credentials."""
    scheme, host, path = "https", "", ""
    if "://" in remote:
        try:
            parts = urlsplit(remote)
            port = f":{parts.port}" if parts.port and parts.scheme in ("http", "https") else ""
        except ValueError:
            return None
        if parts.scheme not in ("http", "https", "ssh", "git"):
            return None
        scheme = "http" if parts.scheme == "http" else "https"
        host, path = f"{parts.hostname or ''}{port}", parts.path
    elif match := _SCP.fullmatch(remote):
        host, path = match[1].lower(), match[2]
    host = _BEHIND_443.get(host, host)
    path = path.strip("/").removesuffix(".git")
    known = next((each for each in HOSTS if each.word in host), None)
    return (known, f"{scheme}://{host}/{quote(path)}") if known and "/" in path else None
