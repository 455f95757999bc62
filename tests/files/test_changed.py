"""What changed since a revision: real repositories, made with git."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from iacfix.cli import program

ALARM = """import pulumi_aws as aws

{name} = aws.cloudwatch.MetricAlarm(
    "{name}",
    comparison_operator="GreaterThanThreshold",
    evaluation_periods=2,
    metric_name="FailedBuilds",
    namespace="AWS/CodeBuild",
    statistic="Sum",
    threshold=1,
)
"""
FIRST, SECOND = ALARM.format(name="first"), ALARM.format(name="second")
BOTH = FIRST + SECOND.partition("\n")[2]
EMPTY = "--since is empty; name a revision, as origin/main, or leave it out"


@pytest.fixture(autouse=True)
def _odd_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("GIT_AUTHOR_NAME", "GIT_AUTHOR_EMAIL", "GIT_COMMITTER_NAME", "GIT_COMMITTER_EMAIL"):
        monkeypatch.setenv(name, "somebody@example.org")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / "gitconfig"))
    settings = [
        '[protocol "file"]',
        "allow = always",
        "[diff]",
        "noprefix = true",
        "external = false",
        "renames = false",
    ]
    (tmp_path / "gitconfig").write_text("\n".join(settings))


def git(*arguments: str) -> str:
    return subprocess.run(["git", *arguments], check=True, capture_output=True, text=True).stdout.strip()


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with two programs on main, on a branch of its own, as the current folder."""
    folder = tmp_path / "project"
    folder.mkdir()
    monkeypatch.chdir(folder)
    git("init", "-q", "-b", "main")
    (folder / "requirements.txt").write_text("pulumi-aws==7.1.0\n")
    (folder / "a.py").write_text(BOTH)
    (folder / "old.py").write_text(BOTH)
    commit("main")
    git("checkout", "-q", "-b", "work")
    return folder


def commit(message: str) -> None:
    git("add", "-A")
    git("commit", "-q", "-m", message)


def iacfix_(*arguments: str) -> Result:
    return CliRunner().invoke(program(), list(arguments))


def found(*arguments: str) -> list[str]:
    """The places of what is found, and the alarm each is about."""
    result = iacfix_("check", "-q", "--output-format", "concise", *arguments)
    assert (result.exit_code, result.stderr) == (1 if result.stdout else 0, "")
    return [re.sub(r":\d+:\d+: .* alarm (\S+) .*", r" \1", line) for line in result.stdout.splitlines()]


def refused(*arguments: str) -> str:
    result = iacfix_("check", *arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    (line,) = result.stderr.splitlines()
    return line.removeprefix("iacfix: error: ")


@pytest.mark.usefixtures("project")
def test_nothing_changed() -> None:
    assert found("--since", "main") == []
    assert iacfix_("check", "--since", "main").stdout == "nothing found in 0 files\n"
    assert found() == ["a.py first", "a.py second", "old.py first", "old.py second"]


@pytest.mark.parametrize("state", ["committed", "staged", "edited"])
def test_a_changed_line_is_in_a_file_and_in_a_resource(project: Path, state: str) -> None:
    (project / "a.py").write_text("# a remark\n" + BOTH.replace("threshold=1", "threshold=2", 1))
    if state != "edited":
        git("add", "-A")
    if state == "committed":
        git("commit", "-qm", "work")
    assert found("--since", "main") == ["a.py first", "a.py second"]
    assert found("--since", "main", "--lines") == ["a.py first"]


def test_what_went_on_on_main_does_not_count(project: Path) -> None:
    git("checkout", "-q", "main")
    (project / "old.py").write_text(BOTH + "\n")
    commit("later on main")
    git("checkout", "-q", "work")
    (project / "a.py").write_text(BOTH + "\n")
    assert found("--since", "main") == ["a.py first", "a.py second"]
    assert found("--since", "main", "--lines") == []


def test_a_line_that_went_counts_inside_a_resource_only(project: Path) -> None:
    set_ = BOTH.replace("    threshold=1,\n", "    threshold=1,\n    tags={},\n", 1)
    (project / "a.py").write_text(set_)
    git("commit", "-qam", "tags")
    git("checkout", "-q", "-b", "more")
    (project / "a.py").write_text(BOTH)
    assert found("--since", "work", "--lines") == ["a.py first"]
    (project / "a.py").write_text(set_.replace("import pulumi_aws as aws\n\n", "import pulumi_aws as aws\n"))
    assert found("--since", "work") == ["a.py first", "a.py second"]
    assert found("--since", "work", "--lines") == []


def test_a_line_that_went_below_a_resource_is_none_of_it(project: Path) -> None:
    (project / "a.py").write_text(BOTH.replace("\n)\n", "\n)\n# the end\n", 1))
    git("commit", "-qam", "comment")
    git("checkout", "-q", "-b", "more")
    (project / "a.py").write_text(BOTH)
    assert found("--since", "work") == ["a.py first", "a.py second"]
    assert found("--since", "work", "--lines") == []


def test_new_files_tracked_or_not_count_whole(project: Path) -> None:
    (project / ".gitignore").write_text("ignored.py\n")
    for name in ("staged.py", "untracked.py", "ignored.py"):
        (project / name).write_text(FIRST)
    git("add", "staged.py", ".gitignore")
    expected = ["staged.py first", "untracked.py first"]
    assert found("--since", "main") == found("--since", "main", "--lines") == expected
    assert found("--since", "main", "ignored.py") == ["ignored.py first"]


def test_a_rename_keeps_its_lines(project: Path) -> None:
    name = 'für "neu"\t*.py'
    git("mv", "old.py", name)
    commit("rename")
    assert found("--since", "main") == [f"{name} first", f"{name} second"]
    assert found("--since", "main", "--lines") == []
    (project / name).write_text(BOTH.replace('"second"', '"third"'))
    assert found("--since", "main", "--lines") == [f"{name} third"]


def test_a_deleted_file_is_no_trouble(project: Path) -> None:
    git("rm", "-q", "old.py")
    (project / "a.py").unlink()
    assert found("--since", "main") == []


def test_in_a_folder_of_the_repository(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (project / "inner").mkdir()
    (project / "inner" / "b.py").write_text(FIRST)
    (project / "a.py").write_text(BOTH + "\n")
    monkeypatch.chdir(project / "inner")
    assert found("--since", "main") == ["b.py first"]
    assert found("--since", "main", "..") == ["../a.py first", "../a.py second", "b.py first"]


def test_a_link_to_a_repository(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (project / "a.py").write_text(BOTH + "\n")
    (project.parent / "link").symlink_to(project)
    monkeypatch.chdir(project.parent)
    assert found("--since", "main", "link") == ["project/a.py first", "project/a.py second"]


def test_a_detached_head(project: Path) -> None:
    (project / "a.py").write_text(BOTH + "\n")
    commit("work")
    git("checkout", "-q", "--detach")
    assert found("--since", "main") == ["a.py first", "a.py second"]
    assert found("--since", "HEAD") == []


def test_a_worktree(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    git("worktree", "add", "-q", "-b", "other", "../other", "main")
    monkeypatch.chdir(project.parent / "other")
    Path("old.py").write_text(BOTH + "\n")
    (project / "a.py").write_text(BOTH + "\n")
    assert found("--since", "main") == ["old.py first", "old.py second"]


def test_a_shallow_clone_says_what_to_fetch(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (project / "a.py").write_text(BOTH + "\n")
    commit("work")
    git("clone", "-q", "--depth=1", "--branch=work", project.as_uri(), "../shallow")
    monkeypatch.chdir(project.parent / "shallow")
    fetch = "git fetch --unshallow origin main:refs/remotes/origin/main"
    whole = "(in CI check out the whole history: fetch-depth: 0 or GIT_DEPTH: 0)"
    assert refused("--since", "origin/main") == (
        f"revision 'origin/main' does not exist here; name another one, or fetch it first: {fetch} {whole}"
    )
    for revision in ("HEAD~9", "0" * 40):
        assert refused("--since", revision) == (
            f"revision '{revision}' does not exist here; name another one, or run git fetch --unshallow {whole}"
        )
    git("clone", "-q", "--depth=1", "--branch=work", project.as_uri(), "../other")
    git("fetch", "-q", "--depth=1", "origin", "main:refs/remotes/origin/main")
    assert refused("--since", "origin/main") == (
        f"this clone is too shallow to find the merge base of HEAD and 'origin/main'; run git fetch --unshallow {whole}"
    )
    git("fetch", "-q", "--unshallow")
    assert found("--since", "origin/main") == ["a.py first", "a.py second"]
    monkeypatch.chdir("../other")
    git(*fetch.split()[1:])
    assert found("--since", "origin/main") == ["a.py first", "a.py second"]


def test_a_clone_of_one_branch_says_what_to_fetch(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (project / "a.py").write_text(BOTH + "\n")
    commit("work")
    git("clone", "-q", "--single-branch", "--branch=work", project.as_uri(), "../single")
    monkeypatch.chdir(project.parent / "single")
    fetch = "git fetch origin main:refs/remotes/origin/main"
    for revision, then in (("main", ", then --since origin/main"), ("origin/main", "")):
        assert refused("--since", revision) == (
            f"revision '{revision}' does not exist here; name another one, or fetch it first: {fetch}{then}"
        )
    git(*fetch.split()[1:])
    assert found("--since", "origin/main") == ["a.py first", "a.py second"]
    for revision in ("HEAD~9", "@{u}~9", "origin/HEAD~9", "0" * 40, "--output=x"):
        assert refused("--since", revision) == f"revision '{revision}' does not exist here; name another one"


def test_where_git_fails_its_own_reason_is_said(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")
    said = refused("--since", "main")
    assert said.startswith(f"git rev-parse failed in {project}: fatal: detected dubious ownership in repository at")
    assert said.endswith(f"git config --global --add safe.directory {project}")
    monkeypatch.delenv("GIT_TEST_ASSUME_DIFFERENT_OWNER")
    (project / ".git" / "config").write_text("[core\n")
    assert "bad config line 1" in refused("--since", "main")


@pytest.mark.usefixtures("project")
def test_a_branch_without_a_commit() -> None:
    git("checkout", "-q", "--orphan", "alone")
    why = "--since compares with HEAD, and nothing is committed on this branch yet; leave it out"
    assert refused("--since", "main") == refused("--since", "HEAD") == why


def test_lines_of_what_git_takes_for_binary(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_DIFF_OPTS", "-u20")
    (project / "a.py").write_text(BOTH.replace("threshold=1", "threshold=2", 1))
    for attribute in ("-diff", "binary"):
        (project / ".gitattributes").write_text(f"*.py {attribute}\n")
        assert found("--since", "main", "--lines") == ["a.py first"]


def test_a_repository_that_the_environment_names(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (project / "inner" / "deep").mkdir(parents=True)
    (project / "inner" / "b.py").write_text(FIRST)
    (project / "inner" / "deep" / "c.py").write_text(BOTH)
    commit("deeper")
    git("checkout", "-q", "-b", "more")
    (project / "inner" / "b.py").write_text(FIRST + "\n")
    (project / "inner" / "deep" / "c.py").write_text(BOTH.replace("threshold=1", "threshold=2", 1))
    monkeypatch.chdir(project / "inner" / "deep")
    monkeypatch.setenv("GIT_DIR", "../../.git")
    assert found("--since", "work", "--lines") == ["c.py first"]
    (project / ".git").rename(project.parent / "elsewhere.git")
    monkeypatch.setenv("GIT_DIR", "../../../elsewhere.git")
    monkeypatch.setenv("GIT_WORK_TREE", "../..")
    assert found("--since", "work", "--lines") == ["c.py first"]
    assert found("--since", "work", "..") == ["../b.py first", "c.py first", "c.py second"]
    monkeypatch.setenv("GIT_WORK_TREE", "..")
    assert refused("--since", "work", "../..") == (
        f"--since needs a git repository, and {project} is not in {project}/inner, where git is told to look"
    )


@pytest.mark.usefixtures("project")
def test_histories_that_never_met() -> None:
    git("checkout", "-q", "--orphan", "alone")
    git("commit", "-qm", "alone")
    assert refused("--since", "main") == "HEAD and 'main' have no commit in common; name another revision"


@pytest.fixture
def module(project: Path) -> Path:
    """A submodule with two programs, part of main."""
    library = project.parent / "library"
    library.mkdir()
    subprocess.run(["git", "init", "-q", "-b", "main", library], check=True)
    for name in ("one.py", "two.py"):
        (library / name).write_text(BOTH)
    subprocess.run(["git", "-C", library, "add", "-A"], check=True)
    subprocess.run(["git", "-C", library, "commit", "-q", "-m", "library"], check=True)
    git("checkout", "-q", "main")
    git("submodule", "--quiet", "add", library.as_uri(), "lib")
    commit("with a library")
    git("checkout", "-q", "-B", "work")
    return project / "lib"


def test_a_submodule_is_followed_into_its_own_history(module: Path) -> None:
    assert found("--since", "main") == []
    (module / "one.py").write_text(BOTH.replace("threshold=1", "threshold=2", 1))
    assert found("--since", "main") == ["lib/one.py first", "lib/one.py second"]
    git("-C", "lib", "commit", "-qam", "later")
    (module / "three.py").write_text(FIRST)
    assert found("--since", "main", "--lines") == ["lib/one.py first", "lib/three.py first"]
    commit("a newer library")
    assert found("--since", "main", "--lines") == ["lib/one.py first", "lib/three.py first"]


@pytest.mark.usefixtures("module")
def test_a_new_submodule_counts_whole() -> None:
    assert found("--since", "main~1", "--lines") == [
        "lib/one.py first",
        "lib/one.py second",
        "lib/two.py first",
        "lib/two.py second",
    ]


@pytest.mark.usefixtures("module")
def test_a_submodule_without_its_history_says_what_to_fetch() -> None:
    old = git("-C", "lib", "rev-parse", "HEAD")
    git("-C", "lib", "checkout", "-q", "--orphan", "new")
    git("-C", "lib", "commit", "-qm", "new")
    commit("a library that began again")
    subprocess.run(["rm", "-rf", ".git/modules/lib", "lib"], check=True)
    git("init", "-q", "-b", "new", "lib")
    assert refused("--since", "main") == (
        f"lib: the submodule lacks its earlier commit {old[:12]}; fetch it: git -C lib fetch origin {old}"
    )


@pytest.mark.usefixtures("module")
def test_a_submodule_that_is_a_link_to_what_holds_it_is_not_followed(project: Path) -> None:
    subprocess.run(["rm", "-rf", "lib"], check=True)
    (project / "lib").symlink_to(".")
    (project / "a.py").write_text(BOTH.replace("threshold=1", "threshold=2", 1))
    assert found("--since", "main", "--lines") == ["a.py first"]


COMMANDS = {
    "core.fsmonitor": "touch {mark}; false",
    "core.sshCommand": "touch {mark}; false",
    "core.gitProxy": "touch {mark}; false",
    "core.pager": "touch {mark}; cat",
    "pager.diff": "touch {mark}; cat",
    "diff.external": "touch {mark}",
    "diff.odd.command": "touch {mark}",
    "diff.odd.textconv": "touch {mark}; cat",
    "filter.odd.clean": "touch {mark}; cat",
    "filter.odd.smudge": "touch {mark}; cat",
    "filter.odd.process": "touch {mark}; false",
    "filter.odd.required": "true",
    "filter.a=b.c.clean": "touch {mark}; cat",
    "alias.config": "!touch {mark}",
}


@pytest.mark.parametrize("name", ["core.hooksPath", *COMMANDS])
@pytest.mark.parametrize("place", [".", "lib"])
@pytest.mark.usefixtures("module")
def test_git_runs_nothing_that_the_configuration_of_a_repository_names(project: Path, place: str, name: str) -> None:
    folder, mark = project / place, project.parent / "mark"
    odd = "a=b.c" if "=" in name else "odd"
    inside = Path(git("-C", place, "rev-parse", "--absolute-git-dir")) / "info"
    inside.mkdir(exist_ok=True)
    (inside / "attributes").write_text(f"*.py filter={odd} diff=odd\n")
    if name == "core.hooksPath":
        hook = project.parent / "hooks" / "post-index-change"
        hook.parent.mkdir()
        hook.write_text(f"#!/bin/sh\ntouch {mark}\n")
        hook.chmod(0o755)
        git("-C", place, "config", name, str(hook.parent))
    else:
        git("-C", place, "config", name, COMMANDS[name].format(mark=mark))
    edited = folder / ("one.py" if place == "lib" else "a.py")
    edited.write_text(BOTH.replace("threshold=1", "threshold=2", 1))
    os.utime(folder / ("two.py" if place == "lib" else "old.py"), (1, 1))
    shown = edited.relative_to(project).as_posix()
    assert found("--since", "main", "--lines") == [f"{shown} first"]
    assert not mark.exists()


def test_the_filters_that_the_user_has_set_are_run(project: Path) -> None:
    with (project.parent / "gitconfig").open("a") as settings:
        settings.write('\n[filter "mine"]\nclean = sed s/threshold=2/threshold=1/\n')
    (project / ".git" / "info" / "attributes").write_text("*.py filter=mine\n")
    (project / "a.py").write_text(BOTH.replace("threshold=1", "threshold=2"))
    assert found("--since", "main") == []


@pytest.mark.parametrize("url", ["{project}", "file://{project}", "ext::sh -c 'touch% {mark}'"])
def test_what_a_partial_clone_lacks_is_not_fetched_by_a_command_of_its_configuration(project: Path, url: str) -> None:
    mark = project.parent / "mark"
    blob = git("rev-parse", "main:a.py")
    (project / "a.py").write_text(BOTH.replace("threshold=1", "threshold=2", 1))
    (project / ".git" / "objects" / blob[:2] / blob[2:]).unlink()
    for name, value in (
        ("core.repositoryFormatVersion", "1"),
        ("extensions.partialClone", "origin"),
        ("remote.origin.promisor", "true"),
        ("remote.origin.url", url.format(project=project.parent / "nowhere", mark=mark)),
        ("remote.origin.uploadpack", f"touch {mark}; git-upload-pack"),
        ("protocol.ext.allow", "always"),
    ):
        git("config", name, value)
    assert refused("--since", "main", "--lines").startswith("git diff failed in ")
    assert not mark.exists()


def test_in_a_hook(project: Path, module: Path) -> None:
    """git commit -a gives its hooks an index of their own, by GIT_INDEX_FILE, and GIT_DIR."""
    (project / "a.py").write_text(BOTH.replace("threshold=1", "threshold=2", 1))
    (module / "one.py").write_text(BOTH + "\n")
    hook = project / ".git" / "hooks" / "pre-commit"
    command = f"{sys.executable} -m iacfix check -q --output-format concise --since main"
    hook.write_text(f"#!/bin/sh\nGIT_DIR=.git {command}\n")
    hook.chmod(0o755)
    done = subprocess.run(["git", "commit", "-am", "x"], capture_output=True, text=True, check=False)
    # git shows what a hook prints on stderr.
    assert [line.split(":")[0] for line in done.stderr.splitlines()] == ["a.py"] * 2 + ["lib/one.py"] * 2
    assert done.returncode == 1


def test_auto_finds_the_target_branch(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (project / "a.py").write_text(BOTH + "\n")
    commit("work")
    git("update-ref", "refs/remotes/origin/main", "main")
    git("update-ref", "refs/remotes/origin/work", "work")
    assert refused("--since", "auto") == (
        "--since auto finds no target branch: none of GITHUB_BASE_REF, CI_MERGE_REQUEST_DIFF_BASE_SHA, "
        "CI_MERGE_REQUEST_TARGET_BRANCH_NAME is set; name one: --since origin/main"
    )
    monkeypatch.setenv("CI_MERGE_REQUEST_TARGET_BRANCH_NAME", "work")
    assert found("--since", "auto") == []
    monkeypatch.setenv("CI_MERGE_REQUEST_DIFF_BASE_SHA", git("rev-parse", "main"))
    assert found("--since", "auto") == ["a.py first", "a.py second"]
    monkeypatch.setenv("GITHUB_BASE_REF", "work")
    assert found("--since", "auto") == []


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        (["--since", "nope"], "revision 'nope' does not exist here; name another one"),
        (["--since", "--output=x"], "revision '--output=x' does not exist here; name another one"),
        (["--since", "a\nb"], r"revision 'a\nb' does not exist here; name another one"),
        (["--lines"], "--lines needs --since REV"),
        (["--since", ""], EMPTY),
        (["--since", " ", "--lines"], EMPTY),
        (["--since", "main", "-"], "--since compares files with git; stdin has no history"),
    ],
)
def test_what_a_person_can_get_wrong(project: Path, arguments: list[str], error: str) -> None:
    assert refused(*arguments) == error
    assert sorted(path.name for path in project.iterdir()) == [".git", "a.py", "old.py", "requirements.txt"]


def test_an_empty_revision_writes_nothing(project: Path) -> None:
    """An unset variable of CI must not mean everything."""
    result = iacfix_("apply", "--since", "")
    assert (result.exit_code, result.stdout, result.stderr) == (2, "", f"iacfix: error: {EMPTY}\n")
    assert (project / "a.py").read_text() == BOTH


def test_without_a_repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    around = [folder for folder in tmp_path.parents if (folder / ".git").exists()]
    assert not around, "the temporary folder is in a repository; name another with --basetemp"
    (tmp_path / "plain").mkdir()
    monkeypatch.chdir(tmp_path / "plain")
    assert refused("--since", "main") == f"--since needs a git repository, and {tmp_path / 'plain'} is in none"


def test_fixes_are_limited_alike(project: Path) -> None:
    changed = BOTH.replace("threshold=1", "threshold=2", 1)
    fixed = changed.replace("threshold=2,\n", 'threshold=2,\n    treat_missing_data="notBreaching",\n')
    (project / "a.py").write_text(changed)
    diff = iacfix_("diff", "--since", "main", "--lines")
    assert (diff.exit_code, diff.stderr) == (1, "would fix 1 finding in 1 file\n")
    apply = iacfix_("apply", "--since", "main", "--lines")
    mixed = "iacfix: warning: a.py had changes that are not committed, which git diff shows as well\n"
    assert (apply.exit_code, apply.stderr) == (0, f"{mixed}fixed 1 finding in 1 file\n")
    assert (project / "a.py").read_text() == fixed
    (project / "a.py").write_text(changed)
    subprocess.run(["git", "apply"], input=diff.stdout, text=True, check=True)
    assert (project / "a.py").read_text() == fixed
    (project / "a.py").write_text(changed)
    asked = CliRunner().invoke(program(), ["apply", "-i", "--since", "main", "--lines"], input="y\n")
    assert (asked.exit_code, asked.stderr) == (0, f"{mixed}fixed 1 finding in 1 file\n")
    assert (project / "a.py").read_text() == fixed
    assert (project / "old.py").read_text() == BOTH
