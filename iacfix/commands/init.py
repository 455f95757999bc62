"""What a repository needs for every day: settings, a workflow, a hook; asked for each, and nothing is replaced."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import Distribution
from pathlib import Path
from typing import cast

from iacfix import __version__
from iacfix.commands.terminal import DONE, Terminal, note, print_done, write
from iacfix.errors import UsageError
from iacfix.files.discovery import find_root, must_be_an_output
from iacfix.files.git import Git
from iacfix.files.output import utf8, write_files
from iacfix.files.settings_file import PLACES, settings_file

SETTINGS, WORKFLOW, HOOKS = "iacfix.toml", ".github/workflows/iacfix.yml", ".pre-commit-config.yaml"
CHECKOUT = "08c6903cd8c0fde910a37f88322edcfb5dd907a8 # v5.0.0"
FILES = r"\.(py|tf|tofu|[cm]?[jt]s|[jt]sx)$"
HOOK = f"""\
  - repo: local
    hooks:
      - id: iacfix-check
        name: iacfix check
        language: python
        additional_dependencies: ["REQUIREMENT"]
        entry: python -I -m iacfix check --output-format concise
        args: [--]
        files: {FILES}
        require_serial: true
"""
TEXTS: Mapping[str, str] = {
    SETTINGS: """\
# Settings of iacfix; iacfix check --show-settings prints the effective values and where each is set.

# Rules that are left out; iacfix rules lists all of them.
ignore = []

# Files and folders to skip, as in .gitignore, in addition to what git ignores.
exclude = []

# Also apply fixes that may replace a resource or need a manual step.
unsafe-fixes = false

# Rules that are left out of some files.
[per-file-ignores]
# "examples/" = ["RULE"]
""",
    WORKFLOW: f"""\
name: iacfix
on: pull_request
permissions: {{}}
jobs:
  check:
    runs-on: ubuntu-latest
    permissions:
      contents: read
    steps:
      - uses: actions/checkout@{CHECKOUT}
        with:
          fetch-depth: 0 # to tell where the branch began
          persist-credentials: false
      # Python looks for modules in its working directory, and the workspace is what the pull request makes it.
      - working-directory: ${{{{ runner.temp }}}}
        run: |
          python3 -I -m venv iacfix
          iacfix/bin/python -I -m pip install --quiet "REQUIREMENT"
      - run: '"$RUNNER_TEMP/iacfix/bin/python" -I -m iacfix check --since auto'
""",
    HOOKS: f"repos:\n{HOOK}",
}


@dataclass(frozen=True)
class _There:
    """Something of the kind stands there already: what is said of it."""

    path: str
    why: str


def init(terminal: Terminal, *, yes: bool, ask: Callable[[str], str] = input) -> int:
    """Write what is not there yet, each where it is wanted."""
    if not yes and not sys.stdin.isatty():
        raise UsageError("init asks before it writes, which needs a terminal; --yes writes all that is missing")
    root = find_root(Path.cwd())
    wanted = list[tuple[Path, bytes]]()
    for each in _offers(root):
        if isinstance(each, _There):
            note(f"kept {each.path}: {each.why}")
            continue
        path = root / each
        must_be_an_output(path)
        if yes or _is_wanted(each, ask):
            wanted.append((path, utf8(TEXTS[each].replace("REQUIREMENT", requirement()))))
    write_files(wanted)
    for path, _ in wanted:
        print_done(f"wrote {path.relative_to(root).as_posix()}", terminal)
    if (root / HOOKS).exists() and HOOKS not in [path.name for path, _ in wanted] and not _has_hook(root / HOOKS):
        note(f"to check before each commit, add this to the repos of {HOOKS}:")
        write(HOOK.replace("REQUIREMENT", requirement()))
    return DONE


def _offers(root: Path) -> Iterator[str | _There]:
    """The files that are missing, and what stands there instead."""
    yield _settings_there(root) or SETTINGS
    if _is_on_gitlab(root):
        yield _There(".gitlab-ci.yml", "the page on pull requests has the template to include")
    else:
        yield _There(WORKFLOW, "it already exists") if _stands(root / WORKFLOW) else WORKFLOW
    yield _There(HOOKS, "it already exists") if _stands(root / HOOKS) else HOOKS


def _settings_there(root: Path) -> _There | None:
    for name, table in PLACES:
        try:
            found = settings_file(root / name, name, table, root)
        except FileNotFoundError:
            if (root / name).is_symlink():
                return _There(name, "it is a broken symlink")
            continue
        if found is not None and found.entries() is not None:
            return _There(name, "it has settings already")
    return None


def _stands(path: Path) -> bool:
    return path.exists() or path.is_symlink()


def _is_on_gitlab(root: Path) -> bool:
    """A remote is on GitLab; git is asked, because in a worktree its configuration is elsewhere."""
    try:
        return "gitlab" in (Git(root).said("config", "--get-regexp", r"^remote\..*\.url$") or "")
    except UsageError:  # without git
        return False


def _has_hook(path: Path) -> bool:
    try:
        return "iacfix" in path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return True


def _is_wanted(name: str, ask: Callable[[str], str]) -> bool:
    try:
        while (answer := ask(f"write {name}? [Y/n] ").strip().lower()) not in ("", "y", "yes", "n", "no"):
            continue
    except EOFError:
        return False
    return answer in ("", "y", "yes")


def requirement() -> str:
    """What pip installs this very version by: the revision of a repository that it came from, else its number."""
    said = Distribution.from_name("iacfix").read_text("direct_url.json")
    origin = cast("dict[str, object]", json.loads(said)) if said else {}
    match origin:
        case {"url": str() as url, "vcs_info": {"vcs": "git", "commit_id": str() as commit}}:
            return f"git+{url}@{commit}"
        case _:
            return f"iacfix=={__version__}"
