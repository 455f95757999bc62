"""What `iacfix init` writes: it is used, linted, and never stands in the way of what is there."""

from __future__ import annotations

import json
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from alarms import BUILDS as ALARM
from test_recipes import TOOLS, against, lint
from typer.testing import CliRunner

from iacfix.cli import program
from iacfix.commands import init as module
from iacfix.commands.init import HOOKS, SETTINGS, TEXTS, WORKFLOW, init, requirement
from iacfix.commands.terminal import Terminal

ROOT = Path(__file__).parents[2]
ALL = [SETTINGS, WORKFLOW, HOOKS]


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    subprocess.run(["git", "init", "-q", tmp_path], check=True)
    (tmp_path / "app").mkdir()
    monkeypatch.chdir(tmp_path / "app")
    return tmp_path


def ran(*words: str) -> tuple[int, list[str], list[str]]:
    done = CliRunner().invoke(program(), list(words), prog_name="iacfix")
    return done.exit_code, done.stdout.splitlines(), done.stderr.splitlines()


def written(project: Path) -> list[str]:
    return [name for name in ALL if (project / name).exists()]


def asked(answers: list[str], monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The questions, once they were answered one by one; the input ends after the last."""
    left: Iterator[str] = iter(answers)
    questions = list[str]()

    def ask(question: str) -> str:
        questions.append(question)
        try:
            return next(left)
        except StopIteration:
            raise EOFError from None

    monkeypatch.setattr(module.sys.stdin, "isatty", lambda: True, raising=False)
    assert init(Terminal(), yes=False, ask=ask) == 0
    return questions


def test_without_a_terminal_it_writes_nothing(project: Path) -> None:
    assert ran("init") == (
        2,
        [],
        ["iacfix: error: init asks before it writes, which needs a terminal; --yes writes all that is missing"],
    )
    assert written(project) == []


def test_with_yes_it_writes_all_that_is_missing_at_the_root(project: Path) -> None:
    assert ran("init", "--yes") == (0, [f"wrote {name}" for name in ALL], [])
    assert written(project) == ALL
    texts = [(project / name).read_text() for name in ALL]
    assert ran("init", "--yes")[2] == [
        "kept iacfix.toml: it has settings already",
        f"kept {WORKFLOW}: it already exists",
        f"kept {HOOKS}: it already exists",
    ]
    assert [(project / name).read_text() for name in ALL] == texts


def test_each_is_asked_for(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    questions = asked(["n", "what", "Y", ""], monkeypatch)
    assert questions == [f"write {name}? [Y/n] " for name in (SETTINGS, WORKFLOW, WORKFLOW, HOOKS)]
    assert written(project) == [WORKFLOW, HOOKS]


def test_the_end_of_the_answers_is_a_no(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked(["y"], monkeypatch)
    assert written(project) == [SETTINGS]


def test_what_is_there_is_kept(project: Path) -> None:
    (project / "pyproject.toml").write_text("[tool.iacfix]\n")
    (project / HOOKS).write_text("repos: []\n")
    (project / ".github" / "workflows").mkdir(parents=True)
    (project / WORKFLOW).symlink_to("nowhere")
    code, shown, said = ran("init", "--yes")
    assert code == 0
    assert said == [
        "kept pyproject.toml: it has settings already",
        f"kept {WORKFLOW}: it already exists",
        f"kept {HOOKS}: it already exists",
        f"to check before each commit, add this to the repos of {HOOKS}:",
    ]
    assert (project / HOOKS).read_text() == "repos: []\n"
    together = yaml.safe_load("\n".join(["repos:", *shown]))
    assert [hook["id"] for hook in together["repos"][0]["hooks"]] == ["iacfix-check"]


def test_a_pyproject_of_others_is_no_settings_file(project: Path) -> None:
    (project / "pyproject.toml").write_text("[project]\nname = 'x'\n")
    assert ran("init", "--yes")[1][0] == "wrote iacfix.toml"


def test_a_folder_that_leads_out_of_the_repository_is_not_written_to(
    project: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    outside = tmp_path_factory.mktemp("outside")
    (project / ".github").symlink_to(outside)
    code, shown, said = ran("init", "--yes")
    assert (code, shown) == (2, [])
    assert "is a link out of the project" in said[-1]
    assert list(outside.iterdir()) == []
    assert written(project) == []


@pytest.mark.usefixtures("project")
def test_on_gitlab_the_template_is_named() -> None:
    subprocess.run(["git", "remote", "add", "origin", "https://gitlab.com/a/b.git"], check=True)
    code, shown, said = ran("init", "--yes")
    assert (code, shown) == (0, [f"wrote {SETTINGS}", f"wrote {HOOKS}"])
    assert said == ["kept .gitlab-ci.yml: the page on pull requests has the template to include"]


def test_on_gitlab_in_a_worktree(project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tree = tmp_path.with_name("tree")
    identity = ("-c", "user.name=n", "-c", "user.email=n@example.org")
    for words in (
        ("remote", "add", "origin", "https://gitlab.com/a/b.git"),
        (*identity, "commit", "-q", "--allow-empty", "-m", "first"),
        ("worktree", "add", "-q", str(tree)),
    ):
        subprocess.run(["git", *words], cwd=project, check=True)
    monkeypatch.chdir(tree)
    assert ran("init", "--yes")[2] == ["kept .gitlab-ci.yml: the page on pull requests has the template to include"]


def test_the_settings_hold(project: Path) -> None:
    assert ran("init", "--yes")[0] == 0
    (project / "alarm.py").write_text(ALARM)
    (project / "requirements.txt").write_text("pulumi-aws==7.1.0\n")
    code, shown, said = ran("check", "-q", "--output-format", "concise", str(project))
    assert (code, said) == (1, [])
    assert len(shown) == 1
    assert "ignore = []  # iacfix.toml:4" in ran("check", "--show-settings", str(project))[1]


def test_the_workflow_and_the_hook_are_good(project: Path) -> None:
    assert ran("init", "--yes")[0] == 0
    against("github-workflows", project / WORKFLOW)
    lint(TOOLS / "zizmor", "--offline", "--quiet", project / WORKFLOW)
    lint(TOOLS / "pre-commit", "validate-config", project / HOOKS)
    (job,) = yaml.safe_load((project / WORKFLOW).read_text())["jobs"].values()
    for number, step in enumerate(step["run"] for step in job["steps"] if "run" in step):
        (project / f"step{number}.sh").write_text(step)
        lint(TOOLS / "shellcheck", "--shell=bash", project / f"step{number}.sh")


def test_the_hook_is_the_one_of_the_repository(project: Path) -> None:
    (hook,) = yaml.safe_load(TEXTS[HOOKS])["repos"][0]["hooks"]
    own = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())[0]
    assert {key: hook[key] for key in ("id", "entry", "args", "files", "language", "require_serial")} == {
        key: own[key] for key in ("id", "entry", "args", "files", "language", "require_serial")
    }
    (project / "alarm.py").write_text(ALARM)
    words = [sys.executable, *shlex.split(hook["entry"])[1:], *hook["args"], "alarm.py"]
    done = subprocess.run(words, cwd=project, capture_output=True, text=True, check=False)
    assert (done.returncode, "unset-missing-data" in done.stdout) == (1, True)


def test_the_last_step_of_the_workflow_checks_what_the_branch_changed(project: Path) -> None:
    """As the runner does it, with this interpreter where the step before puts one."""

    def git(*words: str) -> None:
        name = ("-c", "user.name=a", "-c", "user.email=a@b")
        subprocess.run(["git", *name, *words], cwd=project, check=True, capture_output=True)

    git("commit", "--allow-empty", "-m", "begin")
    git("branch", "base")
    git("update-ref", "refs/remotes/origin/base", "base")
    (project / "alarm.py").write_text(ALARM)
    git("add", ".")
    git("commit", "-m", "alarm")
    (job,) = yaml.safe_load(TEXTS[WORKFLOW])["jobs"].values()
    bin = project / "temp" / "iacfix" / "bin"
    bin.mkdir(parents=True)
    (bin / "python").write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} "$@"\n')
    (bin / "python").chmod(0o755)
    environment = {
        "PATH": "/usr/bin:/bin",
        "RUNNER_TEMP": str(project / "temp"),
        "GITHUB_ACTIONS": "true",
        "GITHUB_BASE_REF": "base",
    }
    step = job["steps"][-1]["run"]
    done = subprocess.run(
        ["bash", "-e", "-c", step], cwd=project, env=environment, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (1, "")
    (line,) = done.stdout.splitlines()
    assert line.startswith("::warning title=iacfix%3A unset-missing-data,file=alarm.py,line=3,")


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (None, f"iacfix=={module.__version__}"),
        ({"url": "file:///x", "dir_info": {"editable": True}}, f"iacfix=={module.__version__}"),
        (
            {"url": "https://github.com/o/iacfix", "vcs_info": {"vcs": "git", "commit_id": "0" * 40}},
            f"git+https://github.com/o/iacfix@{'0' * 40}",
        ),
    ],
)
def test_the_same_version_is_installed_elsewhere(
    monkeypatch: pytest.MonkeyPatch, said: dict[str, object] | None, expected: str
) -> None:
    class Installed:
        def read_text(self, _: str) -> str | None:
            return json.dumps(said) if said else None

    def installed(_: str) -> Installed:
        return Installed()

    monkeypatch.setattr(module.Distribution, "from_name", installed)
    assert requirement() == expected
