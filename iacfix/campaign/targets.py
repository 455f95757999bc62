"""The repositories of a campaign, from lists of addresses, folders, and the JSON of `gh` and `glab`."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from glob import glob, has_magic
from hashlib import sha256
from pathlib import Path
from typing import Any, cast
from urllib.parse import quote, unquote, urlsplit

from iacfix.errors import UsageError

LONGEST = 180
"""Characters of a folder name before a digest is added; file systems allow 255 bytes."""

_URL = re.compile(r"(?:https?|ssh|git|file)://[^\s]+", re.IGNORECASE)
_SCP = re.compile(r"(?:[\w.-]+@)?[\w.-]+:(?![:/\\])[^\s:]+|[\w.-]+@[\w.-]+:/[^\s:]+")
_BRANCH = re.compile(r"\s+branch=(\S+)$")
_COMMENT = re.compile(r"(?:^|\s)#.*")
_ADDRESSES = ("clone_url", "http_url_to_repo", "url", "web_url", "sshUrl", "ssh_url_to_repo")
"""Keys of an address in the JSON of `gh` and `glab`, the best first: `url` in GitHub's API is an API address."""
_OWNED = re.compile(r"([\w.-]+/[\w.-]+)(?:\t.*)?")
"""A line of `gh repo list` without --json."""
_ARCHIVED = {"isArchived", "archived"}
_FORK = {"isFork", "fork", "forked_from_project", "http_url_to_repo"}
"""Keys that tell whether a repository is archived or a fork; GitLab has `forked_from_project` for forks only, so its
`http_url_to_repo` is enough."""
ASK = "gh repo list OWNER --json url,isArchived,isFork"


@dataclass(frozen=True)
class Repository:
    """`name` starts with the host and is used in messages; `folder` is the one of its results."""

    name: str
    address: str
    branch: str | None = None

    @property
    def folder(self) -> str:
        """The name of its folder of results, one path component that is unique to the name."""
        written = "+".join(quote(os.fsencode(part), safe="@ ~") for part in self.name.split("/"))
        if len(written) <= LONGEST:
            return written
        return f"{written[:LONGEST]}-{_digest(self.name)}"

    @property
    def is_local(self) -> bool:
        return self.address.startswith("file://")


@dataclass(frozen=True)
class LeftOut:
    """An entry of a list that the campaign skips, and why."""

    address: str
    why: str


@dataclass(frozen=True)
class Targets:
    """`untold` counts included repositories of which the list does not tell whether they are archived or forks."""

    repositories: tuple[Repository, ...]
    left_out: tuple[LeftOut, ...] = ()
    untold: int = 0


@dataclass(frozen=True)
class _Named:
    """An entry of a list. `why` tells why it is skipped, None where it is not; `is_untold` as in Targets."""

    address: str
    branch: str | None = None
    why: str | None = None
    is_untold: bool = False


def targets(lists: Iterable[str], stdin: Iterable[str], *, archived: bool, forks: bool) -> Targets:
    """The repositories of files with lists, of folders, and of glob patterns. Raises UsageError for anything else.

    `stdin` is read where a list is `-`. `archived` and `forks` include those.
    """
    found = [each for given in lists for each in _named(given, stdin, archived=archived, forks=forks)]
    taken: dict[str, Repository] = {}
    left_out = list[LeftOut]()
    for each in found:
        repository = _repository(each)
        key = repository.folder.casefold()
        if each.why:
            left_out.append(LeftOut(each.address, each.why))
        elif key not in taken:
            taken[key] = repository
        elif taken[key].name == repository.name:
            left_out.append(LeftOut(each.address, "is named twice"))
        else:  # two folders whose names only differ in their capitals
            other = Repository(f"{repository.name}~{_digest(repository.address)}", repository.address, each.branch)
            taken.setdefault(other.folder.casefold(), other)
    if not taken:
        for each in left_out:
            raise UsageError(f"no repository is left of {len(left_out)}: {each.address} {each.why}")
        raise UsageError(f"the list is empty; {ASK} prints one")
    return Targets(tuple(taken.values()), tuple(left_out), sum(each.is_untold for each in found))


def _named(given: str, stdin: Iterable[str], *, archived: bool, forks: bool) -> Iterator[_Named]:
    if given == "-":
        yield from _listed("".join(stdin), "stdin", Path.cwd(), archived=archived, forks=forks)
    elif os.path.isfile(given):
        try:
            text = Path(given).read_text(encoding="utf-8-sig")
        except UnicodeDecodeError as error:
            raise UsageError("is not UTF-8; save it as UTF-8", path=given) from error
        except OSError as error:
            raise UsageError(f"cannot be read ({error.strerror})", path=given) from error
        yield from _listed(text, given, Path(given).absolute().parent, archived=archived, forks=forks)
    else:
        yield from _one(given, None, Path.cwd(), given, None)


def _listed(text: str, origin: str, base: Path, *, archived: bool, forks: bool) -> Iterator[_Named]:
    if text.lstrip().startswith(("[", "{")):
        yield from _of_json(text, origin, archived=archived, forks=forks)
        return
    for number, line in enumerate(text.splitlines(), 1):
        if line := _COMMENT.sub("", line).strip():
            branch = _BRANCH.search(line)
            yield from _one(_BRANCH.sub("", line), branch[1] if branch else None, base, origin, number)


def _one(given: str, branch: str | None, base: Path, origin: str, line: int | None) -> Iterator[_Named]:
    """An address, a folder, or each folder that matches a pattern."""
    place = os.path.join(base, os.path.expanduser(given))
    if os.path.isdir(place):
        yield _Named(_uri(place), branch)
    elif _URL.fullmatch(given) or _SCP.fullmatch(given):
        yield _Named(_without_secret(given, origin, line), branch)
    elif has_magic(given) and (folders := [each for each in sorted(glob(place)) if os.path.isdir(each)]):
        yield from (_Named(_uri(folder), branch) for folder in folders)
    else:
        what = "names no folder" if has_magic(given) else "is neither a folder nor a git URL"
        owned = _OWNED.fullmatch(given)
        hint = f"; write https://github.com/{owned[1]}, or have {ASK} make the list" if owned else ""
        raise UsageError(f"{given!r} {what}{hint}", path=origin if line else None, line=line)


def _uri(folder: str) -> str:
    """The file URL of a folder, the same for each path that leads to it by `..`."""
    return Path(os.path.realpath(folder) if os.pardir in Path(folder).parts else os.path.abspath(folder)).as_uri()


def _without_secret(address: str, origin: str, line: int | None) -> str:
    """Addresses are written into results, so those with credentials are rejected; git's credential helpers are for
    that. Raises UsageError."""
    try:
        found = urlsplit(address) if "://" in address else None
    except ValueError:
        raise UsageError(f"{address!r} is not a git URL", path=origin if line else None, line=line) from None
    if found and (found.password or (found.username and found.scheme.lower() in ("http", "https"))):
        host = found.hostname or "the host"
        raise UsageError(
            f"the address at {host} holds a user or a password; leave them to git's credential helper",
            path=origin if line else None,
            line=line,
        )
    return address


def _of_json(text: str, origin: str, *, archived: bool, forks: bool) -> Iterator[_Named]:
    try:
        rows = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise UsageError("looks like JSON but does not parse", path=origin) from error
    for row in cast("list[object]", rows if isinstance(rows, list) else [None]):
        if not isinstance(row, dict):
            raise UsageError(f"is not a list of repositories; {ASK} prints one", path=origin)
        fields = cast("Mapping[str, Any]", row)
        address = next((fields[key] for key in _ADDRESSES if isinstance(fields.get(key), str)), None)
        if address is None and isinstance(fields.get("nameWithOwner"), str):
            address = f"https://github.com/{fields['nameWithOwner']}"
        if address is None or not (_URL.fullmatch(address) or _SCP.fullmatch(address)):
            raise UsageError(f"has a repository without an address; {ASK} has them", path=origin)
        why = _why_not(fields, archived=archived, forks=forks)
        known = (archived or _ARCHIVED & fields.keys()) and (forks or _FORK & fields.keys())
        yield _Named(_without_secret(address, origin, None), None, why, is_untold=not (why or known))


def _why_not(fields: Mapping[str, Any], *, archived: bool, forks: bool) -> str | None:
    if not archived and (fields.get("isArchived") is True or fields.get("archived") is True):
        return "is archived; --archived includes it"
    if not forks and (fields.get("isFork") is True or fields.get("fork") is True or fields.get("forked_from_project")):
        return "is a fork; --forks includes it"
    return None


def _repository(named: _Named) -> Repository:
    address = named.address
    if "://" in address:
        found = urlsplit(address)
        local = found.scheme.lower() == "file"
        host = "local" if local else (found.netloc.rpartition("@")[2]).lower()
        path = unquote(found.path, errors="surrogateescape")
    else:
        host, _, path = address.rpartition("@")[2].partition(":")
        host = host.lower()
    parts = [part for part in path.removesuffix("/").removesuffix(".git").split("/") if part]
    name = "/".join([host, *parts])
    return Repository(f"{name}@{named.branch}" if named.branch else name, address, named.branch)


def _digest(text: str) -> str:
    return sha256(os.fsencode(text)).hexdigest()[:8]
