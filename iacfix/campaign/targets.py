"""Which repositories a campaign is about: lists of addresses, folders, and what `gh` and `glab` print."""

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
"""Bytes of the name of a folder, which may have 255 with what is added to it."""

_URL = re.compile(r"(?:https?|ssh|git|file)://[^\s]+", re.IGNORECASE)
_SCP = re.compile(r"(?:[\w.-]+@)?[\w.-]+:(?![:/\\])[^\s:]+|[\w.-]+@[\w.-]+:/[^\s:]+")
_BRANCH = re.compile(r"\s+branch=(\S+)$")
_COMMENT = re.compile(r"(?:^|\s)#.*")
_ADDRESSES = ("clone_url", "http_url_to_repo", "url", "web_url", "sshUrl", "ssh_url_to_repo")
"""Where the JSON of `gh` and `glab` has an address, the best first: to GitHub's API a `url` is one of the API."""
_OWNED = re.compile(r"([\w.-]+/[\w.-]+)(?:\t.*)?")
"""How `gh repo list` names a repository where it is not asked for JSON."""
_ARCHIVED = {"isArchived", "archived"}
_FORK = {"isFork", "fork", "forked_from_project", "http_url_to_repo"}
"""What tells whether a repository is one; GitLab leaves out of what others are forked from where nothing is."""
ASK = "gh repo list OWNER --json url,isArchived,isFork"


@dataclass(frozen=True)
class Repository:
    """`name` is how people read it, host first; `folder` is the one of its results."""

    name: str
    address: str
    branch: str | None = None

    @property
    def folder(self) -> str:
        """One folder, so that none stands in that of another."""
        written = "+".join(quote(os.fsencode(part), safe="@ ~") for part in self.name.split("/"))
        if len(written) <= LONGEST:
            return written
        return f"{written[:LONGEST]}-{_digest(self.name)}"

    @property
    def is_local(self) -> bool:
        return self.address.startswith("file://")


@dataclass(frozen=True)
class LeftOut:
    """What a list has and the campaign does not."""

    address: str
    why: str


@dataclass(frozen=True)
class Targets:
    """`untold` repositories are in it though they may be archived or forks."""

    repositories: tuple[Repository, ...]
    left_out: tuple[LeftOut, ...] = ()
    untold: int = 0


@dataclass(frozen=True)
class _Named:
    """An address as a list has it; `why` it is left out, if it is; what JSON says of others may be `untold` of it."""

    address: str
    branch: str | None = None
    why: str | None = None
    is_untold: bool = False


def targets(lists: Iterable[str], stdin: Iterable[str], *, archived: bool, forks: bool) -> Targets:
    """The repositories of lists, folders and patterns of folders; raises UsageError for what is none of them.

    `stdin` is asked for its text where a list is `-`.
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
    """An address, a folder, or each folder that a pattern means."""
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
    """A folder has one name, however it is reached from where it was named."""
    return Path(os.path.realpath(folder) if os.pardir in Path(folder).parts else os.path.abspath(folder)).as_uri()


def _without_secret(address: str, origin: str, line: int | None) -> str:
    """Addresses are written into results; what opens a repository is the business of git's credential helpers."""
    found = urlsplit(address) if "://" in address else None
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
