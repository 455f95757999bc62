"""Bare repositories as strangers have them, and campaigns over them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

PINNED = {"requirements.txt": "pulumi-aws==7.1.0\n"}
_AUTHOR = {f"GIT_{who}_{what}": "a@example.com" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
_DATES = {"GIT_AUTHOR_DATE": "2026-01-01T00:00:00Z", "GIT_COMMITTER_DATE": "2026-01-01T00:00:00Z"}


def git(folder: Path, *arguments: str) -> str:
    done = subprocess.run(
        ["git", *arguments], cwd=folder, env={**os.environ, **_AUTHOR, **_DATES}, check=True, capture_output=True
    )
    return os.fsdecode(done.stdout).strip()


def bare(folder: Path, name: str, files: Mapping[str, str | bytes], *more: tuple[str, ...], head: str = "main") -> Path:
    """A bare repository of one commit; `more` are commands of git before it is made."""
    work = folder / f"{name}.work"
    work.mkdir(parents=True)
    git(work, "init", "-q", "-b", "main")
    for path, text in files.items():
        place = work / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(text if isinstance(text, bytes) else text.encode())
    git(work, "add", "-A")
    for command in more:
        git(work, *command)
    git(work, "commit", "-q", "--allow-empty", "-m", "as it is")
    git(folder, "clone", "-q", "--bare", str(work), f"{name}.git")
    git(folder / f"{name}.git", "symbolic-ref", "HEAD", f"refs/heads/{head}")
    return folder / f"{name}.git"


def nested(folder: Path, leaf: bytes, depth: int) -> Path:
    """A bare repository of a few objects whose newest commit has a file ten times in each of ten folders in each ..."""

    def made(*arguments: str, of: bytes) -> str:
        return subprocess.check_output(["git", *arguments], cwd=folder, input=of).decode().strip()

    git(folder.parent, "init", "-q", "--bare", "-b", "main", str(folder))
    entry = f"100644 blob {made('hash-object', '-w', '--stdin', of=leaf)}"
    for _ in range(depth):
        tree = made("mktree", of="".join(f"{entry}\t{number}\n" for number in range(10)).encode())
        entry = f"040000 tree {tree}"
    git(folder, "update-ref", "refs/heads/main", git(folder, "commit-tree", tree, "-m", "as it is"))
    return folder


def command(*arguments: str | Path) -> list[str]:
    return [sys.executable, "-m", "iacfix", "campaign", *map(str, arguments)]


def campaign(*arguments: str | Path, stdin: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(command(*arguments), input=stdin, capture_output=True, text=True, check=False, timeout=300)


def events(folder: Path) -> list[dict[str, Any]]:
    journal = folder / "journal.jsonl"
    lines = journal.read_bytes().splitlines(keepends=True) if journal.exists() else []
    return [json.loads(line) for line in lines if line.endswith(b"}\n")]


def last(folder: Path) -> dict[str, dict[str, Any]]:
    """The last end of each repository, by the last part of its name."""
    return {each["repository"].rpartition("/")[2]: each for each in events(folder) if each["event"] == "ended"}


def results(folder: Path) -> dict[str, bytes]:
    """All results of a campaign by their paths."""
    place = folder / "repositories"
    return {path.relative_to(place).as_posix(): path.read_bytes() for path in place.rglob("*") if path.is_file()}
