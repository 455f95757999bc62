"""What changed since a revision, as git tells it: committed, staged, edited or not yet tracked."""

from __future__ import annotations

import os
import posixpath
import re
import shlex
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
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
_PLACES = ("GIT_DIR", "GIT_WORK_TREE")
"""Relative to the current folder, where git is not always started."""
_OPTIONS = "GIT_DIFF_OPTS"
"""Its context lines would count as changed."""
_QUIET = ("--no-color", "--no-ext-diff", "--no-textconv", "--no-relative", "--find-renames", "-l0")
"""The same answer whatever the settings of the machine are."""
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
"""More of them by the last part of their name, with what leaves git's own way; they count where the user made them."""
_KEYS = r"^(filter|credential|core|remote)\..*"
_OWN_SCOPES = (b"local", b"worktree")
_NO_BRANCH = re.compile(r"HEAD|-.*|[0-9a-f]{7,64}")
_WHOLE = "in CI check out the whole history: fetch-depth: 0 or GIT_DEPTH: 0"


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
        """What git answers; where it fails its own reason is raised."""
        done = self._run(arguments)
        if done.returncode:
            why = " ".join(os.fsdecode(done.stderr).split()) or "no reason given"
            raise UsageError(f"git {arguments[0]} failed in {self.folder}: {why}")
        return done.stdout

    @cached_property
    def names(self) -> list[tuple[str, bool]]:
        """What is tracked, and whether it is a submodule that is there."""
        entries = [entry.partition(b"\t") for entry in self.told("ls-files", "-z", "--stage").split(b"\0") if entry]
        named = {os.fsdecode(name): head.startswith(_SUBMODULE) for head, _, name in entries}
        return [(name, linked and self._holds(name)) for name, linked in named.items()]

    def _holds(self, name: str) -> bool:
        """Whether a repository is really there: a link could lead back to this one."""
        place = self.folder / name
        return (place / ".git").exists() and place.resolve() == self.folder.resolve() / name

    def below(self, name: str) -> _Git:
        """The repository of a submodule."""
        return _Git(self.folder / name, outermost=False)

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
            raise UsageError("--since needs git, and it is not installed") from error

    @cached_property
    def _environment(self) -> dict[str, str]:
        given = {
            name: os.path.abspath(value) if name in _PLACES else value
            for name, value in os.environ.items()
            if name != _OPTIONS and (self.outermost or name not in _OF_A_HOOK)
        }
        return {"GIT_PROXY_COMMAND": "", **given, "GIT_OPTIONAL_LOCKS": "0"}

    @cached_property
    def _overruled(self) -> dict[str, str]:
        """The commands that the repository's own configuration names, as settings that run none.

        A stranger's archive may bring a `.git` folder; git would run its filters to compare a file.
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


@dataclass(frozen=True)
class _Edited:
    """A file that was there before: in which repository, since which commit, under which names."""

    git: _Git
    base: str
    old: str
    new: str

    @cached_property
    def lines(self) -> list[tuple[int, int]]:
        """Where lines came, as first line and number; a number of 0 says that some went after that line."""
        names = dict.fromkeys((self.old, self.new))
        # A file that an attribute calls binary has lines as well.
        options = ("--text", "--unified=0", "--inter-hunk-context=0")
        diff = self.git.told("diff", *_QUIET, *options, self.base, "--", *names)
        return [(int(hunk[1]), int(hunk[2] or 1)) for hunk in _HUNK.finditer(diff)]


@dataclass(frozen=True)
class Changed:
    """What differs from a commit on disk. Names are as git has them, relative to the top of its working tree.

    `edited` were there before; `new` are files and, with a slash at the end, folders that were not; what is not
    `tracked` counts as new. It is asked for names below `folder`, which is relative to the top.
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
        first, last = finding.place.around or (finding.line, finding.end_line)
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
    """What changed since HEAD and the revision parted; raises UsageError where git cannot tell."""
    if not revision.strip():
        raise UsageError("--since is empty; name a revision, as origin/main, or leave it out")
    at_home = (root / ".git").exists()
    if not at_home and "GIT_DIR" not in environment:
        raise UsageError(f"--since needs a git repository, and {root} is in none")
    said = _Git(root if at_home else Path.cwd()).told("rev-parse", "--show-toplevel")
    top = Path(os.fsdecode(said.removesuffix(b"\n")))
    if not root.is_relative_to(top):
        raise UsageError(f"--since needs a git repository, and {root} is not in {top}, where git is told to look")
    if revision == AUTO:
        revision = _target(environment)
    git = _Git(top)
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
    """The tracked files below the root that are not as they were committed, relative to it; none where git does not
    say."""
    if not (root / ".git").exists():
        return frozenset()
    options = ("--porcelain", "-z", "--no-renames", "--untracked-files=no", "--ignore-submodules=all")
    try:
        entries = _Git(root).told("status", *options).split(b"\0")
    except UsageError:
        return frozenset()
    return frozenset(os.fsdecode(entry[3:]) for entry in entries if entry)


def _target(environment: Mapping[str, str]) -> str:
    for name, prefix in _TARGETS:
        if value := environment.get(name):
            return prefix + value
    names = ", ".join(name for name, _ in _TARGETS)
    raise UsageError(f"--since auto finds no target branch: none of {names} is set; name one as --since origin/main")


def _merge_base(git: _Git, revision: str) -> str:
    if git.said("rev-parse", "--verify", "--quiet", "HEAD") is None:
        raise UsageError("--since compares with HEAD, and nothing is committed on this branch yet; leave it out")
    commit = git.said("rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
    shallow = git.said("rev-parse", "--is-shallow-repository") == "true"
    if commit is None:
        raise UsageError(f"there is no revision {revision!r} here; {_advice(git, revision, shallow=shallow)}")
    base = git.said("merge-base", commit, "HEAD")
    if base is None and shallow:
        why = f"this clone is too shallow to tell where HEAD and {revision!r} parted"
        raise UsageError(f"{why}; run git fetch --unshallow ({_WHOLE})")
    if base is None:
        raise UsageError(f"HEAD and {revision!r} have no commit in common; name another revision")
    return base


def _advice(git: _Git, revision: str, *, shallow: bool) -> str:
    """How to get a revision that is not there. A clone of one branch fetches others only where it is told where to."""
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


def _changes(git: _Git, base: str, prefix: str) -> Iterator[tuple[str, _Edited | None]]:
    """Each changed file with what it was, or None where it is new; a submodule is followed into its own history.

    What is edited in a submodule is asked of the submodule: git would ask it with the submodule's own settings.
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
        if mode == _SUBMODULE:
            moved.add(name)
            if old_mode != _SUBMODULE:
                yield f"{prefix}{name}/", None
            elif (git.folder / name / ".git").exists():
                yield from _submodule(git.below(name), old_hash.decode(), f"{prefix}{name}/")
        elif status[:1] != b"D":
            is_new = status[:1] == b"A" or old_mode == _SUBMODULE
            yield prefix + name, None if is_new else _Edited(git, base, old, name)
    for name, linked in git.names:
        if linked and name not in moved:
            yield from _changes(git.below(name), "HEAD", f"{prefix}{name}/")


def _submodule(git: _Git, base: str, prefix: str) -> Iterator[tuple[str, _Edited | None]]:
    if git.said("cat-file", "-e", f"{base}^{{commit}}") is None:
        why = f"the submodule lacks its earlier commit {base[:12]}"
        raise UsageError(f"{why}; fetch it: git -C {shlex.quote(prefix[:-1])} fetch origin {base}", path=prefix[:-1])
    yield from _changes(git, base, prefix)


def _tracked(git: _Git, prefix: str) -> Iterator[str]:
    for name, linked in git.names:
        yield prefix + name
        if linked:
            yield from _tracked(git.below(name), f"{prefix}{name}/")
