"""The files and lines that changed since a revision, according to git: committed, staged, unstaged and untracked."""

from __future__ import annotations

import os
import posixpath
import re
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from iacfix.errors import UsageError
from iacfix.files.git import SUBMODULE, Git
from iacfix.result import Reported

AUTO = "auto"
_TARGETS = (
    ("GITHUB_BASE_REF", "origin/"),
    ("CI_MERGE_REQUEST_DIFF_BASE_SHA", ""),
    ("CI_MERGE_REQUEST_TARGET_BRANCH_NAME", "origin/"),
)
"""Where GitHub Actions and GitLab CI say what a change is to be merged into."""
_HUNK = re.compile(rb"^@@ -[0-9]+(?:,[0-9]+)? \+([0-9]+)(?:,([0-9]+))? @@", re.MULTILINE)
_QUIET = ("--no-color", "--no-ext-diff", "--no-textconv", "--no-relative", "--find-renames", "-l0")
"""Options that make the output independent of the user's configuration of git."""
_NO_BRANCH = re.compile(r"HEAD|-.*|[0-9a-f]{7,64}")
_WHOLE = "in CI check out the whole history: fetch-depth: 0 or GIT_DEPTH: 0"


@dataclass(frozen=True)
class _Edited:
    """A file that existed at the commit `base`, with its name then (`old`) and now (`new`)."""

    git: Git
    base: str
    old: str
    new: str

    @cached_property
    def lines(self) -> list[tuple[int, int]]:
        """The changed ranges as first line, from 1, and number of lines; 0 where lines after that one were deleted."""
        names = dict.fromkeys((self.old, self.new))
        # A file that an attribute calls binary has lines as well.
        options = ("--text", "--unified=0", "--inter-hunk-context=0")
        diff = self.git.told("diff", *_QUIET, *options, self.base, "--", *names)
        return [(int(hunk[1]), int(hunk[2] or 1)) for hunk in _HUNK.finditer(diff)]


@dataclass(frozen=True)
class Changed:
    """The difference between a commit and the working tree. Names are relative to the top of the working tree.

    `edited` existed before; `new` are files and, with a slash at the end, folders that did not; what is not `tracked`
    counts as new. Queries use names below `folder`, which is relative to the top.
    """

    edited: Mapping[str, _Edited] = field(default_factory=dict[str, _Edited])
    new: frozenset[str] = frozenset()
    tracked: frozenset[str] = frozenset()
    folder: str = ""

    def holds(self, name: str) -> bool:
        name = self._named(name)
        return name in self.edited or self._is_new(name)

    def touches(self, finding: Reported) -> bool:
        """A changed line is among those of the finding or of the resource around it; lines that were only taken out
        count where they stood between two of these."""
        name = self._named(finding.path)
        if name not in self.edited:
            return self._is_new(name)
        first, last = finding.location.resource_lines or (finding.line, finding.end_line)
        first, last = min(first, finding.line), max(last, finding.end_line)
        return any(
            start <= last and first < start + count if count else first <= start < last
            for start, count in self.edited[name].lines
        )

    def _named(self, name: str) -> str:
        return posixpath.normpath(posixpath.join(self.folder, name))

    def _is_new(self, name: str) -> bool:
        parts = name.split("/")
        folders = ("/".join(parts[:end]) + "/" for end in range(1, len(parts)))
        return name in self.new or name not in self.tracked or not self.new.isdisjoint(folders)


def changed_since(root: Path, revision: str, environment: Mapping[str, str]) -> Changed:
    """What changed since the merge base of HEAD and a revision. Raises UsageError where git fails."""
    if not revision.strip():
        raise UsageError("--since is empty; name a revision, as origin/main, or leave it out")
    at_home = (root / ".git").exists()
    if not at_home and "GIT_DIR" not in environment:
        raise UsageError(f"--since needs a git repository, and {root} is in none")
    said = Git(root if at_home else Path.cwd()).told("rev-parse", "--show-toplevel")
    top = Path(os.fsdecode(said.removesuffix(b"\n")))
    if not root.is_relative_to(top):
        raise UsageError(f"--since needs a git repository, and {root} is not in {top}, where git is told to look")
    if revision == AUTO:
        revision = _target(environment)
    git = Git(top)
    base = _merge_base(git, revision)
    edited = dict[str, _Edited]()
    new = set[str]()
    for prefix, change in _changes(git, base, ""):
        if change is None:
            new.add(prefix)
        else:
            edited[prefix] = change
    return Changed(edited, frozenset(new), frozenset(_tracked(git, "")), root.relative_to(top).as_posix())


def uncommitted(root: Path) -> frozenset[str]:
    """The tracked files below the root with uncommitted changes, relative to it; none where git fails."""
    if not (root / ".git").exists():
        return frozenset()
    options = ("--porcelain", "-z", "--no-renames", "--untracked-files=no", "--ignore-submodules=all")
    try:
        entries = Git(root).told("status", *options).split(b"\0")
    except UsageError:
        return frozenset()
    return frozenset(os.fsdecode(entry[3:]) for entry in entries if entry)


def _target(environment: Mapping[str, str]) -> str:
    for name, prefix in _TARGETS:
        if value := environment.get(name):
            return prefix + value
    names = ", ".join(name for name, _ in _TARGETS)
    raise UsageError(f"--since auto finds no target branch: none of {names} is set; name one: --since origin/main")


def _merge_base(git: Git, revision: str) -> str:
    if git.said("rev-parse", "--verify", "--quiet", "HEAD") is None:
        raise UsageError("--since compares with HEAD, and nothing is committed on this branch yet; leave it out")
    commit = git.said("rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
    shallow = git.said("rev-parse", "--is-shallow-repository") == "true"
    if commit is None:
        raise UsageError(f"revision {revision!r} does not exist here; {_advice(git, revision, shallow=shallow)}")
    base = git.said("merge-base", commit, "HEAD")
    if base is None and shallow:
        why = f"this clone is too shallow to find the merge base of HEAD and {revision!r}"
        raise UsageError(f"{why}; run git fetch --unshallow ({_WHOLE})")
    if base is None:
        raise UsageError(f"HEAD and {revision!r} have no commit in common; name another revision")
    return base


def _advice(git: Git, revision: str, *, shallow: bool) -> str:
    """How to get a missing revision. A clone of one branch fetches another only with an explicit refspec."""
    remotes = (git.said("remote") or "").split()
    remote, _, branch = revision.partition("/")
    if remote not in remotes:
        remote, branch = "origin", revision
    place = f"refs/remotes/{remote}/{branch}"
    named = not _NO_BRANCH.fullmatch(branch) and git.said("check-ref-format", place) is not None
    if remote in remotes and named:
        options = "--unshallow " if shallow else ""
        found = "" if revision == f"{remote}/{branch}" else f", then --since {remote}/{branch}"
        fetch = f"git fetch {options}{remote} {shlex.quote(f'{branch}:{place}')}{found}"
        return f"name another one, or fetch it first: {fetch}" + (f" ({_WHOLE})" if shallow else "")
    return f"name another one, or run git fetch --unshallow ({_WHOLE})" if shallow else "name another one"


def _changes(git: Git, base: str, prefix: str) -> Iterator[tuple[str, _Edited | None]]:
    """Each changed file with its former state, or None where it is new; submodules are compared in their own history.

    Each submodule is queried separately: git itself would query it with the submodule's own settings.
    """
    fields = iter(
        git.told("diff", *_QUIET, "--raw", "-z", "--abbrev=64", "--ignore-submodules=dirty", base, "--").split(b"\0")
    )
    moved = set[str]()
    for head in fields:
        if not head:
            continue
        old_mode, mode, old_hash, _, status = head.removeprefix(b":").split(b" ")
        old = name = os.fsdecode(next(fields))
        if status[:1] in b"RC":
            name = os.fsdecode(next(fields))
        if mode == SUBMODULE:
            moved.add(name)
            if old_mode != SUBMODULE:
                yield f"{prefix}{name}/", None
            elif (git.folder / name / ".git").exists():
                yield from _submodule(git.below(name), old_hash.decode(), f"{prefix}{name}/")
        elif status[:1] != b"D":
            is_new = status[:1] == b"A" or old_mode == SUBMODULE
            yield prefix + name, None if is_new else _Edited(git, base, old, name)
    for name, linked in git.names:
        if linked and name not in moved:
            yield from _changes(git.below(name), "HEAD", f"{prefix}{name}/")


def _submodule(git: Git, base: str, prefix: str) -> Iterator[tuple[str, _Edited | None]]:
    if git.said("cat-file", "-e", f"{base}^{{commit}}") is None:
        why = f"the submodule lacks its earlier commit {base[:12]}"
        raise UsageError(f"{why}; fetch it: git -C {shlex.quote(prefix[:-1])} fetch origin {base}", path=prefix[:-1])
    yield from _changes(git, base, prefix)


def _tracked(git: Git, prefix: str) -> Iterator[str]:
    for name, linked in git.names:
        yield prefix + name
        if linked:
            yield from _tracked(git.below(name), f"{prefix}{name}/")
