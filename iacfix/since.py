"""What changed since a revision, as git tells it: committed, staged, edited or not yet tracked."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from iacfix.errors import UsageError
from iacfix.result import Reported

AUTO = "auto"
_TARGETS = (
    ("GITHUB_BASE_REF", "origin/"),
    ("CI_MERGE_REQUEST_DIFF_BASE_SHA", ""),
    ("CI_MERGE_REQUEST_TARGET_BRANCH_NAME", "origin/"),
)
"""Where GitHub Actions and GitLab CI say what a change is to be merged into."""
_HUNK = re.compile(rb"^@@ -[0-9]+(?:,[0-9]+)? \+([0-9]+)(?:,([0-9]+))? @@", re.MULTILINE)
_SUBMODULE = b"160000"
_OF_A_HOOK = frozenset(
    {"GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_OBJECT_DIRECTORY", "GIT_COMMON_DIR"}
)
_QUIET = ("--no-color", "--no-ext-diff", "--no-textconv", "--no-relative", "--find-renames")


@dataclass(frozen=True)
class _Git:
    """A repository. What a hook says in GIT_DIR and its like holds for the outermost one only."""

    folder: Path
    outermost: bool = True

    def said(self, *arguments: str) -> str | None:
        """What git answers, None where it fails."""
        done = self._run(arguments)
        return os.fsdecode(done.stdout).strip() if done.returncode == 0 else None

    def told(self, *arguments: str) -> bytes:
        """What git answers; it has no reason to fail."""
        done = self._run(arguments)
        if done.returncode:
            lines = os.fsdecode(done.stderr).strip().splitlines() or ["no reason given"]
            raise UsageError(f"git {arguments[0]} failed in {self.folder}: {lines[-1]}")
        return done.stdout

    def _run(self, arguments: tuple[str, ...]) -> subprocess.CompletedProcess[bytes]:
        environment = {name: value for name, value in os.environ.items() if self.outermost or name not in _OF_A_HOOK}
        command = ["git", "--literal-pathspecs", *arguments]
        try:
            return subprocess.run(
                command, cwd=self.folder, env=environment, stdin=subprocess.DEVNULL, capture_output=True, check=False
            )
        except FileNotFoundError as error:
            raise UsageError("--since needs git, and it is not installed") from error


@dataclass(frozen=True)
class _Edited:
    """A file that was there before: in which repository, since which commit, under which names."""

    git: _Git
    base: str
    old: str
    new: str


@dataclass(frozen=True)
class Changed:
    """What differs from a commit on disk. Names are relative to the root, with forward slashes.

    `edited` were there before; `new` are files and, with a slash at the end, folders that were not; what is not
    `tracked` counts as new.
    """

    edited: Mapping[str, _Edited] = field(default_factory=dict[str, _Edited])
    new: frozenset[str] = frozenset()
    tracked: frozenset[str] = frozenset()

    def holds(self, name: str) -> bool:
        return name in self.edited or self._is_new(name)

    def touches(self, finding: Reported) -> bool:
        """A changed line is among those of the finding or of the resource around it; lines that were only taken out
        count where they stood between two of these."""
        if finding.path not in self.edited:
            return self._is_new(finding.path)
        first, last = finding.place.around or (finding.line, finding.end_line)
        first, last = min(first, finding.line), max(last, finding.end_line)
        return any(
            start <= last and first < start + count if count else first <= start < last
            for start, count in _changed_lines(self.edited[finding.path])
        )

    def _is_new(self, name: str) -> bool:
        parts = name.split("/")
        folders = ("/".join(parts[:end]) + "/" for end in range(1, len(parts)))
        return name in self.new or name not in self.tracked or not self.new.isdisjoint(folders)


def changed_since(root: Path, revision: str, environment: Mapping[str, str]) -> Changed:
    """What changed since HEAD and the revision parted; raises UsageError where git cannot tell."""
    if not revision.strip():
        raise UsageError("--since is empty; name a revision, as origin/main, or leave it out")
    if not (root / ".git").exists() and "GIT_DIR" not in environment:
        raise UsageError(f"--since needs a git repository, and {root} is in none")
    if revision == AUTO:
        revision = _target(environment)
    git = _Git(root)
    base = _merge_base(git, revision)
    edited = dict[str, _Edited]()
    new = set[str]()
    for prefix, change in _changes(git, base, ""):
        if change is None:
            new.add(prefix)
        else:
            edited[prefix] = change
    listed = git.told("ls-files", "-z", "--recurse-submodules")
    return Changed(edited, frozenset(new), frozenset(map(os.fsdecode, listed.split(b"\0"))))


def _target(environment: Mapping[str, str]) -> str:
    for name, prefix in _TARGETS:
        if value := environment.get(name):
            return prefix + value
    names = ", ".join(name for name, _ in _TARGETS)
    raise UsageError(f"--since auto finds no target branch: none of {names} is set; name one as --since origin/main")


def _merge_base(git: _Git, revision: str) -> str:
    commit = git.said("rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
    if commit is None:
        fetch = f"git fetch origin {revision.removeprefix('origin/')}"
        raise UsageError(f"there is no revision '{revision}' here; name another one, or fetch it first: {fetch}")
    base = git.said("merge-base", commit, "HEAD")
    if base is None and git.said("rev-parse", "--is-shallow-repository") == "true":
        why = f"this clone is too shallow to tell where HEAD and '{revision}' parted"
        raise UsageError(f"{why}; run git fetch --unshallow (in GitHub Actions check out with fetch-depth: 0)")
    if base is None:
        raise UsageError(f"HEAD and '{revision}' have no commit in common; name another revision")
    return base


def _changes(git: _Git, base: str, prefix: str) -> Iterator[tuple[str, _Edited | None]]:
    """Each changed file with what it was, or None where it is new; a submodule is followed into its own history."""
    fields = iter(
        git.told("diff", *_QUIET, "--raw", "-z", "--abbrev=64", "--ignore-submodules=none", base, "--").split(b"\0")
    )
    for head in fields:
        if not head:
            continue
        old_mode, mode, old_hash, _, status = head.removeprefix(b":").split(b" ")
        old = name = os.fsdecode(next(fields))
        if status[:1] in b"RC":
            name = os.fsdecode(next(fields))
        if mode == _SUBMODULE:
            if old_mode != _SUBMODULE:
                yield f"{prefix}{name}/", None
            elif (git.folder / name / ".git").exists():
                yield from _submodule(_Git(git.folder / name, outermost=False), old_hash.decode(), f"{prefix}{name}/")
        elif status[:1] != b"D":
            is_new = status[:1] == b"A" or old_mode == _SUBMODULE
            yield prefix + name, None if is_new else _Edited(git, base, old, name)


def _submodule(git: _Git, base: str, prefix: str) -> Iterator[tuple[str, _Edited | None]]:
    if git.said("cat-file", "-e", f"{base}^{{commit}}") is None:
        why = f"the submodule lacks its earlier commit {base[:12]}"
        raise UsageError(f"{why}; fetch it: git -C {prefix[:-1]} fetch origin {base}", path=prefix[:-1])
    yield from _changes(git, base, prefix)


def _changed_lines(file: _Edited) -> list[tuple[int, int]]:
    """Where lines came, as first line and number; a number of 0 says that some went after that line."""
    names = dict.fromkeys((file.old, file.new))
    diff = file.git.told("diff", *_QUIET, "--unified=0", "--inter-hunk-context=0", file.base, "--", *names)
    return [(int(hunk[1]), int(hunk[2] or 1)) for hunk in _HUNK.finditer(diff)]
